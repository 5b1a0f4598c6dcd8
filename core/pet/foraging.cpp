// Foraging: where to find what an action goes to consume, learned.
// SPDX-License-Identifier: MIT
//
// A pet remembers a few spots of each thing it seeks (the layer of a `consume` that a `go` leads
// to), with Beta counts of how much it found there of what it wants at a time, and the same counts
// of all places of the kind where the `go` leads, together. What it expects of a spot is the mean
// of its counts, of which the prior is what it expects of the kind; the prior of that is inborn.
// Every step it looks at its own cell and those around it. A spot stands for the patch around it
// and moves to where there is most; spots make room by how little is left of their counts.
//
// When it goes to consume, it goes where it expects the most per step, the way included, which is
// the rate of Charnov 1976 ("Optimal foraging, the marginal value theorem"):
//
//     p n / (d + n)      p: P(find);  n: meals that it wants, (1 - need) / amount;  d: cells away
//
// over the spots that it remembers and the places of the kind around it: a cell a step, as other
// wishes come between. If it knows of nothing, or nothing but what is empty, it searches in a
// direction that lasts, a correlated random walk.
//
// As counts fade, an empty spot is tried again some day, and a rich one becomes one among others.
#include "pet/pet_type.h"
#include "world/commands.h"

#include <algorithm>

