// SPDX-License-Identifier: MIT
#include "model.h"
#include "pet/emotion.h"
#include "pet_traits_json.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace dks::capi {
namespace {

struct PlannedSpawn {
  World::Spawn spawn;
  std::optional<PetTraits> traits;
};

Result<PlannedSpawn> plan_spawn(Model& model, const dks_spawn_desc& desc, uint32_t index) {
  const std::string item = text("items[", index, "]");
  PlannedSpawn plan;
  if (desc.flags != 0) {
    return invalid(item, ".flags: ", desc.flags, " has unknown bits, expected 0");
  }
  if (desc.type != nullptr) {
    auto type = find_type(model, desc.type);
    DKS_TRY(type);
    plan.spawn.type = *type;
  }
  const auto name = read_name(item + ".name", desc.name, NameRule::kMayBeMissing);
  DKS_TRY(name);
  plan.spawn.name = *name;
  if (desc.x != -1 || desc.y != -1) {
    const auto cell = cell_at(model, item, desc.x, desc.y);
    DKS_TRY(cell);
    plan.spawn.cell = *cell;
  }
  if (desc.json == nullptr && desc.json_size > 0) {
    return invalid(item, ".json: NULL with json_size ", desc.json_size);
  }
  if (desc.json != nullptr) {
    const pet::PetType* type = model.pet_type(plan.spawn.type);
    if (type == nullptr) {
      return invalid(item, ".json: agents of this type are no pets and take none");
    }
    auto json = parse_json(item + ".json", {desc.json, desc.json_size});
    DKS_TRY(json);
    JsonSource source(item + ".json", *json);
    {
      JsonReader in = source.root().object();
      plan.traits = load_pet_traits(in, type->species());
    }
    DKS_TRY(source.finish());
  }
  return plan;
}

Result<std::vector<AgentId>> spawn(Model& model, const dks_spawn_desc* items, uint32_t count) {
  const uint32_t most = model.world().desc().max_agents;
  if (count > most - model.world().agent_count()) {
    return error(
        Status::kLimit,
        "count: ",
        count,
        " agents do not fit: there are ",
        model.world().agent_count(),
        ", expected at most ",
        most
    );
  }
  std::vector<PlannedSpawn> plans;
  std::vector<World::Spawn> spawns;
  for (uint32_t i = 0; i < count; ++i) {
    const auto desc = read_item(items, i);
    DKS_TRY(desc);
    auto plan = plan_spawn(model, *desc, i);
    DKS_TRY(plan);
    spawns.push_back(plan->spawn);
    plans.push_back(std::move(*plan));
  }
  auto born = model.world().spawn(spawns);
  DKS_TRY(born);
  for (uint32_t i = 0; i < count; ++i) {
    if (plans[i].traits) {
      apply_pet_traits(
          model.world(), *model.pet_type(spawns[i].type), (*born)[i], *plans[i].traits
      );
    }
  }
  return born;
}

std::vector<AgentId> ids_of(const dks_agent_id* items, uint32_t count) {
  std::vector<AgentId> ids;
  ids.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    ids.emplace_back(items[i]);
  }
  return ids;
}

Json field_json(const Table& table, uint32_t field, uint32_t row) {
  const auto number = [&](uint32_t element) {
    return with_type(table.field(field).type, [&]<class T>(T) {
      return Json(table.at<T>(field, row)[element]);
    });
  };
  if (table.field(field).width == 1) {
    return number(0);
  }
  Json values = Json::array();
  for (uint32_t element = 0; element < table.field(field).width; ++element) {
    values.push_back(number(element));
  }
  return values;
}

