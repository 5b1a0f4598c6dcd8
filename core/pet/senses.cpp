// The senses: the world and messages become outcomes.
// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"
#include "pet/streams.h"

#include <algorithm>
#include <array>

namespace dks::pet {

namespace {

uint32_t level_of(double value, const auto& thresholds) {
  uint32_t level = 0;
  while (level < thresholds.size() && value >= static_cast<double>(thresholds[level])) {
    ++level;
  }
  return level;
}

}  // namespace

void PetType::load_needs(const Table& table, uint32_t row, std::span<float> needs) const {
  for (uint32_t need = 0; need < needs.size(); ++need) {
    needs[need] = table.ref<float>(columns_.needs + need, row);
  }
}

// Puts an outcome for each modality; returns who is near and how it shows itself.
// `message_outcome`: what a message said just now, which outshines whoever is near; -1: nothing.
template <class PutOutcome>
PetType::Company PetType::perceive(
    const StepBatch& batch,
    uint32_t row,
    const Around& around,
    std::span<const float> needs,
    int32_t message_outcome,
    PutOutcome put
) const {
  const World& world = batch.world;
  const AgentId self = batch.table.id(row);
  const uint32_t cell = world.cell_of(self);
  Company company{-1, AgentId(batch.table.ref<uint64_t>(columns_.partner, row))};
  for (size_t m = 0; m < species_.modalities.size(); ++m) {
    const Modality& modality = species_.modalities[m];
    const Sense& sense = modality.sense;
    const BoundSense& bound = senses_[m];
    if (cell == MultiGrid::kNone && sense.kind != SenseKind::kNeed &&
        sense.kind != SenseKind::kField) {
      put(m, -1);  // nowhere: nothing around
      continue;
    }
    switch (sense.kind) {
      case SenseKind::kNeed:
        put(m, level_of(needs[sense.need], species_.needs[sense.need].thresholds));
        break;
      case SenseKind::kLayer:
        put(m, bound.outcome_of_category[world.layer(bound.layer).category(cell)]);
        break;
      case SenseKind::kField:
        put(m, level_of(world.environment().value(bound.field), sense.thresholds));
        break;
      case SenseKind::kHazard: {
        const uint32_t category = world.layer(bound.layer).category(cell);
        Random random = world.random(self, stream::kSense + (static_cast<uint32_t>(m) << 8));
        put(m, random.bernoulli(world.environment().danger() * bound.exposure[category]) ? 1 : 0);
        break;
      }
      case SenseKind::kObject: {
        const auto objects = world.objects_at(cell);
        put(m, std::any_of(objects.begin(), objects.end(), [&](const Object& object) {
              return bound.strength[object.kind] > 0;
            }));
        break;
      }
      case SenseKind::kCompany: {
        company = perceive_company(batch, row, around, modality);
        put(m, message_outcome >= 0 ? message_outcome : company.outcome);
        break;
      }
    }
  }
  return company;
}

// Who is around each of a few pets, and within `earshot`. Hints at what they are about to look at
// go out in the order in which one thing leads to the next: where they are, who is around, how
// these show themselves.
void PetType::look_around(
    const StepBatch& batch,
    std::span<const uint32_t> rows,
    uint32_t earshot,
    std::span<Around> around
) const {
  const World& world = batch.world;
  const MultiGrid& grid = world.grid();
  const Table& table = batch.table;
  const auto cell_of = [&](size_t i) { return world.cell_of(table.id(rows[i])); };
  const bool many = rows.size() > 1;
  if (many) {
    for (const uint32_t row : rows) {
      grid.prefetch_slot(table.id(row).index());
      for (uint32_t need = 0; need < species_.needs.size(); ++need) {
        prefetch(table.at<float>(columns_.needs + need, row));
      }
      prefetch(table.at<uint8_t>(columns_.observation, row));
      prefetch(table.at<uint64_t>(columns_.tie_other, row));
      prefetch(table.at<float>(columns_.tie_familiarity, row));
      prefetch(table.at<uint32_t>(columns_.tie_met, row));
      prefetch(table.at<uint64_t>(columns_.partner, row));
      prefetch(table.at<uint8_t>(columns_.withdrawn, row));
      for (uint32_t i = 0; earshot > 0 && i < shared_factors_.size(); ++i) {
        prefetch(table.at<float>(columns_.told + i, row));
      }
      if (earshot > 0) {
        prefetch(table.at<float>(columns_.heard, row));
      }
    }
    const uint32_t radius = std::max(species_.reach, earshot);
    for (size_t i = 0; i < rows.size(); ++i) {
      if (const uint32_t cell = cell_of(i); cell != MultiGrid::kNone) {
        grid.prefetch_cells(cell, radius);
        for (const uint32_t layer : sensed_layers_) {
          world.layer(layer).prefetch_cell(cell);
        }
      }
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    around[i].clear();
    if (const uint32_t cell = cell_of(i); cell != MultiGrid::kNone) {
      around[i].look_at_cells(world, cell, species_.reach, earshot);
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    around[i].look_closer(world, table.id(rows[i]).index(), [&](uint32_t slot, bool in_reach) {
      if (!many) {
        return;
      }
      if (in_reach) {
        world.prefetch_id(slot);
        prefetch(world.shared<uint8_t>(shared_hostile_, slot));
      }
      for (const SharedFactor& factor : shared_factors_) {
        prefetch(world.shared<float>(factor.handle, slot));
      }
    });
    if (const auto told = told_neighbours(table, rows[i])) {
      around[i].be_told(world, *told);
    }
  }
}

void PetType::sense(const StepBatch& batch) {
  if (batch.stage != sense_stage_) {
    return;
  }
  constexpr size_t kBlock = 16;
  std::array<Around, kBlock> around;
  for (size_t begin = 0; begin < batch.rows.size(); begin += kBlock) {
    const auto rows = batch.rows.subspan(begin, std::min(kBlock, batch.rows.size() - begin));
    look_around(batch, rows, earshot(), around);
    for (size_t i = 0; i < rows.size(); ++i) {
      sense(batch, rows[i], around[i]);
    }
  }
}

void PetType::sense(const StepBatch& batch, uint32_t row, const Around& around) {
  Table& table = batch.table;
  const std::span<float> needs = thinking_[batch.worker].needs;
  load_needs(table, row, needs);
  live(table.ref<uint8_t>(columns_.withdrawn, row) != 0, needs);
  int32_t message_outcome = -1;
  batch.world.for_each_message(table.id(row).index(), [&](const Message& message) {
    feel_message(message, needs, message_outcome);
    remember(batch, row, message);
  });
  for (uint32_t need = 0; need < needs.size(); ++need) {
    table.ref<float>(columns_.needs + need, row) = needs[need];
  }
  judge(table, row);
  listen(batch, row, around);
  notice(batch, row);
  if (!thinks(batch, row)) {
    return;
  }
  if (learns_habits()) {
    learn_habits(batch, row, {table.at<float>(columns_.habit_count, row), no_action()});
  }
  uint8_t* outcomes = table.at<uint8_t>(columns_.observation, row);
  const Company company =
      perceive(batch, row, around, needs, message_outcome, [&](size_t m, auto o) {
        outcomes[m] = static_cast<uint8_t>(o);
      });
  table.ref<uint64_t>(columns_.partner, row) = company.partner.value();
  if (learns_company()) {
    table.ref<uint8_t>(columns_.encounter, row) = static_cast<uint8_t>(company.encounter);
  }
}

// What the coming turns look like from here. Nothing of the world or of a pet changes.
void PetType::foresee(const StepBatch& batch) {
  const bool together = sense_stage_ == think_stage_ && batch.stage == think_stage_;
  foresight_.step = together ? batch.step : UINT64_MAX;
  foresight_.pets.clear();
  foresight_.next = 0;
  const size_t lanes = engine_->lanes();
  std::array<Around, kForeseen> around;
  std::array<uint32_t, kForeseen> thinking_rows;
  size_t will_think = 0;
  for (const uint32_t row : batch.rows) {
    thinking_rows[will_think] = row;
    will_think += thinks(batch, row) ? 1 : 0;
  }
  for (size_t begin = 0; together && begin < will_think; begin += lanes) {
    Thinking& thinking = foresight_.blocks[begin / lanes];
    const auto rows = std::span(thinking_rows).subspan(begin, std::min(lanes, will_think - begin));
    look_around(batch, rows, 0, around);
    for (size_t lane = 0; lane < rows.size(); ++lane) {
      const uint32_t row = rows[lane];
      load_needs(batch.table, row, thinking.needs);
      live(batch.table.ref<uint8_t>(columns_.withdrawn, row) != 0, thinking.needs);
      int32_t message_outcome = -1;
      batch.world.for_each_message(batch.table.id(row).index(), [&](const Message& message) {
        feel_message(message, thinking.needs, message_outcome);
      });
      const auto put = [&](size_t m, auto outcome) {
        thinking.lanes.observation[m * lanes + lane] = in_lane(static_cast<uint8_t>(outcome));
      };
      const Company company =
          perceive(batch, row, around[lane], thinking.needs, message_outcome, put);
      const std::span<const float> habits = habit_counts(batch.table, row);
      thinking.habits.assign(habits.begin(), habits.end());
      learn_habits(batch, row, thinking.habits);
      seat(batch.table, row, thinking.habits, thinking, lane);
      thinking.hostility[lane] = hostility(batch.table, row, company.partner);
      const float* personality = batch.table.at<float>(columns_.personality, row);
      Foresight::Pet& pet = foresight_.pets.emplace_back();
      pet.row = row;
      std::copy_n(personality, kTraits, pet.personality.begin());
    }
    think_through(batch, thinking, rows.size());
  }
}

// Who is within reach: the best known, else the nearest; what it shows is the outcome.
PetType::Company PetType::perceive_company(
    const StepBatch& batch, uint32_t row, const Around& around, const Modality& modality
) const {
  const World& world = batch.world;
  const social::Ties ties = this->ties(batch.table, row);
  AgentId partner{};
  float best = -1;
  for (const uint32_t slot : around.in_reach()) {
    if (world.shared<float>(shared_mood_, slot) == nullptr) {
      continue;  // no pet
    }
    const AgentId other = world.slots().id_at(slot);
    const float known =
        social::familiarity(ties, other, batch.step, species_.familiarity_half_life);
    if (known > best) {
      best = known;
      partner = other;
    }
  }
  if (!partner) {
    return {static_cast<int32_t>(modality.sense.alone), partner, Encounter::kNone};
  }
  const uint8_t* hostile = world.shared<uint8_t>(shared_hostile_, partner.index());
  const bool is_hostile = hostile != nullptr && *hostile != 0;
  const uint32_t outcome = is_hostile ? modality.sense.hostile : modality.sense.friendly;
  const Encounter encounter = is_hostile ? Encounter::kHostile : Encounter::kFriendly;
  return {static_cast<int32_t>(outcome), partner, encounter};
}

}  // namespace dks::pet
