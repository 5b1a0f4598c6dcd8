// SPDX-License-Identifier: MIT
#include "record.h"

#include "error.h"
#include "text.h"

#include <algorithm>
#include <utility>

namespace petworld {
namespace {

constexpr size_t kNobody = static_cast<size_t>(-1);

// An id is its slot, from 1, and in the upper half how often the slot was used before.
size_t slot_of(dks_agent_id agent) {
  return static_cast<size_t>(agent & 0xFFFFFFFF) - 1;
}

bool is_pet(const Plan::Type& type) {
  return type.has("valence") && type.has("mood");
}

}  // namespace

std::string PetRecord::shown() const {
  return name.empty() ? cat("#", std::to_string(id)) : printable(name);
}

void PetRecord::live_a_step(uint64_t day) {
  ++steps;
  critical_steps += critical ? 1 : 0;
  mood_sum += mood;
  valence_sum += valence;
  days += day != last_day_ ? 1 : 0;
  last_day_ = day;
  if (cared) {
    days_cared += day != last_day_cared_ ? 1 : 0;
    last_day_cared_ = day;
  }
}

void Tally::add(const PetRecord& pet) {
  ++pets;
  steps += pet.steps;
  critical_steps += pet.critical_steps;
  mood_sum += pet.mood_sum;
  valence_sum += pet.valence_sum;
}

void Tally::add_later(const Tally& later) {
  pets = later.pets;
  steps += later.steps;
  critical_steps += later.critical_steps;
  mood_sum += later.mood_sum;
  valence_sum += later.valence_sum;
}

void Tally::add_now(const PetRecord& pet) {
  ++pets;
  ++steps;
  critical_steps += pet.critical ? 1 : 0;
  mood_sum += pet.mood;
  valence_sum += pet.valence;
}

void Curve::add(double value) {
  sum_ += value;
  if (++filled_ < per_point_) {
    return;
  }
  points_.push_back(sum_ / static_cast<double>(per_point_));
  sum_ = 0;
  filled_ = 0;
  if (points_.size() == kMost) {
    for (size_t i = 0; i < kMost / 2; ++i) {
      points_[i] = (points_[2 * i] + points_[2 * i + 1]) / 2;
    }
    points_.resize(kMost / 2);
    per_point_ *= 2;
  }
}

std::vector<double> Curve::resampled(size_t count) const {
  std::vector<double> all = points_;
  if (filled_ > 0) {
    all.push_back(sum_ / static_cast<double>(filled_));
  }
  if (all.size() <= count) {
    return all;
  }
  std::vector<double> out;
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i * all.size() / count;
    const size_t end = (i + 1) * all.size() / count;
    double sum = 0;
    for (size_t k = begin; k < end; ++k) {
      sum += all[k];
    }
    out.push_back(sum / static_cast<double>(end - begin));
  }
  return out;
}

Record::Record(const Host& host) : host_(host) {
  look();
}

void Record::observe() {
  if (steps_ % host_.plan().steps_per_day == 0) {
    days_.emplace_back();
  }
  ++steps_;
  look();
  for (PetRecord& pet : pets_) {
    if (pet.present) {
      pet.live_a_step(day());
    }
  }
  days_.back().add_later(last_step_);
  if (!last_step_.empty()) {
    mood_.add(last_step_.mean_mood());
  }
}

// Who is there, and how they are.
void Record::look() {
  meet_newcomers();
  last_step_ = {};
  for (PetRecord& pet : pets_) {
    pet.present = false;
  }
  for (uint32_t type = 0; type < host_.plan().types.size(); ++type) {
    look_at_type(type);
  }
}

// Rows of a table are in no promised order; newcomers are met by their ids.
void Record::meet_newcomers() {
  std::vector<std::pair<dks_agent_id, uint32_t>> newcomers;
  for (uint32_t type = 0; type < host_.plan().types.size(); ++type) {
    if (!is_pet(host_.plan().types[type])) {
      continue;
    }
    const Column ids = host_.column(host_.plan().types[type], "id");
    for (uint64_t row = 0; row < ids.size(); ++row) {
      if (!is_latest_of_slot(ids.id(row))) {
        newcomers.emplace_back(ids.id(row), type);
      }
    }
  }
  std::sort(newcomers.begin(), newcomers.end());
  for (const auto& [id, type] : newcomers) {
    by_slot_.resize(std::max(by_slot_.size(), slot_of(id) + 1), kNobody);
    by_slot_[slot_of(id)] = pets_.size();
    PetRecord& pet = pets_.emplace_back();
    pet.id = id;
    pet.type = type;
    const char* name = "";
    check(dks_model_agent_name(host_.model(), id, &name), kExitFailed);
    pet.name = name;
  }
}

void Record::look_at_type(uint32_t index) {
  const Plan::Type& type = host_.plan().types[index];
  if (!is_pet(type)) {
    return;
  }
  // Columns that dks makes for a call, such as "cell", are not among these: all stay valid
  // together.
  const Column ids = host_.column(type, "id");
  const Column mood = host_.column(type, "mood");
  const Column valence = host_.column(type, "valence");
  const Column critical = host_.column(type, "critical");
  const Column withdrawn = host_.column(type, "withdrawn");
  const Column care = host_.column(type, "care");
  for (uint64_t row = 0; row < ids.size(); ++row) {
    PetRecord& pet = pets_[by_slot_[slot_of(ids.id(row))]];
    pet.present = true;
    pet.mood = mood.number(row);
    pet.valence = valence.number(row);
    pet.critical = critical.size() > row && critical.number(row) != 0;
    pet.withdrawn = withdrawn.size() > row && withdrawn.number(row) != 0;
    const uint32_t acts = care.size() > row ? static_cast<uint32_t>(care.number(row)) : 0;
    pet.cared = acts > pet.care;
    pet.care = acts;
    last_step_.add_now(pet);
  }
}

bool Record::is_latest_of_slot(dks_agent_id agent) const {
  const size_t slot = slot_of(agent);
  return slot < by_slot_.size() && by_slot_[slot] != kNobody && pets_[by_slot_[slot]].id == agent;
}

const PetRecord* Record::find(dks_agent_id agent) const {
  if (agent == DKS_AGENT_NONE) {
    return nullptr;
  }
  if (is_latest_of_slot(agent)) {
    return &pets_[by_slot_[slot_of(agent)]];
  }
  const auto gone = std::find_if(pets_.begin(), pets_.end(), [&](const PetRecord& pet) {
    return pet.id == agent;
  });
  return gone == pets_.end() ? nullptr : &*gone;
}

Tally Record::whole() const {
  Tally tally;
  for (const PetRecord& pet : pets_) {
    tally.add(pet);
  }
  return tally;
}

Tally Record::of_type(uint32_t type) const {
  Tally tally;
  for (const PetRecord& pet : pets_) {
    if (pet.type == type) {
      tally.add(pet);
    }
  }
  return tally;
}

std::string Record::name(dks_agent_id agent) const {
  const PetRecord* pet = find(agent);
  return pet == nullptr ? host_.name_of(agent) : pet->shown();
}

std::string Record::label(dks_agent_id agent) const {
  const PetRecord* pet = find(agent);
  return pet == nullptr ? name(agent)
                        : cat(pet->shown(), " (", host_.plan().types[pet->type].name, ")");
}

}  // namespace petworld
