// What the mind accepts as a model and as policies, and what it says about the rest.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "mind/expected_free_energy.h"
#include "mind/generative_model.h"
#include "mind/planning_graph.h"
#include "mind/policy_posterior.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace dks::mind;
using dks::Status;

// Two factors of 3 and 2 states; a modality of 2 outcomes on both, one of 3 on the first.
ModelDesc small_model() {
  ModelDesc desc;
  desc.factors.resize(2);
  desc.factors[0].num_states = 3;
  desc.factors[0].num_controls = 2;
  desc.factors[0].transition = {1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0};
  desc.factors[1].num_states = 2;
  desc.factors[1].transition = {0.9, 0.2, 0.1, 0.8};
  desc.modalities.resize(2);
  desc.modalities[0].num_outcomes = 2;
  desc.modalities[0].likelihood = {1, 0.5, 0.25, 0.5, 0, 1, 0, 0.5, 0.75, 0.5, 1, 0};
  desc.modalities[1].num_outcomes = 3;
  desc.modalities[1].parents = {0};
  desc.modalities[1].likelihood = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  return desc;
}

void assert_refused(const ModelDesc& desc, Status status, const char* text) {
  const auto model = GenerativeModel<double>::build(desc);
  assert_false(model.ok());
  assert_string_equal(model.error().text.c_str(), text);
  assert_int_equal(static_cast<int>(model.status()), static_cast<int>(status));
}

template <class T>
void assert_policies_refused(const dks::Result<T>& policies, Status status, const char* text) {
  assert_false(policies.ok());
  assert_string_equal(policies.error().text.c_str(), text);
  assert_int_equal(static_cast<int>(policies.status()), static_cast<int>(status));
}

void a_small_model_has_its_defaults(void**) {
  const auto model = GenerativeModel<double>::build(small_model());
  assert_true(model.ok());
  assert_int_equal(model->total_states(), 5);
  assert_int_equal(model->total_outcomes(), 5);
  assert_int_equal(model->total_controls(), 3);
  assert_int_equal(model->factors()[1].parents[0], 1);
  assert_int_equal(model->modalities()[0].parents.size(), 2);
  assert_true(model->initial_states()[0] == 1.0 / 3);
  assert_true(model->log_preferences(7)[4] == 0);
  assert_true(model->gamma() == 16);
  assert_true(model->log_policy_prior().empty());
  assert_true(model->factors()[0].coupled && model->modalities()[1].coupled);
}

void a_column_that_is_no_distribution_is_named_by_its_index(void**) {
  ModelDesc desc = small_model();
  desc.modalities[1].likelihood = {1, 0, 0, 0, 1, 0, 0, 0, 0.5};
  assert_refused(desc, Status::kInvalid, "A[1][..., 2] sums to 0.5, expected 1");
  desc = small_model();
  desc.modalities[0].likelihood[4] = 0.5;
  assert_refused(desc, Status::kInvalid, "A[0][..., 2, 0] sums to 1.5, expected 1");
  desc.modalities[0].name = "threat";
  assert_refused(desc, Status::kInvalid, "A[0][..., 2, 0] (threat) sums to 1.5, expected 1");
  desc = small_model();
  desc.factors[0].transition[5] = 0.25;
  assert_refused(desc, Status::kInvalid, "B[0][..., 2, 1] sums to 0.25, expected 1");
  desc = small_model();
  desc.factors[1].initial = {0.5, 0.25};
  assert_refused(desc, Status::kInvalid, "D[1][...] sums to 0.75, expected 1");
  desc = small_model();
  desc.policy_prior = {0.5, 0.25};
  assert_refused(desc, Status::kInvalid, "E[...] sums to 0.75, expected 1");
}

void a_column_may_miss_one_by_a_millionth(void**) {
  ModelDesc desc = small_model();
  desc.modalities[1].likelihood[4] = 1 - 5e-7;
  assert_true(GenerativeModel<double>::build(desc).ok());
  desc.modalities[1].likelihood[4] = 1 - 2e-6;
  assert_refused(desc, Status::kInvalid, "A[1][..., 1] sums to 0.999998, expected 1");
  desc.modalities[1].likelihood[4] = 0;
  assert_refused(desc, Status::kInvalid, "A[1][..., 1] sums to 0, expected 1");
}

