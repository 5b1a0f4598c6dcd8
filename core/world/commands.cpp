// SPDX-License-Identifier: MIT
#include "world/commands.h"

#include <algorithm>

namespace dks {

bool Commands::move(AgentId agent, uint32_t cell) {
  return world_.find(agent) != nullptr && world_.grid_.move(agent.index(), cell);
}

void Commands::remove(AgentId agent) {
  AgentSlot* slot = world_.slots_.find(agent);
  if (slot == nullptr || slot->removed) {
    return;
  }
  slot->removed = 1;
  world_.grid_.lift(agent.index());
  world_.removed_.push_back(agent);
  emit(EventKind::kRemoved, agent);
}

bool Commands::spawn(uint32_t type, uint32_t cell, AgentId parent) {
  if (world_.slots_.size() + world_.newborn_.size() >= world_.desc_.max_agents) {
    return false;
  }
  world_.newborn_.push_back({type, cell, parent});
  return true;
}

double Commands::change(AgentId agent, uint32_t shared_field, double amount) {
  const AgentSlot* slot = world_.find(agent);
  if (slot == nullptr) {
    return 0;
  }
  const int32_t index = world_.shared_fields_[shared_field].of_type[slot->type];
  if (index < 0) {
    return 0;
  }
  Table& table = *world_.tables_[slot->type];
  const auto field = static_cast<uint32_t>(index);
  const double before = table.number(field, slot->row);
  const double after = std::clamp(before + amount, table.field(field).min, table.field(field).max);
  table.set_number(field, slot->row, 0, after);
  return after - before;
}

float Commands::take(uint32_t layer, uint32_t cell, float amount) {
  return world_.layers_[layer].take(cell, amount);
}

void Commands::add(uint32_t layer, uint32_t cell, float amount) {
  world_.layers_[layer].add(cell, amount);
}

void Commands::make_noise(double amount) { world_.environment_.add_noise(amount); }

void Commands::tell(AgentId from, AgentId to_agent, uint32_t to, uint32_t kind, double value) {
  Message message;
  message.id = ++world_.outputs_;
  message.step = world_.step_;
  message.from_agent = from;
  message.to_agent = to_agent;
  message.to = to;
  message.kind = kind;
  message.value = value;
  (to_agent ? world_.mail_ : world_.outbox_).push_back(message);
}

void Commands::emit(EventKind kind, AgentId agent, AgentId other, double a, double b) {
  world_.emit(kind, agent, other, a, b);
}

}  // namespace dks
