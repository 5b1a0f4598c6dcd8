// Counts every new of the program and of the libraries that it loads, and lets one fail. For one
// source file of a program: it replaces the operators of the standard library.
// SPDX-License-Identifier: MIT
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace dks::test {

inline std::atomic<uint64_t> allocations{0};
inline std::atomic<int64_t> allocations_left{-1};  // then one fails; negative: none

// Not inlined: compilers would see a new whose memory goes to free, and warn.
[[gnu::noinline]] inline void* counted_alloc(size_t size, std::align_val_t align) noexcept {
  const auto to = static_cast<size_t>(align);
  ++allocations;
  if (allocations_left >= 0 && allocations_left-- == 0) {
    return nullptr;
  }
  return std::aligned_alloc(to, (size + to - 1) / to * to);
}
[[gnu::noinline]] inline void counted_free(void* memory) noexcept {
  std::free(memory);
}

inline void* or_throw(void* memory) {
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace dks::test

// Every other form of new and delete ends in one of these.
void* operator new(size_t size) {
  constexpr std::align_val_t kAlign{__STDCPP_DEFAULT_NEW_ALIGNMENT__};
  return dks::test::or_throw(dks::test::counted_alloc(size, kAlign));
}
void* operator new(size_t size, std::align_val_t align) {
  return dks::test::or_throw(dks::test::counted_alloc(size, align));
}
void* operator new(size_t size, std::align_val_t align, const std::nothrow_t&) noexcept {
  return dks::test::counted_alloc(size, align);
}
void operator delete(void* memory) noexcept {
  dks::test::counted_free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  dks::test::counted_free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  dks::test::counted_free(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  dks::test::counted_free(memory);
}
