// What a pet keeps in the table, in the order of its columns.
// SPDX-License-Identifier: MIT
#include "pet/emotion.h"
#include "pet/pet_type.h"

#include <utility>

namespace dks::pet {
namespace {

constexpr double kMaxU32 = 4294967295.0;
constexpr double kMaxId = 9007199254740991.0;
constexpr double kUntold = kNobodySaid;
constexpr double kMaxCount = 1e6;

uint32_t add(std::vector<Field>& fields, Field field) {
  fields.push_back(std::move(field));
  return static_cast<uint32_t>(fields.size()) - 1;
}

// What the mind and the body compute is theirs alone: a host that set an observation or a tie would
// pull the ground from under those who read it.
uint32_t compute(std::vector<Field>& fields, Field field) {
  field.settable = false;
  return add(fields, std::move(field));
}

}  // namespace

std::vector<Field> PetType::fields() {
  std::vector<Field> fields;
  for (const Need& need : species_.needs) {
    add(fields, {need.name, FieldType::kF32, 1, need.initial, 0, 1});
  }
  add_mind(fields);
  add_company(fields);
  add_learning(fields);
  add_body(fields);
  if (is_hosted()) {
    add_intent(fields);
  }
  return fields;
}

void PetType::add_mind(std::vector<Field>& to) {
  const auto actions = static_cast<uint32_t>(species_.actions.size());
  const auto states = static_cast<uint32_t>(model_->total_states());
  const auto modalities = static_cast<uint32_t>(model_->num_modalities());
  const double none = no_action();
  const double emotions = kEmotions.size() - 1;
  Columns& c = columns_;
  c.belief = compute(to, {"belief", FieldType::kF32, states, 0, 0, 1});
  c.prior = compute(to, {"prior", FieldType::kU8, states, 0, 0, 255});
  c.observation =
      compute(to, {"observation", FieldType::kU8, modalities, kNoOutcome, 0, kNoOutcome});
  c.score = compute(to, {"score", FieldType::kF32, actions, 0, -1e30, 1e30});
  c.choice = compute(to, {"choice", FieldType::kF32, actions, 0, 0, 1});
  c.action = compute(to, {"action", FieldType::kU32, 1, none, 0, none});
  c.personality = add(to, {"personality", FieldType::kF32, kTraits, 0.5, 0, 1});
  c.valence = compute(to, {"valence", FieldType::kF32, 1, 0, -1, 1});
  c.arousal = compute(to, {"arousal", FieldType::kF32, 1, 0, 0, 1});
  c.dominance = compute(to, {"dominance", FieldType::kF32, 1, 0, 0, 1});
  c.emotion = compute(to, {"emotion", FieldType::kU8, 1, kNewbornEmotion, 0, emotions});
  c.mood = add(to, {"mood", FieldType::kF32, 1, 0, -1, 1});
  c.free_energy = compute(to, {"free_energy", FieldType::kF32, 1, 0, -1e6, 1e6});
  c.surprise = compute(to, {"surprise", FieldType::kF32, 1, 0, -1e6, 1e6});
}

void PetType::add_company(std::vector<Field>& to) {
  Columns& c = columns_;
  c.hostile = compute(to, {"hostile", FieldType::kU8, 1, 0, 0, 1});
  c.partner = compute(to, {"partner", FieldType::kU64, 1, 0, 0, kMaxId});
  c.tie_other = compute(to, {"tie_other", FieldType::kU64, social::kMaxTies, 0, 0, kMaxId});
  c.tie_familiarity = compute(to, {"tie_familiarity", FieldType::kF32, social::kMaxTies, 0, 0, 1});
  c.tie_met = compute(to, {"tie_met", FieldType::kU32, social::kMaxTies, 0, 0, kMaxU32});
  if (heard_states_ > 0) {
    c.heard = compute(to, {"heard", FieldType::kF32, 2 * heard_states_, 0, 0, 1});
    c.told = static_cast<uint32_t>(to.size());
    for (const Factor& factor : species_.factors) {
      if (factor.shared) {
        const auto levels = static_cast<uint32_t>(factor.levels.size());
        compute(to, {"told_" + factor.name, FieldType::kF32, 1 + levels, 0, 0, 1e6});
      }
    }
  }
}

void PetType::add_learning(std::vector<Field>& to) {
  Columns& c = columns_;
  if (learns_habits()) {
    const auto actions = static_cast<uint32_t>(species_.actions.size());
    c.habit_count = compute(to, {"habit_count", FieldType::kF32, actions, 1, 0, kMaxCount});
  }
  if (learns_company()) {
    constexpr uint32_t kTies = social::kMaxTies;
    c.tie_friendly = compute(to, {"tie_friendly", FieldType::kF32, kTies, 0, 0, kMaxCount});
    c.tie_hostile = compute(to, {"tie_hostile", FieldType::kF32, kTies, 0, 0, kMaxCount});
    c.encounter = compute(to, {"encounter", FieldType::kU8, 1, 0, 0, 2});
  }
  if (learns_food()) {
    const auto kinds = static_cast<uint32_t>(sought_.size());
    const uint32_t spots = kSpots * kinds;
    const uint32_t counts = (kSpots + 1) * kinds;
    c.spot_cell = compute(to, {"spot_cell", FieldType::kU32, spots, MultiGrid::kNone, 0, kMaxU32});
    c.spot_found = compute(to, {"spot_found", FieldType::kF32, counts, 0, 0, kMaxCount});
    c.spot_missed = compute(to, {"spot_missed", FieldType::kF32, counts, 0, 0, kMaxCount});
    c.heading = compute(to, {"heading", FieldType::kU8, 1, 0, 0, 8});
  }
}

void PetType::add_body(std::vector<Field>& to) {
  const auto needs = static_cast<double>(species_.needs.size());
  Columns& c = columns_;
  c.lived = compute(to, {"lived", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.critical = compute(to, {"critical", FieldType::kU8, 1, 0, 0, 1});
  c.critical_need = compute(to, {"critical_need", FieldType::kU8, 1, 0, 0, needs});
  c.critical_steps = compute(to, {"critical_steps", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.in_a_row = compute(to, {"in_a_row", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.news = compute(to, {"news", FieldType::kU8, 1, 0, 0, 255});
  c.withdrawn = add(to, {"withdrawn", FieldType::kU8, 1, 0, 0, 1});
  c.care = add(to, {"care", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.last_care = compute(to, {"last_care", FieldType::kU32, 1, 0, 0, kMaxU32});
  if (species_.mind.think_every > 1) {
    c.unthought = compute(to, {"unthought", FieldType::kU8, 1, 0, 0, 255});
  }
}

void PetType::add_intent(std::vector<Field>& to) {
  const double none = no_action();
  Columns& c = columns_;
  c.intent = compute(to, {"intent", FieldType::kU32, 1, none, 0, none});
  c.intent_cell = compute(to, {"intent_cell", FieldType::kU32, 1, MultiGrid::kNone, 0, kMaxU32});
  c.intent_partner = compute(to, {"intent_partner", FieldType::kU64, 1, 0, 0, kMaxId});
  c.neighbours = add(to, {"neighbours", FieldType::kU64, kNeighbours, kUntold, 0, kUntold});
}

}  // namespace dks::pet
