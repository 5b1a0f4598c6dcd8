// The plan of a world as JSON: what its numbers and names mean.
// SPDX-License-Identifier: MIT
#include "json.h"
#include "model.h"
#include "pet/emotion.h"

namespace dks::capi {
namespace {

template <class Items, class Name>
Json names_of(const Items& items, Name&& name) {
  Json names = Json::array();
  for (const auto& item : items) {
    names.push_back(name(item));
  }
  return names;
}

Json layers_of(const World& world) {
  Json layers = Json::object();
  for (uint32_t i = 0; i < world.layer_count(); ++i) {
    const LayerDesc& desc = world.layer(i).desc();
    layers.set(
        desc.name,
        Json::object()
            .set("min", desc.min)
            .set("max", desc.max)
            .set("categories", names_of(desc.categories, [](auto& name) { return name; }))
    );
  }
  return layers;
}

Json objects_of(const World& world) {
  Json objects = Json::array();
  for (const Object& object : world.objects()) {
    objects.push_back(Json::object()
                          .set("kind", world.object_kinds()[object.kind].name)
                          .set("x", world.grid().x(object.cell))
                          .set("y", world.grid().y(object.cell)));
  }
  return objects;
}

Json mind_of(const dks_mind_info& info) {
  Json factors = Json::array();
  for (const dks_mind_factor& factor : std::span(info.factors, info.factor_count)) {
    const std::span controls(factor.control_names, factor.control_count);
    factors.push_back(Json::object()
                          .set("name", factor.name)
                          .set("states", factor.state_count)
                          .set("actions", names_of(controls, [](const char* name) { return name; }))
    );
  }
  Json modalities = Json::array();
  for (const dks_mind_modality& modality : std::span(info.modalities, info.modality_count)) {
    modalities.push_back(
        Json::object().set("name", modality.name).set("outcomes", modality.outcome_count)
    );
  }
  return Json::object()
      .set("name", info.name)
      .set("factors", std::move(factors))
      .set("modalities", std::move(modalities));
}

Json type_of(const AgentType& agent_type, const pet::PetType* pet_type, const Mind* mind) {
  Json type = Json::object().set("name", agent_type.name);
  if (pet_type != nullptr) {
    const pet::Species& species = pet_type->species();
    const auto name = [](const auto& part) { return part.name; };
    type.set("glyph", species.glyph)
        .set("actions", names_of(species.actions, name))
        .set("needs", names_of(species.needs, name))
        .set("care", names_of(species.care, [](const pet::Care& care) { return care.kind; }));
  }
  if (mind != nullptr) {
    type.set("mind", mind_of(mind->info()));
  }
  Json fields = Json::array();
  for (const Field& field : agent_type.fields) {
    fields.push_back(Json::object()
                         .set("name", field.name)
                         .set("width", field.width)
                         .set("settable", field.settable));
  }
  return type.set("fields", std::move(fields));
}

Json types_of(const Model& model) {
  Json types = Json::array();
  for (uint32_t i = 0; i < model.world().type_count(); ++i) {
    types.push_back(type_of(model.world().table(i).type(), model.pet_type(i), model.mind(i)));
  }
  return types;
}

Json plan_of(const Model& model) {
  const World& world = model.world();
  const GridShape& shape = world.grid().shape();
  const auto name = [](const auto& part) { return part.name; };
  return Json::object()
      .set("name", model.loaded.name)
      .set("seed", world.seed())
      .set("mind", model.loaded.mind)
      .set("width", shape.width)
      .set("height", shape.height)
      .set("torus", shape.torus)
      .set("steps_per_day", world.environment().desc().steps_per_day)
      .set("weather", names_of(kWeatherNames, [](auto kind) { return kind; }))
      .set("layers", layers_of(world))
      .set("object_kinds", names_of(world.object_kinds(), name))
      .set("objects", objects_of(world))
      .set("emotions", names_of(pet::kEmotions, name))
      .set("types", types_of(model))
      .set(
          "users",
          names_of(
              world.users().all(), [&](const User& user) { return world.symbols().name(user.name); }
          )
      )
      .set("events", names_of(world.scheduled_events(), name));
}

}  // namespace
}  // namespace dks::capi

using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_world_json(
    const dks_model* model, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](const Model& inside) {
    return write_text(write_json(plan_of(inside)), buffer, capacity, out_size);
  });
}

}  // extern "C"
