// SPDX-License-Identifier: MIT
#include "mind/policies.h"

#include <algorithm>
#include <map>
#include <utility>

namespace dks::mind {
namespace {

// base^exponent, or more than limit.
uint64_t power(uint64_t base, size_t exponent, uint64_t limit) {
  uint64_t result = 1;
  for (size_t i = 0; i < exponent && result <= limit; ++i) {
    result = base > limit / result ? limit + 1 : result * base;
  }
  return result;
}

Error too_many(size_t actions, size_t depth, size_t limit) {
  return error(
      Status::kLimit,
      "policies: ",
      actions,
      " actions at depth ",
      depth,
      " are more than ",
      limit,
      " policies, the limit"
  );
}

// That the actions of all policies fit in memory; count and depth are within the limit of policies.
Result<> check_actions(uint64_t count, size_t depth, size_t num_factors) {
  if (count * depth > kMostPolicyActions / num_factors) {
    return error(
        Status::kLimit,
        "policies: ",
        count,
        " of ",
        depth,
        " steps for ",
        num_factors,
        " factors are more than ",
        kMostPolicyActions,
        " actions, the limit"
    );
  }
  return {};
}

// What makes two nodes of one step the same.
struct Continuation {
  uint32_t parent;
  std::span<const int32_t> actions;  // of the list of policies

  bool operator<(const Continuation& other) const {
    return parent != other.parent ? parent < other.parent
                                  : std::ranges::lexicographical_compare(actions, other.actions);
  }
};

Result<> check_shape(std::span<const uint32_t> num_controls, size_t depth) {
  if (num_controls.empty()) {
    return invalid("policies: 0 factors, expected at least 1");
  }
  if (depth == 0) {
    return invalid("policies: depth 0, expected at least 1");
  }
  if (depth > kMostPolicySteps) {
    return error(Status::kLimit, "policies: depth ", depth, ", the limit is ", kMostPolicySteps);
  }
  for (size_t f = 0; f < num_controls.size(); ++f) {
    if (num_controls[f] == 0) {
      return invalid("policies: factor ", f, " has 0 controls, expected at least 1");
    }
  }
  return {};
}

}  // namespace

Result<Policies> Policies::enumerate(
    std::span<const uint32_t> num_controls, size_t depth, size_t limit
) {
  DKS_TRY(check_shape(num_controls, depth));
  uint64_t combinations = 1;
  for (const uint32_t controls : num_controls) {
    combinations = controls > limit / combinations ? limit + 1 : combinations * controls;
    if (combinations > limit) {
      return error(
          Status::kLimit,
          "policies: the controls of the factors allow more than ",
          limit,
          " actions, the limit of policies"
      );
    }
  }
  const uint64_t count = power(combinations, depth, limit);
  if (count > limit) {
    return too_many(combinations, depth, limit);
  }
  DKS_TRY(check_actions(count, depth, num_controls.size()));
  Policies policies;
  policies.depth_ = depth;
  policies.num_factors_ = num_controls.size();
  policies.actions_.resize(count * depth * num_controls.size());
  for (size_t p = 0; p < count; ++p) {
    size_t rest = p;
    for (size_t digit = depth * num_controls.size(); digit-- > 0;) {
      const uint32_t controls = num_controls[digit % num_controls.size()];
      policies.actions_[p * depth * num_controls.size() + digit] =
          static_cast<int32_t>(rest % controls);
      rest /= controls;
    }
  }
  policies.grow_tree();
  return policies;
}

Result<Policies> Policies::enumerate_shared(
    std::span<const uint32_t> num_controls, uint32_t num_actions, size_t depth, size_t limit
) {
  DKS_TRY(check_shape(num_controls, depth));
  for (size_t f = 0; f < num_controls.size(); ++f) {
    if (num_controls[f] != 1 && num_controls[f] < num_actions) {
      return invalid(
          "policies: factor ",
          f,
          " has ",
          num_controls[f],
          " controls, expected 1 or at least ",
          num_actions
      );
    }
  }
  if (num_actions == 0 ||
      (num_actions > 1 && *std::max_element(num_controls.begin(), num_controls.end()) == 1)) {
    return invalid("policies: ", num_actions, " actions, but no factor has a control for each");
  }
  const uint64_t count = power(num_actions, depth, limit);
  if (count > limit) {
    return too_many(num_actions, depth, limit);
  }
  DKS_TRY(check_actions(count, depth, num_controls.size()));
  Policies policies;
  policies.depth_ = depth;
  policies.num_factors_ = num_controls.size();
  std::vector<size_t> digits(depth);
  for (size_t p = 0; p < count; ++p) {
    size_t rest = p;
    for (size_t step = depth; step-- > 0;) {
      digits[step] = rest % num_actions;
      rest /= num_actions;
    }
    for (const size_t action : digits) {
      for (const uint32_t controls : num_controls) {
        policies.actions_.push_back(controls == 1 ? 0 : static_cast<int32_t>(action));
      }
    }
  }
  policies.grow_tree();
  return policies;
}

Result<Policies> Policies::from_list(
    std::span<const uint32_t> num_controls,
    size_t depth,
    std::span<const int32_t> actions,
    size_t limit
) {
  DKS_TRY(check_shape(num_controls, depth));
  const size_t per_policy = depth * num_controls.size();
  const size_t count = actions.size() / per_policy;
  if (count == 0 || actions.size() % per_policy != 0) {
    return invalid(
        "policies: a list of ", actions.size(), " actions, expected a multiple of ", per_policy
    );
  }
  if (count > limit) {
    return error(Status::kLimit, "policies: a list of ", count, ", the limit is ", limit);
  }
  DKS_TRY(check_actions(count, depth, num_controls.size()));
  for (size_t i = 0; i < actions.size(); ++i) {
    const size_t f = i % num_controls.size();
    if (actions[i] < 0 || static_cast<uint32_t>(actions[i]) >= num_controls[f]) {
      return invalid(
          "policies[",
          i / per_policy,
          "][",
          i % per_policy / num_controls.size(),
          "][",
          f,
          "] is ",
          actions[i],
          ", expected 0 to ",
          num_controls[f] - 1
      );
    }
  }
  Policies policies;
  policies.depth_ = depth;
  policies.num_factors_ = num_controls.size();
  policies.actions_.assign(actions.begin(), actions.end());
  policies.leaves_.resize(count);
  policies.grow_tree();
  return policies;
}

void Policies::grow_tree() {
  const size_t count = actions_.size() / (depth_ * num_factors_);
  leaves_.assign(count, kNoNode);
  step_begin_.assign(1, 0);
  for (size_t t = 0; t < depth_; ++t) {
    std::map<Continuation, uint32_t> known;
    for (size_t p = 0; p < count; ++p) {
      const uint32_t next = static_cast<uint32_t>(nodes_.size());
      const uint32_t parent = leaves_[p];
      const auto [entry, is_new] = known.try_emplace({parent, step(p, t)}, next);
      if (is_new) {
        const uint32_t first_action = t == 0 ? next : nodes_[parent].first_action;
        nodes_.push_back({parent, first_action, static_cast<uint32_t>(p)});
      }
      leaves_[p] = entry->second;
    }
    step_begin_.push_back(nodes_.size());
  }
}

std::span<const int32_t> Policies::node_actions(size_t node) const {
  const auto after = std::upper_bound(step_begin_.begin(), step_begin_.end(), node);
  const size_t t = static_cast<size_t>(after - step_begin_.begin()) - 1;
  return step(nodes_[node].policy, t);
}

}  // namespace dks::mind
