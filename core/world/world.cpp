// SPDX-License-Identifier: MIT
#include "world/world.h"

#include "base/hash.h"
#include "world/streams.h"

#include <algorithm>

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
      objects_(&memory),
      environment_(desc_.environment),
      symbols_(&memory),
      names_(&memory),
      users_(&memory),
      inbox_(&memory),
      texts_(&memory),
      messages_(&memory),
      deliveries_(&memory),
      broadcasts_(&memory),
      mail_(&memory),
      done_(&memory),
      outbox_(&memory),
      events_(&memory),
      boundary_events_(&memory),
      order_(&memory),
      newborn_(&memory) {}

World::~World() = default;

// ---- building ----

Result<uint32_t> World::add_type(const AgentType& type) {
  auto checked = type.checked();
  DKS_TRY(checked);
  if (find_type(type.name)) {
    return invalid("agent type \"", type.name, "\" stands twice");
  }
  if (tables_.size() >= 0xffff) {
    return error(Status::kLimit, "agent type \"", type.name, "\": there are 65535 types already");
  }
  auto table = std::make_unique<Table>(std::move(*checked), &memory_);
  const auto fields = shared_fields_of(*table);
  DKS_TRY(fields);
  for (SharedField& shared : shared_fields_) {
    shared.of_type.reserve(tables_.size() + 1);
  }
  const uint32_t added = add_table(std::move(table));
  for (size_t i = 0; i < fields->size(); ++i) {
    shared_fields_[i].of_type.push_back((*fields)[i]);
  }
  return added;
}

// Without memory for it nothing has changed.
uint32_t World::add_table(std::unique_ptr<Table> table) {
  tables_.reserve(tables_.size() + 1);
  wave_rows_.reserve(tables_.size() + 1);
  prepared_.reserve(tables_.size() + 1);
  tables_.push_back(std::move(table));
  wave_rows_.emplace_back(&memory_);
  prepared_.push_back(false);
  return type_count() - 1;
}

void World::take_back_type() {
  tables_.pop_back();
  wave_rows_.pop_back();
  prepared_.pop_back();
  for (SharedField& shared : shared_fields_) {
    shared.of_type.pop_back();
  }
}

Result<> World::extend_type(uint32_t index, const AgentType& type) {
  const Table& old = *tables_[index];
  if (old.size() != 0) {
    return invalid("agent type \"", type.name, "\" has ", old.size(), " agents, expected none");
  }
  auto checked = type.checked();
  DKS_TRY(checked);
  for (uint32_t field = 0; field < old.field_count(); ++field) {
    if (field >= type.fields.size() || type.fields[field].name != old.field(field).name) {
      return invalid("agent type \"", type.name, "\" lacks field \"", old.field(field).name, "\"");
    }
  }
  auto table = std::make_unique<Table>(std::move(*checked), &memory_, old.epoch() + 1);
  const auto fields = shared_fields_of(*table);
  DKS_TRY(fields);
  tables_[index] = std::move(table);
  prepared_[index] = false;
  for (size_t i = 0; i < fields->size(); ++i) {
    shared_fields_[i].of_type[index] = (*fields)[i];
  }
  return {};
}

