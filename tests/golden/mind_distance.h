// How far numbers are from what was expected.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

namespace dks::golden {

template <class Real>
double distance(std::span<const Real> got, std::span<const double> expected) {
  if (got.size() != expected.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double difference = std::abs(static_cast<double>(got[i]) - expected[i]);
    largest = difference <= largest ? largest : difference;  // NaN counts as larger
  }
  return largest;
}

}  // namespace dks::golden
