// The convention "spm": what spm_MDP_VB_X and spm_MDP_G compute, written out.
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
#include "mind/dirichlet.h"
#include "mind/terms_of_states.h"
#include "test_mind_support.h"

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)
using dks::test::allocations;

// Models whose outcomes and states together are a few hundred.
ModelDesc small_random_model(uint64_t which) {
  for (uint64_t i = which;; i += 10007) {
    ModelDesc desc = random_model(i, kSpm);
    size_t entries = 1;
    for (const FactorDesc& factor : desc.factors) {
      entries *= factor.num_states;
    }
    for (const ModalityDesc& modality : desc.modalities) {
      entries *= modality.num_outcomes;
    }
    if (entries <= 2000) {
      return desc;
    }
  }
}

// P(all outcomes together | all states together), as rows of states.
struct JointModel {
  size_t states = 1;
  size_t outcomes = 1;
  std::vector<double> likelihood;

  explicit JointModel(const ModelDesc& desc) {
    for (const FactorDesc& factor : desc.factors) {
      states *= factor.num_states;
    }
    for (const ModalityDesc& modality : desc.modalities) {
      outcomes *= modality.num_outcomes;
    }
    for (size_t s = 0; s < states; ++s) {
      for (size_t o = 0; o < outcomes; ++o) {
        likelihood.push_back(probability(desc, s, o));
      }
    }
  }

  static double probability(const ModelDesc& desc, size_t s, size_t o) {
    std::vector<size_t> state(desc.factors.size());
    for (size_t f = state.size(); f-- > 0;) {
      state[f] = s % desc.factors[f].num_states;
      s /= desc.factors[f].num_states;
    }
    double p = 1;
    for (size_t m = desc.modalities.size(); m-- > 0;) {
      const ModalityDesc& modality = desc.modalities[m];
      size_t index = o % modality.num_outcomes;
      o /= modality.num_outcomes;
      for (const uint32_t parent : modality.parents) {
        index = index * desc.factors[parent].num_states + state[parent];
      }
      p *= modality.likelihood[index];
    }
    return p;
  }

  double gain(const std::vector<double>& q) const {
    const double least = std::exp(-16);
    std::vector<double> qo(outcomes, 0.0);
    double sum = 0;
    for (size_t s = 0; s < states; ++s) {
      for (size_t o = 0; o < outcomes && q[s] > least; ++o) {
        const double p = likelihood[s * outcomes + o];
        sum += q[s] * p * std::log(p + least);
        qo[o] += q[s] * p;
      }
    }
    for (const double p : qo) {
      sum -= p * std::log(p + least);
    }
    return sum;
  }
};

std::vector<double> joint_of(const ModelDesc& desc, std::span<const double> beliefs) {
  std::vector<double> joint = {1};
  for (const FactorDesc& factor : desc.factors) {
    std::vector<double> longer;
    for (const double p : joint) {
      for (size_t s = 0; s < factor.num_states; ++s) {
        longer.push_back(p * beliefs[s]);
      }
    }
    beliefs = beliefs.subspan(factor.num_states);
    joint = longer;
  }
  return joint;
}

void information_gain_is_that_of_all_outcomes_about_all_states(void**) {
  size_t several = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = small_random_model(which);
    Agent<double> agent(desc, 2);
    agent.infer(random_observation(agent.model, which));
    agent.plan();
    const JointModel joint(desc);
    const size_t count = num_terms(agent.model);
    std::vector<double> beliefs(agent.q.size());
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      double expected = 0;
      for (uint32_t node = agent.policies().leaf(p); node != kNoNode;
           node = agent.policies().nodes()[node].parent) {
        predicted_states<double>(agent.model, agent.graph, agent.workspace, node, beliefs);
        expected += joint.gain(joint_of(desc, beliefs));
      }
      const auto terms = std::span<const double>(agent.terms).subspan(p * count, count);
      assert_near(terms.back(), expected, 1e-11);
      assert_true(sum_terms<double>(terms) == agent.neg_efe[p]);
    }
    std::vector<double> terms(count, 0.0);
    add_terms_of_states<double>(agent.model, {}, 0, agent.q, agent.workspace, terms);
    assert_near(terms.back(), joint.gain(joint_of(desc, agent.q)), 1e-11);
    several += desc.modalities.size() > 1 ? 1 : 0;
  }
  assert_true(several > kModels / 4);
}

