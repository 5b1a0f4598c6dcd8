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

static double number(const cJSON* json, const char* key) {
  return item(json, key)->valuedouble;
}

#define LEARNS "\"learning\": {\"habits\": 1, \"company\": 1, \"food\": 1}"

// What was expected of each sense is a distribution, and says how surprising it was what came.
static void check_surprises(const cJSON* why) {
  const cJSON* sense = NULL;
  cJSON_ArrayForEach(sense, item(why, "predicted")) {
    const cJSON* outcome = NULL;
    double total = 0;
    cJSON_ArrayForEach(outcome, sense) {
      assert_true(outcome->valuedouble >= 0 && outcome->valuedouble <= 1);
      total += outcome->valuedouble;
    }
    assert_true(fabs(total - 1) < 1e-9);
    const cJSON* const came = item(item(why, "perceived"), sense->string);
    const cJSON* const surprise = item(item(why, "surprise"), sense->string);
    assert_int_equal(cJSON_IsNull(came), cJSON_IsNull(surprise));
    if (!cJSON_IsNull(came)) {
      const double p = number(sense, came->valuestring);
      assert_true(fabs(surprise->valuedouble + log(p)) < 1e-9);
    }
  }
}

// The chance of an action is that of all courses that begin with it: softmax(gamma * score) over
// the courses of those actions that were followed, which were the best ones at first look.
static void check_courses(const cJSON* why, int kept) {
  const double gamma = number(why, "gamma");
  const cJSON* option = NULL;
  const cJSON* course = NULL;
  double best = -HUGE_VAL;
  double worst_followed = HUGE_VAL;
  double best_dropped = -HUGE_VAL;
  int followed = 0;
  cJSON_ArrayForEach(option, item(why, "actions")) {
    const double habit = number(item(option, "terms"), "habit");
    const double first_look = number(option, "first_look") - habit;
    if (!cJSON_IsTrue(item(option, "followed"))) {
      best_dropped = fmax(best_dropped, first_look);
      assert_true(number(option, "first_look") == number(option, "score"));
      assert_true(number(option, "probability") == 0);
      assert_int_equal(cJSON_GetArraySize(item(option, "best_course")), 1);
      assert_int_equal(cJSON_GetArraySize(item(option, "courses")), 0);
      continue;
    }
    ++followed;
    worst_followed = fmin(worst_followed, first_look);
    best = fmax(best, number(option, "score"));
  }
  assert_int_equal(followed, kept);
  assert_true(best_dropped < worst_followed + 1e-4);  // pets think in floats
  double all = 0;
  cJSON_ArrayForEach(option, item(why, "actions")) {
    double best_course = -HUGE_VAL;
    cJSON_ArrayForEach(course, item(option, "courses")) {
      all += exp(gamma * (number(course, "score") - best));
      best_course = fmax(best_course, number(course, "score"));
    }
    assert_true(!cJSON_IsTrue(item(option, "followed")) || best_course == number(option, "score"));
  }
  cJSON_ArrayForEach(option, item(why, "actions")) {
    double own = 0;
    cJSON_ArrayForEach(course, item(option, "courses")) {
      own += exp(gamma * (number(course, "score") - best));
    }
    assert_true(fabs(own / all - number(option, "probability")) < 1e-4);
  }
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
    assert_true(fabs(total - 1) < 1e-5);  // the column is of floats
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

// Of all pets of the meadow with these changes, while they are petted and scolded.
static void check_meadow(const char* changes) {
  static const char* const types[] = {"cat", "dog", "finch"};
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, changes, &model));
  for (int round = 0; round < 5; ++round) {
    for (int step = 0; step < 1 + 13 * round; ++step) {
      dks_message message = feed("ana", "*");
      message.kind = step % 2 == 0 ? "pet" : "scold";
      assert_ok(dks_model_post(model, &message, step % 3 == 0 ? 1 : 0));
      assert_ok(dks_model_step(model, 1));
    }
    for (int type = 0; type < 3; ++type) {
      const dks_column ids = column_of(model, types[type], "id");
      const dks_column actions = column_of(model, types[type], "action");
      for (uint64_t row = 0; row < ids.count; ++row) {
        const dks_agent_id agent = ((const uint64_t*)ids.data)[row];
        cJSON* const why = agent_json(dks_model_explain, model, agent);
        check_explanation(why);
        check_courses(why, 3);
        check_surprises(why);
        assert_in(item(why, "sentence")->valuestring, item(why, "chosen")->valuestring);
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

static void terms_add_up_to_the_score_for_every_pet(void** state) {
  (void)state;
  check_meadow(NULL);
}

static void terms_add_up_for_pets_that_learn(void** state) {
  (void)state;
  static const char* const changes =
      "{\"species\": [{\"extends\": \"pet\", \"name\": \"cat\", " LEARNS
      "}, {\"extends\": \"pet\", \"name\": \"dog\", " LEARNS
      "}, {\"extends\": \"pet\", \"name\": \"finch\", " LEARNS "}]}";
  check_meadow(changes);
}

// What is explained is the last thought, though the pet lived on.
#define LEARNS_SLOWLY                                                                             \
  "\"mind\": {\"think_every\": 4}, \"learning\": {\"habits\": 1, \"company\": 1, \"retention\": " \
  "0.5}"

static void terms_add_up_between_two_thoughts(void** state) {
  (void)state;
  static const char* const changes =
      "{\"species\": [{\"extends\": \"pet\", \"name\": \"cat\", " LEARNS_SLOWLY
      "}, {\"extends\": \"pet\", \"name\": \"dog\", " LEARNS_SLOWLY
      "}, {\"extends\": \"pet\", \"name\": \"finch\", " LEARNS_SLOWLY "}]}";
  check_meadow(changes);
}

static void a_pet_that_did_nothing_yet_has_beliefs_alone(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  cJSON* const why = agent_json(dks_model_explain, model, agent);
  assert_non_null(cJSON_GetObjectItem(why, "beliefs"));
  assert_null(cJSON_GetObjectItem(why, "chosen"));
  assert_string_equal(
      item(why, "sentence")->valuestring, "a has not lived a step yet: it chose nothing so far."
  );
  cJSON_Delete(why);
  dks_model_destroy(model);
}

// One need that sinks in a quarter of the steps, and one action that lifts it in half of them.
#define SEESAW                                                                              \
  "{\"species\": [{\"name\": \"p\", \"needs\": {\"energy\": {\"initial\": 0.6, "            \
  "\"loss\": 0.03, \"levels\": [0.5]}}, "                                                   \
  "\"factors\": {\"energy\": {\"levels\": [\"low\", \"high\"]}}, "                          \
  "\"drift\": [{\"factor\": \"energy\", \"shift\": {\"-1\": 0.25}}], "                      \
  "\"modalities\": {\"energy\": {\"of\": [\"energy\"], \"sense\": {\"need\": \"energy\"}, " \
  "\"accuracy\": 0.9, \"outcomes\": {\"low\": -1, \"high\": 0}}}, "                         \
  "\"mind\": {\"gamma\": 1}, \"actions\": {\"idle\": {}, \"eat\": {\"expects\": "           \
  "[{\"factor\": \"energy\", \"shift\": {\"1\": 0.5}}], "                                   \
  "\"does\": [{\"verb\": \"restore\", \"need\": \"energy\", \"amount\": 0.1}]}}}]}"

static double belief_in_high(const cJSON* why) {
  return number(item(item(why, "beliefs"), "energy"), "high");
}

static void what_was_predicted_is_what_the_last_action_led_to(void** state) {
  (void)state;
  dks_model* model = NULL;
  assert_ok(make_world(NULL, SEESAW, &model));
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  assert_ok(dks_model_step(model, 1));
  cJSON* before = agent_json(dks_model_explain, model, agent);
  int ate = 0;
  for (int step = 0; step < 40; ++step) {
    const double high = belief_in_high(before);
    const int eats = strcmp(item(before, "chosen")->valuestring, "eat") == 0;
    const double expected = eats ? high + (1 - high) * 0.5 : high * 0.75;
    ate += eats;
    assert_ok(dks_model_step(model, 1));
    cJSON* const why = agent_json(dks_model_explain, model, agent);
    const double predicted = number(item(item(why, "predicted"), "energy"), "high");
    assert_true(fabs(predicted - (0.9 * expected + 0.1 * (1 - expected))) < 1.0 / 64);
    cJSON_Delete(before);
    before = why;
  }
  cJSON_Delete(before);
  assert_true(ate > 5 && ate < 35);
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
      cmocka_unit_test(terms_add_up_for_pets_that_learn),
      cmocka_unit_test(terms_add_up_between_two_thoughts),
      cmocka_unit_test(a_pet_that_did_nothing_yet_has_beliefs_alone),
      cmocka_unit_test(what_was_predicted_is_what_the_last_action_led_to),
      cmocka_unit_test(explaining_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
