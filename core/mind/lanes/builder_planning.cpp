// Planning as lists. SPDX-License-Identifier: MIT
#include "mind/lanes/builder.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace dks::mind::lanes {

void Builder::add_plan(
    const PlanningGraph& graph, size_t first_step, OwnedProgram::Plan& lists, LanePlan& plan
) {
  const Policies& policies = graph.policies();
  const auto modalities = static_cast<uint32_t>(model_.num_modalities());
  plan.depth = static_cast<uint32_t>(policies.depth());
  plan.policies = static_cast<uint32_t>(policies.size());
  plan.beliefs = take(graph.belief_values());
  plan.scores = take(policies.nodes().size());
  List values(graph.outcomes().size());
  for (size_t t = 0; t < policies.depth(); ++t) {
    LaneStep step;
    step.contractions.begin = size32(out_.contractions);
    step.outcomes.begin = size32(out_.outcomes);
    const auto add = [&](const Tensor& tensor,
                         std::span<const uint32_t> parents,
                         const PredictionRange& range,
                         std::span<const Prediction> predictions,
                         auto place_of) {
      std::vector<Item> items;
      for (uint32_t id = range.begin; id < range.end; ++id) {
        Item item{predictions[id].slice, {}, place_of(id)};
        for (const uint32_t factor : tensor.parents) {
          const auto k = std::find(parents.begin(), parents.end(), factor) - parents.begin();
          const uint32_t belief =
              graph.parent_ids()[predictions[id].parents + static_cast<uint32_t>(k)];
          item.beliefs.push_back(plan.beliefs + graph.beliefs()[belief].offset);
        }
        items.push_back(std::move(item));
      }
      const List order = best_order(items, tensor.parents.size());
      contract(tensor, std::move(items), order);
    };
    for (uint32_t f = 0; f < model_.num_factors(); ++f) {
      add(transition_of(f),
          model_.factors()[f].parents,
          graph.beliefs_of(t, f),
          graph.beliefs(),
          [&](uint32_t id) { return plan.beliefs + graph.beliefs()[id].offset; });
    }
    const uint32_t preferences = size32(out_.constants);
    const auto log_preferences = model_.log_preferences(first_step + t);
    out_.constants.insert(out_.constants.end(), log_preferences.begin(), log_preferences.end());
    for (uint32_t m = 0; m < modalities; ++m) {
      const LaneModality& modality = out_.modalities[m];
      const PredictionRange range = graph.outcomes_of(t, m);
      for (uint32_t id = range.begin; id < range.end; ++id) {
        values[id] = take(modality.outcomes + 1);
        out_.outcomes.push_back(
            {modality.outcomes, modality.at, values[id], preferences + modality.at}
        );
      }
      add(outcomes_of(m),
          model_.modalities()[m].parents,
          range,
          graph.outcomes(),
          [&](uint32_t id) { return values[id]; });
    }
    step.contractions.end = size32(out_.contractions);
    step.outcomes.end = size32(out_.outcomes);
    step.nodes = {
        static_cast<uint32_t>(policies.step_begin(t)),
        static_cast<uint32_t>(policies.step_begin(t + 1))};
    lists.steps.push_back(step);
  }
  for (size_t node = 0; node < policies.nodes().size(); ++node) {
    lists.parents.push_back(policies.nodes()[node].parent);
    for (const uint32_t id : graph.node_outcomes(node)) {
      lists.node_outcomes.push_back(values[id]);
    }
  }
  for (size_t p = 0; p < policies.size(); ++p) {
    lists.leaves.push_back(policies.leaf(p));
    lists.first_actions.push_back(policies.first_action(p));
  }
}

void Builder::add_branches(const PlanningGraph& first) {
  const auto actions = static_cast<uint32_t>(first.policies().size());
  for (uint32_t f = 0; f < model_.num_factors(); ++f) {
    std::map<uint32_t, List> actions_of;
    for (uint32_t a = 0; a < actions; ++a) {
      actions_of[first.node_beliefs(a)[f]].push_back(a);
    }
    for (const auto& [belief, list] : actions_of) {
      const uint32_t place = out_.program.first.beliefs + first.beliefs()[belief].offset;
      out_.branches.push_back({f, place, index(list)});
    }
  }
}

Result<PlanningGraph> Builder::first_steps() const {
  const Policies& policies = graph_.policies();
  std::vector<int32_t> actions;
  for (size_t a = 0; a < policies.num_first_actions(); ++a) {
    const auto step = policies.node_actions(a);
    actions.insert(actions.end(), step.begin(), step.end());
  }
  auto list = Policies::from_list(model_.num_controls(), 1, actions);
  return list ? PlanningGraph::build(model_, std::move(*list)) : list.error();
}

// What follows the first action, if it is the same for each.
Result<PlanningGraph> Builder::continuations() const {
  const Policies& policies = graph_.policies();
  const size_t actions = policies.num_first_actions();
  std::vector<int32_t> first;
  for (size_t p = 0; p < policies.size(); ++p) {
    const size_t action = policies.first_action(p);
    const size_t each = policies.size() / actions;
    const bool in_order = policies.size() % actions == 0 && action == p / each;
    for (size_t t = 1; t < policies.depth(); ++t) {
      const auto step = policies.step(p, t);
      const size_t at = ((p % each) * (policies.depth() - 1) + t - 1) * step.size();
      if (in_order && action == 0) {
        first.insert(first.end(), step.begin(), step.end());
      } else if (!in_order || !std::equal(step.begin(), step.end(), first.begin() + static_cast<ptrdiff_t>(at))) {
        return invalid(
            "policies[",
            p,
            "] does not continue as those of the first action do, which pruning "
            "needs"
        );
      }
    }
  }
  auto list = Policies::from_list(model_.num_controls(), policies.depth() - 1, first);
  return list ? PlanningGraph::build(model_, std::move(*list)) : list.error();
}

}  // namespace dks::mind::lanes
