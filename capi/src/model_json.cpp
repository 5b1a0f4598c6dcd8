// SPDX-License-Identifier: MIT
#include "model_json.h"

#include "json_text.h"
#include "mind/check_model.h"
#include "tensor_json.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace dks::capi {
namespace {

constexpr double kMost = 1e9;
constexpr double kMostProbability = 1 + 1e-6;
constexpr std::string_view kSchema = "dks-aif-golden/1";

bool given(const JsonField& field) {
  return field.present() && !field.is(JsonKind::kNull);
}

// Says an error of core where it belongs.
template <class T>
void check(const JsonField& field, const Result<T>& result) {
  if (!result) {
    field.refuse(result.error().text);
  }
}

// Whose numbers: "dks" are this library's own.
enum class Engine : uint8_t { kDks, kPymdp, kPymdpLegacy };
constexpr std::string_view kEngineNames[] = {"dks", "pymdp-1.x", "pymdp-legacy"};
constexpr std::string_view kAlgorithmNames[] = {"fpi", "VANILLA", "MMP"};

class ModelLoader {
 public:
  explicit ModelLoader(JsonReader& in) : in_(in), model_(in["model"].object()) {}

  ModelDocument load();

 private:
  void load_document();
  void load_sizes();
  void load_numbers(const JsonField& field, std::string_view things, size_t count);
  void load_parents();
  void load_names();
  std::vector<std::string> load_names(const JsonField& field, size_t count);
  void load_actions();
  void load_tensors();
  void load_preferences(const JsonField& field, size_t m);
  void load_settings();
  void load_inference(JsonReader& settings);
  void load_search(JsonReader& settings);
  void load_goals(JsonReader& settings);
  void load_policies(const JsonField& depth);
  void load_policy_list(const JsonField& field, const JsonField& depth);

  mind::ModelDesc& desc() { return document_.mind.model; }
  size_t num_factors() const { return document_.mind.model.factors.size(); }
  size_t num_modalities() const { return document_.mind.model.modalities.size(); }

  TensorAxis states_of(uint32_t f) const;
  TensorAxis outcomes_of(size_t m) const;
  TensorAxis controls_of(size_t f) const;
  TensorShape transition(size_t f) const;
  TensorShape likelihood(size_t m) const;

