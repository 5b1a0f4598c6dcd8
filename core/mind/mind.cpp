// SPDX-License-Identifier: MIT
#include "mind/mind.h"

#include "mind/policy_posterior.h"

#include <type_traits>
#include <utility>

namespace dks::mind {
namespace {

// Tensors and predictions of a mind in lanes. A block of agents holds each prediction once for
// every lane, and tables between contractions that may be half as large as a tensor.
constexpr size_t kMostLaneNumbers = size_t{1} << 18;

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

bool is_too_large(const GenerativeModel<float>& model, const PlanningGraph& graph) {
  size_t numbers = graph.belief_values() + graph.outcome_values() + graph.policies().nodes().size();
  for (const Factor<float>& factor : model.factors()) {
    numbers += factor.transition.size();
  }
  for (const Modality<float>& modality : model.modalities()) {
    numbers += modality.likelihood.size();
  }
  return numbers > kMostLaneNumbers;
}

// Float hardly tells when free energy changes by less than the default tolerance: a few rounds more
// cost less than lanes save.
bool stops_early(const GenerativeModel<float>& model) {
  const InferenceSettings usual;
  const InferenceSettings& inference = model.convention().inference;
  return !model.coupled_groups().empty() && inference.tolerance > 0 &&
         (inference.tolerance > usual.tolerance || inference.max_iterations > usual.max_iterations);
}

std::optional<LaneEngine> make_lanes(
    const GenerativeModel<float>& model, const PlanningGraph& graph, const MindDesc& desc
) {
  if (desc.goals || desc.search || model.has_novelty() || stops_early(model) ||
      is_too_large(model, graph)) {
    return std::nullopt;
  }
  LaneSettings settings;
  settings.use_utility = desc.use_utility;
  settings.use_states_info_gain = desc.use_states_info_gain;
  auto engine = LaneEngine::build(model, graph, settings);
  return engine ? std::optional(std::move(*engine)) : std::nullopt;
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
  if constexpr (std::is_same_v<Real, float>) {
    mind->lanes_ = make_lanes(mind->model(), *mind->graph_, desc);
  }
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
