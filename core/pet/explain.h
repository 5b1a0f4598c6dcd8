// Why a pet did what it did: the numbers behind its last choice, computed again from its columns.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/ids.h"
#include "base/status.h"
#include "pet/pet_type.h"
#include "world/world.h"

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
  struct Perceived {
    std::string modality;
    std::string outcome;  // "": nothing was perceived
  };
  struct Option {
    std::string action;
    double probability = 0;  // of being chosen
    double score = 0;        // the terms added up in their order, in nats
    std::vector<double> terms;
    std::vector<std::string> continuation;  // the best course that begins with the action
  };
  std::vector<Belief> beliefs;
  std::vector<Perceived> perceived;
  double free_energy = 0;
  double gamma = 0;  // probability of a course = softmax(gamma * its score)
  std::vector<std::string>
      terms;                    // names: a utility for each modality, "information gain", "habit"
  std::vector<Option> options;  // in the order of the species' actions
  std::optional<uint32_t> chosen;  // none: a withdrawn pet does nothing
  bool lived = false;              // false: it has not thought yet; only beliefs are given
};

// Cost: one planning and some allocation. The world must not have changed since the pet thought.
Explanation explain(const PetType& type, const World& world, AgentId agent);

}  // namespace dks::pet
