// One step of a world: ten lines, each a phase.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "base/platform/clock.h"
#include "base/platform/float_env.h"
#include "data/collector.h"
#include "world/commands.h"
#include "world/world.h"

namespace dks {
namespace {

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
        Status::kNoMemory, "step ", step_, " ran out of memory half-way and cannot be taken up again"
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
  if (!prepared_) {
    prepared_ = true;
    for (const auto& table : tables_) {
      if (table->type().prepare) {
        table->type().prepare(table->type().state.get(), *this);
      }
    }
  }
  const uint32_t agents = agent_count();
  order_.reserve(agents, type_count());
  removed_.reserve(agents);
  newborn_.reserve(desc_.max_agents - agents);
  wave_rows_.resize(tables_.size());
}

// ---- gather -----------------------------------------------------------------------------------------

void World::gather() {
  events_.clear();
  std::swap(events_, boundary_events_);
  messages_.clear();
  deliveries_.clear();
  broadcasts_.clear();
  outbox_.clear();
  for (const Letter& letter : inbox_.gather(step_)) {
    apply(letter);
  }
  for (const Message& message : mail_) {
    deliver(message);
  }
  mail_.clear();
  std::sort(deliveries_.begin(), deliveries_.end(), [](const Delivery& a, const Delivery& b) {
    return std::pair(a.slot, a.message) < std::pair(b.slot, b.message);
  });
}

void World::apply(const Letter& letter) {
  const uint32_t from = symbols_.intern(letter.from);
  if (from != 0) {
    User& user = users_.meet(from);
    if (letter.id != 0 && letter.id <= user.last_id) {
      ++inputs_dropped_;  // a repeat
      return;
    }
    user.last_id = letter.id != 0 ? letter.id : user.last_id + 1;
  }
  Message message;
  message.id = letter.id != 0 || from == 0 ? letter.id : users_.meet(from).last_id;
  message.reply_to = letter.reply_to;
  message.step = step_;
  message.from = from;
  message.to = symbols_.intern(letter.to);
  message.kind = symbols_.intern(letter.kind);
  message.field = symbols_.intern(letter.field);
  message.message_class = letter.message_class;
  message.ttl = letter.ttl;
  message.value = letter.value;
  message.text = letter.text;
  message.to_agent = letter.to_agent;
  if (!message.to_agent && message.to != 0) {
    const auto named = agent_of_name_.find(message.to);
    message.to_agent = named == agent_of_name_.end() ? AgentId{} : named->second;
  }
  deliver(message);
}

// Puts a message where it belongs: an agent's queue, everybody's, a channel, the environment. One that
// names nobody here is kept among the step's messages, counted and reported.
void World::deliver(const Message& message) {
  const auto index = static_cast<uint32_t>(messages_.size());
  messages_.push_back(message);
  const bool from_outside = !message.from_agent;
  const std::string& to = symbols_.name(message.to);
  bool arrived = true;
  if (message.to_agent) {
    arrived = find(message.to_agent) != nullptr;
    if (arrived) {
      deliveries_.push_back({message.to_agent.index(), index});
      emit(EventKind::kMessage, message.to_agent, message.from_agent, index, message.value);
    }
  } else if (message.field != 0) {
    const auto field = environment_.find(symbols_.name(message.field));
    arrived = field.has_value();
    if (arrived) {
      const uint64_t until = message.ttl == 0 ? 0 : step_ + message.ttl;
      const Environment::Field& target = environment_.fields()[*field];
      environment_.drive(*field, std::clamp(message.value, target.min, target.max), until);
    }
  } else if (to == "*") {
    broadcasts_.push_back(index);
  } else {
    arrived = to.empty() || to == "world" || to.front() == '#';
  }
  if (!arrived) {
    emit(EventKind::kUndelivered, {}, message.from_agent, index, message.value);
  }
  if (from_outside) {
    ++(arrived ? inputs_accepted_ : inputs_dropped_);
  }
}

// ---- environment ------------------------------------------------------------------------------------

void World::advance_environment() {
  const Weather before = environment_.weather();
  timers_.fire(step_, [this](const Timers::Timer& timer) {
    emit(EventKind::kTimer, {}, {}, static_cast<double>(timer.id), 0);
    for (const ScheduledEvent& event : scheduled_events_) {
      if (event.name == timer.desc.name) {
        run_scheduled_event(event);
      }
    }
  });
  environment_.advance(desc_.seed, step_);
  for (PropertyLayer& layer : layers_) {
    layer.advance(grid_);
  }
  if (step_ % desc_.environment.steps_per_day == 0) {
    emit(EventKind::kDay, {}, {}, static_cast<double>(environment_.day(step_)), 0);
  }
  if (environment_.weather() != before) {
    emit(EventKind::kWeather, {}, {}, static_cast<double>(environment_.weather()), static_cast<double>(before));
  }
}

void World::run_scheduled_event(const ScheduledEvent& event) {
  for (const ScheduledEvent::Drive& drive : event.drives) {
    environment_.drive(drive.field, drive.value, step_ + event.steps);
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

// ---- activation -------------------------------------------------------------------------------------

void World::activate() {
  const ActivationDesc& desc = desc_.activation;
  for (uint32_t stage = 0; stage < desc.stage_count(); ++stage) {
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
    counters_.activations += order_.size();
  }
  ++counters_.steps;
}

// Waves of one agent: Mesa's RandomActivation. Reading the clock costs as much as a small agent's step,
// so it is read for one agent in sixteen and the time of all is split in that proportion.
void World::run_singles(std::span<const uint32_t> slots, uint32_t stage) {
  constexpr size_t kAhead = 16;  // slots to fetch before their turn
  Commands commands(*this);
  uint64_t sampled[3] = {};
  const uint64_t begin = monotonic_ns();
  for (size_t i = 0; i < slots.size(); ++i) {
    if (i + kAhead < slots.size()) {
      grid_.prefetch(slots[i + kAhead]);
    }
    const AgentSlot slot = slots_[slots[i]];
    if (slot.removed) {
      continue;
    }
    Table& table = *tables_[slot.type];
    const AgentType& type = table.type();
    StepBatch batch{std::span(&slot.row, 1), table, *this, nullptr, step_, stage, 0};
    uint64_t at[4] = {};
    const bool timed = i % 16 == 0;
    at[0] = timed ? monotonic_ns() : 0;
    if (type.sense) {
      type.sense(type.state.get(), batch);
    }
    at[1] = timed ? monotonic_ns() : 0;
    if (type.think) {
      type.think(type.state.get(), batch);
    }
    at[2] = timed ? monotonic_ns() : 0;
    if (type.act) {
      batch.commands = &commands;
      type.act(type.state.get(), batch);
    }
    at[3] = timed ? monotonic_ns() : 0;
    for (int phase = 0; phase < 3; ++phase) {
      sampled[phase] += at[phase + 1] - at[phase];
    }
  }
  const auto spent = static_cast<double>(monotonic_ns() - begin);
  const auto total = static_cast<double>(std::max<uint64_t>(1, sampled[0] + sampled[1] + sampled[2]));
  uint64_t* const phases[] = {&counters_.sense, &counters_.think, &counters_.act};
  for (int phase = 0; phase < 3; ++phase) {
    *phases[phase] += static_cast<uint64_t>(spent * (static_cast<double>(sampled[phase]) / total));
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
  for (uint32_t type = 0; type < type_count(); ++type) {
    run_parallel(type, tables_[type]->type().sense, stage);
  }
  clock.charge(counters_.sense);
  for (uint32_t type = 0; type < type_count(); ++type) {
    run_parallel(type, tables_[type]->type().think, stage);
  }
  clock.charge(counters_.think);
  Commands commands(*this);
  for (const uint32_t slot : slots) {
    const AgentSlot agent = slots_[slot];
    const AgentType& type = tables_[agent.type]->type();
    if (!agent.removed && type.act) {
      type.act(type.state.get(), {std::span(&agent.row, 1), *tables_[agent.type], *this, &commands, step_, stage, 0});
    }
  }
  clock.charge(counters_.act);
}

// sense or think over this wave's rows of one type, in chunks that do not depend on the workers.
void World::run_parallel(uint32_t type, void (*call)(void*, const StepBatch&), uint32_t stage) {
  constexpr size_t kChunk = 64;
  const std::span<const uint32_t> rows = wave_rows_[type];
  if (call == nullptr || rows.empty()) {
    return;
  }
  Table& table = *tables_[type];
  workers_.parallel_for(rows.size(), kChunk, [&](size_t begin, size_t end, uint32_t worker) {
    call(table.type().state.get(), {rows.subspan(begin, end - begin), table, *this, nullptr, step_, stage, worker});
  });
}

// ---- commit, collect, publish ---------------------------------------------------------------------------

void World::commit() {
  for (const AgentId agent : removed_) {
    free_agent(agent);
  }
  removed_.clear();
  for (const Birth& birth : newborn_) {
    add_agent(birth.type, birth.cell, birth.parent);
  }
  newborn_.clear();
}

void World::collect() { collector_->collect(*this); }

void World::publish() { ++step_; }

}  // namespace dks
