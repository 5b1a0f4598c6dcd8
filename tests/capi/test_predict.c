// What pets expect themselves to do, and whether they do it. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

enum { kMostActions = 9, kMostPets = 128 };

// The actions of an agent's species, and its distribution over them in the next `steps` steps.
static uint64_t predict(const dks_model* model, dks_agent_id agent, uint32_t steps, double* out) {
  uint64_t count = 0;
  assert_ok(dks_model_predict(model, agent, steps, NULL, 0, &count));
  assert_int_equal(count % steps, 0);
  assert_true(count / steps <= kMostActions);
  uint64_t written = 0;
  assert_ok(dks_model_predict(model, agent, steps, out, count, &written));
  assert_int_equal(written, count);
  return count / steps;
}

static void every_step_is_a_distribution(void** state) {
  (void)state;
  enum { kSteps = 12 };
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, NULL, &model));
  for (int round = 0; round < 3; ++round) {
    const uint64_t before = hash_of(model);
    const dks_column ids = column_of(model, "finch", "id");
    for (uint64_t row = 0; row < ids.count; ++row) {
      double p[kSteps * kMostActions];
      double fewer[2 * kMostActions];
      const dks_agent_id agent = ((const uint64_t*)ids.data)[row];
      const uint64_t actions = predict(model, agent, kSteps, p);
      for (int step = 0; step < kSteps; ++step) {
        double total = 0;
        for (uint64_t action = 0; action < actions; ++action) {
          assert_true(p[step * actions + action] >= 0);
          total += p[step * actions + action];
        }
        assert_true(fabs(total - 1) < 1e-9);
      }
      predict(model, agent, 2, fewer);
      assert_memory_equal(p, fewer, 2 * actions * sizeof(double));
    }
    assert_int_equal(hash_of(model), before);
    assert_ok(dks_model_step(model, 20));
  }
  dks_model_destroy(model);
}

// Mean log probability that pets of a type gave to what they then did, against that of the shares
// of their actions in the same steps, which no pet can know beforehand.
static void foretell(const char* type, double* out_own, double* out_shares, uint64_t* out_actions) {
  enum { kSteps = 200 };
  dks_model* model = NULL;
  assert_ok(make_meadow(NULL, NULL, &model));
  assert_ok(dks_model_step(model, 10));
  static dks_agent_id ids[kMostPets];
  static double p[kMostPets][kMostActions];
  uint64_t times[kMostActions] = {0};
  uint64_t acts = 0;
  double own = 0;
  for (int step = 0; step < kSteps; ++step) {
    const dks_column before = column_of(model, type, "id");
    assert_true(before.count <= kMostPets);
    memcpy(ids, before.data, before.count * sizeof *ids);
    const uint64_t count = before.count;
    for (uint64_t row = 0; row < count; ++row) {
      *out_actions = predict(model, ids[row], 1, p[row]);
    }
    assert_ok(dks_model_step(model, 1));
    const dks_column after = column_of(model, type, "id");
    const dks_column action = column_of(model, type, "action");
    for (uint64_t row = 0; row < count; ++row) {
      assert_int_equal(((const uint64_t*)after.data)[row], ids[row]);  // nobody dies in the meadow
      const uint64_t did = (uint64_t)column_number(&action, row, 0);
      if (did < *out_actions) {
        own += log(p[row][did]);
        ++times[did];
        ++acts;
      }
    }
  }
  double shares = 0;
  for (uint64_t a = 0; a < *out_actions; ++a) {
    shares += times[a] == 0 ? 0 : (double)times[a] * log((double)times[a] / (double)acts);
  }
  *out_own = own / (double)acts;
  *out_shares = shares / (double)acts;
  dks_model_destroy(model);
}

static void pets_know_what_they_will_do_better_than_chance_and_custom(void** state) {
  (void)state;
  static const char* const types[] = {"cat", "dog", "finch"};
  for (int i = 0; i < 3; ++i) {
    double own = 0;
    double shares = 0;
    uint64_t actions = 0;
    foretell(types[i], &own, &shares, &actions);
    print_message(
        "%s: %.3f nats, by shares %.3f, by chance %.3f\n",
        types[i],
        own,
        shares,
        -log((double)actions)
    );
    assert_true(own > shares);
    assert_true(shares > -log((double)actions));
  }
}

