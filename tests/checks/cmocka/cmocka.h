// The part of cmocka that tests of exact bits use, for processors for which no cmocka is installed.
// A program ends at the first assertion that does not hold.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdio.h>
#include <stdlib.h>

struct CMUnitTest {
  const char* name;
  void (*run)(void** state);
};

inline int run_tests(const CMUnitTest* tests, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    printf("%s\n", tests[i].name);
    tests[i].run(nullptr);
  }
  printf("%zu tests passed\n", count);
  return 0;
}

#define cmocka_unit_test(test) \
  { #test, test }
#define cmocka_run_group_tests(tests, setup, teardown) \
  run_tests(tests, sizeof(tests) / sizeof((tests)[0]))

#define print_message printf
#define fail_msg(...) \
  (printf("%s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), puts(""), exit(1))
#define assert_true(holds) ((holds) ? (void)0 : fail_msg("%s", #holds))
#define assert_false(holds) assert_true(!(holds))
#define assert_int_equal(a, b) assert_true((a) == (b))
#define skip() return (void)puts("skipped")
