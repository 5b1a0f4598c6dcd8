// From scores of policies to the action taken.
// SPDX-License-Identifier: MIT
//
// Randomness comes from the caller, as numbers in [0, 1); without it, the likeliest is taken, ties
// to the lowest index. Name the scalar type in calls: most_likely<double>(q_pi).
#pragma once

#include "mind/generative_model.h"
#include "mind/policies.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace dks::mind {

// q_pi = softmax(gamma * neg_efe + ln E). log_prior may be empty: all policies alike. [policies]
template <class Real>
void policy_posterior(Input<Real> neg_efe, Real gamma, Input<Real> log_prior, Output<Real> q_pi);

// Probability of each distinct first step, [policies.num_first_actions()].
template <class Real>
void first_action_marginals(const Policies& policies, Input<Real> q_pi, Output<Real> out);

// Expected score of the policies that begin with each distinct first step,
// [policies.num_first_actions()]: their scores by their shares of q_pi. Of a step so unlikely that
// q_pi holds nothing of it, the best policy's score.
template <class Real>
void first_action_scores(
    const Policies& policies, Input<Real> neg_efe, Input<Real> q_pi, Output<Real> out
);

// Probability of each control of each factor in the first step, [controls of all factors].
template <class Real>
void action_marginals(
    const Policies& policies,
    std::span<const uint32_t> num_controls,
    Input<Real> q_pi,
    Output<Real> out
);

// softmax(alpha * ln p): alpha > 1 sharpens, alpha < 1 flattens. p and out may be the same memory.
template <class Real>
void sharpen(Input<Real> p, Real alpha, LogForm log, Output<Real> out);

// The likeliest index, ties to the lowest.
template <class Real>
size_t most_likely(Input<Real> p);

// The index whose share of the cumulative probability holds `uniform` in [0, 1).
template <class Real>
size_t sample(Input<Real> p, Real uniform);

}  // namespace dks::mind
