// A golden case of discrete active inference, read from JSON (schema dks-aif-golden/1).
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/inductive.h"
#include "mind/learned_model.h"
#include "mind/message_passing.h"
#include "mind/sophisticated.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dks::golden {

// Counts that must come out, per modality (factor) in the order of the case's axes; those that are
// not given are empty.
struct MindCounts {
  std::vector<std::vector<double>> likelihood;
  std::vector<std::vector<double>> transition;
  std::vector<std::vector<double>> initial;
};

// One step's inputs and what must come out; per-factor lists are flat.
struct MindStep {
  std::vector<int32_t> observation;
  std::vector<int32_t> action;  // drives the next step
  std::vector<double> prior;
  std::vector<double> qs;
  double vfe = 0;
  std::vector<double> vfe_parts;  // empty, or negative entropy, prior cross-entropy, accuracy
  std::optional<int32_t> iterations;
  std::vector<double> neg_efe;
  std::vector<double> q_pi;
  std::vector<double> action_marginals;
  std::vector<double> action_prob_stochastic;  // pymdp legacy
  std::vector<double> policy_prob_stochastic;  // pymdp 1.x
  std::vector<int32_t> argmax_action;          // -1 on a tie; empty where not given
  MindCounts learned;                          // after this step

  // Message passing: [policy], then moments, then states of all factors.
  std::vector<double> latest_belief;  // prior of the window
  std::vector<double> qs_pi;
  std::vector<double> evidence;
};

// What is learned, and how fast.
struct MindLearning {
  mind::LearningDesc counts;
  bool likelihood = false;
  bool transition = false;
  bool initial = false;
  double likelihood_rate = 1;
  double transition_rate = 1;
  double initial_rate = 1;
  MindCounts final_counts;
  MindCounts final_model;  // A, B and D
};

struct MindCase {
  std::string name;
  std::string needs;  // a feature that the engine does not have yet, or empty
  mind::ModelDesc model;
  size_t depth = 0;
  bool explicit_policies = false;
  std::vector<int32_t> policies;  // [policy][step][factor]
  bool use_utility = true;
  bool use_states_info_gain = true;
  bool use_parameter_info_gain = false;
  MindLearning learning;
  std::optional<mind::GoalDesc> goals;
  std::optional<mind::SearchSettings<double>> search;
  std::optional<mind::MessagePassingSettings> message_passing;
  size_t window = 0;                   // most moments that message passing looks back on
  std::vector<double> inductive_rows;  // [factor][row][state], empty where not given
  std::vector<MindStep> steps;
};

Result<MindCase> read_mind_case(const std::string& path);

}  // namespace dks::golden