void an_entry_that_is_no_probability_is_named_by_its_index(void**) {
  ModelDesc desc = small_model();
  desc.modalities[0].likelihood[7] = -0.5;
  assert_refused(desc, Status::kInvalid, "A[0][1, 0, 1] is -0.5, expected 0 to 1");
  desc = small_model();
  desc.factors[1].transition[2] = std::numeric_limits<double>::quiet_NaN();
  assert_refused(desc, Status::kInvalid, "B[1][1, 0, 0] is nan, expected 0 to 1");
  desc = small_model();
  desc.factors[0].initial = {0, 2, 0};
  assert_refused(desc, Status::kInvalid, "D[0][1] is 2, expected 0 to 1");
}

void a_tensor_of_the_wrong_size_is_refused(void**) {
  ModelDesc desc = small_model();
  desc.modalities[0].likelihood.pop_back();
  assert_refused(desc, Status::kInvalid, "A[0] has 11 entries, expected 12 (2 x 3 x 2)");
  desc = small_model();
  desc.factors[0].transition.push_back(0);
  assert_refused(desc, Status::kInvalid, "B[0] has 19 entries, expected 18 (3 x 3 x 2)");
  desc = small_model();
  desc.factors[0].initial = {1};
  assert_refused(desc, Status::kInvalid, "D[0] has 1 entries, expected 3 (3)");
  desc = small_model();
  desc.modalities[1].preferences = {1, 2};
  assert_refused(desc, Status::kInvalid, "C[1] has 2 entries, expected 3 or a multiple of it");
}

void a_dependency_that_does_not_exist_is_refused(void**) {
  ModelDesc desc = small_model();
  desc.modalities[1].parents = {2};
  assert_refused(desc, Status::kInvalid, "A[1] depends on factor 2, but there are 2 factors");
  desc = small_model();
  desc.factors[1].parents = {1, 7};
  assert_refused(desc, Status::kInvalid, "B[1] depends on factor 7, but there are 2 factors");
  desc = small_model();
  desc.modalities[0].parents = {1, 1};
  assert_refused(desc, Status::kInvalid, "A[0] depends on factor 1 twice, expected once");
  desc.modalities[0].parents = {0, UINT32_MAX};
  assert_refused(
      desc, Status::kInvalid, "A[0] depends on factor 4294967295, but there are 2 factors"
  );
}

void an_empty_model_is_refused(void**) {
  assert_refused({}, Status::kInvalid, "the model has 0 factors, expected at least 1");
  ModelDesc desc = small_model();
  desc.modalities.clear();
  assert_refused(desc, Status::kInvalid, "the model has 0 modalities, expected at least 1");
  desc = small_model();
  desc.factors[1].num_states = 0;
  assert_refused(desc, Status::kInvalid, "factor 1 has 0 states, expected at least 1");
  desc = small_model();
  desc.modalities[0].num_outcomes = 0;
  assert_refused(desc, Status::kInvalid, "modality 0 has 0 outcomes, expected at least 1");
}

void absurd_sizes_are_refused_before_they_are_multiplied(void**) {
  ModelDesc desc = small_model();
  desc.factors[0].num_states = UINT32_MAX;
  assert_refused(desc, Status::kLimit, "factor 0 has 4294967295 states, the limit is 1048576");
  desc.factors[0].num_states = 1u << 20;
  assert_refused(
      desc,
      Status::kLimit,
      "B[0] of 1048576 x 1048576 x 2 would have more than 16777216 entries, the limit"
  );
  desc = small_model();
  desc.factors.resize(300, desc.factors[1]);
  assert_refused(desc, Status::kLimit, "the model has 300 factors, the limit is 256");
  desc = small_model();
  desc.modalities[1].preferences.assign(3000, 0.0);
  assert_refused(desc, Status::kLimit, "C[1] has 1000 steps, the limit is 256");
  desc = small_model();
  desc.modalities.resize(1025, desc.modalities[1]);
  assert_refused(desc, Status::kLimit, "the model has 1025 modalities, the limit is 1024");
  desc = small_model();
  desc.modalities[0].num_outcomes = 1u << 21;
  assert_refused(desc, Status::kLimit, "modality 0 has 2097152 outcomes, the limit is 1048576");
  desc = small_model();
  desc.factors[1].num_controls = 1u << 21;
  assert_refused(desc, Status::kLimit, "factor 1 has 2097152 controls, the limit is 1048576");
}

void preferences_and_precisions_are_bounded(void**) {
  ModelDesc desc = small_model();
  desc.modalities[1].preferences = {0, std::numeric_limits<double>::infinity(), 0};
  assert_refused(desc, Status::kInvalid, "C[1][1] is inf, expected -1e+09 to 1e+09");
  desc = small_model();
  desc.gamma = -1;
  assert_refused(desc, Status::kInvalid, "gamma is -1, expected 0 (the default) to 1e+09");
  desc.gamma = std::numeric_limits<double>::quiet_NaN();
  assert_refused(desc, Status::kInvalid, "gamma is nan, expected 0 (the default) to 1e+09");
  desc = small_model();
  desc.alpha = 1e300;
  assert_refused(desc, Status::kInvalid, "alpha is 1e+300, expected 0 (the default) to 1e+09");
}

