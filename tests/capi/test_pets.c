// How pets live: what their deeds do to each other and to the world, and what hosts hear of it.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <math.h>

#include <cmocka.h>

// A species with two vital needs that knows how hungry it is, and does what `actions` say.
#define SPECIES(more, actions)                                                              \
  "{\"name\": \"p\", \"sight\": 3, "                                                        \
  "\"needs\": {\"energy\": {\"initial\": 0.6, \"loss\": 0, \"levels\": [0.2, 0.5], "        \
  "\"vital\": true}, \"rest\": {\"initial\": 0.6, \"loss\": 0, \"levels\": [0.2], "         \
  "\"vital\": true}}, "                                                                     \
  "\"factors\": {\"energy\": {\"levels\": [\"low\", \"fair\", \"high\"]}}, "                \
  "\"modalities\": {\"energy\": {\"of\": [\"energy\"], \"sense\": {\"need\": \"energy\"}, " \
  "\"outcomes\": {\"low\": -3, \"fair\": 0, \"high\": 1}}" COMPANY "}, " more               \
  "\"actions\": {" actions "}}"
#define COMPANY                                                                            \
  ", \"company\": {\"of\": [\"energy\"], \"sense\": {\"company\": {\"alone\": \"alone\", " \
  "\"friendly\": \"friend\", \"hostile\": \"foe\"}}, "                                     \
  "\"outcomes\": {\"alone\": 0, \"friend\": 0, \"foe\": 0}}"
#define WORLD(more, species) "{" more "\"species\": [" species "]}"

static dks_model* model;

static void make(const char* json) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.max_agents = 2000;
  assert_ok(make_world(&desc, json, &model));
}

static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  model = NULL;
  return 0;
}

// The last step's `index`-th event of a kind; NULL: there are fewer.
static const dks_event* event_of(uint32_t kind, uint64_t index) {
  dks_event_view view;
  assert_ok(dks_model_events(model, &view));
  for (uint64_t i = 0; i < view.count; ++i) {
    if (view.items[i].kind == kind && index-- == 0) {
      return &view.items[i];
    }
  }
  return NULL;
}

static double field_of(dks_agent_id agent, const char* field) {
  const dks_column ids = column_of(model, "p", "id");
  const dks_column values = column_of(model, "p", field);
  for (uint64_t row = 0; row < ids.count; ++row) {
    if (((const uint64_t*)ids.data)[row] == agent) {
      return column_number(&values, row, 0);
    }
  }
  fail_msg("no agent %llu", (unsigned long long)agent);
  return 0;
}

static void set_field(dks_agent_id agent, const char* field, double value) {
  assert_ok(dks_model_set(model, &agent, 1, field, 0, &value));
}

// How well it knows somebody, by what the library tells of it; 0: not at all.
static double familiarity(dks_agent_id agent, dks_agent_id other) {
  cJSON* const json = agent_json(dks_model_agent_json, model, agent);
  const cJSON* tie = NULL;
  double found = 0;
  cJSON_ArrayForEach(tie, cJSON_GetObjectItem(json, "ties")) {
    if (cJSON_GetObjectItem(tie, "id")->valuedouble == (double)other) {
      found = cJSON_GetObjectItem(tie, "familiarity")->valuedouble;
    }
  }
  cJSON_Delete(json);
  return found;
}

#define GROOM \
  "\"groom\": {\"does\": [{\"verb\": \"contact\", \"need\": \"rest\", \"amount\": 0.1}]}"

