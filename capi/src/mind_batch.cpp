// SPDX-License-Identifier: MIT
#include "mind_batch.h"

#include "json_text.h"
#include "lane_batch.h"
#include "mind/policy_posterior.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace dks::capi {
namespace {

constexpr double kMostPreference = 1e9;

std::string entry(std::string_view array, size_t row, size_t index) {
  return text(array, '[', row, "][", index, ']');
}

// " of factor 2", or by its name.
std::string of(std::string_view kind, size_t index, const std::string& name) {
  return name.empty() ? text(" of ", kind, ' ', index) : text(" of ", kind, ' ', in_quotes(name));
}

// An output's row, or scratch memory where the output is left out.
template <class Real>
std::span<Real> row_or(Real* array, size_t row, std::vector<Real>& scratch) {
  return array != nullptr ? std::span(array + row * scratch.size(), scratch.size())
                          : std::span(scratch);
}

// Calls in_lanes(LaneBatch&) where the mind has lanes; whether it has.
template <class Real, class F>
bool ran_in_lanes(const mind::Mind<Real>& mind, F&& in_lanes) {
  if constexpr (std::is_same_v<Real, float>) {
    if (const mind::LaneEngine* const engine = mind.lanes()) {
      LaneBatch batch(mind.model(), mind.policies(), *engine);
      in_lanes(batch);
      return true;
    }
  }
  return false;
}

}  // namespace

// ---- checks

template <class Real>
Result<> MindBatch<Real>::check_beliefs(std::string_view what, const Real* beliefs, size_t count)
    const {
  for (size_t row = 0; row < count; ++row) {
    const std::span q(beliefs + row * model().total_states(), model().total_states());
    for (size_t f = 0; f < model().num_factors(); ++f) {
      const mind::Factor<Real>& factor = model().factors()[f];
      double sum = 0;
      for (size_t s = factor.state_offset; s < factor.state_offset + factor.num_states; ++s) {
        const auto p = static_cast<double>(q[s]);
        if (!(p >= 0 && p <= 1 + kBeliefTolerance)) {
          return invalid(entry(what, row, s), " is ", p, ", expected 0 to 1");
        }
        sum += p;
      }
      if (std::abs(sum - 1) > kBeliefTolerance) {
        return invalid(
            entry(what, row, factor.state_offset),
            " and what follows",
            of("factor", f, model().factor_name(f)),
            " sum to ",
            sum,
            ", expected 1"
        );
      }
    }
  }
  return {};
}

template <class Real>
Result<> MindBatch<Real>::check_outcomes(const int32_t* observations, size_t count) const {
  for (size_t row = 0; row < count; ++row) {
    for (size_t m = 0; m < model().num_modalities(); ++m) {
      const int32_t outcome = *observations++;
      const auto most = int64_t{model().modalities()[m].num_outcomes} - 1;
      if (outcome < -1 || outcome > most) {
        return invalid(
            entry("observations", row, m),
            of("modality", m, model().modality_name(m)),
            " is ",
            outcome,
            ", expected 0 to ",
            most,
            ", or -1 for none"
        );
      }
    }
  }
  return {};
}

template <class Real>
Result<> MindBatch<Real>::check_actions(const int32_t* actions, size_t count) const {
  for (size_t row = 0; row < count; ++row) {
    for (size_t f = 0; f < model().num_factors(); ++f) {
      const int32_t action = *actions++;
      const auto most = int64_t{model().num_controls()[f]} - 1;
      if (action < 0 || action > most) {
        return invalid(
            entry("actions", row, f),
            of("factor", f, model().factor_name(f)),
            " is ",
            action,
            ", expected 0 to ",
            most
        );
      }
    }
  }
  return {};
}

template <class Real>
Result<> MindBatch<Real>::check_preferences(const Real* preferences, size_t count) const {
  const size_t outcomes = model().total_outcomes();
  for (size_t i = 0; i < count * outcomes; ++i) {
    const auto value = static_cast<double>(preferences[i]);
    if (!(std::abs(value) <= kMostPreference)) {
      return invalid(
          entry("preferences", i / outcomes, i % outcomes),
          " is ",
          value,
          ", expected ",
          -kMostPreference,
          " to ",
          kMostPreference
      );
    }
  }
  return {};
}

