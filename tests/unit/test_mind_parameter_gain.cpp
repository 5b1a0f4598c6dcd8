// What more counts are expected to tell about A and B, and its place in expected free energy.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "mind/dirichlet.h"
#include "mind_learning_support.h"

#include <array>
#include <cmath>

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)
using dks::Random;

std::vector<double> novelty(ParameterGainForm form, std::span<const double> counts) {
  std::vector<double> out(counts.size());
  counts_novelty<double>(form, counts, out);
  return out;
}

// What one draw is expected to tell: novelty weighted by the expected distribution.
double expected_gain(ParameterGainForm form, std::span<const double> counts) {
  std::vector<double> expected(counts.size());
  expected_distribution<double>(counts, expected);
  const std::vector<double> each = novelty(form, counts);
  double sum = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    sum += expected[i] * each[i];
  }
  return sum;
}

double entropy_of_two(double p) {
  return -(p > 0 ? p * std::log(p) : 0) - (p < 1 ? (1 - p) * std::log(1 - p) : 0);
}

// H[E p] - E H[p] under Beta(a, b), by the midpoint rule.
double mutual_information(double a, double b) {
  constexpr int kPoints = 200000;
  double mass = 0;
  double entropy = 0;
  for (int i = 0; i < kPoints; ++i) {
    const double p = (i + 0.5) / kPoints;
    const double density = std::pow(p, a - 1) * std::pow(1 - p, b - 1);
    mass += density;
    entropy += density * entropy_of_two(p);
  }
  return entropy_of_two(a / (a + b)) - entropy / mass;
}

void exact_gain_is_mutual_information_of_draw_and_distribution(void**) {
  const std::array<std::array<double, 2>, 4> cases = {{{1, 1}, {2, 3}, {1.5, 7}, {20, 40}}};
  for (const auto& counts : cases) {
    const double gain = expected_gain(ParameterGainForm::kExact, counts);
    assert_near(gain, mutual_information(counts[0], counts[1]), 1e-8);
  }
  const std::array<double, 2> flat = {1, 1};
  assert_near(expected_gain(ParameterGainForm::kExact, flat), std::log(2.0) - 0.5, 1e-14);
}

void legacy_gain_is_a_difference_of_inverse_counts(void**) {
  const std::vector<double> counts = {0.5, 0, 1.5, 2};
  const std::vector<double> got = novelty(ParameterGainForm::kPymdpLegacy, counts);
  assert_near(got[0], 2 - 0.25, 1e-14);
  assert_true(got[1] == 0);
  assert_near(got[2], 1 / 1.5 - 0.25, 1e-14);
  assert_near(got[3], 0.25, 1e-14);
}

// Both fall as counts grow. Where little was counted only the exact one stays below ln n.
void gains_fall_with_counts_and_the_exact_one_is_bounded(void**) {
  for (const auto form : {ParameterGainForm::kExact, ParameterGainForm::kPymdpLegacy}) {
    double before = std::numeric_limits<double>::infinity();
    for (double scale = 1e-12; scale < 1e10; scale *= 10) {
      const std::vector<double> counts = {scale, 2 * scale, 3 * scale};
      const double gain = expected_gain(form, counts);
      assert_true(std::isfinite(gain) && gain < before && gain > -1e-14);
      before = gain;
      if (form == ParameterGainForm::kExact) {
        assert_true(gain < std::log(3.0));
      }
    }
    const std::vector<double> few = {1e-3, 2e-3, 3e-3};
    const bool is_large = expected_gain(form, few) > 100;
    assert_true(is_large == (form == ParameterGainForm::kPymdpLegacy));
  }
}

void gains_of_large_counts_agree_up_to_the_factor_of_one_half(void**) {
  const std::vector<double> counts = {4000, 3000, 5000};
  const double exact = expected_gain(ParameterGainForm::kExact, counts);
  const double legacy = expected_gain(ParameterGainForm::kPymdpLegacy, counts);
  assert_near(exact / legacy, 0.5, 1e-3);
}

// The expected gain about one tensor along a policy, column by column from the counts alone.
struct PlainGain {
  const Learner<double>& learner;
  ParameterGainForm form;

  using Beliefs = std::vector<std::vector<double>>;

  std::span<const Factor<double>> factors() const { return learner.model().factors(); }