// What a pet is beyond its columns.
void add_pet(
    Json& json, const Model& model, const pet::PetType& type, const Table& table, uint32_t row
) {
  const pet::Species& species = type.species();
  const pet::Columns& columns = type.columns();
  Json needs = Json::object();
  for (uint32_t need = 0; need < species.needs.size(); ++need) {
    needs.set(species.needs[need].name, table.ref<float>(columns.needs + need, row));
  }
  Json personality = Json::object();
  for (uint32_t trait = 0; trait < pet::kTraits; ++trait) {
    personality.set(pet::kTraitNames[trait], table.at<float>(columns.personality, row)[trait]);
  }
  Json ties = Json::array();
  for (uint32_t i = 0; i < social::kMaxTies; ++i) {
    const AgentId other(table.at<uint64_t>(columns.tie_other, row)[i]);
    if (!other || model.world().find(other) == nullptr) {
      continue;
    }
    const float familiarity = social::faded(
        table.at<float>(columns.tie_familiarity, row)[i],
        model.world().step_number() - table.at<uint32_t>(columns.tie_met, row)[i],
        species.familiarity_half_life
    );
    ties.push_back(Json::object()
                       .set("id", other.value())
                       .set("name", model.world().name(other))
                       .set("familiarity", familiarity));
  }
  json.set("needs", std::move(needs))
      .set("personality", std::move(personality))
      .set("ties", std::move(ties));
  json.set("emotion", pet::kEmotions[table.ref<uint8_t>(columns.emotion, row)].name);
  const uint32_t action = table.ref<uint32_t>(columns.action, row);
  json.set("action", action == type.no_action() ? "none" : species.actions[action].name);
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

void dks_spawn_desc_init_sized(dks_spawn_desc* desc, uint32_t struct_size) noexcept {
  if (init_struct(desc, struct_size) && struct_size >= sizeof *desc) {
    desc->x = -1;
    desc->y = -1;
  }
}

dks_status dks_model_spawn(
    dks_model* model, const dks_spawn_desc* items, uint32_t count, dks_agent_id* out_ids
) noexcept {
  return enter(model, [&](Model& inside) {
    if (count == 0) {
      return static_cast<dks_status>(DKS_OK);
    }
    if (items == nullptr) {
      return missing("items");
    }
    const auto born = spawn(inside, items, count);
    if (!born) {
      return fail(born.error());
    }
    for (uint32_t i = 0; i < count && out_ids != nullptr; ++i) {
      out_ids[i] = (*born)[i].value();
    }
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_remove(dks_model* model, const dks_agent_id* items, uint32_t count) noexcept {
  return enter(model, [&](Model& inside) {
    if (items == nullptr && count > 0) {
      return missing("items");
    }
    if (const auto fits = check_count(inside, count); !fits) {
      return fail(fits.error());
    }
    return status_of(inside.world().remove(ids_of(items, count)));
  });
}

dks_status dks_model_move(
    dks_model* model, const dks_agent_id* items, const int32_t* x, const int32_t* y, uint32_t count
) noexcept {
  return enter(model, [&](Model& inside) {
    const char* const null = first_null({{"items", items}, {"x", x}, {"y", y}});
    if (count > 0 && null != nullptr) {
      return missing(null);
    }
    if (const auto fits = check_count(inside, count); !fits) {
      return fail(fits.error());
    }
    std::vector<uint32_t> cells;
    for (uint32_t i = 0; i < count; ++i) {
      const auto cell = cell_at(inside, text("items[", i, "]"), x[i], y[i]);
      if (!cell) {
        return fail(cell.error());
      }
      cells.push_back(*cell);
    }
    return status_of(inside.world().move(ids_of(items, count), cells));
  });
}

dks_status dks_model_set(
    dks_model* model,
    const dks_agent_id* items,
    uint32_t count,
    const char* field,
    uint32_t element,
    const double* values
) noexcept {
  return enter(model, [&](Model& inside) {
    const char* const null = first_null({{"items", items}, {"values", values}});
    if (count > 0 && null != nullptr) {
      return missing(null);
    }
    if (field == nullptr) {
      return missing("field");
    }
    if (const auto fits = check_count(inside, count); !fits) {
      return fail(fits.error());
    }
    if (const auto known = expect_field(inside, field); !known) {
      return fail(known.error());
    }
    return status_of(inside.world().set(ids_of(items, count), field, element, {values, count}));
  });
}

dks_status dks_model_report_done(
    dks_model* model, const dks_agent_id* items, const double* shares, uint32_t count
) noexcept {
  return enter(model, [&](Model& inside) {
    const char* const null = first_null({{"items", items}, {"shares", shares}});
    if (count > 0 && null != nullptr) {
      return missing(null);
    }
    if (const auto fits = check_count(inside, count); !fits) {
      return fail(fits.error());
    }
    return status_of(inside.world().report_done(ids_of(items, count), {shares, count}));
  });
}

dks_status dks_model_find(
    const dks_model* model, const char* name, dks_agent_id* out_agent
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"name", name}, {"out_agent", out_agent}})) {
      return missing(null);
    }
    const AgentId agent = inside.world().find_name(name);
    if (!agent) {
      return fail(unknown_name("agent called", name, inside.world().names()));
    }
    *out_agent = agent.value();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_agent_name(
    const dks_model* model, dks_agent_id agent, const char** out_name
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_name == nullptr) {
      return missing("out_name");
    }
    const auto slot = inside.world().expect(AgentId(agent));
    if (!slot) {
      return fail(slot.error());
    }
    *out_name = inside.world().name(AgentId(agent)).data();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_agent_json(
    const dks_model* model, dks_agent_id agent, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](const Model& inside) {
    const World& world = inside.world();
    const AgentId id(agent);
    const auto slot = world.expect(id);
    if (!slot) {
      return fail(slot.error());
    }
    const uint32_t row = (*slot)->row;
    const Table& table = world.table((*slot)->type);
    Json json = Json::object()
                    .set("id", agent)
                    .set("uid", table.uid(row).to_hex())
                    .set("type", table.type().name)
                    .set("name", world.name(id));
    const uint32_t cell = world.cell_of(id);
    if (cell != MultiGrid::kNone) {
      json.set("x", world.grid().x(cell)).set("y", world.grid().y(cell));
    }
    if (const pet::PetType* type = inside.pet_type((*slot)->type); type != nullptr) {
      add_pet(json, inside, *type, table, row);
    }
    Json fields = Json::object();
    for (uint32_t field = 0; field < table.field_count(); ++field) {
      fields.set(table.field(field).name, field_json(table, field, row));
    }
    json.set("fields", std::move(fields));
    return write_text(write_json(json), buffer, capacity, out_size);
  });
}

