// One step of a world: ten lines, each a phase.
// SPDX-License-Identifier: MIT
#include "base/grow.h"
#include "base/platform/clock.h"
#include "base/platform/float_env.h"
#include "world/commands.h"
#include "world/world.h"

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

namespace dks {
namespace {

// Puts distinct rows in rising order, in the order in which memory is read best: by marking them in
// a set of bits, which is left empty.
void sort_rows(std::pmr::vector<uint32_t>& rows, std::pmr::vector<uint64_t>& bits) {
  for (const uint32_t row : rows) {
    bits[row / 64] |= uint64_t{1} << row % 64;
  }
  size_t sorted = 0;
  for (size_t word = 0; sorted < rows.size(); ++word) {
    for (uint64_t left = std::exchange(bits[word], 0); left != 0; left &= left - 1) {
      rows[sorted++] =
          static_cast<uint32_t>(word * 64) + static_cast<uint32_t>(std::countr_zero(left));
    }
  }
}

// Adds the time since it was last asked to the phase that just ended.
class PhaseClock {
 public:
  void charge(uint64_t& phase) {
    const uint64_t now = monotonic_ns();
    phase += now - last_;
    last_ = now;
  }

 private:
  uint64_t last_ = monotonic_ns();
};

}  // namespace

Result<> World::step() {
  if (in_step_) {
    return error(
        Status::kNoMemory,
        "step ",
        step_,
        " ran out of memory half-way and cannot be taken up again"
    );
  }
  const FloatEnvGuard float_env;
  prepare();
  in_step_ = true;
  PhaseClock clock;
  gather();
  clock.charge(counters_.gather);
  advance_environment();
  clock.charge(counters_.environment);
  activate();
  clock = {};
  commit();
  clock.charge(counters_.commit);
  collect();
  clock.charge(counters_.collect);
  publish();
  clock.charge(counters_.publish);
  in_step_ = false;
  return {};
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

// ---- activation ----

void World::activate() {
  const ActivationDesc& desc = desc_.activation;
  for (uint32_t stage = 0; stage < desc.stage_count(); ++stage) {
    stage_ = stage;
    PhaseClock clock;
    order_.draw(*this, desc, step_, stage);
    clock.charge(counters_.sense);
    for (uint32_t part = 0; part < order_.part_count(); ++part) {
      const std::span<const uint32_t> slots = order_.part(part);
      const uint64_t count = slots.size();
      if (desc.waves == 0 || desc.waves >= count) {
        run_singles(slots, stage);
        continue;
      }
      for (uint64_t wave = 0; wave < desc.waves; ++wave) {
        const uint64_t begin = wave_begin(count, desc.waves, wave);
        const uint64_t end = wave_begin(count, desc.waves, wave + 1);
        run_wave(slots.subspan(begin, end - begin), stage);
      }
    }
  }
  stage_ = 0;
  ++counters_.steps;
}

// Waves of one agent: Mesa's RandomActivation. Reading the clock costs as much as a small agent's
// step, so it is read for one agent in 61 and the time of all is split in that proportion.
// Foresight is fresh in every 32nd turn: the two must not keep time with each other.
void World::run_singles(std::span<const uint32_t> slots, uint32_t stage) {
  constexpr size_t kTimed = 61;
  Commands commands(*this);
  uint64_t sampled[3] = {};
  uint64_t foreseeing = 0;
  const uint64_t begin = monotonic_ns();
  for (size_t i = 0; i < slots.size(); ++i) {
    if (i % kForeseen == 0) {
      const uint64_t before = monotonic_ns();
      foresee(slots.subspan(i, std::min(kForeseen, slots.size() - i)), stage);
      foreseeing += monotonic_ns() - before;
    }
    fetch_ahead(slots, i);
    const AgentSlot& slot = slots_[slots[i]];
    if (slot.removed) {
      continue;
    }
    ++counters_.activations;
    const uint32_t row = slot.row;
    Table& table = *tables_[slot.type];
    const AgentType& type = table.type();
    void* const state = type.state.get();
    StepBatch batch{std::span(&row, 1), table, *this, nullptr, step_, stage, 0};
    const bool timed = i % kTimed == 0;
    uint64_t at[4] = {timed ? monotonic_ns() : 0, 0, 0, 0};
    if (type.sense) {
      type.sense(state, batch);
    }
    at[1] = timed ? monotonic_ns() : 0;
    if (type.think) {
      type.think(state, batch);
    }
    at[2] = timed ? monotonic_ns() : 0;
    if (type.act) {
      batch.commands = &commands;
      type.act(state, batch);
    }
    at[3] = timed ? monotonic_ns() : 0;
    for (int phase = 0; phase < 3; ++phase) {
      sampled[phase] += at[phase + 1] - at[phase];
    }
  }
  counters_.think += foreseeing;
  const auto spent = static_cast<double>(monotonic_ns() - begin - foreseeing);
  const auto total =
      static_cast<double>(std::max<uint64_t>(1, sampled[0] + sampled[1] + sampled[2]));
  uint64_t* const phases[] = {&counters_.sense, &counters_.think, &counters_.act};
  for (int phase = 0; phase < 3; ++phase) {
    const double share = static_cast<double>(sampled[phase]) / total;
    *phases[phase] += static_cast<uint64_t>(spent * share);
  }
}

// Hands those whose turns come next to the types that like to know.
void World::foresee(std::span<const uint32_t> slots, uint32_t stage) {
  for (uint32_t type = 0; type < type_count(); ++type) {
    const auto call = tables_[type]->type().foresee;
    if (call == nullptr) {
      continue;
    }
    uint32_t rows[kForeseen];
    size_t count = 0;
    for (const uint32_t slot : slots) {
      if (!slots_[slot].removed && slots_[slot].type == type) {
        rows[count++] = slots_[slot].row;
      }
    }
    const StepBatch batch{{rows, count}, *tables_[type], *this, nullptr, step_, stage, 0};
    call(tables_[type]->type().state.get(), batch);
  }
}

void World::run_wave(std::span<const uint32_t> slots, uint32_t stage) {
  PhaseClock clock;
  for (auto& rows : wave_rows_) {
    rows.clear();
  }
  for (const uint32_t slot : slots) {
    if (!slots_[slot].removed) {
      wave_rows_[slots_[slot].type].push_back(slots_[slot].row);
    }
  }
  for (auto& rows : wave_rows_) {
    sort_rows(rows, row_bits_);
  }
  for (uint32_t type = 0; type < type_count(); ++type) {
    run_parallel(type, tables_[type]->type().sense, stage);
  }
  clock.charge(counters_.sense);
  for (uint32_t type = 0; type < type_count(); ++type) {
    run_parallel(type, tables_[type]->type().think, stage);
  }
  clock.charge(counters_.think);
  Commands commands(*this);
  for (size_t i = 0; i < slots.size(); ++i) {
    fetch_ahead(slots, i);
    const AgentSlot& slot = slots_[slots[i]];
    Table& table = *tables_[slot.type];
    counters_.activations += slot.removed ? 0 : 1;
    if (!slot.removed && table.type().act) {
      const uint32_t row = slot.row;
      const StepBatch batch{std::span(&row, 1), table, *this, &commands, step_, stage, 0};
      table.type().act(table.type().state.get(), batch);
    }
  }
  clock.charge(counters_.act);
}

// In a large world every agent is a cache miss away, in a random order above all: asks ahead for
// what its turn will touch, first its slot and node, then what these point to, then what its type
// knows of.
inline void World::fetch_ahead(std::span<const uint32_t> slots, size_t at) const {
  constexpr size_t kFurthest = 32;
  constexpr size_t kFar = 20;
  constexpr size_t kNear = 8;
  if (at + kFurthest < slots.size()) {
    const uint32_t slot = slots[at + kFurthest];
    prefetch(&slots_[slot]);
    prefetch(&slots_.tags()[slot]);
    grid_.prefetch_slot(slot);
  }
  if (at + kFar < slots.size()) {
    fetch(slots[at + kFar], true);
    grid_.prefetch_around(slots[at + kFar]);
  }
  if (at + kNear < slots.size()) {
    fetch(slots[at + kNear], false);
  }
}

inline void World::fetch(uint32_t slot, bool own) const {
  const Table& table = *tables_[slots_[slot].type];
  if (own) {
    table.prefetch_row(slots_[slot].row);
  }
  if (const auto call = table.type().fetch; call != nullptr && !slots_[slot].removed) {
    call(table.type().state.get(), table, *this, slots_[slot].row, own);
  }
}

// sense or think over this wave's rows of one type, in chunks that do not depend on the workers.
void World::run_parallel(uint32_t type, void (*call)(void*, const StepBatch&), uint32_t stage) {
  const std::span<const uint32_t> rows = wave_rows_[type];
  if (call == nullptr || rows.empty()) {
    return;
  }
  // Multiples of what fills the lanes of a mind; long where there are many rows.
  const size_t chunk = std::clamp<size_t>(rows.size() / 256 * 16, 16, 256);
  Table& table = *tables_[type];
  workers_.parallel_for(rows.size(), chunk, [&](size_t begin, size_t end, uint32_t worker) {
    const auto part = rows.subspan(begin, end - begin);
    call(table.type().state.get(), {part, table, *this, nullptr, step_, stage, worker});
  });
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
