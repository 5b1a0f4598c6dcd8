// What stands behind a dks_model: a world, its species and the arrays that views are given out of.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "base/memory.h"
#include "guard.h"
#include "json.h"
#include "structs.h"
#include "world_json.h"

#include <atomic>
#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dks::capi {

// Arrays made for callers, who borrow them until the next call that is not [const]: no [const] call
// moves or changes one that stands already.
struct Views {
  using Messages = std::pmr::vector<dks_message>;

  explicit Views(std::pmr::memory_resource* memory)
      : queues(memory), channels(memory), cells(memory), table_columns(memory) {}

  std::optional<Messages> messages, outbox;
  std::pmr::map<uint64_t, Messages> queues;                   // by agent
  std::pmr::map<std::string, Messages> channels;              // by name
  std::pmr::map<uint32_t, std::pmr::vector<uint32_t>> cells;  // by agent type
  std::pmr::map<std::pair<uint32_t, uint32_t>, std::pmr::vector<double>> table_columns;
  uint64_t epoch = 1;  // counts the calls that ended a loan

  void forget() noexcept {
    messages.reset();
    outbox.reset();
    queues.clear();
    channels.clear();
    cells.clear();
    table_columns.clear();
    ++epoch;
  }
};

// Exports of agents' columns without a copy that are held, by agent type. The model's thread looks
// and adds; whoever releases one counts it down.
class Lent {
 public:
  std::atomic<uint32_t>& of(uint32_t type) {
    while (held_.size() <= type) {
      held_.emplace_back(0U);
    }
    return held_[type];
  }
  std::optional<uint32_t> first() const noexcept {
    for (size_t type = 0; type < held_.size(); ++type) {
      if (held_[type].load(std::memory_order_acquire) > 0) {
        return static_cast<uint32_t>(type);
      }
    }
    return std::nullopt;
  }

 private:
  std::deque<std::atomic<uint32_t>> held_;  // what it holds stays where it is
};

struct Model {
  Model(const Allocator& allocator, uint64_t limit) : memory(allocator, limit) {}

  mutable Memory memory;
  LoadedWorld loaded;
  mutable Views views{&memory};
  mutable Lent lent;
  mutable std::atomic<bool> busy{false};

  World& world() { return *loaded.world; }
  const World& world() const { return *loaded.world; }
  const pet::PetType* pet_type(uint32_t type) const {
    return type < loaded.species.size() ? loaded.species[type].get() : nullptr;
  }
  const PluginAgents* plugin_agents(uint32_t type) const {
    return type < loaded.plugins.size() ? loaded.plugins[type].get() : nullptr;
  }
  const Mind* mind(uint32_t type) const {
    return type < loaded.minds.size() ? loaded.minds[type].get() : nullptr;
  }
};

}  // namespace dks::capi

// The handle: it shares the model with whatever else (an agent set) needs it alive.
struct dks_model {
  std::shared_ptr<dks::capi::Model> shared;
};

namespace dks::capi {

// That agents of a type are lent out, so that nothing may be changed.
dks_status refuse_lent(const Model& model, uint32_t type) noexcept;

// Company is refused; then the body runs guarded. It shares the model, so that a callback that
// destroys the handle does not pull the ground away.
template <class Inside, class Body>
dks_status enter_shared(std::shared_ptr<Inside> model, Body&& body) noexcept {
  const Entry entry(model->busy);
  if (!entry) {
    return fail(
        DKS_E_BUSY, "the model is in another call: one thread at a time, none during a step"
    );
  }
  if constexpr (!std::is_const_v<Inside>) {
    if (const auto type = model->lent.first()) {
      return refuse_lent(*model, *type);
    }
    model->views.forget();
  }
  return guard([&] { return body(*model); });
}

// The entry of nearly every function. body takes the Model, a const one in [const] calls, and
// returns a dks_status.
template <class Body>
dks_status enter(dks_model* model, Body&& body) noexcept {
  if (model == nullptr) {
    return fail(DKS_E_INVALID, "model: expected a handle, found NULL");
  }
  return enter_shared<Model>(model->shared, body);
}
template <class Body>
dks_status enter(const dks_model* model, Body&& body) noexcept {
  if (model == nullptr) {
    return fail(DKS_E_INVALID, "model: expected a handle, found NULL");
  }
  return enter_shared<const Model>(model->shared, body);
}

// Text for the caller by convention 5: where it is to go, and the whole of it.
dks_status check_text_place(
    const char* buffer, uint64_t capacity, const uint64_t* out_size
) noexcept;
dks_status write_text(
    std::string_view text, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept;

// A name from a list, or an error with the nearest one.
Error unknown_name(
    std::string_view what, std::string_view name, std::span<const std::string_view> known
);

Result<uint32_t> find_type(const Model& model, const char* type);
Result<uint32_t> find_table(const Model& model, std::string_view name);  // of the collector
Result<uint32_t> find_layer(const Model& model, const char* layer);
Result<uint32_t> find_environment_field(const Model& model, std::string_view field);
// That some agent type has the field, or the element of one; an error names the nearest one.
Result<> expect_field(const Model& model, const char* field);
// A cell by its coordinates; `what` is what an error calls them.
Result<uint32_t> cell_at(const Model& model, std::string_view what, int32_t x, int32_t y);
// That an array of agents is not longer than there can be agents: longer ones hold garbage.
Result<> check_count(const Model& model, uint32_t count);

}  // namespace dks::capi
