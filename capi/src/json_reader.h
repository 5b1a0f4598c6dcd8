// Reading JSON into structs: typed, with limits, refusing what nobody asked for.
//
// A loader reads straight down and checks once. After the first error every getter returns a value
// that keeps its range (the default if one was given), loops over items end, and the error stays:
//
//   Result<Pet> load_pet(std::string_view document_name, const Json& json) {
//     JsonSource source(document_name, json);
//     JsonReader in = source.root().object();
//     Pet pet;
//     pet.name = in["name"].string({.most_bytes = 64});       // must stand there
//     pet.age = in["age"].integer<uint32_t>({0, 10'000}, 0);  // may be left out: 0
//     DKS_TRY(source.finish());  // "meadow.json:12: /age: -3 is not in [0, 10000]"
//     return pet;
//   }
//
// A source, its readers and fields belong to one thread; the tree and the source outlive the rest.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "json.h"
#include "json_text.h"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dks::capi {

class JsonField;
class JsonReader;

struct IntegerRange {
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();
};

struct NumberRange {
  double low = std::numeric_limits<double>::lowest();
  double high = std::numeric_limits<double>::max();
  bool low_excluded = false;

  static NumberRange above(double low, double high = std::numeric_limits<double>::max()) {
    return {low, high, true};
  }
};

struct TextRule {
  size_t most_bytes = 1024;
  bool may_be_empty = false;
};

struct JsonCount {
  size_t least = 0;
  size_t most = std::numeric_limits<size_t>::max();

  static JsonCount exactly(size_t count) { return {count, count}; }
};

// The names a text is to be one of, in the order of the enum they stand for, and what they name:
// `constexpr JsonNames kVerbs{"verb", kVerbNames};`
struct JsonNames {
  std::string_view what;
  std::span<const std::string_view> names;
};

// One document being read: where its errors go. Only the first is kept.
class JsonSource {
 public:
  JsonSource(std::string_view document_name, const Json& root)
      : document_name_(document_name), root_(root) {}
  JsonSource(const JsonSource&) = delete;
  JsonSource& operator=(const JsonSource&) = delete;

  JsonField root();

  bool ok() const { return !error_.has_value() && unknown_ == kNone; }

  // Looks for keys that nobody asked for in the readers still open too, then says how it all went.
  Result<> finish();

 private:
  friend class JsonField;
  friend class JsonReader;

  // Which keys of an object have been asked for. Reused in the manner of a stack.
  struct Asked {
    const Json* object = nullptr;  // null: nothing to check
    std::vector<bool> present;     // by place in the object
    std::vector<std::string> absent;
    bool in_use = false;
  };
  static constexpr size_t kNone = static_cast<size_t>(-1);

  size_t open(const Json* object);
  void note_asked(size_t asked, size_t place, std::string_view key);
  void close(size_t asked) noexcept;
  void check_keys(size_t asked) noexcept;
  void refuse_unknown_key(const Asked& asked);
  std::optional<std::string_view> unasked_key_like(const Json* object, std::string_view key) const;

  // Keeps the error if it is the first: document, line, pointer of where (and key below it), text.
  void refuse(const Json* where, const std::string_view* key, uint32_t line, std::string_view text);

  std::string document_name_;
  const Json& root_;
  std::optional<Error> error_;
  std::vector<Asked> asked_;
  size_t asked_in_use_ = 0;
  // The reader whose object holds the unknown key that is the first error. Readers find it when
  // they are destroyed, where nothing may throw; the text is left to finish().
  size_t unknown_ = kNone;
};

struct JsonItems;
struct JsonMembers;

// The place of one value, which may be missing. Getters without a default require it.
class JsonField {
 public:
  bool present() const { return value_ != nullptr; }
  const Json* json() const { return value_; }  // as it stands, unchecked; null if missing
  bool is(JsonKind kind) const { return present() && value_->kind() == kind; }

  bool boolean() const { return read_boolean(nullptr); }
  bool boolean(bool fallback) const { return read_boolean(&fallback); }

