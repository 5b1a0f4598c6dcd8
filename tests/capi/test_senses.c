// What a pet perceives of the environment and of things in its cell. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cmocka.h>

// A pet that smells how stale the air is, and feels whether it stands where one can sleep.
static const char kWorld[] =
    "{\"species\": [\"miner.json\"], \"mind\": \"random\", \"layers\": {\"food\": {},"
    " \"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"]}},"
    " \"environment\": {\"fields\": {\"co2\": {\"min\": 0, \"max\": 3}}},"
    " \"objects\": {\"kinds\": {\"bed\": {\"affords\": {\"sleep\": 1}},"
    "   \"ball\": {\"affords\": {\"play\": 1}}},"
    "   \"placed\": [{\"kind\": \"bed\", \"x\": 2, \"y\": 2}, {\"kind\": \"ball\", \"x\": 9, "
    "\"y\": 9}]}}";
static const char kMiner[] =
    "{\"name\": \"miner\", \"extends\": \"pet\", \"factors\": {"
    "  \"air\": {\"levels\": [\"fresh\", \"close\", \"stale\"]},"
    "  \"bedside\": {\"levels\": [\"away\", \"here\"]}},"
    " \"modalities\": {"
    "  \"air\": {\"of\": [\"air\"], \"sense\": {\"field\": \"co2\", \"thresholds\": [1, 2]},"
    "    \"outcomes\": {\"fresh\": 1, \"close\": 0, \"stale\": -2}},"
    "  \"bedside\": {\"of\": [\"bedside\"], \"sense\": {\"object\": \"sleep\"},"
    "    \"outcomes\": {\"away\": 0, \"here\": 0.5}}}}";

static dks_model* make_mine(void) {
  const dks_document items[] = {
      {"mine.json", kWorld, sizeof kWorld - 1}, {"miner.json", kMiner, sizeof kMiner - 1}};
  dks_model* model = NULL;
  assert_ok(dks_model_create_world(NULL, items, 2, &model));
  return model;
}

// What the pet perceived of a modality in its last step.
static void expect_perceived(
    const dks_model* model, dks_agent_id pet, const char* modality, const char* outcome
) {
  cJSON* const why = agent_json(dks_model_explain, model, pet);
  const cJSON* const perceived = cJSON_GetObjectItemCaseSensitive(why, "perceived");
  const cJSON* const came = cJSON_GetObjectItemCaseSensitive(perceived, modality);
  assert_non_null(came);
  assert_string_equal(cJSON_GetStringValue(came), outcome);
  cJSON_Delete(why);
}

static void a_field_shows_by_its_thresholds(void** state) {
  (void)state;
  static const struct {
    double co2;
    const char* shown;
  } kAirs[] = {
      {0, "fresh"},
      {0.99, "fresh"},
      {1.01, "close"},
      {1.99, "close"},
      {2.01, "stale"},
      {3, "stale"},
      {0.5, "fresh"}};
  dks_model* const model = make_mine();
  const dks_agent_id pet = spawn_at(model, NULL, 5, 5);
  for (size_t i = 0; i < sizeof kAirs / sizeof kAirs[0]; ++i) {
    assert_ok(dks_model_drive(model, "co2", kAirs[i].co2, 1));
    assert_ok(dks_model_step(model, 1));
    expect_perceived(model, pet, "air", kAirs[i].shown);
  }
  dks_model_destroy(model);
}

static void an_object_shows_where_it_lies_if_it_affords_that(void** state) {
  (void)state;
  static const struct {
    int32_t x;
    const char* shown;
  } kCells[] = {{2, "here"}, {9, "away"}, {5, "away"}};
  dks_model* const model = make_mine();
  const dks_agent_id pet = spawn_at(model, NULL, 0, 0);
  for (size_t i = 0; i < sizeof kCells / sizeof kCells[0]; ++i) {
    assert_ok(dks_model_move(model, &pet, &kCells[i].x, &kCells[i].x, 1));
    assert_ok(dks_model_step(model, 1));
    expect_perceived(model, pet, "bedside", kCells[i].shown);
  }
  dks_model_destroy(model);
}

// What came as a surprise is told in words that fit the sense.
static void explanations_tell_of_fields_and_objects(void** state) {
  (void)state;
  static const struct {
    double co2;
    int32_t x;
    const char* told;
  } kSteps[] = {
      {3, 2, "It was its first step."},
      {3,
       3,
       "it could not sleep there: it had given that 10 chances in 100, and rather expected that it "
       "would be able to sleep there."},
      {3, 3, "Nothing surprised it."},
      {0,
       3,
       "the air was fresh: it had given that 3 chances in 100, and rather expected that the air "
       "would be stale."},
      {3, 3, "Nothing surprised it."},
      {3, 2, "it could sleep there:"}};
  dks_model* const model = make_mine();
  const dks_agent_id pet = spawn_at(model, NULL, 2, 2);
  for (size_t i = 0; i < sizeof kSteps / sizeof kSteps[0]; ++i) {
    assert_ok(dks_model_move(model, &pet, &kSteps[i].x, &kSteps[i].x, 1));
    assert_ok(dks_model_drive(model, "co2", kSteps[i].co2, 1));
    assert_ok(dks_model_step(model, 1));
    char* const why = agent_text(dks_model_explain, model, pet);
    assert_in(why, kSteps[i].told);
    free(why);
  }
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_field_shows_by_its_thresholds),
      cmocka_unit_test(an_object_shows_where_it_lies_if_it_affords_that),
      cmocka_unit_test(explanations_tell_of_fields_and_objects),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
