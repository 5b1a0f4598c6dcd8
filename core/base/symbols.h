// Names as small numbers: interned once, found again in both directions. 0 is no name.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dks {

class Symbols {
 public:
  static constexpr uint32_t kLimit = 1U << 20;  // names come from outside: bounded

  // The number of `name`; 0 when it is empty or the limit is reached.
  uint32_t intern(std::string_view name) {
    if (name.empty()) {
      return 0;
    }
    if (const auto found = index_.find(name); found != index_.end()) {
      return found->second;
    }
    if (names_.size() >= kLimit) {
      return 0;
    }
    names_.emplace_back(name);
    const auto number = static_cast<uint32_t>(names_.size());
    index_.emplace(names_.back(), number);
    return number;
  }
  uint32_t find(std::string_view name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? 0 : found->second;
  }
  // "" for 0. Valid as long as the table, and NUL-terminated.
  const std::string& name(uint32_t number) const {
    static const std::string none;
    return number == 0 || number > names_.size() ? none : names_[number - 1];
  }
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }

 private:
  std::deque<std::string> names_;  // addresses stay
  std::unordered_map<std::string_view, uint32_t> index_;
};

}  // namespace dks
