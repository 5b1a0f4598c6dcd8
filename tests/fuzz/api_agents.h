// The calls about agents: born, moved, read, asked. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"

#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

namespace dks::fuzz {

inline void spawn(Host& host) {
  std::vector<dks_spawn_desc> items(host.in.below(4));
  for (dks_spawn_desc& item : items) {
    dks_spawn_desc_init(&item);
    item.type = host.name_or_none(kTypes);
    item.name = host.name_or_none(kPets);
    if (host.in.chance(4)) {
      const std::string_view json = host.json();
      item.json = json.data();
      item.json_size = json.size();
    }
    if (host.in.chance(2)) {
      item.x = host.in.byte() % 5 - 1;
      item.y = host.in.byte() % 4 - 1;
    }
    item.flags = host.in.chance(128);
  }
  dks_model* const model = host.model();
  const dks_spawn_desc* const descs = host.array_of(items);
  const uint32_t count = host.count_of(items.size());
  std::vector<dks_agent_id> born(items.size());
  if (host.writes([&] { return dks_model_spawn(model, descs, count, born.data()); })) {
    host.agents.insert(host.agents.end(), born.begin(), born.end());
    host.trace.add(born.data(), born.size() * sizeof born[0]);
  }
}

inline void remove(Host& host) {
  const auto items = host.some_agents();
  dks_model* const model = host.model();
  const uint32_t count = host.count_of(items.size());
  host.writes([&] { return dks_model_remove(model, items.data(), count); });
}

inline void move(Host& host) {
  const auto items = host.some_agents();
  const auto x = host.whole(items.size());
  const auto y = host.whole(items.size());
  dks_model* const model = host.model();
  const uint32_t count = host.count_of(items.size());
  host.writes([&] { return dks_model_move(model, items.data(), x.data(), y.data(), count); });
}

inline void set(Host& host) {
  const auto items = host.some_agents();
  const auto values = host.reals(items.size());
  dks_model* const model = host.model();
  const char* const field = host.name(kFields);
  const auto element = static_cast<uint32_t>(host.in.number());
  const uint32_t count = host.count_of(items.size());
  host.writes([&] {
    return dks_model_set(model, items.data(), count, field, element, values.data());
  });
}

inline void find(Host& host) {
  const dks_model* const model = host.model();
  const char* const name = host.name(kPets);
  dks_agent_id agent = DKS_AGENT_NONE;
  if (host.reads([&] { return dks_model_find(model, name, &agent); })) {
    host.agents.push_back(agent);
  }
}

inline void names(Host& host) {
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  const char* name = nullptr;
  if (host.reads([&] { return dks_model_agent_name(model, agent, &name); })) {
    host.see(name);
  }
  const auto index = static_cast<uint32_t>(host.in.number());
  if (host.reads([&] { return dks_model_type_name(model, index, &name); })) {
    host.see(name);
  }
}

inline void agent_json(Host& host) {
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  host.text([&](auto... place) { return dks_model_agent_json(model, agent, place...); });
}

inline void explain(Host& host) {
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  host.text([&](auto... place) { return dks_model_explain(model, agent, place...); });
}

inline void predict(Host& host) {
  constexpr uint32_t kSteps[] = {1, 2, 0, UINT32_MAX};
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  const uint32_t steps = host.in.pick(kSteps);
  double probabilities[24];
  const uint64_t capacity = host.in.chance(8) ? host.in.below(8) : std::size(probabilities);
  uint64_t count = 0;
  if (host.reads([&] {
        return dks_model_predict(model, agent, steps, probabilities, capacity, &count);
      })) {
    host.trace.add(probabilities, count * sizeof probabilities[0]);
  }
}

inline void column(Host& host) {
  const dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  const char* const field = host.name(kFields);
  dks_column column;
  if (host.reads([&] { return dks_model_column(model, type, field, &column); })) {
    host.see(column);
  }
}

}  // namespace dks::fuzz
