// Every function with every wrong argument: refused with the documented status and a text that
// names the argument, and nothing has changed. SPDX-License-Identifier: MIT
#include "dks.h"

#include "argument_tables.h"
#include "support.h"

#include <math.h>
#include <pthread.h>

#include <cmocka.h>

// Where results go. What a refused call was given must still hold the pattern.
static struct Out {
  dks_model* model;
  dks_agent_set* set;
  dks_mind* mind;
  dks_agent_id id, ids[2];
  const dks_agent_id* view;
  const char* text;
  double value, keys[64], groups[64];
  float reals[3][16];
  char buffer[1 << 16];
  dks_column column;
  dks_event_view events;
  dks_message_view messages;
} out, untouched;
static uint64_t whole;  // how much a text or an array that does not fit would take

// Good arguments, and what they point at.
static struct In {
  dks_model* model;
  dks_agent_set* set;
  const dks_mind* mind;
  dks_model** model_place;
  dks_agent_set** set_place;
  dks_mind** mind_place;
  uint64_t* whole;
  dks_agent_id* id_place;
  dks_agent_id* ids_place;
  const dks_agent_id** view_place;
  const char** text_place;
  double *value_place, *keys, *groups;
  uint64_t group_capacity;
  dks_column* column_place;
  dks_event_view* events_place;
  dks_message_view* messages_place;
  char* buffer;
  uint64_t capacity;

  const dks_model_desc* desc;
  dks_allocator allocator;
  const dks_document *documents, *mind_document;
  dks_document document_items[2];
  uint32_t document_count;
  dks_model_info *info, info_of_model;
  dks_counters *counters, counters_of_model;

  dks_agent_id agent, agent_items[2];
  const dks_agent_id* agents;
  uint32_t count;
  const int32_t *x, *y;
  int32_t cell_x[2], cell_y[2];
  const dks_spawn_desc* spawns;
  dks_spawn_desc spawn_items[2];
  uint32_t spawn_count;
  const char *name, *type, *plain_type, *field, *by;
  uint32_t index, element;
  const double* values;
  double value_items[2], value, factor, offset;
  int32_t op, aggregate;

  const char *reading, *layer, *json;
  uint64_t json_size, timer;
  const dks_timer_desc* timer_desc;
  const dks_message* messages;
  dks_message message_items[2];
  uint32_t message_count, steps;
  const char *letter, *channel;
  uint64_t letter_size;

  const dks_reporter_desc* reporter;
  const char *own_table, *table, *table_column;
  const char* const* columns;
  const char* column_names[2];
  dks_table_info *table_info, info_of_table;

  const dks_mind_desc* mind_desc;
  dks_mind_info *mind_info, info_of_mind;
  const float *beliefs, *preferences;
  float belief_items[4], preference_items[4];
  const int32_t *observations, *actions;
  int32_t outcome_items[2];
  float *reals, *more_reals, *most_reals;

  // As a newer header would have them.
  struct {
    dks_model_desc known;
    uint64_t unknown;
  } model_desc;
  struct {
    dks_timer_desc known;
    uint64_t unknown;
  } timer_of_desc;
  struct {
    dks_reporter_desc known;
    uint64_t unknown;
  } reporter_desc;
  struct {
    dks_mind_desc known;
    uint64_t unknown;
  } desc_of_mind;
} in;

// ---- a world in which every function has something to do

static const char kWorld[] =
    "{\"name\": \"arguments\", \"grid\": {\"width\": 8, \"height\": 8}, \"max_agents\": 16,"
    " \"species\": [\"pet\"], \"layers\": {\"food\": {}, \"place\": {\"categories\":"
    " [\"wild\", \"nest\", \"feeder\", \"playground\"]}}, \"types\": {"
    " \"window\": {\"fields\": {\"open\": {\"max\": 1}}}, \"door\": {\"fields\": {\"open\": {}}},"
    " \"thermostat\": {\"fields\": {\"heat\": {}}, \"mind\": \"mind.json\"}}}";
static const char kMind[] =
    "{\"model\": {\"A\": [[[0.9, 0.1], [0.1, 0.9]]],"
    " \"B\": [[[[0.9, 0.1], [0.6, 0.05]], [[0.1, 0.9], [0.4, 0.95]]]]}}";
