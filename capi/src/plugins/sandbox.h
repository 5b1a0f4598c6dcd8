// Copies of a few rows, for a plugin that is not trusted with the table itself.
// SPDX-License-Identifier: MIT
//
// The copies lie between rows that nobody may write to, so that a write outside is seen: by a type
// that forgets to go through `rows`, above all. What was changed goes back into the table when it
// is within its field's range.
#pragma once

#include "base/function_ref.h"
#include "base/ids.h"
#include "world/table.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace dks::capi {

class Sandbox {
 public:
  static constexpr uint32_t kRows = 16;               // at a time
  static constexpr uint32_t kPlaces = 2 * kRows + 1;  // rows and what is between

  explicit Sandbox(const std::vector<Field>& fields);

  // Copies the rows of a table, at most kRows of them, in.
  void enter(Table& table, std::span<const uint32_t> rows);
  // Something that a plugin wrote and that does not go back.
  struct Breach {
    const Field& field;
    bool outside;  // of the rows; else `value` is not in [field.min, max]
    double value, max;
  };
  // Copies what was changed back. Neither allocates nor throws, if `tell` does not.
  void leave(FunctionRef<void(const Breach&)> tell);

  std::span<const uint32_t> rows() const { return {rows_, count_}; }
  const AgentId* ids() const { return ids_; }
  const Uid* uids() const { return uids_; }
  void* const* columns() const { return columns_.data(); }

  static constexpr uint32_t kNowhere = kPlaces;
  // Of an agent that is inside; kNowhere: it is not.
  uint32_t place_of(AgentId agent) const;
  const void* at(uint32_t field, uint32_t place) const { return number(field, place); }
  // Puts one field of one agent into the table, or takes it from there: somebody else is about to
  // work on it, or has.
  void put_back(uint32_t field, uint32_t place);
  void take_again(uint32_t field, uint32_t place);

 private:
  void watch(uint32_t field, uint32_t first, uint32_t last, FunctionRef<void(const Breach&)> tell);
  void take_over(uint32_t field, uint32_t place, FunctionRef<void(const Breach&)> tell);
  std::byte* number(uint32_t field, uint32_t place) const;
  std::byte* before(uint32_t field, uint32_t place);
  std::optional<Breach> wrong_number(uint32_t field, uint32_t place) const;

  const std::vector<Field>& fields_;
  Table* table_ = nullptr;
  std::vector<std::vector<std::byte>> copies_;  // by field, kPlaces rows
  std::vector<std::vector<std::byte>> before_;  // the same, as they came in
  std::vector<void*> columns_;
  uint32_t count_ = 0;
  uint32_t rows_[kRows] = {};  // places here
  uint32_t from_[kRows] = {};  // rows there
  AgentId ids_[kPlaces] = {};
  Uid uids_[kPlaces] = {};
};

}  // namespace dks::capi
