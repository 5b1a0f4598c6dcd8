// SPDX-License-Identifier: MIT
#include "base/platform/float_env.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace dks {

#if defined(__x86_64__) || defined(_M_X64)

namespace {

// All exceptions masked, round to nearest, neither flush-to-zero nor denormals-are-zero. The low
// six bits are sticky flags, not mode.
constexpr uint32_t kSseFlags = 0x3F;
constexpr uint32_t kSseMode = 0x1F80;
// All exceptions masked, 64-bit significand, round to nearest: what long double expects.
constexpr uint16_t kX87Mode = 0x037F;

#if defined(_M_X64) && !defined(__x86_64__)
// That compiler never uses the x87.
uint16_t x87_mode() {
  return kX87Mode;
}
void set_x87_mode(uint16_t) {}
#else
uint16_t x87_mode() {
  uint16_t mode = 0;
  __asm__ __volatile__("fnstcw %0" : "=m"(mode));
  return mode;
}
// A pending exception that the new mode unmasks would fire at the next instruction, so it is
// cleared first.
void set_x87_mode(uint16_t mode) {
  __asm__ __volatile__("fnclex\n\tfldcw %0" : : "m"(mode));
}
#endif

bool is_x87_mode(uint16_t mode) {
  return (mode & 0x0F3F) == (kX87Mode & 0x0F3F);
}

}  // namespace

FloatEnvGuard::FloatEnvGuard() noexcept : sse_(_mm_getcsr()), x87_(x87_mode()) {
  if ((sse_ & ~kSseFlags) != kSseMode) {
    _mm_setcsr(kSseMode);
  }
  if (!is_x87_mode(x87_)) {
    set_x87_mode(kX87Mode);
  }
}

FloatEnvGuard::~FloatEnvGuard() {
  if ((sse_ & ~kSseFlags) != kSseMode) {
    _mm_setcsr(sse_);
  }
  if (!is_x87_mode(x87_)) {
    set_x87_mode(x87_);
  }
}

#elif defined(__aarch64__) || defined(__arm__)

namespace {

#if defined(__aarch64__)
using Control = uint64_t;
// FIZ, AH, NEP; exception traps; FZ16; rounding; FZ; DN.
constexpr Control kModeBits = 0x07u | 0x9F00u | (1u << 19) | (3u << 22) | (1u << 24) | (1u << 25);
Control control() {
  Control value = 0;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(value));
  return value;
}
void set_control(Control value) {
  __asm__ __volatile__("msr fpcr, %0" : : "r"(value));
}
#else
using Control = uint32_t;
// Exception traps; vector length and stride; FZ16; rounding; FZ; DN. The sticky flags are not mode.
constexpr Control kModeBits =
    0x9F00u | (7u << 16) | (1u << 19) | (3u << 20) | (3u << 22) | (1u << 24) | (1u << 25);
Control control() {
  Control value = 0;
  __asm__ __volatile__("vmrs %0, fpscr" : "=r"(value));
  return value;
}
void set_control(Control value) {
  __asm__ __volatile__("vmsr fpscr, %0" : : "r"(value));
}
#endif

}  // namespace

FloatEnvGuard::FloatEnvGuard() noexcept : control_(control()) {
  if ((control_ & kModeBits) != 0) {
    set_control(control_ & ~kModeBits);
  }
}

FloatEnvGuard::~FloatEnvGuard() {
  if ((control_ & kModeBits) != 0) {
    set_control(control_);
  }
}

#else

FloatEnvGuard::FloatEnvGuard() noexcept {
  std::feholdexcept(&environment_);
  std::fesetround(FE_TONEAREST);
}

FloatEnvGuard::~FloatEnvGuard() {
  std::fesetenv(&environment_);
}

#endif

}  // namespace dks
