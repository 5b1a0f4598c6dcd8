// How far numbers are from what was expected.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace dks::golden {

// Raises the largest error so far; NaN is infinitely far.
inline void raise(double& error, double other) {
  if (!(other <= error)) {
    error = std::isnan(other) ? std::numeric_limits<double>::infinity() : other;
  }
}

template <class Real>
double distance(std::span<const Real> got, std::span<const double> expected) {
  if (got.size() != expected.size()) {
    return std::numeric_limits<double>::infinity();
  }
  double largest = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    raise(largest, std::abs(static_cast<double>(got[i]) - expected[i]));
  }
  return largest;
}

// Distributions one after the other against a tensor of [row][column][slice], as B has them.
template <class Real>
double distance_of_columns(
    std::span<const Real> got, std::span<const double> expected, size_t rows, size_t slices
) {
  if (got.size() != expected.size()) {
    return std::numeric_limits<double>::infinity();
  }
  std::vector<Real> ordered(got.size());
  const size_t columns = got.size() / rows / slices;
  for (size_t i = 0; i < got.size(); ++i) {
    const size_t row = i % rows;
    const size_t column = i / rows % columns;
    ordered[(row * columns + column) * slices + i / rows / columns] = got[i];
  }
  return distance<Real>(ordered, expected);
}

}  // namespace dks::golden
