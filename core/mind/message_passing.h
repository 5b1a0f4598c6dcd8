// Marginal message passing: beliefs about a window of the past and about the future, per policy.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/expected_free_energy.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dks::mind {

struct MessagePassingSettings {
  int32_t iterations = 10;
  double step_size = 0.25;  // of the gradient, in (0, 1]
};

// What is remembered of the last moments, the present one last.
template <class Real>
struct Window {
  std::span<const int32_t> outcomes;  // [moments][modalities], -1 = absent
  std::span<const int32_t> actions;   // [moments - 1][factors], between them
  // Beliefs about the first moment before its outcomes: [states], or [policies][states].
  std::span<const Real> prior;
};

// Scratch memory, sized once for windows of up to `moments`.
template <class Real>
struct MessagePassingWorkspace {
  // Refuses no moments, and joint states of all factors, of which each moment holds the likelihood,
  // that would not fit in memory. The constructor alone leaves no room for messages.
  static Result<MessagePassingWorkspace> make(const GenerativeModel<Real>& model, size_t moments);
  explicit MessagePassingWorkspace(const GenerativeModel<Real>& model) : inference(model) {}

  Workspace<Real> inference;
  size_t joint_size = 1;             // of all factors
  std::vector<uint32_t> parents;     // [modalities][joint], joint state of a modality's parents
  std::vector<Real> likelihood;      // [moments][joint], of a moment's outcomes
  std::vector<Real> joint;           // [joint], of the beliefs about some factors
  std::vector<Real> contracted;      // [joint]
  std::vector<Real> transition;      // [states][states], with other parents summed out
  std::vector<Real> expected;        // [states of a factor], a message before its logarithm
  std::vector<Real> weights;         // [states of a factor]
  std::vector<Real> log_likelihood;  // [states of a factor]
  std::vector<Real> gradient;        // [states of a factor]
  std::vector<Real> log_q;           // [states of a factor]
};

// Length of one policy's beliefs: the window's moments, then one per step of the policy.
inline size_t num_moments(const Policies& policies, size_t window_moments) {
  return window_moments + policies.depth();
}

// Idea: a belief about each factor at each moment, moved along the gradient of free energy by
// messages from the moment before, the moment after and that moment's outcomes:
//   error = c ln E[A[o]] + ln (B q_before) + ln (B^T q_after) - c ln q
//   q <- softmax(ln q + step_size * (error - mean error))
// where c is 2, or 1 without a message from after: the last two moments take none. B^T has its
// columns normalised; E[A[o]] is the joint likelihood under the other factors' beliefs. evidence is
// SPM's F, the sum of q . error / 2 in the last sweep: the *negative* free energy, bigger is
// better, so add it to gamma * G + ln E. (pymdp legacy subtracts it.)
// Source: spm_MDP_VB_X of SPM; Parr et al. 2019, "Neuronal message passing using mean-field,
// Bethe, and marginal approximations"; pymdp legacy's run_mmp. A factor with several parents, which
// these leave out, sends each a message under the beliefs about the others at the same moment.
// Shapes: q [policies][moments][states], evidence [policies].
// Cost: policies x iterations x moments x (factors x joint states + transitions).
template <class Real>
void pass_messages(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const Window<Real>& window,
    const MessagePassingSettings& settings,
    Output<Real> q,
    Output<Real> evidence,
    MessagePassingWorkspace<Real>& workspace
);

// Scores of the policies by the beliefs q that pass_messages() left about the present, which is
// planning step 0, and the future; parameter information gain about B is that of the policy's
// actions. Own preferences are for all steps alike, or for depth + 1 steps.
// Shapes: neg_efe [policies], terms [policies][num_terms(model, planning)]; terms is scratch too.
template <class Real>
void expected_free_energy_of_window(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const PlanningSettings<Real>& planning,
    Input<Real> q,
    Output<Real> neg_efe,
    MessagePassingWorkspace<Real>& workspace,
    Output<Real> terms
);

extern template struct MessagePassingWorkspace<double>;
extern template struct MessagePassingWorkspace<float>;

}  // namespace dks::mind