static const char kTraits[] = "{\"needs\": {\"energy\": 0.5}}";
static const char kEnvironment[] = "{\"fields\": {\"light\": {\"value\": 0.5}}}";
static const char kLetter[] = "{\"from\": \"ana\", \"to\": \"Momo\", \"kind\": \"feed\"}";
static char k257Bytes[258];

static dks_model* model;
static dks_agent_set* set;
static dks_mind* mind;
static dks_agent_id momo, suki, window, gone;
static uint64_t timer;

static void* (*in_allocation)(void*);  // called on another thread when a step takes memory
static int allocations;

static void* alloc(void* user, size_t size, size_t align) {
  (void)user;
  (void)align;  // malloc's alignment does for all that a model asks
  if (in_allocation != NULL) {
    void* (*const call)(void*) = in_allocation;
    in_allocation = NULL;
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, call, NULL), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    ++allocations;
  }
  return malloc(size);
}
static void dealloc(void* user, void* ptr, size_t size) {
  (void)user;
  (void)size;
  free(ptr);
}

static void set_world(void) {
  in.document_items[0] = (dks_document){"world.json", kWorld, sizeof kWorld - 1};
  in.document_items[1] = (dks_document){"mind.json", kMind, sizeof kMind - 1};
  in.documents = in.document_items;
  in.document_count = 2;
  in.mind_document = in.document_items + 1;
  in.allocator = (dks_allocator){alloc, dealloc, NULL};
  dks_model_desc_init(&in.model_desc.known);
  in.model_desc.known.allocator = &in.allocator;
  in.desc = &in.model_desc.known;
}

static dks_agent_id spawn_window(void) {
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = "window";
  dks_agent_id agent = DKS_AGENT_NONE;
  assert_ok(dks_model_spawn(model, &desc, 1, &agent));
  return agent;
}

static void make_all(void) {
  memset(k257Bytes, 'a', sizeof k257Bytes - 1);
  memset(&untouched, 0xA5, sizeof untouched);
  set_world();
  assert_ok(dks_model_create_world(in.desc, in.documents, in.document_count, &model));
  assert_ok(dks_mind_create(in.mind_document, NULL, &mind));
  momo = spawn_at(model, "Momo", 1, 1);
  suki = spawn_at(model, "Suki", 2, 2);
  gone = spawn_at(model, NULL, 3, 3);
  window = spawn_window();
  assert_ok(dks_model_remove(model, &gone, 1));
  dks_reporter_desc reporter;
  dks_reporter_desc_init(&reporter);
  reporter.table = "t";
  reporter.field = "energy";
  assert_ok(dks_model_collect(model, &reporter));
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  desc.interval = 3;
  assert_ok(dks_model_schedule(model, &desc, &timer));
  const dks_message messages[] = {feed("ana", "Momo"), feed("ana", "#garden")};
  assert_ok(dks_model_post(model, messages, 2));
  assert_ok(dks_model_step(model, 3));
  assert_ok(dks_agent_set_create(model, "pet", &set));
}

static void unmake_all(void) {
  dks_model_destroy(model);
  dks_agent_set_destroy(set);
  dks_mind_destroy(mind);
}

static void set_places(void) {
  in.model_place = &out.model;
  in.set_place = &out.set;
  in.mind_place = &out.mind;
  in.whole = &whole;
  in.id_place = &out.id;
  in.ids_place = out.ids;
  in.view_place = &out.view;
  in.text_place = &out.text;
  in.value_place = &out.value;
  in.keys = out.keys;
  in.groups = out.groups;
  in.group_capacity = 64;
  in.column_place = &out.column;
  in.events_place = &out.events;
  in.messages_place = &out.messages;
  in.buffer = out.buffer;
  in.capacity = sizeof out.buffer;
  in.reals = out.reals[0];
  in.more_reals = out.reals[1];
  in.most_reals = out.reals[2];
  in.info = &in.info_of_model;
  dks_model_info_init(in.info);
  in.counters = &in.counters_of_model;
  dks_counters_init(in.counters);
  in.table_info = &in.info_of_table;
  dks_table_info_init(in.table_info);
  in.mind_info = &in.info_of_mind;
  dks_mind_info_init(in.mind_info);
}

