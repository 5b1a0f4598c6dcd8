// JSON values: the tree that world files, species files and messages are read into and written
// from. SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace dks::capi {

enum class JsonKind : uint8_t { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };

struct JsonMember;

// One JSON value with everything below it. Objects keep the order of their keys.
//
// A number written without '.', 'e' and within int64 is an integer, every other one a double; the
// two kinds are told apart by == and kept by writing and reading back.
// Reading a value as another kind than it is gives the neutral value (false, 0, "", nothing
// inside), so a wrong kind is never undefined behaviour. Loaders read through JsonReader, which
// refuses it.
class Json {
 public:
  Json();
  // NOLINTBEGIN(google-explicit-constructor): set("a", 1) is what building is for.
  Json(std::nullptr_t);
  template <std::same_as<bool> Bool>
  Json(Bool value) : Json(Exactly(), value) {}
  template <std::signed_integral Integer>
  Json(Integer value) : Json(Exactly(), int64_t{value}) {}
  template <std::unsigned_integral Integer>
  requires(!std::same_as<Integer, bool>) Json(Integer value) : Json(Exactly(), uint64_t{value}) {}
  template <std::floating_point Number>
  Json(Number value) : Json(Exactly(), static_cast<double>(value)) {}
  Json(std::string value);
  Json(std::string_view value);
  Json(const char* value);
  // NOLINTEND(google-explicit-constructor)
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  static Json array();
  static Json array(std::initializer_list<Json> items);
  static Json object();

  JsonKind kind() const { return static_cast<JsonKind>(value_.index()); }
  bool is_null() const { return kind() == JsonKind::kNull; }
  bool is_bool() const { return kind() == JsonKind::kBool; }
  bool is_integer() const { return kind() == JsonKind::kInteger; }
  bool is_number() const { return is_integer() || kind() == JsonKind::kNumber; }
  bool is_string() const { return kind() == JsonKind::kString; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_object() const { return kind() == JsonKind::kObject; }

  bool as_bool() const;
  int64_t as_integer() const;  // 0 for a double: ask is_integer() first
  double as_number() const;    // integers too
  std::string_view as_string() const;

  // The items of an array, the members of an object; empty for every other kind.
  std::span<const Json> items() const;
  std::span<Json> items();
  std::span<const JsonMember> members() const;
  std::span<JsonMember> members();
  size_t size() const { return is_object() ? members_size() : items().size(); }

  // The member of that name, or null. Cost: linear in the members.
  const Json* find(std::string_view key) const;
  Json* find(std::string_view key);

  // Building: Json::object().set("a", 1).set("b", Json::array()). set replaces a member of the same
  // name; what is no object (no array) becomes an empty one first.
  Json& set(std::string_view key, Json value) &;
  Json set(std::string_view key, Json value) &&;
  Json& push_back(Json value) &;
  Json push_back(Json value) &&;
  bool erase(std::string_view key);

  // The line of its document it began in, counted from 1; 0 if it was not read from text.
  uint32_t line() const { return line_; }
  void set_line(uint32_t line) { line_ = line; }

  // Same kinds and values; the order of an object's members and the lines do not matter.
  friend bool operator==(const Json& left, const Json& right);

 private:
  friend class JsonBuilder;
  friend Json patched(Json base, const Json& patch);  // the recursion of merge_patch

  using Items = std::vector<Json>;
  using Members = std::vector<JsonMember>;

  struct Exactly {};
  Json(Exactly, bool value);
  Json(Exactly, int64_t value);
  Json(Exactly, uint64_t value);
  Json(Exactly, double value);

  Items& make_items();
  Members& make_members();
  size_t members_size() const;

  std::variant<std::monostate, bool, int64_t, double, std::string, Items, Members> value_;
  uint32_t line_ = 0;
};

// Up to here every integer is exact in a double: in JSON as others read it, and in bindings.
inline constexpr int64_t kMostExact = int64_t{1} << 53;

struct JsonMember {
  std::string key;
  Json value;
};

struct JsonLimits {
  size_t bytes = size_t{64} << 20;
  size_t depth = 64;                // arrays and objects inside each other
  size_t values = size_t{8} << 20;  // about 50 bytes of memory each
  size_t number_length = 1000;      // characters of one number
};

// Reads one JSON document (RFC 8259, UTF-8, a leading byte order mark is skipped). Refused, with
// document, line and column: everything that is not JSON, a key that stands twice in its object, a
// number no double can hold, and what exceeds the limits (Status::kLimit, all else kInvalid).
// The column counts characters. Cost: linear, except for an object's keys (sorted once).
Result<Json> parse_json(
    std::string_view document_name, std::string_view text, const JsonLimits& limits = {}
);

enum class JsonStyle : uint8_t { kCompact, kPretty };

// Writes the same bytes for the same value everywhere, always valid UTF-8: invalid bytes become
// U+FFFD. Doubles in the shortest form that reads back to the same bits, marked as doubles by a '.'
// or 'e'; NaN and infinities, for which JSON has no word, as null. Integers are written as integers
// also beyond 2^53, where JavaScript's JSON.parse rounds them. Pretty: two spaces, an array of
// plain values on one line, a line end at the end.
std::string write_json(const Json& value, JsonStyle style = JsonStyle::kCompact);

// RFC 7396: members of the patch replace or join those of the base, null removes, all else
// replaces. Lines are those of the patch, the document that its author sees; what is left of the
// base has none.
Json merge_patch(Json base, const Json& patch);

}  // namespace dks::capi
