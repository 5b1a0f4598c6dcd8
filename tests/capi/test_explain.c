// Explanations: beliefs, scores by term, and the action chosen. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <math.h>

#include <cmocka.h>

static const cJSON* item(const cJSON* json, const char* key) {
  const cJSON* const found = cJSON_GetObjectItemCaseSensitive(json, key);
  if (found == NULL) {
    fail_msg("no \"%s\"", key);
  }
  return found;
}

// The number as dks wrote it: cJSON reads with strtod, which is exact.
static void check_explanation(const cJSON* why) {
  const cJSON* factor = NULL;
  int factors = 0;
  cJSON_ArrayForEach(factor, item(why, "beliefs")) {
    const cJSON* level = NULL;
    double total = 0;
    cJSON_ArrayForEach(level, factor) {
      assert_true(level->valuedouble >= 0 && level->valuedouble <= 1);
      total += level->valuedouble;
    }
    assert_true(fabs(total - 1) < 1e-6);
    ++factors;
  }
  assert_true(factors > 0);

  const cJSON* const names = item(why, "terms");
  const char* const chosen = item(why, "chosen")->valuestring;
  const cJSON* option = NULL;
  double probability = 0;
  int found = 0;
  cJSON_ArrayForEach(option, item(why, "actions")) {
    const cJSON* const terms = item(option, "terms");
    assert_int_equal(cJSON_GetArraySize(terms), cJSON_GetArraySize(names));
    double score = 0;
    for (int i = 0; i < cJSON_GetArraySize(names); ++i) {
      const cJSON* const term = cJSON_GetArrayItem(terms, i);
      assert_string_equal(term->string, cJSON_GetArrayItem(names, i)->valuestring);
      score += term->valuedouble;
    }
    assert_true(score == item(option, "score")->valuedouble);
    assert_true(cJSON_GetArraySize(item(option, "best_course")) > 0);
    assert_string_equal(
        cJSON_GetArrayItem(item(option, "best_course"), 0)->valuestring,
        item(option, "action")->valuestring
    );
    probability += item(option, "probability")->valuedouble;
    found += strcmp(item(option, "action")->valuestring, chosen) == 0;
  }
  assert_int_equal(found, 1);
  assert_true(fabs(probability - 1) < 1e-5);  // the column is of floats
  assert_true(isfinite(item(why, "free_energy")->valuedouble));
  assert_true(item(why, "gamma")->valuedouble > 0);
}

static void terms_add_up_to_the_score_for_every_pet(void** state) {
  (void)state;
  static const char* const types[] = {"cat", "dog", "finch"};
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, NULL, &model));
  for (int round = 0; round < 4; ++round) {
    assert_ok(dks_model_step(model, 1 + 13 * (uint32_t)round));
    for (int type = 0; type < 3; ++type) {
      const dks_column ids = column_of(model, types[type], "id");
      const dks_column actions = column_of(model, types[type], "action");
      for (uint64_t row = 0; row < ids.count; ++row) {
        const dks_agent_id agent = ((const uint64_t*)ids.data)[row];
        cJSON* const why = agent_json(dks_model_explain, model, agent);
        check_explanation(why);
        assert_true(item(why, "id")->valuedouble == (double)agent);
        const cJSON* const chosen =
            cJSON_GetArrayItem(item(why, "actions"), (int)column_number(&actions, row, 0));
        assert_string_equal(item(chosen, "action")->valuestring, item(why, "chosen")->valuestring);
        cJSON_Delete(why);
      }
    }
  }
  dks_model_destroy(model);
}

static void a_pet_that_did_nothing_yet_has_beliefs_alone(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  cJSON* const why = agent_json(dks_model_explain, model, agent);
  assert_non_null(cJSON_GetObjectItem(why, "beliefs"));
  assert_null(cJSON_GetObjectItem(why, "chosen"));
  cJSON_Delete(why);
  dks_model_destroy(model);
}

static void explaining_changes_nothing(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  assert_ok(dks_model_step(model, 5));
  const uint64_t before = hash_of(model);
  char* const first = agent_text(dks_model_explain, model, agent);
  char* const second = agent_text(dks_model_explain, model, agent);
  assert_string_equal(first, second);
  assert_int_equal(hash_of(model), before);
  free(first);
  free(second);
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(terms_add_up_to_the_score_for_every_pet),
      cmocka_unit_test(a_pet_that_did_nothing_yet_has_beliefs_alone),
      cmocka_unit_test(explaining_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
