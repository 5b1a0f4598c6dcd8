// SPDX-License-Identifier: MIT
#include "mind/check_learning.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace dks::mind {
namespace {

Result<> check_counts(const std::string& label, std::span<const double> counts, size_t expected) {
  if (counts.size() != expected) {
    return invalid(label, " has ", counts.size(), " counts, expected ", expected);
  }
  for (size_t i = 0; i < counts.size(); ++i) {
    if (!(counts[i] >= 0 && counts[i] <= kLargestCount)) {
      return invalid(label, "[", i, "] is ", counts[i], ", expected 0 to ", kLargestCount);
    }
  }
  return {};
}

// A list of tensors: none at all, or one per factor or modality, of which some may be empty.
template <class SizeOf>
Result<> check_list(
    const char* name, std::span<const std::vector<double>> list, size_t expected, SizeOf size_of
) {
  if (!list.empty() && list.size() != expected) {
    return invalid(name, " has ", list.size(), " entries, expected 0 or ", expected);
  }
  for (size_t i = 0; i < list.size(); ++i) {
    if (!list[i].empty()) {
      DKS_TRY(check_counts(text(name, "[", i, "]"), list[i], size_of(i)));
    }
  }
  return {};
}

}  // namespace

template <class Real>
Result<> check_learning(const GenerativeModel<Real>& base, const LearningDesc& desc) {
  const auto factors = base.factors();
  const auto modalities = base.modalities();
  DKS_TRY(check_list("pA", desc.likelihood, modalities.size(), [&](size_t m) {
    return modalities[m].likelihood.size();
  }));
  DKS_TRY(check_list("pB", desc.transition, factors.size(), [&](size_t f) {
    return size_t{factors[f].num_controls} * factors[f].joint_size * factors[f].num_states;
  }));
  DKS_TRY(check_list("pD", desc.initial, factors.size(), [&](size_t f) {
    return size_t{factors[f].num_states};
  }));
  DKS_TRY(check_list("pC", desc.preferences, modalities.size(), [&](size_t m) {
    return size_t{modalities[m].num_outcomes};
  }));
  const size_t policies = base.log_policy_prior().size();
  const size_t learned = desc.policy_prior.size();
  return check_counts("pE", desc.policy_prior, policies == 0 || learned == 0 ? learned : policies);
}

template Result<> check_learning(const GenerativeModel<double>&, const LearningDesc&);
template Result<> check_learning(const GenerativeModel<float>&, const LearningDesc&);

}  // namespace dks::mind