static void contact_is_mutual(void** state) {
  (void)state;
  make(WORLD("", SPECIES("", GROOM)));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  const dks_agent_id b = spawn_at(model, "b", 5, 6);
  set_field(b, "withdrawn", 1);  // it only suffers what a does
  assert_ok(dks_model_step(model, 1));
  assert_non_null(event_of(DKS_EVENT_MET, 0));
  assert_null(event_of(DKS_EVENT_MET, 1));
  assert_int_equal(event_of(DKS_EVENT_MET, 0)->agent, a);
  assert_int_equal(event_of(DKS_EVENT_MET, 0)->other, b);
  assert_true(fabs(field_of(a, "rest") - 0.7) < 1e-6);
  assert_true(fabs(field_of(b, "rest") - 0.7) < 1e-6);
  assert_ok(dks_model_step(model, 1));
  assert_null(event_of(DKS_EVENT_MET, 0));  // they know each other
  assert_true(familiarity(a, b) > 0.2);
  assert_true(familiarity(b, a) > 0.15);
}

static void what_is_given_is_taken(void** state) {
  (void)state;
  make(WORLD(
      "",
      SPECIES(
          "",
          "\"give\": {\"does\": [{\"verb\": \"give\", \"need\": \"rest\", "
          "\"amount\": 0.25}]}"
      )
  ));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  const dks_agent_id b = spawn_at(model, "b", 5, 6);
  set_field(b, "withdrawn", 1);
  assert_ok(dks_model_step(model, 1));
  const dks_event* const shared = event_of(DKS_EVENT_SHARED, 0);
  assert_non_null(shared);
  assert_int_equal(shared->agent, a);
  assert_int_equal(shared->other, b);
  assert_true(fabs(shared->value[0] - 0.25) < 1e-6);
  assert_true(shared->value[1] == 1);  // rest
  assert_true(fabs(field_of(a, "rest") - 0.35) < 1e-6);
  assert_true(fabs(field_of(b, "rest") - 0.85) < 1e-6);
}

#define IDLE "\"idle\": {}"

static void an_event_names_the_need_that_is_critical(void** state) {
  (void)state;
  make(WORLD("", SPECIES("", IDLE)));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  set_field(a, "rest", 0.1);
  assert_ok(dks_model_step(model, 1));
  assert_non_null(event_of(DKS_EVENT_CRITICAL, 0));
  assert_int_equal(event_of(DKS_EVENT_CRITICAL, 0)->agent, a);
  assert_true(event_of(DKS_EVENT_CRITICAL, 0)->value[0] == 1);
  set_field(a, "rest", 0.5);
  assert_ok(dks_model_step(model, 1));
  assert_non_null(event_of(DKS_EVENT_RELIEVED, 0));
  assert_null(event_of(DKS_EVENT_CRITICAL, 0));
}

static void what_was_critical_is_told_though_it_passed_in_the_same_step(void** state) {
  (void)state;
  make(WORLD(
      "",
      SPECIES(
          "", "\"nap\": {\"does\": [{\"verb\": \"restore\", \"need\": \"rest\", \"amount\": 0.8}]}"
      )
  ));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  set_field(a, "rest", 0.1);
  assert_ok(dks_model_step(model, 1));
  assert_true(field_of(a, "rest") > 0.8);
  assert_non_null(event_of(DKS_EVENT_CRITICAL, 0));
  assert_true(event_of(DKS_EVENT_CRITICAL, 0)->value[0] == 1);
}

static void an_event_names_the_object_that_is_used(void** state) {
  (void)state;
  make(WORLD(
      "\"objects\": {\"kinds\": {\"bed\": {\"affords\": {\"sleep\": 1}}, "
      "\"ball\": {\"affords\": {\"play\": 0.5}}}, "
      "\"placed\": [{\"kind\": \"ball\", \"x\": 4, \"y\": 4}]}, ",
      SPECIES(
          "",
          "\"play\": {\"does\": [{\"verb\": \"go\", \"to\": {\"affords\": \"play\"}}, "
          "{\"verb\": \"restore\", \"need\": \"rest\", \"amount\": 0.2, "
          "\"at\": {\"affords\": \"play\"}}]}"
      )
  ));
  const dks_agent_id a = spawn_at(model, "a", 4, 6);
  assert_ok(dks_model_step(model, 1));
  assert_non_null(event_of(DKS_EVENT_USED, 0));
  assert_true(event_of(DKS_EVENT_USED, 0)->value[0] == 1);
  assert_true(field_of(a, "cell") == 4 * 20 + 4);
  assert_true(fabs(field_of(a, "rest") - 0.7) < 1e-6);  // at half its strength
}

