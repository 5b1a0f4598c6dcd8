// Random scripts of commands and inputs: what always holds of a world, and that a run is a
// function of its seed and inputs. dks-test: threads
// SPDX-License-Identifier: MIT
#include "data/agent_set.h"
#include "world/streams.h"
#include "world/world.h"
#include "world_support.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <tuple>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

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

constexpr uint32_t kMood = 0;  // shared by both types
constexpr uint32_t kThought = 1;

// ---- a world that does everything ----

// What a restless agent does depends on its own draws, on whom it sees and on what it is told.
struct Restless {
  uint32_t mood = 0;
  uint32_t kind = 0;

  static void sense(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      const uint32_t self = batch.table.id(row).index();
      double& thought = batch.table.ref<double>(kThought, row);
      batch.world.grid().for_each_agent(
          batch.world.cell_of(batch.table.id(row)),
          2,
          [&](uint32_t slot) { thought = 0.5 * thought + 0.001 * static_cast<double>(slot); }
      );
      batch.world.for_each_message(self, [&](const Message& message) { thought += message.value; });
    }
  }
  static void think(void*, const StepBatch& batch) {
    for (const uint32_t row : batch.rows) {
      Random random = batch.world.random(batch.table.id(row), stream::kFirstOfTypes);
      batch.table.ref<double>(kThought, row) += random.uniform();
    }
  }
  static void act(void* state, const StepBatch& batch) {
    const auto& self = *static_cast<const Restless*>(state);
    const uint32_t row = batch.rows[0];
    const AgentId agent = batch.table.id(row);
    const World& world = batch.world;
    Commands& commands = *batch.commands;
    Random random = world.random(agent, stream::kFirstOfTypes + 1 + batch.stage);
    const AgentId other = world.slots().id_at(random.below(world.slots().slot_count()));
    const uint32_t here = world.cell_of(agent);
    const auto dx = static_cast<int32_t>(random.below(5)) - 2;
    const auto dy = static_cast<int32_t>(random.below(5)) - 2;
    commands.move(agent, world.grid().offset(here, dx, dy));  // may lie beyond the border
    const uint32_t type = random.below(3);
    switch (random.below(12)) {
      case 0:
        commands.spawn(type, random.below(80), agent);  // type or cell may not exist
        break;
      case 1:
        commands.remove(other ? other : agent);
        break;
      case 2:
        commands.tell(agent, other, self.kind, self.kind, batch.table.ref<double>(kThought, row));
        break;
      case 3:
        commands.change(other, self.mood, random.uniform() - 0.5);
        break;
      case 4:
        commands.add(0, here, commands.take(1, here, random.uniform_float()));
        break;
      case 5:
        commands.make_noise(0.1);
        break;
      case 6:
        commands.emit(EventKind::kFirstOfTypes, agent, other, 1, 2);
        break;
      case 7:
        commands.spawn(0, MultiGrid::kNone, agent);
        break;
      default:
        break;
    }
  }
};

void build(World& world) {
  for (const char* name : {"cat", "dog"}) {
    auto state = std::make_shared<Restless>();
    AgentType type;
    type.name = name;
    type.fields = {
        {.name = "mood", .min = -1, .max = 1},
        {.name = "thought", .type = FieldType::kF64},
        {.name = name, .type = FieldType::kU8, .width = 3, .initial = 7},
    };
    type.sense = Restless::sense;
    type.think = Restless::think;
    type.act = Restless::act;
    type.state = state;
    state->kind = world.intern("call");
    (void)*world.add_type(type);
    state->mood = *world.share_field("mood", FieldType::kF32);
  }
  (void
  )*world.add_layer({.name = "scent", .max = 9, .decay = 0.1F, .diffusion = 0.5F, .categories = {}}
  );
  (void)*world.add_layer({.name = "food", .initial = 0.5F, .growth = 0.1F, .categories = {}});
  (void)*world.add_environment_field("luck", 0.5, 0, 1);
  (void)*world.add_scheduled_event(
      {.name = "feast", .steps = 2, .drives = {{6, 1}}, .fills = {{1, 1, {}, 0}}}
  );
  world.timers_at_boundary().add({.name = "feast", .start = 3, .interval = 7});
}

WorldDesc restless_world(ActivationDesc activation, uint64_t seed, uint32_t capacity) {
  WorldDesc desc = small_world(std::move(activation), seed);
  desc.grid.torus = seed % 2 == 0;
  desc.grid.capacity = capacity;
  desc.max_agents = 60;
  return desc;
}

