// The JSON tree: building, looking up, comparing.
// SPDX-License-Identifier: MIT
#include "json.h"

#include <algorithm>

namespace dks::capi {

Json::Json() = default;
Json::Json(std::nullptr_t) {}
Json::Json(Exactly, bool value) : value_(value) {}
Json::Json(Exactly, int64_t value) : value_(value) {}
Json::Json(Exactly, double value) : value_(value) {}
Json::Json(Exactly, uint64_t value) {
  if (std::in_range<int64_t>(value)) {
    value_ = static_cast<int64_t>(value);
  } else {
    value_ = static_cast<double>(value);
  }
}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(const char* value) : value_(std::string(value)) {}

// Not the variant's own copy: when copying an alternative runs out of memory, the one of libstdc++
// 12 destroys a value that was never there. Moving an alternative in cannot fail.
Json::Json(const Json& other) : line_(other.line_) {
  const auto copy_in = [this](const auto& alternative) {
    auto copy = alternative;
    value_ = std::move(copy);
  };
  std::visit(copy_in, other.value_);
}

Json& Json::operator=(const Json& other) {
  if (this != &other) {
    *this = Json(other);
  }
  return *this;
}

Json::Json(Json&&) noexcept = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

Json Json::array() {
  Json json;
  json.make_items();
  return json;
}

Json Json::array(std::initializer_list<Json> items) {
  Json json;
  json.make_items().assign(items);
  return json;
}

Json Json::object() {
  Json json;
  json.make_members();
  return json;
}

bool Json::as_bool() const {
  const bool* value = std::get_if<bool>(&value_);
  return value != nullptr && *value;
}

int64_t Json::as_integer() const {
  const int64_t* value = std::get_if<int64_t>(&value_);
  return value != nullptr ? *value : 0;
}

double Json::as_number() const {
  const double* value = std::get_if<double>(&value_);
  return value != nullptr ? *value : static_cast<double>(as_integer());
}

std::string_view Json::as_string() const {
  const std::string* value = std::get_if<std::string>(&value_);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

std::span<const Json> Json::items() const {
  const Items* items = std::get_if<Items>(&value_);
  return items != nullptr ? std::span<const Json>(*items) : std::span<const Json>();
}

std::span<Json> Json::items() {
  Items* items = std::get_if<Items>(&value_);
  return items != nullptr ? std::span<Json>(*items) : std::span<Json>();
}

std::span<const JsonMember> Json::members() const {
  const Members* members = std::get_if<Members>(&value_);
  return members != nullptr ? std::span<const JsonMember>(*members) : std::span<const JsonMember>();
}

std::span<JsonMember> Json::members() {
  Members* members = std::get_if<Members>(&value_);
  return members != nullptr ? std::span<JsonMember>(*members) : std::span<JsonMember>();
}

size_t Json::members_size() const {
  return members().size();
}

const Json* Json::find(std::string_view key) const {
  for (const JsonMember& member : members()) {
    if (member.key == key) {
      return &member.value;
    }
  }
  return nullptr;
}

Json* Json::find(std::string_view key) {
  return const_cast<Json*>(std::as_const(*this).find(key));
}

Json& Json::set(std::string_view key, Json value) & {
  if (Json* present = find(key)) {
    *present = std::move(value);
  } else {
    make_members().push_back({std::string(key), std::move(value)});
  }
  return *this;
}

Json Json::set(std::string_view key, Json value) && {
  set(key, std::move(value));
  return std::move(*this);
}

Json& Json::push_back(Json value) & {
  make_items().push_back(std::move(value));
  return *this;
}

Json Json::push_back(Json value) && {
  push_back(std::move(value));
  return std::move(*this);
}

bool Json::erase(std::string_view key) {
  Members* members = std::get_if<Members>(&value_);
  return members != nullptr &&
         std::erase_if(*members, [key](const JsonMember& member) { return member.key == key; }) > 0;
}

Json::Items& Json::make_items() {
  if (!is_array()) {
    value_.emplace<Items>();
  }
  return *std::get_if<Items>(&value_);
}

Json::Members& Json::make_members() {
  if (!is_object()) {
    value_.emplace<Members>();
  }
  return *std::get_if<Members>(&value_);
}

bool operator==(const Json& left, const Json& right) {
  if (!left.is_object() || !right.is_object()) {
    if (left.is_array() && right.is_array()) {
      return std::ranges::equal(left.items(), right.items());
    }
    if (left.kind() != right.kind()) {
      return false;
    }
    return left.as_bool() == right.as_bool() && left.as_integer() == right.as_integer() &&
           left.as_number() == right.as_number() && left.as_string() == right.as_string();
  }
  if (left.size() != right.size()) {
    return false;
  }
  for (size_t i = 0; i < left.size(); ++i) {
    const JsonMember& member = left.members()[i];
    const JsonMember& same_place = right.members()[i];
    const Json* other = same_place.key == member.key ? &same_place.value : right.find(member.key);
    if (other == nullptr || !(member.value == *other)) {
      return false;
    }
  }
  return true;
}

}  // namespace dks::capi
