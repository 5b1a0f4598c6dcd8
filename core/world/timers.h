// Recurring and one-off events of the schedule.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/status.h"

namespace dks {

struct TimerDesc {
  std::string name;
  uint64_t start = 0;     // first step in which it fires
  uint32_t interval = 0;  // steps between firings; 0: fires once
  uint32_t count = 0;     // firings in all; 0: no end
  int32_t priority = 0;   // lower fires first; ties by id
};

class Timers {
 public:
  struct Timer {
    uint64_t id;
    TimerDesc desc;
    uint64_t next;
    uint32_t fired = 0;
    bool paused = false;
  };

  uint64_t add(TimerDesc desc);
  // A paused timer misses its firings: they do not pile up and do not count.
  Result<> pause(uint64_t id, bool paused);
  Result<> cancel(uint64_t id);

  // The timers that fire in `step`, by (priority, id); those that are through are gone afterwards.
  template <class F>
  void fire(uint64_t step, F&& f);

  const std::vector<Timer>& all() const { return timers_; }
  uint64_t last_id() const { return last_id_; }
  void restore(std::vector<Timer> timers, uint64_t last_id);
  void hash(StateHash& hash) const;

 private:
  std::vector<Timer>::iterator find(uint64_t id);
  std::vector<Timer> timers_;  // by (priority, id)
  uint64_t last_id_ = 0;
};

template <class F>
void Timers::fire(uint64_t step, F&& f) {
  for (Timer& timer : timers_) {
    if (timer.next > step) {
      continue;
    }
    const bool fires = !timer.paused;
    if (fires) {
      ++timer.fired;
      f(static_cast<const Timer&>(timer));
    }
    const bool over = (timer.desc.interval == 0 && fires) ||
                      (timer.desc.count != 0 && timer.fired >= timer.desc.count);
    timer.next = over ? UINT64_MAX : step + (timer.desc.interval == 0 ? 1 : timer.desc.interval);
  }
  std::erase_if(timers_, [](const Timer& timer) { return timer.next == UINT64_MAX; });
}

}  // namespace dks
