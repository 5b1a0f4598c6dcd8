// Text for people: numbers, widths in a terminal, names that were nearly right.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace petworld {

// The parts one after the other.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string out;
  (out.append(std::string_view(parts)), ...);
  return out;
}

// `value` with that many decimals; never "-0.00".
std::string fixed(double value, int decimals);
// As fixed(), with a sign in any case but for zero.
std::string with_sign(double value, int decimals);
// 0.0213 as "2.1 %".
std::string percent(double share);
// 1234567 as "1,234,567".
std::string grouped(uint64_t value);
// 7 as "07".
std::string two_digits(uint64_t value);
// Steps a second, with more digits the fewer they are.
std::string rate_text(double rate);
// Seconds as "0:42", "12:03" or "3:07:55".
std::string duration(double seconds);
// "1 pet", "2 pets".
std::string counted(uint64_t count, std::string_view noun);
// {"a", "b", "c"} as "a, b, c".
std::string joined(std::span<const std::string> items, std::string_view separator = ", ");

// Safe to show: control characters and bytes that are no UTF-8 become '?'.
std::string printable(std::string_view text);
// The terminal columns that printable text takes.
size_t columns(std::string_view text);
// Cut to at most `width` columns, with a mark where it was cut.
std::string clipped(std::string_view text, size_t width);
// Cut or padded to exactly `width` columns, to the left or to the right.
std::string left(std::string_view text, size_t width);
std::string right(std::string_view text, size_t width);

// Broken between words into lines of at most `width` columns, all but the first indented.
std::vector<std::string> wrapped(const std::string& text, size_t width, size_t indent);

// The known name that `name` was most probably meant to be, if there is a near one.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known);
// `; did you mean "feed"?`, or "" when nothing is near.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

// A horizontal bar of `width` columns, filled by `share`.
std::string bar(double share, size_t width, bool utf8);

}  // namespace petworld
