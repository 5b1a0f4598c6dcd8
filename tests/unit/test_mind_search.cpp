// Sophisticated search of random models: what must hold whatever the numbers are.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "count_allocations.h"
#include "mind/sophisticated.h"
#include "test_mind_support.h"

#include <optional>
#include <string>

namespace {

using namespace dks::mind;
using dks::test::allocations;

constexpr uint64_t kSearched = 60;

// Any settings that stay within a few thousand nodes.
template <class Real>
SearchSettings<Real> random_settings(uint64_t which) {
  dks::Random random(12, which, 0, 0);
  SearchSettings<Real> settings;
  settings.depth = 1 + random.below(3);
  settings.action_threshold = 0.3 * random.uniform();
  settings.outcome_threshold = 0.05 + 0.3 * random.uniform();
  settings.keep_actions = 1 + random.below(4);
  settings.keep_outcomes = random.below(5);
  settings.gamma = 2 * random.uniform();
  settings.penalty = 20 * random.uniform();
  settings.renormalise = random.bernoulli(0.6);
  return settings;
}

template <class Real>
struct Searcher : Agent<Real> {
  Searcher(const ModelDesc& desc, const SearchSettings<Real>& given)
      : Agent<Real>(desc, 1),
        settings(given),
        scratch(std::move(*SearchWorkspace<Real>::make(this->model, this->graph, given))),
        search_terms(this->policies().size() * num_search_terms(this->model, given)) {}

  void search(const PlanningSettings<Real>& planning = {}) {
    sophisticated_search<Real>(
        this->model, this->graph, planning, settings, this->q, this->neg_efe, scratch, search_terms
    );
  }

  SearchSettings<Real> settings;
  SearchWorkspace<Real> scratch;
  std::vector<Real> search_terms;
};

// The recursion as the header writes it, with every list of its own.
struct PlainSearch {
  const ModelDesc& desc;
  const SearchSettings<double>& settings;

  std::vector<double> scores(const std::vector<double>& q, uint32_t step) const {
    Agent<double> agent(desc, 1);
    agent.q = q;
    PlanningSettings<double> planning;
    planning.log_preferences = agent.model.log_preferences(step);
    agent.plan(planning);
    policy_posterior<double>(agent.neg_efe, settings.gamma, {}, agent.q_pi);
    std::vector<double> out = agent.neg_efe;
    const double best = *std::ranges::max_element(agent.q_pi);
    for (size_t a = 0; a < out.size() && step + 1 < settings.depth; ++a) {
      size_t better = 0;
      for (size_t b = 0; b < out.size(); ++b) {
        better +=
            agent.neg_efe[b] > agent.neg_efe[a] || (agent.neg_efe[b] == agent.neg_efe[a] && b < a)
                ? 1
                : 0;
      }
      const double threshold = settings.renormalise ? std::min(best, settings.action_threshold)
                                                    : settings.action_threshold;
      const bool is_kept = settings.keep_actions == 0 || better < settings.keep_actions;
      out[a] += is_kept && agent.q_pi[a] >= threshold ? future(agent, a, step) : -settings.penalty;
    }
    return out;
  }

  struct Outcome {
    double probability = 1;
    std::vector<int32_t> observation;
  };

  // All combinations in order, then those that are followed.
  std::vector<Outcome> followed(const Agent<double>& agent, const std::vector<double>& qo) const {
    std::vector<Outcome> all(1);
    for (const Modality<double>& modality : agent.model.modalities()) {
      std::vector<Outcome> longer;
      for (const Outcome& before : all) {
        for (size_t o = 0; o < modality.num_outcomes; ++o) {
          Outcome next = before;
          next.probability *= qo[modality.outcome_offset + o];
          next.observation.push_back(static_cast<int32_t>(o));
          longer.push_back(next);
        }
      }
      all = longer;
    }
    std::ranges::sort(all, [](const Outcome& a, const Outcome& b) {
      return a.probability != b.probability ? a.probability > b.probability
                                            : a.observation < b.observation;
    });
    std::vector<Outcome> out;
    for (const Outcome& outcome : all) {
      const bool is_kept = settings.keep_outcomes == 0 || out.size() < settings.keep_outcomes;
      if (is_kept && outcome.probability > 0 && outcome.probability >= settings.outcome_threshold) {
        out.push_back(outcome);
      }
    }
    if (out.empty() && settings.renormalise) {
      out.push_back(all.front());
    }
    return out;
  }

