// What an agent changes in another one through a field that both have.
// SPDX-License-Identifier: MIT
#include "world_support.h"

#include <cmath>

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

constexpr double kLarge = 9007199254740992;  // above it a double has no odd numbers

// One agent with one field, which is changed between steps.
struct Patient {
  explicit Patient(Field field) : world(small_world(), memory) {
    handle = *world.share_field(field.name, field.type);
    AgentType type;
    type.name = "pet";
    type.fields = {std::move(field)};
    (void)*world.add_type(type);
    const World::Spawn spawn{0, "", {}};
    agent = (*world.spawn({&spawn, 1}))[0];
  }
  double change(double amount) { return Commands(world).change(agent, handle, amount); }
  double value() const { return world.table(0).number(0, 0); }

  Memory memory;
  World world;
  uint32_t handle = 0;
  AgentId agent;
};

void a_change_stays_in_the_range_and_tells_what_it_added(void**) {
  Patient patient({.name = "field", .initial = 0.5, .min = -1, .max = 1});
  assert_true(patient.change(0.25) == 0.25);
  assert_true(patient.change(7) == 0.25);
  assert_true(patient.value() == 1);
  assert_true(patient.change(-7) == -2);
  assert_true(patient.change(0) == 0);
  assert_true(patient.change(NAN) == 0);
  assert_true(patient.value() == -1);
}

void integers_change_by_the_nearest_whole_number_up_and_down(void**) {
  Patient patient({.name = "field", .type = FieldType::kU8, .initial = 5, .max = 7.5});
  assert_true(patient.change(0.5) == 1);
  assert_true(patient.change(-0.5) == -1);
  assert_true(patient.change(0.4) == 0);
  assert_true(patient.change(-0.4) == 0);
  assert_true(patient.value() == 5);
  assert_true(patient.change(9) == 2);
  assert_true(patient.change(-300) == -7);
  assert_true(patient.change(NAN) == 0);
}

void adding_nothing_to_a_large_integer_leaves_it(void**) {
  Patient patient({.name = "field", .type = FieldType::kU64, .initial = kLarge});
  uint64_t& value = patient.world.table_at_boundary(0).ref<uint64_t>(0, 0);
  ++value;
  const uint64_t before = value;
  assert_true(patient.change(0) == 0);
  assert_int_equal(value, before);
}

void who_lacks_the_field_is_not_changed(void**) {
  Patient patient({.name = "field", .initial = 0.5});
  const uint32_t other = *patient.world.share_field("other", FieldType::kF32);
  assert_true(Commands(patient.world).change(patient.agent, other, 1) == 0);
  assert_true(Commands(patient.world).change(AgentId(0, 7), patient.handle, 1) == 0);
  assert_true(patient.value() == 0.5);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_change_stays_in_the_range_and_tells_what_it_added),
      cmocka_unit_test(integers_change_by_the_nearest_whole_number_up_and_down),
      cmocka_unit_test(adding_nothing_to_a_large_integer_leaves_it),
      cmocka_unit_test(who_lacks_the_field_is_not_changed),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
