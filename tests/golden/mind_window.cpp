// SPDX-License-Identifier: MIT
#include "mind_window.h"

#include "mind/message_passing.h"
#include "mind_distance.h"

#include <algorithm>
#include <vector>

namespace dks::golden {
namespace {

// Where the window moves on, pymdp's prior is what the last one left about its first moment, for
// each policy, as it stands.
template <class Real>
void move_prior(std::span<const Real> q, size_t policies, std::span<Real> prior) {
  const size_t states = prior.size() / policies;
  const size_t size = q.size() / policies;
  for (size_t p = 0; p < policies; ++p) {
    std::copy_n(&q[p * size], states, &prior[p * states]);
  }
}

}  // namespace

template <class Real>
Result<WindowErrors> run_window(
    const MindCase& given,
    const mind::GenerativeModel<Real>& model,
    const mind::PlanningGraph& graph
) {
  auto workspace = mind::MessagePassingWorkspace<Real>::make(model, given.document.window);
  if (!workspace) {
    return workspace.error();
  }
  const size_t policies = graph.policies().size();
  mind::PlanningSettings<Real> planning;
  planning.use_utility = given.mind().use_utility;
  planning.use_states_info_gain = given.mind().use_states_info_gain;
  planning.parameter_info_gain_weight = given.mind().use_parameter_info_gain ? Real(1) : Real(0);
  std::vector<Real> terms(policies * mind::num_terms(model, planning));
  std::vector<Real> evidence(policies);
  std::vector<Real> neg_efe(policies);
  std::vector<Real> prior;
  for (size_t p = 0; p < policies; ++p) {
    prior.insert(prior.end(), model.initial_states().begin(), model.initial_states().end());
  }
  std::vector<Real> q;
  WindowErrors errors;
  for (size_t t = 0; t < given.steps.size(); ++t) {
    const MindStep& expected = given.steps[t];
    if (t >= given.document.window) {
      move_prior<Real>(q, policies, prior);
    }
    const size_t first = t < given.document.window ? 0 : t + 1 - given.document.window;
    std::vector<int32_t> outcomes;
    std::vector<int32_t> actions;
    for (size_t past = first; past <= t; ++past) {
      const MindStep& step = given.steps[past];
      outcomes.insert(outcomes.end(), step.observation.begin(), step.observation.end());
      if (past < t) {
        actions.insert(actions.end(), step.action.begin(), step.action.end());
      }
    }
    const size_t moments = mind::num_moments(graph.policies(), t + 1 - first);
    q.resize(policies * moments * model.total_states());
    mind::pass_messages<Real>(
        model,
        graph,
        {outcomes, actions, prior},
        *given.document.message_passing,
        q,
        evidence,
        *workspace
    );
    mind::expected_free_energy_of_window<Real>(
        model, graph, planning, q, neg_efe, *workspace, terms
    );
    raise(errors.prior, distance<Real>(prior, expected.latest_belief));
    raise(errors.beliefs, distance<Real>(q, expected.qs_pi));
    raise(errors.evidence, distance<Real>(evidence, expected.evidence));
    raise(errors.scores, distance<Real>(neg_efe, expected.neg_efe));
  }
  return errors;
}

template decltype(run_window<double>) run_window<double>;
template decltype(run_window<float>) run_window<float>;

}  // namespace dks::golden
