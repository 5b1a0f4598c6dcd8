// Things that lie in cells. What can be done with them is data: affordances by name.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dks {

struct Affordance {
  std::string action;  // "sleep", "fetch": what a species' action asks for
  float strength = 1;
};

struct ObjectKind {
  std::string name;
  std::vector<Affordance> affords;

  // 0: the kind does not afford it.
  float strength(const std::string& action) const {
    for (const Affordance& affordance : affords) {
      if (affordance.action == action) {
        return affordance.strength;
      }
    }
    return 0;
  }
};

struct Object {
  uint32_t kind;
  uint32_t cell;
};

}  // namespace dks
