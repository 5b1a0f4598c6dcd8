// SPDX-License-Identifier: MIT
#include "mind/convention.h"

namespace dks::mind {

Result<Convention> find_convention(std::string_view name) {
  if (name == "dks") {
    return Convention{};
  }
  if (name == "pymdp_legacy") {
    return kPymdpLegacy;
  }
  if (name == "pymdp") {
    return kPymdp;
  }
  return invalid("convention: \"", name, "\" is not dks, pymdp_legacy or pymdp");
}

}  // namespace dks::mind
