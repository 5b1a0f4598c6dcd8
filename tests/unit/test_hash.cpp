// The state hash: what it is, that it is the same for ever, and that near states do not collide.
// SPDX-License-Identifier: MIT
#include "base/hash.h"
#include "base/random.h"

#include <algorithm>
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

using dks::StateHash;

uint64_t hash_of(std::span<const unsigned char> bytes) {
  StateHash hash;
  hash.update(bytes.data(), bytes.size());
  return hash.digest();
}

std::vector<unsigned char> random_bytes(size_t size, uint64_t which) {
  dks::Random random(1, which, 0, 0);
  std::vector<unsigned char> bytes(size);
  for (unsigned char& byte : bytes) {
    byte = static_cast<unsigned char>(random.next_u32());
  }
  return bytes;
}

// None in 64 bits, and in either half no more than chance gives (five standard deviations).
void assert_no_collisions(const std::vector<uint64_t>& digests) {
  const auto repeats = [](auto values) {
    std::sort(values.begin(), values.end());
    const auto end = std::unique(values.begin(), values.end());
    return static_cast<double>(values.end() - end);
  };
  assert_true(repeats(digests) == 0.0);
  const auto count = static_cast<double>(digests.size());
  const double expected = count * count / 0x1p33;
  std::vector<uint32_t> low;
  std::vector<uint32_t> high;
  for (const uint64_t digest : digests) {
    low.push_back(static_cast<uint32_t>(digest));
    high.push_back(static_cast<uint32_t>(digest >> 32));
  }
  assert_true(repeats(low) < expected + 5.0 * std::sqrt(expected) + 3.0);
  assert_true(repeats(high) < expected + 5.0 * std::sqrt(expected) + 3.0);
}

void the_digests_are_the_same_for_ever(void**) {
  assert_true(StateHash{}.digest() == 0x3298c9f343c4b43du);
  StateHash all;
  for (size_t size = 0; size < 300; ++size) {
    const auto bytes = random_bytes(size, size);
    all.update(bytes.data(), bytes.size());
  }
  all.update_u64(1);
  all.update_u32(2);
  all.update_f64(-0.0);
  all.update_f32(1.5f);
  assert_true(all.digest() == 0x37f49ca89f7cae80u);
}

void a_number_counts_as_its_little_endian_bytes(void**) {
  const unsigned char bytes[] = {8, 7, 6, 5, 4, 3, 2, 1};
  StateHash number;
  number.update_u64(0x0102030405060708u);
  assert_true(number.digest() == hash_of(bytes));
  StateHash half;
  half.update_u32(0x05060708u);
  assert_true(half.digest() == hash_of(std::span(bytes).first(4)));
  StateHash real;
  real.update_f64(std::bit_cast<double>(uint64_t{0x0102030405060708u}));
  assert_true(real.digest() == number.digest());
}

void a_column_counts_as_its_bytes(void**) {
  const uint16_t column[] = {0x0201, 0x0403, 0x0605};
  const unsigned char bytes[] = {1, 2, 3, 4, 5, 6};
  StateHash hash;
  hash.update(std::span<const uint16_t>(column));
  assert_true(hash.digest() == hash_of(bytes));
}

void the_place_of_the_bytes_in_memory_does_not_matter(void**) {
  const auto bytes = random_bytes(200, 1);
  std::vector<unsigned char> moved(208);
  for (size_t shift = 0; shift < 8; ++shift) {
    std::copy(bytes.begin(), bytes.end(), moved.begin() + static_cast<std::ptrdiff_t>(shift));
    assert_true(hash_of(std::span(moved).subspan(shift, 200)) == hash_of(bytes));
  }
}

void updates_are_framed(void**) {
  StateHash whole;
  whole.update("abc", 3);
  StateHash parts;
  parts.update("ab", 2);
  parts.update("c", 1);
  assert_true(whole.digest() != parts.digest());
  StateHash nothing;
  nothing.update("", 0);
  assert_true(nothing.digest() != StateHash{}.digest());
}

void every_bit_of_a_number_counts(void**) {
  const auto of = [](double x) {
    StateHash hash;
    hash.update_f64(x);
    return hash.digest();
  };
  assert_true(of(0.0) != of(-0.0));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double other = std::bit_cast<double>(std::bit_cast<uint64_t>(nan) + 1);
  assert_true(of(nan) != of(other));
  assert_true(of(nan) == of(nan));
}

