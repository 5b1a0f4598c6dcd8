// SPDX-License-Identifier: MIT
#include "world/activation.h"

#include "base/grow.h"
#include "base/random.h"
#include "world/streams.h"
#include "world/world.h"

#include <numeric>

namespace dks {

void ActivationOrder::reserve(uint32_t agents, uint32_t types) {
  grow(slots_, agents);
  grow(parts_, types + 1);
  grow(types_, types);
  grow(next_, types);
}

void ActivationOrder::draw(
    const World& world, const ActivationDesc& desc, uint64_t step, uint32_t stage
) {
  if (stage > 0 && !desc.shuffle_between_stages) {
    return;
  }
  slots_.clear();
  parts_.clear();
  if (desc.by_type) {
    line_up_by_type(world, desc, step, stage);
  } else {
    world.slots().for_each([this](AgentId id, const AgentSlot&) { slots_.push_back(id.index()); });
    parts_.push_back(static_cast<uint32_t>(slots_.size()));
  }
  if (!desc.shuffle) {
    return;
  }
  for (uint32_t index = 0, begin = 0; index < part_count(); begin = parts_[index++]) {
    const uint32_t entity = desc.by_type ? types_[index] + 1 : 0;
    Random random(world.seed(), entity, step, stream::order(stage));
    shuffle(std::span(slots_).subspan(begin, parts_[index] - begin), random);
  }
}

void ActivationOrder::line_up_by_type(
    const World& world, const ActivationDesc& desc, uint64_t step, uint32_t stage
) {
  types_.resize(world.type_count());
  std::iota(types_.begin(), types_.end(), 0U);
  if (desc.shuffle_types) {
    Random random(world.seed(), 0, step, stream::type_order(stage));
    shuffle(std::span(types_), random);
  }
  next_.resize(world.type_count());
  uint32_t agents = 0;
  for (const uint32_t type : types_) {
    next_[type] = agents;
    agents += world.table(type).size();
    parts_.push_back(agents);
  }
  slots_.resize(agents);
  world.slots().for_each([this](AgentId id, const AgentSlot& slot) {
    slots_[next_[slot.type]++] = id.index();
  });
}

}  // namespace dks
