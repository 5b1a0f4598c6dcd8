// What happened in a step, in words.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"
#include "record.h"

#include <string>
#include <utility>
#include <vector>

namespace petworld {

class Feed {
 public:
  explicit Feed(const Host& host);
  // Sentences about the last step: the world, users, named pets, then others, of whom at most
  // `others`.
  std::vector<std::string> last_step(const Record& record, size_t most, size_t others) const;

 private:
  struct Item {
    int rank;  // lower is told first
    std::string text;
  };
  void add_messages(const dks_event_view& events, std::vector<Item>& items) const;
  void add_event(const dks_event& event, const Record& record, std::vector<Item>& items) const;
  bool is_care(std::string_view kind) const;

  const Host& host_;
  std::vector<std::pair<uint64_t, std::string>> timers_;
};

// "ana fed Momo"
std::string sentence_of_care(
    const std::string& from, const std::string& kind, const std::string& to, const std::string& text
);

}  // namespace petworld
