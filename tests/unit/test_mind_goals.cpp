// Backwards induction from goals: against walks forwards, and as a term of the score.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "count_allocations.h"
#include "mind/inductive.h"
#include "test_mind_support.h"

#include <array>
#include <string>

namespace {

using namespace dks::mind;
using dks::test::allocations;

GoalDesc random_goals(const ModelDesc& desc, uint64_t which) {
  dks::Random random(11, which, 0, 0);
  GoalDesc goals;
  goals.depth = 1 + random.below(5);
  goals.threshold = 0.05 + 0.3 * random.uniform();
  for (const FactorDesc& factor : desc.factors) {
    const bool has_goal = random.bernoulli(0.8);
    for (size_t s = 0; s < factor.num_states; ++s) {
      goals.goals.push_back(has_goal && random.bernoulli(0.3) ? 1 : 0);
    }
  }
  return goals;
}

// Whether some action and some states of the other parents lead from one state to another.
bool leads(const ModelDesc& desc, size_t f, size_t from, size_t to, double threshold) {
  const FactorDesc& factor = desc.factors[f];
  const size_t joint = joint_size(desc, factor.parents);
  for (size_t column = 0; column < joint; ++column) {
    size_t rest = column;
    bool matches = true;
    for (size_t k = factor.parents.size(); k-- > 0;) {
      const size_t size = desc.factors[factor.parents[k]].num_states;
      matches = matches && (factor.parents[k] != f || rest % size == from);
      rest /= size;
    }
    for (size_t u = 0; u < factor.num_controls && matches; ++u) {
      if (factor.transition[(to * joint + column) * factor.num_controls + u] > threshold) {
        return true;
      }
    }
  }
  return false;
}

void a_row_holds_the_states_from_which_a_walk_of_its_length_ends_at_a_goal(void**) {
  size_t found = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    const GoalDesc goals = random_goals(desc, which);
    const Agent<double> agent(desc, 1);
    const auto built = Goals<double>::build(agent.model, goals);
    assert_true(built.ok());
    assert_int_equal(built->depth(), goals.depth);
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      const size_t offset = agent.model.factors()[f].state_offset;
      const size_t states = desc.factors[f].num_states;
      for (size_t start = 0; start < states; ++start) {
        std::vector<bool> here(states);
        here[start] = true;
        for (size_t steps = 0; steps < goals.depth; ++steps) {
          bool arrives = false;
          std::vector<bool> next(states);
          for (size_t s = 0; s < states; ++s) {
            arrives = arrives || (here[s] && goals.goals[offset + s] == 1);
            for (size_t to = 0; to < states && here[s]; ++to) {
              next[to] = next[to] || leads(desc, f, s, to, goals.threshold);
            }
          }
          assert_int_equal(built->row(steps)[offset + start], arrives ? 1 : 0);
          found += arrives && steps > 0 ? 1 : 0;
          here = next;
        }
      }
    }
  }
  assert_true(found > kModels);
}

void state_values_add_a_last_term_and_change_no_other(void**) {
  size_t different = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> plain(desc);
    Agent<double> guided(desc);
    const auto goals = Goals<double>::build(plain.model, random_goals(desc, which));
    plain.infer(random_observation(plain.model, which));
    guided.q = plain.q;
    std::vector<double> values(plain.model.total_states());
    goals->state_values(plain.model, plain.q, values);
    PlanningSettings<double> settings;
    settings.info_gain_weight = 0.7;
    plain.plan(settings);
    settings.state_values = values;
    const size_t count = num_terms(plain.model);
    assert_int_equal(num_terms(plain.model, settings), count + 1);
    guided.terms.resize(guided.policies().size() * (count + 1));
    guided.plan(settings);
    std::vector<double> states(values.size());
    for (size_t p = 0; p < plain.policies().size(); ++p) {
      const auto terms = std::span(guided.terms).subspan(p * (count + 1), count + 1);
      assert_true(
          std::ranges::equal(terms.first(count), std::span(plain.terms).subspan(p * count, count))
      );
      assert_true(sum_terms<double>(terms) == guided.neg_efe[p]);
      double expected = 0;
      uint32_t node = plain.policies().leaf(p);
      for (; node != kNoNode; node = plain.policies().nodes()[node].parent) {
        predicted_states<double>(plain.model, plain.graph, plain.workspace, node, states);
        for (size_t s = 0; s < states.size(); ++s) {
          expected += states[s] * values[s];
        }
      }
      assert_near(terms.back(), expected, 1e-12);
      assert_near(guided.neg_efe[p], plain.neg_efe[p] + expected, 1e-11);
      different += expected < 0 ? 1 : 0;
    }
  }
  assert_true(different > kModels);
}

