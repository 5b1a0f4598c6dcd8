// SPDX-License-Identifier: MIT
#include "base/platform/clock.h"

#include <chrono>

namespace dks {

uint64_t monotonic_ns() noexcept {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace dks
