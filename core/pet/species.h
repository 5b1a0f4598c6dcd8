// What a species is, as data: needs, what it believes about the world, what it can do, what it
// likes. SPDX-License-Identifier: MIT
//
// All references are indices into the lists of this description; names of the world's layers and
// objects stay names until the species is bound to a world. A species JSON document maps onto it
// one to one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dks::pet {

inline constexpr uint32_t kTraits = 5;
inline constexpr std::string_view kTraitNames[kTraits] = {
    "openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"};

// A part of the body in [0, 1]: 1 is satisfied. Its levels are what the mind perceives of it.
struct Need {
  std::string name;
  float initial = 0.8F;
  float loss = 0.01F;              // a step
  float withdrawn_loss = 0.0025F;  // the same while withdrawn; negative: it recuperates
  std::vector<float> thresholds;   // rising; level i lies below thresholds[i]
  bool vital = false;              // its lowest level is critical
};

// A hidden state factor.
struct Factor {
  std::string name;
  std::vector<std::string> levels;
  std::vector<double> initial;  // P(level) at birth; empty: all alike
  bool shared = false;          // neighbours' beliefs about it count
};

struct Condition {
  uint32_t factor;
  uint32_t level;
};

// How a factor moves where all conditions hold: to levels (`to`), or up and down from where it is
// (`shift`, which stops at the ends). What is left of the probability stays.
struct Transition {
  struct Move {
    int32_t by;  // a shift, or the level to go to
    double p;
  };
  uint32_t factor = 0;
  std::vector<Condition> when;
  bool relative = true;
  std::vector<Move> moves;
};

// P(outcomes) where all conditions hold.
struct Likelihood {
  std::vector<Condition> when;
  std::vector<double> p;
};

enum class SenseKind : uint8_t {
  kNeed,     // the level of a need
  kLayer,    // the category of a layer in the own cell, by name of the outcome
  kField,    // an environment field against thresholds
  kHazard,   // outcome 1 with the chance danger x exposure of the own cell's category, else 0
  kObject,   // outcome 1 where the own cell has an object that affords something, else 0
  kCompany,  // who is near and what users do
};

struct Sense {
  SenseKind kind = SenseKind::kNeed;
  uint32_t need = 0;
  std::string layer;               // kLayer; kHazard: whose categories exposure follows
  std::string field;               // kField
  std::vector<double> thresholds;  // kField, rising
  struct Exposure {
    std::string category;
    double share;
  };
  std::vector<Exposure> exposure;  // kHazard; a category that is not listed: 1
  std::string affordance;          // kObject
  // kCompany: outcomes for nobody, somebody friendly, somebody hostile. Users' outcomes stand in
  // Care.
  uint32_t alone = 0, friendly = 0, hostile = 0;
};

struct Modality {
  std::string name;
  std::vector<std::string> outcomes;
  std::vector<uint32_t> of;  // factors it depends on
  // Later entries overrule earlier ones; without any, outcome i shows level i of the first factor
  // with probability `accuracy` and every other outcome shares the rest.
  std::vector<Likelihood> likelihood;
  double accuracy = 0.95;
  std::vector<double> preferences;  // relative log preferences of the outcomes, in nats
  Sense sense;
};

enum class Verb : uint8_t {
  kGo,        // towards the nearest cell of a category, or object that affords something
  kClimb,     // to the neighbouring cell where a layer is highest
  kConsume,   // takes `amount` from a layer's cell into a need
  kRestore,   // adds `amount` to a need, where `where` holds
  kApproach,  // towards the nearest other in sight
  kContact,   // with whoever is within reach: both gain `amount` of a need that both have, and get
              // to know each other
  kGive,      // as kContact, but the other's gain is the own loss
  kCall,      // a noise, and a message "call" to the nearest in sight and to the world
  kWander,    // a step in a random direction
};
inline constexpr std::string_view kVerbNames[] = {
    "go", "climb", "consume", "restore", "approach", "contact", "give", "call", "wander"};

// What a body does by moving; the rest it does where it is.
inline bool is_movement(Verb verb) {
  return verb == Verb::kGo || verb == Verb::kClimb || verb == Verb::kApproach ||
         verb == Verb::kWander;
}

// A spot in the world: a category of a layer, or an object that affords something; empty: anywhere.
struct Spot {
  std::string layer;
  std::string category;
  std::string affordance;
  bool anywhere() const { return layer.empty() && affordance.empty(); }
};

