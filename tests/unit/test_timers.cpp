// Timers by themselves; how they stand in a step is in test_activation_schedule.cpp.
// SPDX-License-Identifier: MIT
#include "base/random.h"
#include "world/timers.h"

#include <map>
#include <set>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using namespace dks;  // NOLINT(google-build-using-namespace)

std::vector<uint64_t> fire(Timers& timers, uint64_t step) {
  std::vector<uint64_t> ids;
  timers.fire(step, [&](const Timers::Timer& timer) { ids.push_back(timer.id); });
  return ids;
}

uint64_t hash_of(const Timers& timers) {
  StateHash hash;
  timers.hash(hash);
  return hash.digest();
}

void ids_rise_and_are_not_used_again(void**) {
  Timers timers;
  assert_int_equal(timers.add({.name = ""}), 1);
  assert_int_equal(timers.add({.name = ""}), 2);
  assert_true(timers.cancel(2).ok());
  assert_int_equal(timers.add({.name = ""}), 3);
}

void a_start_in_the_past_is_the_next_step(void**) {
  Timers timers;
  fire(timers, 9);
  timers.add({.name = "", .start = 4, .interval = 10});
  assert_int_equal(fire(timers, 10).size(), 1);
  assert_int_equal(fire(timers, 11).size(), 0);
  assert_int_equal(fire(timers, 20).size(), 1);
}

void a_paused_one_off_timer_fires_when_it_goes_on(void**) {
  Timers timers;
  const uint64_t id = timers.add({.name = "", .start = 1});
  assert_true(timers.pause(id, true).ok());
  for (uint64_t step = 0; step < 5; ++step) {
    assert_int_equal(fire(timers, step).size(), 0);
  }
  assert_true(timers.pause(id, false).ok());
  assert_int_equal(fire(timers, 5).size(), 1);
  assert_int_equal(fire(timers, 6).size(), 0);
  assert_int_equal(timers.all().size(), 0);
}

void timers_that_are_through_are_unknown(void**) {
  Timers timers;
  const uint64_t id = timers.add({.name = "", .interval = 1, .count = 2});
  fire(timers, 0);
  assert_true(timers.pause(id, false).ok());
  fire(timers, 1);
  assert_int_equal(
      static_cast<int>(timers.pause(id, true).status()), static_cast<int>(Status::kNotFound)
  );
  assert_int_equal(
      static_cast<int>(timers.cancel(id).status()), static_cast<int>(Status::kNotFound)
  );
  assert_int_equal(
      static_cast<int>(timers.cancel(77).status()), static_cast<int>(Status::kNotFound)
  );
}

void what_is_restored_fires_as_before_whatever_its_order(void**) {
  Timers timers;
  timers.add({.name = "a", .interval = 2, .priority = 3});
  timers.add({.name = "b", .interval = 3, .priority = -3});
  timers.add({.name = "c", .interval = 1, .priority = -3});
  fire(timers, 0);
  std::vector<Timers::Timer> kept(timers.all().rbegin(), timers.all().rend());
  Timers restored;
  restored.restore(kept, timers.last_id());
  assert_int_equal(hash_of(restored), hash_of(timers));
  for (uint64_t step = 1; step < 20; ++step) {
    assert_true(fire(restored, step) == fire(timers, step));
  }
  assert_int_equal(restored.add({.name = ""}), timers.add({.name = ""}));
}

void the_hash_sees_everything_that_decides_a_firing(void**) {
  const auto hash = [](TimerDesc desc, bool paused = false, bool fired = false) {
    Timers timers;
    const uint64_t id = timers.add(std::move(desc));
    (void)timers.pause(id, paused);
    if (fired) {
      fire(timers, 0);
    }
    return hash_of(timers);
  };
  const TimerDesc plain{.name = "storm", .start = 0, .interval = 5, .count = 3};
  std::set<uint64_t> hashes = {hash(plain), hash(plain, true), hash(plain, false, true)};
  TimerDesc other = plain;
  other.name = "feast";
  hashes.insert(hash(other));
  other = plain;
  other.start = 1;
  hashes.insert(hash(other));
  other = plain;
  other.interval = 6;
  hashes.insert(hash(other));
  other = plain;
  other.count = 4;
  hashes.insert(hash(other));
  other = plain;
  other.priority = -1;
  hashes.insert(hash(other));
  assert_int_equal(hashes.size(), 8);
}

// Random timers, pauses and cancels against what the rules say of each timer alone.
void many_timers_fire_as_each_would_alone(void**) {
  struct Alone {
    TimerDesc desc;
    uint64_t due;
    uint32_t fired = 0;
    bool paused = false;
  };
  Timers timers;
  std::map<uint64_t, Alone> alone;
  Random random(11, 0, 0, 0);
  for (uint64_t step = 0; step < 500; ++step) {
    if (random.below(4) == 0) {
      TimerDesc desc;
      desc.start = step + random.below(5);
      desc.interval = random.below(6);
      desc.count = random.below(4);
      desc.priority = static_cast<int32_t>(random.below(5)) - 2;
      const uint64_t due = desc.start;
      const uint64_t id = timers.add(desc);
      alone[id] = {desc, due};
    }
    if (!alone.empty() && random.below(3) == 0) {
      const auto chosen =
          std::next(alone.begin(), random.below(static_cast<uint32_t>(alone.size())));
      if (random.below(4) == 0) {
        assert_true(timers.cancel(chosen->first).ok());
        alone.erase(chosen);
      } else {
        chosen->second.paused = !chosen->second.paused;
        assert_true(timers.pause(chosen->first, chosen->second.paused).ok());
      }
    }
    std::vector<std::pair<int32_t, uint64_t>> expected;
    for (auto it = alone.begin(); it != alone.end();) {
      Alone& timer = it->second;
      const bool due = timer.due == step;
      if (due && !timer.paused) {
        expected.emplace_back(timer.desc.priority, it->first);
        ++timer.fired;
      }
      if (due) {
        timer.due += timer.desc.interval == 0 ? 1 : timer.desc.interval;
      }
      const uint32_t most = timer.desc.interval == 0 ? 1 : timer.desc.count;
      it = most != 0 && timer.fired == most ? alone.erase(it) : std::next(it);
    }
    std::sort(expected.begin(), expected.end());
    const auto fired = fire(timers, step);
    assert_int_equal(fired.size(), expected.size());
    for (size_t i = 0; i < fired.size(); ++i) {
      assert_int_equal(fired[i], expected[i].second);
    }
    assert_int_equal(timers.all().size(), alone.size());
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(ids_rise_and_are_not_used_again),
      cmocka_unit_test(a_start_in_the_past_is_the_next_step),
      cmocka_unit_test(a_paused_one_off_timer_fires_when_it_goes_on),
      cmocka_unit_test(timers_that_are_through_are_unknown),
      cmocka_unit_test(what_is_restored_fires_as_before_whatever_its_order),
      cmocka_unit_test(the_hash_sees_everything_that_decides_a_firing),
      cmocka_unit_test(many_timers_fire_as_each_would_alone),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
