// SPDX-License-Identifier: MIT
#include "world/commands.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace dks {

bool Commands::move(AgentId agent, uint32_t cell) {
  return cell < world_.grid_.shape().cell_count() && world_.find(agent) != nullptr &&
         world_.grid_.move(agent.index(), cell);
}

void Commands::remove(AgentId agent) {
  AgentSlot* slot = world_.slots_.find(agent);
  if (slot == nullptr || slot->removed) {
    return;
  }
  emit(EventKind::kRemoved, agent);
  slot->removed = true;
  ++world_.removed_;
  world_.grid_.lift(agent.index());
}

bool Commands::spawn(uint32_t type, uint32_t cell, AgentId parent) {
  const bool somewhere = cell < world_.grid_.shape().cell_count() || cell == MultiGrid::kNone;
  if (type >= world_.type_count() || !somewhere || world_.room() == 0) {
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
  const World::SharedField& shared = world_.shared_fields_[shared_field];
  const int32_t index = shared.of_type[slot->type];
  if (index < 0) {
    return 0;
  }
  Table& table = *world_.tables_[slot->type];
  const Field& field = table.field(static_cast<uint32_t>(index));
  return with_type(shared.type, [&]<class T>(T) {
    T& value = table.ref<T>(static_cast<uint32_t>(index), slot->row);
    const double whole = std::is_integral_v<T> ? std::round(amount) : amount;
    if (whole == 0 || std::isnan(whole)) {
      return 0.0;  // a large integer would not survive the way through a double
    }
    const auto before = static_cast<double>(value);
    value = static_cast<T>(std::clamp(before + whole, field.min, field.max_of(0)));
    return static_cast<double>(value) - before;
  });
}

float Commands::take(uint32_t layer, uint32_t cell, float amount) {
  return world_.layers_[layer].take(cell, amount);
}

void Commands::add(uint32_t layer, uint32_t cell, float amount) {
  world_.layers_[layer].add(cell, amount);
}

void Commands::make_noise(double amount) {
  world_.environment_.add_noise(amount);
}

void Commands::tell(AgentId from, AgentId to_agent, uint32_t to, uint32_t kind, double value) {
  const uint64_t id = ++world_.outputs_;
  if (to_agent) {
    world_.mail_.push_back({id, to_agent, from, value, kind});
    return;
  }
  Message message;
  message.id = id;
  message.step = world_.step_;
  message.from_agent = from;
  message.to_name = world_.symbols_.name(to);
  message.kind = kind;
  message.kind_name = world_.symbols_.name(kind);
  message.value = value;
  world_.outbox_.push_back(message);
}

void Commands::emit(EventKind kind, AgentId agent, AgentId other, double a, double b) {
  world_.emit(kind, agent, other, a, b);
}

}  // namespace dks
