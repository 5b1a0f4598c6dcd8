// Pets with minds, through dks.h: what a thought costs, and what a second worker brings.
// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <dks.h>
#include <memory>
#include <string>
#include <time.h>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

void check(dks_status status) {
  if (status != DKS_OK) {
    std::fprintf(stderr, "%s\n", dks_last_error());
    std::exit(1);
  }
}

struct Destroy {
  void operator()(dks_model* model) const { dks_model_destroy(model); }
};
using Model = std::unique_ptr<dks_model, Destroy>;

// `count` pets, of the built-in species or one that changes it, in a square world whose corners are
// a nest, a feeder and a playground.
std::string world_of(uint32_t count, uint32_t side, uint32_t waves, const std::string& changes) {
  const std::string size = std::to_string(side);
  const std::string third = std::to_string(side / 3);
  const std::string far = std::to_string(side - side / 3);
  const auto area = [&](const char* place, const std::string& x, const std::string& y) {
    return std::string("{\"value\": \"") + place + "\", \"x\": " + x + ", \"y\": " + y +
           ", \"width\": " + third + ", \"height\": " + third + "}";
  };
  return "{\"grid\": {\"width\": " + size + ", \"height\": " + size +
         "}, \"activation\": {\"waves\": " + std::to_string(waves) +
         "}, \"layers\": {\"place\": {\"categories\": [\"wild\", "
         "\"nest\", \"feeder\", \"playground\"], \"areas\": [" +
         area("nest", "0", "0") + ", " + area("feeder", far, "0") + ", " +
         area("playground", "0", far) +
         "]}, \"food\": {\"growth\": 0.05, \"areas\": [{\"where\": {\"place\": \"feeder\"}, "
         "\"value\": 1}]}}, \"max_agents\": " +
         std::to_string(std::max(count, 1U)) +
         ", \"species\": [{\"extends\": \"pet\", \"name\": \"own\"" + changes +
         "}], \"pets\": [{\"species\": \"own\", \"count\": " + std::to_string(count) + "}]}";
}

Model model_of(const std::string& json, uint32_t workers) {
  const dks_document document = {"bench.json", json.data(), json.size()};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.worker_count = workers;
  dks_model* model = nullptr;
  check(dks_model_create_world(&desc, &document, 1, &model));
  check(dks_model_step(model, 1));  // scratch memory is taken
  return Model(model);
}

Model pets(
    uint32_t count,
    uint32_t side,
    uint32_t workers,
    uint32_t waves = 8,
    const std::string& changes = {}
) {
  return model_of(world_of(count, side, waves, changes), workers);
}

