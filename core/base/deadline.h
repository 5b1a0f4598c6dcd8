// When work that can be cut is to pause; asked between its parts.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/platform/clock.h"

#include <algorithm>
#include <cstdint>

namespace dks {

class Deadline {
 public:
  // Work goes on to its end.
  static Deadline never() { return Deadline(kNever); }
  static Deadline in(uint64_t nanoseconds) {
    const uint64_t now = monotonic_ns();
    return Deadline(now + std::min(nanoseconds, kNever - 1 - now));
  }

  bool is_set() const { return at_ != kNever; }
  bool is_over() const { return is_set() && monotonic_ns() >= at_; }

 private:
  static constexpr uint64_t kNever = UINT64_MAX;
  explicit Deadline(uint64_t at) : at_(at) {}

  uint64_t at_;  // by monotonic_ns()
};

}  // namespace dks
