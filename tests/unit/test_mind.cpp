// Minds: a model, policies and settings as one. SPDX-License-Identifier: MIT
#include "mind/mind.h"

#include <string>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "count_allocations.h"
#include "test_mind_support.h"

namespace {

using namespace dks::mind;
using dks::test::allocations;

constexpr uint64_t kMinds = 60;

MindDesc mind_of(const ModelDesc& model, size_t depth) {
  std::vector<uint32_t> controls;
  for (const FactorDesc& factor : model.factors) {
    controls.push_back(factor.num_controls);
  }
  MindDesc desc;
  desc.model = model;
  desc.policies = *Policies::enumerate(controls, depth);
  return desc;
}

// One agent of a mind, with all that it writes to.
template <class Real>
struct Thinker {
  explicit Thinker(const MindDesc& desc)
      : mind(*Mind<Real>::build(desc)),
        workspace(*mind),
        q(mind->model().initial_states().begin(), mind->model().initial_states().end()),
        neg_efe(mind->policies().size()),
        q_pi(mind->policies().size()) {}

  void think(uint64_t which) {
    const auto observation = random_observation(mind->model(), which);
    infer_states<Real>(mind->model(), q, {observation}, q, workspace.planning);
    mind->plan(q, own_preferences, neg_efe, q_pi, workspace);
  }

