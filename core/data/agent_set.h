// Sets of agents: select, sort, shuffle, group and change over columns, as Mesa's AgentSet.
// SPDX-License-Identifier: MIT
//
// A set is a list of ids, made once. Agents that are gone drop out of every operation. Fields go by
// name: any type's, or "id" and "cell", which every agent has and which only read; of a wide field
// the first element counts, or the one that is named, as in "personality[4]". An agent whose type
// lacks the field is neither selected nor counted; a field that no type has is kNotFound. For use
// between steps.
#pragma once

#include "base/ids.h"
#include "base/status.h"
#include "data/collector.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dks {

class World;

// The same values as DKS_OP_* in dks.h; capi asserts it.
enum class Comparison : uint8_t {
  kLess = 1,
  kLessEqual = 2,
  kEqual = 3,
  kNotEqual = 4,
  kGreaterEqual = 5,
  kGreater = 6,
};

class AgentSet {
 public:
  struct Group {
    double key;
    double value;
  };

  // All agents of a type, or of every type, by rising id. The world must outlive the set.
  explicit AgentSet(const World& world, std::optional<uint32_t> type = {});
  // Another world with the same agents, which is looked at from now on.
  void look_at(const World& world) { world_ = &world; }

  // Those that are still there, in the set's order; valid until the next call on the set.
  std::span<const AgentId> ids() const;

  // Keeps the agents for which `field op value` holds.
  Result<> select(std::string_view field, Comparison op, double value);
  // Keeps the first `count`.
  void take(uint64_t count);
  // Ties by id; agents without the field, and NaN, last in either direction.
  Result<> sort(std::string_view field, bool descending);
  // The same key and step give the same order of the same set.
  void shuffle(uint64_t key);
  // field := field * factor + offset, cut to the field's range and in integer fields rounded; only
  // what a host may set. All or none. `world` is the one that the set looks at.
  Result<> update(World& world, std::string_view field, double factor, double offset);

  // Added up in the set's order.
  Result<double> aggregate(std::string_view field, Aggregate aggregate) const;
  // One number for each distinct value of `by`, keys rising, NaN last and as one.
  Result<std::vector<Group>> group_by(
      std::string_view by, std::string_view field, Aggregate aggregate
  ) const;

 private:
  const World* world_;
  mutable std::vector<AgentId> ids_;  // who is gone is taken out when somebody looks
};

}  // namespace dks
