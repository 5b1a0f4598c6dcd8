// World documents: JSON to a world that is ready to step (examples/worlds/world.schema.json).
// SPDX-License-Identifier: MIT
#pragma once

#include "base/memory.h"
#include "base/status.h"
#include "data/collector.h"
#include "document.h"
#include "mind.h"
#include "pet/pet_type.h"
#include "plugins/plugin_agents.h"
#include "world/world.h"

#include <cstddef>
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
  PluginRules plugins;
  bool uninhabited = false;  // without the agents and users that the document names
};

// What a world was made from, so that one like it can be made again.
struct Plan {
  struct OwnDocument {
    std::string name, text;
  };
  std::vector<OwnDocument> documents;
  uint32_t types = 0;         // that the documents describe; those behind them a host has added
  std::string attached_mind;  // agent type to which a host gave one; "": none
};

struct LoadedWorld {
  std::string name;
  std::string mind;
  std::unique_ptr<World> world;
  std::unique_ptr<World> last;   // its copy after the last whole step, while one is under way
  std::optional<size_t> copied;  // parts of it, while it is made: then `world` is still the same
  DataCollector* collector = nullptr;                  // attached to the world, which owns it
  std::vector<std::shared_ptr<pet::PetType>> species;  // by agent type: they come first
  std::vector<std::shared_ptr<const Mind>> minds;      // by agent type, null where there is none
  std::vector<std::shared_ptr<PluginAgents>> plugins;  // by agent type, as minds
  PluginRules plugin_rules;
  Plan plan;

  Result<> add_plugin_type(const PluginType& type);
  // A step, or what is left of the one under way, until the deadline, and what plugins did wrong in
  // it, if that is to end the run (step.cpp). true: the step is whole.
  Result<bool> step_until(const Deadline& deadline);
  // What the last whole step left.
  const World& whole() const { return reads_copy() ? *last : *world; }
  bool reads_copy() const { return world->is_under_way() && !copied; }

 private:
  bool copy_last(const Deadline& deadline);
};

// The names of a world's agent types, by index.
std::vector<std::string_view> type_names(const World& world);

// documents[0] is the world, the others are species and minds that it names. An error leaves
// nothing behind.
Result<LoadedWorld> load_world(
    std::span<const Document> documents, const WorldOverrides& overrides, Memory& memory
);

}  // namespace dks::capi