double seconds_of_a_step(dks_model* model) {
  const auto begin = Clock::now();
  check(dks_model_step(model, 1));
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

dks_counters counters(const dks_model* model) {
  dks_counters counters;
  dks_counters_init(&counters);
  check(dks_model_get_counters(model, &counters));
  return counters;
}

uint64_t memory(const dks_model* model) {
  dks_model_info info;
  dks_model_info_init(&info);
  check(dks_model_get_info(model, &info));
  return info.memory_bytes;
}

// Of the steps since `before`: microseconds an agent, and their share of the step.
void report_phases(benchmark::State& state, const dks_model* model, const dks_counters& before) {
  dks_counters c = counters(model);
  for (uint64_t dks_counters::*phase :
       {&dks_counters::gather_ns,
        &dks_counters::environment_ns,
        &dks_counters::sense_ns,
        &dks_counters::think_ns,
        &dks_counters::act_ns,
        &dks_counters::commit_ns,
        &dks_counters::collect_ns,
        &dks_counters::publish_ns,
        &dks_counters::activations}) {
    c.*phase -= before.*phase;
  }
  const auto all = static_cast<double>(
      c.gather_ns + c.environment_ns + c.sense_ns + c.think_ns + c.act_ns + c.commit_ns +
      c.collect_ns + c.publish_ns
  );
  const auto activations = static_cast<double>(c.activations);
  state.counters["sense_us"] = static_cast<double>(c.sense_ns) / activations / 1e3;
  state.counters["think_us"] = static_cast<double>(c.think_ns) / activations / 1e3;
  state.counters["act_us"] = static_cast<double>(c.act_ns) / activations / 1e3;
  state.counters["think_share"] = static_cast<double>(c.think_ns) / all;
}

// Target: 1.6 times as fast with two workers on two cores.
void two_workers_beside_one(benchmark::State& state) {
  constexpr uint32_t kPets = 100'000;
  const Model one = pets(kPets, 316, 1);
  const Model two = pets(kPets, 316, 2);
  const dks_counters start = counters(one.get());
  double best_one = 1e9;
  double best_two = 1e9;
  for (auto _ : state) {
    best_one = std::min(best_one, seconds_of_a_step(one.get()));
    const double step = seconds_of_a_step(two.get());
    best_two = std::min(best_two, step);
    state.SetIterationTime(step);
  }
  uint64_t hash_one = 0;
  uint64_t hash_two = 1;
  check(dks_model_hash(one.get(), &hash_one));
  check(dks_model_hash(two.get(), &hash_two));
  report_phases(state, one.get(), start);
  state.counters["speedup"] = best_one / best_two;
  state.counters["same_hash"] = hash_one == hash_two ? 1 : 0;
}
BENCHMARK(two_workers_beside_one)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(5);

// The whole step at the density of a hundred pets in 20 x 20 cells. Targets on two cores: 1.2 s
// with AVX2, 0.8 s with AVX-512; 512 bytes a pet. What a pet costs more than one of four thousand,
// which fit into the caches, is waiting for memory.
void a_million_pets(benchmark::State& state) {
  constexpr uint32_t kPets = 1'000'000;
  constexpr uint32_t kFew = 4'000;
  const auto workers = static_cast<uint32_t>(state.range(0));
  const Model few = pets(kFew, 126, workers);
  double best_of_few = 1e9;
  for (int i = 0; i < 200; ++i) {
    best_of_few = std::min(best_of_few, seconds_of_a_step(few.get()));
  }
  const Model model = pets(kPets, 2000, workers);
  const dks_counters before = counters(model.get());
  const Model empty = pets(0, 2000, 1);
  double best = 1e9;
  for (auto _ : state) {
    const double step = seconds_of_a_step(model.get());
    best = std::min(best, step);
    state.SetIterationTime(step);
  }
  report_phases(state, model.get(), before);
  state.counters["pets/s"] = kPets / best;
  state.counters["to_few"] = best / kPets / (best_of_few / kFew);
  state.counters["bytes_each"] =
      static_cast<double>(memory(model.get()) - memory(empty.get())) / kPets;
}
BENCHMARK(a_million_pets)
    ->ArgName("workers")
    ->Arg(1)
    ->Arg(2)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(8);

// What share of the steps of `with` those of `beside` take, turn and turn about.
double steps_beside(benchmark::State& state, dks_model* with, dks_model* beside) {
  double sum = 0;
  double sum_beside = 0;
  for (auto _ : state) {
    const double step = seconds_of_a_step(with);
    sum += step;
    sum_beside += seconds_of_a_step(beside);
    state.SetIterationTime(step);
  }
  return sum_beside / sum;
}

// The steps of pets of one species beside those of another.
void compare(
    benchmark::State& state, const std::string& changes, const std::string& changes_of_the_other
) {
  const auto count = static_cast<uint32_t>(state.range(0));
  const Model with = pets(count, 20, 1, 0, changes);
  const Model without = pets(count, 20, 1, 0, changes_of_the_other);
  state.counters["ratio"] = 1 / steps_beside(state, with.get(), without.get());
}

// What it costs to hear what neighbours believe. Target: 15 % of a step.
void trust_beside_none(benchmark::State& state) {
  compare(state, "", R"(, "mind": {"trust": 0})");
}
BENCHMARK(trust_beside_none)
    ->ArgName("pets")
    ->Arg(100)
    ->Arg(400)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(2000);

// What it costs to learn habits, who is friendly, and where food is.
void learning_beside_none(benchmark::State& state) {
  compare(state, R"(, "learning": {"habits": 0.5, "company": 1, "food": 1})", "");
}
BENCHMARK(learning_beside_none)
    ->ArgName("pets")
    ->Arg(100)
    ->Arg(400)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(2000);

// What it saves to think in every other step alone.
void thinking_by_turns(benchmark::State& state) {
  compare(state, R"(, "mind": {"think_every": 2})", "");
}
BENCHMARK(thinking_by_turns)
    ->ArgName("pets")
    ->Arg(400)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(2000);

// Steps of pets that take their turns one by one. Target of 100: a median of 0.3 ms.
void turns(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  const Model model = pets(count, 20, 1, 0);
  const dks_counters before = counters(model.get());
  std::vector<double> steps;
  for (auto _ : state) {
    steps.push_back(seconds_of_a_step(model.get()));
    state.SetIterationTime(steps.back());
  }
  report_phases(state, model.get(), before);
  std::sort(steps.begin(), steps.end());
  state.counters["median_us"] = steps[steps.size() / 2] * 1e6;
}
BENCHMARK(turns)
    ->ArgName("pets")
    ->Arg(100)
    ->Arg(400)
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->Iterations(2000);

// As many agents that neither sense, think nor act: what is left is the core and its scheduler.
// Target: 5 % of the time.
void core_beside_pets(benchmark::State& state) {
  constexpr uint32_t kPets = 400;
  const Model with = pets(kPets, 20, 1, 0);
  std::string json = world_of(0, 20, 0, "");
  json.insert(1, "\"types\": {\"stone\": {\"fields\": {}}}, ");
  const std::string room = "\"max_agents\": 1";
  json.replace(json.find(room), room.size(), "\"max_agents\": " + std::to_string(kPets));
  const Model stones = model_of(json, 1);
  dks_spawn_desc spawn;
  dks_spawn_desc_init(&spawn);
  spawn.type = "stone";
  for (uint32_t i = 0; i < kPets; ++i) {
    check(dks_model_spawn(stones.get(), &spawn, 1, nullptr));
  }
  state.counters["core_share"] = steps_beside(state, with.get(), stones.get());
}
BENCHMARK(core_beside_pets)->UseManualTime()->Unit(benchmark::kMicrosecond)->Iterations(2000);

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// The processor time of the longest call of a step, when each does as little as it can.
double longest_piece_of_a_step(dks_model* model) {
  double longest = 0;
  for (uint32_t done = 0; done == 0;) {
    const double begin = processor_seconds();
    check(dks_model_step_for(model, 1, 0, &done));
    longest = std::max(longest, processor_seconds() - begin);
  }
  return longest;
}

// Steps cut into calls of 2 ms beside whole ones of the same pets, turn and turn about. `late_us`:
// by how much a call can be later than asked, as a median of steps. With no waves pets take their
// turns one by one.
void steps_under_a_budget(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  const auto waves = static_cast<uint32_t>(state.range(1));
  const auto side = static_cast<uint32_t>(std::sqrt(count));
  const Model whole = pets(count, side, 1, waves);
  const Model cut = pets(count, side, 1, waves);
  double of_whole = 0;
  double of_cut = 0;
  double calls = 0;
  for (auto _ : state) {
    double begin = processor_seconds();
    check(dks_model_step(whole.get(), 1));
    of_whole += processor_seconds() - begin;
    begin = processor_seconds();
    for (uint32_t done = 0; done == 0; ++calls) {
      check(dks_model_step_for(cut.get(), 1, 2'000'000, &done));
    }
    const double step = processor_seconds() - begin;
    of_cut += step;
    state.SetIterationTime(step);
  }
  std::vector<double> late;
  for (int step = 0; step < 9; ++step) {
    late.push_back(longest_piece_of_a_step(cut.get()));
  }
  std::sort(late.begin(), late.end());
  state.counters["ratio"] = of_cut / of_whole;
  state.counters["calls"] = calls / static_cast<double>(state.iterations());
  state.counters["late_us"] = late[late.size() / 2] * 1e6;
  state.counters["memory_ratio"] =
      static_cast<double>(memory(cut.get())) / static_cast<double>(memory(whole.get()));
}
BENCHMARK(steps_under_a_budget)
    ->ArgNames({"pets", "waves"})
    ->Args({1'000, 0})
    ->Args({1'000, 8})
    ->Args({100'000, 0})
    ->Args({100'000, 8})
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(30);

// A whole world to bytes and back, beside copying as many bytes.
void save_and_load(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  const Model model = pets(count, static_cast<uint32_t>(std::sqrt(count)), 1, 8);
  check(dks_model_step(model.get(), 1));
  uint64_t size = 0;
  check(dks_model_save(model.get(), nullptr, 0, &size));
  std::vector<char> bytes(size);
  std::vector<char> copy(size);
  double saving = 0;
  double loading = 0;
  double copying = 0;
  for (auto _ : state) {
    const double begin = processor_seconds();
    check(dks_model_save(model.get(), bytes.data(), size, nullptr));
    const double saved = processor_seconds();
    dks_model* again = nullptr;
    check(dks_model_load(nullptr, bytes.data(), size, &again));
    const double loaded = processor_seconds();
    dks_model_destroy(again);
    const double destroyed = processor_seconds();
    std::copy(bytes.begin(), bytes.end(), copy.begin());
    benchmark::DoNotOptimize(copy.data());
    copying += processor_seconds() - destroyed;
    saving += saved - begin;
    loading += loaded - saved;
    state.SetIterationTime(loaded - begin);
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["bytes_a_pet"] = static_cast<double>(size) / count;
  state.counters["save_ms"] = 1e3 * saving / rounds;
  state.counters["load_ms"] = 1e3 * loading / rounds;
  state.counters["time_to_copies"] = (saving + loading) / copying;
}
BENCHMARK(save_and_load)
    ->ArgName("pets")
    ->Arg(10'000)
    ->Arg(1'000'000)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);

// Beside the same world without pets.
void a_day_of_sixty_pets(benchmark::State& state) {
  const Model meadow = pets(60, 20, 1);
  const Model empty = pets(0, 20, 1);
  const dks_counters start = counters(meadow.get());
  double best = 1e9;
  double best_empty = 1e9;
  for (auto _ : state) {
    const double step = seconds_of_a_step(meadow.get());
    best = std::min(best, step);
    best_empty = std::min(best_empty, seconds_of_a_step(empty.get()));
    state.SetIterationTime(step);
  }
  report_phases(state, meadow.get(), start);
  state.counters["steps/s"] = 1 / best;
  state.counters["time_to_empty_world"] = best / best_empty;
}
BENCHMARK(a_day_of_sixty_pets)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
