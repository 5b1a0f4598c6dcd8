// What pets tell of themselves. The same values as DKS_EVENT_* in dks.h; capi asserts it.
// SPDX-License-Identifier: MIT
#pragma once

#include "world/events.h"

namespace dks::pet::event {

inline constexpr EventKind kMet{20};
inline constexpr EventKind kShared{21};
inline constexpr EventKind kCalled{22};
inline constexpr EventKind kCritical{23};
inline constexpr EventKind kRelieved{24};
inline constexpr EventKind kWithdrew{25};
inline constexpr EventKind kRecovered{26};
inline constexpr EventKind kUsed{27};
inline constexpr EventKind kEmote{28};
inline constexpr EventKind kIntends{29};
static_assert(kMet == EventKind::kFirstOfTypes);

}  // namespace dks::pet::event
