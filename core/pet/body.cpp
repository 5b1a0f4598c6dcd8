// The body: needs run down, messages and meetings work on it, long misery makes a pet withdraw.
// SPDX-License-Identifier: MIT
#include "pet/emotion.h"
#include "pet/events.h"
#include "pet/pet_type.h"
#include "world/commands.h"

#include <algorithm>

namespace dks::pet {

// One step of metabolism.
void PetType::live(bool withdrawn, std::span<float> needs) const {
  for (uint32_t need = 0; need < species_.needs.size(); ++need) {
    const Need& desc = species_.needs[need];
    needs[need] =
        std::clamp(needs[need] - (withdrawn ? desc.withdrawn_loss : desc.loss), 0.0F, 1.0F);
  }
}

// How much of a care a message is: of value 0 or 1 the whole.
float PetType::strength_of(const Message& message) {
  return message.value == 0 ? 1.0F : static_cast<float>(std::clamp(message.value, -1.0, 1.0));
}

// What a message does to the body. `company` becomes the outcome that the mind perceives of it.
void PetType::feel_message(const Message& message, std::span<float> needs, int32_t& company) const {
  for (size_t i = 0; i < species_.care.size(); ++i) {
    if (care_kinds_[i] != message.kind) {
      continue;
    }
    const Care& care = species_.care[i];
    const float scale = strength_of(message);
    for (const Care::Gain& change : care.gains) {
      needs[change.need] = std::clamp(needs[change.need] + change.amount * scale, 0.0F, 1.0F);
    }
    if (care.outcome) {
      company = static_cast<int32_t>(*care.outcome);
    }
  }
}

// What stays of a message: a tie to who touched it, and that it was cared for.
void PetType::remember(const StepBatch& batch, uint32_t row, const Message& message) const {
  Table& table = batch.table;
  if (message.from_agent && message.kind == contact_kind_) {
    social::meet(
        ties(table, row),
        message.from_agent,
        batch.step,
        species_.familiarity_gain,
        species_.familiarity_half_life
    );
  }
  for (size_t i = 0; i < species_.care.size(); ++i) {
    if (care_kinds_[i] == message.kind && species_.care[i].kind_act) {
      ++table.ref<uint32_t>(columns_.care, row);
      table.ref<uint32_t>(columns_.last_care, row) = static_cast<uint32_t>(batch.step);
    }
  }
}

// Adds to a need within [0, 1]; returns what was added.
float PetType::gain(const StepBatch& batch, uint32_t row, uint32_t need, float amount) const {
  float& level = batch.table.ref<float>(columns_.needs + need, row);
  const float before = level;
  level = std::clamp(level + amount, 0.0F, 1.0F);
  return level - before;
}

// The first vital need in its lowest level.
std::optional<uint32_t> PetType::critical_need(const Table& table, uint32_t row) const {
  for (uint32_t need = 0; need < species_.needs.size(); ++need) {
    const Need& desc = species_.needs[need];
    if (desc.vital && table.ref<float>(columns_.needs + need, row) < desc.thresholds[0]) {
      return need;
    }
  }
  return {};
}

bool PetType::is_well(const Table& table, uint32_t row) const {
  for (uint32_t need = 0; need < species_.needs.size(); ++need) {
    const float level = table.ref<float>(columns_.needs + need, row);
    if (species_.needs[need].vital && level < static_cast<float>(species_.recovers_at)) {
      return false;
    }
  }
  return true;
}

// Counts good and bad steps; what follows from them is the news, and happens when it is told.
void PetType::judge(Table& table, uint32_t row) const {
  const std::optional<uint32_t> need = critical_need(table, row);
  const bool now = need.has_value();
  uint8_t& critical = table.ref<uint8_t>(columns_.critical, row);
  uint8_t& tells = table.ref<uint8_t>(columns_.news, row);
  tells = 0;
  if (now != (critical != 0)) {
    tells |= now ? news::kIsCritical : news::kIsRelieved;
    critical = now ? 1 : 0;
    table.ref<uint8_t>(columns_.critical_need, row) = static_cast<uint8_t>(need.value_or(0));
  }
  uint32_t& in_a_row = table.ref<uint32_t>(columns_.in_a_row, row);
  in_a_row = now ? in_a_row + 1 : 0;
  table.ref<uint32_t>(columns_.critical_steps, row) += now ? 1 : 0;
  if (species_.dies_after != 0 && in_a_row >= species_.dies_after) {
    tells |= news::kDies;
  }
  const bool withdrawn = table.ref<uint8_t>(columns_.withdrawn, row) != 0;
  if (!withdrawn && species_.withdraw_after != 0 && in_a_row >= species_.withdraw_after) {
    tells |= news::kWithdrew;
  } else if (withdrawn && is_well(table, row)) {
    tells |= news::kRecovered;
  }
}

void PetType::tell_news(const StepBatch& batch, uint32_t row) const {
  Commands& commands = *batch.commands;
  const AgentId self = batch.table.id(row);
  const uint8_t tells = batch.table.ref<uint8_t>(columns_.news, row);
  if ((tells & news::kIsCritical) != 0) {
    const uint8_t need = batch.table.ref<uint8_t>(columns_.critical_need, row);
    commands.emit(event::kCritical, self, {}, need);
  }
  if ((tells & news::kIsRelieved) != 0) {
    commands.emit(event::kRelieved, self);
  }
  if ((tells & news::kFeelsOtherwise) != 0) {
    const float valence = batch.table.ref<float>(columns_.valence, row);
    const float arousal = batch.table.ref<float>(columns_.arousal, row);
    const uint8_t emotion = batch.table.ref<uint8_t>(columns_.emotion, row);
    commands.emit(
        event::kEmote, self, {}, emotion, static_cast<double>(intensity(valence, arousal))
    );
  }
  if ((tells & news::kDies) != 0) {
    commands.remove(self);
  } else if ((tells & news::kWithdrew) != 0) {
    batch.table.ref<uint8_t>(columns_.withdrawn, row) = 1;
    commands.emit(event::kWithdrew, self);
  } else if ((tells & news::kRecovered) != 0) {
    batch.table.ref<uint8_t>(columns_.withdrawn, row) = 0;
    commands.emit(event::kRecovered, self);
  }
}

}  // namespace dks::pet
