// Worlds that are saved and made again. SPDX-License-Identifier: MIT
// dks-test: threads timeout=300
#include "dks.h"

#include "busy_world.h"
#include "imp.h"
#include "seen.h"
#include "support.h"

#include <cmocka.h>

typedef struct Saved {
  unsigned char* data;
  uint64_t size;
} Saved;

static Saved save(const dks_model* model) {
  Saved saved = {NULL, 0};
  assert_ok(dks_model_save(model, NULL, 0, &saved.size));
  saved.data = malloc(saved.size);
  uint64_t size = 0;
  assert_ok(dks_model_save(model, saved.data, saved.size, &size));
  assert_int_equal(size, saved.size);
  return saved;
}

static dks_model* load_with(Saved saved, uint32_t workers) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.worker_count = workers;
  dks_model* model = NULL;
  assert_ok(dks_model_load(&desc, saved.data, saved.size, &model));
  return model;
}

static Seen seen_of(dks_model* model) {
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  Seen seen = {.count = 0};
  look_at(model, set, 1, &seen);
  dks_agent_set_destroy(set);
  return seen;
}

static void expect_one_world(dks_model* model, dks_model* other, const char* where) {
  const Seen of_other = seen_of(other);
  const Seen of_model = seen_of(model);
  expect_seen(&of_model, &of_other, where);
}

// ---- the same life

static void what_was_saved_lives_on_as_it_would_have(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    dks_model* const model = make_busy(busy_schedules[i], 1);
    for (uint64_t step = 0; step < 6; ++step) {
      interfere(model, step);
      post(model, step);
      const Saved saved = save(model);
      dks_model* const again = load_with(saved, step % 2 == 0 ? 1 : 3);
      expect_one_world(again, model, "loaded");
      const Saved resaved = save(again);
      assert_int_equal(resaved.size, saved.size);
      assert_memory_equal(resaved.data, saved.data, saved.size);
      assert_ok(dks_model_step(model, 1));
      assert_ok(dks_model_step(again, 1));
      expect_one_world(again, model, "a step later");
      interfere(again, step + 1);
      post(again, step + 1);
      assert_ok(dks_model_step(again, 3));
      dks_model_destroy(again);
      free(saved.data);
      free(resaved.data);
    }
    dks_model_destroy(model);
  }
}

// Pets with all that the sample world has, over a day.
static void a_day_of_the_meadow_goes_on(void** state) {
  (void)state;
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, NULL, &model));
  assert_ok(dks_model_step(model, 30));
  const Saved saved = save(model);
  dks_model* const again = load_with(saved, 1);
  assert_int_equal(hash_of(again), hash_of(model));
  assert_ok(dks_model_step(model, 48));
  assert_ok(dks_model_step(again, 48));
  assert_int_equal(hash_of(again), hash_of(model));
  char* const plan = model_text(dks_model_world_json, model);
  char* const plan_again = model_text(dks_model_world_json, again);
  assert_string_equal(plan_again, plan);
  free(plan);
  free(plan_again);
  free(saved.data);
  dks_model_destroy(model);
  dks_model_destroy(again);
}

static void rows_that_were_read_are_not_read_again(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[0], 1);
  static char csv[1 << 20], csv_again[1 << 20];
  uint64_t size = 0;
  assert_ok(dks_model_step(model, 3));
  assert_ok(dks_model_read_csv(model, "world", csv, sizeof csv, &size));
  const char* const columns[] = {"laps"};
  const double laps = 7;
  assert_ok(dks_model_add_row(model, "own", columns, &laps, 1));
  assert_ok(dks_model_step(model, 2));
  const Saved saved = save(model);
  dks_model* const again = load_with(saved, 1);
  static const char* const tables[] = {"world", "pets", "own"};
  for (int i = 0; i < 3; ++i) {
    assert_ok(dks_model_read_csv(model, tables[i], csv, sizeof csv, &size));
    assert_ok(dks_model_read_csv(again, tables[i], csv_again, sizeof csv_again, &size));
    assert_string_equal(csv_again, csv);
    assert_true(size > 0);
  }
  assert_ok(dks_model_add_row(again, "own", columns, &laps, 1));
  free(saved.data);
  dks_model_destroy(model);
  dks_model_destroy(again);
}

