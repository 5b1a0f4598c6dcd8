/* A program that uses dks broadly, compiled with the headers of a version: prints a hash over all
 * that it read. client PLUGIN HOST      (first, today or later; each) SPDX-License-Identifier: MIT
 */
#include "dks.h"

#include "hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The plugin, by the headers that it was compiled with. */
#define PLUGIN(name)                                               \
  const dks_plugin_info* gnome_##name##_plugin_query(void);        \
  dks_status gnome_##name##_plugin_init(const dks_host_api* host); \
  int gnome_##name##_misses_a_slot(void);
PLUGIN(first)
PLUGIN(today)
PLUGIN(later)

static const struct {
  const char* name;
  const dks_plugin_info* (*query)(void);
  dks_status (*init)(const dks_host_api*);
  int (*misses_a_slot)(void);
} kPlugins[] = {
    {"first", gnome_first_plugin_query, gnome_first_plugin_init, gnome_first_misses_a_slot},
    {"today", gnome_today_plugin_query, gnome_today_plugin_init, gnome_today_misses_a_slot},
    {"later", gnome_later_plugin_query, gnome_later_plugin_init, gnome_later_misses_a_slot}};

dks_status (*hosted_init)(const dks_host_api*);
static dks_status host_today_init(const dks_host_api* host) {
  return hosted_init(host);
}
static const struct {
  const char* name;
  dks_status (*init)(const dks_host_api*);
} kHosts[] = {{"first", host_first_init}, {"today", host_today_init}, {"later", host_later_init}};
enum { kVersions = 3 };

static void stop_with(const char* what, const char* why) {
  fprintf(stderr, "%s: %s\n", what, why);
  exit(1);
}
#define EXPECT(holds) ((holds) ? (void)0 : stop_with(#holds, "does not hold"))
static void check(const char* call, dks_status status) {
  if (status != DKS_OK) {
    fprintf(stderr, "%s: ", dks_status_name(status));
    stop_with(call, dks_last_error());
  }
}
#define OK(call) check(#call, (call))

/* ---- the hash over all that is read: FNV-1a ---------------------------------------------------*/

static uint64_t hash = 14695981039346656037u;
static void add_bytes(const void* data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    hash = (hash ^ ((const unsigned char*)data)[i]) * 1099511628211u;
  }
}
static void add_word(uint64_t value) {
  add_bytes(&value, sizeof value);
}
static void add_number(double value) {
  add_bytes(&value, sizeof value);
}
static void add_text(const char* text) {
  add_bytes(text, strlen(text) + 1);
}

static void add_column(const dks_column* column) {
  static const size_t sizes[] = {0, 4, 8, 4, 4, 8, 1};
  EXPECT(column->type < sizeof sizes / sizeof *sizes && column->stride % sizes[column->type] == 0);
  add_word(column->type);
  add_bytes(column->data, (size_t)(column->count * column->stride));
}

static void add_messages(const dks_message_view* view) {
  const unsigned char* at = (const unsigned char*)view->items;
  add_word(view->count);
  for (uint64_t i = 0; i < view->count; ++i) {
    const dks_message* const each = (const dks_message*)at;
    EXPECT(each->struct_size >= sizeof *each);
    add_word(each->id);
    add_word(each->step);
    add_word(each->to_agent);
    add_text(each->from == NULL ? "" : each->from);
    add_text(each->to == NULL ? "" : each->to);
    add_text(each->kind);
    add_bytes(each->text, (size_t)each->text_size);
    add_number(each->value);
    at += each->struct_size; /* those of a newer library are longer */
  }
}

/* ---- the world --------------------------------------------------------------------------------*/

