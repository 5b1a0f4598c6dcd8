// What a phase of a step took.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/platform/clock.h"

#include <cstdint>

namespace dks {

// Adds the time since it was last asked to the phase that just ended.
class PhaseClock {
 public:
  void charge(uint64_t& phase) {
    const uint64_t now = monotonic_ns();
    phase += now - last_;
    last_ = now;
  }

 private:
  uint64_t last_ = monotonic_ns();
};

}  // namespace dks
