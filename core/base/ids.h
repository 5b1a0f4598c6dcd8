// Names of things: AgentId within one world, Uid across all worlds.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"

#include <charconv>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dks {

// A slot and how often it was used before, in 53 bits, so that a double (JavaScript, Lua) holds it:
// bits 0..31 index + 1, bits 32..52 generation. 0 is none. Values from outside may be anything; the
// slot map refuses what it did not give out.
class AgentId {
 public:
  static constexpr uint32_t kMaxGeneration = (uint32_t{1} << 21) - 1;

  constexpr AgentId() = default;
  constexpr explicit AgentId(uint64_t value) : value_(value) {}
  constexpr AgentId(uint32_t index, uint32_t generation)
      : value_((uint64_t{generation} << 32) | (uint64_t{index} + 1)) {}

  constexpr uint64_t value() const { return value_; }
  constexpr explicit operator uint64_t() const { return value_; }
  constexpr explicit operator bool() const { return value_ != 0; }

  // Of none: 2^32 - 1, which is no slot.
  constexpr uint32_t index() const { return static_cast<uint32_t>(value_) - 1; }
  constexpr uint32_t generation() const { return static_cast<uint32_t>(value_ >> 32); }

  friend constexpr bool operator==(AgentId, AgentId) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend constexpr auto operator<=>(AgentId, AgentId) = default;

 private:
  uint64_t value_ = 0;
};

// 128 bits that stay with a pet through history, keys and travel. All zero is none.
struct Uid {
  uint64_t hi = 0;
  uint64_t lo = 0;

  constexpr explicit operator bool() const { return (hi | lo) != 0; }
  friend constexpr bool operator==(const Uid&, const Uid&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr)
  friend constexpr auto operator<=>(const Uid&, const Uid&) = default;

  static constexpr size_t kDigits = 32;
  void write_hex(char (&digits)[kDigits]) const;
  std::string to_hex() const;
  static Result<Uid> from_hex(std::string_view digits);
};

inline void Uid::write_hex(char (&digits)[kDigits]) const {
  constexpr char kHex[] = "0123456789abcdef";
  for (size_t i = 0; i < kDigits; ++i) {
    const uint64_t word = i < kDigits / 2 ? hi : lo;
    const size_t shift = 60 - 4 * (i % (kDigits / 2));
    digits[i] = kHex[(word >> shift) & 15];
  }
}

inline std::string Uid::to_hex() const {
  char digits[kDigits];
  write_hex(digits);
  return std::string(digits, kDigits);
}

inline Result<Uid> Uid::from_hex(std::string_view digits) {
  Uid uid;
  const auto read = [](std::string_view half, uint64_t& word) {
    const char* const end = half.data() + half.size();
    const auto [stop, failure] = std::from_chars(half.data(), end, word, 16);
    return failure == std::errc{} && stop == end;
  };
  if (digits.size() != kDigits || !read(digits.substr(0, kDigits / 2), uid.hi) ||
      !read(digits.substr(kDigits / 2), uid.lo)) {
    return invalid("uid: '", digits.substr(0, 2 * kDigits), "' is not 32 hexadecimal digits");
  }
  return uid;
}

}  // namespace dks
