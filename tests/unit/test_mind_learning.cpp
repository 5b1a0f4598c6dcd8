// What counts do to a model: growth, forgetting, structural zeros, and that nothing else moves.
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
#include "mind_learning_support.h"

#include <cstring>
#include <string>

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)
using dks::Random;

template <class Real>
void assert_columns(std::span<const Real> values, size_t rows, double tolerance) {
  for (size_t first = 0; first < values.size(); first += rows) {
    assert_distribution<Real>(values.subspan(first, rows), tolerance);
  }
}

template <class Real>
void assert_model_is_sound(const GenerativeModel<Real>& model, double tolerance) {
  for (const Modality<Real>& modality : model.modalities()) {
    assert_columns(modality.likelihood, modality.num_outcomes, tolerance);
    for (const Real value : modality.log_likelihood) {
      assert_true(std::isfinite(value));
    }
    for (const Real value : modality.ambiguity) {
      assert_true(std::isfinite(value));
    }
    for (const Real value : modality.novelty) {
      assert_true(std::isfinite(value));
    }
  }
  for (const Factor<Real>& factor : model.factors()) {
    assert_columns(factor.transition, factor.num_states, tolerance);
    for (const Real value : factor.novelty) {
      assert_true(std::isfinite(value));
    }
  }
  assert_true(std::isfinite(total(model.initial_states())));
}

template <class Real>
bool same_bits(std::span<const Real> a, std::span<const Real> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

template <class Real>
void assert_same_model(const GenerativeModel<Real>& a, const GenerativeModel<Real>& b) {
  for (size_t m = 0; m < a.num_modalities(); ++m) {
    assert_true(same_bits(a.modalities()[m].likelihood, b.modalities()[m].likelihood));
    assert_true(same_bits(a.modalities()[m].log_likelihood, b.modalities()[m].log_likelihood));
    assert_true(same_bits(a.modalities()[m].ambiguity, b.modalities()[m].ambiguity));
    assert_true(same_bits(a.modalities()[m].novelty, b.modalities()[m].novelty));
  }
  for (size_t f = 0; f < a.num_factors(); ++f) {
    assert_true(same_bits(a.factors()[f].transition, b.factors()[f].transition));
    assert_true(same_bits(a.factors()[f].novelty, b.factors()[f].novelty));
  }
  assert_true(same_bits(a.initial_states(), b.initial_states()));
  assert_true(same_bits(a.log_preferences(0), b.log_preferences(0)));
  assert_true(same_bits(a.log_policy_prior(), b.log_policy_prior()));
}

// One factor of 2 states that 2 actions move in the same way, one modality of 3 outcomes.
ModelDesc two_states() {
  ModelDesc desc;
  desc.factors.resize(1);
  desc.factors[0].num_states = 2;
  desc.factors[0].num_controls = 2;
  desc.factors[0].transition = {0.75, 0.75, 0.25, 0.25, 0.25, 0.25, 0.75, 0.75};
  desc.modalities.resize(1);
  desc.modalities[0].num_outcomes = 3;
  desc.modalities[0].likelihood = {0.5, 0, 0.5, 0.5, 0, 0.5};
  return desc;
}

LearningDesc two_states_counts() {
  LearningDesc learning;
  learning.likelihood = {{2, 0, 2, 1, 0, 3}};
  learning.transition = {{3, 3, 1, 1, 1, 1, 3, 3}};
  learning.initial = {{1, 3}};
  return learning;
}

// Every step shows one outcome of each present modality, under beliefs that sum to 1.
void counts_grow_by_the_learning_rate(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Learner<double> learner(desc, random_learning(desc, which, Zeros::kNone));
    learner.settings.rate = 0.1 + 0.01 * static_cast<double>(which);
    const double rate = learner.settings.rate;
    const auto outcomes = random_observation(learner.base, which);
    const auto action = random_action(learner.base.num_controls(), which);
    const std::vector<double> before = learner.counts;
    learner.act(action, outcomes);
    for (size_t m = 0; m < desc.modalities.size(); ++m) {
      const double grown = total(learner.learned.likelihood_counts(learner.counts, m)) -
                           total(learner.learned.likelihood_counts(before, m));
      assert_near(grown, outcomes[m] < 0 ? 0 : rate, 1e-10);
    }
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      const auto now = learner.learned.transition_counts(learner.counts, f);
      const auto then = learner.learned.transition_counts(before, f);
      const size_t slice = now.size() / learner.base.num_controls()[f];
      for (size_t u = 0; u < learner.base.num_controls()[f]; ++u) {
        const double grown =
            total(now.subspan(u * slice, slice)) - total(then.subspan(u * slice, slice));
        assert_near(grown, u == static_cast<size_t>(action[f]) ? rate : 0, 1e-10);
      }
      assert_true(same_bits(
          learner.learned.initial_counts(learner.counts, f),
          learner.learned.initial_counts(before, f)
      ));
    }
    learner.learned.learn_initial(learner.counts, learner.q, learner.settings);
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      const double grown = total(learner.learned.initial_counts(learner.counts, f)) -
                           total(learner.learned.initial_counts(before, f));
      assert_near(grown, rate, 1e-10);
    }
  }
}

