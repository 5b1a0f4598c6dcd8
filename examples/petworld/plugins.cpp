// SPDX-License-Identifier: MIT
#include "plugins.h"

#include "dks.h"

#include "error.h"

#include <filesystem>

namespace petworld {

void load_plugins(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code failure;
    const std::filesystem::path absolute = std::filesystem::absolute(path, failure);
    const std::string folder = absolute.parent_path().string();
    if (failure || dks_plugins_allow(folder.c_str()) != DKS_OK ||
        dks_plugins_load(absolute.string().c_str(), nullptr, nullptr) != DKS_OK) {
      throw Error("--plugin: " + (failure ? failure.message() : std::string(dks_last_error())));
    }
  }
}

}  // namespace petworld