  double future(Agent<double>& agent, size_t action, uint32_t step) const {
    std::vector<double> prior(agent.q.size());
    std::vector<double> qo(agent.model.total_outcomes());
    predicted_states<double>(agent.model, agent.graph, agent.workspace, action, prior);
    predicted_outcomes<double>(agent.model, agent.graph, agent.workspace, action, qo);
    double sum = 0;
    double mass = 0;
    for (const Outcome& outcome : followed(agent, qo)) {
      Agent<double> next(desc, 1);
      next.prior = prior;
      next.infer(outcome.observation);
      const std::vector<double> then = scores(next.q, step + 1);
      policy_posterior<double>(then, settings.gamma, {}, next.q_pi);
      for (size_t a = 0; a < then.size(); ++a) {
        sum += outcome.probability * next.q_pi[a] * then[a];
      }
      mass += outcome.probability;
    }
    return settings.renormalise ? sum / mass : sum;
  }
};

void scores_equal_the_recursion_written_out(void**) {
  size_t deep = 0;
  for (uint64_t which = 0; which < kSearched; ++which) {
    ModelDesc desc = random_model(which);
    desc.convention.inference.method =
        which % 3 == 0 ? InferenceMethod::kExact : InferenceMethod::kFixedPoint;
    const auto settings = random_settings<double>(which);
    Searcher<double> agent(desc, settings);
    agent.infer(random_observation(agent.model, which));
    agent.search();
    const auto expected = PlainSearch{desc, settings}.scores(agent.q, 0);
    for (size_t a = 0; a < expected.size(); ++a) {
      assert_near(agent.neg_efe[a], expected[a], 1e-10);
    }
    deep += agent.scratch.nodes > 2 ? 1 : 0;
  }
  assert_true(deep > kSearched / 3);
}

void one_step_of_search_is_a_plan_of_one_step(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    SearchSettings<double> settings;
    settings.depth = 1;
    Searcher<double> agent(random_model(which), settings);
    agent.infer(random_observation(agent.model, which));
    agent.plan();
    const std::vector<double> planned = agent.neg_efe;
    agent.search();
    assert_true(agent.neg_efe == planned);
    assert_int_equal(agent.scratch.nodes, 1);
  }
}

void terms_sum_to_the_score_to_the_last_bit(void**) {
  size_t penalised = 0;
  for (uint64_t which = 0; which < kSearched; ++which) {
    const ModelDesc desc = random_model(which, which % 2 == 0 ? Convention{} : kPymdpLegacy);
    auto settings = random_settings<float>(which);
    const Agent<float> model_of(desc, 1);
    GoalDesc goals;
    goals.goals.resize(model_of.model.total_states());
    goals.goals[0] = 1;
    const auto built = Goals<float>::build(model_of.model, goals);
    settings.goals = which % 3 == 0 ? &*built : nullptr;
    Searcher<float> agent(desc, settings);
    PlanningSettings<float> planning;
    planning.info_gain_weight = 0.3F * static_cast<float>(which % 4);
    agent.infer(random_observation(agent.model, which));
    agent.search(planning);
    const size_t count = num_search_terms(agent.model, settings);
    for (size_t a = 0; a < agent.neg_efe.size(); ++a) {
      const auto terms = std::span<const float>(agent.search_terms).subspan(a * count, count);
      assert_true(sum_terms<float>(terms) == agent.neg_efe[a]);
      assert_true(std::isfinite(agent.neg_efe[a]));
      assert_true(terms.back() <= 0);
      penalised += terms.back() < 0 ? 1 : 0;
    }
  }
  assert_true(penalised > kSearched / 4);
}

void actions_that_do_the_same_get_the_same_score(void**) {
  for (uint64_t which = 0; which < kSearched; ++which) {
    ModelDesc desc = random_model(which);
    FactorDesc& factor = desc.factors[0];
    factor.num_controls = 20;  // each less likely than the threshold
    const size_t columns = factor.transition.size() / desc.factors[0].num_states;
    const size_t joint = joint_size(desc, factor.parents);
    const size_t before = columns / joint;
    std::vector<double> same;
    for (size_t i = 0; i < factor.num_states * joint; ++i) {
      same.insert(same.end(), 20, factor.transition[i * before]);
    }
    factor.transition = same;
    for (size_t f = 1; f < desc.factors.size(); ++f) {
      FactorDesc& other = desc.factors[f];
      std::vector<double> first;
      for (size_t i = 0; i < other.transition.size(); i += other.num_controls) {
        first.push_back(other.transition[i]);
      }
      other.transition = first;
      other.num_controls = 1;
    }
    SearchSettings<double> settings;
    settings.outcome_threshold = 0.2;
    Searcher<double> agent(desc, settings);
    agent.search();
    for (const double score : agent.neg_efe) {
      assert_true(score == agent.neg_efe[0]);
      assert_true(score > -settings.penalty / 2);
    }
  }
}

