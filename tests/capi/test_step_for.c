// Steps under a time budget: cut wherever they can be, they are the same steps; until one is whole
// a host reads the last one. SPDX-License-Identifier: MIT
// dks-test: threads timeout=300
#include "dks.h"

#include "busy_world.h"
#include "imp.h"
#include "seen.h"
#include "support.h"

#include <pthread.h>

#include <cmocka.h>

// As little as a call can do; whether a step became whole.
static uint32_t slice(dks_model* model) {
  uint32_t done = 7;
  assert_ok(dks_model_step_for(model, 1, 0, &done));
  assert_true(done <= 1);
  return done;
}
static int step_in_slices(dks_model* model) {
  int slices = 1;
  while (slice(model) == 0) {
    ++slices;
  }
  return slices;
}
// Up to the place in the middle of its slices; a step of the kind takes `slices`.
static void step_half(dks_model* model, int slices) {
  for (int i = 0; i < slices / 2; ++i) {
    assert_int_equal(slice(model), 0);
  }
}

// What a host sees, and how it was run.
static Seen look(const dks_model* model, const dks_agent_set* set, int into_minds) {
  Seen seen = {.count = 0};
  note_number(&seen, "hash", hash_of(model));
  dks_counters counters;
  dks_counters_init(&counters);
  assert_ok(dks_model_get_counters(model, &counters));
  note(&seen, "counters", &counters, sizeof counters);
  note_number(&seen, "workers", info_of(model).worker_count);
  look_at(model, set, into_minds, &seen);
  return seen;
}

static void expect_same(const Seen* now, const Seen* before, int slices) {
  char where[64];
  snprintf(where, sizeof where, "after %d slices", slices);
  expect_seen(now, before, where);
}

// ---- the same steps

static void a_run_in_slices_is_the_same_run(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    for (uint32_t workers = 1; workers <= 3; workers += 2) {
      dks_model* const whole = make_busy(busy_schedules[i], 1);
      dks_model* const cut = make_busy(busy_schedules[i], workers);
      for (uint64_t step = 0; step < 8; ++step) {
        interfere(whole, step);
        interfere(cut, step);
        post(whole, step);
        post(cut, step);
        assert_ok(dks_model_step(whole, 1));
        const int slices = step_in_slices(cut);
        assert_true(slices > 40);
        assert_int_equal(hash_of(cut), hash_of(whole));
        Seen of_whole = {.count = 0};
        Seen of_cut = {.count = 0};
        look_into_minds(whole, &of_whole);
        look_into_minds(cut, &of_cut);
        expect_same(&of_cut, &of_whole, slices);
      }
      dks_model_destroy(whole);
      dks_model_destroy(cut);
    }
  }
}

static void reads_see_the_last_whole_step(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    dks_model* const model = make_busy(busy_schedules[i], i % 2 == 0 ? 1 : 3);
    dks_agent_set* set = NULL;
    assert_ok(dks_agent_set_create(model, NULL, &set));
    for (uint64_t step = 0; step < 6; ++step) {
      interfere(model, step);
      post(model, step);
      const Seen before = look(model, set, 1);
      int slices = 1;
      while (slice(model) == 0) {
        const Seen now = look(model, set, slices % 8 == 0);
        expect_same(&now, &before, slices);
        ++slices;
      }
      const Seen after = look(model, set, 1);
      assert_true(after.number[0] != before.number[0]);
      assert_int_equal(info_of(model).step, step + 1);
    }
    dks_agent_set_destroy(set);
    dks_model_destroy(model);
  }
}

// Minds that are asked in the middle of a step think on as if they had not been.
static void being_asked_changes_nothing(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    dks_model* const asked = make_busy(busy_schedules[i], 1);
    dks_model* const left_alone = make_busy(busy_schedules[i], 1);
    assert_ok(dks_model_step(left_alone, 3));
    for (int step = 0; step < 3; ++step) {
      for (int slices = 1; slice(asked) == 0; ++slices) {
        Seen seen = {.count = 0};
        if (slices % 4 == 0) {
          look_into_minds(asked, &seen);
        }
      }
    }
    assert_int_equal(hash_of(asked), hash_of(left_alone));
    dks_model_destroy(asked);
    dks_model_destroy(left_alone);
  }
}

