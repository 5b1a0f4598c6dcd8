// The rules of activation: orders, waves, workers. Above each test stands a
// mutation of the rule that it catches; tests/checks/mutations.py tries them. dks-test: threads
// SPDX-License-Identifier: MIT
#include "world/activation.h"
#include "world/streams.h"
#include "world_support.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::test;  // NOLINT(google-build-using-namespace)

// ---- random activation ----

// breaks: world/turns.cpp: `size_t i = progress_.turn; bool paused = false; while (i < slots.size()
// && !paused) { const size_t end` => `size_t i = progress_.turn + 1; bool paused = false; while (i
// < slots.size() && !paused) { const size_t end`
void every_agent_acts_once_a_step(void**) {
  Lab lab;
  lab.add_type();
  const Ids agents = lab.spawn(50);
  for (int step = 0; step < 3; ++step) {
    lab.step();
    assert_true(sorted(lab.acted()) == agents);
  }
}

// breaks: world/activation.cpp: `entity, step, stream::order(stage)` => `entity, 0,
// stream::order(stage)`
void each_step_has_an_order_of_its_own(void**) {
  const auto drawn = orders(small_world(), 30, 4);
  for (size_t a = 0; a < drawn.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      assert_true(drawn[a] != drawn[b]);
    }
  }
}

// breaks: world/activation.cpp: `Random random(world.seed(), entity` => `Random
// random(reinterpret_cast<uintptr_t>(&world), entity`
void the_same_seed_gives_the_same_order_wherever_the_world_lies_in_memory(void**) {
  const auto first = orders(small_world(), 30, 3);
  const Lab in_the_way;
  const auto second = orders(small_world(), 30, 3);
  auto world = std::make_unique<Lab>();
  world->add_type();
  world->spawn(30);
  world->step();
  assert_true(first == second);
  assert_true(world->acted() == first[0]);
}

// breaks: world/activation.cpp: `Random random(world.seed(), entity` => `Random random(1, entity`
void another_seed_gives_another_order(void**) {
  assert_true(orders(small_world({}, 1), 30, 1) != orders(small_world({}, 2), 30, 1));
}

// breaks: world/activation.cpp: `if (!desc.shuffle) {` => `if (false) {`
void without_shuffle_agents_act_by_id(void**) {
  ActivationDesc desc;
  desc.shuffle = false;
  Lab lab(small_world(desc));
  lab.add_type();
  const Ids agents = lab.spawn(30);
  lab.step();
  assert_true(lab.acted() == agents);
}

// breaks: world/activation.cpp: `world.slots().for_each([this](AgentId id, const AgentSlot&) {
// slots_.push_back(id.index()); });` => `for (const AgentId id : world.table(0).ids()) {
// slots_.push_back(id.index()); }`
void before_the_shuffle_agents_stand_by_id_whatever_their_rows(void**) {
  Lab lab;
  lab.add_type();
  const Ids agents = lab.spawn(30);
  lab.remove(agents[3]);  // the last row fills the hole
  Ids left = agents;
  left.erase(left.begin() + 3);
  assert_true(lab.world.table(0).id(3) == agents.back());
  lab.step();
  const Ids rows_astray = lab.acted();

  Lab other(small_world());
  other.add_type();
  const Ids same = other.spawn(30);
  other.remove(same[3]);
  other.remove(same[29]);
  const AgentId again = other.spawn(1)[0];  // slot 29, once more, in the last row
  assert_int_equal(again.index(), 29);
  other.step();
  const Ids rows_straight = other.acted();
  for (size_t i = 0; i < rows_astray.size(); ++i) {
    assert_int_equal(rows_astray[i].index(), rows_straight[i].index());
  }
}

// breaks: world/turns.cpp: `desc.waves == 0 || desc.waves >= slots.size();` => `desc.waves >=
// slots.size();`
void by_default_each_agent_perceives_what_all_before_it_did(void**) {
  Lab lab;
  lab.add_type();
  lab.spawn(40);
  lab.step();
  assert_true(lab.seen(lab.acted()) == counting(40));
}

// breaks: world/turns.cpp: `const bool one_by_one = desc.waves == 0 || desc.waves >= slots.size();`
// => `if (desc.waves > slots.size()) { continue; } const bool one_by_one = desc.waves == 0;`
void as_many_waves_as_agents_or_more_are_random_activation(void**) {
  const auto run = [](uint32_t count) {
    Lab lab(small_world(waves(count)));
    lab.add_type();
    lab.spawn(70);
    lab.step();
    assert_true(lab.seen(lab.acted()) == counting(70));
    return lab.world.hash();
  };
  const uint64_t random_activation = run(0);
  assert_int_equal(run(70), random_activation);
  assert_int_equal(run(71), random_activation);
  assert_int_equal(run(1'000'000), random_activation);
}

