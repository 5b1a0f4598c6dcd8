// Large pages for large blocks of memory. SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace dks {

// Blocks of at least kHugeBlock bytes that begin at a multiple of kHugePage may be backed by huge
// pages: reading them in no order costs fewer look-ups of addresses.
inline constexpr size_t kHugePage = size_t{1} << 21;
inline constexpr size_t kHugeBlock = 2 * kHugePage;

// Asks the system for them; it may decline.
void advise_huge_pages(void* block, size_t size) noexcept;

}  // namespace dks
