// What plugins say of themselves, checked and copied.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "base/status.h"
#include "plugins/registry.h"

#include <memory>

namespace dks::capi {

Result<std::unique_ptr<Plugin>> read_info(const dks_plugin_info* from);
Result<std::unique_ptr<PluginType>> read_type(const dks_agent_type* from);
Result<std::unique_ptr<PluginTransport>> read_transport(const dks_transport* from);

}  // namespace dks::capi
