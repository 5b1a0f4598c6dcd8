// Reading JSON in tests. SPDX-License-Identifier: MIT
#pragma once

#include "json.h"

#include <memory>  // reads <ios>, where the macro fail of cmocka must not be known yet
#include <string>
#include <string_view>
#include <utility>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace dks::test {

// A text that must be right; its document is called "m.json".
inline capi::Json parsed(std::string_view text) {
  Result<capi::Json> json = capi::parse_json("m.json", text);
  if (!json.ok()) {
    fail_msg("%s", json.error().text.c_str());
  }
  return *std::move(json);
}

inline void assert_text(const std::string& actual, const std::string& expected) {
  assert_string_equal(actual.c_str(), expected.c_str());
}

// A text, and the error that refuses it.
struct Refused {
  std::string text;
  std::string error;
};

}  // namespace dks::test
