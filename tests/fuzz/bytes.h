// The bytes of one fuzz input, taken as choices, numbers and names. When they are used up, all are
// 0. SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <limits>
#include <span>
#include <string>

namespace dks::fuzz {

class Bytes {
 public:
  explicit Bytes(std::span<const uint8_t> bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  uint8_t byte() {
    if (rest_.empty()) {
      return 0;
    }
    const uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  // In [0, count), one byte's worth.
  size_t below(size_t count) { return byte() % count; }
  bool chance(unsigned one_in) { return byte() % one_in == 1; }
  template <class T, size_t N>
  const T& pick(const T (&items)[N]) {
    return items[below(N)];
  }
  template <class T>
  T raw() {
    T value{};
    for (size_t i = 0; i < sizeof value; ++i) {
      const uint8_t next = byte();
      std::memcpy(reinterpret_cast<char*>(&value) + i, &next, 1);
    }
    return value;
  }

  // Mostly small, sometimes at a border, sometimes anything.
  uint64_t number() {
    constexpr uint64_t kBorders[] = {
        0,
        1,
        std::numeric_limits<uint32_t>::max(),
        uint64_t{1} << 32,
        uint64_t{1} << 53,
        (uint64_t{1} << 53) + 1,
        std::numeric_limits<uint64_t>::max()};
    const uint8_t kind = byte();
    return kind < 224 ? kind % 16 : kind < 248 ? pick(kBorders) : raw<uint64_t>();
  }
  double real() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    constexpr double kBorders[] = {
        0, 1, -1, 0.5, -0.0, 1e-310, 1e300, -1e300, kInfinity, -kInfinity, kNaN};
    const uint8_t kind = byte();
    return kind < 192 ? kind / 128.0 : kind < 248 ? pick(kBorders) : raw<double>();
  }
  // The next bytes, fewer than `most`, to be used on their own.
  Bytes part(size_t most) {
    const size_t wanted = below(most);  // which takes a byte
    const size_t size = std::min(wanted, rest_.size());
    const Bytes part(rest_.first(size));
    rest_ = rest_.subspan(size);
    return part;
  }
  // Kept until the end of the input.
  const std::string& text() {
    std::string text;
    for (size_t size = below(24); size > 0; --size) {
      text.push_back(static_cast<char>(byte()));
    }
    return texts_.emplace_back(std::move(text));
  }

 private:
  std::span<const uint8_t> rest_;
  std::deque<std::string> texts_;
};

}  // namespace dks::fuzz