  std::shared_ptr<const Mind<Real>> mind;
  MindWorkspace<Real> workspace;
  std::vector<Real> own_preferences;
  std::vector<Real> q;
  std::vector<Real> neg_efe;
  std::vector<Real> q_pi;
};

GoalDesc random_goals(const ModelDesc& model, dks::Random& random) {
  GoalDesc goals;
  for (const FactorDesc& factor : model.factors) {
    goals.goals.resize(goals.goals.size() + factor.num_states);
    goals.goals.back() = random.bernoulli(0.7) ? 1 : 0;
  }
  return goals;
}

template <class Real>
void expect_parts(uint64_t which) {
  dks::Random random(21, which, 0, 0);
  const ModelDesc model = random_model(which);
  MindDesc desc = mind_of(model, 1);
  desc.use_utility = random.bernoulli(0.7);
  desc.use_states_info_gain = random.bernoulli(0.7);
  if (random.bernoulli(0.5)) {
    desc.goals = random_goals(model, random);
  }
  Thinker<Real> thinker(desc);
  for (const Real like : thinker.mind->model().log_preferences(0)) {
    thinker.own_preferences.push_back(-like);
  }
  thinker.think(which);

  Agent<Real> agent(model, 1);
  agent.infer(random_observation(agent.model, which));
  PlanningSettings<Real> planning;
  planning.use_utility = desc.use_utility;
  planning.use_states_info_gain = desc.use_states_info_gain;
  planning.log_preferences = thinker.own_preferences;
  std::vector<Real> values(agent.model.total_states());
  if (desc.goals) {
    auto goals = Goals<Real>::build(agent.model, *desc.goals);
    goals->state_values(agent.model, agent.q, values);
    planning.state_values = values;
  }
  expected_free_energy<Real>(
      agent.model, agent.graph, planning, agent.q, agent.neg_efe, agent.workspace
  );
  policy_posterior<Real>(
      agent.neg_efe, agent.model.gamma(), agent.model.log_policy_prior(), agent.q_pi
  );
  assert_true(thinker.neg_efe == agent.neg_efe);
  assert_true(thinker.q_pi == agent.q_pi);
}

void a_mind_plans_as_its_parts_do(void**) {
  for (uint64_t which = 0; which < kMinds; ++which) {
    expect_parts<double>(which);
    expect_parts<float>(which);
  }
}

// Counts that expect the given tensors themselves, and others.
void a_mind_with_counts_believes_what_they_expect(void**) {
  for (uint64_t which = 0; which < kMinds; ++which) {
    const ModelDesc model = random_model(which);
    MindDesc desc = mind_of(model, 1);
    for (const ModalityDesc& modality : model.modalities) {
      std::vector<double>& counts = desc.counts.likelihood.emplace_back(modality.likelihood);
      std::ranges::for_each(counts, [](double& count) { count *= 4; });
    }
    for (const bool wants_gain : {false, true}) {
      desc.use_parameter_info_gain = wants_gain;
      Thinker<double> thinker(desc);
      thinker.think(which);

      const auto base = GenerativeModel<double>::build(model);
      LearningDesc counts = desc.counts;
      const auto learned = LearnedModel<double>::build(*base, counts);
      const auto graph = PlanningGraph::build(learned->model(), desc.policies);
      Workspace<double> workspace(learned->model(), *graph);
      std::vector<double> neg_efe(desc.policies.size());
      PlanningSettings<double> planning;
      planning.parameter_info_gain_weight = wants_gain ? 1 : 0;
      expected_free_energy<double>(
          learned->model(), *graph, planning, thinker.q, neg_efe, workspace
      );
      assert_true(thinker.neg_efe == neg_efe);
      assert_int_equal(thinker.mind->model().has_novelty(), wants_gain);
    }
  }
}

void a_mind_that_searches_does_so_with_its_own_precision(void**) {
  for (uint64_t which = 0; which < kMinds; ++which) {
    dks::Random random(22, which, 0, 0);
    const ModelDesc model = random_model(which);
    MindDesc desc = mind_of(model, 1);
    SearchSettings<double> search;
    search.keep_actions = 2;
    search.keep_outcomes = 3;
    search.gamma = 0.5;
    search.penalty = 8;
    desc.search = search;
    if (random.bernoulli(0.5)) {
      desc.goals = random_goals(model, random);
    }
    Thinker<double> thinker(desc);
    thinker.think(which);

    const auto goals = desc.goals ? Goals<double>::build(thinker.mind->model(), *desc.goals)
                                  : dks::Result<Goals<double>>(Goals<double>());
    search.goals = desc.goals ? &*goals : nullptr;
    Agent<double> agent(model, 1);
    agent.infer(random_observation(agent.model, which));
    auto scratch = SearchWorkspace<double>::make(agent.model, agent.graph, search);
    sophisticated_search<double>(
        agent.model, agent.graph, {}, search, agent.q, agent.neg_efe, *scratch
    );
    policy_posterior<double>(agent.neg_efe, 0.5, {}, agent.q_pi);
    assert_true(thinker.neg_efe == agent.neg_efe);
    assert_true(thinker.q_pi == agent.q_pi);
  }
}

void thinking_allocates_nothing(void**) {
  MindDesc desc = mind_of(random_model(3), 1);
  for (int with_search = 0; with_search < 2; ++with_search) {
    if (with_search != 0) {
      desc.search = SearchSettings<double>{};
    }
    Thinker<double> thinker(desc);
    const uint64_t before = allocations;
    thinker.mind->plan(thinker.q, {}, thinker.neg_efe, thinker.q_pi, thinker.workspace);
    assert_int_equal(allocations, before);
  }
}

template <class Refused>
void assert_refused(const Refused& refused, dks::Status status, std::string_view part) {
  assert_false(refused.ok());
  assert_int_equal(refused.status(), status);
  if (refused.error().text.find(part) == std::string::npos) {
    fail_msg("\"%s\" does not contain \"%s\"", refused.error().text.c_str(), part.data());
  }
}

void what_a_part_refuses_is_refused(void**) {
  using dks::Status;
  const MindDesc good = mind_of(random_model(5), 1);
  MindDesc desc = good;
  desc.model.factors[0].transition[0] = 2;
  assert_refused(Mind<double>::build(desc), Status::kInvalid, "B[0][");
  desc = good;
  desc.policies = *Policies::enumerate(std::vector<uint32_t>{1, 1, 1, 1, 1}, 1);
  assert_refused(Mind<double>::build(desc), Status::kInvalid, "policies are for 5 factors");
  desc = good;
  desc.goals = GoalDesc{};
  assert_refused(Mind<double>::build(desc), Status::kInvalid, "goals have 0 entries");
  desc = good;
  desc.counts.initial.resize(9);
  assert_refused(Mind<double>::build(desc), Status::kInvalid, "pD has 9 entries");
  desc = good;
  desc.search = SearchSettings<double>{};
  desc.search->depth = 0;
  assert_refused(Mind<double>::build(desc), Status::kInvalid, "search: depth 0");
}

// 65,536 policies over many small things: refused before the memory for it is taken.
void a_plan_that_would_not_fit_in_memory_is_refused(void**) {
  ModelDesc model;
  model.factors.resize(1);
  model.factors[0] = {"", 2, 2, {0}, {1, 1, 0, 0, 0, 0, 1, 1}, {}};
  ModalityDesc modality;
  modality.num_outcomes = 1;
  modality.parents = {0};
  modality.likelihood = {1, 1};
  model.modalities.assign(1024, modality);
  assert_refused(
      Mind<double>::build(mind_of(model, 16)),
      dks::Status::kLimit,
      "planning over 65536 policies would look at 131070 beginnings of them with 1025 predictions "
      "each, the limit is 4194304 in all"
  );
  MindDesc desc = mind_of(model, 1);
  model.modalities.resize(1);
  model.modalities[0].num_outcomes = 1U << 20;
  model.modalities[0].likelihood.assign(size_t{2} << 20, 1.0 / (1U << 20));
  desc = mind_of(model, 1);
  desc.search = SearchSettings<double>{};
  desc.search->depth = kSearchDepth;
  desc.search->keep_actions = 1;
  desc.search->keep_outcomes = 1;
  assert_refused(Mind<double>::build(desc), dks::Status::kLimit, "search: depth 64 with 1048");
}

// ---- lanes

bool has_lanes(const MindDesc& desc) {
  const auto mind = std::move(*Mind<float>::build(desc));
  assert_null((*Mind<double>::build(desc))->lanes());
  return mind->lanes() != nullptr;
}

// Two factors that share a modality.
MindDesc coupled_mind() {
  ModelDesc model;
  model.factors = {
      {"a", 2, 2, {0}, {1, 0, 0, 1, 0, 1, 1, 0}, {}}, {"b", 2, 1, {1}, {1, 0, 0, 1}, {}}};
  model.modalities = {{"m", 2, {0, 1}, {0.9, 0.6, 0.3, 0.2, 0.1, 0.4, 0.7, 0.8}, {0, 1}}};
  return mind_of(model, 2);
}

void lanes_are_for_minds_that_they_can_do(void**) {
  const MindDesc good = coupled_mind();
  assert_true(has_lanes(good));
  MindDesc desc = good;
  desc.model.convention = kPymdp;
  assert_true(has_lanes(desc));
  desc.model.convention = kPymdpLegacy;
  assert_false(has_lanes(desc));
  desc = good;
  desc.model.convention.inference.method = InferenceMethod::kExact;
  assert_false(has_lanes(desc));
  desc = good;
  desc.goals = GoalDesc{};
  desc.goals->goals = {0, 1, 0, 1};
  assert_false(has_lanes(desc));
  desc = mind_of(good.model, 1);
  desc.search = SearchSettings<double>{};
  assert_false(has_lanes(desc));
  desc = good;
  desc.counts.likelihood = {{1, 2, 3, 4, 5, 6, 7, 8}};
  assert_true(has_lanes(desc));
  desc.use_parameter_info_gain = true;
  assert_false(has_lanes(desc));
}

void lanes_are_not_for_fixed_points_that_stop_early(void**) {
  MindDesc desc = coupled_mind();
  InferenceSettings& inference = desc.model.convention.inference;
  inference.max_iterations = 100;
  assert_false(has_lanes(desc));
  inference.tolerance = 0;
  assert_true(has_lanes(desc));
  inference = {};
  inference.tolerance = 1e-3;
  assert_false(has_lanes(desc));
  desc.model.modalities[0].parents = {0};
  desc.model.modalities[0].likelihood = {0.9, 0.2, 0.1, 0.8};
  assert_true(has_lanes(desc));  // nothing is iterated
}

void lanes_are_not_for_large_minds(void**) {
  ModelDesc model;
  model.factors = {{"f", 400, 1, {0}, std::vector<double>(160000, 1.0 / 400), {}}};
  model.modalities = {{"m", 2, {0}, std::vector<double>(800, 0.5), {}}};
  assert_true(has_lanes(mind_of(model, 1)));
  model.factors[0].num_controls = 2;
  for (double& p : model.factors[0].transition) {
    p = 0;
  }
  model.factors[0].transition.resize(320000);
  for (size_t s = 0; s < 400; ++s) {
    model.factors[0].transition[(s * 400 + s) * 2] = 1;
    model.factors[0].transition[(s * 400 + 399 - s) * 2 + 1] = 1;
  }
  assert_false(has_lanes(mind_of(model, 1)));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_mind_plans_as_its_parts_do),
      cmocka_unit_test(a_mind_with_counts_believes_what_they_expect),
      cmocka_unit_test(a_mind_that_searches_does_so_with_its_own_precision),
      cmocka_unit_test(thinking_allocates_nothing),
      cmocka_unit_test(what_a_part_refuses_is_refused),
      cmocka_unit_test(a_plan_that_would_not_fit_in_memory_is_refused),
      cmocka_unit_test(lanes_are_for_minds_that_they_can_do),
      cmocka_unit_test(lanes_are_not_for_fixed_points_that_stop_early),
      cmocka_unit_test(lanes_are_not_for_large_minds),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
