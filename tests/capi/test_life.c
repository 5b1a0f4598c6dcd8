// How pets fare in the meadow, over seeds. SPDX-License-Identifier: MIT
// dks-test: timeout=300
#include "dks.h"

#include "support.h"

#include <cmocka.h>

enum { kSeeds = 20, kDay = 48 };
static const char* const kTypes[] = {"cat", "dog", "finch"};

static double sum_of(const dks_model* model, const char* field) {
  double sum = 0;
  for (int type = 0; type < 3; ++type) {
    const dks_column column = column_of(model, kTypes[type], field);
    for (uint64_t row = 0; row < column.count; ++row) {
      sum += column_number(&column, row, 0);
    }
  }
  return sum;
}

static double critical_share(uint64_t seed, const char* mind, uint32_t steps) {
  dks_model* const model = meadow_of_seed(seed, mind, NULL);
  assert_ok(dks_model_step(model, steps));
  const double share = sum_of(model, "critical_steps") / sum_of(model, "lived");
  dks_model_destroy(model);
  return share;
}

static void pets_with_a_mind_are_rarely_critical(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const double share = critical_share(seed, NULL, 7 * kDay);
    print_message("seed %d: critical share %.4f\n", (int)seed, share);
    assert_true(share <= 0.10);
  }
}

static void pets_that_act_at_random_mostly_are(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const double share = critical_share(seed, "random", 7 * kDay);
    print_message("seed %d: critical share at random %.4f\n", (int)seed, share);
    assert_true(share >= 0.7);
  }
}

// The share of pets in cells of each place, and of those whose action bears the name.
typedef struct Sample {
  double place[4];  // wild, nest, feeder, playground
  double sleeping;
  double rows;
} Sample;

static void sample(const dks_model* model, const int32_t* sleep_of_type, Sample* into) {
  dks_column places;
  assert_ok(dks_model_layer(model, "place", &places));
  for (int type = 0; type < 3; ++type) {
    const dks_column cells = column_of(model, kTypes[type], "cell");
    const dks_column actions = column_of(model, kTypes[type], "action");
    for (uint64_t row = 0; row < cells.count; ++row) {
      const uint32_t cell = ((const uint32_t*)cells.data)[row];
      into->place[(int)column_number(&places, cell, 0)] += 1;
      into->sleeping += column_number(&actions, row, 0) == sleep_of_type[type];
      into->rows += 1;
    }
  }
}

static void find_sleep(const dks_model* model, int32_t* sleep_of_type) {
  cJSON* const world = model_json(dks_model_world_json, model);
  const cJSON* const types = cJSON_GetObjectItem(world, "types");
  for (int type = 0; type < 3; ++type) {
    const cJSON* const actions = cJSON_GetObjectItem(cJSON_GetArrayItem(types, type), "actions");
    sleep_of_type[type] = -1;
    for (int i = 0; i < cJSON_GetArraySize(actions); ++i) {
      if (strcmp(cJSON_GetArrayItem(actions, i)->valuestring, "sleep") == 0) {
        sleep_of_type[type] = i;
      }
    }
    assert_true(sleep_of_type[type] >= 0);
  }
  cJSON_Delete(world);
}

static void divide(Sample* sum) {
  for (int i = 0; i < 4; ++i) {
    sum->place[i] /= sum->rows;
  }
  sum->sleeping /= sum->rows;
}

static void the_night_changes_what_pets_do(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Sample with = {{0}, 0, 0}, without = {{0}, 0, 0};
    Sample* const sums[] = {&with, &without};
    static const char* const changes[] = {
        "{\"schedule\": []}", "{\"schedule\": [], \"environment\": {\"night\": false}}"};
    for (int world = 0; world < 2; ++world) {
      dks_model* const model = meadow_of_seed(seed, NULL, changes[world]);
      int32_t sleep_of_type[3];
      find_sleep(model, sleep_of_type);
      for (int step = 0; step < 5 * kDay; ++step) {
        assert_ok(dks_model_step(model, 1));
        const double hour = environment_of(model, "hour");
        if (step >= kDay && (hour >= 21 || hour < 5)) {
          sample(model, sleep_of_type, sums[world]);
        }
      }
      divide(sums[world]);
      dks_model_destroy(model);
    }
    print_message(
        "seed %d: at night in the nest %.3f, asleep %.3f, wild %.3f; without night %.3f, %.3f, "
        "%.3f\n",
        (int)seed,
        with.place[1],
        with.sleeping,
        with.place[0],
        without.place[1],
        without.sleeping,
        without.place[0]
    );
    assert_true(with.place[1] > without.place[1] + 0.05);
    assert_true(with.place[0] < without.place[0]);
  }
}

static void a_storm_sends_pets_home(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Sample storm = {{0}, 0, 0}, calm = {{0}, 0, 0};
    Sample* const sums[] = {&storm, &calm};
    for (int world = 0; world < 2; ++world) {
      dks_model* const model = meadow_of_seed(seed, NULL, "{\"schedule\": []}");
      int32_t sleep_of_type[3];
      find_sleep(model, sleep_of_type);
      for (int day = 0; day < 4; ++day) {
        assert_ok(dks_model_step(model, 8));
        // From ten to four, the brightest hours.
        assert_ok(dks_model_drive(model, "weather", world == 0 ? 3 : 0, 12));
        for (int step = 0; step < 12; ++step) {
          assert_ok(dks_model_step(model, 1));
          if (step >= 4) {
            sample(model, sleep_of_type, sums[world]);
          }
        }
        assert_ok(dks_model_step(model, kDay - 20));
      }
      divide(sums[world]);
      dks_model_destroy(model);
    }
    const double out_in_storm = storm.place[0] + storm.place[3];
    const double out_in_calm = calm.place[0] + calm.place[3];
    print_message(
        "seed %d: in a storm %.3f in the nest, %.3f outside; without %.3f, %.3f\n",
        (int)seed,
        storm.place[1],
        out_in_storm,
        calm.place[1],
        out_in_calm
    );
    assert_true(storm.place[1] > calm.place[1] + 0.05);
    assert_true(out_in_storm < out_in_calm);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pets_with_a_mind_are_rarely_critical),
      cmocka_unit_test(pets_that_act_at_random_mostly_are),
      cmocka_unit_test(the_night_changes_what_pets_do),
      cmocka_unit_test(a_storm_sends_pets_home),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
