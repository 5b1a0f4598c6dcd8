// What happened in a step, as records in the order in which it happened.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"

#include <cstdint>

namespace dks {

// The same values as DKS_EVENT_* in dks.h, where each is explained; capi asserts it.
enum class EventKind : uint32_t {
  kBorn = 1,
  kRemoved = 2,
  kMessage = 3,
  kUndelivered = 4,
  kTimer = 5,
  kWeather = 6,
  kDay = 7,
  kMet = 20,
  kShared = 21,
  kCalled = 22,
  kCritical = 23,
  kRelieved = 24,
  kWithdrew = 25,
  kRecovered = 26,
  kUsed = 27,
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
