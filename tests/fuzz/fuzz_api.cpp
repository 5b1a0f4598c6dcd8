// Any bytes as the calls of a host: nearly every function of dks.h, on two small worlds, with good
// arguments and bad ones. Nothing breaks, what fails has changed nothing, and the same bytes come
// to the same end. SPDX-License-Identifier: MIT
#include "dks.h"

#include "api_host.h"
#include "api_minds.h"
#include "api_plugins.h"

namespace dks::fuzz {
namespace {

// ---- models

constexpr uint64_t kMostMemory = 1U << 22;  // worlds of the bytes' own may be as big as they like
constexpr uint32_t kMostModels = 3;         // in a life: they cost more than all else together

dks_document document(const char* name, std::string_view text) {
  return {name, text.data(), text.size()};
}

void create(Host& host) {
  if (host.created == kMostModels) {
    return;
  }
  ++host.created;
  dks_model*& place = host.models[host.in.below(4) / 3];
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  const dks_allocator allocator = host.heap.allocator();
  desc.allocator = &allocator;
  desc.seed = host.in.number();
  desc.max_agents = static_cast<uint32_t>(host.in.below(12));
  desc.mind = host.in.chance(16) ? "random" : nullptr;
  desc.memory_limit = host.in.chance(8) ? host.in.below(256) * 256U : kMostMemory;
  desc.flags = host.in.chance(128);
  desc.log = host.log();
  desc.plugins = &host.rules;
  const World world = host.in.chance(32) ? World{host.in.text().c_str(), 3} : host.in.pick(kWorlds);
  const dks_document items[] = {
      document("world.json", world.text),
      document("moth.json", host.in.chance(64) ? host.in.pick(kDocuments) : kMoth),
      document("mind.json", host.in.chance(8) ? kWideMind : kMind)};
  const uint32_t count = host.in.chance(64) ? host.count_of(host.in.below(4)) : world.documents;
  const dks_model_desc* const settings = host.array_of(std::vector{desc});
  dks_model* made = nullptr;
  host.writes([&] { return dks_model_create_world(settings, items, count, &made); });
  host.end_log(made != nullptr);
  if (made != nullptr) {
    dks_model_destroy(std::exchange(place, made));
  }
}

// The built-in pet costs a hundred times as much as the other worlds: other tests make it.
void create_default(Host& host) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.flags = 1 + static_cast<uint32_t>(host.in.below(8));
  const dks_model_desc* const settings = host.array_of(std::vector{desc});
  dks_model* made = nullptr;
  expect(
      !host.writes([&] { return dks_model_create(settings, &made); }) && made == nullptr,
      "unknown flags are taken"
  );
}

void destroy(Host& host) {
  if (host.in.chance(4)) {
    dks_model_destroy(std::exchange(host.models[host.in.below(2)], nullptr));
    host.end_loans();
  }
}

void step(Host& host) {
  constexpr uint32_t kCounts[] = {1, 0, 1, 2, 5};
  dks_model* const model = host.model();
  host.steps(model, host.in.pick(kCounts));
}

void look(Host& host) {
  const dks_model* const model = host.model();
  auto* const info = host.room_for<dks_model_info>();
  if (host.reads([&] { return dks_model_get_info(model, info); })) {
    host.trace.add(info->struct_size);
  }
  auto* const counters = host.room_for<dks_counters>();
  host.reads([&] { return dks_model_get_counters(model, counters); });
}

void world_json(Host& host) {
  const dks_model* const model = host.model();
  host.text([&](auto... place) { return dks_model_world_json(model, place...); });
}

// An allocation to come fails.
void run_short(Host& host) {
  host.heap.fail_after(host.in.below(64));
}

// ---- agents

void spawn(Host& host) {
  std::vector<dks_spawn_desc> items(host.in.below(4));
  for (dks_spawn_desc& item : items) {
    dks_spawn_desc_init(&item);
    item.type = host.name_or_none(kTypes);
    item.name = host.name_or_none(kPets);
    if (host.in.chance(4)) {
      const std::string_view json = host.json();
      item.json = json.data();
      item.json_size = json.size();
    }
    if (host.in.chance(2)) {
      item.x = host.in.byte() % 5 - 1;
      item.y = host.in.byte() % 4 - 1;
    }
    item.flags = host.in.chance(128);
  }
  dks_model* const model = host.model();
  const dks_spawn_desc* const descs = host.array_of(items);
  const uint32_t count = host.count_of(items.size());
  std::vector<dks_agent_id> born(items.size());
  if (host.writes([&] { return dks_model_spawn(model, descs, count, born.data()); })) {
    host.agents.insert(host.agents.end(), born.begin(), born.end());
    host.trace.add(born.data(), born.size() * sizeof born[0]);
  }
}

void remove(Host& host) {
  const auto items = host.some_agents();
  dks_model* const model = host.model();
  const uint32_t count = host.count_of(items.size());
  host.writes([&] { return dks_model_remove(model, items.data(), count); });
}

void move(Host& host) {
  const auto items = host.some_agents();
  const auto x = host.whole(items.size());
  const auto y = host.whole(items.size());
  dks_model* const model = host.model();
  const uint32_t count = host.count_of(items.size());
  host.writes([&] { return dks_model_move(model, items.data(), x.data(), y.data(), count); });
}

void set(Host& host) {
  const auto items = host.some_agents();
  const auto values = host.reals(items.size());
  dks_model* const model = host.model();
  const char* const field = host.name(kFields);
  const auto element = static_cast<uint32_t>(host.in.number());
  const uint32_t count = host.count_of(items.size());
  host.writes([&] {
    return dks_model_set(model, items.data(), count, field, element, values.data());
  });
}

void find(Host& host) {
  const dks_model* const model = host.model();
  const char* const name = host.name(kPets);
  dks_agent_id agent = DKS_AGENT_NONE;
  if (host.reads([&] { return dks_model_find(model, name, &agent); })) {
    host.agents.push_back(agent);
  }
}

void names(Host& host) {
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  const char* name = nullptr;
  if (host.reads([&] { return dks_model_agent_name(model, agent, &name); })) {
    host.see(name);
  }
  const auto index = static_cast<uint32_t>(host.in.number());
  if (host.reads([&] { return dks_model_type_name(model, index, &name); })) {
    host.see(name);
  }
}

void agent_json(Host& host) {
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  host.text([&](auto... place) { return dks_model_agent_json(model, agent, place...); });
}

void explain(Host& host) {
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  host.text([&](auto... place) { return dks_model_explain(model, agent, place...); });
}

void predict(Host& host) {
  constexpr uint32_t kSteps[] = {1, 2, 0, UINT32_MAX};
  const dks_model* const model = host.model();
  const dks_agent_id agent = host.agent();
  const uint32_t steps = host.in.pick(kSteps);
  double probabilities[24];
  const uint64_t capacity = host.in.chance(8) ? host.in.below(8) : std::size(probabilities);
  uint64_t count = 0;
  if (host.reads([&] {
        return dks_model_predict(model, agent, steps, probabilities, capacity, &count);
      })) {
    host.trace.add(probabilities, count * sizeof probabilities[0]);
  }
}

void column(Host& host) {
  const dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  const char* const field = host.name(kFields);
  dks_column column;
  if (host.reads([&] { return dks_model_column(model, type, field, &column); })) {
    host.see(column);
  }
}

// ---- agent sets

void set_create(Host& host) {
  dks_model* const model = host.model();
  const char* const type = host.name_or_none(kTypes);
  dks_agent_set* made = nullptr;
  if (host.writes([&] { return dks_agent_set_create(model, type, &made); })) {
    dks_agent_set*& place = host.sets[host.in.below(host.sets.size())];
    dks_agent_set_destroy(place);
    place = made;
  }
}

void set_narrow(Host& host) {
  dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  const int32_t op = host.in.byte() % 9 - 1;
  const double value = host.in.real();
  host.writes([&] { return dks_agent_set_select(set, field, op, value); });
  const uint64_t count = host.in.number();
  host.writes([&] { return dks_agent_set_take(set, count); });
}

void set_order(Host& host) {
  dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  host.writes([&] { return dks_agent_set_sort(set, field, host.in.chance(2)); });
  if (host.in.chance(2)) {
    const uint64_t key = host.in.number();
    host.writes([&] { return dks_agent_set_shuffle(set, key); });
  }
}

void set_do(Host& host) {
  dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  const double factor = host.in.real();
  const double offset = host.in.real();
  host.writes([&] { return dks_agent_set_do(set, field, factor, offset); });
}

void set_aggregate(Host& host) {
  const dks_agent_set* const set = host.set();
  const char* const field = host.name(kFields);
  const int32_t aggregate = host.in.byte() % 8 - 1;
  double value = 0;
  if (host.reads([&] { return dks_agent_set_aggregate(set, field, aggregate, &value); })) {
    host.trace.add(&value, sizeof value);
  }
}

void set_group(Host& host) {
  const dks_agent_set* const set = host.set();
  const char* const by = host.name(kFields);
  const char* const field = host.name(kFields);
  const int32_t aggregate = host.in.byte() % 8 - 1;
  double keys[8];
  double values[8];
  const uint64_t capacity = host.in.below(9);
  uint64_t count = 0;
  if (host.reads([&] {
        return dks_agent_set_group(set, by, field, aggregate, keys, values, capacity, &count);
      })) {
    host.trace.add(keys, count * sizeof keys[0]);
    host.trace.add(values, count * sizeof values[0]);
  }
}

void set_ids(Host& host) {
  const dks_agent_set* const set = host.set();
  const dks_agent_id* ids = nullptr;
  uint64_t count = 0;
  if (host.reads([&] { return dks_agent_set_ids(set, &ids, &count); })) {
    host.see(ids, count * sizeof *ids);
  }
}

// ---- environment and timers

void environment(Host& host) {
  dks_model* const model = host.model();
  const char* const field = host.name(kReadings);
  double value = 0;
  if (host.reads([&] { return dks_model_environment(model, field, &value); })) {
    host.trace.add(&value, sizeof value);
  }
  if (host.in.chance(2)) {
    value = host.in.real();
    const auto steps = static_cast<uint32_t>(host.in.number());
    host.writes([&] { return dks_model_drive(model, field, value, steps); });
  } else if (host.in.chance(2)) {
    host.writes([&] { return dks_model_release(model, field); });
  }
}

void environment_json(Host& host) {
  const dks_model* const model = host.model();
  host.text([&](auto... place) { return dks_model_environment_json(model, place...); });
}

void set_environment_json(Host& host) {
  dks_model* const model = host.model();
  const std::string_view json = host.json();
  host.writes([&] { return dks_model_set_environment_json(model, json.data(), json.size()); });
}

// What a model says of its environment, it takes, and is the same.
void repeat_environment(Host& host) {
  dks_model* const model = host.model();
  char json[1 << 14];
  uint64_t size = 0;
  if (!host.reads([&] { return dks_model_environment_json(model, json, sizeof json, &size); })) {
    return;
  }
  uint64_t before = 0;
  uint64_t after = 0;
  dks_model_hash(model, &before);
  const bool taken = host.writes([&] { return dks_model_set_environment_json(model, json, size); });
  dks_model_hash(model, &after);
  expect(taken || host.starved() || host.busy(), "a model does not take its own environment");
  expect(before == after, "a model's own environment changes it");
}

void layer(Host& host) {
  const dks_model* const model = host.model();
  const char* const layer = host.name(kLayers);
  dks_column column;
  if (host.reads([&] { return dks_model_layer(model, layer, &column); })) {
    host.see(column);
  }
}

void set_layer(Host& host) {
  dks_model* const model = host.model();
  const char* const layer = host.name(kLayers);
  const auto x = host.whole(host.in.below(4));
  const auto y = host.whole(x.size());
  const auto values = host.reals(x.size());
  const uint32_t count = host.count_of(x.size());
  host.writes([&] {
    return dks_model_set_layer(model, layer, x.data(), y.data(), values.data(), count);
  });
}

void schedule(Host& host) {
  dks_timer_desc desc;
  dks_timer_desc_init(&desc);
  desc.priority = host.in.byte() % 3 - 1;
  desc.name = host.name_or_none(kKinds);
  desc.start = host.in.number();
  desc.interval = static_cast<uint32_t>(host.in.number());
  desc.count = static_cast<uint32_t>(host.in.number());
  dks_model* const model = host.model();
  const dks_timer_desc* const given = host.struct_of(desc);
  host.writes([&] { return dks_model_schedule(model, given, &host.timer); });
}

void timer(Host& host) {
  dks_model* const model = host.model();
  const uint64_t timer = host.in.chance(4) ? host.in.number() : host.timer;
  if (host.in.chance(4)) {
    host.writes([&] { return dks_model_cancel_timer(model, timer); });
  } else {
    const int32_t paused = host.in.byte() % 2;
    host.writes([&] { return dks_model_pause_timer(model, timer, paused); });
  }
}

// ---- events and messages

void events(Host& host) {
  const dks_model* const model = host.model();
  dks_event_view view;
  if (host.reads([&] { return dks_model_events(model, &view); })) {
    for (uint64_t i = 0; i < view.count; ++i) {
      expect(
          view.items[i].kind >= DKS_EVENT_FIRST_OF_PLUGINS ||
              std::string_view(dks_event_name(view.items[i].kind)) != "unknown event",
          "an unknown event"
      );
    }
    host.see(view.items, view.count * sizeof *view.items);
  }
}

void post(Host& host) {
  std::vector<dks_message> items(host.in.below(4));
  for (dks_message& item : items) {
    dks_message_init(&item);
    item.from = host.name_or_none(kPets);
    item.to = host.name(kRecipients);
    item.kind = host.name(kKinds);
    item.field = host.in.chance(4) ? host.name(kReadings) : nullptr;
    item.to_agent = host.in.chance(4) ? host.agent() : DKS_AGENT_NONE;
    item.value = host.in.real();
    if (host.in.chance(4)) {
      const std::string& text = host.in.text();
      item.text = text.data();
      item.text_size = text.size();
      item.id = host.in.number();
      item.reply_to = host.in.number();
      item.step = host.in.number();
      item.message_class = static_cast<uint32_t>(host.in.below(5));
      item.ttl_steps = static_cast<uint32_t>(host.in.number());
      item.reserved0 = host.in.chance(64);
    }
  }
  dks_model* const model = host.model();
  const dks_message* const messages = host.array_of(items);
  const uint32_t count = host.count_of(items.size());
  host.writes([&] { return dks_model_post(model, messages, count); });
}

void post_json(Host& host) {
  dks_model* const model = host.model();
  const char* const name = host.name_or_none(kPets);
  const std::string_view json = host.json();
  const bool good =
      host.reads([&] { return dks_model_check_json(model, name, json.data(), json.size()); });
  const bool taken =
      host.writes([&] { return dks_model_post_json(model, name, json.data(), json.size()); });
  expect(good || !taken || host.starved(), "what is posted was said to be wrong");
}

void received(Host& host) {
  const dks_model* const model = host.model();
  const char* const channel = host.name(kRecipients);
  const dks_agent_id agent = host.agent();
  dks_message_view view;
  const uint8_t which = host.in.byte() % 4;
  if (host.reads([&] {
        return which == 0   ? dks_model_messages(model, &view)
               : which == 1 ? dks_model_queue(model, agent, &view)
               : which == 2 ? dks_model_channel(model, channel, &view)
                            : dks_model_outbox(model, &view);
      })) {
    host.see(view);
  }
}

// ---- tables

void collect(Host& host) {
  constexpr uint32_t kWindows[] = {0, 1, 3, 64, UINT32_MAX};
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.aggregate = host.in.byte() % 8 - 1;
  desc.table = host.name(kTables);
  desc.name = host.name_or_none(kColumns);
  desc.type = host.name_or_none(kTypes);
  desc.field = host.name(kReported);
  desc.interval = static_cast<uint32_t>(host.in.number());
  desc.window = host.in.pick(kWindows);
  dks_model* const model = host.model();
  const dks_reporter_desc* const given = host.struct_of(desc);
  host.writes([&] { return dks_model_collect(model, given); });
}

void add_row(Host& host) {
  dks_model* const model = host.model();
  const char* const table = host.name(kTables);
  const auto columns =
      host.several<const char*>(host.in.below(4), [&] { return host.name(kColumns); });
  const auto values = host.reals(columns.size());
  const uint32_t count = host.count_of(columns.size());
  host.writes([&] { return dks_model_add_row(model, table, columns.data(), values.data(), count); }
  );
}

void table(Host& host) {
  const dks_model* const model = host.model();
  const char* table = host.name(kTables);
  const auto index = static_cast<uint32_t>(host.in.number());
  if (host.reads([&] { return dks_model_table_name(model, index, &table); })) {
    host.see(table);
  }
  auto* const info = host.room_for<dks_table_info>();
  host.reads([&] { return dks_model_table_info(model, table, info); });
  const char* name = host.name(kColumns);
  if (host.reads([&] { return dks_model_table_column_name(model, table, index, &name); })) {
    host.see(name);
  }
  dks_column column;
  if (host.reads([&] { return dks_model_table_column(model, table, name, &column); })) {
    host.see(column);
  }
}

void read_csv(Host& host) {
  dks_model* const model = host.model();
  const char* const table = host.name(kTables);
  host.text([&](auto... place) { return dks_model_read_csv(model, table, place...); }, false);
}

// ---- Arrow

void export_agents(Host& host) {
  const dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  const uint32_t flags = host.in.chance(32) ? 2 : host.in.byte() % 2;
  host.exported().take(host.trace, [&](auto* schema, auto* array) {
    return host.reads([&] { return dks_model_export_agents(model, type, flags, schema, array); });
  });
}

void export_table(Host& host) {
  const dks_model* const model = host.model();
  const char* const table = host.name(kTables);
  host.exported().take(host.trace, [&](auto* schema, auto* array) {
    return host.reads([&] { return dks_model_export_table(model, table, schema, array); });
  });
}

void release(Host& host) {
  Export& exported = host.exported();
  switch (host.in.below(4)) {
    case 0:
      exported.move_child(host.in.byte());
      break;
    case 1:
      exported.release_array();
      break;
    case 2:
      exported.release_child();
      break;
    default:
      exported.release();
  }
}

// ---- the library itself

void library(Host& host) {
  const auto code = static_cast<dks_status>(host.in.byte()) - 128;
  host.trace.add(std::string_view(dks_status_name(code)));
  host.trace.add(dks_version());
  expect(std::strlen(dks_build_info()) > 0, "a build without a word");
}

// A struct of any version, set up by its size.
void init_sized(Host& host) {
  char bytes[512];
  void* const place = host.in.chance(16) ? nullptr : bytes;
  const auto size = static_cast<uint32_t>(host.in.byte());
  switch (host.in.below(6)) {
    case 0:
      return dks_model_desc_init_sized(static_cast<dks_model_desc*>(place), size);
    case 1:
      return dks_spawn_desc_init_sized(static_cast<dks_spawn_desc*>(place), size);
    case 2:
      return dks_timer_desc_init_sized(static_cast<dks_timer_desc*>(place), size);
    case 3:
      return dks_message_init_sized(static_cast<dks_message*>(place), size);
    case 4:
      return dks_reporter_desc_init_sized(static_cast<dks_reporter_desc*>(place), size);
    default:
      return dks_mind_desc_init_sized(static_cast<dks_mind_desc*>(place), size);
  }
}

void check_loans(Host& host) {
  host.check_loans();
}

constexpr void (*kCalls[])(Host&) = {
    step,
    create,
    spawn,
    spawn,
    step,
    create_default,
    destroy,
    look,
    world_json,
    run_short,
    remove,
    move,
    set,
    find,
    names,
    agent_json,
    explain,
    predict,
    column,
    set_create,
    set_narrow,
    set_order,
    set_do,
    set_aggregate,
    set_group,
    set_ids,
    environment,
    environment_json,
    set_environment_json,
    repeat_environment,
    layer,
    set_layer,
    schedule,
    timer,
    events,
    post,
    post_json,
    received,
    collect,
    add_row,
    table,
    read_csv,
    mind_create,
    mind_think,
    attach_mind,
    check_loans,
    add_type,
    incite,
    rules,
    report,
    entry,
    add_plugin,
    load_plugin,
    export_agents,
    export_table,
    release,
    library,
    init_sized};

// Before the first input: gremlins are there, and every world of the host's loads.
bool prepare() {
  meet_gremlins();
  Host host({}, false);
  Gremlins::host = &host;
  for (const World& world : kWorlds) {
    const dks_document items[] = {
        document("world.json", world.text),
        document("moth.json", kMoth),
        document("mind.json", kMind)};
    dks_model* model = nullptr;
    expect(
        dks_model_create_world(nullptr, items, world.documents, &model) == DKS_OK,
        "a world of the host's does not load"
    );
    dks_model_destroy(model);
  }
  return true;
}

// Does all that the bytes say. Returns a hash of all that was seen, and of the end.
uint64_t live(std::span<const uint8_t> bytes, bool watchful, uint32_t rules) {
  Host host(bytes, watchful);
  host.rules.flags = rules;
  Gremlins::host = &host;
  create(host);
  while (!host.in.empty()) {
    kCalls[host.in.below(std::size(kCalls))](host);
    host.end_of_call();
  }
  host.check_loans();
  for (const uint64_t hash : host.hashes()) {
    host.trace.add(hash);
  }
  return host.trace.hash();
}

}  // namespace
}  // namespace dks::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

// The first byte says how closely the rest is watched, and what is done about plugins.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::span rest(data + 1, size - 1);
  const uint32_t rules = data[0] / 4 % 4;
  [[maybe_unused]] static const bool prepared = dks::fuzz::prepare();
  const uint64_t seen = dks::fuzz::live(rest, data[0] % 4 == 1, rules);
  if (data[0] % 4 == 2) {
    dks::fuzz::expect(
        dks::fuzz::live(rest, false, rules) == seen, "the same bytes come to another end"
    );
  }
  return 0;
}
