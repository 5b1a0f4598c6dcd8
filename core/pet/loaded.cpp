// Pets that come out of a snapshot: what thinking and acting look things up by is looked at.
// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"

#include <string_view>

namespace dks::pet {

Result<> PetType::check_loaded(const Table& table, const World& world) const {
  DKS_TRY(table.check_ranges());
  const uint32_t cells = world.grid().shape().cell_count();
  for (const std::string_view name : {"spot_cell", "intent_cell"}) {
    const auto field = table.find(name);
    for (uint32_t row = 0; field && row < table.size(); ++row) {
      for (uint32_t i = 0; i < table.field(*field).width; ++i) {
        const uint32_t cell = table.at<uint32_t>(*field, row)[i];
        if (cell >= cells && cell != MultiGrid::kNone) {
          return invalid("agent ", table.id(row).value(), ", field \"", name, "\": no cell ", cell);
        }
      }
    }
  }
  for (uint32_t row = 0; row < table.size(); ++row) {
    const uint8_t* const observation = table.at<uint8_t>(columns_.observation, row);
    for (size_t m = 0; m < species_.modalities.size(); ++m) {
      if (observation[m] >= species_.modalities[m].outcomes.size() &&
          observation[m] != kNoOutcome) {
        return invalid(
            "agent ", table.id(row).value(), ", field \"observation\": no outcome ", observation[m]
        );
      }
    }
  }
  return {};
}

}  // namespace dks::pet
