// SPDX-License-Identifier: MIT
#include "progress.h"

#include "text.h"

#include <algorithm>
#include <cmath>

namespace petworld {

namespace {

double seconds_since(Clock::time_point time) {
  return std::chrono::duration<double>(Clock::now() - time).count();
}

}  // namespace

// A moving mean whose weights fade with the time that passed, not with the number of steps: at a
// slow pace one step is a long time. Shorter spans than half a second are not measured but for the
// first one.
void Rate::count(uint64_t steps) {
  constexpr double kSpan = 0.5;
  constexpr double kMemory = 2;  // seconds after which a measurement weighs 1/e
  steps_ = steps;
  const double passed = std::max(seconds_since(mark_), 1e-9);
  const double now = static_cast<double>(steps_ - marked_steps_) / passed;
  if (!settled_) {
    recent_ = now;
  }
  if (passed < kSpan) {
    return;
  }
  const double old = std::exp(-passed / kMemory);
  recent_ = old * recent_ + (1 - old) * now;
  mark_ = Clock::now();
  marked_steps_ = steps_;
  settled_ = true;
}

void Rate::restart() {
  mark_ = Clock::now();
  marked_steps_ = steps_;
  recent_ = 0;
  settled_ = false;
}

double Rate::seconds() const {
  return seconds_since(start_);
}

std::string progress_line(
    const Host& host, const Record& record, uint64_t total, double rate, bool utf8, size_t width
) {
  const uint64_t done = record.steps();
  const uint32_t per_day = host.plan().steps_per_day;
  const double share = total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
  const uint64_t days = (total + per_day - 1) / per_day;
  const std::string head = cat("day ", grouped(record.day()), "/", grouped(days), " ");
  std::string tail = cat(" ", right(fixed(100 * share, 0), 3), " %");
  if (rate > 0) {
    tail += cat("  ", rate_text(rate), " steps/s");
  }
  if (rate > 0 && done < total) {
    tail += "  " + duration(static_cast<double>(total - done) / rate + 0.5) + " left";
  }
  const size_t used = columns(head) + columns(tail) + 2;
  const size_t room = width > used + 1 ? std::min<size_t>(width - used - 1, 40) : 0;
  const std::string middle =
      room < 5 ? "" : (utf8 ? "▕" : "[") + bar(share, room, utf8) + (utf8 ? "▏" : "]");
  return clipped(head + middle + tail, width > 0 ? width - 1 : 0);
}

std::string day_line(const Host& host, const Record& record, double rate) {
  const Tally& day = record.days().back();
  return "day " + right(std::to_string(record.day()), 3) + "   mood " +
         right(day.empty() ? "-" : with_sign(day.mean_mood(), 2), 5) + "   critical " +
         right(day.empty() ? "-" : percent(day.critical_share()), 7) + "   " +
         left(host.weather(), 6) + " " + right(fixed(host.environment("temperature"), 1), 5) +
         " C   " + rate_text(rate) + " steps/s";
}

}  // namespace petworld
