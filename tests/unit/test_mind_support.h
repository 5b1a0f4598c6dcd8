// Random generative models and agents for the tests of the mind.
// SPDX-License-Identifier: MIT
#pragma once

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "base/random.h"
#include "mind/expected_free_energy.h"
#include "mind/infer_states.h"
#include "mind/policy_posterior.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace dks::mind {

inline constexpr uint64_t kModels = 200;

// `columns` distributions over `rows` values, [row][column]; some with zeros, some certain.
inline std::vector<double> random_distributions(size_t rows, size_t columns, Random& random) {
  std::vector<double> out(rows * columns, 0.0);
  for (size_t c = 0; c < columns; ++c) {
    const bool has_zeros = random.bernoulli(0.3);
    const size_t certain = random.below(static_cast<uint32_t>(rows));
    double sum = 0;
    for (size_t r = 0; r < rows; ++r) {
      const bool is_zero = has_zeros && r != certain && random.bernoulli(0.7);
      out[r * columns + c] = is_zero ? 0.0 : random.uniform() + 1e-3;
      sum += out[r * columns + c];
    }
    for (size_t r = 0; r < rows; ++r) {
      out[r * columns + c] /= sum;
    }
  }
  return out;
}

// One to three factors in any order.
inline std::vector<uint32_t> random_parents(size_t num_factors, Random& random) {
  std::vector<uint32_t> all(num_factors);
  for (uint32_t f = 0; f < num_factors; ++f) {
    all[f] = f;
  }
  shuffle(std::span(all), random);
  all.resize(1 + random.below(static_cast<uint32_t>(std::min<size_t>(3, num_factors))));
  return all;
}

inline size_t joint_size(const ModelDesc& desc, std::span<const uint32_t> parents) {
  size_t size = 1;
  for (const uint32_t parent : parents) {
    size *= desc.factors[parent].num_states;
  }
  return size;
}

// Makes action 1 move the factor exactly as action 0 does.
inline void repeat_action(FactorDesc& factor) {
  for (size_t i = 0; i < factor.transition.size(); i += factor.num_controls) {
    factor.transition[i + 1] = factor.transition[i];
  }
}

inline ModelDesc random_model(uint64_t which, const Convention& convention = {}) {
  Random random(7, which, 0, 0);
  ModelDesc desc;
  desc.convention = convention;
  desc.factors.resize(1 + random.below(4));
  for (FactorDesc& factor : desc.factors) {
    factor.num_states = 1 + random.below(7);
    factor.num_controls = 1 + random.below(3);
    factor.initial = random_distributions(factor.num_states, 1, random);
  }
  for (FactorDesc& factor : desc.factors) {
    factor.parents = random_parents(desc.factors.size(), random);
    const size_t columns = joint_size(desc, factor.parents) * factor.num_controls;
    factor.transition = random_distributions(factor.num_states, columns, random);
    if (factor.num_controls > 1 && random.bernoulli(0.5)) {
      repeat_action(factor);
    }
  }
  desc.modalities.resize(1 + random.below(4));
  for (ModalityDesc& modality : desc.modalities) {
    modality.num_outcomes = 1 + random.below(10);
    modality.parents = random_parents(desc.factors.size(), random);
    const size_t columns = joint_size(desc, modality.parents);
    modality.likelihood = random_distributions(modality.num_outcomes, columns, random);
    const size_t steps = 1 + random.below(2);
    for (size_t i = 0; i < modality.num_outcomes * steps; ++i) {
      modality.preferences.push_back(4 * random.uniform() - 2);
    }
  }
  return desc;
}

// A built model with all that one agent needs.
template <class Real>
struct Agent {
  explicit Agent(const ModelDesc& desc, size_t depth = 2)
      : model(std::move(*GenerativeModel<Real>::build(desc))),
        graph(std::move(
            *PlanningGraph::build(model, *Policies::enumerate(model.num_controls(), depth))
        )),
        workspace(model, graph),
        prior(model.initial_states().begin(), model.initial_states().end()),
        q(prior),
        neg_efe(policies().size()),
        q_pi(policies().size()),
        terms(policies().size() * num_terms(model)) {}

  const Policies& policies() const { return graph.policies(); }

  StateInference<Real> infer(std::span<const int32_t> observation) {
    return infer_states(model, prior, {observation}, q, workspace);
  }
  void plan(const PlanningSettings<Real>& settings = {}) {
    expected_free_energy(model, graph, settings, q, neg_efe, workspace, terms);
    policy_posterior<Real>(neg_efe, model.gamma(), model.log_policy_prior(), q_pi);
  }
  std::span<const Real> belief(size_t f) const {
    const Factor<Real>& factor = model.factors()[f];
    return std::span(q).subspan(factor.state_offset, factor.num_states);
  }

  GenerativeModel<Real> model;
  PlanningGraph graph;
  Workspace<Real> workspace;
  std::vector<Real> prior;
  std::vector<Real> q;
  std::vector<Real> neg_efe;
  std::vector<Real> q_pi;
  std::vector<Real> terms;
};

template <class Real>
std::vector<int32_t> random_observation(const GenerativeModel<Real>& model, uint64_t which) {
  Random random(8, which, 0, 0);
  std::vector<int32_t> observation;
  for (const Modality<Real>& modality : model.modalities()) {
    const bool is_absent = random.bernoulli(0.2);
    const auto outcome = static_cast<int32_t>(random.below(modality.num_outcomes));
    observation.push_back(is_absent ? -1 : outcome);
  }
  return observation;
}

inline void assert_near(double got, double expected, double tolerance) {
  if (!(std::abs(got - expected) <= tolerance)) {
    fail_msg("%.17g is not within %g of %.17g", got, tolerance, expected);
  }
}

template <class Real>
void assert_distribution(std::span<const Real> p, double tolerance) {
  double sum = 0;
  for (const Real value : p) {
    assert_true(value >= 0 && static_cast<double>(value) <= 1 + tolerance);
    sum += static_cast<double>(value);
  }
  assert_near(sum, 1, tolerance);
}

template <class Real>
void assert_beliefs_are_distributions(const Agent<Real>& agent, double tolerance) {
  for (size_t f = 0; f < agent.model.num_factors(); ++f) {
    assert_distribution<Real>(agent.belief(f), tolerance);
  }
}

}  // namespace dks::mind
