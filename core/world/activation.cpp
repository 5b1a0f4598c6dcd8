// SPDX-License-Identifier: MIT
#include "world/activation.h"

#include <numeric>

#include "base/random.h"
#include "world/streams.h"
#include "world/world.h"

namespace dks {

void ActivationOrder::reserve(uint32_t agents, uint32_t types) {
  slots_.reserve(agents);
  parts_.reserve(types + 1);
  types_.reserve(types);
}

void ActivationOrder::draw(
    const World& world, const ActivationDesc& desc, uint64_t step, uint32_t stage
) {
  // Without shuffle_between_stages every stage goes through the order of stage 0.
  const uint32_t drawn_for = desc.shuffle_between_stages ? stage : 0;
  slots_.clear();
  parts_.clear();
  const auto shuffle_from = [&](size_t begin, uint32_t part) {
    if (desc.shuffle) {
      Random random(world.seed(), part, step, stream::kOrder + (drawn_for << 8));
      shuffle(std::span(slots_).subspan(begin), random);
    }
    parts_.push_back(static_cast<uint32_t>(slots_.size()));
  };
  if (!desc.by_type) {
    world.slots().for_each([&](AgentId id, const AgentSlot&) { slots_.push_back(id.index()); });
    shuffle_from(0, 0);
    return;
  }
  types_.resize(world.type_count());
  std::iota(types_.begin(), types_.end(), 0U);
  if (desc.shuffle_types) {
    Random random(world.seed(), 0, step, stream::kTypeOrder + (drawn_for << 8));
    shuffle(types_, random);
  }
  for (const uint32_t type : types_) {
    const size_t begin = slots_.size();
    world.slots().for_each([&](AgentId id, const AgentSlot& slot) {
      if (slot.type == type) {
        slots_.push_back(id.index());
      }
    });
    shuffle_from(begin, type + 1);
  }
}

}  // namespace dks