// ---- what always holds ----

void check_agents(const World& world) {
  std::set<AgentId> ids;
  std::set<Uid> uids;
  size_t rows = 0;
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    const Table& table = world.table(type);
    rows += table.size();
    for (uint32_t row = 0; row < table.size(); ++row) {
      const AgentId id = table.id(row);
      assert_true(ids.insert(id).second);
      assert_true(uids.insert(table.uid(row)).second);
      const AgentSlot* const slot = world.find(id);
      assert_non_null(slot);
      assert_int_equal(slot->type, type);
      assert_int_equal(slot->row, row);
      assert_false(slot->removed);
      if (table.field_count() > 0) {
        const double mood = table.number(kMood, row);
        assert_true(mood >= -1 && mood <= 1);
      }
    }
  }
  assert_int_equal(rows, world.agent_count());
  assert_int_equal(rows, world.slots().size());
  assert_true(rows <= world.desc().max_agents);
}

void check_cells(const World& world) {
  const MultiGrid& grid = world.grid();
  const uint32_t capacity = grid.shape().capacity;
  uint32_t placed = 0;
  uint32_t empty = 0;
  for (uint32_t cell = 0; cell < grid.shape().cell_count(); ++cell) {
    uint32_t here = 0;
    for (uint32_t slot = grid.first(cell); slot != MultiGrid::kNone; slot = grid.next(slot)) {
      assert_true(static_cast<bool>(world.slots().id_at(slot)));
      assert_int_equal(grid.cell_of(slot), cell);
      ++here;
    }
    assert_int_equal(grid.count(cell), here);
    assert_true(capacity == 0 || here <= capacity);
    placed += here;
    empty += here == 0 ? 1 : 0;
  }
  assert_int_equal(placed, world.agent_count());
  assert_int_equal(grid.empty_count(), empty);
}

void check_names(const World& world) {
  const auto names = world.names();
  assert_true(
      std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end()
  );
  for (const std::string_view name : names) {
    const AgentId agent = world.find_name(name);
    assert_true(static_cast<bool>(agent));
    assert_true(world.name(agent) == name);
  }
}

void check(const World& world) {
  check_agents(world);
  check_cells(world);
  check_names(world);
}

// ---- random inputs ----

class Script {
 public:
  Script(World& world, uint64_t seed) : world_(world), random_(seed, 0, 0, 99) {}

  // One input, which may be wrong: then nothing has changed.
  void input() {
    const uint64_t hash = world_.hash();
    const uint32_t agents = world_.agent_count();
    const auto names = world_.names().size();
    if (!try_input()) {
      ++refused;
      assert_int_equal(world_.hash(), hash);
      assert_int_equal(world_.agent_count(), agents);
      assert_int_equal(world_.names().size(), names);
    } else {
      ++accepted;
    }
  }
  int accepted = 0;
  int refused = 0;

