// `petworld picture`: a world as SVG.
// SPDX-License-Identifier: MIT
#pragma once

#include "host.h"

#include <optional>
#include <string>

namespace petworld {

struct PictureOptions {
  std::string world, out;
  std::optional<uint64_t> steps;  // none: one day
  Settings settings;
};
int picture(const PictureOptions& options);

}  // namespace petworld
