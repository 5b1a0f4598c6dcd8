// SPDX-License-Identifier: MIT
#include "base/memory.h"

#include "base/platform/huge_pages.h"

#include <algorithm>
#include <new>

namespace dks {

namespace {

void raise_to(std::atomic<uint64_t>& peak, uint64_t value) {
  uint64_t seen = peak.load(std::memory_order_relaxed);
  while (seen < value && !peak.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

// Of memory that no host allocates: large blocks begin on a huge page.
std::align_val_t own_alignment(size_t size, size_t align) {
  return std::align_val_t{size >= kHugeBlock ? std::max(align, kHugePage) : align};
}

void* allocate_with(const Allocator& allocator, size_t size, size_t align) {
  if (allocator.alloc != nullptr) {
    return allocator.alloc(allocator.user, size, align);
  }
  void* const block = ::operator new(size, own_alignment(size, align), std::nothrow);
  if (block != nullptr && size >= kHugeBlock) {
    advise_huge_pages(block, size);
  }
  return block;
}

void deallocate_with(const Allocator& allocator, void* ptr, size_t size, size_t align) {
  if (allocator.alloc != nullptr) {
    allocator.dealloc(allocator.user, ptr, size);
  } else {
    operator delete(ptr, own_alignment(size, align));
  }
}

}  // namespace

Memory::Memory(const Allocator& allocator, uint64_t limit_bytes)
    : allocator_(allocator), limit_(limit_bytes) {}

Memory::Use Memory::use() const {
  return {
      bytes_.load(std::memory_order_relaxed),
      peak_.load(std::memory_order_relaxed),
      allocations_.load(std::memory_order_relaxed)};
}

void* Memory::do_allocate(size_t size, size_t align) {
  // The bytes are claimed first, so that two threads cannot pass the limit together.
  const uint64_t total = bytes_.fetch_add(size, std::memory_order_relaxed) + size;
  const bool fits = limit_ == 0 || (total <= limit_ && size <= limit_);
  void* const ptr = fits ? allocate_with(allocator_, size, align) : nullptr;
  if (ptr == nullptr) {
    bytes_.fetch_sub(size, std::memory_order_relaxed);
    throw std::bad_alloc();
  }
  raise_to(peak_, total);
  allocations_.fetch_add(1, std::memory_order_relaxed);
  return ptr;
}

void Memory::do_deallocate(void* ptr, size_t size, size_t align) {
  deallocate_with(allocator_, ptr, size, align);
  bytes_.fetch_sub(size, std::memory_order_relaxed);
}

bool Memory::do_is_equal(const std::pmr::memory_resource& other) const noexcept {
  return this == &other;
}

}  // namespace dks
