// Activation in a step: each agent senses, thinks and acts when its turn comes.
// SPDX-License-Identifier: MIT
//
// A step with a deadline is cut between turns, or between portions of a wave; progress_ says where
// it goes on. Nothing that an agent sees or does depends on where that is.
#include "base/platform/clock.h"
#include "world/commands.h"
#include "world/phase_clock.h"
#include "world/world.h"

#include <algorithm>
#include <bit>
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

}  // namespace

// false, here and below: time is over.
bool World::activate(const Deadline& deadline) {
  const ActivationDesc& desc = desc_.activation;
  for (; stage_ < desc.stage_count(); ++stage_, progress_.part = 0, progress_.has_order = false) {
    if (!progress_.has_order) {
      PhaseClock clock;
      order_.draw(*this, desc, step_, stage_);
      clock.charge(counters_.sense);
      progress_.has_order = true;
      if (deadline.is_over()) {
        return false;
      }
    }
    for (; progress_.part < order_.part_count(); ++progress_.part) {
      const std::span<const uint32_t> slots = order_.part(progress_.part);
      const bool one_by_one = desc.waves == 0 || desc.waves >= slots.size();
      if (!(one_by_one ? run_singles(slots, deadline) : run_waves(slots, deadline))) {
        return false;
      }
    }
  }
  stage_ = 0;
  ++counters_.steps;
  return true;
}

// ---- one by one ----

// Waves of one agent: Mesa's RandomActivation. Reading the clock costs as much as a small agent's
// step, so it is read for one agent in 61 and the time of all is split in that proportion.
// Foresight is fresh in every 32nd turn: the two must not keep time with each other.
bool World::run_singles(std::span<const uint32_t> slots, const Deadline& deadline) {
  constexpr size_t kTimed = 61;
  Commands commands(*this);
  TurnTimes sampled = progress_.sampled;
  uint64_t foreseeing = 0;
  const uint64_t begin = monotonic_ns();
  size_t i = progress_.turn;
  bool paused = false;
  while (i < slots.size() && !paused) {
    const size_t end = std::min(i + kForeseen, slots.size());
    const uint64_t before = monotonic_ns();
    foresee(slots.subspan(i, end - i));
    foreseeing += monotonic_ns() - before;
    for (; i < end; ++i) {
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
      StepBatch batch{std::span(&row, 1), table, *this, nullptr, step_, stage_, 0};
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
      for (size_t phase = 0; phase < 3; ++phase) {
        sampled[phase] += at[phase + 1] - at[phase];
      }
    }
    paused = deadline.is_over();
  }
  progress_.turn = paused ? i : 0;
  progress_.sampled = sampled;
  counters_.think += foreseeing;
  charge_turns(monotonic_ns() - begin - foreseeing);
  return !paused;
}

// Splits what turns took among their phases.
void World::charge_turns(uint64_t spent) {
  const TurnTimes& sampled = progress_.sampled;
  const auto total =
      static_cast<double>(std::max<uint64_t>(1, sampled[0] + sampled[1] + sampled[2]));
  uint64_t* const phases[] = {&counters_.sense, &counters_.think, &counters_.act};
  for (size_t phase = 0; phase < 3; ++phase) {
    const double share = static_cast<double>(sampled[phase]) / total;
    *phases[phase] += static_cast<uint64_t>(static_cast<double>(spent) * share);
  }
}

// Hands those whose turns come next to the types that like to know.
void World::foresee(std::span<const uint32_t> slots) {
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
    const StepBatch batch{{rows, count}, *tables_[type], *this, nullptr, step_, stage_, 0};
    call(tables_[type]->type().state.get(), batch);
  }
}

// ---- in waves ----

bool World::run_waves(std::span<const uint32_t> slots, const Deadline& deadline) {
  const uint64_t waves = desc_.activation.waves;
  for (; progress_.wave < waves; ++progress_.wave) {
    const uint64_t begin = wave_begin(slots.size(), waves, progress_.wave);
    const uint64_t end = wave_begin(slots.size(), waves, progress_.wave + 1);
    if (!run_wave(slots.subspan(begin, end - begin), deadline)) {
      return false;
    }
  }
  progress_.wave = 0;
  return true;
}

bool World::run_wave(std::span<const uint32_t> slots, const Deadline& deadline) {
  if (progress_.phase == WavePhase::kLineUp) {
    line_up(slots);
    progress_.phase = WavePhase::kSense;
  }
  if (progress_.phase == WavePhase::kSense) {
    if (!run_parallel(&AgentType::sense, counters_.sense, deadline)) {
      return false;
    }
    progress_.phase = WavePhase::kThink;
  }
  if (progress_.phase == WavePhase::kThink) {
    if (!run_parallel(&AgentType::think, counters_.think, deadline)) {
      return false;
    }
    progress_.phase = WavePhase::kAct;
  }
  if (!act_in_turn(slots, deadline)) {
    return false;
  }
  progress_.phase = WavePhase::kLineUp;
  return true;
}

void World::line_up(std::span<const uint32_t> slots) {
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
  clock.charge(counters_.sense);
}

// sense or think over this wave's rows, type by type, in chunks that depend neither on the workers
// nor on where the step is cut.
bool World::run_parallel(Call AgentType::*call, uint64_t& counter, const Deadline& deadline) {
  PhaseClock clock;
  bool paused = false;
  while (progress_.type < type_count() && !paused) {
    const std::span<const uint32_t> rows = wave_rows_[progress_.type];
    Table& table = *tables_[progress_.type];
    const Call run = table.type().*call;
    const size_t left = run == nullptr ? 0 : rows.size() - progress_.turn;
    if (left == 0) {
      ++progress_.type;
      progress_.turn = 0;
      continue;
    }
    // Multiples of what fills the lanes of a mind; long where there are many rows.
    const size_t chunk = std::clamp<size_t>(rows.size() / 256 * 16, 16, 256);
    const size_t most = deadline.is_set() ? chunk * workers_.count() : left;
    const auto portion = rows.subspan(progress_.turn, std::min(left, most));
    workers_.parallel_for(portion.size(), chunk, [&](size_t begin, size_t end, uint32_t worker) {
      const auto part = portion.subspan(begin, end - begin);
      run(table.type().state.get(), {part, table, *this, nullptr, step_, stage_, worker});
    });
    progress_.turn += portion.size();
    paused = deadline.is_over();
  }
  if (!paused) {
    progress_.type = 0;
  }
  clock.charge(counter);
  return !paused;
}

bool World::act_in_turn(std::span<const uint32_t> slots, const Deadline& deadline) {
  constexpr size_t kTurns = 32;  // until the clock is asked again
  PhaseClock clock;
  Commands commands(*this);
  size_t i = progress_.turn;
  bool paused = false;
  while (i < slots.size() && !paused) {
    for (const size_t end = std::min(i + kTurns, slots.size()); i < end; ++i) {
      fetch_ahead(slots, i);
      const AgentSlot& slot = slots_[slots[i]];
      Table& table = *tables_[slot.type];
      counters_.activations += slot.removed ? 0 : 1;
      if (!slot.removed && table.type().act) {
        const uint32_t row = slot.row;
        const StepBatch batch{std::span(&row, 1), table, *this, &commands, step_, stage_, 0};
        table.type().act(table.type().state.get(), batch);
      }
    }
    paused = deadline.is_over();
  }
  progress_.turn = paused ? i : 0;
  clock.charge(counters_.act);
  return !paused;
}

// ---- memory ----

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

}  // namespace dks