  // Within the range and the type, at most 2^63 - 1. 3.0 and 3e0 are integers too.
  template <std::integral Integer = int64_t>
  Integer integer(IntegerRange range = {}) const {
    return static_cast<Integer>(read_integer(within<Integer>(range), nullptr));
  }
  template <std::integral Integer = int64_t>
  Integer integer(IntegerRange range, std::type_identity_t<Integer> fallback) const {
    const auto wide = static_cast<int64_t>(fallback);
    return static_cast<Integer>(read_integer(within<Integer>(range), &wide));
  }

  template <std::floating_point Number = double>
  Number number(NumberRange range = {}) const {
    return static_cast<Number>(read_number(within<Number>(range), nullptr));
  }
  template <std::floating_point Number = double>
  Number number(NumberRange range, std::type_identity_t<Number> fallback) const {
    const auto wide = static_cast<double>(fallback);
    return static_cast<Number>(read_number(within<Number>(range), &wide));
  }

  // Without U+0000, so that it can also be a C string.
  std::string string(TextRule rule = {}) const { return read_string(rule, nullptr); }
  std::string string(TextRule rule, std::string_view fallback) const {
    return read_string(rule, &fallback);
  }

  // A name that somebody is given: as read_name() takes them in the rest of the interface.
  std::string name(TextRule rule = {kLongestName}) const {
    return checked_name(read_string(rule, nullptr));
  }
  std::string name(TextRule rule, std::string_view fallback) const {
    return checked_name(read_string(rule, &fallback));
  }

  // A known name, as its index in the list or as the enum value of that index.
  size_t index_in(const JsonNames& names) const { return read_index(names, nullptr); }
  size_t index_in(const JsonNames& names, size_t fallback) const {
    return read_index(names, &fallback);
  }
  template <class Enum>
  requires std::is_enum_v<Enum> Enum choice(const JsonNames& names)
  const { return static_cast<Enum>(read_index(names, nullptr)); }
  template <class Enum>
  requires std::is_enum_v<Enum> Enum
  choice(const JsonNames& names, std::type_identity_t<Enum> fallback)
  const {
    const auto index = static_cast<size_t>(fallback);
    return static_cast<Enum>(read_index(names, &index));
  }

  // An object with a fixed set of keys. One left out reads like {}: every field in it is missing.
  JsonReader object() const;
  JsonReader object_or_empty() const;

  // Arrays, and objects whose keys are names of the user's own, checked as such: `for (JsonField
  // item : ...items())`, `for (const auto& [key, field] : ...members())`.
  JsonItems items(JsonCount count = {}) const;
  JsonItems items_or_empty(JsonCount count = {}) const;
  JsonMembers members(JsonCount count = {}) const;
  JsonMembers members_or_empty(JsonCount count = {}) const;

  // Whole arrays of one kind.
  template <std::floating_point Number = double>
  std::vector<Number> numbers(NumberRange range = {}, JsonCount count = {}) const;
  std::vector<std::string> names(TextRule rule = {kLongestName}, JsonCount count = {}) const;

  bool ok() const { return source_->ok(); }  // no error so far, here or elsewhere

  // A wrong name where one of some names is expected, as index_in says it: for keys that are names.
  void refuse_name(std::string_view name, const JsonNames& names) const;

  // An error of the loader's own about this value: refuse(in_quotes(name), " lives here already").
  template <class... Parts>
  void refuse(const Parts&... parts) const {
    if (source_->ok()) {
      refuse_with(text(parts...));
    }
  }

 private:
  friend class JsonSource;
  friend class JsonReader;
  friend struct JsonItems;
  friend struct JsonMembers;

  explicit JsonField(JsonSource* source) : source_(source) {}
  JsonField(JsonSource* source, const Json& value)
      : source_(source), value_(&value), nearest_(&value) {}

  template <std::integral Integer>
  static IntegerRange within(IntegerRange range) {
    using Limits = std::numeric_limits<Integer>;
    constexpr auto kHigh = std::in_range<int64_t>(Limits::max())
                               ? static_cast<int64_t>(Limits::max())
                               : std::numeric_limits<int64_t>::max();
    return {std::max(range.low, static_cast<int64_t>(Limits::min())), std::min(range.high, kHigh)};
  }
  template <std::floating_point Number>
  static NumberRange within(NumberRange range) {
    using Limits = std::numeric_limits<Number>;
    range.low = std::max(range.low, static_cast<double>(Limits::lowest()));
    range.high = std::min(range.high, static_cast<double>(Limits::max()));
    return range;
  }

