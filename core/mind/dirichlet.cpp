// SPDX-License-Identifier: MIT
#include "mind/dirichlet.h"

#include "math/reduce.h"

#include <algorithm>

namespace dks::mind {
namespace {

// Rises from -inf at 0 to 0: the smaller the count, the more is left to learn.
double log_minus_digamma(double count) {
  return math::log(count) - math::digamma(count + 1);
}

}  // namespace

template <class Real>
void expected_distribution(std::span<const Real> counts, std::span<Real> out) {
  const Real total = math::sum(counts);
  if (!(total > 0)) {
    std::fill(out.begin(), out.end(), Real(1) / static_cast<Real>(out.size()));
    return;
  }
  for (size_t i = 0; i < counts.size(); ++i) {
    out[i] = counts[i] / total;
  }
}

template <class Real>
void counts_novelty(ParameterGainForm form, std::span<const Real> counts, std::span<Real> out) {
  constexpr double kTiny = 1e-16;
  const bool is_exact = form == ParameterGainForm::kExact;
  double total = 0;
  for (const Real count : counts) {
    total += static_cast<double>(count) + (is_exact ? 0.0 : kTiny);
  }
  const double of_total = is_exact && total > 0 ? log_minus_digamma(total) : 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    double novelty = 0;
    if (count > 0) {
      novelty = is_exact ? of_total - log_minus_digamma(count) : 1 / (count + kTiny) - 1 / total;
    }
    out[i] = static_cast<Real>(novelty);
  }
}

template void expected_distribution(std::span<const double>, std::span<double>);
template void expected_distribution(std::span<const float>, std::span<float>);
template void counts_novelty(ParameterGainForm, std::span<const double>, std::span<double>);
template void counts_novelty(ParameterGainForm, std::span<const float>, std::span<float>);

}  // namespace dks::mind
