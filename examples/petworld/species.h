// The kinds of pet that `petworld new` offers.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace petworld {

// "pet" is built into dks; the others are those of examples/worlds/species.
const std::vector<std::string>& species_on_offer();

// The document to put into the world file; "" for "pet", whose name is enough.
std::string_view species_document(std::string_view name);

}  // namespace petworld