static void a_call_is_heard_by_the_nearest_and_by_the_world(void** state) {
  (void)state;
  enum { kCrowd = 40, kHearers = 16 };
  make(WORLD("", SPECIES("", "\"call\": {\"does\": [{\"verb\": \"call\"}]}")));
  for (int i = 0; i < kCrowd; ++i) {
    spawn_at(model, NULL, 10, 10);
  }
  const dks_agent_id near = spawn_at(model, "near", 12, 10);
  const dks_agent_id far = spawn_at(model, "far", 0, 0);
  set_field(near, "withdrawn", 1);
  set_field(far, "withdrawn", 1);
  assert_ok(dks_model_step(model, 1));
  dks_message_view view;
  assert_ok(dks_model_outbox(model, &view));
  assert_int_equal(view.count, kCrowd);
  for (uint64_t i = 0; i < view.count; ++i) {
    assert_string_equal(view.items[i].to, "world");
    assert_string_equal(view.items[i].kind, "call");
  }
  assert_ok(dks_model_step(model, 1));
  assert_ok(dks_model_messages(model, &view));
  assert_int_equal(view.count, kCrowd * kHearers);
  assert_ok(dks_model_queue(model, far, &view));
  assert_int_equal(view.count, 0);
}

static void the_nearest_stranger_is_company(void** state) {
  (void)state;
  make(WORLD("", SPECIES("", IDLE)));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  const dks_agent_id same_cell = spawn_at(model, "b", 5, 5);
  spawn_at(model, "c", 4, 4);
  assert_ok(dks_model_step(model, 1));
  assert_true(field_of(a, "partner") == (double)same_cell);
}

// ---- withdrawing

#define EATER                                                                      \
  "\"care\": {\"feed\": {\"needs\": {\"energy\": 0.3}}}, \"withdraw_after\": 10, " \
  "\"recovers_at\": 0.4, "

static void neglect(dks_agent_id agent) {
  set_field(agent, "energy", 0);
  set_field(agent, "rest", 0);
  for (int step = 0; step < 10; ++step) {
    assert_null(event_of(DKS_EVENT_WITHDREW, 0));
    assert_ok(dks_model_step(model, 1));
  }
  assert_non_null(event_of(DKS_EVENT_WITHDREW, 0));
  assert_int_equal(event_of(DKS_EVENT_WITHDREW, 0)->agent, agent);
}

static int recovers_within(int steps) {
  for (int step = 0; step < steps; ++step) {
    assert_ok(dks_model_step(model, 1));
    if (event_of(DKS_EVENT_RECOVERED, 0) != NULL) {
      return 1;
    }
  }
  return 0;
}

static void a_withdrawn_pet_does_nothing_until_care_brings_it_back(void** state) {
  (void)state;
  make(WORLD("", SPECIES(EATER, GROOM)));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  neglect(a);
  assert_ok(dks_model_step(model, 1));
  assert_true(field_of(a, "action") == 1);  // behind the last: none
  cJSON* const why = agent_json(dks_model_explain, model, a);
  assert_true(cJSON_IsNull(cJSON_GetObjectItem(why, "chosen")));
  cJSON_Delete(why);
  cJSON* const json = agent_json(dks_model_agent_json, model, a);
  assert_string_equal(cJSON_GetObjectItem(json, "action")->valuestring, "none");
  cJSON_Delete(json);
  assert_false(recovers_within(100));
  dks_message food = feed("ana", "a");
  for (int meal = 0; meal < 2; ++meal) {
    assert_ok(dks_model_post(model, &food, 1));
    assert_ok(dks_model_step(model, 1));
  }
  assert_true(field_of(a, "withdrawn") == 1);  // fed, but tired
  set_field(a, "rest", 0.5);
  assert_true(recovers_within(1));
}

