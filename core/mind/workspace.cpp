// SPDX-License-Identifier: MIT
#include "mind/workspace.h"

namespace dks::mind {

template <class Real>
Workspace<Real>::Workspace(const GenerativeModel<Real>& model)
    : log_prior(model.total_states()),
      next(model.total_states()),
      row(model.largest_axis()),
      joint(model.largest_joint()),
      contracted(model.largest_joint()),
      qo(model.largest_axis()) {}

template <class Real>
Workspace<Real>::Workspace(const GenerativeModel<Real>& model, const PlanningGraph& graph)
    : Workspace(model) {
  const Policies& policies = graph.policies();
  beliefs.resize(graph.belief_values());
  outcomes.resize(graph.outcome_values());
  outcome_terms.resize(2 * graph.outcomes().size());
  node_terms.resize((model.num_modalities() + 1) * policies.nodes().size());
  node_state_values.resize(policies.nodes().size());
  scores.resize(policies.num_first_actions());
  kept.resize(policies.num_first_actions());
  wanted_beliefs.resize(graph.beliefs().size());
  wanted_outcomes.resize(graph.outcomes().size());
}

template struct Workspace<double>;
template struct Workspace<float>;

}  // namespace dks::mind
