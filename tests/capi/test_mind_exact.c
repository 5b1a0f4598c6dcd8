// Minds meet the exact values of pymdp through the batch calls, whatever the size of the batch.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

enum { kRows = 3 };

// Those that learn or pass messages come out otherwise, from the second step on or at all.
static const char* const kCases[] = {
    "s01_tmaze_pl1",
    "s02_tmaze_pl2",
    "s03_single_factor",
    "s04_two_factor_full",
    "s05_pet_full_pl1",
    "s06_pet_full_pl2",
    "s07_pet_factorised",
    "s08_grid3_pl3",
    "s09_grid3_noisy_pl2",
    "s10_utility_only",
    "s11_info_gain_only",
    "s12_two_control_factors_E",
    "s17_sophisticated_h2",
    "s18_inductive_grid",
    "s21_x_tmaze_pl2",
    "s22_x_pet_fact",
    "s24_x_inductive",
    "s25_x_pet_full_pl2"};
static const char* const kMessagePassing[] = {"s19_mmp_single", "s20_mmp_two_factor"};
static const char* const kLearning[] = {
    "s13_learn_A", "s14_learn_B", "s15_learn_ABD", "s16_pet_fact_learn_A", "s23_x_learn_AB"};

static char* read_case(const char* name, dks_document* out_document) {
  char path[128];
  snprintf(path, sizeof path, "tests/golden/mind/cases/%s.json", name);
  char* const text = read_file(path, &out_document->size);
  out_document->name = name;
  out_document->data = text;
  return text;
}

// ---- arrays of either type

// kRows rows of `width` numbers.
typedef struct {
  uint32_t type;
  uint32_t width;
  void* data;
} array;

static array make_array(const dks_mind_info* info, uint32_t width) {
  const array made = {info->type, width, calloc((size_t)kRows * width, sizeof(double))};
  assert_non_null(made.data);
  return made;
}

static double at(const array* of, uint32_t row, uint32_t index) {
  const size_t i = (size_t)row * of->width + index;
  return of->type == DKS_TYPE_F64 ? ((const double*)of->data)[i] : ((const float*)of->data)[i];
}

// ---- comparing

// The numbers of nested arrays, in order; returns how many there are now.
static uint32_t flatten(const cJSON* json, double* out, uint32_t count) {
  if (cJSON_IsArray(json)) {
    const cJSON* item = NULL;
    cJSON_ArrayForEach(item, json) {
      count = flatten(item, out, count);
    }
    return count;
  }
  assert_true(count < 4096);
  out[count] = cJSON_IsNull(json) ? -1 : json->valuedouble;
  return count + 1;
}

static uint32_t integers(const cJSON* json, int32_t* out) {
  static double numbers[4096];
  const uint32_t count = flatten(json, numbers, 0);
  for (uint32_t i = 0; i < kRows * count; ++i) {
    out[i] = (int32_t)numbers[i % count];  // the same for every row
  }
  return count;
}

static void compare(
    const char* name, const cJSON* step, const char* key, const array* got, double tolerance
) {
  static double expected[4096];
  const uint32_t count = flatten(cJSON_GetObjectItemCaseSensitive(step, key), expected, 0);
  assert_int_equal(count, got->width);
  for (uint32_t i = 0; i < count; ++i) {
    if (!(fabs(at(got, 0, i) - expected[i]) <= tolerance)) {
      fail_msg("%s: %s[%u] is %.17g, expected %.17g", name, key, i, at(got, 0, i), expected[i]);
    }
    for (uint32_t row = 1; row < kRows; ++row) {
      if (memcmp(&(double){at(got, row, i)}, &(double){at(got, 0, i)}, sizeof(double)) != 0) {
        fail_msg("%s: %s[%u] of row %u is another than in row 0", name, key, i, row);
      }
    }
  }
}

// ---- the cases

static dks_mind* make_mind(const char* name, uint32_t type, cJSON** out_json) {
  dks_document document;
  char* const text = read_case(name, &document);
  *out_json = cJSON_Parse(text);
  assert_non_null(*out_json);
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  desc.type = type;
  dks_mind* mind = NULL;
  assert_ok(dks_mind_create(&document, &desc, &mind));
  free(text);
  return mind;
}

