// Why a pet did what it did: the numbers behind its last choice, computed again from its columns.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"
#include "base/status.h"
#include "pet/pet_type.h"
#include "world/world.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dks::pet {

struct Explanation {
  struct Belief {
    std::string factor;
    std::vector<std::string> levels;
    std::vector<double> probability;
  };
  // What one sense was expected to show, given the action taken before, and what it showed.
  struct Perceived {
    std::string modality;
    std::string outcome;  // "": nothing was perceived
    std::vector<std::string> outcomes;
    std::vector<double> predicted;  // to about one part in 32, see the column `prior`
    double surprise = 0;            // -ln predicted of what came, in nats; 0: nothing came
  };
  // What a pet sees in an action when it looks some steps ahead.
  struct Outlook {
    double score = 0;              // the terms added up in their order, in nats
    std::vector<double> terms;     // as Explanation::terms
    std::vector<double> outcomes;  // how often each is expected, of all modalities
  };
  struct Course {
    std::vector<uint32_t> actions;
    double score = 0;  // with habit, in nats
  };
  struct Option {
    std::string action;
    double probability = 0;  // of being chosen
    Outlook first;           // of the action alone
    // Whether it was looked at further. If not, it had no chance, and `best` is `first`.
    bool followed = false;
    Outlook best;                 // of its best course
    std::vector<uint32_t> plan;   // the actions of that
    std::vector<Course> courses;  // all that begin with it; none if it was not followed
  };
  std::string name;  // of the pet; may be empty
  std::vector<Belief> beliefs;
  std::vector<Perceived> perceived;
  double free_energy = 0;
  // P(course) = softmax(gamma * score) over the courses of all options; P(action) is the sum over
  // those that begin with it. Minds that act at random have P of their own.
  double gamma = 0;
  std::vector<double> log_preferences;  // of all outcomes, in nats
  std::vector<std::string>
      terms;                    // names: a utility for each modality, "information gain", "habit"
  std::vector<Option> options;  // in the order of the species' actions
  std::optional<uint32_t> chosen;  // none: a withdrawn pet does nothing
  uint32_t lived = 0;              // steps; 0: it has not thought yet, only beliefs are given
  uint32_t unthought = 0;          // of these, the last ones without a thought
};

// Cost: one planning and some allocation. The world must not have changed since the pet thought.
Explanation explain(const PetType& type, const World& world, AgentId agent);

// The explanation for a person, in a few plain English sentences made of the species' own names.
std::string sentence(const Species& species, const Explanation& why);

}  // namespace dks::pet
