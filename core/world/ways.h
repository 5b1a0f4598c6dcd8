// Ways to places: for each goal, how many steps every cell is from the nearest cell of that goal.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/prefetch.h"
#include "world/grid.h"

#include <cstdint>
#include <memory_resource>
#include <vector>

namespace dks {

// Distances by breadth-first search from all goal cells at once, O(cells). A walk downhill reaches
// the nearest goal. kFar: there is no goal.
class Way {
 public:
  static constexpr uint16_t kFar = 0xffff;

  explicit Way(std::pmr::memory_resource* memory) : distance_(memory) {}

  // `queue` is scratch memory, which many ways may share.
  template <class IsGoal>
  void build(const MultiGrid& grid, std::pmr::vector<uint32_t>& queue, IsGoal&& is_goal);

  uint16_t distance(uint32_t cell) const { return distance_[cell]; }
  void prefetch_around(uint32_t cell, uint32_t width, uint32_t radius) const {
    if (!distance_.empty()) {
      dks::prefetch_around(distance_.data(), distance_.size(), cell, width, radius);
    }
  }

 private:
  std::pmr::vector<uint16_t> distance_;
};

template <class IsGoal>
void Way::build(const MultiGrid& grid, std::pmr::vector<uint32_t>& queue, IsGoal&& is_goal) {
  const uint32_t cells = grid.shape().cell_count();
  distance_.assign(cells, kFar);
  queue.clear();
  queue.reserve(cells);
  for (uint32_t cell = 0; cell < cells; ++cell) {
    if (is_goal(cell)) {
      distance_[cell] = 0;
      queue.push_back(cell);
    }
  }
  for (size_t head = 0; head < queue.size(); ++head) {
    const uint16_t here = distance_[queue[head]];
    grid.for_each_cell(queue[head], 1, [&](uint32_t cell) {
      if (distance_[cell] == kFar && here + 1 < kFar) {
        distance_[cell] = static_cast<uint16_t>(here + 1);
        queue.push_back(cell);
      }
    });
  }
}

}  // namespace dks
