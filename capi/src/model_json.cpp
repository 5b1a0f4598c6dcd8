// SPDX-License-Identifier: MIT
#include "model_json.h"

#include "json_text.h"
#include "mind/check_model.h"
#include "model_settings_json.h"
#include "tensor_json.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace dks::capi {
namespace {

constexpr double kMost = 1e9;
constexpr std::string_view kSchema = "dks-aif-golden/1";

class ModelLoader {
 public:
  explicit ModelLoader(JsonReader& in) : in_(in), model_(in["model"].object()) {}

  ModelDocument load();

 private:
  void load_document();
  void load_sizes();
  void load_parents();
  void load_names();
  std::vector<std::string> load_names(const JsonField& field, size_t count);
  void load_actions();
  void load_tensors();
  void load_preferences(const JsonField& field, size_t m);
  void load_counts();
  template <class ShapeOf>
  void load_counts(
      std::string_view key, std::vector<std::vector<double>>& counts, ShapeOf shape_of
  );
  void load_goals();

  mind::ModelDesc& desc() { return document_.mind.model; }
  size_t num_factors() const { return document_.mind.model.factors.size(); }
  size_t num_modalities() const { return document_.mind.model.modalities.size(); }

  TensorAxis states_of(uint32_t f) const;
  TensorAxis outcomes_of(size_t m) const;
  TensorAxis controls_of(size_t f) const;
  TensorShape transition(std::string_view name, size_t f) const;
  TensorShape likelihood(std::string_view name, size_t m) const;
  TensorShape initial(std::string_view name, uint32_t f) const;

  JsonReader& in_;
  JsonReader model_;
  ModelDocument document_;
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

TensorShape ModelLoader::transition(std::string_view name, size_t f) const {
  TensorShape shape{text(name, '[', f, ']'), {states_of(static_cast<uint32_t>(f))}};
  for (const uint32_t parent : document_.mind.model.factors[f].parents) {
    shape.axes.push_back(states_of(parent));
  }
  shape.axes.push_back(controls_of(f));
  return shape;
}

TensorShape ModelLoader::likelihood(std::string_view name, size_t m) const {
  TensorShape shape{text(name, '[', m, ']'), {outcomes_of(m)}};
  for (const uint32_t parent : document_.mind.model.modalities[m].parents) {
    shape.axes.push_back(states_of(parent));
  }
  return shape;
}

TensorShape ModelLoader::initial(std::string_view name, uint32_t f) const {
  return {text(name, '[', f, ']'), {states_of(f)}};
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
    load_counts();
    load_goals();
  }
  if (in_.ok()) {
    load_model_settings(in_, model_, document_);
  }
  return std::move(document_);
}

// What is not the model: who the document is, and what an exact case expects.
void ModelLoader::load_document() {
  if (in_.has("schema")) {
    in_["schema"].index_in({"schema", {&kSchema, 1}});
  }
  document_.name = in_["name"].name({kLongestName}, "");
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
  for (const JsonItems& tensors : {likelihoods, transitions}) {
    for (const JsonField tensor : tensors) {
      tensor.items({1});
    }
  }
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
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  if (const auto twice = std::ranges::adjacent_find(sorted); twice != sorted.end()) {
    field.refuse(in_quotes(*twice), " stands twice");
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
  const JsonItems transitions = model_["B"].items();
  for (size_t f = 0; f < transitions.size() && in_.ok(); ++f) {
    desc().factors[f].transition = read_tensor(transitions[f], transition("B", f), kProbability);
    if (in_.ok()) {
      check(transitions[f], mind::check_transition(desc(), f));
    }
  }
  if (given(model_["D"])) {
    uint32_t f = 0;
    for (const JsonField item : items_of(model_["D"], "D", num_factors(), "factors")) {
      if (given(item)) {
        desc().factors[f].initial = read_tensor(item, initial("D", f), kProbability);
        if (in_.ok()) {
          check(item, mind::check_initial(desc(), f));
        }
      }
      ++f;
    }
  }
  const JsonItems likelihoods = model_["A"].items();
  for (size_t m = 0; m < likelihoods.size() && in_.ok(); ++m) {
    desc().modalities[m].likelihood = read_tensor(likelihoods[m], likelihood("A", m), kProbability);
    if (in_.ok()) {
      check(likelihoods[m], mind::check_likelihood(desc(), m));
    }
  }
  if (given(model_["C"])) {
    size_t m = 0;
    for (const JsonField item : items_of(model_["C"], "C", num_modalities(), "modalities")) {
      if (given(item)) {
        load_preferences(item, m);
      }
      ++m;
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

// Dirichlet counts pA, pB, pD in the shapes of A, B, D; null where a tensor is not learned.
void ModelLoader::load_counts() {
  mind::LearningDesc& counts = document_.mind.counts;
  load_counts("pA", counts.likelihood, [&](size_t m) { return likelihood("pA", m); });
  load_counts("pB", counts.transition, [&](size_t f) { return transition("pB", f); });
  load_counts("pD", counts.initial, [&](uint32_t f) { return initial("pD", f); });
}

template <class ShapeOf>
void ModelLoader::load_counts(
    std::string_view key, std::vector<std::vector<double>>& counts, ShapeOf shape_of
) {
  if (!given(model_[key]) || !in_.ok()) {
    return;
  }
  const bool by_modality = key == "pA";
  const size_t count = by_modality ? num_modalities() : num_factors();
  counts.resize(count);
  uint32_t i = 0;
  for (const JsonField item :
       items_of(model_[key], key, count, by_modality ? "modalities" : "factors")) {
    if (given(item)) {
      counts[i] = read_tensor(item, shape_of(i), {0, mind::kLargestCount});
    }
    ++i;
  }
}

// H[f][s], 1 where wanted.
void ModelLoader::load_goals() {
  if (!given(model_["H"])) {
    return;
  }
  mind::GoalDesc goals;
  uint32_t f = 0;
  for (const JsonField item : items_of(model_["H"], "H", num_factors(), "factors")) {
    const TensorShape shape = initial("H", f++);
    for (const double goal : read_tensor(item, shape, {0, 1})) {
      if (goal != 0 && goal != 1) {
        item.refuse(shape.name, " has a ", goal, ", expected 0 or 1");
      }
      goals.goals.push_back(goal);
    }
  }
  document_.mind.goals = std::move(goals);
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
