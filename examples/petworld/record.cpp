// SPDX-License-Identifier: MIT
#include "record.h"

#include <algorithm>

namespace petworld {
namespace {

size_t index_of(dks_agent_id agent) {
  return static_cast<size_t>(agent & 0xFFFFFFFF) - 1;
}

}  // namespace

void Tally::add(const PetRecord& pet) {
  ++pets;
  steps += pet.steps;
  critical_steps += pet.critical_steps;
  mood_sum += pet.mood_sum;
  valence_sum += pet.valence_sum;
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
  for (uint32_t type = 0; type < host_.plan().types.size(); ++type) {
    observe_type(type);
  }
  // So far nobody has lived a step; who is there and of what type is all that counts.
  for (PetRecord& pet : pets_) {
    pet.steps = pet.critical_steps = 0;
    pet.mood_sum = pet.valence_sum = 0;
  }
}

void Record::observe() {
  const uint32_t per_day = host_.plan().steps_per_day;
  if (steps_ % per_day == 0) {
    days_.emplace_back();
  }
  ++steps_;
  last_step_ = {};
  for (PetRecord& pet : pets_) {
    pet.present = false;
  }
  for (uint32_t type = 0; type < host_.plan().types.size(); ++type) {
    observe_type(type);
  }
  Tally& today = days_.back();
  today.pets = last_step_.pets;
  today.steps += last_step_.steps;
  today.critical_steps += last_step_.critical_steps;
  today.mood_sum += last_step_.mood_sum;
  today.valence_sum += last_step_.valence_sum;
  mood_.add(last_step_.mean_mood());
}

void Record::observe_type(uint32_t index) {
  const Plan::Type& type = host_.plan().types[index];
  if (!type.has("valence") || !type.has("mood")) {
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
    const dks_agent_id id = ids.id(row);
    if (index_of(id) >= pets_.size()) {
      pets_.resize(index_of(id) + 1);
    }
    PetRecord& pet = pets_[index_of(id)];
    if (pet.id != id) {
      pet = {};
      pet.id = id;
      pet.type = index;
    }
    PetRecord now;
    now.steps = 1;
    now.mood_sum = pet.mood = mood.number(row);
    now.valence_sum = valence.number(row);
    pet.critical = critical.size() > row && critical.number(row) != 0;
    pet.withdrawn = withdrawn.size() > row && withdrawn.number(row) != 0;
    pet.care = care.size() > row ? static_cast<uint32_t>(care.number(row)) : 0;
    pet.present = true;
    now.critical_steps = pet.critical ? 1 : 0;
    last_step_.add(now);
    ++pet.steps;
    pet.critical_steps += now.critical_steps;
    pet.mood_sum += now.mood_sum;
    pet.valence_sum += now.valence_sum;
  }
}

const PetRecord* Record::find(dks_agent_id agent) const {
  const size_t index = index_of(agent);
  return agent != DKS_AGENT_NONE && index < pets_.size() && pets_[index].id == agent ? &pets_[index]
                                                                                     : nullptr;
}

Tally Record::whole() const {
  Tally tally;
  for (const PetRecord& pet : pets_) {
    if (pet.id != DKS_AGENT_NONE) {
      tally.add(pet);
    }
  }
  return tally;
}

Tally Record::of_type(uint32_t type) const {
  Tally tally;
  for (const PetRecord& pet : pets_) {
    if (pet.id != DKS_AGENT_NONE && pet.type == type) {
      tally.add(pet);
    }
  }
  return tally;
}

std::string Record::label(dks_agent_id agent) const {
  const PetRecord* pet = find(agent);
  const std::string name = host_.name_of(agent);
  return pet == nullptr ? name : name + " (" + host_.plan().types[pet->type].name + ")";
}

}  // namespace petworld