static const char kGarden[] =
    "{\"name\":\"garden\",\"seed\":11,\"max_agents\":300,\"grid\":{\"width\":16,\"height\":16},"
    "\"environment\":{\"steps_per_day\":48},"
    "\"layers\":{\"place\":{\"categories\":[\"wild\",\"nest\",\"feeder\",\"playground\"],"
    "\"initial\":\"wild\",\"areas\":[{\"value\":\"nest\",\"x\":2,\"y\":2,\"width\":5,\"height\":5},"
    "{\"value\":\"feeder\",\"x\":9,\"y\":3,\"width\":5,\"height\":5}]},"
    "\"food\":{\"growth\":0.05,\"areas\":[{\"where\":{\"place\":\"feeder\"},\"value\":1}]}},"
    "\"objects\":{\"kinds\":{\"ball\":{\"affords\":{\"play\":1}}},"
    "\"placed\":[{\"kind\":\"ball\",\"x\":5,\"y\":6}]},"
    "\"types\":{\"gnome\":{\"plugin\":\"gnomes\"}},\"agents\":[{\"type\":\"gnome\",\"count\":20}],"
    "\"activation\":{\"kind\":\"RandomActivation\",\"waves\":4},"
    "\"species\":[{\"extends\":\"pet\",\"name\":\"own\"}],"
    "\"pets\":[{\"species\":\"own\",\"name\":\"Momo\"},{\"species\":\"own\",\"count\":12}]}";

static uint64_t held; /* bytes that the model has of us */
static void* take(void* user, size_t size, size_t align) {
  EXPECT(user == &held && align <= 64);
  unsigned char* const raw = malloc(size + align + sizeof raw);
  if (raw == NULL) {
    return NULL;
  }
  const uintptr_t first = (uintptr_t)raw + sizeof raw;
  unsigned char* const block = (unsigned char*)((first + align - 1) / align * align);
  memcpy(block - sizeof raw, &raw, sizeof raw);
  held += size;
  return block;
}
static void give_back(void* user, void* block, size_t size) {
  EXPECT(user == &held && held >= size);
  unsigned char* raw = NULL;
  memcpy(&raw, (unsigned char*)block - sizeof raw, sizeof raw);
  held -= size;
  free(raw);
}

static int lines;
static void hear(void* user, int32_t level, const char* text) {
  EXPECT(user == &lines && level == DKS_LOG_INFO && strstr(text, "a gnome leaves") != NULL);
  ++lines;
}

static dks_model* make_garden(void) {
  const dks_allocator allocator = {take, give_back, &held};
  const dks_log_hook hook = {hear, NULL, &lines};
  dks_plugin_rules rules;
  dks_plugin_rules_init(&rules);
  rules.flags = DKS_PLUGINS_CHECKED;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  desc.worker_count = 2;
  desc.memory_limit = 64u << 20;
  desc.log = &hook;
  desc.plugins = &rules;
  const dks_document document = {"garden", kGarden, sizeof kGarden - 1};
  dks_model* model = NULL;
  OK(dks_model_create_world(&desc, &document, 1, &model));
  return model;
}

static void collect(
    dks_model* model, const char* table, const char* type, const char* field, int32_t aggregate
) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = table;
  desc.type = type;
  desc.field = field;
  desc.aggregate = aggregate;
  desc.interval = 2;
  desc.window = 64;
  OK(dks_model_collect(model, &desc));
}

/* ---- before the steps -------------------------------------------------------------------------*/

