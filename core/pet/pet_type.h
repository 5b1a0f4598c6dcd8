// The built-in agent type: a species bound to a world.
// SPDX-License-Identifier: MIT
//
// It uses nothing but what an agent type has: fields, sense, think and act, a read-only world and
// Commands. A step of a pet:
//   sense   its body gets on (body.cpp), messages and surroundings become outcomes (senses.cpp)
//   think   beliefs, plans, choice, affect (thinking.cpp)
//   act     the chosen action's deeds, one after the other (deeds.cpp)
#pragma once

#include "base/status.h"
#include "mind/expected_free_energy.h"
#include "mind/generative_model.h"
#include "mind/infer_states.h"
#include "mind/planning_graph.h"
#include "mind/workspace.h"
#include "pet/species.h"
#include "social/ties.h"
#include "world/schema.h"
#include "world/ways.h"
#include "world/world.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace dks::pet {

// Indices of the table's columns. Needs come first, each under its own name.
struct Columns {
  uint32_t needs = 0;
  uint32_t belief, observation, score, choice, action;
  uint32_t personality, valence, arousal, mood, free_energy, surprise, hostile;
  uint32_t partner, tie_other, tie_familiarity, tie_met;
  uint32_t lived, critical, critical_steps, in_a_row, withdrawn, care, last_care;
};

// A deed with its names looked up in the world.
struct BoundDeed {
  Verb verb;
  uint32_t need = 0;
  float amount = 0;
  uint32_t layer = 0;                  // consume, climb
  std::optional<uint32_t> spot_layer;  // where the spot is a category
  uint32_t spot_category = 0;
  std::vector<float> strength;  // where the spot is an affordance: by object kind
  uint32_t way = 0;             // go
};

struct BoundSense {
  uint32_t layer = 0;
  uint32_t field = 0;
  std::vector<int32_t> outcome_of_category;  // -1: absent
  std::vector<double> exposure;              // by category
  std::vector<float> strength;               // by object kind
};

// What planning and inference need of memory, one for each worker.
struct Scratch {
  Scratch(
      const mind::GenerativeModel<double>& model,
      const mind::PlanningGraph& graph,
      const mind::PlanningGraph& next,
      size_t actions
  );
  mind::Workspace<double> plan;
  mind::Workspace<double> next;  // one act ahead: what was predicted
  std::vector<double> prior, log_preferences, neg_efe, q_pi, log_policy_prior, next_efe;
  std::vector<double> log_habit, evidence, posterior, outcomes;  // by action, but outcomes
  std::vector<int32_t> factor_actions;
};

class PetType {
 public:
  // Checks the species as far as that needs no world: shapes, probabilities, a model that can be
  // built.
  static Result<std::shared_ptr<PetType>> make(Species species);
  // The agent type to register; its names are looked up when the world prepares its first step.
  AgentType agent_type(std::shared_ptr<PetType> self) const;
  // Looks layers, fields and objects up in the world, once (binding.cpp); names what is missing.
  Result<> bind(World& world);

  const Species& species() const { return species_; }
  // The action of a pet that did nothing: the number behind the last.
  uint32_t no_action() const { return static_cast<uint32_t>(species_.actions.size()); }
  const Columns& columns() const { return columns_; }
  const mind::GenerativeModel<double>& model() const { return *model_; }
  const mind::PlanningGraph& graph() const { return *graph_; }

  // ln C and ln E of one pet: the species' under its personality.
  void log_preferences(std::span<const float> personality, std::span<double> out) const;
  void log_habits(std::span<const float> personality, std::span<double> out) const;
  double gamma(std::span<const float> personality) const;
  double information_gain(std::span<const float> personality) const;

  social::Ties ties(Table& table, uint32_t row) const;

  // The three calls, and birth.
  void born(const StepBatch& batch) const;
  void sense(const StepBatch& batch) const;
  void think(const StepBatch& batch);
  void act(const StepBatch& batch);

 private:
  explicit PetType(Species species) : species_(std::move(species)) {}
  std::vector<Field> fields();
  Result<> bind_stages(const World& world);

  // body.cpp
  void live(const StepBatch& batch, uint32_t row) const;
  void receive(const StepBatch& batch, uint32_t row, const Message& message, int32_t& company)
      const;
  std::optional<uint32_t> critical_need(const Table& table, uint32_t row) const;
  bool is_well(const Table& table, uint32_t row) const;
  // senses.cpp
  void perceive(const StepBatch& batch, uint32_t row, int32_t company) const;
  int32_t perceive_company(const StepBatch& batch, uint32_t row, const Modality& modality) const;
  // thinking.cpp
  void think(const StepBatch& batch, uint32_t row, Scratch& scratch) const;
  void realise(const StepBatch& batch, uint32_t row, Scratch& scratch) const;
  void plan(const StepBatch& batch, uint32_t row, Scratch& scratch) const;
  void feel(const StepBatch& batch, uint32_t row, Scratch& scratch, double free_energy, bool first)
      const;
  uint32_t choose(const StepBatch& batch, uint32_t row, Scratch& scratch) const;
  // deeds.cpp
  void report_body(const StepBatch& batch, uint32_t row) const;
  void do_deed(const StepBatch& batch, uint32_t row, const BoundDeed& deed, Random& random);
  void walk(const StepBatch& batch, uint32_t row, const Way& way, Random& random) const;
  void wander(const StepBatch& batch, uint32_t row, Random& random) const;
  void approach(const StepBatch& batch, uint32_t row) const;
  void climb(const StepBatch& batch, uint32_t row, uint32_t layer) const;
  void consume(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const;
  void restore(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const;
  void call(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const;
  void contact(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const;
  struct Strength {
    float value;                     // 0: the spot is not met here
    std::optional<uint32_t> object;  // kind of the object that meets it
  };
  Strength strength_here(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const;
  float gain(const StepBatch& batch, uint32_t row, uint32_t need, float amount) const;
  const Way& way(const World& world, const BoundDeed& deed);

  struct WayTo {
    Way way;
    uint64_t epoch;  // of the layer it was built from
  };

  Species species_;
  Columns columns_{};
  std::unique_ptr<mind::GenerativeModel<double>> model_;
  std::unique_ptr<mind::PlanningGraph> graph_;
  std::unique_ptr<mind::PlanningGraph> next_graph_;  // one act ahead
  std::vector<BoundSense> senses_;                   // by modality
  std::vector<std::vector<BoundDeed>> deeds_;        // by action
  std::vector<WayTo> ways_;
  std::vector<uint32_t> care_kinds_;    // by Care: symbol
  std::vector<Scratch> scratch_;        // by worker
  std::vector<uint32_t> shared_needs_;  // by need: handle, so that contact reaches any species
  uint32_t shared_mood_ = 0;
  uint32_t shared_hostile_ = 0;
  uint32_t call_kind_ = 0, contact_kind_ = 0, to_world_ = 0;
  // In which stage of staged activation each of the calls has its turn.
  uint32_t sense_stage_ = 0, think_stage_ = 0, act_stage_ = 0;
};

}  // namespace dks::pet
