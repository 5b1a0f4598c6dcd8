// The rows of one field: plain bytes that begin on a cache line.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <utility>

namespace dks {

// Keeps room for rows; how many there are is the table's to know.
class Column {
 public:
  static constexpr size_t kAlignment = 64;

  Column(uint32_t stride, std::pmr::memory_resource* memory) : memory_(memory), stride_(stride) {}
  Column(Column&& other) noexcept
      : memory_(other.memory_),
        rows_(std::exchange(other.rows_, nullptr)),
        capacity_(std::exchange(other.capacity_, 0)),
        stride_(other.stride_) {}
  Column& operator=(Column&&) = delete;
  ~Column() { release(); }

  uint32_t stride() const { return stride_; }  // bytes a row
  std::byte* row(uint32_t index) { return rows_ + size_t{index} * stride_; }
  const std::byte* row(uint32_t index) const { return rows_ + size_t{index} * stride_; }

  // The first `used` rows stay. May throw bad_alloc; nothing has changed then.
  void reserve(size_t capacity, size_t used) {
    if (capacity <= capacity_) {
      return;
    }
    auto* const rows = static_cast<std::byte*>(memory_->allocate(capacity * stride_, kAlignment));
    if (used > 0) {
      std::memcpy(rows, rows_, used * stride_);
    }
    release();
    rows_ = rows;
    capacity_ = capacity;
  }

 private:
  void release() {
    if (rows_ != nullptr) {
      memory_->deallocate(rows_, capacity_ * stride_, kAlignment);
    }
  }

  std::pmr::memory_resource* memory_;
  std::byte* rows_ = nullptr;
  size_t capacity_ = 0;
  uint32_t stride_;
};

}  // namespace dks
