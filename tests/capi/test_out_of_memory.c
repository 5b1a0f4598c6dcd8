// Every allocation fails once: an error each time, nothing changed, nothing lost.
// SPDX-License-Identifier: MIT
// dks-test: timeout=300
#include "dks.h"

#include "failing_memory.h"
#include "faults.h"
#include "imp.h"
#include "support.h"

#include <cmocka.h>

// ---- single functions

static dks_agent_id pets[3];
static dks_agent_id sprite;
static dks_agent_set* set;

static dks_model* make(void) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  desc.max_agents = 64;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  for (int i = 0; i < 3; ++i) {
    pets[i] = spawn_at(model, i == 0 ? "Momo" : NULL, i, i);
  }
  dks_reporter_desc reporter;
  dks_reporter_desc_init(&reporter);
  reporter.table = "t";
  reporter.field = "energy";
  assert_ok(dks_model_collect(model, &reporter));
  const dks_message messages[] = {feed("ana", "Momo"), feed("ben", "*"), feed("ana", "#a")};
  assert_ok(dks_model_post(model, messages, 3));
  assert_ok(dks_model_step(model, 2));
  reporter.table = "later";
  reporter.interval = 1000;
  assert_ok(dks_model_collect(model, &reporter));
  dks_spawn_desc body;
  dks_spawn_desc_init(&body);
  body.type = "sprite";
  assert_ok(dks_model_add_type(model, "sprite"));
  assert_ok(dks_model_spawn(model, &body, 1, &sprite));
  assert_ok(dks_agent_set_create(model, NULL, &set));
  assert_ok(dks_model_open_link(model, "ear", "faulty:room"));
  return model;
}
static void unmake(dks_model* model) {
  dks_model_destroy(model);
  dks_agent_set_destroy(set);
  set = NULL;
}

static char text[1 << 16];
static uint64_t size;
static dks_column column;
static dks_message_view view;
static const char* name;
static double number;

