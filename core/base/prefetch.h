// A hint that memory will be read soon.
// SPDX-License-Identifier: MIT
#pragma once

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

}  // namespace dks
