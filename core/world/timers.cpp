// SPDX-License-Identifier: MIT
#include "world/timers.h"

#include <algorithm>
#include <tuple>

namespace dks {

bool Timers::before(const Timer& a, const Timer& b) {
  return std::tuple(a.desc.priority, a.id) < std::tuple(b.desc.priority, b.id);
}

uint64_t Timers::add(TimerDesc desc) {
  const uint64_t first = desc.start;
  Timer timer{last_id_ + 1, std::move(desc), first};
  timers_.insert(std::upper_bound(timers_.begin(), timers_.end(), timer, before), std::move(timer));
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
  std::sort(timers.begin(), timers.end(), before);
  timers_ = std::move(timers);
  last_id_ = last_id;
}

void Timers::hash(StateHash& hash) const {
  hash.update_u64(last_id_);
  for (const Timer& timer : timers_) {
    hash.update_u64(timer.id);
    hash.update(timer.desc.name.data(), timer.desc.name.size());  // it says which event runs
    hash.update_u64(static_cast<uint32_t>(timer.desc.priority));
    hash.update_u64(timer.next);
    hash.update_u64(timer.desc.interval);
    hash.update_u64(timer.desc.count);
    hash.update_u64(timer.fired);
    hash.update_u64(timer.paused ? 1 : 0);
  }
}

}  // namespace dks