static void a_neglected_meadow_pet_recovers_by_being_fed(void** state) {
  (void)state;
  assert_ok(make_meadow(NULL, "{\"layers\": {\"food\": {\"growth\": 0, \"areas\": []}}}", &model));
  dks_agent_id momo = 0;
  assert_ok(dks_model_find(model, "Momo", &momo));
  int withdrew = 0;
  for (int step = 0; step < 20 * 48 && !withdrew; ++step) {
    assert_ok(dks_model_step(model, 1));
    for (uint64_t i = 0; event_of(DKS_EVENT_WITHDREW, i) != NULL; ++i) {
      withdrew |= event_of(DKS_EVENT_WITHDREW, i)->agent == momo;
    }
  }
  assert_true(withdrew);
  int back = 0;
  for (int step = 0; step < 3 * 48 && !back; ++step) {
    const dks_message food = feed("ana", "Momo");
    if (step % 8 == 0) {
      assert_ok(dks_model_post(model, &food, 1));
    }
    assert_ok(dks_model_step(model, 1));
    for (uint64_t i = 0; event_of(DKS_EVENT_RECOVERED, i) != NULL; ++i) {
      back |= event_of(DKS_EVENT_RECOVERED, i)->agent == momo;
    }
  }
  assert_true(back);
}

// ---- stages

static void a_pet_lives_once_a_step_however_many_stages(void** state) {
  (void)state;
  static const char* const stages[] = {
      "\"a\"", "\"a\", \"b\", \"c\"", "\"sense\", \"think\", \"act\"", "\"x\", \"act\""};
  for (size_t i = 0; i < sizeof stages / sizeof stages[0]; ++i) {
    char json[2000];
    snprintf(
        json,
        sizeof json,
        WORLD(
            "\"activation\": {\"kind\": \"StagedActivation\", \"stages\": [%s]}, ",
            SPECIES(EATER, GROOM)
        ),
        stages[i]
    );
    make(json);
    const dks_agent_id a = spawn_at(model, "a", 5, 5);
    set_field(a, "energy", 0.1);
    const dks_message food = feed("ana", "a");
    assert_ok(dks_model_post(model, &food, 1));
    assert_ok(dks_model_step(model, 3));
    assert_true(field_of(a, "lived") == 3);
    assert_true(field_of(a, "care") == 1);
    assert_true(fabs(field_of(a, "energy") - 0.4) < 1e-6);
    dks_model_destroy(model);
    model = NULL;
  }
  assert_fails(
      make_world(
          NULL,
          WORLD(
              "\"activation\": {\"kind\": \"StagedActivation\", \"stages\": [\"act\", "
              "\"sense\"]}, ",
              SPECIES("", GROOM)
          ),
          &model
      ),
      DKS_E_INVALID,
      "not the other way round"
  );
}

// Perceiving in one stage and acting in another, everybody sees the world before anybody acts: here
// all see each other, before all run away to the tree.
static void with_stages_all_perceive_before_one_acts(void** state) {
  (void)state;
  enum { kPets = 10 };
  static const char* const activations[] = {
      "\"RandomActivation\"", "\"StagedActivation\", \"stages\": [\"sense\", \"think\", \"act\"]"};
  for (int staged = 0; staged < 2; ++staged) {
    char json[2000];
    snprintf(
        json,
        sizeof json,
        WORLD(
            "\"activation\": {\"kind\": %s}, \"objects\": {\"kinds\": {\"tree\": "
            "{\"affords\": {\"hide\": 1}}}, \"placed\": [{\"kind\": \"tree\", \"x\": 9, "
            "\"y\": 2}]}, ",
            SPECIES(
                "",
                "\"run\": {\"does\": [{\"verb\": \"go\", \"to\": {\"affords\": "
                "\"hide\"}}]}"
            )
        ),
        activations[staged]
    );
    make(json);
    for (int i = 0; i < kPets; ++i) {
      spawn_at(model, NULL, 2, 2);
    }
    assert_ok(dks_model_step(model, 1));
    const dks_column partners = column_of(model, "p", "partner");
    int alone = 0;
    for (uint64_t row = 0; row < kPets; ++row) {
      alone += column_number(&partners, row, 0) == 0;
    }
    assert_int_equal(alone, staged ? 0 : 1);
    dks_model_destroy(model);
    model = NULL;
  }
}

