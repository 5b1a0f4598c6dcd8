// The same bits for every worker count, run and floating-point mode of the host.
// SPDX-License-Identifier: MIT
// dks-test: threads
#include "dks.h"

#include "golden_hashes.h"
#include "hash_scene.h"
#include "support.h"

#include <cmocka.h>

static uint64_t run(uint32_t workers, const char* mode) {
  uint64_t hash = 0;
  const dks_status status = run_hash_scene(workers, mode, &hash);
  if (status != DKS_OK) {
    fail_msg("%s: %s", dks_status_name(status), dks_last_error());
  }
  return hash;
}

static void the_scene_has_its_golden_hash(void** state) {
  (void)state;
  const uint64_t hash = run(1, "");
  if (hash != DKS_GOLDEN_SCENE_HASH) {
    fail_msg(
        "hash %016llx, expected %016llx. If that was meant: new value into "
        "tests/capi/golden_hashes.h, "
        "and a line [determinism] into CHANGELOG.md",
        (unsigned long long)hash,
        (unsigned long long)DKS_GOLDEN_SCENE_HASH
    );
  }
}

static void the_number_of_workers_does_not_matter(void** state) {
  (void)state;
  const uint64_t hash = run(1, "");
  static const uint32_t counts[] = {2, 3, 8};
  for (int i = 0; i < 3; ++i) {
    assert_int_equal(run(counts[i], ""), hash);
  }
}

static void neither_does_running_it_again(void** state) {
  (void)state;
  assert_int_equal(run(1, ""), run(1, ""));
}

static void nor_a_host_that_flushes_denormals(void** state) {
  (void)state;
  assert_int_equal(run(1, "ftz"), run(1, ""));
  assert_int_equal(run(3, "ftz"), run(1, ""));
}

static void nor_a_host_that_rounds_upward(void** state) {
  (void)state;
  assert_int_equal(run(1, "upward"), run(1, ""));
  assert_int_equal(run(3, "upward"), run(1, ""));
}

static void the_seed_and_the_inputs_do(void** state) {
  (void)state;
  dks_model* const one = make_default(1);
  dks_model* const two = make_default(2);
  assert_int_not_equal(hash_of(one), hash_of(two));
  dks_model_destroy(one);
  dks_model_destroy(two);
  dks_model* const left = make_default(1);
  dks_model* const right = make_default(1);
  spawn_at(left, "Momo", 3, 3);
  spawn_at(right, "Momo", 3, 3);
  assert_int_equal(hash_of(left), hash_of(right));
  const dks_message message = feed("ana", "Momo");
  assert_ok(dks_model_post(left, &message, 1));
  assert_ok(dks_model_step(left, 1));
  assert_ok(dks_model_step(right, 1));
  assert_int_not_equal(hash_of(left), hash_of(right));
  dks_model_destroy(left);
  dks_model_destroy(right);
}

static void names_and_texts_are_not_part_of_it(void** state) {
  (void)state;
  dks_model* const left = make_default(1);
  dks_model* const right = make_default(1);
  spawn_at(left, "Momo", 3, 3);
  spawn_at(right, "Suki", 3, 3);
  dks_message one = feed("ana", "Momo");
  dks_message other = feed("bob", "Suki");
  one.text = "hello";
  one.text_size = 5;
  assert_ok(dks_model_post(left, &one, 1));
  assert_ok(dks_model_post(right, &other, 1));
  assert_ok(dks_model_step(left, 20));
  assert_ok(dks_model_step(right, 20));
  assert_int_equal(hash_of(left), hash_of(right));
  dks_model_destroy(left);
  dks_model_destroy(right);
}

static void messages_that_wait_are_part_of_it(void** state) {
  (void)state;
  dks_model* const left = make_default(1);
  dks_model* const right = make_default(1);
  spawn_at(left, "Momo", 3, 3);
  spawn_at(right, "Momo", 3, 3);
  dks_message items[] = {feed("ana", "Momo"), feed("ben", "Momo")};
  items[0].step = 9;
  items[1].step = 7;
  assert_ok(dks_model_post(left, items, 1));
  assert_int_equal(hash_of(left), hash_of(right));  // still to come
  assert_ok(dks_model_step(left, 1));
  assert_ok(dks_model_step(right, 1));
  assert_int_not_equal(hash_of(left), hash_of(right));
  // However they came, what waits in the end is the same.
  assert_ok(dks_model_post(left, items + 1, 1));
  assert_ok(dks_model_post(right, items + 1, 1));
  assert_ok(dks_model_post(right, items, 1));
  assert_ok(dks_model_step(left, 1));
  assert_ok(dks_model_step(right, 1));
  assert_int_equal(hash_of(left), hash_of(right));
  assert_ok(dks_model_step(left, 20));
  assert_ok(dks_model_step(right, 20));
  assert_int_equal(hash_of(left), hash_of(right));
  dks_model_destroy(left);
  dks_model_destroy(right);
}

static void so_is_what_would_be_a_repeat(void** state) {
  (void)state;
  dks_model* const left = make_default(1);
  dks_model* const right = make_default(1);
  dks_message message = feed("ana", "#nobody");
  message.id = 5;
  assert_ok(dks_model_post(left, &message, 1));
  message.id = 6;
  assert_ok(dks_model_post(right, &message, 1));
  assert_ok(dks_model_step(left, 1));
  assert_ok(dks_model_step(right, 1));
  assert_int_not_equal(hash_of(left), hash_of(right));
  dks_model_destroy(left);
  dks_model_destroy(right);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_scene_has_its_golden_hash),
      cmocka_unit_test(the_number_of_workers_does_not_matter),
      cmocka_unit_test(neither_does_running_it_again),
      cmocka_unit_test(nor_a_host_that_flushes_denormals),
      cmocka_unit_test(nor_a_host_that_rounds_upward),
      cmocka_unit_test(the_seed_and_the_inputs_do),
      cmocka_unit_test(names_and_texts_are_not_part_of_it),
      cmocka_unit_test(messages_that_wait_are_part_of_it),
      cmocka_unit_test(so_is_what_would_be_a_repeat),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
