// Probabilities in one byte. SPDX-License-Identifier: MIT
#include "pet/small_float.h"

#include <cmath>
#include <initializer_list>
#include <limits>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using dks::pet::from_small_float;
using dks::pet::to_small_float;

void probabilities_come_back_to_one_part_in_32(void**) {
  for (float p = 1; p > 0x1p-14F; p *= 0.999F) {
    const float back = from_small_float(to_small_float(p));
    assert_true(back <= 1);
    assert_true(std::abs(back - p) <= p / 32);
  }
  assert_true(from_small_float(to_small_float(1)) == 1);
}

void every_byte_in_use_stands_for_itself(void**) {
  for (int byte = 0; byte <= 240; ++byte) {
    const auto small = static_cast<uint8_t>(byte);
    assert_int_equal(to_small_float(from_small_float(small)), small);
  }
}

void what_is_too_small_or_no_probability_becomes_0_or_1(void**) {
  for (const float p : {0.0F, -0.0F, 1e-6F, 1e-40F, -1.0F, std::nanf("")}) {
    assert_int_equal(to_small_float(p), 0);
  }
  for (const float p : {1.001F, 2.0F, std::numeric_limits<float>::infinity()}) {
    assert_true(from_small_float(to_small_float(p)) == 1);
  }
}

}  // namespace

int main() {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(probabilities_come_back_to_one_part_in_32),
      cmocka_unit_test(every_byte_in_use_stands_for_itself),
      cmocka_unit_test(what_is_too_small_or_no_probability_becomes_0_or_1),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
