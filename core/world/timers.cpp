// SPDX-License-Identifier: MIT
#include "world/timers.h"

#include <algorithm>
#include <tuple>

namespace dks {

uint64_t Timers::add(TimerDesc desc) {
  Timer timer{last_id_ + 1, std::move(desc), 0};
  timer.next = timer.desc.start;
  const auto place = std::upper_bound(
      timers_.begin(), timers_.end(), timer,
      [](const Timer& a, const Timer& b) {
        return std::tuple(a.desc.priority, a.id) < std::tuple(b.desc.priority, b.id);
      }
  );
  timers_.insert(place, std::move(timer));
  return ++last_id_;
}

std::vector<Timers::Timer>::iterator Timers::find(uint64_t id) {
  return std::find_if(timers_.begin(), timers_.end(), [id](const Timer& timer) {
    return timer.id == id;
  });
}

Result<> Timers::pause(uint64_t id, bool paused) {
  const auto timer = find(id);
  if (timer == timers_.end()) {
    return error(Status::kNotFound, "timer ", id, ": no such timer, or it is through");
  }
  timer->paused = paused;
  return {};
}

Result<> Timers::cancel(uint64_t id) {
  const auto timer = find(id);
  if (timer == timers_.end()) {
    return error(Status::kNotFound, "timer ", id, ": no such timer, or it is through");
  }
  timers_.erase(timer);
  return {};
}

void Timers::restore(std::vector<Timer> timers, uint64_t last_id) {
  timers_ = std::move(timers);
  last_id_ = last_id;
}

void Timers::hash(StateHash& hash) const {
  hash.update_u64(last_id_);
  for (const Timer& timer : timers_) {
    hash.update_u64(timer.id);
    hash.update_u64(timer.next);
    hash.update_u64(timer.desc.interval);
    hash.update_u64(timer.desc.count);
    hash.update_u64(timer.fired);
    hash.update_u64(timer.paused ? 1 : 0);
  }
}

}  // namespace dks
