// SPDX-License-Identifier: MIT
#include "base/status.h"

#include <charconv>

namespace dks {
namespace {

void append(std::string& out, std::string_view part) {
  out += part;
}
void append(std::string& out, char part) {
  out += part;
}
template <class Number>
void append(std::string& out, Number part) {
  char digits[40];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, part).ptr);
}

}  // namespace

void TextPart::append_to(std::string& out) const {
  std::visit([&](const auto& part) { append(out, part); }, part_);
}

std::string join(std::initializer_list<TextPart> parts) {
  std::string out;
  for (const TextPart& part : parts) {
    part.append_to(out);
  }
  return out;
}

Error at(std::string_view place, const Error& error) {
  return {error.status, text(place, ": ", error.text)};
}

}  // namespace dks