void conventions_are_found_by_name(void**) {
  assert_true(find_convention("pymdp_legacy")->softmax_preferences);
  assert_false(find_convention("pymdp")->softmax_preferences);
  assert_true(find_convention("dks")->inference.order == UpdateOrder::kSequential);
  assert_true(find_convention("spm")->entropy == EntropyForm::kSpmJoint);
  const auto unknown = find_convention("SPM");
  assert_string_equal(
      unknown.error().text.c_str(), "convention: \"SPM\" is not dks, pymdp_legacy, pymdp or spm"
  );
}

void preferences_follow_the_convention(void**) {
  ModelDesc desc = small_model();
  desc.modalities[1].preferences = {0, 1, 2, 3, 4, 5};  // two steps
  const auto raw = GenerativeModel<double>::build(desc);
  assert_int_equal(raw->preference_steps(), 2);
  assert_true(raw->log_preferences(0)[3] == 2 && raw->log_preferences(1)[3] == 3);
  assert_true(raw->log_preferences(9)[4] == 5);
  desc.convention = kPymdpLegacy;
  const auto softmaxed = GenerativeModel<double>::build(desc);
  assert_true(std::abs(softmaxed->log_preferences(0)[0] - std::log(0.5)) < 1e-15);
  const double sum = 1 + std::exp(2) + std::exp(4);
  assert_true(std::abs(softmaxed->log_preferences(0)[4] - std::log(std::exp(4) / sum)) < 1e-15);
}

void policies_come_in_the_order_of_a_product(void**) {
  const std::vector<uint32_t> controls = {2, 1, 3};
  const auto policies = Policies::enumerate(controls, 2);
  assert_true(policies.ok());
  assert_int_equal(policies->size(), 36);
  const std::vector<int32_t> digits = {1, 0, 0, 0, 0, 2};  // 18 + 2
  for (size_t step = 0; step < 2; ++step) {
    for (size_t f = 0; f < 3; ++f) {
      assert_int_equal(policies->step(20, step)[f], digits[step * 3 + f]);
    }
  }
  assert_int_equal(policies->num_first_actions(), 6);
  assert_int_equal(policies->nodes().size(), 6 + 36);
  assert_int_equal(policies->first_action(20), 3);
  assert_int_equal(policies->node_actions(6 + 20)[2], 2);
}

void shared_actions_move_all_factors_together(void**) {
  const std::vector<uint32_t> controls = {8, 1, 9};
  const auto policies = Policies::enumerate_shared(controls, 8, 2);
  assert_int_equal(policies->size(), 64);
  assert_int_equal(policies->num_first_actions(), 8);
  assert_int_equal(policies->nodes().size(), 72);
  for (int32_t node = 0; node < 8; ++node) {
    const auto actions = policies->node_actions(static_cast<size_t>(node));
    assert_true(actions[0] == node && actions[1] == 0 && actions[2] == node);
  }
  const std::vector<uint32_t> uneven = {8, 3};
  assert_policies_refused(
      Policies::enumerate_shared(uneven, 8, 2),
      Status::kInvalid,
      "policies: factor 1 has 3 controls, expected 1 or at least 8"
  );
  const std::vector<uint32_t> fixed = {1, 1};
  assert_policies_refused(
      Policies::enumerate_shared(fixed, 2, 1),
      Status::kInvalid,
      "policies: 2 actions, but no factor has a control for each"
  );
  assert_int_equal(Policies::enumerate_shared(fixed, 1, 3)->size(), 1);
}

