// What a plugin may ask of a world and do to it. Whatever it hands in is checked: a plugin that is
// wrong is told of, and the world is as it was.
// SPDX-License-Identifier: MIT
#include "guard.h"
#include "math/functions.h"
#include "plugins/link.h"
#include "plugins/plugin_agents.h"
#include "plugins/registry.h"
#include "structs.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace dks::capi {

template <>
inline constexpr size_t kFirstSize<dks_world_info> = sizeof(uint32_t);

namespace {

constexpr uint32_t kNone = DKS_INDEX_NONE;
constexpr uint32_t kStreams = 16384;
static_assert(MultiGrid::kNone == kNone);

// ---- checks

// Tells that the plugin called `function` wrongly.
template <class... Parts>
void tell_misuse(const dks_world* world, const char* function, const Parts&... parts) noexcept {
  world->agents->tell(PluginAgents::Wrong::kError, function, {}, [&] { return text(parts...); });
}

// An index that has to be below `count`.
bool has(
    const dks_world* world, const char* function, const char* what, uint32_t index, uint32_t count
) noexcept {
  if (index < count) [[likely]] {
    return true;
  }
  tell_misuse(world, function, what, " ", index, " is not below ", count);
  return false;
}
bool has_cell(const dks_world* world, const char* function, uint32_t cell) noexcept {
  return has(world, function, "cell", cell, world->world->grid().shape().cell_count());
}
bool has_layer(const dks_world* world, const char* function, uint32_t layer) noexcept {
  return has(world, function, "layer", layer, world->world->layer_count());
}
bool has_shared(const dks_world* world, const char* function, uint32_t field) noexcept {
  return has(world, function, "shared field", field, world->world->shared_field_count());
}

std::string_view name_of(const char* name) noexcept {
  return name == nullptr ? std::string_view() : std::string_view(name);
}

uint32_t index_or_none(const std::optional<uint32_t>& index) noexcept {
  return index.value_or(kNone);
}

// Of a list of things with names.
template <class Items, class NameOf>
uint32_t index_of(const Items& items, std::string_view name, NameOf&& name_of_item) noexcept {
  uint32_t index = 0;
  for (const auto& item : items) {
    if (name_of_item(item) == name) {
      return index;
    }
    ++index;
  }
  return kNone;
}

// ---- any time

dks_status host_set_error(dks_status status, const char* text) noexcept {
  return fail(status, name_of(text));
}
void host_log(const dks_world* world, int32_t level, const char* text) noexcept {
  if (const auto& log = world->agents->rules().log; log && text != nullptr) {
    log->write(
        static_cast<LogLevel>(std::clamp<int32_t>(level, DKS_LOG_ERROR, DKS_LOG_INFO)), text
    );
  }
}
double host_exp(double x) noexcept {
  return math::exp(x);
}
double host_ln(double x) noexcept {
  return math::log(x);
}
double host_tanh(double x) noexcept {
  return math::tanh(x);
}
double host_sin_turn(double x) noexcept {
  return math::sin_turn(x);
}

// ---- names

uint32_t find_type(const dks_world* world, const char* name) noexcept {
  return index_or_none(world->world->find_type(name_of(name)));
}
uint32_t find_layer(const dks_world* world, const char* name) noexcept {
  return index_or_none(world->world->find_layer(name_of(name)));
}
uint32_t find_category(const dks_world* world, uint32_t layer, const char* name) noexcept {
  if (!has_layer(world, "find_category", layer)) {
    return kNone;
  }
  const auto& categories = world->world->layer(layer).desc().categories;
  return index_of(categories, name_of(name), [](const std::string& each) {
    return std::string_view(each);
  });
}
uint32_t find_environment(const dks_world* world, const char* field) noexcept {
  return index_or_none(world->world->environment().find(name_of(field)));
}
uint32_t find_object_kind(const dks_world* world, const char* name) noexcept {
  return index_of(world->world->object_kinds(), name_of(name), [](const ObjectKind& kind) {
    return std::string_view(kind.name);
  });
}
uint32_t find_stage(const dks_world* world, const char* name) noexcept {
  return index_of(world->world->activation().stages, name_of(name), [](const std::string& stage) {
    return std::string_view(stage);
  });
}
float strength(const dks_world* world, uint32_t object_kind, const char* action) noexcept {
  const auto kinds = world->world->object_kinds();
  if (!has(world, "strength", "object kind", object_kind, static_cast<uint32_t>(kinds.size()))) {
    return 0;
  }
  for (const Affordance& affordance : kinds[object_kind].affords) {
    if (affordance.action == name_of(action)) {
      return affordance.strength;
    }
  }
  return 0;
}

bool is_creating(const dks_world* world, const char* function) noexcept {
  if (!world->creating) {
    tell_misuse(world, function, "it is for create only");
  }
  return world->creating;
}
// Want of memory waits until create has returned.
template <class Body>
void look_up(dks_world* world, Body&& body) noexcept {
  if (guard(body) == DKS_E_NOMEM) {
    world->out_of_memory = true;
  }
}
uint32_t symbol(dks_world* world, const char* name) noexcept {
  if (!is_creating(world, "symbol")) {
    return kNone;
  }
  uint32_t found = kNone;
  look_up(world, [&] {
    const auto given = read_name("symbol", name);
    if (!given) {
      return fail(given.error());
    }
    found = world->world->intern(*given);
    return static_cast<dks_status>(DKS_OK);
  });
  return found;
}
uint32_t share_field(dks_world* world, const char* name, uint32_t type, uint32_t width) noexcept {
  if (!is_creating(world, "share_field")) {
    return kNone;
  }
  uint32_t found = kNone;
  look_up(world, [&] {
    const auto given = read_name("share_field", name);
    if (!given) {
      return fail(given.error());
    }
    if (type < DKS_TYPE_F32 || type > DKS_TYPE_U8) {
      return fail(invalid("share_field: type ", type, " is no DKS_TYPE_*"));
    }
    const auto shared = world->world->share_field(
        *given, static_cast<FieldType>(type), std::max<uint32_t>(width, 1)
    );
    if (!shared) {
      return fail(shared.error());
    }
    found = *shared;
    return static_cast<dks_status>(DKS_OK);
  });
  return found;
}

// ---- reading

void get_info(const dks_world* world, dks_world_info* out_info) noexcept {
  const World& inside = *world->world;
  const GridShape& shape = inside.grid().shape();
  dks_world_info info{};
  info.width = shape.width;
  info.height = shape.height;
  info.torus = shape.torus ? 1 : 0;
  info.von_neumann = shape.neighbourhood == Neighbourhood::kVonNeumann ? 1 : 0;
  info.cell_capacity = shape.capacity;
  info.steps_per_day = inside.environment().desc().steps_per_day;
  info.max_agents = inside.desc().max_agents;
  info.worker_count = inside.workers().count();
  info.type_count = inside.type_count();
  info.layer_count = inside.layer_count();
  info.stage_count = inside.activation().stage_count();
  info.seed = inside.seed();
  guard([&] {
    if (const auto written = write_struct("get_info", info, out_info); !written) {
      tell_misuse(world, "get_info", written.error().text);
    }
    return static_cast<dks_status>(DKS_OK);
  });
}
uint64_t random(
    const dks_world* world, dks_agent_id agent, uint32_t stream, uint32_t index
) noexcept {
  if (!has(world, "random", "stream", stream, kStreams)) {
    return 0;
  }
  return world->world->random(AgentId(agent), stream::kFirstOfTypes + stream).u64_at(index);
}
uint32_t cell_of(const dks_world* world, dks_agent_id agent) noexcept {
  const AgentId id(agent);
  return world->world->find(id) == nullptr ? kNone : world->world->cell_of(id);
}
uint32_t type_of(const dks_world* world, dks_agent_id agent) noexcept {
  const AgentSlot* const slot = world->world->find(AgentId(agent));
  return slot == nullptr ? kNone : slot->type;
}
uint32_t offset(const dks_world* world, uint32_t cell, int32_t dx, int32_t dy) noexcept {
  return has_cell(world, "offset", cell) ? world->world->grid().offset(cell, dx, dy) : kNone;
}
uint32_t distance(const dks_world* world, uint32_t a, uint32_t b) noexcept {
  return has_cell(world, "distance", a) && has_cell(world, "distance", b)
             ? world->world->grid().distance(a, b)
             : kNone;
}
int32_t has_room(const dks_world* world, uint32_t cell) noexcept {
  return has_cell(world, "has_room", cell) && world->world->grid().has_room(cell) ? 1 : 0;
}
uint32_t agents_near(
    const dks_world* world,
    uint32_t cell,
    uint32_t radius,
    dks_agent_id* out_agents,
    uint32_t capacity
) noexcept {
  if (!has_cell(world, "agents_near", cell)) {
    return 0;
  }
  capacity = out_agents == nullptr ? 0 : capacity;
  uint32_t count = 0;
  world->world->grid().for_each_agent(cell, radius, [&](uint32_t slot) {
    if (count < capacity) {
      out_agents[count] = world->world->slots().id_at(slot).value();
    }
    ++count;
  });
  return count;
}
uint32_t cells_near(
    const dks_world* world, uint32_t cell, uint32_t radius, uint32_t* out_cells, uint32_t capacity
) noexcept {
  if (!has_cell(world, "cells_near", cell)) {
    return 0;
  }
  capacity = out_cells == nullptr ? 0 : capacity;
  uint32_t count = 0;
  world->world->grid().search_cells(cell, radius, [&](uint32_t near, uint32_t /*away*/) {
    if (count < capacity) {
      out_cells[count] = near;
    }
    ++count;
    return false;
  });
  return count;
}
const float* layer_values(const dks_world* world, uint32_t layer) noexcept {
  return has_layer(world, "layer", layer) ? world->world->layer(layer).values().data() : nullptr;
}
double environment(const dks_world* world, uint32_t field) noexcept {
  const Environment& inside = world->world->environment();
  return has(world, "environment", "field", field, static_cast<uint32_t>(inside.fields().size()))
             ? inside.value(field)
             : 0;
}
uint32_t objects_at(
    const dks_world* world, uint32_t cell, uint32_t* out_kinds, uint32_t capacity
) noexcept {
  if (!has_cell(world, "objects_at", cell)) {
    return 0;
  }
  capacity = out_kinds == nullptr ? 0 : capacity;
  uint32_t count = 0;
  for (const Object& object : world->world->objects_at(cell)) {
    if (count < capacity) {
      out_kinds[count] = object.kind;
    }
    ++count;
  }
  return count;
}
uint32_t messages(
    const dks_world* world, dks_agent_id agent, dks_heard* out_messages, uint32_t capacity
) noexcept {
  const AgentId id(agent);
  capacity = out_messages == nullptr ? 0 : capacity;
  uint32_t count = 0;
  if (world->world->find(id) != nullptr) {
    world->world->for_each_message(id.index(), [&](const Message& message) {
      if (count < capacity) {
        out_messages[count] = {
            message.from_agent.value(), message.value, message.kind, message.from};
      }
      ++count;
    });
  }
  return count;
}
const void* shared(const dks_world* world, uint32_t field, dks_agent_id agent) noexcept {
  const AgentId id(agent);
  const AgentSlot* const slot = world->world->find(id);
  if (!has_shared(world, "shared", field) || slot == nullptr) {
    return nullptr;
  }
  const int32_t own = world->world->shared_field_of(field, slot->type);
  if (own < 0) {
    return nullptr;
  }
  const auto index = static_cast<uint32_t>(own);
  if (world->sandbox != nullptr) {
    if (const uint32_t place = world->sandbox->place_of(id); place != Sandbox::kNowhere) {
      return world->sandbox->at(index, place);
    }
  }
  const Table& table = world->world->table(slot->type);
  return table.data(index) + size_t{slot->row} * table.stride(index);
}

// ---- doing

// Does something in an act. What a plugin written in C could not let through, want of memory, waits
// until its callback has returned.
template <class R, class Do>
R doing(const dks_commands* commands, const char* function, R nothing, Do&& act) noexcept {
  if (commands->commands == nullptr) {
    tell_misuse(commands->world, function, "it is for act only");
    return nothing;
  }
  try {
    return act(*commands->commands);
  } catch (...) {
    commands->world->out_of_memory = true;
    return nothing;
  }
}
bool is_finite(const dks_commands* commands, const char* function, double number) noexcept {
  if (!std::isfinite(number)) {
    tell_misuse(commands->world, function, number, " is no finite number");
  }
  return std::isfinite(number);
}

int32_t move(dks_commands* commands, dks_agent_id agent, uint32_t cell) noexcept {
  return doing(commands, "move", 0, [&](Commands& act) {
    return act.move(AgentId(agent), cell) ? 1 : 0;
  });
}
void remove(dks_commands* commands, dks_agent_id agent) noexcept {
  doing(commands, "remove", 0, [&](Commands& act) {
    act.remove(AgentId(agent));
    return 0;
  });
}
int32_t spawn(dks_commands* commands, uint32_t type, uint32_t cell, dks_agent_id parent) noexcept {
  return doing(commands, "spawn", 0, [&](Commands& act) {
    return act.spawn(type, cell, AgentId(parent)) ? 1 : 0;
  });
}
double change(dks_commands* commands, dks_agent_id agent, uint32_t field, double amount) noexcept {
  const dks_world* const world = commands->world;
  if (!has_shared(world, "change", field)) {
    return 0;
  }
  return doing(commands, "change", 0.0, [&](Commands& act) {
    const AgentId id(agent);
    Sandbox* const sandbox = world->sandbox;
    const uint32_t place = sandbox == nullptr ? Sandbox::kNowhere : sandbox->place_of(id);
    const AgentSlot* const slot = world->world->find(id);
    const int32_t own = slot == nullptr ? -1 : world->world->shared_field_of(field, slot->type);
    if (place == Sandbox::kNowhere || own < 0) {
      return act.change(id, field, amount);
    }
    sandbox->put_back(static_cast<uint32_t>(own), place);
    const double changed = act.change(id, field, amount);
    sandbox->take_again(static_cast<uint32_t>(own), place);
    return changed;
  });
}
float take(dks_commands* commands, uint32_t layer, uint32_t cell, float amount) noexcept {
  const dks_world* const world = commands->world;
  if (!has_layer(world, "take", layer) || !has_cell(world, "take", cell) ||
      !is_finite(commands, "take", static_cast<double>(amount))) {
    return 0;
  }
  return doing(commands, "take", 0.0F, [&](Commands& act) {
    return act.take(layer, cell, amount);
  });
}
void add(dks_commands* commands, uint32_t layer, uint32_t cell, float amount) noexcept {
  const dks_world* const world = commands->world;
  if (!has_layer(world, "add", layer) || !has_cell(world, "add", cell) ||
      !is_finite(commands, "add", static_cast<double>(amount))) {
    return;
  }
  doing(commands, "add", 0, [&](Commands& act) {
    act.add(layer, cell, amount);
    return 0;
  });
}
void make_noise(dks_commands* commands, double amount) noexcept {
  if (is_finite(commands, "make_noise", amount)) {
    doing(commands, "make_noise", 0, [&](Commands& act) {
      act.make_noise(amount);
      return 0;
    });
  }
}
void tell(
    dks_commands* commands,
    dks_agent_id from,
    dks_agent_id to_agent,
    uint32_t to,
    uint32_t kind,
    double value
) noexcept {
  const dks_world* const world = commands->world;
  const uint32_t symbols = world->world->symbols().size() + 1;
  if (has(world, "tell", "kind", kind, symbols) && is_finite(commands, "tell", value) &&
      (to_agent != DKS_AGENT_NONE || has(world, "tell", "to", to, symbols))) {
    doing(commands, "tell", 0, [&](Commands& act) {
      act.tell(AgentId(from), AgentId(to_agent), to, kind, value);
      return 0;
    });
  }
}
void emit(
    dks_commands* commands,
    uint32_t kind,
    dks_agent_id agent,
    dks_agent_id other,
    double value0,
    double value1
) noexcept {
  if (kind < DKS_EVENT_FIRST_OF_PLUGINS) {
    tell_misuse(
        commands->world, "emit", "kind ", kind, " is not ", +DKS_EVENT_FIRST_OF_PLUGINS, " or more"
    );
    return;
  }
  doing(commands, "emit", 0, [&](Commands& act) {
    act.emit(static_cast<EventKind>(kind), AgentId(agent), AgentId(other), value0, value1);
    return 0;
  });
}

// ---- links

dks_status deliver(dks_link* link, const dks_message* messages, uint32_t count) noexcept {
  return link == nullptr ? missing("link") : static_cast<Link*>(link)->deliver(messages, count);
}
void done(dks_link* link, uint64_t ticket, dks_status status, const char* why) noexcept {
  if (link != nullptr) {
    static_cast<Link*>(link)->done(ticket, status, why);
  }
}
void set_health(dks_link* link, uint32_t health, const char* text) noexcept {
  if (link != nullptr) {
    static_cast<Link*>(link)->set_health(health, text);
  }
}

}  // namespace

void fill_host_table(dks_host_api& table) noexcept {
  table = {
      sizeof(dks_host_api),
      DKS_PLUGIN_ABI_MAJOR,
      DKS_PLUGIN_ABI_MINOR,
      DKS_VERSION_NUMBER,
      PluginRegistry::add_agent_type,
      host_set_error,
      host_log,
      host_exp,
      host_ln,
      host_tanh,
      host_sin_turn,
      find_type,
      find_layer,
      find_category,
      find_environment,
      find_object_kind,
      find_stage,
      strength,
      symbol,
      share_field,
      get_info,
      random,
      cell_of,
      type_of,
      offset,
      distance,
      has_room,
      agents_near,
      cells_near,
      layer_values,
      environment,
      objects_at,
      messages,
      shared,
      move,
      remove,
      spawn,
      change,
      take,
      add,
      make_noise,
      tell,
      emit,
      dks_mind_create,
      dks_mind_destroy,
      dks_mind_get_info,
      dks_mind_infer,
      dks_mind_plan,
      dks_mind_predict,
      PluginRegistry::add_transport,
      deliver,
      done,
      set_health};
}

}  // namespace dks::capi
