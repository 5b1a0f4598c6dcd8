// Bodies that the host moves: intents go out, positions, neighbours and results come back in.
// SPDX-License-Identifier: MIT
// dks-test: threads timeout=300
#include "dks.h"

#include "imp.h"
#include "support.h"

#include <math.h>

#include <cmocka.h>

enum { kDroids = 30, kWidth = 12 };

static const char kWorld[] =
    "{\"name\": \"yard\", \"grid\": {\"width\": 12, \"height\": 12}, \"species\": [\"%s\"],"
    " \"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"],"
    "   \"areas\": [{\"value\": \"nest\", \"x\": 0, \"y\": 0, \"width\": 4, \"height\": 4},"
    "     {\"value\": \"feeder\", \"x\": 5, \"y\": 5, \"width\": 4, \"height\": 4},"
    "     {\"value\": \"playground\", \"x\": 0, \"y\": 8, \"width\": 4, \"height\": 4}]},"
    "   \"food\": {\"initial\": 0.5, \"growth\": 0.05}},"
    " \"pets\": [%s]}";
static const char kDroid[] = "{\"name\": \"droid\", \"extends\": \"pet\", \"body\": \"host\"}";

// `pets`: as in the world's document.
static dks_model* make_yard(const char* species, const char* pets, uint32_t workers) {
  static char world[2048];
  snprintf(world, sizeof world, kWorld, species, pets);
  const dks_document items[] = {
      {"yard.json", world, strlen(world)}, {"droid.json", kDroid, sizeof kDroid - 1}};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = 5;
  desc.worker_count = workers;
  dks_model* model = NULL;
  assert_ok(dks_model_create_world(&desc, items, strcmp(species, "pet") == 0 ? 1 : 2, &model));
  return model;
}

static dks_model* make_droids(const char* pets) {
  return make_yard("droid.json", pets, 1);
}

static dks_agent_id id_at(const dks_model* model, uint64_t row) {
  const dks_column ids = column_of(model, "droid", "id");
  return ((const dks_agent_id*)ids.data)[row];
}

static double number_of(const dks_model* model, const char* field, uint64_t row) {
  const dks_column column = column_of(model, "droid", field);
  return column_number(&column, row, 0);
}

// The host of an engine in which every body gets where it wants to be within a step.
static void follow_all(dks_model* model, double share) {
  const dks_column ids = column_of(model, "droid", "id");
  const dks_column cells = column_of(model, "droid", "intent_cell");
  dks_agent_id bodies[kDroids];
  int32_t x[kDroids], y[kDroids];
  double shares[kDroids];
  assert_true(ids.count <= kDroids);
  for (uint64_t row = 0; row < ids.count; ++row) {
    const uint32_t cell = ((const uint32_t*)cells.data)[row];
    bodies[row] = ((const dks_agent_id*)ids.data)[row];
    x[row] = (int32_t)(cell % kWidth);
    y[row] = (int32_t)(cell / kWidth);
    shares[row] = share;
  }
  const uint32_t count = (uint32_t)ids.count;
  assert_ok(dks_model_move(model, bodies, x, y, count));
  assert_ok(dks_model_report_done(model, bodies, shares, count));
}

// Steps until a droid in row 0 intends `action`, doing nothing of what it intended before.
static void wait_for_intent(dks_model* model, const char* action) {
  for (int step = 0; step < 400; ++step) {
    assert_ok(dks_model_step(model, 1));
    cJSON* const why = agent_json(dks_model_explain, model, id_at(model, 0));
    const char* const chosen =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(why, "chosen"));
    const int is_it = chosen != NULL && strcmp(chosen, action) == 0;
    cJSON_Delete(why);
    if (is_it) {
      return;
    }
  }
  fail_msg("no intent to %s within 400 steps", action);
}

// ---- intents

