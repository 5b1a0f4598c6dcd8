// The floating-point mode: right inside, the host's again outside.
// SPDX-License-Identifier: MIT
#include "base/platform/clock.h"
#include "base/platform/float_env.h"

#include <cfenv>
#include <initializer_list>
#include <limits>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

#if defined(__x86_64__)
constexpr bool kCanFlush = true;
using Mode = uint32_t;
constexpr Mode kFlush = (1u << 15) | (1u << 6);
constexpr Mode kTrap = 1u << 9;  // a mask bit: division by zero
Mode mode() {
  Mode value = 0;
  __asm__ __volatile__("stmxcsr %0" : "=m"(value));
  return value & ~0x3Fu;
}
void set_mode(Mode value) {
  __asm__ __volatile__("ldmxcsr %0" : : "m"(value));
}
Mode with_trap(Mode value) {
  return value & ~kTrap;
}
#elif defined(__aarch64__)
constexpr bool kCanFlush = true;
using Mode = uint64_t;
constexpr Mode kFlush = 1u << 24;
Mode mode() {
  Mode value = 0;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(value));
  return value;
}
void set_mode(Mode value) {
  __asm__ __volatile__("msr fpcr, %0" : : "r"(value));
}
Mode with_trap(Mode value) {
  return value;
}  // few of these processors can trap
#else
constexpr bool kCanFlush = false;
using Mode = uint32_t;
constexpr Mode kFlush = 0;
Mode mode() {
  return 0;
}
void set_mode(Mode) {}
Mode with_trap(Mode value) {
  return value;
}
#endif

bool denormals_are_kept() {
  volatile double least = std::numeric_limits<double>::min();
  volatile double half = least * 0.5;
  volatile double denormal = std::numeric_limits<double>::denorm_min();
  return half != 0.0 && denormal * 2.0 != 0.0;
}

bool rounds_to_nearest() {
  volatile double one = 1.0;
  volatile double little = 0x1p-60;
  return one + little == 1.0 && -one - little == -1.0;
}

void flushed_denormals_are_kept_inside_and_flushed_again_outside(void**) {
  if (!kCanFlush) {
    skip();
  }
  const Mode before = mode();
  set_mode(before | kFlush);
  const bool kept_before = denormals_are_kept();
  bool kept_inside = false;
  {
    const dks::FloatEnvGuard guard;
    kept_inside = denormals_are_kept();
  }
  const Mode after = mode();
  set_mode(before);
  assert_false(kept_before);
  assert_true(kept_inside);
  assert_true(after == (before | kFlush));
}

void every_rounding_of_the_host_is_put_aside_and_put_back(void**) {
  for (const int rounding : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST}) {
    std::fesetround(rounding);
    bool nearest = false;
    {
      const dks::FloatEnvGuard guard;
      nearest = rounds_to_nearest() && std::fegetround() == FE_TONEAREST;
    }
    const int after = std::fegetround();
    std::fesetround(FE_TONEAREST);
    assert_true(nearest);
    assert_int_equal(after, rounding);
  }
}

void an_exception_the_host_traps_does_not_fire_inside(void**) {
  const Mode before = mode();
  set_mode(with_trap(before));
  double quotient = 0.0;
  {
    const dks::FloatEnvGuard guard;
    volatile double zero = 0.0;
    quotient = 1.0 / zero;
  }
  const Mode after = mode();
  set_mode(before);
  assert_true(quotient > std::numeric_limits<double>::max());
  assert_true(after == with_trap(before));
}

#if defined(__x86_64__)
void the_precision_of_the_x87_is_put_back(void**) {
  const auto control = [] {
    uint16_t value = 0;
    __asm__ __volatile__("fnstcw %0" : "=m"(value));
    return value;
  };
  const auto set_control = [](uint16_t value) { __asm__ __volatile__("fldcw %0" : : "m"(value)); };
  const uint16_t before = control();
  const auto single = static_cast<uint16_t>(before & ~0x0300u);  // as old graphics libraries do
  set_control(single);
  uint16_t inside = 0;
  {
    const dks::FloatEnvGuard guard;
    inside = control();
  }
  const uint16_t after = control();
  set_control(before);
  assert_int_equal(inside & 0x0F3F, 0x033F);
  assert_int_equal(after, single);
}
#endif

void guards_nest(void**) {
  std::fesetround(FE_DOWNWARD);
  {
    const dks::FloatEnvGuard outer;
    std::fesetround(FE_UPWARD);
    {
      const dks::FloatEnvGuard inner;
      assert_int_equal(std::fegetround(), FE_TONEAREST);
    }
    assert_int_equal(std::fegetround(), FE_UPWARD);
  }
  const int after = std::fegetround();
  std::fesetround(FE_TONEAREST);
  assert_int_equal(after, FE_DOWNWARD);
}

void the_clock_does_not_go_back(void**) {
  uint64_t last = dks::monotonic_ns();
  for (int i = 0; i < 10000; ++i) {
    const uint64_t now = dks::monotonic_ns();
    assert_true(now >= last);
    last = now;
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
    cmocka_unit_test(flushed_denormals_are_kept_inside_and_flushed_again_outside),
    cmocka_unit_test(every_rounding_of_the_host_is_put_aside_and_put_back),
    cmocka_unit_test(an_exception_the_host_traps_does_not_fire_inside),
#if defined(__x86_64__)
    cmocka_unit_test(the_precision_of_the_x87_is_put_back),
#endif
    cmocka_unit_test(guards_nest),
    cmocka_unit_test(the_clock_does_not_go_back),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
