// A pool of threads that runs a loop in fixed chunks.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/function_ref.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace dks {

// The chunks of a loop depend only on its count and chunk size, never on the number of workers;
// which worker takes which chunk is left to chance. A loop gives the same result for every number
// of workers if fn writes only to what belongs to its chunk.
//
// One thread at a time may call parallel_for, and fn may not call it again. The threads run with
// the floating-point mode of FloatEnvGuard; the caller sets its own.
class Workers {
 public:
  // begin, end, and the worker (below count()) for scratch memory.
  using Fn = FunctionRef<void(size_t begin, size_t end, uint32_t worker)>;

  // The caller is one of them: 0 and 1 start no thread. If the system has no more threads, there
  // are fewer.
  explicit Workers(uint32_t count);
  ~Workers();

  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  uint32_t count() const { return static_cast<uint32_t>(threads_.size()) + 1; }

  // Returns when every chunk is done. Chunks that throw do not stop the others; the exception of
  // the first of them in chunk order is rethrown here. A chunk of 0 counts as 1.
  void parallel_for(size_t count, size_t chunk, Fn fn);

 private:
  struct Job {
    const Fn* fn = nullptr;
    size_t count = 0;
    size_t chunk = 1;
    size_t chunk_count = 0;
  };

  void run_thread(uint32_t worker);
  bool wait_for_job(uint32_t& seen);
  void run_chunks(uint32_t worker);
  void run_chunk(size_t index, uint32_t worker);
  void open_gate();
  void close_gate();
  bool enter_gate();
  void leave_gate();

  // Bit 31: a job is open. The bits below: threads between enter and leave. A thread reads job_
  // only after it entered an open gate, and the caller changes job_ only after the closed gate is
  // empty; so a thread that wakes late finds the gate closed and nobody waits for it.
  std::atomic<uint32_t> gate_{0};
  alignas(64) std::atomic<size_t> next_chunk_{0};
  alignas(64) std::atomic<uint32_t> epoch_{0};  // rises with each job, and to stop
  std::atomic<uint32_t> sleepers_{0};
  std::atomic<bool> stop_{false};
  std::atomic<bool> busy_{false};
  Job job_;

  std::mutex mutex_;  // guards the sleep of threads and caller, and the failure
  std::condition_variable wake_;
  std::condition_variable empty_;
  size_t failed_chunk_ = 0;
  std::exception_ptr failure_;

  std::vector<std::thread> threads_;
};

}  // namespace dks