static dks_status do_spawn(dks_model* model) {
  static const char json[] = "{\"needs\": {\"energy\": 0.5}, \"personality\": {\"openness\": 1}}";
  dks_spawn_desc items[20];
  for (int i = 0; i < 20; ++i) {
    dks_spawn_desc_init(&items[i]);
  }
  items[3].name = "a name that is longer than what a string keeps inside";
  items[19].name = "another name that is longer than what a string keeps inside";
  items[4].json = json;
  items[4].json_size = sizeof json - 1;
  return dks_model_spawn(model, items, 20, NULL);
}
static dks_status do_remove(dks_model* model) {
  return dks_model_remove(model, pets + 2, 1);
}
static dks_status do_move(dks_model* model) {
  const int32_t x[] = {5, 5, 6};
  return dks_model_move(model, pets, x, x, 2);
}
static dks_status do_set(dks_model* model) {
  const double values[] = {0.25, 0.5};
  return dks_model_set(model, pets, 2, "energy", 0, values);
}
static dks_status do_report_done(dks_model* model) {
  const dks_agent_id items[] = {sprite, sprite, sprite};
  const double shares[] = {0, 0.5, 1};
  return dks_model_report_done(model, items, shares, 3);
}
static dks_status do_find(dks_model* model) {
  return dks_model_find(model, "Momo", &pets[0]);
}
static dks_status do_name(dks_model* model) {
  return dks_model_agent_name(model, pets[0], &name);
}
static dks_status do_agent_json(dks_model* model) {
  return dks_model_agent_json(model, pets[0], text, sizeof text, &size);
}
static dks_status do_world_json(dks_model* model) {
  return dks_model_world_json(model, text, sizeof text, &size);
}
static dks_status do_column(dks_model* model) {
  return dks_model_column(model, "pet", "cell", &column);
}
static dks_status do_save(dks_model* model) {
  return dks_model_save(model, text, sizeof text, &size);
}
// As a whole: there is no model before.
static dks_status do_load(dks_model* model) {
  static char saved[1 << 16];
  static uint64_t saved_size;
  if (saved_size == 0) {
    const dks_status status = dks_model_save(model, saved, sizeof saved, &saved_size);
    if (status != DKS_OK) {
      return status;
    }
  }
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  dks_model* again = NULL;
  const dks_status status = dks_model_load(&desc, saved, saved_size, &again);
  dks_model_destroy(again);
  return status;
}
static dks_status do_set_create(dks_model* model) {
  dks_agent_set* other = NULL;
  const dks_status status = dks_agent_set_create(model, "pet", &other);
  dks_agent_set_destroy(other);
  return status;
}
static dks_status do_set_select(dks_model* model) {
  (void)model;
  return dks_agent_set_select(set, "energy", DKS_OP_GE, 0);
}
static dks_status do_set_sort(dks_model* model) {
  (void)model;
  return dks_agent_set_sort(set, "id", 1);
}
static dks_status do_set_do(dks_model* model) {
  (void)model;
  return dks_agent_set_do(set, "energy", 0.5, 0.1);
}
static dks_status do_set_aggregate(dks_model* model) {
  (void)model;
  return dks_agent_set_aggregate(set, "energy", DKS_AGG_MEAN, &number);
}
static dks_status do_set_group(dks_model* model) {
  double keys[8], values[8];
  (void)model;
  return dks_agent_set_group(set, "cell", "energy", DKS_AGG_MEAN, keys, values, 8, &size);
}
static dks_status do_drive(dks_model* model) {
  return dks_model_drive(model, "light", 0.5, 3);
}
static dks_status do_environment_json(dks_model* model) {
  return dks_model_environment_json(model, text, sizeof text, &size);
}
static dks_status do_set_environment(dks_model* model) {
  static const char json[] =
      "{\"fields\": {\"light\": {\"value\": 0.25, \"driven\": true}, \"noise\": {\"value\": 1}}, "
      "\"last_timer\": 2, \"timers\": [{\"id\": 2, \"name\": \"a timer with quite a long name\", "
      "\"next\": 9}]}";
  return dks_model_set_environment_json(model, json, sizeof json - 1);
}
static dks_status do_set_layer(dks_model* model) {
  const int32_t x[] = {1, 2};
  const double values[] = {0.125, 0.75};
  return dks_model_set_layer(model, "food", x, x, values, 2);
}
static dks_status do_schedule(dks_model* model) {
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  desc.name = "a timer with quite a long name";
  return dks_model_schedule(model, &desc, &size);
}
static dks_status do_post(dks_model* model) {
  const dks_message messages[] = {feed("somebody with quite a long name", "Momo"), feed("b", "*")};
  return dks_model_post(model, messages, 2);
}
static dks_status do_post_json(dks_model* model) {
  return post_json(
      model, "{\"from\": \"ana\", \"to\": \"Momo\", \"kind\": \"talk\", \"text\": \"hi\"}"
  );
}
static dks_status do_check_json(dks_model* model) {
  static const char json[] = "{\"from\": \"ana\", \"to\": \"Momo\", \"kind\": \"feed\"}";
  return dks_model_check_json(model, "a message with quite a long name", json, sizeof json - 1);
}
static dks_status do_messages(dks_model* model) {
  return dks_model_messages(model, &view);
}
static dks_status do_queue(dks_model* model) {
  return dks_model_queue(model, pets[0], &view);
}
static dks_status do_channel(dks_model* model) {
  return dks_model_channel(model, "#a", &view);
}
static dks_status do_outbox(dks_model* model) {
  return dks_model_outbox(model, &view);
}
static dks_status do_explain(dks_model* model) {
  return dks_model_explain(model, pets[0], text, sizeof text, &size);
}
static dks_status do_predict(dks_model* model) {
  static double probabilities[64];
  return dks_model_predict(model, pets[0], 3, probabilities, 64, &size);
}
static dks_status do_collect(dks_model* model) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = "a table with quite a long name";
  desc.field = "env:temperature";
  desc.window = 64;
  return dks_model_collect(model, &desc);
}
// Another column of a table that has no row yet.
static dks_status do_collect_more(dks_model* model) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = "later";
  desc.field = "rest";
  desc.name = "a column with quite a long name";
  desc.interval = 1000;
  return dks_model_collect(model, &desc);
}
static dks_status do_add_row(dks_model* model) {
  static const char* const columns[] = {"a column with quite a long name", "b"};
  const double values[] = {1, 2};
  return dks_model_add_row(model, "own table with quite a long name", columns, values, 2);
}
static dks_status do_read_csv(dks_model* model) {
  return dks_model_read_csv(model, "t", text, sizeof text, &size);
}
static dks_status do_table_info(dks_model* model) {
  dks_table_info info;
  dks_table_info_init(&info);
  return dks_model_table_info(model, "t", &info);
}
static dks_status do_table_column_name(dks_model* model) {
  return dks_model_table_column_name(model, "t", 1, &name);
}
static dks_status do_table_column(dks_model* model) {
  return dks_model_table_column(model, "t", "energy", &column);
}
// What was exported is released; what was not has nothing to release.
static dks_status release_export(
    dks_status status, struct ArrowSchema* schema, struct ArrowArray* array
) {
  if (status != DKS_OK) {
    assert_null(schema->release);
    assert_null(array->release);
    return status;
  }
  schema->release(schema);
  array->release(array);
  return status;
}
static dks_status export_pets(dks_model* model, uint32_t flags) {
  struct ArrowSchema schema;
  struct ArrowArray array;
  const long before = live;
  const dks_status status = dks_model_export_agents(model, "pet", flags, &schema, &array);
  release_export(status, &schema, &array);
  assert_int_equal(live, before);
  return status;
}
static dks_status do_export_agents(dks_model* model) {
  return export_pets(model, 0);
}
static dks_status do_export_copy(dks_model* model) {
  return export_pets(model, DKS_EXPORT_COPY);
}
static dks_status do_export_table(dks_model* model) {
  struct ArrowSchema schema;
  struct ArrowArray array;
  const long before = live;
  const dks_status status = dks_model_export_table(model, "t", &schema, &array);
  release_export(status, &schema, &array);
  assert_int_equal(live, before);
  return status;
}