static void prepare(dks_model* model) {
  dks_spawn_desc items[3];
  dks_agent_id born[3];
  for (int i = 0; i < 3; ++i) {
    dks_spawn_desc_init(&items[i]);
    items[i].type = i < 2 ? "own" : "gnome";
  }
  items[0].name = "Pim";
  items[0].x = items[0].y = 4;
  items[1].json = "{\"personality\":{\"openness\":0.9}}";
  items[1].json_size = strlen(items[1].json);
  OK(dks_model_spawn(model, items, 3, born));
  OK(dks_model_remove(model, born + 2, 1));
  EXPECT(dks_model_remove(model, born + 2, 1) == DKS_E_STALE);
  const int32_t x[] = {1, 2}, y[] = {3, 3};
  OK(dks_model_move(model, born, x, y, 2));
  const double energies[] = {0.25, 0.5}, food[] = {1, 0.5};
  OK(dks_model_set(model, born, 2, "energy", 0, energies));
  OK(dks_model_set_layer(model, "food", x, y, food, 2));
  OK(dks_model_drive(model, "danger", 0.5, 6));
  OK(dks_model_drive(model, "weather", 2, 0));
  OK(dks_model_release(model, "weather"));

  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  timer.name = "bell";
  timer.interval = 5;
  uint64_t bell = 0, silent = 0;
  OK(dks_model_schedule(model, &timer, &bell));
  OK(dks_model_pause_timer(model, bell, 1));
  OK(dks_model_pause_timer(model, bell, 0));
  OK(dks_model_schedule(model, &timer, &silent));
  OK(dks_model_cancel_timer(model, silent));

  collect(model, "pets", "own", "energy", 0);
  collect(model, "mean", "own", "energy", DKS_AGG_MEAN);
  collect(model, "mean", "own", "env:danger", DKS_AGG_MEAN);
  const char* const columns[] = {"a", "b"};
  OK(dks_model_add_row(model, "own table", columns, energies, 2));
}

/* ---- between the steps ------------------------------------------------------------------------*/

static void post(dks_model* model, uint32_t step) {
  dks_message items[3];
  for (int i = 0; i < 3; ++i) {
    dks_message_init(&items[i]);
  }
  items[0].from = "ana";
  items[0].to = "Momo";
  items[0].kind = "feed";
  items[0].value = 0.5;
  items[0].text = "here";
  items[0].text_size = 4;
  items[1].to = "*";
  items[1].kind = "talk";
  items[2].to = "world";
  items[2].kind = "sense";
  items[2].field = "temperature";
  items[2].value = 10 + 0.5 * step;
  items[2].ttl_steps = 3;
  OK(dks_model_post(model, items, 3));
  static const char json[] = "{\"from\":\"ben\",\"to\":\"#visitors\",\"kind\":\"talk\"}";
  OK(dks_model_check_json(model, "post", json, sizeof json - 1));
  OK(dks_model_post_json(model, "post", json, sizeof json - 1));
}

static void read_step(const dks_model* model, dks_agent_id momo) {
  dks_event_view events;
  OK(dks_model_events(model, &events));
  add_word(events.count);
  for (uint64_t i = 0; i < events.count; ++i) {
    add_bytes(&events.items[i], sizeof events.items[i]);
    add_text(dks_event_name(events.items[i].kind));
  }
  dks_message_view messages;
  OK(dks_model_messages(model, &messages));
  add_messages(&messages);
  OK(dks_model_queue(model, momo, &messages));
  add_messages(&messages);
  OK(dks_model_channel(model, "#visitors", &messages));
  add_messages(&messages);
  OK(dks_model_outbox(model, &messages));
  add_messages(&messages);
  uint64_t now = 0;
  OK(dks_model_hash(model, &now));
  add_word(now);
}

/* ---- after the steps --------------------------------------------------------------------------*/

typedef dks_status (*text_of_agent)(const dks_model*, dks_agent_id, char*, uint64_t, uint64_t*);
static void add_text_of(text_of_agent function, const dks_model* model, dks_agent_id agent) {
  static char text[1 << 18];
  uint64_t size = 0;
  OK(function(model, agent, NULL, 0, &size));
  EXPECT(size > 0 && size < sizeof text);
  OK(function(model, agent, text, sizeof text, &size));
  EXPECT(strlen(text) == size);
  add_text(text);
}
static dks_status world_json(
    const dks_model* model, dks_agent_id agent, char* text, uint64_t capacity, uint64_t* size
) {
  (void)agent;
  return dks_model_world_json(model, text, capacity, size);
}
static dks_status environment_json(
    const dks_model* model, dks_agent_id agent, char* text, uint64_t capacity, uint64_t* size
) {
  (void)agent;
  return dks_model_environment_json(model, text, capacity, size);
}