 private:
  bool try_input() {
    switch (random_.below(8)) {
      case 0:
        return spawn();
      case 1:
        return world_.remove(some_agents()).ok();
      case 2:
        return move();
      case 3:
        return set();
      case 4:
        return set_layer();
      case 5:
        return drive();
      case 6:
        return timer();
      default:
        return post();
    }
  }
  bool spawn() {
    std::vector<std::string> names;
    std::vector<World::Spawn> spawns;
    for (uint32_t i = random_.below(6); i > 0; --i) {
      names.push_back(random_.below(3) == 0 ? "" : "p" + std::to_string(random_.below(40)));
      names.back() = random_.below(20) == 0 ? "#room" : names.back();
    }
    for (const std::string& name : names) {
      World::Spawn spawn{random_.below(20) == 0 ? 2 : random_.below(2), name, {}};
      if (random_.below(2) == 0) {
        spawn.cell = random_.below(random_.below(10) == 0 ? 70 : 64);
      }
      spawns.push_back(spawn);
    }
    return world_.spawn(spawns).ok();
  }
  // Mostly living ones, some stale, some twice.
  std::vector<AgentId> some_agents() {
    std::vector<AgentId> agents;
    for (uint32_t i = random_.below(4); i > 0; --i) {
      const uint32_t slot = random_.below(world_.slots().slot_count() + 1);
      const AgentId agent = world_.slots().id_at(slot);
      agents.push_back(
          random_.below(12) == 0 ? AgentId(slot, 1'000'000)
          : agent                ? agent
                                 : any_agent()
      );
    }
    return agents;
  }
  AgentId any_agent() {
    for (uint32_t type = 0; type < world_.type_count(); ++type) {
      if (world_.table(type).size() > 0) {
        return world_.table(type).id(random_.below(world_.table(type).size()));
      }
    }
    return {};
  }
  bool move() {
    const auto agents = some_agents();
    std::vector<uint32_t> cells;
    for (size_t i = 0; i < agents.size(); ++i) {
      cells.push_back(random_.below(random_.below(12) == 0 ? 80 : 8)
      );  // few: with a capacity they fill
    }
    return world_.move(agents, cells).ok();
  }
  bool set() {
    const auto agents = some_agents();
    const char* const fields[] = {"mood", "thought", "cat", "luck"};
    const char* const field = fields[random_.below(4)];
    std::vector<double> values;
    for (size_t i = 0; i < agents.size(); ++i) {
      values.push_back(random_.below(10) == 0 ? NAN : std::floor(random_.uniform() * 5) / 2 - 0.5);
    }
    return world_.set(agents, field, random_.below(3), values).ok();
  }
  bool set_layer() {
    const std::vector<uint32_t> cells = {random_.below(64), random_.below(66)};
    const std::vector<double> values = {random_.uniform(), random_.uniform() * 1.2};
    return world_.set_layer(1, cells, values).ok();
  }
  // One draw a statement: compilers call the arguments of a function in any order.
  bool drive() {
    const uint32_t field = random_.below(7);
    const double value = random_.uniform() * 2;
    return world_.drive(field, value, random_.below(4)).ok();
  }
  bool timer() {
    Timers& timers = world_.timers_at_boundary();
    const uint64_t some = random_.below(static_cast<uint32_t>(timers.last_id()) + 2);
    switch (random_.below(3)) {
      case 0:
        timers.add(
            {.name = "feast",
             .start = random_.below(60),
             .interval = random_.below(9),
             .count = random_.below(3)}
        );
        return true;
      case 1:
        return timers.pause(some, random_.below(2) == 0).ok();
      default:
        return timers.cancel(some).ok();
    }
  }
  bool post() {
    const std::string from = "u" + std::to_string(random_.below(4));
    const std::string names[] = {
        "p" + std::to_string(random_.below(40)), "*", "world", "nobody", "#talk"};
    Letter letter;
    letter.from = from;
    letter.to = names[random_.below(5)];
    letter.kind = "feed";
    letter.field = random_.below(6) == 0 ? "luck" : "";
    letter.value = random_.uniform();
    letter.step = random_.below(60);
    return world_.post({&letter, 1}).ok();
  }

  World& world_;
  Random random_;
};

struct Run {
  std::vector<uint64_t> hashes;  // after each step
  std::vector<Event> events;     // of the last
  int accepted = 0;
  int refused = 0;
};

Run run(const WorldDesc& desc, int steps, bool checked) {
  Memory memory;
  World world(desc, memory);
  build(world);
  assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
  Script script(world, desc.seed);
  Run run;
  for (int step = 0; step < steps; ++step) {
    for (int i = 0; i < 6; ++i) {
      script.input();
      if (checked) {
        check(world);
      }
    }
    assert_true(world.step().ok());
    if (checked) {
      check(world);
    }
    run.hashes.push_back(world.hash());
  }
  run.events.assign(world.events().begin(), world.events().end());
  run.accepted = script.accepted;
  run.refused = script.refused;
  return run;
}

std::vector<ActivationDesc> activations() {
  ActivationDesc waves;
  waves.waves = 4;
  ActivationDesc stages = ActivationDesc::staged({"a", "b"});
  stages.shuffle_between_stages = true;
  stages.waves = 3;
  ActivationDesc types = ActivationDesc::random_by_type();
  types.waves = 2;
  return {ActivationDesc::random(), ActivationDesc::simultaneous(), waves, stages, types};
}

// ---- the tests ----

void a_world_stays_whole_whatever_is_done_to_it(void**) {
  int accepted = 0;
  int refused = 0;
  uint64_t seed = 1;
  for (const ActivationDesc& activation : activations()) {
    for (const uint32_t capacity : {0U, 1U, 3U}) {
      const Run done = run(restless_world(activation, ++seed, capacity), 60, true);
      accepted += done.accepted;
      refused += done.refused;
    }
  }
  // The scripts are worth something: both kinds of input were there.
  assert_true(accepted > 2000 && refused > 800);
}

bool same(const Event& a, const Event& b) {
  return std::tie(a.kind, a.source, a.step, a.agent, a.other, a.value[0], a.value[1]) ==
         std::tie(b.kind, b.source, b.step, b.agent, b.other, b.value[0], b.value[1]);
}

