// Plugins that a world's agents may come from. SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace petworld {

// What the user names, the user trusts; dks checks who else may write there. Throws Error.
void load_plugins(const std::vector<std::string>& paths);

}  // namespace petworld
