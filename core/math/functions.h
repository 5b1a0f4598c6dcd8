// Elementary functions with the same bits on every machine.
// SPDX-License-Identifier: MIT
//
// Built from + - * / and integer operations only, so that the result does not depend on the C
// library, the compiler or the instruction set. That holds under -ffp-contract=off, without
// -ffast-math, and in the mode of FloatEnvGuard. A result that is no number is always the same NaN,
// because processors make NaNs of different signs.
//
// Largest errors found over many millions of points, in units in the last place, stand at each.
#pragma once

#if defined(__FAST_MATH__)
#error "dks needs IEEE arithmetic: do not compile it with -ffast-math"
#endif

namespace dks::math {

inline double exp(double x);   // 0.56; exp(-inf) = 0, exp(> 709.78) = +inf
inline double log(double x);   // 0.60; log(0) = -inf, log(< 0) = NaN
inline double sqrt(double x);  // exact by IEEE 754; NaN below 0
double tanh(double x);
double sin_turn(double x);   // sine of x full turns, sin(2 pi x)
double digamma(double x);    // x > 0; digamma(0) = -inf, NaN below
double log_gamma(double x);  // x > 0; log_gamma(0) = +inf, NaN below

// In float arithmetic and without a branch, so that a loop over them becomes SIMD code.
inline float exp(float x);
inline float log(float x);
inline float sqrt(float x);
inline float tanh(float x);

}  // namespace dks::math

#include "math/functions_double.h"
#include "math/functions_float.h"
