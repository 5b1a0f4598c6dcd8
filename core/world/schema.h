// What an agent type is: its fields, and the three calls in which its agents live a step.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dks {

class Commands;
class Table;
class World;

enum class FieldType : uint8_t { kF32 = 1, kF64 = 2, kI32 = 3, kU32 = 4, kU64 = 5, kU8 = 6 };

// Calls f with a value of the field's C++ type: with_type(type, [&]<class T>(T) { ... }).
template <class F>
constexpr decltype(auto) with_type(FieldType type, F&& f) {
  switch (type) {
    case FieldType::kF32:
      return f(float{});
    case FieldType::kF64:
      return f(double{});
    case FieldType::kI32:
      return f(int32_t{});
    case FieldType::kU32:
      return f(uint32_t{});
    case FieldType::kU64:
      return f(uint64_t{});
    case FieldType::kU8:
      break;
  }
  return f(uint8_t{});
}

constexpr size_t size_of(FieldType type) {
  return with_type(type, [](auto value) { return sizeof value; });
}
constexpr bool is_integer(FieldType type) {
  return type != FieldType::kF32 && type != FieldType::kF64;
}

// One column of a table: `width` numbers of one type for each agent.
struct Field {
  std::string name;
  FieldType type = FieldType::kF32;
  uint32_t width = 1;
  double initial = 0;
  // What a host may set, and Commands::change may reach; cut to what the type can hold.
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool settable = true;  // by a host; false: the type computes it and relies on what it finds
  // Of a wide field: the max of each element, where they differ. Empty: it is max for all.
  std::vector<double> element_max = {};

  double max_of(uint32_t element) const { return element_max.empty() ? max : element_max[element]; }
};

// The rows of one type that are activated together. `world` is what they may look at; `table` holds
// their own columns, of which they touch only the listed rows. `commands` is there in act alone,
// and act sees one row at a time, so that whoever was removed before its turn does not act.
struct StepBatch {
  std::span<const uint32_t> rows;  // in the order of activation
  Table& table;
  const World& world;
  Commands* commands;
  uint64_t step;
  uint32_t stage;   // of staged activation: index of its name, else 0
  uint32_t worker;  // whose scratch to use, below World::workers().count()
};

// Calls that are null are skipped. sense and think may run on several threads at once, on disjoint
// rows: what others may read in sense (a field that types share, above all) sense must not write;
// think and act may.
//
// foresee is for speed alone: where agents take their turns one by one, it hands over those whose
// turns come next. A type may work out for all of them together what they would think if they
// sensed the world as it is now, in memory of its own, and use it in think where nothing it was
// made from has changed; results have the same bits with and without.
inline constexpr size_t kForeseen = 32;  // at most so many turns: little changes before the last

struct AgentType {
  std::string name;
  std::vector<Field> fields;
  std::shared_ptr<void> state;  // passed to every call
  void (*prepare
  )(void* state, World& world) = nullptr;  // once, before the first step: scratch, look-ups
  // New rows, fields at their initial values; it may come before prepare.
  void (*born)(void* state, const StepBatch& batch) = nullptr;
  void (*foresee)(void* state, const StepBatch& batch) = nullptr;
  void (*sense
  )(void* state, const StepBatch& batch) = nullptr;  // world and messages into own columns
  void (*think)(void* state, const StepBatch& batch) = nullptr;  // own columns only
  void (*act)(void* state, const StepBatch& batch) = nullptr;    // intents, against the live world
  // A row whose body somebody else moves, before the step's environment: the body has done a share,
  // in [0, 1], of what the agent intended. As act in all else.
  void (*done)(void* state, const StepBatch& batch, double share) = nullptr;
  // Hints (base/prefetch.h) at what act will touch, while others act: first at own columns, then,
  // when these have come, at what they point to.
  void (*fetch
  )(void* state, const Table& table, const World& world, uint32_t row, bool own) = nullptr;

  // The type as a table can take it: ranges cut to what the fields hold, or what is wrong with
  // them.
  Result<AgentType> checked() const;
};

}  // namespace dks
