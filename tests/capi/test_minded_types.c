// Agent types without a species: fields of the world file, and minds that are attached.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

static const char kThermostat[] =
    "{\"name\": \"thermostat\", \"model\": {\n"
    "  \"factors\": [\"room\"], \"modalities\": [\"thermometer\"],\n"
    "  \"actions\": {\"room\": [\"off\", \"on\"]},\n"
    "  \"A\": [[[0.9, 0.1], [0.1, 0.9]]],\n"
    "  \"B\": [[[[0.9, 0.1], [0.6, 0.05]], [[0.1, 0.9], [0.4, 0.95]]]],\n"
    "  \"C\": [[0, 3]], \"D\": [[0.25, 0.75]]},\n"
    " \"settings\": {\"policy_len\": 1, \"gamma\": 4}}";

static const char kHouse[] =
    "{\"name\": \"house\", \"types\": {\n"
    "  \"window\": {\"fields\": {\"open\": {\"type\": \"u8\", \"max\": 1}}},\n"
    "  \"thermostat\": {\"fields\": {\"heat\": {\"initial\": 0.5, \"min\": 0, \"max\": 1}},\n"
    "    \"mind\": \"minds/thermostat.json\"}}}";

static dks_status make_house(const char* house, const char* thermostat, dks_model** out_model) {
  const dks_document items[] = {
      {"house.json", house, strlen(house)},
      {"home/minds/thermostat.json", thermostat, strlen(thermostat)}};
  return dks_model_create_world(NULL, items, 2, out_model);
}

static dks_model* house(void) {
  dks_model* model = NULL;
  assert_ok(make_house(kHouse, kThermostat, &model));
  return model;
}

static dks_mind* make_mind(uint32_t type) {
  const dks_document document = {"thermostat.json", kThermostat, strlen(kThermostat)};
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  desc.type = type;
  dks_mind* mind = NULL;
  assert_ok(dks_mind_create(&document, &desc, &mind));
  return mind;
}

static dks_agent_id spawn(dks_model* model, const char* type) {
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = type;
  dks_agent_id agent = DKS_AGENT_NONE;
  assert_ok(dks_model_spawn(model, &desc, 1, &agent));
  return agent;
}

static double number(
    const dks_model* model, const char* type, const char* field, uint32_t element
) {
  const dks_column column = column_of(model, type, field);
  return column_number(&column, 0, element);
}

// ---- types of a world file

static void a_world_may_do_without_species(void** state) {
  (void)state;
  dks_model* const model = house();
  assert_int_equal(info_of(model).type_count, 2);
  const char* name = NULL;
  assert_ok(dks_model_type_name(model, 0, &name));
  assert_string_equal(name, "window");
  spawn(model, "window");
  spawn(model, "thermostat");
  assert_true(number(model, "window", "open", 0) == 0);
  assert_true(number(model, "thermostat", "heat", 0) == 0.5);
  assert_int_equal(column_of(model, "window", "open").type, DKS_TYPE_U8);
  assert_int_equal(column_of(model, "thermostat", "belief").type, DKS_TYPE_F32);
  assert_true(fabs(number(model, "thermostat", "belief", 1) - 0.75) < 1e-6);
  assert_true(number(model, "thermostat", "observation", 0) == -1);
  assert_true(number(model, "thermostat", "action", 0) == -1);
  assert_ok(dks_model_step(model, 1));
  assert_true(number(model, "thermostat", "action", 0) >= 0);
  dks_model_destroy(model);
}

static void types_stand_beside_species(void** state) {
  (void)state;
  static const char changes[] =
      "{\"types\": {\"sensor\": {\"fields\": {\"value\": {\"type\": \"f64\", \"initial\": 20}}}},"
      " \"collect\": [{\"table\": \"t\", \"type\": \"sensor\", \"field\": \"value\"}]}";
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, changes, &model));
  const dks_agent_id sensor = spawn(model, "sensor");
  const double warm = 1e8 + 0.25;
  assert_ok(dks_model_set(model, &sensor, 1, "value", 0, &warm));
  assert_ok(dks_model_step(model, 3));
  assert_true(number(model, "sensor", "value", 0) == warm);
  dks_column column;
  assert_ok(dks_model_table_column(model, "t", "value", &column));
  assert_int_equal(column.count, 3);
  dks_model_destroy(model);
}

static void the_plan_names_what_stands_in_the_columns(void** state) {
  (void)state;
  dks_model* const model = house();
  cJSON* const json = model_json(dks_model_world_json, model);
  const cJSON* const types = cJSON_GetObjectItemCaseSensitive(json, "types");
  assert_null(cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(types, 0), "mind"));
  const cJSON* const mind = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(types, 1), "mind");
  assert_non_null(mind);
  assert_string_equal(cJSON_GetObjectItemCaseSensitive(mind, "name")->valuestring, "thermostat");
  const cJSON* const factor =
      cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(mind, "factors"), 0);
  assert_string_equal(cJSON_GetObjectItemCaseSensitive(factor, "name")->valuestring, "room");
  assert_int_equal(cJSON_GetObjectItemCaseSensitive(factor, "states")->valueint, 2);
  const cJSON* const actions = cJSON_GetObjectItemCaseSensitive(factor, "actions");
  assert_string_equal(cJSON_GetArrayItem(actions, 1)->valuestring, "on");
  cJSON_Delete(json);
  dks_model_destroy(model);
}