void too_many_policies_are_refused(void**) {
  const std::vector<uint32_t> eight = {8};
  assert_policies_refused(
      Policies::enumerate(eight, 6),
      Status::kLimit,
      "policies: 8 actions at depth 6 are more than 65536 policies, the limit"
  );
  assert_true(Policies::enumerate(eight, 3, 512).ok());
  assert_policies_refused(
      Policies::enumerate_shared(eight, 8, 3, 511),
      Status::kLimit,
      "policies: 8 actions at depth 3 are more than 511 policies, the limit"
  );
  const std::vector<uint32_t> many(40, UINT32_MAX);
  assert_policies_refused(
      Policies::enumerate(many, 1),
      Status::kLimit,
      "policies: the controls of the factors allow more than 65536 actions, the limit of policies"
  );
  assert_policies_refused(
      Policies::enumerate(eight, 0), Status::kInvalid, "policies: depth 0, expected at least 1"
  );
  assert_policies_refused(
      Policies::enumerate(std::vector<uint32_t>{1}, 257),
      Status::kLimit,
      "policies: depth 257, the limit is 256"
  );
  std::vector<uint32_t> wide(256, 1);
  wide[0] = 2;
  assert_policies_refused(
      Policies::enumerate(wide, 16),
      Status::kLimit,
      "policies: 65536 of 16 steps for 256 factors are more than 16777216 actions, the limit"
  );
}

// Four ways round a ring of 800 states, and no two sequences of them alike.
void a_plan_that_would_not_fit_in_memory_is_refused(void**) {
  constexpr size_t kStates = 800;
  ModelDesc desc;
  desc.factors.resize(1);
  desc.factors[0].num_states = kStates;
  desc.factors[0].num_controls = 4;
  desc.factors[0].transition.assign(kStates * kStates * 4, 0.0);
  for (size_t from = 0; from < kStates; ++from) {
    for (size_t action = 0; action < 4; ++action) {
      const size_t to = (from + 1 + action) % kStates;
      desc.factors[0].transition[(to * kStates + from) * 4 + action] = 1;
    }
  }
  desc.modalities = {{"", 1, {}, std::vector<double>(kStates, 1.0), {}}};
  const auto model = GenerativeModel<double>::build(desc);
  assert_policies_refused(
      PlanningGraph::build(*model, *Policies::enumerate(model->num_controls(), 8)),
      Status::kLimit,
      "planning over 65536 policies would hold more than 67108864 numbers, the limit"
  );
  assert_true(PlanningGraph::build(*model, *Policies::enumerate(model->num_controls(), 4)).ok());
}

void listed_policies_are_checked(void**) {
  const std::vector<uint32_t> controls = {3, 2};
  const std::vector<int32_t> good = {0, 1, 2, 1, 0, 1, 1, 0};
  const auto policies = Policies::from_list(controls, 2, good);
  assert_int_equal(policies->size(), 2);
  assert_int_equal(policies->num_first_actions(), 1);
  assert_int_equal(policies->nodes().size(), 3);
  const std::vector<int32_t> beyond = {0, 1, 2, 1, 0, 1, 1, 2};
  assert_policies_refused(
      Policies::from_list(controls, 2, beyond),
      Status::kInvalid,
      "policies[1][1][1] is 2, expected 0 to 1"
  );
  const std::vector<int32_t> ragged = {0, 1, 2, 1, 0};
  assert_policies_refused(
      Policies::from_list(controls, 2, ragged),
      Status::kInvalid,
      "policies: a list of 5 actions, expected a multiple of 4"
  );
  assert_policies_refused(
      Policies::from_list(controls, 1, good, 3),
      Status::kLimit,
      "policies: a list of 4, the limit is 3"
  );
}

void policies_of_another_model_are_refused(void**) {
  const auto model = GenerativeModel<double>::build(small_model());
  const std::vector<uint32_t> one_factor = {2};
  assert_policies_refused(
      PlanningGraph::build(*model, *Policies::enumerate(one_factor, 1)),
      Status::kInvalid,
      "policies are for 1 factors, but the model has 2"
  );
  const std::vector<uint32_t> more_controls = {2, 2};
  assert_policies_refused(
      PlanningGraph::build(*model, *Policies::enumerate(more_controls, 1)),
      Status::kInvalid,
      "policies[1][0][1] is 1, expected 0 to 0"
  );
  ModelDesc desc = small_model();
  desc.policy_prior = {0.5, 0.25, 0.25};
  const auto with_prior = GenerativeModel<double>::build(desc);
  assert_policies_refused(
      PlanningGraph::build(*with_prior, *Policies::enumerate(with_prior->num_controls(), 1)),
      Status::kInvalid,
      "E has 3 entries, expected one per policy: 2"
  );
}

