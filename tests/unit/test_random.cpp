// Counter-based randomness: the published vectors, fair draws, and the same draws for ever.
// SPDX-License-Identifier: MIT
#include "base/hash.h"
#include "base/random.h"
#include "math/normal.h"

#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <set>
#include <span>
#include <utility>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::Random;

// Chi-square over its degrees of freedom, in standard deviations from what is expected.
double surprise(std::span<const uint64_t> counts) {
  const auto total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), uint64_t{0}));
  const double expected = total / static_cast<double>(counts.size());
  double chi2 = 0.0;
  for (const uint64_t count : counts) {
    const double difference = static_cast<double>(count) - expected;
    chi2 += difference * difference / expected;
  }
  const auto freedom = static_cast<double>(counts.size() - 1);
  return (chi2 - freedom) / std::sqrt(2.0 * freedom);
}

// Random123, tests/kat_vectors, lines "philox4x32 10".
void philox_gives_the_published_words(void**) {
  using Words = std::array<uint32_t, 4>;
  assert_true(
      (dks::philox4x32({0, 0, 0, 0}, {0, 0})) ==
      (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8})
  );
  assert_true(
      (dks::philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u})) ==
      (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd})
  );
  assert_true(
      (dks::philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0})
      ) == (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1})
  );
}

void the_draws_are_the_same_for_ever(void**) {
  dks::StateHash hash;
  for (const uint64_t seed : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
    for (const uint64_t entity : {uint64_t{0}, uint64_t{7}, (uint64_t{1} << 53) - 1}) {
      for (const uint64_t step : {uint64_t{0}, uint64_t{9}, uint64_t{1} << 40}) {
        for (const uint32_t stream : {0u, 3u}) {
          Random random(seed, entity, step, stream);
          hash.update_u32(random.next_u32());
          hash.update_u64(random.next_u64());
          hash.update_u32(random.below(1000));
          hash.update_f64(random.uniform());
          hash.update_f32(random.uniform_float());
          for (int i = 0; i < 20; ++i) {
            hash.update_f64(dks::math::normal(random));
          }
          hash.update_u32(random.bernoulli(0.5) ? 1 : 0);
          std::vector<uint32_t> order(300);
          std::iota(order.begin(), order.end(), 0u);
          dks::shuffle(std::span(order), random);
          hash.update(std::span<const uint32_t>(order));
        }
      }
    }
  }
  assert_true(hash.digest() == 0xbc8a905e04543f07u);
}

void others_draw_other_words(void**) {
  std::set<uint64_t> first;
  size_t made = 0;
  const auto add = [&](uint64_t seed, uint64_t entity, uint64_t step, uint32_t stream) {
    first.insert(Random(seed, entity, step, stream).next_u64());
    ++made;
  };
  for (uint64_t i = 0; i < 30; ++i) {
    for (uint64_t j = 0; j < 30; ++j) {
      add(1, i, 1000 + j, 0);
      add(1, i + (uint64_t{1} << 40), j + (uint64_t{1} << 35), 0);
      add(2 + i, j, 5, 1);
      add(100 + i, 6, 7, 2 + static_cast<uint32_t>(j));
    }
  }
  // The high bits of entity and step share a word, each in its own part.
  for (unsigned bit = 32; bit < 53; ++bit) {
    add(1, uint64_t{1} << bit, 0, 0);
  }
  for (unsigned bit = 32; bit < 43; ++bit) {
    add(1, 0, uint64_t{1} << bit, 0);
  }
  assert_true(first.size() == made);
}

void neighbours_are_independent(void**) {
  // Pairs of the first draws of neighbouring entities, and of one entity in successive steps.
  std::array<uint64_t, 256> by_entity{};
  std::array<uint64_t, 256> by_step{};
  for (uint64_t i = 0; i < 400000; ++i) {
    const uint32_t here = Random(3, i, 8, 0).next_u32() >> 28;
    const uint32_t next = Random(3, i + 1, 8, 0).next_u32() >> 28;
    const uint32_t later = Random(3, i, 9, 0).next_u32() >> 28;
    ++by_entity[here * 16 + next];
    ++by_step[here * 16 + later];
  }
  assert_true(std::fabs(surprise(by_entity)) < 5.0);
  assert_true(std::fabs(surprise(by_step)) < 5.0);
}

void uniform_numbers_fill_zero_to_one(void**) {
  Random random(1, 2, 3, 4);
  std::array<uint64_t, 100> counts{};
  std::array<uint64_t, 100> counts_float{};
  for (int i = 0; i < 500000; ++i) {
    const double x = random.uniform();
    const float y = random.uniform_float();
    assert_true(x >= 0.0 && x < 1.0 && y >= 0.0f && y < 1.0f);
    ++counts[static_cast<size_t>(x * 100.0)];
    ++counts_float[static_cast<size_t>(y * 100.0f)];
  }
  assert_true(std::fabs(surprise(counts)) < 5.0);
  assert_true(std::fabs(surprise(counts_float)) < 5.0);
}

