// Memory that fails on demand. For one source file of a program: it replaces malloc.
// SPDX-License-Identifier: MIT
//
// Two sources of memory fail by turns: the model's allocator (dks_allocator), and malloc, which
// stands behind operator new of the library. The second is interposed here by glibc's own names.
#ifndef DKS_TESTS_FAILING_MEMORY_H
#define DKS_TESTS_FAILING_MEMORY_H

#include "dks.h"

#include "aligned_memory.h"

#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DKS_OWN_MALLOC 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DKS_OWN_MALLOC 0
#endif
#endif
#if !defined(DKS_OWN_MALLOC) && defined(__GLIBC__)
#define DKS_OWN_MALLOC 1
#endif
#ifndef DKS_OWN_MALLOC
#define DKS_OWN_MALLOC 0
#endif

enum { kModelMemory, kAnyMemory };
static int source;      // which of the two fails
static long left = -1;  // allocations until one fails; negative: none does
static int stays_out;   // after the first failure all others fail, too
static int failures;
static long held;  // blocks of the model's allocator
static long live;  // blocks of malloc since the count began

static int is_out(int of) {
  if (left < 0 || of != source) {
    return 0;
  }
  if (left > 0) {
    --left;
    return 0;
  }
  ++failures;
  left = stays_out ? 0 : -1;
  return 1;
}

#if DKS_OWN_MALLOC
#pragma GCC visibility push(default)  // the library is to find these
extern void* __libc_malloc(size_t size);
extern void __libc_free(void* ptr);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* ptr, size_t size);
extern void* __libc_memalign(size_t align, size_t size);

void* malloc(size_t size) {
  if (is_out(kAnyMemory)) {
    return NULL;
  }
  ++live;
  return __libc_malloc(size);
}
void free(void* ptr) {
  live -= ptr != NULL;
  __libc_free(ptr);
}
void* calloc(size_t count, size_t size) {
  if (is_out(kAnyMemory)) {
    return NULL;
  }
  ++live;
  return __libc_calloc(count, size);
}
void* realloc(void* ptr, size_t size) {
  if (is_out(kAnyMemory)) {
    return NULL;
  }
  live += ptr == NULL;
  return __libc_realloc(ptr, size);
}
void* aligned_alloc(size_t align, size_t size) {
  if (is_out(kAnyMemory)) {
    return NULL;
  }
  ++live;
  return __libc_memalign(align, size);
}
#pragma GCC visibility pop
#endif

static void* model_alloc(void* user, size_t size, size_t align) {
  (void)user;
  if (is_out(kModelMemory)) {
    return NULL;
  }
  void* const ptr = take_aligned(size, align);
  held += ptr != NULL;
  return ptr;
}
static void model_dealloc(void* user, void* ptr, size_t size) {
  (void)user;
  (void)size;
  --held;
  free_aligned(ptr);
}
static const dks_allocator allocator = {model_alloc, model_dealloc, NULL};

static void arm(long after) {
  failures = 0;
  left = after;
}
static void disarm(void) {
  left = -1;
}

#endif
