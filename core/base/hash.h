// The hash of a state: what tells whether two runs are the same.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace dks {

// A 64-bit streaming hash, the same on every machine: numbers count as their little-endian bytes,
// -0 and NaN as the bits they are. Each update is framed by its length, so the same bytes cut
// otherwise hash otherwise. Guards against accidents, not against an attacker.
class StateHash {
 public:
  StateHash() = default;

  void update(const void* data, size_t size) { update_elements(data, size, 1); }

  // A column. The same as update over its bytes on a little-endian machine.
  template <class T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void update(std::span<const T> column) {
    update_elements(column.data(), column.size_bytes(), sizeof(T));
  }

  // One number, the same as update over its 8 (or 4) little-endian bytes.
  void update_u64(uint64_t value) { state_ = absorb(frame(state_, 8), value); }
  void update_u32(uint32_t value) { state_ = absorb(frame(state_, 4), value); }
  void update_f64(double value) { update_u64(std::bit_cast<uint64_t>(value)); }
  void update_f32(float value) { update_u32(std::bit_cast<uint32_t>(value)); }

  uint64_t digest() const {
    uint64_t x = state_;
    x = (x ^ (x >> 32)) * kMul;
    x = (x ^ (x >> 29)) * kMul2;
    return x ^ (x >> 32);
  }

 private:
  // Binary digits of the square root of 2, the golden ratio, and the square roots of 3 and 5.
  static constexpr uint64_t kSeed = 0x6A09E667F3BCC908u;
  static constexpr uint64_t kMul = 0x9E3779B97F4A7C15u;
  static constexpr uint64_t kMul2 = 0xBB67AE8584CAA73Bu;
  static constexpr uint64_t kFrame = 0x3C6EF372FE94F82Bu;

  // For a given word a bijection of the state. A product carries a bit only to higher ones, so the
  // word passes two products with its halves exchanged between them; with a single one, a few
  // flipped bits (signs above all) in successive words would cancel.
  static constexpr uint64_t absorb(uint64_t state, uint64_t word) {
    return std::rotl((state ^ word) * kMul, 32) * kMul2;
  }
  static constexpr uint64_t frame(uint64_t state, uint64_t size) {
    return state + (size + 1) * kFrame;
  }

  void update_elements(const void* data, size_t size, size_t element_size);

  uint64_t state_ = kSeed;
};

}  // namespace dks