void only_likely_states_count_and_a_goal_out_of_reach_is_worth_nothing(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    const Agent<double> agent(desc, 1);
    const GoalDesc given = random_goals(desc, which);
    const auto goals = Goals<double>::build(agent.model, given);
    std::vector<double> values(agent.model.total_states(), 7.0);
    goals->state_values(agent.model, agent.q, values);
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      const Factor<double>& factor = agent.model.factors()[f];
      const size_t here = factor.state_offset + most_likely<double>(agent.belief(f));
      size_t steps = 0;
      while (steps < goals->depth() && goals->row(steps)[here] == 0) {
        ++steps;
      }
      for (size_t s = factor.state_offset; s < factor.state_offset + factor.num_states; ++s) {
        const bool is_reached = steps < goals->depth();
        const bool is_on_way = is_reached && goals->row(steps == 0 ? 0 : steps - 1)[s] == 1;
        assert_near(values[s], is_reached && !is_on_way ? std::log(1e-3) : 0, 1e-12);
      }
    }
  }
}

// Stay or go on to the next of six places, the last of which leads to the first: a ring that can
// only be walked one way round.
ModelDesc ring() {
  constexpr size_t kPlaces = 6;
  ModelDesc desc;
  FactorDesc place{"place", kPlaces, 2, {}, std::vector<double>(kPlaces * kPlaces * 2), {}};
  ModalityDesc seen{"seen", kPlaces, {}, std::vector<double>(kPlaces * kPlaces), {}};
  for (size_t from = 0; from < kPlaces; ++from) {
    place.transition[(from * kPlaces + from) * 2] = 1;
    place.transition[((from + 1) % kPlaces * kPlaces + from) * 2 + 1] = 1;
    seen.likelihood[from * kPlaces + from] = 1;
  }
  place.initial = {0, 0, 1, 0, 0, 0};
  desc.factors = {place};
  desc.modalities = {seen};
  return desc;
}

void an_agent_that_looks_one_step_ahead_walks_a_long_way_to_its_goal(void**) {
  Agent<double> agent(ring(), 1);
  GoalDesc desc;
  desc.goals = {0, 1, 0, 0, 0, 0};
  desc.depth = 6;
  const auto goals = Goals<double>::build(agent.model, desc);
  std::vector<double> values(6);
  PlanningSettings<double> settings;
  agent.terms.clear();
  int32_t place = 2;
  for (size_t step = 0; step < 8; ++step) {
    agent.infer(std::array{place});
    goals->state_values(agent.model, agent.q, values);
    settings.state_values = values;
    expected_free_energy<double>(
        agent.model, agent.graph, settings, agent.q, agent.neg_efe, agent.workspace
    );
    const std::array<int32_t, 1> action = {agent.neg_efe[1] > agent.neg_efe[0] ? 1 : 0};
    assert_int_equal(action[0], step < 5 ? 1 : 0);  // five steps away, then it stays
    place = (place + action[0]) % 6;
    predict_states<double>(agent.model, agent.q, action, agent.prior, agent.workspace);
  }
}

void mistakes_are_named(void**) {
  const Agent<double> agent(ring(), 1);
  const auto message = [&](const GoalDesc& desc) {
    const auto built = Goals<double>::build(agent.model, desc);
    assert_false(built.ok());
    return built.error().text;
  };
  GoalDesc good;
  good.goals.assign(6, 1);
  GoalDesc desc = good;
  desc.goals.pop_back();
  assert_string_equal(
      message(desc).c_str(), "goals have 5 entries, expected one for each of the 6 states"
  );
  desc = good;
  desc.goals[3] = 0.5;
  assert_string_equal(message(desc).c_str(), "goals[3] is 0.5, expected 0 or 1");
  desc = good;
  desc.depth = 0;
  assert_string_equal(message(desc).c_str(), "goals: depth 0, expected 1 to 4096");
  desc = good;
  desc.threshold = std::nan("");
  assert_true(message(desc).starts_with("goals: threshold "));
  desc = good;
  desc.epsilon = 0;
  assert_string_equal(message(desc).c_str(), "goals: epsilon 0 is not in (0, 1]");
}

void pursuing_a_goal_does_not_allocate(void**) {
  Agent<float> agent(random_model(3));
  const auto goals = Goals<float>::build(agent.model, random_goals(random_model(3), 3));
  std::vector<float> values(agent.model.total_states());
  PlanningSettings<float> settings;
  settings.state_values = values;
  agent.terms.resize(agent.policies().size() * num_terms(agent.model, settings));
  const uint64_t before = allocations;
  goals->state_values(agent.model, agent.q, values);
  agent.plan(settings);
  assert_int_equal(allocations - before, 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_row_holds_the_states_from_which_a_walk_of_its_length_ends_at_a_goal),
      cmocka_unit_test(state_values_add_a_last_term_and_change_no_other),
      cmocka_unit_test(only_likely_states_count_and_a_goal_out_of_reach_is_worth_nothing),
      cmocka_unit_test(an_agent_that_looks_one_step_ahead_walks_a_long_way_to_its_goal),
      cmocka_unit_test(mistakes_are_named),
      cmocka_unit_test(pursuing_a_goal_does_not_allocate),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