// How often each of `agents` agents comes at each place: every cell is binomial around steps /
// agents.
double chi_square_of_places(uint32_t agents, uint32_t steps) {
  const auto drawn = orders(small_world(), agents, steps);
  std::vector<double> count(size_t{agents} * agents);
  for (const Ids& order : drawn) {
    for (uint32_t place = 0; place < agents; ++place) {
      ++count[size_t{order[place].index()} * agents + place];
    }
  }
  const double expected = static_cast<double>(steps) / agents;
  double sum = 0;
  for (const double n : count) {
    sum += (n - expected) * (n - expected) / expected;
  }
  return sum;
}

// breaks: base/random.h: `uint64_t{words[i]} * left;` => `uint64_t{words[i]} * (left - 1);`
void every_agent_comes_at_every_place_equally_often(void**) {
  // (10 - 1)^2 = 81 degrees of freedom: mean 81, deviation 12.7.
  const double sum = chi_square_of_places(10, 4000);
  assert_true(sum > 40 && sum < 135);
}

// breaks: base/random.h: `values[product >> 32]` => `values[(product >> 32) & ~uint64_t{1}]`
void of_two_agents_either_is_first_equally_often(void**) {
  constexpr size_t kSteps = 2000;
  constexpr size_t kAgents = 12;
  std::array<std::array<int, kAgents>, kAgents> before{};
  for (const Ids& order : orders(small_world(), kAgents, kSteps)) {
    for (size_t a = 0; a < kAgents; ++a) {
      for (size_t b = a + 1; b < kAgents; ++b) {
        ++before[order[a].index()][order[b].index()];
      }
    }
  }
  for (size_t a = 0; a < kAgents; ++a) {
    for (size_t b = 0; b < kAgents; ++b) {
      if (a != b) {  // 1000 +- 22.4
        assert_in_range(before[a][b], 890, 1110);
      }
    }
  }
}

// breaks: world/activation.cpp: `entity, step, stream::order(stage)` => `entity, step / 2,
// stream::order(stage)`
void who_was_first_is_first_again_as_rarely_as_anybody(void**) {
  constexpr uint32_t kSteps = 3000;
  const auto drawn = orders(small_world(), 10, kSteps);
  int again = 0;
  for (size_t step = 1; step < kSteps; ++step) {
    again += drawn[step][0] == drawn[step - 1][0] ? 1 : 0;
  }
  assert_in_range(again, 230, 370);  // 300 +- 16.4
}

// ---- simultaneous activation ----

// breaks: world/turns.cpp: `desc.waves == 0 || desc.waves >= slots.size();` => `desc.waves <= 1 ||
// desc.waves >= slots.size();`
void in_simultaneous_activation_all_perceive_before_anybody_acts(void**) {
  Lab lab(small_world(ActivationDesc::simultaneous()));
  lab.add_type();
  const Ids agents = lab.spawn(40);
  lab.step();
  assert_int_equal(lab.turns.size(), 40);
  assert_true(lab.seen(agents) == zeros(40));
}

// breaks: world/turns.cpp: `run(table.type().state.get(), {part, table, *this, nullptr, step_,
// stage_, worker});` => `run(table.type().state.get(), {part, table, *this, nullptr, step_, stage_,
// worker}); if (call == &AgentType::sense && table.type().think) {
// table.type().think(table.type().state.get(), {part, table, *this, nullptr, step_, stage_,
// worker}); }`
void inside_a_wave_all_types_have_sensed_before_anybody_thinks(void**) {
  Memory memory;
  World world(small_world(ActivationDesc::simultaneous()), memory);
  std::string calls;
  const auto note = [&calls](char part) {
    return [&calls, part](const StepBatch&, uint32_t) { calls += part; };
  };
  for (const char* name : {"cat", "dog"}) {
    const Script script{note('s'), note('t'), note('a')};
    (void)*world.add_type(scripted(name, script, {}));
  }
  const std::vector<World::Spawn> spawns = {{0, "", {}}, {1, "", {}}, {0, "", {}}, {1, "", {}}};
  assert_true(world.spawn(spawns).ok());
  assert_true(world.step().ok());
  assert_string_equal(calls.c_str(), "ssssttttaaaa");
}

