// One record everywhere: what a message is on its way into the world and inside it.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"

#include <cstdint>
#include <string_view>

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

// A message of the current step. Steps go by the symbols: 0 is a name that nothing in the world
// knows. The names are for people: NUL-terminated and, like the text, as long-lived as the step's
// messages.
struct Message {
  uint64_t id = 0;
  uint64_t reply_to = 0;
  uint64_t step = 0;
  AgentId to_agent{};    // none: to a channel, to everybody, to the world, or to nobody here
  AgentId from_agent{};  // none: from outside
  uint32_t from = 0;     // symbol of a user; 0: the host or an agent
  uint32_t kind = 0;     // symbol
  MessageClass message_class = MessageClass::kDurable;
  uint32_t ttl = 0;
  double value = 0;
  std::string_view from_name = "", to_name = "", kind_name = "", field_name = "";
  std::string_view text = "";
};

// A message from one agent to another on its way to the next step, in which it becomes a Message.
struct Mail {
  uint64_t id = 0;
  AgentId to_agent{};
  AgentId from_agent{};
  double value = 0;
  uint32_t kind = 0;  // symbol
};

}  // namespace dks