void equal_actions_are_predicted_once(void**) {
  ModelDesc desc = small_model();
  const auto distinct = GenerativeModel<double>::build(desc);
  const auto graph =
      PlanningGraph::build(*distinct, *Policies::enumerate(distinct->num_controls(), 2));
  assert_int_equal(distinct->factors()[0].num_slices, 2);
  assert_int_equal(graph->beliefs().size(), 2 + (2 + 1) + (4 + 1));
  assert_int_equal(graph->outcomes().size(), 2 * (2 + 4));
  for (size_t i = 0; i < desc.factors[0].transition.size(); i += 2) {
    desc.factors[0].transition[i + 1] = desc.factors[0].transition[i];
  }
  const auto equal = GenerativeModel<double>::build(desc);
  const auto small = PlanningGraph::build(*equal, *Policies::enumerate(equal->num_controls(), 2));
  assert_int_equal(equal->factors()[0].num_slices, 1);
  assert_int_equal(small->beliefs().size(), 2 + 2 + 2);
  assert_int_equal(small->outcomes().size(), 2 * (1 + 1));
}

void posterior_weighs_scores_with_gamma_and_prior(void**) {
  const std::vector<double> neg_efe = {1, 2, 3};
  const std::vector<double> log_prior = {std::log(0.5), std::log(0.25), std::log(0.25)};
  std::vector<double> q_pi(3);
  policy_posterior<double>(neg_efe, 2.0, log_prior, q_pi);
  const double sum = 0.5 * std::exp(2) + 0.25 * std::exp(4) + 0.25 * std::exp(6);
  assert_true(std::abs(q_pi[0] - 0.5 * std::exp(2) / sum) < 1e-15);
  assert_true(std::abs(q_pi[2] - 0.25 * std::exp(6) / sum) < 1e-15);
  policy_posterior<double>(neg_efe, 0.0, {}, q_pi);
  assert_true(q_pi[0] == q_pi[2]);
}

void pruned_policies_have_no_probability_even_without_precision(void**) {
  const std::vector<double> neg_efe = {1, kPrunedScore, 3};
  std::vector<double> q_pi(3);
  policy_posterior<double>(neg_efe, 0.0, {}, q_pi);
  assert_true(q_pi[0] == 0.5 && q_pi[1] == 0 && q_pi[2] == 0.5);
}

void ties_go_to_the_lowest_index(void**) {
  const std::vector<double> p = {0.1, 0.4, 0.1, 0.4};
  assert_int_equal(most_likely<double>(p), 1);
}

void sampling_follows_the_cumulative_probability(void**) {
  const std::vector<double> p = {0, 0.25, 0, 0.75, 0};
  assert_int_equal(sample<double>(p, 0.0), 1);
  assert_int_equal(sample<double>(p, std::nextafter(0.25, 0.0)), 1);
  assert_int_equal(sample<double>(p, 0.25), 3);
  assert_int_equal(sample<double>(p, std::nextafter(1.0, 0.0)), 3);
  const std::vector<double> short_of_one = {0.5, 0.25, 0};
  assert_int_equal(sample<double>(short_of_one, 0.9), 1);
}

void sharpening_raises_to_a_power(void**) {
  std::vector<double> p = {0.2, 0.8};
  sharpen<double>(p, 2.0, LogForm::kClamp, p);
  assert_true(std::abs(p[0] - 0.04 / 0.68) < 1e-15);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_small_model_has_its_defaults),
      cmocka_unit_test(a_column_that_is_no_distribution_is_named_by_its_index),
      cmocka_unit_test(a_column_may_miss_one_by_a_millionth),
      cmocka_unit_test(an_entry_that_is_no_probability_is_named_by_its_index),
      cmocka_unit_test(a_tensor_of_the_wrong_size_is_refused),
      cmocka_unit_test(a_dependency_that_does_not_exist_is_refused),
      cmocka_unit_test(an_empty_model_is_refused),
      cmocka_unit_test(absurd_sizes_are_refused_before_they_are_multiplied),
      cmocka_unit_test(preferences_and_precisions_are_bounded),
      cmocka_unit_test(conventions_are_found_by_name),
      cmocka_unit_test(preferences_follow_the_convention),
      cmocka_unit_test(policies_come_in_the_order_of_a_product),
      cmocka_unit_test(shared_actions_move_all_factors_together),
      cmocka_unit_test(too_many_policies_are_refused),
      cmocka_unit_test(a_plan_that_would_not_fit_in_memory_is_refused),
      cmocka_unit_test(listed_policies_are_checked),
      cmocka_unit_test(policies_of_another_model_are_refused),
      cmocka_unit_test(equal_actions_are_predicted_once),
      cmocka_unit_test(posterior_weighs_scores_with_gamma_and_prior),
      cmocka_unit_test(pruned_policies_have_no_probability_even_without_precision),
      cmocka_unit_test(ties_go_to_the_lowest_index),
      cmocka_unit_test(sampling_follows_the_cumulative_probability),
      cmocka_unit_test(sharpening_raises_to_a_power),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