void a_run_is_the_same_for_every_number_of_workers_and_every_time(void**) {
  uint64_t seed = 100;
  for (const ActivationDesc& activation : activations()) {
    WorldDesc desc = restless_world(activation, ++seed, 2);
    desc.max_agents = 128;
    const Run first = run(desc, 40, false);
    for (const uint32_t workers : {1U, 2U, 3U, 8U}) {
      desc.worker_count = workers;
      const Run again = run(desc, 40, false);
      assert_true(again.hashes == first.hashes);
      assert_int_equal(again.events.size(), first.events.size());
      assert_true(std::equal(again.events.begin(), again.events.end(), first.events.begin(), same));
    }
  }
}

// Compilers, optimisation levels and processors included. Who changes it on purpose says so in
// CHANGELOG under [determinism].
void a_run_has_the_same_hash_on_every_machine(void**) {
  ActivationDesc desc;
  desc.waves = 4;
  assert_int_equal(run(restless_world(desc, 1, 3), 60, false).hashes.back(), 0x55ff9fdca5292d8eU);
}

#if defined(__x86_64__)
void a_host_that_flushes_denormals_changes_nothing(void**) {
  const auto run_in_mode = [](uint32_t mode) {
    const uint32_t before = _mm_getcsr();
    Memory memory;
    World world(small_world(), memory);
    build(world);
    _mm_setcsr(before | mode);
    const std::vector<AgentId> pets = *world.spawn(std::vector<World::Spawn>(5));
    const std::vector<double> small = {1e-310, 1e-310, 1e-310, 1e-310, 1e-310};
    const std::vector<uint32_t> cells = {1, 2, 3, 4, 5};
    const std::vector<double> smaller(5, 1e-40);
    assert_true(world.set(pets, "thought", 0, small).ok());
    assert_true(world.set(pets, "mood", 0, smaller).ok());
    assert_true(world.set_layer(0, cells, smaller).ok());
    assert_true(world.drive(6, 1e-310, 0).ok());
    assert_true(AgentSet(world).update("mood", 0.5, 0).ok());
    for (int step = 0; step < 5; ++step) {
      assert_true(world.step().ok());
    }
    const uint32_t after = _mm_getcsr();
    _mm_setcsr(before);
    assert_int_equal(after & mode, mode);  // the host has its mode back
    assert_true(world.layer(0).at(1) > 0);
    return world.hash();
  };
  constexpr uint32_t kFlush = 0x8040;
  assert_int_equal(run_in_mode(kFlush), run_in_mode(0));
}
#endif

void every_step_has_a_hash_of_its_own(void**) {
  const Run done = run(restless_world({}, 5, 0), 60, false);
  const std::set<uint64_t> distinct(done.hashes.begin(), done.hashes.end());
  assert_int_equal(distinct.size(), done.hashes.size());
}

void room_that_is_not_used_does_not_change_a_run(void**) {
  WorldDesc desc = restless_world({}, 8, 0);
  desc.max_agents = 4000;
  const auto run_quietly = [&](uint32_t max_agents) {
    desc.max_agents = max_agents;
    Memory memory;
    World world(desc, memory);
    build(world);
    assert_true(world.spawn(std::vector<World::Spawn>(20)).ok());
    for (int step = 0; step < 12; ++step) {
      assert_true(world.step().ok());
    }
    return world.hash();
  };
  assert_int_equal(run_quietly(2000), run_quietly(4000));
}

// ---- errors say what is wrong ----

template <class T>
void expect_error(const Result<T>& result, Status status, std::string_view part) {
  assert_false(result.ok());
  assert_int_equal(static_cast<int>(result.status()), static_cast<int>(status));
  assert_true(result.error().text.find(part) != std::string::npos);
}

