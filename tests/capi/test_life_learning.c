// What pets learn in their lives: where food is, what is rewarded, who is friendly.
// SPDX-License-Identifier: MIT
// dks-test: timeout=240
#include "dks.h"

#include "support.h"

#include <cmocka.h>

enum { kSeeds = 20, kDay = 48, kWidth = 20, kPets = 20 };

// ---- where food is

typedef struct Area {
  int32_t x, y, width, height;
} Area;

static const Area kFeeder = {12, 3, 5, 4};
static const Area kOtherFeeder = {3, 14, 5, 4};
static const Area kWild = {9, 15, 5, 4};

static dks_model* pasture(uint64_t seed, const char* learning) {
  char json[2000];
  snprintf(
      json,
      sizeof json,
      "{\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"], "
      "\"areas\": [{\"value\": \"nest\", \"x\": 2, \"y\": 2, \"width\": 6, \"height\": 5}, "
      "{\"value\": \"feeder\", \"x\": %d, \"y\": %d, \"width\": 5, \"height\": 4}, "
      "{\"value\": \"feeder\", \"x\": %d, \"y\": %d, \"width\": 5, \"height\": 4}, "
      "{\"value\": \"playground\", \"x\": 15, \"y\": 10, \"width\": 4, \"height\": 4}]}, "
      "\"food\": {}}, "
      "\"species\": [{\"extends\": \"pet\", \"name\": \"forager\", \"learning\": %s}], "
      "\"pets\": [{\"species\": \"forager\", \"count\": %d}]}",
      kFeeder.x,
      kFeeder.y,
      kOtherFeeder.x,
      kOtherFeeder.y,
      learning,
      kPets
  );
  return world_of_seed(seed, json);
}

// Food grows there by a twentieth, up to 1.
static void grow(dks_model* model, const Area* area, double to_most) {
  int32_t x[64], y[64];
  double values[64];
  uint32_t count = 0;
  dks_column food;
  assert_ok(dks_model_layer(model, "food", &food));
  for (int32_t i = 0; i < area->width * area->height; ++i, ++count) {
    x[count] = area->x + i % area->width;
    y[count] = area->y + i / area->width;
    const double grown = column_number(&food, y[count] * kWidth + x[count], 0) + 0.05;
    values[count] = grown < to_most ? grown : to_most;
  }
  assert_ok(dks_model_set_layer(model, "food", x, y, values, count));
}

typedef struct Fare {
  double energy, critical;
} Fare;

static Fare live(dks_model* model, const Area* area, int steps) {
  Fare sum = {0, 0};
  for (int step = 0; step < steps; ++step) {
    grow(model, area, 1);
    assert_ok(dks_model_step(model, 1));
    const dks_column energy = column_of(model, "forager", "energy");
    for (uint64_t row = 0; row < energy.count; ++row) {
      const double level = column_number(&energy, row, 0);
      sum.energy += level / kPets / steps;
      sum.critical += (level < 0.2) / (double)kPets / steps;
    }
  }
  return sum;
}

static void food_moves(const Area* to, const char* where) {
  static const char* const learning[2] = {"{}", "{\"food\": 1}"};
  Fare mean[2][2] = {{{0, 0}}};
  int better = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Fare before[2], after[2];
    for (int on = 0; on < 2; ++on) {
      dks_model* const model = pasture(seed, learning[on]);
      before[on] = live(model, &kFeeder, 4 * kDay);
      grow(model, &kFeeder, 0);
      after[on] = live(model, to, 4 * kDay);
      dks_model_destroy(model);
      mean[on][0].energy += before[on].energy / kSeeds;
      mean[on][0].critical += before[on].critical / kSeeds;
      mean[on][1].energy += after[on].energy / kSeeds;
      mean[on][1].critical += after[on].critical / kSeeds;
    }
    better += after[1].energy > after[0].energy;
    print_message(
        "seed %d: energy %.3f (critical %.3f), not learning %.3f (%.3f); food moved to %s: %.3f "
        "(%.3f), not learning %.3f (%.3f)\n",
        (int)seed,
        before[1].energy,
        before[1].critical,
        before[0].energy,
        before[0].critical,
        where,
        after[1].energy,
        after[1].critical,
        after[0].energy,
        after[0].critical
    );
  }
  print_message(
      "mean: energy %.3f (critical %.3f), not learning %.3f (%.3f); food moved to %s: %.3f (%.3f), "
      "not learning %.3f (%.3f)\n",
      mean[1][0].energy,
      mean[1][0].critical,
      mean[0][0].energy,
      mean[0][0].critical,
      where,
      mean[1][1].energy,
      mean[1][1].critical,
      mean[0][1].energy,
      mean[0][1].critical
  );
  assert_int_equal(better, kSeeds);
  assert_true(mean[1][1].energy > mean[0][1].energy + 0.2);
  assert_true(mean[1][1].critical < mean[0][1].critical - 0.3);
  assert_true(mean[1][0].energy > mean[0][0].energy - 0.02);
  assert_true(mean[1][0].critical < mean[0][0].critical + 0.02);
}

