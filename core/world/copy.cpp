// One world as another: for who reads the last whole step while the next one is under way.
// SPDX-License-Identifier: MIT
//
// Members are assigned, so that each keeps its memory resource and, from the second time on, the
// room that it has. Only what a world hands out or hashes is copied, and what waits for its next
// step; not the scratch memory of a step, who watches it, nor what was posted since the last one.
#include "base/grow.h"
#include "world/world.h"

#include <algorithm>

namespace dks {
namespace {

// Whose size changes from step to step.
template <class Vector>
void copy(Vector& to, const Vector& from) {
  grow(to, from.size());
  to = from;
}

}  // namespace

void World::copy_from(const World& from) {
  for (size_t part = 0; copy_part(from, part); ++part) {
  }
}

bool World::copy_part(const World& from, size_t part) {
  constexpr size_t kFirstLayer = 2;
  if (part < kFirstLayer) {
    part == 0 ? copy_frame(from) : copy_places(from);
    return true;
  }
  part -= kFirstLayer;
  if (part < layer_count()) {
    layers_[part] = from.layers_[part];
    return true;
  }
  part -= layer_count();
  for (uint32_t type = 0; type < type_count(); ++type) {
    const size_t parts = Table::kRowParts + tables_[type]->field_count();
    if (part < parts) {
      tables_[type]->copy_part(*from.tables_[type], part);
      return true;
    }
    part -= parts;
  }
  return false;
}

// All that does not grow with cells and agents.
void World::copy_frame(const World& from) {
  step_ = from.step_;
  births_ = from.births_;
  outputs_ = from.outputs_;
  inputs_accepted_ = from.inputs_accepted_;
  inputs_dropped_ = from.inputs_dropped_;
  counters_ = from.counters_;
  object_kinds_ = from.object_kinds_;
  objects_ = from.objects_;
  environment_ = from.environment_;
  scheduled_events_ = from.scheduled_events_;
  timers_ = from.timers_;
  symbols_.copy_from(from.symbols_);
  names_.copy_from(from.names_);
  users_.copy_from(from.users_);
  copy_types(from);
  while (layer_count() < from.layer_count()) {
    layers_.emplace_back(from.layers_[layer_count()].desc(), grid_.shape(), &memory_);
  }
  copy_messages(from);
}

void World::copy_places(const World& from) {
  slots_ = from.slots_;
  any_fresh_ = from.any_fresh_;
  grid_ = from.grid_;
}

// A type is the same as long as its state and fields are.
void World::copy_types(const World& from) {
  for (uint32_t type = 0; type < from.type_count(); ++type) {
    const AgentType& wanted = from.tables_[type]->type();
    if (type == type_count()) {
      (void)add_table(std::make_unique<Table>(wanted, &memory_));
      continue;
    }
    const AgentType& known = tables_[type]->type();
    if (known.state != wanted.state || known.fields.size() != wanted.fields.size()) {
      tables_[type] = std::make_unique<Table>(wanted, &memory_, tables_[type]->epoch() + 1);
    }
  }
  shared_fields_ = from.shared_fields_;
}

// Names and texts of messages lie in the inbox of `from` and go with its next step.
void World::copy_messages(const World& from) {
  inbox_.copy_waiting(from.inbox_);
  copy(messages_, from.messages_);
  copy(outbox_, from.outbox_);
  copy(deliveries_, from.deliveries_);
  copy(broadcasts_, from.broadcasts_);
  copy(mail_, from.mail_);
  copy(done_, from.done_);
  copy(events_, from.events_);
  copy(boundary_events_, from.boundary_events_);
  keep_texts();
}

// Gives what messages are named and say bytes of this world's own.
void World::keep_texts() {
  const auto for_each_text = [this](auto&& f) {
    for (auto* const messages : {&messages_, &outbox_}) {
      for (Message& message : *messages) {
        f(message.from_name);
        f(message.to_name);
        f(message.kind_name);
        f(message.field_name);
        f(message.text);
      }
    }
  };
  size_t size = 0;
  for_each_text([&size](const std::string_view& text) { size += text.size() + 1; });
  texts_.resize(size);
  char* at = texts_.data();
  for_each_text([&at](std::string_view& text) {
    char* const end = std::copy(text.begin(), text.end(), at);
    *end = '\0';
    text = {at, text.size()};
    at = end + 1;
  });
}

}  // namespace dks
