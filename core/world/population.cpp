// Agents come and go.
// SPDX-License-Identifier: MIT
#include "base/grow.h"
#include "base/platform/float_env.h"
#include "world/streams.h"
#include "world/world.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace dks {

// ---- at the boundary ----

Result<std::vector<AgentId>> World::spawn(std::span<const Spawn> spawns) {
  const FloatEnvGuard float_env;
  if (spawns.size() > room()) {
    return error(
        Status::kLimit,
        "spawn of ",
        spawns.size(),
        ": the world holds ",
        agent_count(),
        " agents and has room for ",
        room(),
        " more"
    );
  }
  DKS_TRY(check_names(spawns));
  auto cells = plan_cells(spawns);
  DKS_TRY(cells);
  std::vector<AgentId> ids;
  ids.reserve(spawns.size());
  std::vector<uint32_t> rows;
  for (const auto& table : tables_) {
    rows.push_back(table->size());
  }
  for (const Spawn& spawn : spawns) {
    ++rows[spawn.type];
  }
  for (uint32_t type = 0; type < type_count(); ++type) {
    tables_[type]->reserve(rows[type]);
  }
  grow(boundary_events_, boundary_events_.size() + spawns.size());
  std::vector<Names::Ready> names;
  names.reserve(spawns.size());
  for (const Spawn& spawn : spawns) {
    if (!spawn.name.empty()) {
      names.push_back(names_.make_ready(spawn.name, spawns.size()));
    }
  }
  add_agents(spawns, *cells, ids);
  for (size_t i = 0, named = 0; i < spawns.size(); ++i) {
    if (!spawns[i].name.empty()) {
      names_.add(ids[i], std::move(names[named++]));
    }
  }
  return ids;
}

// Names are free, distinct, and no other kind of address.
Result<> World::check_names(std::span<const Spawn> spawns) const {
  std::unordered_set<std::string_view> given;
  for (const Spawn& spawn : spawns) {
    const std::string_view name = spawn.name;
    if (name.empty()) {
      continue;
    }
    if (name == "*" || name == "world" || name.front() == '#' ||
        name.find('\0') != std::string_view::npos) {
      return invalid(
          "name \"", name, "\": an agent cannot be called \"*\", \"world\", \"#...\" or hold a NUL"
      );
    }
    if (names_.find(name) || !given.insert(name).second) {
      return invalid("name \"", name, "\" is taken: names are unique in a world");
    }
  }
  return {};
}

std::string World::place(uint32_t cell) const {
  return text("cell (", grid_.x(cell), ", ", grid_.y(cell), ")");
}

// Where each will be put, with those before it in their places.
Result<std::vector<uint32_t>> World::plan_cells(std::span<const Spawn> spawns) const {
  const uint32_t cell_count = grid_.shape().cell_count();
  const uint32_t capacity = grid_.shape().capacity;
  std::unordered_map<uint32_t, uint32_t> planned;  // agents a cell, where there is a capacity
  const auto has_room = [&](uint32_t cell) {
    if (capacity == 0) {
      return true;
    }
    const auto found = planned.find(cell);
    return grid_.count(cell) + (found == planned.end() ? 0 : found->second) < capacity;
  };
  std::vector<uint32_t> cells;
  cells.reserve(spawns.size());
  for (size_t i = 0; i < spawns.size(); ++i) {
    const Spawn& spawn = spawns[i];
    if (spawn.type >= type_count()) {
      return invalid("items[", i, "]: type ", spawn.type, ": there are ", type_count());
    }
    if (spawn.cell && *spawn.cell >= cell_count) {
      return invalid("items[", i, "]: cell ", *spawn.cell, ": there are ", cell_count);
    }
    if (spawn.cell && !has_room(*spawn.cell)) {
      return error(
          Status::kLimit,
          "items[",
          i,
          "]: ",
          place(*spawn.cell),
          " has no room, expected at most ",
          capacity,
          " agents a cell"
      );
    }
    const uint32_t cell = spawn.cell.value_or(random_cell(births_ + cells.size()));
    cells.push_back(grid_.nearest_cell(cell, cell_count, has_room));
    if (capacity != 0) {
      ++planned[cells.back()];
    }
  }
  return cells;
}

