// The world without minds: what the core costs beside a plain loop, in numbers and in size.
// SPDX-License-Identifier: MIT
//
// Every figure stands beside a baseline of the same run; take the least of several repetitions on a
// machine that does other things:
//     bench_world --benchmark_repetitions=5 --benchmark_report_aggregates_only
#include "base/memory.h"
#include "data/collector.h"
#include "world/commands.h"
#include "world/streams.h"
#include "world/world.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
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

// ---- the mindless pets ----
//
// Each in its turn: 8 needs drift; it looks at radius 1 and with whomever it sees exchanges a share
// of the difference of their moods and grows familiar (a list of 8 ties; the weakest goes).

constexpr uint32_t kSide = 20;
constexpr uint32_t kPets = 400;
constexpr uint32_t kNeeds = 8;
constexpr uint32_t kTies = 8;
constexpr float kMoodShare = 0.05F;
constexpr float kGain = 0.1F;

constexpr float drift(uint32_t need) {
  return 0.001F * static_cast<float>(need + 1);
}

void grow_familiar(uint64_t* others, float* familiarity, uint64_t other) {
  uint32_t place = 0;
  for (uint32_t i = 0; i < kTies; ++i) {
    if (others[i] == other) {
      familiarity[i] += kGain * (1 - familiarity[i]);
      return;
    }
    place = familiarity[i] < familiarity[place] ? i : place;
  }
  others[place] = other;
  familiarity[place] = kGain;
}

// By hand: an array of pets and a list of indices for each cell.
class PlainPets {
 public:
  explicit PlainPets(const World& world) {
    for (const AgentId id : world.table(0).ids()) {
      Pet pet;
      pet.cell = world.cell_of(id);
      pet.mood = world.table(0).ref<float>(0, static_cast<uint32_t>(pets_.size()));
      cells_[pet.cell].push_back(static_cast<uint32_t>(pets_.size()));
      order_.push_back(static_cast<uint32_t>(pets_.size()));
      pets_.push_back(pet);
    }
  }
  void step() {
    std::shuffle(order_.begin(), order_.end(), random_);
    for (const uint32_t self : order_) {
      live(self);
    }
  }
  float mood() const { return pets_[0].mood; }

 private:
  struct Pet {
    uint32_t cell = 0;
    float mood = 0;
    std::array<float, kNeeds> needs{};
    std::array<uint64_t, kTies> others{};
    std::array<float, kTies> familiarity{};
  };
  void live(uint32_t self) {
    Pet& pet = pets_[self];
    for (uint32_t need = 0; need < kNeeds; ++need) {
      pet.needs[need] = std::max(0.0F, pet.needs[need] - drift(need));
    }
    const uint32_t x = pet.cell % kSide;
    const uint32_t y = pet.cell / kSide;
    for (uint32_t dy = kSide - 1; dy <= kSide + 1; ++dy) {
      for (uint32_t dx = kSide - 1; dx <= kSide + 1; ++dx) {
        for (const uint32_t other : cells_[(y + dy) % kSide * kSide + (x + dx) % kSide]) {
          if (other != self) {
            const float flow = kMoodShare * (pets_[other].mood - pet.mood);
            pet.mood += flow;
            pets_[other].mood -= flow;
            grow_familiar(pet.others.data(), pet.familiarity.data(), other + 1);
          }
        }
      }
    }
  }

  std::vector<Pet> pets_;
  std::array<std::vector<uint32_t>, kSide * kSide> cells_;
  std::vector<uint32_t> order_;
  std::mt19937 random_{1};
};

struct MindlessPet {
  enum : uint32_t { kMood, kNeed, kOther, kFamiliarity };
  uint32_t shared_mood = 0;

  static void sense(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      float* const needs = batch.table.at<float>(kNeed, row);
      for (uint32_t need = 0; need < kNeeds; ++need) {
        needs[need] = std::max(0.0F, needs[need] - drift(need));
      }
    }
  }
  static void act(void* state, const StepBatch& batch) {
    const uint32_t mood = static_cast<MindlessPet*>(state)->shared_mood;
    const World& world = batch.world;
    const uint32_t row = batch.rows[0];
    const uint32_t self = batch.table.id(row).index();
    float& own = batch.table.ref<float>(kMood, row);
    uint64_t* const others = batch.table.at<uint64_t>(kOther, row);
    float* const familiarity = batch.table.at<float>(kFamiliarity, row);
    world.grid().for_each_agent(world.grid().cell_of(self), 1, [&](uint32_t slot) {
      if (slot == self) {
        return;
      }
      const AgentId other = world.slots().id_at(slot);
      const float flow = kMoodShare * (*world.shared<float>(mood, slot) - own);
      own += flow;
      batch.commands->change(other, mood, static_cast<double>(-flow));
      grow_familiar(others, familiarity, other.value());
    });
  }
};

