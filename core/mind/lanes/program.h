// A generative model and what is planned with it, as flat lists of loops over a block of agents.
// SPDX-License-Identifier: MIT
//
// Plain data: the kernels of several instruction sets read it, and any function they shared would
// be compiled for the set that the linker meets first. Sizes and places count numbers; in a block
// every number stands `width` times, once for each lane. A place without further word is one in the
// scratch memory of a block.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dks::mind::lanes {

inline constexpr uint32_t kNone = UINT32_MAX;

struct Range {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Sums one axis out: to[i][c] = sum_s belief[s] * table[i][s][c], states in order.
struct Contraction {
  uint32_t belief;  // place
  uint32_t states;
  uint32_t outer;
  uint32_t rest;
  uint32_t shared;  // the table among the constants, or kNone where it is the block's own
  uint32_t table;   // place of a table of the block's own
  uint32_t to;      // place
};

// ---- state inference ----

struct LaneFactor {
  uint32_t states;
  uint32_t at;  // in beliefs
  uint32_t controls;
  uint32_t slices;            // of the transition
  uint32_t slice_of_control;  // indices [controls]
  uint32_t predictions;       // place: [slices][states], where each slice leads
  uint32_t logits;            // place: [states], ln prior and what groups of this factor alone say
  uint32_t coupled;           // shares a group with other factors
  Range messages;             // of groups with several parents
};

struct LaneModality {
  uint32_t outcomes;
  uint32_t at;              // in log preferences
  uint32_t joint;           // joint states of its parents
  uint32_t log_likelihood;  // constants [outcomes][joint]
  uint32_t likelihood;      // constants [outcomes][joint]
  uint32_t row;             // place: [joint], the likelihood of what came
};

// Modalities with the same parents speak with one voice: the table of their summed log likelihoods.
struct LaneGroup {
  uint32_t joint;
  uint32_t table;    // place: [joint], parents rising
  Range parents;     // indices: factors, rising
  Range modalities;  // indices
  Range suffixes;    // contractions that sum the last parent out, then the one before it, ...
};

// One group's word about one of its parents: the parents after it are summed out already (those are
// updated later in a sweep), the ones before it are summed out now.
struct LaneMessage {
  uint32_t factor;  // the parent
  uint32_t result;  // place: [states of the parent]
  Range prefixes;   // contractions
};

// ---- planning ----

// What predicted outcomes are worth: qo . lnC + weight * (H[qo] - q . H[A]).
struct LaneOutcome {
  uint32_t outcomes;
  uint32_t at;           // in log preferences
  uint32_t values;       // place: [outcomes] qo, then q . H[A]; the worth replaces the first
  uint32_t preferences;  // constants, for agents without preferences of their own
};

// One step of a tree of policies.
struct LaneStep {
  Range contractions;
  Range outcomes;
  Range nodes;
};

// The whole tree, its first step, or what may follow any first step.
struct LanePlan {
  uint32_t depth;
  uint32_t policies;
  uint32_t beliefs;               // place: those it starts from
  uint32_t scores;                // place: [nodes]
  const LaneStep* steps;          // [depth]
  const uint32_t* parents;        // [nodes], kNone at the first step
  const uint32_t* node_outcomes;  // [nodes][modalities]: places of what their outcomes are worth
  const uint32_t* leaves;         // [policies]: nodes
  const uint32_t* first_actions;  // [policies]
};

// Distinct beliefs about one factor after the first step, and the first actions that lead there.
struct LaneBranch {
  uint32_t factor;
  uint32_t belief;  // place
  Range actions;    // indices
};

struct LaneProgram {
  uint32_t factors, modalities, groups;
  uint32_t states, outcomes;  // in all
  uint32_t actions;           // distinct first steps
  uint32_t policies;
  uint32_t kept;        // first actions that are followed further; `actions`: nothing is pruned
  uint32_t iterations;  // of coupled factors; 0 where there are none
  uint32_t sequential;  // 0: all at once, from uniform beliefs
  uint32_t use_utility, use_info_gain;
  float added, least;  // logarithms of probabilities take max(p + added, least)

  const LaneFactor* factor;
  const LaneModality* modality;
  const LaneGroup* group;
  const LaneMessage* message;
  const Contraction* contraction;
  const LaneOutcome* outcome;
  const uint32_t* indices;
  const float* constants;

  uint32_t present;   // place: beliefs that predictions start from
  Range predictions;  // contractions: where every slice leads
  // How likely what came was after each first action: distinct values of each modality.
  Range evidence;             // contractions
  uint32_t evidence_values;   // place
  Range evidence_modalities;  // indices: of each value its modality
  uint32_t evidence_of;       // indices [actions][modalities]: which value

  LanePlan first;
  LanePlan rest;               // of no use where nothing is pruned
  const LaneBranch* branches;  // of `first`, where it is pruned
  uint32_t branch_count;
  const float* log_policy_prior;  // [policies] or nullptr; nullptr where it is pruned
  uint32_t best_actions;          // place: [kept], integers
  uint32_t weights;               // place: [policies that are looked at]
  uint32_t totals;                // place: [actions][3]
  uint32_t words;                 // place: [states of a factor]
  uint32_t energy;                // place: [factors]
};

// One block: arrays [number][width].
struct LaneBlock {
  float* belief;            // [states], of the moment of the last action
  int32_t* action;          // [factors], the last
  int32_t* observation;     // [modalities], -1 = absent
  float* precision;         // [modalities], of their log likelihoods
  float* prior;             // [states]
  float* q;                 // [states]
  float* free_energy;       // [1]
  float* evidence;          // [actions], -ln P(what came | first action)
  float* last_choice;       // [actions], of the moment of the last action
  float* last_score;        // [actions]
  float* charge;            // [1], affective
  float* log_preferences;   // [outcomes]
  float* log_habit;         // [actions], added to the log prior of policies
  float* gamma;             // [1]
  float* info_gain_weight;  // [1]
  float* choice;            // [actions], probability
  float* score;             // [actions], in nats
  float* indecision;        // [1], entropy of choice
  float* neg_efe;           // [policies]
  float* q_pi;              // [policies]
  float* scratch;
};

// What is not wanted is left out.
struct LaneOptions {
  uint32_t own_preferences;  // else the model's
  uint32_t habits;
  uint32_t precision;
  uint32_t evidence;
  uint32_t policies;  // neg_efe and q_pi are written
};

// What one instruction set offers.
struct LaneKernels {
  uint32_t width;
  // belief, action -> prior; where evidence is wanted also observation, last_choice, last_score ->
  // evidence, charge
  void (*predict)(const LaneProgram&, const LaneOptions&, const LaneBlock&);
  // prior, observation -> q, free_energy
  void (*infer)(const LaneProgram&, const LaneOptions&, const LaneBlock&);
  // q -> choice, score, indecision (neg_efe, q_pi)
  void (*plan)(const LaneProgram&, const LaneOptions&, const LaneBlock&);
};

const LaneKernels& baseline_kernels();
#if defined(__x86_64__) && !defined(DKS_WITHOUT_AVX)
const LaneKernels& avx2_kernels();
const LaneKernels& avx512_kernels();
#endif

}  // namespace dks::mind::lanes