static void intents_are_events_and_columns_and_bodies_stay(void** state) {
  (void)state;
  dks_model* const model = make_droids("{\"count\": 30}");
  uint32_t cells[kDroids];
  uint32_t intents[kDroids];
  uint64_t told = 0;
  assert_ok(dks_model_step(model, 1));
  for (uint64_t row = 0; row < kDroids; ++row) {
    cells[row] = (uint32_t)number_of(model, "cell", row);
  }
  for (int step = 0; step < 50; ++step) {
    dks_event_view events;
    assert_ok(dks_model_events(model, &events));
    for (uint64_t i = 0; i < events.count; ++i) {
      const dks_event* const event = &events.items[i];
      if (event->kind == DKS_EVENT_INTENT) {
        uint64_t row = 0;
        while (id_at(model, row) != event->agent) {
          ++row;
        }
        assert_true(event->value[0] == number_of(model, "intent", row));
        assert_true(event->value[1] == number_of(model, "intent_cell", row));
        assert_true((double)event->other == number_of(model, "intent_partner", row));
        ++told;
      }
    }
    for (uint64_t row = 0; row < kDroids; ++row) {
      assert_int_equal((uint32_t)number_of(model, "cell", row), cells[row]);
      intents[row] = (uint32_t)number_of(model, "intent", row);
      assert_int_equal(intents[row], (uint32_t)number_of(model, "action", row));
    }
    assert_ok(dks_model_step(model, 1));
  }
  assert_true(told > kDroids);
  dks_model_destroy(model);
}

static uint64_t intents_of_last_step(const dks_model* model) {
  dks_event_view events;
  uint64_t count = 0;
  assert_ok(dks_model_events(model, &events));
  for (uint64_t i = 0; i < events.count; ++i) {
    count += events.items[i].kind == DKS_EVENT_INTENT;
  }
  return count;
}

static void an_intent_is_told_once_until_it_is_done(void** state) {
  (void)state;
  dks_model* const model = make_droids("{\"count\": 1}");
  uint64_t again = 0;
  for (int step = 0; step < 60; ++step) {
    const double before = number_of(model, "intent", 0);
    const double cell_before = number_of(model, "intent_cell", 0);
    const int reported = step % 3 == 2;
    if (reported) {
      follow_all(model, 0);
    }
    assert_ok(dks_model_step(model, 1));
    const int same = number_of(model, "intent", 0) == before &&
                     number_of(model, "intent_cell", 0) == cell_before;
    if (reported) {
      assert_int_equal(intents_of_last_step(model), 1);
    } else if (same) {
      assert_int_equal(intents_of_last_step(model), 0);
      ++again;
    }
  }
  assert_true(again > 0);
  dks_model_destroy(model);
}

// ---- results

// Mean over all after 300 steps. `share`: of each intent; negative: nothing is reported. Ends the
// model.
static double energy_after(dks_model* model, const char* type, double share) {
  for (int step = 0; step < 300; ++step) {
    assert_ok(dks_model_step(model, 1));
    if (share >= 0) {
      follow_all(model, share);
    }
  }
  const dks_column energy = column_of(model, type, "energy");
  double sum = 0;
  for (uint64_t row = 0; row < energy.count; ++row) {
    sum += column_number(&energy, row, 0);
  }
  dks_model_destroy(model);
  return sum / (double)energy.count;
}

static void with_a_host_that_follows_it_lives_as_well_as_in_the_world(void** state) {
  (void)state;
  const char* const pets = "{\"count\": 30}";
  const double world = energy_after(make_yard("pet", pets, 1), "pet", -1);
  const double followed = energy_after(make_droids(pets), "droid", 1);
  const double ignored = energy_after(make_droids(pets), "droid", -1);
  const double failed = energy_after(make_droids(pets), "droid", 0);
  print_message(
      "mean energy after 300 steps: bodies of the world %.3f, of a host that follows %.3f, that "
      "does nothing %.3f, that never gets anything done %.3f\n",
      world,
      followed,
      ignored,
      failed
  );
  assert_true(followed > 0.8 * world);
  assert_true(ignored < 0.2 * world);
  assert_true(failed < 0.2 * world);
}

