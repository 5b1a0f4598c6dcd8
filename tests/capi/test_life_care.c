// Care, neglect, and what comes after neglect. SPDX-License-Identifier: MIT
// dks-test: timeout=240
#include "dks.h"

#include "support.h"

#include <cmocka.h>

enum { kSeeds = 20, kDay = 48, kWeek = 7 * kDay, kMostPets = 64 };
static const char* const kTypes[] = {"cat", "dog", "finch"};

// Feeds and pets every pet, or every second one.
static void care_for(dks_model* model, uint64_t every) {
  for (int type = 0; type < 3; ++type) {
    const dks_column ids = column_of(model, kTypes[type], "id");
    uint64_t pets[kMostPets];
    memcpy(pets, ids.data, ids.count * sizeof pets[0]);
    for (uint64_t row = 0; row < ids.count; row += every) {
      dks_message care[2] = {feed("ana", NULL), feed("ana", NULL)};
      care[0].to_agent = care[1].to_agent = pets[row];
      care[1].kind = "pet";
      assert_ok(dks_model_post(model, care, 2));
    }
  }
}

typedef struct Feelings {
  double valence, mood;  // of even rows
  double other_valence, other_mood;
  double withdrawn;  // share of all
} Feelings;

// Lives `steps`, with care for every `every`-th pet (0: for none) six times a day; returns the
// means of the last `counted` steps.
static Feelings live(dks_model* model, int steps, int counted, uint64_t every) {
  Feelings sum = {0, 0, 0, 0, 0};
  double rows[2] = {0};
  for (int step = 0; step < steps; ++step) {
    if (every != 0 && step % 8 == 0) {
      care_for(model, every);
    }
    assert_ok(dks_model_step(model, 1));
    for (int type = 0; step >= steps - counted && type < 3; ++type) {
      const dks_column valence = column_of(model, kTypes[type], "valence");
      const dks_column mood = column_of(model, kTypes[type], "mood");
      const dks_column withdrawn = column_of(model, kTypes[type], "withdrawn");
      for (uint64_t row = 0; row < valence.count; ++row) {
        *(row % 2 == 0 ? &sum.valence : &sum.other_valence) += column_number(&valence, row, 0);
        *(row % 2 == 0 ? &sum.mood : &sum.other_mood) += column_number(&mood, row, 0);
        sum.withdrawn += column_number(&withdrawn, row, 0);
        ++rows[row % 2];
      }
    }
  }
  sum.valence /= rows[0];
  sum.mood /= rows[0];
  sum.other_valence /= rows[1];
  sum.other_mood /= rows[1];
  sum.withdrawn /= rows[0] + rows[1];
  return sum;
}

// Every second pet is fed and petted; the others see nobody, in the same world.
static void cared_for_pets_feel_better(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    dks_model* const model = meadow_of_seed(seed, NULL, NULL);
    const Feelings felt = live(model, 4 * kDay, 3 * kDay, 2);
    print_message(
        "seed %d: cared for: mood %.3f, valence %.3f; neglected: mood %.3f, valence %.3f\n",
        (int)seed,
        felt.mood,
        felt.valence,
        felt.other_mood,
        felt.other_valence
    );
    assert_true(felt.mood > felt.other_mood);
    assert_true(felt.valence > felt.other_valence);
    dks_model_destroy(model);
  }
}

// Feeders are empty: these pets have nobody but their users.
static void a_week_of_neglect_is_recovered_from_in_three_days(void** state) {
  (void)state;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    dks_model* const model =
        meadow_of_seed(seed, NULL, "{\"layers\": {\"food\": {\"growth\": 0, \"areas\": []}}}");
    const Feelings before = live(model, 3 * kDay, kDay, 1);
    const Feelings neglected = live(model, kWeek, kDay, 0);
    const Feelings after = live(model, 3 * kDay, kDay, 1);
    print_message(
        "seed %d: valence %.3f, mood %.3f; neglected %.3f, %.3f (%.0f %% withdrawn); three days on "
        "%.3f, %.3f\n",
        (int)seed,
        before.valence,
        before.mood,
        neglected.valence,
        neglected.mood,
        100 * neglected.withdrawn,
        after.valence,
        after.mood
    );
    assert_true(neglected.valence < before.valence - 0.5);
    assert_true(neglected.withdrawn > 0.5);
    assert_true(after.withdrawn == 0);
    assert_true(after.valence > before.valence - 0.1);
    assert_true(after.mood > before.mood - 0.1);
    dks_model_destroy(model);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cared_for_pets_feel_better),
      cmocka_unit_test(a_week_of_neglect_is_recovered_from_in_three_days),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
