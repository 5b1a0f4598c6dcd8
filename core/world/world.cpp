// SPDX-License-Identifier: MIT
#include "world/world.h"

#include <algorithm>

#include "base/hash.h"
#include "data/collector.h"
#include "world/streams.h"

namespace dks {
namespace {

// Tells the name that was not found; the callers of core suggest nearer ones.
template <class Items, class NameOf>
std::optional<uint32_t> find_by_name(const Items& items, std::string_view name, NameOf&& name_of) {
  for (uint32_t i = 0; i < items.size(); ++i) {
    if (name_of(items[i]) == name) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

World::World(WorldDesc desc, Memory& memory)
    : desc_(std::move(desc)),
      memory_(memory),
      workers_(desc_.worker_count),
      slots_(desc_.max_agents, &memory),
      grid_(desc_.grid, desc_.max_agents, &memory),
      environment_(desc_.environment),
      inbox_(&memory),
      messages_(&memory),
      deliveries_(&memory),
      broadcasts_(&memory),
      mail_(&memory),
      outbox_(&memory),
      events_(&memory),
      boundary_events_(&memory),
      order_(&memory),
      newborn_(&memory),
      removed_(&memory),
      collector_(std::make_unique<DataCollector>(&memory)) {}

World::~World() = default;

// ---- building ---------------------------------------------------------------------------------------

Result<uint32_t> World::add_type(AgentType type) {
  if (find_type(type.name)) {
    return invalid("agent type \"", type.name, "\" stands twice");
  }
  if (tables_.size() >= 0xffff) {
    return error(Status::kLimit, "agent type \"", type.name, "\": there are 65535 types already");
  }
  tables_.push_back(std::make_unique<Table>(std::move(type), &memory_));
  for (SharedField& shared : shared_fields_) {
    const auto field = tables_.back()->find(shared.name);
    shared.of_type.push_back(field ? static_cast<int32_t>(*field) : -1);
  }
  return type_count() - 1;
}

Result<uint32_t> World::add_layer(LayerDesc desc) {
  if (find_layer(desc.name)) {
    return invalid("layer \"", desc.name, "\" stands twice");
  }
  layers_.emplace_back(std::move(desc), grid_.shape(), &memory_);
  return layer_count() - 1;
}

Result<uint32_t> World::add_object_kind(ObjectKind kind) {
  if (find_by_name(object_kinds_, kind.name, [](const ObjectKind& k) { return k.name; })) {
    return invalid("object \"", kind.name, "\" stands twice");
  }
  object_kinds_.push_back(std::move(kind));
  return static_cast<uint32_t>(object_kinds_.size()) - 1;
}

Result<> World::add_object(uint32_t kind, uint32_t cell) {
  if (kind >= object_kinds_.size() || cell >= grid_.shape().cell_count()) {
    return invalid("object of kind ", kind, " in cell ", cell, ": no such kind or cell");
  }
  const auto place = std::upper_bound(
      objects_.begin(), objects_.end(), cell,
      [](uint32_t wanted, const Object& object) { return wanted < object.cell; }
  );
  objects_.insert(place, {kind, cell});
  return {};
}

Result<> World::add_environment_field(std::string name, double value, double min, double max) {
  if (environment_.find(name)) {
    return invalid("environment field \"", name, "\" stands twice");
  }
  environment_.add_field(std::move(name), value, min, max);
  return {};
}

Result<uint32_t> World::add_scheduled_event(ScheduledEvent event) {
  if (find_by_name(scheduled_events_, event.name, [](const ScheduledEvent& e) { return e.name; })) {
    return invalid("scheduled event \"", event.name, "\" stands twice");
  }
  scheduled_events_.push_back(std::move(event));
  return static_cast<uint32_t>(scheduled_events_.size()) - 1;
}

// ---- reading ----------------------------------------------------------------------------------------

std::optional<uint32_t> World::find_type(std::string_view name) const {
  return find_by_name(tables_, name, [](const auto& table) { return table->type().name; });
}

std::optional<uint32_t> World::find_layer(std::string_view name) const {
  return find_by_name(layers_, name, [](const PropertyLayer& layer) { return layer.desc().name; });
}

uint32_t World::agent_count() const { return slots_.size(); }

const AgentSlot* World::find(AgentId agent) const {
  const AgentSlot* slot = slots_.find(agent);
  return slot == nullptr || slot->removed ? nullptr : slot;
}

Result<const AgentSlot*> World::expect(AgentId agent) const {
  const AgentSlot* slot = find(agent);
  if (slot == nullptr) {
    return error(Status::kStale, "agent ", agent.value(), ": no such agent, or it is gone");
  }
  return slot;
}

AgentId World::find_name(std::string_view name) const {
  const auto found = agent_of_name_.find(symbols_.find(name));
  return found == agent_of_name_.end() ? AgentId{} : found->second;
}

const std::string& World::name(AgentId agent) const {
  const auto found = name_of_agent_.find(agent.index());
  return symbols_.name(found == name_of_agent_.end() || find(agent) == nullptr ? 0 : found->second);
}

std::vector<std::string_view> World::names() const {
  std::vector<std::string_view> names;
  for (const auto& [slot, name] : name_of_agent_) {
    names.push_back(symbols_.name(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<uint32_t> World::share_field(std::string_view name, FieldType type, uint32_t width) {
  if (const auto known = find_by_name(shared_fields_, name, [](const SharedField& s) { return s.name; })) {
    return *known;
  }
  SharedField shared{std::string(name), type, width, {}};
  for (const auto& table : tables_) {
    const auto field = table->find(name);
    if (field && (table->field(*field).type != type || table->field(*field).width != width)) {
      return invalid(
          "field \"", name, "\" of agent type \"", table->type().name,
          "\" has another kind or width than the other types share"
      );
    }
    shared.of_type.push_back(field ? static_cast<int32_t>(*field) : -1);
  }
  shared_fields_.push_back(std::move(shared));
  return static_cast<uint32_t>(shared_fields_.size()) - 1;
}

std::span<const Object> World::objects_at(uint32_t cell) const {
  const auto by_cell = [](const Object& object, uint32_t wanted) { return object.cell < wanted; };
  const auto begin = std::lower_bound(objects_.begin(), objects_.end(), cell, by_cell);
  const auto end = std::lower_bound(begin, objects_.end(), cell + 1, by_cell);
  return {begin, end};
}

uint64_t World::hash() const {
  StateHash hash;
  hash.update_u64(desc_.seed);
  hash.update_u64(step_);
  hash.update_u64(births_);
  hash.update_u64(outputs_);
  hash.update(slots_.tags());
  hash.update(slots_.free_slots());
  grid_.hash(hash);
  for (const auto& table : tables_) {
    table->hash(hash);
  }
  for (const PropertyLayer& layer : layers_) {
    layer.hash(hash);
  }
  environment_.hash(hash);
  timers_.hash(hash);
  for (const Message& message : mail_) {
    hash.update_u64(message.to_agent.value());
    hash.update_u64(message.from_agent.value());
    hash.update_f64(message.value);
  }
  return hash.digest();
}

// ---- inputs at the boundary -------------------------------------------------------------------------

Result<std::vector<AgentId>> World::spawn(std::span<const Spawn> spawns) {
  if (spawns.size() > desc_.max_agents - agent_count()) {
    return error(
        Status::kLimit, "spawn of ", spawns.size(), ": the world holds ", agent_count(), " of at most ",
        desc_.max_agents, " agents"
    );
  }
  std::vector<uint32_t> names;
  for (const Spawn& spawn : spawns) {
    if (spawn.type >= type_count()) {
      return invalid("spawn of type ", spawn.type, ": there are ", type_count(), " types");
    }
    if (spawn.cell && *spawn.cell >= grid_.shape().cell_count()) {
      return invalid("spawn in cell ", *spawn.cell, ": there are ", grid_.shape().cell_count());
    }
    const uint32_t name = symbols_.intern(spawn.name);
    if (name == 0 && !spawn.name.empty()) {
      return error(Status::kLimit, "name \"", spawn.name, "\": no room for another name");
    }
    if (name != 0 && (agent_of_name_.contains(name) || std::find(names.begin(), names.end(), name) != names.end())) {
      return invalid("name \"", spawn.name, "\" is taken: names are unique in a world");
    }
    names.push_back(name);
  }
  std::vector<AgentId> ids;
  ids.reserve(spawns.size());
  std::vector<uint32_t> per_type(type_count(), 0);
  for (const Spawn& spawn : spawns) {
    tables_[spawn.type]->reserve(tables_[spawn.type]->size() + ++per_type[spawn.type]);
  }
  agent_of_name_.reserve(agent_of_name_.size() + spawns.size());
  name_of_agent_.reserve(name_of_agent_.size() + spawns.size());
  for (size_t i = 0; i < spawns.size(); ++i) {
    const uint32_t cell = spawns[i].cell.value_or(MultiGrid::kNone);
    const AgentId id = add_agent(spawns[i].type, cell, {});
    ids.push_back(id);
    if (names[i] != 0) {
      agent_of_name_[names[i]] = id;
      name_of_agent_[id.index()] = names[i];
    }
  }
  return ids;
}

Result<> World::remove(std::span<const AgentId> agents) {
  for (const AgentId agent : agents) {
    if (auto slot = expect(agent); !slot) {
      return slot.error();
    }
  }
  for (const AgentId agent : agents) {
    if (find(agent) != nullptr) {  // an id may stand twice
      free_agent(agent);
    }
  }
  return {};
}

Result<> World::move(std::span<const AgentId> agents, std::span<const uint32_t> cells) {
  for (size_t i = 0; i < agents.size(); ++i) {
    if (auto slot = expect(agents[i]); !slot) {
      return slot.error();
    }
    if (cells[i] >= grid_.shape().cell_count()) {
      return invalid("move to cell ", cells[i], ": there are ", grid_.shape().cell_count());
    }
  }
  // With a capacity a later move may make room or find none: try, and on a full cell go all the way back.
  std::vector<uint32_t> before;
  before.reserve(agents.size());
  for (size_t i = 0; i < agents.size(); ++i) {
    before.push_back(grid_.cell_of(agents[i].index()));
    if (!grid_.move(agents[i].index(), cells[i])) {
      for (size_t back = i; back-- > 0;) {
        grid_.move(agents[back].index(), before[back]);
      }
      return error(
          Status::kLimit, "move to cell ", cells[i], ": it holds its ", grid_.shape().capacity, " agents already"
      );
    }
  }
  return {};
}

Result<> World::set(
    std::span<const AgentId> agents, std::string_view field, uint32_t element, std::span<const double> values
) {
  for (size_t i = 0; i < agents.size(); ++i) {
    auto slot = expect(agents[i]);
    if (!slot) {
      return slot.error();
    }
    const Table& table = *tables_[(*slot)->type];
    const auto index = table.find(field);
    if (!index) {
      return error(Status::kNotFound, "agent type \"", table.type().name, "\" has no field \"", field, "\"");
    }
    const Field& target = table.field(*index);
    if (element >= target.width) {
      return invalid("field \"", field, "\"[", element, "]: it has ", target.width, " elements");
    }
    if (!(values[i] >= target.min && values[i] <= target.max)) {
      return invalid("field \"", field, "\": ", values[i], " is not in [", target.min, ", ", target.max, "]");
    }
  }
  for (size_t i = 0; i < agents.size(); ++i) {
    const AgentSlot& slot = *find(agents[i]);
    Table& table = *tables_[slot.type];
    table.set_number(*table.find(field), slot.row, element, values[i]);
  }
  return {};
}

Result<> World::set_layer(uint32_t layer, std::span<const uint32_t> cells, std::span<const double> values) {
  PropertyLayer& target = layers_[layer];
  const LayerDesc& desc = target.desc();
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] >= grid_.shape().cell_count()) {
      return invalid("layer \"", desc.name, "\", cell ", cells[i], ": there are ", grid_.shape().cell_count());
    }
    if (!(values[i] >= desc.min && values[i] <= desc.max)) {
      return invalid("layer \"", desc.name, "\": ", values[i], " is not in [", desc.min, ", ", desc.max, "]");
    }
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    target.set(cells[i], static_cast<float>(values[i]));
  }
  return {};
}

Result<> World::drive(uint32_t field, double value, uint32_t steps) {
  const Environment::Field& target = environment_.fields()[field];
  if (!(value >= target.min && value <= target.max)) {
    return invalid("environment field \"", target.name, "\": ", value, " is not in [", target.min, ", ", target.max, "]");
  }
  environment_.drive(field, value, steps == 0 ? 0 : step_ + steps);
  return {};
}

Result<> World::release(uint32_t field) {
  environment_.release(field);
  return {};
}

// ---- agents come and go -----------------------------------------------------------------------------

// kNone: a random cell with room. A full cell gives way to the nearest one with room, or to none.
AgentId World::add_agent(uint32_t type, uint32_t cell, AgentId parent) {
  const uint64_t birth = births_++;
  Random random(desc_.seed, birth, 0, stream::kUid);
  const Uid uid{random.next_u64(), random.next_u64()};
  Table& table = *tables_[type];
  table.reserve(table.size() + 1);
  const AgentId id = slots_.allocate({table.size(), static_cast<uint16_t>(type), 0});
  if (!id) {
    return id;
  }
  const uint32_t row = table.add(id, uid);
  if (cell == MultiGrid::kNone) {
    Random placement(desc_.seed, birth, 0, stream::kPlacement);
    cell = placement.below(grid_.shape().cell_count());
  }
  if (!grid_.place(id.index(), cell)) {
    const uint32_t reach = std::max(grid_.shape().width, grid_.shape().height);
    uint32_t best = MultiGrid::kNone;
    grid_.for_each_cell(cell, reach, [&](uint32_t other) {
      if (grid_.has_room(other) && (best == MultiGrid::kNone || grid_.distance(cell, other) < grid_.distance(cell, best))) {
        best = other;
      }
    });
    if (best != MultiGrid::kNone) {
      grid_.place(id.index(), best);
    }
  }
  if (table.type().born) {
    table.type().born(table.type().state.get(), {std::span(&row, 1), table, *this, nullptr, step_, 0, 0});
  }
  emit(EventKind::kBorn, id, parent, 0, 0);
  return id;
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
  if (const auto name = name_of_agent_.find(agent.index()); name != name_of_agent_.end()) {
    agent_of_name_.erase(name->second);
    name_of_agent_.erase(name);
  }
  slots_.release(agent);
}

void World::emit(EventKind kind, AgentId agent, AgentId other, double a, double b) {
  const AgentSlot* slot = slots_.find(agent);
  (in_step_ ? events_ : boundary_events_)
      .push_back({kind, slot == nullptr ? 0U : slot->type, step_, agent, other, {a, b}});
}

}  // namespace dks
