// What reaches a step from the one before: timers and messages. Above each test stands a mutation
// of the rule that it catches; tests/checks/mutations.py tries them.
// SPDX-License-Identifier: MIT
#include "world/activation.h"
#include "world/streams.h"
#include "world_support.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>

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

// ---- timers ----

// The steps below `end` in which a timer fires, with what happens to it before some of them.
std::vector<uint64_t> firings(
    TimerDesc desc,
    uint64_t end,
    const std::function<void(Timers&, uint64_t id, uint64_t step)>& before = {}
) {
  Lab lab;
  const uint64_t id = lab.world.timers_at_boundary().add(std::move(desc));
  std::vector<uint64_t> steps;
  for (uint64_t step = 0; step < end; ++step) {
    if (before) {
      before(lab.world.timers_at_boundary(), id, step);
    }
    lab.step();
    for (const Event& event : lab.events(EventKind::kTimer)) {
      assert_true(event.value[0] == static_cast<double>(id));
      steps.push_back(event.step);
    }
  }
  return steps;
}

using Steps = std::vector<uint64_t>;

// breaks: world/timers.h: `step + std::max<uint64_t>(1, timer.desc.interval)` => `step + 1 +
// timer.desc.interval`
void a_timer_fires_at_its_start_and_then_at_every_interval(void**) {
  assert_true(firings({.name = "", .start = 3, .interval = 4}, 16) == (Steps{3, 7, 11, 15}));
}

// breaks: world/timers.h: `const uint32_t firings = timer.desc.interval == 0 ? 1 :
// timer.desc.count;` => `const uint32_t firings = timer.desc.interval == 0 ? 1 : timer.desc.count +
// 1;`
void a_timer_stops_after_its_count(void**) {
  assert_true(firings({.name = "", .start = 1, .interval = 2, .count = 3}, 16) == (Steps{1, 3, 5}));
  assert_true(firings({.name = "", .start = 5}, 16) == Steps{5});
}

// breaks: world/timers.h: `if (!timer.paused) {` => `if (true) {`
void a_paused_timer_misses_its_firings_and_keeps_its_beat(void**) {
  const auto steps = firings(
      {.name = "", .start = 0, .interval = 3, .count = 4},
      20,
      [](Timers& timers, uint64_t id, uint64_t step) {
        if (step == 2 || step == 10) {
          assert_true(timers.pause(id, step == 2).ok());
        }
      }
  );
  assert_true(steps == (Steps{0, 12, 15, 18}));
}

// breaks: world/timers.cpp: `timers_.erase(timer);` => ``
void a_cancelled_timer_never_fires_again(void**) {
  const auto steps = firings(
      {.name = "", .start = 0, .interval = 1},
      8,
      [](Timers& timers, uint64_t id, uint64_t step) {
        if (step == 3) {
          assert_true(timers.cancel(id).ok());
          assert_false(timers.cancel(id).ok());
        }
      }
  );
  assert_true(steps == (Steps{0, 1, 2}));
}

Steps firing_order(const std::vector<int32_t>& priorities) {
  Lab lab;
  for (const int32_t priority : priorities) {
    lab.world.timers_at_boundary().add({.name = "", .priority = priority});
  }
  lab.step();
  Steps ids;
  for (const Event& event : lab.events(EventKind::kTimer)) {
    ids.push_back(static_cast<uint64_t>(event.value[0]));
  }
  return ids;
}

// breaks: world/timers.cpp: `std::tuple(a.desc.priority, a.id) < std::tuple(b.desc.priority, b.id)`
// => `a.id < b.id`
void timers_of_lower_priority_fire_first(void**) {
  assert_true(firing_order({2, -1, 0}) == (Steps{2, 3, 1}));
}

// breaks: world/timers.cpp: `std::tuple(a.desc.priority, a.id) < std::tuple(b.desc.priority, b.id)`
// => `std::tuple(a.desc.priority, -a.id) < std::tuple(b.desc.priority, -b.id)`
void timers_of_one_priority_fire_by_id(void**) {
  assert_true(firing_order({0, 0, -1, 0}) == (Steps{3, 1, 2, 4}));
}