// ---- moving

static void wandering_leads_everywhere(void** state) {
  (void)state;
  enum { kPets = 600, kMiddle = 10, kReach = 2 };
  static const char* const kinds[] = {"moore", "von_neumann"};
  for (int kind = 0; kind < 2; ++kind) {
    char json[2000];
    snprintf(
        json,
        sizeof json,
        WORLD(
            "\"grid\": {\"width\": 21, \"height\": 21, \"neighbourhood\": \"%s\"}, ",
            SPECIES("", "\"stray\": {\"does\": [{\"verb\": \"wander\"}, {\"verb\": \"wander\"}]}")
        ),
        kinds[kind]
    );
    make(json);
    for (int i = 0; i < kPets; ++i) {
      spawn_at(model, NULL, kMiddle, kMiddle);
    }
    assert_ok(dks_model_step(model, 1));
    const dks_column cells = column_of(model, "p", "cell");
    int seen[2 * kReach + 1][2 * kReach + 1] = {{0}};
    for (uint64_t row = 0; row < cells.count; ++row) {
      const int cell = (int)column_number(&cells, row, 0);
      const int dx = cell % 21 - kMiddle;
      const int dy = cell / 21 - kMiddle;
      assert_true(abs(dx) <= kReach && abs(dy) <= kReach);
      assert_true(kind == 0 || abs(dx) + abs(dy) <= kReach);
      ++seen[dy + kReach][dx + kReach];
    }
    int reached = 0;
    for (int i = 0; i < 25; ++i) {
      reached += seen[i / 5][i % 5] > 0;
    }
    assert_int_equal(reached, kind == 0 ? 25 : 13);
    dks_model_destroy(model);
    model = NULL;
  }
}

// ---- choosing

static void habits_decide_where_no_action_is_expected_to_do_anything(void** state) {
  (void)state;
  make(WORLD("", SPECIES("", "\"a\": {\"habit\": 1}, \"b\": {\"habit\": 2}, \"c\": {\"habit\": 5}"))
  );
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  assert_ok(dks_model_step(model, 1));
  const dks_column choice = column_of(model, "p", "choice");
  assert_true(fabs(column_number(&choice, 0, 0) - 0.125) < 1e-6);
  assert_true(fabs(column_number(&choice, 0, 1) - 0.25) < 1e-6);
  assert_true(fabs(column_number(&choice, 0, 2) - 0.625) < 1e-6);
  cJSON_Delete(agent_json(dks_model_explain, model, a));
}

#define EAT                                                                       \
  "\"eat\": {\"expects\": [{\"factor\": \"energy\", \"shift\": {\"1\": 0.5}}]}, " \
  "\"idle\": {\"habit\": 3}, "                                                    \
  "\"run\": {\"expects\": [{\"factor\": \"energy\", \"shift\": {\"-1\": 0.3}}]}"