// Going to the left or the right costs more when wrong than it gives when right; a third place
// tells which is which. States: place (here, cue, left, right), side (left, right).
ModelDesc cue_and_two_arms() {
  ModelDesc desc;
  FactorDesc place{"place", 4, 4, {}, std::vector<double>(64), {1, 0, 0, 0}};
  for (size_t from = 0; from < 4; ++from) {
    for (size_t u = 0; u < 4; ++u) {
      place.transition[(u * 4 + from) * 4 + u] = 1;
    }
  }
  const FactorDesc side{"side", 2, 1, {}, {1, 0, 0, 1}, {0.5, 0.5}};
  ModalityDesc cue{"cue", 3, {0, 1}, std::vector<double>(24), {}};
  ModalityDesc taste{"taste", 3, {0, 1}, std::vector<double>(24), {0, 2, -6}};
  for (size_t s = 0; s < 8; ++s) {
    const size_t at = s / 2;
    const size_t which = s % 2;
    cue.likelihood[(at == 1 ? 1 + which : 0) * 8 + s] = 1;
    taste.likelihood[(at < 2 ? 0 : at - 2 == which ? 1 : 2) * 8 + s] = 1;
  }
  desc.factors = {place, side};
  desc.modalities = {cue, taste};
  return desc;
}

void a_cue_is_worth_its_visit_for_what_can_be_done_after_it(void**) {
  const ModelDesc desc = cue_and_two_arms();
  PlanningSettings<double> planning;
  planning.use_states_info_gain = false;
  Agent<double> fixed(desc, 2);
  fixed.plan(planning);
  std::vector<uint32_t> best(4);
  best_continuations<double>(fixed.policies(), fixed.neg_efe, best);
  assert_near(fixed.neg_efe[best[1]], fixed.neg_efe[best[0]], 1e-12);  // fixed plans cannot tell
  SearchSettings<double> settings;
  settings.gamma = 20;
  settings.action_threshold = 0;
  Searcher<double> agent(desc, settings);
  agent.search(planning);
  assert_near(agent.neg_efe[0], 0, 1e-6);  // stays: there is nothing good to do after it
  assert_near(agent.neg_efe[1], 2, 1e-6);  // looks, then takes the right one
  assert_near(agent.neg_efe[2], 0, 1e-6);  // -2 on average, but then it knows: 2
  assert_near(agent.neg_efe[3], 0, 1e-6);
}

void limits_bound_the_nodes_and_large_ones_change_no_bit(void**) {
  for (uint64_t which = 0; which < kSearched; ++which) {
    auto settings = random_settings<double>(which);
    settings.depth = 3;
    settings.keep_actions = 2;
    settings.keep_outcomes = 3;
    Searcher<double> few(random_model(which), settings);
    few.search();
    assert_true(few.scratch.nodes <= 1 + 6 + 36);
    settings.depth = 2;
    settings.keep_actions = 0;
    settings.keep_outcomes = 0;
    Searcher<double> all(random_model(which), settings);
    all.search();
    settings.keep_actions = 1000;
    settings.keep_outcomes = 100000;
    Searcher<double> many(random_model(which), settings);
    many.search();
    assert_true(all.neg_efe == many.neg_efe);
    assert_int_equal(all.scratch.nodes, many.scratch.nodes);
  }
}

void mistakes_and_too_large_searches_are_named(void**) {
  const Agent<double> agent(cue_and_two_arms(), 1);
  const Agent<double> two_steps(cue_and_two_arms(), 2);
  const auto message = [&](const SearchSettings<double>& settings, const Agent<double>& with) {
    const auto made = SearchWorkspace<double>::make(with.model, with.graph, settings);
    assert_false(made.ok());
    return made.error().text;
  };
  SearchSettings<double> settings;
  assert_string_equal(
      message(settings, two_steps).c_str(),
      "search: policies of 2 steps, expected 1: it makes its own way"
  );
  settings.depth = 0;
  assert_string_equal(message(settings, agent).c_str(), "search: depth 0, expected 1 to 64");
  settings.depth = 2;
  settings.outcome_threshold = 1.5;
  assert_string_equal(message(settings, agent).c_str(), "search: threshold 1.5 is not in [0, 1]");
  settings = {};
  settings.gamma = -1;
  assert_true(message(settings, agent).starts_with("search: gamma or penalty -1 "));
  settings = {};
  settings.depth = 7;
  assert_true(message(settings, agent).starts_with("search: depth 7 with up to 36 branches"));
  settings.keep_actions = 1;
  settings.keep_outcomes = 2;
  assert_true(SearchWorkspace<double>::make(agent.model, agent.graph, settings).ok());
}

void searching_does_not_allocate(void**) {
  for (uint64_t which = 0; which < kSearched; ++which) {
    Searcher<double> agent(random_model(which), random_settings<double>(which));
    const uint64_t before = allocations;
    agent.search();
    assert_int_equal(allocations - before, 0);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(scores_equal_the_recursion_written_out),
      cmocka_unit_test(one_step_of_search_is_a_plan_of_one_step),
      cmocka_unit_test(terms_sum_to_the_score_to_the_last_bit),
      cmocka_unit_test(actions_that_do_the_same_get_the_same_score),
      cmocka_unit_test(a_cue_is_worth_its_visit_for_what_can_be_done_after_it),
      cmocka_unit_test(limits_bound_the_nodes_and_large_ones_change_no_bit),
      cmocka_unit_test(mistakes_and_too_large_searches_are_named),
      cmocka_unit_test(searching_does_not_allocate),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
