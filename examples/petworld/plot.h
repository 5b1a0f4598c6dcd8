// A curve drawn with characters.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace petworld {

// The values as lines of `rows` rows, the highest first, each with its value as a label of `label`
// columns.
std::vector<std::string> plot(
    const std::vector<double>& values, size_t rows, size_t label, bool utf8
);
// The values as one row of blocks, or of letters where there is no UTF-8.
std::string sparkline(const std::vector<double>& values, bool utf8);

}  // namespace petworld
