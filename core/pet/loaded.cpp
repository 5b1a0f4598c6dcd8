// Pets that come out of a snapshot: what thinking and acting rely on is looked at.
// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"

namespace dks::pet {
namespace {

Error out_of_place(const Table& table, uint32_t row, const Field& field, double value) {
  return invalid(
      "agent ", table.id(row).value(), ", field \"", field.name, "\": ", value, " cannot be"
  );
}

}  // namespace

Result<> PetType::check_loaded(const Table& table, const World& world) const {
  for (uint32_t index = 0; index < table.field_count(); ++index) {
    const Field& field = table.field(index);
    const bool is_cell = field.name == "spot_cell" || field.name == "intent_cell";
    if (!is_integer(field.type) && !field.settable) {
      continue;  // what a pet has worked out
    }
    for (uint32_t row = 0; row < table.size(); ++row) {
      for (uint32_t element = 0; element < field.width; ++element) {
        const double value = table.number(index, row, element);
        const bool is_on_grid = value < world.grid().shape().cell_count();
        if (!(value >= field.min && value <= field.max_of(element)) ||
            (is_cell && !is_on_grid && value != MultiGrid::kNone)) {
          return out_of_place(table, row, field, value);
        }
      }
    }
  }
  return {};
}

}  // namespace dks::pet
