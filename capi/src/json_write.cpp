// Writing JSON.
// SPDX-License-Identifier: MIT
#include "json.h"
#include "json_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace dks::capi {
namespace {

constexpr size_t kIndent = 2;

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char digits[32];
  const char* end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const std::string_view shortest(digits, static_cast<size_t>(end - digits));
  out += shortest;
  if (shortest.find_first_of(".e") == std::string_view::npos) {
    out += ".0";  // it stays a double when it is read back
  }
}

void append_escape(std::string& out, char character) {
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  if (const size_t at = kShort.find(character); at != std::string_view::npos) {
    out += kLetters[at];
    return;
  }
  const auto byte = static_cast<unsigned char>(character);
  out += "u00";
  out += kHex[byte >> 4U];
  out += kHex[byte & 15U];
}

void append_string(std::string& out, std::string_view string) {
  out += '"';
  while (!string.empty()) {
    const Utf8Character character = first_utf8_character(string);
    const char first = string[0];
    if (!character.valid) {
      out += "\xef\xbf\xbd";  // U+FFFD
    } else if (static_cast<unsigned char>(first) < 0x20 || first == '"' || first == '\\') {
      append_escape(out, first);
    } else {
      out += string.substr(0, character.length);
    }
    string.remove_prefix(character.length);
  }
  out += '"';
}

class JsonWriter {
 public:
  explicit JsonWriter(JsonStyle style) : pretty_(style == JsonStyle::kPretty) {}

  void append(const Json& value) {
    switch (value.kind()) {
      case JsonKind::kNull:
        out_ += "null";
        break;
      case JsonKind::kBool:
        out_ += value.as_bool() ? "true" : "false";
        break;
      case JsonKind::kInteger:
        out_ += text(value.as_integer());
        break;
      case JsonKind::kNumber:
        append_double(out_, value.as_number());
        break;
      case JsonKind::kString:
        append_string(out_, value.as_string());
        break;
      case JsonKind::kArray:
        append_array(value.items());
        break;
      case JsonKind::kObject:
        append_object(value.members());
        break;
    }
  }

  std::string finish() {
    if (pretty_) {
      out_ += '\n';
    }
    return std::move(out_);
  }

 private:
  void append_array(std::span<const Json> items) {
    const bool plain = std::ranges::none_of(items, [](const Json& item) {
      return item.is_array() || item.is_object();
    });
    out_ += '[';
    ++depth_;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) {
        out_ += plain && pretty_ ? ", " : ",";
      }
      if (!plain) {
        break_line();
      }
      append(items[i]);
    }
    --depth_;
    if (!plain) {
      break_line();
    }
    out_ += ']';
  }

  void append_object(std::span<const JsonMember> members) {
    out_ += '{';
    ++depth_;
    for (size_t i = 0; i < members.size(); ++i) {
      if (i > 0) {
        out_ += ',';
      }
      break_line();
      append_string(out_, members[i].key);
      out_ += pretty_ ? ": " : ":";
      append(members[i].value);
    }
    --depth_;
    if (!members.empty()) {
      break_line();
    }
    out_ += '}';
  }

  void break_line() {
    if (pretty_) {
      out_ += '\n';
      out_.append(depth_ * kIndent, ' ');
    }
  }

  std::string out_;
  size_t depth_ = 0;
  bool pretty_;
};

}  // namespace

std::string write_json(const Json& value, JsonStyle style) {
  JsonWriter writer(style);
  writer.append(value);
  return writer.finish();
}

}  // namespace dks::capi
