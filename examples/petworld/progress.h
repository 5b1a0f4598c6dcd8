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

// Steps a second, over the last seconds and over the whole run.
class Rate {
 public:
  void count(uint64_t steps);
  double recent() const { return recent_; }
  double whole() const;
  double seconds() const;

 private:
  Clock::time_point start_ = Clock::now();
  Clock::time_point mark_ = start_;
  uint64_t steps_ = 0, marked_steps_ = 0;
  double recent_ = 0;
};

// "day 3/7 [#####.....]  43 %  690 steps/s  0:12 left", at most `width` columns.
std::string progress_line(
    uint64_t done, uint64_t total, uint32_t steps_per_day, double rate, bool utf8, size_t width
);

// "day  3  mood -0.12  critical 1.3 %  rain 14.2 C"
std::string day_line(const Host& host, const Record& record, double rate);

}  // namespace petworld
