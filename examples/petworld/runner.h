// `petworld run`: hosts a world for a while.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"

#include <optional>
#include <string>

namespace petworld {

struct RunOptions {
  std::string world;
  std::optional<uint64_t> steps;  // none: to the end of the day file's last day, else seven days
  std::optional<double> hz;       // none: as fast as it goes; watched on a terminal: 10
  Settings settings;
  std::string input, collect;
  bool watch = false, json = false, quiet = false, skip_bad = false;
};

// Returns the exit code; throws Error before anything has run.
int run(const RunOptions& options);

}  // namespace petworld
