// Property layers: one number a cell, with growth and diffusion, or a category a cell.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/hash.h"
#include "base/prefetch.h"
#include "base/status.h"
#include "world/grid.h"

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dks {

class Loader;
class Saver;

struct LayerDesc {
  std::string name;
  float initial = 0;
  float min = 0;
  float max = 1;
  float growth = 0;  // a step, towards the cell's own ceiling (what it was filled with at creation)
  float decay = 0;   // share lost a step
  float diffusion = 0;                  // share spread over the neighbourhood a step, in [0, 1]
  std::vector<std::string> categories;  // not empty: the values are indices into it, nothing else

  Result<> check() const;
};

class PropertyLayer {
 public:
  PropertyLayer(LayerDesc desc, const GridShape& shape, std::pmr::memory_resource* memory);

  const LayerDesc& desc() const { return desc_; }
  std::span<const float> values() const { return values_; }
  float at(uint32_t cell) const { return values_[cell]; }
  void prefetch_cell(uint32_t cell) const { prefetch(&values_[cell]); }
  void prefetch_around(uint32_t cell, uint32_t width, uint32_t radius) const {
    dks::prefetch_around(values_.data(), values_.size(), cell, width, radius);
  }
  uint32_t category(uint32_t cell) const { return static_cast<uint32_t>(values_[cell]); }
  uint64_t epoch() const {
    return epoch_;
  }  // changes when somebody sets a cell or changes a category; values() never moves

  void set(uint32_t cell, float value);            // clamped to the layer's range
  void set_ceiling(uint32_t cell, float ceiling);  // what growth grows back to
  float ceiling(uint32_t cell) const { return ceiling_[cell]; }
  float take(uint32_t cell, float amount);  // returns what there was of it
  void add(uint32_t cell, float amount);

  // Growth, decay, then diffusion: one explicit Euler step over all cells. A share `diffusion` of
  // each cell's value leaves it in equal parts for its 4 or 8 neighbours; a part for which there is
  // no neighbour (at a border, or on a torus of less than 3 rows or columns) stays. What one cell
  // loses another gains, but for rounding. O(cells).
  void advance(const MultiGrid& grid);

  void hash(StateHash& hash) const;
  void save(Saver& out) const;
  void load(Loader& in);

 private:
  void diffuse(const MultiGrid& grid);

  LayerDesc desc_;
  std::pmr::vector<float> values_;
  std::pmr::vector<float> ceiling_;
  std::pmr::vector<float> old_rows_;  // three, only where there is diffusion
  uint64_t epoch_ = 1;
};

}  // namespace dks
