// Sums and what is made of them, in an order that never changes.
// SPDX-License-Identifier: MIT
#pragma once

#include "math/functions.h"

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>

namespace dks::math {

namespace detail {

// term(0) + ... + term(count - 1): eight partial sums over whole blocks of eight (SIMD code keeps
// this order), added pairwise, then the terms that are left one by one. Below eight terms it is the
// plain sum from the left.
template <std::floating_point Real, class Term>
Real sum_terms(size_t count, Term term) {
  constexpr size_t kLanes = 8;
  Real total = 0;
  size_t i = 0;
  if (count >= kLanes) {
    Real lanes[kLanes] = {};
    for (; i + kLanes <= count; i += kLanes) {
      for (size_t k = 0; k < kLanes; ++k) {
        lanes[k] += term(i + k);
      }
    }
    total = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
            ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
  }
  for (; i < count; ++i) {
    total += term(i);
  }
  return total;
}

template <std::floating_point Real>
Real max_of(std::span<const Real> x) {
  Real max = -std::numeric_limits<Real>::infinity();
  for (const Real value : x) {
    max = value > max ? value : max;
  }
  return max;
}

}  // namespace detail

template <std::floating_point Real>
Real sum(std::span<const Real> x) {
  return detail::sum_terms<Real>(x.size(), [x](size_t i) { return x[i]; });
}

// a and b have the same size.
template <std::floating_point Real>
Real dot(std::span<const Real> a, std::span<const Real> b) {
  return detail::sum_terms<Real>(a.size(), [a, b](size_t i) { return a[i] * b[i]; });
}

// The lowest index of the largest value; 0 of nothing.
template <std::floating_point Real>
size_t argmax(std::span<const Real> x) {
  size_t best = 0;
  for (size_t i = 1; i < x.size(); ++i) {
    best = x[i] > x[best] ? i : best;
  }
  return best;
}

// -sum p ln p in nats, where 0 ln 0 is 0.
template <std::floating_point Real>
Real entropy(std::span<const Real> p) {
  return Real{0} - detail::sum_terms<Real>(p.size(), [p](size_t i) {
           return p[i] > 0 ? p[i] * log(p[i]) : Real{0};
         });
}

// ln sum exp(x); -inf of nothing and where every x is -inf.
template <std::floating_point Real>
Real log_sum_exp(std::span<const Real> x) {
  const Real max = detail::max_of(x);
  if (max == -std::numeric_limits<Real>::infinity()) {
    return max;
  }
  return max +
         log(detail::sum_terms<Real>(x.size(), [x, max](size_t i) { return exp(x[i] - max); }));
}

// out = exp(in) / sum exp(in); uniform where every x is -inf. out may be in, and has its size.
template <std::floating_point Real>
void softmax(std::span<const Real> in, std::span<Real> out) {
  const Real max = detail::max_of(in);
  if (max == -std::numeric_limits<Real>::infinity()) {
    for (Real& p : out) {
      p = Real{1} / static_cast<Real>(out.size());
    }
    return;
  }
  for (size_t i = 0; i < in.size(); ++i) {
    out[i] = exp(in[i] - max);
  }
  const Real total = sum(std::span<const Real>(out));
  for (Real& p : out) {
    p /= total;
  }
}

}  // namespace dks::math
