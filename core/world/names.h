// The names of agents: unique in a world, gone with the agent.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace dks {

class Names {
 public:
  explicit Names(std::pmr::memory_resource* memory) : agents_(memory), by_slot_(memory) {}

  // none: nobody is called that.
  AgentId find(std::string_view name) const {
    const auto found = agents_.find(name);
    return found == agents_.end() ? AgentId{} : found->second;
  }
  // "" when it has none. Valid and NUL-terminated as long as the agent is there.
  std::string_view of(AgentId agent) const {
    const auto found = by_slot_.find(agent.index());
    const bool named = found != by_slot_.end() && found->second->second == agent;
    return named ? std::string_view(found->second->first) : std::string_view("");
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

  // A name with all the memory that it will take, so that giving it to an agent cannot fail.
  class Ready;
  // `more` is how many names will be added besides, before the next call.
  Ready make_ready(std::string_view name, size_t more = 0);
  // The name must be free.
  void add(AgentId agent, Ready ready) noexcept;
  void remove(AgentId agent) {
    if (const auto found = by_slot_.find(agent.index()); found != by_slot_.end()) {
      erase(found);
    }
  }
  // Takes over names of others; looks at each name only if some have changed there.
  void copy_from(const Names& from);

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Agents = std::pmr::unordered_map<std::pmr::string, AgentId, Hash, std::equal_to<>>;
  using BySlot = std::pmr::unordered_map<uint32_t, const Agents::value_type*>;

  BySlot::iterator erase(BySlot::iterator entry) {
    ++changes_;
    agents_.erase(agents_.find(entry->second->first));
    return by_slot_.erase(entry);
  }

  Agents agents_;
  BySlot by_slot_;
  uint64_t changes_ = 0;
  uint64_t copied_ = 0;  // of a copy: what changes_ was there when it was made
};

class Names::Ready {
  friend class Names;
  Agents::node_type agent_;
  BySlot::node_type slot_;
};

inline Names::Ready Names::make_ready(std::string_view name, size_t more) {
  Agents agent(agents_.get_allocator());
  BySlot slot(by_slot_.get_allocator());
  agent.emplace(name, AgentId{});
  slot.emplace(0, nullptr);
  agents_.reserve(agents_.size() + 1 + more);
  by_slot_.reserve(by_slot_.size() + 1 + more);
  Ready ready;
  ready.agent_ = agent.extract(agent.begin());
  ready.slot_ = slot.extract(slot.begin());
  return ready;
}

inline void Names::copy_from(const Names& from) {
  if (copied_ == from.changes_) {
    return;
  }
  for (auto entry = by_slot_.begin(); entry != by_slot_.end();) {
    const auto& [name, agent] = *entry->second;
    entry = from.of(agent) == name ? std::next(entry) : erase(entry);
  }
  for (const auto& [name, agent] : from.agents_) {
    if (of(agent) != name) {
      add(agent, make_ready(name));
    }
  }
  copied_ = from.changes_;
}

inline void Names::add(AgentId agent, Ready ready) noexcept {
  ++changes_;
  ready.agent_.mapped() = agent;
  ready.slot_.key() = agent.index();
  ready.slot_.mapped() = &*agents_.insert(std::move(ready.agent_)).position;
  by_slot_.insert(std::move(ready.slot_));
}

}  // namespace dks
