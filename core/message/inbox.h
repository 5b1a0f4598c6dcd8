// The inbox: many producers, one world. Any thread posts; the step gathers.
// SPDX-License-Identifier: MIT
//
// Bounded in messages and bytes: a full inbox refuses, it never blocks and never drops. Letters for a
// later step wait here. Gathering is deterministic whatever thread posted first: what is due comes out
// sorted by (source, id, order of arrival).
#pragma once

#include <cstdint>
#include <memory_resource>
#include <mutex>
#include <span>
#include <vector>

#include "base/status.h"
#include "message/message.h"

namespace dks {

class Inbox {
 public:
  static constexpr uint64_t kMaxMessages = 1U << 16;
  static constexpr uint64_t kMaxBytes = 16U << 20;

  explicit Inbox(std::pmr::memory_resource* memory)
      : arrived_(memory),
        arrived_bytes_(memory),
        waiting_(memory),
        waiting_bytes_(memory),
        due_(memory),
        due_posted_(memory),
        due_bytes_(memory) {}

  // All of them or, with kLimit, none. [any-thread]
  Result<> post(std::span<const Letter> letters);

  // What is due in `step`, sorted. Texts are valid until the next gather.
  std::span<const Letter> gather(uint64_t step);


 private:
  struct Posted {
    Letter letter;     // its views are set anew from `offset` when it is gathered
    uint64_t offset;   // of its texts, one after the other, in the bytes of its list
    uint32_t size[5];  // from, to, kind, field, text
    uint64_t arrival;
  };
  using Bytes = std::pmr::vector<char>;
  using List = std::pmr::vector<Posted>;
  static void append(List& list, Bytes& bytes, const Letter& letter, uint64_t arrival);
  static Letter view(const Posted& posted, const Bytes& bytes);

  std::mutex mutex_;  // of arrived_*, arrivals_ and held_*
  List arrived_;
  Bytes arrived_bytes_;
  uint64_t arrivals_ = 0;
  uint64_t held_ = 0;        // messages here, waiting ones included
  uint64_t held_bytes_ = 0;

  List waiting_;
  Bytes waiting_bytes_;
  std::pmr::vector<Letter> due_;
  List due_posted_;
  Bytes due_bytes_;
};

}  // namespace dks
