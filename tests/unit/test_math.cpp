// Elementary functions: near the true value, and the same bits on every machine.
// SPDX-License-Identifier: MIT
#include "base/hash.h"
#include "base/random.h"
#include "math/functions.h"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

namespace math = dks::math;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr float kInfinityFloat = std::numeric_limits<float>::infinity();
constexpr float kNaNFloat = std::numeric_limits<float>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr int kPoints = 200000;

// The C library's long double is the yardstick where it is longer than a double.
constexpr bool kHasYardstick = LDBL_MANT_DIG >= 64;
constexpr long double kTwoPi = 6.283185307179586476925286766559005768L;

bool same_bits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b);
}
bool same_bits(float a, float b) {
  return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b);
}

// |got - wanted| in units in the last place of wanted.
double ulps(double got, long double wanted) {
  if (std::isinf(got) || std::isinf(static_cast<double>(wanted))) {
    return got == static_cast<double>(wanted) ? 0.0 : kInfinity;
  }
  int exponent = 0;
  std::frexp(wanted, &exponent);
  const long double unit = std::ldexp(1.0L, std::max(exponent - 53, -1074));
  return static_cast<double>(std::fabs(static_cast<long double>(got) - wanted) / unit);
}
double ulps(float got, double wanted) {
  if (std::isinf(got) || std::isinf(static_cast<float>(wanted))) {
    return got == static_cast<float>(wanted) ? 0.0 : kInfinity;
  }
  int exponent = 0;
  std::frexp(wanted, &exponent);
  const double unit = std::ldexp(1.0, std::max(exponent - 24, -149));
  return std::fabs(static_cast<double>(got) - wanted) / unit;
}

double relative_error(double got, double wanted) {
  return got == wanted ? 0.0 : std::fabs((got - wanted) / wanted);
}

// A number of any size, by its bits.
double any_positive(dks::Random& random) {
  constexpr uint64_t kEnd = std::bit_cast<uint64_t>(kInfinity);
  return std::bit_cast<double>(random.next_u64() % kEnd);
}
float any_positive_float(dks::Random& random) {
  return std::bit_cast<float>(random.below(std::bit_cast<uint32_t>(kInfinityFloat)));
}

double between(dks::Random& random, double low, double high) {
  return low + (high - low) * random.uniform();
}

void exp_is_within_one_ulp(void**) {
  if (!kHasYardstick) {
    skip();
  }
  dks::Random random(1, 0, 0, 0);
  const auto error = [](double x) {
    return ulps(math::exp(x), std::exp(static_cast<long double>(x)));
  };
  for (int i = 0; i < kPoints; ++i) {
    assert_true(error(between(random, -745.2, 709.78)) < 0.8);
    assert_true(error(between(random, -745.2, -700.0)) < 0.8);
    assert_true(error(between(random, -1.0, 1.0)) < 0.53);
    assert_true(error(std::ldexp(random.uniform() - 0.5, -static_cast<int>(i % 60))) < 0.53);
  }
}

void log_is_within_one_ulp(void**) {
  if (!kHasYardstick) {
    skip();
  }
  dks::Random random(2, 0, 0, 0);
  const auto error = [](double x) {
    return ulps(math::log(x), std::log(static_cast<long double>(x)));
  };
  for (int i = 0; i < kPoints; ++i) {
    assert_true(error(any_positive(random)) < 0.65);
    assert_true(error(between(random, 0.5, 2.0)) < 0.65);
    assert_true(error(between(random, 0.97, 1.03)) < 0.65);
    assert_true(error(1.0 + std::ldexp(random.uniform() - 0.5, -static_cast<int>(i % 52))) < 0.65);
    assert_true(error(random.uniform() * 0x1p-1030) < 0.65);
  }
}

