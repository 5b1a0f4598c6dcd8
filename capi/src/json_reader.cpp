// SPDX-License-Identifier: MIT
#include "json_reader.h"

#include "nearest_name.h"

#include <cmath>

namespace dks::capi {
namespace {

// Appends the pointer from a value to another one somewhere below it. Cost: the whole tree, once
// per document: only the first error asks.
bool append_pointer(std::string& pointer, const Json& from, const Json* target) {
  if (&from == target) {
    return true;
  }
  const size_t length = pointer.size();
  const auto worth_a_look = [target](const Json& value) {
    return value.is_array() || value.is_object() || &value == target;
  };
  for (size_t i = 0; i < from.items().size(); ++i) {
    if (!worth_a_look(from.items()[i])) {
      continue;
    }
    append_pointer_step(pointer, i);
    if (append_pointer(pointer, from.items()[i], target)) {
      return true;
    }
    pointer.resize(length);
  }
  for (const JsonMember& member : from.members()) {
    if (!worth_a_look(member.value)) {
      continue;
    }
    append_pointer_step(pointer, member.key);
    if (append_pointer(pointer, member.value, target)) {
      return true;
    }
    pointer.resize(length);
  }
  return false;
}

// ` is not a known verb; did you mean "consume"? (known: consume, go, ...)` after the wrong name.
std::string unknown_name(
    std::string_view name, std::string_view what, std::span<const std::string_view> known
) {
  constexpr size_t kLongestList = 300;
  std::string complaint = text(in_quotes(name), " is not a known ", what);
  if (const auto nearest = nearest_name(name, known)) {
    complaint += text("; did you mean ", in_quotes(*nearest), '?');
  }
  std::string list;
  for (const std::string_view candidate : known) {
    list += list.empty() ? "" : ", ";
    if (list.size() + candidate.size() > kLongestList) {
      list += "...";
      break;
    }
    list += candidate;
  }
  return text(complaint, " (known: ", list.empty() ? std::string_view("none") : list, ')');
}

std::string_view article(std::string_view noun) {
  constexpr std::string_view kVowels = "aeiou";
  return kVowels.find(noun.empty() ? '-' : noun.front()) == std::string_view::npos ? "a " : "an ";
}

std::string outside(IntegerRange range) {
  const IntegerRange all;
  if (range.high == all.high) {
    return text(" is not at least ", range.low);
  }
  if (range.low == all.low) {
    return text(" is not at most ", range.high);
  }
  return text(" is not in [", range.low, ", ", range.high, ']');
}

std::string outside(NumberRange range) {
  const NumberRange all;
  if (range.high == all.high) {
    return text(range.low_excluded ? " is not above " : " is not at least ", range.low);
  }
  if (range.low == all.low) {
    return text(" is not at most ", range.high);
  }
  return text(" is not in ", range.low_excluded ? '(' : '[', range.low, ", ", range.high, ']');
}

bool holds(NumberRange range, double number) {
  return (range.low_excluded ? number > range.low : number >= range.low) && number <= range.high;
}

// The integer that a number is, if it is one and a double holds all its neighbours.
std::optional<int64_t> whole(const Json& number) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (number.is_integer()) {
    return number.as_integer();
  }
  const double value = number.as_number();
  if (value >= -kExact && value <= kExact && std::trunc(value) == value) {
    return static_cast<int64_t>(value);
  }
  return std::nullopt;
}

}  // namespace

// ---- JsonSource

Result<> JsonSource::finish() {
  for (size_t i = 0; i < asked_in_use_; ++i) {
    if (asked_[i].in_use) {
      check_keys(i);
    }
  }
  if (unknown_ != kNone) {
    const Asked& asked = asked_[std::exchange(unknown_, kNone)];
    refuse_unknown_key(asked);
  }
  for (Asked& asked : asked_) {
    asked.object = nullptr;
  }
  if (error_.has_value()) {
    return *error_;
  }
  return {};
}

size_t JsonSource::open(const Json* object) {
  if (asked_in_use_ == asked_.size()) {
    asked_.emplace_back();
  }
  Asked& asked = asked_[asked_in_use_];
  asked.object = ok() ? object : nullptr;
  asked.present.assign(asked.object != nullptr ? object->size() : 0, false);
  asked.absent.clear();
  asked.in_use = true;
  return asked_in_use_++;
}

// place: of the key in the object; its size if it is not there.
void JsonSource::note_asked(size_t asked_index, size_t place, std::string_view key) {
  Asked& asked = asked_[asked_index];
  if (asked.object == nullptr || !ok()) {
    return;
  }
  if (place < asked.present.size()) {
    asked.present[place] = true;
  } else if (std::ranges::find(asked.absent, key) == asked.absent.end()) {
    asked.absent.emplace_back(key);
  }
}

