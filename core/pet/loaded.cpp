// Pets that come out of a snapshot: what thinking and acting rely on is looked at.
// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"

#include <optional>
#include <span>

namespace dks::pet {
namespace {

// Of a field of every row: the first element that it cannot have.
std::optional<size_t> first_beyond(const Table& table, uint32_t index, uint32_t cells) {
  const Field& field = table.field(index);
  const bool is_cell = field.name == "spot_cell" || field.name == "intent_cell";
  return with_type(field.type, [&]<class T>(T) -> std::optional<size_t> {
    const std::span values(table.at<T>(index, 0), size_t{table.size()} * field.width);
    for (size_t i = 0; i < values.size(); ++i) {
      const auto value = static_cast<double>(values[i]);
      const auto element = static_cast<uint32_t>(i % field.width);
      const bool is_off_grid = is_cell && value >= cells && value != MultiGrid::kNone;
      if (!(value >= field.min && value <= field.max_of(element)) || is_off_grid) {
        return i;
      }
    }
    return std::nullopt;
  });
}

}  // namespace

Result<> PetType::check_loaded(const Table& table, const World& world) {
  for (uint32_t index = 0; index < table.field_count(); ++index) {
    const Field& field = table.field(index);
    if (!is_integer(field.type) && !field.settable) {
      continue;  // what a pet has worked out
    }
    if (const auto i = first_beyond(table, index, world.grid().shape().cell_count())) {
      const auto row = static_cast<uint32_t>(*i / field.width);
      const auto element = static_cast<uint32_t>(*i % field.width);
      return invalid(
          "agent ",
          table.id(row).value(),
          ", field \"",
          field.name,
          "\": ",
          table.number(index, row, element),
          " cannot be"
      );
    }
  }
  return {};
}

}  // namespace dks::pet