static void posts_meanwhile_are_for_the_step_after(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    dks_model* const probe = make_busy(busy_schedules[i], 1);
    const int slices = step_in_slices(probe);
    dks_model_destroy(probe);
    for (int at = 1; at < slices; at += 5) {
      dks_model* const whole = make_busy(busy_schedules[i], 1);
      dks_model* const cut = make_busy(busy_schedules[i], 1);
      assert_ok(dks_model_step(whole, 1));
      post(whole, 1);
      assert_ok(dks_model_step(whole, 1));
      for (int done = 0; done < at; ++done) {
        assert_int_equal(slice(cut), 0);
      }
      const uint64_t hash = hash_of(cut);
      post(cut, 1);
      assert_int_equal(hash_of(cut), hash);
      step_in_slices(cut);
      step_in_slices(cut);
      assert_int_equal(hash_of(cut), hash_of(whole));
      Seen of_whole = {.count = 0};
      Seen of_cut = {.count = 0};
      look_into_minds(whole, &of_whole);
      look_into_minds(cut, &of_cut);
      expect_same(&of_cut, &of_whole, at);
      dks_model_destroy(whole);
      dks_model_destroy(cut);
    }
  }
}

// ---- counts and budgets

static void step_finishes_the_step_under_way_first(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    dks_model* const whole = make_busy(busy_schedules[i], 1);
    assert_ok(dks_model_step(whole, 2));
    dks_model* const probe = make_busy(busy_schedules[i], 1);
    const int slices = step_in_slices(probe);
    for (int at = 1; at < slices; at += 7) {
      dks_model* const cut = make_busy(busy_schedules[i], 1);
      for (int done = 0; done < at; ++done) {
        assert_int_equal(slice(cut), 0);
      }
      assert_ok(dks_model_step(cut, 0));  // does nothing
      assert_int_equal(info_of(cut).step, 0);
      assert_ok(dks_model_step(cut, 2));
      assert_int_equal(info_of(cut).step, 2);
      assert_int_equal(hash_of(cut), hash_of(whole));
      dks_model_destroy(cut);
    }
    dks_model_destroy(probe);
    dks_model_destroy(whole);
  }
}

static void a_large_budget_does_the_whole_count(void** state) {
  (void)state;
  dks_model* const whole = make_busy(busy_schedules[0], 1);
  assert_ok(dks_model_step(whole, 5));
  dks_model* const model = make_busy(busy_schedules[0], 1);
  uint32_t done = 7;
  assert_ok(dks_model_step_for(model, 0, UINT64_MAX, &done));
  assert_int_equal(done, 0);
  assert_ok(dks_model_step_for(model, 2, UINT64_MAX, &done));
  assert_int_equal(done, 2);
  assert_int_equal(slice(model), 0);
  assert_ok(dks_model_step_for(model, 3, 3600u * UINT64_C(1000000000), &done));
  assert_int_equal(done, 3);
  assert_int_equal(hash_of(model), hash_of(whole));
  dks_model_destroy(model);
  dks_model_destroy(whole);
}

static void a_small_budget_ends_within_a_later_step(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[1], 1);
  uint64_t steps = 0;
  while (steps < 20) {
    uint32_t done = 7;
    assert_ok(dks_model_step_for(model, 3, 50000, &done));
    steps += done;
    assert_true(done <= 3);
    assert_int_equal(info_of(model).step, steps);
  }
  assert_ok(dks_model_step_for(model, 1, 0, NULL));
  dks_model_destroy(model);
}

// ---- what has to wait

static uint64_t timer;
static char text[1 << 16];