void tanh_is_within_two_ulps(void**) {
  if (!kHasYardstick) {
    skip();
  }
  dks::Random random(3, 0, 0, 0);
  const auto error = [](double x) {
    return ulps(math::tanh(x), std::tanh(static_cast<long double>(x)));
  };
  for (int i = 0; i < kPoints; ++i) {
    assert_true(error(between(random, -1.0, 1.0)) < 2.0);
    assert_true(error(between(random, -25.0, 25.0)) < 2.0);
    assert_true(error(std::ldexp(random.uniform() - 0.5, -static_cast<int>(i % 1000))) < 2.0);
  }
}

void sin_turn_is_near_the_sine(void**) {
  if (!kHasYardstick) {
    skip();
  }
  dks::Random random(4, 0, 0, 0);
  for (int i = 0; i < kPoints; ++i) {
    const double x = between(random, -3.0, 3.0);
    const long double wanted = std::sin(kTwoPi * static_cast<long double>(x));
    assert_true(std::fabs(static_cast<double>(math::sin_turn(x) - wanted)) < 5e-16);
    assert_true(std::fabs(math::sin_turn(x)) <= 1.0);
    assert_true(same_bits(math::sin_turn(-x), -math::sin_turn(x)));
  }
}

void sin_turn_is_exact_at_the_quarters(void**) {
  for (const double whole : {0.0, 1.0, -7.0, 1e6, 0x1p50}) {
    assert_true(math::sin_turn(whole) == 0.0);
    assert_true(math::sin_turn(whole + 0.25) == 1.0);
    assert_true(math::sin_turn(whole + 0.5) == 0.0);
    assert_true(math::sin_turn(whole + 0.75) == -1.0);
  }
  assert_true(math::sin_turn(0x1p51 + 0.5) == 0.0);
  assert_true(math::sin_turn(1e300) == 0.0);
  assert_true(same_bits(math::sin_turn(-0.0), -0.0));
}

// Computed with mpmath in 300 bits; dense around the zeros.
struct Point {
  double x;
  double y;
};
constexpr Point kDigamma[] = {
    {0x1.56e1fc2f8f359p-997, -0x1.7e43c8800759bp+996},
    {0x1.b7cdfd9d7bdbbp-34, -0x1.2a05f20049e23p+33},
    {0.03125, -0x1.0437334928a9dp+5},
    {0.3, -0x1.c052b6b5e6118p+1},
    {0.999999, -0x1.278906f8de4aap-1},
    {1.0, -0x1.2788cfc6fb619p-1},
    {1.25, -0x1.d1d32879af85dp-3},
    {1.4616, -0x1.04f02a764ee0ap-15},
    {1.461632, -0x1.2d40c60a94828p-23},
    {1.4616321449, -0x1.22f0de7df7475p-34},
    {1.4616321449683622, -0x1.aa2d9b3ce29e0p-54},
    {1.4616321449683625, 0x1.1a5beef0723bbp-53},
    {1.46163215, 0x1.4e97ef087f496p-28},
    {1.4617, 0x1.13653c532cb2ep-14},
    {1.5, 0x1.2aed059bd608ap-5},
    {1.99999, 0x1.b0ecafa2dc255p-2},
    {2.0, 0x1.b0ee6072093cep-2},
    {2.5, 0x1.680425af12b5ep-1},
    {3.0, 0x1.d8773039049e7p-1},
    {7.9999, 0x1.02001a8afe753p+1},
    {8.0, 0x1.02008a3a23e5dp+1},
    {8.5, 0x1.0a406a791b545p+1},
    {33.3, 0x1.bec7a1669a189p+1},
    {0x1.e848000000000p+19, 0x1.ba18a88c907d1p+3},
    {0x1.249ad2594c37dp+332, 0x1.cc845b54b54f2p+7}};
