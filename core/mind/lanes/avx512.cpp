// The kernels for AVX-512. SPDX-License-Identifier: MIT
#if defined(__x86_64__) && !defined(DKS_WITHOUT_AVX)

#include "mind/lanes/program.h"

#define DKS_LANE_SET avx512
#define DKS_LANE_WIDTH 16

#pragma GCC diagnostic ignored "-Wpsabi"
#if defined(__clang__)
#pragma clang attribute push(                                                          \
    __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function \
)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw")
#endif

#include "mind/lanes/kernel.inc"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

namespace dks::mind::lanes {
const LaneKernels& avx512_kernels() {
  return avx512::kKernels;
}
}  // namespace dks::mind::lanes

#endif