// breaks: world/turns.cpp: `i < end; ++i) { fetch_ahead(slots, i); const AgentSlot& slot =
// slots_[slots[i]]; Table&` => `i < end; ++i) { const AgentSlot& slot = slots_[slots[slots.size() -
// 1 - i]]; Table&`
void acts_of_a_wave_keep_the_order_of_the_step(void**) {
  const auto one_wave = orders(small_world(ActivationDesc::simultaneous()), 30, 3);
  assert_true(one_wave == orders(small_world(), 30, 3));
}

// breaks: world/layers.cpp: `values_[cell] = std::clamp(before - amount, desc_.min, before);` => ``
void acts_of_a_wave_meet_the_world_as_earlier_acts_left_it(void**) {
  Lab lab(small_world(ActivationDesc::simultaneous()));
  int fed = 0;
  lab.add_type("pet", [&fed](const StepBatch& batch, uint32_t) {
    fed += batch.commands->take(1, 5, 1) > 0 ? 1 : 0;
  });
  const uint32_t food = *lab.world.add_layer({.name = "food", .max = 10, .categories = {}});
  lab.world.layer_at_boundary(food).set(5, 3);
  lab.spawn(20);
  lab.step();
  assert_int_equal(fed, 3);
}

// ---- waves ----

// How many agents found each number of acts on the board: the sizes of the waves by their
// beginnings.
std::map<double, size_t> wave_sizes(uint32_t agents, uint32_t count) {
  Lab lab(small_world(waves(count)));
  lab.add_type();
  const Ids all = lab.spawn(agents);
  lab.step();
  std::map<double, size_t> sizes;
  for (const double seen : lab.seen(all)) {
    ++sizes[seen];
  }
  return sizes;
}

// breaks: world/activation.h: `return count * index / waves;` => `return index == waves ? count :
// count / waves * index;`
void waves_differ_by_at_most_one_agent(void**) {
  for (const uint32_t agents : {10U, 23U, 64U, 100U}) {
    for (const uint32_t count : {2U, 3U, 7U, 9U}) {
      size_t least = agents;
      size_t most = 0;
      for (const auto& [begin, size] : wave_sizes(agents, count)) {
        least = std::min(least, size);
        most = std::max(most, size);
      }
      assert_true(most - least <= 1);
    }
  }
}

// breaks: world/turns.cpp: `wave_begin(slots.size(), waves, progress_.wave + 1);` =>
// `wave_begin(slots.size(), waves, progress_.wave + 1) - (progress_.wave > 0 ? 1 : 0);`
void every_agent_is_in_exactly_one_wave(void**) {
  Lab lab(small_world(waves(7)));
  lab.add_type();
  const Ids agents = lab.spawn(45);
  lab.step();
  assert_true(sorted(lab.acted()) == agents);
}

// breaks: world/turns.cpp: `progress_.wave < waves; ++progress_.wave` => `progress_.wave < waves -
// 1; ++progress_.wave`
void there_are_as_many_waves_as_asked_for(void**) {
  assert_int_equal(wave_sizes(45, 7).size(), 7);
  assert_int_equal(wave_sizes(45, 2).size(), 2);
  assert_int_equal(wave_sizes(45, 44).size(), 44);
}

// breaks: world/turns.cpp: `if (!run_wave(slots.subspan(begin, end - begin), deadline)) {` => `if
// (progress_.wave == 0 && !run_wave(slots.first(slots.size() + begin - begin + end - end),
// deadline)) {`
void a_wave_perceives_what_all_earlier_waves_did(void**) {
  Lab lab(small_world(waves(4)));
  lab.add_type();
  lab.spawn(40);
  lab.step();
  const Numbers seen = lab.seen(lab.acted());
  for (size_t place = 0; place < seen.size(); ++place) {
    assert_true(seen[place] >= static_cast<double>(place / 10 * 10));
  }
}

// breaks: world/turns.cpp: `if (!run_wave(slots.subspan(begin, end - begin), deadline)) {` => `if
// (!run_singles(slots.subspan(begin, end - begin), deadline)) {`
void nobody_perceives_what_its_own_wave_does(void**) {
  Lab lab(small_world(waves(4)));
  lab.add_type();
  lab.spawn(40);
  lab.step();
  const Numbers seen = lab.seen(lab.acted());
  for (size_t place = 0; place < seen.size(); ++place) {
    assert_true(seen[place] <= static_cast<double>(place / 10 * 10));
  }
}

