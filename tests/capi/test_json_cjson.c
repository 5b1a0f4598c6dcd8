// All JSON that dks writes is JSON to cJSON too. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <cmocka.h>

static void every_function_writes_what_cjson_reads(void** state) {
  (void)state;
  static const char* const types[] = {"cat", "dog", "finch"};
  dks_model* model = NULL;
  assert_ok(make_meadow(
      NULL,
      "{\"name\": \"\\\"quoted\\\\ \\u00e9 \\ud83d\\udc31 \", \"users\": [\"\\u2028\", "
      "\"</script>\"]}",
      &model
  ));
  spawn_at(model, "\"q\" \\ \xc3\xa9 \xf0\x9f\x90\xb1 </x>", -1, -1);
  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  timer.name = "\"t\"";
  timer.start = 1000000;
  assert_ok(dks_model_schedule(model, &timer, NULL));
  for (int round = 0; round < 3; ++round) {
    cJSON_Delete(model_json(dks_model_world_json, model));
    cJSON_Delete(model_json(dks_model_environment_json, model));
    for (int type = 0; type < 3; ++type) {
      const dks_column ids = column_of(model, types[type], "id");
      for (uint64_t row = 0; row < ids.count; ++row) {
        const dks_agent_id agent = ((const uint64_t*)ids.data)[row];
        cJSON_Delete(agent_json(dks_model_agent_json, model, agent));
        cJSON_Delete(agent_json(dks_model_explain, model, agent));
      }
    }
    assert_ok(dks_model_step(model, 40));
  }
  dks_model_destroy(model);
}

static void names_survive_the_way_through_json(void** state) {
  (void)state;
  static const char name[] = "\"q\" \\ / \xc3\xa9 \xf0\x9f\x90\xb1";
  dks_model* const model = make_default(1);
  const dks_agent_id agent = spawn_at(model, name, -1, -1);
  cJSON* const json = agent_json(dks_model_agent_json, model, agent);
  assert_string_equal(cJSON_GetObjectItem(json, "name")->valuestring, name);
  cJSON_Delete(json);
  dks_model_destroy(model);
}

static void the_world_json_has_what_the_world_has(void** state) {
  (void)state;
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, NULL, &model));
  cJSON* const json = model_json(dks_model_world_json, model);
  assert_string_equal(cJSON_GetObjectItem(json, "name")->valuestring, "meadow");
  assert_int_equal(cJSON_GetObjectItem(json, "width")->valueint, 20);
  assert_int_equal(cJSON_GetObjectItem(json, "steps_per_day")->valueint, 48);
  assert_string_equal(cJSON_GetObjectItem(json, "mind")->valuestring, "reference");
  const cJSON* const weather = cJSON_GetObjectItem(json, "weather");
  assert_int_equal(cJSON_GetArraySize(weather), 4);
  assert_string_equal(cJSON_GetArrayItem(weather, 3)->valuestring, "storm");
  const cJSON* const kinds = cJSON_GetObjectItem(json, "object_kinds");
  assert_int_equal(cJSON_GetArraySize(kinds), 3);
  assert_string_equal(cJSON_GetArrayItem(kinds, 1)->valuestring, "ball");
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "types")), 3);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "objects")), 6);
  assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "users")), 6);
  assert_non_null(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "layers"), "food"));
  cJSON_Delete(json);
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_function_writes_what_cjson_reads),
      cmocka_unit_test(names_survive_the_way_through_json),
      cmocka_unit_test(the_world_json_has_what_the_world_has),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