static void set_agents(void) {
  in.agent = momo;
  in.agent_items[0] = momo;
  in.agent_items[1] = suki;
  in.agents = in.agent_items;
  in.count = 2;
  for (int i = 0; i < 2; ++i) {
    in.cell_x[i] = in.cell_y[i] = i + 1;
    in.value_items[i] = 0.5;
    dks_spawn_desc_init(&in.spawn_items[i]);
    in.message_items[i] = feed("ana", "Momo");
  }
  in.x = in.cell_x;
  in.y = in.cell_y;
  in.values = in.value_items;
  in.spawns = in.spawn_items;
  in.spawn_count = 2;
  in.spawn_items[0].name = "Nora";
  in.spawn_items[0].json = kTraits;
  in.spawn_items[0].json_size = sizeof kTraits - 1;
  in.name = "Momo";
  in.type = "pet";
  in.plain_type = "door";
  in.field = "energy";
  in.by = "id";
  in.op = DKS_OP_GE;
  in.aggregate = DKS_AGG_MEAN;
  in.value = in.factor = in.offset = 0.5;
}

static void set_world_around(void) {
  in.reading = "light";
  in.layer = "food";
  in.json = kEnvironment;
  in.json_size = sizeof kEnvironment - 1;
  in.timer = timer;
  dks_timer_desc_init(&in.timer_of_desc.known);
  in.timer_desc = &in.timer_of_desc.known;
  in.messages = in.message_items;
  in.message_count = 2;
  in.letter = kLetter;
  in.letter_size = sizeof kLetter - 1;
  in.channel = "#garden";
  in.steps = 2;
  dks_reporter_desc_init(&in.reporter_desc.known);
  in.reporter_desc.known.table = "more";
  in.reporter_desc.known.field = "energy";
  in.reporter = &in.reporter_desc.known;
  in.own_table = "own";
  in.column_names[0] = "a";
  in.column_names[1] = "b";
  in.columns = in.column_names;
  in.table = "t";
  in.table_column = "energy";
}

static void set_mind(void) {
  dks_mind_desc_init(&in.desc_of_mind.known);
  in.mind_desc = &in.desc_of_mind.known;
  for (int i = 0; i < 4; ++i) {
    in.belief_items[i] = 0.5F;
  }
  in.beliefs = in.belief_items;
  in.preferences = in.preference_items;
  in.observations = in.actions = in.outcome_items;
}

static void set_good_arguments(void) {
  memset(&in, 0, sizeof in);
  in.model = model;
  in.set = set;
  in.mind = mind;
  set_world();
  set_places();
  set_agents();
  set_world_around();
  set_mind();
  out = untouched;
  whole = 7;
}

// ---- the tables as arrays

static void set_json(const char** place, uint64_t* size, const char* text) {
  *place = text;
  *size = strlen(text);
}

#define XX(function, arguments, faults)     \
  static dks_status call_##function(void) { \
    return function arguments;              \
  }
FUNCTIONS(XX)
#undef XX

#define XX(function, arguments, faults) {#function, call_##function, " " faults " "},
static const struct Function {
  const char* name;
  dks_status (*call)(void);
  const char* faults;  // each between blanks
} kFunctions[] = {FUNCTIONS(XX)};
#undef XX

#define XX(name, wrong, statement, status, part) \
  static void make_##name##_##wrong(void) {      \
    statement;                                   \
  }
FAULTS(XX)
#undef XX

