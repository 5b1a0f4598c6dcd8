// Policies: sequences of actions to choose between, and the tree of their common beginnings.
// SPDX-License-Identifier: MIT
//
// A policy has `depth` steps; a step names one action per factor (0 for factors with one control).
// Policies that begin alike share the nodes of a prefix tree, so that planning looks at each
// distinct beginning once: 8 actions at depth 2 are 64 policies of 2 steps, but 72 nodes, not 128.
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dks::mind {

inline constexpr size_t kDefaultPolicyLimit = size_t{1} << 16;
inline constexpr size_t kMostPolicySteps = 256;
inline constexpr size_t kMostPolicyActions = size_t{1} << 24;  // of all policies, steps, factors

// A distinct beginning of policies. Nodes of one step stand together, earlier steps first, in the
// order in which the list of policies first shows them.
struct PrefixNode {
  uint32_t parent = 0;        // node one step before; kNoNode at step 0
  uint32_t first_action = 0;  // node of step 0 that this one continues
  uint32_t policy = 0;        // first policy with this beginning
};
inline constexpr uint32_t kNoNode = UINT32_MAX;

class Policies {
 public:
  // Every combination of actions, the last factor of the last step fastest (Python's
  // itertools.product over [step 0 factor 0, step 0 factor 1, ..., step 1 factor 0, ...]).
  static Result<Policies> enumerate(
      std::span<const uint32_t> num_controls, size_t depth, size_t limit = kDefaultPolicyLimit
  );

  // One action for the whole body, one of `num_actions`: every factor with more than one control
  // takes the same. First-step node k is action k, which needs a factor that tells them apart.
  static Result<Policies> enumerate_shared(
      std::span<const uint32_t> num_controls,
      uint32_t num_actions,
      size_t depth,
      size_t limit = kDefaultPolicyLimit
  );

  // `actions[policy][step][factor]`, flat.
  static Result<Policies> from_list(
      std::span<const uint32_t> num_controls,
      size_t depth,
      std::span<const int32_t> actions,
      size_t limit = kDefaultPolicyLimit
  );

  size_t size() const { return leaves_.size(); }
  size_t depth() const { return depth_; }
  size_t num_factors() const { return num_factors_; }
  // One action per factor.
  std::span<const int32_t> step(size_t policy, size_t step) const {
    return std::span(actions_).subspan((policy * depth_ + step) * num_factors_, num_factors_);
  }

  std::span<const PrefixNode> nodes() const { return nodes_; }
  // Nodes of step t are [step_begin(t), step_begin(t + 1)).
  size_t step_begin(size_t step) const { return step_begin_[step]; }
  size_t num_first_actions() const { return step_begin_[1]; }
  uint32_t leaf(size_t policy) const { return leaves_[policy]; }
  uint32_t first_action(size_t policy) const { return nodes_[leaves_[policy]].first_action; }
  // The actions that lead from a node's parent to it, one per factor.
  std::span<const int32_t> node_actions(size_t node) const;

 private:
  void grow_tree();

  size_t depth_ = 0;
  size_t num_factors_ = 0;
  std::vector<int32_t> actions_;
  std::vector<PrefixNode> nodes_;
  std::vector<size_t> step_begin_;
  std::vector<uint32_t> leaves_;
};

}  // namespace dks::mind
