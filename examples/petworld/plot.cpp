// SPDX-License-Identifier: MIT
#include "plot.h"

#include "text.h"

#include <algorithm>
#include <cmath>

namespace petworld {
namespace {

constexpr const char* kBlocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr const char* kLetters[] = {" ", ".", ".", ":", ":", "+", "+", "#", "#"};

struct Range {
  double low, high;
};

// The values' range, with some room, so that a flat curve is drawn flat and not as noise.
Range range_of(const std::vector<double>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double middle = (*low + *high) / 2;
  const double spread = (*high - *low) / 2;
  const double half = spread < 0.05 ? 0.05 : spread;
  return {std::floor((middle - half) * 20) / 20, std::ceil((middle + half) * 20) / 20};
}

// How much of a row is filled, in eighths, by a column that is `height` rows high, with `below`
// rows under it. Even the lowest value shows as a thin line.
size_t eighths_in_row(double height, size_t below) {
  const double eighths = std::max(1.0, std::round(height * 8)) - 8 * static_cast<double>(below);
  return eighths <= 0 ? 0 : eighths >= 8 ? 8 : static_cast<size_t>(eighths);
}

}  // namespace

std::vector<std::string> plot(
    const std::vector<double>& values, size_t rows, size_t label, bool utf8
) {
  std::vector<std::string> lines;
  if (values.empty()) {
    return lines;
  }
  const Range range = range_of(values);
  for (size_t row = 0; row < rows; ++row) {
    const size_t below = rows - 1 - row;  // whole rows under this one
    const bool labelled = row == 0 || row + 1 == rows;
    std::string line =
        right(labelled ? with_sign(row == 0 ? range.high : range.low, 2) : "", label);
    line += utf8 ? (labelled ? " ┤" : " │") : (labelled ? " +" : " |");
    for (const double value : values) {
      const double share = (value - range.low) / (range.high - range.low);
      line += (utf8 ? kBlocks : kLetters)[eighths_in_row(share * static_cast<double>(rows), below)];
    }
    lines.push_back(line);
  }
  return lines;
}

std::string sparkline(const std::vector<double>& values, bool utf8) {
  std::string line;
  if (values.empty()) {
    return line;
  }
  const Range range = range_of(values);
  for (const double value : values) {
    const double share = (value - range.low) / (range.high - range.low);
    line += (utf8 ? kBlocks : kLetters)[eighths_in_row(share, 0)];
  }
  return line;
}

}  // namespace petworld
