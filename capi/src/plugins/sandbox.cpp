// SPDX-License-Identifier: MIT
#include "plugins/sandbox.h"

#include <algorithm>
#include <cstring>

namespace dks::capi {
namespace {

constexpr std::byte kUntouched{0xa5};

size_t row_size(const Field& field) {
  return size_of(field.type) * field.width;
}

}  // namespace

Sandbox::Sandbox(const std::vector<Field>& fields) : fields_(fields) {
  for (const Field& field : fields_) {
    copies_.emplace_back(kPlaces * row_size(field), kUntouched);
    before_.emplace_back(copies_.back());
    columns_.push_back(copies_.back().data());
  }
}

std::byte* Sandbox::number(uint32_t field, uint32_t place) const {
  return static_cast<std::byte*>(columns_[field]) + place * row_size(fields_[field]);
}
std::byte* Sandbox::before(uint32_t field, uint32_t place) {
  return before_[field].data() + place * row_size(fields_[field]);
}

void Sandbox::enter(Table& table, std::span<const uint32_t> rows) {
  table_ = &table;
  count_ = static_cast<uint32_t>(rows.size());
  for (uint32_t i = 0; i < count_; ++i) {
    const uint32_t place = 2 * i + 1;
    rows_[i] = place;
    from_[i] = rows[i];
    ids_[place] = table.id(rows[i]);
    uids_[place] = table.uid(rows[i]);
    for (uint32_t field = 0; field < fields_.size(); ++field) {
      take_again(field, place);
    }
  }
}

void Sandbox::leave(FunctionRef<void(const Breach&)> tell) {
  for (uint32_t field = 0; field < fields_.size(); ++field) {
    uint32_t next = 0;
    for (const uint32_t place : rows()) {
      watch(field, next, place, tell);
      take_over(field, place, tell);
      next = place + 1;
    }
    watch(field, next, kPlaces, tell);
  }
  table_ = nullptr;
  count_ = 0;
}

// The places from `first` to before `last`, which nobody may write to.
void Sandbox::watch(
    uint32_t field, uint32_t first, uint32_t last, FunctionRef<void(const Breach&)> tell
) {
  const size_t size = (last - first) * row_size(fields_[field]);
  if (std::memcmp(number(field, first), before(field, first), size) != 0) [[unlikely]] {
    tell({fields_[field], true, 0, 0});
    std::memcpy(number(field, first), before(field, first), size);
  }
}

// One of the batch's rows.
void Sandbox::take_over(uint32_t field, uint32_t place, FunctionRef<void(const Breach&)> tell) {
  const size_t size = row_size(fields_[field]);
  if (std::memcmp(number(field, place), before(field, place), size) == 0) {
    return;
  }
  if (const auto wrong = wrong_number(field, place)) [[unlikely]] {
    tell(*wrong);
  } else {
    put_back(field, place);
  }
  std::memcpy(before(field, place), number(field, place), size);
}

std::optional<Sandbox::Breach> Sandbox::wrong_number(uint32_t index, uint32_t place) const {
  const Field& field = fields_[index];
  return with_type(field.type, [&]<class T>(T value) -> std::optional<Breach> {
    const std::byte* const from = number(index, place);
    for (uint32_t element = 0; element < field.width; ++element) {
      std::memcpy(&value, from + element * sizeof value, sizeof value);
      const auto shown = static_cast<double>(value);
      if (!(shown >= field.min && shown <= field.max_of(element))) {
        return Breach{field, false, shown, field.max_of(element)};
      }
    }
    return std::nullopt;
  });
}

uint32_t Sandbox::place_of(AgentId agent) const {
  for (const uint32_t place : rows()) {
    if (ids_[place] == agent) {
      return place;
    }
  }
  return kNowhere;
}

void Sandbox::put_back(uint32_t field, uint32_t place) {
  std::byte* const to = static_cast<std::byte*>(table_->addresses()[field]) +
                        from_[place / 2] * row_size(fields_[field]);
  std::memcpy(to, number(field, place), row_size(fields_[field]));
}

void Sandbox::take_again(uint32_t field, uint32_t place) {
  const std::byte* const from = static_cast<const std::byte*>(table_->addresses()[field]) +
                                from_[place / 2] * row_size(fields_[field]);
  std::memcpy(number(field, place), from, row_size(fields_[field]));
  std::memcpy(before(field, place), from, row_size(fields_[field]));
}

}  // namespace dks::capi