static dks_status do_spawn(dks_model* model) {
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  return dks_model_spawn(model, &desc, 1, NULL);
}
static const dks_agent_id kFirst = 1;
static dks_status do_remove(dks_model* model) {
  return dks_model_remove(model, &kFirst, 1);
}
static dks_status do_move(dks_model* model) {
  const int32_t cell = 3;
  return dks_model_move(model, &kFirst, &cell, &cell, 1);
}
static dks_status do_set(dks_model* model) {
  const double value = 0.5;
  return dks_model_set(model, &kFirst, 1, "energy", 0, &value);
}
static dks_status do_drive(dks_model* model) {
  return dks_model_drive(model, "light", 0.5, 3);
}
static dks_status do_release(dks_model* model) {
  return dks_model_release(model, "light");
}
static dks_status do_set_environment(dks_model* model) {
  return dks_model_set_environment_json(model, "{}", 2);
}
static dks_status do_set_layer(dks_model* model) {
  const int32_t cell = 3;
  const double value = 0.5;
  return dks_model_set_layer(model, "food", &cell, &cell, &value, 1);
}
static dks_status do_schedule(dks_model* model) {
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  return dks_model_schedule(model, &desc, &timer);
}
static dks_status do_pause(dks_model* model) {
  return dks_model_pause_timer(model, 1, 0);
}
static dks_status do_cancel(dks_model* model) {
  return dks_model_cancel_timer(model, 1);
}
static dks_status do_post_json(dks_model* model) {
  return post_json(model, "{\"to\": \"Momo\", \"kind\": \"feed\"}");
}
static dks_status do_collect(dks_model* model) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = "more";
  desc.field = "energy";
  return dks_model_collect(model, &desc);
}
static dks_status do_add_row(dks_model* model) {
  const char* const column = "a";
  const double value = 1;
  return dks_model_add_row(model, "own", &column, &value, 1);
}
static dks_status do_read_csv(dks_model* model) {
  uint64_t size = 0;
  return dks_model_read_csv(model, "pets", text, sizeof text, &size);
}
static dks_status do_add_type(dks_model* model) {
  return dks_model_add_type(model, "sprite");
}
static dks_status do_set_do(dks_model* model) {
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, "pet", &set));  // only reads
  const dks_status status = dks_agent_set_do(set, "energy", 0.5, 0);
  char said[256];
  snprintf(said, sizeof said, "%s", dks_last_error());
  dks_agent_set_destroy(set);
  assert_string_equal(said, dks_last_error());
  return status;
}

static dks_status (*const kChanges[])(dks_model*) = {
    do_spawn,
    do_move,
    do_set,
    do_drive,
    do_release,
    do_set_environment,
    do_set_layer,
    do_schedule,
    do_pause,
    do_cancel,
    do_post_json,
    do_collect,
    do_add_row,
    do_read_csv,
    do_add_type,
    do_set_do,
    do_remove,
};
enum { kChangeCount = sizeof kChanges / sizeof kChanges[0] };

static void what_would_change_the_model_is_refused(void** state) {
  (void)state;
  dks_model* const whole = make_busy(busy_schedules[1], 1);
  assert_ok(dks_model_step(whole, 1));
  dks_model* const model = make_busy(busy_schedules[1], 1);
  while (slice(model) == 0) {
    for (int i = 0; i < kChangeCount; ++i) {
      assert_fails(kChanges[i](model), DKS_E_BUSY, "a step is under way");
    }
  }
  assert_int_equal(hash_of(model), hash_of(whole));
  for (int i = 0; i < kChangeCount; ++i) {
    assert_ok(kChanges[i](model));
  }
  dks_model_destroy(model);
  dks_model_destroy(whole);
}

static void an_export_that_is_held_refuses_to_step(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[0], 1);
  const int slices = step_in_slices(model);
  step_half(model, slices);
  struct ArrowSchema schema;
  struct ArrowArray array;
  assert_ok(dks_model_export_agents(model, "pet", 0, &schema, &array));
  uint32_t done = 7;
  assert_fails(dks_model_step_for(model, 1, 0, &done), DKS_E_BUSY, "Arrow export");
  assert_int_equal(done, 7);
  assert_fails(dks_model_step(model, 1), DKS_E_BUSY, "Arrow export");
  const dks_column ids = column_of(model, "pet", "id");
  assert_int_equal(array.length, ids.count);
  assert_memory_equal(array.children[0]->buffers[1], ids.data, ids.count * ids.stride);
  schema.release(&schema);
  array.release(&array);
  step_in_slices(model);
  assert_int_equal(info_of(model).step, 2);
  dks_model_destroy(model);
}

