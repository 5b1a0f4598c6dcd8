// SPDX-License-Identifier: MIT
#include "mind/planning_graph.h"

#include <algorithm>
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

// What each beginning of a policy needs at least.
template <class Real>
Result<> check_nodes(const GenerativeModel<Real>& model, const Policies& policies) {
  const size_t nodes = policies.nodes().size();
  const size_t each = model.num_factors() + model.num_modalities();
  if (nodes > ModelLimits::kPredictions / each) {
    return error(
        Status::kLimit,
        "planning over ",
        policies.size(),
        " policies would look at ",
        nodes,
        " beginnings of them with ",
        each,
        " predictions each, the limit is ",
        ModelLimits::kPredictions,
        " in all"
    );
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
    graph_.node_beliefs_.resize(graph_.policies_.nodes().size() * model.num_factors());
    graph_.node_outcomes_.resize(graph_.policies_.nodes().size() * model.num_modalities());
  }

  Result<PlanningGraph> build() {
    for (uint32_t f = 0; f < model_.num_factors(); ++f) {
      present_.push_back(f);
      graph_.beliefs_.push_back({0, 0, static_cast<uint32_t>(graph_.belief_values_)});
      graph_.belief_values_ += model_.factors()[f].num_states;
    }
    for (size_t step = 0; step < graph_.policies_.depth(); ++step) {
      for (size_t f = 0; f < model_.num_factors(); ++f) {
        DKS_TRY(add_beliefs(step, f));
      }
      for (size_t m = 0; m < model_.num_modalities(); ++m) {
        DKS_TRY(add_outcomes(step, m));
      }
    }
    return std::move(graph_);
  }

 private:
  // What makes two predictions of one factor or modality equal: the slice, then its parents'
  // beliefs.
  using Key = std::vector<uint32_t>;

  // All distinct predictions of one kind in one step; `key_of(node)` tells them apart.
  template <class KeyOf>
  static PredictionRange add_distinct(
      const Policies& policies,
      size_t step,
      KeyOf key_of,
      size_t values_each,
      std::vector<Prediction>& predictions,
      std::vector<uint32_t>& parent_ids,
      size_t& values,
      uint32_t* node_ids,
      size_t stride
  ) {
    PredictionRange range;
    range.begin = static_cast<uint32_t>(predictions.size());
    std::map<Key, uint32_t> known;
    for (size_t node = policies.step_begin(step); node < policies.step_begin(step + 1); ++node) {
      const Key& key = key_of(node);
      const auto next = static_cast<uint32_t>(predictions.size());
      const auto [entry, is_new] = known.try_emplace(key, next);
      if (is_new) {
        const size_t num_parents = key.size() - 1;
        const bool as_before =
            predictions.size() > range.begin &&
            std::equal(key.begin() + 1, key.end(), parent_ids.end() - num_parents);
        if (!as_before) {
          parent_ids.insert(parent_ids.end(), key.begin() + 1, key.end());
        }
        const auto first_parent = static_cast<uint32_t>(parent_ids.size() - num_parents);
        predictions.push_back({key[0], first_parent, static_cast<uint32_t>(values)});
        values += values_each;
      }
      node_ids[node * stride] = entry->second;
    }
    range.end = static_cast<uint32_t>(predictions.size());
    return range;
  }

  Result<> add_beliefs(size_t step, size_t f) {
    const Factor<Real>& factor = model_.factors()[f];
    const auto key_of = [&](size_t node) -> const Key& {
      const auto action = static_cast<size_t>(graph_.policies_.node_actions(node)[f]);
      const uint32_t before = graph_.policies_.nodes()[node].parent;
      return make_key(
          factor.slice_of_action[action],
          factor.parents,
          before == kNoNode ? present_ : graph_.node_beliefs(before)
      );
    };
    graph_.belief_ranges_.push_back(add_distinct(
        graph_.policies_,
        step,
        key_of,
        factor.num_states,
        graph_.beliefs_,
        graph_.parent_ids_,
        graph_.belief_values_,
        &graph_.node_beliefs_[f],
        model_.num_factors()
    ));
    return check_limit();
  }

  Result<> add_outcomes(size_t step, size_t m) {
    const Modality<Real>& modality = model_.modalities()[m];
    const auto key_of = [&](size_t node) -> const Key& {
      return make_key(0, modality.parents, graph_.node_beliefs(node));
    };
    graph_.outcome_ranges_.push_back(add_distinct(
        graph_.policies_,
        step,
        key_of,
        modality.num_outcomes,
        graph_.outcomes_,
        graph_.parent_ids_,
        graph_.outcome_values_,
        &graph_.node_outcomes_[m],
        model_.num_modalities()
    ));
    return check_limit();
  }

  const Key& make_key(
      uint32_t slice, std::span<const uint32_t> parents, std::span<const uint32_t> beliefs
  ) {
    key_.assign(1, slice);
    for (const uint32_t parent : parents) {
      key_.push_back(beliefs[parent]);
    }
    return key_;
  }

  Result<> check_limit() const {
    const size_t held = graph_.belief_values_ + graph_.outcome_values_ + graph_.parent_ids_.size();
    if (held > ModelLimits::kTotalEntries) {
      return error(
          Status::kLimit,
          "planning over ",
          graph_.policies_.size(),
          " policies would hold more than ",
          ModelLimits::kTotalEntries,
          " numbers, the limit"
      );
    }
    return {};
  }

  const GenerativeModel<Real>& model_;
  PlanningGraph graph_;
  Key present_;
  Key key_;  // of the node that is looked at
};

template <class Real>
Result<PlanningGraph> PlanningGraph::build(const GenerativeModel<Real>& model, Policies policies) {
  DKS_TRY(check_fit(model, policies));
  DKS_TRY(check_nodes(model, policies));
  return PlanningGraphBuilder<Real>(model, std::move(policies)).build();
}

template Result<PlanningGraph> PlanningGraph::build(const GenerativeModel<double>&, Policies);
template Result<PlanningGraph> PlanningGraph::build(const GenerativeModel<float>&, Policies);

}  // namespace dks::mind
