// Runs the golden cases of discrete active inference and prints the largest errors.
// SPDX-License-Identifier: MIT
//
//   mind_golden DIR [--precision double|float] [--only s01,s02,...]
//
// Each case runs as an agent would: beliefs of one step are the next one's past. Only observations
// and actions come from the file. Exit status 1 where any error is over the tolerance of the
// README.
#include "mind/expected_free_energy.h"
#include "mind/inductive.h"
#include "mind/infer_states.h"
#include "mind/learned_model.h"
#include "mind/policy_posterior.h"
#include "mind/sophisticated.h"
#include "mind_case.h"
#include "mind_distance.h"
#include "mind_window.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dks::golden {
namespace {

enum Quantity : size_t {
  kPrior,
  kBeliefs,
  kFreeEnergy,
  kIterations,
  kScores,
  kPolicies,
  kActions,
  kStochastic,
  kLearned,
  kInductive,
  kQuantities
};
constexpr std::array<const char*, kQuantities> kNames = {
    "prior",
    "qs",
    "vfe",
    "iterations",
    "neg_efe",
    "q_pi",
    "actions",
    "stochastic",
    "learned",
    "inductive"};
using Errors = std::array<double, kQuantities>;
constexpr double kNotCompared = -1;

// The README's, where an engine follows the convention of the case.
Errors tolerances(bool is_float, double gamma, double alpha) {
  if (is_float) {
    const double posterior = 1e-5 * gamma;
    const double stochastic = posterior * std::max(1.0, alpha);
    return {2e-6, 2e-6, 1e-5, 0, 2e-5, posterior, posterior, stochastic, 1e-5, 0};
  }
  return {1e-10, 1e-10, 1e-10, 0, 1e-10, 1e-9, 1e-9, 1e-9, 1e-10, 0};
}

void raise(double& error, double other) {
  error = other <= error ? error : other;
}

// Distributions one after the other against a tensor of [row][column][slice], as B has them.
template <class Real>
double distance_of_columns(
    std::span<const Real> got, std::span<const double> expected, size_t rows, size_t slices
) {
  std::vector<Real> ordered(got.size());
  const size_t columns = got.size() / rows / slices;
  for (size_t i = 0; i < got.size(); ++i) {
    const size_t row = i % rows;
    const size_t column = i / rows % columns;
    ordered[(row * columns + column) * slices + i / rows / columns] = got[i];
  }
  return distance<Real>(ordered, expected);
}

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
    if (case_.document.initial.learns) {
      learned_.learn_initial(counts_, q_first_, {static_cast<Real>(case_.document.initial.rate)});
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
    raise(errors[kFreeEnergy], distance<Real>(vfe, std::span(&expected.vfe, 1)));
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
    if (case_.document.likelihood.learns) {
      const auto rate = static_cast<Real>(case_.document.likelihood.rate);
      learned_.learn_likelihood(counts_, expected.observation, q_, {rate});
    }
    if (case_.document.transition.learns && t > 0) {
      const auto rate = static_cast<Real>(case_.document.transition.rate);
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

// Whether the order of enumeration is that of the case, where it does not give its own list.
Result<> check_order(const MindCase& given, std::span<const uint32_t> controls) {
  const mind::Policies& listed = given.mind().policies;
  if (given.explicit_policies) {
    return {};
  }
  const auto enumerated = mind::Policies::enumerate(controls, listed.depth());
  DKS_TRY(enumerated);
  for (size_t p = 0; p < listed.size(); ++p) {
    for (size_t t = 0; t < listed.depth(); ++t) {
      if (enumerated->size() != listed.size() ||
          !std::ranges::equal(enumerated->step(p, t), listed.step(p, t))) {
        return invalid("policies are enumerated in another order than the case lists them");
      }
    }
  }
  return {};
}

// Whether the rows of backwards induction are those of the case, [factor][row][state].
template <class Real>
double distance_of_rows(
    const mind::GenerativeModel<Real>& model,
    const mind::Goals<Real>& goals,
    std::span<const double> expected
) {
  std::vector<double> got;
  for (const mind::Factor<Real>& factor : model.factors()) {
    for (size_t row = 0; row < goals.depth(); ++row) {
      const auto states = goals.row(row).subspan(factor.state_offset, factor.num_states);
      got.insert(got.end(), states.begin(), states.end());
    }
  }
  return distance<double>(got, expected);
}

template <class Real>
Result<Errors> run(const MindCase& given) {
  auto model = mind::GenerativeModel<Real>::build(given.mind().model);
  if (!model) {
    return model.error();
  }
  auto learned = mind::LearnedModel<Real>::build(*model, given.mind().counts);
  if (!learned) {
    return learned.error();
  }
  DKS_TRY(check_order(given, model->num_controls()));
  auto graph = mind::PlanningGraph::build(learned->model(), given.mind().policies);
  if (!graph) {
    return graph.error();
  }
  Errors errors;
  errors.fill(kNotCompared);
  std::optional<mind::Goals<Real>> goals;
  if (given.mind().goals) {
    auto built = mind::Goals<Real>::build(learned->model(), *given.mind().goals);
    if (!built) {
      return built.error();
    }
    if (!given.inductive_rows.empty()) {
      raise(errors[kInductive], distance_of_rows(learned->model(), *built, given.inductive_rows));
    }
    goals = std::move(*built);
  }
  if (given.document.message_passing) {
    auto window = run_window<Real>(given, learned->model(), *graph);
    if (!window) {
      return window.error();
    }
    errors[kPrior] = window->prior;
    errors[kBeliefs] = window->beliefs;
    errors[kFreeEnergy] = window->evidence;
    errors[kScores] = window->scores;
    return errors;
  }
  Agent<Real> agent(given, std::move(*learned), std::move(*graph), std::move(goals));
  DKS_TRY(agent.prepare());
  for (size_t t = 0; t < given.steps.size(); ++t) {
    agent.step(t, errors);
  }
  agent.end(errors);
  return errors;
}

bool report(const MindCase& given, const Errors& errors, bool is_float) {
  const Errors limits = tolerances(is_float, given.mind().model.gamma, given.mind().model.alpha);
  bool passed = true;
  std::printf("%-26s", given.name().c_str());
  for (size_t i = 0; i < kQuantities; ++i) {
    if (errors[i] == kNotCompared) {
      continue;
    }
    const bool is_within = errors[i] <= limits[i];
    passed = passed && is_within;
    std::printf(" %s %.1e%s", kNames[i], errors[i], is_within ? "" : "!");
  }
  std::printf("  %s\n", passed ? "ok" : "FAILED");
  return passed;
}

bool run_file(const std::string& path, bool is_float) {
  auto given = read_mind_case(path);
  if (!given) {
    std::printf("%s  FAILED\n", given.error().text.c_str());
    return false;
  }
  const auto errors = is_float ? run<float>(*given) : run<double>(*given);
  if (!errors) {
    std::printf("%-26s %s  FAILED\n", given->name().c_str(), errors.error().text.c_str());
    return false;
  }
  return report(*given, *errors, is_float);
}

// Whether `name` starts with one of the comma-separated prefixes; an empty list takes all.
bool is_chosen(std::string_view name, std::string_view only) {
  if (only.empty()) {
    return true;
  }
  while (!only.empty()) {
    const std::string_view prefix = only.substr(0, only.find(','));
    if (!prefix.empty() && name.starts_with(prefix)) {
      return true;
    }
    only.remove_prefix(std::min(prefix.size() + 1, only.size()));
  }
  return false;
}

std::vector<std::string> find_cases(const char* folder, std::string_view only) {
  std::vector<std::string> paths;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
    const auto& path = entry.path();
    if (path.extension() == ".json" && is_chosen(path.filename().string(), only)) {
      paths.push_back(path.string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

int main_with(std::span<char*> arguments) {
  const char* folder = nullptr;
  std::string_view only;
  bool is_float = false;
  for (size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const std::string_view value = i + 1 < arguments.size() ? arguments[i + 1] : "";
    if (argument == "--precision" && (value == "double" || value == "float")) {
      is_float = value == "float";
      ++i;
    } else if (argument == "--only" && !value.empty()) {
      only = value;
      ++i;
    } else if (folder == nullptr && !argument.starts_with("--")) {
      folder = arguments[i];
    } else {
      folder = nullptr;
      break;
    }
  }
  if (folder == nullptr) {
    std::fprintf(
        stderr, "usage: mind_golden DIR [--precision double|float] [--only s01,s02,...]\n"
    );
    return 2;
  }
  size_t passed = 0;
  const std::vector<std::string> paths = find_cases(folder, only);
  for (const std::string& path : paths) {
    passed += run_file(path, is_float) ? 1 : 0;
  }
  std::printf("%zu passed, %zu failed\n", passed, paths.size() - passed);
  return passed == paths.size() && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace dks::golden

int main(int argc, char** argv) {
  return dks::golden::main_with({argv, static_cast<size_t>(argc)});
}