void bounded_draws_are_fair(void**) {
  Random random(1, 1, 1, 1);
  for (const uint32_t n : {2u, 3u, 7u, 10u, 1000u}) {
    std::vector<uint64_t> counts(n);
    for (int i = 0; i < 300000; ++i) {
      ++counts[random.below(n)];
    }
    assert_true(std::fabs(surprise(counts)) < 5.0);
  }
  // Here one draw in four is one too many, and every third value would be drawn twice as often.
  std::array<uint64_t, 3> thirds{};
  for (int i = 0; i < 300000; ++i) {
    ++thirds[random.below(3u << 30) % 3];
  }
  assert_true(std::fabs(surprise(thirds)) < 5.0);
}

void bounded_draws_stay_below_their_bound(void**) {
  Random random(1, 1, 1, 1);
  for (int i = 0; i < 1000; ++i) {
    assert_int_equal(random.below(0), 0);
    assert_int_equal(random.below(1), 0);
    assert_true(random.below(5) < 5);
    assert_true(random.below(~0u) < ~0u);
  }
}

void normal_numbers_have_the_moments_of_the_normal_distribution(void**) {
  Random random(8, 1, 1, 1);
  constexpr int kCount = 1000000;
  double sums[5] = {};
  int beyond_two = 0;
  int beyond_four = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = dks::math::normal(random);
    double power = 1.0;
    for (double& sum : sums) {
      sum += power;
      power *= x;
    }
    beyond_two += std::fabs(x) > 2.0 ? 1 : 0;
    beyond_four += std::fabs(x) > 4.0 ? 1 : 0;
  }
  // Bounds of five standard errors.
  assert_true(std::fabs(sums[1] / kCount) < 5e-3);
  assert_true(std::fabs(sums[2] / kCount - 1.0) < 5 * 1.42e-3);
  assert_true(std::fabs(sums[3] / kCount) < 5 * 3.9e-3);
  assert_true(std::fabs(sums[4] / kCount - 3.0) < 5 * 9.8e-3);
  assert_true(std::abs(beyond_two - 45500) < 5 * 209);
  assert_true(std::abs(beyond_four - 63) < 5 * 8);
}

void bernoulli_keeps_to_its_probability(void**) {
  Random random(1, 1, 1, 9);
  int hits = 0;
  for (int i = 0; i < 100000; ++i) {
    hits += random.bernoulli(0.3) ? 1 : 0;
    assert_false(random.bernoulli(0.0));
    assert_true(random.bernoulli(1.0));
  }
  assert_true(std::abs(hits - 30000) < 5 * 145);
}

void bulk_draws_are_the_single_draws(void**) {
  for (int before = 0; before < 6; ++before) {
    for (size_t count = 0; count < 14; ++count) {
      Random single(4, 3, 2, 1);
      Random bulk(4, 3, 2, 1);
      for (int i = 0; i < before; ++i) {
        single.next_u32();
        bulk.next_u32();
      }
      std::vector<uint32_t> words(count);
      bulk.fill(words);
      for (const uint32_t word : words) {
        assert_true(word == single.next_u32());
      }
      assert_true(bulk.next_u32() == single.next_u32());
    }
  }
}

void a_shuffle_takes_the_draws_of_below(void**) {
  for (const size_t size : {0u, 1u, 2u, 255u, 256u, 257u, 5000u}) {
    Random bulk(4, size, 2, 1);
    Random single(4, size, 2, 1);
    std::vector<uint32_t> shuffled(size);
    std::iota(shuffled.begin(), shuffled.end(), 0u);
    std::vector<uint32_t> expected = shuffled;
    dks::shuffle(std::span(shuffled), bulk);
    for (auto left = static_cast<uint32_t>(size); left > 1; --left) {
      std::swap(expected[left - 1], expected[single.below(left)]);
    }
    assert_true(shuffled == expected);
    assert_true(bulk.next_u32() == single.next_u32());
  }
}

void every_order_is_equally_likely(void**) {
  std::array<uint64_t, 24> counts{};
  for (uint64_t trial = 0; trial < 240000; ++trial) {
    Random random(1, trial, 0, 0);
    std::array<uint32_t, 4> order{0, 1, 2, 3};
    dks::shuffle(std::span(order), random);
    size_t rank = 0;  // in the factorial number system
    for (size_t i = 0; i < 4; ++i) {
      size_t smaller = 0;
      for (size_t k = i + 1; k < 4; ++k) {
        smaller += order[k] < order[i] ? 1u : 0u;
      }
      rank = rank * (4 - i) + smaller;
    }
    ++counts[rank];
  }
  assert_true(std::fabs(surprise(counts)) < 5.0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(philox_gives_the_published_words),
      cmocka_unit_test(the_draws_are_the_same_for_ever),
      cmocka_unit_test(others_draw_other_words),
      cmocka_unit_test(neighbours_are_independent),
      cmocka_unit_test(uniform_numbers_fill_zero_to_one),
      cmocka_unit_test(bounded_draws_are_fair),
      cmocka_unit_test(bounded_draws_stay_below_their_bound),
      cmocka_unit_test(normal_numbers_have_the_moments_of_the_normal_distribution),
      cmocka_unit_test(bernoulli_keeps_to_its_probability),
      cmocka_unit_test(bulk_draws_are_the_single_draws),
      cmocka_unit_test(a_shuffle_takes_the_draws_of_below),
      cmocka_unit_test(every_order_is_equally_likely),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
