// The host's clock, for performance counters and I/O; never for anything that decides a step.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace dks {

// Nanoseconds since some moment that does not change while the program runs.
uint64_t monotonic_ns() noexcept;

}  // namespace dks