static void food_that_moves_to_another_feeder_is_found(void** state) {
  (void)state;
  food_moves(&kOtherFeeder, "another feeder");
}

static void food_that_moves_into_the_wild_is_found(void** state) {
  (void)state;
  food_moves(&kWild, "the wild");
}

// ---- habits

// The action in the species' list; "explore" is the sixth.
enum { kExplore = 5 };

static uint64_t actions_done(const dks_model* model, int action) {
  const dks_column actions = column_of(model, "forager", "action");
  uint64_t count = 0;
  for (uint64_t row = 0; row < actions.count; ++row) {
    count += column_number(&actions, row, 0) == action;
  }
  return count;
}

// A user's answer to everybody who just did the action.
static void answer(dks_model* model, int action, const char* kind) {
  const dks_column actions = column_of(model, "forager", "action");
  const dks_column ids = column_of(model, "forager", "id");
  for (uint64_t row = 0; row < actions.count; ++row) {
    if (column_number(&actions, row, 0) == action) {
      dks_message message = feed("ana", NULL);
      message.kind = kind;
      message.to_agent = ((const uint64_t*)ids.data)[row];
      assert_ok(dks_model_post(model, &message, 1));
    }
  }
}

// The share of steps in which pets explore; who does is answered, where there is a kind.
static double share_of_exploring(dks_model* model, int steps, const char* kind) {
  uint64_t count = 0;
  for (int step = 0; step < steps; ++step) {
    grow(model, &kFeeder, 1);
    grow(model, &kOtherFeeder, 1);
    assert_ok(dks_model_step(model, 1));
    count += actions_done(model, kExplore);
    if (kind != NULL) {
      answer(model, kExplore, kind);
    }
  }
  return (double)count / kPets / steps;
}

static void what_users_answer_becomes_more_or_less_of_a_habit_and_fades(void** state) {
  (void)state;
  static const char* const kinds[3] = {"pet", NULL, "scold"};
  static const char* const learning[2] = {"{}", "{\"habits\": 0.5}"};
  double mean[2][3][2] = {{{0}}};
  int ordered = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    double now[3];
    for (int on = 0; on < 2; ++on) {
      for (int kind = 0; kind < 3; ++kind) {
        dks_model* const model = pasture(seed, learning[on]);
        share_of_exploring(model, kDay, kinds[kind]);
        now[kind] = share_of_exploring(model, 2 * kDay, kinds[kind]);
        mean[on][kind][0] += now[kind] / kSeeds;
        share_of_exploring(model, 6 * kDay, NULL);
        mean[on][kind][1] += share_of_exploring(model, 2 * kDay, NULL) / kSeeds;
        dks_model_destroy(model);
      }
    }
    ordered += now[0] > now[1] && now[1] > now[2];
  }
  for (int on = 0; on < 2; ++on) {
    const double none = mean[on][1][0], none_later = mean[on][1][1];
    print_message(
        "learning %s: exploring, rewarded %.4f, not %.4f, scolded %.4f; days after %.4f, %.4f, "
        "%.4f\n",
        learning[on],
        mean[on][0][0],
        none,
        mean[on][2][0],
        mean[on][0][1],
        none_later,
        mean[on][2][1]
    );
    // Being petted or scolded does not by itself make pets explore more or less.
    assert_true(on || (mean[0][0][0] < 1.15 * none && mean[0][2][0] > 0.85 * none));
    assert_true(!on || (mean[1][0][0] > 1.5 * none && mean[1][2][0] < 0.7 * none));
    assert_true(mean[on][0][1] < 1.15 * none_later && mean[on][2][1] > 0.85 * none_later);
  }
  assert_true(ordered >= 18);
}

// ---- who is friendly