// One step ahead, a choice is the softmax of the scores that explain tells.
static void scores_explain_the_choice(void** state) {
  (void)state;
  make(WORLD(
      "",
      SPECIES(
          "\"mind\": {\"depth\": 1, \"gamma\": 1.5}, "
          "\"personality\": [{\"trait\": \"openness\", \"of\": \"gamma\", \"weight\": 0.8}, "
          "{\"trait\": \"extraversion\", \"of\": \"habit\", \"action\": \"run\", \"weight\": 0.9}, "
          "{\"trait\": \"neuroticism\", \"of\": \"preference\", \"modality\": \"energy\", "
          "\"outcome\": \"low\", \"weight\": -2}], ",
          EAT
      )
  ));
  const dks_agent_id a = spawn_at(model, "a", 5, 5);
  const double traits[] = {0.9, 0.5, 0.1, 0.5, 0.8};
  for (uint32_t i = 0; i < 5; ++i) {
    assert_ok(dks_model_set(model, &a, 1, "personality", i, &traits[i]));
  }
  assert_ok(dks_model_step(model, 4));
  cJSON* const why = agent_json(dks_model_explain, model, a);
  const double gamma = cJSON_GetObjectItem(why, "gamma")->valuedouble;
  assert_true(fabs(gamma - 1.5 * exp(0.8 * 0.8)) < 1e-6);
  const cJSON* const options = cJSON_GetObjectItem(why, "actions");
  double weights[3];
  double total = 0;
  for (int i = 0; i < 3; ++i) {
    const cJSON* const option = cJSON_GetArrayItem(options, i);
    weights[i] = exp(gamma * cJSON_GetObjectItem(option, "score")->valuedouble);
    total += weights[i];
  }
  for (int i = 0; i < 3; ++i) {
    const cJSON* const option = cJSON_GetArrayItem(options, i);
    const double p = cJSON_GetObjectItem(option, "probability")->valuedouble;
    assert_true(fabs(p - weights[i] / total) < 1e-6);
  }
  cJSON_Delete(why);
}

static void chance_does_not_choose_by_scores(void** state) {
  (void)state;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.mind = "random";
  assert_ok(make_world(&desc, WORLD("", SPECIES("", EAT)), &model));
  spawn_at(model, "a", 5, 5);
  assert_ok(dks_model_step(model, 2));
  const dks_column choice = column_of(model, "p", "choice");
  for (uint32_t i = 0; i < 3; ++i) {
    assert_true(fabs(column_number(&choice, 0, i) - 1.0 / 3) < 1e-6);
  }
}

// Modulations of the greatest weight, all of one sign.
static void no_personality_breaks_the_mind(void** state) {
  (void)state;
  static const char* const parameters[] = {"gamma", "information_gain"};
  for (int i = 0; i < 4; ++i) {
    char item[200];
    char list[2000] = "";
    for (int n = 0; n < 8; ++n) {
      snprintf(
          item,
          sizeof item,
          "%s{\"trait\": \"openness\", \"of\": \"%s\", \"weight\": 100}",
          n == 0 ? "" : ", ",
          parameters[i / 2]
      );
      strcat(list, item);
    }
    char json[4000];
    snprintf(json, sizeof json, WORLD("", SPECIES("\"personality\": [%s], ", EAT)), list);
    make(json);
    const dks_agent_id a = spawn_at(model, "a", 5, 5);
    set_field(a, "personality", i % 2);
    assert_ok(dks_model_step(model, 20));
    assert_true(isfinite(field_of(a, "mood")));
    assert_true(isfinite(field_of(a, "valence")));
    assert_true(isfinite(field_of(a, "choice")));
    cJSON_Delete(agent_json(dks_model_explain, model, a));
    dks_model_destroy(model);
    model = NULL;
  }
}

#define TEST(name) cmocka_unit_test_teardown(name, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(contact_is_mutual),
      TEST(what_is_given_is_taken),
      TEST(an_event_names_the_need_that_is_critical),
      TEST(what_was_critical_is_told_though_it_passed_in_the_same_step),
      TEST(an_event_names_the_object_that_is_used),
      TEST(a_call_is_heard_by_the_nearest_and_by_the_world),
      TEST(the_nearest_stranger_is_company),
      TEST(a_withdrawn_pet_does_nothing_until_care_brings_it_back),
      TEST(a_neglected_meadow_pet_recovers_by_being_fed),
      TEST(a_pet_lives_once_a_step_however_many_stages),
      TEST(with_stages_all_perceive_before_one_acts),
      TEST(wandering_leads_everywhere),
      TEST(habits_decide_where_no_action_is_expected_to_do_anything),
      TEST(scores_explain_the_choice),
      TEST(chance_does_not_choose_by_scores),
      TEST(no_personality_breaks_the_mind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