// A coin that two modalities show alike.
ModelDesc coin(const Convention& convention) {
  ModelDesc desc;
  desc.convention = convention;
  desc.factors = {{"", 2, 1, {}, {1, 0, 0, 1}, {}}};
  desc.modalities = {{"", 2, {}, {1, 0, 0, 1}, {}}, {"", 2, {}, {1, 0, 0, 1}, {0, 3}}};
  return desc;
}

void what_two_modalities_tell_alike_counts_once(void**) {
  Agent<double> together(coin(kSpm), 1);
  together.plan();
  assert_near(together.terms.back(), std::log(2), 1e-6);
  Agent<double> apart(coin(kPymdpLegacy), 1);
  apart.plan();
  assert_near(apart.terms.back(), 2 * std::log(2), 1e-6);
}

void preferences_are_softmaxed(void**) {
  Agent<double> agent(coin(kSpm), 1);
  agent.plan();
  const double sum = 1 + std::exp(3);
  assert_near(agent.terms[0], std::log(0.5), 1e-12);
  assert_near(agent.terms[1], 0.5 * (std::log(1 / sum) + std::log(std::exp(3) / sum)), 1e-12);
}

void without_its_weight_information_gain_is_no_term(void**) {
  for (uint64_t which = 0; which < 20; ++which) {
    Agent<double> agent(small_random_model(which));
    agent.plan({.use_states_info_gain = false});
    const size_t count = num_terms(agent.model);
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      assert_true(agent.terms[(p + 1) * count - 1] == 0);
    }
  }
}

void novelty_is_half_of_pymdps(void**) {
  const std::vector<double> counts = {0.5, 0, 1.5, 2};
  std::vector<double> legacy(4);
  std::vector<double> spm(4);
  counts_novelty<double>(ParameterGainForm::kPymdpLegacy, counts, legacy);
  counts_novelty<double>(ParameterGainForm::kSpm, counts, spm);
  assert_near(spm[0], 0.5 * (2 - 0.25), 1e-14);
  for (size_t i = 0; i < 4; ++i) {
    assert_true(spm[i] == 0.5 * legacy[i]);
  }
}

void too_many_outcomes_together_are_refused(void**) {
  ModelDesc desc = coin(kSpm);
  for (size_t m = 0; m < 20; ++m) {
    desc.modalities.push_back(desc.modalities[0]);
  }
  const auto refused = GenerativeModel<double>::build(desc);
  assert_int_equal(static_cast<int>(refused.error().status), static_cast<int>(dks::Status::kLimit));
  assert_string_equal(
      refused.error().text.c_str(),
      "convention: SPM's information gain over all states and all outcomes together would have "
      "8388608 entries, the limit is 4194304"
  );
  desc.modalities.pop_back();
  assert_true(GenerativeModel<double>::build(desc).ok());
}

void planning_as_spm_does_not_allocate_and_float_is_near_double(void**) {
  for (uint64_t which = 0; which < 40; ++which) {
    const ModelDesc desc = small_random_model(which);
    Agent<double> exact(desc);
    Agent<float> rounded(desc);
    exact.plan();
    const uint64_t before = allocations;
    rounded.plan();
    assert_int_equal(allocations - before, 0);
    for (size_t p = 0; p < exact.neg_efe.size(); ++p) {
      assert_near(static_cast<double>(rounded.neg_efe[p]), exact.neg_efe[p], 5e-5);
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(information_gain_is_that_of_all_outcomes_about_all_states),
      cmocka_unit_test(what_two_modalities_tell_alike_counts_once),
      cmocka_unit_test(preferences_are_softmaxed),
      cmocka_unit_test(without_its_weight_information_gain_is_no_term),
      cmocka_unit_test(novelty_is_half_of_pymdps),
      cmocka_unit_test(too_many_outcomes_together_are_refused),
      cmocka_unit_test(planning_as_spm_does_not_allocate_and_float_is_near_double),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
