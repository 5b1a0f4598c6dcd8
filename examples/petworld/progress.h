// How far a run is: a bar with rate and time left on a terminal, a line a day elsewhere.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"
#include "record.h"
#include "terminal.h"

#include <chrono>
#include <string>

namespace petworld {

using Clock = std::chrono::steady_clock;

// Steps a second, over the last seconds.
class Rate {
 public:
  // Call after each step with how many there were.
  void count(uint64_t steps);
  // Forgets what was: the world was paused, or its pace changed.
  void restart();
  // 0 when nothing is known yet.
  double recent() const { return recent_; }
  double seconds() const;  // since the beginning

 private:
  Clock::time_point start_ = Clock::now();
  Clock::time_point mark_ = start_;
  uint64_t steps_ = 0, marked_steps_ = 0;
  double recent_ = 0;
  bool settled_ = false;  // recent_ is more than the mean since mark_
};

// "day 3/7 [#####.....]  43 %  690 steps/s  0:12 left", at most `width` columns; without the rate
// and what follows from it when the rate is 0.
std::string progress_line(
    const Host& host, const Record& record, uint64_t total, double rate, bool utf8, size_t width
);

// "day  3  mood -0.12  critical 1.3 %  rain 14.2 C"
std::string day_line(const Host& host, const Record& record, double rate);

}  // namespace petworld
