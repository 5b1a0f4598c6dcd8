// SPDX-License-Identifier: MIT
#include "plugins/registry.h"

#include "guard.h"
#include "json_text.h"
#include "model.h"
#include "plugins/descs.h"

#include <algorithm>
#include <utility>

namespace dks::capi {

namespace {

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
  DKS_TRY(check_new<PluginType>(*plugin));
  DKS_TRY(check_new<PluginTransport>(*plugin));
  plugins_.push_back(std::move(plugin));
  return static_cast<uint32_t>(plugins_.size() - 1);
}

template <class Part>
Result<> PluginRegistry::check_new(const Plugin& plugin) const {
  for (const auto& part : plugin.all<Part>().items) {
    if (const Part* const other = find_part<Part>(part->name)) {
      return invalid(
          "plugin \"",
          plugin.name,
          "\": ",
          Part::kKind,
          " \"",
          part->name,
          "\" is there already, from plugin \"",
          other->plugin_name,
          "\""
      );
    }
  }
  return {};
}

template <class Part>
dks_status PluginRegistry::add_part(
    const dks_host_api* host,
    const char* function,
    FunctionRef<Result<std::unique_ptr<Part>>()> read
) noexcept {
  return guard([&] {
    auto& registration = *reinterpret_cast<Registration*>(const_cast<dks_host_api*>(host));
    if (!registration.open) {
      return fail(error(Status::kBusy, function, ": only in dks_plugin_init"));
    }
    auto part = read();
    if (!part) {
      return fail(part.error());
    }
    Plugin& plugin = *registration.plugin;
    auto& parts = std::get<PluginParts<Part>>(plugin.parts);
    for (const auto& other : parts.items) {
      if (other->name == (*part)->name) {
        return fail(invalid(Part::kKind, " \"", other->name, "\" stands twice"));
      }
    }
    (*part)->plugin = static_cast<uint32_t>(instance().plugins_.size());
    (*part)->plugin_name = plugin.name;
    (*part)->plugin_version = plugin.version;
    parts.names.push_back((*part)->name.c_str());
    parts.items.push_back(std::move(*part));
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status PluginRegistry::add_agent_type(
    const dks_host_api* host, const dks_agent_type* desc
) noexcept {
  if (const char* const null = first_null({{"host", host}, {"desc", desc}})) {
    return missing(null);
  }
  return add_part<PluginType>(host, "add_agent_type", [&] { return read_type(desc); });
}

dks_status PluginRegistry::add_transport(
    const dks_host_api* host, const dks_transport* desc
) noexcept {
  if (const char* const null = first_null({{"host", host}, {"desc", desc}})) {
    return missing(null);
  }
  return add_part<PluginTransport>(host, "add_transport", [&] { return read_transport(desc); });
}

const Plugin* PluginRegistry::find_plugin(std::string_view name) const {
  for (const auto& plugin : plugins_) {
    if (plugin->name == name) {
      return plugin.get();
    }
  }
  return nullptr;
}

template <class Part>
const Part* PluginRegistry::find_part(std::string_view name) const {
  for (const auto& plugin : plugins_) {
    for (const auto& part : plugin->all<Part>().items) {
      if (part->name == name) {
        return part.get();
      }
    }
  }
  return nullptr;
}

const Plugin* PluginRegistry::plugin(uint32_t index) const {
  const std::lock_guard lock(mutex_);
  return index < plugins_.size() ? plugins_[index].get() : nullptr;
}

template <class Part>
Result<const Part*> PluginRegistry::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (const Part* const part = find_part<Part>(name)) {
    return part;
  }
  std::vector<std::string_view> known;
  for (const auto& plugin : plugins_) {
    const auto& names = plugin->all<Part>().names;
    known.insert(known.end(), names.begin(), names.end());
  }
  const std::string_view article = Part::kKind.front() == 'a' ? "an " : "a ";
  return unknown_name(text("plugin is loaded that has ", article, Part::kKind), name, known);
}
template Result<const PluginType*> PluginRegistry::find(std::string_view name) const;
template Result<const PluginTransport*> PluginRegistry::find(std::string_view name) const;

}  // namespace dks::capi
