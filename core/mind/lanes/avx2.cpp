// The kernels for AVX2. SPDX-License-Identifier: MIT
#if defined(__x86_64__) && !defined(DKS_WITHOUT_AVX)

#include "mind/lanes/program.h"

#define DKS_LANE_SET avx2
#define DKS_LANE_WIDTH 8

#pragma GCC diagnostic ignored "-Wpsabi"
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

#include "mind/lanes/kernel.inc"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace dks::mind::lanes {
const LaneKernels& avx2_kernels() {
  return avx2::kKernels;
}
}  // namespace dks::mind::lanes

#endif
