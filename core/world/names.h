// The names of agents: unique in a world, gone with the agent.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dks {

class Names {
 public:
  // none: nobody is called that.
  AgentId find(std::string_view name) const {
    const auto found = agents_.find(name);
    return found == agents_.end() ? AgentId{} : found->second;
  }
  // "" when it has none. Valid and NUL-terminated as long as the agent is there.
  const std::string& of(AgentId agent) const {
    static const std::string none;
    const auto found = by_slot_.find(agent.index());
    return found == by_slot_.end() || found->second->second != agent ? none : found->second->first;
  }
  std::vector<std::string_view> sorted() const {
    std::vector<std::string_view> names;
    names.reserve(agents_.size());
    for (const auto& [name, agent] : agents_) {
      names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // The name must be free.
  void add(AgentId agent, std::string_view name) {
    const auto added = agents_.emplace(name, agent).first;
    try {
      by_slot_[agent.index()] = &*added;
    } catch (...) {
      agents_.erase(added);
      throw;
    }
  }
  void remove(AgentId agent) {
    if (const auto found = by_slot_.find(agent.index()); found != by_slot_.end()) {
      agents_.erase(agents_.find(found->second->first));
      by_slot_.erase(found);
    }
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Agents = std::unordered_map<std::string, AgentId, Hash, std::equal_to<>>;

  Agents agents_;
  std::unordered_map<uint32_t, const Agents::value_type*> by_slot_;
};

}  // namespace dks