// One thing that an action does to the world, in the order given.
struct Deed {
  Verb verb = Verb::kWander;
  Spot spot;          // go: where to; restore, consume: only there
  std::string layer;  // consume, climb
  uint32_t need = 0;
  float amount = 0;
};

struct Action {
  std::string name;
  double habit = 1;                 // relative prior probability
  std::vector<Transition> expects;  // what the mind believes it brings about
  std::vector<Deed> does;           // what it does bring about
};

// What a message of one kind does, to the body, and as which outcome of company it is perceived;
// of several in a step the last one is.
struct Care {
  struct Gain {
    uint32_t need;
    float amount;  // for a message of value 0 or 1; else times the value
  };
  std::string kind;
  std::optional<uint32_t> outcome;
  std::vector<Gain> gains;
  bool kind_act = true;  // counts as care
};

enum class Target : uint8_t { kPreference, kHabit, kGamma, kInformationGain, kTrust };

// Personality onto the mind's own parameters (Safron & DeYoung 2021): with d = 2 trait - 1 in [-1,
// 1], a preference or log habit gains weight * d; gamma, information gain and trust are multiplied
// by exp(weight * d).
struct Modulation {
  uint32_t trait = 0;
  Target target = Target::kPreference;
  uint32_t modality = 0, outcome = 0;  // kPreference
  uint32_t action = 0;                 // kHabit
  double weight = 0;
};

// Where personalities come from: a multivariate normal, cut to [0, 1].
struct PersonalityPrior {
  std::array<double, kTraits> mean = {0.5, 0.5, 0.5, 0.5, 0.5};
  std::array<double, kTraits> deviation = {};
  // Lower triangular factor of the correlation matrix.
  std::array<std::array<double, kTraits>, kTraits> cholesky = {};
};

enum class MindKind : uint8_t { kReference, kRandom };
inline constexpr std::string_view kMindNames[] = {"reference", "random"};

struct Mind {
  MindKind kind = MindKind::kReference;
  uint32_t depth = 2;         // acts it looks ahead
  uint32_t keep_actions = 3;  // looks further after so many best first acts; 0: after all
  uint32_t think_every = 1;   // steps from thought to thought
  double gamma = 4;           // precision of policies
  double information_gain = 1;
  double trust = 0;  // share that a neighbour's belief has in the own prior
};

// What a pet learns in its life: at which rate a step's experience adds to its counts (0: it does
// not learn this), and the share of them that is kept from step to step.
struct Learning {
  double habits = 0;   // from how users answer what it does
  double company = 0;  // who is friendly
  double food = 0;     // where there is what it consumes
  double retention = 0.99;
};

struct Affect {
  double charge_gain = 0.25;     // k1: of affective charge (Hesp et al. 2021)
  double preference_gain = 0.2;  // k2: of realised preference against the baseline
  double baseline = 0;     // U0: realised preference of a pet that is neither well nor ill, in nats
  double mood_rate = 0.1;  // share of valence that enters mood with each thought
  double hostile_above = 0.35;  // shows hostility where -mood (1 - agreeableness) is more
};

// Who moves a pet's body: the world, or a host that has an engine for it (hosted.cpp).
enum class Body : uint8_t { kWorld, kHost };
inline constexpr std::string_view kBodyNames[] = {"world", "host"};

struct Species {
  std::string name;
  std::string glyph;  // how pictures show it; UTF-8, may be empty
  Body body = Body::kWorld;
  uint32_t speed = 3;                  // cells a step
  uint32_t sight = 4;                  // cells
  uint32_t reach = 1;                  // cells: company and contact
  uint32_t withdraw_after = 96;        // critical steps in a row, then it withdraws; 0: never
  uint32_t dies_after = 0;             // critical steps in a row, then it dies; 0: never
  double recovers_at = 0.4;            // a withdrawn pet is back when its vital needs are above it
  double familiarity_gain = 0.2;       // a, of a meeting (Burt's reinforcement)
  double familiarity_half_life = 240;  // steps
  std::vector<Need> needs;
  std::vector<Factor> factors;
  std::vector<Transition> drift;  // what happens by itself; an action's `expects` overrule it
  std::vector<Modality> modalities;
  std::vector<Action> actions;
  std::vector<Care> care;
  std::vector<Modulation> personality;
  PersonalityPrior personality_prior;
  Mind mind;
  Learning learning;
  Affect affect;
};

}  // namespace dks::pet
