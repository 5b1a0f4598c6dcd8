// SPDX-License-Identifier: MIT
#include "mind_agent.h"

#include "mind/expected_free_energy.h"
#include "mind/infer_states.h"
#include "mind/policy_posterior.h"
#include "mind/sophisticated.h"
#include "mind_distance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace dks::golden {
namespace {

template <class Real>
class Agent {
 public:
  Agent(
      const MindCase& expected,
      mind::LearnedModel<Real> learned,
      mind::PlanningGraph graph,
      std::optional<mind::Goals<Real>> goals
  )
      : case_(expected),
        learned_(std::move(learned)),
        model_(learned_.model()),
        counts_(learned_.first_counts().begin(), learned_.first_counts().end()),
        graph_(std::move(graph)),
        goals_(std::move(goals)),
        state_values_(model_.total_states()),
        workspace_(model_, graph_),
        q_(model_.total_states()),
        prior_(model_.initial_states().begin(), model_.initial_states().end()),
        neg_efe_(policies().size()),
        q_pi_(policies().size()),
        marginals_(model_.total_controls()),
        stochastic_(std::max(policies().size(), model_.total_controls())) {}

  Result<> prepare() {
    const auto& search = case_.mind().search;
    if (!search) {
      return {};
    }
    search_settings_.depth = search->depth;
    search_settings_.action_threshold = search->action_threshold;
    search_settings_.outcome_threshold = search->outcome_threshold;
    search_settings_.penalty = search->penalty;
    search_settings_.gamma = search->gamma;
    search_settings_.renormalise = search->renormalise;
    search_settings_.goals = goals_ ? &*goals_ : nullptr;
    auto made = mind::SearchWorkspace<Real>::make(model_, graph_, search_settings_);
    if (!made) {
      return made.error();
    }
    search_ = std::move(*made);
    return {};
  }

  void step(size_t t, Errors& errors) {
    const MindStep& expected = case_.steps[t];
    if (t > 0) {
      mind::predict_states<Real>(model_, q_, case_.steps[t - 1].action, prior_, workspace_);
    }
    q_before_ = q_;
    infer(expected, errors);
    learn(t, errors);
    plan(expected, errors);
    choose(expected, errors);
  }

  // D is learned when all is over.
  void end(Errors& errors) {
    if (const auto& initial = case_.document.initial; initial.learns) {
      learned_.learn_initial(counts_, q_first_, {static_cast<Real>(initial.rate)});
    }
    compare_counts(case_.final_counts, errors);
    const MindCounts& expected = case_.final_model;
    for (size_t m = 0; m < expected.likelihood.size(); ++m) {
      const mind::Modality<Real>& modality = model_.modalities()[m];
      compare(modality.likelihood, expected.likelihood[m], modality.num_outcomes, 1, errors);
    }
    for (size_t f = 0; f < expected.transition.size(); ++f) {
      const mind::Factor<Real>& factor = model_.factors()[f];
      const size_t controls = factor.num_controls;
      compare(factor.transition, expected.transition[f], factor.num_states, controls, errors);
    }
    for (size_t f = 0; f < expected.initial.size(); ++f) {
      const mind::Factor<Real>& factor = model_.factors()[f];
      const auto initial = model_.initial_states().subspan(factor.state_offset, factor.num_states);
      compare(initial, expected.initial[f], initial.size(), 1, errors);
    }
  }

 private:
  const mind::Policies& policies() const { return graph_.policies(); }

  void infer(const MindStep& expected, Errors& errors) {
    const auto result = mind::infer_states(model_, prior_, {expected.observation}, q_, workspace_);
    raise(errors[kPrior], distance<Real>(prior_, expected.prior));
    raise(errors[kBeliefs], distance<Real>(q_, expected.qs));
    const auto& parts = result.free_energy;
    const std::array<Real, 1> vfe = {parts.value()};
    raise(errors[kFreeEnergy], distance<Real>(vfe, expected.vfe));
    if (!expected.vfe_parts.empty()) {
      const std::array<Real, 3> got = {
          parts.negative_entropy, parts.prior_cross_entropy, parts.accuracy};
      raise(errors[kFreeEnergy], distance<Real>(got, expected.vfe_parts));
    }
    if (expected.iterations) {
      raise(errors[kIterations], std::abs(result.iterations - *expected.iterations));
    }
  }

  void learn(size_t t, Errors& errors) {
    const MindStep& expected = case_.steps[t];
    if (t == 0) {
      q_first_ = q_;
    }
    if (const auto& likelihood = case_.document.likelihood; likelihood.learns) {
      const auto rate = static_cast<Real>(likelihood.rate);
      learned_.learn_likelihood(counts_, expected.observation, q_, {rate});
    }
    if (const auto& transition = case_.document.transition; transition.learns && t > 0) {
      const auto rate = static_cast<Real>(transition.rate);
      learned_.learn_transition(counts_, case_.steps[t - 1].action, q_before_, q_, {rate});
    }
    compare_counts(expected.learned, errors);
  }

