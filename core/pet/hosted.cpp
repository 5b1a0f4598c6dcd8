// Bodies that a host moves: an engine with a space of its own, a robot.
// SPDX-License-Identifier: MIT
//
// Such a pet senses and thinks as others do. What it chooses is an intent: an action, the cell
// where the body is to go for it, and with whom. The host moves the body, which it tells by
// positions and, if it knows better than the grid, by neighbours; and it says how much of the
// intent came true. Then the action's deeds on the spot take effect, in that proportion.
#include "pet/events.h"
#include "pet/pet_type.h"
#include "pet/streams.h"
#include "world/commands.h"

#include <algorithm>

namespace dks::pet {

// An intent stands until another one takes its place or it is done. To call out takes no body.
void PetType::intend(const StepBatch& batch, uint32_t row) {
  const Table& table = batch.table;
  const AgentId self = table.id(row);
  const uint32_t action = table.ref<uint32_t>(columns_.action, row);
  uint32_t& intent = batch.table.ref<uint32_t>(columns_.intent, row);
  uint32_t& cell = batch.table.ref<uint32_t>(columns_.intent_cell, row);
  uint64_t& partner = batch.table.ref<uint64_t>(columns_.intent_partner, row);
  const uint32_t before[] = {intent, cell};
  const uint64_t partner_before = partner;
  intent = action;
  cell = batch.world.cell_of(self);
  partner = 0;
  if (action != no_action() && cell != MultiGrid::kNone) {
    Random random = batch.world.random(self, stream::kAct);
    for (const BoundDeed& deed : deeds_[action]) {
      if (is_movement(deed.verb)) {
        move_for(batch, row, deed, random);
      } else if (deed.verb == Verb::kCall) {
        call(batch, row, deed);
      } else if (deed.verb == Verb::kContact || deed.verb == Verb::kGive) {
        partner = table.ref<uint64_t>(columns_.partner, row);
      }
    }
  }
  if (intent != before[0] || cell != before[1] || partner != partner_before) {
    batch.commands->emit(event::kIntends, self, AgentId(partner), intent, cell);
  }
}

void PetType::done(const StepBatch& batch, double share) {
  const uint32_t row = batch.rows[0];
  uint32_t& intent = batch.table.ref<uint32_t>(columns_.intent, row);
  if (intent != no_action() && share > 0 &&
      batch.world.cell_of(batch.table.id(row)) != MultiGrid::kNone) {
    for (const BoundDeed& deed : deeds_[intent]) {
      if (!is_movement(deed.verb) && deed.verb != Verb::kCall) {
        do_on_the_spot(batch, row, deed, static_cast<float>(share));
      }
    }
  }
  intent = no_action();
}

// Those whom the host says are near: the first so many agents; none: it leaves that to the grid.
std::optional<std::span<const uint64_t>> PetType::told_neighbours(const Table& table, uint32_t row)
    const {
  if (!is_hosted()) {
    return std::nullopt;
  }
  const std::span told(table.at<uint64_t>(columns_.neighbours, row), kNeighbours);
  if (told[0] == kNobodySaid) {
    return std::nullopt;
  }
  const auto is_none = [](uint64_t id) { return id == 0 || id == kNobodySaid; };
  return told.first(
      static_cast<size_t>(std::find_if(told.begin(), told.end(), is_none) - told.begin())
  );
}

bool PetType::is_within_reach(const StepBatch& batch, uint32_t row, AgentId other) const {
  if (const auto told = told_neighbours(batch.table, row)) {
    return std::find(told->begin(), told->end(), other.value()) != told->end();
  }
  const World& world = batch.world;
  const uint32_t here = world.cell_of(batch.table.id(row));
  return world.grid().distance(here, world.cell_of(other)) <= species_.reach;
}

}  // namespace dks::pet
