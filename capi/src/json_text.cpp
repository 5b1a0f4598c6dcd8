// SPDX-License-Identifier: MIT
#include "json_text.h"

#include <algorithm>
#include <cstdint>

namespace dks::capi {
namespace {

constexpr size_t kShownCharacters = 40;

void append_byte_as(std::string& out, std::string_view prefix, unsigned char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += prefix;
  out += kHex[byte >> 4U];
  out += kHex[byte & 15U];
}

// C0 and C1 controls and DEL; a terminal obeys them.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  return first < 0x20 || first == 0x7f ||
         (first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
}

void append_visible(std::string& out, std::string_view character, bool valid) {
  if (!valid) {
    for (const char byte : character) {
      append_byte_as(out, "\\x", static_cast<unsigned char>(byte));
    }
  } else if (character == "\n") {
    out += "\\n";
  } else if (character == "\t") {
    out += "\\t";
  } else if (is_control(character)) {
    append_byte_as(out, "\\u00", static_cast<unsigned char>(character.back()));
  } else {
    out += character;
  }
}

// Appends at most kShownCharacters of the text, visible, and "..." if something was left out.
void append_shortened(std::string& out, std::string_view text) {
  for (size_t shown = 0; !text.empty(); ++shown) {
    if (shown == kShownCharacters) {
      out += "...";
      return;
    }
    const Utf8Character character = first_utf8_character(text);
    append_visible(out, text.substr(0, character.length), character.valid);
    text.remove_prefix(character.length);
  }
}

std::string counted(std::string_view container, size_t count, std::string_view things) {
  if (count == 0) {
    return text("an empty ", container);
  }
  return text("an ", container, " of ", count, ' ', things, count == 1 ? "" : "s");
}

}  // namespace

Utf8Character first_utf8_character(std::string_view text) {
  if (text.empty()) {
    return {0, false};
  }
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    return {1, true};
  }
  if (first < 0xc2 || first > 0xf4) {
    return {1, false};
  }
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  // The second byte excludes overlong forms, surrogates and what is beyond U+10FFFF.
  unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  for (size_t i = 1; i < length; ++i) {
    const unsigned char byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    if (byte < low || byte > high) {
      return {i, false};
    }
    low = 0x80;
    high = 0xbf;
  }
  return {length, true};
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  append_shortened(out, text);
  out += '"';
  return out;
}

std::string described(const Json& value) {
  switch (value.kind()) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kBool:
      return value.as_bool() ? "true" : "false";
    case JsonKind::kInteger:
      return text(value.as_integer());
    case JsonKind::kNumber:
      return text(value.as_number());
    case JsonKind::kString:
      return text("the string ", in_quotes(value.as_string()));
    case JsonKind::kArray:
      return counted("array", value.size(), "item");
    case JsonKind::kObject:
      break;
  }
  return counted("object", value.size(), "key");
}

void append_pointer_step(std::string& pointer, std::string_view key) {
  std::string shown;
  append_shortened(shown, key);
  pointer += '/';
  for (const char character : shown) {
    if (character == '~') {
      pointer += "~0";
    } else if (character == '/') {
      pointer += "~1";
    } else {
      pointer += character;
    }
  }
}

void append_pointer_step(std::string& pointer, size_t index) {
  pointer += '/';
  pointer += text(index);
}

}  // namespace dks::capi
