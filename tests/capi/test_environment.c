// The environment: fields, drivers, layers, timers, and its whole state as JSON.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <math.h>

#include <cmocka.h>

static dks_model* model;

static int setup(void** state) {
  (void)state;
  assert_ok(make_meadow(NULL, NULL, &model));
  return 0;
}
static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  return 0;
}

static void the_hour_goes_round_and_the_light_with_it(void** state) {
  (void)state;
  assert_ok(dks_model_step(model, 1));
  assert_true(environment_of(model, "hour") == 6);
  assert_ok(dks_model_step(model, 14));
  assert_true(environment_of(model, "hour") == 13);
  assert_true(environment_of(model, "light") > 0.3);
  assert_ok(dks_model_step(model, 24));
  assert_true(environment_of(model, "hour") == 1);
  assert_true(environment_of(model, "light") == 0);
}

static void a_driven_field_holds_for_its_steps(void** state) {
  (void)state;
  assert_ok(dks_model_drive(model, "temperature", -40, 3));
  for (int i = 0; i < 3; ++i) {
    assert_ok(dks_model_step(model, 1));
    assert_true(environment_of(model, "temperature") == -40);
  }
  assert_ok(dks_model_step(model, 1));
  assert_true(environment_of(model, "temperature") > -40);
}

static void a_field_driven_for_good_holds_until_it_is_released(void** state) {
  (void)state;
  assert_ok(dks_model_drive(model, "light", 0.125, 0));
  assert_ok(dks_model_step(model, 60));
  assert_true(environment_of(model, "light") == 0.125);
  assert_ok(dks_model_release(model, "light"));
  assert_ok(dks_model_step(model, 1));
  assert_true(environment_of(model, "light") != 0.125);
}

static void driving_one_field_leaves_the_others_course(void** state) {
  (void)state;
  dks_model* other = NULL;
  assert_ok(make_meadow(NULL, NULL, &other));
  assert_ok(dks_model_drive(other, "noise", 0.5, 0));
  assert_ok(dks_model_drive(other, "co2", 800, 0));
  for (int i = 0; i < 100; ++i) {
    assert_ok(dks_model_step(model, 1));
    assert_ok(dks_model_step(other, 1));
    assert_true(environment_of(model, "weather") == environment_of(other, "weather"));
    assert_true(environment_of(model, "temperature") == environment_of(other, "temperature"));
  }
  dks_model_destroy(other);
}

static void wrong_names_and_values_change_nothing(void** state) {
  (void)state;
  const uint64_t before = hash_of(model);
  double value = 7;
  assert_fails(
      dks_model_environment(model, "ligth", &value), DKS_E_NOTFOUND, "did you mean \"light\"?"
  );
  assert_true(value == 7);
  assert_fails(dks_model_drive(model, "ligth", 0, 1), DKS_E_NOTFOUND, "light");
  assert_fails(dks_model_release(model, "ligth"), DKS_E_NOTFOUND, "light");
  const double wrong[] = {-0.1, 1.1, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    assert_fails(dks_model_drive(model, "light", wrong[i], 1), DKS_E_INVALID, "\"light\"");
  }
  assert_fails(dks_model_drive(model, "weather", 1.5, 1), DKS_E_INVALID, "whole");
  dks_column column = {NULL, 9, 0, 0, 0};
  assert_fails(dks_model_layer(model, "foot", &column), DKS_E_NOTFOUND, "did you mean \"food\"?");
  assert_int_equal(column.count, 9);
  const int32_t x[] = {0, 20};
  const int32_t y[] = {0, 0};
  double values[] = {0.5, 0.5};
  assert_fails(dks_model_set_layer(model, "food", x, y, values, 2), DKS_E_INVALID, "(20, 0)");
  assert_fails(dks_model_set_layer(model, "food", x, y, values, UINT32_MAX), DKS_E_LIMIT, "count");
  values[0] = NAN;
  assert_fails(dks_model_set_layer(model, "food", x, y, values, 1), DKS_E_INVALID, "\"food\"");
  const double bad[] = {0.5, 7};
  const int32_t bad_x[] = {0, 19};
  const int32_t bad_y[] = {0, 4};
  assert_fails(
      dks_model_set_layer(model, "food", bad_x, bad_y, bad, 2),
      DKS_E_INVALID,
      "entry 1: layer \"food\", cell (19, 4): 7 is not in [0, 1]"
  );
  values[0] = 1.5;
  assert_fails(dks_model_set_layer(model, "food", x, y, values, 1), DKS_E_INVALID, "\"food\"");
  assert_fails(dks_model_set_layer(model, "place", x, y, values, 1), DKS_E_INVALID, "\"place\"");
  values[0] = 4;
  assert_fails(dks_model_set_layer(model, "place", x, y, values, 1), DKS_E_INVALID, "\"place\"");
  assert_int_equal(hash_of(model), before);
}

