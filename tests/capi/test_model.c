// Models: making, stepping, describing and refusing. SPDX-License-Identifier: MIT
#include "dks.h"

#include "aligned_memory.h"
#include "support.h"

#include <cmocka.h>

static void the_header_is_the_librarys(void** state) {
  (void)state;
  assert_int_equal(dks_version(), DKS_VERSION_NUMBER);
}

// The value of a key, up to the end of its line, which must be there once and not be empty.
static const char* info_value(const char* key, char value[64]) {
  char before[64];
  snprintf(before, sizeof before, "\n%s=", key);
  const char* const found = strstr(dks_build_info(), before);
  assert_non_null(found);
  const char* const from = found + strlen(before);
  assert_null(strstr(from, before));
  const size_t size = strcspn(from, "\n");
  assert_in_range(size, 1, 63);
  memcpy(value, from, size);
  value[size] = '\0';
  return value;
}

static void the_build_is_told_line_by_line(void** state) {
  (void)state;
  const char* const info = dks_build_info();
  char expected[64];
  snprintf(
      expected,
      sizeof expected,
      "version=%d.%d.%d\n",
      DKS_VERSION_MAJOR,
      DKS_VERSION_MINOR,
      DKS_VERSION_PATCH
  );
  assert_memory_equal(info, expected, strlen(expected));
  for (const char* line = info; *line != '\0'; line = strchr(line, '\n') + 1) {
    assert_non_null(strchr(line, '\n'));  // the last one ends, too
    const size_t key = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_");
    assert_true(key > 0 && line[key] == '=');
  }
  char value[64], set[64];
  info_value("compiler", value);
  info_value("system", value);
  info_value("build_type", value);
  assert_string_not_equal(info_value("DKS_TESTS", value), "OFF");
  assert_in(info, "\nDKS_SANITIZE=");
  assert_in(info_value("instruction_sets", value), info_value("instruction_set", set));
  assert_ptr_equal(dks_build_info(), info);
}

static void every_status_has_a_name(void** state) {
  (void)state;
#define NAMED(name, code, text) assert_string_equal(dks_status_name(code), "DKS_" #name);
  DKS_STATUS_MAP(NAMED)
#undef NAMED
  assert_string_equal(dks_status_name(-12345), "unknown status");
  assert_string_equal(dks_status_name(1), "unknown status");
}

static void every_event_has_a_name(void** state) {
  (void)state;
  assert_string_equal(dks_event_name(DKS_EVENT_BORN), "born");
  assert_string_equal(dks_event_name(DKS_EVENT_USED), "used");
  assert_string_equal(dks_event_name(DKS_EVENT_EMOTE), "emote");
  assert_string_equal(dks_event_name(0), "unknown event");
  assert_string_equal(dks_event_name(UINT32_MAX), "unknown event");
}

static void the_default_world_is_as_the_header_says(void** state) {
  (void)state;
  dks_model* model = NULL;
  assert_ok(dks_model_create(NULL, &model));
  const dks_model_info info = info_of(model);
  assert_int_equal(info.width, 20);
  assert_int_equal(info.height, 20);
  assert_int_equal(info.seed, 1);
  assert_int_equal(info.step, 0);
  assert_int_equal(info.agent_count, 0);
  assert_int_equal(info.max_agents, 1024);
  assert_int_equal(info.worker_count, 1);
  assert_int_equal(info.type_count, 1);
  assert_true(info.memory_bytes > 0);
  assert_true(info.memory_peak >= info.memory_bytes);
  const char* name = NULL;
  assert_ok(dks_model_type_name(model, 0, &name));
  assert_string_equal(name, "pet");
  dks_model_destroy(model);
}

static void steps_are_counted_and_0_does_none(void** state) {
  (void)state;
  dks_model* const model = make_default(5);
  const uint64_t before = hash_of(model);
  assert_ok(dks_model_step(model, 0));
  assert_int_equal(hash_of(model), before);
  assert_ok(dks_model_step(model, 3));
  assert_int_equal(info_of(model).step, 3);
  assert_int_not_equal(hash_of(model), before);
  dks_counters counters;
  dks_counters_init(&counters);
  assert_ok(dks_model_get_counters(model, &counters));
  assert_int_equal(counters.steps, 3);
  assert_int_equal(counters.activations, 0);
  dks_model_destroy(model);
}