void wrong_inputs_are_named(void**) {
  WorldDesc desc = small_world();
  desc.max_agents = 10;
  desc.grid.capacity = 2;
  Memory memory;
  World world(desc, memory);
  build(world);
  const std::vector<World::Spawn> spawns = {{0, "Momo", 5}, {1, "Kiki", 5}};
  const std::vector<AgentId> pets = *world.spawn(spawns);
  const uint64_t before = world.hash();
  const auto spawn = [&](std::vector<World::Spawn> items) { return world.spawn(items); };
  expect_error(spawn({{0, "A", {}}, {0, "A", {}}}), Status::kInvalid, "\"A\" is taken");
  expect_error(spawn({{0, "Momo", {}}}), Status::kInvalid, "\"Momo\" is taken");
  expect_error(spawn({{0, "*", {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{0, "#a", {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{0, "world", {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{0, {"a\0b", 3}, {}}}), Status::kInvalid, "cannot be called");
  expect_error(spawn({{7, "", {}}}), Status::kInvalid, "type 7");
  expect_error(spawn({{0, "", 64}}), Status::kInvalid, "cell 64");
  expect_error(spawn({{0, "", {}}, {0, "", 5}}), Status::kLimit, "cell 5");
  expect_error(spawn({{0, "", 6}, {0, "", 6}, {0, "", 6}}), Status::kLimit, "cell 6");
  expect_error(spawn(std::vector<World::Spawn>(9)), Status::kLimit, "room for 8 more");
  const auto set = [&](AgentId agent, const char* field, uint32_t element, double value) {
    return world.set({&agent, 1}, field, element, {&value, 1});
  };
  expect_error(set(AgentId(0, 7), "mood", 0, 0), Status::kStale, "agent");
  expect_error(set(pets[0], "luck", 0, 0), Status::kNotFound, "\"luck\"");
  expect_error(set(pets[1], "cat", 0, 0), Status::kNotFound, "\"dog\" has no field \"cat\"");
  expect_error(set(pets[0], "mood", 1, 0), Status::kInvalid, "it has 1 elements");
  expect_error(set(pets[0], "mood", 0, 1.5), Status::kInvalid, "1.5 is not in [-1, 1]");
  expect_error(set(pets[0], "mood", 0, NAN), Status::kInvalid, "nan is not in");
  expect_error(set(pets[0], "cat", 2, 256), Status::kInvalid, "256 is not in [0, 255]");
  expect_error(set(pets[0], "cat", 2, 0.5), Status::kInvalid, "0.5 is not a whole number");
  const std::vector<AgentId> twice = {pets[0], AgentId(1, 99)};
  expect_error(world.remove(twice), Status::kStale, "agent");
  const std::vector<uint32_t> cells = {6, 64};
  expect_error(world.move(pets, cells), Status::kInvalid, "cell 64");
  assert_int_equal(world.hash(), before);
  assert_true(world.find_name("Momo") == pets[0] && !world.find_name("A"));
}

void moves_of_one_call_make_room_for_each_other(void**) {
  WorldDesc desc = small_world();
  desc.grid.capacity = 1;
  Memory memory;
  World world(desc, memory);
  build(world);
  const std::vector<World::Spawn> spawns = {{0, "", 1}, {0, "", 2}, {0, "", 3}};
  const std::vector<AgentId> pets = *world.spawn(spawns);
  const std::vector<uint32_t> round = {2, 3, 1};
  const uint64_t before = world.hash();
  expect_error(world.move(pets, round), Status::kLimit, "cell 2");  // nobody has left it yet
  assert_int_equal(world.hash(), before);
  const std::vector<AgentId> in_turn = {pets[2], pets[1], pets[0]};
  const std::vector<uint32_t> along = {4, 3, 2};
  assert_true(world.move(in_turn, along).ok());
  check_cells(world);
  const std::vector<AgentId> back_and_forth = {pets[0], pets[0], pets[0]};
  const std::vector<uint32_t> there_and_back = {9, 9, 2};
  assert_true(world.move(back_and_forth, there_and_back).ok());
  assert_int_equal(world.cell_of(pets[0]), 2);
}

// ---- fields that types share ----

void shared_fields_must_agree_whoever_comes_first(void**) {
  const auto typed = [](const char* name, Field field) {
    AgentType type;
    type.name = name;
    type.fields = {std::move(field)};
    return type;
  };
  Memory memory;
  World world(small_world(), memory);
  (void)*world.add_type(typed("cat", {.name = "mood"}));
  const uint32_t mood = *world.share_field("mood", FieldType::kF32);
  assert_int_equal(*world.share_field("mood", FieldType::kF32), mood);
  expect_error(world.share_field("mood", FieldType::kF64), Status::kInvalid, "\"mood\"");
  expect_error(world.share_field("mood", FieldType::kF32, 2), Status::kInvalid, "\"mood\"");
  expect_error(
      world.add_type(typed("dog", {.name = "mood", .type = FieldType::kU8})),
      Status::kInvalid,
      "\"dog\""
  );
  assert_int_equal(world.type_count(), 1);
  (void)*world.add_type(typed("owl", {.name = "mood", .initial = 0.5}));
  (void)*world.add_type(typed("eel", {.name = "slime"}));
  const std::vector<World::Spawn> spawns = {{0, "", {}}, {1, "", {}}, {2, "", {}}};
  const auto pets = *world.spawn(spawns);
  assert_true(*world.shared<float>(mood, pets[0].index()) == 0);
  assert_true(*world.shared<float>(mood, pets[1].index()) == 0.5F);
  assert_null(world.shared<float>(mood, pets[2].index()));
}

// ---- when memory is short ----

void a_spawn_without_memory_changes_nothing(void**) {
  WorldDesc desc = small_world();
  desc.max_agents = 200;
  bool succeeded = false;
  int failed = 0;
  for (uint64_t extra = 0; !succeeded; extra += 256) {
    Memory measure;
    uint64_t base = 0;
    {
      World world(desc, measure);
      build(world);
      base = measure.use().bytes;
    }
    Memory memory({}, base + extra);
    World world(desc, memory);
    build(world);
    const uint64_t before = world.hash();
    std::vector<World::Spawn> spawns(100);
    spawns[50].name = "Momo";
    try {
      assert_true(world.spawn(spawns).ok());
      succeeded = true;
      assert_int_equal(world.agent_count(), 100);
    } catch (const std::bad_alloc&) {
      ++failed;
      assert_int_equal(world.agent_count(), 0);
      assert_int_equal(world.hash(), before);
      assert_true(world.names().empty());
      check(world);
    }
  }
  assert_true(failed > 5);
}

void a_birth_that_fails_takes_the_whole_spawn_back(void**) {
  Memory memory;
  World world(small_world(), memory);
  AgentType type;
  type.name = "pet";
  type.born = [](void*, const StepBatch& batch) {
    if (batch.table.size() == 5) {
      throw std::bad_alloc();
    }
  };
  (void)*world.add_type(type);
  const std::vector<AgentId> pets = *world.spawn(std::vector<World::Spawn>(4));
  assert_true(world.remove({&pets[1], 1}).ok());  // the first to be born takes its slot
  std::vector<World::Spawn> spawns(4);
  spawns[0].name = "Momo";
  const uint64_t before = world.hash();
  bool thrown = false;
  try {
    (void)world.spawn(spawns);
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  assert_true(thrown);
  assert_int_equal(world.agent_count(), 3);
  assert_int_equal(world.hash(), before);
  assert_false(static_cast<bool>(world.find_name("Momo")));
  check(world);
  assert_true(world.step().ok());
  const auto count = [&world](EventKind kind) {
    const auto events = world.events();
    return std::count_if(events.begin(), events.end(), [kind](const Event& event) {
      return event.kind == kind;
    });
  };
  assert_int_equal(count(EventKind::kBorn), 4);
  assert_int_equal(count(EventKind::kRemoved), 1);
}

void a_step_that_ran_out_of_memory_cannot_be_taken_up_again(void**) {
  Memory memory;
  World world(small_world(), memory);
  AgentType type;
  type.name = "pet";
  type.think = [](void*, const StepBatch& batch) {
    if (batch.step == 1) {
      throw std::bad_alloc();
    }
  };
  (void)*world.add_type(type);
  assert_true(world.spawn(std::vector<World::Spawn>(3)).ok());
  assert_true(world.step().ok());
  bool thrown = false;
  try {
    (void)world.step();
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  assert_true(thrown);
  expect_error(world.step(), Status::kNoMemory, "step 1");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
    cmocka_unit_test(a_world_stays_whole_whatever_is_done_to_it),
    cmocka_unit_test(a_run_is_the_same_for_every_number_of_workers_and_every_time),
    cmocka_unit_test(a_run_has_the_same_hash_on_every_machine),
#if defined(__x86_64__)
    cmocka_unit_test(a_host_that_flushes_denormals_changes_nothing),
#endif
    cmocka_unit_test(every_step_has_a_hash_of_its_own),
    cmocka_unit_test(room_that_is_not_used_does_not_change_a_run),
    cmocka_unit_test(wrong_inputs_are_named),
    cmocka_unit_test(moves_of_one_call_make_room_for_each_other),
    cmocka_unit_test(shared_fields_must_agree_whoever_comes_first),
    cmocka_unit_test(a_spawn_without_memory_changes_nothing),
    cmocka_unit_test(a_birth_that_fails_takes_the_whole_spawn_back),
    cmocka_unit_test(a_step_that_ran_out_of_memory_cannot_be_taken_up_again),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
