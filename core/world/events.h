// What happened in a step, as records in the order in which it happened.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"

#include <cstdint>

namespace dks {

// The world's own; agent types number theirs from kFirstOfTypes. The same values as DKS_EVENT_* in
// dks.h, where each is explained; capi asserts it.
enum class EventKind : uint32_t {
  kBorn = 1,
  kRemoved = 2,
  kMessage = 3,
  kUndelivered = 4,
  kTimer = 5,
  kWeather = 6,
  kDay = 7,
  kFirstOfTypes = 20,
};

// Laid out as dks_event.
struct Event {
  EventKind kind{};
  uint32_t source = 0;  // index of the agent's type
  uint64_t step = 0;
  AgentId agent{};
  AgentId other{};
  double value[2] = {};
};

}  // namespace dks
