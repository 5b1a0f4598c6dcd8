// Randomness without a state to save: every draw is a function of who, when, what for and which.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>

namespace dks {

// One block of Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw,
// "Parallel random numbers: as easy as 1, 2, 3" (SC 2011): ten rounds of two 32x32->64-bit
// products, the key raised by a Weyl constant before each round but the first.
constexpr std::array<uint32_t, 4> philox4x32(
    std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key
) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53u} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57u} * counter[2];
    counter = {
        static_cast<uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
        static_cast<uint32_t>(product1),
        static_cast<uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
        static_cast<uint32_t>(product0)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return counter;
}

// The draws of one entity in one step for one purpose (stream). Making one costs no more than a
// product; the first draw makes a block of four words.
//
// Within a seed and stream no two (entity, step) share a draw while entity < 2^53, step < 2^43 and
// fewer than 2^34 words are drawn; two streams of a seed have different keys.
class Random {
 public:
  constexpr Random(uint64_t seed, uint64_t entity, uint64_t step, uint32_t stream)
      : key_(seed ^ (stream * 0x9E3779B97F4A7C15u)),
        step_(static_cast<uint32_t>(step)),
        entity_(static_cast<uint32_t>(entity)),
        rest_(static_cast<uint32_t>(entity >> 32) ^ rotated(static_cast<uint32_t>(step >> 32))) {}

  uint32_t next_u32() {
    if (used_ == 4) {
      words_ = block(next_block_++);
      used_ = 0;
    }
    return words_[used_++];
  }
  uint64_t next_u64() {
    const uint64_t low = next_u32();
    return low | (uint64_t{next_u32()} << 32);
  }

  // The index-th of the values that next_u64 gives from the beginning, whatever was drawn before.
  uint64_t u64_at(uint32_t index) const {
    const auto words = block(index / 2);
    const uint32_t low = 2 * (index % 2);
    return words[low] | (uint64_t{words[low + 1]} << 32);
  }

  // In [0, 1), from 53 (24) bits.
  double uniform() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }
  float uniform_float() { return static_cast<float>(next_u32() >> 8) * 0x1p-24f; }

  // In [0, n), every value equally likely; 0 if n is 0. Lemire, "Fast random integer generation in
  // an interval" (2019): the high half of a product instead of a remainder, and another draw for
  // the few words too many.
  uint32_t below(uint32_t n) {
    uint64_t product = uint64_t{next_u32()} * n;
    while (!is_fair(product, n)) {
      product = uint64_t{next_u32()} * n;
    }
    return static_cast<uint32_t>(product >> 32);
  }
  static bool is_fair(uint64_t product, uint32_t n) {
    const auto low = static_cast<uint32_t>(product);
    return low >= n || n == 0 || low >= (0 - n) % n;
  }

  // True with probability p; p <= 0 never, p >= 1 always. One draw in any case.
  bool bernoulli(double p) { return uniform() < p; }

  // The next out.size() values of next_u32, faster.
  void fill(std::span<uint32_t> out);

 private:
  static constexpr uint32_t rotated(uint32_t high_step) {
    return (high_step << 21) | (high_step >> 11);
  }
  constexpr std::array<uint32_t, 4> block(uint32_t index) const {
    return philox4x32(
        {index, step_, entity_, rest_},
        {static_cast<uint32_t>(key_), static_cast<uint32_t>(key_ >> 32)}
    );
  }

  uint64_t key_;
  uint32_t step_;
  uint32_t entity_;
  uint32_t rest_;
  uint32_t next_block_ = 0;
  uint32_t used_ = 4;
  std::array<uint32_t, 4> words_{};
};

inline void Random::fill(std::span<uint32_t> out) {
  size_t i = 0;
  while (i < out.size() && used_ < 4) {
    out[i++] = words_[used_++];
  }
  for (; i + 4 <= out.size(); i += 4) {
    const auto words = block(next_block_++);
    std::copy(words.begin(), words.end(), out.begin() + static_cast<std::ptrdiff_t>(i));
  }
  while (i < out.size()) {
    out[i++] = next_u32();
  }
}

// Every order equally likely (Fisher and Yates). Takes the draws that below() would take, but makes
// them in bulk.
template <class T, size_t kExtent>
void shuffle(std::span<T, kExtent> values, Random& random) {
  uint32_t words[256];
  auto left = static_cast<uint32_t>(values.size());
  while (left > 1) {
    const size_t count = std::min<size_t>(left - 1, std::size(words));
    random.fill({words, count});
    for (size_t i = 0; i < count; ++i) {
      const uint64_t product = uint64_t{words[i]} * left;
      if (Random::is_fair(product, left)) {
        --left;
        std::swap(values[left], values[product >> 32]);
      }
    }
  }
}

}  // namespace dks
