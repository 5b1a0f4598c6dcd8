// A world for tests: agents that do what a test tells them, and a log of who acted when.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/memory.h"
#include "world/commands.h"
#include "world/world.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dks::test {

// One agent's part of a step.
using Part = std::function<void(const StepBatch& batch, uint32_t row)>;

struct Script {
  Part sense, think, act;
};

template <Part Script::*kPart>
void run(void* state, const StepBatch& batch) {
  const Part& part = static_cast<Script*>(state)->*kPart;
  for (const uint32_t row : batch.rows) {
    if (part) {
      part(batch, row);
    }
  }
}

// An agent type of which each row runs the script.
inline AgentType scripted(std::string name, Script script, std::vector<Field> fields) {
  AgentType type;
  type.name = std::move(name);
  type.fields = std::move(fields);
  type.state = std::make_shared<Script>(std::move(script));
  type.sense = run<&Script::sense>;
  type.think = run<&Script::think>;
  type.act = run<&Script::act>;
  return type;
}

// An agent type that does nothing.
inline AgentType quiet(std::string name, std::vector<Field> fields) {
  AgentType type;
  type.name = std::move(name);
  type.fields = std::move(fields);
  return type;
}

inline WorldDesc small_world(ActivationDesc activation = {}, uint64_t seed = 1) {
  WorldDesc desc;
  desc.seed = seed;
  desc.grid.width = 8;
  desc.grid.height = 8;
  desc.activation = std::move(activation);
  return desc;
}

// A world with a board (layer 0, cell 0) that counts acts. Each agent notes in sense how many acts
// it found there, and in act adds its own; what a test adds to act comes after.
class Lab {
 public:
  static constexpr uint32_t kSeen = 0;  // the field of what it found on the board
  static constexpr uint32_t kNote = 1;  // a field for the test

  struct Turn {
    AgentId agent;
    uint64_t step;
    uint32_t stage;
    uint32_t type;
  };

  explicit Lab(WorldDesc desc = small_world(), uint64_t memory_limit = 0)
      : memory({}, memory_limit), world(std::move(desc), memory) {
    (void)*world.add_layer({.name = "board", .max = 1e6F, .categories = {}});
  }

  uint32_t add_type(std::string name = "pet", Part act = {}, Part sense = {}) {
    const uint32_t type = world.type_count();
    Script script;
    script.sense = [sense](const StepBatch& batch, uint32_t row) {
      batch.table.ref<double>(kSeen, row) = static_cast<double>(batch.world.layer(0).at(0));
      if (sense) {
        sense(batch, row);
      }
    };
    script.act = [this, type, act](const StepBatch& batch, uint32_t row) {
      turns.push_back({batch.table.id(row), batch.step, batch.stage, type});
      batch.commands->add(0, 0, 1);
      if (act) {
        act(batch, row);
      }
    };
    const std::vector<Field> fields = {
        {.name = "seen", .type = FieldType::kF64}, {.name = "note", .type = FieldType::kF64}};
    return *world.add_type(scripted(std::move(name), std::move(script), fields));
  }

  std::vector<AgentId> spawn(uint32_t count, uint32_t type = 0, std::optional<uint32_t> cell = {}) {
    return *world.spawn(std::vector<World::Spawn>(count, {.type = type, .name = "", .cell = cell}));
  }
  void remove(AgentId agent) { (void)*world.remove({&agent, 1}); }

  // Steps with a clean board and log.
  void step() {
    turns.clear();
    world.layer_at_boundary(0).set(0, 0);
    (void)world.step();
  }
  std::vector<AgentId> acted() const {
    std::vector<AgentId> agents;
    for (const Turn& turn : turns) {
      agents.push_back(turn.agent);
    }
    return agents;
  }
  // What each of `agents` found on the board.
  std::vector<double> seen(const std::vector<AgentId>& agents) const {
    std::vector<double> found;
    for (const AgentId agent : agents) {
      found.push_back(number(agent, kSeen));
    }
    return found;
  }
  double number(AgentId agent, uint32_t field) const {
    const AgentSlot& slot = *world.find(agent);
    return world.table(slot.type).number(field, slot.row);
  }
  std::vector<Event> events(EventKind kind) const {
    std::vector<Event> found;
    for (const Event& event : world.events()) {
      if (event.kind == kind) {
        found.push_back(event);
      }
    }
    return found;
  }

  Memory memory;
  World world;
  std::vector<Turn> turns;  // of the last step
};

// ---- for the tests of activation ----

using Ids = std::vector<AgentId>;
using Numbers = std::vector<double>;

inline Ids sorted(Ids ids) {
  std::sort(ids.begin(), ids.end());
  return ids;
}

// 0, 0, ... or 0, 1, 2 ...
inline Numbers zeros(size_t count) {
  return Numbers(count, 0.0);
}
inline Numbers counting(size_t count) {
  Numbers numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0.0);
  return numbers;
}

inline size_t place_of(const Ids& order, AgentId agent) {
  return static_cast<size_t>(std::find(order.begin(), order.end(), agent) - order.begin());
}

inline ActivationDesc waves(uint32_t count) {
  ActivationDesc desc;
  desc.waves = count;
  return desc;
}

// The orders in which `agents` agents act in the first `steps` steps.
inline std::vector<Ids> orders(const WorldDesc& desc, uint32_t agents, uint32_t steps) {
  Lab lab(desc);
  lab.add_type();
  lab.spawn(agents);
  std::vector<Ids> orders;
  for (uint32_t step = 0; step < steps; ++step) {
    lab.step();
    orders.push_back(lab.acted());
  }
  return orders;
}

inline Lab staged_lab(bool shuffle_between_stages) {
  ActivationDesc desc = ActivationDesc::staged({"morning", "evening"});
  desc.shuffle_between_stages = shuffle_between_stages;
  return Lab(small_world(desc));
}

// The order of one stage of the last step.
inline Ids acted_in(const Lab& lab, uint32_t stage) {
  Ids agents;
  for (const Lab::Turn& turn : lab.turns) {
    if (turn.stage == stage) {
      agents.push_back(turn.agent);
    }
  }
  return agents;
}

}  // namespace dks::test
