// What a fuzz target saw and what it insists on. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace dks::fuzz {

// What never may happen ends the program, as a sanitizer would.
inline void expect(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "fuzz_api: %s (%s)\n", what, dks_last_error());
    std::abort();
  }
}

// FNV-1a, of what a host gets to see.
class Trace {
 public:
  void add(const void* data, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      hash_ = (hash_ ^ static_cast<const uint8_t*>(data)[i]) * 0x100000001b3U;
    }
  }
  void add(std::string_view text) { add(text.data(), text.size()); }
  void add(uint64_t number) { add(&number, sizeof number); }
  uint64_t hash() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325U;
};

}  // namespace dks::fuzz
