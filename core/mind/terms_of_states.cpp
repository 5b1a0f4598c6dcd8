// SPDX-License-Identifier: MIT
#include "mind/terms_of_states.h"

#include "math/reduce.h"
#include "mind/kernels.h"
#include "mind/valuation.h"

namespace dks::mind {

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
  const auto belief = [&](size_t f) {
    return q.subspan(model.factors()[f].state_offset, model.factors()[f].num_states);
  };
  for (size_t m = 0; m < model.num_modalities(); ++m) {
    const Modality<Real>& modality = model.modalities()[m];
    const auto parent = [&](size_t k) { return belief(modality.parents[k]); };
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
  }
  if (!settings.state_values.empty()) {
    terms.back() += math::dot<Real>(q, settings.state_values);
  }
}

template decltype(add_terms_of_states<double>) add_terms_of_states<double>;
template decltype(add_terms_of_states<float>) add_terms_of_states<float>;

}  // namespace dks::mind
