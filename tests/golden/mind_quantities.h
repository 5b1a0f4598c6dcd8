// What is compared with a golden case, and how near it has to be.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace dks::golden {

enum Quantity : size_t {
  kPrior,
  kBeliefs,
  kFreeEnergy,
  kIterations,
  kScores,
  kPolicies,
  kActions,
  kStochastic,
  kLearned,
  kInductive,
  kQuantities
};
inline constexpr std::array<const char*, kQuantities> kNames = {
    "prior",
    "qs",
    "vfe",
    "iterations",
    "neg_efe",
    "q_pi",
    "actions",
    "stochastic",
    "learned",
    "inductive"};
using Errors = std::array<double, kQuantities>;
inline constexpr double kNotCompared = -1;

// The README's, where an engine follows the convention of the case.
inline Errors tolerances(bool is_float, double gamma, double alpha) {
  if (is_float) {
    const double posterior = 1e-5 * gamma;
    const double stochastic = posterior * std::max(1.0, alpha);
    return {2e-6, 2e-6, 1e-5, 0, 2e-5, posterior, posterior, stochastic, 1e-5, 0};
  }
  return {1e-10, 1e-10, 1e-10, 0, 1e-10, 1e-9, 1e-9, 1e-9, 1e-10, 0};
}

}  // namespace dks::golden
