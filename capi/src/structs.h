// What callers hand in: structs that begin with their size, arrays of them, names.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "base/status.h"
#include "json_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dks::capi {

// The size of each struct in the first version that had it: what a caller's must have at least.
template <class Struct>
inline constexpr size_t kFirstSize = sizeof(Struct);
template <>
inline constexpr size_t kFirstSize<dks_model_desc> = DKS_MODEL_DESC_MIN_SIZE;
template <>
inline constexpr size_t kFirstSize<dks_spawn_desc> = offsetof(dks_spawn_desc, y) + sizeof(int32_t);
template <>
inline constexpr size_t kFirstSize<dks_timer_desc> = offsetof(dks_timer_desc, count) +
                                                     sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_message> = offsetof(dks_message, reserved0) +
                                                  sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_reporter_desc> = offsetof(dks_reporter_desc, window) +
                                                        sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_mind_desc> = offsetof(dks_mind_desc, type) +
                                                    sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_plugin_rules> = offsetof(dks_plugin_rules, slow_ns) +
                                                       sizeof(uint64_t);
// Of these any beginning of whole members will do: the library fills what there is.
template <>
inline constexpr size_t kFirstSize<dks_model_info> = sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_counters> = sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_table_info> = sizeof(uint32_t);
template <>
inline constexpr size_t kFirstSize<dks_mind_info> = sizeof(uint32_t);

struct StructSize {
  size_t least, known, alignment;
};
template <class Struct>
inline constexpr StructSize kSizeOf{kFirstSize<Struct>, sizeof(Struct), alignof(Struct)};

// Whether struct_size can be one. Structs have no tail padding, so every version's size is a
// multiple of the alignment: a size inside a member, half a pointer, is none. No version will reach
// kLargestStruct, so what says so is not set up.
inline constexpr uint32_t kLargestStruct = 4096;
Result<> check_struct_size(std::string_view what, uint32_t found, const StructSize& size);
// Whether what a newer header has behind the part known here is left 0: it could not be obeyed.
Result<> check_struct_rest(std::string_view what, const void* from, uint32_t found, size_t known);

// The part of a caller's struct that is known here.
template <class Struct>
Result<Struct> read_struct(std::string_view what, const Struct* from) {
  const uint32_t size = from->struct_size;
  DKS_TRY(check_struct_size(what, size, kSizeOf<Struct>));
  DKS_TRY(check_struct_rest(what, from, size, sizeof(Struct)));
  Struct known{};
  std::copy_n(
      reinterpret_cast<const char*>(from),
      std::min<size_t>(size, sizeof(Struct)),
      reinterpret_cast<char*>(&known)
  );
  return known;
}

// Item `index` of an array of such structs; all have the first one's size.
template <class Struct>
Result<Struct> read_item(const Struct* items, uint32_t index) {
  const size_t step = items->struct_size;
  DKS_TRY(check_struct_size("items[0]", items->struct_size, kSizeOf<Struct>));
  const auto* item =
      reinterpret_cast<const Struct*>(reinterpret_cast<const char*>(items) + step * index);
  if (item->struct_size != step) {
    return invalid(
        "items[", index, "].struct_size: ", item->struct_size, " is not ", step, " as in items[0]"
    );
  }
  return read_struct(text("items[", index, "]"), item);
}

// Fills a caller's struct as far as it goes; what a newer header has behind is set to 0.
template <class Struct>
Result<> write_struct(std::string_view what, const Struct& from, Struct* to) {
  const uint32_t size = to->struct_size;
  DKS_TRY(check_struct_size(what, size, kSizeOf<Struct>));
  char* const bytes = reinterpret_cast<char*>(to);
  const size_t known = std::min<size_t>(size, sizeof(Struct));
  std::copy_n(reinterpret_cast<const char*>(&from), known, bytes);
  std::fill(bytes + known, bytes + size, char{0});
  to->struct_size = size;
  return {};
}

template <class Struct>
bool init_struct(Struct* to, uint32_t size) noexcept {
  if (to == nullptr || size < sizeof(uint32_t)) {
    return false;
  }
  std::fill_n(reinterpret_cast<char*>(to), size, char{0});
  to->struct_size = size;
  return true;
}

// A name in C; NULL is no name where one may be left out.
enum class NameRule : uint8_t { kRequired, kMayBeMissing };
Result<std::string_view> read_name(
    std::string_view what, const char* name, NameRule rule = NameRule::kRequired
);

}  // namespace dks::capi
