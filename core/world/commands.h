// What an agent may change in act: each command applies at once to the live world, in the order of
// acts. SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"
#include "world/events.h"
#include "world/world.h"

#include <cstdint>

namespace dks {

class Commands {
 public:
  explicit Commands(World& world) : world_(world) {}

  // false: there is no such cell (beyond a border), it has no room, or the agent is gone. Nothing
  // happened then.
  bool move(AgentId agent, uint32_t cell);
  // Off the grid and out of this step at once; its row goes at commit. Its id is stale from now on.
  void remove(AgentId agent);
  // Born at commit, in the nearest cell with room; MultiGrid::kNone: near a random one. false: the
  // world is full, or there is no such type or cell.
  bool spawn(uint32_t type, uint32_t cell, AgentId parent);
  // Adds to (the first element of) a shared field of any agent, within the field's range; to one of
  // integers the nearest whole number. Returns what was added.
  double change(AgentId agent, uint32_t shared_field, double amount);
  float take(uint32_t layer, uint32_t cell, float amount);
  void add(uint32_t layer, uint32_t cell, float amount);
  void make_noise(double amount);
  // To an agent (it arrives in the next step) or, with none, to the symbol `to` (outbox).
  void tell(AgentId from, AgentId to_agent, uint32_t to, uint32_t kind, double value);
  void emit(EventKind kind, AgentId agent, AgentId other = {}, double a = 0, double b = 0);

 private:
  World& world_;
};

}  // namespace dks
