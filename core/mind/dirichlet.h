// Dirichlet counts of one distribution: how they grow, what they expect, what more would tell.
// SPDX-License-Identifier: MIT
//
// Counts a[i] > 0 stand for what was seen so far. A count of 0 is a structural zero: it never
// grows, so what a model rules out stays ruled out.
#pragma once

#include "mind/convention.h"

#include <span>

namespace dks::mind {

// Forgetting ends here, and here begins what is allowed but was never counted. Above the smallest
// number of float by far, below every tolerance.
inline constexpr double kLeastCount = 1e-12;

// p <- retention * p + rate * what was seen.
template <class Real>
struct LearningSettings {
  Real rate = 1;       // 0 or more
  Real retention = 1;  // 0 to 1; 1 forgets nothing (ActiveInference.jl calls it forgetting rate)
};

// One step of learning. Where the same share is seen for ever, a count comes to rest at
// rate * seen / (1 - retention). seen [counts]; seen_of(i) is what was seen of i.
template <class Real, class SeenOf>
void learn_counts(std::span<Real> counts, const LearningSettings<Real>& settings, SeenOf seen_of) {
  constexpr Real kLeast = Real(kLeastCount);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (!(counts[i] > 0)) {
      continue;
    }
    if (settings.retention < 1) {
      const Real kept = settings.retention * counts[i];
      counts[i] = kept > kLeast ? kept : kLeast;
    }
    counts[i] += settings.rate * seen_of(i);
  }
}

// out[i] = a[i] / sum a, the expected distribution; uniform where there is no count at all.
template <class Real>
void expected_distribution(std::span<const Real> counts, std::span<Real> out);

// Idea: what the next draw is expected to tell about the distribution itself, split by outcome:
//   exact   out[i] = (ln S - psi(S + 1)) - (ln a[i] - psi(a[i] + 1)),  S = sum a
//   legacy  out[i] = 1 / a[i] - 1 / S
// Weighted by the expected distribution, the exact form is the mutual information of draw and
// distribution: H[E p] - E H[p]. pymdp writes psi(a) + 1/a for psi(a + 1) and has the opposite
// sign. 0 where a[i] = 0.
// Source: Friston et al. 2017, "Active inference, curiosity and insight"; exact form: pymdp 1.x;
// legacy form: spm_wnorm of SPM without its factor 1/2, as in pymdp legacy.
template <class Real>
void counts_novelty(ParameterGainForm form, std::span<const Real> counts, std::span<Real> out);

}  // namespace dks::mind