// By hand: q = (0.25, 0.75), outcome 2, then action 1 to q = (0.5, 0.5).
void one_step_is_the_outer_product_of_what_was_seen_and_believed(void**) {
  Learner<double> learner(two_states(), two_states_counts());
  const std::vector<double> q = {0.25, 0.75};
  const std::vector<double> next = {0.5, 0.5};
  const std::vector<int32_t> outcome = {2};
  const std::vector<int32_t> action = {1};
  learner.learned.learn_likelihood(learner.counts, outcome, q, {2.0});
  learner.learned.learn_transition(learner.counts, action, q, next, {4.0});
  // [state][outcome]; outcome 2 of state 0 is a structural zero.
  const std::vector<double> likelihood = {2, 2, 0, 0, 1, 4.5};
  // [action][from][to]
  const std::vector<double> transition = {3, 1, 1, 3, 3.5, 1.5, 2.5, 4.5};
  const auto& learned = learner.learned;
  assert_true(same_bits<double>(learned.likelihood_counts(learner.counts, 0), likelihood));
  assert_true(same_bits<double>(learned.transition_counts(learner.counts, 0), transition));
  const Modality<double>& modality = learner.model().modalities()[0];
  assert_near(modality.likelihood[5], 4.5 / 5.5, 1e-15);
  assert_near(modality.log_likelihood_of(2)[1], std::log(4.5 / 5.5), 1e-15);
  const double p = 1 / 5.5;
  const double entropy = -p * std::log(p) - (1 - p) * std::log(1 - p);
  assert_near(modality.ambiguity[1], entropy, 1e-15);
  assert_near(learner.model().factors()[0].transition_slice(1)[0], 0.7, 1e-15);
}

template <class Real>
void live_soundly(double tolerance) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which, which % 2 == 0 ? Convention{} : kPymdpLegacy);
    Learner<Real> learner(desc, random_learning(desc, which, Zeros::kAsTheModel));
    learner.settings = {Real(0.7), which % 3 == 0 ? Real(0.9) : Real(1)};
    live(learner, which * 100, 30);
    assert_model_is_sound(learner.model(), tolerance);
    assert_true(std::isfinite(total<Real>(learner.q)));
  }
}

void columns_stay_normalised_in_double(void**) {
  live_soundly<double>(1e-12);
}

void columns_stay_normalised_in_float(void**) {
  live_soundly<float>(1e-5);
}

void structural_zeros_stay_zero(void**) {
  size_t zeros = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Learner<double> learner(desc, random_learning(desc, which, Zeros::kAsTheModel));
    learner.settings = {1.0, 0.9};
    live(learner, which * 100, 20);
    for (size_t i = 0; i < learner.counts.size(); ++i) {
      assert_true((learner.counts[i] > 0) == (learner.learned.first_counts()[i] > 0));
      zeros += learner.counts[i] > 0 ? 0 : 1;
    }
    for (size_t m = 0; m < desc.modalities.size(); ++m) {
      const auto before = learner.base.modalities()[m].likelihood;
      const auto after = learner.model().modalities()[m].likelihood;
      for (size_t i = 0; i < before.size(); ++i) {
        assert_true((before[i] > 0) == (after[i] > 0));
      }
    }
  }
  assert_true(zeros > 1000);
}

