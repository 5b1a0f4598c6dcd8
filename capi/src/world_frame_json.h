// The frame of a world document: what has to be known before there is a world.
// SPDX-License-Identifier: MIT
#pragma once

#include "json_reader.h"
#include "world/world.h"

namespace dks::capi {

// Seed, limits, grid, activation and environment. The environment's own fields are left to be read.
WorldDesc load_world_frame(JsonReader& in);

}  // namespace dks::capi