static void destroying_nothing_is_fine(void** state) {
  (void)state;
  dks_model_destroy(NULL);
  dks_agent_set_destroy(NULL);
}

static void a_failed_create_leaves_the_handle_alone(void** state) {
  (void)state;
  dks_model* const before = (dks_model*)(void*)&state;
  dks_model* model = before;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.mind = "randm";
  assert_fails(dks_model_create(&desc, &model), DKS_E_NOTFOUND, "did you mean \"random\"?");
  assert_ptr_equal(model, before);
  desc.mind = NULL;
  desc.flags = 4;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "desc.flags: 4");
  desc.flags = 0;
  desc.worker_count = UINT32_MAX;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "desc.worker_count: 4294967295");
  desc.worker_count = 0;
  desc.max_agents = UINT32_MAX;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "desc.max_agents: 4294967295");
  desc.max_agents = 0;
  const dks_allocator half = {NULL, NULL, NULL};
  desc.allocator = &half;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "alloc");
  assert_ptr_equal(model, before);
}

// Structs of other versions: shorter ones are taken, longer ones where what is behind is 0.
static void a_desc_of_another_version_is_taken_where_it_can_be_obeyed(void** state) {
  (void)state;
  struct {
    dks_model_desc desc;
    uint64_t newer[3];
  } longer;
  memset(&longer, 0, sizeof longer);
  dks_model_desc_init_sized(&longer.desc, sizeof longer);
  assert_int_equal(longer.desc.struct_size, sizeof longer);
  longer.desc.seed = 9;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&longer.desc, &model));
  assert_int_equal(info_of(model).seed, 9);
  dks_model_destroy(model);
  model = NULL;

  longer.newer[1] = 1;
  assert_fails(dks_model_create(&longer.desc, &model), DKS_E_VERSION, "desc: byte ");
  assert_null(model);

  dks_model_desc shorter;
  dks_model_desc_init(&shorter);
  shorter.struct_size = DKS_MODEL_DESC_MIN_SIZE;
  shorter.seed = 8;
  shorter.worker_count = UINT32_MAX;  // beyond the size: not looked at
  assert_ok(dks_model_create(&shorter, &model));
  assert_int_equal(info_of(model).seed, 8);
  assert_int_equal(info_of(model).worker_count, 1);
  dks_model_destroy(model);
  model = NULL;

  const uint32_t wrong[] = {0, 4, 15, 20, 28, 36, 44, 4097, 100001, UINT32_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    shorter.struct_size = wrong[i];
    assert_fails(dks_model_create(&shorter, &model), DKS_E_INVALID, "desc.struct_size: ");
  }
  assert_null(model);
}

