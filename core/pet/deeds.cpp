// Deeds: the chosen action changes the world.
// SPDX-License-Identifier: MIT
#include "pet/events.h"
#include "pet/pet_type.h"
#include "pet/streams.h"
#include "world/commands.h"

#include <algorithm>

namespace dks::pet {

void PetType::act(const StepBatch& batch) {
  if (batch.stage != act_stage_) {
    return;
  }
  for (const uint32_t row : batch.rows) {
    if (is_hosted()) {
      intend(batch, row);
    } else {
      do_deeds(batch, row, batch.table.ref<uint32_t>(columns_.action, row));
    }
    if (batch.table.ref<uint8_t>(columns_.news, row) != 0) {
      tell_news(batch, row);
    }
  }
}

void PetType::do_deeds(const StepBatch& batch, uint32_t row, uint32_t action) {
  const AgentId self = batch.table.id(row);
  if (action == no_action() || batch.world.cell_of(self) == MultiGrid::kNone) {
    return;
  }
  Random random = batch.world.random(self, stream::kAct);
  for (const BoundDeed& deed : deeds_[action]) {
    if (is_movement(deed.verb)) {
      move_for(batch, row, deed, random);
    } else {
      do_on_the_spot(batch, row, deed, 1);
    }
  }
}

// Hints at what a pet's act will touch: its columns, then the cells that its deeds look at.
void PetType::fetch(const Table& table, const World& world, uint32_t row, bool own) const {
  if (own) {
    for (uint32_t need = 0; need < species_.needs.size(); ++need) {
      prefetch(table.at<float>(columns_.needs + need, row));
    }
    prefetch(table.at<uint32_t>(columns_.action, row));
    prefetch(table.at<uint8_t>(columns_.news, row));
    prefetch(table.at<uint64_t>(columns_.partner, row));
    return;
  }
  if ((table.ref<uint8_t>(columns_.news, row) & news::kFeelsOtherwise) != 0) {
    prefetch(table.at<float>(columns_.valence, row));
    prefetch(table.at<float>(columns_.arousal, row));
    prefetch(table.at<uint8_t>(columns_.emotion, row));
  }
  const uint32_t action = table.ref<uint32_t>(columns_.action, row);
  const uint32_t cell = world.cell_of(table.id(row));
  if (action >= no_action() || cell == MultiGrid::kNone) {
    return;
  }
  const MultiGrid& grid = world.grid();
  const uint32_t width = grid.shape().width;
  uint32_t radius = 1;  // around where it will be
  for (const BoundDeed& deed : deeds_[action]) {
    if (deed.verb == Verb::kGo) {
      radius = species_.speed;
      ways_[deed.way].way.prefetch_around(cell, width, radius);
      grid.prefetch_cells(cell, radius);
    } else if (deed.verb == Verb::kConsume && deed.spot_way) {
      world.layer(deed.layer).prefetch_cell(cell);  // most who eat are there already
    } else if (deed.verb == Verb::kConsume || deed.verb == Verb::kClimb) {
      world.layer(deed.layer).prefetch_around(cell, width, radius);
    }
    if (deed.spot_layer && !deed.spot_way && deed.verb != Verb::kGo) {
      world.layer(*deed.spot_layer).prefetch_around(cell, width, radius);
    }
  }
}

void PetType::move_for(
    const StepBatch& batch, uint32_t row, const BoundDeed& deed, Random& random
) {
  switch (deed.verb) {
    case Verb::kGo:
      return deed.sought ? forage(batch, row, deed, random)
                         : walk(batch, row, way(batch.world, deed), random);
    case Verb::kClimb:
      return climb(batch, row, deed.layer);
    case Verb::kApproach:
      return approach(batch, row);
    default:
      return wander(batch, row, random);
  }
}

// `share`: how much of it is done.
void PetType::do_on_the_spot(
    const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share
) const {
  switch (deed.verb) {
    case Verb::kConsume:
      return consume(batch, row, deed, share);
    case Verb::kRestore:
      return restore(batch, row, deed, share);
    case Verb::kCall:
      return call(batch, row, deed);
    default:
      return contact(batch, row, deed, share);
  }
}

void PetType::go_to(const StepBatch& batch, uint32_t row, uint32_t cell) const {
  if (is_hosted()) {
    batch.table.ref<uint32_t>(columns_.intent_cell, row) = cell;
  } else {
    batch.commands->move(batch.table.id(row), cell);
  }
}

// How well the spot is met in a cell: 1 in the category or where any will do, an object's
// strength, 0 elsewhere.
PetType::Strength PetType::strength_at(const World& world, uint32_t cell, const BoundDeed& deed)
    const {
  if (deed.spot_layer) {
    const PropertyLayer& layer = world.layer(*deed.spot_layer);
    // A way that has just been gone is at hand.
    const WayTo* const gone = deed.spot_way ? &ways_[*deed.spot_way] : nullptr;
    const bool met = gone != nullptr && gone->epoch == layer.epoch()
                         ? gone->way.distance(cell) == 0
                         : layer.category(cell) == deed.spot_category;
    return {met ? 1.0F : 0.0F, {}};
  }
  if (deed.strength.empty()) {
    return {1, {}};
  }
  Strength best{0, {}};
  for (const Object& here : world.objects_at(cell)) {
    if (deed.strength[here.kind] > best.value) {
      best = {deed.strength[here.kind], here.kind};
    }
  }
  return best;
}

// As much as there is and as the body has room for.
void PetType::consume(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share)
    const {
  const uint32_t cell = batch.world.cell_of(batch.table.id(row));
  if (strength_at(batch.world, cell, deed).value > 0) {
    const float room = 1.0F - batch.table.ref<float>(columns_.needs + deed.need, row);
    const float wanted = std::min(deed.amount * share, room);
    gain(batch, row, deed.need, batch.commands->take(deed.layer, cell, wanted));
  }
}

void PetType::restore(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share)
    const {
  const Strength here = strength_at(batch.world, batch.world.cell_of(batch.table.id(row)), deed);
  gain(batch, row, deed.need, deed.amount * share * here.value);
  if (here.object) {
    batch.commands->emit(event::kUsed, batch.table.id(row), {}, *here.object);
  }
}

// A crowd is not told one by one: the nearest hear it, and the world.
void PetType::call(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const {
  constexpr uint32_t kHearers = 16;
  const World& world = batch.world;
  Commands& commands = *batch.commands;
  const AgentId self = batch.table.id(row);
  commands.make_noise(static_cast<double>(deed.amount));
  commands.emit(event::kCalled, self);
  commands.tell(self, {}, to_world_, call_kind_, 0);
  uint32_t told = 0;
  world.grid().nearest(world.cell_of(self), species_.sight, [&](uint32_t slot) {
    if (slot != self.index()) {
      commands.tell(self, world.slots().id_at(slot), 0, call_kind_, 0);
      ++told;
    }
    return told == kHearers;
  });
}

// One of the cells around `here`, itself included, that are `better`, each as likely; `here` where
// none is.
template <class IsBetter>
uint32_t PetType::any_around(
    const MultiGrid& grid, uint32_t here, Random& random, IsBetter better
) {
  uint32_t cells[9];
  uint32_t count = 0;
  grid.for_each_cell(here, 1, [&](uint32_t cell) {
    cells[count] = cell;
    count += better(cell) ? 1 : 0;
  });
  return count == 0 ? here : cells[count == 1 ? 0 : random.below(count)];
}

// To one of the cells around, or nowhere.
void PetType::wander(const StepBatch& batch, uint32_t row, Random& random) const {
  const AgentId self = batch.table.id(row);
  const uint32_t here = batch.world.cell_of(self);
  const uint32_t to =
      any_around(batch.world.grid(), here, random, [](uint32_t /*cell*/) { return true; });
  if (to != here) {
    go_to(batch, row, to);
  }
}

// Downhill on the way, `speed` cells at most; of equally near cells a random one.
void PetType::walk(const StepBatch& batch, uint32_t row, const Way& way, Random& random) const {
  const World& world = batch.world;
  const MultiGrid& grid = world.grid();
  const AgentId self = batch.table.id(row);
  const uint32_t from = world.cell_of(self);
  uint32_t here = from;
  for (uint32_t step = 0; step < species_.speed; ++step) {
    const uint16_t left = way.distance(here);
    if (left == 0 || left == Way::kFar) {
      break;
    }
    here = any_around(grid, here, random, [&](uint32_t cell) {
      return way.distance(cell) < left && grid.has_room(cell);
    });
  }
  if (here != from) {
    go_to(batch, row, here);
  }
}

// Towards the nearest in sight, or, of whom this was learned, to whoever promises most.
void PetType::approach(const StepBatch& batch, uint32_t row) const {
  const World& world = batch.world;
  const AgentId self = batch.table.id(row);
  const MultiGrid& grid = world.grid();
  const auto is_other = [&](uint32_t slot) {
    return slot != self.index() && world.shared<float>(shared_mood_, slot) != nullptr;
  };
  const uint32_t other = learns_company()
                             ? most_promising(batch, row)
                             : grid.nearest(world.cell_of(self), species_.sight, is_other);
  if (other != MultiGrid::kNone) {
    walk_to(batch, row, grid.cell_of(other), species_.reach);
  }
}

// Straight there, `speed` cells at most, until the goal is `within` reach.
void PetType::walk_to(const StepBatch& batch, uint32_t row, uint32_t goal, uint32_t within) const {
  const MultiGrid& grid = batch.world.grid();
  const AgentId self = batch.table.id(row);
  const uint32_t from = batch.world.cell_of(self);
  uint32_t here = from;
  for (uint32_t step = 0; step < species_.speed; ++step) {
    uint32_t best = grid.distance(here, goal);
    if (best <= within) {
      break;
    }
    uint32_t next = here;
    grid.for_each_cell(here, 1, [&](uint32_t cell) {
      if (grid.distance(cell, goal) < best && grid.has_room(cell)) {
        best = grid.distance(cell, goal);
        next = cell;
      }
    });
    here = next;
  }
  if (here != from) {
    go_to(batch, row, here);
  }
}

void PetType::climb(const StepBatch& batch, uint32_t row, uint32_t layer) const {
  const World& world = batch.world;
  const AgentId self = batch.table.id(row);
  const PropertyLayer& values = world.layer(layer);
  uint32_t best = world.cell_of(self);
  world.grid().for_each_cell(best, 1, [&](uint32_t cell) {
    if (values.at(cell) > values.at(best) && world.grid().has_room(cell)) {
      best = cell;
    }
  });
  go_to(batch, row, best);
}

// With the partner that was perceived, if it is still within reach. The partner learns of it by a
// message, and gets to know who touched it.
void PetType::contact(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share)
    const {
  const World& world = batch.world;
  Commands& commands = *batch.commands;
  const AgentId self = batch.table.id(row);
  const uint32_t column = is_hosted() ? columns_.intent_partner : columns_.partner;
  const AgentId partner(batch.table.ref<uint64_t>(column, row));
  if (!partner || world.find(partner) == nullptr || world.cell_of(partner) == MultiGrid::kNone ||
      !is_within_reach(batch, row, partner)) {
    return;
  }
  if (social::meet(
          ties(batch.table, row),
          partner,
          batch.step,
          species_.familiarity_gain,
          species_.familiarity_half_life
      )) {
    commands.emit(event::kMet, self, partner);
  }
  commands.tell(self, partner, 0, contact_kind_, 0);
  if (world.shared<float>(shared_needs_[deed.need], partner.index()) == nullptr) {
    return;  // it has no such need
  }
  const float amount = deed.amount * share;
  if (deed.verb == Verb::kContact) {
    commands.change(partner, shared_needs_[deed.need], static_cast<double>(amount));
    gain(batch, row, deed.need, amount);
    return;
  }
  const float own = batch.table.ref<float>(columns_.needs + deed.need, row);
  const double given = commands.change(
      partner, shared_needs_[deed.need], static_cast<double>(std::min(amount, own))
  );
  gain(batch, row, deed.need, -static_cast<float>(given));
  commands.emit(event::kShared, self, partner, given, deed.need);
}

// The way to a deed's spot, built again when the layer it depends on was changed.
const Way& PetType::way(const World& world, const BoundDeed& deed) {
  WayTo& to = ways_[deed.way];
  const uint64_t epoch = deed.spot_layer ? world.layer(*deed.spot_layer).epoch() : 1;
  if (to.epoch != epoch) {
    to.epoch = epoch;
    to.way.build(world.grid(), *way_queue_, [&](uint32_t cell) {
      if (deed.spot_layer) {
        return world.layer(*deed.spot_layer).category(cell) == deed.spot_category;
      }
      const auto objects = world.objects_at(cell);
      return std::any_of(objects.begin(), objects.end(), [&](const Object& object) {
        return deed.strength[object.kind] > 0;
      });
    });
  }
  return to.way;
}

}  // namespace dks::pet