// ---- batches

template <class Real>
Result<> MindBatch<Real>::infer(
    const Real* prior, const int32_t* observations, size_t count, Real* beliefs, Real* free_energy
) const {
  if (prior != nullptr) {
    DKS_TRY(check_beliefs("prior", prior, count));
  }
  DKS_TRY(check_outcomes(observations, count));
  if (ran_in_lanes(*mind_, [&](auto& lanes) {
        lanes.infer(prior, observations, count, beliefs, free_energy);
      })) {
    return {};
  }
  mind::Workspace<Real> workspace(model());
  std::vector<Real> scratch(model().total_states());
  for (size_t row = 0; row < count; ++row) {
    const std::span<const Real> before =
        prior != nullptr ? std::span(prior + row * scratch.size(), scratch.size())
                         : model().initial_states();
    const std::span outcomes(
        observations + row * model().num_modalities(), model().num_modalities()
    );
    const auto inference = mind::infer_states<Real>(
        model(), before, {outcomes}, row_or(beliefs, row, scratch), workspace
    );
    if (free_energy != nullptr) {
      free_energy[row] = inference.free_energy.value();
    }
  }
  return {};
}

template <class Real>
void to_log_preferences(
    const mind::GenerativeModel<Real>& model, const Real* preferences, std::span<Real> out
) {
  for (const mind::Modality<Real>& modality : model.modalities()) {
    const std::span own(preferences + modality.outcome_offset, modality.num_outcomes);
    mind::to_log_preferences<Real>(
        model.convention(), own, out.subspan(modality.outcome_offset, modality.num_outcomes)
    );
  }
}

template <class Real>
Result<> MindBatch<Real>::plan(
    const Real* beliefs,
    const Real* preferences,
    size_t count,
    Real* neg_efe,
    Real* q_pi,
    Real* action_marginals
) const {
  DKS_TRY(check_beliefs("beliefs", beliefs, count));
  if (preferences != nullptr) {
    DKS_TRY(check_preferences(preferences, count));
  }
  if (ran_in_lanes(*mind_, [&](auto& lanes) {
        lanes.plan(beliefs, preferences, count, neg_efe, q_pi, action_marginals);
      })) {
    return {};
  }
  const mind::Policies& policies = mind_->policies();
  mind::MindWorkspace<Real> workspace(*mind_);
  std::vector<Real> own(model().total_outcomes());
  std::vector<Real> scores(policies.size());
  std::vector<Real> posterior(policies.size());
  for (size_t row = 0; row < count; ++row) {
    const std::span q(beliefs + row * model().total_states(), model().total_states());
    std::span<const Real> liked;
    if (preferences != nullptr) {
      to_log_preferences<Real>(model(), preferences + row * own.size(), own);
      liked = own;
    }
    const auto p = row_or(q_pi, row, posterior);
    mind_->plan(q, liked, row_or(neg_efe, row, scores), p, workspace);
    if (action_marginals != nullptr) {
      const std::span out(
          action_marginals + row * model().total_controls(), model().total_controls()
      );
      mind::action_marginals<Real>(policies, model().num_controls(), p, out);
    }
  }
  return {};
}

template <class Real>
Result<> MindBatch<Real>::predict(
    const Real* beliefs, const int32_t* actions, size_t count, Real* prior
) const {
  DKS_TRY(check_beliefs("beliefs", beliefs, count));
  DKS_TRY(check_actions(actions, count));
  if (ran_in_lanes(*mind_, [&](auto& lanes) { lanes.predict(beliefs, actions, count, prior); })) {
    return {};
  }
  mind::Workspace<Real> workspace(model());
  std::vector<Real> before(model().total_states());
  for (size_t row = 0; row < count; ++row) {
    const std::span q(beliefs + row * before.size(), before.size());
    std::copy(q.begin(), q.end(), before.begin());
    const std::span action(actions + row * model().num_factors(), model().num_factors());
    mind::predict_states<Real>(
        model(), before, action, std::span(prior + row * before.size(), before.size()), workspace
    );
  }
  return {};
}

template decltype(to_log_preferences<float>) to_log_preferences<float>;
template decltype(to_log_preferences<double>) to_log_preferences<double>;
template class MindBatch<float>;
template class MindBatch<double>;

}  // namespace dks::capi
