// exp and log of double, inline. Included by math/functions.h.
// SPDX-License-Identifier: MIT
#pragma once

#include "math/tables.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dks::math {

namespace detail {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr uint64_t kSign = uint64_t{1} << 63;

// Adding 1.5 * 2^52 rounds to an integer, which then stands in the low bits.
inline constexpr double kRound = 0x1.8p52;

// exp(x) = scale * (1 + rest) * 2^exponent; the power of two is apart for the ends of the range.
struct ExpParts {
  double scale;
  double rest;
  uint64_t steps;  // 64 * exponent in the low bits
};

// x = (64 * exponent + j) * ln(2)/64 + r with |r| <= ln(2)/128, scale = 2^(j/64) from the table,
// and a polynomial of r for the rest (Tang, "Table-driven implementation of the exponential
// function", 1989). ln(2)/64 is split so that the product with its first part is exact.
inline ExpParts exp_parts(double x) {
  const double rounded = x * 0x1.71547652b82fep+6 + kRound;
  const uint64_t steps = std::bit_cast<uint64_t>(rounded);
  const double count = rounded - kRound;
  const double r = (x - count * 0x1.62e42fefc0000p-7) - count * -0x1.c610ca86c3899p-43;
  const double r2 = r * r;
  const double low = 0.5 + r * 0x1.5555555554dcdp-3;
  const double high =
      (0x1.5555555555191p-5 + r * 0x1.111120b76a0aap-7) + r2 * 0x1.6c16d1126fa59p-10;
  const ExpEntry& entry = kExpTable[steps & 63];
  return {entry.value, entry.rest + (r + r2 * (low + r2 * high)), steps};
}

// scale * 2^exponent, where that is a normal number.
inline double scaled(const ExpParts& parts) {
  return std::bit_cast<double>(
      std::bit_cast<uint64_t>(parts.scale) + ((parts.steps & ~uint64_t{63}) << 46)
  );
}

double exp_at_ends(double x);  // |x| >= 690 or NaN
double log_at_ends(double x);  // not a normal positive number

// The middle of interval 39 of 64 is 1.
inline constexpr uint64_t kLogOrigin = 0x3FE6200000000000u;

// Log of the normal number with these bits, times 2^shift. It is 2^k * z with z in an octave around
// 1, and z * inverse = 1 + r with the inverse of the middle of one of 64 intervals (Tang,
// "Table-driven implementation of the logarithm function", 1990). r and the
// large part of the result are taken with their rounding errors, so that only the last addition
// shows.
inline double log_normal(uint64_t bits, int shift) {
  const uint64_t offset = bits - kLogOrigin;
  const int64_t k = static_cast<int64_t>(offset) >> 52;
  const LogEntry& entry = kLogTable[(offset >> 46) & 63];
  const uint64_t z_bits = bits - (offset & (uint64_t{0xFFF} << 52));
  const double z = std::bit_cast<double>(z_bits);
  const double z_high = std::bit_cast<double>(z_bits & (~uint64_t{0} << 27));
  const double r_high = z_high * entry.inverse - 1.0;
  const double r_low = (z - z_high) * entry.inverse;
  const double r = r_high + r_low;
  const double power = static_cast<double>(k + shift);
  const double high = power * 0x1.62e42fefa4000p-1 + entry.high;
  const double sum = high + r;
  const double low = power * -0x1.8432a1b0e2634p-43 + entry.low;
  const double error = ((high - sum) + r) + (((r_high - r) + r_low) + low);
  const double r2 = r * r;
  const double q0 = 0x1.5555555555508p-2 + r * -0x1.fffffffb0ef72p-3;
  const double q1 = 0x1.999999b2869b2p-3 + r * -0x1.555a4dd066e77p-3;
  const double q = q0 + r2 * (q1 + r2 * 0x1.248cdfd67788bp-3);
  return sum + (error + r2 * (r * q - 0.5));
}

}  // namespace detail

inline double exp(double x) {
  const uint64_t magnitude = std::bit_cast<uint64_t>(x) & ~detail::kSign;
  if (magnitude >= std::bit_cast<uint64_t>(690.0)) [[unlikely]] {
    return detail::exp_at_ends(x);
  }
  const detail::ExpParts parts = detail::exp_parts(x);
  const double scale = detail::scaled(parts);
  return scale + scale * parts.rest;
}

inline double log(double x) {
  constexpr uint64_t kLeast = std::bit_cast<uint64_t>(std::numeric_limits<double>::min());
  constexpr uint64_t kEnd = std::bit_cast<uint64_t>(std::numeric_limits<double>::infinity());
  const uint64_t bits = std::bit_cast<uint64_t>(x);
  if (bits - kLeast >= kEnd - kLeast) [[unlikely]] {
    return detail::log_at_ends(x);
  }
  return detail::log_normal(bits, 0);
}

inline double sqrt(double x) {
  return x >= 0 ? std::sqrt(x) : detail::kNaN;
}

}  // namespace dks::math
