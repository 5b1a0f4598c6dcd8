// SPDX-License-Identifier: MIT
#include "plugins/registry.h"

#include "guard.h"
#include "json_text.h"
#include "model.h"
#include "structs.h"

#include <algorithm>
#include <utility>

namespace dks::capi {

template <>
inline constexpr size_t kFirstSize<dks_field_desc> = offsetof(dks_field_desc, flags) +
                                                     sizeof(uint32_t);

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

// A plugin's init must not come back into the registry, which is locked then.
thread_local bool inside_init = false;

// While it runs, also if it ends by an exception.
class InsideInit {
 public:
  explicit InsideInit(Registration& registration) : registration_(registration) {
    inside_init = registration_.open = true;
  }
  ~InsideInit() { inside_init = registration_.open = false; }
  InsideInit(const InsideInit&) = delete;
  InsideInit& operator=(const InsideInit&) = delete;

 private:
  Registration& registration_;
};

dks_status call_init(PluginRegistry::Init init, Registration& registration) {
  const InsideInit inside(registration);
  try {
    return init(&registration.api);
  } catch (...) {
    return fail(DKS_E_INTERNAL, "it threw an exception, expected a status");
  }
}

Error busy() {
  return error(Status::kBusy, "plugins: not from inside of dks_plugin_init");
}

}  // namespace

PluginRegistry& PluginRegistry::instance() {
  static PluginRegistry& registry = *new PluginRegistry;  // models may outlive static objects
  return registry;
}

Result<> PluginRegistry::allow(std::string_view folder) {
  if (inside_init) {
    return busy();
  }
  auto trusted = trusted_folder(folder);
  DKS_TRY(trusted);
  const std::lock_guard lock(mutex_);
  if (std::find(allowed_.begin(), allowed_.end(), *trusted) == allowed_.end()) {
    allowed_.push_back(std::move(*trusted));
  }
  return {};
}

Result<uint32_t> PluginRegistry::load(std::string_view path, std::string_view sha256) {
  if (inside_init) {
    return busy();
  }
  const std::lock_guard lock(mutex_);
  auto file = TrustedFile::open(path, allowed_, sha256);
  DKS_TRY(file);
  for (uint32_t i = 0; i < plugins_.size(); ++i) {
    if (plugins_[i]->file == file->identity()) {
      return i;
    }
  }
  const auto code = file->load("dks_plugin_query", "dks_plugin_init");
  DKS_TRY(code);
  auto entered = enter(
      reinterpret_cast<Query>(code->query),
      reinterpret_cast<Init>(code->init),
      file->path(),
      file->identity()
  );
  return entered ? entered : at(in_quotes(path), entered.error());
}

Result<uint32_t> PluginRegistry::add(Query query, Init init) {
  if (inside_init) {
    return busy();
  }
  const std::lock_guard lock(mutex_);
  return enter(query, init, "", {});
}

// Asks a plugin what it is and what it has; on an error nothing of it stays but its host table, to
// which it may have kept the pointer.
Result<uint32_t> PluginRegistry::enter(
    Query query, Init init, std::string_view path, FileIdentity file
) {
  auto info = read_info(query());
  DKS_TRY(info);
  if (const Plugin* const other = find_plugin((*info)->name)) {
    if (path.empty() && other->path.empty()) {
      return static_cast<uint32_t>(
          std::find_if(
              plugins_.begin(),
              plugins_.end(),
              [&](const auto& each) { return each.get() == other; }
          ) -
          plugins_.begin()
      );
    }
    return invalid("plugin \"", other->name, "\" is there already: ", in_quotes(other->path));
  }
  plugins_.reserve(plugins_.size() + 1);
  registrations_.push_back(std::make_unique<Registration>());
  Registration& registration = *registrations_.back();
  fill_host_table(registration.api);
  registration.plugin = std::move(*info);
  registration.plugin->path = path;
  registration.plugin->file = file;
  const uint64_t failures = failures_of_thread();
  const dks_status status = call_init(init, registration);
  std::unique_ptr<Plugin> plugin = std::move(registration.plugin);
  if (status != DKS_OK) {
    return error(
        status_of_callback(status),
        "plugin \"",
        plugin->name,
        "\": dks_plugin_init: ",
        said_since(failures, status)
    );
  }
  DKS_TRY(check_new(*plugin));
  for (const auto& type : plugin->types) {
    plugin->type_names.push_back(type->name.c_str());
  }
  plugins_.push_back(std::move(plugin));
  return static_cast<uint32_t>(plugins_.size() - 1);
}

Result<> PluginRegistry::check_new(const Plugin& plugin) const {
  for (const auto& type : plugin.types) {
    if (const PluginType* const other = find(type->name)) {
      return invalid(
          "plugin \"",
          plugin.name,
          "\": agent type \"",
          type->name,
          "\" is there already, from plugin \"",
          other->plugin_name,
          "\""
      );
    }
  }
  return {};
}

dks_status PluginRegistry::add_agent_type(
    const dks_host_api* host, const dks_agent_type* desc
) noexcept {
  if (const char* const null = first_null({{"host", host}, {"desc", desc}})) {
    return missing(null);
  }
  return guard([&] {
    auto& registration = *reinterpret_cast<Registration*>(const_cast<dks_host_api*>(host));
    if (!registration.open) {
      return fail(DKS_E_BUSY, "add_agent_type: only in dks_plugin_init");
    }
    Plugin& plugin = *registration.plugin;
    auto type = read_type(desc);
    if (!type) {
      return fail(type.error());
    }
    for (const auto& other : plugin.types) {
      if (other->name == (*type)->name) {
        return fail(invalid("agent type \"", other->name, "\" stands twice"));
      }
    }
    (*type)->plugin = static_cast<uint32_t>(instance().plugins_.size());
    (*type)->plugin_name = plugin.name;
    (*type)->plugin_version = plugin.version;
    plugin.types.push_back(std::move(*type));
    return static_cast<dks_status>(DKS_OK);
  });
}

const Plugin* PluginRegistry::find_plugin(std::string_view name) const {
  for (const auto& plugin : plugins_) {
    if (plugin->name == name) {
      return plugin.get();
    }
  }
  return nullptr;
}

const PluginType* PluginRegistry::find(std::string_view name) const {
  for (const auto& plugin : plugins_) {
    for (const auto& type : plugin->types) {
      if (type->name == name) {
        return type.get();
      }
    }
  }
  return nullptr;
}

const Plugin* PluginRegistry::plugin(uint32_t index) const {
  const std::lock_guard lock(mutex_);
  return index < plugins_.size() ? plugins_[index].get() : nullptr;
}

Result<const PluginType*> PluginRegistry::find_type(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const PluginType* const type = find(name)) {
    return type;
  }
  std::vector<std::string_view> known;
  for (const auto& plugin : plugins_) {
    known.insert(known.end(), plugin->type_names.begin(), plugin->type_names.end());
  }
  return unknown_name("plugin is loaded that has an agent type", name, known);
}

}  // namespace dks::capi
