// A world in which everything happens, and what holds of any world at any time.
// SPDX-License-Identifier: MIT
#pragma once

#include "world/streams.h"
#include "world/world.h"
#include "world_support.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace dks::test {

inline constexpr uint32_t kMood = 0;  // shared by both types
inline constexpr uint32_t kThought = 1;

// ---- a world that does everything ----

// What a restless agent does depends on its own draws, on whom it sees and on what it is told.
struct Restless {
  uint32_t mood = 0;
  uint32_t kind = 0;

  static void sense(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      const uint32_t self = batch.table.id(row).index();
      double& thought = batch.table.ref<double>(kThought, row);
      batch.world.grid().for_each_agent(
          batch.world.cell_of(batch.table.id(row)),
          2,
          [&](uint32_t slot) { thought = 0.5 * thought + 0.001 * static_cast<double>(slot); }
      );
      batch.world.for_each_message(self, [&](const Message& message) { thought += message.value; });
    }
  }
  static void think(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      Random random = batch.world.random(batch.table.id(row), stream::kFirstOfTypes);
      batch.table.ref<double>(kThought, row) += random.uniform();
    }
  }
  // A body that the host moves: what it did may end it, or bear another one.
  static void done(void*, const StepBatch& batch, double share) {
    const uint32_t row = batch.rows[0];
    const AgentId agent = batch.table.id(row);
    batch.table.ref<double>(kThought, row) += share;
    if (share > 0.9) {
      batch.commands->remove(agent);
    } else if (share < 0.1) {
      batch.commands->spawn(1, batch.world.cell_of(agent), agent);
    }
  }
  static void act(void* state, const StepBatch& batch) {
    const auto& self = *static_cast<const Restless*>(state);
    const uint32_t row = batch.rows[0];
    const AgentId agent = batch.table.id(row);
    const World& world = batch.world;
    Commands& commands = *batch.commands;
    Random random = world.random(agent, stream::kFirstOfTypes + 1 + batch.stage);
    const AgentId other = world.slots().id_at(random.below(world.slots().slot_count()));
    const uint32_t here = world.cell_of(agent);
    const auto dx = static_cast<int32_t>(random.below(5)) - 2;
    const auto dy = static_cast<int32_t>(random.below(5)) - 2;
    commands.move(agent, world.grid().offset(here, dx, dy));  // may lie beyond the border
    const uint32_t type = random.below(3);
    switch (random.below(12)) {
      case 0:
        commands.spawn(type, random.below(80), agent);  // type or cell may not exist
        break;
      case 1:
        commands.remove(other ? other : agent);
        break;
      case 2:
        commands.tell(agent, other, self.kind, self.kind, batch.table.ref<double>(kThought, row));
        break;
      case 3:
        commands.change(other, self.mood, random.uniform() - 0.5);
        break;
      case 4:
        commands.add(0, here, commands.take(1, here, random.uniform_float()));
        break;
      case 5:
        commands.make_noise(0.1);
        break;
      case 6:
        commands.emit(EventKind::kFirstOfTypes, agent, other, 1, 2);
        break;
      case 7:
        commands.spawn(0, MultiGrid::kNone, agent);
        break;
      default:
        break;
    }
  }
};

inline void build(World& world) {
  for (const char* name : {"cat", "dog"}) {
    auto state = std::make_shared<Restless>();
    AgentType type;
    type.name = name;
    type.fields = {
        {.name = "mood", .min = -1, .max = 1},
        {.name = "thought", .type = FieldType::kF64},
        {.name = name, .type = FieldType::kU8, .width = 3, .initial = 7},
    };
    type.sense = Restless::sense;
    type.think = Restless::think;
    type.act = Restless::act;
    if (type.name == "cat") {
      type.done = Restless::done;
    }
    type.state = state;
    state->kind = world.intern("call");
    (void)*world.add_type(type);
    state->mood = *world.share_field("mood", FieldType::kF32);
  }
  (void
  )*world.add_layer({.name = "scent", .max = 9, .decay = 0.1F, .diffusion = 0.5F, .categories = {}}
  );
  (void)*world.add_layer({.name = "food", .initial = 0.5F, .growth = 0.1F, .categories = {}});
  (void)*world.add_environment_field("luck", 0.5, 0, 1);
  (void)*world.add_scheduled_event(
      {.name = "feast", .steps = 2, .drives = {{6, 1}}, .fills = {{1, 1, {}, 0}}}
  );
  world.timers_at_boundary().add({.name = "feast", .start = 3, .interval = 7});
}

inline WorldDesc restless_world(ActivationDesc activation, uint64_t seed, uint32_t capacity) {
  WorldDesc desc = small_world(std::move(activation), seed);
  desc.grid.torus = seed % 2 == 0;
  desc.grid.capacity = capacity;
  desc.max_agents = 60;
  return desc;
}

// ---- what always holds ----

inline void check_agents(const World& world) {
  std::set<AgentId> ids;
  std::set<Uid> uids;
  size_t rows = 0;
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    const Table& table = world.table(type);
    rows += table.size();
    for (uint32_t row = 0; row < table.size(); ++row) {
      const AgentId id = table.id(row);
      assert_true(ids.insert(id).second);
      assert_true(uids.insert(table.uid(row)).second);
      const AgentSlot* const slot = world.find(id);
      assert_non_null(slot);
      assert_int_equal(slot->type, type);
      assert_int_equal(slot->row, row);
      assert_false(slot->removed);
      if (table.field_count() > 0) {
        const double mood = table.number(kMood, row);
        assert_true(mood >= -1 && mood <= 1);
      }
    }
  }
  assert_int_equal(rows, world.agent_count());
  assert_int_equal(rows, world.slots().size());
  assert_true(rows <= world.desc().max_agents);
}

inline void check_cells(const World& world) {
  const MultiGrid& grid = world.grid();
  const uint32_t capacity = grid.shape().capacity;
  uint32_t placed = 0;
  uint32_t empty = 0;
  for (uint32_t cell = 0; cell < grid.shape().cell_count(); ++cell) {
    uint32_t here = 0;
    for (uint32_t slot = grid.first(cell); slot != MultiGrid::kNone; slot = grid.next(slot)) {
      assert_true(static_cast<bool>(world.slots().id_at(slot)));
      assert_int_equal(grid.cell_of(slot), cell);
      ++here;
    }
    assert_int_equal(grid.count(cell), here);
    assert_true(capacity == 0 || here <= capacity);
    placed += here;
    empty += here == 0 ? 1 : 0;
  }
  assert_int_equal(placed, world.agent_count());
  assert_int_equal(grid.empty_count(), empty);
}

inline void check_names(const World& world) {
  const auto names = world.names();
  assert_true(
      std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end()
  );
  for (const std::string_view name : names) {
    const AgentId agent = world.find_name(name);
    assert_true(static_cast<bool>(agent));
    assert_true(world.name(agent) == name);
  }
}

inline void check(const World& world) {
  check_agents(world);
  check_cells(world);
  check_names(world);
}

// An error of this status whose text names `part`.
template <class T>
void expect_error(const Result<T>& result, Status status, std::string_view part) {
  assert_false(result.ok());
  assert_int_equal(static_cast<int>(result.status()), static_cast<int>(status));
  assert_true(result.error().text.find(part) != std::string::npos);
}

}  // namespace dks::test
