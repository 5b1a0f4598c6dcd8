// SPDX-License-Identifier: MIT
#include "plugins/outgoing.h"

#include "base/grow.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>

namespace dks::capi {

Outgoing::Outgoing(std::pmr::memory_resource* memory) : batches_(memory), spare_(memory) {}

uint64_t Outgoing::bytes_of(const dks_message& message) {
  uint64_t bytes = message.text_size + 1;
  for (const char* const name : {message.from, message.to, message.kind, message.field}) {
    bytes += name == nullptr ? 0 : std::strlen(name) + 1;
  }
  return bytes;
}

// For a batch in the first spare one. false: there is no memory.
bool Outgoing::make_room(uint64_t messages, uint64_t bytes) {
  try {
    if (spare_.empty()) {
      spare_.emplace_back(batches_.get_allocator().resource());
    }
    grow(spare_.front().messages, messages);
    grow(spare_.front().texts, bytes);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

bool Outgoing::add(std::span<const dks_message> messages) {
  uint64_t bytes = 0;
  for (const dks_message& message : messages) {
    bytes += bytes_of(message);
  }
  if (waiting_ + messages.size() > kMaxMessages || waiting_bytes_ + bytes > kMaxBytes ||
      !make_room(messages.size(), bytes)) {
    return false;
  }
  Batch& batch = spare_.front();
  const auto keep = [&batch](const void* text, size_t size) {
    const char* const kept = batch.texts.data() + batch.texts.size();
    const char* const from = static_cast<const char*>(text);
    batch.texts.insert(batch.texts.end(), from, from + size);
    batch.texts.push_back('\0');
    return kept;
  };
  for (dks_message message : messages) {
    for (const char** const name : {&message.from, &message.to, &message.kind, &message.field}) {
      *name = *name == nullptr ? nullptr : keep(*name, std::strlen(*name));
    }
    message.text = keep(message.text, message.text_size);
    batch.messages.push_back(message);
  }
  batches_.splice(batches_.end(), spare_, spare_.begin());
  next_ = next_ == batches_.end() ? std::prev(next_) : next_;
  waiting_ += messages.size();
  waiting_bytes_ += bytes;
  return true;
}

void Outgoing::send(Send send) {
  const bool one_is_out = next_ != batches_.begin();
  while (next_ != batches_.end() && !(failing_ && one_is_out)) {
    Batch& batch = *next_++;
    batch.ticket = ++tickets_;
    if (!send(batch.messages, batch.ticket)) {
      settle(batch.ticket, Outcome::kFailed);
    }
    if (failing_) {
      return;
    }
  }
}

void Outgoing::settle(uint64_t ticket, Outcome outcome) {
  const auto batch = std::find_if(batches_.begin(), next_, [&](const Batch& each) {
    return each.ticket == ticket;
  });
  if (batch == next_) {
    return;
  }
  failing_ = outcome == Outcome::kFailed;
  if (failing_) {
    retries_ += static_cast<uint64_t>(std::distance(batch, next_));
    next_ = batch;
    return;
  }
  (outcome == Outcome::kDone ? sent_ : lost_) += batch->messages.size();
  drop(batch);
}

void Outgoing::drop(Batches::iterator batch) {
  constexpr size_t kSpare = 8;
  waiting_ -= batch->messages.size();
  waiting_bytes_ -= batch->texts.size();
  if (spare_.size() >= kSpare) {
    batches_.erase(batch);
    return;
  }
  batch->messages.clear();
  batch->texts.clear();
  spare_.splice(spare_.end(), batches_, batch);
}

}  // namespace dks::capi
