// One record everywhere: what a message is inside the world.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ids.h"

namespace dks {

enum class MessageClass : uint8_t { kDurable, kHistory, kState, kVolatile };

// A message as somebody hands it in; texts are borrowed for the call.
struct Letter {
  uint64_t id = 0;  // 0: numbered on arrival. Per source, rising
  uint64_t reply_to = 0;
  uint64_t step = 0;  // 0: the next
  AgentId to_agent{};
  MessageClass message_class = MessageClass::kDurable;
  uint32_t ttl = 0;
  double value = 0;
  std::string_view from, to, kind, field, text;
};

// A message of the current step. Names are symbols of the world; the text lives as long as the step's
// messages do.
struct Message {
  uint64_t id = 0;
  uint64_t reply_to = 0;
  uint64_t step = 0;
  AgentId to_agent{};    // none: to a channel, to everybody, to the world, or to nobody here
  AgentId from_agent{};  // none: from outside
  uint32_t from = 0;     // symbol
  uint32_t to = 0;       // symbol
  uint32_t kind = 0;     // symbol
  uint32_t field = 0;    // symbol
  MessageClass message_class = MessageClass::kDurable;
  uint32_t ttl = 0;
  double value = 0;
  std::string_view text;
};

}  // namespace dks
