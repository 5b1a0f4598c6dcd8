// The built-in agent type: a species bound to a world.
// SPDX-License-Identifier: MIT
//
// It uses nothing but what an agent type has: fields, sense, think and act, a read-only world and
// Commands. A step of a pet:
//   sense   its body gets on (body.cpp), messages and surroundings become outcomes (senses.cpp), it
//           hears what its neighbours believe (trust.cpp) and learns from what it meets
//           (learning.cpp, foraging.cpp)
//   think   beliefs, plans, choice, affect (thinking.cpp), in its turn (attention.cpp)
//   act     the chosen action's deeds, one after the other (deeds.cpp)
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/lanes/lane_engine.h"
#include "mind/planning_graph.h"
#include "pet/around.h"
#include "pet/counts.h"
#include "pet/species.h"
#include "social/ties.h"
#include "world/schema.h"
#include "world/ways.h"
#include "world/world.h"

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace dks::pet {

// In the column `observation`: the modality said nothing. Documents name 64 outcomes at most.
inline constexpr uint8_t kNoOutcome = 255;
// The same in a lane of the mind: -1.
inline int32_t in_lane(uint8_t outcome) {
  return outcome == kNoOutcome ? -1 : outcome;
}

// Indices of the table's columns. Needs come first, each under its own name.
//
// `prior` is for explanations alone: the beliefs from which the last ones were inferred, so that
// what was predicted can be told after what came has overwritten it. It holds whatever went into
// the prior, costs a byte a state (small_float.h) and no arithmetic of the model's; the predicted
// outcomes follow from it when somebody asks.
struct Columns {
  uint32_t needs = 0;
  uint32_t belief, prior, observation, score, choice, action;
  uint32_t personality, valence, arousal, dominance, emotion, mood, free_energy, surprise, hostile;
  uint32_t partner, tie_other, tie_familiarity, tie_met;
  uint32_t heard = 0, told = 0;  // where beliefs are shared: trust.cpp
  uint32_t habit_count = 0, tie_friendly = 0, tie_hostile = 0, encounter = 0;  // learning.cpp
  uint32_t spot_cell = 0, spot_found = 0, spot_missed = 0, heading = 0;        // foraging.cpp
  uint32_t lived, critical, critical_need, critical_steps, in_a_row, withdrawn, news, care,
      last_care;
  uint32_t unthought = 0;  // where not every step is one of thinking: attention.cpp
  uint32_t intent = 0, intent_cell = 0, intent_partner = 0, neighbours = 0;  // hosted.cpp
};

// Of bodies that a host moves: how many agents it can say are near, and what the first of them is
// as long as it said nothing.
inline constexpr uint32_t kNeighbours = 8;
inline constexpr uint64_t kNobodySaid = (uint64_t{1} << 53) - 1;

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
  // Of a deed at the spot to which the action goes: the way there, which ends in its cells.
  std::optional<uint32_t> spot_way;
  std::optional<uint32_t> sought;  // go: on the way to consume that, where spots are learned
};

struct BoundSense {
  uint32_t layer = 0;
  uint32_t field = 0;
  std::vector<int32_t> outcome_of_category;  // -1: absent
  std::vector<double> exposure;              // by category
  std::vector<float> strength;               // by object kind
};

// A factor about which neighbours' beliefs count.
struct SharedFactor {
  uint32_t first;  // state of the model
  uint32_t levels;
  uint32_t heard;   // offset in what was heard in one step
  uint32_t handle;  // of the field `told_<factor>` that types share
  std::vector<float> log_initial;
};

// What some action goes to consume, and learns where to find.
struct Sought {
  std::string name;  // of the layer
  uint32_t layer = 0;
  uint32_t need = 0;
  float amount = 0;             // that it wants at a time
  uint32_t action = 0, go = 0;  // the deed that goes there
};

// Where a pet remembers what it sought to be, or not to be. A view of its columns; unused places
// have no cell.
struct Spots {
  std::span<uint32_t> cell;
  // Counts by spot, of how much it found of what it wanted; last of all places of the kind together
  // where the action goes.
  std::span<float> found;
  std::span<float> missed;

  float find_elsewhere() const {     // P(find) of a place of the kind that it does not remember
    constexpr float kInnate = 0.9F;  // what is expected of the kind before any was seen
    return BetaCounts{found.back(), missed.back()}.mean(kInnate);
  }
  float find(size_t spot) const {
    return BetaCounts{found[spot], missed[spot]}.mean(find_elsewhere());
  }
  void learn(size_t spot, float share, float rate) const {
    BetaCounts counts{found[spot], missed[spot]};
    counts.learn(share, rate);
    found[spot] = counts.yes;
    missed[spot] = counts.no;
  }
};
inline constexpr uint32_t kSpots = 4;  // of each thing sought