constexpr Point kLogGamma[] = {
    {0x1.56e1fc2f8f359p-997, 0x1.5963447f87fb5p+9},
    {0x1.b7cdfd9d7bdbbp-34, 0x1.7069e2aa26ae4p+4},
    {0.03125, 0x1.b968177c407c6p+1},
    {0.3, 0x1.188637a6c4196p+0},
    {0.75, 0x1.a051c372609eep-3},
    {0.999, 0x1.2f0f04c1bbb44p-11},
    {0.999999999999, 0x1.44efb432d1310p-41},
    {1.0, 0x0.0p+0},
    {1.0000000001, -0x1.fbb96c64347a7p-35},
    {1.001, -0x1.2e323d3be7b7fp-11},
    {1.5, -0x1.eeb95b094c191p-4},
    {1.9999, -0x1.62a151ce4a3dfp-15},
    {1.99999999999, -0x1.29820faed3b23p-38},
    {2.0, 0x0.0p+0},
    {2.000000000001, 0x1.dc0e1f0d66b7bp-42},
    {2.001, 0x1.bba8d96b3fc11p-12},
    {2.5, 0x1.2383e809a67e8p-2},
    {3.0, 0x1.62e42fefa39efp-1},
    {7.9999, 0x1.10cc787d4ab90p+3},
    {8.0, 0x1.10ce1f32dcc30p+3},
    {8.5, 0x1.319398ed5be28p+3},
    {33.3, 0x1.4a6a3683bc20cp+6},
    {0x1.e848000000000p+19, 0x1.871921236750dp+23},
    {0x1.249ad2594c37dp+332, 0x1.060a2246099aep+340},
    {0x1.23a516e82d9bap+1014, 0x1.8fdcab8bbc869p+1023}};

void digamma_and_log_gamma_meet_known_values(void**) {
  for (const Point& point : kDigamma) {
    assert_true(relative_error(math::digamma(point.x), point.y) < 1e-15);
  }
  for (const Point& point : kLogGamma) {
    assert_true(relative_error(math::log_gamma(point.x), point.y) < 1e-15);
  }
}

void digamma_is_the_slope_of_log_gamma(void**) {
  dks::Random random(5, 0, 0, 0);
  for (int i = 0; i < kPoints / 4; ++i) {
    const double x = between(random, 0.1, 20.0);
    const double h = 1e-5 * x;
    const double slope = (math::log_gamma(x + h) - math::log_gamma(x - h)) / (2.0 * h);
    assert_true(std::fabs(slope - math::digamma(x)) < 1e-8 + 1e-8 * std::fabs(slope));
    // One step of each recurrence.
    const double next = math::digamma(x) + 1.0 / x;
    assert_true(std::fabs(math::digamma(x + 1.0) - next) < 4e-15 * (1.0 + 1.0 / x));
    const double sum = math::log_gamma(x) + math::log(x);
    assert_true(std::fabs(math::log_gamma(x + 1.0) - sum) < 1e-14 * (1.0 + std::fabs(sum)));
  }
}

void log_gamma_agrees_with_the_c_library(void**) {
  if (!kHasYardstick) {
    skip();
  }
  dks::Random random(6, 0, 0, 0);
  for (int i = 0; i < kPoints / 4; ++i) {
    for (const double x :
         {between(random, 1e-3, 30.0), std::ldexp(1.0 + random.uniform(), i % 900 - 300)}) {
      const auto wanted = static_cast<double>(std::lgamma(static_cast<long double>(x)));
      assert_true(relative_error(math::log_gamma(x), wanted) < 2e-15);
    }
  }
}

void floats_are_as_near_in_float(void**) {
  dks::Random random(7, 0, 0, 0);
  for (int i = 0; i < 4 * kPoints; ++i) {
    const auto x = static_cast<float>(between(random, -104.0, 88.72));
    assert_true(ulps(math::exp(x), std::exp(static_cast<double>(x))) < 1.0);
    const float y = any_positive_float(random);
    assert_true(ulps(math::log(y), std::log(static_cast<double>(y))) < 0.9);
    const auto near_one = static_cast<float>(between(random, 0.7, 1.5));
    assert_true(ulps(math::log(near_one), std::log(static_cast<double>(near_one))) < 0.9);
    const auto z = static_cast<float>(between(random, -10.0, 10.0)) * (i % 2 == 0 ? 0.01f : 1.0f);
    assert_true(ulps(math::tanh(z), std::tanh(static_cast<double>(z))) < 2.6);
  }
}

