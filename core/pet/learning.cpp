// Learning in a pet's life: habits from how users treat it, and who is friendly. Where there is
// food: foraging.cpp. Off unless the species has a rate for it; then its counts fade with every
// step by `retention`.
// SPDX-License-Identifier: MIT
//
// Habits are counts over E. What a user does to a pet answers what it did last: that action's count
// grows by rate for a kind message, and shrinks by it for a scolding. Prior counts are 1, so that
// ln E of an action gains ln(count / mean count). Friston et al. 2016, "Active inference and
// learning", with users' kindness in the place of what was done.
//
// Of everybody it has a tie to a pet counts how often it was friendly and how often hostile, a Beta
// distribution. Seeing who is near, but before it looks at the face, it splits the mass that was
// predicted of friendly and hostile company by what is to be expected of this one; the prediction's
// own split is the mean of the prior. To approach, it picks who promises most.
//
// Nothing here is in the way of thoughts worked out ahead of a turn: users' messages are known when
// the step begins; the face is counted after the thought, so that it is not evidence twice; and who
// is near, and what is known of them, is part of what a foreseen thought was made from.
#include "pet/pet_type.h"

#include <algorithm>

namespace dks::pet {
namespace {

// Of a habit: no treatment makes an action impossible, or the only one.
constexpr float kLeastHabit = 1.0F / 32;
constexpr float kMostHabit = 32;

// Whether a care that is no kindness scolds: it is felt as worse than to be alone, or takes away.
bool scolds(const Species& species, const Care& care) {
  for (const Modality& modality : species.modalities) {
    if (modality.sense.kind == SenseKind::kCompany && care.outcome) {
      return modality.preferences[*care.outcome] < modality.preferences[modality.sense.alone];
    }
  }
  return std::any_of(care.gains.begin(), care.gains.end(), [](const Care::Gain& gain) {
    return gain.amount < 0;
  });
}

}  // namespace

void PetType::prepare_learning() {
  for (const Care& care : species_.care) {
    kindness_.push_back(care.kind_act ? 1.0F : scolds(species_, care) ? -1.0F : 0.0F);
  }
  // The states of company that show as friendly and as hostile most likely, where one factor alone
  // stands behind it.
  for (size_t m = 0; species_.learning.company > 0 && m < species_.modalities.size(); ++m) {
    const auto& modality = model_->modalities()[m];
    const Sense& sense = species_.modalities[m].sense;
    if (sense.kind != SenseKind::kCompany || modality.parents.size() != 1) {
      continue;
    }
    const auto& factor = model_->factors()[modality.parents[0]];
    const auto state_behind = [&](uint32_t outcome) {
      size_t best = 0;
      const auto p = [&](size_t state) {
        return modality.likelihood[state * modality.num_outcomes + outcome];
      };
      for (size_t state = 1; state < factor.num_states; ++state) {
        best = p(state) > p(best) ? state : best;
      }
      return factor.state_offset + best;
    };
    friendly_state_ = state_behind(sense.friendly);
    hostile_state_ = state_behind(sense.hostile);
  }
  find_sought();
}

// ---- habits

// By action; empty where habits are not learned.
std::span<const float> PetType::habit_counts(const Table& table, uint32_t row) const {
  if (!learns_habits()) {
    return {};
  }
  return {table.at<float>(columns_.habit_count, row), species_.actions.size()};
}

// What has come is learned before the thought that it counts in; a step without one teaches
// nothing, since whatever could teach wakes the pet.
void PetType::learn_habits(const StepBatch& batch, uint32_t row, std::span<float> counts) const {
  if (counts.empty()) {
    return;
  }
  const auto retention = static_cast<float>(species_.learning.retention);
  for (uint32_t step = 0; step <= unthought_steps(batch.table, row); ++step) {
    for (float& count : counts) {
      count = 1 + retention * (count - 1);
    }
  }
  float kindness = 0;
  batch.world.for_each_message(batch.table.id(row).index(), [&](const Message& message) {
    for (size_t i = 0; i < care_kinds_.size() && !message.from_agent; ++i) {
      if (care_kinds_[i] == message.kind) {
        kindness += kindness_[i] * strength_of(message);
      }
    }
  });
  if (const uint32_t action = batch.table.ref<uint32_t>(columns_.action, row);
      action != no_action()) {
    const float learned = static_cast<float>(species_.learning.habits) * kindness;
    counts[action] = std::clamp(counts[action] + learned, kLeastHabit, kMostHabit);
  }
}

// ---- who is friendly

// What the pet knows of another: yes is hostile.
BetaCounts PetType::hostility(Table& table, uint32_t row, AgentId other) const {
  if (!learns_company() || !other) {
    return {};
  }
  const social::Ties ties = this->ties(table, row);
  const size_t place = social::place_of(ties, other);
  if (place == ties.other.size()) {
    return {};
  }
  return {ties.hostile[place], ties.friendly[place]};
}

BetaCounts PetType::hostility_of_partner(Table& table, uint32_t row) const {
  return hostility(table, row, AgentId(table.ref<uint64_t>(columns_.partner, row)));
}

// What is known of who is near joins the prior.
void PetType::expect_partner(Thinking& thinking, size_t lane) const {
  const BetaCounts& known = thinking.hostility[lane];
  if (known == BetaCounts{}) {
    return;
  }
  const size_t lanes = thinking.lanes.lanes();
  float& friendly = thinking.lanes.prior[friendly_state_ * lanes + lane];
  float& hostile = thinking.lanes.prior[hostile_state_ * lanes + lane];
  if (const float mass = friendly + hostile; mass > 0) {
    hostile = mass * known.mean(hostile / mass);
    friendly = mass - hostile;
  }
}

// Counts the face that was seen, of somebody known, after so many steps.
void PetType::learn_company(Table& table, uint32_t row, uint32_t steps) const {
  if (!learns_company()) {
    return;
  }
  const social::Ties ties = this->ties(table, row);
  const auto retention = static_cast<float>(species_.learning.retention);
  for (uint32_t step = 0; step < steps; ++step) {
    fade(ties.friendly, retention);
    fade(ties.hostile, retention);
  }
  const auto encounter = static_cast<Encounter>(table.ref<uint8_t>(columns_.encounter, row));
  const AgentId partner(table.ref<uint64_t>(columns_.partner, row));
  const size_t place = social::place_of(ties, partner);
  if (encounter != Encounter::kNone && place != ties.other.size()) {
    BetaCounts counts{ties.hostile[place], ties.friendly[place]};
    const auto rate = static_cast<float>(species_.learning.company);
    counts.learn(encounter == Encounter::kHostile ? 1 : 0, rate);
    ties.hostile[place] = counts.yes;
    ties.friendly[place] = counts.no;
  }
}

// Of the nearest in sight the slot of whoever is most likely friendly and best known: P(friendly)
// (1 + familiarity), where a stranger may as well be hostile.
uint32_t PetType::most_promising(const StepBatch& batch, uint32_t row) const {
  constexpr uint32_t kSeen = 8;  // in a crowd the nearest
  const World& world = batch.world;
  const uint32_t self = batch.table.id(row).index();
  const social::Ties ties = this->ties(batch.table, row);
  uint32_t best = MultiGrid::kNone;
  float most = 0;
  uint32_t seen = 0;
  world.grid().nearest(world.grid().cell_of(self), species_.sight, [&](uint32_t slot) {
    if (slot == self || world.shared<float>(shared_mood_, slot) == nullptr) {
      return false;
    }
    const AgentId other = world.slots().id_at(slot);
    const float known =
        social::familiarity(ties, other, batch.step, species_.familiarity_half_life);
    const float promise = (1 - hostility(batch.table, row, other).mean(0.5F)) * (1 + known);
    if (promise > most) {
      most = promise;
      best = slot;
    }
    return ++seen == kSeen;
  });
  return best;
}

}  // namespace dks::pet
