// A mind: a generative model, the policies to choose between, and how to value them.
// SPDX-License-Identifier: MIT
//
// A mind never changes after it was built, so that any number of agents and threads may share it.
// An agent's own are its beliefs, what it observes and what it does; what thinking writes meanwhile
// is in a workspace. One step of an agent:
//   predict_states(model, q, last action) -> prior
//   infer_states(model, prior, outcomes)  -> q
//   plan(q)                               -> q_pi, from which an action is chosen
// Where a mind has lanes(), these do the same for many agents at once.
#pragma once

#include "base/status.h"
#include "mind/expected_free_energy.h"
#include "mind/generative_model.h"
#include "mind/inductive.h"
#include "mind/infer_states.h"
#include "mind/lanes/lane_engine.h"
#include "mind/learned_model.h"
#include "mind/planning_graph.h"
#include "mind/policies.h"
#include "mind/sophisticated.h"
#include "mind/workspace.h"

#include <memory>
#include <optional>
#include <vector>

namespace dks::mind {

struct MindDesc {
  ModelDesc model;
  Policies policies;
  // Counts of a newborn, which the model then follows; `parameter_info_gain` in it is not read.
  LearningDesc counts;
  bool use_utility = true;
  bool use_states_info_gain = true;
  bool use_parameter_info_gain = false;  // has an effect where there are counts
  std::optional<GoalDesc> goals;         // inductive inference
  // Sophisticated search instead of scoring policies as they stand, which then have one step.
  // `goals` in it is not read.
  std::optional<SearchSettings<double>> search;
};

template <class Real>
struct MindWorkspace;

template <class Real>
class Mind {
 public:
  // Refuses what its parts refuse.
  static Result<std::shared_ptr<const Mind>> build(MindDesc desc);

  const GenerativeModel<Real>& model() const { return learned_ ? learned_->model() : *base_; }
  const PlanningGraph& graph() const { return *graph_; }
  const Policies& policies() const { return graph_->policies(); }

  // Scores policies from beliefs q, and how likely each is to be chosen:
  // q_pi = softmax(gamma * neg_efe + ln E).
  // Shapes: q [states], neg_efe and q_pi [policies]; log_preferences [outcomes], the agent's own
  // ln C for every step alike, or empty for the model's.
  void plan(
      Input<Real> q,
      Input<Real> log_preferences,
      Output<Real> neg_efe,
      Output<Real> q_pi,
      MindWorkspace<Real>& workspace
  ) const;

  // The three steps in lanes, or nullptr: lanes are for float, for what LaneEngine::build() takes,
  // and for minds of moderate size without goals, search or parameter information gain. They always
  // do all iterations of a fixed point, so a mind whose settings mean to stop long before has none.
  const LaneEngine* lanes() const { return lanes_ ? &*lanes_ : nullptr; }

 private:
  friend struct MindWorkspace<Real>;

  Mind() = default;

  std::optional<GenerativeModel<Real>> base_;
  std::optional<LearnedModel<Real>> learned_;
  std::optional<PlanningGraph> graph_;
  std::optional<Goals<Real>> goals_;
  std::optional<SearchSettings<Real>> search_;
  PlanningSettings<Real> planning_;
  std::optional<LaneEngine> lanes_;
};

// Scratch memory, one for each thread that thinks; sized once, so that thinking allocates nothing.
template <class Real>
struct MindWorkspace {
  explicit MindWorkspace(const Mind<Real>& mind);

  Workspace<Real> planning;  // for predict_states() and infer_states() too
  std::optional<SearchWorkspace<Real>> search;
  std::vector<Real> state_values;  // [states], where the mind has goals
};

extern template class Mind<double>;
extern template class Mind<float>;
extern template struct MindWorkspace<double>;
extern template struct MindWorkspace<float>;

}  // namespace dks::mind