void the_ends_of_the_range_are_right(void**) {
  assert_true(math::exp(0.0) == 1.0 && math::exp(-0.0) == 1.0);
  assert_true(math::exp(709.782712893384) > 1.79e308 && math::exp(709.782712893385) == kInfinity);
  assert_true(math::exp(-745.13) == kLeast && math::exp(-745.14) == 0.0);
  assert_true(math::exp(kInfinity) == kInfinity && same_bits(math::exp(-kInfinity), 0.0));
  assert_true(math::exp(1e308) == kInfinity && math::exp(-1e308) == 0.0);
  assert_true(same_bits(math::log(1.0), 0.0));
  assert_true(math::log(0.0) == -kInfinity && math::log(-0.0) == -kInfinity);
  assert_true(math::log(kInfinity) == kInfinity);
  assert_true(std::fabs(math::log(kLeast) + 744.4400719213812) < 1e-12);
  assert_true(math::tanh(kInfinity) == 1.0 && math::tanh(-kInfinity) == -1.0);
  assert_true(math::tanh(19.5) == 1.0 && math::tanh(kLeast) == kLeast);
  assert_true(same_bits(math::tanh(-0.0), -0.0));
  assert_true(math::digamma(0.0) == -kInfinity && math::digamma(kInfinity) == kInfinity);
  assert_true(math::log_gamma(0.0) == kInfinity && math::log_gamma(kInfinity) == kInfinity);
  assert_true(math::log_gamma(1.0) == 0.0 && math::log_gamma(2.0) == 0.0);
  assert_true(math::log_gamma(1e306) == kInfinity);
  assert_true(math::sqrt(2.25) == 1.5 && same_bits(math::sqrt(-0.0), -0.0));

  assert_true(math::exp(0.0f) == 1.0f);
  assert_true(math::exp(88.72f) < kInfinityFloat && math::exp(88.73f) == kInfinityFloat);
  assert_true(math::exp(-103.9f) > 0.0f && math::exp(-104.0f) == 0.0f);
  assert_true(math::exp(kInfinityFloat) == kInfinityFloat && math::exp(-kInfinityFloat) == 0.0f);
  assert_true(same_bits(math::log(1.0f), 0.0f));
  assert_true(math::log(0.0f) == -kInfinityFloat && math::log(-0.0f) == -kInfinityFloat);
  assert_true(math::log(kInfinityFloat) == kInfinityFloat);
  assert_true(math::tanh(kInfinityFloat) == 1.0f && math::tanh(-kInfinityFloat) == -1.0f);
  assert_true(same_bits(math::tanh(-0.0f), -0.0f));
}

void what_is_no_number_is_always_the_same_nan(void**) {
  // The NaN a processor makes itself may be negative.
  const double other = std::bit_cast<double>(~uint64_t{0});
  const float other_float = std::bit_cast<float>(~uint32_t{0});
  for (const double x : {kNaN, -kNaN, other}) {
    for (const double y :
         {math::exp(x),
          math::log(x),
          math::tanh(x),
          math::sin_turn(x),
          math::digamma(x),
          math::log_gamma(x),
          math::sqrt(x)}) {
      assert_true(same_bits(y, kNaN));
    }
  }
  for (const double x : {-1.0, -kLeast, -kInfinity}) {
    for (const double y : {math::log(x), math::digamma(x), math::log_gamma(x), math::sqrt(x)}) {
      assert_true(same_bits(y, kNaN));
    }
  }
  assert_true(same_bits(math::sin_turn(kInfinity), kNaN));
  assert_true(same_bits(math::sin_turn(-kInfinity), kNaN));
  for (const float x : {kNaNFloat, -kNaNFloat, other_float}) {
    for (const float y : {math::exp(x), math::log(x), math::tanh(x), math::sqrt(x)}) {
      assert_true(same_bits(y, kNaNFloat));
    }
  }
  for (const float x : {-1.0f, -1e-45f, -kInfinityFloat}) {
    assert_true(same_bits(math::log(x), kNaNFloat) && same_bits(math::sqrt(x), kNaNFloat));
  }
}