class MindlessWorld {
 public:
  MindlessWorld() : world_(desc(), memory_) {
    auto state = std::make_shared<MindlessPet>();
    AgentType type;
    type.name = "pet";
    type.fields = {
        {.name = "mood", .min = -1, .max = 1},
        {.name = "needs", .width = kNeeds, .initial = 1},
        {.name = "tie_other", .type = FieldType::kU64, .width = kTies},
        {.name = "tie_familiarity", .width = kTies},
    };
    type.sense = MindlessPet::sense;
    type.act = MindlessPet::act;
    type.state = state;
    (void)*world_.add_type(type);
    state->shared_mood = *world_.share_field("mood", FieldType::kF32);
    const auto pets = *world_.spawn(std::vector<World::Spawn>(kPets));
    for (uint32_t row = 0; row < kPets; ++row) {
      Random random(1, row, 0, stream::kFirstOfTypes);
      world_.table_at_boundary(0).ref<float>(0, row) = 2 * random.uniform_float() - 1;
    }
  }
  World& operator*() { return world_; }
  World* operator->() { return &world_; }

 private:
  static WorldDesc desc() {
    WorldDesc desc;
    desc.grid.width = kSide;
    desc.grid.height = kSide;
    return desc;
  }
  Memory memory_;
  World world_;
};

// Target: 4 M pet-steps/s, and at most twice the time of the plain loop.
void mindless_pets_beside_a_plain_loop(benchmark::State& state) {
  constexpr int kSteps = 50;
  MindlessWorld world;
  PlainPets plain(*world);
  double best_world = 1e9;
  double best_plain = 1e9;
  for (auto _ : state) {
    const double ours = seconds([&] {
      for (int i = 0; i < kSteps; ++i) {
        (void)world->step();
      }
    });
    best_world = std::min(best_world, ours);
    best_plain = std::min(best_plain, seconds([&] {
                            for (int i = 0; i < kSteps; ++i) {
                              plain.step();
                            }
                          }));
    state.SetIterationTime(ours);
  }
  benchmark::DoNotOptimize(plain.mood());
  constexpr double kPetSteps = 1.0 * kPets * kSteps;
  state.counters["Mpet_steps/s"] = kPetSteps / best_world / 1e6;
  state.counters["plain_Mpet_steps/s"] = kPetSteps / best_plain / 1e6;
  state.counters["time_to_plain"] = best_world / best_plain;
}
BENCHMARK(mindless_pets_beside_a_plain_loop)->UseManualTime()->Unit(benchmark::kMillisecond);

// Target: at most 0.10 of a step.
void collector_of_a_column_and_a_value(benchmark::State& state) {
  MindlessWorld world;
  ReporterDesc column;
  column.table = "pets";
  column.field = "mood";
  ReporterDesc value;
  value.table = "world";
  value.field = "mood";
  value.aggregate = Aggregate::kMean;
  DataCollector& collector = DataCollector::attach(*world);
  (void)*collector.add(*world, column);
  (void)*collector.add(*world, value);
  for (auto _ : state) {
    (void)world->step();
  }
  const Counters& c = world->counters();
  const uint64_t all =
      c.gather + c.environment + c.sense + c.think + c.act + c.commit + c.collect + c.publish;
  state.counters["share_of_step"] = static_cast<double>(c.collect) / static_cast<double>(all);
}
BENCHMARK(collector_of_a_column_and_a_value)->Unit(benchmark::kMicrosecond);

// ---- random walkers ----

