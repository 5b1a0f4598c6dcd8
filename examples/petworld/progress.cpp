// SPDX-License-Identifier: MIT
#include "progress.h"

#include "text.h"

#include <algorithm>

namespace petworld {

void Rate::count(uint64_t steps) {
  steps_ = steps;
  const double passed = std::chrono::duration<double>(Clock::now() - mark_).count();
  if (passed >= 0.5) {
    const double now = static_cast<double>(steps_ - marked_steps_) / passed;
    recent_ = recent_ == 0 ? now : 0.6 * recent_ + 0.4 * now;
    mark_ = Clock::now();
    marked_steps_ = steps_;
  } else if (recent_ == 0 || marked_steps_ == 0) {
    recent_ = whole();
  }
}

double Rate::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

double Rate::whole() const {
  const double passed = seconds();
  return passed > 0 ? static_cast<double>(steps_) / passed : 0;
}

std::string progress_line(
    uint64_t done, uint64_t total, uint32_t steps_per_day, double rate, bool utf8, size_t width
) {
  const double share = total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total);
  const uint64_t days = (total + steps_per_day - 1) / steps_per_day;
  const uint64_t day = std::min(done / steps_per_day + 1, std::max<uint64_t>(days, 1));
  const std::string head = "day " + grouped(day) + "/" + grouped(days) + " ";
  std::string tail =
      cat(" ", right(fixed(100 * share, 0), 3), " %  ", fixed(rate, rate < 10 ? 1 : 0), " steps/s");
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
  return "day " + right(std::to_string(record.days().size()), 3) + "   mood " +
         right(with_sign(day.mean_mood(), 2), 5) + "   critical " +
         right(percent(day.critical_share()), 7) + "   " + left(host.weather(), 6) + " " +
         right(fixed(host.environment("temperature"), 1), 5) + " C   " + fixed(rate, 0) +
         " steps/s";
}

}  // namespace petworld
