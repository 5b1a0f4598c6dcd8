// Pets that take turns at thinking: who thinks when, and how they fare. SPDX-License-Identifier:
// MIT dks-test: timeout=120
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

enum { kPets = 60, kEvery = 4, kDay = 48 };

static dks_model* world(uint64_t seed, int think_every, int waves) {
  char json[1500];
  snprintf(
      json,
      sizeof json,
      "{\"activation\": {\"waves\": %d}, "
      "\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"], "
      "\"areas\": [{\"value\": \"nest\", \"x\": 2, \"y\": 2, \"width\": 6, \"height\": 5}, "
      "{\"value\": \"feeder\", \"x\": 9, \"y\": 3, \"width\": 7, \"height\": 6}, "
      "{\"value\": \"playground\", \"x\": 12, \"y\": 12, \"width\": 6, \"height\": 5}]}, "
      "\"food\": {\"growth\": 0.05, "
      "\"areas\": [{\"where\": {\"place\": \"feeder\"}, \"value\": 1}]}}, "
      "\"species\": [{\"extends\": \"pet\", \"name\": \"own\", \"mind\": {\"think_every\": %d}}], "
      "\"pets\": [{\"species\": \"own\", \"count\": %d}]}",
      waves,
      think_every,
      kPets
  );
  return world_of_seed(seed, json);
}

// A pet that has just thought has no unthought step.
static int thought(const dks_model* model) {
  const dks_column unthought = column_of(model, "own", "unthought");
  int count = 0;
  for (uint64_t row = 0; row < unthought.count; ++row) {
    count += column_number(&unthought, row, 0) == 0;
  }
  return count;
}

static void pets_take_turns_and_a_message_wakes_them(void** state) {
  (void)state;
  for (int waves = 0; waves <= 3; waves += 3) {
    dks_model* const model = world(7, kEvery, waves);
    assert_ok(dks_model_step(model, 1));
    assert_int_equal(thought(model), kPets);  // newborn
    assert_ok(dks_model_step(model, 3));
    int sum = 0;
    for (int step = 0; step < kDay; ++step) {
      assert_ok(dks_model_step(model, 1));
      const int now = thought(model);
      assert_true(now >= kPets / kEvery);
      sum += now;
      const dks_column unthought = column_of(model, "own", "unthought");
      for (uint64_t row = 0; row < kPets; ++row) {
        assert_true(column_number(&unthought, row, 0) < kEvery);
      }
    }
    print_message("%d waves: %.1f of %d think in a step\n", waves, sum / (double)kDay, kPets);
    assert_true(sum < kDay * kPets / 2);
    dks_message message;
    dks_message_init(&message);
    message.from = "ana";
    message.to = "*";
    message.kind = "pet";
    assert_ok(dks_model_post(model, &message, 1));
    assert_ok(dks_model_step(model, 1));
    assert_int_equal(thought(model), kPets);
    dks_model_destroy(model);
  }
}

static double critical_share(uint64_t seed, int think_every) {
  dks_model* const model = world(seed, think_every, 0);
  assert_ok(dks_model_step(model, 7 * kDay));
  double sum = 0;
  const dks_column critical = column_of(model, "own", "critical_steps");
  for (uint64_t row = 0; row < critical.count; ++row) {
    sum += column_number(&critical, row, 0);
  }
  dks_model_destroy(model);
  return sum / (7.0 * kDay * kPets);
}

static void who_thinks_every_other_step_still_lives_well(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const double often = critical_share(seed, 1);
    const double rarely = critical_share(seed, 2);
    print_message(
        "seed %d: critical share %.4f, every other step %.4f\n", (int)seed, often, rarely
    );
    assert_true(rarely <= 0.1);
  }
}

// Counts of a tie to somebody who is gone fade by a tenth a step, however rarely the pet thinks.
static void what_is_learned_fades_by_the_step(void** state) {
  (void)state;
  for (int think_every = 1; think_every <= 8; think_every *= 8) {
    char json[500];
    snprintf(
        json,
        sizeof json,
        "{\"grid\": {\"width\": 3, \"height\": 3}, \"layers\": {\"place\": {\"categories\": "
        "[\"wild\", \"nest\", \"feeder\", \"playground\"]}, \"food\": {}}, "
        "\"species\": [{\"extends\": \"pet\", \"name\": \"own\", \"learning\": {\"company\": 1, "
        "\"retention\": 0.9}, \"mind\": {\"think_every\": %d}}], "
        "\"pets\": [{\"species\": \"own\", \"count\": 2}]}",
        think_every
    );
    dks_model* const model = world_of_seed(1, json);
    assert_ok(dks_model_step(model, 64));
    const dks_column ids = column_of(model, "own", "id");
    assert_ok(dks_model_remove(model, (const dks_agent_id*)ids.data + 1, 1));
    double before[2];
    static const char* const counts[] = {"tie_friendly", "tie_hostile"};
    for (int i = 0; i < 2; ++i) {
      const dks_column count = column_of(model, "own", counts[i]);
      before[i] = column_number(&count, 0, 0);
    }
    assert_true(before[0] + before[1] > 0);
    assert_ok(dks_model_step(model, 16));
    for (int i = 0; i < 2; ++i) {
      const dks_column count = column_of(model, "own", counts[i]);
      assert_true(fabs(column_number(&count, 0, 0) - before[i] * pow(0.9, 16)) < 1e-5);
    }
    dks_model_destroy(model);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pets_take_turns_and_a_message_wakes_them),
      cmocka_unit_test(who_thinks_every_other_step_still_lives_well),
      cmocka_unit_test(what_is_learned_fades_by_the_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
