// A copy of a world: the same to whoever looks, and left alone by what becomes of the original.
// SPDX-License-Identifier: MIT
#include "count_allocations.h"
#include "random_inputs.h"
#include "same_world.h"

#include <new>

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

void a_copy_is_the_same_and_stays_it(void**) {
  uint64_t seed = 40;
  for (const ActivationDesc& activation : activations()) {
    const WorldDesc desc = restless_world(activation, ++seed, 3);
    Memory memory;
    World world(desc, memory);
    World copy(desc, memory);
    build(world);
    assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
    RandomInputs inputs(world, desc.seed);
    for (int step = 0; step < 60; ++step) {
      for (int i = 0; i < 6; ++i) {
        inputs.input();
      }
      post_a_text(world);
      copy.copy_from(world);
      expect_same(copy, world);
      const uint64_t hash = copy.hash();
      assert_true(world.step().ok());
      assert_int_equal(copy.hash(), hash);
      check(copy);
      assert_int_not_equal(world.hash(), hash);
      copy.copy_from(world);
      expect_same(copy, world);
      assert_int_equal(copy.counters().activations, world.counters().activations);
    }
  }
}

// Its texts are its own: the original's go with its next step.
void a_copy_outlives_the_original(void**) {
  Memory memory;
  World copy(restless_world({}, 1, 0), memory);
  {
    World world(restless_world({}, 1, 0), memory);
    build(world);
    World::Spawn spawn;
    spawn.name = "a pet with a name too long for the string itself";
    assert_true(world.spawn({&spawn, 1}).ok());
    post_a_text(world);
    assert_true(world.step().ok());
    copy.copy_from(world);
  }
  assert_true(copy.messages().front().text == "words, words, words");
  assert_true(
      copy.messages().front().from_name == "a user with a name too long for the string itself"
  );
  assert_true(copy.names().front() == "a pet with a name too long for the string itself");
  assert_true(copy.hash() != 0);
}

void types_that_come_or_grow_are_copied_too(void**) {
  Memory memory;
  World world(small_world(), memory);
  World copy(small_world(), memory);
  (void)*world.add_type(quiet("stone", {{.name = "weight"}}));
  copy.copy_from(world);
  assert_int_equal(copy.type_count(), 1);
  (void)*world.add_type(quiet("tree", {{.name = "height"}}));
  assert_true(world.extend_type(0, quiet("stone", {{.name = "weight"}, {.name = "heat"}})).ok());
  const uint64_t epoch = copy.table(0).epoch();
  copy.copy_from(world);
  assert_int_not_equal(copy.table(0).epoch(), epoch);
  assert_int_equal(copy.type_count(), 2);
  assert_int_equal(copy.table(0).field_count(), 2);
  assert_true(world.spawn(std::vector<World::Spawn>(9, {.type = 1, .name = {}, .cell = {}})).ok());
  copy.copy_from(world);
  expect_same(copy, world);
}

void columns_that_move_have_another_epoch(void**) {
  Memory memory;
  World world(small_world(), memory);
  World copy(small_world(), memory);
  (void)*world.add_type(quiet("stone", {{.name = "weight"}}));
  (void)*world.spawn(std::vector<World::Spawn>(9));
  copy.copy_from(world);
  const std::byte* const column = copy.table(0).data(0);
  const uint64_t epoch = copy.table(0).epoch();
  copy.copy_from(world);
  assert_ptr_equal(copy.table(0).data(0), column);
  assert_int_equal(copy.table(0).epoch(), epoch);
  (void)*world.spawn(std::vector<World::Spawn>(900));
  copy.copy_from(world);
  assert_int_not_equal(copy.table(0).epoch(), epoch);
}

void a_copy_that_is_made_again_takes_no_memory(void**) {
  Memory memory;
  World world(small_world(), memory);
  World copy(small_world(), memory);
  (void)*world.add_type(quiet("stone", {{.name = "weight"}}));
  (void)*world.add_layer({.name = "food", .growth = 0.1F, .categories = {}});
  World::Spawn spawn;
  spawn.name = "a stone with a name too long for the string itself";
  assert_true(world.spawn({&spawn, 1}).ok());
  world.timers_at_boundary().add(
      {.name = "a timer with a name too long for the string itself", .interval = 1}
  );
  for (int step = 0; step < 60; ++step) {
    post_a_text(world);
    assert_true(world.step().ok());
    const uint64_t before = allocations;
    copy.copy_from(world);
    assert_true(step < 20 || allocations == before);
  }
}

void a_copy_is_made_whole_or_throws(void**) {
  const WorldDesc desc = restless_world({}, 9, 0);
  Memory memory;
  World world(desc, memory);
  build(world);
  std::vector<std::string> names;
  for (int i = 0; i < 30; ++i) {
    names.push_back(text("a pet with a name too long for the string itself, number ", i));
  }
  std::vector<World::Spawn> spawns;
  for (const std::string& name : names) {
    spawns.push_back({0, name, {}});
  }
  assert_true(world.spawn(spawns).ok());
  post_a_text(world);
  assert_true(world.step().ok());
  Memory measure;
  uint64_t base = 0;
  {
    const World empty(desc, measure);
    base = measure.use().bytes;
  }
  int failed = 0;
  bool succeeded = false;
  for (uint64_t extra = 0; !succeeded; extra += 256) {
    Memory little({}, base + extra);
    World copy(desc, little);
    try {
      copy.copy_from(world);
      succeeded = true;
    } catch (const std::bad_alloc&) {
      ++failed;
    }
    if (succeeded) {
      expect_same(copy, world);
    }
  }
  assert_true(failed > 10);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_copy_is_the_same_and_stays_it),
      cmocka_unit_test(a_copy_outlives_the_original),
      cmocka_unit_test(types_that_come_or_grow_are_copied_too),
      cmocka_unit_test(columns_that_move_have_another_epoch),
      cmocka_unit_test(a_copy_that_is_made_again_takes_no_memory),
      cmocka_unit_test(a_copy_is_made_whole_or_throws),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
