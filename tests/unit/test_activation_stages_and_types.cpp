// The rules of activation in stages and by type. Above each test stands a mutation of the rule that
// it catches; tests/checks/mutations.py tries them.
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

// ---- staged activation ----

// breaks: world/turns.cpp: `nullptr, step_, stage_, 0}; const bool timed` => `nullptr, step_,
// desc_.activation.stage_count() - 1 - stage_, 0}; const bool timed`
void all_go_through_a_stage_before_anybody_enters_the_next(void**) {
  Lab lab = staged_lab(false);
  lab.add_type();
  const Ids agents = lab.spawn(20);
  lab.step();
  assert_int_equal(lab.turns.size(), 40);
  for (size_t i = 0; i < 40; ++i) {
    assert_int_equal(lab.turns[i].stage, i / 20);
  }
  assert_true(sorted(acted_in(lab, 0)) == agents);
  assert_true(sorted(acted_in(lab, 1)) == agents);
}

// breaks: world/activation.cpp: `if (stage > 0 && !desc.shuffle_between_stages) {` => `if (false)
// {`
void the_order_of_a_step_is_kept_through_its_stages(void**) {
  Lab lab = staged_lab(false);
  lab.add_type();
  lab.spawn(20);
  lab.step();
  assert_true(acted_in(lab, 0) == acted_in(lab, 1));
}

// breaks: world/activation.cpp: `if (stage > 0 && !desc.shuffle_between_stages) {` => `if (stage >
// 0) {`
void stages_are_shuffled_anew_when_asked(void**) {
  Lab lab = staged_lab(true);
  lab.add_type();
  const Ids agents = lab.spawn(20);
  lab.step();
  assert_true(acted_in(lab, 0) != acted_in(lab, 1));
  assert_true(sorted(acted_in(lab, 1)) == agents);
}

// breaks: world/turns.cpp: `if (slot.removed) { continue; }` => `if (slot.removed && stage_ == 0) {
// continue; }`
void who_is_removed_in_a_stage_does_not_enter_the_next(void**) {
  for (const bool shuffle : {false, true}) {
    Lab lab = staged_lab(shuffle);
    AgentId victim{};
    lab.add_type("pet", [&victim](const StepBatch& batch, uint32_t) {
      if (batch.stage == 0) {
        batch.commands->remove(victim);
      }
    });
    const Ids agents = lab.spawn(20);
    victim = agents[7];
    lab.step();
    assert_int_equal(acted_in(lab, 1).size(), 19);
    assert_int_equal(place_of(acted_in(lab, 1), victim), 19);
  }
}

// breaks: world/turns.cpp: `nullptr, step_, stage_, 0}; const bool timed` => `nullptr, step_, 0,
// 0}; const bool timed`
void an_agent_is_told_which_stage_it_is(void**) {
  Lab lab = staged_lab(false);
  std::vector<uint32_t> sensed;
  lab.add_type("pet", {}, [&](const StepBatch& batch, uint32_t) { sensed.push_back(batch.stage); });
  lab.spawn(1);
  lab.step();
  assert_true(sensed == (std::vector<uint32_t>{0, 1}));
  assert_int_equal(lab.turns[1].stage, 1);
}

// breaks: world/turns.cpp: `type.sense(state, batch);` => `const uint32_t stage =
// std::exchange(stage_, 0); type.sense(state, batch); stage_ = stage;`
void each_stage_has_draws_of_its_own(void**) {
  Lab lab = staged_lab(false);
  std::vector<uint64_t> draws;
  lab.add_type("pet", {}, [&](const StepBatch& batch, uint32_t row) {
    draws.push_back(batch.world.random(batch.table.id(row), stream::kFirstOfTypes).next_u64());
  });
  lab.spawn(1);
  lab.step();
  assert_int_equal(draws.size(), 2);
  assert_true(draws[0] != draws[1]);
}

// ---- activation by type ----

struct Zoo {
  explicit Zoo(ActivationDesc desc, uint64_t seed = 1) : lab(small_world(std::move(desc), seed)) {
    for (const char* name : {"cat", "dog", "owl"}) {
      lab.add_type(name);
    }
    // Mixed, so that slots are in the order of no type.
    for (uint32_t i = 0; i < 10; ++i) {
      for (uint32_t type = 0; type < 3; ++type) {
        agents[type].push_back(lab.spawn(1, type)[0]);
      }
    }
  }
  // The types in the order in which they acted; checks that each acted as a whole.
  std::vector<uint32_t> types() const {
    std::vector<uint32_t> types;
    for (size_t i = 0; i < lab.turns.size(); ++i) {
      if (i == 0 || lab.turns[i].type != lab.turns[i - 1].type) {
        types.push_back(lab.turns[i].type);
      }
    }
    return types;
  }
  Ids acted(uint32_t type) const {
    Ids acted;
    for (const Lab::Turn& turn : lab.turns) {
      if (turn.type == type) {
        acted.push_back(turn.agent);
      }
    }
    return acted;
  }