// breaks: world/step.cpp: `advance_environment(); clock.charge(counters_.environment);
// progress_.begun = true; if (deadline.is_over()) { return false; } } if (!activate(deadline)) {
// return false; }` => `progress_.begun = true; } if (!activate(deadline)) { return false; }
// advance_environment();`
void what_a_timer_does_is_seen_by_all_agents_of_its_step(void**) {
  Lab lab;
  std::vector<double> seen;
  lab.add_type("pet", {}, [&](const StepBatch& batch, uint32_t) {
    seen.push_back(batch.world.environment().value(Environment::kDanger));
  });
  (void)*lab.world.add_scheduled_event(
      {.name = "scare", .steps = 1, .drives = {{Environment::kDanger, 0.75}}, .fills = {}}
  );
  lab.world.timers_at_boundary().add({.name = "scare", .start = 1});
  lab.spawn(2);
  for (int step = 0; step < 3; ++step) {
    lab.step();
  }
  assert_true(seen[2] == 0.75 && seen[3] == 0.75);
  assert_true(seen[0] != 0.75 && seen[1] != 0.75 && seen[4] != 0.75 && seen[5] != 0.75);
}

// ---- messages between agents ----

// breaks: world/commands.cpp: `world_.mail_.push_back({id, to_agent, from, value, kind});` =>
// `Message at_once; at_once.to_agent = to_agent; world_.deliver(at_once);`
void a_message_from_agent_to_agent_arrives_in_the_next_step(void**) {
  Lab lab;
  std::map<uint64_t, int> heard;  // by step
  AgentId listener{};
  lab.add_type(
      "pet",
      [&](const StepBatch& batch, uint32_t row) {
        if (batch.step < 2) {
          batch.commands->tell(batch.table.id(row), listener, 0, 0, 0.5);
        }
      },
      [&](const StepBatch& batch, uint32_t row) {
        batch.world.for_each_message(batch.table.id(row).index(), [&](const Message& message) {
          assert_true(batch.table.id(row) == listener && message.value == 0.5);
          assert_int_equal(message.step, batch.step);
          ++heard[batch.step];
        });
      }
  );
  listener = lab.spawn(5)[2];
  for (int step = 0; step < 5; ++step) {
    lab.step();
  }
  assert_true(heard == (std::map<uint64_t, int>{{1, 5}, {2, 5}}));
}

// breaks: world/step.cpp: `return std::pair(a.slot, a.message) < std::pair(b.slot, b.message);` =>
// `return std::pair(a.slot, b.message) < std::pair(b.slot, a.message);`
void messages_arrive_in_the_order_in_which_they_were_sent(void**) {
  Lab lab;
  Ids told;
  Ids heard;
  AgentId listener{};
  lab.add_type(
      "pet",
      [&](const StepBatch& batch, uint32_t row) {
        batch.commands->tell(batch.table.id(row), listener, 0, 0, 0);
        told.push_back(batch.table.id(row));
      },
      [&](const StepBatch& batch, uint32_t row) {
        batch.world.for_each_message(batch.table.id(row).index(), [&](const Message& message) {
          heard.push_back(message.from_agent);
        });
      }
  );
  listener = lab.spawn(30)[2];
  lab.step();
  const Ids sent = told;
  lab.step();
  assert_true(heard == sent);
}

// breaks: world/step.cpp: `arrived = find(message.to_agent) != nullptr;` => `arrived = true;`
void a_message_to_who_is_gone_reaches_nobody_not_even_the_next_tenant(void**) {
  Lab lab;
  AgentId victim{};
  int heard = 0;
  lab.add_type(
      "pet",
      [&](const StepBatch& batch, uint32_t row) {
        if (batch.step == 0) {
          batch.commands->tell(batch.table.id(row), victim, 0, 0, 0);
        }
      },
      [&](const StepBatch& batch, uint32_t row) {
        batch.world.for_each_message(batch.table.id(row).index(), [&](const Message&) { ++heard; });
      }
  );
  victim = lab.spawn(4)[3];
  lab.step();
  lab.remove(victim);
  assert_int_equal(lab.spawn(1)[0].index(), victim.index());
  lab.step();
  assert_int_equal(heard, 0);
  assert_int_equal(lab.events(EventKind::kUndelivered).size(), 4);
  assert_int_equal(lab.events(EventKind::kMessage).size(), 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    cmocka_set_test_filter(argv[1]);
  }
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_timer_fires_at_its_start_and_then_at_every_interval),
      cmocka_unit_test(a_timer_stops_after_its_count),
      cmocka_unit_test(a_paused_timer_misses_its_firings_and_keeps_its_beat),
      cmocka_unit_test(a_cancelled_timer_never_fires_again),
      cmocka_unit_test(timers_of_lower_priority_fire_first),
      cmocka_unit_test(timers_of_one_priority_fire_by_id),
      cmocka_unit_test(what_a_timer_does_is_seen_by_all_agents_of_its_step),
      cmocka_unit_test(a_message_from_agent_to_agent_arrives_in_the_next_step),
      cmocka_unit_test(messages_arrive_in_the_order_in_which_they_were_sent),
      cmocka_unit_test(a_message_to_who_is_gone_reaches_nobody_not_even_the_next_tenant),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
