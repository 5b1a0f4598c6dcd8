// Header and library, which may be of different versions. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cmocka.h>

static void the_header_is_the_librarys(void** state) {
  (void)state;
  assert_int_equal(dks_version(), DKS_VERSION_NUMBER);
}

// The value of a key, up to the end of its line, which must be there once and not be empty.
static const char* info_value(const char* key, char value[64]) {
  char before[64];
  snprintf(before, sizeof before, "\n%s=", key);
  const char* const found = strstr(dks_build_info(), before);
  assert_non_null(found);
  const char* const from = found + strlen(before);
  assert_null(strstr(from, before));
  const size_t size = strcspn(from, "\n");
  assert_in_range(size, 1, 63);
  memcpy(value, from, size);
  value[size] = '\0';
  return value;
}

static void the_build_is_told_line_by_line(void** state) {
  (void)state;
  const char* const info = dks_build_info();
  char expected[64];
  snprintf(
      expected,
      sizeof expected,
      "version=%d.%d.%d\n",
      DKS_VERSION_MAJOR,
      DKS_VERSION_MINOR,
      DKS_VERSION_PATCH
  );
  assert_memory_equal(info, expected, strlen(expected));
  for (const char* line = info; *line != '\0'; line = strchr(line, '\n') + 1) {
    assert_non_null(strchr(line, '\n'));  // the last one ends, too
    const size_t key = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
    assert_true(key > 0 && line[key] == '=');
  }
  char value[64], set[64];
  info_value("compiler", value);
  info_value("system", value);
  info_value("build_type", value);
  assert_string_not_equal(info_value("DKS_TESTS", value), "OFF");
  assert_in(info, "\nDKS_SANITIZE=");
  assert_in(info_value("instruction_sets", value), info_value("instruction_set", set));
  assert_ptr_equal(dks_build_info(), info);
}

// Structs of other versions: shorter ones are taken, longer ones where what is behind is 0.
static void a_desc_of_another_version_is_taken_where_it_can_be_obeyed(void** state) {
  (void)state;
  struct {
    dks_model_desc desc;
    uint64_t newer[3];
  } longer;
  memset(&longer, 0, sizeof longer);
  dks_model_desc_init_sized(&longer.desc, sizeof longer);
  assert_int_equal(longer.desc.struct_size, sizeof longer);
  longer.desc.seed = 9;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&longer.desc, &model));
  assert_int_equal(info_of(model).seed, 9);
  dks_model_destroy(model);
  model = NULL;

  longer.newer[1] = 1;
  assert_fails(dks_model_create(&longer.desc, &model), DKS_E_VERSION, "desc: byte ");
  assert_null(model);

  dks_model_desc shorter;
  dks_model_desc_init(&shorter);
  shorter.struct_size = DKS_MODEL_DESC_MIN_SIZE;
  shorter.seed = 8;
  shorter.worker_count = UINT32_MAX;  // beyond the size: not looked at
  assert_ok(dks_model_create(&shorter, &model));
  assert_int_equal(info_of(model).seed, 8);
  assert_int_equal(info_of(model).worker_count, 1);
  dks_model_destroy(model);
  model = NULL;

  const uint32_t wrong[] = {0, 4, 15, 20, 28, 36, 44, 4097, 100001, UINT32_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    shorter.struct_size = wrong[i];
    assert_fails(dks_model_create(&shorter, &model), DKS_E_INVALID, "desc.struct_size: ");
  }
  assert_null(model);
}

static void info_is_filled_as_far_as_the_caller_knows_it(void** state) {
  (void)state;
  dks_model* const model = make_default(3);
  struct {
    dks_model_info info;
    uint64_t newer[2];
  } longer;
  memset(&longer, 0xee, sizeof longer);
  longer.info.struct_size = sizeof longer;
  assert_ok(dks_model_get_info(model, &longer.info));
  assert_int_equal(longer.info.struct_size, sizeof longer);
  assert_int_equal(longer.info.width, 20);
  assert_int_equal(longer.newer[0], 0);
  assert_int_equal(longer.newer[1], 0);

  dks_model_info info;
  memset(&info, 0xee, sizeof info);
  info.struct_size = offsetof(dks_model_info, height);
  assert_ok(dks_model_get_info(model, &info));
  assert_int_equal(info.width, 20);
  assert_int_equal(info.height, 0xeeeeeeee);
  info.struct_size = offsetof(dks_model_info, seed) + 4;  // half of it
  assert_fails(dks_model_get_info(model, &info), DKS_E_INVALID, "out_info.struct_size: 20");
  info.struct_size = 0;
  assert_fails(dks_model_get_info(model, &info), DKS_E_INVALID, "out_info.struct_size: 0");
  info.struct_size = UINT32_MAX;
  assert_fails(dks_model_get_info(model, &info), DKS_E_INVALID, "out_info.struct_size");
  dks_counters counters = {UINT32_MAX, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  assert_fails(dks_model_get_counters(model, &counters), DKS_E_INVALID, "out_counters");
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_header_is_the_librarys),
      cmocka_unit_test(the_build_is_told_line_by_line),
      cmocka_unit_test(a_desc_of_another_version_is_taken_where_it_can_be_obeyed),
      cmocka_unit_test(info_is_filled_as_far_as_the_caller_knows_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
