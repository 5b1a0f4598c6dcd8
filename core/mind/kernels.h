// Small dense loops shared by inference and planning. Internal to core/mind.
// SPDX-License-Identifier: MIT
//
// Every sum runs in a fixed order that does not depend on how the loop is compiled.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace dks::mind {

// Written out column by column: gcc does not unroll the loop at -O2.
template <size_t kColumns, class Real>
void contract_fixed(std::span<const Real> weights, const Real* table, Real* out) {
  const auto columns = [&]<size_t... kColumn>(std::index_sequence<kColumn...>) {
    Real sum[kColumns] = {};
    for (const Real weight : weights) {
      ((sum[kColumn] += weight * table[kColumn]), ...);
      table += kColumns;
    }
    ((out[kColumn] = sum[kColumn]), ...);
  };
  columns(std::make_index_sequence<kColumns>());
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

// The product of `count` independent beliefs, the last fastest. belief_of(k) is the k-th; one
// belief is returned as it stands, more are multiplied in `joint`, which is filled from the end so
// that it can hold the product of the first ones meanwhile.
template <class Real, class BeliefOf>
std::span<const Real> joint_belief(size_t count, BeliefOf belief_of, std::span<Real> joint) {
  std::span<const Real> product = belief_of(size_t{0});
  for (size_t k = 1; k < count; ++k) {
    const std::span<const Real> next = belief_of(k);
    for (size_t i = product.size(); i-- > 0;) {
      const Real probability = product[i];
      for (size_t j = next.size(); j-- > 0;) {
        joint[i * next.size() + j] = probability * next[j];
      }
    }
    product = joint.first(product.size() * next.size());
  }
  return product;
}

}  // namespace dks::mind
