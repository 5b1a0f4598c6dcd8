// The only place that knows a JSON library: what dks writes becomes structs, a run's result becomes
// JSON. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace petworld {

// A world's plan, as dks_model_world_json tells it.
struct Plan {
  struct Layer {
    std::string name;
    std::vector<std::string> categories;
  };
  struct Object {
    std::string kind;
    uint32_t x, y;
  };
  struct Type {
    std::string name;
    std::vector<std::string> actions, needs, care, fields;
    bool has(std::string_view field) const;
    bool is_species() const { return !actions.empty(); }
  };
  std::string name, mind;
  uint32_t width = 0, height = 0, steps_per_day = 0;
  std::vector<std::string> weather, object_kinds;  // by number
  std::vector<Layer> layers;
  std::vector<Object> objects;
  std::vector<Type> types;

  // The layer that says what place a cell is: "place", else the first with categories, else none.
  const Layer* places() const;
};
Plan read_plan(const std::string& json);

// Why a pet did what it did, as dks_model_explain tells it.
struct Reasons {
  using Shares = std::vector<std::pair<std::string, double>>;
  struct Option {
    std::string action;
    double probability = 0, score = 0;
    std::vector<double> terms;
    std::vector<std::string> course;
    bool followed = true;  // looked at beyond the act itself
  };
  std::string sentence;
  std::vector<std::pair<std::string, Shares>> beliefs;
  std::vector<std::pair<std::string, std::string>> perceived;  // modality, outcome ("": nothing)
  std::vector<std::string> terms;
  std::vector<Option> options;  // empty: it has not lived a step
  std::string chosen;           // "": nothing, it has withdrawn
  uint64_t step = 0;
};
Reasons read_reasons(const std::string& json);

// One pet, as dks_model_agent_json tells it.
struct PetCard {
  struct Tie {
    dks_agent_id other;
    double familiarity;
  };
  std::string type, name, action;  // the action is "none" when it did nothing
  std::optional<std::pair<uint32_t, uint32_t>> cell;
  std::vector<std::pair<std::string, double>> needs, personality;
  std::vector<Tie> ties;
  double mood = 0;
  bool critical = false, withdrawn = false;
  uint32_t care = 0;
};
PetCard read_pet(const std::string& json);

// The names of the world's timers by their ids, out of dks_model_environment_json.
std::vector<std::pair<uint64_t, std::string>> read_timers(const std::string& json);

// What a document seems to be, right or wrong, and the species and minds that a world has.
enum class Document { kBroken, kWorld, kSpecies, kDay };
struct Outline {
  struct Species {
    std::string name, file;  // a file's name is not known yet; "pet", and what stands in the world
                             // itself, has no file
  };
  Document kind = Document::kBroken;
  std::string name;  // "": it does not say
  std::vector<Species> species;
  struct Mind {
    std::string type, file;
  };
  std::vector<Mind> minds;  // of types that are no species, where a file has it
};
Outline outline(std::string_view json);

// The world `json`, which dks has taken, with the species file `file` for its species number
// `index`, or behind its last one.
std::string with_species(std::string_view json, size_t index, const std::string& file);

// One line of a day file that dks has checked.
struct DayMessage {
  uint64_t step = 0;
  std::string to;  // "": a pet by its id
};
DayMessage read_message(std::string_view json);
// The same message to a pet by its id.
std::string with_recipient(std::string_view json, dks_agent_id pet);

// What `petworld run --json` prints.
struct RunReport {
  struct Species {
    std::string name;
    uint64_t pets;
    double critical_share, mean_valence, mean_mood;
  };
  struct Day {
    bool empty;  // without pets: it has no means
    double mood, valence, critical_share;
  };
  std::string world, mind;
  uint64_t steps, pets, died, seed, workers, steps_per_day, hash;
  double critical_share, mean_valence, mean_mood, seconds, steps_per_second;
  uint64_t accepted, skipped, not_reached;
  bool interrupted;
  std::vector<Species> species;
  std::vector<Day> days;
  std::vector<std::pair<std::string, uint64_t>> collected;  // file, rows
  std::optional<std::string> collect_error;
};
std::string write_report(const RunReport& report);

// The answers of `petworld new`, as a world file.
struct NewWorld {
  struct Pets {
    std::string species;
    uint32_t count;
    std::vector<std::string> names;  // of the first ones, at most `count`
  };
  std::string name;
  uint32_t width, height;
  uint64_t seed;
  std::vector<Pets> pets;
};
std::string write_world(const NewWorld& answers);

}  // namespace petworld