static void a_type_that_a_host_added_comes_back(void** state) {
  (void)state;
  dks_model* const model = make_default(4);
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = "sprite";
  dks_agent_id sprite = DKS_AGENT_NONE;
  assert_ok(dks_model_add_type(model, "sprite"));
  assert_ok(dks_model_spawn(model, &desc, 1, &sprite));
  const double share = 0.75;
  assert_ok(dks_model_report_done(model, &sprite, &share, 1));
  const Saved saved = save(model);
  dks_model* const again = load_with(saved, 1);
  imp_share = -1;
  assert_ok(dks_model_step(again, 1));
  assert_true(imp_share == share);
  free(saved.data);
  dks_model_destroy(model);
  dks_model_destroy(again);
}

// Names that a type looks up when it joins are among those that users brought before.
static void a_type_that_joined_after_users_finds_its_names(void** state) {
  (void)state;
  dks_model* const model = make_default(4);
  spawn_at(model, "Momo", 1, 1);
  const dks_message words = feed("somebody", "Momo");
  assert_ok(dks_model_post(model, &words, 1));
  assert_ok(dks_model_step(model, 1));
  assert_ok(dks_model_add_type(model, "imp"));
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = "imp";
  assert_ok(dks_model_spawn(model, &desc, 1, NULL));
  const Saved saved = save(model);
  dks_model* const again = load_with(saved, 1);
  assert_ok(dks_model_step(model, 5));
  assert_ok(dks_model_step(again, 5));
  assert_int_equal(hash_of(again), hash_of(model));
  free(saved.data);
  dks_model_destroy(model);
  dks_model_destroy(again);
}

// Between an intent and the report of it, when nobody has gone anywhere yet.
static void a_body_that_the_host_moves_is_saved_in_between(void** state) {
  (void)state;
  static const char world[] =
      "{\"species\": [\"droid.json\"], \"grid\": {\"width\": 8, \"height\": 8}, \"layers\": "
      "{\"place\": {\"categories\": [\"nest\", \"wild\", \"feeder\", \"playground\"]}, \"food\": "
      "{\"initial\": 0.5}}, \"pets\": [{\"count\": 12, \"needs\": {\"rest\": 0.1}}]}";
  static const char droid[] = "{\"name\": \"droid\", \"extends\": \"pet\", \"body\": \"host\"}";
  const dks_document items[] = {
      {"world.json", world, sizeof world - 1}, {"droid.json", droid, sizeof droid - 1}};
  dks_model* model = NULL;
  assert_ok(dks_model_create_world(NULL, items, 2, &model));
  for (int step = 0; step < 8; ++step) {
    assert_ok(dks_model_step(model, 1));
    const Saved saved = save(model);
    dks_model* const again = load_with(saved, 1);
    dks_model* const both[] = {model, again};
    for (int i = 0; i < 2; ++i) {
      const dks_column ids = column_of(both[i], "droid", "id");
      dks_agent_id bodies[12];
      double shares[12];
      memcpy(bodies, ids.data, sizeof bodies);
      for (int body = 0; body < 12; ++body) {
        shares[body] = 1;
      }
      assert_ok(dks_model_report_done(both[i], bodies, shares, 12));
      const int32_t cell = step % 8;
      const double wild = 1;
      assert_ok(dks_model_set_layer(both[i], "place", &cell, &cell, &wild, 1));
    }
    assert_ok(dks_model_step(again, 1));
    dks_model* const other = load_with(saved, 1);
    dks_model_destroy(other);
    assert_ok(dks_model_step(model, 1));
    assert_int_equal(hash_of(again), hash_of(model));
    dks_model_destroy(again);
    free(saved.data);
  }
  dks_model_destroy(model);
}

// ---- what is refused

static void expect_refused(Saved saved, dks_status status, const char* part) {
  dks_model* model = NULL;
  assert_fails(dks_model_load(NULL, saved.data, saved.size, &model), status, part);
  assert_null(model);
}

static void a_mind_that_was_attached_is_not_saved(void** state) {
  (void)state;
  static const char json[] = "{\"model\": {\"A\": [[[1]]], \"B\": [[[[1]]]]}}";
  const dks_document document = {"mind.json", json, sizeof json - 1};
  dks_mind* mind = NULL;
  dks_model* model = NULL;
  uint64_t size = 0;
  assert_ok(dks_mind_create(&document, NULL, &mind));
  assert_ok(make_world(NULL, "{\"types\": {\"lamp\": {}}}", &model));
  assert_ok(dks_model_save(model, NULL, 0, &size));
  assert_ok(dks_model_attach_mind(model, "lamp", mind));
  assert_fails(
      dks_model_save(model, NULL, 0, &size), DKS_E_INVALID, "agent type \"lamp\" has a mind"
  );
  dks_mind_destroy(mind);
  dks_model_destroy(model);
}

