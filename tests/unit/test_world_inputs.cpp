// What the owner of a world does to it between two steps: all of it, or an error that says what is
// wrong. SPDX-License-Identifier: MIT
#include "restless_world.h"

#include <cmath>
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

void wrong_inputs_are_named(void**) {
  WorldDesc desc = small_world();
  desc.max_agents = 10;
  desc.grid.capacity = 2;
  Memory memory;
  World world(desc, memory);
  build(world);
  const std::vector<World::Spawn> spawns = {{0, "Momo", 5}, {1, "Kiki", 5}};
  const std::vector<AgentId> pets = *world.spawn(spawns);
  const uint64_t before = world.hash();
  const auto spawn = [&](std::vector<World::Spawn> items) { return world.spawn(items); };
  expect_error(spawn({{0, "A", {}}, {0, "A", {}}}), Status::kInvalid, "\"A\" is taken");
  expect_error(spawn({{0, "Momo", {}}}), Status::kInvalid, "\"Momo\" is taken");
  expect_error(spawn({{0, "*", {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{0, "#a", {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{0, "world", {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{0, {"a\0b", 3}, {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{7, "", {}}}), Status::kInvalid, "type 7");
  expect_error(spawn({{0, "", 64}}), Status::kInvalid, "cell 64");
  expect_error(spawn({{0, "", {}}, {0, "", 5}}), Status::kLimit, "items[1]: cell (5, 0)");
  expect_error(
      spawn({{0, "", 6}, {0, "", 6}, {0, "", 6}}), Status::kLimit, "items[2]: cell (6, 0)"
  );
  expect_error(spawn(std::vector<World::Spawn>(9)), Status::kLimit, "room for 8 more");
  const auto set = [&](AgentId agent, const char* field, uint32_t element, double value) {
    return world.set({&agent, 1}, field, element, {&value, 1});
  };
  expect_error(set(AgentId(0, 7), "mood", 0, 0), Status::kStale, "agent");
  expect_error(set(pets[0], "luck", 0, 0), Status::kNotFound, "\"luck\"");
  expect_error(set(pets[1], "cat", 0, 0), Status::kNotFound, "\"dog\" has no field \"cat\"");
  expect_error(set(pets[0], "mood", 1, 0), Status::kInvalid, "it has 1 elements");
  expect_error(set(pets[0], "mood", 0, 1.5), Status::kInvalid, "1.5 is not in [-1, 1]");
  expect_error(set(pets[0], "mood", 0, NAN), Status::kInvalid, "nan is not in");
  expect_error(set(pets[0], "cat", 2, 256), Status::kInvalid, "256 is not in [0, 255]");
  expect_error(set(pets[0], "cat", 2, 0.5), Status::kInvalid, "0.5 is not a whole number");
  const std::vector<AgentId> twice = {pets[0], AgentId(1, 99)};
  expect_error(world.remove(twice), Status::kStale, "agent");
  const std::vector<uint32_t> cells = {6, 64};
  expect_error(world.move(pets, cells), Status::kInvalid, "items[1]: cell 64");
  assert_int_equal(world.hash(), before);
  assert_true(world.find_name("Momo") == pets[0] && !world.find_name("A"));
}

void moves_of_one_call_make_room_for_each_other(void**) {
  WorldDesc desc = small_world();
  desc.grid.capacity = 1;
  Memory memory;
  World world(desc, memory);
  build(world);
  const std::vector<World::Spawn> spawns = {{0, "", 1}, {0, "", 2}, {0, "", 3}};
  const std::vector<AgentId> pets = *world.spawn(spawns);
  const std::vector<uint32_t> round = {2, 3, 1};
  const uint64_t before = world.hash();
  expect_error(
      world.move(pets, round), Status::kLimit, "items[0]: cell (2, 0)"
  );  // nobody has left it yet
  assert_int_equal(world.hash(), before);
  const std::vector<AgentId> in_turn = {pets[2], pets[1], pets[0]};
  const std::vector<uint32_t> along = {4, 3, 2};
  assert_true(world.move(in_turn, along).ok());
  check_cells(world);
  const std::vector<AgentId> back_and_forth = {pets[0], pets[0], pets[0]};
  const std::vector<uint32_t> there_and_back = {9, 9, 2};
  assert_true(world.move(back_and_forth, there_and_back).ok());
  assert_int_equal(world.cell_of(pets[0]), 2);
}

// ---- fields that types share ----

void shared_fields_must_agree_whoever_comes_first(void**) {
  const auto typed = [](const char* name, Field field) {
    AgentType type;
    type.name = name;
    type.fields = {std::move(field)};
    return type;
  };
  Memory memory;
  World world(small_world(), memory);
  (void)*world.add_type(typed("cat", {.name = "mood"}));
  const uint32_t mood = *world.share_field("mood", FieldType::kF32);
  assert_int_equal(*world.share_field("mood", FieldType::kF32), mood);
  expect_error(world.share_field("mood", FieldType::kF64), Status::kInvalid, "\"mood\"");
  expect_error(world.share_field("mood", FieldType::kF32, 2), Status::kInvalid, "\"mood\"");
  expect_error(
      world.add_type(typed("dog", {.name = "mood", .type = FieldType::kU8})),
      Status::kInvalid,
      "\"dog\""
  );
  assert_int_equal(world.type_count(), 1);
  (void)*world.add_type(typed("owl", {.name = "mood", .initial = 0.5}));
  (void)*world.add_type(typed("eel", {.name = "slime"}));
  const std::vector<World::Spawn> spawns = {{0, "", {}}, {1, "", {}}, {2, "", {}}};
  const auto pets = *world.spawn(spawns);
  assert_true(*world.shared<float>(mood, pets[0].index()) == 0);
  assert_true(*world.shared<float>(mood, pets[1].index()) == 0.5F);
  assert_null(world.shared<float>(mood, pets[2].index()));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(wrong_inputs_are_named),
      cmocka_unit_test(moves_of_one_call_make_room_for_each_other),
      cmocka_unit_test(shared_fields_must_agree_whoever_comes_first),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