void a_column_without_counts_is_uniform_over_what_the_model_allows(void**) {
  LearningDesc learning;
  learning.likelihood = {{0, 0, 0, 1, 0, 1}};
  Learner<double> learner(two_states(), learning);
  const Modality<double>& modality = learner.model().modalities()[0];
  assert_near(modality.likelihood[0], 0.5, 1e-15);
  assert_near(modality.likelihood[1], 0.5, 1e-15);
  assert_true(modality.likelihood[2] == 0);
  const std::vector<int32_t> outcome = {1};
  const std::vector<double> q = {1, 0};
  learner.learned.learn_likelihood(learner.counts, outcome, q, {});
  assert_near(modality.likelihood[1], 1, 1e-10);
  assert_model_is_sound(learner.model(), 1e-15);
}

void forgetting_comes_to_rest_where_it_forgets_what_it_learns(void**) {
  Learner<double> learner(two_states(), two_states_counts());
  const LearningSettings<double> settings{0.5, 0.95};
  const std::vector<double> q = {0.25, 0.75};
  const std::vector<int32_t> outcome = {1};
  for (int i = 0; i < 2000; ++i) {
    learner.learned.learn_likelihood(learner.counts, outcome, q, settings);
    learner.learned.learn_initial(learner.counts, q, settings);
  }
  const auto likelihood = learner.learned.likelihood_counts(learner.counts, 0);
  assert_near(likelihood[1], 0.5 * 0.25 / 0.05, 1e-9);
  assert_near(likelihood[4], 0.5 * 0.75 / 0.05, 1e-9);
  assert_near(likelihood[0], kLeastCount, 1e-15);  // allowed, never seen
  assert_true(likelihood[2] == 0);
  const auto initial = learner.learned.initial_counts(learner.counts, 0);
  assert_near(initial[0], 0.5 * 0.25 / 0.05, 1e-9);
  assert_near(learner.model().initial_states()[0], 0.25, 1e-9);
}

void what_was_forgotten_for_long_is_uniform_and_learned_anew(void**) {
  Learner<float> learner(two_states(), two_states_counts());
  const LearningSettings<float> settings{1, 0.5F};
  const std::vector<int32_t> outcome = {0};
  const std::vector<float> certain = {1, 0};
  for (int i = 0; i < 500; ++i) {
    learner.learned.learn_likelihood(learner.counts, outcome, certain, settings);
  }
  const auto likelihood = learner.model().modalities()[0].likelihood;
  assert_near(static_cast<double>(likelihood[4]), 0.5, 1e-6);
  assert_near(static_cast<double>(likelihood[5]), 0.5, 1e-6);
  const std::vector<int32_t> other = {1};
  const std::vector<float> there = {0, 1};
  learner.learned.learn_likelihood(learner.counts, other, there, settings);
  assert_near(static_cast<double>(likelihood[4]), 1, 1e-6);
  assert_model_is_sound(learner.model(), 1e-6);
}

void actions_that_moved_alike_come_apart(void**) {
  Learner<double> learner(two_states(), two_states_counts(), 1);
  assert_int_equal(learner.base.factors()[0].num_slices, 1);
  assert_int_equal(learner.model().factors()[0].num_slices, 2);
  const std::vector<double> before(
      learner.base.factors()[0].transition.begin(), learner.base.factors()[0].transition.end()
  );
  const std::vector<int32_t> action = {1};
  const std::vector<double> first = {1, 0};
  const std::vector<double> second = {0, 1};
  learner.learned.learn_transition(learner.counts, action, first, second, {96.0});
  const Factor<double>& factor = learner.model().factors()[0];
  assert_near(factor.transition_slice(0)[1], 0.25, 1e-15);
  assert_near(factor.transition_slice(1)[1], 0.97, 1e-15);
  assert_true(same_bits<double>(learner.base.factors()[0].transition, before));
  learner.q = first;
  learner.plan();
  std::vector<double> predicted(2);
  predicted_states<double>(learner.model(), learner.graph, learner.workspace, 1, predicted);
  assert_near(predicted[1], 0.97, 1e-15);
}

// Columns that were not touched were not computed again; the result is the same bits.
void one_model_follows_many_agents_as_each_its_own(void**) {
  for (uint64_t which = 0; which < kModels; which += 5) {
    const ModelDesc desc = random_model(which);
    const LearningDesc learning = random_learning(desc, which, Zeros::kAsTheModel);
    Learner<double> one(desc, learning);
    Learner<double> other(desc, learning);
    auto shared = LearnedModel<double>::build(one.base, learning);
    assert_true(shared.ok());
    for (uint64_t t = 0; t < 4; ++t) {
      live(one, which * 100 + t, 1);
      live(other, which * 100 + 50 + t, 1);
      shared->follow(one.counts);
      assert_same_model(shared->model(), one.model());
      shared->follow(other.counts);
      assert_same_model(shared->model(), other.model());
    }
  }
}

