// The exact posterior of factors that share modalities, against Bayes' rule written out.
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

#include <string>

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)
using dks::test::allocations;

constexpr InferenceSettings kExactly{UpdateOrder::kSequential, 0, 0.0, InferenceMethod::kExact};
constexpr InferenceSettings kConverged{UpdateOrder::kSequential, 2000, 0.0};

std::vector<double> random_precision(size_t modalities, uint64_t which) {
  dks::Random random(14, which, 0, 0);
  std::vector<double> precision(modalities);
  for (double& value : precision) {
    value = 2 * random.uniform();
  }
  return precision;
}

// Bayes' rule over the joint states of all factors, whether they couple or not.
struct Bayes {
  std::vector<double> marginals;
  double log_evidence = 0;

  Bayes(
      const ModelDesc& desc,
      std::span<const double> prior,
      std::span<const int32_t> observation,
      std::span<const double> precision
  )
      : marginals(prior.size(), 0.0) {
    std::vector<double> joint;
    for_each_state(desc, [&](std::span<const size_t> state) {
      double log_p = 0;
      size_t offset = 0;
      for (size_t f = 0; f < state.size(); ++f) {
        log_p += log_probability(prior[offset + state[f]], desc.convention.log);
        offset += desc.factors[f].num_states;
      }
      for (size_t m = 0; m < desc.modalities.size(); ++m) {
        log_p +=
            observation[m] < 0 ? 0.0 : precision[m] * log_likelihood(desc, m, observation, state);
      }
      joint.push_back(log_p);
    });
    const double most = *std::ranges::max_element(joint);
    double sum = 0;
    for (double& p : joint) {
      p = std::exp(p - most);
      sum += p;
    }
    log_evidence = most + std::log(sum);
    size_t i = 0;
    for_each_state(desc, [&](std::span<const size_t> state) {
      size_t offset = 0;
      for (size_t f = 0; f < state.size(); ++f) {
        marginals[offset + state[f]] += joint[i] / sum;
        offset += desc.factors[f].num_states;
      }
      ++i;
    });
  }

  template <class Visit>
  static void for_each_state(const ModelDesc& desc, Visit visit) {
    std::vector<size_t> state(desc.factors.size(), 0);
    for (bool more = true; more;) {
      visit(std::span<const size_t>(state));
      more = false;
      for (size_t f = state.size(); f-- > 0 && !more;) {
        state[f] = (state[f] + 1) % desc.factors[f].num_states;
        more = state[f] != 0;
      }
    }
  }

  static double log_likelihood(
      const ModelDesc& desc,
      size_t m,
      std::span<const int32_t> observation,
      std::span<const size_t> state
  ) {
    const ModalityDesc& modality = desc.modalities[m];
    auto index = static_cast<size_t>(observation[m]);
    for (const uint32_t parent : modality.parents) {
      index = index * desc.factors[parent].num_states + state[parent];
    }
    return log_probability(modality.likelihood[index], desc.convention.log);
  }
};

void marginals_and_free_energy_are_those_of_bayes_rule(void**) {
  size_t coupled = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdpLegacy}) {
      const ModelDesc desc = random_model(which, convention);
      Agent<double> agent(desc);
      const auto observation = random_observation(agent.model, which);
      const auto precision = random_precision(observation.size(), which);
      const auto result = infer_states(
          agent.model, agent.prior, {observation, precision}, agent.q, agent.workspace, kExactly
      );
      const Bayes expected(desc, agent.prior, observation, precision);
      for (size_t s = 0; s < agent.q.size(); ++s) {
        assert_near(agent.q[s], expected.marginals[s], 1e-12);
      }
      const double tolerance = 1e-12 * (1 + std::abs(expected.log_evidence));
      assert_near(result.free_energy.value(), -expected.log_evidence, tolerance);
      assert_true(result.free_energy.complexity() >= -1e-12);
      assert_int_equal(result.iterations, 0);
      coupled += agent.model.coupled_groups().empty() ? 0 : 1;
    }
  }
  assert_true(coupled > kModels / 2);
}

void independent_beliefs_have_no_less_free_energy(void**) {
  size_t above = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    const auto infer = [&](const InferenceSettings& settings) {
      return infer_states(
                 agent.model, agent.prior, {observation}, agent.q, agent.workspace, settings
      )
          .free_energy.value();
    };
    const double independent = infer(kConverged);
    const double exact = infer(kExactly);
    assert_true(exact <= independent + 1e-12 * (1 + std::abs(independent)));
    above += independent > exact + 1e-3 ? 1 : 0;
  }
  assert_true(above > kModels / 10);
}

void factors_that_share_nothing_keep_their_beliefs_to_the_last_bit(void**) {
  size_t checked = 0;
  for (uint64_t which = 0; which < 4 * kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    agent.infer(observation);
    const std::vector<double> settled = agent.q;
    infer_states(agent.model, agent.prior, {observation}, agent.q, agent.workspace, kExactly);
    for (size_t f = 0; f < agent.model.num_factors(); ++f) {
      const Factor<double>& factor = agent.model.factors()[f];
      if (!factor.coupled) {
        assert_true(std::ranges::equal(
            agent.belief(f), std::span(settled).subspan(factor.state_offset, factor.num_states)
        ));
        ++checked;
      }
    }
  }
  assert_true(checked > kModels);
}

// Either of two causes rings the bell. Heard, each has 2 of 3 chances; a second modality that tells
// of one cause explains the other away.
ModelDesc bell() {
  ModelDesc desc;
  desc.factors = {{"fire", 2, 1, {}, {1, 0, 0, 1}, {}}, {"toast", 2, 1, {}, {1, 0, 0, 1}, {}}};
  desc.modalities = {
      {"bell", 2, {0, 1}, {1, 0, 0, 0, 0, 1, 1, 1}, {}}, {"smoke", 2, {0}, {1, 0, 0, 1}, {}}};
  desc.convention.inference.method = InferenceMethod::kExact;
  return desc;
}

