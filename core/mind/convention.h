// Numerical conventions of discrete active inference: which logarithm, which entropy, which
// iteration. SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "math/functions.h"

#include <cstdint>
#include <string_view>

namespace dks::mind {

// How the logarithm of a probability stays finite at 0.
enum class LogForm : uint8_t {
  kClamp,    // ln(max(p, 2.22e-16)), pymdp 1.x
  kAddTiny,  // ln(p + 1e-16), pymdp legacy
};

// How state information gain is computed.
enum class EntropyForm : uint8_t {
  kTextbook,  // H[qo] - q.H[A] with 0 ln 0 = 0
  // As spm_MDP_G of SPM and pymdp legacy: joint states with q <= exp(-16) are left out, the
  // ambiguity takes ln(p + exp(-16)) and H[qo] takes ln(p + 1e-16).
  kSpmMdpG,
};

// How the fixed point of the factors' beliefs is approached.
enum class UpdateOrder : uint8_t {
  kSequential,  // Gauss-Seidel, from the prior: free energy never rises
  kJacobi,      // all factors at once, from uniform beliefs, as pymdp: may oscillate
};

// How much more counts are expected to tell about A and B.
enum class ParameterGainForm : uint8_t {
  kExact,        // the mutual information of the next outcome and its Dirichlet, as pymdp 1.x
  kPymdpLegacy,  // 1/a - 1/sum a, which grows without bound where little was counted
};

// What a model with counts believes before it learned anything.
enum class CountsAtStart : uint8_t {
  kFollow,               // the counts' expected distributions
  kFollowInLikelihoods,  // those of A and B only, as pymdp legacy; D as it was given
  kWait,                 // all as given until the first time that they are learned, as pymdp 1.x
};

struct InferenceSettings {
  UpdateOrder order = UpdateOrder::kSequential;
  int32_t max_iterations = 16;
  // Stop when free energy changed by less than this, in nats. 0: always all iterations.
  double tolerance = 1e-6;
};

// The default is this library's own: pymdp 1.x's numbers, with updates that cannot oscillate.
struct Convention {
  LogForm log = LogForm::kClamp;
  EntropyForm entropy = EntropyForm::kTextbook;
  bool softmax_preferences = false;  // ln C = ln softmax(C) instead of C itself
  InferenceSettings inference;
  ParameterGainForm parameter_gain = ParameterGainForm::kExact;
  CountsAtStart counts_at_start = CountsAtStart::kFollow;
};

inline constexpr Convention kPymdpLegacy{
    LogForm::kAddTiny,
    EntropyForm::kSpmMdpG,
    true,
    {UpdateOrder::kJacobi, 10, 1e-3},
    ParameterGainForm::kPymdpLegacy,
    CountsAtStart::kFollowInLikelihoods};
inline constexpr Convention kPymdp{
    LogForm::kClamp,
    EntropyForm::kTextbook,
    false,
    {UpdateOrder::kJacobi, 16, 0.0},
    ParameterGainForm::kExact,
    CountsAtStart::kWait};

// "dks" (the default), "pymdp_legacy" or "pymdp".
Result<Convention> find_convention(std::string_view name);

template <class Real>
Real log_probability(Real p, LogForm form) {
  constexpr Real kTiny = Real(1e-16);
  constexpr Real kSmallest = Real(2.220446049250313e-16);
  if (form == LogForm::kAddTiny) {
    return math::log(p + kTiny);
  }
  return math::log(p > kSmallest ? p : kSmallest);
}

}  // namespace dks::mind