static void what_is_done_takes_effect_in_proportion(void** state) {
  (void)state;
  static const double kShares[] = {0, 0.25, 0.5, 1};
  double energy[4];
  for (int i = 0; i < 4; ++i) {
    dks_model* const model =
        make_droids("{\"name\": \"R2\", \"x\": 6, \"y\": 6, \"needs\": {\"energy\": 0.2}}");
    wait_for_intent(model, "eat");
    const dks_agent_id body = id_at(model, 0);
    assert_ok(dks_model_report_done(model, &body, &kShares[i], 1));
    assert_ok(dks_model_step(model, 1));
    energy[i] = number_of(model, "energy", 0);
    dks_model_destroy(model);
  }
  assert_true(energy[3] > energy[0] + 0.05);
  for (int i = 1; i < 3; ++i) {
    assert_true(fabs(energy[i] - energy[0] - kShares[i] * (energy[3] - energy[0])) < 1e-5);
  }
}

static void who_is_not_where_the_food_is_eats_nothing(void** state) {
  (void)state;
  double energy[2];
  for (int away = 0; away < 2; ++away) {
    dks_model* const model =
        make_droids("{\"name\": \"R2\", \"x\": 6, \"y\": 6, \"needs\": {\"energy\": 0.2}}");
    wait_for_intent(model, "eat");
    const dks_agent_id body = id_at(model, 0);
    const int32_t x = 11;
    const double all = 1, none = 0;
    if (away) {
      assert_ok(dks_model_set_layer(model, "food", &x, &x, &none, 1));
      assert_ok(dks_model_move(model, &body, &x, &x, 1));
    }
    assert_ok(dks_model_report_done(model, &body, &all, 1));
    assert_ok(dks_model_step(model, 1));
    energy[away] = number_of(model, "energy", 0);
    dks_model_destroy(model);
  }
  assert_true(energy[0] > energy[1] + 0.05);
}

static void who_is_gone_meanwhile_does_nothing(void** state) {
  (void)state;
  dks_model* const model = make_droids("{\"count\": 2}");
  assert_ok(dks_model_step(model, 1));
  const dks_agent_id bodies[] = {id_at(model, 0), id_at(model, 1), id_at(model, 0)};
  const double shares[] = {1, 1, 0.5};
  assert_ok(dks_model_report_done(model, bodies, shares, 3));
  assert_ok(dks_model_remove(model, bodies, 1));
  assert_ok(dks_model_step(model, 2));
  assert_fails(dks_model_report_done(model, bodies, shares, 1), DKS_E_STALE, "items[0]: ");
  dks_model_destroy(model);
}

// ---- who is near

static void the_host_says_who_is_near(void** state) {
  (void)state;
  const char* const pets =
      "{\"name\": \"R2\", \"x\": 1, \"y\": 1}, {\"name\": \"C3\", \"x\": 10, "
      "\"y\": 10}, {\"name\": \"K9\", \"x\": 1, \"y\": 2}";
  dks_model* const model = make_droids(pets);
  const dks_agent_id r2 = id_at(model, 0);
  const dks_agent_id c3 = id_at(model, 1);
  const dks_agent_id k9 = id_at(model, 2);
  assert_ok(dks_model_step(model, 1));
  assert_true(number_of(model, "partner", 0) == (double)k9);  // as the grid says
  assert_true(number_of(model, "partner", 1) == 0);
  double id = (double)c3;
  assert_ok(dks_model_set(model, &r2, 1, "neighbours", 0, &id));
  id = (double)r2;
  assert_ok(dks_model_set(model, &c3, 1, "neighbours", 0, &id));
  id = 0;
  assert_ok(dks_model_set(model, &r2, 1, "neighbours", 1, &id));
  assert_ok(dks_model_set(model, &c3, 1, "neighbours", 1, &id));
  assert_ok(dks_model_set(model, &k9, 1, "neighbours", 0, &id));
  assert_ok(dks_model_step(model, 1));
  assert_true(number_of(model, "partner", 0) == (double)c3);
  assert_true(number_of(model, "partner", 1) == (double)r2);
  assert_true(number_of(model, "partner", 2) == 0);  // nobody, although one stands beside it
  assert_ok(dks_model_remove(model, &c3, 1));        // who is gone is near nobody
  assert_ok(dks_model_step(model, 1));
  assert_true(number_of(model, "partner", 0) == 0);
  id = 9007199254740991.0;  // the grid decides again
  assert_ok(dks_model_set(model, &r2, 1, "neighbours", 0, &id));
  assert_ok(dks_model_step(model, 1));
  assert_true(number_of(model, "partner", 0) == (double)k9);
  dks_model_destroy(model);
}