  template <class Visit>
  void for_each_column(std::span<const uint32_t> parents, const Beliefs& q, Visit visit) const {
    size_t columns = 1;
    for (const uint32_t parent : parents) {
      columns *= q[parent].size();
    }
    for (size_t c = 0; c < columns; ++c) {
      double weight = 1;
      size_t rest = c;
      for (size_t k = parents.size(); k-- > 0;) {
        const auto& belief = q[parents[k]];
        weight *= belief[rest % belief.size()];
        rest /= belief.size();
      }
      visit(c, weight);
    }
  }

  double of_tensor(
      std::span<const double> counts,
      size_t first,
      size_t rows,
      std::span<const uint32_t> parents,
      const Beliefs& q,
      std::vector<double>& predicted
  ) const {
    predicted.assign(rows, 0.0);
    std::vector<double> expected_novelty(rows, 0.0);
    for_each_column(parents, q, [&](size_t c, double weight) {
      const auto column = counts.subspan((first + c) * rows, rows);
      const std::vector<double> each = novelty(form, column);
      const double sum = total(column);
      for (size_t r = 0; r < rows; ++r) {
        predicted[r] += weight * column[r] / sum;
        expected_novelty[r] += weight * each[r];
      }
    });
    double gain = 0;
    for (size_t r = 0; r < rows; ++r) {
      gain += predicted[r] * expected_novelty[r];
    }
    return gain;
  }

  // About A, then about B.
  std::array<double, 2> of_policy(size_t policy) const {
    std::array<double, 2> gain = {};
    Beliefs q;
    for (const Factor<double>& factor : factors()) {
      const auto belief = std::span(learner.q).subspan(factor.state_offset, factor.num_states);
      q.emplace_back(belief.begin(), belief.end());
    }
    const Policies& policies = learner.graph.policies();
    for (size_t t = 0; t < policies.depth(); ++t) {
      Beliefs next(q.size());
      for (size_t f = 0; f < q.size(); ++f) {
        const auto counts = learner.learned.transition_counts(learner.counts, f);
        const auto action = static_cast<size_t>(policies.step(policy, t)[f]);
        const Factor<double>& factor = factors()[f];
        const size_t first = action * factor.joint_size;
        gain[1] += of_tensor(counts, first, factor.num_states, factor.parents, q, next[f]);
      }
      q = next;
      for (size_t m = 0; m < learner.model().num_modalities(); ++m) {
        const auto counts = learner.learned.likelihood_counts(learner.counts, m);
        const Modality<double>& modality = learner.model().modalities()[m];
        std::vector<double> outcomes;
        gain[0] += of_tensor(counts, 0, modality.num_outcomes, modality.parents, q, outcomes);
      }
    }
    return gain;
  }
};

void gains_over_the_prefix_tree_equal_those_policy_by_policy(void**) {
  for (uint64_t which = 0; which < kModels; which += 2) {
    const Convention convention = which % 4 == 0 ? Convention{} : kPymdpLegacy;
    const ModelDesc desc = random_model(which, convention);
    Learner<double> learner(desc, random_learning(desc, which, Zeros::kAsTheModel));
    live(learner, which * 100, 3);
    learner.plan();
    const PlainGain plain{learner, convention.parameter_gain};
    const size_t count = num_terms(learner.model());
    assert_int_equal(count, desc.modalities.size() + 3);
    for (size_t p = 0; p < learner.neg_efe.size(); ++p) {
      const std::array<double, 2> gain = plain.of_policy(p);
      assert_near(learner.terms[(p + 1) * count - 2], gain[0], 1e-10 * (1 + gain[0]));
      assert_near(learner.terms[(p + 1) * count - 1], gain[1], 1e-10 * (1 + gain[1]));
    }
  }
}

void terms_sum_to_the_score_to_the_last_bit(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Learner<double> learner(desc, random_learning(desc, which, Zeros::kAsTheModel));
    live(learner, which * 100, 2);
    PlanningSettings<double> settings;
    settings.info_gain_weight = 0.1 * static_cast<double>(which % 30);
    settings.parameter_info_gain_weight = 0.1 * static_cast<double>(which % 7);
    learner.plan(settings);
    const size_t count = num_terms(learner.model());
    for (size_t p = 0; p < learner.neg_efe.size(); ++p) {
      const auto terms = std::span(learner.terms).subspan(p * count, count);
      assert_true(sum_terms<double>(terms) == learner.neg_efe[p]);
    }
  }
}

