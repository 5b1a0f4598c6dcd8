// SPDX-License-Identifier: MIT
#include "types_json.h"

#include "attach_mind.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace dks::capi {
namespace {

constexpr double kMost = 1e9;
constexpr std::string_view kFieldTypeNames[] = {"f32", "f64", "i32", "u32", "u64", "u8"};

Field load_field(std::string_view name, const JsonField& field) {
  JsonReader in = field.object();
  Field column;
  column.name = name;
  const auto type = static_cast<uint8_t>(in["type"].index_in({"number type", kFieldTypeNames}, 0));
  column.type = static_cast<FieldType>(type + static_cast<uint8_t>(FieldType::kF32));
  column.min = in["min"].number<double>({-kMost, kMost}, column.min);
  column.max = in["max"].number<double>({std::max(column.min, -kMost), kMost}, column.max);
  column.initial = in["initial"].number<double>(
      {std::max(column.min, -kMost), std::min(column.max, kMost)},
      std::clamp(0.0, column.min, column.max)
  );
  return column;
}

// {"plugin": "firefly"}: the agent type of that name, of that plugin.
void load_plugin_type(const JsonField& place, std::string_view name, LoadedWorld& loaded) {
  const std::string plugin = place.name({64});
  const auto type = PluginRegistry::instance().find<PluginType>(name);
  if (!type) {
    place.refuse(type.error().text);
  } else if ((*type)->plugin_name != plugin) {
    place.refuse(
        "agent type \"", name, "\" is of plugin \"", (*type)->plugin_name, "\", not of ", plugin
    );
  } else if (const auto added = loaded.add_plugin_type(**type); !added) {
    place.refuse(added.error().text);
  }
}

Result<std::shared_ptr<const Mind>> load_mind(
    const JsonField& field, std::span<const Document> documents
) {
  if (field.is(JsonKind::kObject)) {
    return Mind::make(documents.front().name, *field.json(), MindType::kF32);
  }
  const std::string name = field.string();
  const Document* const document = find_document(documents.subspan(1), name);
  if (document == nullptr) {
    field.refuse_name(name, {"mind document", names_of(documents.subspan(1))});
    return std::shared_ptr<const Mind>();
  }
  return Mind::load(*document, MindType::kF32);
}

}  // namespace

Result<> load_types(
    const JsonField& field, std::span<const Document> documents, LoadedWorld& loaded
) {
  for (const auto& [name, value] : field.members_or_empty({1, 256})) {
    JsonReader in = value.object();
    if (in.has("plugin")) {
      load_plugin_type(in["plugin"], name, loaded);
      continue;
    }
    AgentType type;
    type.name = name;
    for (const auto& [column, place] : in["fields"].members_or_empty({0, 1024})) {
      type.fields.push_back(load_field(column, place));
    }
    const JsonField place = in["mind"];
    std::shared_ptr<const Mind> mind;
    if (place.present() && place.ok()) {
      auto found = load_mind(place, documents);
      DKS_TRY(found);
      mind = std::move(*found);
    }
    if (!value.ok()) {
      break;
    }
    const auto added = loaded.world->add_type(type);
    if (!added) {
      value.refuse(added.error().text);
    } else if (mind) {
      const auto attached = attach_mind(loaded, *added, std::move(mind));
      if (!attached) {
        place.refuse(attached.error().text);
      }
    }
  }
  return {};
}

}  // namespace dks::capi
