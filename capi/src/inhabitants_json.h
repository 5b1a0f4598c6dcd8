// Who lives in a world document's world, and who visits it: "pets", "agents" and "users".
// SPDX-License-Identifier: MIT
#pragma once

#include "json_reader.h"
#include "world_json.h"

namespace dks::capi {

// Adds them to a world that has its layers, species and types; what is wrong is refused at its
// place.
void load_inhabitants(JsonReader& in, LoadedWorld& loaded);

}  // namespace dks::capi