static void info_is_filled_as_far_as_the_caller_knows_it(void** state) {
  (void)state;
  dks_model* const model = make_default(3);
  struct {
    dks_model_info info;
    uint64_t newer[2];
  } longer;
  memset(&longer, 0xee, sizeof longer);
  longer.info.struct_size = sizeof longer;
  assert_ok(dks_model_get_info(model, &longer.info));
  assert_int_equal(longer.info.struct_size, sizeof longer);
  assert_int_equal(longer.info.width, 20);
  assert_int_equal(longer.newer[0], 0);
  assert_int_equal(longer.newer[1], 0);

  dks_model_info info;
  memset(&info, 0xee, sizeof info);
  info.struct_size = offsetof(dks_model_info, height);
  assert_ok(dks_model_get_info(model, &info));
  assert_int_equal(info.width, 20);
  assert_int_equal(info.height, 0xeeeeeeee);
  info.struct_size = offsetof(dks_model_info, seed) + 4;  // half of it
  assert_fails(dks_model_get_info(model, &info), DKS_E_INVALID, "out_info.struct_size: 20");
  info.struct_size = 0;
  assert_fails(dks_model_get_info(model, &info), DKS_E_INVALID, "out_info.struct_size: 0");
  info.struct_size = UINT32_MAX;
  assert_fails(dks_model_get_info(model, &info), DKS_E_INVALID, "out_info.struct_size");
  dks_counters counters = {UINT32_MAX, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  assert_fails(dks_model_get_counters(model, &counters), DKS_E_INVALID, "out_counters");
  dks_model_destroy(model);
}

static void texts_follow_convention_5(void** state) {
  (void)state;
  dks_model* const model = make_default(3);
  uint64_t size = 0;
  assert_ok(dks_model_world_json(model, NULL, 0, &size));
  assert_true(size > 100);
  char* const buffer = malloc(size + 1);
  memset(buffer, 'x', size + 1);
  uint64_t told = 0;
  assert_fails(dks_model_world_json(model, buffer, size, &told), DKS_E_LIMIT, "buffer: ");
  assert_int_equal(told, size);
  for (uint64_t i = 0; i <= size; ++i) {
    assert_int_equal(buffer[i], 'x');
  }
  assert_ok(dks_model_world_json(model, buffer, size + 1, NULL));
  assert_int_equal(strlen(buffer), size);
  assert_fails(dks_model_world_json(model, NULL, 10, &told), DKS_E_INVALID, "buffer");
  assert_fails(dks_model_world_json(model, NULL, 0, NULL), DKS_E_INVALID, "out_size");
  free(buffer);
  dks_model_destroy(model);
}

static void a_document_list_is_checked(void** state) {
  (void)state;
  dks_model* model = NULL;
  dks_document document = {"w", "{}", 2};
  assert_fails(dks_model_create_world(NULL, NULL, 1, &model), DKS_E_INVALID, "items");
  assert_fails(dks_model_create_world(NULL, &document, 0, &model), DKS_E_INVALID, "count: ");
  assert_fails(dks_model_create_world(NULL, &document, UINT32_MAX, &model), DKS_E_LIMIT, "count");
  assert_fails(dks_model_create_world(NULL, &document, 1, NULL), DKS_E_INVALID, "out_model");
  document.name = NULL;
  assert_fails(dks_model_create_world(NULL, &document, 1, &model), DKS_E_INVALID, "items[0].name");
  document.name = "w";
  document.data = NULL;
  assert_fails(dks_model_create_world(NULL, &document, 1, &model), DKS_E_INVALID, "items[0].data");
  assert_null(model);
}

#define EXPECT_MISSING(call) assert_fails(call, DKS_E_INVALID, "found NULL")
#define EXPECT_NULL(name, call) assert_fails(call, DKS_E_INVALID, name ": expected a pointer")

static void no_function_takes_no_handle(void** state) {
  (void)state;
  uint64_t number = 0;
  double real = 0;
  int32_t x = 0;
  char text[8];
  const char* name = NULL;
  dks_agent_id agent = 1;
  const dks_agent_id* ids = NULL;
  dks_column column;
  dks_event_view events;
  dks_message_view messages;
  dks_agent_set* set = NULL;
  dks_spawn_desc spawn;
  dks_spawn_desc_init(&spawn);
  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  dks_reporter_desc reporter;
  dks_reporter_desc_init(&reporter);
  dks_message message;
  dks_message_init(&message);
  dks_model_info info;
  dks_model_info_init(&info);
  dks_counters counters;
  dks_counters_init(&counters);
  dks_table_info table;
  dks_table_info_init(&table);
  const char* const columns[] = {"a"};
  EXPECT_MISSING(dks_model_create(NULL, NULL));
  EXPECT_MISSING(dks_model_step(NULL, 1));
  EXPECT_MISSING(dks_model_hash(NULL, &number));
  EXPECT_MISSING(dks_model_get_info(NULL, &info));
  EXPECT_MISSING(dks_model_get_counters(NULL, &counters));
  EXPECT_MISSING(dks_model_world_json(NULL, text, 8, &number));
  EXPECT_MISSING(dks_model_spawn(NULL, &spawn, 1, &agent));
  EXPECT_MISSING(dks_model_remove(NULL, &agent, 1));
  EXPECT_MISSING(dks_model_move(NULL, &agent, &x, &x, 1));
  EXPECT_MISSING(dks_model_set(NULL, &agent, 1, "energy", 0, &real));
  EXPECT_MISSING(dks_model_find(NULL, "a", &agent));
  EXPECT_MISSING(dks_model_agent_name(NULL, agent, &name));
  EXPECT_MISSING(dks_model_agent_json(NULL, agent, text, 8, &number));
  EXPECT_MISSING(dks_model_type_name(NULL, 0, &name));
  EXPECT_MISSING(dks_model_column(NULL, "pet", "id", &column));
  EXPECT_MISSING(dks_agent_set_create(NULL, NULL, &set));
  EXPECT_MISSING(dks_agent_set_select(NULL, "energy", DKS_OP_LT, 0));
  EXPECT_MISSING(dks_agent_set_take(NULL, 1));
  EXPECT_MISSING(dks_agent_set_sort(NULL, "energy", 0));
  EXPECT_MISSING(dks_agent_set_shuffle(NULL, 1));
  EXPECT_MISSING(dks_agent_set_do(NULL, "energy", 1, 0));
  EXPECT_MISSING(dks_agent_set_aggregate(NULL, "energy", DKS_AGG_SUM, &real));
  EXPECT_MISSING(
      dks_agent_set_group(NULL, "action", "energy", DKS_AGG_SUM, &real, &real, 1, &number)
  );
  EXPECT_MISSING(dks_agent_set_ids(NULL, &ids, &number));
  EXPECT_MISSING(dks_model_environment(NULL, "hour", &real));
  EXPECT_MISSING(dks_model_drive(NULL, "hour", 1, 1));
  EXPECT_MISSING(dks_model_release(NULL, "hour"));
  EXPECT_MISSING(dks_model_environment_json(NULL, text, 8, &number));
  EXPECT_MISSING(dks_model_set_environment_json(NULL, "{}", 2));
  EXPECT_MISSING(dks_model_layer(NULL, "food", &column));
  EXPECT_MISSING(dks_model_set_layer(NULL, "food", &x, &x, &real, 1));
  EXPECT_MISSING(dks_model_schedule(NULL, &timer, &number));
  EXPECT_MISSING(dks_model_pause_timer(NULL, 1, 1));
  EXPECT_MISSING(dks_model_cancel_timer(NULL, 1));
  EXPECT_MISSING(dks_model_events(NULL, &events));
  EXPECT_MISSING(dks_model_post(NULL, &message, 1));
  EXPECT_MISSING(dks_model_post_json(NULL, "m", "{}", 2));
  EXPECT_MISSING(dks_model_check_json(NULL, "m", "{}", 2));
  EXPECT_MISSING(dks_model_messages(NULL, &messages));
  EXPECT_MISSING(dks_model_queue(NULL, 1, &messages));
  EXPECT_MISSING(dks_model_channel(NULL, "#a", &messages));
  EXPECT_MISSING(dks_model_outbox(NULL, &messages));
  EXPECT_MISSING(dks_model_explain(NULL, 1, text, 8, &number));
  EXPECT_MISSING(dks_model_predict(NULL, 1, 1, &real, 1, &number));
  EXPECT_MISSING(dks_model_collect(NULL, &reporter));
  EXPECT_MISSING(dks_model_add_row(NULL, "t", columns, &real, 1));
  EXPECT_MISSING(dks_model_table_name(NULL, 0, &name));
  EXPECT_MISSING(dks_model_read_csv(NULL, "t", text, 8, &number));
  EXPECT_MISSING(dks_model_table_column(NULL, "t", "step", &column));
  EXPECT_MISSING(dks_model_table_info(NULL, "t", &table));
  EXPECT_MISSING(dks_model_table_column_name(NULL, "t", 0, &name));
  dks_model_desc_init_sized(NULL, 100);
  dks_spawn_desc_init_sized(NULL, 100);
  dks_timer_desc_init_sized(NULL, 100);
  dks_reporter_desc_init_sized(NULL, 100);
  dks_message_init_sized(NULL, 100);
}

static void no_function_takes_a_missing_pointer(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  const uint64_t before = hash_of(model);
  uint64_t number = 0;
  const dks_agent_id* ids = NULL;
  double real = 0;
  int32_t x = 0;
  dks_agent_id out = 0;
  dks_column column;
  dks_message_view messages;
  EXPECT_MISSING(dks_model_hash(model, NULL));
  EXPECT_MISSING(dks_model_get_info(model, NULL));
  EXPECT_MISSING(dks_model_get_counters(model, NULL));
  EXPECT_MISSING(dks_model_spawn(model, NULL, 1, &out));
  EXPECT_MISSING(dks_model_remove(model, NULL, 1));
  EXPECT_NULL("items", dks_model_move(model, NULL, &x, &x, 1));
  EXPECT_NULL("x", dks_model_move(model, &agent, NULL, &x, 1));
  EXPECT_NULL("y", dks_model_move(model, &agent, &x, NULL, 1));
  EXPECT_NULL("items", dks_model_set(model, NULL, 1, "energy", 0, &real));
  EXPECT_NULL("field", dks_model_set(model, &agent, 1, NULL, 0, &real));
  EXPECT_NULL("values", dks_model_set(model, &agent, 1, "energy", 0, NULL));
  EXPECT_NULL("name", dks_model_find(model, NULL, &out));
  EXPECT_NULL("out_agent", dks_model_find(model, "a", NULL));
  EXPECT_MISSING(dks_model_agent_name(model, agent, NULL));
  EXPECT_MISSING(dks_model_type_name(model, 0, NULL));
  EXPECT_NULL("type", dks_model_column(model, NULL, "id", &column));
  EXPECT_NULL("field", dks_model_column(model, "pet", NULL, &column));
  EXPECT_NULL("out_column", dks_model_column(model, "pet", "id", NULL));
  EXPECT_MISSING(dks_agent_set_create(model, NULL, NULL));
  EXPECT_MISSING(dks_agent_set_select(set, NULL, DKS_OP_LT, 0));
  EXPECT_MISSING(dks_agent_set_sort(set, NULL, 0));
  EXPECT_MISSING(dks_agent_set_do(set, NULL, 1, 0));
  EXPECT_MISSING(dks_agent_set_aggregate(set, NULL, DKS_AGG_SUM, &real));
  EXPECT_MISSING(dks_agent_set_aggregate(set, "energy", DKS_AGG_SUM, NULL));
  EXPECT_MISSING(dks_agent_set_group(set, NULL, "energy", DKS_AGG_SUM, &real, &real, 1, &number));
  EXPECT_MISSING(dks_agent_set_group(set, "action", "energy", DKS_AGG_SUM, NULL, &real, 1, &number)
  );
  EXPECT_MISSING(dks_agent_set_group(set, "action", "energy", DKS_AGG_SUM, &real, &real, 1, NULL));
  EXPECT_MISSING(dks_agent_set_ids(set, NULL, &number));
  EXPECT_MISSING(dks_agent_set_ids(set, &ids, NULL));
  EXPECT_NULL("field", dks_model_environment(model, NULL, &real));
  EXPECT_NULL("out_value", dks_model_environment(model, "hour", NULL));
  EXPECT_MISSING(dks_model_drive(model, NULL, 1, 1));
  EXPECT_MISSING(dks_model_release(model, NULL));
  EXPECT_MISSING(dks_model_set_environment_json(model, NULL, 2));
  EXPECT_MISSING(dks_model_layer(model, NULL, &column));
  EXPECT_MISSING(dks_model_layer(model, "food", NULL));
  EXPECT_NULL("x", dks_model_set_layer(model, "food", NULL, &x, &real, 1));
  EXPECT_MISSING(dks_model_schedule(model, NULL, &number));
  EXPECT_MISSING(dks_model_events(model, NULL));
  EXPECT_MISSING(dks_model_post(model, NULL, 1));
  EXPECT_MISSING(dks_model_post_json(model, "m", NULL, 2));
  EXPECT_MISSING(dks_model_messages(model, NULL));
  EXPECT_MISSING(dks_model_queue(model, agent, NULL));
  EXPECT_MISSING(dks_model_channel(model, NULL, &messages));
  EXPECT_MISSING(dks_model_channel(model, "#a", NULL));
  EXPECT_MISSING(dks_model_outbox(model, NULL));
  EXPECT_MISSING(dks_model_collect(model, NULL));
  EXPECT_MISSING(dks_model_add_row(model, NULL, NULL, &real, 1));
  EXPECT_MISSING(dks_model_table_name(model, 0, NULL));
  EXPECT_MISSING(dks_model_read_csv(model, NULL, NULL, 8, &number));
  EXPECT_NULL("table", dks_model_table_column(model, NULL, "step", &column));
  EXPECT_NULL("out_info", dks_model_table_info(model, "t", NULL));
  EXPECT_MISSING(dks_model_table_column_name(model, "t", 0, NULL));
  // Nothing to do is not nothing given.
  assert_ok(dks_model_spawn(model, NULL, 0, NULL));
  assert_ok(dks_model_remove(model, NULL, 0));
  assert_ok(dks_model_move(model, NULL, NULL, NULL, 0));
  assert_ok(dks_model_set(model, NULL, 0, "energy", 0, NULL));
  assert_ok(dks_model_post(model, NULL, 0));
  assert_int_equal(hash_of(model), before);
  dks_agent_set_destroy(set);
  dks_model_destroy(model);
}

// ---- an allocator that calls back

typedef struct Meddler {
  dks_model* model;
  int destroys;
  int busy;
  int calls;
  long held;
} Meddler;

static void* meddling_alloc(void* user, size_t size, size_t align) {
  Meddler* const meddler = user;
  meddler->held += (long)size;
  ++meddler->calls;
  if (meddler->model != NULL) {
    dks_model* const model = meddler->model;
    dks_agent_set* set = NULL;
    uint64_t hash = 7;
    meddler->busy += dks_model_step(model, 1) == DKS_E_BUSY;
    meddler->busy += dks_model_hash(model, &hash) == DKS_E_BUSY && hash == 7;
    meddler->busy += dks_agent_set_create(model, NULL, &set) == DKS_E_BUSY && set == NULL;
    if (meddler->destroys) {
      meddler->model = NULL;
      dks_model_destroy(model);
    }
  }
  return take_aligned(size, align);
}

static void meddling_dealloc(void* user, void* ptr, size_t size) {
  ((Meddler*)user)->held -= (long)size;
  free_aligned(ptr);
}

static void a_call_during_a_step_is_busy(void** state) {
  (void)state;
  Meddler meddler = {NULL, 0, 0, 0, 0};
  const dks_allocator allocator = {meddling_alloc, meddling_dealloc, &meddler};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  assert_true(meddler.calls > 0);
  spawn_at(model, "a", -1, -1);
  meddler.model = model;
  meddler.calls = 0;
  assert_ok(dks_model_step(model, 1));
  assert_true(meddler.calls > 0);
  assert_int_equal(meddler.busy, 3 * meddler.calls);
  assert_int_equal(info_of(model).step, 1);
  meddler.model = NULL;
  dks_model_destroy(model);
  assert_int_equal(meddler.held, 0);
}

static void destroying_during_a_step_waits_for_its_end(void** state) {
  (void)state;
  Meddler meddler = {NULL, 1, 0, 0, 0};
  const dks_allocator allocator = {meddling_alloc, meddling_dealloc, &meddler};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  spawn_at(model, "a", -1, -1);
  meddler.model = model;
  assert_ok(dks_model_step(model, 1));
  assert_null(meddler.model);
  assert_int_equal(meddler.held, 0);
}

static void the_memory_limit_holds_and_is_told(void** state) {
  (void)state;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.memory_limit = 1000;
  dks_model* model = NULL;
  assert_fails(dks_model_create(&desc, &model), DKS_E_NOMEM, "memory limit");
  assert_null(model);

  desc.memory_limit = 4U << 20;
  desc.max_agents = 20000;
  assert_ok(dks_model_create(&desc, &model));
  dks_status status = DKS_OK;
  uint32_t born = 0;
  dks_spawn_desc spawn;
  dks_spawn_desc_init(&spawn);
  uint64_t before = 0;
  while (status == DKS_OK && born < 20000) {
    before = hash_of(model);
    status = dks_model_spawn(model, &spawn, 1, NULL);
    born += status == DKS_OK;
  }
  assert_int_equal(status, DKS_E_NOMEM);
  assert_true(born > 100);
  assert_int_equal(info_of(model).agent_count, born);
  assert_int_equal(hash_of(model), before);
  assert_true(info_of(model).memory_peak <= desc.memory_limit);
  dks_model_destroy(model);
}

static void errors_are_readable_whatever_they_quote(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  dks_agent_id agent = 77;
  assert_fails(dks_model_find(model, "a\xff\xfe\n", &agent), DKS_E_NOTFOUND, "no agent called");
  for (const char* c = dks_last_error(); *c != '\0'; ++c) {
    assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c != 0xff);
  }
  char* const longest = malloc(100001);
  memset(longest, 'n', 100000);
  longest[100000] = '\0';
  assert_fails(dks_model_find(model, longest, &agent), DKS_E_NOTFOUND, "no agent called");
  assert_true(strlen(dks_last_error()) < 2048);
  assert_int_equal(agent, 77);
  free(longest);
  dks_model_destroy(model);
}

