// Recurring and one-off events of the schedule.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/hash.h"
#include "base/status.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace dks {

class Loader;
class Saver;

struct TimerDesc {
  std::string name;
  uint64_t start = 0;     // first step in which it fires
  uint32_t interval = 0;  // steps between firings; 0: fires once
  uint32_t count = 0;     // firings in all; 0: no end
  int32_t priority = 0;   // lower fires first; ties by id
};

class Timers {
 public:
  static constexpr uint64_t kNever = UINT64_MAX;
  struct Timer {
    uint64_t id;
    TimerDesc desc;
    uint64_t next;
    uint32_t fired = 0;
    bool paused = false;
  };

  uint64_t add(TimerDesc desc);
  // A paused timer misses its firings: they do not pile up and do not count. A one-off one that was
  // due in the meantime fires when it goes on.
  Result<> pause(uint64_t id, bool paused);
  Result<> cancel(uint64_t id);

  // Calls f(timer) for those that fire in `step`, by (priority, id); those that are through are
  // gone afterwards. f may not add, pause or cancel.
  template <class F>
  void fire(uint64_t step, F&& f);

  const std::vector<Timer>& all() const { return timers_; }
  uint64_t last_id() const { return last_id_; }
  void restore(std::vector<Timer> timers, uint64_t last_id);  // in any order
  void hash(StateHash& hash) const;
  void save(Saver& out) const;
  void load(Loader& in);

 private:
  static bool before(const Timer& a, const Timer& b);
  std::vector<Timer>::iterator find(uint64_t id);
  std::vector<Timer> timers_;  // by (priority, id)
  uint64_t last_id_ = 0;
};

template <class F>
void Timers::fire(uint64_t step, F&& f) {
  bool any_over = false;
  for (Timer& timer : timers_) {
    if (timer.next > step) {
      continue;
    }
    if (!timer.paused) {
      ++timer.fired;
      f(static_cast<const Timer&>(timer));
    }
    const uint32_t firings = timer.desc.interval == 0 ? 1 : timer.desc.count;
    const bool over = firings != 0 && timer.fired >= firings;
    timer.next = over ? kNever : step + std::max<uint64_t>(1, timer.desc.interval);
    any_over = any_over || over;
  }
  if (any_over) {
    std::erase_if(timers_, [](const Timer& timer) { return timer.next == kNever; });
  }
}

}  // namespace dks
