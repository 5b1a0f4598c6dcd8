// Steps under a time budget: cut wherever they can be, they are the same steps; until one is whole
// a host reads the last one. SPDX-License-Identifier: MIT
// dks-test: threads timeout=300
#include "dks.h"

#include "imp.h"
#include "support.h"

#include <pthread.h>

#include <cmocka.h>

// ---- worlds

static const char* const kSchedules[] = {
    "{\"kind\": \"RandomActivation\"}",
    "{\"waves\": 5}",
    "{\"kind\": \"SimultaneousActivation\"}",
    "{\"kind\": \"StagedActivation\", \"stages\": [\"sense\", \"think\", \"act\"]}",
    "{\"kind\": \"StagedActivation\", \"stages\": [\"a\", \"b\"], \"waves\": 3}",
    "{\"kind\": \"RandomActivationByType\", \"waves\": 2}",
};
enum { kScheduleCount = sizeof kSchedules / sizeof kSchedules[0] };

static void report(dks_model* model, const char* table, const char* field, int32_t aggregate) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = table;
  desc.field = field;
  desc.aggregate = aggregate;
  assert_ok(dks_model_collect(model, &desc));
}

// Pets, some with names, and a plugin's imps, who have children.
static dks_model* make_within(uint64_t memory_limit, const char* schedule, uint32_t workers) {
  char json[2048];
  snprintf(
      json,
      sizeof json,
      "{\"name\": \"budget\", \"grid\": {\"width\": 14, \"height\": 14}, \"max_agents\": 120,"
      " \"activation\": %s, \"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", "
      "\"feeder\", \"playground\"], \"areas\": [{\"value\": \"nest\", \"x\": 2, \"y\": 2, "
      "\"width\": 5, \"height\": 5}, {\"value\": \"feeder\", \"x\": 8, \"y\": 3, \"width\": 5, "
      "\"height\": 5}]}, \"food\": {\"initial\": 0.5, \"growth\": 0.05}, \"scent\": {\"initial\": "
      "0.5, \"diffusion\": 0.2}}, \"types\": {\"imp\": {\"plugin\": \"imps\"}}, \"species\": "
      "[\"pet\"], \"pets\": [{\"name\": \"Momo\"}, {\"name\": \"Suki\"}, {\"count\": 38}], "
      "\"agents\": [{\"type\": \"imp\", \"count\": 30}]}",
      schedule
  );
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = 11;
  desc.worker_count = workers;
  desc.memory_limit = memory_limit;
  dks_model* model = NULL;
  assert_ok(make_world(&desc, json, &model));
  report(model, "pets", "energy", 0);
  report(model, "world", "mood", DKS_AGG_MEAN);
  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  timer.interval = 2;
  timer.name = "a timer with a name that is too long for the string itself";
  assert_ok(dks_model_schedule(model, &timer, NULL));
  return model;
}

static dks_model* make(const char* schedule, uint32_t workers) {
  return make_within(0, schedule, workers);
}

// What a host does before step `step`, posts apart.
static void interfere(dks_model* model, uint64_t step) {
  if (step == 2) {
    const dks_agent_id born = spawn_at(model, "Nora", 3, 3);
    const double energy = 0.1;
    assert_ok(dks_model_set(model, &born, 1, "energy", 0, &energy));
  }
  if (step == 4) {
    dks_agent_id suki = DKS_AGENT_NONE;
    assert_ok(dks_model_find(model, "Suki", &suki));
    assert_ok(dks_model_remove(model, &suki, 1));
    assert_ok(dks_model_drive(model, "weather", 3, 2));
  }
}
static void post(dks_model* model, uint64_t step) {
  dks_message messages[] = {feed("ana", "Momo"), feed("ben", "*"), feed("ana", "nobody at all")};
  messages[0].text = "words, words, words";
  messages[0].text_size = 19;
  messages[1].step = step + 3;  // waits
  messages[2].to = "#garden";
  assert_ok(dks_model_post(model, messages, 3));
}

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

// ---- what a host can see

typedef struct Seen {
  const char* what[48];
  uint64_t number[48];
  int count;
} Seen;

