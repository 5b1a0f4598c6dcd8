// Probabilities in one byte.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

namespace dks::pet {

// The four lowest bits of a float's exponent and the four highest of its fraction: numbers from
// 2^-15 to 1 to one part in 32, 0, and nothing else. Smaller ones become 0.
inline uint8_t to_small_float(float p) {
  constexpr int32_t kLowest = (127 - 15) << 4;
  constexpr int32_t kHighest = 127 << 4;
  const auto rounded = static_cast<int32_t>((std::bit_cast<uint32_t>(p) + (1U << 18)) >> 19);
  if (!(p > 0) || rounded <= kLowest) {
    return 0;
  }
  return static_cast<uint8_t>((rounded < kHighest ? rounded : kHighest) - kLowest);
}

inline float from_small_float(uint8_t small) {
  constexpr uint32_t kLowest = (127 - 15) << 4;
  return small == 0 ? 0 : std::bit_cast<float>((small + kLowest) << 19);
}

}  // namespace dks::pet
