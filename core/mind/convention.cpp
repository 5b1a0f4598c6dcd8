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
  if (name == "spm") {
    return kSpm;
  }
  return invalid("convention: \"", name, "\" is not dks, pymdp_legacy, pymdp or spm");
}

}  // namespace dks::mind
