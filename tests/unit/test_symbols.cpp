// Symbols: names as small numbers, and how many there can be. SPDX-License-Identifier: MIT
#include "base/symbols.h"

#include <string>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using dks::Symbols;

void a_name_has_one_number_and_a_number_one_name(void**) {
  Symbols symbols;
  const uint32_t momo = symbols.intern("Momo");
  const uint32_t kiki = symbols.intern("Kiki");
  assert_true(momo != 0 && kiki != 0 && momo != kiki);
  assert_int_equal(symbols.intern("Momo"), momo);
  assert_int_equal(symbols.find("Kiki"), kiki);
  assert_string_equal(symbols.name(momo).data(), "Momo");
  assert_int_equal(symbols.size(), 2);
}

void looking_up_makes_no_name(void**) {
  Symbols symbols;
  assert_int_equal(symbols.find("Momo"), 0);
  assert_int_equal(symbols.intern(""), 0);
  assert_int_equal(symbols.size(), 0);
  assert_string_equal(symbols.name(0).data(), "");
  assert_string_equal(symbols.name(7).data(), "");
}

void a_full_table_takes_no_more_names_and_keeps_those_it_has(void**) {
  Symbols symbols;
  for (uint32_t i = 0; i < Symbols::kLimit; ++i) {
    assert_int_equal(symbols.intern(std::to_string(i)), i + 1);
  }
  assert_int_equal(symbols.intern("one more"), 0);
  assert_int_equal(symbols.find("one more"), 0);
  assert_int_equal(symbols.intern("77"), 78);
  assert_string_equal(symbols.name(1).data(), "0");  // where it was from the beginning
  assert_int_equal(symbols.size(), Symbols::kLimit);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_name_has_one_number_and_a_number_one_name),
      cmocka_unit_test(looking_up_makes_no_name),
      cmocka_unit_test(a_full_table_takes_no_more_names_and_keeps_those_it_has),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
