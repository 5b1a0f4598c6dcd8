// Agent sets: select, take, sort, shuffle, do, aggregate, group. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

enum { kPets = 8 };
static dks_model* model;
static dks_agent_set* set;
static dks_agent_id pets[kPets];
// Energy in the order of birth.
static const double kEnergy[kPets] = {0.5, 0.25, 0.75, 0.5, 1.0, 0.0, 0.25, 0.625};

static int setup(void** state) {
  (void)state;
  model = make_default(21);
  for (int i = 0; i < kPets; ++i) {
    pets[i] = spawn_at(model, NULL, i, 0);
  }
  assert_ok(dks_model_set(model, pets, kPets, "energy", 0, kEnergy));
  set = NULL;
  assert_ok(dks_agent_set_create(model, "pet", &set));
  return 0;
}
static int teardown(void** state) {
  (void)state;
  dks_agent_set_destroy(set);
  dks_model_destroy(model);
  return 0;
}

static void expect(const int* order, uint64_t count) {
  const dks_agent_id* ids = NULL;
  uint64_t found = 0;
  assert_ok(dks_agent_set_ids(set, &ids, &found));
  assert_int_equal(found, count);
  for (uint64_t i = 0; i < count; ++i) {
    assert_int_equal(ids[i], pets[order[i]]);
  }
}

static double aggregate(const char* field, int32_t kind) {
  double value = -7;
  assert_ok(dks_agent_set_aggregate(set, field, kind, &value));
  return value;
}

static void a_set_holds_all_by_id(void** state) {
  (void)state;
  expect((const int[]){0, 1, 2, 3, 4, 5, 6, 7}, 8);
  dks_agent_set* all = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &all));
  uint64_t count = 0;
  const dks_agent_id* ids = NULL;
  assert_ok(dks_agent_set_ids(all, &ids, &count));
  assert_int_equal(count, 8);
  dks_agent_set_destroy(all);
  all = NULL;
  assert_fails(dks_agent_set_create(model, "pat", &all), DKS_E_NOTFOUND, "did you mean \"pet\"?");
  assert_null(all);
}

static void select_keeps_those_for_which_it_holds(void** state) {
  (void)state;
  static const struct {
    int32_t op;
    uint64_t count;
  } cases[] = {
      {DKS_OP_LT, 3},
      {DKS_OP_LE, 5},
      {DKS_OP_EQ, 2},
      {DKS_OP_NE, 6},
      {DKS_OP_GE, 5},
      {DKS_OP_GT, 3}};
  for (size_t i = 0; i < 6; ++i) {
    dks_agent_set* some = NULL;
    double count = 0;
    assert_ok(dks_agent_set_create(model, NULL, &some));
    assert_ok(dks_agent_set_select(some, "energy", cases[i].op, 0.5));
    assert_ok(dks_agent_set_aggregate(some, NULL, DKS_AGG_COUNT, &count));
    assert_true(count == (double)cases[i].count);
    dks_agent_set_destroy(some);
  }
  assert_ok(dks_agent_set_select(set, "energy", DKS_OP_LT, 0.5));
  expect((const int[]){1, 5, 6}, 3);
  assert_ok(dks_agent_set_select(set, "cell", DKS_OP_GT, 1));
  expect((const int[]){5, 6}, 2);
}

static void sort_orders_with_ties_by_id_and_take_keeps_the_first(void** state) {
  (void)state;
  assert_ok(dks_agent_set_sort(set, "energy", 0));
  expect((const int[]){5, 1, 6, 0, 3, 7, 2, 4}, 8);
  assert_ok(dks_agent_set_sort(set, "energy", 1));
  expect((const int[]){4, 2, 7, 0, 3, 1, 6, 5}, 8);
  assert_ok(dks_agent_set_take(set, 3));
  expect((const int[]){4, 2, 7}, 3);
  assert_ok(dks_agent_set_take(set, UINT64_MAX));
  expect((const int[]){4, 2, 7}, 3);
}

