// SPDX-License-Identifier: MIT
#include "mind/terms_of_states.h"

#include "math/reduce.h"
#include "mind/kernels.h"
#include "mind/valuation.h"

namespace dks::mind {
namespace {

template <class Real>
std::span<const Real> belief_of(const Factor<Real>& factor, std::span<const Real> q) {
  return q.subspan(factor.state_offset, factor.num_states);
}

}  // namespace

template <class Real>
void add_terms_of_states(
    const GenerativeModel<Real>& model,
    const PlanningSettings<Real>& settings,
    size_t step,
    Input<Real> q,
    Workspace<Real>& workspace,
    Output<Real> terms
) {
  const Valuation<Real> value{model, settings, workspace};
  for (size_t m = 0; m < model.num_modalities(); ++m) {
    const Modality<Real>& modality = model.modalities()[m];
    const auto parent = [&](size_t k) {
      return belief_of(model.factors()[modality.parents[k]], q);
    };
    const auto parents = joint_belief<Real>(modality.parents.size(), parent, workspace.joint);
    const auto qo = std::span(workspace.qo).first(modality.num_outcomes);
    contract<Real>(parents, modality.likelihood.data(), qo);
    if (settings.use_utility) {
      terms[m] += math::dot<Real>(qo, value.log_preferences(step, modality));
    }
    if (value.wants_info_gain()) {
      terms[model.num_modalities()] +=
          settings.info_gain_weight * value.info_gain(modality, parents, qo);
    }
    if (value.wants_novelty() && !modality.novelty.empty()) {
      terms[model.num_modalities() + 1] += settings.parameter_info_gain_weight *
                                           value.expected_novelty(modality.novelty, parents, qo);
    }
  }
  if (!settings.state_values.empty()) {
    terms.back() += math::dot<Real>(q, settings.state_values);
  }
}

template <class Real>
void add_terms_of_transition(
    const GenerativeModel<Real>& model,
    const PlanningSettings<Real>& settings,
    Input<Real> q,
    std::span<const int32_t> action,
    Input<Real> q_next,
    Workspace<Real>& workspace,
    Output<Real> terms
) {
  const Valuation<Real> value{model, settings, workspace};
  for (size_t f = 0; f < model.num_factors() && value.wants_novelty(); ++f) {
    const Factor<Real>& factor = model.factors()[f];
    if (factor.novelty.empty()) {
      continue;
    }
    const auto parent = [&](size_t k) { return belief_of(model.factors()[factor.parents[k]], q); };
    const auto parents = joint_belief<Real>(factor.parents.size(), parent, workspace.joint);
    const uint32_t slice = factor.slice_of_action[static_cast<size_t>(action[f])];
    terms[model.num_modalities() + 2] +=
        settings.parameter_info_gain_weight *
        value.expected_novelty(factor.novelty_slice(slice), parents, belief_of(factor, q_next));
  }
}

template decltype(add_terms_of_states<double>) add_terms_of_states<double>;
template decltype(add_terms_of_transition<double>) add_terms_of_transition<double>;
template decltype(add_terms_of_states<float>) add_terms_of_states<float>;
template decltype(add_terms_of_transition<float>) add_terms_of_transition<float>;

}  // namespace dks::mind
