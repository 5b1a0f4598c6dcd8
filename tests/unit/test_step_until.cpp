// Steps that are cut wherever they can be: nothing in a result tells where. dks-test: threads
// SPDX-License-Identifier: MIT
#include "random_inputs.h"

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

// Calls that a step takes when each does as little as it can.
int step_in_slices(World& world) {
  int slices = 1;
  for (; !*world.step_until(Deadline::in(0)); ++slices) {
    assert_true(world.is_under_way());
  }
  assert_false(world.is_under_way());
  return slices;
}

WorldDesc crowded(const ActivationDesc& activation, uint64_t seed) {
  WorldDesc desc = restless_world(activation, seed, 0);
  desc.max_agents = 400;
  return desc;
}

struct Run {
  explicit Run(const WorldDesc& desc) : world(desc, memory), inputs(world, desc.seed) {
    build(world);
    assert_true(world.spawn(std::vector<World::Spawn>(300)).ok());
  }
  void input() {
    for (int i = 0; i < 4; ++i) {
      inputs.input();
    }
  }

  Memory memory;
  World world;
  RandomInputs inputs;
};

void a_step_in_slices_is_the_same_step(void**) {
  uint64_t seed = 7;
  for (const ActivationDesc& activation : activations()) {
    for (const uint32_t workers : {1U, 3U}) {
      WorldDesc desc = crowded(activation, ++seed);
      Run whole(desc);
      desc.worker_count = workers;
      Run cut(desc);
      int slices = 0;
      for (int step = 0; step < 30; ++step) {
        whole.input();
        cut.input();
        assert_true(whole.world.step().ok());
        slices += step_in_slices(cut.world);
        check(cut.world);
        assert_int_equal(cut.world.hash(), whole.world.hash());
        assert_int_equal(cut.world.events().size(), whole.world.events().size());
        assert_int_equal(cut.world.outbox().size(), whole.world.outbox().size());
        assert_int_equal(cut.world.step_number(), whole.world.step_number());
      }
      assert_true(slices > 30 * 8);
      assert_int_equal(cut.world.counters().steps, whole.world.counters().steps);
      assert_int_equal(cut.world.counters().activations, whole.world.counters().activations);
    }
  }
}

// After `slices` calls the rest in one go, by step().
void a_step_is_finished_from_wherever_it_stands(void**) {
  uint64_t seed = 70;
  for (const ActivationDesc& activation : activations()) {
    const WorldDesc desc = crowded(activation, ++seed);
    Run whole(desc);
    assert_true(whole.world.step().ok());
    bool is_cut = true;
    for (int slices = 1; is_cut; ++slices) {
      Run cut(desc);
      for (int i = 0; i < slices && is_cut; ++i) {
        is_cut = !*cut.world.step_until(Deadline::in(0));
      }
      if (is_cut) {
        assert_true(cut.world.step().ok());
      }
      assert_int_equal(cut.world.hash(), whole.world.hash());
    }
  }
}

void posts_that_come_in_between_are_for_the_next_step(void**) {
  const WorldDesc desc = crowded({}, 5);
  Run whole(desc);
  Run cut(desc);
  Letter letter;
  letter.from = "ana";
  letter.to = "*";
  letter.kind = "feed";
  letter.value = 1;
  for (int step = 0; step < 10; ++step) {
    assert_true(whole.world.step().ok());
    assert_true(whole.world.post({&letter, 1}).ok());
    assert_false(*cut.world.step_until(Deadline::in(0)));
    assert_true(cut.world.post({&letter, 1}).ok());
    assert_true(cut.world.step().ok());
    assert_int_equal(cut.world.hash(), whole.world.hash());
    assert_int_equal(cut.world.messages().size(), whole.world.messages().size());
  }
}

void a_deadline_that_is_far_cuts_nothing(void**) {
  Run run(crowded({}, 5));
  assert_true(*run.world.step_until(Deadline::in(UINT64_MAX)));
  assert_true(*run.world.step_until(Deadline::never()));
  assert_int_equal(run.world.step_number(), 2);
}

// A type whose act fails at the second agent's turn.
void a_step_that_fails_in_a_later_slice_stays_half_done(void**) {
  Lab lab(small_world(waves(100)));
  lab.add_type("pet", [&lab](const StepBatch&, uint32_t) {
    if (lab.turns.size() == 40) {
      throw std::bad_alloc();
    }
  });
  lab.spawn(64);
  assert_true(lab.world.can_step().ok());
  int slices = 0;
  try {
    for (; !*lab.world.step_until(Deadline::in(0)); ++slices) {
    }
    assert_true(false);
  } catch (const std::bad_alloc&) {
  }
  assert_true(slices > 0);
  assert_false(lab.world.is_under_way());
  expect_error(lab.world.can_step(), Status::kNoMemory, "half-way");
  expect_error(lab.world.step(), Status::kNoMemory, "half-way");
  expect_error(lab.world.step_until(Deadline::in(0)), Status::kNoMemory, "half-way");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_step_in_slices_is_the_same_step),
      cmocka_unit_test(a_step_is_finished_from_wherever_it_stands),
      cmocka_unit_test(posts_that_come_in_between_are_for_the_next_step),
      cmocka_unit_test(a_deadline_that_is_far_cuts_nothing),
      cmocka_unit_test(a_step_that_fails_in_a_later_slice_stays_half_done),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
