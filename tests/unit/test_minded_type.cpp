// Agents that think and do nothing else: their columns are what the mind's functions say.
// SPDX-License-Identifier: MIT
#include "agent/minded_type.h"
#include "agent/streams.h"
#include "mind/policy_posterior.h"
#include "world_support.h"

#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::AgentId;
using dks::AgentType;
using dks::FieldType;
using dks::Memory;
using dks::Result;
using dks::StepBatch;
using dks::Table;
using dks::World;
using dks::test::quiet;
using dks::test::small_world;
namespace mind = dks::mind;

// A lamp that the agent may switch, in a room that it cannot; the lamp is seen, the room hardly.
mind::MindDesc lamp() {
  mind::MindDesc desc;
  desc.model.factors = {
      {"lamp", 2, 2, {0}, {0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.1, 0.9}, {0.25, 0.75}},
      {"room", 3, 1, {1}, {0.8, 0.1, 0.1, 0.1, 0.8, 0.1, 0.1, 0.1, 0.8}, {}}};
  desc.model.modalities = {
      {"glow", 2, {0}, {0.95, 0.05, 0.05, 0.95}, {0, 0.5}},
      {"noise", 3, {0, 1}, std::vector<double>(18, 1.0 / 3), {0, 0, 0.25}}};
  desc.model.alpha = 2;
  desc.model.gamma = 1;
  desc.policies = *mind::Policies::enumerate(std::vector<uint32_t>{2, 1}, 2);
  return desc;
}

template <class Real>
std::shared_ptr<const mind::Mind<Real>> lamp_mind() {
  return *mind::Mind<Real>::build(lamp());
}

struct Home {
  explicit Home(dks::WorldDesc desc = small_world()) : world(std::move(desc), memory) {}

  std::vector<AgentId> spawn(uint32_t type, uint32_t count) {
    return *world.spawn(std::vector<World::Spawn>(count, {.type = type, .name = "", .cell = {}}));
  }
  void set(AgentId agent, uint32_t element, double value) {
    assert_true(world.set({&agent, 1}, "observation", element, {&value, 1}).ok());
  }

  Memory memory;
  World world;
};

// What a column of one row holds.
template <class T>
std::vector<T> row_of(const Table& table, std::string_view field, uint32_t row) {
  const uint32_t index = *table.find(field);
  const T* const values = table.at<T>(index, row);
  return std::vector<T>(values, values + table.field(index).width);
}

// One agent that thinks by the functions of the mind, step by step.
template <class Real>
struct Reference {
  explicit Reference(std::shared_ptr<const mind::Mind<Real>> of)
      : mind(std::move(of)),
        workspace(*mind),
        belief(mind->model().initial_states().begin(), mind->model().initial_states().end()),
        prior(belief.size()),
        neg_efe(mind->policies().size()),
        q_pi(mind->policies().size()),
        choice(mind->policies().num_first_actions()) {}

  // The action that the world took before this step, if any, drives the prior.
  void step(const std::vector<int32_t>& observation, const std::vector<int32_t>& action) {
    const auto& model = mind->model();
    if (action[0] < 0) {
      prior = belief;
    } else {
      mind::predict_states<Real>(model, belief, action, prior, workspace.planning);
    }
    free_energy = mind::infer_states<Real>(model, prior, {observation}, belief, workspace.planning)
                      .free_energy.value();
    mind->plan(belief, {}, neg_efe, q_pi, workspace);
    mind::first_action_marginals<Real>(mind->policies(), q_pi, choice);
  }

  std::shared_ptr<const mind::Mind<Real>> mind;
  mind::MindWorkspace<Real> workspace;
  std::vector<Real> belief, prior, neg_efe, q_pi, choice;
  Real free_energy = 0;
};

// The same bits, but for agents in lanes: there what the reference computes is met nearly.
template <class Real>
void assert_follows(const std::vector<Real>& got, const std::vector<Real>& expected) {
  assert_int_equal(got.size(), expected.size());
  const Real tolerance = std::is_same_v<Real, float> ? Real(2e-5) : Real(0);
  for (size_t i = 0; i < got.size(); ++i) {
    assert_true(std::abs(got[i] - expected[i]) <= tolerance);
  }
}

