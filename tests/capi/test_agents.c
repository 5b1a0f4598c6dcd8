// Agents: spawning, removing, moving, setting, naming, columns. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

static dks_model* model;

static int setup(void** state) {
  (void)state;
  model = make_default(11);
  return 0;
}
static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  return 0;
}

static void agents_are_born_with_ids_names_and_cells(void** state) {
  (void)state;
  dks_spawn_desc items[3];
  for (int i = 0; i < 3; ++i) {
    dks_spawn_desc_init(&items[i]);
  }
  assert_int_equal(items[0].x, -1);
  items[1].name = "Momo";
  items[2].x = 19;
  items[2].y = 7;
  items[2].type = "pet";
  dks_agent_id ids[3] = {0};
  assert_ok(dks_model_spawn(model, items, 3, ids));
  assert_int_equal(info_of(model).agent_count, 3);
  assert_true(ids[0] != 0 && ids[0] != ids[1] && ids[1] != ids[2]);
  dks_agent_id found = 0;
  assert_ok(dks_model_find(model, "Momo", &found));
  assert_int_equal(found, ids[1]);
  const char* name = NULL;
  assert_ok(dks_model_agent_name(model, ids[1], &name));
  assert_string_equal(name, "Momo");
  assert_ok(dks_model_agent_name(model, ids[0], &name));
  assert_string_equal(name, "");
  const dks_column cells = column_of(model, "pet", "cell");
  const dks_column own = column_of(model, "pet", "id");
  assert_int_equal(cells.count, 3);
  for (uint64_t row = 0; row < 3; ++row) {
    if (((const uint64_t*)own.data)[row] == ids[2]) {
      assert_int_equal(((const uint32_t*)cells.data)[row], 7 * 20 + 19);
    }
  }
}

static void a_batch_is_born_whole_or_not_at_all(void** state) {
  (void)state;
  spawn_at(model, "taken", -1, -1);
  const uint64_t before = hash_of(model);
  dks_spawn_desc items[2];
  dks_spawn_desc_init(&items[0]);
  dks_spawn_desc_init(&items[1]);
  dks_agent_id ids[2] = {5, 6};
  items[1].name = "taken";
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "\"taken\"");
  items[0].name = items[1].name = "twin";
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "\"twin\"");
  items[0].name = NULL;
  const char* const names[] = {"*", "world", "#room", "\xff", "a\xc3", "tab\t", "\xed\xa0\x80"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
    items[1].name = names[i];
    assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "name");
  }
  char longest[300];
  memset(longest, 'n', sizeof longest);
  longest[257] = '\0';
  items[1].name = longest;
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[1].name");
  items[1].name = NULL;
  items[1].type = "pett";
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_NOTFOUND, "did you mean \"pet\"?");
  items[1].type = NULL;
  items[1].flags = 1;
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[1].flags: 1");
  items[1].flags = 0;
  const int32_t wrong[][2] = {{20, 0}, {0, 20}, {-1, 0}, {0, -1}, {-2, -2}, {INT32_MAX, INT32_MIN}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    items[1].x = wrong[i][0];
    items[1].y = wrong[i][1];
    assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[1]: cell (");
  }
  items[1].x = items[1].y = -1;
  const char* const bad[] = {
      "{\"needs\": {\"energy\": 1.5}}",
      "{\"personality\": {\"openness\": \"high\"}}",
      "{\"colour\": 1}",
      "{\"needs\": {\"enrgy\": 1}}",
      "[",
      ""};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    items[1].json = bad[i];
    items[1].json_size = strlen(bad[i]);
    assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[1].json");
  }
  items[1].json = NULL;
  items[1].json_size = 3;
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[1].json");
  items[1].json_size = 0;
  items[1].struct_size = 0;
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[1].struct_size: 0");
  items[0].struct_size = 8;
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[0].struct_size: 8");
  items[0].struct_size = UINT32_MAX;
  assert_fails(dks_model_spawn(model, items, 2, ids), DKS_E_INVALID, "items[0].struct_size");
  dks_spawn_desc_init(&items[0]);
  assert_fails(dks_model_spawn(model, items, UINT32_MAX, ids), DKS_E_LIMIT, "4294967295");
  assert_fails(dks_model_spawn(model, items, 1024, ids), DKS_E_LIMIT, "1024");
  assert_int_equal(ids[0], 5);
  assert_int_equal(ids[1], 6);
  assert_int_equal(info_of(model).agent_count, 1);
  assert_int_equal(hash_of(model), before);
}

