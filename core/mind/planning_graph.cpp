// SPDX-License-Identifier: MIT
#include "mind/planning_graph.h"

#include <map>
#include <utility>

namespace dks::mind {
namespace {

template <class Real>
Result<> check_fit(const GenerativeModel<Real>& model, const Policies& policies) {
  if (policies.num_factors() != model.num_factors()) {
    return invalid(
        "policies are for ",
        policies.num_factors(),
        " factors, but the model has ",
        model.num_factors()
    );
  }
  for (size_t p = 0; p < policies.size(); ++p) {
    for (size_t t = 0; t < policies.depth(); ++t) {
      for (size_t f = 0; f < model.num_factors(); ++f) {
        const int32_t action = policies.step(p, t)[f];
        const uint32_t controls = model.num_controls()[f];
        if (static_cast<uint32_t>(action) >= controls) {
          return invalid(
              "policies[", p, "][", t, "][", f, "] is ", action, ", expected 0 to ", controls - 1
          );
        }
      }
    }
  }
  const size_t priors = model.log_policy_prior().size();
  if (priors != 0 && priors != policies.size()) {
    return invalid("E has ", priors, " entries, expected one per policy: ", policies.size());
  }
  return {};
}

}  // namespace

template <class Real>
class PlanningGraphBuilder {
 public:
  PlanningGraphBuilder(const GenerativeModel<Real>& model, Policies policies) : model_(model) {
    graph_.policies_ = std::move(policies);
    graph_.num_factors_ = model.num_factors();
    graph_.num_modalities_ = model.num_modalities();
  }

  Result<PlanningGraph> build() {
    const Policies& policies = graph_.policies_;
    for (uint32_t f = 0; f < model_.num_factors(); ++f) {
      before_.push_back(add_belief(f, 0, 0));
    }
    for (uint32_t step = 0; step < policies.depth(); ++step) {
      for (size_t node = policies.step_begin(step); node < policies.step_begin(step + 1); ++node) {
        add_node(node, step);
        if (graph_.belief_values_ + graph_.outcome_values_ > ModelLimits::kTotalEntries) {
          return error(
              Status::kLimit,
              "planning over ",
              policies.size(),
              " policies would hold more than ",
              ModelLimits::kTotalEntries,
              " numbers, the limit"
          );
        }
      }
    }
    return std::move(graph_);
  }

 private:
  // What makes two predictions equal: (factor, slice) or (modality, step), and the parents'
  // beliefs.
  using Key = std::vector<uint32_t>;

  static Key make_key(
      uint32_t first,
      uint32_t second,
      std::span<const uint32_t> parents,
      std::span<const uint32_t> beliefs
  ) {
    Key key{first, second};
    for (const uint32_t parent : parents) {
      key.push_back(beliefs[parent]);
    }
    return key;
  }

  void add_node(size_t node, uint32_t step) {
    if (step > 0) {
      const auto ids = graph_.node_beliefs(graph_.policies_.nodes()[node].parent);
      before_.assign(ids.begin(), ids.end());
    }
    const std::span<const int32_t> actions = graph_.policies_.node_actions(node);
    for (uint32_t f = 0; f < model_.num_factors(); ++f) {
      const auto action = static_cast<size_t>(actions[f]);
      graph_.node_beliefs_.push_back(belief_after(f, model_.factors()[f].slice_of_action[action]));
    }
    for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
      graph_.node_outcomes_.push_back(outcome_of(m, step, graph_.node_beliefs(node)));
    }
  }

  uint32_t belief_after(uint32_t f, uint32_t slice) {
    const Key key = make_key(f, slice, model_.factors()[f].parents, before_);
    const auto known = belief_ids_.find(key);
    if (known != belief_ids_.end()) {
      return known->second;
    }
    return belief_ids_[key] = add_belief(f, slice, add_parents(key));
  }

  uint32_t outcome_of(uint32_t m, uint32_t step, std::span<const uint32_t> beliefs) {
    const Modality<Real>& modality = model_.modalities()[m];
    const Key key = make_key(m, step, modality.parents, beliefs);
    const auto known = outcome_ids_.find(key);
    if (known != outcome_ids_.end()) {
      return known->second;
    }
    const auto offset = static_cast<uint32_t>(graph_.outcome_values_);
    graph_.outcomes_.push_back({m, step, add_parents(key), offset});
    graph_.outcome_values_ += modality.num_outcomes;
    return outcome_ids_[key] = static_cast<uint32_t>(graph_.outcomes_.size() - 1);
  }

  uint32_t add_belief(uint32_t f, uint32_t slice, uint32_t parents) {
    const auto offset = static_cast<uint32_t>(graph_.belief_values_);
    graph_.beliefs_.push_back({f, slice, parents, offset});
    graph_.belief_values_ += model_.factors()[f].num_states;
    return static_cast<uint32_t>(graph_.beliefs_.size() - 1);
  }

  uint32_t add_parents(const Key& key) {
    const auto first = static_cast<uint32_t>(graph_.parent_ids_.size());
    graph_.parent_ids_.insert(graph_.parent_ids_.end(), key.begin() + 2, key.end());
    return first;
  }

  const GenerativeModel<Real>& model_;
  PlanningGraph graph_;
  Key before_;  // belief ids of the node's parent
  std::map<Key, uint32_t> belief_ids_;
  std::map<Key, uint32_t> outcome_ids_;
};

template <class Real>
Result<PlanningGraph> PlanningGraph::build(const GenerativeModel<Real>& model, Policies policies) {
  DKS_TRY(check_fit(model, policies));
  return PlanningGraphBuilder<Real>(model, std::move(policies)).build();
}

template Result<PlanningGraph> PlanningGraph::build(const GenerativeModel<double>&, Policies);
template Result<PlanningGraph> PlanningGraph::build(const GenerativeModel<float>&, Policies);

}  // namespace dks::mind