static void shuffle_is_a_function_of_key_and_step(void** state) {
  (void)state;
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  dks_agent_id first[kPets];
  assert_ok(dks_agent_set_shuffle(set, 5));
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  memcpy(first, ids, sizeof first);
  assert_memory_not_equal(first, pets, sizeof first);
  assert_ok(dks_agent_set_sort(set, "id", 0));
  assert_ok(dks_agent_set_shuffle(set, 5));
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  assert_memory_equal(first, ids, sizeof first);
  assert_ok(dks_agent_set_sort(set, "id", 0));
  assert_ok(dks_agent_set_shuffle(set, 6));
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  assert_memory_not_equal(first, ids, sizeof first);
  assert_ok(dks_agent_set_sort(set, "id", 0));
  assert_memory_equal(ids, pets, sizeof first);
}

static void do_changes_the_field_within_its_range(void** state) {
  (void)state;
  assert_ok(dks_agent_set_select(set, "energy", DKS_OP_GE, 0.5));
  assert_ok(dks_agent_set_do(set, "energy", 2, -0.5));
  dks_agent_set* all = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &all));
  double sum = 0;
  assert_ok(dks_agent_set_aggregate(all, "energy", DKS_AGG_SUM, &sum));
  assert_true(sum == 0.5 + 0.25 + 1.0 + 0.5 + 1.0 + 0.0 + 0.25 + 0.75);
  dks_agent_set_destroy(all);
  const uint64_t before = hash_of(model);
  assert_fails(dks_agent_set_do(set, "energy", NAN, 0), DKS_E_INVALID, "finite");
  assert_fails(dks_agent_set_do(set, "energy", 1, INFINITY), DKS_E_INVALID, "finite");
  assert_fails(dks_agent_set_do(set, "id", 1, 0), DKS_E_INVALID, "read only");
  assert_fails(dks_agent_set_do(set, "enery", 1, 0), DKS_E_NOTFOUND, "did you mean \"energy\"?");
  assert_int_equal(hash_of(model), before);
}

static void aggregates_are_exact(void** state) {
  (void)state;
  assert_true(aggregate("energy", DKS_AGG_COUNT) == 8);
  assert_true(aggregate(NULL, DKS_AGG_COUNT) == 8);
  assert_true(aggregate("energy", DKS_AGG_SUM) == 3.875);
  assert_true(aggregate("energy", DKS_AGG_MEAN) == 3.875 / 8);
  assert_true(aggregate("energy", DKS_AGG_MIN) == 0);
  assert_true(aggregate("energy", DKS_AGG_MAX) == 1);
  assert_ok(dks_agent_set_take(set, 0));
  assert_true(aggregate("energy", DKS_AGG_COUNT) == 0);
  assert_true(aggregate("energy", DKS_AGG_SUM) == 0);
  assert_true(isnan(aggregate("energy", DKS_AGG_MEAN)));
  assert_true(isnan(aggregate("energy", DKS_AGG_MIN)));
  assert_true(isnan(aggregate("energy", DKS_AGG_MAX)));
  double value = 3;
  assert_fails(dks_agent_set_aggregate(set, "energy", 0, &value), DKS_E_INVALID, "aggregate: 0");
  assert_fails(dks_agent_set_aggregate(set, "energy", 6, &value), DKS_E_INVALID, "aggregate: 6");
  assert_fails(dks_agent_set_aggregate(set, "x", DKS_AGG_SUM, &value), DKS_E_NOTFOUND, "\"x\"");
  assert_true(value == 3);
}