static void read_agents(dks_model* model, dks_agent_id momo) {
  static const char* const fields[][2] = {
      {"own", "id"},
      {"own", "cell"},
      {"own", "energy"},
      {"own", "personality"},
      {"gnome", "mood"},
      {"gnome", "trail"}};
  dks_column column;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i) {
    OK(dks_model_column(model, fields[i][0], fields[i][1], &column));
    EXPECT(column.count > 0);
    add_column(&column);
  }
  OK(dks_model_layer(model, "food", &column));
  add_column(&column);
  const char* name = NULL;
  OK(dks_model_type_name(model, 0, &name));
  add_text(name);
  OK(dks_model_agent_name(model, momo, &name));
  EXPECT(strcmp(name, "Momo") == 0);
  double value = 0;
  OK(dks_model_environment(model, "light", &value));
  add_number(value);
  add_text_of(dks_model_agent_json, model, momo);
  add_text_of(dks_model_explain, model, momo);
  add_text_of(world_json, model, momo);
  add_text_of(environment_json, model, momo);
  double chances[1024];
  uint64_t count = 0;
  OK(dks_model_predict(model, momo, 3, chances, 1024, &count));
  add_bytes(chances, (size_t)count * sizeof *chances);

  struct ArrowSchema schema;
  struct ArrowArray array;
  OK(dks_model_export_agents(model, "own", 0, &schema, &array));
  EXPECT(dks_model_step(model, 1) == DKS_E_BUSY);
  add_text(schema.children[2]->name);
  add_word((uint64_t)array.length);
  add_bytes(array.children[0]->buffers[1], (size_t)array.length * 8);
  array.release(&array);
  schema.release(&schema);
}

static void use_sets(dks_model* model) {
  dks_agent_set* set = NULL;
  OK(dks_agent_set_create(model, "own", &set));
  OK(dks_agent_set_select(set, "energy", DKS_OP_GE, 0));
  OK(dks_agent_set_shuffle(set, 5));
  OK(dks_agent_set_take(set, 10));
  OK(dks_agent_set_sort(set, "energy", 1));
  OK(dks_agent_set_do(set, "energy", 0.5, 0.25));
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  OK(dks_agent_set_ids(set, &ids, &count));
  add_bytes(ids, (size_t)count * sizeof *ids);
  double value = 0, keys[64], values[64];
  OK(dks_agent_set_aggregate(set, "energy", DKS_AGG_MEAN, &value));
  add_number(value);
  OK(dks_agent_set_group(set, "cell", "energy", DKS_AGG_SUM, keys, values, 64, &count));
  add_bytes(keys, (size_t)count * sizeof *keys);
  add_bytes(values, (size_t)count * sizeof *values);
  dks_agent_set_destroy(set);
}

static void read_tables(dks_model* model) {
  const char* name = NULL;
  for (uint32_t i = 0; dks_model_table_name(model, i, &name) == DKS_OK; ++i) {
    char csv[8192];
    const char* column_name = NULL;
    dks_column column;
    dks_table_info info;
    dks_table_info_init(&info);
    OK(dks_model_table_info(model, name, &info));
    EXPECT(info.rows > 0 && info.total >= info.rows);
    add_text(name);
    add_word(info.total);
    OK(dks_model_table_column_name(model, name, info.column_count - 1, &column_name));
    OK(dks_model_table_column(model, name, column_name, &column));
    add_column(&column);
    struct ArrowSchema schema;
    struct ArrowArray array;
    OK(dks_model_export_table(model, name, &schema, &array));
    add_word((uint64_t)array.n_children);
    array.release(&array);
    schema.release(&schema);
    uint64_t size = 1;
    OK(dks_model_read_csv(model, name, csv, sizeof csv, &size));
    add_text(csv);
  }
}

