// Reading JSON: nlohmann's parser finds the tokens, the builder below makes the tree, with lines,
// limits and messages of our own. The only file that knows nlohmann.
// SPDX-License-Identifier: MIT
#include "json.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>

// An assertion of the parser would end the host's process.
#define JSON_ASSERT(condition) static_cast<void>(0)
#include "json_diagnosis.h"
#include "json_text.h"

#include <nlohmann/json.hpp>

namespace dks::capi {
namespace {

// The parser's view of the text. It keeps copies of its iterators to itself, so where it stands is
// told by a pointer they share.
struct SharedCursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char** at;

  reference operator*() const { return **at; }
  SharedCursor& operator++() {
    ++*at;
    return *this;
  }
  bool operator==(const SharedCursor& other) const { return *at == *other.at; }
};

// The length of the integer a text begins with; the parser has accepted it.
size_t integer_length(std::string_view number) {
  const size_t sign = number.starts_with('-') ? 1 : 0;
  const size_t end = number.find_first_not_of("0123456789", sign);
  return number.substr(sign).starts_with('0') ? sign + 1 : std::min(end, number.size());
}

// The index of the first key that stood before, and of where; (0, 0) if all are different.
std::pair<size_t, size_t> find_repeated_key(std::span<const JsonMember> members) {
  constexpr size_t kFew = 16;
  if (members.size() <= kFew) {
    for (size_t i = 1; i < members.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (members[i].key == members[j].key) {
          return {i, j};
        }
      }
    }
    return {0, 0};
  }
  std::vector<size_t> order(members.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, [members](size_t a, size_t b) {
    const int difference = members[a].key.compare(members[b].key);
    return difference != 0 ? difference < 0 : a < b;
  });
  std::pair<size_t, size_t> repeated{0, 0};
  for (size_t i = 1; i < order.size(); ++i) {
    const bool earlier = repeated.first == 0 || order[i] < repeated.first;
    if (earlier && members[order[i]].key == members[order[i - 1]].key) {
      repeated = {order[i], order[i - 1]};
    }
  }
  return repeated;
}

}  // namespace

// Receives the parser's events. A handler that returns false ends the parsing; then error_ says
// why.
class JsonBuilder {
 public:
  JsonBuilder(std::string_view document_name, std::string_view text, const JsonLimits& limits)
      : document_name_(document_name), limits_(limits), at_(text.data()) {
    place_.text = text;
  }

  Result<Json> build() {
    const char* end = place_.text.data() + place_.text.size();
    const bool parsed = nlohmann::json::sax_parse(SharedCursor{&at_}, SharedCursor{&end}, this);
    // The parser takes U+0000 for the end of the text.
    JsonPlace rest = place_;
    rest.skip_to_token();
    if (parsed && rest.end != place_.text.size()) {
      refuse_syntax();
    }
    if (!error_.text.empty()) {
      return std::move(error_);
    }
    return std::move(root_);
  }

  bool null() { return read_word(4) && add(nullptr); }
  bool boolean(bool value) { return read_word(value ? 4 : 5) && add(value); }
  bool number_integer(int64_t value) { return read_integer() && add(value); }
  bool number_unsigned(uint64_t value) { return read_integer() && add(value); }
  bool number_float(double value, const std::string& digits) {
    read_word(digits.size());
    if (digits.size() > limits_.number_length) {
      return refuse(
          Status::kLimit,
          "a number of ",
          digits.size(),
          " characters, expected at most ",
          limits_.number_length
      );
    }
    // The parser's strtod obeys the host's locale and rounding; it is only needed to tell a number
    // too small for a double, which is 0, from one too large, which it has refused.
    const std::string_view number = place_.text.substr(place_.begin, digits.size());
    double exact = 0.0;
    const auto result = std::from_chars(number.data(), number.data() + number.size(), exact);
    if (result.ec == std::errc::result_out_of_range) {
      exact = value < 0.0 || number.starts_with('-') ? -0.0 : 0.0;
    }
    return add(exact);
  }
  bool string(std::string& value) {
    read_to_cursor(JsonAfter::kString);
    return add(std::string_view(value));
  }
  template <class Binary>
  bool binary(Binary& /*bytes*/) {
    return false;  // JSON has none
  }