static void a_newer_items_size_is_the_step_of_the_array(void** state) {
  (void)state;
  struct Newer {
    dks_spawn_desc desc;
    uint64_t more;
  } items[2];
  memset(items, 0, sizeof items);
  dks_spawn_desc_init_sized(&items[0].desc, sizeof items[0]);
  dks_spawn_desc_init_sized(&items[1].desc, sizeof items[1]);
  items[0].desc.name = "a";
  items[1].desc.name = "b";
  items[1].more = 1;
  assert_fails(dks_model_spawn(model, &items[0].desc, 2, NULL), DKS_E_VERSION, "items[1]: byte ");
  items[1].more = 0;
  assert_ok(dks_model_spawn(model, &items[0].desc, 2, NULL));
  dks_agent_id found = 0;
  assert_ok(dks_model_find(model, "b", &found));
}

static void a_pet_is_born_with_what_its_json_says(void** state) {
  (void)state;
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.json = "{\"personality\": {\"openness\": 0.25}, \"needs\": {\"energy\": 0.5}}";
  desc.json_size = strlen(desc.json);
  dks_agent_id agent = 0;
  assert_ok(dks_model_spawn(model, &desc, 1, &agent));
  cJSON* const json = agent_json(dks_model_agent_json, model, agent);
  const cJSON* const needs = cJSON_GetObjectItem(json, "needs");
  const cJSON* const personality = cJSON_GetObjectItem(json, "personality");
  assert_true(cJSON_GetObjectItem(needs, "energy")->valuedouble == 0.5);
  assert_true(cJSON_GetObjectItem(personality, "openness")->valuedouble == 0.25);
  assert_string_equal(cJSON_GetObjectItem(json, "type")->valuestring, "pet");
  assert_int_equal(strlen(cJSON_GetObjectItem(json, "uid")->valuestring), 32);
  assert_true(cJSON_GetObjectItem(json, "id")->valuedouble == (double)agent);
  cJSON_Delete(json);
}

static void a_stale_id_is_refused_after_slot_reuse(void** state) {
  (void)state;
  const dks_agent_id first = spawn_at(model, "first", -1, -1);
  assert_ok(dks_model_remove(model, &first, 1));
  const dks_agent_id second = spawn_at(model, "second", -1, -1);
  assert_int_equal((uint32_t)first, (uint32_t)second);
  assert_int_not_equal(first, second);
  const uint64_t before = hash_of(model);
  const int32_t x = 1;
  const double half = 0.5;
  const char* name = "kept";
  uint64_t size = 99;
  dks_message_view view = {NULL, 77};
  const dks_agent_id strange[] = {first, 0, UINT64_MAX, second + 1, second | (uint64_t)1 << 60};
  for (size_t i = 0; i < sizeof strange / sizeof strange[0]; ++i) {
    const dks_agent_id both[] = {second, strange[i]};
    const int32_t xs[] = {1, 1};
    const double values[] = {0.1, 0.1};
    assert_int_equal(dks_model_remove(model, both, 2), DKS_E_STALE);
    assert_int_equal(dks_model_move(model, both, xs, xs, 2), DKS_E_STALE);
    assert_int_equal(dks_model_set(model, both, 2, "energy", 0, values), DKS_E_STALE);
    assert_int_equal(dks_model_move(model, &strange[i], &x, &x, 1), DKS_E_STALE);
    assert_int_equal(dks_model_set(model, &strange[i], 1, "energy", 0, &half), DKS_E_STALE);
    assert_int_equal(dks_model_agent_name(model, strange[i], &name), DKS_E_STALE);
    assert_int_equal(dks_model_agent_json(model, strange[i], NULL, 0, &size), DKS_E_STALE);
    assert_int_equal(dks_model_explain(model, strange[i], NULL, 0, &size), DKS_E_STALE);
    assert_int_equal(dks_model_predict(model, strange[i], 1, NULL, 0, &size), DKS_E_STALE);
    assert_int_equal(dks_model_queue(model, strange[i], &view), DKS_E_STALE);
  }
  assert_string_equal(name, "kept");
  assert_int_equal(size, 99);
  assert_int_equal(view.count, 77);
  assert_int_equal(hash_of(model), before);
  dks_agent_id found = 3;
  assert_fails(dks_model_find(model, "first", &found), DKS_E_NOTFOUND, "first");
  assert_int_equal(found, 3);
}