// One pet that learns, and two that do nothing but groom: a grump, always hostile, and a friend.
static dks_model* company(uint64_t seed, const char* learning) {
  static const char* const kGroomer =
      "\"extends\": \"pet\", \"speed\": 0, \"withdraw_after\": 0, \"actions\": {\"eat\": null, "
      "\"sleep\": null, \"play\": null, \"approach\": null, \"explore\": null, \"call\": null, "
      "\"rest\": null}, \"personality\": null";
  char json[3000];
  snprintf(
      json,
      sizeof json,
      "{\"environment\": {\"danger\": {\"base\": 0, \"night\": 0, \"storm\": 0}}, "
      "\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", "
      "\"playground\"]}, \"food\": {}}, "
      "\"species\": [{\"extends\": \"pet\", \"name\": \"learner\", \"learning\": %s, "
      "\"actions\": {\"eat\": null, \"sleep\": null, \"play\": null, \"call\": null, \"explore\": "
      "null}, \"personality\": null}, "
      "{%s, \"name\": \"grump\", \"affect\": {\"baseline\": 1000}}, "
      "{%s, \"name\": \"friend\", \"affect\": {\"baseline\": -1000}}], "
      "\"pets\": [{\"species\": \"learner\", \"name\": \"Lea\"}, "
      "{\"species\": \"grump\", \"name\": \"Gus\", \"personality\": {\"agreeableness\": 0}}, "
      "{\"species\": \"friend\", \"name\": \"Fay\"}]}",
      learning,
      kGroomer,
      kGroomer
  );
  return world_of_seed(seed, json);
}

static void put(dks_model* model, const char* name, int32_t x, int32_t y) {
  dks_agent_id agent = 0;
  assert_ok(dks_model_find(model, name, &agent));
  assert_ok(dks_model_move(model, &agent, &x, &y, 1));
}

// Some steps in which this one is beside Lea, and the others are out of sight.
static void meet(dks_model* model, const char* name, int steps) {
  for (int step = 0; step < steps; ++step) {
    put(model, "Lea", 10, 10);
    put(model, "Gus", 0, 0);
    put(model, "Fay", 0, 10);
    if (name != NULL) {
      put(model, name, 11, 10);
    }
    assert_ok(dks_model_step(model, 1));
  }
}

// P(hostile) of company that is friendly or hostile, as Lea predicted it; -1: she saw nobody.
static double expected_hostility(const dks_model* model) {
  dks_agent_id agent = 0;
  assert_ok(dks_model_find(model, "Lea", &agent));
  cJSON* const why = agent_json(dks_model_explain, model, agent);
  const cJSON* const company =
      cJSON_GetObjectItem(cJSON_GetObjectItem(why, "predicted"), "company");
  const double friendly = cJSON_GetObjectItem(company, "friendly")->valuedouble;
  const double hostile = cJSON_GetObjectItem(company, "hostile")->valuedouble;
  cJSON_Delete(why);
  return hostile / (friendly + hostile);
}

static void a_pet_comes_to_expect_hostility_of_whom_it_met_so(void** state) {
  (void)state;
  static const char* const learning[2] = {"{}", "{\"company\": 1}"};
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    double of_grump[2], of_friend[2];
    for (int on = 0; on < 2; ++on) {
      dks_model* const model = company(seed, learning[on]);
      for (int round = 0; round < 4; ++round) {
        meet(model, "Gus", 6);
        meet(model, NULL, 3);
        meet(model, "Fay", 6);
        meet(model, NULL, 3);
      }
      meet(model, "Gus", 1);
      of_grump[on] = expected_hostility(model);
      meet(model, NULL, 3);
      meet(model, "Fay", 1);
      of_friend[on] = expected_hostility(model);
      dks_model_destroy(model);
    }
    print_message(
        "seed %d: hostile of company, expected of the grump %.3f, of the friend %.3f; not learning "
        "%.3f, %.3f\n",
        (int)seed,
        of_grump[1],
        of_friend[1],
        of_grump[0],
        of_friend[0]
    );
    assert_true(of_grump[1] > 0.5 && of_friend[1] < 0.15);
    assert_true(of_grump[0] < 0.2 && of_friend[0] < 0.2);
  }
}

// The grump is nearer, on one side; the friend waits on the other.
static void a_pet_approaches_whom_it_knows_as_friendly(void** state) {
  (void)state;
  static const char* const learning[2] = {"{}", "{\"company\": 1}"};
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (int on = 0; on < 2; ++on) {
      dks_model* const model = company(seed, learning[on]);
      meet(model, "Gus", 8);
      meet(model, "Fay", 8);
      int32_t x = 10;
      for (int step = 0; step < 2 * kDay && x == 10; ++step) {
        put(model, "Lea", 10, 10);
        put(model, "Gus", 7, 10);
        put(model, "Fay", 14, 10);
        assert_ok(dks_model_step(model, 1));
        const dks_column cell = column_of(model, "learner", "cell");
        x = (int32_t)column_number(&cell, 0, 0) % kWidth;
      }
      assert_int_equal(x, on ? 12 : 8);
      dks_model_destroy(model);
    }
  }
}

// ---- all of it

#define LEARNS "\"learning\": {\"habits\": 0.5, \"company\": 1, \"food\": 1}"

