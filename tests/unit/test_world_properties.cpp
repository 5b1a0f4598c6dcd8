// Random scripts of commands and inputs: what always holds of a world, and that a run is a
// function of its seed and inputs. dks-test: threads
// SPDX-License-Identifier: MIT
#include "data/agent_set.h"
#include "random_inputs.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

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

struct Run {
  std::vector<uint64_t> hashes;  // after each step
  std::vector<Event> events;     // of the last
  int accepted = 0;
  int refused = 0;
};

Run run(const WorldDesc& desc, int steps, bool checked) {
  Memory memory;
  World world(desc, memory);
  build(world);
  assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
  RandomInputs script(world, desc.seed);
  Run run;
  for (int step = 0; step < steps; ++step) {
    for (int i = 0; i < 6; ++i) {
      script.input();
      if (checked) {
        check(world);
      }
    }
    assert_true(world.step().ok());
    if (checked) {
      check(world);
    }
    run.hashes.push_back(world.hash());
  }
  run.events.assign(world.events().begin(), world.events().end());
  run.accepted = script.accepted;
  run.refused = script.refused;
  return run;
}

// ---- the tests ----

void a_world_stays_whole_whatever_is_done_to_it(void**) {
  int accepted = 0;
  int refused = 0;
  uint64_t seed = 1;
  for (const ActivationDesc& activation : activations()) {
    for (const uint32_t capacity : {0U, 1U, 3U}) {
      const Run done = run(restless_world(activation, ++seed, capacity), 60, true);
      accepted += done.accepted;
      refused += done.refused;
    }
  }
  // The scripts are worth something: both kinds of input were there.
  assert_true(accepted > 2000 && refused > 800);
}

bool same(const Event& a, const Event& b) {
  return std::tie(a.kind, a.source, a.step, a.agent, a.other, a.value[0], a.value[1]) ==
         std::tie(b.kind, b.source, b.step, b.agent, b.other, b.value[0], b.value[1]);
}

void a_run_is_the_same_for_every_number_of_workers_and_every_time(void**) {
  uint64_t seed = 100;
  for (const ActivationDesc& activation : activations()) {
    WorldDesc desc = restless_world(activation, ++seed, 2);
    desc.max_agents = 128;
    const Run first = run(desc, 40, false);
    for (const uint32_t workers : {1U, 2U, 3U, 8U}) {
      desc.worker_count = workers;
      const Run again = run(desc, 40, false);
      assert_true(again.hashes == first.hashes);
      assert_int_equal(again.events.size(), first.events.size());
      assert_true(std::equal(again.events.begin(), again.events.end(), first.events.begin(), same));
    }
  }
}

// Compilers, optimisation levels and processors included. Who changes it on purpose says so in
// CHANGELOG under [determinism].
void a_run_has_the_same_hash_on_every_machine(void**) {
  ActivationDesc desc;
  desc.waves = 4;
  assert_int_equal(run(restless_world(desc, 1, 3), 60, false).hashes.back(), 0x7c5592d0cd0d5eb1U);
}

#if defined(__x86_64__)
void a_host_that_flushes_denormals_changes_nothing(void**) {
  const auto run_in_mode = [](uint32_t mode) {
    const uint32_t before = _mm_getcsr();
    Memory memory;
    World world(small_world(), memory);
    build(world);
    _mm_setcsr(before | mode);
    const std::vector<AgentId> pets = *world.spawn(std::vector<World::Spawn>(5));
    const std::vector<double> small = {1e-310, 1e-310, 1e-310, 1e-310, 1e-310};
    const std::vector<uint32_t> cells = {1, 2, 3, 4, 5};
    const std::vector<double> smaller(5, 1e-40);
    assert_true(world.set(pets, "thought", 0, small).ok());
    assert_true(world.set(pets, "mood", 0, smaller).ok());
    assert_true(world.set_layer(0, cells, smaller).ok());
    assert_true(world.drive(6, 1e-310, 0).ok());
    assert_true(AgentSet(world).update(world, "mood", 0.5, 0).ok());
    for (int step = 0; step < 5; ++step) {
      assert_true(world.step().ok());
    }
    const uint32_t after = _mm_getcsr();
    _mm_setcsr(before);
    assert_int_equal(after & mode, mode);  // the host has its mode back
    assert_true(world.layer(0).at(1) > 0);
    return world.hash();
  };
  constexpr uint32_t kFlush = 0x8040;
  assert_int_equal(run_in_mode(kFlush), run_in_mode(0));
}
#endif

void room_that_is_not_used_does_not_change_a_run(void**) {
  WorldDesc desc = restless_world({}, 8, 0);
  desc.max_agents = 4000;
  const auto run_quietly = [&](uint32_t max_agents) {
    desc.max_agents = max_agents;
    Memory memory;
    World world(desc, memory);
    build(world);
    assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
    for (int step = 0; step < 12; ++step) {
      assert_true(world.step().ok());
    }
    return world.hash();
  };
  assert_int_equal(run_quietly(2000), run_quietly(4000));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
    cmocka_unit_test(a_world_stays_whole_whatever_is_done_to_it),
    cmocka_unit_test(a_run_is_the_same_for_every_number_of_workers_and_every_time),
    cmocka_unit_test(a_run_has_the_same_hash_on_every_machine),
#if defined(__x86_64__)
    cmocka_unit_test(a_host_that_flushes_denormals_changes_nothing),
#endif
    cmocka_unit_test(room_that_is_not_used_does_not_change_a_run),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
