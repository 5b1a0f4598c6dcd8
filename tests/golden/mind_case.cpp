// SPDX-License-Identifier: MIT
#include "mind_case.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <utility>

namespace dks::golden {
namespace {

using nlohmann::json;

// Numbers of nested arrays in the order of their axes; null reads as `none`.
template <class Number>
void flatten(const json& value, std::vector<Number>& out, Number none) {
  if (value.is_array()) {
    for (const json& item : value) {
      flatten(item, out, none);
    }
  } else {
    out.push_back(value.is_null() ? none : value.get<Number>());
  }
}

template <class Number>
std::vector<Number> numbers(const json& object, const char* key) {
  std::vector<Number> out;
  if (const auto found = object.find(key); found != object.end() && !found->is_null()) {
    flatten(*found, out, Number(-1));
  }
  return out;
}

std::vector<double> element(const json& model, const char* key, size_t index) {
  std::vector<double> out;
  if (!model.at(key).is_null()) {
    flatten(model.at(key).at(index), out, -1.0);
  }
  return out;
}

bool flag(const json& settings, const char* key) {
  return settings.value(key, false);
}

std::string missing_feature(const json& file) {
  const json& settings = file.at("settings");
  const json& model = file.at("model");
  const bool is_legacy = file.at("engine") == "pymdp-legacy";
  const bool passes_messages = file.value("algorithm", "") == "mmp";
  if (passes_messages && !settings.at("inference_params").value("grad_descent", true)) {
    return "message passing without gradients";
  }
  if (passes_messages && !model.at("H").is_null()) {
    return "goals with message passing";
  }
  if (flag(settings, "sophisticated") && !is_legacy) {
    return "sophisticated search as in pymdp 1.x";
  }
  for (const json& what : settings.value("learn", json::array())) {
    if (passes_messages) {
      return "learning with message passing";
    }
    if (what != "A" && what != "B" && what != "D") {
      return text("learning of ", what.dump());
    }
    if (model.value(text("p", what.get<std::string>()), json()).is_null()) {
      return text("learning without counts of ", what.dump());
    }
  }
  return "";
}

mind::ModelDesc read_model(const json& file) {
  const json& model = file.at("model");
  const json& settings = file.at("settings");
  mind::ModelDesc desc;
  for (size_t f = 0; f < model.at("num_states").size(); ++f) {
    mind::FactorDesc factor;
    factor.num_states = model.at("num_states")[f];
    factor.num_controls = model.at("num_controls")[f];
    factor.parents = model.at("B_factor_list")[f].get<std::vector<uint32_t>>();
    factor.transition = element(model, "B", f);
    factor.initial = element(model, "D", f);
    desc.factors.push_back(std::move(factor));
  }
  for (size_t m = 0; m < model.at("num_obs").size(); ++m) {
    mind::ModalityDesc modality;
    modality.num_outcomes = model.at("num_obs")[m];
    modality.parents = model.at("A_factor_list")[m].get<std::vector<uint32_t>>();
    modality.likelihood = element(model, "A", m);
    modality.preferences = element(model, "C", m);
    desc.modalities.push_back(std::move(modality));
  }
  desc.policy_prior = numbers<double>(model, "E");
  desc.gamma = settings.at("gamma");
  desc.alpha = settings.value("alpha", 1.0);
  if (file.at("engine") == "pymdp-legacy") {
    desc.convention = mind::kPymdpLegacy;
    const json& inference = settings.at("inference_params");
    desc.convention.inference.max_iterations = inference.at("num_iter");
    desc.convention.inference.tolerance = inference.value("dF_tol", 0.0);
  } else {
    desc.convention = mind::kPymdp;
    desc.convention.inference.max_iterations = settings.at("num_iter");
  }
  return desc;
}

// pymdp legacy's defaults are those of the settings that a case leaves out.
std::optional<mind::GoalDesc> read_goals(const json& file) {
  const json& settings = file.at("settings");
  mind::GoalDesc goals;
  goals.goals = numbers<double>(file.at("model"), "H");
  if (goals.goals.empty() || !settings.value("use_inductive", true)) {
    return std::nullopt;
  }
  goals.depth = settings.value("inductive_depth", settings.value("ii_depth", goals.depth));
  goals.threshold =
      settings.value("inductive_threshold", settings.value("ii_threshold", goals.threshold));
  goals.epsilon = settings.value("inductive_epsilon", goals.epsilon);
  return goals;
}

// Without its gamma, which the tree does not use: pymdp legacy searches with 1.
std::optional<mind::SearchSettings<double>> read_search(const json& settings) {
  if (!flag(settings, "sophisticated")) {
    return std::nullopt;
  }
  mind::SearchSettings<double> search;
  search.depth = settings.at("si_horizon");
  search.action_threshold = settings.at("si_policy_prune_threshold");
  search.outcome_threshold = settings.at("si_state_prune_threshold");
  search.penalty = settings.at("si_prune_penalty");
  search.gamma = settings.value("si_gamma_used", 1.0);
  search.renormalise = false;
  return search;
}

std::optional<mind::MessagePassingSettings> read_message_passing(const json& file) {
  if (file.value("algorithm", "") != "mmp") {
    return std::nullopt;
  }
  const json& given = file.at("settings").at("inference_params");
  return mind::MessagePassingSettings{given.at("num_iter"), given.at("tau")};
}

std::vector<std::vector<double>> tensors(const json& object, const char* key) {
  std::vector<std::vector<double>> out;
  if (const auto found = object.find(key); found != object.end() && found->is_array()) {
    for (const json& tensor : *found) {
      flatten(tensor, out.emplace_back(), -1.0);
    }
  }
  return out;
}

MindCounts read_counts(const json& object, const char* key) {
  if (!object.contains(key) || object[key].is_null()) {
    return {};
  }
  const json& given = object[key];
  return {tensors(given, "pA"), tensors(given, "pB"), tensors(given, "pD")};
}

MindLearning read_learning(const json& file) {
  const json& settings = file.at("settings");
  MindLearning out;
  out.counts.likelihood = tensors(file.at("model"), "pA");
  out.counts.transition = tensors(file.at("model"), "pB");
  out.counts.initial = tensors(file.at("model"), "pD");
  for (const json& what : settings.value("learn", json::array())) {
    out.likelihood |= what == "A";
    out.transition |= what == "B";
    out.initial |= what == "D";
  }
  out.likelihood_rate = settings.value("lr_pA", 1.0);
  out.transition_rate = settings.value("lr_pB", 1.0);
  out.initial_rate = settings.value("lr_pD", 1.0);
  out.final_counts = read_counts(file, "final");
  if (file.contains("final") && !file["final"].is_null()) {
    const json& model = file["final"];
    out.final_model = {tensors(model, "A"), tensors(model, "B"), tensors(model, "D")};
  }
  return out;
}

MindStep read_step(const json& given) {
  MindStep step;
  step.observation = numbers<int32_t>(given, "obs");
  step.action = numbers<int32_t>(given, "action");
  step.prior = numbers<double>(given, "prior");
  step.qs = numbers<double>(given, "qs");
  step.vfe = given.value("vfe", 0.0);
  if (given.contains("vfe_parts")) {
    const json& parts = given["vfe_parts"];
    step.vfe_parts = {
        parts.at("neg_entropy"), parts.at("prior_cross_entropy"), parts.at("accuracy")};
  }
  if (given.contains("fpi_iterations")) {
    step.iterations = given["fpi_iterations"].get<int32_t>();
  }
  step.neg_efe = numbers<double>(given, "neg_efe");
  step.q_pi = numbers<double>(given, "q_pi");
  step.action_marginals = numbers<double>(given, "action_marginals");
  step.action_prob_stochastic = numbers<double>(given, "action_prob_stochastic");
  step.policy_prob_stochastic = numbers<double>(given, "policy_prob_stochastic");
  step.argmax_action = numbers<int32_t>(given, "argmax_action");
  step.latest_belief = numbers<double>(given, "latest_belief");
  step.qs_pi = numbers<double>(given, "qs_pi");
  step.evidence = numbers<double>(given, "F_pi");
  step.learned = read_counts(given, "learned");
  return step;
}

MindCase read_case(const json& file) {
  const json& settings = file.at("settings");
  MindCase out;
  out.name = file.at("name");
  out.needs = missing_feature(file);
  out.model = read_model(file);
  out.depth = settings.at("policy_len");
  out.explicit_policies = flag(settings, "explicit_policies");
  out.policies = numbers<int32_t>(file, "policies");
  out.use_utility = settings.at("use_utility");
  out.use_states_info_gain = settings.at("use_states_info_gain");
  out.use_parameter_info_gain = flag(settings, "use_param_info_gain");
  out.learning = read_learning(file);
  out.goals = read_goals(file);
  out.search = read_search(settings);
  out.message_passing = read_message_passing(file);
  out.window = settings.value("inference_horizon", size_t{1});
  out.inductive_rows = numbers<double>(file, "inductive_I");
  for (const json& step : file.at("steps")) {
    out.steps.push_back(read_step(step));
  }
  return out;
}

}  // namespace

// nlohmann/json throws on a malformed file; that ends here.
Result<MindCase> read_mind_case(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) {
    return error(Status::kIo, path, ": cannot be read");
  }
  try {
    const json file = json::parse(stream);
    if (file.at("schema") != "dks-aif-golden/1") {
      return invalid(path, ": schema is ", file.at("schema").dump(), ", expected dks-aif-golden/1");
    }
    return read_case(file);
  } catch (const json::exception& problem) {
    return invalid(path, ": ", std::string_view(problem.what()));
  }
}

}  // namespace dks::golden
