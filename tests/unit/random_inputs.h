// Random scripts of inputs for a restless world, right and wrong ones, and the schedules to run it
// by. SPDX-License-Identifier: MIT
#pragma once

#include "restless_world.h"

#include <cmath>
#include <string>
#include <vector>

namespace dks::test {

class RandomInputs {
 public:
  RandomInputs(World& world, uint64_t seed) : world_(world), random_(seed, 0, 0, 99) {}

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
    switch (random_.below(9)) {
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
      case 7:
        return report_done();
      default:
        return post();
    }
  }
  bool spawn() {
    std::vector<std::string> names;
    std::vector<World::Spawn> spawns;
    for (uint32_t i = random_.below(6); i > 0; --i) {
      names.push_back(random_.below(3) == 0 ? "" : text("p", random_.below(40)));
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
  bool report_done() {
    std::vector<AgentId> cats;  // mostly: dogs and who is gone have no such body
    for (const AgentId agent : some_agents()) {
      const AgentSlot* const slot = world_.find(agent);
      if ((slot != nullptr && slot->type == 0) || random_.below(9) == 0) {
        cats.push_back(agent);
      }
    }
    std::vector<double> shares;
    for (size_t i = 0; i < cats.size(); ++i) {
      const double most = random_.below(20) == 0 ? 1.3 : 1;
      shares.push_back(random_.uniform() * most);
    }
    return world_.report_done(cats, shares).ok();
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
    const std::string from = text("u", random_.below(4));
    const std::string names[] = {text("p", random_.below(40)), "*", "world", "nobody", "#talk"};
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

inline std::vector<ActivationDesc> activations() {
  ActivationDesc waves;
  waves.waves = 4;
  ActivationDesc stages = ActivationDesc::staged({"a", "b"});
  stages.shuffle_between_stages = true;
  stages.waves = 3;
  ActivationDesc types = ActivationDesc::random_by_type();
  types.waves = 2;
  return {ActivationDesc::random(), ActivationDesc::simultaneous(), waves, stages, types};
}

}  // namespace dks::test