// A number of the mind that personality moves: base + sum of weight * (2 trait - 1).
struct Tuned {
  struct Pull {
    uint32_t trait;
    float weight;
  };
  uint32_t at = 0;  // which outcome or action
  float base = 0;
  std::vector<Pull> pulls;

  float value(std::span<const float> personality) const;
  // Of as many pets as `out` has room for; personalities: [kTraits][pets].
  void values(std::span<const float> personalities, std::span<float> out) const;
};

// A block of pets on its way through the lane engine, and whose turn it is in which lane. Numbers
// come as [number][lanes].
struct Thinking {
  explicit Thinking(const mind::LaneEngine& with);

  const mind::LaneEngine* engine;
  mind::LaneWorkspace lanes;
  std::vector<uint32_t> rows;
  std::vector<uint8_t> first;         // has not acted yet, so that nothing was predicted
  std::vector<uint32_t> unthought;    // steps since its last thought
  std::vector<BetaCounts> hostility;  // of whoever is near
  std::vector<float> personality;     // [traits]
  std::vector<float> learned_habit;   // [actions], in nats
  std::vector<float> log_precision;   // ln of the own gamma against the species'
  std::vector<float> trust;
  // How it feels: surprise is the running mean of free energy, before the thought and after.
  std::vector<float> surprise, valence, arousal, dominance;
  std::vector<float> told;  // [shared factors], how much there is to tell, in nats
  // Of one pet, as its body and its habit counts are about to be.
  std::vector<float> needs, habits;
};

// Thoughts of those whose turns come next, each worked out from what it was about to perceive.
struct Foresight {
  uint64_t step = UINT64_MAX;
  std::vector<Thinking> blocks;
  struct Pet {
    uint32_t row;
    std::array<float, kTraits> personality;
  };
  std::vector<Pet> pets;  // in the order of their turns, `lanes` to a block
  size_t next = 0;        // whose turn was not yet
};

// What a body has to tell when its turn to act comes, as bits.
namespace news {
inline constexpr uint8_t kIsCritical = 1;
inline constexpr uint8_t kIsRelieved = 2;
inline constexpr uint8_t kWithdrew = 4;
inline constexpr uint8_t kRecovered = 8;
inline constexpr uint8_t kDies = 16;
inline constexpr uint8_t kFeelsOtherwise = 32;
}  // namespace news

class PetType {
 public:
  // Checks the species as far as that needs no world: shapes, probabilities, a model that can be
  // built.
  static Result<std::shared_ptr<PetType>> make(Species species);
  // The agent type to register, before bind().
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
  // With what the pet learned.
  void log_habits(const Table& table, uint32_t row, std::span<double> out) const;
  float gamma(std::span<const float> personality) const;
  float information_gain(std::span<const float> personality) const;

  // Which first actions a thought from the pet's present beliefs looks further after, [actions].
  // Allocates.
  void followed_actions(const Table& table, uint32_t row, std::span<uint8_t> out) const;

  // The pet's own distribution over its actions in the coming steps: out[t][action] is of the t-th
  // step from now. What it will perceive is open, so this is the mean over futures drawn from its
  // own model: what its last action has led to, outcomes that this makes likely, what it would
  // believe and choose then, and so on. They are always the same 64, and one more in which it
  // follows its habits, so that nothing is ruled out. A mind that acts at random expects every
  // action alike. Of a withdrawn pet this is what it would do if it were back.
  // Shapes: out [steps][actions]. Cost: 64 thoughts a step, and some allocation.
  void predict_actions(
      const World& world, const Table& table, uint32_t row, uint32_t steps, std::span<double> out
  ) const;

  social::Ties ties(Table& table, uint32_t row) const;
  uint32_t unthought_steps(const Table& table, uint32_t row) const;  // since its last thought

  // The three calls, and birth.
  void born(const StepBatch& batch) const;
  void foresee(const StepBatch& batch);
  void sense(const StepBatch& batch);
  void think(const StepBatch& batch);
  void act(const StepBatch& batch);
  void done(const StepBatch& batch, double share);
  void fetch(const Table& table, const World& world, uint32_t row, bool own) const;
  // That rows which were not computed here, but read, are such as they could have become.
  Result<> check_loaded(const Table& table, const World& world) const;

