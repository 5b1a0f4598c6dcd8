// A world in which every function of dks.h has something to do, and arguments with which it does.
// For one source file of a program. SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_GOOD_ARGUMENTS_H
#define DKS_TESTS_GOOD_ARGUMENTS_H

#include "dks.h"

#include "aligned_memory.h"
#include "faults.h"
#include "imp.h"
#include "support.h"

#include <pthread.h>

// Where results go. What a refused call was given must still hold the pattern.
static struct Out {
  dks_model* model;
  dks_agent_set* set;
  dks_mind* mind;
  dks_agent_id id, ids[2];
  const dks_agent_id* view;
  const char* text;
  void* user;
  double value, keys[64], groups[64];
  float reals[3][16];
  char buffer[1 << 17];
  dks_column column;
  dks_event_view events;
  dks_message_view messages;
  uint32_t number;
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
  void *user, **user_place;
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
  const void* saved;
  uint64_t saved_size;
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

  uint32_t flags;
  struct ArrowSchema *schema, exported_schema;
  struct ArrowArray *array, exported_array;

  dks_log_hook log;
  dks_plugin_rules rules;
  const char *folder, *path, *sha256, *plugin_type, *reported_type;
  dks_agent_id *bodies, body_items[2];
  double *shares, share_items[2];
  const char *new_link, *link, *address, *topic;
  const dks_plugin_info* (*query)(void);
  dks_status (*init)(const dks_host_api*);
  uint32_t* number_place;
  dks_plugin_entry *entry, entry_of_plugin;
  dks_plugin_report *report, report_of_type;
  dks_link_report *link_report, report_of_link;

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

// ---- the world

static const char kWorld[] =
    "{\"name\": \"arguments\", \"grid\": {\"width\": 8, \"height\": 8}, \"max_agents\": 16,"
    " \"species\": [\"pet\"], \"layers\": {\"food\": {}, \"place\": {\"categories\":"
    " [\"wild\", \"nest\", \"feeder\", \"playground\"]}}, \"types\": {"
    " \"window\": {\"fields\": {\"open\": {\"max\": 1}}}, \"door\": {\"fields\": {\"open\": {}}},"
    " \"thermostat\": {\"fields\": {\"heat\": {}}, \"mind\": \"mind.json\"},"
    " \"sprite\": {\"plugin\": \"imps\"}}}";
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
static dks_agent_id momo, suki, window, sprite, gone;
static uint64_t timer;

static void* (*in_allocation)(void*);  // called on another thread when a step takes memory
static int allocations;

static void* alloc(void* user, size_t size, size_t align) {
  (void)user;
  if (in_allocation != NULL) {
    void* (*const call)(void*) = in_allocation;
    in_allocation = NULL;
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, call, NULL), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    ++allocations;
  }
  return take_aligned(size, align);
}
static void dealloc(void* user, void* ptr, size_t size) {
  (void)user;
  (void)size;
  free_aligned(ptr);
}

static void listen(void* user, int32_t level, const char* text) {
  (void)user;
  (void)level;
  (void)text;
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
  in.log = (dks_log_hook){listen, NULL, NULL};
  in.model_desc.known.log = &in.log;
  dks_plugin_rules_init(&in.rules);
  in.model_desc.known.plugins = &in.rules;
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

static unsigned char saved_world[1 << 17];
static uint64_t saved_size;

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
  dks_spawn_desc desc_of_sprite;
  dks_spawn_desc_init(&desc_of_sprite);
  desc_of_sprite.type = "sprite";
  assert_ok(dks_model_spawn(model, &desc_of_sprite, 1, &sprite));
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
  assert_ok(dks_plugins_add(faults_plugin_query, faults_plugin_init, NULL));
  assert_ok(dks_model_open_link(model, "wire", "faulty:room"));
  assert_ok(dks_model_step(model, 3));
  assert_ok(dks_agent_set_create(model, "pet", &set));
  assert_ok(dks_model_save(model, saved_world, sizeof saved_world, &saved_size));
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
  in.user = &out;
  in.user_place = &out.user;
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

static void set_plugins(void) {
#ifdef DKS_FIREFLY
  static char folder[sizeof DKS_FIREFLY];
  memcpy(folder, DKS_FIREFLY, sizeof DKS_FIREFLY);
  *strrchr(folder, '/') = '\0';
  in.folder = folder;
  in.path = DKS_FIREFLY;
#endif
  in.query = imp_plugin_query;
  in.init = imp_plugin_init;
  in.number_place = &out.number;
  in.entry = &in.entry_of_plugin;
  dks_plugin_entry_init(in.entry);
  in.plugin_type = "imp";
  in.reported_type = "sprite";
  in.report = &in.report_of_type;
  dks_plugin_report_init(in.report);
  in.bodies = in.body_items;
  in.body_items[0] = in.body_items[1] = sprite;
  in.shares = in.share_items;
  in.share_items[0] = in.share_items[1] = 0.5;
  in.new_link = "new";
  in.link = "wire";
  in.address = "faulty:room";
  in.topic = "#news";
  in.link_report = &in.report_of_link;
  dks_link_report_init(in.link_report);
  in.schema = &in.exported_schema;
  in.array = &in.exported_array;
}

static void set_good_arguments(void) {
  memset(&in, 0, sizeof in);
  in.model = model;
  in.set = set;
  in.mind = mind;
  set_world();
  in.saved = saved_world;
  in.saved_size = saved_size;
  set_places();
  set_agents();
  set_world_around();
  set_mind();
  set_plugins();
  out = untouched;
  whole = 7;
}

static void set_json(const char** place, uint64_t* size, const char* text) {
  *place = text;
  *size = strlen(text);
}

#endif
