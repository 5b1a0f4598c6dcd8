// Emotions: names for regions of valence and arousal (Russell 1980, "A circumplex model of
// affect"). SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace dks::pet {

// A region holds what reaches both; the first that does gives the name.
struct EmotionRegion {
  std::string_view name;
  float valence;  // in [-1, 1]
  float arousal;  // in [0, 1]
};
inline constexpr float kRoused = 0.5F;
inline constexpr std::array<EmotionRegion, 6> kEmotions = {{
    {"excited", 0.2F, kRoused},
    {"content", 0.2F, 0},
    {"alert", -0.2F, kRoused},
    {"calm", -0.2F, 0},
    {"anxious", -1, kRoused},
    {"sad", -1, 0},
}};
inline constexpr uint8_t kNewbornEmotion = 3;  // calm

namespace emotion_detail {

constexpr bool holds(const EmotionRegion& region, float valence, float arousal) {
  return valence >= region.valence && arousal >= region.arousal;
}

}  // namespace emotion_detail

// The region of a point.
constexpr uint8_t emotion_at(float valence, float arousal) {
  uint8_t at = 0;
  while (!emotion_detail::holds(kEmotions[at], valence, arousal)) {
    ++at;
  }
  return at;
}

// What a pet feels that felt `last`: it holds on to that while the point is within `kMargin` of its
// region, so that nobody's face flickers at a border.
constexpr uint8_t next_emotion(uint8_t last, float valence, float arousal) {
  constexpr float kMargin = 0.15F;
  for (const float v : {-kMargin, kMargin}) {
    for (const float a : {-kMargin, kMargin}) {
      const float near_valence = std::clamp(valence + v, -1.0F, 1.0F);
      if (emotion_at(near_valence, std::clamp(arousal + a, 0.0F, 1.0F)) == last) {
        return last;
      }
    }
  }
  return emotion_at(valence, arousal);
}

// How far from indifference: 0 in the middle, 1 at the edge.
constexpr float intensity(float valence, float arousal) {
  return std::max(
      valence < 0 ? -valence : valence, 2 * arousal < 1 ? 1 - 2 * arousal : 2 * arousal - 1
  );
}

}  // namespace dks::pet