static void read_infos(const dks_model* model, const char* plugin) {
  dks_model_info info;
  dks_model_info_init(&info);
  OK(dks_model_get_info(model, &info));
  add_word(info.width);
  add_word(info.step);
  add_word(info.agent_count);
  add_word(info.inputs_accepted);
  add_word(info.inputs_dropped);
  EXPECT(info.memory_bytes > 0 && info.memory_peak >= info.memory_bytes);
  dks_counters counters;
  dks_counters_init(&counters);
  OK(dks_model_get_counters(model, &counters));
  add_word(counters.activations);
  dks_plugin_report report;
  dks_plugin_report_init(&report);
  OK(dks_model_get_plugin_report(model, "gnome", &report));
  if (report.errors != 0 || report.breaches != 0) {
    stop_with(plugin, report.last_error);
  }
  dks_plugin_entry entry;
  dks_plugin_entry_init(&entry);
  OK(dks_plugins_get_entry(0, &entry));
  EXPECT(entry.type_count == 1 && strcmp(entry.type_names[0], "gnome") == 0);
  EXPECT(strcmp(entry.name, "gnomes") == 0 && strcmp(entry.path, "") == 0);
  EXPECT(dks_version() >= DKS_VERSION_NUMBER && strstr(dks_build_info(), "version=") != NULL);
}

static void use_a_mind(void) {
  static const char json[] =
      "{\"name\":\"thermostat\",\"model\":{\"A\":[[[0.9,0.2],[0.1,0.8]]],"
      "\"B\":[[[[0.9,0.3],[0.2,0.6]],[[0.1,0.7],[0.8,0.4]]]],\"C\":[[0,1]],\"D\":[[0.5,0.5]]}}";
  const dks_document document = {"thermostat", json, sizeof json - 1};
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  desc.type = DKS_TYPE_F64;
  dks_mind* mind = NULL;
  OK(dks_mind_create(&document, &desc, &mind));
  dks_mind_info info;
  dks_mind_info_init(&info);
  OK(dks_mind_get_info(mind, &info));
  EXPECT(info.state_count == 2 && info.policy_count == 2 && info.factors[0].control_count == 2);
  EXPECT(info.modalities[0].outcome_count == 2 && strcmp(info.name, "thermostat") == 0);
  const int32_t seen = 1, done = 0;
  double beliefs[2], free_energy = 0, efe[2], q_pi[2], actions[2], prior[2];
  OK(dks_mind_infer(mind, NULL, &seen, 1, beliefs, &free_energy));
  OK(dks_mind_plan(mind, beliefs, NULL, 1, efe, q_pi, actions));
  OK(dks_mind_predict(mind, beliefs, &done, 1, prior));
  add_bytes(beliefs, sizeof beliefs);
  add_number(free_energy);
  add_bytes(efe, sizeof efe);
  add_bytes(q_pi, sizeof q_pi);
  add_bytes(actions, sizeof actions);
  add_bytes(prior, sizeof prior);
  dks_mind_destroy(mind);
}

static int index_of(const char* name) {
  for (int i = 0; i < kVersions; ++i) {
    if (strcmp(kPlugins[i].name, name) == 0) {
      return i;
    }
  }
  stop_with(name, "expected first, today or later");
  return 0;
}

int main(int count, char** arguments) {
  EXPECT(count == 3);
  const int plugin = index_of(arguments[1]), host = index_of(arguments[2]);
  uint32_t number = 7;
  hosted_init = kPlugins[plugin].init;
  OK(dks_plugins_add(kPlugins[plugin].query, kHosts[host].init, &number));
  EXPECT(number == 0);
  /* Between the first version and today's there may be nothing new. */
  if (plugin <= host || plugin == 2) {
    EXPECT(kPlugins[plugin].misses_a_slot() == (plugin > host));
  }

  dks_model* const model = make_garden();
  prepare(model);
  dks_agent_id momo = DKS_AGENT_NONE;
  OK(dks_model_find(model, "Momo", &momo));
  for (uint32_t step = 0; step < 60; ++step) {
    if (step % 4 == 1) {
      post(model, step);
    }
    OK(dks_model_step(model, 1));
    read_step(model, momo);
  }
  read_agents(model, momo);
  use_sets(model);
  read_tables(model);
  OK(dks_model_step(model, 5));
  read_infos(model, arguments[1]);
  use_a_mind();
  dks_model_destroy(model);
  EXPECT(held == 0 && lines > 0);
  printf("%016llx\n", (unsigned long long)hash);
  return 0;
}
