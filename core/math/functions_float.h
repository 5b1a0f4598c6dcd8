// exp, log and tanh of float, inline. Included by math/functions.h.
// SPDX-License-Identifier: MIT
#pragma once

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

inline constexpr int32_t kMagnitude = 0x7FFFFFFF;
inline constexpr int32_t kInfinityBits = 0x7F800000;

// By masks: a compiler would move what is only needed on one side into a branch, because float
// operations might trap.
inline float select(bool condition, float yes, float no) {
  const int32_t mask = -static_cast<int32_t>(condition);
  return std::bit_cast<float>(
      (std::bit_cast<int32_t>(yes) & mask) | (std::bit_cast<int32_t>(no) & ~mask)
  );
}

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
  const float low = 0.5f + r * 0x1.555556p-3f;
  const float middle = 0x1.5554e8p-5f + r * 0x1.1110e0p-7f;
  const float high = 0x1.6d43b0p-10f + r * 0x1.a1256cp-13f;
  const float tail = r2 * (low + r2 * (middle + r2 * high));
  return {static_cast<int32_t>(k), r + tail};
}

}  // namespace detail

inline float exp(float x) {
  const int32_t bits = std::bit_cast<int32_t>(x);
  const int32_t magnitude = bits & detail::kMagnitude;
  // At 104 the result is infinity or 0 by rounding.
  const int32_t bound = std::bit_cast<int32_t>(104.0f);
  const int32_t inside = magnitude < bound ? magnitude : bound;
  const detail::ExpPartsFloat parts =
      detail::exp_parts(std::bit_cast<float>(inside | (bits & ~detail::kMagnitude)));
  // Two factors, because 2^128 is no float and 2^-149 is no normal one.
  const int32_t half = parts.k >> 1;
  const float y =
      (1.0f + parts.expm1) * detail::power_of_two(half) * detail::power_of_two(parts.k - half);
  return detail::select(magnitude <= detail::kInfinityBits, y, detail::kNaNFloat);
}

inline float log(float x) {
  constexpr uint32_t kOrigin = 0x3F3504F3u;  // sqrt(1/2)
  const int32_t given = std::bit_cast<int32_t>(x);
  const bool denormal = given < std::bit_cast<int32_t>(std::numeric_limits<float>::min());
  const float scaled = x * detail::select(denormal, 0x1p23f, 1.0f);
  const uint32_t bits = std::bit_cast<uint32_t>(scaled);
  const int32_t octave = static_cast<int32_t>(bits - kOrigin) >> 23;
  const float r = std::bit_cast<float>(bits - (static_cast<uint32_t>(octave) << 23)) - 1.0f;
  const float power = static_cast<float>(octave - (denormal ? 23 : 0));
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
  const float positive = detail::select(given < detail::kInfinityBits, y, detail::kInfinityFloat);
  const float number =
      detail::select(given >= 0 && given <= detail::kInfinityBits, positive, detail::kNaNFloat);
  return detail::select((given & detail::kMagnitude) == 0, -detail::kInfinityFloat, number);
}

// (exp(2|x|) - 1) / (exp(2|x|) + 1) with the sign of x.
inline float tanh(float x) {
  const int32_t bits = std::bit_cast<int32_t>(x);
  const int32_t magnitude = bits & detail::kMagnitude;
  const int32_t bound = std::bit_cast<int32_t>(10.0f);  // from there on it is 1
  const float inside = std::bit_cast<float>(magnitude < bound ? magnitude : bound);
  const detail::ExpPartsFloat parts = detail::exp_parts(2.0f * inside);
  const float scale = detail::power_of_two(parts.k);
  const float expm1 = scale * parts.expm1 + (scale - 1.0f);
  const int32_t y = std::bit_cast<int32_t>(expm1 / (expm1 + 2.0f));
  const float with_sign = std::bit_cast<float>(y | (bits & ~detail::kMagnitude));
  return detail::select(magnitude <= detail::kInfinityBits, with_sign, detail::kNaNFloat);
}

inline float sqrt(float x) {
  return x >= 0 ? std::sqrt(x) : detail::kNaNFloat;
}

}  // namespace dks::math