dks_status dks_model_type_name(
    const dks_model* model, uint32_t index, const char** out_name
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_name == nullptr) {
      return missing("out_name");
    }
    if (index >= inside.world().type_count()) {
      return fail(error(
          Status::kNotFound, "agent type ", index, ": there are ", inside.world().type_count()
      ));
    }
    *out_name = inside.world().table(index).type().name.c_str();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_column(
    const dks_model* model, const char* type, const char* field, dks_column* out_column
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null =
            first_null({{"type", type}, {"field", field}, {"out_column", out_column}})) {
      return missing(null);
    }
    const auto index = find_type(inside, type);
    if (!index) {
      return fail(index.error());
    }
    const Table& table = inside.world().table(*index);
    const uint64_t epoch = inside.epoch_of(table.epoch());
    const std::string_view name = field;
    if (name == "id") {
      *out_column = {table.ids().data(), table.size(), epoch, DKS_TYPE_U64, sizeof(AgentId)};
      return static_cast<dks_status>(DKS_OK);
    }
    if (name == "cell") {
      // The grid keeps cells by slot; a column by row is made of them.
      auto view = inside.views.cells.find(*index);
      if (view == inside.views.cells.end()) {
        std::pmr::vector<uint32_t> cells(&inside.memory);
        cells.reserve(table.size());
        for (const AgentId id : table.ids()) {
          cells.push_back(inside.world().cell_of(id));
        }
        view = inside.views.cells.emplace(*index, std::move(cells)).first;
      }
      *out_column = {
          view->second.data(),
          view->second.size(),
          inside.views.epoch,
          DKS_TYPE_U32,
          sizeof(uint32_t)};
      return static_cast<dks_status>(DKS_OK);
    }
    const auto found = table.find(name);
    if (!found) {
      std::vector<std::string_view> known = {"id", "cell"};
      for (const Field& candidate : table.type().fields) {
        known.push_back(candidate.name);
      }
      return fail(unknown_name(text("field of agent type \"", type, "\" called"), name, known));
    }
    *out_column = {
        table.data(*found),
        table.size(),
        epoch,
        static_cast<uint32_t>(table.field(*found).type),
        table.stride(*found)};
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
