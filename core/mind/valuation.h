// What predicted outcomes are worth. Internal to core/mind.
// SPDX-License-Identifier: MIT
#pragma once

#include "math/reduce.h"
#include "mind/expected_free_energy.h"
#include "mind/kernels.h"

#include <algorithm>
#include <numeric>

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

  // Of one modality; 0 where info_gain_of_all() stands for all of them.
  Real info_gain(
      const Modality<Real>& modality, std::span<const Real> parents, std::span<const Real> qo
  ) const {
    if (gains_jointly()) {
      return 0;
    }
    if (model.convention().entropy == EntropyForm::kSpmMdpG) {
      return info_gain_as_spm(modality, parents);
    }
    return math::entropy(qo) - math::dot(parents, modality.ambiguity);
  }

  bool gains_jointly() const { return model.convention().entropy == EntropyForm::kSpmJoint; }

  // What the outcomes of all modalities together tell about all states; belief_of(f) is a factor's.
  template <class BeliefOf>
  Real info_gain_of_all(BeliefOf belief_of) const {
    const auto add_log = [](Real sum, Real p) { return sum + p * math::log(p + kLeastState); };
    const auto q = joint_belief<Real>(model.num_factors(), belief_of, workspace.all_states);
    const auto qo = std::span(workspace.all_outcomes);
    std::fill(qo.begin(), qo.end(), Real(0));
    Real gain = 0;
    for (size_t state = 0; state < q.size(); ++state) {
      if (!(q[state] > kLeastState)) {
        continue;
      }
      const auto outcomes = [&](size_t m) { return outcomes_in(state, model.modalities()[m]); };
      const auto po = joint_belief<Real>(model.num_modalities(), outcomes, workspace.outcome_row);
      gain += q[state] * std::accumulate(po.begin(), po.end(), Real(0), add_log);
      for (size_t o = 0; o < po.size(); ++o) {
        qo[o] += q[state] * po[o];
      }
    }
    return gain - std::accumulate(qo.begin(), qo.end(), Real(0), add_log);
  }

  // A of one modality in one joint state of all factors, the last factor fastest.
  std::span<const Real> outcomes_in(size_t state, const Modality<Real>& modality) const {
    size_t column = 0;
    size_t below = 1;
    for (size_t k = modality.parents.size(); k-- > 0;) {
      size_t rest = state;
      for (size_t f = model.num_factors(); --f > modality.parents[k];) {
        rest /= model.factors()[f].num_states;
      }
      const size_t size = model.factors()[modality.parents[k]].num_states;
      column += rest % size * below;
      below *= size;
    }
    return modality.likelihood.subspan(column * modality.num_outcomes, modality.num_outcomes);
  }

  static constexpr Real kLeastState = Real(1.1253517471925912e-07);  // exp(-16)

  Real info_gain_as_spm(const Modality<Real>& modality, std::span<const Real> parents) const {
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
