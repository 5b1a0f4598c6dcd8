// A steady step takes no memory: neither the model's, which Memory counts, nor any other.
// dks-test: threads
// SPDX-License-Identifier: MIT
#include "count_allocations.h"
#include "data/collector.h"
#include "world/streams.h"
#include "world_support.h"

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::test;  // NOLINT(google-build-using-namespace)

// Does what needs no more memory as time goes on: looks, moves, eats, changes others, tells one of
// them.
struct Busy {
  uint32_t mood = 0;

  static void sense(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      const uint32_t self = batch.table.id(row).index();
      double& heard = batch.table.ref<double>(1, row);
      batch.world.grid().for_each_agent(batch.world.cell_of(batch.table.id(row)), 2, [&](uint32_t) {
        heard += 1;
      });
      batch.world.for_each_message(self, [&](const Message& message) { heard += message.value; });
    }
  }
  static void think(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      Random random = batch.world.random(batch.table.id(row), stream::kFirstOfTypes);
      batch.table.ref<double>(1, row) += random.uniform();
    }
  }
  static void act(void* state, const StepBatch& batch) {
    const AgentId self = batch.table.id(batch.rows[0]);
    Random random = batch.world.random(self, stream::kFirstOfTypes + 1);
    const MultiGrid& grid = batch.world.grid();
    Commands& commands = *batch.commands;
    commands.move(
        self, grid.offset(grid.cell_of(self.index()), 1, static_cast<int32_t>(random.below(3)) - 1)
    );
    commands.add(0, grid.cell_of(self.index()), 0.1F);
    commands.make_noise(0.01);
    // One each: the next in the order of slots. The volume of mail is the same in every step.
    const uint32_t next = (self.index() + 1) % batch.world.slots().slot_count();
    const AgentId other = batch.world.slots().id_at(next);
    commands.change(other, static_cast<Busy*>(state)->mood, 0.1);
    commands.tell(self, other, 0, 0, 1);
    commands.tell(self, {}, 0, 0, 1);
    commands.emit(EventKind::kFirstOfTypes, self, other);
  }
};

// Two types, timers, a scheduled event, layers that grow and spread, and a collector of both kinds.
std::unique_ptr<World> busy_world(WorldDesc desc, Memory& memory) {
  auto world = std::make_unique<World>(std::move(desc), memory);
  (void)*world->add_layer(
      {.name = "scent",
       .max = 9,
       .growth = 0.1F,
       .decay = 0.1F,
       .diffusion = 0.5F,
       .categories = {}}
  );
  for (const char* name : {"cat", "dog"}) {
    auto state = std::make_shared<Busy>();
    AgentType type;
    type.name = name;
    type.fields = {
        {.name = "mood", .min = -1, .max = 1}, {.name = "heard", .type = FieldType::kF64}};
    type.sense = Busy::sense;
    type.think = Busy::think;
    type.act = Busy::act;
    type.state = state;
    (void)*world->add_type(type);
    state->mood = *world->share_field("mood", FieldType::kF32);
  }
  (void)*world->add_scheduled_event(
      {.name = "feast", .steps = 2, .drives = {{Environment::kNoise, 1}}, .fills = {{0, 1, {}, 0}}}
  );
  world->timers_at_boundary().add({.name = "feast", .start = 0, .interval = 2});
  world->timers_at_boundary().add(
      {.name = "a timer with a name too long for the string itself", .interval = 1}
  );
  ReporterDesc agents;
  agents.table = "agents";
  agents.field = "mood";
  ReporterDesc model;
  model.table = "model";
  model.field = "heard";
  model.aggregate = Aggregate::kMean;
  DataCollector& collector = DataCollector::attach(*world);
  (void)*collector.add(*world, agents);
  (void)*collector.add(*world, model);
  std::vector<World::Spawn> spawns;
  for (uint32_t i = 0; i < 300; ++i) {
    spawns.push_back({i % 2, "", {}});
  }
  (void)*world->spawn(spawns);
  return world;
}

void post_the_usual(World& world) {
  Letter letters[3];
  for (Letter& letter : letters) {
    letter.from = "a user with a name too long for the string itself";
    letter.to = "*";
    letter.kind = "talk";
    letter.text = "words, words, words";
    letter.value = 0.5;
  }
  letters[1].to = "";
  letters[1].to_agent = world.slots().id_at(3);
  letters[2].step = world.step_number() + 3;  // waits
  assert_true(world.post(letters).ok());
}

void expect_no_allocation(const WorldDesc& desc, uint32_t workers) {
  WorldDesc with_workers = desc;
  with_workers.worker_count = workers;
  Memory memory;
  const auto world = busy_world(with_workers, memory);
  const auto steps = [&](int count) {
    for (int step = 0; step < count; ++step) {
      post_the_usual(*world);
      assert_true(world->step().ok());
    }
  };
  steps(60);
  const uint64_t before = allocations;
  const uint64_t in_model = memory.use().allocations;
  const uint64_t bytes = memory.use().bytes;
  steps(200);
  assert_int_equal(allocations, before);
  assert_int_equal(memory.use().allocations, in_model);
  assert_int_equal(memory.use().bytes, bytes);
  assert_int_equal(world->agent_count(), 300);
}

void random_activation_takes_no_memory(void**) {
  expect_no_allocation(small_world(), 1);
}

void waves_take_no_memory(void**) {
  expect_no_allocation(small_world(waves(1)), 1);
  expect_no_allocation(small_world(waves(7)), 1);
}

void workers_take_no_memory(void**) {
  expect_no_allocation(small_world(waves(1)), 2);
  expect_no_allocation(small_world(waves(7)), 2);
}

void stages_and_types_take_no_memory(void**) {
  ActivationDesc stages = ActivationDesc::staged({"a", "b"});
  stages.shuffle_between_stages = true;
  expect_no_allocation(small_world(stages), 1);
  expect_no_allocation(small_world(ActivationDesc::random_by_type()), 1);
  ActivationDesc types = ActivationDesc::random_by_type();
  types.waves = 3;
  expect_no_allocation(small_world(types), 2);
}

void the_counter_counts(void**) {
  const uint64_t before = allocations;
  const auto one = std::make_unique<int>(1);
  struct alignas(64) Wide {
    char bytes[64];
  };
  const auto two = std::make_unique<Wide>();
  const std::vector<int> three(10);
  assert_int_equal(allocations - before, 3);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_counter_counts),
      cmocka_unit_test(random_activation_takes_no_memory),
      cmocka_unit_test(waves_take_no_memory),
      cmocka_unit_test(workers_take_no_memory),
      cmocka_unit_test(stages_and_types_take_no_memory),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
