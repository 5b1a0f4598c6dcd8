// SPDX-License-Identifier: MIT
#include "base/platform/huge_pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace dks {

void advise_huge_pages(void* block, size_t size) noexcept {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  madvise(block, size / kHugePage * kHugePage, MADV_HUGEPAGE);
#else
  (void)block;
  (void)size;
#endif
}

}  // namespace dks
