// Plans of random models: what must hold whatever the numbers are.
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
#include "test_mind_support.h"

namespace {

using namespace dks::mind;
using dks::test::allocations;

// Expected free energy of one policy, term by term, from the description alone.
struct PlainPlanner {
  const ModelDesc& desc;

  using Beliefs = std::vector<std::vector<double>>;

  // Calls visit(flat index, probability) for each joint state of the parents.
  template <class Visit>
  void for_joint(const Beliefs& q, std::span<const uint32_t> parents, Visit visit) const {
    for (size_t flat = 0; flat < joint_size(desc, parents); ++flat) {
      size_t rest = flat;
      double probability = 1;
      for (size_t k = parents.size(); k-- > 0;) {
        const size_t size = desc.factors[parents[k]].num_states;
        probability *= q[parents[k]][rest % size];
        rest /= size;
      }
      visit(flat, probability);
    }
  }

  Beliefs after(const Beliefs& q, std::span<const int32_t> action) const {
    Beliefs next;
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      const FactorDesc& factor = desc.factors[f];
      const size_t joint = joint_size(desc, factor.parents);
      std::vector<double> belief(factor.num_states, 0.0);
      for_joint(q, factor.parents, [&](size_t from, double probability) {
        for (size_t to = 0; to < factor.num_states; ++to) {
          const size_t row = (to * joint + from) * factor.num_controls;
          belief[to] += probability * factor.transition[row + static_cast<size_t>(action[f])];
        }
      });
      next.push_back(belief);
    }
    return next;
  }

  double value(const Beliefs& q, size_t step, double info_gain_weight) const {
    double sum = 0;
    for (const ModalityDesc& modality : desc.modalities) {
      const size_t joint = joint_size(desc, modality.parents);
      const size_t columns = modality.preferences.size() / modality.num_outcomes;
      std::vector<double> qo(modality.num_outcomes, 0.0);
      double ambiguity = 0;
      for_joint(q, modality.parents, [&](size_t state, double probability) {
        for (size_t o = 0; o < qo.size(); ++o) {
          const double p = modality.likelihood[o * joint + state];
          qo[o] += probability * p;
          ambiguity -= p > 0 ? probability * p * std::log(p) : 0;
        }
      });
      for (size_t o = 0; o < qo.size(); ++o) {
        sum += qo[o] * modality.preferences[o * columns + std::min(step, columns - 1)];
        sum -= qo[o] > 0 ? info_gain_weight * qo[o] * std::log(qo[o]) : 0;
      }
      sum -= info_gain_weight * ambiguity;
    }
    return sum;
  }

  double score(const Agent<double>& agent, size_t policy, double info_gain_weight) const {
    Beliefs q;
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      q.emplace_back(agent.belief(f).begin(), agent.belief(f).end());
    }
    double sum = 0;
    for (size_t step = 0; step < agent.policies().depth(); ++step) {
      q = after(q, agent.policies().step(policy, step));
      sum += value(q, step, info_gain_weight);
    }
    return sum;
  }
};

void scores_over_the_prefix_tree_equal_those_policy_by_policy(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> agent(desc, 1 + which % 2);
    agent.infer(random_observation(agent.model, which));
    PlanningSettings<double> settings;
    settings.info_gain_weight = static_cast<double>(which % 3);
    agent.plan(settings);
    const PlainPlanner plain{desc};
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      assert_near(agent.neg_efe[p], plain.score(agent, p, settings.info_gain_weight), 1e-10);
    }
  }
}

void own_preferences_take_the_place_of_the_models(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    ModelDesc desc = random_model(which);
    Agent<double> agent(desc);
    dks::Random random(9, which, 0, 0);
    std::vector<double> per_step;
    for (size_t i = 0; i < 2 * agent.model.total_outcomes(); ++i) {
      per_step.push_back(random.uniform());
    }
    for (size_t m = 0; m < desc.modalities.size(); ++m) {
      ModalityDesc& modality = desc.modalities[m];
      const double* own = &per_step[agent.model.modalities()[m].outcome_offset];
      modality.preferences.clear();
      for (size_t o = 0; o < modality.num_outcomes; ++o) {
        modality.preferences.push_back(own[o]);
        modality.preferences.push_back(own[o + agent.model.total_outcomes()]);
      }
    }
    const PlainPlanner plain{desc};
    PlanningSettings<double> settings;
    settings.log_preferences = per_step;
    agent.plan(settings);
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      assert_near(agent.neg_efe[p], plain.score(agent, p, 1), 1e-10);
    }
  }
}

