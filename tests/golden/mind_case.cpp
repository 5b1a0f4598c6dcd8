// SPDX-License-Identifier: MIT
#include "mind_case.h"

#include "json.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace dks::golden {
namespace {

using capi::Json;

const Json& member(const Json& object, std::string_view key) {
  static const Json none;
  const Json* const found = object.find(key);
  return found != nullptr ? *found : none;
}

// Numbers of nested arrays in the order of their axes; null reads as -1, what is no number as one
// that nothing agrees with.
template <class Number>
void flatten(const Json& value, std::vector<Number>& out) {
  using Limits = std::numeric_limits<Number>;
  if (value.is_array()) {
    for (const Json& item : value.items()) {
      flatten(item, out);
    }
  } else if (value.is_null()) {
    out.push_back(Number(-1));
  } else if (!value.is_number()) {
    out.push_back(Limits::is_integer ? Limits::min() : Limits::quiet_NaN());
  } else if constexpr (Limits::is_integer) {
    const int64_t integer = value.as_integer();
    out.push_back(static_cast<Number>(std::clamp<int64_t>(integer, Limits::min(), Limits::max())));
  } else {
    out.push_back(value.as_number());
  }
}

template <class Number>
std::vector<Number> numbers(const Json& object, std::string_view key) {
  std::vector<Number> out;
  if (const Json& value = member(object, key); !value.is_null()) {
    flatten(value, out);
  }
  return out;
}

std::vector<std::vector<double>> tensors(const Json& object, std::string_view key) {
  std::vector<std::vector<double>> out;
  for (const Json& tensor : member(object, key).items()) {
    flatten(tensor, out.emplace_back());
  }
  return out;
}

MindCounts read_counts(const Json& given) {
  return {tensors(given, "pA"), tensors(given, "pB"), tensors(given, "pD")};
}

MindStep read_step(const Json& given) {
  MindStep step;
  step.observation = numbers<int32_t>(given, "obs");
  step.action = numbers<int32_t>(given, "action");
  step.prior = numbers<double>(given, "prior");
  step.qs = numbers<double>(given, "qs");
  step.vfe = numbers<double>(given, "vfe");
  if (const Json* const parts = given.find("vfe_parts")) {
    for (const std::string_view part : {"neg_entropy", "prior_cross_entropy", "accuracy"}) {
      flatten(member(*parts, part), step.vfe_parts);
    }
  }
  if (const auto iterations = numbers<int32_t>(given, "fpi_iterations"); !iterations.empty()) {
    step.iterations = iterations[0];
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
  step.learned = read_counts(member(given, "learned"));
  return step;
}

// What must come out; how it comes about is the model's document.
MindCase read_case(const Json& file, capi::ModelDocument document) {
  MindCase out;
  out.document = std::move(document);
  out.explicit_policies = member(member(file, "settings"), "explicit_policies").as_bool();
  const Json& end = member(file, "final");
  out.final_counts = read_counts(end);
  out.final_model = {tensors(end, "A"), tensors(end, "B"), tensors(end, "D")};
  out.inductive_rows = numbers<double>(file, "inductive_I");
  for (const Json& step : member(file, "steps").items()) {
    out.steps.push_back(read_step(step));
  }
  return out;
}

// ---- what the loader takes for somebody else's and this program does not know: it would go
// unchecked ----

constexpr std::string_view kStepKeys =
    "t obs prior qs vfe vfe_parts fpi_iterations neg_efe q_pi action_marginals "
    "action_prob_stochastic policy_prob_stochastic argmax_action action learned latest_belief "
    "qs_pi F_pi";
constexpr std::string_view kLearnedKeys = "pA pB pD";
constexpr std::string_view kFinalKeys = "A B D pA pB pD";

Result<> check_keys(const Json& object, std::string_view known, std::string_view where) {
  for (const auto& [key, value] : object.members()) {
    if (text(" ", known, " ").find(text(" ", key, " ")) == std::string::npos) {
      return error(Status::kNotFound, "needs ", where, " \"", key, "\"");
    }
  }
  return {};
}

// A setting that is there but has another value than those known.
Result<> check_setting(const Json& file, std::string_view key, std::initializer_list<Json> known) {
  const Json* const found = member(file, "settings").find(key);
  if (found == nullptr || std::ranges::find(known, *found) != known.end()) {
    return {};
  }
  return error(Status::kNotFound, "needs ", key, ' ', capi::write_json(*found));
}

Result<> check_features(const Json& file) {
  DKS_TRY(check_setting(file, "sampling_mode", {"marginal", "full"}));
  DKS_TRY(check_setting(file, "use_BMA", {false}));
  DKS_TRY(check_setting(file, "policy_sep_prior", {true}));
  DKS_TRY(check_keys(member(file, "final"), kFinalKeys, "the final"));
  for (const Json& step : member(file, "steps").items()) {
    DKS_TRY(check_keys(step, kStepKeys, "the step's"));
    DKS_TRY(check_keys(member(step, "learned"), kLearnedKeys, "the learned"));
  }
  return {};
}

// ---- what the engine takes on trust ----

// Every number from -1 (where absent is allowed) or 0 to below its limit, one per limit.
template <class LimitOf>
Result<> check_indices(
    std::string_view what,
    size_t t,
    std::span<const int32_t> indices,
    size_t expected,
    int32_t least,
    LimitOf limit_of
) {
  if (indices.size() != expected) {
    return invalid("steps[", t, "].", what, " has ", indices.size(), ", expected ", expected);
  }
  for (size_t i = 0; i < indices.size(); ++i) {
    const auto limit = static_cast<int64_t>(limit_of(i));
    if (indices[i] < least || indices[i] >= limit) {
      return invalid(
          "steps[",
          t,
          "].",
          what,
          "[",
          i,
          "] is ",
          indices[i],
          ", expected ",
          least,
          " to ",
          limit - 1
      );
    }
  }
  return {};
}

Result<> check_counts(const MindCase& given, const MindCounts& counts) {
  const size_t factors = given.mind().model.factors.size();
  if (counts.likelihood.size() > given.mind().model.modalities.size() ||
      counts.transition.size() > factors || counts.initial.size() > factors) {
    return invalid("learned counts of more tensors than the model has");
  }
  return {};
}

// Whether the order of enumeration is that of the case, where it does not give its own list.
Result<> check_order(const MindCase& given) {
  const mind::Policies& listed = given.mind().policies;
  if (given.explicit_policies) {
    return {};
  }
  std::vector<uint32_t> controls;
  for (const mind::FactorDesc& factor : given.mind().model.factors) {
    controls.push_back(factor.num_controls);
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

Result<> check_case(const MindCase& given) {
  const auto& factors = given.mind().model.factors;
  const auto& modalities = given.mind().model.modalities;
  const auto outcomes = [&](size_t m) { return modalities[m].num_outcomes; };
  const auto controls = [&](size_t f) { return factors[f].num_controls; };
  if (given.steps.empty()) {
    return invalid("0 steps, expected at least 1");
  }
  DKS_TRY(check_order(given));
  for (size_t t = 0; t < given.steps.size(); ++t) {
    const MindStep& step = given.steps[t];
    DKS_TRY(check_indices("obs", t, step.observation, modalities.size(), -1, outcomes));
    if (t + 1 < given.steps.size() || !step.action.empty()) {
      DKS_TRY(check_indices("action", t, step.action, factors.size(), 0, controls));
    }
    if (!step.argmax_action.empty()) {
      DKS_TRY(check_indices("argmax_action", t, step.argmax_action, factors.size(), -1, controls));
    }
    DKS_TRY(check_counts(given, step.learned));
  }
  DKS_TRY(check_counts(given, given.final_counts));
  return check_counts(given, given.final_model);
}

}  // namespace

Result<MindCase> read_mind_case(const std::string& path) {
  std::ifstream stream(path);
  const std::string content(
      (std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>()
  );
  if (!stream) {
    return error(Status::kIo, path, ": cannot be read");
  }
  const auto file = capi::parse_json(path, content);
  DKS_TRY(file);
  auto document = capi::load_model(path, *file);
  DKS_TRY(document);
  MindCase found = read_case(*file, std::move(*document));
  for (const Result<>& sound : {check_features(*file), check_case(found)}) {
    if (!sound) {
      return invalid(path, ": ", sound.error().text);
    }
  }
  return found;
}

}  // namespace dks::golden