static void a_mind_that_acts_at_random_expects_every_action_alike(void** state) {
  (void)state;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.mind = "random";
  dks_model* model = NULL;
  assert_ok(make_world(
      &desc,
      "{\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", "
      "\"playground\"]}, \"food\": {}}, \"pets\": [{\"name\": \"a\"}]}",
      &model
  ));
  assert_ok(dks_model_step(model, 3));
  dks_agent_id agent = 0;
  assert_ok(dks_model_find(model, "a", &agent));
  double p[3 * kMostActions];
  const uint64_t actions = predict(model, agent, 3, p);
  for (uint64_t i = 0; i < 3 * actions; ++i) {
    assert_true(p[i] == 1.0 / (double)actions);
  }
  dks_model_destroy(model);
}

static void a_newborn_and_a_withdrawn_pet_can_be_asked(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  double newborn[kMostActions];
  double withdrawn[kMostActions];
  const uint64_t actions = predict(model, agent, 1, newborn);
  const double one = 1;
  assert_ok(dks_model_step(model, 4));
  assert_ok(dks_model_set(model, &agent, 1, "withdrawn", 0, &one));
  assert_ok(dks_model_step(model, 1));
  predict(model, agent, 1, withdrawn);
  double totals[2] = {0, 0};
  for (uint64_t i = 0; i < actions; ++i) {
    totals[0] += newborn[i];
    totals[1] += withdrawn[i];
  }
  assert_true(fabs(totals[0] - 1) < 1e-9 && fabs(totals[1] - 1) < 1e-9);
  dks_model_destroy(model);
}

static void wrong_arguments_are_refused(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  double p[2 * kMostActions];
  uint64_t count = 77;
  assert_fails(dks_model_predict(model, agent, 0, p, 16, &count), DKS_E_INVALID, "steps: 0");
  assert_fails(
      dks_model_predict(model, agent, DKS_MAX_PREDICTED_STEPS + 1, NULL, 0, &count),
      DKS_E_INVALID,
      "expected 1 to 1024"
  );
  assert_fails(dks_model_predict(model, agent, 1, p, 16, NULL), DKS_E_INVALID, "out_count");
  assert_fails(
      dks_model_predict(model, agent, 1, NULL, 16, &count), DKS_E_INVALID, "out_probabilities"
  );
  assert_int_equal(count, 77);
  p[0] = -1;
  assert_fails(dks_model_predict(model, agent, 2, p, 15, &count), DKS_E_LIMIT, "16 probabilities");
  assert_int_equal(count, 16);
  assert_true(p[0] == -1);
  assert_ok(dks_model_predict(model, agent, 2, p, 16, &count));
  dks_model_destroy(model);
}

// A lone pet, which thinks in every fourth step, goes on in those between, in all 64 futures
// but for the one of habits.
static void between_its_turns_a_pet_expects_to_go_on(void** state) {
  (void)state;
  enum { kAhead = 8 };
  const double all_but_habits = 64.0 / 65 - 1e-9;
  dks_model* const model = world_of_seed(
      3,
      "{\"layers\": {\"food\": {}, \"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", "
      "\"playground\"]}}, \"species\": [{\"extends\": \"pet\", \"name\": \"own\", "
      "\"mind\": {\"think_every\": 4}}]}"
  );
  const dks_agent_id pet = spawn_at(model, NULL, -1, -1);
  assert_ok(dks_model_step(model, 1));
  int sure = 0;
  for (int step = 0; step < 40; ++step) {
    double p[kAhead * kMostActions];
    const uint64_t actions = predict(model, pet, kAhead, p);
    int unsure = 0;
    for (int ahead = 0; ahead < kAhead; ++ahead) {
      double total = 0;
      double most = 0;
      for (uint64_t action = 0; action < actions; ++action) {
        total += p[ahead * actions + action];
        most = fmax(most, p[ahead * actions + action]);
      }
      assert_true(fabs(total - 1) < 1e-9);
      unsure += most < all_but_habits;
    }
    assert_true(unsure >= kAhead / 4);
    const dks_column before = column_of(model, "own", "action");
    const uint32_t doing = (uint32_t)column_number(&before, 0, 0);
    assert_ok(dks_model_step(model, 1));
    if (p[doing] >= all_but_habits) {
      const dks_column after = column_of(model, "own", "action");
      assert_int_equal((uint32_t)column_number(&after, 0, 0), doing);
      ++sure;
    }
  }
  assert_int_equal(sure, 30);
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(between_its_turns_a_pet_expects_to_go_on),
      cmocka_unit_test(every_step_is_a_distribution),
      cmocka_unit_test(pets_know_what_they_will_do_better_than_chance_and_custom),
      cmocka_unit_test(a_mind_that_acts_at_random_expects_every_action_alike),
      cmocka_unit_test(a_newborn_and_a_withdrawn_pet_can_be_asked),
      cmocka_unit_test(wrong_arguments_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
