// Elementary functions with the same bits on every machine.
// SPDX-License-Identifier: MIT
//
// Built from + - * / and integer operations only, so that the result does not depend on the C library,
// the compiler or the instruction set (compile with -ffp-contract=off). double versions are within 1 ulp
// or so of the true value; float versions likewise in float.
#pragma once

namespace dks::math {

double exp(double x);      // exp(-inf) = 0, exp(>709.79) = +inf
double log(double x);      // log(0) = -inf, log(<0) = NaN
double tanh(double x);
double sin_turn(double x); // sine of x full turns: sin(2*pi*x)
double sqrt(double x);     // IEEE-exact
double digamma(double x);  // x > 0
double log_gamma(double x);// x > 0

float exp(float x);
float log(float x);
float tanh(float x);

}  // namespace dks::math