static void a_layer_is_set_and_read_row_by_row(void** state) {
  (void)state;
  const int32_t x[] = {3, 19};
  const int32_t y[] = {2, 19};
  const double values[] = {2.5, 7};
  assert_ok(dks_model_set_layer(model, "scent", x, y, values, 2));
  dks_column column;
  assert_ok(dks_model_layer(model, "scent", &column));
  assert_int_equal(column.count, 400);
  assert_int_equal(column.type, DKS_TYPE_F32);
  assert_true(column_number(&column, 2 * 20 + 3, 0) == 2.5);
  assert_true(column_number(&column, 399, 0) == 7);
}

static char* environment_text(const dks_model* of) {
  return model_text(dks_model_environment_json, of);
}

static void the_whole_state_goes_out_and_comes_in_again(void** state) {
  (void)state;
  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  timer.name = "feast";
  timer.start = 500;
  timer.interval = 7;
  timer.count = 3;
  timer.priority = -2;
  uint64_t id = 0;
  assert_ok(dks_model_schedule(model, &timer, &id));
  assert_ok(dks_model_pause_timer(model, id, 1));
  assert_ok(dks_model_drive(model, "light", 0.3, 0));
  assert_ok(dks_model_drive(model, "weather", 3, 100));
  assert_ok(dks_model_drive(model, "noise", 1, 2));
  assert_ok(dks_model_step(model, 75));
  assert_ok(dks_model_release(model, "light"));
  char* const out = environment_text(model);
  const uint64_t hash = hash_of(model);

  // Into itself: nothing changes.
  assert_ok(dks_model_set_environment_json(model, out, strlen(out)));
  assert_int_equal(hash_of(model), hash);

  // Away and back.
  assert_ok(dks_model_drive(model, "weather", 0, 0));
  assert_ok(dks_model_drive(model, "temperature", 1, 5));
  assert_ok(dks_model_cancel_timer(model, id));
  const int32_t zero = 0;
  const double one = 1;
  assert_ok(dks_model_set_layer(model, "scent", &zero, &zero, &one, 1));
  assert_int_not_equal(hash_of(model), hash);
  assert_ok(dks_model_set_environment_json(model, out, strlen(out)));
  assert_int_equal(hash_of(model), hash);
  char* const again = environment_text(model);
  assert_string_equal(out, again);
  free(again);

  // Into a world that is elsewhere.
  dks_model* other = NULL;
  assert_ok(make_meadow(NULL, NULL, &other));
  assert_ok(dks_model_step(other, 10));
  assert_ok(dks_model_set_environment_json(other, out, strlen(out)));
  char* const copied = environment_text(other);
  assert_string_equal(out, copied);
  free(copied);
  dks_model_destroy(other);
  free(out);
}

static void a_wrong_state_is_refused_whole(void** state) {
  (void)state;
  static const char* const wrong[][2] = {
      {"{\"fields\": {\"light\": {\"value\": 0.9}, \"ligth\": {\"value\": 1}}}", "ligth"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}, \"noise\": {\"value\": 1.5}}}",
       "/fields/noise/value"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}, \"noise\": {}}}", "/fields/noise"},
      {"{\"fields\": {\"weather\": {\"value\": 2.5}}}", "/fields/weather/value"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}, \"layers\": {\"food\": [1, 2]}}",
       "/layers/food"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}, \"layers\": {\"fod\": []}}", "fod"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}, \"timers\": [{\"id\": 1}]}", "/timers/0"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}, \"last_timer\": 9, \"timers\": "
       "[{\"id\": 1, \"name\": \"a\", \"next\": 4}, {\"id\": 1, \"name\": \"b\", \"next\": 5}]}",
       "stands twice"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}, \"last_weather\": \"hail\"}", "hail"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}, \"feelds\": 1}", "feelds"},
      {"{\"fields\": {\"light\": {\"value\": 0.9}}", "environment"},
      {"[]", "object"},
      {"", "environment"}};
  const uint64_t before = hash_of(model);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    const dks_status status =
        dks_model_set_environment_json(model, wrong[i][0], strlen(wrong[i][0]));
    if (status != DKS_E_INVALID && status != DKS_E_NOTFOUND) {
      fail_msg("%s: %s", wrong[i][0], dks_status_name(status));
    }
    assert_in(dks_last_error(), wrong[i][1]);
    assert_in(dks_last_error(), "environment");
    assert_int_equal(hash_of(model), before);
  }
}

static void a_cell_between_two_categories_is_refused(void** state) {
  (void)state;
  cJSON* const json = model_json(dks_model_environment_json, model);
  cJSON* const place = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "layers"), "place");
  cJSON_SetNumberValue(cJSON_GetArrayItem(place, 7), 1.5);
  char* const text = cJSON_PrintUnformatted(json);
  assert_fails(
      dks_model_set_environment_json(model, text, strlen(text)),
      DKS_E_INVALID,
      "/layers/place/7: 1.5 is no category's number"
  );
  free(text);
  cJSON_Delete(json);
}

// ---- timers

