// Beliefs of random models: what must hold whatever the numbers are.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "test_mind_support.h"

namespace {

using namespace dks::mind;

void beliefs_and_choices_are_distributions(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdp, kPymdpLegacy}) {
      Agent<double> agent(random_model(which, convention));
      const auto result = agent.infer(random_observation(agent.model, which));
      assert_beliefs_are_distributions(agent, 1e-12);
      assert_true(std::isfinite(result.free_energy.value()));
      agent.plan();
      assert_distribution<double>(agent.q_pi, 1e-12);
      std::vector<double> first(agent.policies().num_first_actions());
      first_action_marginals<double>(agent.policies(), agent.q_pi, first);
      assert_distribution<double>(first, 1e-12);
      std::vector<double> marginals(agent.model.total_controls());
      action_marginals<double>(agent.policies(), agent.model.num_controls(), agent.q_pi, marginals);
      for (const Factor<double>& factor : agent.model.factors()) {
        const std::span<const double> all(marginals);
        assert_distribution(all.subspan(factor.control_offset, factor.num_controls), 1e-12);
      }
    }
  }
}

void float_beliefs_are_near_those_in_double(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Convention convention;
    convention.inference.tolerance = 0;
    const ModelDesc desc = random_model(which, convention);
    Agent<double> in_double(desc);
    Agent<float> in_float(desc);
    const auto observation = random_observation(in_double.model, which);
    in_double.infer(observation);
    in_float.infer(observation);
    assert_beliefs_are_distributions(in_float, 1e-5);
    for (size_t s = 0; s < in_double.q.size(); ++s) {
      assert_near(static_cast<double>(in_float.q[s]), in_double.q[s], 1e-3);
    }
  }
}

void reported_free_energy_is_that_of_the_beliefs(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    const FreeEnergy<double> reported = agent.infer(observation).free_energy;
    const FreeEnergy<double> again =
        free_energy(agent.model, agent.prior, {observation}, agent.q, agent.workspace);
    assert_true(reported.value() == again.value());
    assert_near(again.value(), again.complexity() - again.accuracy, 0);
    assert_true(again.complexity() >= -1e-12);
  }
}

// The likelihood of the observation in one joint state, by the axes of the description.
double log_likelihood_in(
    const ModelDesc& desc, std::span<const int32_t> observation, std::span<const size_t> state
) {
  double sum = 0;
  for (size_t m = 0; m < desc.modalities.size(); ++m) {
    if (observation[m] < 0) {
      continue;
    }
    auto index = static_cast<size_t>(observation[m]);
    for (const uint32_t parent : desc.modalities[m].parents) {
      index = index * desc.factors[parent].num_states + state[parent];
    }
    sum += std::log(std::max(desc.modalities[m].likelihood[index], 2.22e-16));
  }
  return sum;
}

void posterior_of_a_single_factor_is_bayes_rule(void**) {
  size_t checked = 0;
  for (uint64_t which = 0; which < 4 * kModels; ++which) {
    const ModelDesc desc = random_model(which);
    if (desc.factors.size() != 1) {
      continue;
    }
    Agent<double> agent(desc);
    const auto observation = random_observation(agent.model, which);
    assert_int_equal(agent.infer(observation).iterations, 0);
    std::vector<double> expected;
    double sum = 0;
    for (size_t s = 0; s < desc.factors[0].num_states; ++s) {
      const double prior = std::max(desc.factors[0].initial[s], 2.22e-16);
      expected.push_back(prior * std::exp(log_likelihood_in(desc, observation, {{s}})));
      sum += expected.back();
    }
    for (size_t s = 0; s < expected.size(); ++s) {
      assert_near(agent.q[s], expected[s] / sum, 1e-12);
    }
    ++checked;
  }
  assert_true(checked > kModels / 2);
}

