// SPDX-License-Identifier: MIT
#include "mind/exact_posterior.h"

#include "math/functions.h"
#include "math/reduce.h"

#include <algorithm>

namespace dks::mind {
namespace {

// The joint states of one group, the last factor fastest.
template <class Real>
struct JointStates {
  const GenerativeModel<Real>& model;
  const CoupledGroup& group;
  Workspace<Real>& workspace;

  std::span<Real> values() const { return std::span(workspace.posterior).first(group.joint_size); }
  const Factor<Real>& factor(size_t k) const { return model.factors()[group.factors[k]]; }

  // Calls visit(joint state, index) where each factor moves the index by its stride.
  template <class Visit>
  void for_each(Visit visit) const {
    const size_t count = group.factors.size();
    std::fill_n(workspace.digits.begin(), count, size_t{0});
    size_t index = 0;
    for (size_t state = 0; state < group.joint_size; ++state) {
      visit(state, index);
      for (size_t k = count; k-- > 0;) {
        index += workspace.strides[k];
        if (++workspace.digits[k] < factor(k).num_states) {
          break;
        }
        index -= workspace.strides[k] * workspace.digits[k];
        workspace.digits[k] = 0;
      }
    }
  }

  void stride_over_factor(size_t k) const {
    std::fill_n(workspace.strides.begin(), group.factors.size(), size_t{0});
    workspace.strides[k] = 1;
  }

  // A parent outside the group has one state.
  void stride_over_parents(const Modality<Real>& modality) const {
    for (size_t k = 0; k < group.factors.size(); ++k) {
      size_t stride = 0;
      size_t below = 1;
      for (size_t j = modality.parents.size(); j-- > 0;) {
        stride = modality.parents[j] == group.factors[k] ? below : stride;
        below *= model.factors()[modality.parents[j]].num_states;
      }
      workspace.strides[k] = stride;
    }
  }
};

}  // namespace

template <class Real>
void add_exact_posterior(
    const GenerativeModel<Real>& model,
    const CoupledGroup& group,
    const Observation<Real>& observation,
    Output<Real> q,
    Workspace<Real>& workspace,
    FreeEnergy<Real>& total
) {
  const JointStates<Real> states{model, group, workspace};
  const auto joint = states.values();
  std::fill(joint.begin(), joint.end(), Real(0));
  for (size_t k = 0; k < group.factors.size(); ++k) {
    const auto log_prior = std::span(workspace.log_prior).subspan(states.factor(k).state_offset);
    states.stride_over_factor(k);
    states.for_each([&](size_t state, size_t index) { joint[state] += log_prior[index]; });
  }
  for (const uint32_t m : group.modalities) {
    if (observation.outcomes[m] < 0) {
      continue;
    }
    const Modality<Real>& modality = model.modalities()[m];
    const auto evidence = modality.log_likelihood_of(static_cast<size_t>(observation.outcomes[m]));
    const Real precision = observation.precision.empty() ? Real(1) : observation.precision[m];
    states.stride_over_parents(modality);
    states.for_each([&](size_t state, size_t index) { joint[state] += precision * evidence[index]; }
    );
  }
  const Real most = joint[math::argmax<Real>(joint)];
  Real sum = 0;
  Real energy = 0;
  for (Real& value : joint) {
    const Real below = value - most;
    value = math::exp(below);
    sum += value;
    energy += value * below;
  }
  for (Real& value : joint) {
    value /= sum;
  }
  Real prior_cross_entropy = 0;
  for (size_t k = 0; k < group.factors.size(); ++k) {
    const size_t offset = states.factor(k).state_offset;
    const auto belief = q.subspan(offset, states.factor(k).num_states);
    std::fill(belief.begin(), belief.end(), Real(0));
    states.stride_over_factor(k);
    states.for_each([&](size_t state, size_t index) { belief[index] += joint[state]; });
    const auto log_prior = std::span<const Real>(workspace.log_prior).subspan(offset);
    prior_cross_entropy -= math::dot<Real>(belief, log_prior.first(belief.size()));
  }
  const Real negative_entropy = energy / sum - math::log(sum);
  total.negative_entropy += negative_entropy;
  total.prior_cross_entropy += prior_cross_entropy;
  total.accuracy += negative_entropy + prior_cross_entropy + (most + math::log(sum));
}

template decltype(add_exact_posterior<double>) add_exact_posterior<double>;
template decltype(add_exact_posterior<float>) add_exact_posterior<float>;

}  // namespace dks::mind
