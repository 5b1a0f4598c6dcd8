// SPDX-License-Identifier: MIT
#include "plugins/descs.h"

#include "structs.h"

#include <algorithm>
#include <utility>

namespace dks::capi {

template <>
inline constexpr size_t kFirstSize<dks_field_desc> = offsetof(dks_field_desc, flags) +
                                                     sizeof(uint32_t);

template <>
inline constexpr size_t kFirstSize<dks_agent_type> = offsetof(dks_agent_type, fetch) +
                                                     sizeof(void*);

namespace {

constexpr uint32_t kMostFields = 1024;
constexpr size_t kLargestRow = 65536;

bool is_plugin_name(std::string_view name) {
  const auto is_fit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), is_fit);
}

Result<Field> read_field(const dks_field_desc& from) {
  const auto name = read_name("name", from.name);
  DKS_TRY(name);
  const auto wrong = [&](const auto&... parts) {
    return invalid("field \"", *name, "\": ", parts...);
  };
  if (from.type < DKS_TYPE_F32 || from.type > DKS_TYPE_U8) {
    return wrong("type ", from.type, " is no DKS_TYPE_*");
  }
  if ((from.flags & ~uint32_t{DKS_FIELD_COMPUTED}) != 0) {
    return wrong("flags ", from.flags, " has unknown bits");
  }
  if (from.width > kLargestRow) {
    return wrong("width ", from.width, " is more than ", kLargestRow);
  }
  Field field;
  field.name = *name;
  field.type = static_cast<FieldType>(from.type);
  field.width = std::max<uint32_t>(from.width, 1);
  field.initial = from.initial;
  field.settable = (from.flags & DKS_FIELD_COMPUTED) == 0;
  if (from.min != 0 || from.max != 0) {
    field.min = from.min;
    field.max = from.max;
  }
  return field;
}

Result<std::vector<Field>> read_fields(const dks_agent_type& desc) {
  std::vector<Field> fields;
  if (desc.field_count > kMostFields) {
    return invalid(desc.field_count, " fields, expected at most ", kMostFields);
  }
  if (desc.field_count > 0 && desc.fields == nullptr) {
    return invalid(desc.field_count, " fields, but the pointer to them is NULL");
  }
  size_t row = 0;
  for (uint32_t i = 0; i < desc.field_count; ++i) {
    const auto item = read_item(desc.fields, i);
    DKS_TRY(item);
    auto field = read_field(*item);
    DKS_TRY(field);
    row += size_of(field->type) * field->width;
    if (row > kLargestRow) {
      return invalid("field \"", field->name, "\": a row has more than ", kLargestRow, " bytes");
    }
    fields.push_back(std::move(*field));
  }
  return fields;
}

// RFC 3986, section 3.1, but for upper-case letters.
bool is_scheme(std::string_view scheme) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_fit = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return !scheme.empty() && scheme.size() <= 64 && is_letter(scheme.front()) &&
         std::all_of(scheme.begin(), scheme.end(), is_fit);
}

}  // namespace

Result<std::unique_ptr<Plugin>> read_info(const dks_plugin_info* from) {
  if (from == nullptr) {
    return invalid("plugin: dks_plugin_query returned NULL");
  }
  const auto given = read_struct("dks_plugin_info", from);
  DKS_TRY(given);
  if (given->name == nullptr || !is_plugin_name(given->name)) {
    return invalid(
        "plugin: the name ",
        in_quotes(given->name == nullptr ? "" : given->name),
        " is not 1 to 64 letters, digits, - and _"
    );
  }
  auto plugin = std::make_unique<Plugin>();
  plugin->name = given->name;
  plugin->abi_major = given->abi_major;
  plugin->abi_minor = given->abi_minor;
  if (plugin->abi_major != DKS_PLUGIN_ABI_MAJOR) {
    return error(
        Status::kVersion,
        "plugin \"",
        plugin->name,
        "\" was made for plugin ABI ",
        plugin->abi_major,
        ".",
        plugin->abi_minor,
        ", this dks has ",
        DKS_PLUGIN_ABI_MAJOR,
        ".",
        DKS_PLUGIN_ABI_MINOR
    );
  }
  if (given->flags != 0) {
    return invalid("plugin \"", plugin->name, "\": flags ", given->flags, ", expected 0");
  }
  const struct {
    const char* what;
    const char* from;
    std::string* to;
  } texts[] = {
      {"version", given->version, &plugin->version},
      {"license", given->license, &plugin->license},
      {"summary", given->summary, &plugin->summary}};
  for (const auto& text : texts) {
    const auto read = read_name(text.what, text.from);
    if (!read) {
      return at(dks::text("plugin \"", plugin->name, "\""), read.error());
    }
    *text.to = *read;
  }
  return plugin;
}

Result<std::unique_ptr<PluginType>> read_type(const dks_agent_type* from) {
  const auto desc = read_struct("dks_agent_type", from);
  DKS_TRY(desc);
  const auto name = read_name("name", desc->name);
  if (!name) {
    return at("an agent type", name.error());
  }
  const std::string place = text("agent type \"", *name, "\"");
  if (desc->flags != 0) {
    return invalid(place, ": flags ", desc->flags, ", expected 0");
  }
  auto fields = read_fields(*desc);
  if (!fields) {
    return at(place, fields.error());
  }
  AgentType type;
  type.name = *name;
  type.fields = std::move(*fields);
  auto checked = type.checked();
  DKS_TRY(checked);
  auto read = std::make_unique<PluginType>();
  read->name = std::move(checked->name);
  read->fields = std::move(checked->fields);
  read->calls = *desc;
  read->calls.name = nullptr;
  read->calls.fields = nullptr;
  return read;
}

Result<std::unique_ptr<PluginTransport>> read_transport(const dks_transport* from) {
  const auto desc = read_struct("dks_transport", from);
  DKS_TRY(desc);
  const std::string_view scheme = desc->scheme == nullptr ? "" : desc->scheme;
  if (!is_scheme(scheme)) {
    return invalid(
        "transport: the scheme ",
        in_quotes(scheme),
        " is not 1 to 64 lower-case letters, digits, +, - and ., a letter first"
    );
  }
  const std::string place = text("transport \"", scheme, "\"");
  if (desc->flags != 0) {
    return invalid(place, ": flags ", desc->flags, ", expected 0");
  }
  if (desc->open == nullptr || desc->close == nullptr || desc->send == nullptr) {
    return invalid(place, ": expected open, close and send, found NULL");
  }
  auto read = std::make_unique<PluginTransport>();
  read->name = scheme;
  read->calls = *desc;
  read->calls.scheme = nullptr;
  return read;
}

}  // namespace dks::capi
