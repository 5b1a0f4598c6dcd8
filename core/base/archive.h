// What keeps a state as bytes: numbers one after the other, little-endian, in chunks that each have
// a name, a size and a digest. SPDX-License-Identifier: MIT
#pragma once

#include "base/hash.h"
#include "base/status.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>

namespace dks {

template <class T>
concept ArchivedNumber = std::is_arithmetic_v<T> || std::is_enum_v<T>;

// A chunk's name, padded with zeros; its bytes and their digest follow.
struct ChunkHead {
  char name[8] = {};
  uint64_t size = 0;
  uint64_t digest = 0;

  static constexpr size_t kBytes = 24;

  void call(std::string_view chunk) {
    std::copy_n(chunk.data(), std::min(chunk.size(), sizeof name), name);
  }
  bool is_called(std::string_view chunk) const {
    ChunkHead other;
    other.call(chunk);
    return std::equal(std::begin(name), std::end(name), std::begin(other.name));
  }
};

inline uint64_t digest_of(std::span<const std::byte> bytes) {
  StateHash hash;
  hash.update(bytes.data(), bytes.size());
  return hash.digest();
}

// Writes into a place; beyond its end it only counts, so that the whole size is known in any case.
class Saver {
 public:
  explicit Saver(std::span<std::byte> place) : place_(place) {}

  uint64_t size() const { return size_; }
  bool fits() const { return size_ <= place_.size(); }

  template <ArchivedNumber T>
  void number(T value) {
    numbers(std::span<const T>(&value, 1));
  }
  // Without how many they are.
  template <ArchivedNumber T>
  void numbers(std::span<const T> values) {
    if (const auto to = take(values.size_bytes()); !to.empty()) {
      std::memcpy(to.data(), values.data(), values.size_bytes());
      if constexpr (std::endian::native == std::endian::big) {
        for (size_t at = 0; at < to.size(); at += sizeof(T)) {
          std::reverse(to.data() + at, to.data() + at + sizeof(T));
        }
      }
    }
  }
  void text(std::string_view text) {
    number(uint64_t{text.size()});
    numbers(std::span(text.data(), text.size()));
  }

  template <class F>
  void chunk(std::string_view name, F&& fill) {
    const uint64_t head = size_;
    take(ChunkHead::kBytes);
    fill();
    if (!fits()) {
      return;
    }
    const auto bytes = place_.subspan(head + ChunkHead::kBytes, size_ - head - ChunkHead::kBytes);
    ChunkHead filled{{}, bytes.size(), digest_of(bytes)};
    filled.call(name);
    Saver to(place_.subspan(head, ChunkHead::kBytes));
    to.numbers(std::span<const char>(filled.name));
    to.number(filled.size);
    to.number(filled.digest);
  }

 private:
  // Where so many bytes go; empty: there is no room.
  std::span<std::byte> take(uint64_t bytes) {
    const uint64_t at = size_;
    size_ += bytes;
    return fits() ? place_.subspan(at, bytes) : std::span<std::byte>();
  }

  std::span<std::byte> place_;
  uint64_t size_ = 0;
};

// Reads what a Saver wrote. What it finds wrong stands in outcome(), the first of it; from then on
// numbers are 0, texts empty and counts 0, so that whoever reads comes to an end.
class Loader {
 public:
  // What texts are borrowed from.
  explicit Loader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool ok() const { return outcome_.ok(); }
  const Result<>& outcome() const { return outcome_; }
  void refuse(Error error) {
    if (ok()) {
      outcome_ = in_chunk_.empty() ? std::move(error)
                                   : dks::at(dks::text("chunk \"", in_chunk_, "\""), error);
    }
  }

  template <ArchivedNumber T>
  T number() {
    T value{};
    numbers(std::span<T>(&value, 1));
    return value;
  }
  bool flag() { return number<uint8_t>() != 0; }
  // Zeros, if there are fewer.
  template <ArchivedNumber T>
  void numbers(std::span<T> values) {
    const auto from = take(values.size_bytes());
    if (from.empty()) {
      std::fill(values.begin(), values.end(), T{});
      return;
    }
    std::memcpy(values.data(), from.data(), from.size());
    if constexpr (std::endian::native == std::endian::big) {
      auto* const bytes = reinterpret_cast<std::byte*>(values.data());
      for (size_t at = 0; at < from.size(); at += sizeof(T)) {
        std::reverse(bytes + at, bytes + at + sizeof(T));
      }
    }
  }
  std::string_view text() {
    const auto from = take(count(1));
    return {reinterpret_cast<const char*>(from.data()), from.size()};
  }
  // How many things follow, of so many bytes each at least: no more than there is room for.
  uint64_t count(size_t least_bytes) {
    const auto things = number<uint64_t>();
    if (things > bytes_.size() / least_bytes) {
      refuse(invalid(things, " of at least ", least_bytes, " bytes in ", bytes_.size()));
      return 0;
    }
    return things;
  }

  // Reads the chunk that comes next, which must have this name and be as it was written.
  template <class F>
  void chunk(std::string_view name, F&& read) {
    std::span<const std::byte> behind;
    if (enter(name, behind)) {
      read();
      leave(behind);
    }
  }
  std::span<const std::byte> rest() const { return bytes_; }

 private:
  std::span<const std::byte> take(uint64_t bytes) {
    if (!ok() || bytes > bytes_.size()) {
      refuse(invalid("it ends ", bytes - bytes_.size(), " bytes too early"));
      return {};
    }
    const auto taken = bytes_.first(bytes);
    bytes_ = bytes_.subspan(bytes);
    return taken;
  }
  bool enter(std::string_view name, std::span<const std::byte>& behind);
  void leave(std::span<const std::byte> behind);

  std::span<const std::byte> bytes_;
  std::string_view in_chunk_;
  Result<> outcome_;
};

}  // namespace dks
