// The floating-point mode in which the same operations give the same bits.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#if !defined(__x86_64__) && !defined(_M_X64) && !defined(__aarch64__) && !defined(__arm__)
#include <cfenv>
#endif

namespace dks {

// Rounds to nearest, keeps denormals, masks exceptions; at destruction the host's mode is back.
// Games run with denormals flushed, audio code too. Belongs to one thread and one scope.
class FloatEnvGuard {
 public:
  FloatEnvGuard() noexcept;
  ~FloatEnvGuard();

  FloatEnvGuard(const FloatEnvGuard&) = delete;
  FloatEnvGuard& operator=(const FloatEnvGuard&) = delete;

 private:
#if defined(__x86_64__) || defined(_M_X64)
  uint32_t sse_;
  uint16_t x87_;
#elif defined(__aarch64__)
  uint64_t control_;
#elif defined(__arm__)
  uint32_t control_;
#else
  std::fenv_t environment_;
#endif
};

}  // namespace dks