template <class Real>
void expect_columns_to_follow() {
  Home home;
  const auto of = lamp_mind<Real>();
  assert_true((of->lanes() != nullptr) == (std::is_same_v<Real, float>));
  const uint32_t type = *home.world.add_type(
      dks::agent::minded_type<Real>(quiet("lamp", {{.name = "own", .initial = 3}}), of)
  );
  const AgentId agent = home.spawn(type, 1)[0];
  const Table& table = home.world.table(type);
  assert_true(table.field(0).name == "own" && table.number(0, 0) == 3);
  assert_true(row_of<int32_t>(table, "observation", 0) == (std::vector<int32_t>{-1, -1}));
  assert_true(row_of<int32_t>(table, "action", 0) == (std::vector<int32_t>{-1, -1}));
  Reference<Real> reference(of);
  assert_true(row_of<Real>(table, "belief", 0) == reference.belief);
  for (int32_t step = 0; step < 20; ++step) {
    const std::vector<int32_t> observation = {step % 3 - 1, step % 4 - 1};
    home.set(agent, 0, observation[0]);
    home.set(agent, 1, observation[1]);
    const auto action = row_of<int32_t>(table, "action", 0);
    dks::Random random = home.world.random(agent, dks::agent::stream::kChoice);
    assert_true(home.world.step().ok());
    reference.step(observation, action);
    const auto choice = row_of<Real>(table, "choice", 0);
    assert_follows(row_of<Real>(table, "belief", 0), reference.belief);
    assert_follows(choice, reference.choice);
    assert_follows(row_of<Real>(table, "free_energy", 0), {reference.free_energy});
    std::vector<Real> sharpened(2);
    mind::sharpen<Real>(choice, 2, mind::LogForm::kClamp, sharpened);
    const Real draw = std::is_same_v<Real, float> ? static_cast<Real>(random.uniform_float())
                                                  : static_cast<Real>(random.uniform());
    const auto chosen = static_cast<int32_t>(mind::sample<Real>(sharpened, draw));
    assert_true(row_of<int32_t>(table, "action", 0) == (std::vector<int32_t>{chosen, 0}));
  }
}

void columns_follow_the_mind(void**) {
  expect_columns_to_follow<double>();
  expect_columns_to_follow<float>();
}

// Many agents, whatever they see: as often as `choice`, sharpened, says.
void actions_are_drawn_as_the_mind_chooses(void**) {
  Home home;
  const uint32_t type =
      *home.world.add_type(dks::agent::minded_type<double>(quiet("lamp", {}), lamp_mind<double>()));
  constexpr uint32_t kAgents = 1000;
  home.spawn(type, kAgents);
  double expected = 0;
  double drawn = 0;
  for (int step = 0; step < 5; ++step) {
    assert_true(home.world.step().ok());
    for (uint32_t row = 0; row < kAgents; ++row) {
      const auto choice = row_of<double>(home.world.table(type), "choice", row);
      const double on = choice[1] * choice[1];
      expected += on / (on + choice[0] * choice[0]);
      drawn += row_of<int32_t>(home.world.table(type), "action", row)[0];
    }
  }
  assert_true(expected > 1000 && expected < 4500);
  assert_true(drawn > expected - 150 && drawn < expected + 150);
}

uint64_t hash_with(uint32_t workers, dks::ActivationDesc activation) {
  dks::WorldDesc desc = small_world(std::move(activation));
  desc.worker_count = workers;
  Home home(desc);
  const uint32_t type =
      *home.world.add_type(dks::agent::minded_type<float>(quiet("lamp", {}), lamp_mind<float>()));
  for (const AgentId agent : home.spawn(type, 100)) {
    home.set(agent, 0, agent.index() % 2);
  }
  for (int step = 0; step < 5; ++step) {
    assert_true(home.world.step().ok());
  }
  return home.world.hash();
}

void workers_do_not_show(void**) {
  const dks::ActivationDesc waves{.waves = 4, .stages = {}};
  assert_true(hash_with(1, waves) == hash_with(3, waves));
  // An agent looks at nothing but itself.
  assert_true(hash_with(1, waves) == hash_with(1, {}));
}

