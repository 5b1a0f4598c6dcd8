// The multi-grid: cells that hold any number of agents, up to a capacity.
// SPDX-License-Identifier: MIT
//
// An agent is known here by its slot (the index half of its id). The agents of a cell are a linked list
// through two arrays by slot: placing, lifting and moving take O(1) and never allocate, and a walk over
// neighbours touches only the cells it visits. The newest agent of a cell comes first.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <vector>

#include "base/hash.h"

namespace dks {

enum class Neighbourhood : uint8_t { kMoore, kVonNeumann };

struct GridShape {
  uint32_t width = 20;
  uint32_t height = 20;
  bool torus = true;
  Neighbourhood neighbourhood = Neighbourhood::kMoore;
  uint32_t capacity = 0;  // agents a cell; 0: no limit

  uint32_t cell_count() const { return width * height; }
};

class MultiGrid {
 public:
  static constexpr uint32_t kNone = 0xffffffff;  // no cell, no slot

  MultiGrid(GridShape shape, uint32_t slots, std::pmr::memory_resource* memory);

  const GridShape& shape() const { return shape_; }
  uint32_t x(uint32_t cell) const { return cell % shape_.width; }
  uint32_t y(uint32_t cell) const { return cell / shape_.width; }
  uint32_t cell(uint32_t x, uint32_t y) const { return y * shape_.width + x; }
  // The cell (dx, dy) away: wrapped on a torus, kNone beyond a border.
  uint32_t offset(uint32_t cell, int32_t dx, int32_t dy) const;
  // Steps between two cells, in the metric of the neighbourhood.
  uint32_t distance(uint32_t a, uint32_t b) const;

  uint32_t cell_of(uint32_t slot) const { return nodes_[slot].cell; }  // kNone: on no cell
  uint32_t first(uint32_t cell) const { return heads_[cell]; }
  uint32_t next(uint32_t slot) const { return nodes_[slot].next; }
  uint32_t count(uint32_t cell) const;
  bool has_room(uint32_t cell) const { return shape_.capacity == 0 || count(cell) < shape_.capacity; }
  uint32_t empty_count() const { return empty_count_; }
  // The n-th empty cell in row order, n < empty_count().
  uint32_t empty_cell(uint32_t n) const;

  void reserve(uint32_t slots);
  bool place(uint32_t slot, uint32_t cell);  // false: no room, nothing done
  void lift(uint32_t slot);
  bool move(uint32_t slot, uint32_t cell);
  void prefetch(uint32_t slot) const { __builtin_prefetch(&nodes_[slot]); }

  // Calls f(cell) for each cell within `radius`, itself included, once, in row order.
  template <class F>
  void for_each_cell(uint32_t centre, uint32_t radius, F&& f) const;
  // Calls f(slot) for each agent within `radius` of `centre`: cells in row order, newest first.
  template <class F>
  void for_each_agent(uint32_t centre, uint32_t radius, F&& f) const;
  // The nearest slot for which accept(slot) holds, by distance, then row order; kNone: nobody.
  template <class F>
  uint32_t nearest(uint32_t centre, uint32_t radius, F&& accept) const;

  void hash(StateHash& hash) const;

 private:
  struct Node {
    uint32_t cell = kNone;
    uint32_t next = kNone;
    uint32_t previous = kNone;
  };
  void set_occupied(uint32_t cell, bool occupied);

  GridShape shape_;
  std::pmr::vector<Node> nodes_;         // by slot
  std::pmr::vector<uint32_t> heads_;     // by cell
  std::pmr::vector<uint32_t> counts_;    // by cell; kept only where capacity asks for it
  std::pmr::vector<uint64_t> occupied_;  // a bit a cell
  uint32_t empty_count_;
};

// ---- templates ------------------------------------------------------------------------------------

template <class F>
void MultiGrid::for_each_cell(uint32_t centre, uint32_t radius, F&& f) const {
  const auto w = static_cast<int32_t>(shape_.width);
  const auto h = static_cast<int32_t>(shape_.height);
  const auto cx = static_cast<int32_t>(x(centre));
  const auto cy = static_cast<int32_t>(y(centre));
  const auto r = static_cast<int32_t>(radius);
  const bool diamond = shape_.neighbourhood == Neighbourhood::kVonNeumann;
  // On a torus a reach wider than the grid would come round to the same cells: cut it to one turn.
  int32_t top = cy - r;
  int32_t bottom = cy + r;
  if (!shape_.torus) {
    top = top < 0 ? 0 : top;
    bottom = bottom >= h ? h - 1 : bottom;
  } else if (2 * r + 1 > h) {
    top = cy - (h - 1) / 2;
    bottom = top + h - 1;
  }
  for (int32_t yy = top; yy <= bottom; ++yy) {
    const int32_t dy = yy < cy ? cy - yy : yy - cy;
    const int32_t reach = diamond ? r - dy : r;
    int32_t left = cx - reach;
    int32_t right = cx + reach;
    if (!shape_.torus) {
      left = left < 0 ? 0 : left;
      right = right >= w ? w - 1 : right;
    } else if (2 * reach + 1 > w) {
      left = cx - (w - 1) / 2;
      right = left + w - 1;
    }
    const int32_t row = (yy < 0 ? yy + h : yy >= h ? yy - h : yy) * w;
    for (int32_t xx = left; xx <= right; ++xx) {
      f(static_cast<uint32_t>(row + (xx < 0 ? xx + w : xx >= w ? xx - w : xx)));
    }
  }
}

template <class F>
void MultiGrid::for_each_agent(uint32_t centre, uint32_t radius, F&& f) const {
  for_each_cell(centre, radius, [&](uint32_t cell) {
    for (uint32_t slot = heads_[cell]; slot != kNone; slot = nodes_[slot].next) {
      f(slot);
    }
  });
}

template <class F>
uint32_t MultiGrid::nearest(uint32_t centre, uint32_t radius, F&& accept) const {
  uint32_t best = kNone;
  uint32_t best_distance = kNone;
  for (uint32_t reach = 0; reach <= radius && best == kNone; ++reach) {
    for_each_agent(centre, reach, [&](uint32_t slot) {
      const uint32_t away = distance(centre, nodes_[slot].cell);
      if (away == reach && away < best_distance && accept(slot)) {
        best = slot;
        best_distance = away;
      }
    });
  }
  return best;
}

}  // namespace dks
