// Writes a program: the lists of contractions, and what else inference and planning need of a
// model. SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/lanes/lane_engine.h"
#include "mind/lanes/program_builder.h"
#include "mind/planning_graph.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace dks::mind::lanes {

using Model = GenerativeModel<float>;
using List = std::vector<uint32_t>;

inline uint32_t size32(const auto& container) {
  return static_cast<uint32_t>(container.size());
}

// Parents that can be in more than one state; at least one. The others change nothing.
List moving_parents(const Model& model, std::span<const uint32_t> parents);

// Reads a tensor's entries with the axes of its parents in another order. The entry of given
// states stands at base + sum of state * stride.
class Axes {
 public:
  // `wanted`: some of the parents, in the new order; the others have one state.
  Axes(const Model& model, std::span<const uint32_t> parents, std::span<const uint32_t> wanted) {
    for (const uint32_t factor : wanted) {
      size_t stride = 1;
      for (size_t k = parents.size(); parents[--k] != factor;) {
        stride *= model.factors()[parents[k]].num_states;
      }
      strides_.push_back(stride);
      sizes_.push_back(model.factors()[factor].num_states);
    }
    states_.resize(sizes_.size());
  }
  // Joint states in the old order, in the sequence of the new one.
  template <class F>
  void for_each(F&& f) {
    std::fill(states_.begin(), states_.end(), 0U);
    bool more = true;
    while (more) {
      size_t joint = 0;
      for (size_t i = 0; i < states_.size(); ++i) {
        joint += states_[i] * strides_[i];
      }
      f(joint);
      more = false;
      for (size_t i = states_.size(); i-- > 0 && !more;) {
        more = ++states_[i] < sizes_[i];
        states_[i] = more ? states_[i] : 0;
      }
    }
  }

 private:
  std::vector<size_t> strides_;
  List sizes_, states_;
};

class Builder {
 public:
  Builder(const Model& model, const PlanningGraph& graph, OwnedProgram& out)
      : model_(model), graph_(graph), out_(out) {}

  Result<> build(const LaneSettings& settings);

 private:
  // A contraction chain to be: where the parents' beliefs stand, in the order of the parents.
  struct Item {
    uint32_t slice = 0;
    List beliefs;
    uint32_t to = 0;
  };
  // What is summed: a shared tensor by slice, or one table of the block's own.
  struct Tensor {
    uint32_t id = 0;  // tells tensors apart
    List parents;
    uint32_t rest = 1;
    uint32_t own_table = kNone;
    // Appends the slice's entries of one joint state to the constants.
    void (*append
    )(const Builder&, uint32_t which, uint32_t slice, size_t joint, std::vector<float>& to
    ) = nullptr;
    uint32_t which = 0;
  };

  uint32_t take(size_t count) {
    const uint32_t place = out_.scratch;
    out_.scratch += static_cast<uint32_t>(count);
    return place;
  }
  Range index(std::span<const uint32_t> list) {
    const uint32_t begin = size32(out_.indices);
    out_.indices.insert(out_.indices.end(), list.begin(), list.end());
    return {begin, size32(out_.indices)};
  }
  uint32_t states(uint32_t factor) const { return model_.factors()[factor].num_states; }
  uint32_t joint(std::span<const uint32_t> factors) const {
    uint32_t size = 1;
    for (const uint32_t factor : factors) {
      size *= states(factor);
    }
    return size;
  }

  void add_factors();
  void add_groups();
  void link_group(uint32_t group, const List& parents);
  void add_modality(uint32_t m);
  void add_predictions();
  void add_evidence();
  void add_plan(
      const PlanningGraph& graph, size_t first_step, OwnedProgram::Plan& lists, LanePlan& plan
  );
  void add_branches(const PlanningGraph& first);
  Result<PlanningGraph> first_steps() const;
  Result<PlanningGraph> continuations() const;

  // Axes in the order in which they are best summed out: those with the fewest distinct beliefs
  // first, so that most of the work is shared.
  static List best_order(const std::vector<Item>& items, size_t parents);
  Range contract(const Tensor& tensor, std::vector<Item> items, const List& order);
  uint32_t constant_of(const Tensor& tensor, uint32_t slice, const List& order);
  uint32_t level_table(size_t level, uint32_t numbers);
  void place_level_tables();

  Tensor transition_of(uint32_t factor) const;
  Tensor outcomes_of(uint32_t modality) const;

  static constexpr uint32_t kLevel = 1U << 31;  // a table between the levels of a chain

  const Model& model_;
  const PlanningGraph& graph_;
  OwnedProgram& out_;
  std::map<List, uint32_t> constants_;
  List level_sizes_;
};

}  // namespace dks::mind::lanes
