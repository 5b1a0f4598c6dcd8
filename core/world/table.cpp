// SPDX-License-Identifier: MIT
#include "world/table.h"

#include <algorithm>
#include <cstring>

namespace dks {
namespace {

template <class T>
double load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return static_cast<double>(value);
}

template <class T>
void store(std::byte* to, double number) {
  const T value = static_cast<T>(number);
  std::memcpy(to, &value, sizeof value);
}

double load_number(FieldType type, const std::byte* from) {
  switch (type) {
    case FieldType::kF32:
      return load<float>(from);
    case FieldType::kF64:
      return load<double>(from);
    case FieldType::kI32:
      return load<int32_t>(from);
    case FieldType::kU32:
      return load<uint32_t>(from);
    case FieldType::kU64:
      return load<uint64_t>(from);
    case FieldType::kU8:
      return load<uint8_t>(from);
  }
  return 0;
}

void store_number(FieldType type, std::byte* to, double number) {
  switch (type) {
    case FieldType::kF32:
      return store<float>(to, number);
    case FieldType::kF64:
      return store<double>(to, number);
    case FieldType::kI32:
      return store<int32_t>(to, number);
    case FieldType::kU32:
      return store<uint32_t>(to, number);
    case FieldType::kU64:
      return store<uint64_t>(to, number);
    case FieldType::kU8:
      return store<uint8_t>(to, number);
  }
}

}  // namespace

Table::Table(AgentType type, std::pmr::memory_resource* memory)
    : type_(std::move(type)), ids_(memory), uids_(memory), columns_(memory), strides_(memory) {
  for (const Field& field : type_.fields) {
    columns_.emplace_back();
    strides_.push_back(static_cast<uint32_t>(size_of(field.type) * field.width));
  }
}

std::optional<uint32_t> Table::find(std::string_view field) const {
  for (uint32_t i = 0; i < field_count(); ++i) {
    if (type_.fields[i].name == field) {
      return i;
    }
  }
  return std::nullopt;
}

double Table::number(uint32_t field, uint32_t row, uint32_t element) const {
  const FieldType type = type_.fields[field].type;
  return load_number(type, at<std::byte>(field, row) + element * size_of(type));
}

void Table::set_number(uint32_t field, uint32_t row, uint32_t element, double value) {
  const FieldType type = type_.fields[field].type;
  store_number(type, at<std::byte>(field, row) + element * size_of(type), value);
}

void Table::reserve(uint32_t rows) {
  if (rows <= ids_.capacity()) {
    return;
  }
  const size_t grown = std::max<size_t>(rows, ids_.capacity() + ids_.capacity() / 2);
  uids_.reserve(grown);
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    columns_[i].reserve(grown * strides_[i]);
  }
  ids_.reserve(grown);  // last: its capacity is what the whole table has
  ++epoch_;
}

uint32_t Table::add(AgentId id, Uid uid) {
  reserve(size() + 1);
  const uint32_t row = size();
  ids_.push_back(id);
  uids_.push_back(uid);
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    columns_[i].resize(columns_[i].size() + strides_[i]);
    for (uint32_t element = 0; element < type_.fields[i].width; ++element) {
      set_number(i, row, element, type_.fields[i].initial);
    }
  }
  return row;
}

AgentId Table::remove(uint32_t row) {
  const uint32_t last = size() - 1;
  AgentId moved{};
  if (row != last) {
    moved = ids_[last];
    ids_[row] = ids_[last];
    uids_[row] = uids_[last];
    for (uint32_t i = 0; i < columns_.size(); ++i) {
      std::memcpy(at<std::byte>(i, row), at<std::byte>(i, last), strides_[i]);
    }
  }
  ids_.pop_back();
  uids_.pop_back();
  for (uint32_t i = 0; i < columns_.size(); ++i) {
    columns_[i].resize(columns_[i].size() - strides_[i]);
  }
  return moved;
}

void Table::hash(StateHash& hash) const {
  hash.update_u64(size());
  hash.update(ids_.data(), ids_.size() * sizeof(AgentId));
  hash.update(uids_.data(), uids_.size() * sizeof(Uid));
  for (const auto& column : columns_) {
    hash.update(column.data(), column.size());
  }
}

}  // namespace dks
