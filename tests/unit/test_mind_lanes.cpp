// The lane engine beside the reference, and beside itself: other lanes, other instruction sets.
// SPDX-License-Identifier: MIT
// dks-test: timeout=120
#include "base/hash.h"
#include "base/platform/float_env.h"
#include "mind/lanes/lane_engine.h"

#include <functional>
#include <string>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "test_mind_support.h"

namespace dks::mind {
namespace {

constexpr uint64_t kRandomModels = 10'000;
constexpr InstructionSet kSets[] = {
    InstructionSet::kBaseline, InstructionSet::kAvx2, InstructionSet::kAvx512};

Convention lane_convention() {
  Convention convention;
  convention.inference.tolerance = 0;
  convention.inference.max_iterations = 8;
  return convention;
}

// One agent's situation, in double.
struct Situation {
  std::vector<double> belief;
  std::vector<int32_t> action;
  std::vector<int32_t> observation;
  std::vector<double> log_preferences;
  std::vector<double> log_habit;
  double gamma = 1;
  double info_gain_weight = 1;
};

Situation random_situation(const Agent<double>& agent, uint64_t which) {
  Random random(9, which, 0, 0);
  Situation situation;
  for (const Factor<double>& factor : agent.model.factors()) {
    const auto q = random_distributions(factor.num_states, 1, random);
    situation.belief.insert(situation.belief.end(), q.begin(), q.end());
    situation.action.push_back(static_cast<int32_t>(random.below(factor.num_controls)));
  }
  situation.observation = random_observation(agent.model, which);
  for (size_t o = 0; o < agent.model.total_outcomes(); ++o) {
    situation.log_preferences.push_back(4 * random.uniform() - 2);
  }
  for (size_t a = 0; a < agent.policies().num_first_actions(); ++a) {
    situation.log_habit.push_back(-2 * random.uniform());
  }
  situation.gamma = 0.5 + 4 * random.uniform();
  situation.info_gain_weight = 2 * random.uniform();
  return situation;
}

template <class From, class To>
void put(const std::vector<From>& from, std::span<To> to, size_t lanes, size_t lane) {
  assert_int_equal(from.size() * lanes, to.size());
  for (size_t i = 0; i < from.size(); ++i) {
    to[i * lanes + lane] = static_cast<To>(from[i]);
  }
}

void seat(const Situation& situation, LaneWorkspace& workspace, size_t lane) {
  const size_t lanes = workspace.lanes();
  put(situation.belief, workspace.belief, lanes, lane);
  put(situation.action, workspace.action, lanes, lane);
  put(situation.observation, workspace.observation, lanes, lane);
  put(situation.log_preferences, workspace.log_preferences, lanes, lane);
  put(situation.log_habit, workspace.log_habit, lanes, lane);
  workspace.gamma[lane] = static_cast<float>(situation.gamma);
  workspace.info_gain_weight[lane] = static_cast<float>(situation.info_gain_weight);
}

void want_everything(LaneWorkspace& workspace) {
  workspace.own_preferences = true;
  workspace.habits = true;
  workspace.wants_evidence = true;
  workspace.wants_policies = true;
}

void live(const LaneEngine& engine, LaneWorkspace& workspace) {
  engine.predict(workspace);
  engine.infer(workspace);
  engine.plan(workspace);
}

void hash_lane(std::span<const float> numbers, size_t lanes, size_t lane, StateHash& hash) {
  for (size_t i = lane; i < numbers.size(); i += lanes) {
    hash.update_f32(numbers[i]);
  }
}

uint64_t hash_of(const LaneWorkspace& workspace, size_t lane) {
  StateHash hash;
  for (const std::span<const float> numbers :
       {workspace.prior,
        workspace.evidence,
        workspace.q,
        workspace.free_energy,
        workspace.choice,
        workspace.score,
        workspace.neg_efe,
        workspace.q_pi}) {
    hash_lane(numbers, workspace.lanes(), lane, hash);
  }
  return hash.digest();
}

// What the reference makes of it.
struct Expected {
  std::vector<double> prior, evidence, q, neg_efe, q_pi, choice;
  double free_energy = 0;
  double sensitivity = 0;      // of q to the last bits of a float prior
  bool is_close_call = false;  // float may keep another first action
};

// Some models amplify: from beliefs between two explanations the iteration falls to either side.
double sensitivity_of(Agent<double>& agent, const Situation& situation) {
  const std::vector<double> q = agent.q;
  for (size_t i = 0; i < agent.prior.size(); ++i) {
    agent.prior[i] *= i % 2 == 0 ? 1 + 0x1p-21 : 1 - 0x1p-21;
  }
  agent.infer(situation.observation);
  double most = 0;
  for (size_t i = 0; i < q.size(); ++i) {
    most = std::max(most, std::abs(q[i] - agent.q[i]));
  }
  agent.q = q;
  return most;
}

// Whether the last action that is kept and the first that is not are as good as equal.
bool is_close_call(const Agent<double>& agent, uint32_t keep) {
  const size_t actions = agent.policies().num_first_actions();
  if (keep == 0 || keep >= actions || agent.policies().depth() == 1) {
    return false;
  }
  std::vector<double> scores = agent.workspace.scores;
  std::sort(scores.begin(), scores.end(), std::greater<>());
  return scores[keep - 1] - scores[keep] < 1e-4;
}

Expected expected_of(Agent<double>& agent, const Situation& situation, uint32_t keep) {
  Expected out;
  out.prior.resize(agent.model.total_states());
  predict_states<double>(
      agent.model, situation.belief, situation.action, out.prior, agent.workspace
  );
  PlanningSettings<double> settings;
  settings.use_utility = false;
  settings.use_states_info_gain = false;
  expected_free_energy<double>(
      agent.model, agent.graph, settings, situation.belief, agent.neg_efe, agent.workspace
  );
  std::vector<double> qo(agent.model.total_outcomes());
  for (size_t a = 0; a < agent.policies().num_first_actions(); ++a) {
    predicted_outcomes<double>(agent.model, agent.graph, agent.workspace, a, qo);
    double sum = 0;
    for (size_t m = 0; m < agent.model.num_modalities(); ++m) {
      const int32_t outcome = situation.observation[m];
      const size_t at = agent.model.modalities()[m].outcome_offset;
      if (outcome >= 0) {
        sum -= log_probability(qo[at + static_cast<size_t>(outcome)], LogForm::kClamp);
      }
    }
    out.evidence.push_back(sum);
  }
  agent.prior = out.prior;
  out.free_energy = agent.infer(situation.observation).free_energy.value();
  out.q = agent.q;
  out.sensitivity = sensitivity_of(agent, situation);
  settings = {};
  settings.log_preferences = situation.log_preferences;
  settings.info_gain_weight = situation.info_gain_weight;
  settings.keep_first_actions = keep;
  agent.plan(settings);
  out.is_close_call = is_close_call(agent, keep);
  std::vector<double> log_prior;
  for (size_t p = 0; p < agent.policies().size(); ++p) {
    log_prior.push_back(situation.log_habit[agent.policies().first_action(p)]);
  }
  policy_posterior<double>(agent.neg_efe, situation.gamma, log_prior, agent.q_pi);
  out.neg_efe = agent.neg_efe;
  out.q_pi = agent.q_pi;
  out.choice.resize(agent.policies().num_first_actions());
  first_action_marginals<double>(agent.policies(), out.q_pi, out.choice);
  return out;
}

struct Worst {
  double prior = 0, evidence = 0, q = 0, free_energy = 0, neg_efe = 0, q_pi = 0;
};

double distance(
    const std::vector<double>& expected, std::span<const float> got, size_t lanes, size_t lane
) {
  double most = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto value = static_cast<double>(got[i * lanes + lane]);
    const double scale = std::max(1.0, std::abs(expected[i]));
    most = std::max(most, std::isfinite(value) ? std::abs(value - expected[i]) / scale : 1e9);
  }
  return most;
}

// The tolerances of the float cases in tests/golden/mind/README.md, relative where numbers are
// large.
void agrees_with_the_reference(void** /*state*/) {
  Worst worst;
  int close_calls = 0;
  for (uint64_t which = 0; which < kRandomModels; ++which) {
    const size_t depth = 1 + which % 2;
    const auto desc = random_model(which, lane_convention());
    Agent<double> agent(desc, depth);
    const auto model = std::move(*GenerativeModel<float>::build(desc));
    LaneSettings settings;
    settings.keep_first_actions = which % 3 == 0 ? 0 : 1 + static_cast<uint32_t>(which % 4);
    const auto engine = LaneEngine::build(model, agent.graph, settings);
    if (!engine) {
      fail_msg("%s", engine.error().text.c_str());
    }
    LaneWorkspace workspace(*engine);
    want_everything(workspace);
    const size_t lanes = workspace.lanes();
    std::vector<Situation> situations;
    for (size_t lane = 0; lane < lanes; ++lane) {
      situations.push_back(random_situation(agent, which * 64 + lane % 3));
      seat(situations.back(), workspace, lane);
    }
    live(*engine, workspace);
    const size_t lane = which % lanes;
    const auto expected = expected_of(agent, situations[lane], settings.keep_first_actions);
    worst.prior = std::max(worst.prior, distance(expected.prior, workspace.prior, lanes, lane));
    worst.evidence =
        std::max(worst.evidence, distance(expected.evidence, workspace.evidence, lanes, lane));
    const double gain = std::max(1.0, expected.sensitivity / 0x1p-23);
    worst.q = std::max(worst.q, distance(expected.q, workspace.q, lanes, lane) / gain);
    worst.free_energy = std::max(
        worst.free_energy, distance({expected.free_energy}, workspace.free_energy, lanes, lane)
    );
    if (expected.is_close_call) {
      ++close_calls;
      continue;
    }
    worst.neg_efe =
        std::max(worst.neg_efe, distance(expected.neg_efe, workspace.neg_efe, lanes, lane) / gain);
    const double steepness = gain * std::max(1.0, situations[lane].gamma);
    for (const double off :
         {distance(expected.q_pi, workspace.q_pi, lanes, lane),
          distance(expected.choice, workspace.choice, lanes, lane)}) {
      worst.q_pi = std::max(worst.q_pi, off / steepness);
    }
  }
  print_message(
      "largest errors over %d models, %d of them close calls: prior %.1e, evidence %.1e, q %.1e, F "
      "%.1e, G %.1e, q_pi "
      "%.1e\n",
      static_cast<int>(kRandomModels),
      close_calls,
      worst.prior,
      worst.evidence,
      worst.q,
      worst.free_energy,
      worst.neg_efe,
      worst.q_pi
  );
  assert_true(close_calls < static_cast<int>(kRandomModels) / 4);
  assert_true(worst.prior <= 2e-6);
  assert_true(worst.evidence <= 2e-5);
  assert_true(worst.q <= 2e-6);
  assert_true(worst.free_energy <= 1e-5);
  assert_true(worst.neg_efe <= 2e-5);
  assert_true(worst.q_pi <= 1e-5);
}

// The same agents in other lanes, beside others, on every instruction set.
void has_the_same_bits_everywhere(void** /*state*/) {
  for (uint64_t which = 0; which < 500; ++which) {
    const auto desc = random_model(which, which % 2 == 0 ? lane_convention() : kPymdp);
    Agent<double> agent(desc, 1 + which % 2);
    const auto model = std::move(*GenerativeModel<float>::build(desc));
    LaneSettings settings;
    settings.keep_first_actions = static_cast<uint32_t>(which % 4);
    constexpr size_t kAgents = 5;
    uint64_t expected[kAgents] = {};
    for (const InstructionSet set : kSets) {
      if (!has_instruction_set(set)) {
        continue;
      }
      const auto engine = std::move(*LaneEngine::build(model, agent.graph, settings, set));
      LaneWorkspace workspace(engine);
      want_everything(workspace);
      for (size_t lane = 0; lane < workspace.lanes(); ++lane) {
        seat(random_situation(agent, (lane + which) % kAgents), workspace, lane);
      }
      live(engine, workspace);
      for (size_t lane = 0; lane < workspace.lanes(); ++lane) {
        uint64_t& hash = expected[(lane + which) % kAgents];
        const uint64_t got = hash_of(workspace, lane);
        hash = hash == 0 ? got : hash;
        assert_true(hash == got);
      }
    }
  }
}

// Of one agent each in a thousand models; whoever changes it says why in the changelog.
constexpr uint64_t kGoldenHash = 0x1d8d87777eab9d4d;

uint64_t hash_of_a_thousand_models() {
  StateHash hash;
  for (uint64_t which = 0; which < 1000; ++which) {
    const auto desc = random_model(which, lane_convention());
    Agent<double> agent(desc, 1 + which % 2);
    const auto model = std::move(*GenerativeModel<float>::build(desc));
    const auto engine = std::move(*LaneEngine::build(model, agent.graph, {true, true, 2}));
    LaneWorkspace workspace(engine);
    want_everything(workspace);
    for (size_t lane = 0; lane < workspace.lanes(); ++lane) {
      seat(random_situation(agent, which), workspace, lane);
    }
    live(engine, workspace);
    hash.update_u64(hash_of(workspace, workspace.lanes() - 1));
  }
  return hash.digest();
}

void has_the_golden_hash(void** /*state*/) {
  const uint64_t hash = hash_of_a_thousand_models();
  if (hash != kGoldenHash) {
    fail_msg("the hash is 0x%016llx", static_cast<unsigned long long>(hash));
  }
}

void refuses_what_it_cannot_do(void** /*state*/) {
  auto desc = random_model(2, kPymdpLegacy);
  Agent<double> agent(desc, 2);
  const auto legacy = std::move(*GenerativeModel<float>::build(desc));
  assert_false(LaneEngine::build(legacy, agent.graph, {}).ok());

  desc.convention = lane_convention();
  desc.convention.inference.method = InferenceMethod::kExact;
  const auto exact = GenerativeModel<float>::build(desc);
  assert_true(exact.ok() && exact->factors()[0].coupled);
  assert_false(LaneEngine::build(*exact, agent.graph, {}).ok());

  desc.convention = lane_convention();
  const auto model = std::move(*GenerativeModel<float>::build(desc));
  // Not every first action goes on in the same way.
  const auto& all = agent.policies();
  std::vector<int32_t> some;
  for (size_t p = 0; p + 1 < all.size(); ++p) {
    for (size_t t = 0; t < all.depth(); ++t) {
      some.insert(some.end(), all.step(p, t).begin(), all.step(p, t).end());
    }
  }
  const auto graph = std::move(
      *PlanningGraph::build(model, std::move(*Policies::from_list(model.num_controls(), 2, some)))
  );
  assert_true(LaneEngine::build(model, graph, {}).ok());
  const auto pruned = LaneEngine::build(model, graph, {true, true, 1});
  assert_false(pruned.ok());
  assert_true(pruned.error().text.find("continue") != std::string::npos);
}

// Impossible observations, beliefs of zeros, gamma at its bounds.
void stays_finite(void** /*state*/) {
  for (uint64_t which = 0; which < 500; ++which) {
    auto desc = random_model(which, lane_convention());
    Agent<double> agent(desc, 2);
    const auto model = std::move(*GenerativeModel<float>::build(desc));
    const auto engine =
        std::move(*LaneEngine::build(model, agent.graph, {true, true, which % 2 == 0 ? 2U : 0U}));
    LaneWorkspace workspace(engine);
    want_everything(workspace);
    Situation situation = random_situation(agent, which);
    for (size_t lane = 0; lane < workspace.lanes(); ++lane) {
      situation.gamma = lane % 2 == 0 ? 1e-6 : 1e6;
      for (double& preference : situation.log_preferences) {
        preference = lane % 3 == 0 ? -1e4 : 1e4 * preference;
      }
      if (lane % 5 == 0) {
        std::fill(situation.belief.begin(), situation.belief.end(), 0.0);
      }
      seat(situation, workspace, lane);
    }
    live(engine, workspace);
    for (const std::span<const float> numbers :
         {workspace.prior,
          workspace.evidence,
          workspace.q,
          workspace.free_energy,
          workspace.choice,
          workspace.score,
          workspace.neg_efe,
          workspace.q_pi}) {
      for (const float number : numbers) {
        assert_true(std::isfinite(number));
      }
    }
  }
}

}  // namespace
}  // namespace dks::mind

int main() {
  const dks::FloatEnvGuard float_env;
  const CMUnitTest tests[] = {
      cmocka_unit_test(dks::mind::agrees_with_the_reference),
      cmocka_unit_test(dks::mind::has_the_same_bits_everywhere),
      cmocka_unit_test(dks::mind::has_the_golden_hash),
      cmocka_unit_test(dks::mind::refuses_what_it_cannot_do),
      cmocka_unit_test(dks::mind::stays_finite),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