void terms_sum_to_the_score_to_the_last_bit(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdpLegacy}) {
      Agent<double> agent(random_model(which, convention));
      agent.infer(random_observation(agent.model, which));
      PlanningSettings<double> settings;
      settings.info_gain_weight = 0.1 * static_cast<double>(which % 30);
      settings.use_utility = which % 5 != 0;
      settings.use_states_info_gain = which % 7 != 0;
      agent.plan(settings);
      const size_t count = num_terms(agent.model);
      for (size_t p = 0; p < agent.policies().size(); ++p) {
        const auto terms = std::span(agent.terms).subspan(p * count, count);
        assert_true(sum_terms<double>(terms) == agent.neg_efe[p]);
        assert_true(settings.use_states_info_gain || terms.back() == 0);
        for (size_t m = 0; m + 1 < count; ++m) {
          assert_true(settings.use_utility || terms[m] == 0);
        }
      }
    }
  }
}

void best_continuation_is_the_best_policy_of_each_first_action(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    agent.plan();
    std::vector<uint32_t> best(agent.policies().num_first_actions());
    best_continuations<double>(agent.policies(), agent.neg_efe, best);
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      const uint32_t other = best[agent.policies().first_action(p)];
      assert_int_equal(agent.policies().first_action(other), agent.policies().first_action(p));
      assert_true(agent.neg_efe[p] < agent.neg_efe[other] || other <= p);
      assert_true(agent.neg_efe[p] <= agent.neg_efe[other]);
    }
  }
}

// Affective charge, (qu - pu) . G, is the same over policies and over their first actions, each
// with its expected score: policies of one first action have its evidence.
void charge_over_first_actions_is_that_over_policies(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    agent.plan();
    const Policies& policies = agent.policies();
    dks::Random random(9, which, 0, 0);
    std::vector<double> evidence;
    for (size_t u = 0; u < policies.num_first_actions(); ++u) {
      evidence.push_back(5 * random.uniform());
    }
    std::vector<double> pu(policies.num_first_actions());
    std::vector<double> scores(pu);
    first_action_marginals<double>(policies, agent.q_pi, pu);
    first_action_scores<double>(policies, agent.neg_efe, agent.q_pi, scores);
    const auto charge = [](const auto& p, const auto& evidence_of, const auto& score) {
      double total = 0;
      for (size_t i = 0; i < p.size(); ++i) {
        total += p[i] * std::exp(-evidence_of(i));
      }
      double sum = 0;
      for (size_t i = 0; i < p.size(); ++i) {
        sum += p[i] * (std::exp(-evidence_of(i)) / total - 1) * score[i];
      }
      return sum;
    };
    const double over_actions = charge(
        pu, [&](size_t u) { return evidence[u]; }, scores
    );
    const double over_policies = charge(
        agent.q_pi, [&](size_t p) { return evidence[policies.first_action(p)]; }, agent.neg_efe
    );
    assert_near(over_actions, over_policies, 1e-12);
  }
}

void the_score_of_an_impossible_first_action_is_its_best(void**) {
  const std::vector<uint32_t> controls = {2};
  const auto policies = Policies::enumerate(controls, 2);
  const std::vector<double> neg_efe = {-1, -2, -700, -900};
  std::vector<double> q_pi(4);
  std::vector<double> scores(2);
  policy_posterior<double>(neg_efe, 16, {}, q_pi);
  first_action_scores<double>(*policies, neg_efe, q_pi, scores);
  assert_near(scores[0], -1, 1e-6);
  assert_near(scores[1], -700, 0);
}

