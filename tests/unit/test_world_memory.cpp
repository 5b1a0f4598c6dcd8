// A world when memory is short. SPDX-License-Identifier: MIT
#include "restless_world.h"

#include <algorithm>
#include <new>
#include <vector>

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

void a_spawn_without_memory_changes_nothing(void**) {
  WorldDesc desc = small_world();
  desc.max_agents = 200;
  bool succeeded = false;
  int failed = 0;
  for (uint64_t extra = 0; !succeeded; extra += 256) {
    Memory measure;
    uint64_t base = 0;
    {
      World world(desc, measure);
      build(world);
      base = measure.use().bytes;
    }
    Memory memory({}, base + extra);
    World world(desc, memory);
    build(world);
    const uint64_t before = world.hash();
    std::vector<World::Spawn> spawns(100);
    spawns[50].name = "Momo";
    try {
      assert_true(world.spawn(spawns).ok());
      succeeded = true;
      assert_int_equal(world.agent_count(), 100);
    } catch (const std::bad_alloc&) {
      ++failed;
      assert_int_equal(world.agent_count(), 0);
      assert_int_equal(world.hash(), before);
      assert_true(world.names().empty());
      check(world);
    }
  }
  assert_true(failed > 5);
}

void a_birth_that_fails_takes_the_whole_spawn_back(void**) {
  Memory memory;
  World world(small_world(), memory);
  AgentType type;
  type.name = "pet";
  type.born = [](void*, const StepBatch& batch) {
    if (batch.table.size() == 5) {
      throw std::bad_alloc();
    }
  };
  (void)*world.add_type(type);
  const std::vector<AgentId> pets = *world.spawn(std::vector<World::Spawn>(4));
  assert_true(world.remove({&pets[1], 1}).ok());  // the first to be born takes its slot
  std::vector<World::Spawn> spawns(4);
  spawns[0].name = "Momo";
  const uint64_t before = world.hash();
  bool thrown = false;
  try {
    (void)world.spawn(spawns);
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  assert_true(thrown);
  assert_int_equal(world.agent_count(), 3);
  assert_int_equal(world.hash(), before);
  assert_false(static_cast<bool>(world.find_name("Momo")));
  check(world);
  assert_true(world.step().ok());
  const auto count = [&world](EventKind kind) {
    const auto events = world.events();
    return std::count_if(events.begin(), events.end(), [kind](const Event& event) {
      return event.kind == kind;
    });
  };
  assert_int_equal(count(EventKind::kBorn), 4);
  assert_int_equal(count(EventKind::kRemoved), 1);
}

void a_step_that_ran_out_of_memory_cannot_be_taken_up_again(void**) {
  Memory memory;
  World world(small_world(), memory);
  AgentType type;
  type.name = "pet";
  type.think = [](void*, const StepBatch& batch) {
    if (batch.step == 1) {
      throw std::bad_alloc();
    }
  };
  (void)*world.add_type(type);
  assert_true(world.spawn(std::vector<World::Spawn>(3)).ok());
  assert_true(world.step().ok());
  bool thrown = false;
  try {
    (void)world.step();
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  assert_true(thrown);
  expect_error(world.step(), Status::kNoMemory, "step 1");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_spawn_without_memory_changes_nothing),
      cmocka_unit_test(a_birth_that_fails_takes_the_whole_spawn_back),
      cmocka_unit_test(a_step_that_ran_out_of_memory_cannot_be_taken_up_again),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
