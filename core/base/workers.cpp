// SPDX-License-Identifier: MIT
#include "base/workers.h"

#include "base/platform/float_env.h"

#include <algorithm>
#include <cassert>
#include <exception>
#include <utility>

namespace dks {

namespace {

constexpr uint32_t kOpen = uint32_t{1} << 31;

// Long enough for the short pause between two loops of a step, short enough to be nothing to a
// host with other work for the core.
constexpr int kSpins = 2000;

void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

template <class Condition>
bool spin_until(Condition condition) {
  for (int i = 0; i < kSpins; ++i) {
    if (condition()) {
      return true;
    }
    pause();
  }
  return false;
}

}  // namespace

Workers::Workers(uint32_t count) {
  const uint32_t wanted = count > 1 ? count - 1 : 0;
  threads_.reserve(wanted);
  try {
    while (threads_.size() < wanted) {
      const auto worker = static_cast<uint32_t>(threads_.size() + 1);
      threads_.emplace_back([this, worker] { run_thread(worker); });
    }
  } catch (const std::exception&) {
    // Fewer threads give the same results.
  }
}

Workers::~Workers() {
  stop_.store(true);
  epoch_.fetch_add(1);
  { const std::lock_guard lock(mutex_); }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void Workers::parallel_for(size_t count, size_t chunk, Fn fn) {
  [[maybe_unused]] const bool nested = busy_.exchange(true, std::memory_order_relaxed);
  assert(!nested);
  chunk = std::max<size_t>(chunk, 1);
  job_ = {&fn, count, chunk, count / chunk + (count % chunk != 0 ? 1 : 0)};
  next_chunk_.store(0, std::memory_order_relaxed);
  if (threads_.empty() || job_.chunk_count <= 1) {
    run_chunks(0);
  } else {
    open_gate();
    run_chunks(0);
    close_gate();
  }
  busy_.store(false, std::memory_order_relaxed);
  if (failure_ != nullptr) {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }
}

void Workers::run_thread(uint32_t worker) {
  const FloatEnvGuard float_env;
  uint32_t seen = 0;
  while (wait_for_job(seen)) {
    if (enter_gate()) {
      run_chunks(worker);
    }
    leave_gate();
  }
}

// False when it is time to end.
bool Workers::wait_for_job(uint32_t& seen) {
  const auto changed = [&] { return epoch_.load() != seen; };
  if (!spin_until(changed)) {
    std::unique_lock lock(mutex_);
    // The caller raises epoch_, then reads sleepers_: one of the two sees the other.
    sleepers_.fetch_add(1);
    wake_.wait(lock, changed);
    sleepers_.fetch_sub(1);
  }
  seen = epoch_.load();
  return !stop_.load();
}

void Workers::run_chunks(uint32_t worker) {
  while (true) {
    const size_t index = next_chunk_.fetch_add(1, std::memory_order_relaxed);
    if (index >= job_.chunk_count) {
      return;
    }
    run_chunk(index, worker);
  }
}

void Workers::run_chunk(size_t index, uint32_t worker) {
  const size_t begin = index * job_.chunk;
  const size_t end = begin + std::min(job_.chunk, job_.count - begin);
  try {
    (*job_.fn)(begin, end, worker);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (failure_ == nullptr || index < failed_chunk_) {
      failure_ = std::current_exception();
      failed_chunk_ = index;
    }
  }
}

void Workers::open_gate() {
  gate_.fetch_or(kOpen);
  epoch_.fetch_add(1);
  if (sleepers_.load() != 0) {
    { const std::lock_guard lock(mutex_); }
    wake_.notify_all();
  }
}

void Workers::close_gate() {
  gate_.fetch_and(~kOpen);
  const auto empty = [&] { return gate_.load() == 0; };
  if (!spin_until(empty)) {
    std::unique_lock lock(mutex_);
    empty_.wait(lock, empty);
  }
}

bool Workers::enter_gate() {
  return (gate_.fetch_add(1) & kOpen) != 0;
}

void Workers::leave_gate() {
  if (gate_.fetch_sub(1) == 1) {
    { const std::lock_guard lock(mutex_); }
    empty_.notify_one();
  }
}

}  // namespace dks