static dks_status do_add_type(dks_model* model) {
  return dks_model_add_type(model, "imp");
}

static dks_status do_open_link(dks_model* model) {
  return dks_model_open_link(model, "wire", "faulty:room");
}
static dks_status do_links(dks_model* model) {
  dks_link_report report;
  dks_link_report_init(&report);
  dks_status status = dks_model_subscribe(model, "ear", "#news", 1);
  status = status == DKS_OK ? dks_model_poll(model) : status;
  return status == DKS_OK ? dks_model_get_link_report(model, "ear", &report) : status;
}
// As far as the world is only copied: nothing of the step has been done.
static dks_status do_step_for(dks_model* model) {
  dks_status status = DKS_OK;
  for (int i = 0; i < 30 && status == DKS_OK; ++i) {
    uint32_t done = 1;
    status = dks_model_step_for(model, 1, 0, &done);
    assert_int_equal(done, 0);
  }
  return status;
}

static const struct {
  const char* name;
  dks_status (*run)(dks_model*);
} kFunctions[] = {
    {"spawn", do_spawn},
    {"remove", do_remove},
    {"move", do_move},
    {"set", do_set},
    {"report_done", do_report_done},
    {"find", do_find},
    {"agent_name", do_name},
    {"agent_json", do_agent_json},
    {"world_json", do_world_json},
    {"column", do_column},
    {"save", do_save},
    {"load", do_load},
    {"set_create", do_set_create},
    {"set_select", do_set_select},
    {"set_sort", do_set_sort},
    {"set_do", do_set_do},
    {"set_aggregate", do_set_aggregate},
    {"set_group", do_set_group},
    {"drive", do_drive},
    {"environment_json", do_environment_json},
    {"set_environment_json", do_set_environment},
    {"set_layer", do_set_layer},
    {"schedule", do_schedule},
    {"post", do_post},
    {"post_json", do_post_json},
    {"check_json", do_check_json},
    {"messages", do_messages},
    {"queue", do_queue},
    {"channel", do_channel},
    {"outbox", do_outbox},
    {"explain", do_explain},
    {"predict", do_predict},
    {"collect", do_collect},
    {"collect_more", do_collect_more},
    {"add_row", do_add_row},
    {"read_csv", do_read_csv},
    {"table_column", do_table_column},
    {"table_info", do_table_info},
    {"table_column_name", do_table_column_name},
    {"export_agents", do_export_agents},
    {"export_copy", do_export_copy},
    {"export_table", do_export_table},
    {"add_type", do_add_type},
    {"open_link", do_open_link},
    {"links", do_links},
    {"step_for", do_step_for},
};

static uint64_t mixed(uint64_t seen, const void* data, uint64_t bytes) {
  for (uint64_t i = 0; i < bytes; ++i) {
    seen = (seen ^ ((const unsigned char*)data)[i]) * 0x100000001b3u;
  }
  return seen;
}