static void views_of_a_step_under_way_lie_elsewhere(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[0], 1);
  const int slices = step_in_slices(model);
  const dks_column own = column_of(model, "pet", "mood");
  dks_column layer;
  assert_ok(dks_model_layer(model, "food", &layer));
  for (int step = 0; step < 2; ++step) {
    for (int i = 0; i < slices - 2; ++i) {
      assert_int_equal(slice(model), 0);
    }
    const dks_column copy = column_of(model, "pet", "mood");
    assert_ptr_not_equal(copy.data, own.data);
    assert_int_not_equal(copy.epoch, own.epoch);
    dks_column layer_copy;
    assert_ok(dks_model_layer(model, "food", &layer_copy));
    assert_ptr_not_equal(layer_copy.data, layer.data);
    assert_int_not_equal(layer_copy.epoch, layer.epoch);
    assert_ok(dks_model_step(model, 1));
    const dks_column again = column_of(model, "pet", "mood");
    assert_ptr_equal(again.data, own.data);
    assert_int_equal(again.epoch, own.epoch);
  }
  dks_model_destroy(model);
}

// ---- ends

static void a_model_may_go_in_the_middle_of_a_step(void** state) {
  (void)state;
  for (int i = 0; i < kBusySchedules; ++i) {
    for (int part = 0; part < 3; ++part) {
      dks_model* const model = make_busy(busy_schedules[i], 3);
      step_half(model, part * 30);
      dks_agent_set* set = NULL;
      struct ArrowSchema schema;
      struct ArrowArray array;
      assert_ok(dks_agent_set_create(model, NULL, &set));
      assert_ok(dks_model_export_agents(model, "pet", 0, &schema, &array));
      dks_model_destroy(model);
      double mean = 0;
      assert_ok(dks_agent_set_aggregate(set, "energy", DKS_AGG_MEAN, &mean));
      assert_true(mean > 0);
      dks_agent_set_destroy(set);
      schema.release(&schema);
      array.release(&array);
    }
  }
  assert_int_equal(imp_worlds, 0);
}

static void what_a_plugin_did_wrong_is_told_when_the_step_is_whole(void** state) {
  (void)state;
  static const imp_mood moods[] = {IMP_FAILS_IN_SENSE, IMP_FAILS_IN_ACT, IMP_FAILS_WITHOUT_A_WORD};
  static const char* const words[] = {"saw nothing", "stumbled", "DKS_E_NOTFOUND, without a text"};
  for (int i = 0; i < 3; ++i) {
    dks_model* const model = make_busy(busy_schedules[1], 1);
    imp_is = moods[i];
    uint32_t done = 0;
    dks_status status = DKS_OK;
    int slices = 0;
    for (; status == DKS_OK; ++slices) {
      assert_int_equal(done, 0);
      // A failure of the host's own between two slices is not the plugin's.
      assert_fails(do_spawn(slices == 0 ? NULL : model), slices == 0 ? -1 : DKS_E_BUSY, "");
      status = dks_model_step_for(model, 1, 0, &done);
    }
    imp_is = IMP_BEHAVES;
    assert_int_equal(status, DKS_E_USER);
    assert_in(dks_last_error(), words[i]);
    assert_true(slices > 40);
    assert_int_equal(done, 1);
    assert_int_equal(info_of(model).step, 1);
    step_in_slices(model);
    assert_int_equal(info_of(model).step, 2);
    dks_model_destroy(model);
  }
}

// ---- memory

