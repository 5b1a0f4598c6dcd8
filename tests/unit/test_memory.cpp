// The memory of a model: limits, counters, a host's own allocator.
// SPDX-License-Identifier: MIT
#include "base/memory.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <thread>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::Memory;

// Counts what passes through it and fails the call number fail_at.
struct Host {
  size_t calls = 0;
  size_t fail_at = 0;
  size_t bytes = 0;
  size_t last_align = 0;

  static void* alloc(void* user, size_t size, size_t align) {
    auto& host = *static_cast<Host*>(user);
    host.last_align = align;
    if (++host.calls == host.fail_at) {
      return nullptr;
    }
    host.bytes += size;
    return std::malloc(size);
  }
  static void dealloc(void* user, void* ptr, size_t size) {
    static_cast<Host*>(user)->bytes -= size;
    std::free(ptr);
  }
  dks::Allocator allocator() { return {alloc, dealloc, this}; }
};

bool throws_bad_alloc(Memory& memory, size_t size) {
  try {
    memory.deallocate(memory.allocate(size), size);
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
}

void use_is_counted(void**) {
  Memory memory;
  void* const a = memory.allocate(100);
  void* const b = memory.allocate(50);
  memory.deallocate(a, 100);
  void* const c = memory.allocate(10);
  assert_int_equal(memory.use().bytes, 60);
  assert_int_equal(memory.use().peak, 150);
  assert_int_equal(memory.use().allocations, 3);
  memory.deallocate(b, 50);
  memory.deallocate(c, 10);
  assert_int_equal(memory.use().bytes, 0);
  assert_int_equal(memory.use().peak, 150);
}

void the_limit_can_be_reached_but_not_passed(void**) {
  Memory memory({}, 1000);
  void* const most = memory.allocate(900);
  assert_true(throws_bad_alloc(memory, 101));
  assert_false(throws_bad_alloc(memory, 100));
  assert_int_equal(memory.use().bytes, 900);
  assert_int_equal(memory.use().peak, 1000);
  assert_int_equal(memory.use().allocations, 2);
  memory.deallocate(most, 900);
  assert_false(throws_bad_alloc(memory, 1000));
}

void a_size_that_overflows_the_counter_is_refused(void**) {
  Memory memory({}, 1000);
  void* const some = memory.allocate(10);
  assert_true(throws_bad_alloc(memory, std::numeric_limits<size_t>::max() - 4));
  assert_int_equal(memory.use().bytes, 10);
  memory.deallocate(some, 10);
}

void memory_is_aligned_as_asked(void**) {
  Memory memory;
  for (const size_t align : {1u, 8u, 16u, 64u, 4096u}) {
    void* const ptr = memory.allocate(100, align);
    assert_true(reinterpret_cast<uintptr_t>(ptr) % align == 0);
    std::memset(ptr, 1, 100);
    memory.deallocate(ptr, 100, align);
  }
}

void the_hosts_allocator_is_used_with_its_user_pointer(void**) {
  Host host;
  Memory memory(host.allocator());
  void* const ptr = memory.allocate(64, 32);
  assert_int_equal(host.bytes, 64);
  assert_int_equal(host.last_align, 32);
  memory.deallocate(ptr, 64, 32);
  assert_int_equal(host.bytes, 0);
}

void a_host_without_memory_means_bad_alloc(void**) {
  Host host{.fail_at = 1};
  Memory memory(host.allocator());
  assert_true(throws_bad_alloc(memory, 8));
  assert_int_equal(memory.use().bytes, 0);
  assert_int_equal(memory.use().allocations, 0);
  assert_false(throws_bad_alloc(memory, 8));
}

void nothing_leaks_whichever_allocation_fails(void**) {
  bool whole = false;
  size_t fail_at = 1;
  for (; !whole; ++fail_at) {
    Host host{.fail_at = fail_at};
    Memory memory(host.allocator());
    try {
      std::pmr::vector<std::pmr::vector<int>> rows(&memory);
      for (int i = 0; i < 10; ++i) {
        rows.emplace_back(static_cast<size_t>(i + 1), i);
      }
      whole = true;
    } catch (const std::bad_alloc&) {
    }
    assert_int_equal(host.bytes, 0);
    assert_int_equal(memory.use().bytes, 0);
  }
  assert_true(fail_at > 10);
}

void a_memory_equals_only_itself(void**) {
  Memory a;
  Memory b;
  assert_true(a.is_equal(a));
  assert_false(a.is_equal(b));
}

void threads_share_counters_and_limit(void**) {
  constexpr size_t kThreads = 4;
  constexpr size_t kRounds = 5000;
  Memory memory({}, 100 * kThreads);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&memory] {
      for (size_t i = 0; i < kRounds; ++i) {
        memory.deallocate(memory.allocate(100), 100);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  assert_int_equal(memory.use().bytes, 0);
  assert_int_equal(memory.use().allocations, kThreads * kRounds);
  assert_true(memory.use().peak >= 100 && memory.use().peak <= 100 * kThreads);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(use_is_counted),
      cmocka_unit_test(the_limit_can_be_reached_but_not_passed),
      cmocka_unit_test(a_size_that_overflows_the_counter_is_refused),
      cmocka_unit_test(memory_is_aligned_as_asked),
      cmocka_unit_test(the_hosts_allocator_is_used_with_its_user_pointer),
      cmocka_unit_test(a_host_without_memory_means_bad_alloc),
      cmocka_unit_test(nothing_leaks_whichever_allocation_fails),
      cmocka_unit_test(a_memory_equals_only_itself),
      cmocka_unit_test(threads_share_counters_and_limit),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