void a_flipped_bit_flips_every_bit_half_of_the_time(void**) {
  constexpr uint64_t kTrials = 1500;
  constexpr double kBound = 6.0 * 0.5 / 38.7;  // six standard deviations of 1500 coin tosses
  for (const size_t size : {3u, 8u, 24u, 64u, 83u, 136u}) {
    std::vector<uint32_t> flips(size * 8 * 64);
    for (uint64_t trial = 0; trial < kTrials; ++trial) {
      auto bytes = random_bytes(size, trial);
      const uint64_t before = hash_of(bytes);
      for (size_t in = 0; in < size * 8; ++in) {
        bytes[in / 8] = static_cast<unsigned char>(bytes[in / 8] ^ (1u << (in % 8)));
        const uint64_t changed = before ^ hash_of(bytes);
        bytes[in / 8] = static_cast<unsigned char>(bytes[in / 8] ^ (1u << (in % 8)));
        for (size_t out = 0; out < 64; ++out) {
          flips[in * 64 + out] += static_cast<uint32_t>((changed >> out) & 1);
        }
      }
    }
    for (const uint32_t count : flips) {
      const double share = static_cast<double>(count) / static_cast<double>(kTrials);
      assert_true(std::fabs(share - 0.5) < kBound);
    }
  }
}

void small_numbers_do_not_collide(void**) {
  std::vector<uint64_t> digests;
  for (uint64_t i = 0; i < 1000000; ++i) {
    StateHash hash;
    hash.update_u64(i);
    digests.push_back(hash.digest());
  }
  assert_no_collisions(digests);
}

void pairs_of_small_numbers_do_not_collide(void**) {
  std::vector<uint64_t> digests;
  for (uint64_t i = 0; i < 1000; ++i) {
    for (uint64_t k = 0; k < 1000; ++k) {
      StateHash hash;
      hash.update_u64(i);
      hash.update_f64(static_cast<double>(k));
      digests.push_back(hash.digest());
    }
  }
  assert_no_collisions(digests);
}

void columns_with_two_bits_set_do_not_collide(void**) {
  // 36 words: four whole blocks and words that are left. Sign bits are the hard ones.
  constexpr size_t kWords = 36;
  uint64_t words[kWords] = {};
  std::vector<uint64_t> digests;
  for (size_t a = 0; a < kWords * 64; a += 1) {
    for (size_t b = a + 1; b < kWords * 64; b += (a % 64 == 63 ? 1 : 7)) {
      words[a / 64] ^= uint64_t{1} << (a % 64);
      words[b / 64] ^= uint64_t{1} << (b % 64);
      StateHash hash;
      hash.update(std::span<const uint64_t>(words));
      digests.push_back(hash.digest());
      words[a / 64] ^= uint64_t{1} << (a % 64);
      words[b / 64] ^= uint64_t{1} << (b % 64);
    }
  }
  assert_no_collisions(digests);
}

void columns_with_four_signs_turned_do_not_collide(void**) {
  constexpr size_t kWords = 40;
  std::vector<double> column(kWords, 0.5);
  std::vector<uint64_t> digests;
  const auto turn = [&column](size_t i) { column[i] = -column[i]; };
  for (size_t a = 0; a < kWords; ++a) {
    for (size_t b = 0; b < a; ++b) {
      for (size_t c = 0; c < b; ++c) {
        for (size_t d = 0; d < c; ++d) {
          for (const size_t i : {a, b, c, d}) {
            turn(i);
          }
          StateHash hash;
          hash.update(std::span<const double>(column));
          digests.push_back(hash.digest());
          for (const size_t i : {a, b, c, d}) {
            turn(i);
          }
        }
      }
    }
  }
  assert_no_collisions(digests);
}

void swapped_values_do_not_collide(void**) {
  std::vector<float> column(600);
  for (size_t i = 0; i < column.size(); ++i) {
    column[i] = static_cast<float>(i);
  }
  std::vector<uint64_t> digests;
  for (size_t a = 0; a < column.size(); ++a) {
    for (size_t b = a + 1; b < column.size(); ++b) {
      std::swap(column[a], column[b]);
      StateHash hash;
      hash.update(std::span<const float>(column));
      digests.push_back(hash.digest());
      std::swap(column[a], column[b]);
    }
  }
  assert_no_collisions(digests);
}

void columns_of_nothing_differ_by_their_length(void**) {
  const std::vector<unsigned char> zeros(20000);
  std::vector<uint64_t> digests;
  for (size_t size = 0; size <= zeros.size(); ++size) {
    digests.push_back(hash_of(std::span(zeros).first(size)));
  }
  assert_no_collisions(digests);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_digests_are_the_same_for_ever),
      cmocka_unit_test(a_number_counts_as_its_little_endian_bytes),
      cmocka_unit_test(a_column_counts_as_its_bytes),
      cmocka_unit_test(the_place_of_the_bytes_in_memory_does_not_matter),
      cmocka_unit_test(updates_are_framed),
      cmocka_unit_test(every_bit_of_a_number_counts),
      cmocka_unit_test(a_flipped_bit_flips_every_bit_half_of_the_time),
      cmocka_unit_test(small_numbers_do_not_collide),
      cmocka_unit_test(pairs_of_small_numbers_do_not_collide),
      cmocka_unit_test(columns_with_two_bits_set_do_not_collide),
      cmocka_unit_test(columns_with_four_signs_turned_do_not_collide),
      cmocka_unit_test(swapped_values_do_not_collide),
      cmocka_unit_test(columns_of_nothing_differ_by_their_length),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
