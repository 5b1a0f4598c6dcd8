// Nested arrays of numbers, such as A[1][o][s]: JSON to flat arrays, the last axis fastest.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "json_reader.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dks::capi {

struct TensorAxis {
  size_t size = 0;
  std::string things;  // what stands along it, for messages: "states of factor \"warmth\""
};

// Their sums are for the model's own checks.
inline constexpr NumberRange kProbability{0, 1};

// Whether there is a value: null stands for none.
inline bool given(const JsonField& field) {
  return field.present() && !field.is(JsonKind::kNull);
}

// Says an error of core where it belongs.
template <class T>
void check(const JsonField& field, const Result<T>& result) {
  if (!result) {
    field.refuse(result.error().text);
  }
}

// What a tensor has to be: its name in messages and its axes from slowest to fastest.
struct TensorShape {
  std::string name;  // "A[1]"
  std::vector<TensorAxis> axes;
};

// Refuses another shape and numbers out of range by more than a rounding error, with their place:
// "A[1][0][2] has 3 entries, expected 4: states of factor \"warmth\"". After an error the result
// has no meaning. Cost: memory for what the document holds, whatever size it says it has.
std::vector<double> read_tensor(
    const JsonField& field, const TensorShape& shape, const NumberRange& range
);

// The entries of an array that has one for each of `count` things.
JsonItems items_of(
    const JsonField& field, std::string_view name, size_t count, std::string_view things
);

}  // namespace dks::capi