void what_is_not_learned_is_as_it_was_given(void**) {
  for (uint64_t which = 0; which < kModels; which += 5) {
    const ModelDesc desc = random_model(which);
    Learner<double> learner(desc, {});
    assert_int_equal(learner.counts.size(), 0);
    live(learner, which, 3);
    Agent<double> plain(desc);
    plain.q = learner.q;
    plain.plan();
    learner.plan();
    assert_same_model(learner.model(), plain.model);
    assert_true(same_bits<double>(learner.neg_efe, plain.neg_efe));
    assert_int_equal(num_terms(learner.model()), num_terms(plain.model));
  }
}

// The counts of state 1 say (1/4, 3/4), the model (1/2, 1/2); D is (1/4, 3/4) and uniform.
void conventions_differ_in_what_is_believed_at_first(void**) {
  ModelDesc desc = two_states();
  Learner<double> own(desc, two_states_counts());
  assert_true(own.model().modalities()[0].likelihood[4] == 0.25);
  assert_true(own.model().initial_states()[0] == 0.25);
  desc.convention = kPymdpLegacy;
  Learner<double> legacy(desc, two_states_counts());
  assert_true(legacy.model().modalities()[0].likelihood[4] == 0.25);
  assert_true(legacy.model().initial_states()[0] == 0.5);
  desc.convention = kPymdp;
  Learner<double> waiting(desc, two_states_counts());
  assert_true(waiting.model().modalities()[0].likelihood[4] == 0.5);
  assert_true(waiting.model().initial_states()[0] == 0.5);
  const std::vector<int32_t> nothing_seen = {-1};
  waiting.learned.learn_likelihood(waiting.counts, nothing_seen, waiting.q, {});
  assert_true(waiting.model().modalities()[0].likelihood[4] == 0.25);
}

void preferences_and_habits_follow_their_counts(void**) {
  LearningDesc learning;
  learning.preferences = {{1, 1, 2}};
  learning.policy_prior = {1, 3};
  Learner<double> learner(two_states(), learning, 1);
  assert_near(learner.model().log_preferences(0)[2], std::log(0.5), 1e-15);
  assert_near(learner.model().log_policy_prior()[1], std::log(0.75), 1e-15);
  const std::vector<int32_t> outcome = {2};
  const std::vector<double> q_pi = {0.5, 0.5};
  learner.learned.learn_preferences(learner.counts, outcome, {4.0});
  learner.learned.learn_policy_prior(learner.counts, q_pi, {4.0});
  assert_near(learner.model().log_preferences(0)[2], std::log(0.75), 1e-15);
  assert_near(learner.model().log_policy_prior()[1], std::log(5.0 / 8), 1e-15);
  assert_true(learner.base.log_policy_prior().empty());
}

// True frequencies 0.7, 0.2, 0.1 in one state, 0.1, 0.1, 0.8 in the other, each known for sure.
void likelihoods_come_to_be_the_frequencies_of_the_world(void**) {
  ModelDesc desc = two_states();
  desc.modalities[0].likelihood.assign(6, 1.0 / 3);
  LearningDesc learning;
  learning.likelihood = {std::vector<double>(6, 1.0)};
  Learner<double> learner(desc, learning);
  const std::vector<double> truth = {0.7, 0.2, 0.1, 0.1, 0.1, 0.8};
  Random random(11, 0, 0, 0);
  for (int i = 0; i < 20000; ++i) {
    const size_t state = random.below(2);
    const std::vector<double> q = {state == 0 ? 1.0 : 0.0, state == 1 ? 1.0 : 0.0};
    const auto shown = sample<double>(std::span(truth).subspan(3 * state, 3), random.uniform());
    const std::vector<int32_t> outcome = {static_cast<int32_t>(shown)};
    learner.learned.learn_likelihood(learner.counts, outcome, q, {});
  }
  for (size_t i = 0; i < truth.size(); ++i) {
    assert_near(learner.model().modalities()[0].likelihood[i], truth[i], 0.02);
  }
}

