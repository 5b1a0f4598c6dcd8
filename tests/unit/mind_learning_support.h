// Random counts and lives for the tests of learning.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/learned_model.h"
#include "test_mind_support.h"

namespace dks::mind {

enum class Zeros { kNone, kAsTheModel };

// Counts between 0.1 and 5; of kAsTheModel none where the probability is 0.
inline std::vector<double> random_counts(
    std::span<const double> probabilities, Zeros zeros, Random& random
) {
  std::vector<double> counts;
  for (const double p : probabilities) {
    const bool is_zero = zeros == Zeros::kAsTheModel && p == 0;
    counts.push_back(is_zero ? 0.0 : 0.1 + 4.9 * random.uniform());
  }
  return counts;
}

// Counts of A, B and D.
inline LearningDesc random_learning(const ModelDesc& desc, uint64_t which, Zeros zeros) {
  Random random(9, which, 0, 0);
  LearningDesc learning;
  for (const ModalityDesc& modality : desc.modalities) {
    learning.likelihood.push_back(random_counts(modality.likelihood, zeros, random));
  }
  for (const FactorDesc& factor : desc.factors) {
    learning.transition.push_back(random_counts(factor.transition, zeros, random));
    learning.initial.push_back(random_counts(factor.initial, zeros, random));
  }
  return learning;
}

// An agent that learns A and B in every step of a life of random observations and actions.
template <class Real>
struct Learner {
  Learner(const ModelDesc& desc, const LearningDesc& learning, size_t depth = 2)
      : base(std::move(*GenerativeModel<Real>::build(desc))),
        learned(std::move(*LearnedModel<Real>::build(base, learning))),
        graph(std::move(
            *PlanningGraph::build(model(), *Policies::enumerate(base.num_controls(), depth))
        )),
        workspace(model(), graph),
        counts(learned.first_counts().begin(), learned.first_counts().end()),
        prior(model().initial_states().begin(), model().initial_states().end()),
        q(prior),
        before(prior),
        neg_efe(graph.policies().size()),
        terms(graph.policies().size() * num_terms(model())) {}

  const GenerativeModel<Real>& model() const { return learned.model(); }

  void observe(std::span<const int32_t> outcomes) {
    infer_states(model(), prior, {outcomes}, q, workspace);
    learned.learn_likelihood(counts, outcomes, q, settings);
  }
  void act(std::span<const int32_t> action, std::span<const int32_t> outcomes) {
    before = q;
    predict_states<Real>(model(), before, action, prior, workspace);
    observe(outcomes);
    learned.learn_transition(counts, action, before, q, settings);
  }
  void plan(const PlanningSettings<Real>& planning = {}) {
    expected_free_energy(model(), graph, planning, q, neg_efe, workspace, terms);
  }

  GenerativeModel<Real> base;
  LearnedModel<Real> learned;
  PlanningGraph graph;
  Workspace<Real> workspace;
  std::vector<Real> counts;
  std::vector<Real> prior;
  std::vector<Real> q;
  std::vector<Real> before;
  std::vector<Real> neg_efe;
  std::vector<Real> terms;
  LearningSettings<Real> settings;
};

inline std::vector<int32_t> random_action(std::span<const uint32_t> controls, uint64_t which) {
  Random random(10, which, 0, 0);
  std::vector<int32_t> action;
  for (const uint32_t count : controls) {
    action.push_back(static_cast<int32_t>(random.below(count)));
  }
  return action;
}

template <class Real>
void live(Learner<Real>& learner, uint64_t first_step, size_t steps) {
  for (uint64_t t = first_step; t < first_step + steps; ++t) {
    const auto action = random_action(learner.base.num_controls(), t);
    learner.act(action, random_observation(learner.base, t));
  }
}

template <class Real>
double total(std::span<const Real> counts) {
  double sum = 0;
  for (const Real count : counts) {
    sum += static_cast<double>(count);
  }
  return sum;
}

}  // namespace dks::mind
