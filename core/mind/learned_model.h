// A generative model that changes by what an agent lives through: Dirichlet counts over a shared
// one. SPDX-License-Identifier: MIT
//
// Three parts, so that many agents can learn over one structure:
//   GenerativeModel  immutable, shared by all: sizes, dependencies, and what nobody learns
//   counts           an agent's own, flat, num_counts() numbers: all that it has learned. They fit
//   a
//                    column of a table; copying them copies what was learned
//   LearnedModel     what follows from one agent's counts, computed in place: A, ln A, H[A], B, D,
//                    ln C, ln E and novelties. One per agent, or one per thread, which follow()s
//                    whoever thinks next
// Inference and planning take model(), as they take any model.
#pragma once

#include "base/status.h"
#include "mind/dirichlet.h"
#include "mind/generative_model.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dks::mind {

// Which tensors have counts, and a newborn's. Each list is empty or has an entry per modality
// (factor), in the shapes of ModelDesc; an empty entry is not learned. A count of 0 is a structural
// zero. Where a whole column is 0, what the model allows there is equally likely.
struct LearningDesc {
  std::vector<std::vector<double>> likelihood;   // pA, per modality
  std::vector<std::vector<double>> transition;   // pB, per factor
  std::vector<std::vector<double>> initial;      // pD, per factor
  std::vector<std::vector<double>> preferences;  // pC, per modality; ln C of every step alike
  std::vector<double> policy_prior;              // pE, per policy
  bool parameter_info_gain = true;               // false saves a digamma per count of A and B
};

inline constexpr double kLargestCount = 1e12;  // of a newborn

// Movable, not copyable. Reads `base`, which must outlive it. An object is one thread's at a time;
// after build() nothing allocates. In float, counts stop growing at 2^24 times what a step adds.
template <class Real>
class LearnedModel {
 public:
  // Refuses counts of other shapes or out of range: "pA[1][4] is -1, expected 0 to 1e+12".
  static Result<LearnedModel> build(const GenerativeModel<Real>& base, const LearningDesc& desc);

  // Actions never share transition slices of a learned B: they may come to differ. Planning graphs
  // and workspaces are therefore made from this model, not from its base; they serve every
  // LearnedModel of the same base and the same choice of learned tensors.
  const GenerativeModel<Real>& model() const { return model_; }

  size_t num_counts() const { return first_counts_.size(); }
  std::span<const Real> first_counts() const { return first_counts_; }

  // Makes model() the one of the agent with these counts. Cost: a logarithm per count of A, two
  // digammas where novelties are wanted.
  void follow(Input<Real> counts);

  // Each adds what one step showed to the counts, and model() follows; it was the one of the same
  // counts before. Parents' beliefs count as independent.
  // Source: Friston et al. 2016, "Active inference and learning"; pymdp's learning. Retention of
  // counts: ActiveInference.jl.

  // pA_m[o_m, parents...] += rate * prod q_parents. Absent modalities keep their counts.
  void learn_likelihood(
      Output<Real> counts,
      std::span<const int32_t> outcomes,
      Input<Real> q,
      const LearningSettings<Real>& settings
  );
  // pB_f[s', parents..., action_f] += rate * q_now[s'] * prod q_before_parents. Other actions keep
  // their counts.
  void learn_transition(
      Output<Real> counts,
      std::span<const int32_t> action,
      Input<Real> q_before,
      Input<Real> q_now,
      const LearningSettings<Real>& settings
  );
  // pD_f[s] += rate * q_f[s], where q are the beliefs about the first state.
  void learn_initial(Output<Real> counts, Input<Real> q, const LearningSettings<Real>& settings);
  // pC_m[o_m] += rate.
  void learn_preferences(
      Output<Real> counts, std::span<const int32_t> outcomes, const LearningSettings<Real>& settings
  );
  // pE[p] += rate * q_pi[p].
  void learn_policy_prior(
      Output<Real> counts, Input<Real> q_pi, const LearningSettings<Real>& settings
  );

  // Where the counts of a tensor stand, one distribution after the other: A [parents...][o],
  // B [action][parents...][s'], D [s], C [o], E [policy]. Empty if it is not learned.
  std::span<const Real> likelihood_counts(Input<Real> counts, size_t modality) const {
    return likelihoods_[modality].block.of(counts);
  }
  std::span<const Real> transition_counts(Input<Real> counts, size_t factor) const {
    return transitions_[factor].block.of(counts);
  }
  std::span<const Real> initial_counts(Input<Real> counts, size_t factor) const {
    return initials_[factor].of(counts);
  }
  std::span<const Real> preference_counts(Input<Real> counts, size_t modality) const {
    return preferences_[modality].of(counts);
  }
  std::span<const Real> policy_counts(Input<Real> counts) const { return policy_prior_.of(counts); }

 private:
  // A tensor's counts: `columns` distributions over `rows` values each, at `first`.
  struct Block {
    size_t first = 0;
    size_t columns = 0;
    size_t rows = 0;

    size_t size() const { return columns * rows; }
    std::span<const Real> of(std::span<const Real> counts) const {
      return counts.subspan(first, size());
    }
    template <class T>
    std::span<T> column(std::span<T> counts, size_t c) const {
      return counts.subspan(first + c * rows, rows);
    }
  };
  struct Likelihood {
    Block block;
    std::span<Real> expected;        // [parents...][o]
    std::span<Real> log_likelihood;  // [o][parents...]
    std::span<Real> ambiguity;       // [parents...]
    std::span<Real> novelty;         // [parents...][o], or empty
  };
  struct Transition {
    Block block;
    std::span<Real> expected;  // [action][parents...][s']
    std::span<Real> novelty;   // alike, or empty
  };
  // Of which tensors model() still holds what was given, not what counts expect.
  struct Given {
    bool likelihood = false;
    bool transition = false;
    bool initial = false;
    bool preferences = false;
    bool policy_prior = false;
  };

  LearnedModel() = default;
  void add_likelihood(size_t modality, std::span<const double> counts, bool wants_novelty);
  void add_transition(size_t factor, std::span<const double> counts, bool wants_novelty);
  template <class IsAllowed>
  void add_counts(Block& block, std::span<const double> counts, IsAllowed is_allowed);
  std::span<Real> own_copy(std::span<const Real> values);
  void start();

  void follow_what_is_due(std::span<const Real> counts);
  void follow_likelihoods(std::span<const Real> counts);
  void follow_transitions(std::span<const Real> counts);
  void follow_initial(std::span<const Real> counts);
  void follow_preferences(std::span<const Real> counts);
  void follow_policy_prior(std::span<const Real> counts);
  void follow_column(const Likelihood& learned, std::span<const Real> counts, size_t c);
  void follow_column(const Transition& learned, std::span<const Real> counts, size_t c);
  void follow_logarithm(std::span<const Real> counts, std::span<Real> out);
  std::span<const Real> joint_of(std::span<const uint32_t> factors, std::span<const Real> q);

  GenerativeModel<Real> model_;
  std::vector<Likelihood> likelihoods_;  // per modality; its block is empty where not learned
  std::vector<Transition> transitions_;  // per factor
  std::vector<Block> initials_;          // per factor
  std::vector<Block> preferences_;       // per modality
  Block policy_prior_;
  Given given_;
  std::vector<Real> first_counts_;
  std::vector<std::vector<Real>> tensors_;  // what follows from counts
  std::vector<uint32_t> own_slice_;         // 0, 1, 2, ...: every action its own
  std::vector<Real> joint_;                 // [largest joint], scratch
};

extern template class LearnedModel<double>;
extern template class LearnedModel<float>;

}  // namespace dks::mind
