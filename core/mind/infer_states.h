// Beliefs about hidden states: prediction, fixed-point inference, variational free energy.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/generative_model.h"
#include "mind/workspace.h"

#include <cstdint>
#include <span>

namespace dks::mind {

// What an agent perceives in one step.
template <class Real>
struct Observation {
  std::span<const int32_t> outcomes;  // one per modality, -1 = absent
  // Weight of each modality's log likelihood, such as trust in who shows it. Empty means 1 each.
  std::span<const Real> precision = {};
};

// F = negative_entropy + prior_cross_entropy - accuracy, in nats.
template <class Real>
struct FreeEnergy {
  Real negative_entropy = 0;     // sum_f q_f . ln q_f
  Real prior_cross_entropy = 0;  // -sum_f q_f . ln prior_f
  Real accuracy = 0;             // sum_m E_q[ln A_m[o_m]]

  Real complexity() const { return negative_entropy + prior_cross_entropy; }
  Real value() const { return complexity() - accuracy; }
};

template <class Real>
struct StateInference {
  FreeEnergy<Real> free_energy;
  int32_t iterations = 0;  // 0: q is exact, without coupled factors or by InferenceMethod::kExact
};

// The prior of the next step: prior_f = sum_parents B_f[., parents, action_f] prod q_parents.
// Shapes: q, out [states], not the same memory; action [factors].
template <class Real>
void predict_states(
    const GenerativeModel<Real>& model,
    Input<Real> q,
    std::span<const int32_t> action,
    Output<Real> out,
    Workspace<Real>& workspace
);

// What beliefs q expect of each modality: P(o_m) = sum_parents A_m[o, parents] prod q_parents.
// Shapes: q [states], out [outcomes].
template <class Real>
void predict_outcomes(
    const GenerativeModel<Real>& model, Input<Real> q, Output<Real> out, Workspace<Real>& workspace
);

// Idea: among beliefs that treat the factors as independent, find those of least free energy, by
// repeating q_f <- softmax(ln prior_f + sum_m E[ln A_m[o_m]]), expected under the other factors' q.
// A factor that shares no modality with another one has its exact posterior at once; only the rest
// iterates. In sequential order no update raises free energy. An observation that the model calls
// impossible leaves a finite posterior.
// InferenceMethod::kExact instead weighs every joint state of factors that share modalities: q are
// the marginals of that posterior, and free energy is -ln evidence, below that of any independent
// beliefs. How the factors go together is lost in the marginals: the next prior takes them as
// independent again.
// Source: mean-field coordinate ascent, Bishop 2006 eq. 10.9; pymdp's algos/fpi.
// Shapes: prior, q [states]; they may be the same memory.
// Cost: iterations x sum over modalities of (parents x joint states of the parents); kExact: joint
// states x (factors + modalities), and an exponential each.
template <class Real>
StateInference<Real> infer_states(
    const GenerativeModel<Real>& model,
    Input<Real> prior,
    const Observation<Real>& observation,
    Output<Real> q,
    Workspace<Real>& workspace,
    const InferenceSettings& settings
);

// With the settings of the model's convention.
template <class Real>
StateInference<Real> infer_states(
    const GenerativeModel<Real>& model,
    Input<Real> prior,
    const Observation<Real>& observation,
    Output<Real> q,
    Workspace<Real>& workspace
) {
  return infer_states(model, prior, observation, q, workspace, model.convention().inference);
}

// Free energy of any beliefs, with its parts.
template <class Real>
FreeEnergy<Real> free_energy(
    const GenerativeModel<Real>& model,
    Input<Real> prior,
    const Observation<Real>& observation,
    Input<Real> q,
    Workspace<Real>& workspace
);

}  // namespace dks::mind
