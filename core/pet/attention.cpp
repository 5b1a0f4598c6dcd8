// Attention: which pets think in a step. Thinking is most of what a pet costs; where the species
// has them think in every k-th step only, they take turns at it.
// SPDX-License-Identifier: MIT
//
// A pet whose mind has no turn goes on with what it was doing: its body lives and acts, it listens
// and remembers, but it perceives nothing. A message makes it think at once, and so does birth.
// When it thinks again, its beliefs first follow the action that went on, a step at a time.
#include "pet/pet_type.h"

#include <algorithm>
#include <utility>

namespace dks::pet {

bool PetType::has_turn(uint64_t step, AgentId pet) const {
  return (step + pet.index()) % species_.mind.think_every == 0;
}

bool PetType::thinks(const StepBatch& batch, uint32_t row) const {
  if (species_.mind.think_every == 1 || has_turn(batch.step, batch.table.id(row)) ||
      batch.table.ref<uint32_t>(columns_.lived, row) == 0) {
    return true;
  }
  bool called = false;
  batch.world.for_each_message(batch.table.id(row).index(), [&](const Message& /*message*/) {
    called = true;
  });
  return called;
}

void PetType::carry_on(Table& table, uint32_t row) const {
  if (table.ref<uint8_t>(columns_.withdrawn, row) != 0) {
    table.ref<uint32_t>(columns_.action, row) = no_action();
  }
  ++table.ref<uint32_t>(columns_.lived, row);
  ++table.ref<uint8_t>(columns_.unthought, row);
}

uint32_t PetType::unthought_steps(const Table& table, uint32_t row) const {
  return species_.mind.think_every == 1 ? 0 : table.ref<uint8_t>(columns_.unthought, row);
}

void PetType::catch_up(Thinking& thinking, size_t count) const {
  const auto unthought = std::span(thinking.unthought).first(count);
  const uint32_t most = *std::max_element(unthought.begin(), unthought.end());
  mind::LaneWorkspace& lanes = thinking.lanes;
  const size_t width = lanes.lanes();
  const bool wants_evidence = std::exchange(lanes.wants_evidence, false);
  for (uint32_t step = 0; step < most; ++step) {
    thinking.engine->predict(lanes);
    for (size_t lane = 0; lane < count; ++lane) {
      for (size_t at = lane; unthought[lane] > step && at < lanes.prior.size(); at += width) {
        lanes.belief[at] = lanes.prior[at];
      }
    }
  }
  lanes.wants_evidence = wants_evidence;
}

}  // namespace dks::pet