// All of them; if the memory for one is not there, none stays.
void World::add_agents(
    std::span<const Spawn> spawns, std::span<const uint32_t> cells, std::vector<AgentId>& ids
) {
  const size_t events = boundary_events_.size();
  try {
    for (size_t i = 0; i < spawns.size(); ++i) {
      ids.push_back(add_agent(spawns[i].type, cells[i], {}));
    }
  } catch (...) {
    for (; !ids.empty(); ids.pop_back()) {
      take_back(ids.back());
    }
    boundary_events_.resize(events);
    throw;
  }
}

Result<> World::remove(std::span<const AgentId> agents) {
  for (size_t i = 0; i < agents.size(); ++i) {
    if (const auto there = expect(agents[i]); !there) {
      return at(text("items[", i, "]"), there.error());
    }
  }
  grow(boundary_events_, boundary_events_.size() + agents.size());
  for (const AgentId agent : agents) {
    if (find(agent) != nullptr) {  // an id may stand twice
      free_agent(agent);
    }
  }
  return {};
}

// ---- at the boundary and at commit ----

uint32_t World::room() const {
  const GridShape& shape = grid_.shape();
  // A slot whose generations are used up is in neither list.
  const uint64_t retired = slots_.slot_count() - slots_.size() - slots_.free_slots().size();
  uint64_t most = slots_.capacity() - retired;
  if (shape.capacity != 0) {
    most = std::min(most, uint64_t{shape.capacity} * shape.cell_count());
  }
  const uint64_t taken = agent_count() + newborn_.size();
  return static_cast<uint32_t>(most > taken ? most - taken : 0);
}

uint32_t World::random_cell(uint64_t birth) const {
  Random placement(desc_.seed, birth, 0, stream::kPlacement);
  return placement.below(grid_.shape().cell_count());
}

// In `cell` (kNone: a random one), or if it is full in the nearest with room. Whatever it throws,
// there is no such agent then.
AgentId World::add_agent(uint32_t type, uint32_t cell, AgentId parent) {
  Table& table = *tables_[type];
  table.reserve(table.size() + 1);
  const AgentId id = slots_.allocate({table.size(), static_cast<uint16_t>(type), false, true});
  if (!id) {
    return id;
  }
  // Distinct births have distinct blocks of the generator, so no two uids of a world are the same,
  // and what is drawn from the lower half does not depend on the world's id.
  Random random(desc_.seed, births_, 0, stream::kUid);
  const Uid uid{random.next_u64() ^ desc_.id, random.next_u64()};
  const uint32_t row = table.add(id, uid);
  const uint32_t wanted = cell == MultiGrid::kNone ? random_cell(births_) : cell;
  const auto has_room = [this](uint32_t at) { return grid_.has_room(at); };
  grid_.place(id.index(), grid_.nearest_cell(wanted, grid_.shape().cell_count(), has_room));
  any_fresh_ = true;
  ++births_;
  try {
    if (table.type().born) {
      const StepBatch batch{std::span(&row, 1), table, *this, nullptr, step_, 0, 0};
      table.type().born(table.type().state.get(), batch);
    }
    emit(EventKind::kBorn, id, parent, 0, 0);
  } catch (...) {
    take_back(id);
    throw;
  }
  return id;
}

// As if it had never been born; of several the newest first.
void World::take_back(AgentId newest) {
  const AgentSlot slot = *slots_.find(newest);
  grid_.lift(newest.index());
  tables_[slot.type]->remove(slot.row);
  slots_.take_back(newest);
  --births_;
}

void World::free_agent(AgentId agent) {
  const AgentSlot slot = *slots_.find(agent);
  if (!slot.removed) {
    grid_.lift(agent.index());
    emit(EventKind::kRemoved, agent, {}, 0, 0);
  }
  const AgentId moved = tables_[slot.type]->remove(slot.row);
  if (moved) {
    slots_.find(moved)->row = slot.row;
  }
  names_.remove(agent);
  slots_.release(agent);
}

void World::emit(EventKind kind, AgentId agent, AgentId other, double a, double b) {
  const AgentSlot* slot = slots_.find(agent);
  (in_step_ ? events_ : boundary_events_)
      .push_back({kind, slot == nullptr ? 0U : slot->type, step_, agent, other, {a, b}});
}

}  // namespace dks
