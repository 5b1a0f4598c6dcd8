// Minded agents' streams of randomness: every use draws from its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "world/streams.h"

#include <cstdint>

namespace dks::agent::stream {

inline constexpr uint32_t kChoice = dks::stream::kFirstOfTypes;

}  // namespace dks::agent::stream
