// What hosts learn of how pets feel. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <cmocka.h>

enum { kDay = 48, kPets = 64, kEmotions = 6 };
static const char* const kTypes[] = {"cat", "dog", "finch"};

static dks_model* model;

static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  model = NULL;
  return 0;
}

static int emotion_called(const char* name) {
  cJSON* const plan = model_json(dks_model_world_json, model);
  const cJSON* const names = cJSON_GetObjectItem(plan, "emotions");
  assert_int_equal(cJSON_GetArraySize(names), kEmotions);
  int found = -1;
  for (int i = 0; i < kEmotions; ++i) {
    found = strcmp(cJSON_GetArrayItem(names, i)->valuestring, name) == 0 ? i : found;
  }
  cJSON_Delete(plan);
  assert_true(found >= 0);
  return found;
}

// The last step's event that tells how an agent feels; NULL: it feels as before.
static const dks_event* emote_of(dks_agent_id agent) {
  dks_event_view view;
  assert_ok(dks_model_events(model, &view));
  const dks_event* found = NULL;
  for (uint64_t i = 0; i < view.count; ++i) {
    if (view.items[i].kind == DKS_EVENT_EMOTE && view.items[i].agent == agent) {
      assert_null(found);
      found = &view.items[i];
    }
  }
  return found;
}

static void an_event_tells_each_change_of_emotion(void** state) {
  (void)state;
  assert_ok(make_meadow(NULL, NULL, &model));
  double before[3][kPets];
  for (int type = 0; type < 3; ++type) {
    const dks_column emotion = column_of(model, kTypes[type], "emotion");
    for (uint64_t row = 0; row < emotion.count; ++row) {
      before[type][row] = column_number(&emotion, row, 0);
    }
  }
  int changes = 0, stays = 0;
  for (int step = 0; step < 2 * kDay; ++step) {
    assert_ok(dks_model_step(model, 1));
    for (int type = 0; type < 3; ++type) {
      const dks_column ids = column_of(model, kTypes[type], "id");
      const dks_column emotion = column_of(model, kTypes[type], "emotion");
      for (uint64_t row = 0; row < ids.count; ++row) {
        const double now = column_number(&emotion, row, 0);
        const dks_event* const event = emote_of(((const uint64_t*)ids.data)[row]);
        assert_int_equal(event != NULL, now != before[type][row]);
        if (event != NULL) {
          assert_true(event->value[0] == now);
          assert_true(event->value[1] >= 0 && event->value[1] <= 1);
        }
        before[type][row] = now;
        *(event != NULL ? &changes : &stays) += 1;
      }
    }
  }
  print_message("%d changes, %d times as before\n", changes, stays);
  assert_true(changes > 0 && changes < stays);
}

// Each name stands for its region, but for the margin in which a pet goes on feeling as before.
static void emotions_are_regions_of_valence_and_arousal(void** state) {
  (void)state;
  static const struct {
    const char* name;
    double least_valence, most_valence;
    int roused;
  } regions[kEmotions] = {
      {"excited", 0.2, 1, 1},
      {"content", 0.2, 1, 0},
      {"alert", -0.2, 0.2, 1},
      {"calm", -0.2, 0.2, 0},
      {"anxious", -1, -0.2, 1},
      {"sad", -1, -0.2, 0},
  };
  // The feeders stay empty: the first days are good, the others are not.
  assert_ok(make_meadow(NULL, "{\"layers\": {\"food\": {\"growth\": 0}}}", &model));
  int seen[kEmotions] = {0};
  int at[kEmotions];
  for (int i = 0; i < kEmotions; ++i) {
    at[i] = emotion_called(regions[i].name);
  }
  const double margin = 0.15 + 1e-6;
  for (int step = 0; step < 4 * kDay; ++step) {
    assert_ok(dks_model_step(model, 1));
    const dks_column emotion = column_of(model, "cat", "emotion");
    const dks_column valence = column_of(model, "cat", "valence");
    const dks_column arousal = column_of(model, "cat", "arousal");
    for (uint64_t row = 0; row < emotion.count; ++row) {
      for (int i = 0; i < kEmotions; ++i) {
        if (column_number(&emotion, row, 0) != at[i]) {
          continue;
        }
        ++seen[i];
        const double v = column_number(&valence, row, 0);
        const double a = column_number(&arousal, row, 0);
        assert_true(v >= regions[i].least_valence - margin);
        assert_true(v <= regions[i].most_valence + margin);
        assert_true(regions[i].roused ? a >= 0.5 - margin : a <= 0.5 + margin);
      }
    }
  }
  for (int i = 0; i < kEmotions; ++i) {
    print_message("%s %d\n", regions[i].name, seen[i]);
    assert_true(seen[i] > 0);
  }
}

static void an_agent_says_how_it_feels(void** state) {
  (void)state;
  assert_ok(make_meadow(NULL, NULL, &model));
  assert_ok(dks_model_step(model, kDay));
  const dks_column ids = column_of(model, "cat", "id");
  for (uint64_t row = 0; row < ids.count; ++row) {
    const dks_agent_id id = ((const uint64_t*)ids.data)[row];
    cJSON* const json = agent_json(dks_model_agent_json, model, id);
    const int said = emotion_called(cJSON_GetObjectItem(json, "emotion")->valuestring);
    cJSON_Delete(json);
    const dks_column emotion = column_of(model, "cat", "emotion");
    assert_true(column_number(&emotion, row, 0) == said);
  }
}

// Dominance is precision: the conscientious are surer of what they do than others of their species.
static void precision_is_dominance(void** state) {
  (void)state;
  assert_ok(make_meadow(
      NULL,
      "{\"species\": [\"pet\"], \"pets\": [{\"species\": \"pet\", \"count\": 20, "
      "\"personality\": {\"conscientiousness\": 1, \"neuroticism\": 0}}, {\"species\": \"pet\", "
      "\"count\": 20, \"personality\": {\"conscientiousness\": 0, \"neuroticism\": 1}}]}",
      &model
  ));
  double sum[2] = {0};
  for (int step = 0; step < kDay; ++step) {
    assert_ok(dks_model_step(model, 1));
    const dks_column dominance = column_of(model, "pet", "dominance");
    for (uint64_t row = 0; row < dominance.count; ++row) {
      const double d = column_number(&dominance, row, 0);
      assert_true(d > 0 && d < 1);
      sum[row / 20] += d / (20 * kDay);
    }
  }
  print_message("sure %.3f, unsure %.3f\n", sum[0], sum[1]);
  assert_true(sum[0] > 0.5 && sum[1] < 0.5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(an_event_tells_each_change_of_emotion, teardown),
      cmocka_unit_test_teardown(emotions_are_regions_of_valence_and_arousal, teardown),
      cmocka_unit_test_teardown(an_agent_says_how_it_feels, teardown),
      cmocka_unit_test_teardown(precision_is_dominance, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
