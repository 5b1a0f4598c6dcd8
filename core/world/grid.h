// The multi-grid: cells that hold any number of agents, up to a capacity.
// SPDX-License-Identifier: MIT
//
// An agent is known here by its slot (the index half of its id). The agents of a cell are a linked
// list through two arrays by slot: placing, lifting and moving take O(1) and never allocate, and a
// walk over neighbours touches only the cells it visits. The newest agent of a cell comes first.
#pragma once

#include "base/hash.h"
#include "base/prefetch.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory_resource>
#include <vector>

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
  bool has_room(uint32_t cell) const {
    return shape_.capacity == 0 || count(cell) < shape_.capacity;
  }
  uint32_t empty_count() const { return empty_count_; }
  // The n-th empty cell in row order, n < empty_count().
  uint32_t empty_cell(uint32_t n) const;

  bool place(uint32_t slot, uint32_t cell);  // false: no room, nothing done
  void lift(uint32_t slot);
  bool move(uint32_t slot, uint32_t cell);
  void prefetch_cells(uint32_t cell, uint32_t radius) const {
    dks::prefetch_around(heads_.data(), heads_.size(), cell, shape_.width, radius);
  }
  // Hints that a slot, and then its neighbours in the list and the cells around it, will be asked
  // for.
  void prefetch_slot(uint32_t slot) const { prefetch(&nodes_[slot]); }
  void prefetch_around(uint32_t slot) const {
    const Node& node = nodes_[slot];
    if (node.cell == kNone) {
      return;
    }
    dks::prefetch_around(heads_.data(), heads_.size(), node.cell, shape_.width);
    if (node.next != kNone) {
      prefetch(&nodes_[node.next]);
    }
    if (node.previous != kNone) {
      prefetch(&nodes_[node.previous]);
    }
  }

  // Calls f(cell) for each cell within `radius`, itself included, once, in row order.
  template <class F>
  void for_each_cell(uint32_t centre, uint32_t radius, F&& f) const;
  // Calls f(slot) for each agent within `radius` of `centre`: cells in row order, newest first.
  template <class F>
  void for_each_agent(uint32_t centre, uint32_t radius, F&& f) const;
  // Calls until(cell, distance) for the cells within `radius`, the nearest first, equally near ones
  // in row order, until it is true: that cell; kNone: it never was.
  template <class F>
  uint32_t search_cells(uint32_t centre, uint32_t radius, F&& until) const;
  // The nearest cell within `radius` for which accept(cell) holds, of equally near ones the first
  // in row order; kNone: there is none.
  template <class F>
  uint32_t nearest_cell(uint32_t centre, uint32_t radius, F&& accept) const;
  // The same for slots, in a cell the newest first; kNone: nobody.
  template <class F>
  uint32_t nearest(uint32_t centre, uint32_t radius, F&& accept) const;

  // Of the first `slots` slots, with the order in which agents stand in their cells.
  void hash(StateHash& hash, uint32_t slots) const;

 private:
  struct Node {
    uint32_t cell = kNone;
    uint32_t next = kNone;
    uint32_t previous = kNone;
  };
  // The offsets on an axis of `size` cells that lie within `reach` of the cell at `at`: each cell
  // once, cut at the border, or on a torus to one turn.
  struct Reach {
    int32_t first;
    int32_t last;
  };
  Reach reach_of(int32_t at, int32_t size, int32_t reach) const {
    if (!shape_.torus) {
      return {std::max(-reach, -at), std::min(reach, size - 1 - at)};
    }
    return 2 * reach + 1 > size ? Reach{-((size - 1) / 2), size / 2} : Reach{-reach, reach};
  }
  // No two cells are further apart.
  uint32_t greatest_distance() const;
  static int32_t wrapped(int32_t at, int32_t size) {
    return at < 0 ? at + size : at >= size ? at - size : at;
  }
  void set_occupied(uint32_t cell, bool occupied);

  GridShape shape_;
  std::pmr::vector<Node> nodes_;         // by slot
  std::pmr::vector<uint32_t> heads_;     // by cell
  std::pmr::vector<uint32_t> counts_;    // by cell; kept only where capacity asks for it
  std::pmr::vector<uint64_t> occupied_;  // a bit a cell
  uint32_t empty_count_;
};

// ---- templates ----

template <class F>
void MultiGrid::for_each_cell(uint32_t centre, uint32_t radius, F&& f) const {
  const auto w = static_cast<int32_t>(shape_.width);
  const auto h = static_cast<int32_t>(shape_.height);
  const auto cx = static_cast<int32_t>(x(centre));
  const auto cy = static_cast<int32_t>(y(centre));
  const auto r = static_cast<int32_t>(std::min(radius, shape_.width + shape_.height));
  const bool diamond = shape_.neighbourhood == Neighbourhood::kVonNeumann;
  const Reach rows = reach_of(cy, h, r);
  Reach columns = reach_of(cx, w, r);
  for (int32_t dy = rows.first; dy <= rows.last; ++dy) {
    const int32_t row = wrapped(cy + dy, h) * w;
    if (diamond) {
      columns = reach_of(cx, w, r - std::abs(dy));
    }
    for (int32_t dx = columns.first; dx <= columns.last; ++dx) {
      f(static_cast<uint32_t>(row + wrapped(cx + dx, w)));
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

// Ring by ring: all columns of the outermost rows (of a diamond, their one), the two ends of the
// others.
template <class F>
uint32_t MultiGrid::search_cells(uint32_t centre, uint32_t radius, F&& until) const {
  const auto w = static_cast<int32_t>(shape_.width);
  const auto h = static_cast<int32_t>(shape_.height);
  const auto cx = static_cast<int32_t>(x(centre));
  const auto cy = static_cast<int32_t>(y(centre));
  const bool diamond = shape_.neighbourhood == Neighbourhood::kVonNeumann;
  const auto furthest = static_cast<int32_t>(std::min(radius, greatest_distance()));
  for (int32_t ring = 0; ring <= furthest; ++ring) {
    const Reach rows = reach_of(cy, h, ring);
    for (int32_t dy = rows.first; dy <= rows.last; ++dy) {
      const int32_t row = wrapped(cy + dy, h) * w;
      const int32_t away = std::abs(dy);
      const int32_t end = diamond ? ring - away : ring;
      const Reach columns = reach_of(cx, w, end);
      const bool whole = !diamond && away == ring;
      for (int32_t dx = columns.first; dx <= columns.last; ++dx) {
        if (!whole && std::abs(dx) != end) {
          dx = std::min(end, columns.last + 1) - 1;  // on to the other end, if there is one
          continue;
        }
        const auto cell = static_cast<uint32_t>(row + wrapped(cx + dx, w));
        if (until(cell, static_cast<uint32_t>(ring))) {
          return cell;
        }
      }
    }
  }
  return kNone;
}

template <class F>
uint32_t MultiGrid::nearest_cell(uint32_t centre, uint32_t radius, F&& accept) const {
  return search_cells(centre, radius, [&](uint32_t cell, uint32_t /*away*/) {
    return accept(cell);
  });
}

template <class F>
uint32_t MultiGrid::nearest(uint32_t centre, uint32_t radius, F&& accept) const {
  uint32_t found = kNone;
  nearest_cell(centre, radius, [&](uint32_t cell) {
    uint32_t slot = heads_[cell];
    while (slot != kNone && !accept(slot)) {
      slot = nodes_[slot].next;
    }
    found = slot;
    return slot != kNone;
  });
  return found;
}

}  // namespace dks