void JsonSource::close(size_t asked) noexcept {
  check_keys(asked);
  if (unknown_ != kNone) {
    return;  // all stays as it is for finish()
  }
  asked_[asked].in_use = false;
  while (asked_in_use_ > 0 && !asked_[asked_in_use_ - 1].in_use) {
    --asked_in_use_;
  }
}

void JsonSource::check_keys(size_t asked) noexcept {
  const bool all = asked_[asked].object == nullptr ||
                   std::ranges::find(asked_[asked].present, false) == asked_[asked].present.end();
  if (ok() && !all) {
    unknown_ = asked;
  }
}

void JsonSource::refuse_unknown_key(const Asked& asked) {
  const std::span<const JsonMember> members = asked.object->members();
  const auto unknown = std::ranges::find(asked.present, false) - asked.present.begin();
  std::vector<std::string_view> known;
  for (size_t i = 0; i < members.size(); ++i) {
    if (asked.present[i]) {
      known.push_back(members[i].key);
    }
  }
  known.insert(known.end(), asked.absent.begin(), asked.absent.end());
  const JsonMember& member = members[static_cast<size_t>(unknown)];
  refuse(asked.object, nullptr, member.value.line(), unknown_name(member.key, "key", known));
}

std::optional<std::string_view> JsonSource::unasked_key_like(
    const Json* object, std::string_view key
) const {
  for (size_t i = asked_in_use_; i-- > 0;) {
    const Asked& asked = asked_[i];
    if (asked.object != object || !asked.in_use) {
      continue;
    }
    std::vector<std::string_view> unasked;
    for (size_t j = 0; j < asked.present.size(); ++j) {
      if (!asked.present[j]) {
        unasked.push_back(object->members()[j].key);
      }
    }
    return nearest_name(key, unasked);
  }
  return std::nullopt;
}

void JsonSource::refuse(
    const Json* where, const std::string_view* key, uint32_t line, std::string_view what
) {
  if (!ok()) {
    return;
  }
  std::string pointer;
  append_pointer(pointer, root_, where);
  if (key != nullptr) {
    append_pointer_step(pointer, *key);
  }
  std::string message = document_name_;
  if (line != 0) {
    message += text(':', line);
  }
  if (!pointer.empty()) {
    message += text(": ", pointer);
  }
  message += text(": ", what);
  error_ = Error{Status::kInvalid, std::move(message)};
}

// ---- JsonField

bool JsonField::read_boolean(const bool* fallback) const {
  if (!expect(is(JsonKind::kBool), fallback == nullptr, "true or false")) {
    return fallback != nullptr && *fallback;
  }
  return value_->as_bool();
}

int64_t JsonField::read_integer(IntegerRange range, const int64_t* fallback) const {
  const int64_t stand_in =
      fallback != nullptr ? *fallback : std::min(std::max<int64_t>(0, range.low), range.high);
  if (!expect(present() && value_->is_number(), fallback == nullptr, "an integer")) {
    return stand_in;
  }
  const std::optional<int64_t> integer = whole(*value_);
  if (!integer.has_value()) {
    refuse("expected an integer, found ", described(*value_));
    return stand_in;
  }
  if (*integer < range.low || *integer > range.high) {
    refuse(*integer, outside(range));
    return stand_in;
  }
  return *integer;
}

double JsonField::read_number(NumberRange range, const double* fallback) const {
  const double stand_in =
      fallback != nullptr ? *fallback : std::min(std::max(0.0, range.low), range.high);
  if (!expect(present() && value_->is_number(), fallback == nullptr, "a number")) {
    return stand_in;
  }
  const double number = value_->as_number();
  if (!holds(range, number)) {
    refuse(described(*value_), outside(range));
    return stand_in;
  }
  return number;
}

std::string JsonField::read_string(TextRule rule, const std::string_view* fallback) const {
  std::string stand_in(fallback != nullptr ? *fallback : std::string_view());
  if (!expect(is(JsonKind::kString), fallback == nullptr, "a string")) {
    return stand_in;
  }
  const std::string_view string = value_->as_string();
  if (string.empty() && !rule.may_be_empty) {
    refuse("expected a string that is not empty");
    return stand_in;
  }
  if (string.size() > rule.most_bytes) {
    refuse(in_quotes(string), " has ", string.size(), " bytes, expected at most ", rule.most_bytes);
    return stand_in;
  }
  if (string.find('\0') != std::string_view::npos) {
    refuse(in_quotes(string), " contains U+0000, expected a string without it");
    return stand_in;
  }
  return std::string(string);
}

std::string JsonField::checked_name(std::string name) const {
  if (has_control_character(name)) {
    refuse(in_quotes(name), " has a control character");
  }
  return name;
}

void JsonField::refuse_name(std::string_view name, const JsonNames& names) const {
  refuse(unknown_name(name, names.what, names.names));
}