  JsonReader& in_;
  JsonReader model_;
  ModelDocument document_;
  Engine engine_ = Engine::kDks;
};

std::string called(std::string_view kind, size_t index, const std::string& name) {
  return name.empty() ? text(kind, ' ', index) : text(kind, ' ', in_quotes(name));
}

TensorAxis ModelLoader::states_of(uint32_t f) const {
  const mind::FactorDesc& factor = document_.mind.model.factors[f];
  return {factor.num_states, text("states of ", called("factor", f, factor.name))};
}

TensorAxis ModelLoader::outcomes_of(size_t m) const {
  const mind::ModalityDesc& modality = document_.mind.model.modalities[m];
  return {modality.num_outcomes, text("outcomes of ", called("modality", m, modality.name))};
}

TensorAxis ModelLoader::controls_of(size_t f) const {
  const mind::FactorDesc& factor = document_.mind.model.factors[f];
  return {factor.num_controls, text("controls of ", called("factor", f, factor.name))};
}

TensorShape ModelLoader::transition(size_t f) const {
  TensorShape shape{text("B[", f, "]"), {states_of(static_cast<uint32_t>(f))}};
  for (const uint32_t parent : document_.mind.model.factors[f].parents) {
    shape.axes.push_back(states_of(parent));
  }
  shape.axes.push_back(controls_of(f));
  return shape;
}

TensorShape ModelLoader::likelihood(size_t m) const {
  TensorShape shape{text("A[", m, "]"), {outcomes_of(m)}};
  for (const uint32_t parent : document_.mind.model.modalities[m].parents) {
    shape.axes.push_back(states_of(parent));
  }
  return shape;
}

ModelDocument ModelLoader::load() {
  load_document();
  load_sizes();
  if (in_.ok()) {
    load_parents();
    load_names();
  }
  if (in_.ok()) {
    check(model_.place(), mind::check_sizes(desc()));
    load_actions();
    load_tensors();
  }
  if (in_.ok()) {
    load_settings();
  }
  return std::move(document_);
}

// What is not the model: who the document is, and what an exact case expects.
void ModelLoader::load_document() {
  if (in_.has("schema")) {
    in_["schema"].index_in({"schema", {&kSchema, 1}});
  }
  document_.name = in_["name"].name({kLongestName}, "");
  engine_ = in_["engine"].choice<Engine>({"engine", kEngineNames}, Engine::kDks);
  if (engine_ != Engine::kDks) {
    desc().convention = engine_ == Engine::kPymdp ? mind::kPymdp : mind::kPymdpLegacy;
  }
  for (const std::string_view key :
       {"$schema", "description", "source", "caution", "steps", "final", "inductive_I"}) {
    in_[key];
  }
}

// ---- sizes and names

// From num_obs, num_states and num_controls, or from the tensors: A[m][o]..., B[f][s']...[u].
void ModelLoader::load_sizes() {
  const JsonItems likelihoods = model_["A"].items({1, mind::ModelLimits::kModalities});
  const JsonItems transitions = model_["B"].items({1, mind::ModelLimits::kFactors});
  desc().modalities.resize(likelihoods.size());
  desc().factors.resize(transitions.size());
  const auto sizes = [&](std::string_view key, size_t count, std::string_view things) {
    std::vector<uint32_t> values;
    if (given(model_[key])) {
      for (const JsonField item : items_of(model_[key], key, count, things)) {
        values.push_back(item.integer<uint32_t>({1, mind::ModelLimits::kStates}));
      }
    }
    return values;
  };
  const auto outcomes = sizes("num_obs", num_modalities(), "modalities");
  const auto states = sizes("num_states", num_factors(), "factors");
  const auto controls = sizes("num_controls", num_factors(), "factors");
  if (!in_.ok()) {
    return;
  }
  for (size_t m = 0; m < num_modalities(); ++m) {
    const size_t shown = likelihoods[m].json()->size();
    desc().modalities[m].num_outcomes =
        outcomes.empty() ? static_cast<uint32_t>(shown) : outcomes[m];
  }
  for (size_t f = 0; f < num_factors(); ++f) {
    const Json* innermost = transitions[f].json();
    const size_t shown = innermost->size();
    while (innermost->is_array() && innermost->size() > 0 && innermost->items()[0].is_array()) {
      innermost = &innermost->items()[0];
    }
    desc().factors[f].num_states = states.empty() ? static_cast<uint32_t>(shown) : states[f];
    desc().factors[f].num_controls =
        controls.empty() ? static_cast<uint32_t>(innermost->size()) : controls[f];
  }
}

// Which factors a tensor depends on; by default A on all, B on its own.
void ModelLoader::load_parents() {
  const auto load = [&](const JsonField& field, const std::string& tensor) {
    std::vector<uint32_t> parents;
    for (const JsonField item : field.items({1, num_factors()})) {
      const auto parent = item.integer<uint32_t>();
      if (parent >= num_factors()) {
        item.refuse(tensor, " depends on factor ", parent, ", expected 0 to ", num_factors() - 1);
      } else if (std::ranges::find(parents, parent) != parents.end()) {
        item.refuse(tensor, " depends on factor ", parent, " twice, expected once");
      }
      parents.push_back(parent);
    }
    return parents;
  };
  if (const JsonField lists = model_["A_factor_list"]; given(lists)) {
    size_t m = 0;
    for (const JsonField item : items_of(lists, "A_factor_list", num_modalities(), "modalities")) {
      desc().modalities[m].parents = load(item, text("A[", m, "]"));
      ++m;
    }
  }
  if (const JsonField lists = model_["B_factor_list"]; given(lists)) {
    size_t f = 0;
    for (const JsonField item : items_of(lists, "B_factor_list", num_factors(), "factors")) {
      desc().factors[f].parents = load(item, text("B[", f, "]"));
      ++f;
    }
  }
  std::vector<uint32_t> all(num_factors());
  std::iota(all.begin(), all.end(), 0U);
  for (uint32_t f = 0; f < num_factors(); ++f) {
    if (desc().factors[f].parents.empty()) {
      desc().factors[f].parents = {f};
    }
  }
  for (mind::ModalityDesc& modality : desc().modalities) {
    if (modality.parents.empty()) {
      modality.parents = all;
    }
  }
}

std::vector<std::string> ModelLoader::load_names(const JsonField& field, size_t count) {
  std::vector<std::string> names = field.names({kLongestName}, JsonCount::exactly(count));
  for (size_t i = 1; i < names.size(); ++i) {
    const auto end = names.begin() + static_cast<ptrdiff_t>(i);
    if (std::find(names.begin(), end, names[i]) != end) {
      field.refuse(in_quotes(names[i]), " stands twice");
    }
  }
  names.resize(count);
  return names;
}

void ModelLoader::load_names() {
  if (model_.has("factors")) {
    const auto names = load_names(model_["factors"], num_factors());
    for (size_t f = 0; f < num_factors(); ++f) {
      desc().factors[f].name = names[f];
    }
  }
  if (model_.has("modalities")) {
    const auto names = load_names(model_["modalities"], num_modalities());
    for (size_t m = 0; m < num_modalities(); ++m) {
      desc().modalities[m].name = names[m];
    }
  }
}

// {"heater": ["off", "on"]}: the controls of factors by their names.
void ModelLoader::load_actions() {
  std::vector<std::string_view> factors;
  for (const mind::FactorDesc& factor : desc().factors) {
    document_.actions.emplace_back(factor.num_controls);
    factors.push_back(factor.name);
  }
  for (const auto& [name, field] : model_["actions"].members_or_empty()) {
    const auto factor = std::ranges::find(factors, name);
    if (factor == factors.end()) {
      factors.erase(std::remove(factors.begin(), factors.end(), ""), factors.end());
      return field.refuse_name(name, {"factor", factors});
    }
    std::vector<std::string>& actions = document_.actions[factor - factors.begin()];
    actions = load_names(field, actions.size());
  }
}

// ---- tensors

void ModelLoader::load_tensors() {
  const NumberRange probability{0, kMostProbability};
  const JsonItems transitions = model_["B"].items();
  for (size_t f = 0; f < transitions.size() && in_.ok(); ++f) {
    desc().factors[f].transition = read_tensor(transitions[f], transition(f), probability);
    if (in_.ok()) {
      check(transitions[f], mind::check_transition(desc(), f));
    }
  }
  if (given(model_["D"])) {
    uint32_t f = 0;
    for (const JsonField item : items_of(model_["D"], "D", num_factors(), "factors")) {
      desc().factors[f].initial =
          read_tensor(item, {text("D[", f, "]"), {states_of(f)}}, probability);
      if (in_.ok()) {
        check(item, mind::check_initial(desc(), f));
      }
      ++f;
    }
  }
  const JsonItems likelihoods = model_["A"].items();
  for (size_t m = 0; m < likelihoods.size() && in_.ok(); ++m) {
    desc().modalities[m].likelihood = read_tensor(likelihoods[m], likelihood(m), probability);
    if (in_.ok()) {
      check(likelihoods[m], mind::check_likelihood(desc(), m));
    }
  }
  if (given(model_["C"])) {
    size_t m = 0;
    for (const JsonField item : items_of(model_["C"], "C", num_modalities(), "modalities")) {
      load_preferences(item, m++);
    }
  }
}

// C[m][o], or C[m][o][t] for each planning step.
void ModelLoader::load_preferences(const JsonField& field, size_t m) {
  TensorShape shape{text("C[", m, "]"), {outcomes_of(m)}};
  const auto outcomes =
      field.is(JsonKind::kArray) ? field.json()->items() : std::span<const Json>();
  if (!outcomes.empty() && outcomes.front().is_array()) {
    shape.axes.push_back({outcomes.front().size(), "planning steps"});
  }
  desc().modalities[m].preferences = read_tensor(field, shape, {-kMost, kMost});
  if (in_.ok()) {
    check(field, mind::check_preferences(desc(), m));
  }
}

// ---- settings

void ModelLoader::load_settings() {
  JsonReader settings = in_["settings"].object_or_empty();
  const NumberRange precision = NumberRange::above(0, kMost);
  desc().gamma = settings["gamma"].number<double>(precision, 0);
  desc().alpha = settings["alpha"].number<double>(precision, 0);
  document_.mind.use_utility = settings["use_utility"].boolean(true);
  document_.mind.use_states_info_gain = settings["use_states_info_gain"].boolean(true);
  load_inference(settings);
  load_policies(settings["policy_len"]);
  load_goals(settings);
  load_search(settings);
  // Of exact cases: what their engine did with what comes out here.
  for (const std::string_view key :
       {"explicit_policies",
        "sampling_mode",
        "use_BMA",
        "policy_sep_prior",
        "learn",
        "use_param_info_gain",
        "lr_pA",
        "lr_pB",
        "lr_pD"}) {
    settings[key];
  }
  for (const std::string_view key : {"pA", "pB", "pD"}) {
    model_[key];
  }
}

// num_iter and dF_tol stand among the settings or, in pymdp's older interface, by themselves.
void ModelLoader::load_inference(JsonReader& settings) {
  mind::InferenceSettings& inference = desc().convention.inference;
  JsonReader older = settings["inference_params"].object_or_empty();
  const auto iterations = [&](JsonReader& in) {
    return in["num_iter"].integer<int32_t>({1, 1'000'000}, inference.max_iterations);
  };
  inference.max_iterations = iterations(settings);
  inference.max_iterations = iterations(older);
  inference.tolerance = older["dF_tol"].number<double>({0, kMost}, inference.tolerance);
  older["dF"];
  older["compute_vfe"];
  const bool by_gradient = older["grad_descent"].boolean(true);
  const double step_size = older["tau"].number<double>(NumberRange::above(0, 1), 0.25);
  document_.window = settings["inference_horizon"].integer<size_t>({1, 65536}, 1);
  const size_t algorithm = settings["inference_algo"].index_in({"algorithm", kAlgorithmNames}, 0);
  constexpr std::string_view kMessages = "mmp";
  const bool is_named =
      in_.has("algorithm") && in_["algorithm"].index_in({"algorithm", {&kMessages, 1}}) == 0;
  if (is_named || kAlgorithmNames[algorithm] == "MMP") {
    document_.message_passing = mind::MessagePassingSettings{inference.max_iterations, step_size};
    if (!by_gradient) {
      older["grad_descent"].refuse("false: messages are passed by gradients only, expected true");
    }
  }
}

void ModelLoader::load_policies(const JsonField& depth) {
  if (given(in_["policies"])) {
    load_policy_list(in_["policies"], depth);
  } else {
    std::vector<uint32_t> controls;
    for (const mind::FactorDesc& factor : desc().factors) {
      controls.push_back(factor.num_controls);
    }
    const auto steps = depth.integer<size_t>({1, mind::kDefaultPolicyLimit}, 1);
    if (in_.ok()) {
      auto policies = mind::Policies::enumerate(controls, steps);
      check(depth, policies);
      document_.mind.policies = policies ? std::move(*policies) : mind::Policies();
    }
  }
  if (in_.ok() && given(model_["E"])) {
    const size_t count = document_.mind.policies.size();
    desc().policy_prior =
        read_tensor(model_["E"], {"E", {{count, "policies"}}}, {0, kMostProbability});
    if (in_.ok()) {
      check(model_["E"], mind::check_policy_prior(desc()));
    }
  }
}

// policies[policy][step][factor]
void ModelLoader::load_policy_list(const JsonField& field, const JsonField& depth) {
  const JsonItems list = field.items({1, mind::kDefaultPolicyLimit});
  const size_t shown = in_.ok() ? std::max<size_t>(1, list[0].json()->size()) : 1;
  const auto steps = depth.integer<size_t>({1, mind::kDefaultPolicyLimit}, shown);
  std::vector<uint32_t> controls;
  for (const mind::FactorDesc& factor : desc().factors) {
    controls.push_back(factor.num_controls);
  }
  std::vector<int32_t> actions;
  size_t p = 0;
  for (const JsonField policy : list) {
    const std::string name = text("policies[", p++, "]");
    for (const JsonField step : items_of(policy, name, steps, "steps")) {
      size_t f = 0;
      for (const JsonField action : items_of(step, name, controls.size(), "factors in each step")) {
        actions.push_back(action.integer<int32_t>({0, int64_t{controls[f++]} - 1}));
      }
    }
  }
  if (in_.ok()) {
    auto policies = mind::Policies::from_list(controls, steps, actions);
    check(field, policies);
    document_.mind.policies = policies ? std::move(*policies) : mind::Policies();
  }
}

// Goals by backwards induction, under the names of both of pymdp's interfaces.
void ModelLoader::load_goals(JsonReader& settings) {
  constexpr IntegerRange kDepth{1, 4096};
  mind::GoalDesc goals;
  goals.depth = settings["ii_depth"].integer<uint32_t>(kDepth, goals.depth);
  goals.depth = settings["inductive_depth"].integer<uint32_t>(kDepth, goals.depth);
  goals.threshold = settings["ii_threshold"].number<double>({0, 1}, goals.threshold);
  goals.threshold = settings["inductive_threshold"].number<double>({0, 1}, goals.threshold);
  goals.epsilon =
      settings["inductive_epsilon"].number<double>(NumberRange::above(0, 1), goals.epsilon);
  const bool is_wanted = settings["use_inductive"].boolean(true);
  if (!given(model_["H"])) {
    return;
  }
  uint32_t f = 0;
  for (const JsonField item : items_of(model_["H"], "H", num_factors(), "factors")) {
    const TensorShape shape{text("H[", f, "]"), {states_of(f)}};
    for (const double goal : read_tensor(item, shape, {0, 1})) {
      if (goal != 0 && goal != 1) {
        item.refuse(shape.name, " has a ", goal, ", expected 0 or 1");
      }
      goals.goals.push_back(goal);
    }
    ++f;
  }
  if (is_wanted && document_.message_passing) {
    model_["H"].refuse("goals with message passing are not there, expected one of the two");
  }
  if (is_wanted && in_.ok()) {
    document_.mind.goals = std::move(goals);
  }
}

// Sophisticated search, under the names of pymdp's older interface, which searches with its own
// precision and lets what it does not follow count as nothing.
void ModelLoader::load_search(JsonReader& settings) {
  mind::SearchSettings<double> search;
  search.depth = settings["si_horizon"].integer<uint32_t>({1, mind::kSearchDepth}, search.depth);
  search.action_threshold =
      settings["si_policy_prune_threshold"].number<double>({0, 1}, search.action_threshold);
  search.outcome_threshold =
      settings["si_state_prune_threshold"].number<double>({0, 1}, search.outcome_threshold);
  search.penalty = settings["si_prune_penalty"].number<double>({0, kMost}, search.penalty);
  search.gamma = settings["si_gamma_used"].number<double>({0, kMost}, search.gamma);
  search.renormalise = engine_ != Engine::kPymdpLegacy;
  if (!settings["sophisticated"].boolean(false)) {
    return;
  }
  if (engine_ == Engine::kPymdp) {
    settings["sophisticated"].refuse(
        "search as in pymdp-1.x is not there, expected the engine dks or pymdp-legacy"
    );
  }
  if (document_.message_passing) {
    settings["sophisticated"].refuse("search with message passing is not there");
  }
  document_.mind.search = search;
}

}  // namespace

Result<ModelDocument> load_model(std::string_view document_name, const Json& json) {
  JsonSource source(document_name, json);
  ModelDocument document;
  {
    JsonReader in = source.root().object();
    document = ModelLoader(in).load();
  }
  DKS_TRY(source.finish());
  return document;
}

}  // namespace dks::capi
