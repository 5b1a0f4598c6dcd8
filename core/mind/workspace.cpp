// SPDX-License-Identifier: MIT
#include "mind/workspace.h"

#include "mind/expected_free_energy.h"

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
  node_terms.resize(num_terms(model) * policies.nodes().size());
  node_state_values.resize(policies.nodes().size());
  if (model.has_novelty()) {
    outcome_novelty.resize(graph.outcomes().size());
    belief_novelty.resize(graph.beliefs().size());
  }
  scores.resize(policies.num_first_actions());
  kept.resize(policies.num_first_actions());
  wanted_beliefs.resize(graph.beliefs().size());
  wanted_outcomes.resize(graph.outcomes().size());
}

template struct Workspace<double>;
template struct Workspace<float>;

}  // namespace dks::mind
