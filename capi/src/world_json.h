// World documents: JSON to a world that is ready to step (examples/worlds/world.schema.json).
// SPDX-License-Identifier: MIT
#pragma once

#include "base/memory.h"
#include "base/status.h"
#include "data/collector.h"
#include "document.h"
#include "json_reader.h"
#include "pet/pet_type.h"
#include "world/world.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dks::capi {

// What a host says over the document's head; 0 and empty: nothing.
struct WorldOverrides {
  uint64_t seed = 0;
  uint32_t max_agents = 0;
  uint32_t worker_count = 0;
  std::string_view mind;
};

struct LoadedWorld {
  std::string name;
  std::string mind;
  std::unique_ptr<World> world;
  DataCollector* collector = nullptr;                  // attached to the world, which owns it
  std::vector<std::shared_ptr<pet::PetType>> species;  // by agent type
};

// documents[0] is the world, the others are species that it names. An error leaves nothing behind.
Result<LoadedWorld> load_world(
    std::span<const Document> documents, const WorldOverrides& overrides, Memory& memory
);

std::vector<std::string_view> field_names(const Environment& environment);
// A value that an environment field can be driven to; the weather also goes by its name.
double load_reading(const JsonField& field, const Environment& environment, uint32_t of);

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
