// Any bytes as the calls of a host: nearly every function of dks.h, on two small worlds, with good
// arguments and bad ones. Nothing breaks, what fails has changed nothing, and the same bytes come
// to the same end, wherever steps are cut. SPDX-License-Identifier: MIT
#include "dks.h"

#include "api_agents.h"
#include "api_bodies.h"
#include "api_environment.h"
#include "api_host.h"
#include "api_links.h"
#include "api_messages.h"
#include "api_minds.h"
#include "api_moods.h"
#include "api_plugins.h"
#include "api_sets.h"
#include "api_slices.h"
#include "api_tables.h"

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
  host.is_special |= desc.memory_limit != kMostMemory;
  desc.flags = host.in.chance(128);
  desc.log = host.log();
  desc.plugins = &host.rules;
  const World world = host.in.chance(32) ? World{host.in.text().c_str(), 3} : host.in.pick(kWorlds);
  const dks_document items[] = {
      document("world.json", world.text),
      document("moth.json", host.in.chance(64) ? host.in.pick(kDocuments) : kMoth),
      document("mind.json", host.in.chance(8) ? kWideMind : kMind),
      document("golem.json", kGolem)};
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
  host.is_special = true;
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
    init_sized,
    step_for,
    open_link,
    close_link,
    subscribe,
    poll,
    link_report,
    link_name,
    stir,
    moods,
    report_some,
    set_neighbours,
    follow,
    step_for,
    step_and_post};

// Before the first input: the plugins are there, and every world of the host's loads.
bool prepare() {
  meet_plugins();
  Host host({}, Manner::kPlain);
  Gremlins::host = &host;
  for (const World& world : kWorlds) {
    const dks_document items[] = {
        document("world.json", world.text),
        document("moth.json", kMoth),
        document("mind.json", kMind),
        document("golem.json", kGolem)};
    dks_model* model = nullptr;
    expect(
        dks_model_create_world(nullptr, items, world.documents, &model) == DKS_OK,
        "a world of the host's does not load"
    );
    dks_model_destroy(model);
  }
  return true;
}

// A life: a hash of all that was seen, and of the end; and whether it is the same in slices.
struct Life {
  uint64_t seen;
  bool is_special;
};

// Does all that the bytes say.
Life live(std::span<const uint8_t> bytes, Manner manner, uint32_t rules) {
  Host host(bytes, manner);
  calm_down();
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
  return {host.trace.hash(), host.is_special};
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
  using dks::fuzz::Manner;
  const auto way = data[0] % 4;
  const auto once = dks::fuzz::live(rest, way == 1 ? Manner::kWatchful : Manner::kPlain, rules);
  if (way >= 2) {
    const auto manner = way == 2 ? Manner::kPlain : Manner::kInSlices;
    const auto again = dks::fuzz::live(rest, manner, rules);
    dks::fuzz::expect(
        once.seen == again.seen || (way == 3 && (once.is_special || again.is_special)),
        way == 2 ? "the same bytes come to another end" : "it shows where steps are cut"
    );
  }
  return 0;
}