static void note(Seen* seen, const char* what, const void* data, uint64_t size) {
  uint64_t number = 0xcbf29ce484222325u;
  for (uint64_t i = 0; i < size; ++i) {
    number = (number ^ ((const unsigned char*)data)[i]) * 0x100000001b3u;
  }
  assert_true(seen->count < 48);
  seen->what[seen->count] = what;
  seen->number[seen->count++] = number;
}
static void note_number(Seen* seen, const char* what, uint64_t number) {
  note(seen, what, &number, sizeof number);
}
static void note_text(Seen* seen, const char* what, char* text) {
  note(seen, what, text, strlen(text));
  free(text);
}
static void note_column(Seen* seen, const char* what, const dks_column* column) {
  note(seen, what, column->data, column->count * column->stride);
}
static void note_messages(Seen* seen, const char* what, dks_message_view view) {
  char all[1 << 16] = "";
  uint64_t size = 0;
  for (uint64_t i = 0; i < view.count; ++i) {
    const dks_message* const m = &view.items[i];
    const int written = snprintf(
        all + size,
        sizeof all - size,
        "%s>%s %s %s %.*s %g %llu %llu\n",
        m->from,
        m->to,
        m->kind,
        m->field,
        (int)m->text_size,
        (const char*)m->text,
        m->value,
        (unsigned long long)m->id,
        (unsigned long long)m->step
    );
    size += (uint64_t)written;
    assert_true(size < sizeof all);
  }
  note(seen, what, all, size);
}

static void look_at_world(const dks_model* model, Seen* seen) {
  const dks_model_info info = info_of(model);
  note_number(seen, "hash", hash_of(model));
  note_number(seen, "step", info.step);
  note_number(seen, "agents", info.agent_count);
  note_number(seen, "workers", info.worker_count);
  note_number(seen, "inputs", info.inputs_accepted * 1000 + info.inputs_dropped);
  dks_counters counters;
  dks_counters_init(&counters);
  assert_ok(dks_model_get_counters(model, &counters));
  note(seen, "counters", &counters, sizeof counters);
  note_text(seen, "world_json", model_text(dks_model_world_json, model));
  note_text(seen, "environment_json", model_text(dks_model_environment_json, model));
  const double light = environment_of(model, "light");
  note(seen, "environment", &light, sizeof light);
  static const char* const layers[] = {"food", "scent"};
  for (int i = 0; i < 2; ++i) {
    dks_column cells;
    assert_ok(dks_model_layer(model, layers[i], &cells));
    note_column(seen, layers[i], &cells);
  }
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  note(seen, "events", events.items, events.count * sizeof *events.items);
  dks_message_view messages;
  assert_ok(dks_model_messages(model, &messages));
  note_messages(seen, "messages", messages);
  assert_ok(dks_model_outbox(model, &messages));
  note_messages(seen, "outbox", messages);
  assert_ok(dks_model_channel(model, "#garden", &messages));
  note_messages(seen, "channel", messages);
  static const char* const tables[] = {"pets", "world"};
  for (int i = 0; i < 2; ++i) {
    dks_table_info rows;
    dks_table_info_init(&rows);
    assert_ok(dks_model_table_info(model, tables[i], &rows));
    note(seen, "table_info", &rows, sizeof rows);
    dks_column steps;
    assert_ok(dks_model_table_column(model, tables[i], "step", &steps));
    note_column(seen, "table_column", &steps);
  }
}

static void look_at_agents(const dks_model* model, const dks_agent_set* set, Seen* seen) {
  static const char* const fields[] = {"id", "cell", "energy", "mood", "belief", "personality"};
  for (int i = 0; i < 6; ++i) {
    const dks_column column = column_of(model, "pet", fields[i]);
    note_column(seen, fields[i], &column);
  }
  const dks_column joy = column_of(model, "imp", "joy");
  note_column(seen, "joy", &joy);
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  note(seen, "set", ids, count * sizeof *ids);
  double mean = 0;
  assert_ok(dks_agent_set_aggregate(set, "cell", DKS_AGG_MEAN, &mean));
  note(seen, "aggregate", &mean, sizeof mean);
  struct ArrowSchema schema;
  struct ArrowArray array;
  assert_ok(dks_model_export_agents(model, "imp", 0, &schema, &array));
  note(seen, "export", array.children[2]->buffers[1], (uint64_t)array.length * sizeof(double));
  schema.release(&schema);
  array.release(&array);
}

