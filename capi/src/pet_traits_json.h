// What a host says of a single pet, in the world's document or when it spawns one.
// SPDX-License-Identifier: MIT
#pragma once

#include "json_reader.h"
#include "pet/pet_type.h"
#include "world/world.h"

#include <array>
#include <optional>
#include <vector>

namespace dks::capi {

// What a pet's JSON says of it: {"personality": {...}, "needs": {...}}.
struct PetTraits {
  std::array<std::optional<float>, pet::kTraits> personality;
  std::vector<std::optional<float>> needs;  // by need
};
PetTraits load_pet_traits(JsonReader& in, const pet::Species& species);
void apply_pet_traits(
    World& world, const pet::PetType& type, AgentId agent, const PetTraits& traits
);

}  // namespace dks::capi