  Lab lab;
  std::array<Ids, 3> agents;
};

// breaks: world/activation.cpp: `if (desc.by_type) {` => `if (false) {`
void types_act_one_after_the_other(void**) {
  Zoo zoo(ActivationDesc::random_by_type());
  zoo.lab.step();
  assert_int_equal(zoo.types().size(), 3);
  for (uint32_t type = 0; type < 3; ++type) {
    assert_true(sorted(zoo.acted(type)) == zoo.agents[type]);
  }
}

// breaks: world/activation.cpp: `if (desc.shuffle_types) {` => `if (false) {`
void types_come_in_every_order_equally_often(void**) {
  Zoo zoo(ActivationDesc::random_by_type());
  std::map<std::vector<uint32_t>, int> count;
  for (int step = 0; step < 1200; ++step) {
    zoo.lab.step();
    ++count[zoo.types()];
  }
  assert_int_equal(count.size(), 6);
  for (const auto& [types, times] : count) {
    assert_in_range(times, 140, 260);  // 200 +- 12.9
  }
}

// breaks: world/activation.cpp: `if (desc.shuffle_types) {` => `if (true) {`
void types_keep_their_order_without_shuffle_types(void**) {
  ActivationDesc desc = ActivationDesc::random_by_type();
  desc.shuffle_types = false;
  Zoo zoo(desc);
  for (int step = 0; step < 8; ++step) {
    zoo.lab.step();
    assert_true(zoo.types() == (std::vector<uint32_t>{0, 1, 2}));
  }
}

// breaks: world/activation.cpp: `for (uint32_t index = 0, begin = 0; index < part_count();` => `for
// (uint32_t index = 0, begin = 0; index < 1;`
void agents_are_shuffled_inside_every_type(void**) {
  ActivationDesc desc = ActivationDesc::random_by_type();
  desc.shuffle_types = false;
  Zoo zoo(desc);
  zoo.lab.step();
  for (uint32_t type = 0; type < 3; ++type) {
    assert_true(zoo.acted(type) != zoo.agents[type]);
  }
}

// breaks: world/activation.cpp: `desc.by_type ? types_[index] + 1 : 0;` => `0;`
void types_of_one_size_have_orders_of_their_own(void**) {
  Zoo zoo(ActivationDesc::random_by_type());
  zoo.lab.step();
  const auto places = [&](uint32_t type) {
    std::vector<size_t> found;
    for (const AgentId agent : zoo.acted(type)) {
      found.push_back(place_of(zoo.agents[type], agent));
    }
    return found;
  };
  assert_true(places(0) != places(1) && places(1) != places(2) && places(0) != places(2));
}

// breaks: world/turns.cpp: `const std::span<const uint32_t> slots =
// order_.part(progress_.part);` => `const std::span<const uint32_t> slots = progress_.part == 0 ?
// order_.slots() : std::span<const uint32_t>();`
void each_type_is_cut_into_waves_of_its_own(void**) {
  ActivationDesc desc = ActivationDesc::random_by_type();
  desc.waves = 1;
  Zoo zoo(desc);
  zoo.lab.step();
  const std::vector<uint32_t> types = zoo.types();
  assert_int_equal(types.size(), 3);
  for (size_t place = 0; place < 3; ++place) {
    const Numbers seen = zoo.lab.seen(zoo.agents[types[place]]);
    assert_true(seen == Numbers(10, static_cast<double>(10 * place)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    cmocka_set_test_filter(argv[1]);
  }
  const CMUnitTest tests[] = {
      cmocka_unit_test(all_go_through_a_stage_before_anybody_enters_the_next),
      cmocka_unit_test(the_order_of_a_step_is_kept_through_its_stages),
      cmocka_unit_test(stages_are_shuffled_anew_when_asked),
      cmocka_unit_test(who_is_removed_in_a_stage_does_not_enter_the_next),
      cmocka_unit_test(an_agent_is_told_which_stage_it_is),
      cmocka_unit_test(each_stage_has_draws_of_its_own),
      cmocka_unit_test(types_act_one_after_the_other),
      cmocka_unit_test(types_come_in_every_order_equally_often),
      cmocka_unit_test(types_keep_their_order_without_shuffle_types),
      cmocka_unit_test(agents_are_shuffled_inside_every_type),
      cmocka_unit_test(types_of_one_size_have_orders_of_their_own),
      cmocka_unit_test(each_type_is_cut_into_waves_of_its_own),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
