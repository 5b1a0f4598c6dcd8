// Personality: the numbers of the mind that traits move, of one pet and of all in a block.
// SPDX-License-Identifier: MIT
#include "math/functions.h"
#include "pet/pet_type.h"

#include <algorithm>

namespace dks::pet {

void Tuned::values(std::span<const float> personalities, std::span<float> out) const {
  const size_t pets = out.size();
  std::fill(out.begin(), out.end(), base);
  for (const Pull& pull : pulls) {
    const float* trait = &personalities[pull.trait * pets];
    for (size_t i = 0; i < pets; ++i) {
      out[i] += pull.weight * (2 * trait[i] - 1);
    }
  }
}

float Tuned::value(std::span<const float> personality) const {
  float value = 0;
  values(personality, {&value, 1});
  return value;
}

// Collects what personality moves, each number with all that pulls at it.
void PetType::tune() {
  const auto tuned = [](std::vector<Tuned>& list, size_t at, double base) -> Tuned& {
    for (Tuned& known : list) {
      if (known.at == at) {
        return known;
      }
    }
    return list.emplace_back(Tuned{static_cast<uint32_t>(at), static_cast<float>(base), {}});
  };
  for (size_t action = 0; learns_habits() && action < species_.actions.size(); ++action) {
    tuned(habits_, action, math::log(species_.actions[action].habit));
  }
  for (const Modulation& modulation : species_.personality) {
    const Tuned::Pull pull{modulation.trait, static_cast<float>(modulation.weight)};
    switch (modulation.target) {
      case Target::kPreference: {
        const size_t at =
            model_->modalities()[modulation.modality].outcome_offset + modulation.outcome;
        tuned(preferences_, at, model_->log_preferences(0)[at]).pulls.push_back(pull);
        break;
      }
      case Target::kHabit: {
        const double habit = species_.actions[modulation.action].habit;
        tuned(habits_, modulation.action, math::log(habit)).pulls.push_back(pull);
        break;
      }
      case Target::kGamma:
        log_gamma_.pulls.push_back(pull);
        break;
      case Target::kInformationGain:
        log_information_gain_.pulls.push_back(pull);
        break;
      case Target::kTrust:
        log_trust_.pulls.push_back(pull);
        break;
    }
  }
}

void PetType::log_preferences(std::span<const float> personality, std::span<double> out) const {
  const auto species = model_->log_preferences(0);
  std::copy(species.begin(), species.end(), out.begin());
  for (const Tuned& tuned : preferences_) {
    out[tuned.at] = static_cast<double>(tuned.value(personality));
  }
}

void PetType::log_habits(const Table& table, uint32_t row, std::span<double> out) const {
  for (size_t action = 0; action < species_.actions.size(); ++action) {
    out[action] = math::log(species_.actions[action].habit);
  }
  const std::span personality(table.at<float>(columns_.personality, row), kTraits);
  const std::span<const float> counts = habit_counts(table, row);
  const float centre = log_mean(counts);
  for (const Tuned& tuned : habits_) {
    const float learned = counts.empty() ? 0 : math::log(counts[tuned.at]) - centre;
    out[tuned.at] = static_cast<double>(tuned.value(personality) + learned);
  }
}

namespace {

// Modulations may pile up, but e^8 times more or less is as good as any more.
void log_factors(
    const Tuned& exponent, std::span<const float> personalities, std::span<float> out
) {
  constexpr float kLargestExponent = 8;
  exponent.values(personalities, out);
  for (float& factor : out) {
    factor = std::min(std::max(factor, -kLargestExponent), kLargestExponent);
  }
}

void scale_by(
    double species,
    const Tuned& exponent,
    std::span<const float> personalities,
    std::span<float> out
) {
  log_factors(exponent, personalities, out);
  const auto centre = static_cast<float>(species);
  for (float& factor : out) {
    factor = centre * math::exp(factor);
  }
}

float scaled(double species, const Tuned& exponent, std::span<const float> personality) {
  float value = 0;
  scale_by(species, exponent, personality, {&value, 1});
  return value;
}

}  // namespace

float PetType::gamma(std::span<const float> personality) const {
  return scaled(species_.mind.gamma, log_gamma_, personality);
}

float PetType::information_gain(std::span<const float> personality) const {
  return scaled(species_.mind.information_gain, log_information_gain_, personality);
}

void PetType::personalise(Thinking& thinking) const {
  mind::LaneWorkspace& lanes = thinking.lanes;
  const size_t width = lanes.lanes();
  const std::span<const float> personalities = thinking.personality;
  for (const Tuned& tuned : preferences_) {
    tuned.values(personalities, lanes.log_preferences.subspan(tuned.at * width, width));
  }
  for (const Tuned& tuned : habits_) {
    const std::span<float> habit = lanes.log_habit.subspan(tuned.at * width, width);
    tuned.values(personalities, habit);
    for (size_t lane = 0; lane < width; ++lane) {
      habit[lane] += thinking.learned_habit[tuned.at * width + lane];
    }
  }
  const Mind& mind = species_.mind;
  log_factors(log_gamma_, personalities, thinking.log_precision);
  scale_by(mind.gamma, log_gamma_, personalities, lanes.gamma);
  scale_by(mind.information_gain, log_information_gain_, personalities, lanes.info_gain_weight);
  if (!shared_factors_.empty()) {
    scale_by(mind.trust, log_trust_, personalities, thinking.trust);
  }
}

}  // namespace dks::pet
