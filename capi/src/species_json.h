// Species documents: JSON to pet::Species (examples/worlds/species.schema.json).
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "json_reader.h"
#include "pet/species.h"
#include "world/world.h"

#include <string_view>

namespace dks::capi {

// `extends` has been resolved: the document is whole. The layers, categories and environment fields
// that it names are those of the world; a world may do without the objects.
Result<pet::Species> load_species(
    std::string_view document_name, const Json& json, const World& world
);

}  // namespace dks::capi