 private:
  explicit PetType(Species species) : species_(std::move(species)) {}
  // fields.cpp
  std::vector<Field> fields();
  void add_mind(std::vector<Field>& to);
  void add_company(std::vector<Field>& to);
  void add_learning(std::vector<Field>& to);
  void add_body(std::vector<Field>& to);
  void add_intent(std::vector<Field>& to);
  // binding.cpp
  Result<> bind_deeds(World& world);
  Result<> share_fields(World& world);
  Result<> bind_stages(const World& world);

  Result<> build_mind(const mind::ModelDesc& desc);
  void tune();
  void share_beliefs();
  void prepare(const World& world);
  Thinking new_block(const mind::LaneEngine& engine) const;

  // body.cpp
  void live(bool withdrawn, std::span<float> needs) const;
  static float strength_of(const Message& message);
  void feel_message(const Message& message, std::span<float> needs, int32_t& company) const;
  void remember(const StepBatch& batch, uint32_t row, const Message& message) const;
  std::optional<uint32_t> critical_need(const Table& table, uint32_t row) const;
  bool is_well(const Table& table, uint32_t row) const;
  void judge(Table& table, uint32_t row) const;
  void tell_news(const StepBatch& batch, uint32_t row) const;
  // senses.cpp
  void look_around(
      const StepBatch& batch,
      std::span<const uint32_t> rows,
      uint32_t earshot,
      std::span<Around> around
  ) const;
  void sense(const StepBatch& batch, uint32_t row, const Around& around);
  enum class Encounter : uint8_t { kNone, kFriendly, kHostile };
  struct Company {
    int32_t outcome = -1;
    AgentId partner{};
    Encounter encounter = Encounter::kNone;
  };
  void load_needs(const Table& table, uint32_t row, std::span<float> needs) const;
  template <class PutOutcome>
  Company perceive(
      const StepBatch& batch,
      uint32_t row,
      const Around& around,
      std::span<const float> needs,
      int32_t message_outcome,
      PutOutcome put
  ) const;
  Company perceive_company(
      const StepBatch& batch, uint32_t row, const Around& around, const Modality& modality
  ) const;
  // thinking.cpp
  void fetch_thought(const Table& table, uint32_t row) const;
  void seat(
      const Table& table,
      uint32_t row,
      std::span<const float> habit_counts,
      Thinking& thinking,
      size_t lane
  ) const;
  void personalise(Thinking& thinking) const;  // personality.cpp
  void think_through(const StepBatch& batch, Thinking& thinking, size_t count) const;
  void conclude(const StepBatch& batch, const Thinking& thinking, size_t lane) const;
  void feel(Thinking& thinking) const;
  void show_feelings(Table& table, const Thinking& thinking, size_t lane) const;
  uint32_t choose(const StepBatch& batch, uint32_t row) const;
  bool think_as_foreseen(const StepBatch& batch, uint32_t row);
  void think_in_blocks(const StepBatch& batch, Thinking& thinking) const;
  // predict.cpp
  void live_on(Thinking& futures, std::span<Random> random, bool first) const;
  void expect_no_thought(Thinking& futures) const;
  // attention.cpp
  bool has_turn(uint64_t step, AgentId pet) const;
  bool thinks(const StepBatch& batch, uint32_t row) const;
  void carry_on(Table& table, uint32_t row) const;
  void catch_up(Thinking& thinking, size_t count) const;
  // trust.cpp
  uint32_t earshot() const;  // cells; 0: it does not listen
  void listen(const StepBatch& batch, uint32_t row, const Around& around) const;
  void pool_heard(const StepBatch& batch, Thinking& thinking, size_t lane) const;
  void weigh_news(Thinking& thinking) const;
  void tell_beliefs(Table& table, const Thinking& thinking, size_t lane) const;
  // learning.cpp
  void prepare_learning();
  bool learns_habits() const { return species_.learning.habits > 0; }
  bool learns_company() const { return friendly_state_ != hostile_state_; }
  bool learns_food() const { return !sought_.empty(); }
  std::span<const float> habit_counts(const Table& table, uint32_t row) const;
  void learn_habits(const StepBatch& batch, uint32_t row, std::span<float> counts) const;
  BetaCounts hostility(Table& table, uint32_t row, AgentId other) const;
  BetaCounts hostility_of_partner(Table& table, uint32_t row) const;
  void expect_partner(Thinking& thinking, size_t lane) const;
  void learn_company(Table& table, uint32_t row, uint32_t steps) const;
  uint32_t most_promising(const StepBatch& batch, uint32_t row) const;
  // foraging.cpp
  void find_sought();
  std::optional<uint32_t> sought_by(const Action& action, size_t go) const;
  Spots spots(Table& table, uint32_t row, size_t sought) const;
  void notice(const StepBatch& batch, uint32_t row) const;
  void forage(const StepBatch& batch, uint32_t row, const BoundDeed& deed, Random& random);
  void search(const StepBatch& batch, uint32_t row, Random& random) const;
  // hosted.cpp
  bool is_hosted() const { return species_.body == Body::kHost; }
  void intend(const StepBatch& batch, uint32_t row);
  std::optional<std::span<const uint64_t>> told_neighbours(const Table& table, uint32_t row) const;
  bool is_within_reach(const StepBatch& batch, uint32_t row, AgentId other) const;
  // deeds.cpp
  void do_deeds(const StepBatch& batch, uint32_t row, uint32_t action);
  void move_for(const StepBatch& batch, uint32_t row, const BoundDeed& deed, Random& random);
  void do_on_the_spot(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share)
      const;
  void go_to(const StepBatch& batch, uint32_t row, uint32_t cell) const;
  template <class IsBetter>
  static uint32_t any_around(const MultiGrid& grid, uint32_t here, Random& random, IsBetter better);
  void walk(const StepBatch& batch, uint32_t row, const Way& way, Random& random) const;
  void wander(const StepBatch& batch, uint32_t row, Random& random) const;
  void approach(const StepBatch& batch, uint32_t row) const;
  void walk_to(const StepBatch& batch, uint32_t row, uint32_t goal, uint32_t within) const;
  void climb(const StepBatch& batch, uint32_t row, uint32_t layer) const;
  void consume(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share) const;
  void restore(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share) const;
  void call(const StepBatch& batch, uint32_t row, const BoundDeed& deed) const;
  void contact(const StepBatch& batch, uint32_t row, const BoundDeed& deed, float share) const;
  struct Strength {
    float value;                     // 0: the spot is not met here
    std::optional<uint32_t> object;  // kind of the object that meets it
  };
  Strength strength_at(const World& world, uint32_t cell, const BoundDeed& deed) const;
  float gain(const StepBatch& batch, uint32_t row, uint32_t need, float amount) const;
  const Way& way(const World& world, const BoundDeed& deed);