void each_thinks_once_a_step_in_its_stage(void**) {
  const std::vector<std::vector<std::string>> all = {
      {"sense", "think", "act"}, {"other", "sense"}, {"one", "two"}};
  for (const auto& stages : all) {
    const auto activation = dks::ActivationDesc::staged(stages);
    Home home(small_world(activation));
    const auto of = lamp_mind<double>();
    const uint32_t type =
        *home.world.add_type(dks::agent::minded_type<double>(quiet("lamp", {}), of));
    const AgentId agent = home.spawn(type, 1)[0];
    home.set(agent, 0, 1);
    Reference<double> reference(of);
    for (int step = 0; step < 3; ++step) {
      const auto action = row_of<int32_t>(home.world.table(type), "action", 0);
      assert_true(home.world.step().ok());
      reference.step({1, -1}, action);
      assert_true(row_of<double>(home.world.table(type), "belief", 0) == reference.belief);
    }
  }
}

void assert_refused(const Result<>& result, const std::string& text) {
  assert_false(result.ok());
  assert_string_equal(result.error().text.c_str(), text.c_str());
}

void only_outcomes_can_be_observed(void**) {
  Home home;
  const uint32_t type =
      *home.world.add_type(dks::agent::minded_type<float>(quiet("lamp", {}), lamp_mind<float>()));
  const AgentId agent = home.spawn(type, 1)[0];
  const auto set = [&](std::string_view field, uint32_t element, double value) {
    return home.world.set({&agent, 1}, field, element, {&value, 1});
  };
  assert_true(set("observation", 1, 2).ok());
  assert_refused(set("observation", 0, 2), "items[0]: field \"observation\": 2 is not in [-1, 1]");
  assert_refused(set("observation", 1, 3), "items[0]: field \"observation\": 3 is not in [-1, 2]");
  assert_refused(
      set("observation", 1, -2), "items[0]: field \"observation\": -2 is not in [-1, 2]"
  );
  assert_refused(set("action", 0, 1), "field \"action\" of agent type \"lamp\" is read only");
  assert_refused(set("belief", 0, 1), "field \"belief\" of agent type \"lamp\" is read only");
}

// ---- types that grow

void a_type_without_agents_can_be_extended(void**) {
  Home home;
  World& world = home.world;
  const uint32_t type = *world.add_type(quiet("lamp", {{.name = "own"}, {.name = "mood"}}));
  const uint32_t mood = *world.share_field("mood", FieldType::kF32);
  const AgentId first = home.spawn(type, 1)[0];
  assert_true(world.step().ok());
  const AgentType minded =
      dks::agent::minded_type<float>(world.table(type).type(), lamp_mind<float>());
  assert_refused(
      world.extend_type(type, minded), "agent type \"lamp\" has 1 agents, expected none"
  );
  assert_true(world.remove({&first, 1}).ok());
  const uint64_t epoch = world.table(type).epoch();
  assert_refused(
      world.extend_type(type, quiet("lamp", {{.name = "own"}})),
      "agent type \"lamp\" lacks field \"mood\""
  );
  assert_refused(
      world.extend_type(type, quiet("lamp", {{.name = "mood"}, {.name = "own"}})),
      "agent type \"lamp\" lacks field \"own\""
  );
  assert_true(world.table(type).epoch() == epoch);
  assert_true(world.extend_type(type, minded).ok());
  assert_true(world.table(type).epoch() > epoch);
  const AgentId second = home.spawn(type, 1)[0];
  assert_non_null(world.shared<float>(mood, second.index()));
  assert_true(world.step().ok());
  assert_true(row_of<int32_t>(world.table(type), "action", 0)[0] >= 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(columns_follow_the_mind),
      cmocka_unit_test(actions_are_drawn_as_the_mind_chooses),
      cmocka_unit_test(workers_do_not_show),
      cmocka_unit_test(each_thinks_once_a_step_in_its_stage),
      cmocka_unit_test(only_outcomes_can_be_observed),
      cmocka_unit_test(a_type_without_agents_can_be_extended),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
