// What stands behind a dks_model: a world, its species and the arrays that views are given out of.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory.h"
#include "dks.h"
#include "guard.h"
#include "json.h"
#include "world_json.h"

namespace dks::capi {

struct Model {
  Model(const Allocator& allocator, uint64_t limit) : memory(allocator, limit) {}

  Memory memory;
  LoadedWorld loaded;
  std::atomic<bool> busy{false};
  // Borrowed by callers until the next call that is not [const].
  std::vector<dks_message> messages, outbox, queue, channel;
  std::vector<std::vector<uint32_t>> cells;  // by agent type
  std::vector<double> table_column;
  uint64_t column_epoch = 1;

  World& world() { return *loaded.world; }
  const pet::PetType* pet_type(uint32_t type) const {
    return type < loaded.species.size() ? loaded.species[type].get() : nullptr;
  }
};

}  // namespace dks::capi

// The handle: it shares the model with whatever else (an agent set) needs it alive.
struct dks_model {
  std::shared_ptr<dks::capi::Model> shared;
};

namespace dks::capi {

// The entry of nearly every function: checks the handle, refuses company, guards the body, which takes
// the Model and returns a dks_status.
template <class Body>
dks_status enter(const dks_model* model, Body&& body) noexcept {
  if (model == nullptr) {
    return fail(DKS_E_INVALID, "model: expected a handle, found NULL");
  }
  Model& inside = *model->shared;
  const Entry entry(inside.busy);
  if (!entry) {
    return fail(DKS_E_BUSY, "the model is in another call: one thread at a time");
  }
  return guard([&] { return body(inside); });
}

// NULL where something is expected.
inline dks_status missing(const char* what) noexcept {
  char text[128];
  size_t size = 0;
  for (const char* part : {what, ": expected a pointer, found NULL"}) {
    for (; *part != '\0' && size + 1 < sizeof text; ++part) {
      text[size++] = *part;
    }
  }
  return fail(DKS_E_INVALID, {text, size});
}

// Text for the caller by convention 5.
dks_status write_text(std::string_view text, char* buffer, uint64_t capacity, uint64_t* out_size) noexcept;

// A name from a list, or an error with the nearest one.
Error unknown_name(std::string_view what, std::string_view name, std::span<const std::string_view> known);

Result<uint32_t> find_type(Model& model, const char* type);
Result<uint32_t> find_layer(Model& model, const char* layer);
Result<uint32_t> find_environment_field(Model& model, const char* field);

// Copies what both sides know of a struct that begins with its size.
template <class Struct>
Struct read_sized(const Struct* from) {
  Struct known{};
  const size_t size = from->struct_size < sizeof(Struct) ? from->struct_size : sizeof(Struct);
  std::copy_n(reinterpret_cast<const char*>(from), size, reinterpret_cast<char*>(&known));
  return known;
}
template <class Struct>
void write_sized(const Struct& from, Struct* to) {
  const uint32_t asked = to->struct_size;
  const size_t size = asked < sizeof(Struct) ? asked : sizeof(Struct);
  std::copy_n(reinterpret_cast<const char*>(&from), size, reinterpret_cast<char*>(to));
  to->struct_size = asked;
}
// Item `index` of an array of such structs.
template <class Struct>
const Struct* item_at(const Struct* items, uint32_t index) {
  return reinterpret_cast<const Struct*>(reinterpret_cast<const char*>(items) + size_t{items->struct_size} * index);
}
template <class Struct>
bool init_sized(Struct* to, uint32_t size) {
  if (to == nullptr || size < sizeof(uint32_t)) {
    return false;
  }
  std::fill_n(reinterpret_cast<char*>(to), size, char{0});
  to->struct_size = size;
  return true;
}
dks_status wrong_size(const char* what, uint32_t found, size_t least) noexcept;

}  // namespace dks::capi
