// SPDX-License-Identifier: MIT
#include "mind/mind.h"

#include "mind/policy_posterior.h"

#include <utility>

namespace dks::mind {
namespace {

bool has_counts(const LearningDesc& counts) {
  return !(
      counts.likelihood.empty() && counts.transition.empty() && counts.initial.empty() &&
      counts.preferences.empty() && counts.policy_prior.empty()
  );
}

template <class Real>
SearchSettings<Real> converted(const SearchSettings<double>& from, const Goals<Real>* goals) {
  SearchSettings<Real> to;
  to.depth = from.depth;
  to.action_threshold = from.action_threshold;
  to.outcome_threshold = from.outcome_threshold;
  to.keep_actions = from.keep_actions;
  to.keep_outcomes = from.keep_outcomes;
  to.gamma = from.gamma;
  to.penalty = from.penalty;
  to.renormalise = from.renormalise;
  to.goals = goals;
  return to;
}

}  // namespace

template <class Real>
Result<std::shared_ptr<const Mind<Real>>> Mind<Real>::build(MindDesc desc) {
  const std::shared_ptr<Mind> mind(new Mind());
  auto model = GenerativeModel<Real>::build(desc.model);
  DKS_TRY(model);
  mind->base_.emplace(std::move(*model));
  if (has_counts(desc.counts)) {
    desc.counts.parameter_info_gain = desc.use_parameter_info_gain;
    auto learned = LearnedModel<Real>::build(*mind->base_, desc.counts);
    DKS_TRY(learned);
    mind->learned_.emplace(std::move(*learned));
  }
  auto graph = PlanningGraph::build(mind->model(), std::move(desc.policies));
  DKS_TRY(graph);
  mind->graph_.emplace(std::move(*graph));
  if (desc.goals) {
    auto goals = Goals<Real>::build(mind->model(), *desc.goals);
    DKS_TRY(goals);
    mind->goals_.emplace(std::move(*goals));
  }
  if (desc.search) {
    mind->search_ = converted<Real>(*desc.search, mind->goals_ ? &*mind->goals_ : nullptr);
    DKS_TRY(SearchWorkspace<Real>::make(mind->model(), *mind->graph_, *mind->search_));
  }
  mind->planning_.use_utility = desc.use_utility;
  mind->planning_.use_states_info_gain = desc.use_states_info_gain;
  return std::shared_ptr<const Mind>(mind);
}

template <class Real>
void Mind<Real>::plan(
    Input<Real> q,
    Input<Real> log_preferences,
    Output<Real> neg_efe,
    Output<Real> q_pi,
    MindWorkspace<Real>& workspace
) const {
  PlanningSettings<Real> planning = planning_;
  planning.log_preferences = log_preferences;
  Real gamma = model().gamma();
  if (search_) {
    sophisticated_search<Real>(model(), *graph_, planning, *search_, q, neg_efe, *workspace.search);
    gamma = static_cast<Real>(search_->gamma);
  } else {
    if (goals_) {
      goals_->state_values(model(), q, workspace.state_values);
      planning.state_values = workspace.state_values;
    }
    expected_free_energy<Real>(model(), *graph_, planning, q, neg_efe, workspace.planning);
  }
  policy_posterior<Real>(neg_efe, gamma, model().log_policy_prior(), q_pi);
}

template <class Real>
MindWorkspace<Real>::MindWorkspace(const Mind<Real>& mind) : planning(mind.model(), mind.graph()) {
  if (mind.search_) {
    auto made = SearchWorkspace<Real>::make(mind.model(), mind.graph(), *mind.search_);
    search = std::move(*made);  // build() has tried it
  }
  if (mind.goals_) {
    state_values.resize(mind.model().total_states());
  }
}

template class Mind<double>;
template class Mind<float>;
template struct MindWorkspace<double>;
template struct MindWorkspace<float>;

}  // namespace dks::mind