void one_cause_explains_the_other_away(void**) {
  Agent<double> agent(bell());
  const std::vector<int32_t> heard = {1, -1};
  const auto result = agent.infer(heard);
  assert_near(agent.q[1], 2.0 / 3, 1e-12);
  assert_near(agent.q[3], 2.0 / 3, 1e-12);
  assert_near(result.free_energy.value(), -std::log(0.75), 1e-12);
  const std::vector<int32_t> heard_and_seen = {1, 1};
  agent.infer(heard_and_seen);
  assert_near(agent.q[1], 1, 1e-12);
  assert_near(agent.q[3], 0.5, 1e-12);
}

// Two pairs of factors that know nothing of each other are two groups.
void groups_are_found_by_what_factors_share(void**) {
  ModelDesc desc;
  for (size_t f = 0; f < 6; ++f) {
    desc.factors.push_back({"", f == 5 ? 1u : 2u, 1, {}, {1, 0, 0, 1}, {}});
  }
  desc.factors[5].transition = {1};
  const std::vector<double> any(8, 0.5);
  desc.modalities = {
      {"", 2, {0, 4}, any, {}},
      {"", 2, {1, 3}, any, {}},
      {"", 2, {3}, {1, 0, 0, 1}, {}},
      {"", 2, {2, 5}, {1, 0, 0, 1}, {}}};
  const auto model = GenerativeModel<double>::build(desc);
  const auto groups = model->coupled_groups();
  assert_int_equal(groups.size(), 2);
  assert_true(std::ranges::equal(groups[0].factors, std::vector<uint32_t>{0, 4}));
  assert_true(std::ranges::equal(groups[0].modalities, std::vector<uint32_t>{0}));
  assert_true(std::ranges::equal(groups[1].factors, std::vector<uint32_t>{1, 3}));
  assert_true(std::ranges::equal(groups[1].modalities, std::vector<uint32_t>{1, 2}));
  assert_int_equal(model->largest_group(), 4);
}

// A chain of pairs couples them all: 2^17 joint states.
void too_many_joint_states_are_refused_or_iterated(void**) {
  ModelDesc desc;
  for (size_t f = 0; f < 17; ++f) {
    desc.factors.push_back({"", 2, 1, {}, {1, 0, 0, 1}, {}});
  }
  for (uint32_t f = 0; f + 1 < 17; ++f) {
    desc.modalities.push_back({"", 2, {f, f + 1}, {0.9, 0.6, 0.4, 0.2, 0.1, 0.4, 0.6, 0.8}, {}});
  }
  Agent<double> agent(desc, 1);
  assert_false(agent.model.has_exact_posterior());
  const std::vector<int32_t> observation(16, 1);
  const auto settings = agent.model.convention().inference;
  const auto iterated = agent.infer(observation);
  const std::vector<double> q = agent.q;
  InferenceSettings exactly = settings;
  exactly.method = InferenceMethod::kExact;
  const auto result =
      infer_states(agent.model, agent.prior, {observation}, agent.q, agent.workspace, exactly);
  assert_true(result.iterations == iterated.iterations && iterated.iterations > 0);
  assert_true(agent.q == q);

  desc.convention.inference.method = InferenceMethod::kExact;
  const auto refused = GenerativeModel<double>::build(desc);
  assert_int_equal(static_cast<int>(refused.error().status), static_cast<int>(dks::Status::kLimit));
  assert_string_equal(
      refused.error().text.c_str(),
      "exact inference: factors 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 share "
      "modalities and together have more than 65536 states, the limit"
  );
  desc.factors.pop_back();
  desc.modalities.pop_back();
  assert_true(GenerativeModel<double>::build(desc).ok());
}

void float_is_near_double_and_impossible_observations_stay_finite(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    ModelDesc desc = random_model(which);
    desc.convention.inference.method = InferenceMethod::kExact;
    Agent<double> exact(desc);
    Agent<float> rounded(desc);
    const auto observation = random_observation(exact.model, which);
    exact.infer(observation);
    const auto result = rounded.infer(observation);
    assert_true(std::isfinite(result.free_energy.value()));
    assert_beliefs_are_distributions(rounded, 1e-5);
    for (size_t s = 0; s < exact.q.size(); ++s) {
      assert_near(static_cast<double>(rounded.q[s]), exact.q[s], 1e-4);
    }
  }
  Agent<float> agent(bell());
  agent.prior = {1, 0, 1, 0};
  const std::vector<int32_t> impossible = {1, 1};
  const auto result = agent.infer(impossible);
  assert_true(std::isfinite(result.free_energy.value()));
  assert_beliefs_are_distributions(agent, 1e-6);
}

void exact_inference_does_not_allocate(void**) {
  for (uint64_t which = 0; which < 20; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    const uint64_t before = allocations;
    infer_states(agent.model, agent.prior, {observation}, agent.q, agent.workspace, kExactly);
    assert_int_equal(allocations - before, 0);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(marginals_and_free_energy_are_those_of_bayes_rule),
      cmocka_unit_test(independent_beliefs_have_no_less_free_energy),
      cmocka_unit_test(factors_that_share_nothing_keep_their_beliefs_to_the_last_bit),
      cmocka_unit_test(one_cause_explains_the_other_away),
      cmocka_unit_test(groups_are_found_by_what_factors_share),
      cmocka_unit_test(too_many_joint_states_are_refused_or_iterated),
      cmocka_unit_test(float_is_near_double_and_impossible_observations_stay_finite),
      cmocka_unit_test(exact_inference_does_not_allocate),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
