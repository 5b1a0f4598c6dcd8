// SPDX-License-Identifier: MIT
#include "world/layers.h"

#include <algorithm>

namespace dks {

PropertyLayer::PropertyLayer(
    LayerDesc desc, const GridShape& shape, std::pmr::memory_resource* memory
)
    : desc_(std::move(desc)),
      values_(shape.cell_count(), desc_.initial, memory),
      ceiling_(shape.cell_count(), desc_.initial, memory),
      scratch_(desc_.diffusion > 0 ? shape.cell_count() : 0, 0.0F, memory) {}

void PropertyLayer::set(uint32_t cell, float value) {
  values_[cell] = std::clamp(value, desc_.min, desc_.max);
  ++epoch_;
}

void PropertyLayer::set_ceiling(uint32_t cell, float ceiling) {
  ceiling_[cell] = std::clamp(ceiling, desc_.min, desc_.max);
}

float PropertyLayer::take(uint32_t cell, float amount) {
  const float taken = std::min(amount, values_[cell] - desc_.min);
  values_[cell] -= taken;
  return taken;
}

void PropertyLayer::add(uint32_t cell, float amount) {
  values_[cell] = std::clamp(values_[cell] + amount, desc_.min, desc_.max);
}

void PropertyLayer::advance(const MultiGrid& grid) {
  if (desc_.growth > 0) {
    for (size_t i = 0; i < values_.size(); ++i) {
      if (values_[i] < ceiling_[i]) {
        values_[i] = std::min(values_[i] + desc_.growth, ceiling_[i]);
      }
    }
  }
  if (desc_.decay > 0) {
    for (float& value : values_) {
      value -= value * desc_.decay;
    }
  }
  if (desc_.diffusion > 0) {
    const bool moore = grid.shape().neighbourhood == Neighbourhood::kMoore;
    const float part = desc_.diffusion / (moore ? 8.0F : 4.0F);
    for (uint32_t cell = 0; cell < values_.size(); ++cell) {
      float flow = 0;
      grid.for_each_cell(cell, 1, [&](uint32_t other) { flow += values_[other] - values_[cell]; });
      scratch_[cell] = values_[cell] + part * flow;
    }
    std::swap(values_, scratch_);
  }
}

void PropertyLayer::hash(StateHash& hash) const {
  hash.update(values_.data(), values_.size() * sizeof(float));
  hash.update(ceiling_.data(), ceiling_.size() * sizeof(float));
}

}  // namespace dks
