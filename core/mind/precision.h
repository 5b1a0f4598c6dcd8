// The precision of policies, inferred: how far their scores are to be trusted.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/generative_model.h"

#include <cstdint>

namespace dks::mind {

struct PrecisionSettings {
  double beta = 1;          // what 1/gamma is expected to be
  int32_t iterations = 16;  // as in SPM
  double least_gamma = 1.0 / 1024;
  double most_gamma = 1024;
};

// One update of b = 1/gamma, along the gradient of free energy:
//   b <- b - (b - beta + (q_pi - p_pi) . neg_efe) / 2
// where q_pi holds what was seen and p_pi does not. It comes to rest at
// b = beta - (q_pi - p_pi) . neg_efe, so that evidence for policies of high score raises gamma.
// SPM knows no bounds: where that would be 0 or less, gamma is the largest one here.
// Source: spm_MDP_VB_X of SPM; Friston et al. 2014, "The anatomy of choice".
// Shapes: neg_efe, q_pi, p_pi [policies]. Scores of pruned policies have no part in it.
template <class Real>
Real update_precision(
    Real gamma,
    const PrecisionSettings& settings,
    Input<Real> neg_efe,
    Input<Real> q_pi,
    Input<Real> p_pi
);

// Updates gamma and what follows from it in turn:
//   q_pi = softmax(gamma * neg_efe + ln E + evidence),  p_pi = softmax(gamma * neg_efe + ln E)
// and leaves both as the returned gamma has them. gamma begins as what the last step left, or as
// 1/beta. evidence is the *negative* free energy of what was seen under each policy, as from
// pass_messages(); without evidence q_pi is p_pi, and gamma goes to 1/beta. Always finite.
// Shapes: neg_efe, evidence, log_prior, q_pi, p_pi [policies]; evidence and log_prior may be empty.
template <class Real>
Real infer_precision(
    Real gamma,
    const PrecisionSettings& settings,
    Input<Real> neg_efe,
    Input<Real> evidence,
    Input<Real> log_prior,
    Output<Real> q_pi,
    Output<Real> p_pi
);

}  // namespace dks::mind
