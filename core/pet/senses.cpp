// The senses: the world and messages become outcomes.
// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"
#include "pet/streams.h"

#include <algorithm>

namespace dks::pet {

void PetType::sense(const StepBatch& batch) const {
  if (batch.stage != sense_stage_) {
    return;
  }
  for (const uint32_t row : batch.rows) {
    live(batch, row);
    int32_t company = -1;
    const uint32_t slot = batch.table.id(row).index();
    batch.world.for_each_message(slot, [&](const Message& message) {
      receive(batch, row, message, company);
    });
    perceive(batch, row, company);
  }
}

namespace {

uint32_t level_of(double value, const auto& thresholds) {
  uint32_t level = 0;
  while (level < thresholds.size() && value >= static_cast<double>(thresholds[level])) {
    ++level;
  }
  return level;
}

}  // namespace

// `company`: what a message said just now, which outshines whoever is near; -1: nothing.
void PetType::perceive(const StepBatch& batch, uint32_t row, int32_t company) const {
  const World& world = batch.world;
  const AgentId self = batch.table.id(row);
  const uint32_t cell = world.cell_of(self);
  int32_t* outcomes = batch.table.at<int32_t>(columns_.observation, row);
  for (size_t m = 0; m < species_.modalities.size(); ++m) {
    const Modality& modality = species_.modalities[m];
    const Sense& sense = modality.sense;
    const BoundSense& bound = senses_[m];
    if (cell == MultiGrid::kNone && sense.kind != SenseKind::kNeed &&
        sense.kind != SenseKind::kField) {
      outcomes[m] = -1;  // nowhere: nothing around
      continue;
    }
    switch (sense.kind) {
      case SenseKind::kNeed: {
        const float level = batch.table.ref<float>(columns_.needs + sense.need, row);
        outcomes[m] = static_cast<int32_t>(level_of(level, species_.needs[sense.need].thresholds));
        break;
      }
      case SenseKind::kLayer:
        outcomes[m] = bound.outcome_of_category[world.layer(bound.layer).category(cell)];
        break;
      case SenseKind::kField:
        outcomes[m] =
            static_cast<int32_t>(level_of(world.environment().value(bound.field), sense.thresholds)
            );
        break;
      case SenseKind::kHazard: {
        const uint32_t category = world.layer(bound.layer).category(cell);
        Random random = world.random(self, stream::kSense + (static_cast<uint32_t>(m) << 8));
        outcomes[m] =
            random.bernoulli(world.environment().danger() * bound.exposure[category]) ? 1 : 0;
        break;
      }
      case SenseKind::kObject: {
        outcomes[m] = 0;
        for (const Object& object : world.objects_at(cell)) {
          outcomes[m] = bound.strength[object.kind] > 0 ? 1 : outcomes[m];
        }
        break;
      }
      case SenseKind::kCompany: {
        const int32_t near = perceive_company(batch, row, modality);
        outcomes[m] = company >= 0 ? company : near;
        break;
      }
    }
  }
}

// Who is within reach: the best known, else the nearest; what it shows is the outcome.
int32_t PetType::perceive_company(const StepBatch& batch, uint32_t row, const Modality& modality)
    const {
  const World& world = batch.world;
  const uint32_t self = batch.table.id(row).index();
  const social::Ties ties = this->ties(batch.table, row);
  AgentId partner{};
  float best = -1;
  const auto compare = [&](uint32_t slot) {
    if (slot != self && world.shared<float>(shared_mood_, slot) != nullptr) {
      const AgentId other = world.slots().id_at(slot);
      const float known =
          social::familiarity(ties, other, batch.step, species_.familiarity_half_life);
      if (known > best) {
        best = known;
        partner = other;
      }
    }
    return false;  // go on, to those further away
  };
  world.grid().nearest(world.grid().cell_of(self), species_.reach, compare);
  batch.table.ref<uint64_t>(columns_.partner, row) = partner.value();
  if (!partner) {
    return static_cast<int32_t>(modality.sense.alone);
  }
  const uint8_t* hostile = world.shared<uint8_t>(shared_hostile_, partner.index());
  return static_cast<int32_t>(
      hostile != nullptr && *hostile ? modality.sense.hostile : modality.sense.friendly
  );
}

}  // namespace dks::pet
