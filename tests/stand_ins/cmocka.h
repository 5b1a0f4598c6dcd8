// The part of cmocka that the tests use, where they are compiled for a machine for which no cmocka
// is installed. A program ends at the first assertion that does not hold. SPDX-License-Identifier:
// MIT
#pragma once

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void (*CMUnitTestFunction)(void** state);
typedef int (*CMFixtureFunction)(void** state);
struct CMUnitTest {
  const char* name;
  CMUnitTestFunction run;
  CMFixtureFunction setup, teardown;
};

#define fail_msg(...) \
  (printf("%s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__), puts(""), fflush(stdout), exit(1))
#define print_message printf

static const char* cmocka_filter_;
static inline void cmocka_set_test_filter(const char* name) {
  cmocka_filter_ = name;
}

static inline void cmocka_fix_(CMFixtureFunction function, void** state, const char* what) {
  if (function != NULL && function(state) != 0) {
    fail_msg("%s failed", what);
  }
}
static inline int cmocka_run_(
    const struct CMUnitTest* tests,
    size_t count,
    CMFixtureFunction setup,
    CMFixtureFunction teardown
) {
  void* group = NULL;
  size_t done = 0;
  cmocka_fix_(setup, &group, "group setup");
  for (size_t i = 0; i < count; ++i) {
    if (cmocka_filter_ != NULL && strcmp(cmocka_filter_, tests[i].name) != 0) {
      continue;
    }
    void* state = group;
    printf("%s\n", tests[i].name);
    fflush(stdout);
    cmocka_fix_(tests[i].setup, &state, "setup");
    tests[i].run(&state);
    cmocka_fix_(tests[i].teardown, &state, "teardown");
    ++done;
  }
  cmocka_fix_(teardown, &group, "group teardown");
  printf("%u tests passed\n", (unsigned)done);
  return 0;
}
#define cmocka_run_group_tests(tests, setup, teardown) \
  cmocka_run_(tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

#define cmocka_unit_test_setup_teardown(test, setup, teardown) \
  { #test, test, setup, teardown }
#define cmocka_unit_test_setup(test, setup) cmocka_unit_test_setup_teardown(test, setup, NULL)
#define cmocka_unit_test_teardown(test, teardown) \
  cmocka_unit_test_setup_teardown(test, NULL, teardown)
#define cmocka_unit_test(test) cmocka_unit_test_setup_teardown(test, NULL, NULL)

#define skip()       \
  do {               \
    puts("skipped"); \
    return;          \
  } while (0)
#define assert_true(holds) ((holds) ? (void)0 : fail_msg("%s", #holds))
#define assert_false(holds) assert_true(!(holds))
#define assert_null(pointer) assert_true((pointer) == NULL)
#define assert_non_null(pointer) assert_true((pointer) != NULL)
#define assert_ptr_equal(a, b) assert_true((const void*)(a) == (const void*)(b))
#define assert_ptr_not_equal(a, b) assert_true((const void*)(a) != (const void*)(b))

static inline void cmocka_compare_(
    int equal, uintmax_t a, uintmax_t b, const char* what, const char* file, int line
) {
  if ((a == b) != equal) {
    printf("%s:%d: %s: %" PRIuMAX " and %" PRIuMAX "\n", file, line, what, a, b);
    fflush(stdout);
    exit(1);
  }
}
#define assert_int_equal(a, b) \
  cmocka_compare_(1, (uintmax_t)(a), (uintmax_t)(b), #a " == " #b, __FILE__, __LINE__)
#define assert_int_not_equal(a, b) \
  cmocka_compare_(0, (uintmax_t)(a), (uintmax_t)(b), #a " != " #b, __FILE__, __LINE__)
#define assert_in_range(value, first, last) \
  assert_true((uintmax_t)(value) >= (uintmax_t)(first) && (uintmax_t)(value) <= (uintmax_t)(last))

static inline void cmocka_compare_texts_(
    int equal, const char* a, const char* b, const char* file, int line
) {
  if ((strcmp(a, b) == 0) != equal) {
    printf("%s:%d: \"%s\" and \"%s\"\n", file, line, a, b);
    fflush(stdout);
    exit(1);
  }
}
#define assert_string_equal(a, b) cmocka_compare_texts_(1, a, b, __FILE__, __LINE__)
#define assert_string_not_equal(a, b) cmocka_compare_texts_(0, a, b, __FILE__, __LINE__)
#define assert_memory_equal(a, b, size) assert_true(memcmp(a, b, size) == 0)
#define assert_memory_not_equal(a, b, size) assert_true(memcmp(a, b, size) != 0)
