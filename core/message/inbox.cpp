// SPDX-License-Identifier: MIT
#include "message/inbox.h"

#include <algorithm>
#include <tuple>

namespace dks {
namespace {

uint64_t text_bytes(const Letter& letter) {
  return letter.from.size() + letter.to.size() + letter.kind.size() + letter.field.size() +
         letter.text.size();
}

}  // namespace

void Inbox::append(List& list, Bytes& bytes, const Letter& letter, uint64_t arrival) {
  Posted posted{letter, bytes.size(), {}, arrival};
  const std::string_view texts[] = {letter.from, letter.to, letter.kind, letter.field, letter.text};
  for (int i = 0; i < 5; ++i) {
    posted.size[i] = static_cast<uint32_t>(texts[i].size());
    bytes.insert(bytes.end(), texts[i].begin(), texts[i].end());
  }
  list.push_back(posted);
}

Letter Inbox::view(const Posted& posted, const Bytes& bytes) {
  Letter letter = posted.letter;
  const char* at = bytes.data() + posted.offset;
  std::string_view* texts[] = {&letter.from, &letter.to, &letter.kind, &letter.field, &letter.text};
  for (int i = 0; i < 5; ++i) {
    *texts[i] = {at, posted.size[i]};
    at += posted.size[i];
  }
  return letter;
}

Result<> Inbox::post(std::span<const Letter> letters) {
  uint64_t bytes = 0;
  for (const Letter& letter : letters) {
    bytes += text_bytes(letter);
  }
  const std::scoped_lock lock(mutex_);
  if (held_ + letters.size() > kMaxMessages || held_bytes_ + bytes > kMaxBytes) {
    return error(
        Status::kLimit, "the inbox is full: ", held_, " messages and ", held_bytes_,
        " bytes wait, at most ", kMaxMessages, " and ", kMaxBytes
    );
  }
  arrived_.reserve(arrived_.size() + letters.size());
  arrived_bytes_.reserve(arrived_bytes_.size() + bytes);
  for (const Letter& letter : letters) {
    append(arrived_, arrived_bytes_, letter, ++arrivals_);
  }
  held_ += letters.size();
  held_bytes_ += bytes;
  return {};
}

std::span<const Letter> Inbox::gather(uint64_t step) {
  due_.clear();
  {
    const std::scoped_lock lock(mutex_);
    // Reserve before anything moves: running out of memory here leaves every letter where it was.
    waiting_.reserve(waiting_.size() + arrived_.size());
    waiting_bytes_.reserve(waiting_bytes_.size() + arrived_bytes_.size());
    due_posted_.reserve(waiting_.size() + arrived_.size());
    due_.reserve(waiting_.size() + arrived_.size());
    due_bytes_.reserve(waiting_bytes_.size() + arrived_bytes_.size());
    for (Posted& posted : arrived_) {
      posted.offset += waiting_bytes_.size();
      waiting_.push_back(posted);
    }
    waiting_bytes_.insert(waiting_bytes_.end(), arrived_bytes_.begin(), arrived_bytes_.end());
    arrived_.clear();
    arrived_bytes_.clear();
  }
  if (waiting_.empty()) {
    return {};
  }
  // The due ones move into their own bytes; the rest is packed towards the front.
  due_posted_.clear();
  due_bytes_.clear();
  uint64_t kept = 0;
  uint64_t kept_bytes = 0;
  for (const Posted& posted : waiting_) {
    uint64_t size = 0;
    for (const uint32_t part : posted.size) {
      size += part;
    }
    const char* from = waiting_bytes_.data() + posted.offset;
    Posted moved = posted;
    if (posted.letter.step <= step) {
      moved.offset = due_bytes_.size();
      due_bytes_.insert(due_bytes_.end(), from, from + size);
      due_posted_.push_back(moved);
    } else {
      moved.offset = kept_bytes;
      std::copy(from, from + size, waiting_bytes_.data() + kept_bytes);
      waiting_[kept++] = moved;
      kept_bytes += size;
    }
  }
  waiting_.resize(kept);
  waiting_bytes_.resize(kept_bytes);
  {
    const std::scoped_lock lock(mutex_);
    held_ -= due_posted_.size();
    held_bytes_ -= due_bytes_.size();
  }
  const auto key = [this](const Posted& posted) {
    const std::string_view from(due_bytes_.data() + posted.offset, posted.size[0]);
    return std::tuple(from, posted.letter.id, posted.arrival);
  };
  std::sort(due_posted_.begin(), due_posted_.end(), [&](const Posted& a, const Posted& b) {
    return key(a) < key(b);
  });
  for (const Posted& posted : due_posted_) {
    due_.push_back(view(posted, due_bytes_));
  }
  return due_;
}

}  // namespace dks
