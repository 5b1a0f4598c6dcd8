// What agents sent and a link has not got out yet. SPDX-License-Identifier: MIT
//
// Batches in the order of their steps, each sent whole under a ticket. One that did not get out
// waits again, and so does what was sent behind it, as order is kept; the rest is sent when it is
// done. Bounded: what has no room is counted and dropped.
#pragma once

#include "dks.h"

#include "base/function_ref.h"

#include <cstdint>
#include <list>
#include <memory_resource>
#include <span>
#include <vector>

namespace dks::capi {

class Outgoing {
 public:
  static constexpr uint64_t kMaxMessages = 1U << 16;
  static constexpr uint64_t kMaxBytes = 16U << 20;  // of names and texts

  explicit Outgoing(std::pmr::memory_resource* memory);

  // Copies a batch in. false: it has no room.
  bool add(std::span<const dks_message> messages);
  void lose(uint64_t messages) { lost_ += messages; }
  // Hands out what waits, each batch with a new ticket, until `send` returns false: that batch and
  // those behind it wait on. After a failure one batch alone. Tickets count up from 1.
  using Send = FunctionRef<bool(std::span<const dks_message> messages, uint64_t ticket)>;
  void send(Send send);

  enum class Outcome : uint8_t { kDone, kRefused, kFailed };
  // What became of a ticket that was sent; of one that is not out (any more) nothing is heard.
  void settle(uint64_t ticket, Outcome outcome);

  // Messages, but for retries: batches.
  uint64_t waiting() const { return waiting_; }
  uint64_t sent() const { return sent_; }
  uint64_t lost() const { return lost_; }
  uint64_t retries() const { return retries_; }

 private:
  struct Batch {
    explicit Batch(std::pmr::memory_resource* memory) : messages(memory), texts(memory) {}
    std::pmr::vector<dks_message> messages;
    std::pmr::vector<char> texts;  // that they point to
    uint64_t ticket = 0;           // 0: not sent
  };
  using Batches = std::pmr::list<Batch>;

  static uint64_t bytes_of(const dks_message& message);
  bool make_room(uint64_t messages, uint64_t bytes);
  void drop(Batches::iterator batch);

  Batches batches_;                          // first those that are out, then those that wait
  Batches::iterator next_ = batches_.end();  // to be sent
  bool failing_ = false;                     // since the last failure nothing was done
  Batches spare_;                            // empty ones, whose memory is used again
  uint64_t tickets_ = 0;
  uint64_t waiting_ = 0, waiting_bytes_ = 0;
  uint64_t sent_ = 0, lost_ = 0, retries_ = 0;
};

}  // namespace dks::capi