// What a caller sees of a model, as one number: its state and what the last step gave out, its
// tables to the last row, what of them is unread, and the order of the set.
static uint64_t seen(dks_model* model) {
  const dks_model_info info = info_of(model);
  uint64_t all = hash_of(model) ^ (uint64_t)info.agent_count << 20 ^
                 (uint64_t)info.type_count << 40 ^ info.inputs_dropped;
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  all = mixed(all, events.items, events.count * sizeof *events.items);
  dks_message_view messages;
  assert_ok(dks_model_messages(model, &messages));
  for (uint64_t i = 0; i < messages.count; ++i) {
    all = mixed(all, messages.items[i].from, strlen(messages.items[i].from) + 1);
    all = mixed(all, messages.items[i].text, messages.items[i].text_size);
  }
  const char* table = NULL;
  for (uint32_t i = 0; dks_model_table_name(model, i, &table) == DKS_OK; ++i) {
    const char* name_of = NULL;
    for (uint32_t j = 0; dks_model_table_column_name(model, table, j, &name_of) == DKS_OK; ++j) {
      dks_column values;
      assert_ok(dks_model_table_column(model, table, name_of, &values));
      all = mixed(all, name_of, strlen(name_of) + 1);
      all = mixed(all, values.data, values.count * values.stride);
    }
    uint64_t unread = 0;
    assert_ok(dks_model_read_csv(model, table, NULL, 0, &unread));
    all = mixed(all, &unread, sizeof unread);
  }
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  return mixed(all, ids, count * sizeof *ids);
}

// What a model looks like after `steps` more steps, if nothing is done to it before.
static uint64_t seen_untouched(uint32_t steps) {
  dks_model* const model = make();
  assert_ok(dks_model_step(model, steps));
  const uint64_t all = seen(model);
  unmake(model);
  return all;
}

// A failed call has changed nothing that can be seen now or a step later: what was half posted
// would come to light then.
static void expect_untouched(dks_model* model, const char* called, long n) {
  static uint64_t untouched[2];
  static int known;
  if (!known) {
    known = 1;
    dks_agent_set* const own = set;
    untouched[0] = seen_untouched(0);
    untouched[1] = seen_untouched(1);
    set = own;
  }
  for (uint32_t steps = 0; steps < 2; ++steps) {
    if (seen(model) != untouched[steps]) {
      fail_msg("%s, %ld: failed, but after %u steps the model is another", called, n, steps);
    }
    assert_ok(dks_model_step(model, 1));
  }
}

// A new model each time: what a failed call keeps in reserve would hide the allocations behind it.
static dks_status try_function(size_t function, long n) {
  const char* const called = kFunctions[function].name;
  dks_model* const model = make();
  arm(n);
  const dks_status status = kFunctions[function].run(model);
  disarm();
  if (status != DKS_OK && (status != DKS_E_NOMEM || failures == 0)) {
    fail_msg("%s, %ld: %s: %s", called, n, dks_status_name(status), dks_last_error());
  }
  if (status != DKS_OK) {
    expect_untouched(model, called, n);
    const dks_status again = kFunctions[function].run(model);
    if (again != DKS_OK) {
      fail_msg("%s after %ld: %s: %s", called, n, dks_status_name(again), dks_last_error());
    }
  }
  assert_ok(dks_model_step(model, 1));
  unmake(model);
  assert_int_equal(held, 0);
  return status;
}

static void try_all_functions(void) {
  long tries = 0;
  for (size_t function = 0; function < sizeof kFunctions / sizeof kFunctions[0]; ++function) {
    for (long n = 0; try_function(function, n) != DKS_OK; ++n) {
      assert_true(n < 100000);
      ++tries;
    }
  }
  print_message("%ld failures\n", tries);
}

static void functions_report_it_and_change_nothing(void** state) {
  (void)state;
  for (source = kModelMemory; source <= (DKS_OWN_MALLOC ? kAnyMemory : kModelMemory); ++source) {
    for (stays_out = 0; stays_out < 2; ++stays_out) {
      try_all_functions();
    }
  }
}

// ---- a small life

static dks_status step_in_slices(dks_model* model) {
  uint32_t done = 0;
  dks_status status = DKS_OK;
  while (done == 0 && status == DKS_OK) {
    status = dks_model_step_for(model, 1, 0, &done);
  }
  return status;
}

