// What pets do shows who they are. SPDX-License-Identifier: MIT
// dks-test: timeout=240
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

enum { kPresets = 5, kEach = 8, kPets = kPresets * kEach, kActions = 8, kSteps = 500 };
enum { kTraining = 5, kSeeds = 20 };

// Openness, conscientiousness, extraversion, agreeableness, neuroticism.
static const struct {
  const char* name;
  double traits[5];
} kPresetList[kPresets] = {
    {"explorer", {0.85, 0.6, 0.5, 0.5, 0.1}},
    {"companion", {0.4, 0.5, 1.0, 1.0, 0.3}},
    {"loner", {0.4, 0.5, 0.0, 0.1, 0.4}},
    {"worrier", {0.3, 0.6, 0.3, 0.6, 0.85}},
    {"steady", {0.0, 1.0, 0.5, 0.5, 0.2}},
};

// How often each pet did each action, as shares of its steps. Pets stand in the order of presets.
typedef struct Behaviour {
  double share[kPets][kActions];
} Behaviour;

static dks_model* meadow(uint64_t seed) {
  char changes[3000] = "{\"schedule\": [], \"species\": [\"pet\"], \"pets\": [";
  for (int preset = 0; preset < kPresets; ++preset) {
    const double* const traits = kPresetList[preset].traits;
    char item[300];
    snprintf(
        item,
        sizeof item,
        "%s{\"species\": \"pet\", \"count\": %d, \"personality\": {\"openness\": %g, "
        "\"conscientiousness\": %g, \"extraversion\": %g, \"agreeableness\": %g, "
        "\"neuroticism\": %g}}",
        preset == 0 ? "" : ", ",
        kEach,
        traits[0],
        traits[1],
        traits[2],
        traits[3],
        traits[4]
    );
    strcat(changes, item);
  }
  strcat(changes, "]}");
  return meadow_of_seed(seed, NULL, changes);
}

static void observe(uint64_t seed, Behaviour* seen, double* critical_of_preset) {
  memset(seen, 0, sizeof *seen);
  dks_model* const model = meadow(seed);
  for (int step = 0; step < kSteps; ++step) {
    assert_ok(dks_model_step(model, 1));
    const dks_column action = column_of(model, "pet", "action");
    const dks_column critical = column_of(model, "pet", "critical");
    assert_int_equal(action.count, kPets);
    for (uint64_t row = 0; row < kPets; ++row) {
      const int did = (int)column_number(&action, row, 0);
      if (did < kActions) {
        seen->share[row][did] += 1.0 / kSteps;
      }
      critical_of_preset[row / kEach] += column_number(&critical, row, 0) / kEach / kSteps;
    }
  }
  dks_model_destroy(model);
}

// Nearest centroid, where each share counts by how much it varies among the same.
typedef struct Classifier {
  double centroid[kPresets][kActions];
  double deviation[kActions];
} Classifier;

static void train(Classifier* classifier, const Behaviour* seen) {
  memset(classifier, 0, sizeof *classifier);
  for (int a = 0; a < kActions; ++a) {
    double squares = 0;
    for (int preset = 0; preset < kPresets; ++preset) {
      double sum = 0;
      for (int i = 0; i < kTraining * kEach; ++i) {
        sum += seen[i / kEach].share[preset * kEach + i % kEach][a];
      }
      const double mean = sum / (kTraining * kEach);
      classifier->centroid[preset][a] = mean;
      for (int i = 0; i < kTraining * kEach; ++i) {
        const double off = seen[i / kEach].share[preset * kEach + i % kEach][a] - mean;
        squares += off * off;
      }
    }
    classifier->deviation[a] = sqrt(squares / (kPresets * kTraining * kEach)) + 1e-6;
  }
}

static int classify(const Classifier* classifier, const double* share) {
  int best = 0;
  double least = INFINITY;
  for (int preset = 0; preset < kPresets; ++preset) {
    double distance = 0;
    for (int a = 0; a < kActions; ++a) {
      const double off = (share[a] - classifier->centroid[preset][a]) / classifier->deviation[a];
      distance += off * off;
    }
    if (distance < least) {
      least = distance;
      best = preset;
    }
  }
  return best;
}

static void five_personalities_are_told_apart_by_what_they_do(void** state) {
  (void)state;
  static Behaviour training[kTraining];
  static Behaviour seen;
  double critical[kPresets] = {0};
  for (int i = 0; i < kTraining; ++i) {
    observe(1000 + (uint64_t)i, &training[i], critical);
  }
  Classifier classifier;
  train(&classifier, training);
  memset(critical, 0, sizeof critical);
  int table[kPresets][kPresets] = {{0}};
  int right = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    observe(seed, &seen, critical);
    for (int row = 0; row < kPets; ++row) {
      const int guess = classify(&classifier, seen.share[row]);
      ++table[row / kEach][guess];
      right += guess == row / kEach;
    }
  }
  for (int preset = 0; preset < kPresets; ++preset) {
    critical[preset] /= kSeeds;
    print_message("%-10s critical %.3f; taken for", kPresetList[preset].name, critical[preset]);
    for (int guess = 0; guess < kPresets; ++guess) {
      print_message(" %4d", table[preset][guess]);
    }
    print_message("; does");
    for (int a = 0; a < kActions; ++a) {
      print_message(" %.3f", classifier.centroid[preset][a]);
    }
    print_message("\n");
  }
  const double accuracy = (double)right / (kSeeds * kPets);
  print_message("accuracy %.3f\n", accuracy);
  assert_true(accuracy >= 0.9);
  for (int preset = 0; preset < kPresets; ++preset) {
    assert_true(critical[preset] <= 0.1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(five_personalities_are_told_apart_by_what_they_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
