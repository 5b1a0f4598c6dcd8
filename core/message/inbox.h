// The inbox: many producers, one world. Any thread posts; the step gathers.
// SPDX-License-Identifier: MIT
//
// Bounded in messages and bytes: a full inbox refuses, it never blocks and never drops. Letters for
// a later step wait here. Gathering is deterministic whatever thread posted first: what is due
// comes out sorted by (source, id, order of arrival).
#pragma once

#include "base/function_ref.h"
#include "base/status.h"
#include "message/message.h"

#include <atomic>
#include <cstdint>
#include <memory_resource>
#include <mutex>
#include <span>
#include <vector>

namespace dks {

class Inbox {
 public:
  static constexpr uint64_t kMaxMessages = 1U << 16;
  static constexpr uint64_t kMaxBytes = 16U << 20;  // of names and texts

  // Looks at a letter that came in since the last gather; may change it, but not the length of its
  // texts. false: it is refused.
  using Admit = FunctionRef<bool(Letter&)>;

  explicit Inbox(std::pmr::memory_resource* memory)
      : arrived_{List(memory), Bytes(memory)},
        taken_{List(memory), Bytes(memory)},
        waiting_{List(memory), Bytes(memory)},
        spare_(memory),
        due_posted_(memory),
        due_(memory) {}

  // All of them or, with kLimit, none. [any-thread]
  Result<> post(std::span<const Letter> letters);
  // Letters that were refused because there was no room. [any-thread]
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

  // Lets the same letters wait here as there, and counts as many refused; what was posted since the
  // last gather stays behind.
  void copy_waiting(const Inbox& from);

  // Shows all that are held, by arrival: those that were taken in, and those posted since the last
  // gather. Who posts waits meanwhile.
  using Look = FunctionRef<void(std::span<const Letter> admitted, std::span<const Letter> posted)>;
  void look(Look look) const;
  // Takes in one that had been taken in before, behind all that arrived. kLimit: there is no room.
  Result<> restore(const Letter& letter);

  // Those that were taken in and wait for a later step, in the order in which they will come out.
  // For whom gather() is for.
  std::vector<Letter> waiting() const;
  // Takes over what arrived, and all the memory that gathering it takes; how many letters will be
  // due in `step` at most. May throw bad_alloc: then no letter is lost, and it can be called again.
  size_t prepare(uint64_t step);
  // Takes in what was taken over, source by source, by rising id, those without one last; then
  // gives out what is due in `step`, sorted. Names and texts end with a NUL and are valid until the
  // next gather. Takes no memory.
  std::span<const Letter> gather(uint64_t step, Admit admit);

 private:
  struct Posted {
    Letter letter;    // of its texts only the sizes count: view() says where they are
    uint64_t offset;  // of its texts in the bytes of its box, one after the other, each with a NUL
    uint64_t arrival;
  };
  using Bytes = std::pmr::vector<char>;
  using List = std::pmr::vector<Posted>;
  struct Box {
    List posted;
    Bytes bytes;
  };

  static uint64_t bytes_of(const Letter& letter);
  Result<> check_room(uint64_t letters, uint64_t bytes);
  static void append(Box& box, const Letter& letter, uint64_t arrival);
  static Letter view(const Posted& posted, const Bytes& bytes);
  static std::string_view source(const Posted& posted, const Bytes& bytes);
  static bool later(const Posted& a, const Posted& b);
  static size_t count_due(const List& heap, size_t root, uint64_t step);
  void take_over();
  bool is_crowded() const;
  void make_room();
  void take_in(Admit admit);
  void give_out(uint64_t step);

  mutable std::mutex mutex_;  // of arrived_, arrivals_ and held_*
  Box arrived_;
  uint64_t arrivals_ = 0;
  uint64_t held_ = 0;  // in all boxes
  uint64_t held_bytes_ = 0;
  std::atomic<uint64_t> refused_{0};

  Box taken_;    // what was taken over and not looked at yet
  Box waiting_;  // a heap by step; its bytes hold the due ones' too, until the next gather
  uint64_t dead_bytes_ = 0;  // in waiting_, of letters that went out
  Bytes spare_;              // where living bytes go when waiting_ has no room for more
  List due_posted_;
  std::pmr::vector<Letter> due_;
};

}  // namespace dks
