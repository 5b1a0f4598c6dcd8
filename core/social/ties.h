// Ties: whom an agent knows, and how well. A bounded list; the weakest goes.
// SPDX-License-Identifier: MIT
//
// Burt's decay with reinforcement: between meetings familiarity halves every `half_life` steps,
// applied lazily from the step of the last meeting; a meeting raises it by s += a (1 - s). Meetings
// every D steps settle, just after a meeting, at a / (1 - (1 - a) exp(-ln2 D / h)).
#pragma once

#include "base/ids.h"
#include "math/functions.h"

#include <cstdint>
#include <span>

namespace dks::social {

inline constexpr uint32_t kMaxTies = 5;  // the innermost of Dunbar's circles (Dunbar 1998)

// A view of one agent's ties; unused places hold none.
struct Ties {
  std::span<uint64_t> other;     // agent ids
  std::span<float> familiarity;  // at `met`
  std::span<uint32_t> met;       // step of the last meeting
  // How often it was friendly, and hostile; empty where nobody counts.
  std::span<float> friendly = {};
  std::span<float> hostile = {};
};

// Which of the ties is one to `other`; ties.other.size(): a stranger.
inline size_t place_of(const Ties& ties, AgentId other) {
  size_t place = 0;
  while (place < ties.other.size() && ties.other[place] != other.value()) {
    ++place;
  }
  return place;
}

// How much of a familiarity is left `steps` after the last meeting.
inline float faded(float familiarity, uint64_t steps, double half_life) {
  constexpr double kLn2 = 0.693147180559945309417;
  return static_cast<float>(
      familiarity * math::exp(-kLn2 * static_cast<double>(steps) / half_life)
  );
}

// 0: a stranger.
inline float familiarity(const Ties& ties, AgentId other, uint64_t step, double half_life) {
  for (size_t i = 0; i < ties.other.size(); ++i) {
    if (ties.other[i] == other.value()) {
      return faded(ties.familiarity[i], step - ties.met[i], half_life);
    }
  }
  return 0;
}

// A meeting in `step`. Returns whether they were strangers.
inline bool meet(const Ties& ties, AgentId other, uint64_t step, double gain, double half_life) {
  size_t place = 0;
  float weakest = 2;
  bool stranger = true;
  for (size_t i = 0; i < ties.other.size(); ++i) {
    if (ties.other[i] == other.value()) {
      place = i;
      stranger = false;
      break;
    }
    const float left =
        ties.other[i] == 0 ? -1 : faded(ties.familiarity[i], step - ties.met[i], half_life);
    if (left < weakest) {
      weakest = left;
      place = i;
    }
  }
  const float before =
      stranger ? 0 : faded(ties.familiarity[place], step - ties.met[place], half_life);
  ties.other[place] = other.value();
  ties.familiarity[place] = before + static_cast<float>(gain) * (1 - before);
  ties.met[place] = static_cast<uint32_t>(step);
  if (stranger && !ties.friendly.empty()) {
    ties.friendly[place] = 0;
    ties.hostile[place] = 0;
  }
  return stranger;
}

}  // namespace dks::social