static void what_is_damaged_is_refused(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[0], 1);
  assert_ok(dks_model_step(model, 3));
  const Saved saved = save(model);
  for (uint64_t at = 0; at < saved.size; at += saved.size / 97) {
    const unsigned char before = saved.data[at];
    saved.data[at] ^= 0x10;
    dks_model* loaded = NULL;
    const int is_version = at >= 16 && at < 20;  // only told in errors
    if (!is_version) {
      const dks_status status = dks_model_load(NULL, saved.data, saved.size, &loaded);
      assert_true(status == DKS_E_INVALID || status == DKS_E_VERSION);
      assert_in(dks_last_error(), "data: ");
    }
    saved.data[at] = before;
    const Saved shorter = {saved.data, at};
    assert_int_equal(dks_model_load(NULL, shorter.data, shorter.size, &loaded), DKS_E_INVALID);
    assert_null(loaded);
  }
  Saved longer = {malloc(saved.size + 1), saved.size + 1};
  memcpy(longer.data, saved.data, saved.size);
  longer.data[saved.size] = 0;
  expect_refused(longer, DKS_E_INVALID, "1 bytes behind the end");
  dks_model_destroy(load_with(saved, 1));
  free(longer.data);
  free(saved.data);
  dks_model_destroy(model);
}

static void other_formats_and_epochs_are_refused_by_name(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const Saved saved = save(model);
  dks_model_destroy(model);
  saved.data[8] = 2;
  expect_refused(
      saved, DKS_E_VERSION, "data: of format 2, saved by dks 0.1.0; this library reads 1"
  );
  saved.data[8] = 1;
  saved.data[12] = 9;
  expect_refused(saved, DKS_E_VERSION, "data: of determinism epoch 9, saved by dks 0.1.0");
  saved.data[0] = 'x';
  expect_refused(saved, DKS_E_INVALID, "expected a world that dks_model_save wrote");
  free(saved.data);
}

static void a_host_cannot_ask_for_another_world(void** state) {
  (void)state;
  dks_model* const model = make_default(5);
  const Saved saved = save(model);
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  dks_model* other = NULL;
  desc.seed = 6;
  assert_fails(
      dks_model_load(&desc, saved.data, saved.size, &other),
      DKS_E_INVALID,
      "desc.seed: 6, the world was saved with 5"
  );
  desc.seed = 5;
  desc.max_agents = 3;
  assert_fails(
      dks_model_load(&desc, saved.data, saved.size, &other), DKS_E_INVALID, "desc.max_agents: 3"
  );
  desc.max_agents = 1024;
  desc.mind = "random";
  assert_fails(
      dks_model_load(&desc, saved.data, saved.size, &other), DKS_E_INVALID, "desc.mind: \"random\""
  );
  desc.mind = "reference";
  assert_ok(dks_model_load(&desc, saved.data, saved.size, &other));
  dks_model_destroy(other);
  dks_model_destroy(model);
  free(saved.data);
}

static void a_short_buffer_is_told_the_size(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const Saved saved = save(model);
  uint64_t size = 0;
  assert_fails(
      dks_model_save(model, saved.data, saved.size - 1, &size), DKS_E_LIMIT, "bytes do not hold"
  );
  assert_int_equal(size, saved.size);
  free(saved.data);
  dks_model_destroy(model);
}

static void a_step_under_way_has_to_be_whole_first(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[0], 1);
  uint32_t done = 1;
  uint64_t size = 0;
  assert_ok(dks_model_step_for(model, 1, 0, &done));
  assert_int_equal(done, 0);
  assert_fails(dks_model_save(model, NULL, 0, &size), DKS_E_BUSY, "a step is under way");
  assert_ok(dks_model_step(model, 1));
  assert_ok(dks_model_save(model, NULL, 0, &size));
  dks_model_destroy(model);
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_was_saved_lives_on_as_it_would_have),
      cmocka_unit_test(a_day_of_the_meadow_goes_on),
      cmocka_unit_test(rows_that_were_read_are_not_read_again),
      cmocka_unit_test(a_type_that_a_host_added_comes_back),
      cmocka_unit_test(a_type_that_joined_after_users_finds_its_names),
      cmocka_unit_test(a_body_that_the_host_moves_is_saved_in_between),
      cmocka_unit_test(a_mind_that_was_attached_is_not_saved),
      cmocka_unit_test(what_is_damaged_is_refused),
      cmocka_unit_test(other_formats_and_epochs_are_refused_by_name),
      cmocka_unit_test(a_host_cannot_ask_for_another_world),
      cmocka_unit_test(a_short_buffer_is_told_the_size),
      cmocka_unit_test(a_step_under_way_has_to_be_whole_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
