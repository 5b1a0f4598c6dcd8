// Elementary functions with the same bits on every machine.
// SPDX-License-Identifier: MIT
//
// Built from + - * / and integer operations only, so that the result does not depend on the C
// library, the compiler or the instruction set. That holds under -ffp-contract=off, without
// -ffast-math, and in the mode of FloatEnvGuard. A result that is no number is always the same NaN,
// because processors make NaNs of different signs.
//
// Each function names its largest error, found over many millions of points, in units in the last
// place (ulp).
#pragma once

#if defined(__FAST_MATH__)
#error "dks needs IEEE arithmetic: do not compile it with -ffast-math"
#endif

namespace dks::math {

inline double exp(double x);   // 0.52 ulp, denormal results 0.76; exp(> 709.78) = +inf
inline double log(double x);   // 0.63 ulp; log(0) = -inf, log(< 0) = NaN
inline double sqrt(double x);  // exact by IEEE 754; NaN below 0
double tanh(double x);         // 1.9 ulp
double sin_turn(double x);     // sine of x full turns, sin(2 pi x); absolute error 5e-16
double digamma(double x);      // x > 0; relative error 1e-15; digamma(0) = -inf, NaN below
double log_gamma(double x);    // x > 0; relative error 1e-15; log_gamma(0) = +inf, NaN below

// In float arithmetic and without a branch, so that a loop over them becomes SIMD code.
inline float exp(float x);   // 0.96 ulp
inline float log(float x);   // 0.88 ulp
inline float sqrt(float x);  // exact
inline float tanh(float x);  // 2.5 ulp

}  // namespace dks::math

#include "math/functions_double.h"
#include "math/functions_float.h"
