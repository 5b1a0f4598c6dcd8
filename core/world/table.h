// The agents of one type as columns. Rows are dense: the last row fills the hole of a removed one.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/hash.h"
#include "base/ids.h"
#include "base/prefetch.h"
#include "base/status.h"
#include "world/column.h"
#include "world/schema.h"

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace dks {

class Loader;
class Saver;

class Table {
 public:
  Table(AgentType type, std::pmr::memory_resource* memory, uint64_t epoch = 1);

  const AgentType& type() const { return type_; }
  uint32_t size() const { return static_cast<uint32_t>(ids_.size()); }
  uint64_t epoch() const { return epoch_; }  // changes when column addresses may have

  AgentId id(uint32_t row) const { return ids_[row]; }
  Uid uid(uint32_t row) const { return uids_[row]; }
  std::span<const AgentId> ids() const { return ids_; }
  std::span<const Uid> uids() const { return uids_; }

  std::optional<uint32_t> find(std::string_view field) const;
  // A field by its name, the first element of a wide one; or "personality[4]", element 4.
  struct Element {
    uint32_t field;
    uint32_t element;
  };
  std::optional<Element> find_element(std::string_view name) const;
  const Field& field(uint32_t index) const { return type_.fields[index]; }
  uint32_t field_count() const { return static_cast<uint32_t>(type_.fields.size()); }

  // The numbers of `field` in one row; T is the field's type.
  template <class T>
  T* at(uint32_t field, uint32_t row) {
    return reinterpret_cast<T*>(columns_[field].row(row));
  }
  template <class T>
  const T* at(uint32_t field, uint32_t row) const {
    return reinterpret_cast<const T*>(columns_[field].row(row));
  }
  template <class T>
  T& ref(uint32_t field, uint32_t row) {
    return *at<T>(field, row);
  }
  template <class T>
  const T& ref(uint32_t field, uint32_t row) const {
    return *at<T>(field, row);
  }
  // Of each field's first row, for who indexes columns itself.
  std::span<void* const> addresses() const { return addresses_; }
  const std::byte* data(uint32_t field) const { return columns_[field].row(0); }
  uint32_t stride(uint32_t field) const { return columns_[field].stride(); }
  void prefetch_row(uint32_t row) const { prefetch(ids_.data() + row); }

  // Any field as a number, for hosts, collectors and sets: not for stepping code.
  double number(uint32_t field, uint32_t row, uint32_t element = 0) const;
  void set_number(uint32_t field, uint32_t row, uint32_t element, double value);

  // Room for `rows` in all, and no more unless the table grows step by step. May throw bad_alloc,
  // which changes nothing but capacity.
  void reserve(uint32_t rows);
  uint32_t add(AgentId id, Uid uid);
  // Returns the id that moved into `row`, or none when `row` was the last.
  AgentId remove(uint32_t row);

  // Takes over a part of another table of the same fields: part 0 its ids and uids, kRowParts + i
  // its field i. Together they make the two the same but for epoch() and where columns lie.
  static constexpr size_t kRowParts = 1;
  void copy_part(const Table& from, size_t part);

  void hash(StateHash& hash) const;
  // All rows, and for a table without any, of the same fields, to become those that were saved.
  void save(Saver& out) const;
  void load(Loader& in, uint32_t most_rows);
  // That what was loaded is what it could have become: integers, by which things are looked up, and
  // what a host may set, within their ranges.
  Result<> check_ranges() const;

 private:
  AgentType type_;
  std::pmr::vector<AgentId> ids_;
  std::pmr::vector<Uid> uids_;
  std::pmr::vector<Column> columns_;
  std::pmr::vector<void*> addresses_;  // by column
  uint64_t epoch_;
};

}  // namespace dks
