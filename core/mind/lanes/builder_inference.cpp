// Prediction and state inference as lists. SPDX-License-Identifier: MIT
#include "mind/lanes/builder.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

namespace dks::mind::lanes {

void Builder::add_factors() {
  uint32_t largest = 0;
  for (uint32_t f = 0; f < model_.num_factors(); ++f) {
    const Factor<float>& source = model_.factors()[f];
    LaneFactor factor{};
    factor.states = source.num_states;
    factor.at = static_cast<uint32_t>(source.state_offset);
    factor.controls = source.num_controls;
    factor.slices = source.num_slices;
    factor.slice_of_control = index(source.slice_of_action).begin;
    factor.predictions = take(size_t{factor.slices} * factor.states);
    factor.logits = take(factor.states);
    factor.coupled = source.coupled ? 1 : 0;
    out_.factors.push_back(factor);
    largest = std::max(largest, factor.states);
  }
  out_.program.present = take(model_.total_states());
  out_.program.words = take(largest);
  out_.program.energy = take(model_.num_factors());
}

void Builder::add_modality(uint32_t m) {
  const Modality<float>& source = model_.modalities()[m];
  List rising = moving_parents(model_, source.parents);
  std::sort(rising.begin(), rising.end());
  LaneModality modality{};
  modality.outcomes = source.num_outcomes;
  modality.at = static_cast<uint32_t>(source.outcome_offset);
  modality.joint = joint(rising);
  modality.row = take(modality.joint);
  Axes axes(model_, source.parents, rising);
  modality.log_likelihood = size32(out_.constants);
  for (size_t o = 0; o < source.num_outcomes; ++o) {
    const auto row = source.log_likelihood_of(o);
    axes.for_each([&](size_t joint) { out_.constants.push_back(row[joint]); });
  }
  modality.likelihood = size32(out_.constants);
  for (size_t o = 0; o < source.num_outcomes; ++o) {
    axes.for_each([&](size_t joint) {
      out_.constants.push_back(source.likelihood[joint * source.num_outcomes + o]);
    });
  }
  out_.modalities.push_back(modality);
}

void Builder::add_groups() {
  std::map<List, List> members;  // by parents, rising
  for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
    add_modality(m);
    List parents = moving_parents(model_, model_.modalities()[m].parents);
    std::sort(parents.begin(), parents.end());
    members[parents].push_back(m);
  }
  for (const auto& [parents, modalities] : members) {
    LaneGroup group{};
    group.joint = joint(parents);
    group.table = take(group.joint);
    group.parents = index(parents);
    group.modalities = index(modalities);
    out_.groups.push_back(group);
    link_group(size32(out_.groups) - 1, parents);
  }
  // Messages stand factor by factor.
  std::stable_sort(
      out_.messages.begin(),
      out_.messages.end(),
      [](const LaneMessage& a, const LaneMessage& b) { return a.factor < b.factor; }
  );
  for (uint32_t i = 0; i < out_.messages.size(); ++i) {
    Range& range = out_.factors[out_.messages[i].factor].messages;
    range.begin = range.begin == range.end ? i : range.begin;
    range.end = i + 1;
  }
}

// The chains that say what a group thinks of each of its parents.
void Builder::link_group(uint32_t g, const List& parents) {
  LaneGroup& group = out_.groups[g];
  const auto belief = [&](size_t k) { return out_.program.present + out_.factors[parents[k]].at; };
  List tables(parents.size(), group.table);  // [k]: with all parents after k summed out
  group.suffixes.begin = size32(out_.contractions);
  uint32_t joint = group.joint;
  for (size_t k = parents.size(); k-- > 1;) {
    joint /= states(parents[k]);
    tables[k - 1] = take(joint);
    out_.contractions.push_back(
        {belief(k), states(parents[k]), joint, 1, kNone, tables[k], tables[k - 1]}
    );
  }
  group.suffixes.end = size32(out_.contractions);
  uint32_t before = 1;  // joint states of the parents up to k
  for (size_t k = 0; k < parents.size() && parents.size() > 1; ++k) {
    before *= states(parents[k]);
    LaneMessage message{};
    message.factor = parents[k];
    message.prefixes.begin = size32(out_.contractions);
    uint32_t table = tables[k];
    uint32_t rest = before;
    for (size_t j = 0; j < k; ++j) {
      rest /= states(parents[j]);
      const uint32_t to = level_table(j, rest);
      out_.contractions.push_back({belief(j), states(parents[j]), 1, rest, kNone, table, to});
      table = to;
    }
    message.prefixes.end = size32(out_.contractions);
    message.result = table;
    out_.messages.push_back(message);
  }
}

void Builder::add_predictions() {
  out_.program.predictions.begin = size32(out_.contractions);
  for (uint32_t f = 0; f < model_.num_factors(); ++f) {
    const LaneFactor& factor = out_.factors[f];
    const Tensor tensor = transition_of(f);
    std::vector<Item> items;
    for (uint32_t slice = 0; slice < factor.slices; ++slice) {
      Item item{slice, {}, factor.predictions + slice * factor.states};
      for (const uint32_t parent : tensor.parents) {
        item.beliefs.push_back(out_.program.present + out_.factors[parent].at);
      }
      items.push_back(std::move(item));
    }
    const List order = best_order(items, tensor.parents.size());
    contract(tensor, std::move(items), order);
  }
  out_.program.predictions.end = size32(out_.contractions);
}

// The planning graph knows which first actions lead to the same outcomes of a modality.
void Builder::add_evidence() {
  LaneProgram& program = out_.program;
  program.evidence.begin = size32(out_.contractions);
  const uint32_t actions = static_cast<uint32_t>(graph_.policies().num_first_actions());
  uint32_t count = 0;
  for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
    const PredictionRange range = graph_.outcomes_of(0, m);
    count += range.end - range.begin;
  }
  program.evidence_values = take(count);
  List modality_of;
  List value_of(size_t{actions} * model_.num_modalities());
  for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
    const auto parents = model_.modalities()[m].parents;
    List rising = moving_parents(model_, parents);
    std::sort(rising.begin(), rising.end());
    const PredictionRange range = graph_.outcomes_of(0, m);
    const uint32_t first = size32(modality_of);
    std::vector<Item> items;
    for (uint32_t id = range.begin; id < range.end; ++id) {
      Item item{0, {}, program.evidence_values + size32(modality_of)};
      for (const uint32_t factor : rising) {
        const auto k = std::find(parents.begin(), parents.end(), factor) - parents.begin();
        const uint32_t belief =
            graph_.parent_ids()[graph_.outcomes()[id].parents + static_cast<uint32_t>(k)];
        const LaneFactor& from = out_.factors[factor];
        item.beliefs.push_back(from.predictions + graph_.beliefs()[belief].slice * from.states);
      }
      items.push_back(std::move(item));
      modality_of.push_back(m);
    }
    Tensor tensor;
    tensor.parents = rising;
    tensor.own_table = out_.modalities[m].row;
    List order(rising.size());
    std::iota(order.begin(), order.end(), 0U);  // the row's own
    contract(tensor, std::move(items), order);
    for (uint32_t a = 0; a < actions; ++a) {
      value_of[a * model_.num_modalities() + m] = first + graph_.node_outcomes(a)[m] - range.begin;
    }
  }
  program.evidence.end = size32(out_.contractions);
  program.evidence_modalities = index(modality_of);
  program.evidence_of = index(value_of).begin;
}

}  // namespace dks::mind::lanes