  bool start_array(size_t /*unknown*/) { return open(Json::array()); }
  bool end_array() { return close(); }
  bool start_object(size_t /*unknown*/) { return open(Json::object()); }
  bool key(std::string& name) {
    read_to_cursor(JsonAfter::kKey);
    open_.back()->make_members().push_back({std::string(name), Json()});
    open_.back()->make_members().back().value.set_line(place_.line);
    return true;
  }
  bool end_object() {
    const auto members = std::as_const(*open_.back()).members();
    if (const auto [later, first] = find_repeated_key(members); later != 0) {
      error_ = invalid(
          document_name_,
          ':',
          members[later].value.line(),
          ": ",
          where_innermost(),
          "the key ",
          in_quotes(members[later].key),
          " stands twice, first in line ",
          members[first].value.line()
      );
      return false;
    }
    return close();
  }

  template <class Exception>
  bool parse_error(size_t /*position*/, const std::string& /*token*/, const Exception& /*error*/) {
    return refuse_syntax();
  }

 private:
  void read_token(JsonAfter after) {
    place_.skip_to_token();
    place_.begin = place_.end;
    place_.after = after;
  }
  // A string, or one character: the cursor stands behind it.
  void read_to_cursor(JsonAfter after) {
    read_token(after);
    place_.end = static_cast<size_t>(at_ - place_.text.data());
  }
  // A number or literal: the cursor may be one further.
  bool read_word(size_t length) {
    read_token(JsonAfter::kWord);
    place_.end += length;
    return true;
  }
  bool read_integer() {
    read_word(0);
    place_.end += integer_length(place_.text.substr(place_.begin));
    return true;
  }

  bool add(Json value) {
    if (++values_ > limits_.values) {
      return refuse(Status::kLimit, "more than ", limits_.values, " values in one document");
    }
    value.set_line(place_.line);
    if (open_.empty()) {
      root_ = std::move(value);
      added_ = &root_;
    } else if (open_.back()->is_array()) {
      added_ = &open_.back()->make_items().emplace_back(std::move(value));
    } else {
      added_ = &open_.back()->make_members().back().value;
      *added_ = std::move(value);
    }
    return true;
  }

  bool open(Json container) {
    read_to_cursor(JsonAfter::kOpening);
    if (open_.size() >= limits_.depth) {
      return refuse(
          Status::kLimit, "arrays and objects more than ", limits_.depth, " deep inside each other"
      );
    }
    if (!add(std::move(container))) {
      return false;
    }
    open_.push_back(added_);
    note_inside();
    return true;
  }

  bool close() {
    read_to_cursor(JsonAfter::kClosing);
    open_.pop_back();
    note_inside();
    return true;
  }

  void note_inside() {
    place_.inside = open_.empty()              ? JsonInside::kDocument
                    : open_.back()->is_array() ? JsonInside::kArray
                                               : JsonInside::kObject;
  }

  // "/pets/3: ", and nothing for the document itself.
  std::string where_innermost() const {
    std::string pointer;
    for (size_t i = 0; i + 1 < open_.size(); ++i) {
      if (open_[i]->is_array()) {
        append_pointer_step(pointer, open_[i]->items().size() - 1);
      } else {
        append_pointer_step(pointer, open_[i]->members().back().key);
      }
    }
    return pointer.empty() ? pointer : pointer + ": ";
  }

  template <class... Parts>
  bool refuse(Status status, const Parts&... parts) {
    error_ = error(status, document_name_, ':', position(place_, place_.begin), ": ", parts...);
    return false;
  }
  bool refuse_syntax() {
    error_ = invalid(document_name_, ':', diagnosis(place_));
    return false;
  }

  std::string_view document_name_;
  const JsonLimits& limits_;
  const char* at_;
  JsonPlace place_;
  std::vector<Json*> open_;  // from the root to the innermost
  Json root_;
  Json* added_ = nullptr;
  size_t values_ = 0;
  Error error_;
};

Result<Json> parse_json(
    std::string_view document_name, std::string_view text, const JsonLimits& limits
) {
  if (text.size() > limits.bytes) {
    return error(
        Status::kLimit,
        document_name,
        ": a document of ",
        text.size(),
        " bytes, expected at most ",
        limits.bytes
    );
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
    if (text.starts_with(kByteOrderMark)) {
      return invalid(document_name, ":1:1: a second byte order mark, expected a value");
    }
  }
  // The parser wants an address even of nothing.
  return JsonBuilder(document_name, text.empty() ? "" : text, limits).build();
}

}  // namespace dks::capi