static void an_id_of_another_model_is_no_way_in(void** state) {
  (void)state;
  dks_model* const other = make_default(12);
  dks_agent_id last = 0;
  for (int i = 0; i < 5; ++i) {
    last = spawn_at(other, NULL, -1, -1);
  }
  spawn_at(model, NULL, -1, -1);
  assert_fails(dks_model_remove(model, &last, 1), DKS_E_STALE, "agent ");
  dks_model_destroy(other);
}

static void moving_is_checked_and_whole(void** state) {
  (void)state;
  const dks_agent_id ids[] = {spawn_at(model, NULL, 1, 1), spawn_at(model, NULL, 2, 2)};
  int32_t x[] = {5, 20};
  const int32_t y[] = {6, 0};
  const uint64_t before = hash_of(model);
  assert_fails(dks_model_move(model, ids, x, y, 2), DKS_E_INVALID, "items[1]: cell (20, 0)");
  assert_fails(dks_model_move(model, ids, x, y, UINT32_MAX), DKS_E_LIMIT, "count");
  assert_fails(dks_model_remove(model, ids, UINT32_MAX), DKS_E_LIMIT, "count");
  assert_int_equal(hash_of(model), before);
  x[1] = 19;
  assert_ok(dks_model_move(model, ids, x, y, 2));
  const dks_column cells = column_of(model, "pet", "cell");
  assert_true(column_number(&cells, 0, 0) == 6 * 20 + 5);
  assert_true(column_number(&cells, 1, 0) == 19);
}

static void a_full_cell_refuses_all(void** state) {
  (void)state;
  dks_model* small = NULL;
  assert_ok(make_world(
      NULL,
      "{\"grid\": {\"width\": 2, \"height\": 2, \"capacity\": 1}, \"layers\": {\"place\": "
      "{\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"]}, \"food\": {}}}",
      &small
  ));
  const dks_agent_id a = spawn_at(small, "a", 0, 0);
  const dks_agent_id b = spawn_at(small, "b", 1, 0);
  const uint64_t before = hash_of(small);
  const dks_agent_id both[] = {a, b};
  int32_t x[] = {1, 1};
  const int32_t y[] = {0, 0};
  assert_fails(
      dks_model_move(small, &a, x, y, 1), DKS_E_LIMIT, "items[0]: cell (1, 0) holds its 1"
  );
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.x = desc.y = 0;
  assert_fails(
      dks_model_spawn(small, &desc, 1, NULL), DKS_E_LIMIT, "items[0]: cell (0, 0) has no room"
  );
  assert_int_equal(hash_of(small), before);
  x[0] = 0;
  x[1] = 1;
  assert_ok(dks_model_move(small, both, x, y, 2));
  spawn_at(small, NULL, -1, -1);
  spawn_at(small, NULL, -1, -1);
  desc.x = desc.y = -1;
  assert_fails(dks_model_spawn(small, &desc, 1, NULL), DKS_E_LIMIT, "room");
  dks_model_destroy(small);
}

