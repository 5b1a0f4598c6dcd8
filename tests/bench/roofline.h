// How near a lane engine comes to what one core can do: the float operations of a step by its
// program, and those that the core manages at most. SPDX-License-Identifier: MIT
#pragma once

#include "base/platform/cpu.h"
#include "mind/lanes/program.h"

#include <cstdint>

namespace dks::bench {

// Additions, subtractions, multiplications and divisions of predict(), infer() and plan() for one
// agent; comparisons, selections and conversions are not counted. Of programs that prune nothing,
// without evidence.
double operations_of(const mind::lanes::LaneProgram& program);

// Operations a second of one core in registers, in pairs of a multiplication and an addition: dks
// never fuses them, so that is its roof.
double most_operations(InstructionSet set);

}  // namespace dks::bench
