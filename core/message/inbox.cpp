// SPDX-License-Identifier: MIT
#include "message/inbox.h"

#include "base/grow.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dks {

uint64_t Inbox::bytes_of(const Letter& letter) {
  return letter.from.size() + letter.to.size() + letter.kind.size() + letter.field.size() +
         letter.text.size() + 5;
}

void Inbox::append(Box& box, const Letter& letter, uint64_t arrival) {
  box.posted.push_back({letter, box.bytes.size(), arrival});
  for (const std::string_view text :
       {letter.from, letter.to, letter.kind, letter.field, letter.text}) {
    box.bytes.insert(box.bytes.end(), text.begin(), text.end());
    box.bytes.push_back('\0');
  }
}

Letter Inbox::view(const Posted& posted, const Bytes& bytes) {
  Letter letter = posted.letter;
  const char* at = bytes.data() + posted.offset;
  for (std::string_view* const text :
       {&letter.from, &letter.to, &letter.kind, &letter.field, &letter.text}) {
    *text = {at, text->size()};
    at += text->size() + 1;
  }
  return letter;
}

std::string_view Inbox::source(const Posted& posted, const Bytes& bytes) {
  return {bytes.data() + posted.offset, posted.letter.from.size()};
}

bool Inbox::later(const Posted& a, const Posted& b) {
  return a.letter.step > b.letter.step;
}

Result<> Inbox::post(std::span<const Letter> letters) {
  uint64_t bytes = 0;
  for (const Letter& letter : letters) {
    bytes += bytes_of(letter);
  }
  const std::scoped_lock lock(mutex_);
  if (held_ + letters.size() > kMaxMessages || held_bytes_ + bytes > kMaxBytes) {
    refused_.fetch_add(letters.size(), std::memory_order_relaxed);
    return error(
        Status::kLimit,
        "the inbox is full: ",
        held_,
        " messages and ",
        held_bytes_,
        " bytes wait, at most ",
        kMaxMessages,
        " and ",
        kMaxBytes
    );
  }
  grow(arrived_.posted, arrived_.posted.size() + letters.size());
  grow(arrived_.bytes, arrived_.bytes.size() + bytes);
  for (const Letter& letter : letters) {
    append(arrived_, letter, ++arrivals_);
  }
  held_ += letters.size();
  held_bytes_ += bytes;
  return {};
}

std::span<const Letter> Inbox::gather(uint64_t step, Admit admit) {
  due_.clear();
  due_posted_.clear();
  sweep();
  take_in(admit);
  give_out(step);
  return due_;
}

std::vector<Letter> Inbox::waiting() const {
  List sorted = waiting_.posted;
  std::sort(sorted.begin(), sorted.end(), [this](const Posted& a, const Posted& b) {
    const auto key = [this](const Posted& posted) {
      const Letter& letter = posted.letter;
      return std::tuple(letter.step, source(posted, waiting_.bytes), letter.id, posted.arrival);
    };
    return key(a) < key(b);
  });
  std::vector<Letter> letters;
  for (const Posted& posted : sorted) {
    letters.push_back(view(posted, waiting_.bytes));
  }
  return letters;
}

// Forgets the bytes of what went out, when nothing else or not much else is there.
void Inbox::sweep() {
  if (waiting_.posted.empty()) {
    waiting_.bytes.clear();
    dead_bytes_ = 0;
  } else if (dead_bytes_ * 2 > waiting_.bytes.size()) {
    spare_.clear();
    grow(spare_, waiting_.bytes.size() - dead_bytes_);
    for (Posted& posted : waiting_.posted) {
      const auto begin = waiting_.bytes.begin() + static_cast<ptrdiff_t>(posted.offset);
      posted.offset = spare_.size();
      spare_.insert(spare_.end(), begin, begin + static_cast<ptrdiff_t>(bytes_of(posted.letter)));
    }
    waiting_.bytes.swap(spare_);
    dead_bytes_ = 0;
  }
}

void Inbox::take_in(Admit admit) {
  {
    const std::scoped_lock lock(mutex_);
    // Reserve before anything moves: running out of memory here leaves every letter where it was.
    grow(waiting_.posted, waiting_.posted.size() + arrived_.posted.size());
    grow(waiting_.bytes, waiting_.bytes.size() + arrived_.bytes.size());
    std::swap(arrived_, taken_);
  }
  std::sort(taken_.posted.begin(), taken_.posted.end(), [this](const Posted& a, const Posted& b) {
    const auto key = [this](const Posted& posted) {
      const uint64_t id = posted.letter.id;
      return std::tuple(source(posted, taken_.bytes), id == 0, id, posted.arrival);
    };
    return key(a) < key(b);
  });
  uint64_t refused = 0;
  uint64_t refused_bytes = 0;
  for (const Posted& posted : taken_.posted) {
    Letter letter = view(posted, taken_.bytes);
    if (admit(letter)) {
      append(waiting_, letter, posted.arrival);
      std::push_heap(waiting_.posted.begin(), waiting_.posted.end(), later);
    } else {
      ++refused;
      refused_bytes += bytes_of(letter);
    }
  }
  taken_.posted.clear();
  taken_.bytes.clear();
  if (refused > 0) {
    const std::scoped_lock lock(mutex_);
    held_ -= refused;
    held_bytes_ -= refused_bytes;
  }
}

void Inbox::give_out(uint64_t step) {
  List& waiting = waiting_.posted;
  uint64_t bytes = 0;
  while (!waiting.empty() && waiting.front().letter.step <= step) {
    std::pop_heap(waiting.begin(), waiting.end(), later);
    bytes += bytes_of(waiting.back().letter);
    due_posted_.push_back(waiting.back());
    waiting.pop_back();
  }
  if (due_posted_.empty()) {
    return;
  }
  dead_bytes_ += bytes;
  std::sort(due_posted_.begin(), due_posted_.end(), [this](const Posted& a, const Posted& b) {
    const auto key = [this](const Posted& posted) {
      return std::tuple(source(posted, waiting_.bytes), posted.letter.id, posted.arrival);
    };
    return key(a) < key(b);
  });
  for (const Posted& posted : due_posted_) {
    due_.push_back(view(posted, waiting_.bytes));
  }
  const std::scoped_lock lock(mutex_);
  held_ -= due_posted_.size();
  held_bytes_ -= bytes;
}

}  // namespace dks
