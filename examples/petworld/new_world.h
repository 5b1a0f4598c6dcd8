// `petworld new`: a few questions, then a world file.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace petworld {

// `file` may be empty; then it is asked for.
int new_world(const std::string& file);

}  // namespace petworld
