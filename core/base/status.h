// Status codes, errors with text, and Result<T>: how core says that something did not work.
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
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

// A part of a text: characters or a number. Converted where `text` is called, so that what joins
// them is one function for all of its many calls.
class TextPart {
 public:
  template <std::convertible_to<std::string_view> Text>
  TextPart(const Text& part) : part_(std::string_view(part)) {}  // NOLINT
  TextPart(char part) : part_(part) {}                           // NOLINT
  // Templates, so that nothing is converted on its way here.
  template <std::same_as<bool> Flag>
  TextPart(Flag part) : TextPart(part ? "true" : "false") {}  // NOLINT
  template <std::integral Number>
  requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
      TextPart(Number part) {  // NOLINT
    if constexpr (std::is_signed_v<Number>) {
      part_ = int64_t{part};
    } else {
      part_ = uint64_t{part};
    }
  }
  template <std::floating_point Number>
  TextPart(Number part) : part_(part) {}  // NOLINT

  void append_to(std::string& out) const;

 private:
  std::variant<std::string_view, char, int64_t, uint64_t, float, double> part_;
};

std::string join(std::initializer_list<TextPart> parts);

// Joins texts and numbers; numbers in the shortest form that reads back to the same value.
template <class... Parts>
std::string text(const Parts&... parts) {
  return join({TextPart(parts)...});
}

template <class... Parts>
Error error(Status status, const Parts&... parts) {
  return Error{status, join({TextPart(parts)...})};
}

template <class... Parts>
Error invalid(const Parts&... parts) {
  return Error{Status::kInvalid, join({TextPart(parts)...})};
}

// The same error with its place before it: "items[3]: ...".
Error at(std::string_view place, const Error& error);

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
