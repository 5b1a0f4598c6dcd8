// The C functions about plugins. SPDX-License-Identifier: MIT
#include "guard.h"
#include "model.h"
#include "plugins/plugin_agents.h"
#include "plugins/registry.h"
#include "structs.h"

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

namespace dks::capi {

template <>
inline constexpr size_t kFirstSize<dks_plugin_entry> = sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_plugin_report> = sizeof(uint32_t);

namespace {

dks_status hand_out(const Result<uint32_t>& plugin, uint32_t* out_plugin) {
  if (plugin && out_plugin != nullptr) {
    *out_plugin = *plugin;
  }
  return status_of(plugin);
}

}  // namespace
}  // namespace dks::capi

extern "C" {

dks_status dks_plugins_allow(const char* folder) noexcept {
  if (folder == nullptr) {
    return missing("folder");
  }
  return guard([&] { return status_of(PluginRegistry::instance().allow(folder)); });
}

dks_status dks_plugins_load(const char* path, const char* sha256, uint32_t* out_plugin) noexcept {
  if (path == nullptr) {
    return missing("path");
  }
  return guard([&] {
    const std::string_view digest = sha256 == nullptr ? "" : sha256;
    return hand_out(PluginRegistry::instance().load(path, digest), out_plugin);
  });
}

dks_status dks_plugins_add(
    const dks_plugin_info* (*query)(void),
    dks_status (*init)(const dks_host_api*),
    uint32_t* out_plugin
) noexcept {
  if (query == nullptr) {
    return missing("query");
  }
  if (init == nullptr) {
    return missing("init");
  }
  return guard([&] { return hand_out(PluginRegistry::instance().add(query, init), out_plugin); });
}

dks_status dks_plugins_get_entry(uint32_t plugin, dks_plugin_entry* out_entry) noexcept {
  if (out_entry == nullptr) {
    return missing("out_entry");
  }
  return guard([&] {
    const Plugin* const found = PluginRegistry::instance().plugin(plugin);
    if (found == nullptr) {
      return fail(error(Status::kNotFound, "plugin: ", plugin, " is behind the last one"));
    }
    const auto& types = found->all<PluginType>().names;
    const auto& schemes = found->all<PluginTransport>().names;
    const dks_plugin_entry entry{
        0,
        static_cast<uint32_t>(types.size()),
        found->abi_major,
        found->abi_minor,
        found->name.c_str(),
        found->version.c_str(),
        found->license.c_str(),
        found->summary.c_str(),
        found->path.c_str(),
        types.data(),
        schemes.data(),
        static_cast<uint32_t>(schemes.size()),
        0};
    return status_of(write_struct("out_entry", entry, out_entry));
  });
}

dks_status dks_model_add_type(dks_model* model, const char* type) noexcept {
  return enter(model, [&](Model& inside) {
    if (type == nullptr) {
      return missing("type");
    }
    const auto found = PluginRegistry::instance().find<PluginType>(type);
    if (!found) {
      return fail(found.error());
    }
    return status_of(inside.loaded.add_plugin_type(**found));
  });
}

dks_status dks_model_get_plugin_report(
    const dks_model* model, const char* type, dks_plugin_report* out_report
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"type", type}, {"out_report", out_report}})) {
      return missing(null);
    }
    const auto index = find_type(inside, type);
    if (!index) {
      return fail(index.error());
    }
    const PluginAgents* const agents = inside.plugin_agents(*index);
    if (agents == nullptr) {
      return fail(invalid("type: agent type \"", type, "\" is of no plugin"));
    }
    const PluginAgents::Report& from = agents->report();
    const dks_plugin_report report{
        0,
        agents->type().plugin,
        from.errors,
        from.breaches,
        from.slow_steps,
        from.longest_ns,
        from.last_error.c_str(),
        agents->type().plugin_version.c_str()};
    return status_of(write_struct("out_report", report, out_report));
  });
}

}  // extern "C"
