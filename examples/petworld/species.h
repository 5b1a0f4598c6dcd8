// The kinds of pet that `petworld new` offers.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace petworld {

// "pet" is built into dks; the others extend it.
inline const std::vector<std::string>& species_on_offer() {
  static const std::vector<std::string> names = {"cat", "dog", "finch", "pet"};
  return names;
}

// The document to put into the world file; "" for "pet", whose name is enough.
inline std::string_view species_document(std::string_view name) {
  if (name == "cat") {
    return R"({"name": "cat", "extends": "pet", "glyph": "🐱",
               "needs": {"rest": {"loss": 0.018}, "social": {"loss": 0.01}}})";
  }
  if (name == "dog") {
    return R"({"name": "dog", "extends": "pet", "glyph": "🐶", "needs": {"social": {"loss": 0.015}}})";
  }
  if (name == "finch") {
    return R"({"name": "finch", "extends": "pet", "glyph": "🐦", "speed": 3, "sight": 6,
               "needs": {"energy": {"loss": 0.022}, "rest": {"loss": 0.015}}})";
  }
  return {};
}

}  // namespace petworld
