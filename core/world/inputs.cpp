// What the owner of a world changes between two steps: all of a call, or nothing.
// SPDX-License-Identifier: MIT
#include "base/platform/float_env.h"
#include "world/world.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace dks {

// With a capacity an earlier move makes room or takes it: played through in figures first.
Result<> World::move(std::span<const AgentId> agents, std::span<const uint32_t> cells) {
  const uint32_t capacity = grid_.shape().capacity;
  std::unordered_map<uint32_t, int64_t> change;  // of the number of agents, by cell
  std::unordered_map<uint32_t, uint32_t> moved;  // where an agent is by now, by slot
  for (size_t i = 0; i < agents.size(); ++i) {
    if (const auto there = expect(agents[i]); !there) {
      return at(text("items[", i, "]"), there.error());
    }
    if (cells[i] >= grid_.shape().cell_count()) {
      return invalid("items[", i, "]: cell ", cells[i], ": there are ", grid_.shape().cell_count());
    }
    if (capacity == 0) {
      continue;
    }
    const uint32_t slot = agents[i].index();
    uint32_t& from = moved.try_emplace(slot, grid_.cell_of(slot)).first->second;
    if (from == cells[i]) {
      continue;
    }
    if (grid_.count(cells[i]) + change[cells[i]] >= capacity) {
      return error(
          Status::kLimit,
          "items[",
          i,
          "]: ",
          place(cells[i]),
          " holds its ",
          capacity,
          " agents already"
      );
    }
    ++change[cells[i]];
    --change[from];
    from = cells[i];
  }
  for (size_t i = 0; i < agents.size(); ++i) {
    grid_.move(agents[i].index(), cells[i]);
  }
  return {};
}

Result<> World::set(
    std::span<const AgentId> agents,
    std::string_view field,
    uint32_t element,
    std::span<const double> values
) {
  const FloatEnvGuard float_env;
  std::vector<std::optional<uint32_t>> columns;  // by type
  for (const auto& table : tables_) {
    columns.push_back(table->find(field));
  }
  for (size_t i = 0; i < agents.size(); ++i) {
    const auto slot = expect(agents[i]);
    if (!slot) {
      return at(text("items[", i, "]"), slot.error());
    }
    const Table& table = *tables_[(*slot)->type];
    const auto column = columns[(*slot)->type];
    if (!column) {
      return error(
          Status::kNotFound,
          "items[",
          i,
          "]: agent type \"",
          table.type().name,
          "\" has no field \"",
          field,
          "\""
      );
    }
    const Field& target = table.field(*column);
    if (!target.settable) {
      return invalid(
          "field \"", field, "\" of agent type \"", table.type().name, "\" is read only"
      );
    }
    if (element >= target.width) {
      return invalid(
          "items[", i, "]: field \"", field, "\"[", element, "]: it has ", target.width, " elements"
      );
    }
    if (!(values[i] >= target.min && values[i] <= target.max_of(element))) {
      return invalid(
          "items[",
          i,
          "]: field \"",
          field,
          "\": ",
          values[i],
          " is not in [",
          target.min,
          ", ",
          target.max_of(element),
          "]"
      );
    }
    if (is_integer(target.type) && values[i] != std::floor(values[i])) {
      return invalid(
          "items[", i, "]: field \"", field, "\": ", values[i], " is not a whole number"
      );
    }
  }
  for (size_t i = 0; i < agents.size(); ++i) {
    const AgentSlot& slot = *find(agents[i]);
    tables_[slot.type]->set_number(*columns[slot.type], slot.row, element, values[i]);
  }
  return {};
}

Result<> World::set_layer(
    uint32_t layer, std::span<const uint32_t> cells, std::span<const double> values
) {
  const FloatEnvGuard float_env;
  PropertyLayer& target = layers_[layer];
  const LayerDesc& desc = target.desc();
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] >= grid_.shape().cell_count()) {
      return invalid(
          "entry ",
          i,
          ": layer \"",
          desc.name,
          "\", cell ",
          cells[i],
          ": there are ",
          grid_.shape().cell_count()
      );
    }
    if (!(values[i] >= desc.min && values[i] <= desc.max)) {
      return invalid(
          "entry ",
          i,
          ": layer \"",
          desc.name,
          "\", ",
          place(cells[i]),
          ": ",
          values[i],
          " is not in [",
          desc.min,
          ", ",
          desc.max,
          "]"
      );
    }
    if (!desc.categories.empty() && values[i] != std::floor(values[i])) {
      return invalid(
          "entry ",
          i,
          ": layer \"",
          desc.name,
          "\", ",
          place(cells[i]),
          ": ",
          values[i],
          " is no category's number"
      );
    }
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    target.set(cells[i], static_cast<float>(values[i]));
  }
  return {};
}

Result<> World::report_done(std::span<const AgentId> agents, std::span<const double> shares) {
  for (size_t i = 0; i < agents.size(); ++i) {
    const auto slot = expect(agents[i]);
    if (!slot) {
      return at(text("items[", i, "]"), slot.error());
    }
    const AgentType& type = tables_[(*slot)->type]->type();
    if (type.done == nullptr) {
      return invalid(
          "items[", i, "]: the world moves the bodies of agent type \"", type.name, "\" itself"
      );
    }
    if (!(shares[i] >= 0 && shares[i] <= 1)) {
      return invalid("shares[", i, "]: ", shares[i], " is not in [0, 1]");
    }
  }
  grow(done_, done_.size() + agents.size());
  for (size_t i = 0; i < agents.size(); ++i) {
    done_.push_back({agents[i], shares[i]});
  }
  return {};
}

Result<> World::drive(uint32_t field, double value, uint32_t steps) {
  DKS_TRY(environment_.check(field, value));
  environment_.drive(field, value, steps == 0 ? 0 : step_ + steps);
  return {};
}

Result<> World::release(uint32_t field) {
  environment_.release(field);
  return {};
}

}  // namespace dks