size_t JsonField::read_index(const JsonNames& names, const size_t* fallback) const {
  const size_t stand_in = fallback != nullptr ? *fallback : 0;
  if (!expect(
          is(JsonKind::kString),
          fallback == nullptr,
          text(article(names.what), names.what, " (a string)")
      )) {
    return stand_in;
  }
  const auto name = std::ranges::find(names.names, value_->as_string());
  if (name == names.names.end()) {
    refuse(unknown_name(value_->as_string(), names.what, names.names));
    return stand_in;
  }
  return static_cast<size_t>(name - names.names.begin());
}

JsonReader JsonField::object() const {
  const bool found = expect(is(JsonKind::kObject), true, "an object");
  return JsonReader(found ? *this : JsonField(source_));
}

JsonReader JsonField::object_or_empty() const {
  const bool fine = expect(is(JsonKind::kObject), false, "an object") || !present();
  return JsonReader(fine ? *this : JsonField(source_));
}

JsonItems JsonField::items(JsonCount count) const {
  return {source_, read_items(count, true)};
}

JsonItems JsonField::items_or_empty(JsonCount count) const {
  return {source_, read_items(count, false)};
}

JsonMembers JsonField::members(JsonCount count) const {
  return {source_, read_members(count, true)};
}

JsonMembers JsonField::members_or_empty(JsonCount count) const {
  return {source_, read_members(count, false)};
}

std::vector<std::string> JsonField::names(TextRule rule, JsonCount count) const {
  const JsonItems fields = items(count);
  std::vector<std::string> values;
  values.reserve(fields.size());
  for (const JsonField field : fields) {
    values.push_back(field.name(rule));
  }
  return values;
}

std::span<const Json> JsonField::read_items(JsonCount count, bool required) const {
  if (!expect(is(JsonKind::kArray), required, "an array")) {
    return {};
  }
  expect_count(value_->size(), count, "items");
  return source_->ok() ? value_->items() : std::span<const Json>();
}

std::span<const JsonMember> JsonField::read_members(JsonCount count, bool required) const {
  if (!expect(is(JsonKind::kObject), required, "an object")) {
    return {};
  }
  expect_count(value_->size(), count, "keys");
  for (const JsonMember& member : value_->members()) {
    if (member.key.empty() || member.key.size() > kLongestName ||
        has_control_character(member.key)) {
      refuse(
          "the key ",
          in_quotes(member.key),
          " is no name: expected 1 to ",
          kLongestName,
          " bytes without control characters"
      );
    }
  }
  return source_->ok() ? value_->members() : std::span<const JsonMember>();
}

bool JsonField::expect(bool right_kind, bool required, std::string_view expected) const {
  if (!source_->ok()) {
    return false;
  }
  if (present()) {
    if (!right_kind) {
      refuse("expected ", expected, ", found ", described(*value_));
    }
    return right_kind;
  }
  if (!required) {
    return false;
  }
  if (!inner_key_.empty()) {
    refuse("missing; expected an object with the key ", in_quotes(inner_key_));
  } else if (const auto like = source_->unasked_key_like(nearest_, missing_)) {
    refuse("missing; expected ", expected, "; is it ", in_quotes(*like), '?');
  } else {
    refuse("missing; expected ", expected);
  }
  return false;
}

void JsonField::expect_count(size_t count, JsonCount expected, std::string_view things) const {
  if (count >= expected.least && count <= expected.most) {
    return;
  }
  if (expected.least == expected.most) {
    refuse("has ", count, ' ', things, ", expected ", expected.least);
  } else if (count < expected.least) {
    refuse("has ", count, ' ', things, ", expected at least ", expected.least);
  } else {
    refuse("has ", count, ' ', things, ", expected at most ", expected.most);
  }
}

void JsonField::refuse_with(std::string_view what) const {
  const uint32_t line = nearest_ != nullptr ? nearest_->line() : 0;
  source_->refuse(nearest_, present() ? nullptr : &missing_, line, what);
}

// ---- JsonReader

JsonField JsonReader::operator[](std::string_view key) {
  JsonField field = place_;
  if (!place_.present()) {
    field.inner_key_ = key;
    return field;
  }
  const std::span<const JsonMember> members = place_.value_->members();
  const auto member = std::ranges::find(members, key, &JsonMember::key);
  if (asked_ != JsonSource::kNone) {
    place_.source_->note_asked(asked_, static_cast<size_t>(member - members.begin()), key);
  }
  if (member != members.end()) {
    field.value_ = &member->value;
    field.nearest_ = &member->value;
  } else {
    field.value_ = nullptr;
    field.missing_ = key;
  }
  return field;
}

void JsonReader::ignore_rest() {
  if (asked_ != JsonSource::kNone) {
    place_.source_->asked_[asked_].object = nullptr;
    finish();
  }
}

void JsonReader::finish() noexcept {
  if (asked_ != JsonSource::kNone) {
    place_.source_->close(std::exchange(asked_, JsonSource::kNone));
  }
}

}  // namespace dks::capi
