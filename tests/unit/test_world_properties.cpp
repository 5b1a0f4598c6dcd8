// Random scripts of commands and inputs: what always holds of a world, and that a run is a
// function of its seed and inputs. dks-test: threads
// SPDX-License-Identifier: MIT
#include "data/agent_set.h"
#include "restless_world.h"

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

// ---- random inputs ----

class Script {
 public:
  Script(World& world, uint64_t seed) : world_(world), random_(seed, 0, 0, 99) {}

  // One input, which may be wrong: then nothing has changed.
  void input() {
    const uint64_t hash = world_.hash();
    const uint32_t agents = world_.agent_count();
    const auto names = world_.names().size();
    if (!try_input()) {
      ++refused;
      assert_int_equal(world_.hash(), hash);
      assert_int_equal(world_.agent_count(), agents);
      assert_int_equal(world_.names().size(), names);
    } else {
      ++accepted;
    }
  }
  int accepted = 0;
  int refused = 0;

 private:
  bool try_input() {
    switch (random_.below(8)) {
      case 0:
        return spawn();
      case 1:
        return world_.remove(some_agents()).ok();
      case 2:
        return move();
      case 3:
        return set();
      case 4:
        return set_layer();
      case 5:
        return drive();
      case 6:
        return timer();
      default:
        return post();
    }
  }
  bool spawn() {
    std::vector<std::string> names;
    std::vector<World::Spawn> spawns;
    for (uint32_t i = random_.below(6); i > 0; --i) {
      names.push_back(random_.below(3) == 0 ? "" : text("p", random_.below(40)));
      names.back() = random_.below(20) == 0 ? "#room" : names.back();
    }
    for (const std::string& name : names) {
      World::Spawn spawn{random_.below(20) == 0 ? 2 : random_.below(2), name, {}};
      if (random_.below(2) == 0) {
        spawn.cell = random_.below(random_.below(10) == 0 ? 70 : 64);
      }
      spawns.push_back(spawn);
    }
    return world_.spawn(spawns).ok();
  }
  // Mostly living ones, some stale, some twice.
  std::vector<AgentId> some_agents() {
    std::vector<AgentId> agents;
    for (uint32_t i = random_.below(4); i > 0; --i) {
      const uint32_t slot = random_.below(world_.slots().slot_count() + 1);
      const AgentId agent = world_.slots().id_at(slot);
      agents.push_back(
          random_.below(12) == 0 ? AgentId(slot, 1'000'000)
          : agent                ? agent
                                 : any_agent()
      );
    }
    return agents;
  }
  AgentId any_agent() {
    for (uint32_t type = 0; type < world_.type_count(); ++type) {
      if (world_.table(type).size() > 0) {
        return world_.table(type).id(random_.below(world_.table(type).size()));
      }
    }
    return {};
  }
  bool move() {
    const auto agents = some_agents();
    std::vector<uint32_t> cells;
    for (size_t i = 0; i < agents.size(); ++i) {
      cells.push_back(random_.below(random_.below(12) == 0 ? 80 : 8)
      );  // few: with a capacity they fill
    }
    return world_.move(agents, cells).ok();
  }
  bool set() {
    const auto agents = some_agents();
    const char* const fields[] = {"mood", "thought", "cat", "luck"};
    const char* const field = fields[random_.below(4)];
    std::vector<double> values;
    for (size_t i = 0; i < agents.size(); ++i) {
      values.push_back(random_.below(10) == 0 ? NAN : std::floor(random_.uniform() * 5) / 2 - 0.5);
    }
    return world_.set(agents, field, random_.below(3), values).ok();
  }
  bool set_layer() {
    const std::vector<uint32_t> cells = {random_.below(64), random_.below(66)};
    const std::vector<double> values = {random_.uniform(), random_.uniform() * 1.2};
    return world_.set_layer(1, cells, values).ok();
  }
  // One draw a statement: compilers call the arguments of a function in any order.
  bool drive() {
    const uint32_t field = random_.below(7);
    const double value = random_.uniform() * 2;
    return world_.drive(field, value, random_.below(4)).ok();
  }
  bool timer() {
    Timers& timers = world_.timers_at_boundary();
    const uint64_t some = random_.below(static_cast<uint32_t>(timers.last_id()) + 2);
    switch (random_.below(3)) {
      case 0:
        timers.add(
            {.name = "feast",
             .start = random_.below(60),
             .interval = random_.below(9),
             .count = random_.below(3)}
        );
        return true;
      case 1:
        return timers.pause(some, random_.below(2) == 0).ok();
      default:
        return timers.cancel(some).ok();
    }
  }
  bool post() {
    const std::string from = text("u", random_.below(4));
    const std::string names[] = {text("p", random_.below(40)), "*", "world", "nobody", "#talk"};
    Letter letter;
    letter.from = from;
    letter.to = names[random_.below(5)];
    letter.kind = "feed";
    letter.field = random_.below(6) == 0 ? "luck" : "";
    letter.value = random_.uniform();
    letter.step = random_.below(60);
    return world_.post({&letter, 1}).ok();
  }

  World& world_;
  Random random_;
};

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
  Script script(world, desc.seed);
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

std::vector<ActivationDesc> activations() {
  ActivationDesc waves;
  waves.waves = 4;
  ActivationDesc stages = ActivationDesc::staged({"a", "b"});
  stages.shuffle_between_stages = true;
  stages.waves = 3;
  ActivationDesc types = ActivationDesc::random_by_type();
  types.waves = 2;
  return {ActivationDesc::random(), ActivationDesc::simultaneous(), waves, stages, types};
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
  assert_int_equal(run(restless_world(desc, 1, 3), 60, false).hashes.back(), 0x82d435c3618c2220U);
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
    assert_true(AgentSet(world).update("mood", 0.5, 0).ok());
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
