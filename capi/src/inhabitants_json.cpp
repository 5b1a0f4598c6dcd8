// SPDX-License-Identifier: MIT
#include "inhabitants_json.h"

#include "pet_traits_json.h"

#include <optional>
#include <string>
#include <vector>

namespace dks::capi {
namespace {

constexpr uint64_t kMostItems = 1 << 26;

// {"name", "count", "x", "y"}: agents of one type.
struct Group {
  uint32_t type;
  std::string name;
  std::optional<uint32_t> cell;
  uint32_t count;
  std::vector<World::Spawn> spawns() const { return {count, World::Spawn{type, name, cell}}; }
};

Group load_group(JsonReader& in, uint32_t type, const World& world) {
  const GridShape& shape = world.grid().shape();
  Group group{type, in["name"].name({kLongestName}, ""), {}, 1};
  group.count = in["count"].integer<uint32_t>({0, world.desc().max_agents}, 1);
  if (in.has("x") || in.has("y")) {
    const auto x = in["x"].integer<uint32_t>({0, shape.width - 1});
    const auto y = in["y"].integer<uint32_t>({0, shape.height - 1});
    group.cell = world.grid().cell(x, y);
  }
  if (group.count > 1 && !group.name.empty()) {
    in["count"].refuse(group.count, " agents cannot all be called \"", group.name, "\"");
  }
  return group;
}

std::vector<AgentId> spawn(const JsonField& field, const Group& group, World& world) {
  auto born = world.spawn(group.spawns());
  if (!born) {
    field.refuse(born.error().text);
    return {};
  }
  return std::move(*born);
}

void load_pet(const JsonField& field, LoadedWorld& loaded) {
  JsonReader in = field.object();
  std::vector<std::string_view> names;
  for (const auto& type : loaded.species) {
    names.push_back(type->species().name);
  }
  const auto index = static_cast<uint32_t>(in["species"].index_in({"species", names}, 0));
  const pet::PetType& type = *loaded.species[index];
  const Group group = load_group(in, index, *loaded.world);
  const PetTraits traits = load_pet_traits(in, type.species());
  if (field.ok()) {
    for (const AgentId agent : spawn(field, group, *loaded.world)) {
      apply_pet_traits(*loaded.world, type, agent, traits);
    }
  }
}

void load_pets(JsonReader& in, LoadedWorld& loaded) {
  if (in.has("pets") && loaded.species.empty()) {
    in["pets"].refuse("the world has types, but no species that a pet could be of");
  }
  for (const JsonField item : in["pets"].items_or_empty({0, kMostItems})) {
    load_pet(item, loaded);
  }
}

void load_agents(const JsonField& field, World& world) {
  for (const JsonField item : field.items_or_empty({0, kMostItems})) {
    JsonReader in = item.object();
    const auto names = type_names(world);
    const auto type = static_cast<uint32_t>(in["type"].index_in({"agent type", names}));
    const Group group = load_group(in, type, world);
    if (item.ok()) {
      spawn(item, group, world);
    }
  }
}

void load_users(const JsonField& field, World& world) {
  for (const JsonField item : field.items_or_empty({0, 1'000'000})) {
    const std::string name = item.name();
    if (item.ok()) {
      if (world.users().knows(world.intern(name))) {
        item.refuse("user \"", name, "\" stands twice");
      }
      world.meet_user(name);
    }
  }
}

}  // namespace

void load_inhabitants(JsonReader& in, LoadedWorld& loaded) {
  load_pets(in, loaded);
  load_agents(in["agents"], *loaded.world);
  load_users(in["users"], *loaded.world);
}

}  // namespace dks::capi
