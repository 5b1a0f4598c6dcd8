// Makes the lists that lanes follow out of a model and its planning graph.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/lanes/lane_engine.h"
#include "mind/lanes/program.h"
#include "mind/planning_graph.h"

#include <cstdint>
#include <vector>

namespace dks::mind::lanes {

// A LaneProgram with the memory behind its pointers. It must not move once view() was called.
struct OwnedProgram {
  struct Plan {
    std::vector<LaneStep> steps;
    std::vector<uint32_t> parents;
    std::vector<uint32_t> node_outcomes;
    std::vector<uint32_t> leaves;
    std::vector<uint32_t> first_actions;
  };
  LaneProgram program{};
  uint32_t scratch = 0;  // numbers of a block's scratch memory
  std::vector<LaneFactor> factors;
  std::vector<LaneModality> modalities;
  std::vector<LaneGroup> groups;
  std::vector<LaneMessage> messages;
  std::vector<Contraction> contractions;
  std::vector<LaneOutcome> outcomes;
  std::vector<LaneBranch> branches;
  std::vector<uint32_t> indices;
  std::vector<float> constants;
  std::vector<float> log_policy_prior;
  Plan first, rest;

  void link();  // sets the pointers
};

Result<> build_program(
    const GenerativeModel<float>& model,
    const PlanningGraph& graph,
    const LaneSettings& settings,
    OwnedProgram& out
);

}  // namespace dks::mind::lanes