// Far from each other on the grid, next to each other for the host: what it does with another one
// reaches that one.
static void a_partner_is_met_where_the_host_says(void** state) {
  (void)state;
  dks_model* const model = make_droids(
      "{\"name\": \"R2\", \"x\": 1, \"y\": 1}, {\"name\": "
      "\"C3\", \"x\": 10, \"y\": 10}"
  );
  const dks_agent_id both[] = {id_at(model, 0), id_at(model, 1)};
  const double others[] = {(double)both[1], (double)both[0]};
  const double nobody[] = {0, 0};
  const double shares[] = {1, 1};
  uint64_t met = 0;
  assert_ok(dks_model_set(model, both, 2, "neighbours", 0, others));
  assert_ok(dks_model_set(model, both, 2, "neighbours", 1, nobody));
  for (int step = 0; step < 300 && met == 0; ++step) {
    dks_event_view events;
    assert_ok(dks_model_step(model, 1));
    assert_ok(dks_model_events(model, &events));
    for (uint64_t i = 0; i < events.count; ++i) {
      met += events.items[i].kind == DKS_EVENT_MET;
    }
    assert_ok(dks_model_report_done(model, both, shares, 2));
  }
  assert_true(met > 0);
  dks_model_destroy(model);
}

// ---- bits

static uint64_t hash_of_run(uint32_t workers, int slices) {
  dks_model* const model = make_yard("droid.json", "{\"count\": 30}", workers);
  for (int step = 0; step < 120; ++step) {
    uint32_t done = slices ? 0 : 1;
    if (!slices) {
      assert_ok(dks_model_step(model, 1));
    }
    while (done == 0) {
      assert_ok(dks_model_step_for(model, 1, 1, &done));
    }
    follow_all(model, step % 4 == 0 ? 0.5 : 1);
  }
  const uint64_t hash = hash_of(model);
  dks_model_destroy(model);
  return hash;
}

static void one_hash_for_workers_and_slices(void** state) {
  (void)state;
  const uint64_t hash = hash_of_run(1, 0);
  assert_int_equal(hash_of_run(3, 0), hash);
  assert_int_equal(hash_of_run(1, 1), hash);
  assert_int_equal(hash_of_run(3, 1), hash);
}

static void what_waits_to_be_done_is_state(void** state) {
  (void)state;
  dks_model* const model = make_droids("{\"count\": 2}");
  assert_ok(dks_model_step(model, 1));
  const uint64_t hash = hash_of(model);
  const dks_agent_id body = id_at(model, 0);
  const double share = 0.5;
  assert_ok(dks_model_report_done(model, &body, &share, 1));
  assert_true(hash_of(model) != hash);
  dks_model_destroy(model);
}