  struct WayTo {
    Way way;
    uint64_t epoch;  // of the layer it was built from
  };

  Species species_;
  Columns columns_{};
  std::unique_ptr<mind::GenerativeModel<double>> model_;  // for explanations; minds run in lanes
  std::unique_ptr<mind::PlanningGraph> graph_;
  std::optional<mind::LaneEngine> engine_;
  std::optional<mind::LaneEngine> single_engine_;  // of fewest lanes, for one pet
  std::vector<Tuned> preferences_, habits_;        // those that personality moves
  Tuned log_gamma_, log_information_gain_, log_trust_;
  std::vector<SharedFactor> shared_factors_;       // none: nobody is trusted
  uint32_t heard_states_ = 0;                      // of all shared factors
  std::vector<float> kindness_;                    // by Care: 1, -1 for scolding, 0
  size_t friendly_state_ = 0, hostile_state_ = 0;  // of the model; alike: not learned
  std::vector<Sought> sought_;                     // none: nothing to learn about food
  std::vector<BoundSense> senses_;                 // by modality
  std::vector<uint32_t> sensed_layers_;            // each once
  std::vector<std::vector<BoundDeed>> deeds_;      // by action
  std::vector<WayTo> ways_;
  std::optional<std::pmr::vector<uint32_t>> way_queue_;  // scratch memory of theirs
  std::vector<uint32_t> care_kinds_;                     // by Care: symbol
  std::vector<Thinking> thinking_;                       // by worker
  std::vector<Thinking> alone_;                          // one: for who thinks again at its turn
  Foresight foresight_;
  std::vector<uint32_t> shared_needs_;  // by need: handle, so that contact reaches any species
  uint32_t shared_mood_ = 0;
  uint32_t shared_hostile_ = 0;
  uint32_t call_kind_ = 0, contact_kind_ = 0, to_world_ = 0;
  // In which stage of staged activation each of the calls has its turn.
  uint32_t sense_stage_ = 0, think_stage_ = 0, act_stage_ = 0;
};

}  // namespace dks::pet