static void groups_rise_by_key(void** state) {
  (void)state;
  double keys[kPets] = {0};
  double values[kPets] = {0};
  uint64_t count = 99;
  assert_ok(dks_agent_set_group(set, "energy", "cell", DKS_AGG_SUM, keys, values, kPets, &count));
  assert_int_equal(count, 6);
  const double expected_keys[] = {0, 0.25, 0.5, 0.625, 0.75, 1};
  const double expected_sums[] = {5, 7, 3, 7, 2, 4};
  for (int i = 0; i < 6; ++i) {
    assert_true(keys[i] == expected_keys[i] && values[i] == expected_sums[i]);
  }
  keys[0] = 42;
  assert_fails(
      dks_agent_set_group(set, "energy", NULL, DKS_AGG_COUNT, keys, values, 5, &count),
      DKS_E_LIMIT,
      "6 groups"
  );
  assert_true(keys[0] == 42);
  assert_int_equal(count, 6);
  assert_ok(dks_agent_set_group(set, "energy", NULL, DKS_AGG_COUNT, NULL, NULL, 0, &count));
  assert_int_equal(count, 6);
}

static void wrong_arguments_change_nothing(void** state) {
  (void)state;
  assert_fails(dks_agent_set_select(set, "energy", 0, 1), DKS_E_INVALID, "op: 0");
  assert_fails(dks_agent_set_select(set, "energy", 7, 1), DKS_E_INVALID, "op: 7");
  assert_fails(dks_agent_set_select(set, "energy", DKS_OP_LT, NAN), DKS_E_INVALID, "NaN");
  assert_fails(dks_agent_set_select(set, "enrgy", DKS_OP_LT, 1), DKS_E_NOTFOUND, "\"energy\"");
  assert_fails(dks_agent_set_sort(set, "\xff", 0), DKS_E_NOTFOUND, "no agent type has a field");
  expect((const int[]){0, 1, 2, 3, 4, 5, 6, 7}, 8);
}

static void who_is_gone_drops_out_and_who_takes_the_slot_does_not_come_in(void** state) {
  (void)state;
  assert_ok(dks_model_remove(model, &pets[2], 1));
  const dks_agent_id heir = spawn_at(model, NULL, -1, -1);
  assert_int_equal((uint32_t)heir, (uint32_t)pets[2]);
  assert_true(aggregate(NULL, DKS_AGG_COUNT) == 7);
  expect((const int[]){0, 1, 3, 4, 5, 6, 7}, 7);
}

static void a_set_outlives_its_model(void** state) {
  (void)state;
  dks_model_destroy(model);
  model = NULL;
  assert_ok(dks_agent_set_sort(set, "energy", 1));
  assert_true(aggregate("energy", DKS_AGG_SUM) == 3.875);
  assert_ok(dks_agent_set_do(set, "energy", 0, 0.5));
  assert_true(aggregate("energy", DKS_AGG_SUM) == 4);
}

static void a_field_that_a_type_lacks_is_skipped(void** state) {
  (void)state;
  dks_model* meadow = NULL;
  assert_ok(make_meadow(NULL, NULL, &meadow));
  dks_agent_set* all = NULL;
  double count = 0;
  assert_ok(dks_agent_set_create(meadow, NULL, &all));
  assert_ok(dks_agent_set_aggregate(all, NULL, DKS_AGG_COUNT, &count));
  assert_true(count == 60);
  assert_ok(dks_agent_set_aggregate(all, "energy", DKS_AGG_COUNT, &count));
  assert_true(count == 60);
  dks_agent_set_destroy(all);
  dks_model_destroy(meadow);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_set_holds_all_by_id),
      TEST(select_keeps_those_for_which_it_holds),
      TEST(sort_orders_with_ties_by_id_and_take_keeps_the_first),
      TEST(shuffle_is_a_function_of_key_and_step),
      TEST(do_changes_the_field_within_its_range),
      TEST(aggregates_are_exact),
      TEST(groups_rise_by_key),
      TEST(wrong_arguments_change_nothing),
      TEST(who_is_gone_drops_out_and_who_takes_the_slot_does_not_come_in),
      TEST(a_set_outlives_its_model),
      TEST(a_field_that_a_type_lacks_is_skipped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
