// SPDX-License-Identifier: MIT
#include "world/grid.h"

#include <algorithm>
#include <bit>
#include <span>

namespace dks {

MultiGrid::MultiGrid(GridShape shape, uint32_t slots, std::pmr::memory_resource* memory)
    : shape_(shape),
      nodes_(slots, memory),
      heads_(shape.cell_count(), kNone, memory),
      counts_(shape.capacity ? shape.cell_count() : 0, 0, memory),
      occupied_((shape.cell_count() + 63) / 64, 0, memory),
      empty_count_(shape.cell_count()) {}

uint32_t MultiGrid::offset(uint32_t cell, int32_t dx, int32_t dy) const {
  const auto w = static_cast<int64_t>(shape_.width);
  const auto h = static_cast<int64_t>(shape_.height);
  int64_t cx = int64_t{x(cell)} + dx;
  int64_t cy = int64_t{y(cell)} + dy;
  if (cx < 0 || cx >= w || cy < 0 || cy >= h) {
    if (!shape_.torus) {
      return kNone;
    }
    cx = (cx % w + w) % w;
    cy = (cy % h + h) % h;
  }
  return static_cast<uint32_t>(cy * w + cx);
}

uint32_t MultiGrid::distance(uint32_t a, uint32_t b) const {
  const auto apart = [](uint32_t p, uint32_t q, uint32_t size, bool torus) {
    const uint32_t d = p < q ? q - p : p - q;
    return torus ? std::min(d, size - d) : d;
  };
  const uint32_t dx = apart(x(a), x(b), shape_.width, shape_.torus);
  const uint32_t dy = apart(y(a), y(b), shape_.height, shape_.torus);
  return shape_.neighbourhood == Neighbourhood::kVonNeumann ? dx + dy : std::max(dx, dy);
}

uint32_t MultiGrid::count(uint32_t cell) const {
  if (shape_.capacity) {
    return counts_[cell];
  }
  uint32_t n = 0;
  for (uint32_t slot = heads_[cell]; slot != kNone; slot = nodes_[slot].next) {
    ++n;
  }
  return n;
}

uint32_t MultiGrid::empty_cell(uint32_t n) const {
  const uint32_t cells = shape_.cell_count();
  for (uint32_t word = 0; word < occupied_.size(); ++word) {
    uint64_t empty = ~occupied_[word];
    if (const uint32_t left = cells - word * 64; left < 64) {
      empty &= (uint64_t{1} << left) - 1;
    }
    const auto here = static_cast<uint32_t>(std::popcount(empty));
    if (n >= here) {
      n -= here;
      continue;
    }
    while (n-- > 0) {
      empty &= empty - 1;
    }
    return word * 64 + static_cast<uint32_t>(std::countr_zero(empty));
  }
  return kNone;
}

bool MultiGrid::place(uint32_t slot, uint32_t cell) {
  if (!has_room(cell)) {
    return false;
  }
  const uint32_t head = heads_[cell];
  nodes_[slot] = {cell, head, kNone};
  heads_[cell] = slot;
  if (head != kNone) {
    nodes_[head].previous = slot;
  } else {
    set_occupied(cell, true);
  }
  if (shape_.capacity) {
    ++counts_[cell];
  }
  return true;
}

void MultiGrid::lift(uint32_t slot) {
  const Node node = nodes_[slot];
  if (node.cell == kNone) {
    return;
  }
  if (node.previous != kNone) {
    nodes_[node.previous].next = node.next;
  } else {
    heads_[node.cell] = node.next;
    if (node.next == kNone) {
      set_occupied(node.cell, false);
    }
  }
  if (node.next != kNone) {
    nodes_[node.next].previous = node.previous;
  }
  if (shape_.capacity) {
    --counts_[node.cell];
  }
  nodes_[slot] = {};
}

bool MultiGrid::move(uint32_t slot, uint32_t cell) {
  if (nodes_[slot].cell == cell) {
    return true;
  }
  if (!has_room(cell)) {
    return false;
  }
  lift(slot);
  return place(slot, cell);
}

uint32_t MultiGrid::greatest_distance() const {
  const uint32_t across = shape_.torus ? shape_.width / 2 : shape_.width - 1;
  const uint32_t down = shape_.torus ? shape_.height / 2 : shape_.height - 1;
  return shape_.neighbourhood == Neighbourhood::kVonNeumann ? across + down
                                                            : std::max(across, down);
}

void MultiGrid::hash(StateHash& hash, uint32_t slots) const {
  static_assert(sizeof(Node) == 3 * sizeof(uint32_t));
  const size_t size = std::min<size_t>(slots, nodes_.size());
  hash.update(std::span(reinterpret_cast<const uint32_t*>(nodes_.data()), 3 * size));
}

void MultiGrid::set_occupied(uint32_t cell, bool occupied) {
  const uint64_t bit = uint64_t{1} << (cell % 64);
  if (occupied) {
    occupied_[cell / 64] |= bit;
    --empty_count_;
  } else {
    occupied_[cell / 64] &= ~bit;
    ++empty_count_;
  }
}

}  // namespace dks
