// What stands behind a dks_model: a world, its species and the arrays that views are given out of.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "base/memory.h"
#include "binding.h"
#include "guard.h"
#include "json.h"
#include "links.h"
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
  std::vector<std::shared_ptr<const std::string>> texts;
  uint64_t epoch = 1;  // counts the calls that ended a loan

  // Nearly always there is nothing, and nearly every call asks.
  void forget() noexcept {
    messages.reset();
    outbox.reset();
    clear(queues);
    clear(channels);
    clear(cells);
    clear(table_columns);
    texts.clear();
    ++epoch;
  }

 private:
  template <class Map>
  static void clear(Map& map) noexcept {
    if (!map.empty()) {
      map.clear();
    }
  }
};

// Exports of agents' columns without a copy that are held. The model's thread looks and adds;
// whoever releases one counts it down, of its type first.
class Lent {
 public:
  std::atomic<uint32_t>& of(uint32_t type) {
    while (held_.size() <= type) {
      held_.emplace_back(0U);
    }
    return held_[type];
  }
  std::atomic<uint32_t>& of_all() noexcept { return all_; }

  // The agent type of one.
  std::optional<uint32_t> first() const noexcept {
    return all_.load(std::memory_order_acquire) == 0 ? std::nullopt : first_type();
  }

 private:
  std::optional<uint32_t> first_type() const noexcept {
    for (size_t type = 0; type < held_.size(); ++type) {
      if (held_[type].load(std::memory_order_acquire) > 0) {
        return static_cast<uint32_t>(type);
      }
    }
    return std::nullopt;
  }

  std::atomic<uint32_t> all_{0};
  std::deque<std::atomic<uint32_t>> held_;  // by type; what it holds stays where it is
};

struct Model {
  Model(const Allocator& allocator, uint64_t limit) : memory(allocator, limit) {}

  mutable Binding binding = keep_for_binding(nullptr, nullptr);  // the last to go
  mutable Memory memory;
  LoadedWorld loaded;
  mutable Views views{&memory};
  mutable Lent lent;
  mutable std::atomic<bool> busy{false};
  Links links{*this};  // the first to go

  // A step, or what is left of the one under way, until the deadline, and what it sends; true: it
  // is whole. An error also if it is, and a plugin did wrong in it.
  Result<bool> step_until(const Deadline& deadline);

  World& world() { return *loaded.world; }
  // What [const] calls read: the last whole step.
  const World& world() const { return loaded.whole(); }
  // For the epoch of a view of the world: the two that are read by turns lie in other places.
  uint64_t epoch_of(uint64_t epoch) const { return 2 * epoch + (loaded.reads_copy() ? 1 : 0); }
  // The one that steps, also for who wants nothing but what never changes, on any thread.
  const World& live() const { return *loaded.world; }
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
  bool in_call = false;    // one that may have callbacks
  bool destroyed = false;  // by a callback: the call it is in deletes the handle when it ends
};

namespace dks::capi {

// That agents of a type are lent out, so that nothing may be changed.
dks_status refuse_lent(const Model& model, uint32_t type) noexcept;
// That a step is under way, so that nothing may be changed but by finishing it.
dks_status refuse_under_way() noexcept;

// Company is refused; then the body runs guarded. Somebody else keeps the model alive.
enum class Entering : uint8_t { kBetweenSteps, kToStep };
template <Entering kEntering = Entering::kBetweenSteps, class Inside, class Body>
dks_status enter_shared(Inside& model, Body&& body) noexcept {
  const Entry entry(model.busy);
  if (!entry) {
    return fail(
        DKS_E_BUSY, "the model is in another call: one thread at a time, none during a step"
    );
  }
  if constexpr (!std::is_const_v<Inside>) {
    if (const auto type = model.lent.first()) {
      return refuse_lent(model, *type);
    }
    if (kEntering == Entering::kBetweenSteps && model.loaded.world->is_under_way()) {
      return refuse_under_way();
    }
    model.views.forget();
  }
  return guard([&] { return body(model); });
}

// The entry of nearly every function. body takes the Model, a const one in [const] calls, and
// returns a dks_status. A callback that destroys the handle does not pull the ground away.
template <Entering kEntering = Entering::kBetweenSteps, class Body>
dks_status enter(dks_model* model, Body&& body) noexcept {
  if (model == nullptr) {
    return fail(DKS_E_INVALID, "model: expected a handle, found NULL");
  }
  bool entered = false;
  const dks_status status = enter_shared<kEntering>(*model->shared, [&](Model& inside) {
    entered = model->in_call = true;
    return body(inside);
  });
  if (entered) {
    model->in_call = false;
    if (model->destroyed) [[unlikely]] {
      delete model;
    }
  }
  return status;
}
template <class Body>
dks_status enter(const dks_model* model, Body&& body) noexcept {
  if (model == nullptr) {
    return fail(DKS_E_INVALID, "model: expected a handle, found NULL");
  }
  return enter_shared(std::as_const(*model->shared), body);
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