// In a world that stays as it is there is little to learn, and no harm in it.
static void learning_does_no_harm_in_the_meadow(void** state) {
  (void)state;
  static const char* const kSpecies =
      "{\"species\": [{\"extends\": \"pet\", \"name\": \"cat\"%s}, {\"extends\": \"pet\", "
      "\"name\": \"dog\"%s}, {\"extends\": \"pet\", \"name\": \"finch\"%s}]}";
  static const char* const types[] = {"cat", "dog", "finch"};
  static const char* const learning[2] = {"", ", " LEARNS};
  double critical[2] = {0};
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (int on = 0; on < 2; ++on) {
      char changes[1000];
      snprintf(changes, sizeof changes, kSpecies, learning[on], learning[on], learning[on]);
      dks_model* const model = meadow_of_seed(seed, NULL, changes);
      assert_ok(dks_model_step(model, 4 * kDay));
      for (int type = 0; type < 3; ++type) {
        const dks_column steps = column_of(model, types[type], "critical_steps");
        for (uint64_t row = 0; row < steps.count; ++row) {
          critical[on] += column_number(&steps, row, 0) / (kSeeds * 60 * 4 * kDay);
        }
      }
      dks_model_destroy(model);
    }
  }
  print_message("meadow: critical share %.4f, not learning %.4f\n", critical[1], critical[0]);
  assert_true(critical[1] < critical[0] + 0.01);
}

static void what_is_learned_does_not_depend_on_workers(void** state) {
  (void)state;
  uint64_t hash[2];
  for (int two = 0; two < 2; ++two) {
    dks_model_desc desc;
    dks_model_desc_init(&desc);
    desc.worker_count = two ? 2 : 1;
    dks_model* model = NULL;
    assert_ok(make_meadow(
        &desc,
        "{\"activation\": {\"waves\": 4}, \"species\": [{\"extends\": \"pet\", \"name\": "
        "\"cat\", " LEARNS
        "}], \"pets\": [{\"species\": \"cat\", \"count\": 100}], \"collect\": []}",
        &model
    ));
    for (int step = 0; step < 2 * kDay; ++step) {
      dks_message message = feed("ana", "*");
      message.kind = step % 3 == 0 ? "scold" : "pet";
      assert_ok(dks_model_post(model, &message, 1));
      assert_ok(dks_model_step(model, 1));
    }
    hash[two] = hash_of(model);
    dks_model_destroy(model);
  }
  assert_int_equal(hash[0], hash[1]);
}

// The memory of a world with so many of these pets.
static uint64_t memory_of(int count, const char* changes) {
  char json[2000];
  snprintf(
      json,
      sizeof json,
      "{\"max_agents\": %d, \"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", "
      "\"feeder\", \"playground\"]}, \"food\": {}}, \"species\": [{\"extends\": \"pet\", "
      "\"name\": \"pet\", %s}], \"pets\": [{\"species\": \"pet\", \"count\": %d}]}",
      count > 0 ? count : 1,
      changes,
      count
  );
  dks_model* model = NULL;
  assert_ok(make_world(NULL, json, &model));
  assert_ok(dks_model_step(model, 1));
  const uint64_t bytes = info_of(model).memory_bytes;
  dks_model_destroy(model);
  return bytes;
}

static void who_does_not_learn_has_no_counts_and_who_does_few(void** state) {
  (void)state;
  static const char* const fields[] = {
      "habit_count",
      "tie_friendly",
      "tie_hostile",
      "encounter",
      "spot_cell",
      "spot_found",
      "spot_missed",
      "heading"};
  static const char* const all = "{\"habits\": 0.5, \"company\": 1, \"food\": 1}";
  for (int on = 0; on < 2; ++on) {
    dks_model* const model = pasture(1, on ? all : "{}");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; ++i) {
      dks_column column;
      const dks_status status = dks_model_column(model, "forager", fields[i], &column);
      assert_int_equal(status, on ? DKS_OK : DKS_E_NOTFOUND);
    }
    dks_model_destroy(model);
  }
  const double learning = (double)(memory_of(10000, LEARNS) - memory_of(0, LEARNS)) / 10000;
  print_message("bytes of a pet that learns: %.0f\n", learning);
  assert_true(learning <= 1024);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(food_that_moves_to_another_feeder_is_found),
      cmocka_unit_test(food_that_moves_into_the_wild_is_found),
      cmocka_unit_test(what_users_answer_becomes_more_or_less_of_a_habit_and_fades),
      cmocka_unit_test(a_pet_comes_to_expect_hostility_of_whom_it_met_so),
      cmocka_unit_test(a_pet_approaches_whom_it_knows_as_friendly),
      cmocka_unit_test(learning_does_no_harm_in_the_meadow),
      cmocka_unit_test(what_is_learned_does_not_depend_on_workers),
      cmocka_unit_test(who_does_not_learn_has_no_counts_and_who_does_few),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
