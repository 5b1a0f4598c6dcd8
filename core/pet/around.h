// Who is around a pet, the nearest first. Of a crowd only the nearest are noticed.
// SPDX-License-Identifier: MIT
#pragma once

#include "world/world.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace dks::pet {

// Filled in two goes, so that many pets' neighbours can be fetched from memory at once: the agent
// on top of each cell, then all of them.
class Around {
 public:
  void clear() { cells_ = in_reach_ = in_earshot_ = 0; }

  void look_at_cells(const World& world, uint32_t centre, uint32_t reach, uint32_t earshot) {
    const MultiGrid& grid = world.grid();
    clear();
    grid.search_cells(centre, std::max(reach, earshot), [&](uint32_t cell, uint32_t away) {
      if (const uint32_t slot = grid.first(cell); slot != MultiGrid::kNone) {
        tops_[cells_++] = slot;
        in_reach_ += away <= reach ? 1 : 0;
        in_earshot_ += away <= earshot ? 1 : 0;
        grid.prefetch_slot(slot);
        world.prefetch_agent(slot);
      }
      return cells_ == kMost;
    });
  }

  // `hint(slot, is_in_reach)` is called for each of them, itself excepted.
  template <class Hint>
  void look_closer(const World& world, uint32_t self, Hint&& hint) {
    const MultiGrid& grid = world.grid();
    uint32_t count = 0;
    uint32_t in_reach = 0;
    uint32_t in_earshot = 0;
    for (uint32_t i = 0; i < cells_; ++i) {
      for (uint32_t slot = tops_[i]; slot != MultiGrid::kNone && count < kMost;
           slot = grid.next(slot)) {
        if (slot != self) {
          slots_[count++] = slot;
          in_reach += i < in_reach_ ? 1 : 0;
          in_earshot += i < in_earshot_ ? 1 : 0;
          hint(slot, i < in_reach_);
        }
      }
    }
    in_reach_ = in_reach;
    in_earshot_ = in_earshot;
  }

  // Whom somebody else says are near, instead of the grid. Those who are gone are not.
  void be_told(const World& world, std::span<const uint64_t> ids) {
    clear();
    for (const uint64_t id : ids) {
      const AgentId agent(id);
      if (world.find(agent) != nullptr && world.cell_of(agent) != MultiGrid::kNone) {
        slots_[in_reach_++] = agent.index();
      }
    }
    in_earshot_ = in_reach_;
  }

  std::span<const uint32_t> in_reach() const { return {slots_.data(), in_reach_}; }
  std::span<const uint32_t> in_earshot() const { return {slots_.data(), in_earshot_}; }

 private:
  static constexpr uint32_t kMost = 32;

  uint32_t cells_ = 0;
  uint32_t in_reach_ = 0;  // first of cells, then of agents
  uint32_t in_earshot_ = 0;
  std::array<uint32_t, kMost> tops_;
  std::array<uint32_t, kMost> slots_;
};

}  // namespace dks::pet
