// A discrete generative model: what an agent believes about how the world moves and shows itself.
// SPDX-License-Identifier: MIT
//
// Hidden state factors f with S_f states, outcome modalities m with O_m outcomes. Each modality
// depends on a few listed factors, and so does the next state of each factor:
//
//   A[m][o][parents...]      P(outcome o | states of the modality's parents)     "likelihood"
//   B[f][s'][parents...][u]  P(next state s' | states of the parents, action u)  "transition"
//   C[m][o] or C[m][o][t]    relative log preference (of planning step t)        "preferences"
//   D[f][s]                  P(first state)                                      "initial"
//   E[p]                     P(policy)                                           "policy_prior"
//
// Tensors are given flat in the order of their axes, the last axis fastest. The parents' axes come
// in the order of `parents`. A model never changes after it was built, so that any number of agents
// and threads may share it.
#pragma once

#include "base/status.h"
#include "mind/convention.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dks::mind {

// Beliefs, priors, outcomes and controls are flat over all factors (modalities), in their order, at
// the offsets of Factor and Modality. Input is read, Output is written. They take no part in the
// deduction of Real, so that vectors and arrays convert.
template <class Real>
struct SpansOf {
  using Read = std::span<const Real>;
  using Write = std::span<Real>;
};
template <class Real>
using Input = typename SpansOf<Real>::Read;
template <class Real>
using Output = typename SpansOf<Real>::Write;

struct FactorDesc {
  std::string name;               // optional, for messages
  uint32_t num_states = 0;        // required
  uint32_t num_controls = 0;      // 0 means 1: nothing the agent does moves this factor
  std::vector<uint32_t> parents;  // empty means the factor itself
  std::vector<double> transition;
  std::vector<double> initial;  // empty means uniform
};

struct ModalityDesc {
  std::string name;
  uint32_t num_outcomes = 0;
  std::vector<uint32_t> parents;  // empty means all factors
  std::vector<double> likelihood;
  std::vector<double> preferences;  // empty means indifferent; num_outcomes or num_outcomes x steps
};

struct ModelDesc {
  std::vector<FactorDesc> factors;
  std::vector<ModalityDesc> modalities;
  std::vector<double> policy_prior;  // empty means uniform
  double gamma = 0;                  // precision of policies, 0 means 16
  double alpha = 0;                  // precision of actions, 0 means 16
  Convention convention;
};

// Sizes beyond these are refused: they are mistakes, or would not fit in memory.
struct ModelLimits {
  static constexpr size_t kFactors = 256;
  static constexpr size_t kModalities = 1024;
  static constexpr size_t kStates = 1u << 20;         // of one factor; outcomes and controls too
  static constexpr size_t kPreferenceSteps = 256;     // columns of C
  static constexpr size_t kTensorEntries = 1u << 24;  // of one tensor
  static constexpr size_t kTotalEntries = 1u << 26;   // of all tensors
  static constexpr size_t kJointStates = 1u << 16;    // of coupled factors, for exact inference
  static constexpr size_t kJointEntries = 1u << 22;   // all states x all outcomes, for SPM's gain
  static constexpr size_t kPredictions = 1u << 22;    // beliefs and outcomes along all policies
};

// One factor of a built model. Actions that move it in the same way share a transition slice.
template <class Real>
struct Factor {
  uint32_t num_states = 0;
  uint32_t num_controls = 0;
  uint32_t num_slices = 0;
  uint32_t joint_size = 0;    // joint states of the parents
  size_t state_offset = 0;    // into beliefs
  size_t control_offset = 0;  // into action marginals
  std::span<const uint32_t> parents;
  std::span<const uint32_t> slice_of_action;
  std::span<const Real> transition;      // [slice][parents...][s']
  std::span<const Real> novelty;         // alike, see counts_novelty(); empty: nothing to learn
  std::span<const uint32_t> modalities;  // those that depend on this factor
  bool coupled = false;  // shares a modality with another factor: beliefs need iterating

  std::span<const Real> transition_slice(size_t slice) const {
    const size_t size = size_t{joint_size} * num_states;
    return transition.subspan(slice * size, size);
  }
  std::span<const Real> novelty_slice(size_t slice) const {
    const size_t size = size_t{joint_size} * num_states;
    return novelty.subspan(slice * size, size);
  }
};

// One modality of a built model.
template <class Real>
struct Modality {
  uint32_t num_outcomes = 0;
  uint32_t joint_size = 0;
  size_t outcome_offset = 0;  // into preferences and predicted outcomes
  std::span<const uint32_t> parents;
  std::span<const Real> likelihood;      // [parents...][o]
  std::span<const Real> log_likelihood;  // [o][parents...], by the convention's logarithm
  std::span<const Real> ambiguity;       // [parents...], H[A], by the convention's entropy
  std::span<const Real> novelty;         // [parents...][o], see counts_novelty(); or empty
  bool coupled = false;                  // depends on a coupled factor