// As an agent would: the beliefs of one step are the next one's past.
static void live_through(const char* name, uint32_t type, uint32_t most_steps) {
  cJSON* json = NULL;
  dks_mind* const mind = make_mind(name, type, &json);
  dks_mind_info info;
  dks_mind_info_init(&info);
  assert_ok(dks_mind_get_info(mind, &info));
  assert_int_equal(info.type, type);
  const int is_float = type == DKS_TYPE_F32;
  const cJSON* const settings = cJSON_GetObjectItemCaseSensitive(json, "settings");
  const double gamma = cJSON_GetObjectItemCaseSensitive(settings, "gamma")->valuedouble;
  const double posterior = is_float ? 1e-5 * gamma : 1e-9;

  array beliefs = make_array(&info, info.state_count);
  array vfe = make_array(&info, 1);
  array neg_efe = make_array(&info, info.policy_count);
  array q_pi = make_array(&info, info.policy_count);
  array marginals = make_array(&info, info.control_count);
  int32_t* const observations = calloc((size_t)kRows * 4096, sizeof(int32_t));
  int32_t* const actions = calloc((size_t)kRows * 4096, sizeof(int32_t));
  const cJSON* step = NULL;
  uint32_t steps = 0;
  cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(json, "steps")) {
    if (steps == most_steps) {
      break;
    }
    if (steps > 0) {
      assert_ok(dks_mind_predict(mind, beliefs.data, actions, kRows, beliefs.data));
      compare(name, step, "prior", &beliefs, is_float ? 2e-6 : 1e-10);
    }
    const cJSON* const seen = cJSON_GetObjectItemCaseSensitive(step, "obs");
    assert_int_equal(integers(seen, observations), info.modality_count);
    const void* const prior = steps > 0 ? beliefs.data : NULL;
    assert_ok(dks_mind_infer(mind, prior, observations, kRows, beliefs.data, vfe.data));
    assert_ok(
        dks_mind_plan(mind, beliefs.data, NULL, kRows, neg_efe.data, q_pi.data, marginals.data)
    );
    compare(name, step, "qs", &beliefs, is_float ? 2e-6 : 1e-10);
    compare(name, step, "vfe", &vfe, is_float ? 1e-5 : 1e-10);
    if (most_steps > 1) {
      compare(name, step, "neg_efe", &neg_efe, is_float ? 2e-5 : 1e-10);
      compare(name, step, "q_pi", &q_pi, posterior);
      compare(name, step, "action_marginals", &marginals, posterior);
    }
    integers(cJSON_GetObjectItemCaseSensitive(step, "action"), actions);
    ++steps;
  }
  assert_true(steps > 0);
  free(observations);
  free(actions);
  free(beliefs.data);
  free(vfe.data);
  free(neg_efe.data);
  free(q_pi.data);
  free(marginals.data);
  cJSON_Delete(json);
  dks_mind_destroy(mind);
}

static void exact_cases_come_out_in_f64(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof kCases / sizeof kCases[0]; ++i) {
    live_through(kCases[i], DKS_TYPE_F64, 1000);
  }
}

static void exact_cases_come_out_in_f32(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof kCases / sizeof kCases[0]; ++i) {
    live_through(kCases[i], DKS_TYPE_F32, 1000);
  }
}

// Counts make the first beliefs what they are; what would be learned from the first step is not.
static void cases_that_learn_are_minds_that_do_not(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof kLearning / sizeof kLearning[0]; ++i) {
    live_through(kLearning[i], DKS_TYPE_F64, 1);
  }
}

static void cases_that_pass_messages_are_refused(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof kMessagePassing / sizeof kMessagePassing[0]; ++i) {
    dks_document document;
    char* const text = read_case(kMessagePassing[i], &document);
    dks_mind* mind = NULL;
    assert_fails(
        dks_mind_create(&document, NULL, &mind), DKS_E_INVALID, "asks for message passing"
    );
    assert_in(dks_last_error(), kMessagePassing[i]);
    assert_null(mind);
    free(text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_cases_come_out_in_f64),
      cmocka_unit_test(exact_cases_come_out_in_f32),
      cmocka_unit_test(cases_that_learn_are_minds_that_do_not),
      cmocka_unit_test(cases_that_pass_messages_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
