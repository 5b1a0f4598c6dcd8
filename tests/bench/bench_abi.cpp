// What the C interface costs: an agent type of a plugin beside the same one in core, a call that
// does nothing, columns and events read in place.
// SPDX-License-Identifier: MIT
#include "dks_plugin.h"

#include "base/memory.h"
#include "plugins/plugin_agents.h"
#include "plugins/registry.h"
#include "world/commands.h"
#include "world/streams.h"
#include "world/world.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

namespace dks {
namespace {

using Clock = std::chrono::steady_clock;

template <class F>
double seconds(F&& f) {
  const auto begin = Clock::now();
  f();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// ---- a drifter, twice: reads the light, remembers it, goes to a cell beside its own
//
// As little as an agent can do in three callbacks, so that what is between shows.

enum : uint32_t { kSeen, kKept };

struct Drifter {
  static void sense(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      batch.table.ref<float>(kSeen, row) = static_cast<float>(batch.world.environment().light());
    }
  }
  static void think(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      float& kept = batch.table.ref<float>(kKept, row);
      kept = 0.9F * kept + 0.1F * batch.table.ref<float>(kSeen, row);
    }
  }
  static void act(void*, const StepBatch& batch) {
    const World& world = batch.world;
    const AgentId self = batch.table.id(batch.rows[0]);
    const uint64_t draw = world.random(self, stream::kFirstOfTypes).u64_at(0);
    const uint32_t way = dks_below(draw, 9);
    const auto dx = static_cast<int32_t>(way % 3) - 1;
    const auto dy = static_cast<int32_t>(way / 3) - 1;
    batch.commands->move(self, world.grid().offset(world.cell_of(self), dx, dy));
  }
};

const dks_host_api* host;
uint32_t light;

dks_status create(void*, dks_world* world, void**) {
  light = host->find_environment(world, "light");
  return DKS_OK;
}
float& at(const dks_batch* batch, uint32_t field, uint32_t row) {
  return static_cast<float*>(batch->columns[field])[row];
}
dks_status sense(void*, const dks_batch* batch) {
  for (uint32_t i = 0; i < batch->count; ++i) {
    at(batch, kSeen, batch->rows[i]) = static_cast<float>(host->environment(batch->world, light));
  }
  return DKS_OK;
}
dks_status think(void*, const dks_batch* batch) {
  for (uint32_t i = 0; i < batch->count; ++i) {
    float& kept = at(batch, kKept, batch->rows[i]);
    kept = 0.9F * kept + 0.1F * at(batch, kSeen, batch->rows[i]);
  }
  return DKS_OK;
}
dks_status act(void*, const dks_batch* batch) {
  const dks_agent_id self = batch->ids[batch->rows[0]];
  const uint32_t way = dks_below(host->random(batch->world, self, 0, 0), 9);
  const auto dx = static_cast<int32_t>(way % 3) - 1;
  const auto dy = static_cast<int32_t>(way / 3) - 1;
  const uint32_t here = host->cell_of(batch->world, self);
  host->move(batch->commands, self, host->offset(batch->world, here, dx, dy));
  return DKS_OK;
}

const dks_plugin_info* query() {
  static const dks_plugin_info info = dks_plugin_info_init("drifters", "1.0.0", "MIT", "a bench");
  return &info;
}
dks_status init(const dks_host_api* table) {
  host = table;
  const dks_field_desc fields[] = {
      dks_field_desc_init("seen", DKS_TYPE_F32), dks_field_desc_init("kept", DKS_TYPE_F32)};
  dks_agent_type type{};
  type.struct_size = sizeof type;
  type.version = 1;
  type.name = "drifter";
  type.fields = fields;
  type.field_count = 2;
  type.create = create;
  type.sense = sense;
  type.think = think;
  type.act = act;
  return host->add_agent_type(host, &type);
}

// A world of drifters, of core or of the plugin.
class Drifters {
 public:
  Drifters(uint32_t count, uint32_t waves, bool from_plugin, bool checked)
      : world_(desc(count, waves), memory_) {
    if (from_plugin) {
      (void)capi::PluginRegistry::instance().add(query, init);
      const auto type = capi::PluginRegistry::instance().find<capi::PluginType>("drifter");
      capi::PluginRules rules;
      rules.checked = checked;
      agents_ = *capi::PluginAgents::join(world_, **type, rules);
    } else {
      AgentType type;
      type.name = "drifter";
      type.fields = {{.name = "seen"}, {.name = "kept"}};
      type.sense = Drifter::sense;
      type.think = Drifter::think;
      type.act = Drifter::act;
      (void)*world_.add_type(type);
    }
    (void)*world_.spawn(std::vector<World::Spawn>(count));
    step();
  }
  void step() { (void)world_.step(); }
  uint64_t hash() const { return world_.hash(); }