// Costs as much as thoughts do.
static void look_into_minds(const dks_model* model, Seen* seen) {
  dks_agent_id momo = DKS_AGENT_NONE;
  const char* name = NULL;
  assert_ok(dks_model_find(model, "Momo", &momo));
  assert_ok(dks_model_agent_name(model, momo, &name));
  note(seen, "name", name, strlen(name));
  dks_message_view messages;
  assert_ok(dks_model_queue(model, momo, &messages));
  note_messages(seen, "queue", messages);
  note_text(seen, "agent_json", agent_text(dks_model_agent_json, model, momo));
  note_text(seen, "explain", agent_text(dks_model_explain, model, momo));
  double chances[64];
  uint64_t count = 0;
  assert_ok(dks_model_predict(model, momo, 3, chances, 64, &count));
  note(seen, "predict", chances, count * sizeof *chances);
}

static Seen look(const dks_model* model, const dks_agent_set* set, int into_minds) {
  Seen seen = {.count = 0};
  look_at_world(model, &seen);
  look_at_agents(model, set, &seen);
  if (into_minds) {
    look_into_minds(model, &seen);
  }
  return seen;
}

static void expect_same(const Seen* now, const Seen* before, int slices) {
  for (int i = 0; i < now->count; ++i) {
    if (now->number[i] != before->number[i]) {
      fail_msg("after %d slices %s (%d) is another than at the last step", slices, now->what[i], i);
    }
  }
}

// ---- the same steps

static void a_run_in_slices_is_the_same_run(void** state) {
  (void)state;
  for (int i = 0; i < kScheduleCount; ++i) {
    for (uint32_t workers = 1; workers <= 3; workers += 2) {
      dks_model* const whole = make(kSchedules[i], 1);
      dks_model* const cut = make(kSchedules[i], workers);
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
  for (int i = 0; i < kScheduleCount; ++i) {
    dks_model* const model = make(kSchedules[i], i % 2 == 0 ? 1 : 3);
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
  for (int i = 0; i < kScheduleCount; ++i) {
    dks_model* const asked = make(kSchedules[i], 1);
    dks_model* const left_alone = make(kSchedules[i], 1);
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
  for (int i = 0; i < kScheduleCount; ++i) {
    dks_model* const probe = make(kSchedules[i], 1);
    const int slices = step_in_slices(probe);
    dks_model_destroy(probe);
    for (int at = 1; at < slices; at += 5) {
      dks_model* const whole = make(kSchedules[i], 1);
      dks_model* const cut = make(kSchedules[i], 1);
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
  for (int i = 0; i < kScheduleCount; ++i) {
    dks_model* const whole = make(kSchedules[i], 1);
    assert_ok(dks_model_step(whole, 2));
    dks_model* const probe = make(kSchedules[i], 1);
    const int slices = step_in_slices(probe);
    for (int at = 1; at < slices; at += 7) {
      dks_model* const cut = make(kSchedules[i], 1);
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
  dks_model* const whole = make(kSchedules[0], 1);
  assert_ok(dks_model_step(whole, 5));
  dks_model* const model = make(kSchedules[0], 1);
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
  dks_model* const model = make(kSchedules[1], 1);
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
  dks_model* const whole = make(kSchedules[1], 1);
  assert_ok(dks_model_step(whole, 1));
  dks_model* const model = make(kSchedules[1], 1);
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
  dks_model* const model = make(kSchedules[0], 1);
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
  dks_model* const model = make(kSchedules[0], 1);
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
  for (int i = 0; i < kScheduleCount; ++i) {
    for (int part = 0; part < 3; ++part) {
      dks_model* const model = make(kSchedules[i], 3);
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
    dks_model* const model = make(kSchedules[1], 1);
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
  dks_model* const model = make(kSchedules[1], 1);
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
  dks_model* const whole = make(kSchedules[1], 1);
  assert_ok(dks_model_step(whole, 2));
  const uint64_t needed = info_of(whole).memory_peak;
  dks_model* const model = make_within(needed + 8000, kSchedules[1], 1);
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
  dks_model* const model = make(kSchedules[1], 3);
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