  void compare_counts(const MindCounts& expected, Errors& errors) {
    for (size_t m = 0; m < expected.likelihood.size(); ++m) {
      const auto got = learned_.likelihood_counts(counts_, m);
      const size_t outcomes = model_.modalities()[m].num_outcomes;
      compare(got, expected.likelihood[m], outcomes, 1, errors);
    }
    for (size_t f = 0; f < expected.transition.size(); ++f) {
      const mind::Factor<Real>& factor = model_.factors()[f];
      const auto got = learned_.transition_counts(counts_, f);
      compare(got, expected.transition[f], factor.num_states, factor.num_controls, errors);
    }
    for (size_t f = 0; f < expected.initial.size(); ++f) {
      const auto got = learned_.initial_counts(counts_, f);
      compare(got, expected.initial[f], got.size(), 1, errors);
    }
  }

  static void compare(
      std::span<const Real> got,
      std::span<const double> expected,
      size_t rows,
      size_t slices,
      Errors& errors
  ) {
    raise(errors[kLearned], distance_of_columns<Real>(got, expected, rows, slices));
  }

  void plan(const MindStep& expected, Errors& errors) {
    mind::PlanningSettings<Real> settings;
    settings.use_utility = case_.mind().use_utility;
    settings.use_states_info_gain = case_.mind().use_states_info_gain;
    settings.parameter_info_gain_weight = case_.mind().use_parameter_info_gain ? Real(1) : Real(0);
    if (search_) {
      mind::sophisticated_search<Real>(
          model_, graph_, settings, search_settings_, q_, neg_efe_, *search_
      );
      const auto gamma = static_cast<Real>(search_settings_.gamma);
      mind::policy_posterior<Real>(neg_efe_, gamma, {}, q_pi_);
    } else {
      if (goals_) {
        goals_->state_values(model_, q_, state_values_);
        settings.state_values = state_values_;
      }
      mind::expected_free_energy(model_, graph_, settings, q_, neg_efe_, workspace_);
      mind::policy_posterior<Real>(neg_efe_, model_.gamma(), model_.log_policy_prior(), q_pi_);
    }
    raise(errors[kScores], distance<Real>(neg_efe_, expected.neg_efe));
    raise(errors[kPolicies], distance<Real>(q_pi_, expected.q_pi));
  }

  void choose(const MindStep& expected, Errors& errors) {
    mind::action_marginals<Real>(policies(), model_.num_controls(), q_pi_, marginals_);
    raise(errors[kActions], distance<Real>(marginals_, expected.action_marginals));
    const mind::LogForm log = model_.convention().log;
    for (size_t f = 0; f < model_.num_factors(); ++f) {
      const mind::Factor<Real>& factor = model_.factors()[f];
      const auto p = std::span(marginals_).subspan(factor.control_offset, factor.num_controls);
      const auto chosen = static_cast<int32_t>(mind::most_likely<Real>(p));
      if (!expected.argmax_action.empty() && expected.argmax_action[f] >= 0) {
        raise(errors[kActions], std::abs(chosen - expected.argmax_action[f]));
      }
      const auto out = std::span(stochastic_).subspan(factor.control_offset, p.size());
      mind::sharpen<Real>(p, model_.alpha(), log, out);
    }
    if (!expected.action_prob_stochastic.empty()) {
      const auto got = std::span<const Real>(stochastic_).first(marginals_.size());
      raise(errors[kStochastic], distance<Real>(got, expected.action_prob_stochastic));
    }
    if (!expected.policy_prob_stochastic.empty()) {
      const auto got = std::span(stochastic_).first(q_pi_.size());
      mind::sharpen<Real>(q_pi_, model_.alpha(), log, got);
      raise(errors[kStochastic], distance<Real>(got, expected.policy_prob_stochastic));
    }
  }

  const MindCase& case_;
  mind::LearnedModel<Real> learned_;
  const mind::GenerativeModel<Real>& model_;
  std::vector<Real> counts_;
  mind::PlanningGraph graph_;
  std::optional<mind::Goals<Real>> goals_;
  std::vector<Real> state_values_;
  mind::SearchSettings<Real> search_settings_;
  std::optional<mind::SearchWorkspace<Real>> search_;
  mind::Workspace<Real> workspace_;
  std::vector<Real> q_;
  std::vector<Real> q_before_;
  std::vector<Real> q_first_;
  std::vector<Real> prior_;
  std::vector<Real> neg_efe_;
  std::vector<Real> q_pi_;
  std::vector<Real> marginals_;
  std::vector<Real> stochastic_;
};

}  // namespace

template <class Real>
Result<> run_agent(
    const MindCase& given,
    mind::LearnedModel<Real> learned,
    mind::PlanningGraph graph,
    std::optional<mind::Goals<Real>> goals,
    Errors& errors
) {
  Agent<Real> agent(given, std::move(learned), std::move(graph), std::move(goals));
  DKS_TRY(agent.prepare());
  for (size_t t = 0; t < given.steps.size(); ++t) {
    agent.step(t, errors);
  }
  agent.end(errors);
  return {};
}

template decltype(run_agent<double>) run_agent<double>;
template decltype(run_agent<float>) run_agent<float>;

}  // namespace dks::golden
