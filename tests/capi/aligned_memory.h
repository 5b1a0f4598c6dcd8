// Memory for allocators of tests: the C library of Windows has another way to align it.
// SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_ALIGNED_MEMORY_H
#define DKS_TESTS_ALIGNED_MEMORY_H

#include <stddef.h>
#include <stdlib.h>

#if defined(_WIN32)
#include <malloc.h>
static inline void* take_aligned(size_t size, size_t align) {
  return _aligned_malloc(size, align);
}
static inline void free_aligned(void* ptr) {
  _aligned_free(ptr);
}
#else
static inline void* take_aligned(size_t size, size_t align) {
  return aligned_alloc(align, (size + align - 1) / align * align);
}
static inline void free_aligned(void* ptr) {
  free(ptr);
}
#endif

#endif
