// The calls about bodies that the host moves, and an agent type that has such bodies.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "api_gremlin.h"
#include "api_host.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dks::fuzz {

// Puppets do nothing but what bytes say once their bodies did something.
class Puppets {
 public:
  static const dks_plugin_info* query() {
    static const dks_plugin_info info =
        dks_plugin_info_init("puppets", "0.1.0", "MIT", "for the fuzzer");
    return &info;
  }
  static dks_status init(const dks_host_api* api) {
    dks_agent_type type{};
    type.struct_size = sizeof type;
    type.version = 1;
    type.name = "puppet";
    type.done = done;
    return api->add_agent_type(api, &type);
  }

 private:
  static dks_status done(void*, const dks_batch* batch, double share) {
    expect(batch->count == 1 && batch->commands != nullptr, "done without a way to do something");
    expect(share >= 0 && share <= 1, "a share that is none");
    const dks_agent_id self = batch->ids[batch->rows[0]];
    Gremlins::table->emit(batch->commands, DKS_EVENT_FIRST_OF_PLUGINS, self, 0, share, 0);
    return Gremlins::misbehave(batch->world, batch->commands, self);
  }
};

// What is taken is state, and valid.
inline void report_done(
    Host& host,
    dks_model* model,
    const std::vector<dks_agent_id>& items,
    const std::vector<double>& shares,
    uint32_t count
) {
  uint64_t before = 0;
  uint64_t after = 0;
  dks_model_hash(model, &before);
  if (host.writes([&] { return dks_model_report_done(model, items.data(), shares.data(), count); }
      )) {
    dks_model_hash(model, &after);
    expect((before != after) == (count > 0), "what bodies did is not state");
    expect(
        std::ranges::all_of(shares, [](double share) { return share >= 0 && share <= 1; }),
        "a share that is none was taken"
    );
  }
}

inline double some_share(Host& host) {
  return host.in.chance(8) ? host.in.real() : host.in.byte() / 255.0;
}

inline void report_some(Host& host) {
  const auto items = host.some_agents();
  const auto shares = host.several<double>(items.size(), [&] { return some_share(host); });
  dks_model* const model = host.model();
  report_done(host, model, items, shares, host.count_of(items.size()));
}

// Who is near: agents, nobody, or whoever the grid has.
inline void set_neighbours(Host& host) {
  constexpr double kOfTheGrid = 9007199254740991;
  const auto items = host.some_agents();
  const auto others = host.several<double>(items.size(), [&] {
    return host.in.chance(16)  ? host.in.real()
           : host.in.chance(4) ? kOfTheGrid
           : host.in.chance(4) ? 0
                               : static_cast<double>(host.agent());
  });
  dks_model* const model = host.model();
  const auto element = static_cast<uint32_t>(host.in.below(9));
  const uint32_t count = host.count_of(items.size());
  host.writes([&] {
    return dks_model_set(model, items.data(), count, "neighbours", element, others.data());
  });
}

// As an engine in which every body gets where it wants to be, and does a part of what it wants.
inline void follow(Host& host) {
  dks_model* const model = host.model();
  const double share = some_share(host);
  const bool has_intents = !host.in.chance(4);
  const char* const type = has_intents ? "golem" : "puppet";
  dks_model_info info;
  dks_model_info_init(&info);
  dks_column ids;
  dks_column cells;
  if (!host.reads([&] { return dks_model_get_info(model, &info); }) ||
      !host.reads([&] { return dks_model_column(model, type, "id", &ids); })) {
    return;
  }
  const auto* const id = static_cast<const dks_agent_id*>(ids.data);
  const std::vector<dks_agent_id> bodies(id, id + ids.count);
  host.agents.insert(host.agents.end(), bodies.begin(), bodies.end());
  if (has_intents &&
      host.reads([&] { return dks_model_column(model, type, "intent_cell", &cells); })) {
    const auto* const cell = static_cast<const uint32_t*>(cells.data);
    const std::vector<uint32_t> goals(cell, cell + cells.count);
    for (size_t i = 0; i < goals.size(); ++i) {
      if (goals[i] != DKS_INDEX_NONE) {  // it had an intent already
        expect(goals[i] < info.width * info.height, "an intent leads out of the world");
        const auto x = static_cast<int32_t>(goals[i] % info.width);
        const auto y = static_cast<int32_t>(goals[i] / info.width);
        host.writes([&] { return dks_model_move(model, &bodies[i], &x, &y, 1); });
      }
    }
  }
  const std::vector<double> shares(bodies.size(), share);
  report_done(host, model, bodies, shares, static_cast<uint32_t>(bodies.size()));
}

}  // namespace dks::fuzz