#define XX(name, wrong, statement, status, part) \
  {" " #name " ", #wrong, make_##name##_##wrong, status, part},
static const struct Fault {
  const char* name;  // between blanks
  const char* wrong;
  void (*make)(void);
  dks_status status;
  const char* part;
} kFaults[] = {FAULTS(XX)};
#undef XX

enum {
  kFunctionCount = sizeof kFunctions / sizeof kFunctions[0],
  kFaultCount = sizeof kFaults / sizeof kFaults[0]
};

static int is(const char* found, const char* expected) {
  return strcmp(found, expected) == 0;
}

// An init function keeps away from NULL and from what is too small to hold a size.
#define INIT_IS_HARMLESS(type) \
  (type##_init_sized(NULL, sizeof(type)), type##_init_sized((void*)small, 3), is(small, "abc"))
static char small[] = "abc";

#define XX(function, holds) {#function, check_##function},
#define CHECK(function, holds)        \
  static int check_##function(void) { \
    return (holds);                   \
  }
FUNCTIONS_WITHOUT_STATUS(CHECK)
static const struct Check {
  const char* name;
  int (*holds)(void);
} kChecks[] = {FUNCTIONS_WITHOUT_STATUS(XX)};
#undef CHECK
#undef XX

enum { kCheckCount = sizeof kChecks / sizeof kChecks[0] };

// ---- what a host sees of it all

typedef struct Seen {
  uint64_t hash, step, agents, accepted, dropped, set, tables, rows;
} Seen;

static Seen look(void) {
  const dks_model_info info = info_of(model);
  Seen seen = {
      hash_of(model),
      info.step,
      info.agent_count,
      info.inputs_accepted,
      info.inputs_dropped,
      0,
      0,
      0};
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  for (uint64_t i = 0; i < count; ++i) {
    seen.set = seen.set * 31 + ids[i];
  }
  const char* table = NULL;
  for (; dks_model_table_name(model, (uint32_t)seen.tables, &table) == DKS_OK; ++seen.tables) {
    dks_table_info rows;
    dks_table_info_init(&rows);
    assert_ok(dks_model_table_info(model, table, &rows));
    uint64_t unread = 0;
    assert_ok(dks_model_read_csv(model, table, NULL, 0, &unread));
    seen.rows = seen.rows * 31 + rows.total * 7 + rows.column_count + unread;
  }
  return seen;
}

// What one more step makes of an untouched world.
static uint64_t hash_after_a_step(void) {
  make_all();
  assert_ok(dks_model_step(model, 1));
  const uint64_t hash = hash_of(model);
  unmake_all();
  return hash;
}

// ---- tests

static void every_function_has_an_entry(void** state) {
  (void)state;
  uint64_t size = 0;
  char* const list = read_file("capi/symbols.txt", &size);
  int listed = 0;
  for (char* line = strtok(list, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    int entries = 0;
    for (int i = 0; i < kFunctionCount; ++i) {
      entries += is(kFunctions[i].name, line);
    }
    for (int i = 0; i < kCheckCount; ++i) {
      entries += is(kChecks[i].name, line);
    }
    if (line[0] != '#' && entries != 1) {
      fail_msg("%s has %d entries in argument_tables.h, expected one", line, entries);
    }
    listed += line[0] != '#';
  }
  free(list);
  assert_int_equal(listed, kFunctionCount + kCheckCount);
}

// A fault that no function has, or a name that is no fault's, would test nothing.
static void every_fault_has_a_function(void** state) {
  (void)state;
  for (int f = 0; f < kFaultCount; ++f) {
    int uses = 0;
    for (int i = 0; i < kFunctionCount; ++i) {
      uses += strstr(kFunctions[i].faults, kFaults[f].name) != NULL;
    }
    if (uses == 0) {
      fail_msg("no function has the fault%s", kFaults[f].name);
    }
  }
  for (int i = 0; i < kFunctionCount; ++i) {
    char names[256];
    snprintf(names, sizeof names, "%s", kFunctions[i].faults);
    for (const char* name = strtok(names, " "); name != NULL; name = strtok(NULL, " ")) {
      char padded[64];
      snprintf(padded, sizeof padded, " %s ", name);
      int known = is(name, "any_thread") || is(name, "no_model");
      for (int f = 0; f < kFaultCount; ++f) {
        known |= is(kFaults[f].name, padded);
      }
      if (!known) {
        fail_msg("%s: there is no fault %s", kFunctions[i].name, name);
      }
    }
  }
}

static void functions_without_a_status_take_anything(void** state) {
  (void)state;
  for (int i = 0; i < kCheckCount; ++i) {
    if (!kChecks[i].holds()) {
      fail_msg("%s takes something amiss", kChecks[i].name);
    }
  }
}

static void expect_refused(const struct Function* function, const struct Fault* fault) {
  const Seen before = look();
  set_good_arguments();
  fault->make();
  const dks_status status = function->call();
  if (status != fault->status || strstr(dks_last_error(), fault->part) == NULL) {
    fail_msg(
        "%s,%s%s: %s \"%s\", expected %s and a text with \"%s\"",
        function->name,
        fault->name,
        fault->wrong,
        dks_status_name(status),
        status == DKS_OK ? "" : dks_last_error(),
        dks_status_name(fault->status),
        fault->part
    );
  }
  // Where the room does not suffice, how much would: convention 5.
  const int tells_size = status == DKS_E_LIMIT && (in.capacity < 2 || in.group_capacity < 2);
  if (memcmp(&out, &untouched, sizeof out) != 0 || (tells_size ? whole < 2 : whole != 7)) {
    fail_msg("%s,%s%s: the refused call wrote", function->name, fault->name, fault->wrong);
  }
  const Seen after = look();
  if (memcmp(&before, &after, sizeof before) != 0) {
    fail_msg("%s,%s%s: the refused call changed", function->name, fault->name, fault->wrong);
  }
}

// What good arguments have made.
static void destroy_results(void) {
  if (out.model != untouched.model) {
    dks_model_destroy(out.model);
  }
  if (out.set != untouched.set) {
    dks_agent_set_destroy(out.set);
  }
  if (out.mind != untouched.mind) {
    dks_mind_destroy(out.mind);
  }
}

static void expect_good(const struct Function* function) {
  set_good_arguments();
  const dks_status status = function->call();
  if (status != DKS_OK) {
    fail_msg("%s: %s: %s", function->name, dks_status_name(status), dks_last_error());
  }
  destroy_results();
}

static void wrong_arguments_are_refused_and_change_nothing(void** state) {
  (void)state;
  const uint64_t hash = hash_after_a_step();
  int refused = 0;
  for (int i = 0; i < kFunctionCount; ++i) {
    const struct Function* const function = &kFunctions[i];
    make_all();
    for (int f = 0; f < kFaultCount; ++f) {
      if (strstr(function->faults, kFaults[f].name) != NULL) {
        expect_refused(function, &kFaults[f]);
        ++refused;
      }
    }
    // What a refused call had posted or scheduled would come to light in the next step.
    assert_ok(dks_model_step(model, 1));
    if (hash_of(model) != hash) {
      fail_msg("%s: after refused calls the next step is another", function->name);
    }
    expect_good(function);
    unmake_all();
  }
  print_message("%d refused\n", refused);
}

static const char* not_busy;

// Once in a step, from a thread that is not the model's.
static void* call_everything(void* unused) {
  (void)unused;
  for (int i = 0; i < kFunctionCount; ++i) {
    const struct Function* const function = &kFunctions[i];
    set_good_arguments();
    // What is [any-thread] for the inbox's sake must not be called from the allocator.
    if (strstr(function->faults, " no_model ") != NULL ||
        strstr(function->faults, " any_thread ") != NULL) {
      continue;
    }
    const dks_status status = function->call();
    const int said = strstr(dks_last_error(), "the model is in another call") != NULL;
    const int wrote = memcmp(&out, &untouched, sizeof out) != 0 || whole != 7;
    if (status != DKS_E_BUSY || !said || wrote) {
      not_busy = function->name;  // cmocka must not be left by another thread
    }
  }
  return NULL;
}

// The hash after a step that has so much to deliver that it takes memory.
static uint64_t hash_after_much_mail(void* (*call)(void*)) {
  make_all();
  set_good_arguments();
  for (int i = 0; i < 500; ++i) {
    assert_ok(dks_model_post(model, in.messages, in.message_count));
  }
  in_allocation = call;
  assert_ok(dks_model_step(model, 1));
  in_allocation = NULL;
  const uint64_t hash = hash_of(model);
  unmake_all();
  return hash;
}

static void another_thread_is_refused_during_a_step(void** state) {
  (void)state;
  const uint64_t hash = hash_after_much_mail(NULL);
  assert_int_equal(hash_after_much_mail(call_everything), hash);
  assert_int_equal(allocations, 1);
  if (not_busy != NULL) {
    fail_msg("%s in a step is not refused with DKS_E_BUSY", not_busy);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_without_a_status_take_anything),
      cmocka_unit_test(every_function_has_an_entry),
      cmocka_unit_test(every_fault_has_a_function),
      cmocka_unit_test(wrong_arguments_are_refused_and_change_nothing),
      cmocka_unit_test(another_thread_is_refused_during_a_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
