// Text inside JSON and inside messages about it: UTF-8, shortening, JSON pointers.
// SPDX-License-Identifier: MIT
#pragma once

#include "json.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace dks::capi {

// The character a text begins with: its bytes and whether they are well-formed UTF-8 (Unicode 15,
// table 3-7: nothing overlong, no surrogates, at most U+10FFFF). What is not well-formed is as long
// as the bytes that could have begun a character, at least one. An empty text: length 0.
struct Utf8Character {
  size_t length;
  bool valid;
};
Utf8Character first_utf8_character(std::string_view text);

// A name that comes from outside has 1 to so many bytes of UTF-8 and no control characters.
inline constexpr size_t kLongestName = 256;
bool has_control_character(std::string_view text);

// For messages: the text between quotes, at most about 40 characters of it, control characters and
// invalid bytes made visible.
std::string in_quotes(std::string_view text);

// For messages: what a value is, in a few words: `the string "abc"`, `1.4`, `an array of 3 items`.
std::string described(const Json& value);

// One more step of a JSON pointer (RFC 6901), for messages: long keys are shortened.
void append_pointer_step(std::string& pointer, std::string_view key);
void append_pointer_step(std::string& pointer, size_t index);

}  // namespace dks::capi
