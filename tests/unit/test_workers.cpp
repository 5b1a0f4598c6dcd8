// Loops in fixed chunks: the same result for every number of workers. dks-test: threads
// SPDX-License-Identifier: MIT
#include "base/workers.h"

#include <algorithm>
#include <atomic>
#include <cfenv>
#include <chrono>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::Workers;
using Ranges = std::vector<std::pair<size_t, size_t>>;

Ranges chunks_of(Workers& workers, size_t count, size_t chunk) {
  Ranges ranges;
  std::mutex mutex;
  workers.parallel_for(count, chunk, [&](size_t begin, size_t end, uint32_t) {
    const std::lock_guard lock(mutex);
    ranges.emplace_back(begin, end);
  });
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

// The text of what the loop throws; "" if it does not.
template <class Fn>
std::string thrown_by(Workers& workers, size_t count, size_t chunk, Fn&& fn) {
  try {
    workers.parallel_for(count, chunk, fn);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

void chunks_depend_only_on_count_and_size(void**) {
  const Ranges expected = {{0, 4}, {4, 8}, {8, 10}};
  for (const uint32_t count : {0u, 1u, 2u, 3u, 8u}) {
    Workers workers(count);
    assert_int_equal(workers.count(), count == 0 ? 1 : count);
    assert_true(chunks_of(workers, 10, 4) == expected);
  }
}

void odd_sizes_are_loops_too(void**) {
  Workers workers(2);
  constexpr size_t kMost = std::numeric_limits<size_t>::max();
  assert_true(chunks_of(workers, 0, 4).empty());
  assert_true(chunks_of(workers, 3, 0) == (Ranges{{0, 1}, {1, 2}, {2, 3}}));
  assert_true(chunks_of(workers, 3, 100) == (Ranges{{0, 3}}));
  assert_true(chunks_of(workers, 8, 4) == (Ranges{{0, 4}, {4, 8}}));
  assert_true(
      chunks_of(workers, kMost, kMost / 2) ==
      (Ranges{{0, kMost / 2}, {kMost / 2, kMost - 1}, {kMost - 1, kMost}})
  );
}

void the_sum_has_the_same_bits_for_every_number_of_workers(void**) {
  constexpr size_t kCount = 10000;
  constexpr size_t kChunk = 64;
  double first = 0.0;
  for (const uint32_t count : {1u, 2u, 4u, 7u}) {
    Workers workers(count);
    std::vector<double> partial((kCount + kChunk - 1) / kChunk);
    workers.parallel_for(kCount, kChunk, [&](size_t begin, size_t end, uint32_t) {
      double sum = 0.0;
      for (size_t i = begin; i < end; ++i) {
        sum += 1.0 / static_cast<double>(i + 1);
      }
      partial[begin / kChunk] = sum;
    });
    double total = 0.0;
    for (const double sum : partial) {
      total += sum;
    }
    first = count == 1 ? total : first;
    assert_true(total == first);
  }
}

void a_worker_has_its_number_to_itself(void**) {
  Workers workers(4);
  std::vector<uint64_t> scratch(workers.count());  // a race here is one the thread sanitizer sees
  workers.parallel_for(20000, 16, [&](size_t begin, size_t end, uint32_t worker) {
    scratch[worker] += end - begin;
  });
  uint64_t total = 0;
  for (const uint64_t sum : scratch) {
    total += sum;
  }
  assert_int_equal(total, 20000);
}

// Two chunks that wait for each other: which workers ran them, one bit each.
uint32_t workers_of_two_chunks(Workers& workers) {
  std::atomic<int> running{0};
  std::atomic<uint32_t> seen{0};
  workers.parallel_for(2, 1, [&](size_t, size_t, uint32_t worker) {
    seen.fetch_or(1u << worker);
    running.fetch_add(1);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (running.load() < 2 && std::chrono::steady_clock::now() < end) {
      std::this_thread::yield();
    }
  });
  return seen.load();
}

void chunks_run_at_the_same_time(void**) {
  Workers workers(2);
  assert_int_equal(workers.count(), 2);
  assert_int_equal(workers_of_two_chunks(workers), 3);
}

void threads_that_fell_asleep_are_woken(void**) {
  Workers workers(2);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  assert_int_equal(workers_of_two_chunks(workers), 3);
}

void the_first_exception_in_chunk_order_is_thrown(void**) {
  for (const uint32_t count : {1u, 2u, 5u}) {
    Workers workers(count);
    for (int round = 0; round < 50; ++round) {
      std::atomic<size_t> done{0};
      const std::string thrown =
          thrown_by(workers, 100, 5, [&](size_t begin, size_t end, uint32_t) {
            done.fetch_add(end - begin);
            if (begin == 15 || begin == 35 || begin == 95) {
              throw std::runtime_error(std::to_string(begin));
            }
          });
      assert_string_equal(thrown.c_str(), "15");
      assert_int_equal(done.load(), 100);
    }
  }
}

void a_later_chunk_that_fails_sooner_is_not_thrown(void**) {
  Workers workers(2);
  std::atomic<size_t> done{0};
  const std::string thrown = thrown_by(workers, 10, 1, [&](size_t begin, size_t, uint32_t) {
    // The other thread goes on to all the others meanwhile.
    while (begin == 2 && done.load() < 9) {
      std::this_thread::yield();
    }
    done.fetch_add(1);
    if (begin == 2 || begin == 5) {
      throw std::runtime_error(std::to_string(begin));
    }
  });
  assert_string_equal(thrown.c_str(), "2");
}

void the_pool_goes_on_after_an_exception(void**) {
  Workers workers(3);
  const auto fails = [](size_t, size_t, uint32_t) { throw std::runtime_error("no"); };
  assert_string_equal(thrown_by(workers, 10, 1, fails).c_str(), "no");
  assert_int_equal(chunks_of(workers, 10, 1).size(), 10);
}

// Short loops one after the other, with pauses that let the threads fall asleep now and then, and
// more threads than processors.
void many_loops_follow_each_other(void**) {
  Workers workers(6);
  std::vector<uint32_t> counts(64);
  constexpr uint32_t kLoops = 3000;
  for (uint32_t loop = 0; loop < kLoops; ++loop) {
    workers.parallel_for(counts.size(), 1 + loop % 40, [&](size_t begin, size_t end, uint32_t) {
      for (size_t i = begin; i < end; ++i) {
        ++counts[i];
      }
    });
    if (loop % 300 == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  for (const uint32_t count : counts) {
    assert_int_equal(count, kLoops);
  }
}

void pools_come_and_go(void**) {
  for (uint32_t i = 0; i < 100; ++i) {
    Workers workers(1 + i % 4);
    if (i % 3 != 0) {
      assert_int_equal(chunks_of(workers, 8, 1).size(), 8);
    }
  }
}

// Threads inherit the mode of the one that starts them.
void threads_round_to_nearest_whatever_the_host_does(void**) {
  const int before = std::fegetround();
  std::fesetround(FE_UPWARD);
  Workers workers(2);
  std::atomic<int> running{0};
  std::atomic<int> upward{0};
  workers.parallel_for(2, 1, [&](size_t, size_t, uint32_t) {
    running.fetch_add(1);
    while (running.load() < 2) {
      std::this_thread::yield();
    }
    upward.fetch_add(std::fegetround() == FE_UPWARD ? 1 : 0);
  });
  std::fesetround(before);
  assert_int_equal(upward.load(), 1);  // the caller's own
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(chunks_depend_only_on_count_and_size),
      cmocka_unit_test(odd_sizes_are_loops_too),
      cmocka_unit_test(the_sum_has_the_same_bits_for_every_number_of_workers),
      cmocka_unit_test(a_worker_has_its_number_to_itself),
      cmocka_unit_test(chunks_run_at_the_same_time),
      cmocka_unit_test(threads_that_fell_asleep_are_woken),
      cmocka_unit_test(the_first_exception_in_chunk_order_is_thrown),
      cmocka_unit_test(a_later_chunk_that_fails_sooner_is_not_thrown),
      cmocka_unit_test(the_pool_goes_on_after_an_exception),
      cmocka_unit_test(many_loops_follow_each_other),
      cmocka_unit_test(pools_come_and_go),
      cmocka_unit_test(threads_round_to_nearest_whatever_the_host_does),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