  std::span<const Real> log_likelihood_of(size_t outcome) const {
    return log_likelihood.subspan(outcome * joint_size, joint_size);
  }
};

// Factors that share modalities, directly or through others, and what they share: their posterior
// does not depend on the rest.
struct CoupledGroup {
  std::span<const uint32_t> factors;
  std::span<const uint32_t> modalities;
  size_t joint_size = 1;  // joint states; one more than ModelLimits::kJointStates stands for more
};

template <class Real>
class LearnedModel;

// Movable, not copyable: its spans point into its own storage.
template <class Real>
class GenerativeModel {
 public:
  // Checks everything; the first mistake is named: "A[1][..., 2, 0] sums to 0.9, expected 1".
  static Result<GenerativeModel> build(const ModelDesc& desc);

  GenerativeModel(GenerativeModel&&) noexcept = default;
  GenerativeModel& operator=(GenerativeModel&&) noexcept = default;
  GenerativeModel(const GenerativeModel&) = delete;
  GenerativeModel& operator=(const GenerativeModel&) = delete;

  std::span<const Factor<Real>> factors() const { return factors_; }
  std::span<const Modality<Real>> modalities() const { return modalities_; }
  std::span<const CoupledGroup> coupled_groups() const { return groups_; }
  // Whether no group of coupled factors is too large for InferenceMethod::kExact.
  bool has_exact_posterior() const { return largest_group_ <= ModelLimits::kJointStates; }
  size_t largest_group() const { return largest_group_; }  // joint states; 1 where nothing couples

  size_t num_factors() const { return factors_.size(); }
  size_t num_modalities() const { return modalities_.size(); }
  std::span<const uint32_t> num_controls() const { return num_controls_; }  // per factor

  size_t total_states() const { return total_states_; }      // length of a belief
  size_t total_outcomes() const { return total_outcomes_; }  // length of log preferences
  size_t total_controls() const { return total_controls_; }  // length of action marginals
  size_t largest_joint() const { return largest_joint_; }    // joint states of any tensor's parents
  size_t largest_axis() const { return largest_axis_; }      // states or outcomes of one of them

  std::span<const Real> initial_states() const { return initial_; }
  // Of planning step t = 0, 1, ...; the last column holds for all steps after it.
  std::span<const Real> log_preferences(size_t step) const;
  size_t preference_steps() const { return log_preferences_.size() / total_outcomes_; }
  // ln E, empty if every policy is equally likely.
  std::span<const Real> log_policy_prior() const { return log_policy_prior_; }
  Real gamma() const { return gamma_; }
  Real alpha() const { return alpha_; }
  const Convention& convention() const { return convention_; }
  // Whether planning can value what it would learn about A or B. Only of a LearnedModel.
  bool has_novelty() const { return has_novelty_; }

  const std::string& factor_name(size_t factor) const { return factor_names_[factor]; }
  const std::string& modality_name(size_t modality) const { return modality_names_[modality]; }

 private:
  friend class LearnedModel<Real>;

  GenerativeModel() = default;
  // The same model, reading this one's tensors, which stay where they are.
  GenerativeModel sharing_tensors() const;
  void add_factors(const ModelDesc& desc);
  void add_modalities(const ModelDesc& desc);
  void add_preferences(const ModelDesc& desc);
  void link_factors_to_modalities();
  void group_coupled_factors();

  std::vector<Factor<Real>> factors_;
  std::vector<Modality<Real>> modalities_;
  std::vector<CoupledGroup> groups_;
  std::vector<uint32_t> num_controls_;
  std::vector<std::string> factor_names_;
  std::vector<std::string> modality_names_;
  std::vector<std::vector<uint32_t>> indices_;  // parents, slices and links
  std::vector<std::vector<Real>> tensors_;
  std::vector<Real> initial_;
  std::vector<Real> log_preferences_;  // [step][outcomes of all modalities]
  std::vector<Real> log_policy_prior_;
  size_t total_states_ = 0;
  size_t total_outcomes_ = 0;
  size_t total_controls_ = 0;
  size_t largest_joint_ = 1;
  size_t largest_axis_ = 1;
  size_t largest_group_ = 1;
  Real gamma_ = 0;
  Real alpha_ = 0;
  Convention convention_;
  bool has_novelty_ = false;
};

// Log preferences over one modality's outcomes from relative ones, by the convention.
template <class Real>
void to_log_preferences(const Convention& convention, Input<Real> preferences, Output<Real> out);

extern template class GenerativeModel<double>;
extern template class GenerativeModel<float>;

}  // namespace dks::mind
