// What planning has to compute, each distinct thing once.
// SPDX-License-Identifier: MIT
//
// The belief about factor f after a beginning of a policy depends only on the transition slices
// that its ancestors took, so many nodes of the prefix tree share it: an action that does not touch
// energy leaves the same belief about energy as any other such action. Equal (factor, slice,
// parents' beliefs) get the same id, equal outcomes of a modality likewise. That changes no bit of
// a result and saves repeating it: a pet whose 8 actions fall into 4 different moves per factor
// needs a third of the work. The graph is found once per model and policies.
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/policies.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dks::mind {

// A belief about one factor, or the outcomes of one modality, at one beginning or at several.
struct Prediction {
  uint32_t slice = 0;    // of the factor's transition; 0 for outcomes
  uint32_t parents = 0;  // where its parents' beliefs begin in parent_ids(); neighbours share it
  uint32_t offset = 0;   // of its values in Workspace::beliefs or Workspace::outcomes
};

// Ids from begin to before end.
struct PredictionRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};

template <class Real>
class PlanningGraphBuilder;

class PlanningGraph {
 public:
  // Refuses policies made for other factors or controls, and what would not fit in memory.
  template <class Real>
  static Result<PlanningGraph> build(const GenerativeModel<Real>& model, Policies policies);

  const Policies& policies() const { return policies_; }
  // The first num_factors() are the present beliefs.
  std::span<const Prediction> beliefs() const { return beliefs_; }
  std::span<const Prediction> outcomes() const { return outcomes_; }
  std::span<const uint32_t> parent_ids() const { return parent_ids_; }
  size_t belief_values() const { return belief_values_; }
  size_t outcome_values() const { return outcome_values_; }

  // Those that one planning step adds for one factor (modality).
  PredictionRange beliefs_of(size_t step, size_t factor) const {
    return belief_ranges_[step * num_factors_ + factor];
  }
  PredictionRange outcomes_of(size_t step, size_t modality) const {
    return outcome_ranges_[step * num_modalities_ + modality];
  }

  // Ids at a prefix node, in the order of factors (modalities).
  std::span<const uint32_t> node_beliefs(size_t node) const {
    return std::span(node_beliefs_).subspan(node * num_factors_, num_factors_);
  }
  std::span<const uint32_t> node_outcomes(size_t node) const {
    return std::span(node_outcomes_).subspan(node * num_modalities_, num_modalities_);
  }

 private:
  template <class Real>
  friend class PlanningGraphBuilder;

  Policies policies_;
  size_t num_factors_ = 0;
  size_t num_modalities_ = 0;
  std::vector<Prediction> beliefs_;
  std::vector<Prediction> outcomes_;
  std::vector<PredictionRange> belief_ranges_;
  std::vector<PredictionRange> outcome_ranges_;
  std::vector<uint32_t> parent_ids_;
  std::vector<uint32_t> node_beliefs_;
  std::vector<uint32_t> node_outcomes_;
  size_t belief_values_ = 0;
  size_t outcome_values_ = 0;
};

}  // namespace dks::mind