 private:
  static WorldDesc desc(uint32_t count, uint32_t waves) {
    WorldDesc desc;
    desc.max_agents = count;
    desc.activation.waves = waves;
    return desc;
  }
  Memory memory_;
  World world_;
  std::shared_ptr<capi::PluginAgents> agents_;
};

// Target: at most 20 ns a row over the built-in path. 400 agents one by one, and in 8 waves.
void plugin_beside_built_in(benchmark::State& state) {
  constexpr uint32_t kAgents = 400;
  constexpr int kSteps = 100;
  const auto waves = static_cast<uint32_t>(state.range(0));
  Drifters built_in(kAgents, waves, false, false);
  Drifters plugin(kAgents, waves, true, false);
  Drifters checked(kAgents, waves, true, true);
  double best[3] = {1e9, 1e9, 1e9};
  for (auto _ : state) {
    Drifters* const worlds[] = {&built_in, &plugin, &checked};
    for (int i = 0; i < 3; ++i) {
      best[i] = std::min(best[i], seconds([&] {
                           for (int step = 0; step < kSteps; ++step) {
                             worlds[i]->step();
                           }
                         }));
    }
    state.SetIterationTime(best[1]);
  }
  if (built_in.hash() != plugin.hash() || built_in.hash() != checked.hash()) {
    state.SkipWithError("the drifters of core and of the plugin have parted");
  }
  constexpr double kRows = 1.0 * kAgents * kSteps;
  state.counters["built_in_ns"] = best[0] / kRows * 1e9;
  state.counters["over_it_ns"] = (best[1] - best[0]) / kRows * 1e9;
  state.counters["to_built_in"] = best[1] / best[0];
  state.counters["checked_to_built_in"] = best[2] / best[0];
}
BENCHMARK(plugin_beside_built_in)->Arg(0)->Arg(8)->UseManualTime()->Unit(benchmark::kMillisecond);

// ---- calls

struct Destroy {
  void operator()(dks_model* model) const { dks_model_destroy(model); }
};
using Model = std::unique_ptr<dks_model, Destroy>;

Model pets(uint32_t count) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.max_agents = count;
  const dks_document meadow{
      "meadow",
      R"({"grid": {"width": 400, "height": 400}, "activation": {"kind": "RandomActivation", "waves": 8},
          "layers": {"place": {"categories": ["wild", "nest", "feeder", "playground"]}, "food": {}}})",
      0};
  dks_document document = meadow;
  document.size = std::char_traits<char>::length(meadow.data);
  dks_model* model = nullptr;
  if (dks_model_create_world(&desc, &document, 1, &model) != DKS_OK) {
    return nullptr;
  }
  dks_spawn_desc one;
  dks_spawn_desc_init(&one);
  const std::vector<dks_spawn_desc> items(count, one);
  (void)dks_model_spawn(model, items.data(), count, nullptr);
  (void)dks_model_step(model, 1);
  return Model(model);
}

// Target: at most 15 ns a call.
void empty_guarded_call(benchmark::State& state) {
  const Model model = pets(1);
  constexpr int kCalls = 100'000;
  double best = 1e9;
  double best_const = 1e9;
  for (auto _ : state) {
    const double spent = seconds([&] {
      for (int i = 0; i < kCalls; ++i) {
        benchmark::DoNotOptimize(dks_model_step(model.get(), 0));
      }
    });
    double light_now = 0;
    best_const = std::min(
        best_const, seconds([&] {
          for (int i = 0; i < kCalls; ++i) {
            benchmark::DoNotOptimize(dks_model_environment(model.get(), "light", &light_now));
          }
        })
    );
    best = std::min(best, spent);
    state.SetIterationTime(spent);
  }
  state.counters["step_0_ns"] = best / kCalls * 1e9;
  state.counters["environment_ns"] = best_const / kCalls * 1e9;
}
BENCHMARK(empty_guarded_call)->UseManualTime()->Unit(benchmark::kMillisecond);

// Moods and events of 100,000 pets where they are, beside the sum of an array of as many.
void columns_and_events_in_place(benchmark::State& state) {
  constexpr uint32_t kPets = 100'000;
  const Model model = pets(kPets);
  const std::vector<float> plain(kPets, 0.5F);
  double best_fetch = 1e9;
  double best_sum = 1e9;
  double best_plain = 1e9;
  double events_ns = 1e9;
  const void* first = nullptr;
  const auto sum = [](const float* from) {
    float total = 0;
    for (uint32_t i = 0; i < kPets; ++i) {
      total += from[i];
    }
    return total;
  };
  for (auto _ : state) {
    dks_column mood{};
    dks_event_view events{};
    best_fetch =
        std::min(best_fetch, seconds([&] { dks_model_column(model.get(), "pet", "mood", &mood); }));
    events_ns = std::min(events_ns, seconds([&] { dks_model_events(model.get(), &events); }));
    if (mood.count != kPets || (first != nullptr && first != mood.data)) {
      state.SkipWithError("the column was copied");
      return;
    }
    first = mood.data;
    const double spent =
        seconds([&] { benchmark::DoNotOptimize(sum(static_cast<const float*>(mood.data))); });
    best_plain =
        std::min(best_plain, seconds([&] { benchmark::DoNotOptimize(sum(plain.data())); }));
    best_sum = std::min(best_sum, spent);
    state.SetIterationTime(spent);
  }
  state.counters["column_ns"] = best_fetch * 1e9;
  state.counters["events_ns"] = events_ns * 1e9;
  state.counters["sum_to_plain"] = best_sum / best_plain;
}
BENCHMARK(columns_and_events_in_place)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace dks

BENCHMARK_MAIN();
