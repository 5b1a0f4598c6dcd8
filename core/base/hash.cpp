// SPDX-License-Identifier: MIT
#include "base/hash.h"

#include <cstring>

namespace dks {

namespace {

constexpr size_t kWord = 8;
constexpr size_t kLanes = 8;
constexpr size_t kBlock = kLanes * kWord;

// Up to 8 bytes as a number: the first byte lowest, zeros above the last.
uint64_t load(const unsigned char* bytes, size_t size, size_t element_size) {
  uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes, size);
  } else {
    for (size_t i = 0; i < size; ++i) {
      const size_t in_element = i % element_size;
      const size_t from = i - in_element + (element_size - 1 - in_element);
      word |= uint64_t{bytes[from]} << (8 * i);
    }
  }
  return word;
}

}  // namespace

// Whole blocks of 64 bytes go through eight independent lanes, which keeps the multiplier of the
// processor busy; then the lanes are folded in halves and the words that are left follow one by
// one.
void StateHash::update_elements(const void* data, size_t size, size_t element_size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  uint64_t state = frame(state_, size);
  if (size >= kBlock) {
    uint64_t lanes[kLanes];
    for (size_t i = 0; i < kLanes; ++i) {
      lanes[i] = absorb(state, i);
    }
    for (; size >= kBlock; size -= kBlock, bytes += kBlock) {
      for (size_t i = 0; i < kLanes; ++i) {
        lanes[i] = absorb(lanes[i], load(bytes + i * kWord, kWord, element_size));
      }
    }
    for (size_t half = kLanes / 2; half != 0; half /= 2) {
      for (size_t i = 0; i < half; ++i) {
        lanes[i] = absorb(lanes[i], 0) ^ lanes[i + half];
      }
    }
    state = absorb(lanes[0], 0);
  }
  for (; size >= kWord; size -= kWord, bytes += kWord) {
    state = absorb(state, load(bytes, kWord, element_size));
  }
  if (size != 0) {
    state = absorb(state, load(bytes, size, element_size));
  }
  state_ = state;
}

}  // namespace dks
