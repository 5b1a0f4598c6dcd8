// SPDX-License-Identifier: MIT
#include "json_diagnosis.h"

#include "base/status.h"
#include "json_text.h"

#include <algorithm>

namespace dks::capi {
namespace {

struct Complaint {
  size_t offset;
  std::string text;  // empty: none
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_word(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '+' || c == '.';
}

std::string_view word_at(std::string_view text, size_t offset) {
  size_t end = offset;
  while (end < text.size() && is_word(text[end])) {
    ++end;
  }
  return text.substr(offset, end - offset);
}

// -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
bool is_number(std::string_view word) {
  const auto digits = [&word] {
    const size_t count = std::min(word.find_first_not_of("0123456789"), word.size());
    word.remove_prefix(count);
    return count;
  };
  if (word.starts_with('-')) {
    word.remove_prefix(1);
  }
  const bool leading_zero = word.starts_with('0');
  const size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) {
    return false;
  }
  if (word.starts_with('.')) {
    word.remove_prefix(1);
    if (digits() == 0) {
      return false;
    }
  }
  if (word.starts_with('e') || word.starts_with('E')) {
    word.remove_prefix(1);
    if (word.starts_with('+') || word.starts_with('-')) {
      word.remove_prefix(1);
    }
    if (digits() == 0) {
      return false;
    }
  }
  return word.empty();
}

// The value of the four hexadecimal digits a text begins with, or -1.
int hex4(std::string_view digits) {
  if (digits.size() < 4) {
    return -1;
  }
  int value = 0;
  for (const char c : digits.substr(0, 4)) {
    const size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
    if (digit == std::string_view::npos) {
      return -1;
    }
    value = value * 16 + static_cast<int>(digit < 16 ? digit : digit - 6);
  }
  return value;
}

// An escape, which begins with a backslash. Sets its length, or says what is wrong with it.
std::string complain_of_escape(std::string_view escape, size_t& length) {
  length = 2;
  if (escape.size() < 2 || escape[1] != 'u') {
    if (escape.size() >= 2 && std::string_view("\"\\/bfnrt").find(escape[1]) != std::string::npos) {
      return {};
    }
    return text(
        in_quotes(escape.substr(0, 2)),
        " is no escape, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"
    );
  }
  length = 6;
  const int unit = hex4(escape.substr(2));
  if (unit < 0) {
    return text(in_quotes(escape.substr(0, 6)), " is no escape, expected \\u and four hex digits");
  }
  if (unit < 0xd800 || unit > 0xdfff) {
    return {};
  }
  const bool another = escape.size() > 7 && escape[6] == '\\' && escape[7] == 'u';
  const int second = another ? hex4(escape.substr(8)) : -1;
  length = 12;
  if (unit <= 0xdbff && second >= 0xdc00 && second <= 0xdfff) {
    return {};
  }
  return text(
      in_quotes(escape.substr(0, 6)),
      " is half a surrogate pair, expected \\ud800 to \\udbff followed by \\udc00 to \\udfff"
  );
}

// What is wrong with the string whose opening quote stands at begin; end is set behind its closing
// quote if nothing is.
Complaint complain_of_string(std::string_view document, size_t begin, size_t& end) {
  size_t at = begin + 1;
  const auto so_far = [&] { return in_quotes(document.substr(begin + 1, at - begin - 1)); };
  while (at < document.size() && document[at] != '"') {
    const auto byte = static_cast<unsigned char>(document[at]);
    const Utf8Character character = first_utf8_character(document.substr(at));
    size_t length = character.length;
    if (byte == '\n' || byte == '\r') {
      return {at, text("the line ends inside the string ", so_far(), ", expected '\"'")};
    }
    if (byte < 0x20) {
      return {
          at,
          text(
              "control character ",
              in_quotes(document.substr(at, 1)),
              " in the string ",
              so_far(),
              ", expected it as an escape"
          )};
    }
    if (!character.valid) {
      return {
          at,
          text(
              in_quotes(document.substr(at, length)),
              " in the string ",
              so_far(),
              " is not valid UTF-8"
          )};
    }
    if (byte == '\\') {
      std::string complaint = complain_of_escape(document.substr(at), length);
      if (!complaint.empty() && at + 1 < document.size()) {
        return {at, std::move(complaint)};
      }
    }
    at += length;
  }
  if (at >= document.size()) {
    return {begin, text("the string ", in_quotes(document.substr(begin + 1)), " is not closed")};
  }
  end = at + 1;
  return {begin, {}};
}

std::string complain_of_word(
    std::string_view word, std::string_view expected, bool value_expected
) {
  const std::string_view unsigned_word =
      word.substr(word.starts_with('-') || word.starts_with('+'));
  for (const std::string_view name : {"NaN", "nan", "Infinity", "inf", "Inf"}) {
    if (unsigned_word == name) {
      return text("unexpected ", word, ", which JSON does not have, expected ", expected);
    }
  }
  const bool number = is_number(word);
  if (number && value_expected) {
    return text("the number ", in_quotes(word), " is too large, expected at most 1.8e308");
  }
  if (!number && !unsigned_word.empty() &&
      (is_digit(unsigned_word[0]) || unsigned_word[0] == '.')) {
    return text(in_quotes(word), " is not a number as JSON writes it, expected ", expected);
  }
  return text("unexpected ", in_quotes(word), ", expected ", expected);
}

// What may stand next. passed_mark: a ':' or ',' was already there.
std::string_view expectation(const JsonPlace& place, bool passed_mark) {
  if (place.after == JsonAfter::kNothing) {
    return "a value";
  }
  if (place.after == JsonAfter::kKey) {
    return passed_mark ? "a value" : "':'";
  }
  switch (place.inside) {
    case JsonInside::kDocument:
      return "the end of the document";
    case JsonInside::kArray:
      return place.after == JsonAfter::kOpening ? "a value or ']'"
             : passed_mark                      ? "a value"
                                                : "',' or ']'";
    case JsonInside::kObject:
      break;
  }
  return place.after == JsonAfter::kOpening ? "a key in double quotes or '}'"
         : passed_mark                      ? "a key in double quotes"
                                            : "',' or '}'";
}

Complaint complain_of_token(std::string_view document, size_t begin, std::string_view expected) {
  if (begin >= document.size()) {
    return {begin, text("the document ends here, expected ", expected)};
  }
  const char first = document[begin];
  if (first == '"') {
    size_t end = begin;
    Complaint complaint = complain_of_string(document, begin, end);
    if (complaint.text.empty()) {
      complaint.text = text(
          "unexpected string ",
          in_quotes(document.substr(begin + 1, end - begin - 2)),
          ", expected ",
          expected
      );
    }
    return complaint;
  }
  if (is_word(first)) {
    const bool value_expected = expected.starts_with("a value");
    return {begin, complain_of_word(word_at(document, begin), expected, value_expected)};
  }
  const std::string_view character =
      document.substr(begin, first_utf8_character(document.substr(begin)).length);
  std::string shown = in_quotes(character);
  shown.front() = shown.back() = '\'';
  const std::string_view hint = first == '/'    ? " (JSON has no comments)"
                                : first == '\'' ? " (JSON quotes with \")"
                                                : "";
  return {begin, text("unexpected ", shown, hint, ", expected ", expected)};
}

}  // namespace

bool JsonPlace::skip_to_token() {
  const auto skip_space = [this] {
    for (; end < text.size(); ++end) {
      const char c = text[end];
      if (c == '\n') {
        ++line;
        line_start = end + 1;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  };
  skip_space();
  const bool after_value = after != JsonAfter::kNothing && after != JsonAfter::kOpening &&
                           after != JsonAfter::kKey && inside != JsonInside::kDocument;
  const char mark = after == JsonAfter::kKey ? ':' : ',';
  if ((after == JsonAfter::kKey || after_value) && end < text.size() && text[end] == mark) {
    ++end;
    skip_space();
    return true;
  }
  return false;
}

std::string position(const JsonPlace& place, size_t offset) {
  size_t column = 1;
  std::string_view before = place.text.substr(place.line_start, offset - place.line_start);
  for (; !before.empty(); ++column) {
    before.remove_prefix(first_utf8_character(before).length);
  }
  return text(place.line, ':', column);
}

std::string diagnosis(JsonPlace place) {
  const std::string_view document = place.text;
  const size_t last_end = place.end;
  const bool passed_mark = place.skip_to_token();
  if (document.starts_with("\xff\xfe") || document.starts_with("\xfe\xff")) {
    return "1:1: the document is UTF-16, expected UTF-8";
  }
  if (place.after == JsonAfter::kNothing && place.end == document.size()) {
    return text(position(place, place.end), ": the document is empty, expected a value");
  }
  Complaint complaint;
  if (place.after == JsonAfter::kWord && place.end == last_end && last_end < document.size() &&
      is_word(document[last_end])) {
    // "01" and "truely" were taken for two tokens; for people they are one.
    complaint = complain_of_token(document, place.begin, "a value");
  } else {
    complaint = complain_of_token(document, place.end, expectation(place, passed_mark));
  }
  return text(position(place, complaint.offset), ": ", complaint.text);
}

}  // namespace dks::capi