static void setting_is_checked_and_whole(void** state) {
  (void)state;
  const dks_agent_id ids[] = {spawn_at(model, NULL, -1, -1), spawn_at(model, NULL, -1, -1)};
  const uint64_t before = hash_of(model);
  const double wrong[] = {1.0001, -0.1, NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    const double values[] = {0.5, wrong[i]};
    assert_fails(
        dks_model_set(model, ids, 2, "energy", 0, values),
        DKS_E_INVALID,
        "items[1]: field \"energy\": "
    );
  }
  const double half[] = {0.5, 0.5};
  assert_fails(
      dks_model_set(model, ids, 2, "enrgy", 0, half), DKS_E_NOTFOUND, "did you mean \"energy\"?"
  );
  assert_fails(dks_model_set(model, ids, 2, "energy", 1, half), DKS_E_INVALID, "energy");
  assert_fails(dks_model_set(model, ids, 2, "personality", 5, half), DKS_E_INVALID, "5 elements");
  assert_fails(
      dks_model_set(model, ids, 2, "personality", UINT32_MAX, half), DKS_E_INVALID, "5 elements"
  );
  assert_fails(dks_model_set(model, ids, 2, "care", 0, half), DKS_E_INVALID, "whole number");
  assert_fails(dks_model_set(model, ids, UINT32_MAX, "energy", 0, half), DKS_E_LIMIT, "count");
  assert_int_equal(hash_of(model), before);
  const double values[] = {0.25, 0.75};
  assert_ok(dks_model_set(model, ids, 2, "energy", 0, values));
  assert_ok(dks_model_set(model, ids, 2, "personality", 4, values));
  const dks_column energy = column_of(model, "pet", "energy");
  const dks_column personality = column_of(model, "pet", "personality");
  assert_int_equal(energy.type, DKS_TYPE_F32);
  assert_int_equal(energy.stride, 4);
  assert_true(column_number(&energy, 0, 0) == 0.25);
  assert_true(column_number(&personality, 1, 4) == 0.75);
  assert_int_not_equal(hash_of(model), before);
}

static const char* const kComputed[] = {
    "belief",       "prior",        "observation",    "score",   "choice",          "action",
    "valence",      "arousal",      "dominance",      "emotion", "free_energy",     "surprise",
    "hostile",      "partner",      "tie_other",      "tie_met", "tie_familiarity", "lived",
    "critical",     "in_a_row",     "critical_steps", "news",    "last_care",       "heard",
    "told_context", "critical_need"};

static int is_computed(const char* field) {
  for (size_t i = 0; i < sizeof kComputed / sizeof kComputed[0]; ++i) {
    if (strcmp(kComputed[i], field) == 0) {
      return 1;
    }
  }
  return 0;
}

// What a pet computes it also trusts: an observation that is none would be looked up in a table.
static void what_a_pet_computes_is_not_set(void** state) {
  (void)state;
  const dks_agent_id pet = spawn_at(model, NULL, -1, -1);
  assert_ok(dks_model_step(model, 1));
  const uint64_t before = hash_of(model);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  const double one = 1;
  for (size_t i = 0; i < sizeof kComputed / sizeof kComputed[0]; ++i) {
    assert_fails(dks_model_set(model, &pet, 1, kComputed[i], 0, &one), DKS_E_INVALID, "read only");
    assert_fails(dks_agent_set_do(set, kComputed[i], 1, 0), DKS_E_INVALID, kComputed[i]);
  }
  const double far = 900000;
  assert_fails(
      dks_model_set(model, &pet, 1, "observation", 0, &far),
      DKS_E_INVALID,
      "field \"observation\" of agent type \"pet\" is read only"
  );
  assert_int_equal(hash_of(model), before);
  free(agent_text(dks_model_explain, model, pet));
  dks_agent_set_destroy(set);
}

static void the_world_json_says_what_can_be_set(void** state) {
  (void)state;
  const dks_agent_id pet = spawn_at(model, NULL, -1, -1);
  cJSON* const plan = model_json(dks_model_world_json, model);
  const cJSON* const type = cJSON_GetArrayItem(cJSON_GetObjectItem(plan, "types"), 0);
  const cJSON* field = NULL;
  const double zero = 0;
  cJSON_ArrayForEach(field, cJSON_GetObjectItem(type, "fields")) {
    const char* const name = cJSON_GetObjectItem(field, "name")->valuestring;
    const int settable = cJSON_IsTrue(cJSON_GetObjectItem(field, "settable"));
    assert_int_equal(settable, !is_computed(name));
    assert_int_equal(
        dks_model_set(model, &pet, 1, name, 0, &zero), settable ? DKS_OK : DKS_E_INVALID
    );
  }
  cJSON_Delete(plan);
}

// Momo, as JSON, of a meadow of that name.
static cJSON* momo_of(const char* world) {
  char changes[64];
  snprintf(changes, sizeof changes, "{\"name\": \"%s\"}", world);
  dks_model* other = NULL;
  assert_ok(make_meadow(NULL, changes, &other));
  dks_agent_id momo = 0;
  assert_ok(dks_model_find(other, "Momo", &momo));
  cJSON* const pet = agent_json(dks_model_agent_json, other, momo);
  dks_model_destroy(other);
  return pet;
}

