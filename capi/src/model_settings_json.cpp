// SPDX-License-Identifier: MIT
#include "model_settings_json.h"

#include "mind/check_model.h"
#include "tensor_json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dks::capi {
namespace {

constexpr double kMost = 1e9;
constexpr IntegerRange kIterations{1, 10'000};
constexpr std::string_view kAlgorithmNames[] = {"fpi", "VANILLA", "MMP"};

// Whose numbers: "dks" are this library's own.
enum class Engine : uint8_t { kDks, kPymdp, kPymdpLegacy };
constexpr std::string_view kEngineNames[] = {"dks", "pymdp-1.x", "pymdp-legacy"};

class SettingsLoader {
 public:
  SettingsLoader(JsonReader& in, JsonReader& model, ModelDocument& document)
      : in_(in), model_(model), settings_(in["settings"].object_or_empty()), document_(document) {}

  void load();

 private:
  void load_planning();
  void load_inference();
  void load_message_passing(JsonReader& parameters);
  void load_learning();
  void load_goals();
  void load_search();
  void load_policies();
  mind::Policies enumerated();
  mind::Policies listed(const JsonField& field);
  void load_policy_prior();

  mind::ModelDesc& desc() { return document_.mind.model; }
  std::vector<uint32_t> num_controls() const;

  JsonReader& in_;
  JsonReader& model_;
  JsonReader settings_;
  ModelDocument& document_;
  Engine engine_ = Engine::kDks;
};

void SettingsLoader::load() {
  engine_ = in_["engine"].choice<Engine>({"engine", kEngineNames}, Engine::kDks);
  if (engine_ != Engine::kDks) {
    desc().convention = engine_ == Engine::kPymdp ? mind::kPymdp : mind::kPymdpLegacy;
  }
  load_planning();
  load_inference();
  load_learning();
  load_goals();
  load_search();
  // What the engine of an exact case did with what comes out here.
  for (const std::string_view key :
       {"explicit_policies", "sampling_mode", "use_BMA", "policy_sep_prior"}) {
    settings_[key];
  }
  load_policies();
  load_policy_prior();
}

void SettingsLoader::load_planning() {
  const NumberRange precision = NumberRange::above(0, kMost);
  desc().gamma = settings_["gamma"].number<double>(precision, 0);
  desc().alpha = settings_["alpha"].number<double>(precision, 0);
  document_.mind.use_utility = settings_["use_utility"].boolean(true);
  document_.mind.use_states_info_gain = settings_["use_states_info_gain"].boolean(true);
  document_.mind.use_parameter_info_gain = settings_["use_param_info_gain"].boolean(false);
}

// num_iter stands among the settings or, as in pymdp's older interface, in a list of its own.
void SettingsLoader::load_inference() {
  mind::InferenceSettings& inference = desc().convention.inference;
  JsonReader parameters = settings_["inference_params"].object_or_empty();
  for (JsonReader* in : {&settings_, &parameters}) {
    inference.max_iterations =
        (*in)["num_iter"].integer<int32_t>(kIterations, inference.max_iterations);
  }
  inference.tolerance = parameters["dF_tol"].number<double>({0, kMost}, inference.tolerance);
  parameters["dF"];
  parameters["compute_vfe"];
  load_message_passing(parameters);
}

void SettingsLoader::load_message_passing(JsonReader& parameters) {
  constexpr std::string_view kMessagePassing = "mmp";
  const bool by_gradient = parameters["grad_descent"].boolean(true);
  const double step_size = parameters["tau"].number<double>(NumberRange::above(0, 1), 0.25);
  document_.window = settings_["inference_horizon"].integer<size_t>({1, 65536}, 1);
  const size_t algorithm = settings_["inference_algo"].index_in({"algorithm", kAlgorithmNames}, 0);
  if (in_.has("algorithm")) {
    in_["algorithm"].index_in({"algorithm", {&kMessagePassing, 1}});
  } else if (kAlgorithmNames[algorithm] != "MMP") {
    return;
  }
  if (!by_gradient) {
    parameters["grad_descent"].refuse("false: messages are passed by gradients, expected true");
  }
  document_.message_passing =
      mind::MessagePassingSettings{desc().convention.inference.max_iterations, step_size};
}

// {"learn": ["A"], "lr_pA": 0.5}
void SettingsLoader::load_learning() {
  constexpr std::string_view kTensors[] = {"A", "B", "D"};
  constexpr std::string_view kCounts[] = {"pA", "pB", "pD"};
  constexpr std::string_view kRates[] = {"lr_pA", "lr_pB", "lr_pD"};
  const std::array learned{&document_.likelihood, &document_.transition, &document_.initial};
  for (size_t i = 0; i < learned.size(); ++i) {
    learned[i]->rate = settings_[kRates[i]].number<double>({0, kMost}, 1);
  }
  for (const JsonField item : settings_["learn"].items_or_empty()) {
    const size_t i = item.index_in({"tensor to learn", kTensors});
    learned[i]->learns = true;
    if (!given(model_[kCounts[i]])) {
      item.refuse(kTensors[i], " is learned from counts, expected ", kCounts[i], " in the model");
    }
    if (document_.message_passing) {
      item.refuse("learning and message passing do not go together, expected one of the two");
    }
  }
}

// Backwards induction, under the names of both of pymdp's interfaces.
void SettingsLoader::load_goals() {
  constexpr IntegerRange kDepth{1, 4096};
  mind::GoalDesc goals = document_.mind.goals.value_or(mind::GoalDesc());
  for (const std::string_view key : {"ii_depth", "inductive_depth"}) {
    goals.depth = settings_[key].integer<uint32_t>(kDepth, goals.depth);
  }
  for (const std::string_view key : {"ii_threshold", "inductive_threshold"}) {
    goals.threshold = settings_[key].number<double>({0, 1}, goals.threshold);
  }
  goals.epsilon =
      settings_["inductive_epsilon"].number<double>(NumberRange::above(0, 1), goals.epsilon);
  if (!settings_["use_inductive"].boolean(true)) {
    document_.mind.goals.reset();
  } else if (document_.mind.goals && document_.message_passing) {
    model_["H"].refuse("goals and message passing do not go together, expected one of the two");
  } else if (document_.mind.goals) {
    document_.mind.goals = std::move(goals);
  }
}

// Sophisticated search, under the names of pymdp's older interface, which searches with a precision
// of its own and lets what it does not follow count as nothing.
void SettingsLoader::load_search() {
  mind::SearchSettings<double> search;
  search.depth = settings_["si_horizon"].integer<uint32_t>({1, mind::kSearchDepth}, search.depth);
  search.action_threshold =
      settings_["si_policy_prune_threshold"].number<double>({0, 1}, search.action_threshold);
  search.outcome_threshold =
      settings_["si_state_prune_threshold"].number<double>({0, 1}, search.outcome_threshold);
  search.penalty = settings_["si_prune_penalty"].number<double>({0, kMost}, search.penalty);
  search.gamma = settings_["si_gamma_used"].number<double>({0, kMost}, search.gamma);
  search.renormalise = engine_ != Engine::kPymdpLegacy;
  const JsonField wanted = settings_["sophisticated"];
  if (!wanted.boolean(false)) {
    return;
  }
  if (engine_ == Engine::kPymdp) {
    wanted.refuse("true: nobody searches as pymdp-1.x, expected the engine dks or pymdp-legacy");
  }
  if (document_.message_passing) {
    wanted.refuse("true: search and message passing do not go together");
  }
  document_.mind.search = search;
}

// ---- policies

std::vector<uint32_t> SettingsLoader::num_controls() const {
  std::vector<uint32_t> controls;
  for (const mind::FactorDesc& factor : document_.mind.model.factors) {
    controls.push_back(factor.num_controls);
  }
  return controls;
}

void SettingsLoader::load_policies() {
  const JsonField list = in_["policies"];
  document_.mind.policies = given(list) ? listed(list) : enumerated();
}

mind::Policies SettingsLoader::enumerated() {
  const JsonField depth = settings_["policy_len"];
  const auto steps = depth.integer<size_t>({1, mind::kMostPolicySteps}, 1);
  if (!in_.ok()) {
    return {};
  }
  auto policies = mind::Policies::enumerate(num_controls(), steps);
  check(depth, policies);
  return policies ? std::move(*policies) : mind::Policies();
}

// [policy][step][factor]
mind::Policies SettingsLoader::listed(const JsonField& field) {
  const std::vector<uint32_t> controls = num_controls();
  const JsonItems list = field.items({1, mind::kDefaultPolicyLimit});
  const size_t shown = in_.ok() ? std::max<size_t>(1, list[0].json()->size()) : 1;
  const auto steps = settings_["policy_len"].integer<size_t>({1, mind::kMostPolicySteps}, shown);
  std::vector<int32_t> actions;
  for (const JsonField policy : list) {
    for (const JsonField step : items_of(policy, "a policy", steps, "steps")) {
      size_t f = 0;
      for (const JsonField action : items_of(step, "a step", controls.size(), "factors")) {
        actions.push_back(action.integer<int32_t>({0, int64_t{controls[f++]} - 1}));
      }
    }
  }
  if (!in_.ok()) {
    return {};
  }
  auto policies = mind::Policies::from_list(controls, steps, actions);
  check(field, policies);
  return policies ? std::move(*policies) : mind::Policies();
}

void SettingsLoader::load_policy_prior() {
  const JsonField field = model_["E"];
  if (!in_.ok() || !given(field)) {
    return;
  }
  const size_t count = document_.mind.policies.size();
  desc().policy_prior = read_tensor(field, {"E", {{count, "policies"}}}, kProbability);
  if (in_.ok()) {
    check(field, mind::check_policy_prior(desc()));
  }
}

}  // namespace

void load_model_settings(JsonReader& in, JsonReader& model, ModelDocument& document) {
  SettingsLoader(in, model, document).load();
}

}  // namespace dks::capi
