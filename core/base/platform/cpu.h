// Which vector instructions this processor has and this library has code for (DKS_AVX=ON).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace dks {

// Each includes the ones before it. kBaseline is what every processor of an architecture has: SSE2
// on x86-64, NEON on 64-bit ARM.
enum class InstructionSet : uint8_t { kBaseline, kAvx2, kAvx512 };

const char* instruction_set_name(InstructionSet set) noexcept;
bool has_instruction_set(InstructionSet set) noexcept;
InstructionSet best_instruction_set() noexcept;

}  // namespace dks
