// SPDX-License-Identifier: MIT
#include "pet_traits_json.h"

namespace dks::capi {

PetTraits load_pet_traits(JsonReader& in, const pet::Species& species) {
  PetTraits traits;
  JsonReader personality = in["personality"].object_or_empty();
  for (uint32_t i = 0; i < pet::kTraits; ++i) {
    if (personality.has(pet::kTraitNames[i])) {
      traits.personality[i] = personality[pet::kTraitNames[i]].number<float>({0, 1});
    }
  }
  JsonReader needs = in["needs"].object_or_empty();
  for (const pet::Need& need : species.needs) {
    traits.needs.emplace_back();
    if (needs.has(need.name)) {
      traits.needs.back() = needs[need.name].number<float>({0, 1});
    }
  }
  return traits;
}

void apply_pet_traits(
    World& world, const pet::PetType& type, AgentId agent, const PetTraits& traits
) {
  const AgentSlot& slot = *world.find(agent);
  Table& table = world.table_at_boundary(slot.type);
  for (uint32_t i = 0; i < pet::kTraits; ++i) {
    if (traits.personality[i]) {
      table.at<float>(type.columns().personality, slot.row)[i] = *traits.personality[i];
    }
  }
  for (uint32_t need = 0; need < traits.needs.size(); ++need) {
    if (traits.needs[need]) {
      table.ref<float>(type.columns().needs + need, slot.row) = *traits.needs[need];
    }
  }
}

}  // namespace dks::capi
