// A hint that memory will be read soon.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace dks {

// The empty asm is there because g++ takes a function that only fetches ahead for one without
// effect, and drops its calls.
inline void prefetch(const void* at) {
#if defined(__GNUC__)
  __builtin_prefetch(at);
  __asm__ __volatile__("" : : "r"(at));
#else
  (void)at;
#endif
}

// The same for number `at` of a grid's rows of `width`, and the `radius` numbers above and below
// it.
template <class Number>
void prefetch_around(
    const Number* numbers, size_t count, size_t at, size_t width, size_t radius = 1
) {
  prefetch(numbers + at);
  for (size_t away = width; away <= radius * width; away += width) {
    prefetch(numbers + (at >= away ? at - away : at));
    prefetch(numbers + (count - at > away ? at + away : at));
  }
}

}  // namespace dks
