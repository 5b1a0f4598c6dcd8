// SPDX-License-Identifier: MIT
#include "message/inbox.h"

#include "base/grow.h"

#include <algorithm>
#include <initializer_list>
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

// Under the lock.
Result<> Inbox::check_room(uint64_t letters, uint64_t bytes) {
  if (held_ + letters > kMaxMessages || held_bytes_ + bytes > kMaxBytes) {
    refused_.fetch_add(letters, std::memory_order_relaxed);
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
  return {};
}

Result<> Inbox::post(std::span<const Letter> letters) {
  uint64_t bytes = 0;
  for (const Letter& letter : letters) {
    bytes += bytes_of(letter);
  }
  const std::scoped_lock lock(mutex_);
  DKS_TRY(check_room(letters.size(), bytes));
  grow(arrived_.posted, arrived_.posted.size() + letters.size());
  grow(arrived_.bytes, arrived_.bytes.size() + bytes);
  for (const Letter& letter : letters) {
    append(arrived_, letter, ++arrivals_);
  }
  held_ += letters.size();
  held_bytes_ += bytes;
  return {};
}

size_t Inbox::prepare(uint64_t step) {
  take_over();
  grow(waiting_.posted, waiting_.posted.size() + taken_.posted.size());
  if (is_crowded()) {
    const size_t needed = waiting_.bytes.size() - dead_bytes_ + taken_.bytes.size();
    grow(spare_, needed + needed / 2);  // so that this is not needed every time
  }
  const auto is_due = [step](const Posted& posted) { return posted.letter.step <= step; };
  const auto fresh = std::count_if(taken_.posted.begin(), taken_.posted.end(), is_due);
  const size_t due = count_due(waiting_.posted, 0, step) + static_cast<size_t>(fresh);
  grow(due_posted_, due);
  grow(due_, due);
  return due;
}

std::span<const Letter> Inbox::gather(uint64_t step, Admit admit) {
  due_.clear();
  due_posted_.clear();
  make_room();
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

void Inbox::look(Look look) const {
  const std::scoped_lock lock(mutex_);
  const auto by_arrival = [](std::initializer_list<const Box*> boxes) {
    std::vector<std::pair<uint64_t, Letter>> held;
    for (const Box* const box : boxes) {
      for (const Posted& posted : box->posted) {
        held.emplace_back(posted.arrival, view(posted, box->bytes));
      }
    }
    std::sort(held.begin(), held.end(), [](const auto& a, const auto& b) {
      return a.first < b.first;
    });
    std::vector<Letter> letters;
    letters.reserve(held.size());
    for (const auto& [arrival, letter] : held) {
      letters.push_back(letter);
    }
    return letters;
  };
  look(by_arrival({&waiting_}), by_arrival({&taken_, &arrived_}));
}

Result<> Inbox::restore(const Letter& letter) {
  const uint64_t bytes = bytes_of(letter);
  const std::scoped_lock lock(mutex_);
  DKS_TRY(check_room(1, bytes));
  append(waiting_, letter, ++arrivals_);
  std::push_heap(waiting_.posted.begin(), waiting_.posted.end(), later);
  ++held_;
  held_bytes_ += bytes;
  return {};
}

void Inbox::copy_waiting(const Inbox& from) {
  waiting_.posted.clear();
  waiting_.bytes.clear();
  for (const Posted& posted : from.waiting_.posted) {
    append(waiting_, view(posted, from.waiting_.bytes), posted.arrival);
  }
  refused_.store(from.refused(), std::memory_order_relaxed);
}

// Below a letter of the heap that is not due none is.
size_t Inbox::count_due(const List& heap, size_t root, uint64_t step) {
  if (root >= heap.size() || heap[root].letter.step > step) {
    return 0;
  }
  return 1 + count_due(heap, 2 * root + 1, step) + count_due(heap, 2 * root + 2, step);
}

// The boxes change places; only after a step that found no memory there is something in taken_.
void Inbox::take_over() {
  const std::scoped_lock lock(mutex_);
  if (taken_.posted.empty()) {
    std::swap(arrived_, taken_);
    return;
  }
  grow(taken_.posted, taken_.posted.size() + arrived_.posted.size());
  grow(taken_.bytes, taken_.bytes.size() + arrived_.bytes.size());
  for (Posted posted : arrived_.posted) {
    posted.offset += taken_.bytes.size();
    taken_.posted.push_back(posted);
  }
  taken_.bytes.insert(taken_.bytes.end(), arrived_.bytes.begin(), arrived_.bytes.end());
  arrived_.posted.clear();
  arrived_.bytes.clear();
}

// Whether what was taken over has no room behind the bytes of those that wait.
bool Inbox::is_crowded() const {
  return !waiting_.posted.empty() &&
         waiting_.bytes.size() + taken_.bytes.size() > waiting_.bytes.capacity();
}

// Forgets the bytes of what went out: all when nothing else is there, else when they are in the
// way.
void Inbox::make_room() {
  if (waiting_.posted.empty()) {
    waiting_.bytes.clear();
  } else if (is_crowded()) {
    spare_.clear();
    for (Posted& posted : waiting_.posted) {
      const auto begin = waiting_.bytes.begin() + static_cast<ptrdiff_t>(posted.offset);
      posted.offset = spare_.size();
      spare_.insert(spare_.end(), begin, begin + static_cast<ptrdiff_t>(bytes_of(posted.letter)));
    }
    waiting_.bytes.swap(spare_);
  } else {
    return;
  }
  dead_bytes_ = 0;
}

void Inbox::take_in(Admit admit) {
  std::sort(taken_.posted.begin(), taken_.posted.end(), [this](const Posted& a, const Posted& b) {
    const auto key = [this](const Posted& posted) {
      const uint64_t id = posted.letter.id;
      return std::tuple(source(posted, taken_.bytes), id == 0, id, posted.arrival);
    };
    return key(a) < key(b);
  });
  const size_t base = waiting_.bytes.size();
  if (base == 0) {  // the usual case: no second copy
    waiting_.bytes.swap(taken_.bytes);
  } else {
    waiting_.bytes.insert(waiting_.bytes.end(), taken_.bytes.begin(), taken_.bytes.end());
  }
  uint64_t refused = 0;
  uint64_t refused_bytes = 0;
  for (Posted posted : taken_.posted) {
    posted.offset += base;
    posted.letter = view(posted, waiting_.bytes);
    if (admit(posted.letter)) {
      waiting_.posted.push_back(posted);
      std::push_heap(waiting_.posted.begin(), waiting_.posted.end(), later);
    } else {
      ++refused;
      refused_bytes += bytes_of(posted.letter);
    }
  }
  taken_.posted.clear();
  taken_.bytes.clear();
  dead_bytes_ += refused_bytes;
  const std::scoped_lock lock(mutex_);
  held_ -= refused;
  held_bytes_ -= refused_bytes;
  if (arrived_.posted.empty()) {
    std::swap(arrived_, taken_);  // two boxes in turn; a third only for what is posted in a step
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
