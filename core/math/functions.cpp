// SPDX-License-Identifier: MIT
#include "math/functions.h"

#include <cstddef>

namespace dks::math {

namespace {

using detail::kInfinity;
using detail::kNaN;

// 2^k for k in -1022..1023.
double power(int64_t k) {
  return std::bit_cast<double>(static_cast<uint64_t>(k + 1023) << 52);
}

// c[0] + c[1] x + ...: even and odd powers by Horner's rule, side by side.
template <size_t kSize>
double polynomial(const double (&c)[kSize], double x) {
  constexpr size_t kTop = kSize - 1;
  const double x2 = x * x;
  double same = c[kTop];
  for (size_t i = kTop; i >= 2; i -= 2) {
    same = same * x2 + c[i - 2];
  }
  double other = c[kTop - 1];
  for (size_t i = kTop - 1; i >= 2; i -= 2) {
    other = other * x2 + c[i - 2];
  }
  return kTop % 2 == 0 ? same + other * x : other + same * x;
}

}  // namespace

double detail::exp_at_ends(double x) {
  if (x != x) {
    return kNaN;
  }
  if (x > 710.0) {
    return kInfinity;
  }
  if (x < -746.0) {
    return 0.0;
  }
  const ExpParts parts = exp_parts(x);
  const int64_t exponent = static_cast<int64_t>(parts.steps << 46) >> 52;
  const int64_t half = exponent >> 1;
  const double y = parts.scale + parts.scale * parts.rest;
  return y * power(half) * power(exponent - half);
}

double detail::log_at_ends(double x) {
  if (x == 0.0) {
    return -kInfinity;
  }
  if (!(x > 0.0)) {
    return kNaN;
  }
  return x == kInfinity ? x : log_normal(std::bit_cast<uint64_t>(x * 0x1p52), -52);
}

// Near 0 a polynomial of x^2; beyond, (exp(2|x|) - 1) / (exp(2|x|) + 1) with the sign of x.
double tanh(double x) {
  constexpr double kTangent[] = {
      -0x1.5555555555555p-2,
      0x1.111111111109ep-3,
      -0x1.ba1ba1b9f6064p-5,
      0x1.664f485d22182p-6,
      -0x1.226e22dcef9fep-7,
      0x1.d6c9e87e879a1p-9,
      -0x1.7c29b0e14d1bbp-10,
      0x1.17c1f674f0a5fp-11};
  if (x != x) {
    return kNaN;
  }
  const uint64_t sign = std::bit_cast<uint64_t>(x) & detail::kSign;
  const double magnitude = std::bit_cast<double>(std::bit_cast<uint64_t>(x) ^ sign);
  double y = 0.0;
  if (magnitude < 0.25) {
    const double x2 = magnitude * magnitude;
    y = magnitude + magnitude * x2 * polynomial(kTangent, x2);
  } else {
    const detail::ExpParts parts = detail::exp_parts(magnitude > 20.0 ? 40.0 : 2.0 * magnitude);
    const double scale = detail::scaled(parts);
    const double expm1 = (scale - 1.0) + scale * parts.rest;
    y = expm1 / (expm1 + 2.0);
  }
  return std::bit_cast<double>(std::bit_cast<uint64_t>(y) | sign);
}

double sin_turn(double x) {
  // sin(2 pi f) / f as a polynomial of f^2, |f| <= 1/4.
  constexpr double kSine[] = {
      0x1.921fb54442d18p+2,
      -0x1.4abbce625be52p+5,
      0x1.466bc6775aa7dp+6,
      -0x1.32d2cce627c86p+6,
      0x1.5078348551854p+5,
      -0x1.e3074dfaf87afp+3,
      0x1.e8f3675ee37ddp+1,
      -0x1.6f7acdb8f6580p-1,
      0x1.9d462020fcc78p-4};
  // From 2^51 on every number is a whole or a half turn; infinity and NaN fail both comparisons.
  if (!(x > -0x1p51 && x < 0x1p51)) {
    return x - x == 0.0 ? 0.0 : kNaN;
  }
  const double f = x - ((x + detail::kRound) - detail::kRound);
  const uint64_t sign = std::bit_cast<uint64_t>(f) & detail::kSign;
  const double magnitude = std::bit_cast<double>(std::bit_cast<uint64_t>(f) ^ sign);
  const double mirrored = 0.5 - magnitude;
  const double g = mirrored < magnitude ? mirrored : magnitude;
  const double y = g * polynomial(kSine, g * g);
  return std::bit_cast<double>(std::bit_cast<uint64_t>(y) | sign);
}

// On [1, 2) the zero at 1.4616... is a factor of its own, so that the error stays relative; below 1
// and above 2 by digamma(x + 1) = digamma(x) + 1/x; from 8 on by the asymptotic series
// ln x - 1/2x - sum B_2k / 2k x^2k.
double digamma(double x) {
  constexpr double kRootHigh = 0x1.762d86356be3fp+0;
  constexpr double kRootLow = 0x1.b86a722197829p-54;
  constexpr double kSlope[] = {
      0x1.e6f0cbb873616p-1,  -0x1.b1cb63005ee5dp-2,  0x1.eca189b8e6f1ep-3,  -0x1.2feeeb98b0270p-3,
      0x1.8512e5904479bp-4,  -0x1.fb44201e7cc15p-5,  0x1.4de9aa0fb5a4fp-5,  -0x1.b9f8b4ba2e5f5p-6,
      0x1.256473e20cb08p-6,  -0x1.8634c5eab0574p-7,  0x1.03c04453f4083p-7,  -0x1.5a16d9f65315cp-8,
      0x1.cd35ac17ad344p-9,  -0x1.326340580e90ap-9,  0x1.9870a33254ba1p-10, -0x1.1a824f512c76fp-10,
      0x1.78a77705bb558p-11, -0x1.73ff1b7f004e4p-12, 0x1.effae48161573p-13, -0x1.8cc58112556c6p-12,
      0x1.088345f73d8a7p-12};
  constexpr double kSeries[] = {
      0x1.5555555555555p-4,
      -0x1.1111111111111p-7,
      0x1.0410410410410p-8,
      -0x1.1111111111111p-8,
      0x1.f07c1f07c1f08p-8,
      -0x1.5995995995996p-6,
      0x1.5555555555555p-4,
      -0x1.c5e5e5e5e5e5ep-2};
  if (x >= 8.0) {
    const double inverse = 1.0 / x;
    const double inverse2 = inverse * inverse;
    return log(x) - (0.5 * inverse + inverse2 * polynomial(kSeries, inverse2));
  }
  if (!(x > 0.0)) {
    return x == 0.0 ? -kInfinity : kNaN;
  }
  double shift = 0.0;
  double y = x;
  if (y < 1.0) {
    shift = -1.0 / y;
    y += 1.0;
  }
  while (y >= 2.0) {
    y -= 1.0;
    shift += 1.0 / y;
  }
  return ((y - kRootHigh) - kRootLow) * polynomial(kSlope, y - 1.5) + shift;
}

// On [1, 2) the zeros at 1 and 2 are factors of their own; below 1 and above 2 by
// log_gamma(x + 1) = log_gamma(x) + log(x); from 8 on by Stirling's series.
double log_gamma(double x) {
  constexpr double kInner[] = {
      0x1.eeb95b094c191p-2,
      -0x1.2aed059bd6139p-3,
      0x1.01af62a292ac7p-4,
      -0x1.007aa83cc52a1p-5,
      0x1.1334235244bbfp-6,
      -0x1.34dbda416c51ap-7,
      0x1.64f0668b8269dp-8,
      -0x1.a5033bf387ed1p-9,
      0x1.f8149b52e04eep-10,
      -0x1.3141845649190p-10,
      0x1.750eb53b2be69p-11,
      -0x1.cacdda0443077p-12,
      0x1.1c2821cae91b5p-12,
      -0x1.67cc7c6456f04p-13,
      0x1.c229961c3e5fbp-14,
      -0x1.dde504bccd09bp-15,
      0x1.2c7875b27dbd5p-15,
      -0x1.6c8e0f86fa51ap-15,
      0x1.cf148e83e576dp-16};
  constexpr double kSeries[] = {
      0x1.5555555555555p-4,
      -0x1.6c16c16c16c17p-9,
      0x1.a01a01a01a01ap-11,
      -0x1.3813813813814p-11,
      0x1.b951e2b18ff23p-11,
      -0x1.f6ab0d9993c7dp-10,
      0x1.a41a41a41a41ap-8,
      -0x1.e4286cb0f5398p-6};
  if (x >= 8.0) {
    const double inverse = 1.0 / x;
    const double tail = inverse * polynomial(kSeries, inverse * inverse);
    return (x - 0.5) * (log(x) - 1.0) + (0x1.acfe390c97d69p-2 + tail);
  }
  if (!(x > 0.0)) {
    return x == 0.0 ? kInfinity : kNaN;
  }
  if (x < 1.0) {
    // The factors of y = x + 1 are taken from x, which is exact.
    return x * (x - 1.0) * polynomial(kInner, x - 0.5) - log(x);
  }
  double y = x;
  double product = 1.0;
  while (y >= 2.0) {
    y -= 1.0;
    product *= y;
  }
  const double inner = (y - 1.0) * (y - 2.0) * polynomial(kInner, y - 1.5);
  return x < 2.0 ? inner : inner + log(product);
}

}  // namespace dks::math
