// The world's streams of randomness: every use draws from its own, so that no use disturbs another.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace dks::stream {

// Each stage of a step has streams of its own.
constexpr uint32_t in_stage(uint32_t stream, uint32_t stage) {
  return stream + (stage << 16);
}
constexpr uint32_t order(uint32_t stage) {
  return in_stage(1, stage);
}  // activation
constexpr uint32_t type_order(uint32_t stage) {
  return in_stage(2, stage);
}  // of types
inline constexpr uint32_t kEnvironment = 3;  // weather and temperature
inline constexpr uint32_t kPlacement = 4;    // where the next agent is put
inline constexpr uint32_t kUid = 5;
inline constexpr uint32_t kSet = 6;            // agent sets
inline constexpr uint32_t kFirstOfTypes = 64;  // agent types number their own from here, below 2^16

}  // namespace dks::stream