// Another machine, compiler or -O level that gives other bits fails here. The points are made of
// integers, products and sums only.
void the_bits_are_the_same_for_ever(void**) {
  dks::StateHash exp;
  dks::StateHash log;
  dks::StateHash tanh;
  dks::StateHash sin_turn;
  dks::StateHash gamma;
  dks::StateHash floats;
  dks::Random random(8, 0, 0, 0);
  for (int i = 0; i < kPoints; ++i) {
    const double small = between(random, -20.0, 20.0);
    const double any = any_positive(random);
    const double positive = 1e-3 + 30.0 * random.uniform();
    exp.update_f64(math::exp(small));
    exp.update_f64(math::exp(40.0 * small));
    log.update_f64(math::log(any));
    log.update_f64(math::log(positive));
    tanh.update_f64(math::tanh(small));
    tanh.update_f64(math::tanh(small * small * small * 1e-4));
    sin_turn.update_f64(math::sin_turn(small));
    sin_turn.update_f64(math::sin_turn(any));
    gamma.update_f64(math::digamma(positive));
    gamma.update_f64(math::log_gamma(positive));
    gamma.update_f64(math::digamma(any));
    gamma.update_f64(math::log_gamma(any));
    const auto x = static_cast<float>(small);
    const float y = any_positive_float(random);
    for (const float value :
         {math::exp(x),
          math::exp(6.0f * x),
          math::log(y),
          math::tanh(x),
          math::tanh(y),
          math::sqrt(y)}) {
      floats.update_f32(value);
    }
  }
  assert_true(exp.digest() == 0xa830f115bf16ea2fu);
  assert_true(log.digest() == 0x25fa5e9e48b0f9c1u);
  assert_true(tanh.digest() == 0xdf4a5f9b5cd943cfu);
  assert_true(sin_turn.digest() == 0x5e527b7efd1cde72u);
  assert_true(gamma.digest() == 0x098189779b854939u);
  assert_true(floats.digest() == 0x2303a31315a25a8eu);
}

// SIMD code, whole vectors and what is left after them.
void a_loop_gives_the_bits_of_single_calls(void**) {
  constexpr size_t kCount = 1003;
  float in[kCount];
  float out[3][kCount];
  dks::Random random(9, 0, 0, 0);
  for (float& x : in) {
    x = std::bit_cast<float>(random.next_u32());
  }
  for (size_t i = 0; i < kCount; ++i) {
    out[0][i] = math::exp(in[i]);
  }
  for (size_t i = 0; i < kCount; ++i) {
    out[1][i] = math::log(in[i]);
  }
  for (size_t i = 0; i < kCount; ++i) {
    out[2][i] = math::tanh(in[i]);
  }
  for (const float& x : in) {
    const auto i = static_cast<size_t>(&x - in);
    volatile float single = x;
    assert_true(same_bits(out[0][i], math::exp(single)));
    assert_true(same_bits(out[1][i], math::log(single)));
    assert_true(same_bits(out[2][i], math::tanh(single)));
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(exp_is_within_one_ulp),
      cmocka_unit_test(log_is_within_one_ulp),
      cmocka_unit_test(tanh_is_within_two_ulps),
      cmocka_unit_test(sin_turn_is_near_the_sine),
      cmocka_unit_test(sin_turn_is_exact_at_the_quarters),
      cmocka_unit_test(digamma_and_log_gamma_meet_known_values),
      cmocka_unit_test(digamma_is_the_slope_of_log_gamma),
      cmocka_unit_test(log_gamma_agrees_with_the_c_library),
      cmocka_unit_test(floats_are_as_near_in_float),
      cmocka_unit_test(the_ends_of_the_range_are_right),
      cmocka_unit_test(what_is_no_number_is_always_the_same_nan),
      cmocka_unit_test(the_bits_are_the_same_for_ever),
      cmocka_unit_test(a_loop_gives_the_bits_of_single_calls),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
