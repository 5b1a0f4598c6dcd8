// Sophisticated inference: planning that expects to learn from what it will see.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/expected_free_energy.h"
#include "mind/inductive.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dks::mind {

template <class Real>
struct SearchSettings {
  uint32_t depth = 2;                   // actions ahead, at least 1
  double action_threshold = 1.0 / 16;   // less likely actions are not followed
  double outcome_threshold = 1.0 / 16;  // nor are less likely outcomes of all modalities together
  uint32_t keep_actions = 0;            // follow at most this many of the best; 0 means all
  uint32_t keep_outcomes = 0;           // at most this many of the likeliest; 0 means all
  double gamma = 1;                     // precision of the actions within the tree
  double penalty = 512;                 // nats that an action which is not followed loses
  // Outcomes that are followed stand for the others: their weights sum to 1. However unlikely they
  // are, the likeliest outcome and the best actions are followed. Else what is not followed counts
  // as nothing, as in pymdp legacy, so that an action gains by making bad outcomes many and rare.
  bool renormalise = true;
  const Goals<Real>* goals = nullptr;  // inductive inference from the beliefs at every node
};

// Nodes that a search may at most have to visit, by its thresholds and limits.
inline constexpr double kSearchNodes = 1u << 26;
inline constexpr uint32_t kSearchDepth = 64;

// Scratch memory of a search, sized once: a workspace for each step ahead.
template <class Real>
struct SearchWorkspace {
  // Refuses a graph deeper than one step, settings out of range, and what could visit more than
  // kSearchNodes nodes: the message says which limits bring it down.
  static Result<SearchWorkspace> make(
      const GenerativeModel<Real>& model,
      const PlanningGraph& graph,
      const SearchSettings<Real>& settings
  );

  struct Level {
    Level(const GenerativeModel<Real>& model, const PlanningGraph& graph);

    Workspace<Real> planning;
    std::vector<Real> q;               // [states], beliefs at the node
    std::vector<Real> prior;           // [states], after the action that is followed
    std::vector<Real> qo;              // [outcomes], then
    std::vector<int32_t> observation;  // [modalities], the outcomes that are followed
    std::vector<Real> state_values;    // [states]
    std::vector<Real> scores;          // [actions]
    std::vector<Real> q_pi;            // [actions]
    std::vector<Real> terms;           // [actions][search terms]
    std::vector<uint8_t> followed;     // [actions]
    std::vector<Real> future;          // [search terms], of what one outcome leads to
  };
  std::vector<Level> levels;
  std::vector<Real> likeliest;  // [keep_outcomes], falling
  uint64_t nodes = 0;           // visited by the last search
};

// The terms of a searched score: those of PlanningSettings, then what pruning took.
template <class Real>
size_t num_search_terms(const GenerativeModel<Real>& model, const SearchSettings<Real>& settings) {
  return num_terms(model) + (settings.goals != nullptr ? 2 : 1);
}

// Idea: a policy is no fixed sequence. At each node the first actions are scored one step ahead;
// likely ones are followed through each likely outcome to the beliefs that it would leave, where
// the choice is made anew:
//   G(a | q) = g(a | q) + sum_o P(o | q, a) sum_a' q_pi(a' | q, a, o) G(a' | q'(a, o))
//   q_pi = softmax(gamma * G)
// Everything is linear in the terms of g, so they are carried through the tree, and a score is the
// sum of its terms to the last bit. Outcomes of modalities are taken as independent given (q, a).
// Source: Friston et al. 2021, "Sophisticated inference", the recursive form of expected free
// energy; SPM's spm_forwards; pymdp legacy's sophisticated_inference_search, 1.x planning/si.
// Shapes: q [states], neg_efe [actions of the graph's one step], terms [actions][search terms] or
// empty. settings are those of the workspace; planning.state_values is not read.
// Cost: per node one expected_free_energy() over all actions, per followed outcome one
// infer_states(); at most 1/threshold outcomes reach a threshold.
template <class Real>
void sophisticated_search(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const PlanningSettings<Real>& planning,
    const SearchSettings<Real>& settings,
    Input<Real> q,
    Output<Real> neg_efe,
    SearchWorkspace<Real>& workspace,
    Output<Real> terms = {}
);

extern template struct SearchWorkspace<double>;
extern template struct SearchWorkspace<float>;

}  // namespace dks::mind