Result<uint32_t> World::add_layer(LayerDesc desc) {
  if (find_layer(desc.name)) {
    return invalid("layer \"", desc.name, "\" stands twice");
  }
  DKS_TRY(desc.check());
  if (!desc.categories.empty()) {
    desc.min = 0;
    desc.max = static_cast<float>(desc.categories.size() - 1);
    desc.initial = std::clamp(desc.initial, desc.min, desc.max);
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
      objects_.begin(),
      objects_.end(),
      cell,
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

// ---- reading ----

std::optional<uint32_t> World::find_type(std::string_view name) const {
  return find_by_name(tables_, name, [](const auto& table) { return table->type().name; });
}

std::optional<uint32_t> World::find_layer(std::string_view name) const {
  return find_by_name(layers_, name, [](const PropertyLayer& layer) { return layer.desc().name; });
}

Result<const AgentSlot*> World::expect(AgentId agent) const {
  const AgentSlot* slot = find(agent);
  if (slot == nullptr) {
    return error(Status::kStale, "agent ", agent.value(), ": no such agent, or it is gone");
  }
  return slot;
}

AgentId World::find_name(std::string_view name) const {
  const AgentId agent = names_.find(name);
  return find(agent) == nullptr ? AgentId{} : agent;
}

std::string_view World::name(AgentId agent) const {
  return names_.of(find(agent) == nullptr ? AgentId{} : agent);
}

// Index of the shared field in a table; -1: it lacks it.
Result<int32_t> World::shared_field_of(const Table& table, const SharedField& shared) {
  const auto field = table.find(shared.name);
  if (!field) {
    return -1;
  }
  if (table.field(*field).type != shared.type || table.field(*field).width != shared.width) {
    return invalid(
        "field \"",
        shared.name,
        "\" of agent type \"",
        table.type().name,
        "\" has another type or width than the one that types share"
    );
  }
  return static_cast<int32_t>(*field);
}

Result<std::vector<int32_t>> World::shared_fields_of(const Table& table) const {
  std::vector<int32_t> fields;
  for (const SharedField& shared : shared_fields_) {
    auto field = shared_field_of(table, shared);
    DKS_TRY(field);
    fields.push_back(*field);
  }
  return fields;
}

Result<uint32_t> World::share_field(std::string_view name, FieldType type, uint32_t width) {
  SharedField shared{std::string(name), type, width, {}};
  for (const auto& table : tables_) {
    auto field = shared_field_of(*table, shared);
    DKS_TRY(field);
    shared.of_type.push_back(*field);
  }
  const auto known =
      find_by_name(shared_fields_, name, [](const SharedField& field) { return field.name; });
  if (!known) {
    shared_fields_.push_back(std::move(shared));
    return static_cast<uint32_t>(shared_fields_.size()) - 1;
  }
  if (shared_fields_[*known].type != type || shared_fields_[*known].width != width) {
    return invalid("shared field \"", name, "\" is shared already with another type or width");
  }
  return *known;
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
  hash.update_u64(desc_.id);
  hash.update_u64(step_);
  hash.update_u64(births_);
  hash.update_u64(outputs_);
  hash.update(slots_.tags());
  hash.update(slots_.free_slots());
  grid_.hash(hash, slots_.slot_count());
  for (const auto& table : tables_) {
    table->hash(hash);
  }
  for (const PropertyLayer& layer : layers_) {
    layer.hash(hash);
  }
  environment_.hash(hash);
  timers_.hash(hash);
  hash_messages(hash);
  for (const Done& done : done_) {
    hash.update_u64(done.agent.value());
    hash.update_f64(done.share);
  }
  return hash.digest();
}

// What is under way: from agent to agent, and from outside for later steps. Kinds go by their text:
// their numbers depend on who was there first. Sources only say who comes first and which number
// would be a repeat; a recipient without an agent is an address, or may be born before the step.
void World::hash_messages(StateHash& hash) const {
  hash.update_u64(mail_.size());
  for (const Mail& mail : mail_) {
    const std::string_view kind = symbols_.name(mail.kind);
    hash.update_u64(mail.to_agent.value());
    hash.update_u64(mail.from_agent.value());
    hash.update(kind.data(), kind.size());
    hash.update_f64(mail.value);
  }
  const auto waiting = inbox_.waiting();
  hash.update_u64(waiting.size());
  for (const Letter& letter : waiting) {
    const AgentId to = letter.to_agent ? letter.to_agent : names_.find(letter.to);
    hash.update_u64(letter.step);
    hash.update_u64(letter.id);
    hash.update_u64(to.value());
    hash.update(letter.to.data(), to ? 0 : letter.to.size());
    hash.update(letter.kind.data(), letter.kind.size());
    hash.update(letter.field.data(), letter.field.size());
    hash.update_f64(letter.value);
    hash.update_u64(letter.ttl);
  }
  hash.update_u64(users_.all().size());
  for (const User& user : users_.all()) {
    hash.update_u64(user.last_id);
  }
}

}  // namespace dks
