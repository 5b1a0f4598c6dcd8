// The calls about the environment and timers. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"

#include <cstdint>
#include <string_view>

namespace dks::fuzz {

inline void environment(Host& host) {
  dks_model* const model = host.model();
  const char* const field = host.name(kReadings);
  double value = 0;
  if (host.reads([&] { return dks_model_environment(model, field, &value); })) {
    host.trace.add(&value, sizeof value);
  }
  if (host.in.chance(2)) {
    value = host.in.real();
    const auto steps = static_cast<uint32_t>(host.in.number());
    host.writes([&] { return dks_model_drive(model, field, value, steps); });
  } else if (host.in.chance(2)) {
    host.writes([&] { return dks_model_release(model, field); });
  }
}

inline void environment_json(Host& host) {
  const dks_model* const model = host.model();
  host.text([&](auto... place) { return dks_model_environment_json(model, place...); });
}

inline void set_environment_json(Host& host) {
  dks_model* const model = host.model();
  const std::string_view json = host.json();
  host.writes([&] { return dks_model_set_environment_json(model, json.data(), json.size()); });
}

// What a model says of its environment, it takes, and is the same.
inline void repeat_environment(Host& host) {
  dks_model* const model = host.model();
  char json[1 << 14];
  uint64_t size = 0;
  if (!host.reads([&] { return dks_model_environment_json(model, json, sizeof json, &size); })) {
    return;
  }
  uint64_t before = 0;
  uint64_t after = 0;
  dks_model_hash(model, &before);
  const bool taken = host.writes([&] { return dks_model_set_environment_json(model, json, size); });
  dks_model_hash(model, &after);
  expect(taken || host.starved() || host.busy(), "a model does not take its own environment");
  expect(before == after, "a model's own environment changes it");
}

inline void layer(Host& host) {
  const dks_model* const model = host.model();
  const char* const layer = host.name(kLayers);
  dks_column column;
  if (host.reads([&] { return dks_model_layer(model, layer, &column); })) {
    host.see(column);
  }
}

inline void set_layer(Host& host) {
  dks_model* const model = host.model();
  const char* const layer = host.name(kLayers);
  const auto x = host.whole(host.in.below(4));
  const auto y = host.whole(x.size());
  const auto values = host.reals(x.size());
  const uint32_t count = host.count_of(x.size());
  host.writes([&] {
    return dks_model_set_layer(model, layer, x.data(), y.data(), values.data(), count);
  });
}

inline void schedule(Host& host) {
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  desc.priority = host.in.byte() % 3 - 1;
  desc.name = host.name_or_none(kKinds);
  desc.start = host.in.number();
  desc.interval = static_cast<uint32_t>(host.in.number());
  desc.count = static_cast<uint32_t>(host.in.number());
  dks_model* const model = host.model();
  const dks_timer_desc* const given = host.struct_of(desc);
  host.writes([&] { return dks_model_schedule(model, given, &host.timer); });
}

inline void timer(Host& host) {
  dks_model* const model = host.model();
  const uint64_t timer = host.in.chance(4) ? host.in.number() : host.timer;
  if (host.in.chance(4)) {
    host.writes([&] { return dks_model_cancel_timer(model, timer); });
  } else {
    const int32_t paused = host.in.byte() % 2;
    host.writes([&] { return dks_model_pause_timer(model, timer, paused); });
  }
}

}  // namespace dks::fuzz
