// Sums, softmax and the like: in a fixed order, right at the edges.
// SPDX-License-Identifier: MIT
#include "base/hash.h"
#include "base/random.h"
#include "math/reduce.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

namespace math = dks::math;
using Numbers = std::vector<double>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double sum_of(const Numbers& x) {
  return math::sum<double>(x);
}
Numbers softmax_of(const Numbers& x) {
  Numbers out(x.size());
  math::softmax<double>(x, out);
  return out;
}
bool near(double a, double b) {
  return std::fabs(a - b) <= 1e-15 * (1.0 + std::fabs(b));
}

template <class Real>
std::vector<Real> random_numbers(size_t count, uint64_t which) {
  dks::Random random(1, which, 0, 0);
  std::vector<Real> numbers(count);
  for (Real& number : numbers) {
    number = static_cast<Real>(8.0 * random.uniform() - 4.0);
  }
  return numbers;
}

void a_sum_is_taken_in_eight_lanes_then_from_the_left(void**) {
  // Numbers that tell every other order by the bits of the sum.
  for (const size_t count : {0u, 1u, 7u, 8u, 9u, 16u, 23u, 100u}) {
    const auto x = random_numbers<float>(count, count);
    float lanes[8] = {};
    const size_t whole = count - count % 8;
    for (size_t i = 0; i < whole; ++i) {
      lanes[i % 8] += x[i];
    }
    float expected = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
                     ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
    for (size_t i = whole; i < count; ++i) {
      expected += x[i];
    }
    assert_true(math::sum<float>(x) == expected);
  }
}

void a_short_sum_is_the_plain_sum(void**) {
  assert_true(sum_of({1e16, 1.0, -1e16}) == ((1e16 + 1.0) - 1e16));
  assert_true(sum_of({}) == 0.0);
}

void a_dot_is_the_sum_of_the_products(void**) {
  const auto a = random_numbers<double>(37, 1);
  const auto b = random_numbers<double>(37, 2);
  Numbers products;
  for (size_t i = 0; i < a.size(); ++i) {
    products.push_back(a[i] * b[i]);
  }
  assert_true(math::dot<double>(a, b) == sum_of(products));
}

void ties_go_to_the_lowest_index(void**) {
  assert_int_equal(math::argmax<double>(Numbers{1.0, 3.0, 3.0, 2.0}), 1);
  assert_int_equal(math::argmax<double>(Numbers{-kInfinity, -kInfinity}), 0);
  assert_int_equal(math::argmax<double>(Numbers{0.0, -0.0, 5.0}), 2);
  assert_int_equal(math::argmax<double>(Numbers{}), 0);
}

void softmax_adds_up_to_one(void**) {
  for (const size_t count : {1u, 2u, 5u, 8u, 100u}) {
    const auto p = softmax_of(random_numbers<double>(count, count));
    assert_true(near(sum_of(p), 1.0));
  }
  assert_true(softmax_of({-5.0}) == Numbers{1.0});
}

void softmax_knows_odds(void**) {
  const auto p = softmax_of({std::log(1.0), std::log(2.0), std::log(5.0)});
  assert_true(near(p[0], 0.125) && near(p[1], 0.25) && near(p[2], 0.625));
}

void softmax_bears_any_shift(void**) {
  const auto p = softmax_of({1.0, 2.0, 3.0});
  for (const double shift : {1000.0, -1000.0}) {
    const auto q = softmax_of({1.0 + shift, 2.0 + shift, 3.0 + shift});
    assert_true(p == q);
  }
}

void softmax_of_impossible_states_is_zero_there(void**) {
  assert_true(softmax_of({-kInfinity, 0.0, -kInfinity, 0.0}) == (Numbers{0.0, 0.5, 0.0, 0.5}));
}

void softmax_of_nothing_possible_is_uniform(void**) {
  assert_true(softmax_of(Numbers(4, -kInfinity)) == Numbers(4, 0.25));
  assert_true(softmax_of({}).empty());
}

void softmax_works_in_place(void**) {
  Numbers x = {0.5, -1.0, 2.0};
  const auto expected = softmax_of(x);
  math::softmax<double>(x, x);
  assert_true(x == expected);
}

void entropy_is_in_nats_and_zero_where_p_is_zero(void**) {
  assert_true(near(math::entropy<double>(Numbers(4, 0.25)), std::log(4.0)));
  assert_true(math::entropy<double>(Numbers{0.0, 1.0, 0.0}) == 0.0);
  assert_true(near(math::entropy<double>(Numbers{0.5, 0.0, 0.5}), std::log(2.0)));
  const std::array<float, 2> half = {0.5f, 0.5f};
  assert_true(std::fabs(math::entropy<float>(half) - 0.693147f) < 1e-6f);
}

void log_sum_exp_does_not_overflow(void**) {
  const auto of = [](const Numbers& x) { return math::log_sum_exp<double>(x); };
  assert_true(near(of({0.0, 0.0}), std::log(2.0)));
  assert_true(near(of({1000.0, 1000.0}), 1000.0 + std::log(2.0)));
  assert_true(near(of({-1000.0, -1000.0}), -1000.0 + std::log(2.0)));
  assert_true(of({3.0, -kInfinity}) == 3.0);
  assert_true(of({-kInfinity, -kInfinity}) == -kInfinity);
  assert_true(of({}) == -kInfinity);
}

void the_bits_are_the_same_for_ever(void**) {
  dks::StateHash hash;
  const auto add = [&hash]<class Real>(const std::vector<Real>& x) {
    std::vector<Real> p(x.size());
    math::softmax<Real>(x, p);
    hash.update(std::span<const Real>(p));
    for (const Real value :
         {math::sum<Real>(x),
          math::dot<Real>(x, p),
          math::entropy<Real>(p),
          math::log_sum_exp<Real>(x)}) {
      hash.update_f64(static_cast<double>(value));
    }
    hash.update_u64(math::argmax<Real>(x));
  };
  for (size_t count = 0; count < 200; ++count) {
    add(random_numbers<double>(count, count));
    add(random_numbers<float>(count, count));
  }
  assert_true(hash.digest() == 0x87fac0547eddad83u);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_sum_is_taken_in_eight_lanes_then_from_the_left),
      cmocka_unit_test(a_short_sum_is_the_plain_sum),
      cmocka_unit_test(a_dot_is_the_sum_of_the_products),
      cmocka_unit_test(ties_go_to_the_lowest_index),
      cmocka_unit_test(softmax_adds_up_to_one),
      cmocka_unit_test(softmax_knows_odds),
      cmocka_unit_test(softmax_bears_any_shift),
      cmocka_unit_test(softmax_of_impossible_states_is_zero_there),
      cmocka_unit_test(softmax_of_nothing_possible_is_uniform),
      cmocka_unit_test(softmax_works_in_place),
      cmocka_unit_test(entropy_is_in_nats_and_zero_where_p_is_zero),
      cmocka_unit_test(log_sum_exp_does_not_overflow),
      cmocka_unit_test(the_bits_are_the_same_for_ever),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
