// SPDX-License-Identifier: MIT
#include "nearest_name.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace dks::capi {
namespace {

constexpr size_t kLongestName = 64;
constexpr size_t kMostCandidates = 10'000;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// The usual table of distances between all prefixes, of which three rows are alive at a time.
// Gives up, with limit + 1, as soon as a row is all beyond the limit: no later one is nearer.
size_t count_slips(std::string_view from, std::string_view to, size_t limit) {
  using Row = std::array<uint8_t, kLongestName + 1>;
  Row rows[3];
  Row* two_back = &rows[0];
  Row* last = &rows[1];
  Row* row = &rows[2];
  for (size_t j = 0; j <= to.size(); ++j) {
    (*last)[j] = static_cast<uint8_t>(j);
  }
  for (size_t i = 1; i <= from.size(); ++i) {
    (*row)[0] = static_cast<uint8_t>(i);
    size_t least = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const char a = lower(from[i - 1]);
      const char b = lower(to[j - 1]);
      int slips = std::min({(*last)[j] + 1, (*row)[j - 1] + 1, (*last)[j - 1] + (a == b ? 0 : 1)});
      if (i > 1 && j > 1 && a == lower(to[j - 2]) && b == lower(from[i - 2])) {
        slips = std::min(slips, (*two_back)[j - 2] + 1);
      }
      (*row)[j] = static_cast<uint8_t>(slips);
      least = std::min(least, static_cast<size_t>(slips));
    }
    if (least > limit) {
      return limit + 1;
    }
    std::swap(two_back, last);
    std::swap(last, row);
  }
  return (*last)[to.size()];
}

template <class Name>
std::optional<std::string_view> nearest(std::string_view name, std::span<const Name> candidates) {
  std::optional<std::string_view> best;
  if (name.empty() || name.size() > kLongestName) {
    return best;
  }
  size_t allowed = std::max<size_t>(1, name.size() / 3);
  for (const std::string_view candidate :
       candidates.first(std::min(candidates.size(), kMostCandidates))) {
    const size_t longer = std::max(name.size(), candidate.size());
    const size_t shorter = std::min(name.size(), candidate.size());
    if (candidate.empty() || longer > kLongestName || longer - shorter > allowed) {
      continue;
    }
    const size_t slips = count_slips(name, candidate, allowed);
    if (slips > allowed || slips >= longer) {
      continue;
    }
    best = candidate;
    if (slips == 0) {
      break;
    }
    allowed = slips - 1;  // from here on only a nearer one will do
  }
  return best;
}

}  // namespace

std::optional<std::string_view> nearest_name(
    std::string_view name, std::span<const std::string_view> candidates
) {
  return nearest(name, candidates);
}

std::optional<std::string_view> nearest_name(
    std::string_view name, std::span<const std::string> candidates
) {
  return nearest(name, candidates);
}

}  // namespace dks::capi