// Stops at the first failure. Returns its status.
static dks_status live_a_little(int in_slices, int* out_stepping) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  desc.max_agents = 64;
  desc.worker_count = 1;
  dks_model* model = NULL;
  *out_stepping = 0;
  dks_status status = dks_model_create(&desc, &model);
  if (status != DKS_OK) {
    if (model != NULL) {
      return DKS_E_INTERNAL;
    }
    return status;
  }
  status = do_spawn(model);
  status = status == DKS_OK ? do_collect(model) : status;
  const dks_message all = feed("ana", "*");
  status = status == DKS_OK ? dks_model_post(model, &all, 1) : status;
  if (status == DKS_OK) {
    *out_stepping = 1;
    for (int i = 0; i < 3 && status == DKS_OK; ++i) {
      status = in_slices ? step_in_slices(model) : dks_model_step(model, 1);
    }
    if (status != DKS_OK) {
      // Reported again or, where nothing had begun, made good; never a crash.
      disarm();
      (void)hash_of(model);
      const dks_status again = in_slices ? step_in_slices(model) : dks_model_step(model, 1);
      if (again != DKS_OK && again != DKS_E_NOMEM) {
        status = again;
      }
      uint64_t bytes = 0;  // half a step is not saved
      assert_int_equal(dks_model_save(model, NULL, 0, &bytes), again);
    }
  }
  dks_model_destroy(model);
  return status;
}

static void a_life_ends_well_wherever_memory_ends(void** state) {
  (void)state;
  int stepping = 0;
  disarm();
  assert_ok(live_a_little(1, &stepping));  // what is made once is made
  for (int way = 0; way < 8; ++way) {
    const int in_slices = way % 2;
    stays_out = way / 2 % 2;
    source = way / 4 == 0 ? kModelMemory : kAnyMemory;
    if (source == kAnyMemory && !DKS_OWN_MALLOC) {
      continue;
    }
    dks_status status = DKS_E_NOMEM;
    long tries = 0;
    int in_steps = 0;
    // Making the species takes thousands of allocations: most of them are sampled.
    for (long n = 0; status != DKS_OK; n += n < 300 || stepping ? 1 : 7) {
      const long before = live;
      arm(n);
      status = live_a_little(in_slices, &stepping);
      disarm();
      in_steps += stepping && status != DKS_OK;
      ++tries;
      if (status != DKS_OK && status != DKS_E_NOMEM) {
        fail_msg("allocation %ld: %s: %s", n, dks_status_name(status), dks_last_error());
      }
      assert_int_equal(held, 0);
      if (live != before) {
        fail_msg("allocation %ld: %ld blocks are lost", n, live - before);
      }
    }
    print_message("%ld failures, %d of them in steps\n", tries - 1, in_steps);
    assert_true(tries > 10);
  }
}

// ---- a world of documents, with threads

static void a_world_of_documents_is_made_whole_or_not_at_all(void** state) {
  (void)state;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  desc.worker_count = 3;
  for (source = kModelMemory; source <= (DKS_OWN_MALLOC ? kAnyMemory : kModelMemory); ++source) {
    // Tens of thousands of allocations, and those of reading the files here: sampled.
    dks_status status = DKS_E_NOMEM;
    long tries = 0;
    for (long n = 0; status != DKS_OK; n += source == kModelMemory ? 1 : 1 + n / 16) {
      dks_document items[4];
      read_meadow(items);
      dks_model* model = NULL;
      arm(n);
      status = dks_model_create_world(&desc, items, 4, &model);
      disarm();
      if (status != DKS_OK && (status != DKS_E_NOMEM || model != NULL)) {
        fail_msg("allocation %ld: %s: %s", n, dks_status_name(status), dks_last_error());
      }
      dks_model_destroy(model);
      free_meadow(items);
      assert_int_equal(held, 0);
      ++tries;
    }
    print_message("%ld failures\n", tries - 1);
    assert_true(tries > 10);
  }
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK ||
      dks_plugins_add(faults_plugin_query, faults_plugin_init, NULL) != DKS_OK) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_report_it_and_change_nothing),
      cmocka_unit_test(a_life_ends_well_wherever_memory_ends),
      cmocka_unit_test(a_world_of_documents_is_made_whole_or_not_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
