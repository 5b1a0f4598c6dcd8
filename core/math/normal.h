// Normal draws.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/random.h"
#include "math/functions.h"

namespace dks::math {

// Mean 0, variance 1 (Box and Muller). Two draws of 53 bits; nothing kept for the next call.
inline double normal(Random& random) {
  const double radius = sqrt(-2.0 * log(1.0 - random.uniform()));
  return radius * sin_turn(random.uniform());
}

}  // namespace dks::math
