// Slots that give out AgentIds and tell a stale id from a living one.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"
#include "base/status.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

namespace dks {

// A generational allocator with one payload T a slot. A released slot is the next one to be used
// (last in, first out), so the ids depend only on the order of calls. A slot whose generations are
// used up is retired for good. All memory is taken at construction: 8 bytes a slot and the payload.
// T is default constructible; a free slot holds a T{}. Not thread-safe.
template <class T>
class SlotMap {
 public:
  SlotMap(uint32_t capacity, std::pmr::memory_resource* memory)
      : capacity_(capacity), tags_(memory), free_(memory), payloads_(memory) {
    tags_.reserve(capacity);
    free_.reserve(capacity);
    payloads_.reserve(capacity);
  }

  // None when every slot is taken.
  AgentId allocate(T payload = T{});

  // False when the id is stale.
  bool release(AgentId id);
  // Undoes the newest allocation that stands, as if it had never been: ids taken back one after the
  // other, newest first, leave the map as it was.
  void take_back(AgentId newest);

  T* find(AgentId id) { return contains(id) ? &payloads_[id.index()] : nullptr; }
  const T* find(AgentId id) const { return contains(id) ? &payloads_[id.index()] : nullptr; }
  bool contains(AgentId id) const {
    // Compared in 64 bits: an id beyond 2^53 has a generation no tag can hold.
    return id.index() < tags_.size() &&
           tags_[id.index()] == (((id.value() >> 32) << 1) | uint64_t{kLive});
  }

  // The payload of a slot below slot_count(), living or not.
  T& operator[](uint32_t index) { return payloads_[index]; }
  const T& operator[](uint32_t index) const { return payloads_[index]; }

  // The living agent in a slot, or none.
  AgentId id_at(uint32_t index) const {
    return index < tags_.size() && (tags_[index] & kLive) != 0 ? AgentId(index, tags_[index] >> 1)
                                                               : AgentId{};
  }

  // fn(AgentId, T&) for every living agent by rising index. fn may not allocate or release.
  template <class Fn>
  void for_each(Fn&& fn) {
    for (uint32_t i = 0; i < slot_count(); ++i) {
      if ((tags_[i] & kLive) != 0) {
        fn(AgentId(i, tags_[i] >> 1), payloads_[i]);
      }
    }
  }
  template <class Fn>
  void for_each(Fn&& fn) const {
    const_cast<SlotMap*>(this)->for_each([&fn](AgentId id, T& payload) {
      fn(id, std::as_const(payload));
    });
  }

  uint32_t size() const { return live_; }
  uint32_t capacity() const { return capacity_; }
  // Slots ever used: every living index is below it.
  uint32_t slot_count() const { return static_cast<uint32_t>(tags_.size()); }

  // What a snapshot keeps apart from the payloads: a tag a slot, and the free slots in order (the
  // last is used next).
  std::span<const uint32_t> tags() const { return tags_; }
  std::span<const uint32_t> free_slots() const { return free_; }
  // Takes both from a snapshot, with payloads T{}; refuses what no sequence of calls could leave.
  Result<> restore(std::span<const uint32_t> tags, std::span<const uint32_t> free_slots);

 private:
  // A tag is generation << 1 | living. A free slot shows the generation it will have next, a
  // retired one a generation that no id holds.
  static constexpr uint32_t kLive = 1;
  static constexpr uint32_t kRetired = (AgentId::kMaxGeneration + 1) << 1;

  uint32_t capacity_;
  uint32_t live_ = 0;
  std::pmr::vector<uint32_t> tags_;
  std::pmr::vector<uint32_t> free_;
  std::pmr::vector<T> payloads_;
};

template <class T>
AgentId SlotMap<T>::allocate(T payload) {
  uint32_t index = slot_count();
  if (!free_.empty()) {
    index = free_.back();
    free_.pop_back();
    payloads_[index] = std::move(payload);
  } else if (index < capacity_) {
    tags_.push_back(0);
    payloads_.push_back(std::move(payload));
  } else {
    return AgentId{};
  }
  const AgentId id(index, tags_[index] >> 1);
  tags_[index] |= kLive;
  ++live_;
  return id;
}

template <class T>
bool SlotMap<T>::release(AgentId id) {
  if (!contains(id)) {
    return false;
  }
  const uint32_t index = id.index();
  payloads_[index] = T{};
  tags_[index] = (id.generation() + 1) << 1;
  if (tags_[index] != kRetired) {
    free_.push_back(index);
  }
  --live_;
  return true;
}

template <class T>
void SlotMap<T>::take_back(AgentId newest) {
  const uint32_t index = newest.index();
  if (newest.generation() == 0) {  // it opened a slot
    tags_.pop_back();
    payloads_.pop_back();
  } else {
    payloads_[index] = T{};
    tags_[index] &= ~kLive;
    free_.push_back(index);
  }
  --live_;
}

template <class T>
Result<> SlotMap<T>::restore(std::span<const uint32_t> tags, std::span<const uint32_t> free_slots) {
  if (tags.size() > capacity_) {
    return error(Status::kLimit, "slots: ", tags.size(), " are more than ", capacity_);
  }
  size_t living = 0;
  size_t retired = 0;
  for (size_t i = 0; i < tags.size(); ++i) {
    if (tags[i] > kRetired) {
      return invalid("slots[", i, "]: tag ", tags[i], " is not a generation");
    }
    living += tags[i] & kLive;
    retired += tags[i] == kRetired ? 1 : 0;
  }
  if (living + retired + free_slots.size() != tags.size()) {
    return invalid("slots: ", free_slots.size(), " free slots do not complete ", tags.size());
  }
  tags_.assign(tags.begin(), tags.end());
  free_.assign(free_slots.begin(), free_slots.end());
  payloads_.clear();
  payloads_.resize(tags.size());
  live_ = static_cast<uint32_t>(living);
  // Marking each free slot as living finds doubles; the marks are taken off again.
  size_t marked = 0;
  while (marked < free_.size() && free_[marked] < tags_.size() &&
         (tags_[free_[marked]] & kLive) == 0 && tags_[free_[marked]] != kRetired) {
    tags_[free_[marked++]] |= kLive;
  }
  const bool distinct = marked == free_.size();
  std::copy(tags.begin(), tags.end(), tags_.begin());
  if (!distinct) {
    const uint32_t slot = free_[marked];
    tags_.clear();
    free_.clear();
    payloads_.clear();
    live_ = 0;
    return invalid("slots: free slot ", slot, " is taken, doubled or beyond the end");
  }
  return {};
}

}  // namespace dks