static void every_kind_of_event_has_a_name(void** state) {
  (void)state;
  static const struct {
    uint32_t kind;
    const char* name;
  } kEvents[] = {
      {DKS_EVENT_BORN, "born"},
      {DKS_EVENT_REMOVED, "removed"},
      {DKS_EVENT_MESSAGE, "message"},
      {DKS_EVENT_UNDELIVERED, "undelivered"},
      {DKS_EVENT_TIMER, "timer"},
      {DKS_EVENT_WEATHER, "weather"},
      {DKS_EVENT_DAY, "day"},
      {DKS_EVENT_MET, "met"},
      {DKS_EVENT_SHARED, "shared"},
      {DKS_EVENT_CALLED, "called"},
      {DKS_EVENT_CRITICAL, "critical"},
      {DKS_EVENT_RELIEVED, "relieved"},
      {DKS_EVENT_WITHDREW, "withdrew"},
      {DKS_EVENT_RECOVERED, "recovered"},
      {DKS_EVENT_USED, "used"},
      {DKS_EVENT_EMOTE, "emote"},
      {DKS_EVENT_INTENT, "intent"}};
  int named = 0;
  for (uint32_t kind = 0; kind < 1000; ++kind) {
    named += strcmp(dks_event_name(kind), "unknown event") != 0;
  }
  assert_int_equal(named, sizeof kEvents / sizeof kEvents[0]);
  for (int i = 0; i < named; ++i) {
    assert_string_equal(dks_event_name(kEvents[i].kind), kEvents[i].name);
  }
}

