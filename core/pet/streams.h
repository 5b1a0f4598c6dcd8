// Pets' streams of randomness: every use draws from its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "world/streams.h"

#include <cstdint>

namespace dks::pet::stream {

inline constexpr uint32_t kPersonality = dks::stream::kFirstOfTypes;  // drawing one at birth
inline constexpr uint32_t kSense = kPersonality + 1;
inline constexpr uint32_t kChoice = kPersonality + 2;
inline constexpr uint32_t kAct = kPersonality + 3;
inline constexpr uint32_t kFuture = kPersonality + 4;  // + the number of the future << 16

}  // namespace dks::pet::stream
