// What is wrong with a text that is not JSON, said for people.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dks::capi {

enum class JsonAfter : uint8_t { kNothing, kOpening, kKey, kString, kWord, kClosing };
enum class JsonInside : uint8_t { kDocument, kArray, kObject };

// Where reading a text stands: the last token understood and what it stood in. The parser says
// which tokens there are; this finds where they begin, so that values and errors have lines.
struct JsonPlace {
  std::string_view text;
  size_t begin = 0;  // of the last token
  size_t end = 0;
  uint32_t line = 1;      // of end
  size_t line_start = 0;  // where that line begins in text
  JsonAfter after = JsonAfter::kNothing;
  JsonInside inside = JsonInside::kDocument;

  // Moves end over spaces and at most one ':' or ',' that may stand here, to the next token.
  // Says whether it passed such a mark.
  bool skip_to_token();
};

// "12:5", the character in its line counted from 1. Cost: linear in the line.
std::string position(const JsonPlace& place, size_t offset);

// "12:5: unexpected '}', expected a value" for the first thing after the place that is not JSON.
std::string diagnosis(JsonPlace place);

}  // namespace dks::capi
