// "Did you mean ...?": the known name that a wrong one is most likely a slip of.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dks::capi {

// The candidate with the fewest slips (a letter wrong, missing, too many, or two swapped) from
// name, the first of several; none if all are further than a third of the name's length (at least
// one slip, and never a whole name). ASCII upper and lower case are the same.
// Damerau-Levenshtein distance in its restricted form (optimal string alignment), on bytes.
// Cost: bounded. Names beyond 64 bytes and all candidates after the first 10,000 are not looked at.
std::optional<std::string_view> nearest_name(
    std::string_view name, std::span<const std::string_view> candidates
);
std::optional<std::string_view> nearest_name(
    std::string_view name, std::span<const std::string> candidates
);

}  // namespace dks::capi
