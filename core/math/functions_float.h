// exp, log and tanh of float, inline. Included by math/functions.h.
// SPDX-License-Identifier: MIT
#pragma once

#include "math/functions.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace dks::math {

namespace detail {

inline constexpr float kNaNFloat = std::numeric_limits<float>::quiet_NaN();
inline constexpr float kInfinityFloat = std::numeric_limits<float>::infinity();

inline constexpr float kLn2HighFloat = 0x1.62e4000000000p-1f;
inline constexpr float kLn2LowFloat = 0x1.7f7d1c0000000p-20f;

// 2^k for k in -126..127.
inline float power_of_two(int32_t k) {
  return std::bit_cast<float>(static_cast<uint32_t>(k + 127) << 23);
}

// x = k * ln(2) + r with |r| <= ln(2)/2, and exp(r) - 1 as a polynomial.
struct ExpPartsFloat {
  int32_t k;
  float expm1;
};

inline ExpPartsFloat exp_parts(float x) {
  constexpr float kRoundFloat = 0x1.8p23f;
  const float rounded = x * 0x1.715476p+0f + kRoundFloat;
  const float count = rounded - kRoundFloat;
  const uint32_t k = std::bit_cast<uint32_t>(rounded) - std::bit_cast<uint32_t>(kRoundFloat);
  const float r = (x - count * kLn2HighFloat) - count * kLn2LowFloat;
  const float r2 = r * r;
  const float low = 0x1.000000p-1f + r * 0x1.5554dcp-3f;
  const float high = (0x1.555518p-5f + r * 0x1.120be2p-7f) + r2 * 0x1.6d117cp-10f;
  return {static_cast<int32_t>(k), r + r2 * (low + r2 * high)};
}

}  // namespace detail

inline float exp(float x) {
  // Beyond these the result is infinity or 0 by rounding. A NaN passes both.
  const float above = x < -104.0f ? -104.0f : x;
  const float inside = above > 89.0f ? 89.0f : above;
  const detail::ExpPartsFloat parts = detail::exp_parts(inside);
  // Two factors, because 2^128 is no float and 2^-149 is no normal one.
  const int32_t half = parts.k >> 1;
  const float y =
      (1.0f + parts.expm1) * detail::power_of_two(half) * detail::power_of_two(parts.k - half);
  return x == x ? y : detail::kNaNFloat;
}

inline float log(float x) {
  constexpr uint32_t kOrigin = 0x3F3504F3u;  // sqrt(1/2)
  const bool denormal = x < std::numeric_limits<float>::min();
  const uint32_t bits = std::bit_cast<uint32_t>(denormal ? x * 0x1p23f : x);
  const uint32_t offset = bits - kOrigin;
  const int32_t k = (static_cast<int32_t>(offset) >> 23) - (denormal ? 23 : 0);
  const float r = std::bit_cast<float>(bits - (offset & 0xFF800000u)) - 1.0f;
  const float power = static_cast<float>(k);
  const float high = power * detail::kLn2HighFloat;
  const float sum = high + r;
  const float error = ((high - sum) + r) + power * detail::kLn2LowFloat;
  const float r2 = r * r;
  const float q0 = 0x1.555554p-2f + r * -0x1.fffffcp-3f;
  const float q1 = 0x1.999d60p-3f + r * -0x1.555b54p-3f;
  const float q2 = 0x1.23d126p-3f + r * -0x1.fcf158p-4f;
  const float q3 = 0x1.deb356p-4f + r * -0x1.d658d6p-4f;
  const float r4 = r2 * r2;
  const float q = (q0 + r2 * q1) + r4 * ((q2 + r2 * q3) + r4 * 0x1.1d8bdep-4f);
  const float y = sum + (error + r2 * (r * q - 0.5f));
  const float finite = x == detail::kInfinityFloat ? x : y;
  const float positive = x == 0.0f ? -detail::kInfinityFloat : finite;
  return x >= 0.0f ? positive : detail::kNaNFloat;
}

// (exp(2|x|) - 1) / (exp(2|x|) + 1) with the sign of x.
inline float tanh(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(x);
  const float magnitude = std::bit_cast<float>(bits & 0x7FFFFFFFu);
  const float inside = magnitude > 10.0f ? 10.0f : magnitude;
  const detail::ExpPartsFloat parts = detail::exp_parts(2.0f * inside);
  const float scale = detail::power_of_two(parts.k);
  const float expm1 = scale * parts.expm1 + (scale - 1.0f);
  const float y = expm1 / (expm1 + 2.0f);
  const float with_sign = std::bit_cast<float>(std::bit_cast<uint32_t>(y) | (bits & 0x80000000u));
  return x == x ? with_sign : detail::kNaNFloat;
}

inline float sqrt(float x) {
  return x >= 0 ? std::sqrt(x) : detail::kNaNFloat;
}

}  // namespace dks::math
