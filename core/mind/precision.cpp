// SPDX-License-Identifier: MIT
#include "mind/precision.h"

#include "math/reduce.h"
#include "mind/expected_free_energy.h"

namespace dks::mind {
namespace {

bool is_pruned(auto score) {
  return score <= static_cast<decltype(score)>(kPrunedScore);
}

template <class Real>
Real clamped(Real rate, const PrecisionSettings& settings) {
  const auto least = static_cast<Real>(1 / settings.most_gamma);
  const auto most = static_cast<Real>(1 / settings.least_gamma);
  if (!(rate > least)) {
    return least;
  }
  return rate < most ? rate : most;
}

template <class Real>
void choose(
    Real gamma,
    std::span<const Real> neg_efe,
    std::span<const Real> evidence,
    std::span<const Real> log_prior,
    std::span<Real> out
) {
  for (size_t p = 0; p < neg_efe.size(); ++p) {
    const Real prior = log_prior.empty() ? Real(0) : log_prior[p];
    const Real seen = evidence.empty() ? Real(0) : evidence[p];
    out[p] =
        is_pruned(neg_efe[p]) ? static_cast<Real>(kPrunedScore) : gamma * neg_efe[p] + prior + seen;
  }
  math::softmax<Real>(out, out);
}

}  // namespace

template <class Real>
Real update_precision(
    Real gamma,
    const PrecisionSettings& settings,
    Input<Real> neg_efe,
    Input<Real> q_pi,
    Input<Real> p_pi
) {
  // Both sum to 1: a common part of all scores cancels, and would only cost digits.
  const Real best = neg_efe[math::argmax<Real>(neg_efe)];
  Real charge = 0;
  for (size_t p = 0; p < neg_efe.size(); ++p) {
    if (!is_pruned(neg_efe[p])) {
      charge += (q_pi[p] - p_pi[p]) * (neg_efe[p] - best);
    }
  }
  const Real rate = clamped(1 / gamma, settings);
  const auto beta = static_cast<Real>(settings.beta);
  return 1 / clamped(rate - (rate - beta + charge) / 2, settings);
}

template <class Real>
Real infer_precision(
    Real gamma,
    const PrecisionSettings& settings,
    Input<Real> neg_efe,
    Input<Real> evidence,
    Input<Real> log_prior,
    Output<Real> q_pi,
    Output<Real> p_pi
) {
  gamma = 1 / clamped(1 / gamma, settings);
  for (int32_t i = 0; i <= settings.iterations; ++i) {
    choose<Real>(gamma, neg_efe, evidence, log_prior, q_pi);
    choose<Real>(gamma, neg_efe, {}, log_prior, p_pi);
    if (i < settings.iterations) {
      gamma = update_precision<Real>(gamma, settings, neg_efe, q_pi, p_pi);
    }
  }
  return gamma;
}

template decltype(update_precision<double>) update_precision<double>;
template decltype(infer_precision<double>) infer_precision<double>;
template decltype(update_precision<float>) update_precision<float>;
template decltype(infer_precision<float>) infer_precision<float>;

}  // namespace dks::mind
