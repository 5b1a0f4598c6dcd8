// Names as small numbers: interned once, found again in both directions. 0 is no name.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <memory_resource>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dks {

class Symbols {
 public:
  static constexpr uint32_t kLimit = 1U << 20;  // names come from outside: bounded

  explicit Symbols(std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : names_(memory), index_(memory) {}

  // The number of `name`; 0 when it is empty or the limit is reached. Without memory for it nothing
  // has changed.
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
    try {
      index_.emplace(names_.back(), size());
    } catch (...) {
      names_.pop_back();
      throw;
    }
    return size();
  }
  uint32_t find(std::string_view name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? 0 : found->second;
  }
  // "" for 0. Valid as long as the table, and NUL-terminated.
  std::string_view name(uint32_t number) const {
    return number == 0 || number > names_.size() ? std::string_view("") : names_[number - 1];
  }
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }
  // Takes over what another table has more; until then both were the same.
  void copy_from(const Symbols& from) {
    while (size() < from.size()) {
      intern(from.names_[size()]);
    }
  }

 private:
  std::pmr::deque<std::pmr::string> names_;  // addresses stay
  std::pmr::unordered_map<std::string_view, uint32_t> index_;
};

}  // namespace dks
