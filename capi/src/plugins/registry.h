// The plugins of this process, and the agent types that they brought. Code that was loaded is never
// unloaded, so what is here stays where it is.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "base/function_ref.h"
#include "base/status.h"
#include "platform/shared_library.h"
#include "world/schema.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace dks::capi {

// Something that a plugin registered. `name` is unique among its kind.
struct PluginPart {
  uint32_t plugin = 0;
  std::string plugin_name, plugin_version;
  std::string name;
};
struct PluginType : PluginPart {
  static constexpr std::string_view kKind = "agent type";
  std::vector<Field> fields;
  dks_agent_type calls{};  // name and fields are copied to the above
};
struct PluginTransport : PluginPart {  // its name is the scheme of its addresses
  static constexpr std::string_view kKind = "transport";
  dks_transport calls{};  // scheme is copied to the above
};

template <class Part>
struct PluginParts {
  std::vector<std::unique_ptr<const Part>> items;
  std::vector<const char*> names;
};
struct Plugin {
  std::string name, version, license, summary, path;
  uint32_t abi_major = 0, abi_minor = 0;
  FileIdentity file{};  // of a loaded one
  std::tuple<PluginParts<PluginType>, PluginParts<PluginTransport>> parts;

  template <class Part>
  const PluginParts<Part>& all() const {
    return std::get<PluginParts<Part>>(parts);
  }
};

// The host table of one plugin, with where what it registers goes.
struct Registration {
  dks_host_api api{};  // first: the plugin's pointer to it is one to this
  std::unique_ptr<Plugin> plugin;
  bool open = false;  // while dks_plugin_init runs
};

// Every call is safe from any thread.
class PluginRegistry {
 public:
  using Query = const dks_plugin_info* (*)();
  using Init = dks_status (*)(const dks_host_api*);

  static PluginRegistry& instance();

  Result<> allow(std::string_view folder);
  Result<uint32_t> load(std::string_view path, std::string_view sha256);
  Result<uint32_t> add(Query query, Init init);

  const Plugin* plugin(uint32_t index) const;  // nullptr: behind the last
  // A PluginType or PluginTransport; an error names the nearest one.
  template <class Part>
  Result<const Part*> find(std::string_view name) const;

  // dks_host_api
  static dks_status add_agent_type(const dks_host_api* host, const dks_agent_type* desc) noexcept;
  static dks_status add_transport(const dks_host_api* host, const dks_transport* desc) noexcept;

 private:
  PluginRegistry() = default;
  Result<uint32_t> enter(Query query, Init init, std::string_view path, FileIdentity file);
  const Plugin* find_plugin(std::string_view name) const;
  template <class Part>
  const Part* find_part(std::string_view name) const;
  template <class Part>
  Result<> check_new(const Plugin& plugin) const;
  template <class Part>
  static dks_status add_part(
      const dks_host_api* host,
      const char* function,
      FunctionRef<Result<std::unique_ptr<Part>>()> read
  ) noexcept;

  mutable std::mutex mutex_;
  std::vector<std::string> allowed_;  // folders, links resolved
  std::vector<std::unique_ptr<const Plugin>> plugins_;
  std::vector<std::unique_ptr<Registration>> registrations_;  // of failed ones too
};

// Fills the functions of a host table.
void fill_host_table(dks_host_api& table) noexcept;

}  // namespace dks::capi
