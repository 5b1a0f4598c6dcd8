// How good each policy is: negative expected free energy, and why.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/planning_graph.h"
#include "mind/workspace.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace dks::mind {

// What differs between agents that share a model.
template <class Real>
struct PlanningSettings {
  // ln C of all modalities one after the other: for every step alike, or once per step.
  // Empty means the model's.
  std::span<const Real> log_preferences = {};
  Real info_gain_weight = 1;
  Real parameter_info_gain_weight = 1;  // 0 computes none; no effect unless the model learns
  bool use_utility = true;
  bool use_states_info_gain = true;
  // Look beyond the first step only after this many best first actions. 0 means all.
  // Has no effect on policies of one step.
  uint32_t keep_first_actions = 0;
  // What being in each state is worth at every step, [states], such as Goals::state_values() of
  // inductive inference. Empty means nothing, and the term is left out.
  std::span<const Real> state_values = {};
};

// Score of a policy whose first action was not kept. policy_posterior() gives it probability 0.
inline constexpr double kPrunedScore = -1e30;

// The terms of a policy's score: one utility per modality, state information gain; of a model that
// learns also parameter information gain about A, then about B; last, state value.
// score = ((utility[0] + utility[1]) + ...) + information gain ..., in this order (sum_terms).
template <class Real>
size_t num_terms(const GenerativeModel<Real>& model) {
  return model.num_modalities() + (model.has_novelty() ? 3 : 1);
}
// With state values their term comes last.
template <class Real>
size_t num_terms(const GenerativeModel<Real>& model, const PlanningSettings<Real>& settings) {
  return num_terms(model) + (settings.state_values.empty() ? 0 : 1);
}
template <class Real>
Real sum_terms(Input<Real> terms);

// Idea: follow each policy's predicted beliefs through B, predict outcomes qo through A, value
// them:
//   utility_m = sum_t qo_m . lnC_m
//   information gain = weight * sum_t sum_m (H[qo_m] - q . H[A_m])
//   state value = sum_t sum_f q_f . state_values_f
// The second is how much observing is expected to tell about states; weight 1 is the theory's own.
// A model that learns adds how much it is expected to tell about A and B (counts_novelty):
//   parameter information gain A = weight * sum_t sum_m qo_m . (novelty_m applied to q)
//   parameter information gain B = weight * sum_t sum_f q_f,t+1 . (novelty_f,u applied to q_t)
// neg_efe is the sum of these terms, bigger is better.
// Source: Da Costa et al. 2020, "Active inference on discrete state-spaces: a synthesis"; pymdp's
// control; spm_MDP_G of SPM for that entropy form.
// Shapes: q [states], neg_efe [policies], terms [policies][num_terms] or empty, as many terms as
// the settings have; zeros where pruned.
// Cost: a matrix-vector product per distinct predicted belief; per distinct predicted outcome one
// more and num_outcomes logarithms, these only where information gain is wanted. Parameter
// information gain doubles the products of what is learned.
template <class Real>
void expected_free_energy(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const PlanningSettings<Real>& settings,
    Input<Real> q,
    Output<Real> neg_efe,
    Workspace<Real>& workspace,
    Output<Real> terms = {}
);

// For each first action the policy that continues it best (ties: lowest index), [first actions].
template <class Real>
void best_continuations(const Policies& policies, Input<Real> neg_efe, std::span<uint32_t> out);

// Predictions of the last expected_free_energy(): beliefs and outcomes after a prefix node (a first
// action is the node of the same index). Nodes beyond pruned first actions were not computed.
template <class Real>
void predicted_states(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const Workspace<Real>& workspace,
    size_t node,
    Output<Real> out
);
template <class Real>
void predicted_outcomes(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const Workspace<Real>& workspace,
    size_t node,
    Output<Real> out
);

}  // namespace dks::mind
