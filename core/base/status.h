// Status codes, errors with text, and Result<T>: how core says that something did not work.
// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace dks {

// The same values as DKS_* in dks.h; capi asserts it.
enum class Status : int32_t {
  kOk = 0,
  kInvalid = -1,
  kNoMemory = -2,
  kStale = -3,
  kBusy = -4,
  kLimit = -5,
  kNotFound = -6,
  kVersion = -7,
  kIo = -8,
  kUser = -9,
  kInternal = -99,
};

// What went wrong: the thing, the value, and what was expected, in one sentence.
struct Error {
  Status status = Status::kInternal;
  std::string text;
};

namespace detail {
inline void append(std::string& out, std::string_view part) {
  out += part;
}
inline void append(std::string& out, char part) {
  out += part;
}
// A template, so that a string literal does not turn into a bool.
template <std::same_as<bool> Flag>
void append(std::string& out, Flag part) {
  out += part ? "true" : "false";
}
template <class Number>
requires(std::is_arithmetic_v<Number> && !std::is_same_v<Number, bool> && !std::is_same_v<Number, char>) void append(
    std::string& out, Number part
) {
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, part).ptr;
  out.append(digits, end);
}
}  // namespace detail

// Joins texts and numbers; numbers in the shortest form that reads back to the same value.
template <class... Parts>
std::string text(const Parts&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

template <class... Parts>
Error error(Status status, const Parts&... parts) {
  return Error{status, text(parts...)};
}

template <class... Parts>
Error invalid(const Parts&... parts) {
  return Error{Status::kInvalid, text(parts...)};
}

// The same error with its place before it: "items[3]: ...".
inline Error at(std::string_view place, const Error& error) {
  return {error.status, text(place, ": ", error.text)};
}

// A value, or the error that stands in its place. Result<> has no value to carry.
template <class T = std::monostate>
class [[nodiscard]] Result {
 public:
  Result() requires(std::is_same_v<T, std::monostate>) : outcome_(std::in_place_index<0>) {}
  Result(T value) : outcome_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : outcome_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return outcome_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() { return *std::get_if<0>(&outcome_); }
  const T& value() const { return *std::get_if<0>(&outcome_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return *std::get_if<1>(&outcome_); }
  Status status() const { return ok() ? Status::kOk : error().status; }

 private:
  std::variant<T, Error> outcome_;
};

// Hands an error up: `DKS_TRY(load(x));`
#define DKS_TRY(expression)                                           \
  do {                                                                \
    if (const auto& dks_try_result = (expression); !dks_try_result) { \
      return dks_try_result.error();                                  \
    }                                                                 \
  } while (false)

}  // namespace dks
