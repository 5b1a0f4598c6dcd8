// Why a pet did what it last did, and how it is, as lines for a terminal.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"
#include "record.h"

#include <string>
#include <vector>

namespace petworld {

// A few sentences; then the numbers: beliefs, perceptions, what it expects itself to do next, and
// each action's score as the sum of its terms; lines of at most `width` columns.
std::vector<std::string> why(const Host& host, dks_agent_id agent, size_t width);
// Needs, mood, personality and friends.
std::vector<std::string> look(
    const Host& host, const Record& record, dks_agent_id agent, size_t width, bool utf8
);

// `terms` as hundredths that add up to `total` in hundredths exactly (the largest remainders are
// rounded up), so that a reader can check the sum.
std::vector<int64_t> rounded_to_sum(const std::vector<double>& terms, int64_t total);

}  // namespace petworld