// breaks: world/turns.cpp: `order_.draw(*this, desc, step_, stage_);` => `ActivationDesc straight =
// desc; straight.shuffle = desc.waves == 0; order_.draw(*this, straight, step_, stage_);`
void waves_are_cut_from_the_shuffled_order(void**) {
  const auto in_waves = orders(small_world(waves(5)), 30, 3);
  assert_true(in_waves == orders(small_world(), 30, 3));
}

// ---- workers ----

// A world whose agents note how many are called together: what depends on the cut of the work
// shows.
uint64_t hash_with_workers(uint32_t workers, uint32_t wave_count) {
  WorldDesc desc = small_world(waves(wave_count));
  desc.worker_count = workers;
  desc.max_agents = 2000;
  Memory memory;
  World world(desc, memory);
  AgentType type;
  type.name = "pet";
  type.fields = {{.name = "together"}, {.name = "sum", .type = FieldType::kF64}};
  type.sense = [](void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      batch.table.ref<float>(0, row) = static_cast<float>(batch.rows.size());
    }
  };
  type.think = [](void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      Random random = batch.world.random(batch.table.id(row), stream::kFirstOfTypes);
      batch.table.ref<double>(1, row) +=
          (random.uniform() - 0.5) * static_cast<double>(batch.table.ref<float>(0, row));
    }
  };
  type.act = [](void*, const StepBatch& batch) {
    const AgentId self = batch.table.id(batch.rows[0]);
    batch.commands->move(
        self, static_cast<uint32_t>(std::abs(batch.table.ref<double>(1, batch.rows[0]))) % 64
    );
  };
  (void)*world.add_type(type);
  assert_true(world.spawn(std::vector<World::Spawn>(1000)).ok());
  for (int step = 0; step < 5; ++step) {
    assert_true(world.step().ok());
  }
  return world.hash();
}

// breaks: world/turns.cpp: `std::clamp<size_t>(rows.size() / 256 * 16, 16, 256);` => `rows.size() /
// workers_.count() + 1;`
void the_number_of_workers_changes_nothing(void**) {
  for (const uint32_t wave_count : {1U, 8U}) {
    const uint64_t alone = hash_with_workers(1, wave_count);
    for (const uint32_t workers : {2U, 3U, 8U}) {
      assert_int_equal(hash_with_workers(workers, wave_count), alone);
    }
  }
}

// breaks: world/activation.cpp: `Random random(world.seed(), entity` => `static uint64_t draws = 0;
// Random random(world.seed() + ++draws, entity`
void a_run_can_be_repeated(void**) {
  const uint64_t first = hash_with_workers(1, 8);
  for (int run = 0; run < 6; ++run) {
    assert_int_equal(hash_with_workers(1, 8), first);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    cmocka_set_test_filter(argv[1]);
  }
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_agent_acts_once_a_step),
      cmocka_unit_test(each_step_has_an_order_of_its_own),
      cmocka_unit_test(the_same_seed_gives_the_same_order_wherever_the_world_lies_in_memory),
      cmocka_unit_test(another_seed_gives_another_order),
      cmocka_unit_test(without_shuffle_agents_act_by_id),
      cmocka_unit_test(before_the_shuffle_agents_stand_by_id_whatever_their_rows),
      cmocka_unit_test(by_default_each_agent_perceives_what_all_before_it_did),
      cmocka_unit_test(as_many_waves_as_agents_or_more_are_random_activation),
      cmocka_unit_test(every_agent_comes_at_every_place_equally_often),
      cmocka_unit_test(of_two_agents_either_is_first_equally_often),
      cmocka_unit_test(who_was_first_is_first_again_as_rarely_as_anybody),
      cmocka_unit_test(in_simultaneous_activation_all_perceive_before_anybody_acts),
      cmocka_unit_test(inside_a_wave_all_types_have_sensed_before_anybody_thinks),
      cmocka_unit_test(acts_of_a_wave_keep_the_order_of_the_step),
      cmocka_unit_test(acts_of_a_wave_meet_the_world_as_earlier_acts_left_it),
      cmocka_unit_test(waves_differ_by_at_most_one_agent),
      cmocka_unit_test(every_agent_is_in_exactly_one_wave),
      cmocka_unit_test(there_are_as_many_waves_as_asked_for),
      cmocka_unit_test(a_wave_perceives_what_all_earlier_waves_did),
      cmocka_unit_test(nobody_perceives_what_its_own_wave_does),
      cmocka_unit_test(waves_are_cut_from_the_shuffled_order),
      cmocka_unit_test(the_number_of_workers_changes_nothing),
      cmocka_unit_test(a_run_can_be_repeated),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
