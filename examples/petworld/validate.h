// `petworld validate`: is a world, species or day file right?
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace petworld {

struct ValidateOptions {
  std::string file;
  std::string world;  // for a day file, or to check a species in a certain world; may be empty
};
int validate(const ValidateOptions& options);

}  // namespace petworld