// As the schema has them; the order in which agents come is another in each.
static void every_activation_steps_in_an_order_of_its_own(void** state) {
  (void)state;
  static const char* const kActivations[] = {
      "{\"kind\": \"RandomActivation\"}",
      "{\"kind\": \"RandomActivation\", \"shuffle\": false}",
      "{\"kind\": \"SimultaneousActivation\"}",
      "{\"kind\": \"StagedActivation\", \"stages\": [\"sense\", \"think\", \"act\"]}",
      "{\"kind\": \"RandomActivationByType\"}",
      "{\"kind\": \"RandomActivationByType\", \"shuffle_types\": false}"};
  enum { kCount = sizeof kActivations / sizeof kActivations[0] };
  uint64_t hashes[kCount];
  for (int i = 0; i < kCount; ++i) {
    char changes[128];
    snprintf(changes, sizeof changes, "{\"activation\": %s}", kActivations[i]);
    dks_model* const model = meadow_of_seed(5, NULL, changes);
    assert_ok(dks_model_step(model, 20));
    hashes[i] = hash_of(model);
    for (int j = 0; j < i; ++j) {
      assert_true(hashes[j] != hashes[i]);
    }
    dks_model_destroy(model);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_header_is_the_librarys),
      cmocka_unit_test(the_build_is_told_line_by_line),
      cmocka_unit_test(every_status_has_a_name),
      cmocka_unit_test(every_event_has_a_name),
      cmocka_unit_test(the_default_world_is_as_the_header_says),
      cmocka_unit_test(steps_are_counted_and_0_does_none),
      cmocka_unit_test(destroying_nothing_is_fine),
      cmocka_unit_test(a_failed_create_leaves_the_handle_alone),
      cmocka_unit_test(a_desc_of_another_version_is_taken_where_it_can_be_obeyed),
      cmocka_unit_test(info_is_filled_as_far_as_the_caller_knows_it),
      cmocka_unit_test(texts_follow_convention_5),
      cmocka_unit_test(a_document_list_is_checked),
      cmocka_unit_test(no_function_takes_no_handle),
      cmocka_unit_test(no_function_takes_a_missing_pointer),
      cmocka_unit_test(a_call_during_a_step_is_busy),
      cmocka_unit_test(every_kind_of_event_has_a_name),
      cmocka_unit_test(every_activation_steps_in_an_order_of_its_own),
      cmocka_unit_test(destroying_during_a_step_waits_for_its_end),
      cmocka_unit_test(the_memory_limit_holds_and_is_told),
      cmocka_unit_test(errors_are_readable_whatever_they_quote),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
