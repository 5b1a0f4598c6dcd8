// SPDX-License-Identifier: MIT
#include "mind/policy_posterior.h"

#include "math/reduce.h"
#include "mind/expected_free_energy.h"

#include <algorithm>
#include <limits>

namespace dks::mind {

template <class Real>
void policy_posterior(Input<Real> neg_efe, Real gamma, Input<Real> log_prior, Output<Real> q_pi) {
  for (size_t p = 0; p < neg_efe.size(); ++p) {
    const Real prior = log_prior.empty() ? Real(0) : log_prior[p];
    const bool is_pruned = neg_efe[p] <= static_cast<Real>(kPrunedScore);
    q_pi[p] = is_pruned ? static_cast<Real>(kPrunedScore) : gamma * neg_efe[p] + prior;
  }
  math::softmax<Real>(q_pi, q_pi);
}

template <class Real>
void first_action_marginals(const Policies& policies, Input<Real> q_pi, Output<Real> out) {
  std::fill(out.begin(), out.end(), Real(0));
  for (size_t p = 0; p < policies.size(); ++p) {
    out[policies.first_action(p)] += q_pi[p];
  }
}

template <class Real>
void first_action_scores(
    const Policies& policies, Input<Real> neg_efe, Input<Real> q_pi, Output<Real> out
) {
  for (size_t first = 0; first < policies.num_first_actions(); ++first) {
    Real share = 0;
    Real score = 0;
    Real best = std::numeric_limits<Real>::lowest();
    for (size_t p = 0; p < policies.size(); ++p) {
      if (policies.first_action(p) == first) {
        share += q_pi[p];
        score += q_pi[p] * neg_efe[p];
        best = std::max(best, neg_efe[p]);
      }
    }
    // Below the square root of the smallest number the products have lost their digits.
    out[first] = share * share > 0 ? score / share : best;
  }
}

template <class Real>
void action_marginals(
    const Policies& policies,
    std::span<const uint32_t> num_controls,
    Input<Real> q_pi,
    Output<Real> out
) {
  std::fill(out.begin(), out.end(), Real(0));
  for (size_t p = 0; p < policies.size(); ++p) {
    const std::span<const int32_t> actions = policies.step(p, 0);
    size_t offset = 0;
    for (size_t f = 0; f < actions.size(); ++f) {
      out[offset + static_cast<size_t>(actions[f])] += q_pi[p];
      offset += num_controls[f];
    }
  }
}

template <class Real>
void sharpen(Input<Real> p, Real alpha, LogForm log, Output<Real> out) {
  std::transform(p.begin(), p.end(), out.begin(), [&](Real probability) {
    return alpha * log_probability(probability, log);
  });
  math::softmax<Real>(out, out);
}

template <class Real>
size_t most_likely(Input<Real> p) {
  return math::argmax<Real>(p);
}

template <class Real>
size_t sample(Input<Real> p, Real uniform) {
  size_t last = 0;
  Real cumulative = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    cumulative += p[i];
    if (uniform < cumulative) {
      return i;
    }
    last = p[i] > 0 ? i : last;
  }
  return last;  // rounding left the sum below uniform
}

template decltype(policy_posterior<double>) policy_posterior<double>;
template decltype(first_action_marginals<double>) first_action_marginals<double>;
template decltype(first_action_scores<double>) first_action_scores<double>;
template decltype(action_marginals<double>) action_marginals<double>;
template decltype(sharpen<double>) sharpen<double>;
template decltype(most_likely<double>) most_likely<double>;
template decltype(sample<double>) sample<double>;
template decltype(policy_posterior<float>) policy_posterior<float>;
template decltype(first_action_marginals<float>) first_action_marginals<float>;
template decltype(first_action_scores<float>) first_action_scores<float>;
template decltype(action_marginals<float>) action_marginals<float>;
template decltype(sharpen<float>) sharpen<float>;
template decltype(most_likely<float>) most_likely<float>;
template decltype(sample<float>) sample<float>;

}  // namespace dks::mind
