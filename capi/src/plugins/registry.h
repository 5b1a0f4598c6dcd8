// The plugins of this process, and the agent types that they brought. Code that was loaded is never
// unloaded, so what is here stays where it is.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "base/status.h"
#include "platform/shared_library.h"
#include "world/schema.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace dks::capi {

// An agent type as its plugin registered it.
struct PluginType {
  uint32_t plugin = 0;
  std::string plugin_name, plugin_version;
  std::string name;
  std::vector<Field> fields;
  dks_agent_type calls{};  // name and fields are copied to the above
};

struct Plugin {
  std::string name, version, license, summary, path;
  uint32_t abi_major = 0, abi_minor = 0;
  FileIdentity file{};  // of a loaded one
  std::vector<std::unique_ptr<const PluginType>> types;
  std::vector<const char*> type_names;
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
  // An error names the nearest one.
  Result<const PluginType*> find_type(std::string_view name) const;

  // dks_host_api.add_agent_type
  static dks_status add_agent_type(const dks_host_api* host, const dks_agent_type* desc) noexcept;

 private:
  PluginRegistry() = default;
  Result<uint32_t> enter(Query query, Init init, std::string_view path, FileIdentity file);
  Result<> check_new(const Plugin& plugin) const;
  const Plugin* find_plugin(std::string_view name) const;
  const PluginType* find(std::string_view type) const;

  mutable std::mutex mutex_;
  std::vector<std::string> allowed_;  // folders, links resolved
  std::vector<std::unique_ptr<const Plugin>> plugins_;
  std::vector<std::unique_ptr<Registration>> registrations_;  // of failed ones too
};

// Fills the functions of a host table.
void fill_host_table(dks_host_api& table) noexcept;

}  // namespace dks::capi
