// Users: whoever sent the world a message or was named in its file. So far a user is a name.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/grow.h"

#include <cstdint>
#include <memory_resource>
#include <span>
#include <unordered_map>
#include <vector>

namespace dks {

struct User {
  uint32_t name;         // symbol
  uint64_t last_id = 0;  // of this user's messages: they rise, and one that does not is a repeat
};

class Users {
 public:
  explicit Users(std::pmr::memory_resource* memory) : users_(memory), index_(memory) {}

  // The user of that name, made on first sight. Without memory for it nothing has changed.
  User& meet(uint32_t name) {
    if (const auto found = index_.find(name); found != index_.end()) {
      return users_[found->second];
    }
    grow(users_, users_.size() + 1);
    index_.emplace(name, static_cast<uint32_t>(users_.size()));
    return users_.emplace_back(User{name});
  }
  bool knows(uint32_t name) const { return index_.contains(name); }
  // Of users that were all met by `from` before.
  void copy_from(const Users& from) {
    while (users_.size() < from.users_.size()) {
      meet(from.users_[users_.size()].name);
    }
    users_ = from.users_;
  }
  std::span<const User> all() const { return users_; }

 private:
  std::pmr::vector<User> users_;  // in order of first sight
  std::pmr::unordered_map<uint32_t, uint32_t> index_;
};

}  // namespace dks