// What is wrong with a house, and what is said of it.
static void wrong_types_are_refused(void** state) {
  (void)state;
  static const struct {
    const char* house;
    const char* part;
  } kWrong[] = {
      {"{\"types\": {}}", "house.json:1: /types: has 0 keys, expected at least 1"},
      {"{\"types\": {\"a\": {\"field\": {}}}}", "did you mean \"fields\"?"},
      {"{\"types\": {\"a\": {\"fields\": {\"x\": {\"min\": 1, \"max\": 0}}}}}",
       "/types/a/fields/x/max: 0 is not in [1, 1e+09]"},
      {"{\"types\": {\"a\": {\"fields\": {\"x\": {\"initial\": 2, \"max\": 1}}}}}",
       "/types/a/fields/x/initial: 2 is not in [-1e+09, 1]"},
      {"{\"types\": {\"a\": {\"fields\": {\"x\": {\"type\": \"f16\"}}}}}",
       "\"f16\" is not a known number type"},
      {"{\"types\": {\"a\": {\"fields\": {\"x\": {\"type\": \"u8\", \"initial\": 0.5}}}}}",
       "/types/a: field \"x\" of agent type \"a\": initial 0.5 is not a whole number"},
      {"{\"types\": {\"a\": {\"fields\": {\"id\": {}}}}}", "a field cannot be called that"},
      {"{\"types\": {\"a\": {\"mind\": \"thermostatt.json\"}}}",
       "/types/a/mind: \"thermostatt.json\" is not a known mind document"},
      {"{\"types\": {\"a\": {\"mind\": 3}}}", "/types/a/mind: expected a string, found 3"},
      {"{\"types\": {\"a\": {\"mind\": {\"model\": {\"A\": [], \"B\": []}}}}}",
       "house.json:1: /model/A: has 0 items, expected at least 1"},
      {"{\"types\": {\"a\": {\"fields\": {\"belief\": {}}, \"mind\": \"thermostat.json\"}}}",
       "/types/a/mind: field \"belief\" of agent type \"a\" stands twice"},
      {"{\"types\": {\"a\": {}}, \"pets\": [{}]}",
       "/pets: the world has types, but no species that a pet could be of"},
      {"{\"types\": {\"a\": {}}, \"species\": []}", "/species: has 0 items"},
  };
  for (size_t i = 0; i < sizeof kWrong / sizeof kWrong[0]; ++i) {
    dks_model* model = NULL;
    assert_fails(make_house(kWrong[i].house, kThermostat, &model), DKS_E_INVALID, kWrong[i].part);
    assert_null(model);
  }
  dks_model* model = NULL;
  assert_fails(
      make_house(kHouse, "{\"model\": {\"A\": [[[1]]], \"B\": [[[[2]]]]}}", &model),
      DKS_E_INVALID,
      "home/minds/thermostat.json:1: /model/B/0/0/0/0: B[0][0][0][0] is 2, expected 0 to 1"
  );
  assert_null(model);
}

// ---- attaching

static void a_room_is_kept_warm_by_a_mind_that_is_attached(void** state) {
  (void)state;
  dks_model* const model = house();
  dks_mind* const mind = make_mind(DKS_TYPE_F64);
  assert_ok(dks_model_attach_mind(model, "window", mind));
  dks_mind_destroy(mind);  // the model keeps what it needs
  const dks_agent_id window = spawn(model, "window");
  assert_int_equal(column_of(model, "window", "belief").type, DKS_TYPE_F64);
  assert_true(number(model, "window", "open", 0) == 0);
  int on = 0;
  for (int step = 0; step < 50; ++step) {
    const double cold = 0;
    assert_ok(dks_model_set(model, &window, 1, "observation", 0, &cold));
    assert_ok(dks_model_step(model, 1));
    assert_true(number(model, "window", "belief", 0) > 0.3);
    assert_true(number(model, "window", "free_energy", 0) > 0);
    on += number(model, "window", "action", 0) == 1;
  }
  assert_true(on > 45);
  // Not seen any more, it is believed to warm up.
  const double nothing = -1;
  assert_ok(dks_model_set(model, &window, 1, "observation", 0, &nothing));
  assert_ok(dks_model_step(model, 5));
  assert_true(number(model, "window", "belief", 1) > 0.8);
  dks_model_destroy(model);
}

