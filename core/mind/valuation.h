// What predicted outcomes are worth. Internal to core/mind.
// SPDX-License-Identifier: MIT
#pragma once

#include "math/reduce.h"
#include "mind/expected_free_energy.h"
#include "mind/kernels.h"

#include <algorithm>

namespace dks::mind {

template <class Real>
struct Valuation {
  const GenerativeModel<Real>& model;
  const PlanningSettings<Real>& settings;
  Workspace<Real>& workspace;

  bool wants_info_gain() const {
    return settings.use_states_info_gain && settings.info_gain_weight != 0;
  }

  bool wants_novelty() const {
    return model.has_novelty() && settings.parameter_info_gain_weight != 0;
  }

  std::span<const Real> log_preferences(size_t step, const Modality<Real>& modality) const {
    std::span<const Real> all = settings.log_preferences;
    if (all.empty()) {
      all = model.log_preferences(step);
    } else if (all.size() > model.total_outcomes()) {
      all = all.subspan(step * model.total_outcomes());
    }
    return all.subspan(modality.outcome_offset, modality.num_outcomes);
  }

  Real info_gain(
      const Modality<Real>& modality, std::span<const Real> parents, std::span<const Real> qo
  ) const {
    if (model.convention().entropy == EntropyForm::kSpmMdpG) {
      return info_gain_as_spm(modality, parents);
    }
    return math::entropy(qo) - math::dot(parents, modality.ambiguity);
  }

  Real info_gain_as_spm(const Modality<Real>& modality, std::span<const Real> parents) const {
    constexpr Real kLeastState = Real(1.1253517471925912e-07);  // exp(-16)
    const auto likely = std::span(workspace.contracted).first(parents.size());
    std::transform(parents.begin(), parents.end(), likely.begin(), [](Real p) {
      return p > kLeastState ? p : Real(0);
    });
    const auto qo = std::span(workspace.row).first(modality.num_outcomes);
    contract<Real>(likely, modality.likelihood.data(), qo);
    Real entropy = 0;
    for (const Real p : qo) {
      entropy -= p * log_probability(p, LogForm::kAddTiny);
    }
    return entropy - math::dot<Real>(likely, modality.ambiguity);
  }

  // predicted . (novelty applied to parents)
  Real expected_novelty(
      std::span<const Real> novelty, std::span<const Real> parents, std::span<const Real> predicted
  ) const {
    const auto row = std::span(workspace.row).first(predicted.size());
    contract(parents, novelty.data(), row);
    return math::dot<Real>(predicted, row);
  }
};

}  // namespace dks::mind
