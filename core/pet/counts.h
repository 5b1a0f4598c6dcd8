// Counts of what a pet meets in its life, and what they lead it to expect.
// SPDX-License-Identifier: MIT
//
// p <- retention p + rate seen, as in all learning (mind/dirichlet.h). A pet's counts are those
// beyond the prior, and fade towards it with every step, whether or not there is something to see.
#pragma once

#include "math/functions.h"

#include <span>

namespace dks::pet {

// How often something was so and how often it was not: a Beta distribution of how likely it is.
struct BetaCounts {
  static constexpr float kPrior = 1;  // counts that the prior mean weighs
  // Of both together, so that what has changed is believed after a few encounters, however long it
  // was otherwise before.
  static constexpr float kMost = 4;

  float yes = 0;
  float no = 0;

  // P(it is so); `prior`: that of something never met.
  float mean(float prior) const { return (kPrior * prior + yes) / (kPrior + yes + no); }
  // It was so to this share, in [0, 1].
  void learn(float share, float rate) {
    yes += rate * share;
    no += rate * (1 - share);
    if (const float total = yes + no; total > kMost) {
      yes *= kMost / total;
      no *= kMost / total;
    }
  }
  bool operator==(const BetaCounts&) const = default;
};

// A step passes. What is next to nothing becomes nothing.
inline void fade(std::span<float> counts, float retention) {
  constexpr float kLeast = 1e-6F;
  for (float& count : counts) {
    const float kept = retention * count;
    count = kept < kLeast ? 0 : kept;
  }
}

// ln of the mean; 0 of none.
inline float log_mean(std::span<const float> counts) {
  float sum = 0;
  for (const float count : counts) {
    sum += count;
  }
  return counts.empty() ? 0 : math::log(sum / static_cast<float>(counts.size()));
}

}  // namespace dks::pet