static void a_pet_has_another_uid_in_another_world_and_is_the_same_pet(void** state) {
  (void)state;
  cJSON* const here = momo_of("north");
  cJSON* const again = momo_of("north");
  cJSON* const there = momo_of("south");
  const char* const uid = cJSON_GetObjectItem(here, "uid")->valuestring;
  assert_string_equal(uid, cJSON_GetObjectItem(again, "uid")->valuestring);
  assert_string_not_equal(uid, cJSON_GetObjectItem(there, "uid")->valuestring);
  cJSON_DeleteItemFromObject(here, "uid");
  cJSON_DeleteItemFromObject(there, "uid");
  assert_true(cJSON_Compare(here, there, 1));
  cJSON_Delete(here);
  cJSON_Delete(again);
  cJSON_Delete(there);
}

static void columns_that_stand_are_not_moved_by_const_calls(void** state) {
  (void)state;
  for (int i = 0; i < 10; ++i) {
    spawn_at(model, NULL, -1, -1);
  }
  const dks_column cells = column_of(model, "pet", "cell");
  uint32_t copy[10];
  memcpy(copy, cells.data, sizeof copy);
  const dks_column again = column_of(model, "pet", "cell");
  assert_ptr_equal(cells.data, again.data);
  assert_int_equal(cells.epoch, again.epoch);
  assert_memory_equal(copy, cells.data, sizeof copy);
  spawn_at(model, NULL, -1, -1);
  const dks_column later = column_of(model, "pet", "cell");
  assert_int_equal(later.count, 11);
  assert_int_not_equal(later.epoch, cells.epoch);
  dks_column column = {NULL, 7, 7, 7, 7};
  assert_fails(
      dks_model_column(model, "pet", "cel", &column), DKS_E_NOTFOUND, "did you mean \"cell\"?"
  );
  assert_fails(dks_model_column(model, "cat", "cell", &column), DKS_E_NOTFOUND, "agent type");
  assert_int_equal(column.count, 7);
}

static void removing_an_agent_that_stands_twice_is_fine(void** state) {
  (void)state;
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  const dks_agent_id twice[] = {agent, agent};
  assert_ok(dks_model_remove(model, twice, 2));
  assert_int_equal(info_of(model).agent_count, 0);
  spawn_at(model, "a", -1, -1);
}

static void births_and_removals_are_events_of_the_next_step(void** state) {
  (void)state;
  const dks_agent_id stays = spawn_at(model, NULL, -1, -1);
  const dks_agent_id goes = spawn_at(model, NULL, -1, -1);
  assert_ok(dks_model_remove(model, &goes, 1));
  dks_event_view events;
  assert_ok(dks_model_step(model, 1));
  assert_ok(dks_model_events(model, &events));
  assert_true(events.count >= 3);
  assert_int_equal(events.items[0].kind, DKS_EVENT_BORN);
  assert_int_equal(events.items[0].agent, stays);
  assert_int_equal(events.items[1].kind, DKS_EVENT_BORN);
  assert_int_equal(events.items[2].kind, DKS_EVENT_REMOVED);
  assert_int_equal(events.items[2].agent, goes);
  assert_ok(dks_model_step(model, 1));
  assert_ok(dks_model_events(model, &events));
  for (uint64_t i = 0; i < events.count; ++i) {
    assert_int_not_equal(events.items[i].kind, DKS_EVENT_BORN);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(agents_are_born_with_ids_names_and_cells),
      TEST(a_batch_is_born_whole_or_not_at_all),
      TEST(a_newer_items_size_is_the_step_of_the_array),
      TEST(a_pet_is_born_with_what_its_json_says),
      TEST(a_stale_id_is_refused_after_slot_reuse),
      TEST(an_id_of_another_model_is_no_way_in),
      TEST(moving_is_checked_and_whole),
      TEST(a_full_cell_refuses_all),
      TEST(setting_is_checked_and_whole),
      TEST(what_a_pet_computes_is_not_set),
      TEST(the_world_json_says_what_can_be_set),
      TEST(a_pet_has_another_uid_in_another_world_and_is_the_same_pet),
      TEST(columns_that_stand_are_not_moved_by_const_calls),
      TEST(removing_an_agent_that_stands_twice_is_fine),
      TEST(births_and_removals_are_events_of_the_next_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
