// Users: whoever sent the world a message or was named in its file. So far a user is a name.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
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
  // The user of that name, made on first sight.
  User& meet(uint32_t name) {
    const auto [found, fresh] = index_.try_emplace(name, static_cast<uint32_t>(users_.size()));
    if (fresh) {
      users_.push_back({name});
    }
    return users_[found->second];
  }
  bool knows(uint32_t name) const { return index_.contains(name); }
  std::span<const User> all() const { return users_; }

 private:
  std::vector<User> users_;  // in order of first sight
  std::unordered_map<uint32_t, uint32_t> index_;
};

}  // namespace dks
