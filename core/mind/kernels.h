// Small dense loops shared by inference and planning. Internal to core/mind.
// SPDX-License-Identifier: MIT
//
// Every sum runs in a fixed order that does not depend on how the loop is compiled.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace dks::mind {

template <size_t kColumns, class Real>
void contract_fixed(std::span<const Real> weights, const Real* table, Real* out) {
  Real sum[kColumns] = {};
  for (const Real weight : weights) {
    for (size_t c = 0; c < kColumns; ++c) {
      sum[c] += weight * table[c];
    }
    table += kColumns;
  }
  std::copy_n(sum, kColumns, out);
}

// out[c] = sum_r weights[r] * table[r][c], rows in order. The sizes that minds have get loops of
// fixed length, which compilers unroll.
template <class Real>
void contract(std::span<const Real> weights, const Real* table, std::span<Real> out) {
  switch (out.size()) {
    case 1:
      return contract_fixed<1>(weights, table, out.data());
    case 2:
      return contract_fixed<2>(weights, table, out.data());
    case 3:
      return contract_fixed<3>(weights, table, out.data());
    case 4:
      return contract_fixed<4>(weights, table, out.data());
    case 5:
      return contract_fixed<5>(weights, table, out.data());
    case 6:
      return contract_fixed<6>(weights, table, out.data());
    case 8:
      return contract_fixed<8>(weights, table, out.data());
    default:
      break;
  }
  std::fill(out.begin(), out.end(), Real(0));
  for (const Real weight : weights) {
    for (size_t c = 0; c < out.size(); ++c) {
      out[c] += weight * table[c];
    }
    table += out.size();
  }
}

// out[r] = sum_c table[r][c] * weights[c], columns in order. out may be table's own memory.
template <class Real>
void contract_last(const Real* table, std::span<const Real> weights, std::span<Real> out) {
  for (Real& value : out) {
    Real sum = 0;
    for (const Real weight : weights) {
      sum += *table++ * weight;
    }
    value = sum;
  }
}

// Extends joint[n] to joint[n][next.size()] in place, from the end; returns the new size.
template <class Real>
size_t extend_joint(Real* joint, size_t size, std::span<const Real> next) {
  for (size_t i = size; i-- > 0;) {
    const Real probability = joint[i];
    for (size_t j = next.size(); j-- > 0;) {
      joint[i * next.size() + j] = probability * next[j];
    }
  }
  return size * next.size();
}

// The product of `count` independent beliefs, the last fastest. belief_of(k) is the k-th; one
// belief is returned as it stands, more are written to `joint`.
template <class Real, class BeliefOf>
std::span<const Real> joint_belief(size_t count, BeliefOf belief_of, std::span<Real> joint) {
  const std::span<const Real> first = belief_of(size_t{0});
  if (count == 1) {
    return first;
  }
  std::copy(first.begin(), first.end(), joint.begin());
  size_t size = first.size();
  for (size_t k = 1; k < count; ++k) {
    size = extend_joint<Real>(joint.data(), size, belief_of(k));
  }
  return joint.first(size);
}

}  // namespace dks::mind