namespace dks::pet {
namespace {

constexpr float kEmpty = 0.2F;      // P(find) below which it is not worth going
constexpr uint32_t kPatch = 4;      // cells: what is not further away is the same spot
constexpr uint32_t kLookout = 16;   // cells: places of the kind that it chooses from
constexpr uint32_t kTurnEvery = 8;  // searching steps, on average

// The spot in whose patch a cell lies, the nearest; kSpots: none.
size_t spot_near(const Spots& spots, const MultiGrid& grid, uint32_t cell) {
  size_t nearest = kSpots;
  uint32_t least = kPatch + 1;
  for (size_t i = 0; i < kSpots; ++i) {
    if (spots.cell[i] == MultiGrid::kNone) {
      continue;
    }
    if (const uint32_t distance = grid.distance(cell, spots.cell[i]); distance < least) {
      least = distance;
      nearest = i;
    }
  }
  return nearest;
}

// An unused place, or that of the spot of which least is left.
size_t place_for_a_spot(const Spots& spots) {
  size_t place = 0;
  float least = 2 * BetaCounts::kMost;
  for (size_t i = 0; i < kSpots; ++i) {
    const float left = spots.cell[i] == MultiGrid::kNone ? -1 : spots.found[i] + spots.missed[i];
    if (left < least) {
      least = left;
      place = i;
    }
  }
  return place;
}

}  // namespace

// What the way of a `go` leads to: the next thing that is consumed.
std::optional<uint32_t> PetType::sought_by(const Action& action, size_t go) const {
  for (size_t i = go + 1; i < action.does.size() && action.does[i].verb != Verb::kGo; ++i) {
    for (uint32_t sought = 0; sought < sought_.size(); ++sought) {
      if (action.does[i].verb == Verb::kConsume && action.does[i].layer == sought_[sought].name) {
        return sought;
      }
    }
  }
  return {};
}

void PetType::find_sought() {
  for (uint32_t a = 0; species_.learning.food > 0 && a < species_.actions.size(); ++a) {
    const Action& action = species_.actions[a];
    std::optional<uint32_t> go;
    for (uint32_t i = 0; i < action.does.size(); ++i) {
      const Deed& deed = action.does[i];
      if (deed.verb == Verb::kGo) {
        go = i;
      } else if (deed.verb == Verb::kConsume && deed.amount > 0 && go && !sought_by(action, *go)) {
        sought_.push_back({deed.layer, 0, deed.need, deed.amount, a, *go});
      }
    }
  }
}

Spots PetType::spots(Table& table, uint32_t row, size_t sought) const {
  const size_t first = sought * kSpots;
  return {
      {table.at<uint32_t>(columns_.spot_cell, row) + first, kSpots},
      {table.at<float>(columns_.spot_found, row) + first + sought, kSpots + 1},
      {table.at<float>(columns_.spot_missed, row) + first + sought, kSpots + 1}};
}

// Looks around for what it seeks.
void PetType::notice(const StepBatch& batch, uint32_t row) const {
  if (!learns_food()) {
    return;
  }
  const MultiGrid& grid = batch.world.grid();
  const auto retention = static_cast<float>(species_.learning.retention);
  const uint32_t here = batch.world.cell_of(batch.table.id(row));
  for (size_t i = 0; i < sought_.size(); ++i) {
    const Sought& sought = sought_[i];
    const Spots spots = this->spots(batch.table, row, i);
    fade(spots.found, retention);
    fade(spots.missed, retention);
    if (here == MultiGrid::kNone) {
      continue;
    }
    const PropertyLayer& layer = batch.world.layer(sought.layer);
    uint32_t best = here;
    grid.for_each_cell(here, 1, [&](uint32_t cell) {
      best = layer.at(cell) > layer.at(best) ? cell : best;
    });
    const float share = std::clamp(layer.at(best) / sought.amount, 0.0F, 1.0F);
    const auto rate = static_cast<float>(species_.learning.food);
    const BoundDeed& go = deeds_[sought.action][sought.go];
    const bool is_kind = strength_at(batch.world, here, go).value > 0;
    if (is_kind) {
      spots.learn(kSpots, share, rate);
    }
    size_t spot = spot_near(spots, grid, here);
    if (spot == kSpots) {
      if (share < kEmpty && !is_kind) {
        continue;  // nothing here, and nothing was to be expected
      }
      spot = place_for_a_spot(spots);
      spots.cell[spot] = best;
      spots.found[spot] = spots.missed[spot] = 0;
    }
    const bool is_better = share > spots.find(spot);
    if (is_kind || is_better || grid.distance(here, spots.cell[spot]) <= 1) {
      spots.cell[spot] = share > 0 ? best : spots.cell[spot];
      spots.learn(spot, share, rate);
    }
  }
}

void PetType::forage(const StepBatch& batch, uint32_t row, const BoundDeed& deed, Random& random) {
  const World& world = batch.world;
  const MultiGrid& grid = world.grid();
  const Sought& sought = sought_[*deed.sought];
  const Spots spots = this->spots(batch.table, row, *deed.sought);
  const uint32_t here = world.cell_of(batch.table.id(row));
  const float level = batch.table.ref<float>(columns_.needs + sought.need, row);
  const float meals = std::max(1.0F, (1 - level) / sought.amount);
  float most = 0;
  uint32_t goal = MultiGrid::kNone;
  const auto consider = [&](uint32_t cell, float find) {
    const float rate = find * meals / (static_cast<float>(grid.distance(here, cell)) + meals);
    if (find >= kEmpty && rate > most) {
      most = rate;
      goal = cell;
    }
  };
  const float elsewhere = spots.find_elsewhere();
  float best_find = elsewhere;
  for (size_t i = 0; i < kSpots; ++i) {
    if (spots.cell[i] != MultiGrid::kNone) {
      const float find = spots.find(i);
      best_find = std::max(best_find, find);
      consider(spots.cell[i], find);
    }
  }
  // So many cells away, or beyond the first that is as good as any, nothing is better any more.
  const float worth = goal != MultiGrid::kNone ? meals * (best_find / most - 1) : kLookout;
  const auto radius = static_cast<uint32_t>(std::clamp(worth, 0.0F, float{kLookout}));
  const auto look_at = [&](uint32_t cell) {
    if (strength_at(world, cell, deed).value <= 0) {
      return false;
    }
    const size_t spot = spot_near(spots, grid, cell);
    const float find = spot == kSpots ? elsewhere : spots.find(spot);
    consider(cell, find);
    return find >= best_find;
  };
  if (best_find >= kEmpty) {
    grid.nearest_cell(here, radius, look_at);
  }
  if (goal != MultiGrid::kNone) {
    return walk_to(batch, row, goal, 0);
  }
  const Way& way = this->way(world, deed);
  const uint32_t left = way.distance(here);
  const bool is_known = std::any_of(spots.cell.begin(), spots.cell.end(), [&](uint32_t cell) {
    return cell != MultiGrid::kNone && way.distance(cell) <= kPatch &&
           grid.distance(here, cell) <= left + kPatch;
  });
  if (left > kLookout && left != Way::kFar && !is_known) {
    return walk(batch, row, way, random);  // none around, but there are some far away
  }
  search(batch, row, random);
}

// `speed` cells in the direction taken before, which changes now and then and at a border.
void PetType::search(const StepBatch& batch, uint32_t row, Random& random) const {
  constexpr int32_t kSteps[8][2] = {
      {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}};
  const MultiGrid& grid = batch.world.grid();
  const AgentId self = batch.table.id(row);
  const uint32_t from = batch.world.cell_of(self);
  const uint32_t directions = grid.shape().neighbourhood == Neighbourhood::kMoore ? 8 : 4;
  uint8_t& heading = batch.table.ref<uint8_t>(columns_.heading, row);  // 0: none; from 1
  const auto turn = [&] { heading = static_cast<uint8_t>(1 + random.below(directions)); };
  if (heading == 0 || random.below(kTurnEvery) == 0) {
    turn();
  }
  uint32_t here = from;
  for (uint32_t step = 0; step < species_.speed; ++step) {
    const int32_t* by = kSteps[heading - 1];
    const uint32_t next = grid.offset(here, by[0], by[1]);
    if (next == MultiGrid::kNone || !grid.has_room(next)) {
      turn();
      continue;
    }
    here = next;
  }
  if (here != from) {
    go_to(batch, row, here);
  }
}

}  // namespace dks::pet