static void the_columns_are_those_of_the_batch_calls(void** state) {
  (void)state;
  dks_model* const model = house();
  dks_mind* const mind = make_mind(DKS_TYPE_F64);
  assert_ok(dks_model_attach_mind(model, "window", mind));
  const dks_agent_id window = spawn(model, "window");
  double beliefs[2], energy = 0, q_pi[2];
  for (int step = 0; step < 20; ++step) {
    const int32_t seen = step % 3 - 1;
    const double value = seen;
    const int32_t action = (int32_t)number(model, "window", "action", 0);
    assert_ok(dks_model_set(model, &window, 1, "observation", 0, &value));
    assert_ok(dks_model_step(model, 1));
    if (step > 0) {
      assert_ok(dks_mind_predict(mind, beliefs, &action, 1, beliefs));
    }
    assert_ok(dks_mind_infer(mind, step > 0 ? beliefs : NULL, &seen, 1, beliefs, &energy));
    assert_ok(dks_mind_plan(mind, beliefs, NULL, 1, NULL, q_pi, NULL));
    assert_true(number(model, "window", "belief", 0) == beliefs[0]);
    assert_true(number(model, "window", "free_energy", 0) == energy);
    assert_true(number(model, "window", "choice", 1) == q_pi[1]);
  }
  dks_mind_destroy(mind);
  dks_model_destroy(model);
}

static void the_same_seed_and_inputs_give_the_same_hash(void** state) {
  (void)state;
  uint64_t hashes[2];
  for (int run = 0; run < 2; ++run) {
    dks_model* const model = house();
    for (int i = 0; i < 30; ++i) {
      const dks_agent_id agent = spawn(model, "thermostat");
      const double seen = i % 3 - 1;
      assert_ok(dks_model_set(model, &agent, 1, "observation", 0, &seen));
    }
    assert_ok(dks_model_step(model, 10));
    hashes[run] = hash_of(model);
    dks_model_destroy(model);
  }
  assert_int_equal(hashes[0], hashes[1]);
}

static void a_mind_is_refused_where_there_is_one_or_agents(void** state) {
  (void)state;
  dks_mind* const mind = make_mind(0);
  dks_model* model = house();
  assert_fails(
      dks_model_attach_mind(model, "thermostat", mind),
      DKS_E_INVALID,
      "agent type \"thermostat\" has a mind already, expected one without"
  );
  const dks_agent_id window = spawn(model, "window");
  const uint64_t before = hash_of(model);
  assert_fails(
      dks_model_attach_mind(model, "window", mind),
      DKS_E_INVALID,
      "agent type \"window\" has 1 agents, expected none"
  );
  assert_int_equal(hash_of(model), before);
  assert_ok(dks_model_step(model, 2));
  assert_ok(dks_model_remove(model, &window, 1));
  assert_ok(dks_model_attach_mind(model, "window", mind));
  spawn(model, "window");
  assert_ok(dks_model_step(model, 1));
  assert_true(number(model, "window", "action", 0) >= 0);
  assert_fails(
      dks_model_attach_mind(model, "windw", mind), DKS_E_NOTFOUND, "did you mean \"window\"?"
  );
  assert_fails(dks_model_attach_mind(model, NULL, mind), DKS_E_INVALID, "type: expected");
  assert_fails(dks_model_attach_mind(model, "window", NULL), DKS_E_INVALID, "mind: expected");
  assert_fails(dks_model_attach_mind(NULL, "window", mind), DKS_E_INVALID, "model: expected");
  dks_model_destroy(model);

  model = make_default(1);
  assert_fails(
      dks_model_attach_mind(model, "pet", mind),
      DKS_E_INVALID,
      "agent type \"pet\" has the mind of its species, expected a type without one"
  );
  dks_model_destroy(model);
  dks_mind_destroy(mind);
}

// What agents of such a type are not.
static void others_calls_know_that_they_are_no_pets(void** state) {
  (void)state;
  dks_model* const model = house();
  const dks_agent_id agent = spawn(model, "thermostat");
  assert_ok(dks_model_step(model, 1));
  char text[4096];
  uint64_t size = 0;
  assert_ok(dks_model_agent_json(model, agent, text, sizeof text, &size));
  assert_in(text, "\"free_energy\"");
  assert_int_not_equal(dks_model_explain(model, agent, text, sizeof text, &size), DKS_OK);
  const double on = 1;
  assert_fails(dks_model_set(model, &agent, 1, "action", 0, &on), DKS_E_INVALID, "is read only");
  const double third = 2;
  assert_fails(
      dks_model_set(model, &agent, 1, "observation", 0, &third), DKS_E_INVALID, "not in [-1, 1]"
  );
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_world_may_do_without_species),
      cmocka_unit_test(types_stand_beside_species),
      cmocka_unit_test(the_plan_names_what_stands_in_the_columns),
      cmocka_unit_test(wrong_types_are_refused),
      cmocka_unit_test(a_room_is_kept_warm_by_a_mind_that_is_attached),
      cmocka_unit_test(the_columns_are_those_of_the_batch_calls),
      cmocka_unit_test(the_same_seed_and_inputs_give_the_same_hash),
      cmocka_unit_test(a_mind_is_refused_where_there_is_one_or_agents),
      cmocka_unit_test(others_calls_know_that_they_are_no_pets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