  bool read_boolean(const bool* fallback) const;
  int64_t read_integer(IntegerRange range, const int64_t* fallback) const;
  double read_number(NumberRange range, const double* fallback) const;
  std::string read_string(TextRule rule, const std::string_view* fallback) const;
  std::string checked_name(std::string name) const;
  size_t read_index(const JsonNames& names, const size_t* fallback) const;
  std::span<const Json> read_items(JsonCount count, bool required) const;
  std::span<const JsonMember> read_members(JsonCount count, bool required) const;

  // Whether there is a value of that kind to be read; refuses another kind, and a missing one if
  // it is required.
  bool expect(bool right_kind, bool required, std::string_view expected) const;
  void expect_count(size_t count, JsonCount expected, std::string_view things) const;
  void refuse_with(std::string_view text) const;

  JsonSource* source_;
  const Json* value_ = nullptr;    // null: missing
  const Json* nearest_ = nullptr;  // the value, or the innermost object around it that is there
  std::string_view missing_;       // the key missing in nearest_
  std::string_view inner_key_;     // the key asked for in an object that is missing itself
};

// One object being read by its keys. When it goes (or at finish()), a key of the object that was
// never asked for is an error, with the nearest known key.
class JsonReader {
 public:
  JsonReader(JsonReader&& other) noexcept
      : place_(other.place_), asked_(std::exchange(other.asked_, JsonSource::kNone)) {}
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;
  JsonReader& operator=(JsonReader&&) = delete;
  ~JsonReader() { finish(); }

  // The field of that name. A key that is not in the object has to live as long as the field.
  JsonField operator[](std::string_view key);
  bool has(std::string_view key) { return (*this)[key].present(); }

  const JsonField& place() const { return place_; }
  bool present() const { return place_.present(); }  // false: object_or_empty() found none
  bool ok() const { return place_.source_->ok(); }

  // An error of the loader's own about the object.
  template <class... Parts>
  void refuse(const Parts&... parts) const {
    place_.refuse(parts...);
  }

  // Accepts all keys, asked for or not.
  void ignore_rest();
  // Checks the keys now. Reading on is possible, but unchecked.
  void finish() noexcept;

 private:
  friend class JsonField;

  explicit JsonReader(const JsonField& place)
      : place_(place), asked_(place.source_->open(place.value_)) {}

  JsonField place_;
  size_t asked_;
};

// The items of an array as fields. The loop over them ends at the first error.
struct JsonItems {
  JsonSource* source;
  std::span<const Json> values;

  struct Iterator {
    const JsonItems* items;
    size_t at;

    JsonField operator*() const { return JsonField(items->source, items->values[at]); }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    bool operator==(std::default_sentinel_t) const {
      return at >= items->values.size() || !items->source->ok();
    }
  };

  size_t size() const { return values.size(); }
  JsonField operator[](size_t at) const { return JsonField(source, values[at]); }
  Iterator begin() const { return {this, 0}; }
  std::default_sentinel_t end() const { return {}; }
};

struct JsonNamedField {
  std::string_view key;
  JsonField field;
};

// The members of an object as names and fields, in the file's order; ends at the first error.
struct JsonMembers {
  JsonSource* source;
  std::span<const JsonMember> values;

  struct Iterator {
    const JsonMembers* members;
    size_t at;

    JsonNamedField operator*() const {
      const JsonMember& member = members->values[at];
      return {member.key, JsonField(members->source, member.value)};
    }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    bool operator==(std::default_sentinel_t) const {
      return at >= members->values.size() || !members->source->ok();
    }
  };

  size_t size() const { return values.size(); }
  Iterator begin() const { return {this, 0}; }
  std::default_sentinel_t end() const { return {}; }
};

inline JsonField JsonSource::root() {
  return JsonField(this, root_);
}

template <std::floating_point Number>
std::vector<Number> JsonField::numbers(NumberRange range, JsonCount count) const {
  const JsonItems fields = items(count);
  std::vector<Number> values;
  values.reserve(fields.size());
  for (const JsonField field : fields) {
    values.push_back(field.number<Number>(range));
  }
  return values;
}

}  // namespace dks::capi
