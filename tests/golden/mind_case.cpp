// SPDX-License-Identifier: MIT
#include "mind_case.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <string>
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

// What must come out; how it comes about is the model's document.
MindCase read_case(const json& file, capi::ModelDocument document) {
  MindCase out;
  out.document = std::move(document);
  out.explicit_policies = file.at("settings").value("explicit_policies", false);
  out.final_counts = read_counts(file, "final");
  if (file.contains("final") && !file["final"].is_null()) {
    const json& model = file["final"];
    out.final_model = {tensors(model, "A"), tensors(model, "B"), tensors(model, "D")};
  }
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
  const std::string text(
      (std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>()
  );
  if (!stream) {
    return error(Status::kIo, path, ": cannot be read");
  }
  const auto parsed = capi::parse_json(path, text);
  DKS_TRY(parsed);
  auto document = capi::load_model(path, *parsed);
  DKS_TRY(document);
  try {
    return read_case(json::parse(text), std::move(*document));
  } catch (const json::exception& problem) {
    return invalid(path, ": ", std::string_view(problem.what()));
  }
}

}  // namespace dks::golden