void pruning_keeps_the_best_first_actions_with_the_same_scores(void**) {
  size_t pruned_models = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> one_step(desc, 1);
    one_step.plan();
    Agent<double> whole(desc);
    whole.plan();
    Agent<double> pruned(desc);
    PlanningSettings<double> settings;
    settings.keep_first_actions = 2;
    pruned.plan(settings);
    size_t kept = 0;
    for (size_t p = 0; p < whole.policies().size(); ++p) {
      const uint32_t first = whole.policies().first_action(p);
      size_t better = 0;
      for (size_t other = 0; other < one_step.neg_efe.size(); ++other) {
        const double difference = one_step.neg_efe[other] - one_step.neg_efe[first];
        better += difference > 0 || (difference == 0 && other < first) ? 1 : 0;
      }
      if (better < 2) {
        assert_true(pruned.neg_efe[p] == whole.neg_efe[p]);
        ++kept;
      } else {
        assert_true(pruned.neg_efe[p] == kPrunedScore);
        assert_true(pruned.q_pi[p] == 0);
      }
    }
    assert_distribution<double>(pruned.q_pi, 1e-12);
    pruned_models += kept < whole.policies().size() ? 1 : 0;
  }
  assert_true(pruned_models > kModels / 2);
}

void predictions_of_a_first_action_are_the_next_prior(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    agent.plan();
    std::vector<double> predicted(agent.q.size());
    std::vector<double> next(agent.q.size());
    std::vector<double> outcomes(agent.model.total_outcomes());
    for (size_t node = 0; node < agent.policies().num_first_actions(); ++node) {
      const auto action = agent.policies().node_actions(node);
      predicted_states<double>(agent.model, agent.graph, agent.workspace, node, predicted);
      predict_states<double>(agent.model, agent.q, action, next, agent.workspace);
      assert_true(predicted == next);
      predicted_outcomes<double>(agent.model, agent.graph, agent.workspace, node, outcomes);
      for (const Modality<double>& modality : agent.model.modalities()) {
        const std::span<const double> all(outcomes);
        assert_distribution(all.subspan(modality.outcome_offset, modality.num_outcomes), 1e-12);
      }
    }
  }
}

void agents_that_share_a_workspace_do_not_disturb_each_other(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> fresh(random_model(which));
    Agent<double> used(random_model(which));
    for (uint64_t other = 0; other < 3; ++other) {
      used.infer(random_observation(used.model, 1000 + other));
      PlanningSettings<double> settings;
      settings.keep_first_actions = 1;
      used.plan(settings);
    }
    const auto observation = random_observation(fresh.model, which);
    fresh.infer(observation);
    fresh.plan();
    used.infer(observation);
    used.plan();
    assert_true(fresh.q == used.q);
    assert_true(fresh.neg_efe == used.neg_efe);
  }
}

void thinking_does_not_allocate(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    std::vector<double> first(agent.policies().num_first_actions());
    PlanningSettings<double> settings;
    settings.keep_first_actions = static_cast<uint32_t>(which % 3);
    const uint64_t before = allocations;
    agent.infer(observation);
    agent.plan(settings);
    first_action_marginals<double>(agent.policies(), agent.q_pi, first);
    sharpen<double>(first, 2.0, LogForm::kClamp, first);
    const size_t node = most_likely<double>(first);
    predicted_states<double>(agent.model, agent.graph, agent.workspace, node, agent.prior);
    assert_int_equal(allocations - before, 0);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(scores_over_the_prefix_tree_equal_those_policy_by_policy),
      cmocka_unit_test(own_preferences_take_the_place_of_the_models),
      cmocka_unit_test(terms_sum_to_the_score_to_the_last_bit),
      cmocka_unit_test(best_continuation_is_the_best_policy_of_each_first_action),
      cmocka_unit_test(charge_over_first_actions_is_that_over_policies),
      cmocka_unit_test(the_score_of_an_impossible_first_action_is_its_best),
      cmocka_unit_test(pruning_keeps_the_best_first_actions_with_the_same_scores),
      cmocka_unit_test(predictions_of_a_first_action_are_the_next_prior),
      cmocka_unit_test(agents_that_share_a_workspace_do_not_disturb_each_other),
      cmocka_unit_test(thinking_does_not_allocate),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
