// SPDX-License-Identifier: MIT
#include "base/platform/cpu.h"

#include <initializer_list>

namespace dks {

const char* instruction_set_name(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::kAvx2:
      return "AVX2";
    case InstructionSet::kAvx512:
      return "AVX-512";
    case InstructionSet::kBaseline:
      break;
  }
#if defined(__x86_64__)
  return "SSE2";
#elif defined(__aarch64__)
  return "NEON";
#else
  return "scalar";
#endif
}

bool has_instruction_set(InstructionSet set) noexcept {
#if defined(__x86_64__) && !defined(DKS_WITHOUT_AVX)
  switch (set) {
    case InstructionSet::kAvx2:
      return __builtin_cpu_supports("avx2") != 0;
    case InstructionSet::kAvx512:
      return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
             __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0;
    case InstructionSet::kBaseline:
      break;
  }
#endif
  return set == InstructionSet::kBaseline;
}

InstructionSet best_instruction_set() noexcept {
  for (const InstructionSet set : {InstructionSet::kAvx512, InstructionSet::kAvx2}) {
    if (has_instruction_set(set)) {
      return set;
    }
  }
  return InstructionSet::kBaseline;
}

}  // namespace dks
