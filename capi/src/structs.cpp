// SPDX-License-Identifier: MIT
#include "structs.h"

#include <cstring>

namespace dks::capi {

Result<> check_struct_size(std::string_view what, uint32_t found, const StructSize& size) {
  if (found < size.least) {
    return invalid(
        what, ".struct_size: ", found, " is below ", size.least, "; set it up with its init macro"
    );
  }
  if (found > kLargestStruct || found % size.alignment != 0) {
    return invalid(
        what,
        ".struct_size: ",
        found,
        " is no version's size, here it is ",
        size.known,
        "; set it up with its init macro"
    );
  }
  return {};
}

Result<> check_struct_rest(std::string_view what, const void* from, uint32_t found, size_t known) {
  const char* const bytes = static_cast<const char*>(from);
  for (size_t i = known; i < found; ++i) {
    if (bytes[i] != 0) {
      return error(
          Status::kVersion,
          what,
          ": byte ",
          i,
          " is set, but this version of dks knows ",
          known,
          " bytes of it and expected 0 after them"
      );
    }
  }
  return {};
}

Result<std::string_view> read_name(std::string_view what, const char* name, NameRule rule) {
  if (name == nullptr) {
    if (rule == NameRule::kMayBeMissing) {
      return std::string_view();
    }
    return invalid(what, ": expected a name, found NULL");
  }
  const std::string_view given(name, strnlen(name, kLongestName + 1));
  if (given.empty() && rule == NameRule::kRequired) {
    return invalid(what, ": expected a name, found an empty one");
  }
  if (given.size() > kLongestName) {
    return invalid(what, ": ", in_quotes(given), " is longer than ", kLongestName, " bytes");
  }
  for (std::string_view rest = given; !rest.empty();) {
    const Utf8Character next = first_utf8_character(rest);
    if (!next.valid) {
      return invalid(what, ": ", in_quotes(given), " is not UTF-8");
    }
    rest.remove_prefix(next.length);
  }
  if (has_control_character(given)) {
    return invalid(what, ": ", in_quotes(given), " has a control character");
  }
  return given;
}

}  // namespace dks::capi