void assert_refused(const LearningDesc& learning, const char* text) {
  const auto base = GenerativeModel<double>::build(two_states());
  const auto learned = LearnedModel<double>::build(*base, learning);
  assert_false(learned.ok());
  assert_string_equal(learned.error().text.c_str(), text);
}

void counts_that_do_not_fit_are_refused_by_name(void**) {
  LearningDesc learning;
  learning.likelihood = {{1, 2, 3}};
  assert_refused(learning, "pA[0] has 3 counts, expected 6");
  learning.likelihood = {{}, {}};
  assert_refused(learning, "pA has 2 entries, expected 0 or 1");
  learning = {};
  learning.transition = {{1, 1, 1, 1, 1, -1, 1, 1}};
  assert_refused(learning, "pB[0][5] is -1, expected 0 to 1e+12");
  learning = {};
  learning.initial = {{1, std::nan("")}};
  assert_refused(learning, "pD[0][1] is nan, expected 0 to 1e+12");
  learning = {};
  learning.preferences = {{1}};
  assert_refused(learning, "pC[0] has 1 counts, expected 3");
}

void learning_and_planning_allocate_nothing(void**) {
  const ModelDesc desc = random_model(3);
  Learner<double> learner(desc, random_learning(desc, 3, Zeros::kAsTheModel));
  learner.settings = {1.0, 0.99};
  const auto outcomes = random_observation(learner.base, 3);
  const auto action = random_action(learner.base.num_controls(), 3);
  const uint64_t before = dks::test::allocations;
  for (int i = 0; i < 10; ++i) {
    learner.act(action, outcomes);
    learner.learned.learn_initial(learner.counts, learner.q, learner.settings);
    learner.learned.follow(learner.counts);
    learner.plan();
  }
  assert_int_equal(dks::test::allocations - before, 0);
}

// A factor of one state, an outcome that no state allows, and structural zeros.
template <class Real>
void live_long(Real retention) {
  ModelDesc desc = two_states();
  desc.factors.resize(2);
  desc.factors[1].num_states = 1;
  desc.factors[1].transition = {1};
  desc.modalities[0].parents = {0};
  LearningDesc learning;
  learning.likelihood = {{1, 0, 1, 1, 0, 0}};
  learning.transition = {{3, 1, 1, 0, 0, 1, 3, 0}, {1}};
  learning.parameter_info_gain = false;
  Learner<Real> learner(desc, learning, 1);
  learner.settings = {Real(1), retention};
  const std::vector<int32_t> outcomes = {0, 0, 0, 1, 1, 2};
  const std::vector<int32_t> actions = {0, 0, 1, 0};
  for (size_t t = 0; t < 1000000; ++t) {
    const std::vector<int32_t> action = {actions[t * 7 % 4], 0};
    learner.act(action, std::span(outcomes).subspan(t * 5 % 6, 1));
  }
  assert_model_is_sound(learner.model(), 1e-5);
  assert_distribution<Real>(std::span(learner.q).first(2), 1e-5);
}

void a_long_life_stays_finite(void**) {
  live_long<double>(1);
  live_long<double>(0.99);
  live_long<float>(1);
  live_long<float>(0.99F);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(counts_grow_by_the_learning_rate),
      cmocka_unit_test(one_step_is_the_outer_product_of_what_was_seen_and_believed),
      cmocka_unit_test(columns_stay_normalised_in_double),
      cmocka_unit_test(columns_stay_normalised_in_float),
      cmocka_unit_test(structural_zeros_stay_zero),
      cmocka_unit_test(a_column_without_counts_is_uniform_over_what_the_model_allows),
      cmocka_unit_test(forgetting_comes_to_rest_where_it_forgets_what_it_learns),
      cmocka_unit_test(what_was_forgotten_for_long_is_uniform_and_learned_anew),
      cmocka_unit_test(actions_that_moved_alike_come_apart),
      cmocka_unit_test(one_model_follows_many_agents_as_each_its_own),
      cmocka_unit_test(what_is_not_learned_is_as_it_was_given),
      cmocka_unit_test(conventions_differ_in_what_is_believed_at_first),
      cmocka_unit_test(preferences_and_habits_follow_their_counts),
      cmocka_unit_test(likelihoods_come_to_be_the_frequencies_of_the_world),
      cmocka_unit_test(counts_that_do_not_fit_are_refused_by_name),
      cmocka_unit_test(learning_and_planning_allocate_nothing),
      cmocka_unit_test(a_long_life_stays_finite),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
