// Many agents of one mind at once: arrays with one row for each, checked before anything is
// written. SPDX-License-Identifier: MIT
//
// All arrays are row-major, [count][width]: beliefs and priors [states], observations [modalities],
// actions [factors], preferences [outcomes], scores and posteriors [policies], marginals
// [controls].
#pragma once

#include "base/status.h"
#include "mind/mind.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace dks::capi {

// Beliefs come in rounded to float, or from elsewhere: sums may be this far from 1.
inline constexpr double kBeliefTolerance = 1e-3;

// One agent's own preferences, [outcomes], by the model's convention.
template <class Real>
void to_log_preferences(
    const mind::GenerativeModel<Real>& model, const Real* preferences, std::span<Real> out
);

template <class Real>
class MindBatch {
 public:
  explicit MindBatch(std::shared_ptr<const mind::Mind<Real>> mind) : mind_(std::move(mind)) {}

  const std::shared_ptr<const mind::Mind<Real>>& mind() const { return mind_; }

  // Where inputs are wrong, nothing was written. Outputs that are null are left out. An agent's row
  // depends on nothing but its own inputs. A mind that has lanes thinks in them.

  // prior may be null: the model's initial states. beliefs may be the same memory.
  Result<> infer(
      const Real* prior, const int32_t* observations, size_t count, Real* beliefs, Real* free_energy
  ) const;
  // preferences may be null: the model's.
  Result<> plan(
      const Real* beliefs,
      const Real* preferences,
      size_t count,
      Real* neg_efe,
      Real* q_pi,
      Real* action_marginals
  ) const;
  // prior may be the same memory as beliefs.
  Result<> predict(const Real* beliefs, const int32_t* actions, size_t count, Real* prior) const;

 private:
  const mind::GenerativeModel<Real>& model() const { return mind_->model(); }

  Result<> check_beliefs(std::string_view what, const Real* beliefs, size_t count) const;
  Result<> check_outcomes(const int32_t* observations, size_t count) const;
  Result<> check_actions(const int32_t* actions, size_t count) const;
  Result<> check_preferences(const Real* preferences, size_t count) const;

  std::shared_ptr<const mind::Mind<Real>> mind_;
};

extern template class MindBatch<float>;
extern template class MindBatch<double>;

}  // namespace dks::capi
