// The mind's arithmetic for many agents at once: one agent in each lane of a vector register.
// SPDX-License-Identifier: MIT
//
// Does in float what infer_states(), expected_free_energy() and policy_posterior() do, for a block
// of agents that share a model. Lanes never mix and every operation is IEEE, so an agent's results
// have the same bits on every instruction set, in every lane, beside any neighbours.
#pragma once

#include "base/platform/cpu.h"
#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/lanes/program.h"
#include "mind/planning_graph.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace dks::mind {

struct LaneSettings {
  bool use_utility = true;
  bool use_states_info_gain = true;
  // Look beyond the first step only after this many best first actions. 0 means all.
  uint32_t keep_first_actions = 0;
};

namespace lanes {
struct OwnedProgram;
}
class LaneEngine;

// One block of agents: numbers come as [number][lanes]. A lane without an agent may hold anything
// that an agent could, such as a copy of another lane. One thread at a time.
class LaneWorkspace {
 public:
  explicit LaneWorkspace(const LaneEngine& engine);
  LaneWorkspace(LaneWorkspace&&) noexcept = default;
  LaneWorkspace& operator=(LaneWorkspace&&) noexcept = default;
  LaneWorkspace(const LaneWorkspace&) = delete;
  LaneWorkspace& operator=(const LaneWorkspace&) = delete;

  size_t lanes() const { return lanes_; }

  // One agent's numbers into its lane of an array below, and out of it.
  template <class T>
  void put(const T* numbers, size_t lane, std::span<T> array) const {
    for (size_t at = lane; at < array.size(); at += lanes_) {
      array[at] = *numbers++;
    }
  }
  template <class T>
  void take(std::span<T> array, size_t lane, T* numbers) const {
    for (size_t at = lane; at < array.size(); at += lanes_) {
      *numbers++ = array[at];
    }
  }

  // What predict() reads, all of the moment when the last action was taken.
  std::span<float> belief;       // [states]
  std::span<int32_t> action;     // [factors]
  std::span<float> last_choice;  // [actions], for the charge
  std::span<float> last_score;   // [actions]
  // What predict() leaves and infer() reads: the caller may change or set the prior in between.
  std::span<float> prior;     // [states]
  std::span<float> evidence;  // [actions], F_u = -ln P(observation | each first action)
  // Affective charge (qu - pu) . G, where pu is the last choice, G its scores, qu what has become
  // of it: softmax(ln pu - F_u). Hesp et al. 2021, "Deeply felt affect".
  std::span<float> charge;         // [1], in nats
  std::span<int32_t> observation;  // [modalities], -1 = absent
  std::span<float> precision;      // [modalities], of their log likelihoods, such as trust
  // What infer() leaves and plan() reads.
  std::span<float> q;                 // [states]
  std::span<float> free_energy;       // [1], in nats
  std::span<float> log_preferences;   // [outcomes], for all steps alike
  std::span<float> log_habit;         // [actions], added to ln E of the policies that begin so
  std::span<float> gamma;             // [1], precision of policies
  std::span<float> info_gain_weight;  // [1]
  // What plan() leaves: the probability of each first action; its expected score. One that was not
  // followed further scores as if it went on like the best one.
  std::span<float> choice;      // [actions]
  std::span<float> score;       // [actions], in nats
  std::span<float> indecision;  // [1], entropy of choice, in nats
  std::span<float> neg_efe;     // [policies], kPrunedScore where pruned
  std::span<float> q_pi;        // [policies]

  // Which of the optional inputs and outputs are used.
  bool own_preferences = false;  // else the model's
  bool habits = false;           // else policies have the model's prior alone
  bool precisions = false;       // else 1
  bool wants_evidence = false;   // and charge
  bool wants_policies = false;   // neg_efe and q_pi

 private:
  friend class LaneEngine;
  lanes::LaneBlock block() const;
  lanes::LaneOptions options() const;

  size_t lanes_;
  std::vector<float> memory_;
  std::span<float> scratch_;
};

// Immutable: any number of threads may share it, each with a workspace of its own.
class LaneEngine {
 public:
  // Refuses the entropy form of spm_MDP_G and exact inference; pruning where the policies do not go
  // on alike after every first action, or have a prior of their own; an instruction set that is not
  // there.
  static Result<LaneEngine> build(
      const GenerativeModel<float>& model,
      const PlanningGraph& graph,
      const LaneSettings& settings,
      InstructionSet set = best_instruction_set()
  );

  size_t lanes() const { return kernels_->width; }
  InstructionSet instruction_set() const { return set_; }

  // prior = B q of the last action; also evidence and charge, where they are wanted.
  void predict(LaneWorkspace& workspace) const;
  // q from prior and observation, by the model's convention, always with all iterations.
  void infer(LaneWorkspace& workspace) const;
  // choice and score from q; also neg_efe and q_pi, where they are wanted.
  void plan(LaneWorkspace& workspace) const;

 private:
  friend class LaneWorkspace;
  LaneEngine() = default;

  std::shared_ptr<const lanes::OwnedProgram> owned_;
  const lanes::LaneKernels* kernels_ = nullptr;
  InstructionSet set_ = InstructionSet::kBaseline;
  float gamma_ = 0;
};

}  // namespace dks::mind