// With weight 0 a plan is that of an unlearning model with the same A and B; a weight only scales.
void the_weight_scales_the_gain_and_nothing_else(void**) {
  for (uint64_t which = 0; which < kModels; which += 3) {
    const ModelDesc desc = random_model(which);
    LearningDesc learning = random_learning(desc, which, Zeros::kAsTheModel);
    Learner<double> learner(desc, learning);
    learning.parameter_info_gain = false;
    Learner<double> plain(desc, learning);
    assert_false(plain.model().has_novelty());
    plain.plan();
    PlanningSettings<double> settings;
    settings.parameter_info_gain_weight = 0;
    learner.plan(settings);
    assert_true(learner.neg_efe == plain.neg_efe);
    settings.parameter_info_gain_weight = 3;
    learner.plan();
    const std::vector<double> once = learner.neg_efe;
    learner.plan(settings);
    for (size_t p = 0; p < once.size(); ++p) {
      const double gain = once[p] - plain.neg_efe[p];
      assert_true(gain > -1e-12);
      assert_near(learner.neg_efe[p] - plain.neg_efe[p], 3 * gain, 1e-10 * (1 + gain));
    }
  }
}

void pruning_keeps_scores_with_their_gains(void**) {
  for (uint64_t which = 0; which < kModels; which += 3) {
    const ModelDesc desc = random_model(which);
    Learner<double> learner(desc, random_learning(desc, which, Zeros::kNone));
    learner.plan();
    const std::vector<double> all = learner.neg_efe;
    PlanningSettings<double> settings;
    settings.keep_first_actions = 1;
    learner.plan(settings);
    size_t kept = 0;
    for (size_t p = 0; p < all.size(); ++p) {
      const bool is_pruned = learner.neg_efe[p] == kPrunedScore;
      assert_true(is_pruned || learner.neg_efe[p] == all[p]);
      kept += is_pruned ? 0 : 1;
    }
    assert_int_equal(kept, all.size() / learner.graph.policies().num_first_actions());
  }
}

// Two rooms, one seen a thousand times, one hardly ever: curiosity goes to the second, until it has
// been seen as often.
void an_agent_goes_where_there_is_more_to_learn(void**) {
  ModelDesc desc;
  desc.factors.resize(1);
  desc.factors[0].num_states = 2;
  desc.factors[0].num_controls = 2;
  desc.factors[0].transition = {1, 0, 1, 0, 0, 1, 0, 1};
  desc.modalities.resize(1);
  desc.modalities[0].num_outcomes = 2;
  desc.modalities[0].likelihood = {0.5, 0.5, 0.5, 0.5};
  LearningDesc learning;
  learning.likelihood = {{500, 1, 500, 1}};
  Learner<double> learner(desc, learning, 1);
  learner.plan();
  assert_true(learner.neg_efe[1] > learner.neg_efe[0] + 0.1);
  const std::vector<double> there = {0, 1};
  for (int32_t i = 0; i < 2000; ++i) {
    const std::vector<int32_t> outcome = {i % 2};
    learner.learned.learn_likelihood(learner.counts, outcome, there, {});
  }
  learner.plan();
  assert_true(learner.neg_efe[1] < learner.neg_efe[0]);
}

void gains_in_float_are_those_in_double(void**) {
  for (uint64_t which = 0; which < kModels; which += 2) {
    const ModelDesc desc = random_model(which);
    const LearningDesc learning = random_learning(desc, which, Zeros::kNone);
    Learner<double> exact(desc, learning);
    Learner<float> rounded(desc, learning);
    exact.plan();
    rounded.plan();
    for (size_t p = 0; p < exact.neg_efe.size(); ++p) {
      assert_near(static_cast<double>(rounded.neg_efe[p]), exact.neg_efe[p], 2e-5);
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(exact_gain_is_mutual_information_of_draw_and_distribution),
      cmocka_unit_test(legacy_gain_is_a_difference_of_inverse_counts),
      cmocka_unit_test(gains_fall_with_counts_and_the_exact_one_is_bounded),
      cmocka_unit_test(gains_of_large_counts_agree_up_to_the_factor_of_one_half),
      cmocka_unit_test(gains_over_the_prefix_tree_equal_those_policy_by_policy),
      cmocka_unit_test(terms_sum_to_the_score_to_the_last_bit),
      cmocka_unit_test(the_weight_scales_the_gain_and_nothing_else),
      cmocka_unit_test(pruning_keeps_scores_with_their_gains),
      cmocka_unit_test(an_agent_goes_where_there_is_more_to_learn),
      cmocka_unit_test(gains_in_float_are_those_in_double),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