static void the_copy_counts_and_is_made_once(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[1], 1);
  assert_ok(dks_model_step(model, 2));
  const uint64_t before = info_of(model).memory_bytes;
  step_in_slices(model);
  const uint64_t with_copy = info_of(model).memory_bytes;
  assert_true(with_copy > before + 40 * 400);  // pets and a little for each
  for (int step = 0; step < 5; ++step) {
    step_in_slices(model);
  }
  assert_true(info_of(model).memory_bytes < with_copy + (with_copy - before) / 2);
  dks_model_destroy(model);
}

static void without_memory_for_the_copy_nothing_begins(void** state) {
  (void)state;
  dks_model* const whole = make_busy(busy_schedules[1], 1);
  assert_ok(dks_model_step(whole, 2));
  const uint64_t needed = info_of(whole).memory_peak;
  dks_model* const model = make_busy_within(needed + 8000, busy_schedules[1], 1);
  assert_ok(dks_model_step(model, 2));
  const uint64_t held = info_of(model).memory_bytes;
  for (int i = 0; i < 3; ++i) {
    uint32_t done = 7;
    dks_status status = DKS_OK;
    while (status == DKS_OK) {
      status = dks_model_step_for(model, 1, 0, &done);
      assert_int_equal(done, 0);
    }
    assert_int_equal(status, DKS_E_NOMEM);
    assert_true(info_of(model).memory_bytes < held + 8000);  // a step's scratch memory may stay
    assert_int_equal(hash_of(model), hash_of(whole));
    assert_ok(dks_model_drive(model, "light", 0.5, 1));
    assert_ok(dks_model_drive(whole, "light", 0.5, 1));
  }
  assert_ok(dks_model_step(model, 1));  // whole ones can still be done
  assert_ok(dks_model_step(whole, 1));
  assert_int_equal(hash_of(model), hash_of(whole));
  dks_model_destroy(whole);
  dks_model_destroy(model);
}

// ---- threads

static void* post_much(void* model) {
  for (int i = 0; i < 200; ++i) {
    const dks_message message = feed("carl", "Momo");
    if (dks_model_post(model, &message, 1) != DKS_OK) {
      return model;
    }
    dks_message reading = feed("thermometer", "world");
    reading.kind = "sense";
    reading.field = "temperature";
    reading.value = 20;
    if (dks_model_post(model, &reading, 1) != DKS_OK) {
      return model;
    }
  }
  return NULL;
}

static void others_post_while_steps_are_cut(void** state) {
  (void)state;
  dks_model* const model = make_busy(busy_schedules[1], 3);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  pthread_t other;
  void* failed = NULL;
  assert_int_equal(pthread_create(&other, NULL, post_much, model), 0);
  for (int i = 0; i < 300; ++i) {
    assert_ok(dks_model_step_for(model, 1, 0, NULL));
    (void)look(model, set, 0);
  }
  assert_int_equal(pthread_join(other, &failed), 0);
  assert_null(failed);
  assert_ok(dks_model_step(model, 2));
  assert_int_equal(info_of(model).inputs_accepted, 400);
  dks_agent_set_destroy(set);
  dks_model_destroy(model);
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_run_in_slices_is_the_same_run),
      cmocka_unit_test(reads_see_the_last_whole_step),
      cmocka_unit_test(being_asked_changes_nothing),
      cmocka_unit_test(posts_meanwhile_are_for_the_step_after),
      cmocka_unit_test(step_finishes_the_step_under_way_first),
      cmocka_unit_test(a_large_budget_does_the_whole_count),
      cmocka_unit_test(a_small_budget_ends_within_a_later_step),
      cmocka_unit_test(what_would_change_the_model_is_refused),
      cmocka_unit_test(an_export_that_is_held_refuses_to_step),
      cmocka_unit_test(views_of_a_step_under_way_lie_elsewhere),
      cmocka_unit_test(a_model_may_go_in_the_middle_of_a_step),
      cmocka_unit_test(what_a_plugin_did_wrong_is_told_when_the_step_is_whole),
      cmocka_unit_test(the_copy_counts_and_is_made_once),
      cmocka_unit_test(without_memory_for_the_copy_nothing_begins),
      cmocka_unit_test(others_post_while_steps_are_cut),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
