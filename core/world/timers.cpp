// SPDX-License-Identifier: MIT
#include "world/timers.h"

#include "base/archive.h"

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

void Timers::save(Saver& out) const {
  out.number(last_id_);
  out.number(uint64_t{timers_.size()});
  for (const Timer& timer : timers_) {
    out.number(timer.id);
    out.text(timer.desc.name);
    out.number(timer.desc.start);
    out.number(timer.desc.interval);
    out.number(timer.desc.count);
    out.number(timer.desc.priority);
    out.number(timer.next);
    out.number(timer.fired);
    out.number(uint8_t{timer.paused});
  }
}

void Timers::load(Loader& in) {
  const auto last_id = in.number<uint64_t>();
  std::vector<Timer> timers(in.count(sizeof(uint64_t)));
  for (Timer& timer : timers) {
    timer.id = in.number<uint64_t>();
    timer.desc.name = in.text();
    timer.desc.start = in.number<uint64_t>();
    timer.desc.interval = in.number<uint32_t>();
    timer.desc.count = in.number<uint32_t>();
    timer.desc.priority = in.number<int32_t>();
    timer.next = in.number<uint64_t>();
    timer.fired = in.number<uint32_t>();
    timer.paused = in.flag();
  }
  restore(std::move(timers), last_id);
}

}  // namespace dks