static int fired(uint64_t timer) {
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  int times = 0;
  for (uint64_t i = 0; i < events.count; ++i) {
    times += events.items[i].kind == DKS_EVENT_TIMER && events.items[i].value[0] == (double)timer;
  }
  return times;
}

static uint64_t schedule(uint64_t start, uint32_t interval, uint32_t count) {
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  desc.start = start;
  desc.interval = interval;
  desc.count = count;
  uint64_t timer = 0;
  assert_ok(dks_model_schedule(model, &desc, &timer));
  return timer;
}

static void timers_fire_in_their_steps(void** state) {
  (void)state;
  const uint64_t once = schedule(0, 0, 0);
  const uint64_t later = schedule(4, 0, 0);
  const uint64_t thrice = schedule(2, 3, 3);
  const uint64_t always = schedule(1, 5, 0);
  for (uint64_t step = 0; step < 30; ++step) {
    assert_ok(dks_model_step(model, 1));
    assert_int_equal(fired(once), step == 0);
    assert_int_equal(fired(later), step == 4);
    assert_int_equal(fired(thrice), step == 2 || step == 5 || step == 8);
    assert_int_equal(fired(always), step % 5 == 1);
  }
  assert_fails(dks_model_cancel_timer(model, once), DKS_E_NOTFOUND, "timer ");
  assert_ok(dks_model_cancel_timer(model, always));
  assert_ok(dks_model_step(model, 2));
  assert_int_equal(fired(always), 0);
}

static void a_paused_timer_misses_its_firings(void** state) {
  (void)state;
  const uint64_t timer = schedule(0, 2, 2);
  assert_ok(dks_model_pause_timer(model, timer, 1));
  assert_ok(dks_model_step(model, 5));
  assert_int_equal(fired(timer), 0);
  assert_ok(dks_model_pause_timer(model, timer, 0));
  int times = 0;
  for (int i = 0; i < 10; ++i) {
    assert_ok(dks_model_step(model, 1));
    times += fired(timer);
  }
  assert_int_equal(times, 2);
}

static void timers_of_one_step_fire_by_priority_then_id(void** state) {
  (void)state;
  uint64_t ids[3];
  const int32_t priorities[] = {5, -5, 5};
  for (int i = 0; i < 3; ++i) {
    dks_timer_desc desc;
    dks_timer_desc_init(&desc);
    desc.priority = priorities[i];
    assert_ok(dks_model_schedule(model, &desc, &ids[i]));
  }
  assert_ok(dks_model_step(model, 1));
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  double order[3] = {0};
  int found = 0;
  for (uint64_t i = 0; i < events.count; ++i) {
    if (events.items[i].kind == DKS_EVENT_TIMER && found < 3) {
      order[found++] = events.items[i].value[0];
    }
  }
  assert_true(
      order[0] == (double)ids[1] && order[1] == (double)ids[0] && order[2] == (double)ids[2]
  );
}

static void a_timer_of_an_events_name_runs_it(void** state) {
  (void)state;
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  desc.name = "storm";
  assert_ok(dks_model_schedule(model, &desc, NULL));
  assert_ok(dks_model_step(model, 1));
  assert_true(environment_of(model, "weather") == 3);
  assert_true(environment_of(model, "danger") > 0.8);
}

static void wrong_timers_are_refused(void** state) {
  (void)state;
  assert_ok(dks_model_step(model, 2));
  const uint64_t before = hash_of(model);
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  uint64_t timer = 55;
  desc.start = 1;
  assert_fails(dks_model_schedule(model, &desc, &timer), DKS_E_INVALID, "desc.start: step 1");
  desc.start = UINT64_MAX;
  assert_fails(dks_model_schedule(model, &desc, &timer), DKS_E_INVALID, "desc.start: step");
  desc.start = 0;
  desc.name = "\xff";
  assert_fails(dks_model_schedule(model, &desc, &timer), DKS_E_INVALID, "desc.name");
  desc.name = NULL;
  desc.struct_size = 4;
  assert_fails(dks_model_schedule(model, &desc, &timer), DKS_E_INVALID, "desc.struct_size: 4");
  assert_fails(dks_model_pause_timer(model, 12345, 1), DKS_E_NOTFOUND, "12345");
  assert_int_equal(timer, 55);
  assert_int_equal(hash_of(model), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(the_hour_goes_round_and_the_light_with_it),
      TEST(a_driven_field_holds_for_its_steps),
      TEST(a_field_driven_for_good_holds_until_it_is_released),
      TEST(driving_one_field_leaves_the_others_course),
      TEST(wrong_names_and_values_change_nothing),
      TEST(a_layer_is_set_and_read_row_by_row),
      TEST(the_whole_state_goes_out_and_comes_in_again),
      TEST(a_wrong_state_is_refused_whole),
      TEST(a_cell_between_two_categories_is_refused),
      TEST(timers_fire_in_their_steps),
      TEST(a_paused_timer_misses_its_firings),
      TEST(timers_of_one_step_fire_by_priority_then_id),
      TEST(a_timer_of_an_events_name_runs_it),
      TEST(wrong_timers_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
