// Scratch memory of the mind's functions, sized once per model.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/generative_model.h"
#include "mind/planning_graph.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dks::mind {

// One thread at a time; any number of agents one after the other. No function allocates once it has
// its workspace. Contents mean nothing between calls, except that the predictions of the last
// expected_free_energy() stay readable (predicted_states, predicted_outcomes).
template <class Real>
struct Workspace {
  explicit Workspace(const GenerativeModel<Real>& model);  // state inference only
  Workspace(const GenerativeModel<Real>& model, const PlanningGraph& graph);

  // State inference.
  std::vector<Real> log_prior;   // [states]
  std::vector<Real> next;        // [states], beliefs of the sweep under way
  std::vector<Real> row;         // [largest axis], one factor or modality
  std::vector<Real> joint;       // [largest joint]
  std::vector<Real> contracted;  // [largest joint]

  // Planning.
  std::vector<Real> qo;                  // [largest axis], outcomes of one modality
  std::vector<Real> beliefs;             // values of PlanningGraph::beliefs()
  std::vector<Real> outcomes;            // values of PlanningGraph::outcomes()
  std::vector<Real> outcome_terms;       // per predicted outcome: utility, information gain
  std::vector<Real> outcome_novelty;     // per predicted outcome, of a model that learns
  std::vector<Real> belief_novelty;      // per predicted belief, of a model that learns
  std::vector<Real> node_terms;          // per prefix node: terms summed along its beginning
  std::vector<Real> node_state_values;   // per prefix node: state values along its beginning
  std::vector<Real> scores;              // per first action
  std::vector<uint8_t> kept;             // per first action: 0 where pruned
  std::vector<uint8_t> wanted_beliefs;   // per predicted belief: 0 where only pruned ones want it
  std::vector<uint8_t> wanted_outcomes;  // per predicted outcome
};

extern template struct Workspace<double>;
extern template struct Workspace<float>;

}  // namespace dks::mind