// q_f of a converged posterior is softmax(ln prior_f + E_others[ln likelihood]), summed here over
// all joint states.
void posterior_is_a_fixed_point_of_the_mean_field_equations(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> agent(desc);
    const auto observation = random_observation(agent.model, which);
    const InferenceSettings settings{UpdateOrder::kSequential, 2000, 0.0};
    infer_states(agent.model, agent.prior, {observation}, agent.q, agent.workspace, settings);
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      std::vector<double> logits(desc.factors[f].num_states, 0.0);
      std::vector<size_t> state(desc.factors.size(), 0);
      for (bool more = true; more;) {
        double weight = 1;
        for (size_t g = 0; g < state.size(); ++g) {
          weight *= g == f ? 1.0 : agent.belief(g)[state[g]];
        }
        logits[state[f]] += weight * log_likelihood_in(desc, observation, state);
        more = false;
        for (size_t g = state.size(); g-- > 0 && !more;) {
          state[g] = (state[g] + 1) % desc.factors[g].num_states;
          more = state[g] != 0;
        }
      }
      double sum = 0;
      const double most = *std::max_element(logits.begin(), logits.end());
      for (size_t s = 0; s < logits.size(); ++s) {
        logits[s] = std::max(desc.factors[f].initial[s], 2.22e-16) * std::exp(logits[s] - most);
        sum += logits[s];
      }
      for (size_t s = 0; s < logits.size(); ++s) {
        assert_near(agent.belief(f)[s], logits[s] / sum, 1e-6);
      }
    }
  }
}

void absent_observation_leaves_the_prior(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdp, kPymdpLegacy}) {
      Agent<double> agent(random_model(which, convention));
      const std::vector<int32_t> nothing(agent.model.num_modalities(), -1);
      const auto result = agent.infer(nothing);
      for (size_t s = 0; s < agent.q.size(); ++s) {
        assert_near(agent.q[s], agent.prior[s], 1e-12);
      }
      assert_near(result.free_energy.value(), 0, 1e-12);
      assert_near(result.free_energy.accuracy, 0, 0);
    }
  }
}

void observation_without_precision_counts_as_absent(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    auto observation = random_observation(agent.model, which);
    std::vector<double> precision(observation.size(), 1.0);
    agent.infer(observation);
    std::vector<double> weighted(agent.q.size());
    infer_states(agent.model, agent.prior, {observation, precision}, weighted, agent.workspace);
    assert_true(weighted == agent.q);
    precision[0] = 0;
    infer_states(agent.model, agent.prior, {observation, precision}, weighted, agent.workspace);
    observation[0] = -1;
    agent.infer(observation);
    for (size_t s = 0; s < weighted.size(); ++s) {
      assert_near(weighted[s], agent.q[s], 1e-12);
    }
  }
}

// Every outcome 0 for certain, the prior certain too, and something else is seen.
template <class Real>
void check_impossible_observation(const Convention& convention) {
  ModelDesc desc;
  desc.convention = convention;
  desc.factors.resize(2);
  for (FactorDesc& factor : desc.factors) {
    factor.num_states = 3;
    factor.num_controls = 2;
    factor.initial = {1, 0, 0};
    factor.transition = {1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  }
  desc.modalities.resize(2);
  for (ModalityDesc& modality : desc.modalities) {
    modality.num_outcomes = 2;
    modality.likelihood.assign(18, 0.0);
    std::fill_n(modality.likelihood.begin(), 9, 1.0);
    modality.preferences = {-1e9, 1e9};
  }
  Agent<Real> agent(desc);
  const std::vector<int32_t> impossible = {1, 1};
  for (int step = 0; step < 20; ++step) {
    const auto result = agent.infer(impossible);
    assert_beliefs_are_distributions(agent, 1e-6);
    assert_true(std::isfinite(result.free_energy.value()));
    agent.plan();
    for (const Real score : agent.neg_efe) {
      assert_true(std::isfinite(score));
    }
    assert_distribution<Real>(agent.q_pi, 1e-6);
    predict_states<Real>(
        agent.model, agent.q, agent.policies().step(step % 2, 0), agent.prior, agent.workspace
    );
  }
}

void impossible_observations_stay_finite(void**) {
  for (const Convention& convention : {Convention{}, kPymdp, kPymdpLegacy}) {
    check_impossible_observation<double>(convention);
    check_impossible_observation<float>(convention);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(beliefs_and_choices_are_distributions),
      cmocka_unit_test(float_beliefs_are_near_those_in_double),
      cmocka_unit_test(reported_free_energy_is_that_of_the_beliefs),
      cmocka_unit_test(posterior_of_a_single_factor_is_bayes_rule),
      cmocka_unit_test(posterior_is_a_fixed_point_of_the_mean_field_equations),
      cmocka_unit_test(absent_observation_leaves_the_prior),
      cmocka_unit_test(observation_without_precision_counts_as_absent),
      cmocka_unit_test(impossible_observations_stay_finite),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