static void wrong_reports_are_refused_whole(void** state) {
  (void)state;
  dks_model* const model = make_droids("{\"count\": 2}");
  assert_ok(dks_model_step(model, 1));
  const uint64_t hash = hash_of(model);
  const dks_agent_id bodies[] = {id_at(model, 0), id_at(model, 1)};
  const double beyond[] = {1, 1.5};
  const double nan_share[] = {1, NAN};
  const dks_agent_id stale[] = {bodies[0], bodies[1] + ((dks_agent_id)1 << 32)};
  assert_fails(
      dks_model_report_done(model, bodies, beyond, 2),
      DKS_E_INVALID,
      "shares[1]: 1.5 is not in [0, 1]"
  );
  assert_fails(dks_model_report_done(model, bodies, nan_share, 2), DKS_E_INVALID, "shares[1]: nan");
  assert_fails(dks_model_report_done(model, stale, beyond, 2), DKS_E_STALE, "items[1]: ");
  assert_int_equal(hash_of(model), hash);
  dks_model_destroy(model);

  dks_model* const world = make_yard("pet", "{\"name\": \"Momo\"}", 1);
  dks_agent_id momo = DKS_AGENT_NONE;
  assert_ok(dks_model_find(world, "Momo", &momo));
  assert_fails(
      dks_model_report_done(world, &momo, beyond, 1),
      DKS_E_INVALID,
      "items[0]: the world moves the bodies of agent type \"pet\" itself"
  );
  dks_model_destroy(world);
}

// ---- agent types of plugins

static dks_model* make_sprite(dks_agent_id* out) {
  dks_model* const model = make_default(3);
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = "sprite";
  assert_ok(dks_model_add_type(model, "sprite"));
  assert_ok(dks_model_spawn(model, &desc, 1, out));
  return model;
}

static void a_plugins_type_is_told_what_its_body_did(void** state) {
  (void)state;
  dks_agent_id sprite = DKS_AGENT_NONE;
  dks_model* const model = make_sprite(&sprite);
  const double share = 0.25;
  imp_share = -1;
  assert_ok(dks_model_report_done(model, &sprite, &share, 1));
  assert_true(imp_share == -1);
  assert_ok(dks_model_step(model, 1));
  assert_true(imp_share == share);
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  uint64_t told = 0;
  for (uint64_t i = 0; i < events.count; ++i) {
    const dks_event* const event = &events.items[i];
    told += event->kind == DKS_EVENT_FIRST_OF_PLUGINS && event->agent == sprite &&
            event->value[0] == share;
  }
  assert_int_equal(told, 1);
  dks_model_destroy(model);
}

static void a_plugin_that_fails_at_it_is_told_by_name(void** state) {
  (void)state;
  dks_agent_id sprite = DKS_AGENT_NONE;
  dks_model* const model = make_sprite(&sprite);
  const double share = 1;
  assert_ok(dks_model_report_done(model, &sprite, &share, 1));
  imp_is = IMP_FAILS_IN_ACT;
  assert_fails(dks_model_step(model, 1), DKS_E_USER, "agent type \"sprite\"");
  assert_in(dks_last_error(), "stumbled");
  imp_is = IMP_BEHAVES;
  assert_ok(dks_model_step(model, 1));
  dks_model_destroy(model);
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(intents_are_events_and_columns_and_bodies_stay),
      cmocka_unit_test(an_intent_is_told_once_until_it_is_done),
      cmocka_unit_test(with_a_host_that_follows_it_lives_as_well_as_in_the_world),
      cmocka_unit_test(what_is_done_takes_effect_in_proportion),
      cmocka_unit_test(who_is_not_where_the_food_is_eats_nothing),
      cmocka_unit_test(who_is_gone_meanwhile_does_nothing),
      cmocka_unit_test(the_host_says_who_is_near),
      cmocka_unit_test(a_partner_is_met_where_the_host_says),
      cmocka_unit_test(one_hash_for_workers_and_slices),
      cmocka_unit_test(what_waits_to_be_done_is_state),
      cmocka_unit_test(wrong_reports_are_refused_whole),
      cmocka_unit_test(a_plugins_type_is_told_what_its_body_did),
      cmocka_unit_test(a_plugin_that_fails_at_it_is_told_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