void walk(void*, const StepBatch& batch) {
  const AgentId self = batch.table.id(batch.rows[0]);
  Random random = batch.world.random(self, stream::kFirstOfTypes);
  const uint32_t way = random.below(8);
  const uint32_t around = way < 4 ? way : way + 1;  // of the nine cells around, not the middle one
  const MultiGrid& grid = batch.world.grid();
  const auto dx = static_cast<int32_t>(around % 3) - 1;
  const auto dy = static_cast<int32_t>(around / 3) - 1;
  batch.commands->move(self, grid.offset(grid.cell_of(self.index()), dx, dy));
}

// Target: 8 M agent-steps/s, at most 64 bytes an agent.
void million_walkers(benchmark::State& state) {
  constexpr uint32_t kWalkers = 1'000'000;
  WorldDesc desc;
  desc.max_agents = kWalkers;
  desc.grid.width = 1000;
  desc.grid.height = 1000;
  Memory memory;
  World world(desc, memory);
  AgentType type;
  type.name = "walker";
  type.act = walk;
  (void)*world.add_type(type);
  (void)*world.spawn(std::vector<World::Spawn>(kWalkers));
  for (int i = 0; i < 3; ++i) {  // the events of a million births are gone by then
    (void)world.step();
  }
  double best = 1e9;
  for (auto _ : state) {
    const double step = seconds([&] { (void)world.step(); });
    best = std::min(best, step);
    state.SetIterationTime(step);
  }
  double best_hash = 1e9;
  for (int i = 0; i < 3; ++i) {
    best_hash = std::min(best_hash, seconds([&] { benchmark::DoNotOptimize(world.hash()); }));
  }
  state.counters["Magent_steps/s"] = kWalkers / best / 1e6;
  state.counters["bytes_an_agent"] = static_cast<double>(memory.use().bytes) / kWalkers;
  state.counters["hash_to_step"] = best_hash / best;
}
BENCHMARK(million_walkers)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(10);

// ---- workers ----

// About 5 us of arithmetic that no compiler shortens.
void ponder(void*, const StepBatch& batch) {
  for (const uint32_t row : batch.rows) {
    uint64_t thought = batch.table.id(row).value();
    for (int i = 0; i < 3000; ++i) {
      thought = (thought ^ (thought >> 29)) * 0xBF58476D1CE4E5B9U;
    }
    batch.table.ref<uint64_t>(0, row) = thought;
  }
}

std::unique_ptr<World> thinkers(uint32_t workers, Memory& memory) {
  constexpr uint32_t kThinkers = 100'000;
  WorldDesc desc;
  desc.max_agents = kThinkers;
  desc.grid.width = 300;
  desc.grid.height = 300;
  desc.worker_count = workers;
  desc.activation.waves = 8;
  auto world = std::make_unique<World>(desc, memory);
  AgentType type;
  type.name = "thinker";
  type.fields = {{.name = "thought", .type = FieldType::kU64}};
  type.think = ponder;
  type.act = walk;
  (void)*world->add_type(type);
  (void)*world->spawn(std::vector<World::Spawn>(kThinkers));
  (void)world->step();
  return world;
}

// Target: 1.6 times as fast with two workers on two cores.
void two_workers_beside_one(benchmark::State& state) {
  Memory memory;
  const auto one = thinkers(1, memory);
  const auto two = thinkers(2, memory);
  double best_one = 1e9;
  double best_two = 1e9;
  for (auto _ : state) {
    best_one = std::min(best_one, seconds([&] { (void)one->step(); }));
    const double step = seconds([&] { (void)two->step(); });
    best_two = std::min(best_two, step);
    state.SetIterationTime(step);
  }
  state.counters["think_us"] = static_cast<double>(one->counters().think) /
                               static_cast<double>(one->counters().activations) / 1e3;
  state.counters["speedup"] = best_one / best_two;
}
BENCHMARK(two_workers_beside_one)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(5);

// ---- the hash ----

void hash_of_the_mindless_world(benchmark::State& state) {
  MindlessWorld world;
  (void)world->step();
  double best_hash = 1e9;
  double best_step = 1e9;
  for (auto _ : state) {
    best_step = std::min(best_step, seconds([&] { (void)world->step(); }));
    const double hash = seconds([&] { benchmark::DoNotOptimize(world->hash()); });
    best_hash = std::min(best_hash, hash);
    state.SetIterationTime(hash);
  }
  state.counters["hash_to_step"] = best_hash / best_step;
}
BENCHMARK(hash_of_the_mindless_world)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace dks

BENCHMARK_MAIN();
