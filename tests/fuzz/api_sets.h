// The calls about agent sets. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"

#include <cstdint>

namespace dks::fuzz {

inline void set_create(Host& host) {
  dks_model* const model = host.model();
  const char* const type = host.name_or_none(kTypes);
  dks_agent_set* made = nullptr;
  if (host.posts([&] { return dks_agent_set_create(model, type, &made); })) {  // it only reads
    dks_agent_set*& place = host.sets[host.in.below(host.sets.size())];
    dks_agent_set_destroy(place);
    place = made;
  }
}

inline void set_narrow(Host& host) {
  dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  const int32_t op = host.in.byte() % 9 - 1;
  const double value = host.in.real();
  host.writes([&] { return dks_agent_set_select(set, field, op, value); });
  const uint64_t count = host.in.number();
  host.writes([&] { return dks_agent_set_take(set, count); });
}

inline void set_order(Host& host) {
  dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  host.writes([&] { return dks_agent_set_sort(set, field, host.in.chance(2)); });
  if (host.in.chance(2)) {
    const uint64_t key = host.in.number();
    host.writes([&] { return dks_agent_set_shuffle(set, key); });
  }
}

inline void set_do(Host& host) {
  dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  const double factor = host.in.real();
  const double offset = host.in.real();
  host.writes([&] { return dks_agent_set_do(set, field, factor, offset); });
}

inline void set_aggregate(Host& host) {
  const dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  const int32_t aggregate = host.in.byte() % 8 - 1;
  double value = 0;
  if (host.reads([&] { return dks_agent_set_aggregate(set, field, aggregate, &value); })) {
    host.trace.add(&value, sizeof value);
  }
}

inline void set_group(Host& host) {
  const dks_agent_set* const set = host.set();
  const char* const by = host.name(kFields);
  const char* const field = host.name(kFields);
  const int32_t aggregate = host.in.byte() % 8 - 1;
  double keys[8];
  double values[8];
  const uint64_t capacity = host.in.below(9);
  uint64_t count = 0;
  if (host.reads([&] {
        return dks_agent_set_group(set, by, field, aggregate, keys, values, capacity, &count);
      })) {
    host.trace.add(keys, count * sizeof keys[0]);
    host.trace.add(values, count * sizeof values[0]);
  }
}

inline void set_ids(Host& host) {
  const dks_agent_set* const set = host.set();
  const dks_agent_id* ids = nullptr;
  uint64_t count = 0;
  if (host.reads([&] { return dks_agent_set_ids(set, &ids, &count); })) {
    host.see(ids, count * sizeof *ids);
  }
}

}  // namespace dks::fuzz
