// A golden case of discrete active inference, read from JSON (schema dks-aif-golden/1).
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "model_json.h"

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
  std::vector<double> vfe;
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

struct MindCase {
  capi::ModelDocument document;    // what any host may load
  bool explicit_policies = false;  // else those that are enumerated, in that order
  MindCounts final_counts;
  MindCounts final_model;              // A, B and D
  std::vector<double> inductive_rows;  // [factor][row][state], empty where not given
  std::vector<MindStep> steps;

  const mind::MindDesc& mind() const { return document.mind; }
};

// The model is read as dks_mind_create() reads it. Also refuses what the case gives and nobody here
// compares.
Result<MindCase> read_mind_case(const std::string& path);

}  // namespace dks::golden
