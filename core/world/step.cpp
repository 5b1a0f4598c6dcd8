// One step of a world: ten lines, each a phase.
// SPDX-License-Identifier: MIT
#include "base/grow.h"
#include "base/platform/float_env.h"
#include "world/commands.h"
#include "world/phase_clock.h"
#include "world/world.h"

#include <algorithm>
#include <new>
#include <utility>

namespace dks {

Result<> World::can_step() const {
  if (half_done_) {
    return error(
        Status::kNoMemory,
        "step ",
        step_,
        " ran out of memory half-way and cannot be taken up again"
    );
  }
  return {};
}

Result<> World::step() {
  const auto whole = step_until(Deadline::never());
  return whole ? Result<>() : whole.error();
}

Result<bool> World::step_until(const Deadline& deadline) {
  DKS_TRY(can_step());
  const FloatEnvGuard float_env;
  if (!in_step_) {
    begin_step();
  }
  half_done_ = true;  // if what follows throws, it stays so
  const bool whole = go_on(deadline);
  half_done_ = false;
  return whole;
}

void World::begin_step() {
  const FloatEnvGuard float_env;
  prepare();
  progress_ = {};
  in_step_ = true;
}

// The phases of a step. false: time is over; called again it goes on from there.
bool World::go_on(const Deadline& deadline) {
  PhaseClock clock;
  if (!progress_.begun) {
    gather();
    hear_what_is_done();
    clock.charge(counters_.gather);
    advance_environment();
    clock.charge(counters_.environment);
    progress_.begun = true;
    if (deadline.is_over()) {
      return false;
    }
  }
  if (!activate(deadline)) {
    return false;
  }
  clock = {};
  commit();
  clock.charge(counters_.commit);
  collect();
  clock.charge(counters_.collect);
  publish();
  clock.charge(counters_.publish);
  in_step_ = false;
  return true;
}

// Takes the memory that this step will need as far as it can be known, before anything changes.
void World::prepare() {
  for (uint32_t index = 0; index < type_count(); ++index) {
    const AgentType& type = tables_[index]->type();
    if (!prepared_[index] && type.prepare) {
      type.prepare(type.state.get(), *this);
    }
    prepared_[index] = true;
  }
  const size_t letters = inbox_.prepare(step_);
  grow(messages_, letters + mail_.size());
  grow(deliveries_, letters + mail_.size());
  grow(broadcasts_, letters);
  grow(boundary_events_, boundary_events_.size() + letters + mail_.size());
  order_.reserve(agent_count(), type_count());
  if (const uint32_t waves = desc_.activation.waves; waves != 0) {
    const uint32_t largest = agent_count() / waves + 1;
    for (uint32_t type = 0; type < type_count(); ++type) {
      const uint32_t rows = tables_[type]->size();
      grow(wave_rows_[type], std::min(largest, rows));
      row_bits_.resize(std::max(row_bits_.size(), size_t{rows} / 64 + 1));
    }
  }
}

// ---- gather ----

void World::gather() {
  constexpr size_t kManyEvents = 4096;
  const size_t used = events_.size();
  events_.clear();
  shrink(events_, used, kManyEvents);
  std::swap(events_, boundary_events_);
  messages_.clear();
  deliveries_.clear();
  broadcasts_.clear();
  outbox_.clear();
  if (any_fresh_) {
    slots_.for_each([](AgentId, AgentSlot& slot) { slot.fresh = false; });
    any_fresh_ = false;
  }
  const auto admit_letter = [this](Letter& letter) { return admit(letter); };
  for (const Letter& letter : inbox_.gather(step_, admit_letter)) {
    apply(letter);
  }
  for (const Mail& mail : mail_) {
    Message message;
    message.id = mail.id;
    message.step = step_;
    message.to_agent = mail.to_agent;
    message.from_agent = mail.from_agent;
    message.kind = mail.kind;
    message.kind_name = symbols_.name(mail.kind);
    message.value = mail.value;
    deliver(message);
  }
  mail_.clear();
  std::sort(deliveries_.begin(), deliveries_.end(), [](const Delivery& a, const Delivery& b) {
    return std::pair(a.slot, a.message) < std::pair(b.slot, b.message);
  });
}

// The user of that name. nullptr: there are so many that another one has no room, or no memory.
// That must not end a step, as anybody outside can be a new user.
User* World::admit_user(std::string_view name) {
  try {
    const uint32_t symbol = symbols_.intern(name);
    return symbol == 0 ? nullptr : &users_.meet(symbol);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// A message that came in, before it waits for its step: numbers it for its source. false: it is a
// repeat, or its source has no room.
bool World::admit(Letter& letter) {
  if (letter.from.empty()) {
    return true;
  }
  User* const user = admit_user(letter.from);
  if (user == nullptr || (letter.id != 0 && letter.id <= user->last_id)) {
    ++inputs_dropped_;
    return false;
  }
  user->last_id = letter.id != 0 ? letter.id : user->last_id + 1;
  letter.id = user->last_id;
  return true;
}

// Only what is known already becomes a symbol: names from outside must not fill the table.
void World::apply(const Letter& letter) {
  Message message;
  message.id = letter.id;
  message.reply_to = letter.reply_to;
  message.step = step_;
  message.from = symbols_.find(letter.from);
  message.kind = symbols_.find(letter.kind);
  message.message_class = letter.message_class;
  message.ttl = letter.ttl;
  message.value = letter.value;
  message.from_name = letter.from;
  message.to_name = letter.to;
  message.kind_name = letter.kind;
  message.field_name = letter.field;
  message.text = letter.text;
  message.to_agent = letter.to_agent ? letter.to_agent : names_.find(letter.to);
  deliver(message);
}

// Puts a message where it belongs: an agent's queue, everybody's, a channel, the environment. One
// that names nobody here is kept among the step's messages, counted and reported.
void World::deliver(const Message& message) {
  const auto index = static_cast<uint32_t>(messages_.size());
  messages_.push_back(message);
  const std::string_view to = message.to_name;
  bool arrived = true;
  if (message.to_agent) {
    arrived = find(message.to_agent) != nullptr;
    if (arrived) {
      deliveries_.push_back({message.to_agent.index(), index});
      emit(EventKind::kMessage, message.to_agent, message.from_agent, index, message.value);
    }
  } else if (!message.field_name.empty()) {
    arrived = drive_by(message);
  } else if (to == "*") {
    broadcasts_.push_back(index);
  } else {
    arrived = to.empty() || to == "world" || to.front() == '#';
  }
  if (!arrived) {
    emit(EventKind::kUndelivered, {}, message.from_agent, index, message.value);
  }
  if (!message.from_agent) {
    ++(arrived ? inputs_accepted_ : inputs_dropped_);
  }
}

// A sensor's value: holds for `ttl` steps, or until the field is released.
bool World::drive_by(const Message& message) {
  const auto field = environment_.find(message.field_name);
  if (field) {
    const uint64_t until = message.ttl == 0 ? 0 : step_ + message.ttl;
    environment_.drive(*field, message.value, until);
  }
  return field.has_value();
}

void World::hear_what_is_done() {
  Commands commands(*this);
  for (const Done& done : done_) {
    if (const AgentSlot* const slot = find(done.agent)) {
      const uint32_t row = slot->row;
      Table& table = *tables_[slot->type];
      const StepBatch batch{std::span(&row, 1), table, *this, &commands, step_, 0, 0};
      table.type().done(table.type().state.get(), batch, done.share);
    }
  }
  done_.clear();
}

// ---- environment ----

void World::advance_environment() {
  timers_.fire(step_, [this](const Timers::Timer& timer) {
    emit(EventKind::kTimer, {}, {}, static_cast<double>(timer.id), 0);
    for (const ScheduledEvent& event : scheduled_events_) {
      if (event.name == timer.desc.name) {
        run_scheduled_event(event);
      }
    }
  });
  const Weather before = environment_.advance(desc_.seed, step_);
  const Weather now = environment_.weather();
  for (PropertyLayer& layer : layers_) {
    layer.advance(grid_);
  }
  if (step_ % desc_.environment.steps_per_day == 0) {
    emit(EventKind::kDay, {}, {}, static_cast<double>(environment_.day(step_)), 0);
  }
  if (now != before) {
    emit(EventKind::kWeather, {}, {}, static_cast<double>(now), static_cast<double>(before));
  }
}

void World::run_scheduled_event(const ScheduledEvent& event) {
  for (const ScheduledEvent::Drive& drive : event.drives) {
    environment_.drive(drive.field, drive.value, event.steps == 0 ? 0 : step_ + event.steps);
  }
  for (const ScheduledEvent::Fill& fill : event.fills) {
    PropertyLayer& layer = layers_[fill.layer];
    for (uint32_t cell = 0; cell < grid_.shape().cell_count(); ++cell) {
      if (!fill.where_layer || layers_[*fill.where_layer].category(cell) == fill.where_category) {
        layer.set(cell, fill.value);
      }
    }
  }
}

// ---- commit, collect, publish ----

// Who is removed in a step was alive when it began, so the order of the step has everybody.
void World::commit() {
  if (removed_ > 0) {
    for (const uint32_t slot : order_.slots()) {
      if (slots_[slot].removed) {
        free_agent(slots_.id_at(slot));
      }
    }
    removed_ = 0;
  }
  for (const Birth& birth : newborn_) {
    add_agent(birth.type, birth.cell, birth.parent);
  }
  newborn_.clear();
}

void World::collect() {
  for (const Observer& observer : observers_) {
    observer.look(observer.state.get(), *this);
  }
}

void World::publish() {
  ++step_;
}

}  // namespace dks
