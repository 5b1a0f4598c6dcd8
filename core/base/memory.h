// The memory of one model: a polymorphic resource with a limit and counters.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

namespace dks {

// A host's allocator, in the shape of dks_allocator. alloc returns null when there is no memory.
struct Allocator {
  void* (*alloc)(void* user, size_t size, size_t align) = nullptr;
  void (*dealloc)(void* user, void* ptr, size_t size) = nullptr;
  void* user = nullptr;
};

// What grows with a world allocates here: columns, grid, layers, queues, events, collected tables,
// names of agents and users. What describes a world does not. Throws std::bad_alloc when the limit
// would be passed or the allocator has nothing left. Thread-safe if the allocator is; it must
// outlive what it gave.
class Memory final : public std::pmr::memory_resource {
 public:
  struct Use {
    uint64_t bytes = 0;        // in use now
    uint64_t peak = 0;         // the most bytes at one time
    uint64_t allocations = 0;  // successful ones, since construction
  };

  // An empty Allocator means operator new; limit_bytes 0 means none.
  explicit Memory(const Allocator& allocator = {}, uint64_t limit_bytes = 0);

  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  Use use() const;
  uint64_t limit() const { return limit_; }

 private:
  void* do_allocate(size_t size, size_t align) override;
  void do_deallocate(void* ptr, size_t size, size_t align) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override;

  Allocator allocator_;
  uint64_t limit_;
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> peak_{0};
  std::atomic<uint64_t> allocations_{0};
};

}  // namespace dks
