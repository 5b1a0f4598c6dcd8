// The kernels for what every processor of an architecture has: SSE2, NEON, or plain registers.
// SPDX-License-Identifier: MIT
#include "mind/lanes/program.h"

#define DKS_LANE_SET baseline
#define DKS_LANE_WIDTH 4

#pragma GCC diagnostic ignored "-Wpsabi"
#include "mind/lanes/kernel.inc"

namespace dks::mind::lanes {
const LaneKernels& baseline_kernels() {
  return baseline::kKernels;
}
}  // namespace dks::mind::lanes
