// SPDX-License-Identifier: MIT
#include "world/layers.h"

#include "base/archive.h"

#include <algorithm>

namespace dks {

Result<> LayerDesc::check() const {
  const auto in_range = [](float value, float low, float high) {
    return value >= low && value <= high;
  };
  if (!categories.empty()) {
    if (growth != 0 || decay != 0 || diffusion != 0) {
      return invalid("layer \"", name, "\": categories neither grow, decay nor spread");
    }
    return {};
  }
  if (!(min <= max)) {
    return invalid("layer \"", name, "\": its range [", min, ", ", max, "] is empty");
  }
  if (!in_range(initial, min, max)) {
    return invalid("layer \"", name, "\": initial ", initial, " is not in [", min, ", ", max, "]");
  }
  if (!(growth >= 0)) {
    return invalid("layer \"", name, "\": growth ", growth, " is below 0");
  }
  if (!in_range(decay, 0, 1)) {
    return invalid("layer \"", name, "\": decay ", decay, " is not in [0, 1]");
  }
  if (!in_range(diffusion, 0, 1)) {
    return invalid("layer \"", name, "\": diffusion ", diffusion, " is not in [0, 1]");
  }
  return {};
}

PropertyLayer::PropertyLayer(
    LayerDesc desc, const GridShape& shape, std::pmr::memory_resource* memory
)
    : desc_(std::move(desc)),
      values_(shape.cell_count(), desc_.initial, memory),
      ceiling_(shape.cell_count(), desc_.initial, memory),
      old_rows_(desc_.diffusion > 0 ? 3 * size_t{shape.width} : 0, 0.0F, memory) {}

void PropertyLayer::set(uint32_t cell, float value) {
  values_[cell] = std::clamp(value, desc_.min, desc_.max);
  ++epoch_;
}

void PropertyLayer::set_ceiling(uint32_t cell, float ceiling) {
  ceiling_[cell] = std::clamp(ceiling, desc_.min, desc_.max);
}

float PropertyLayer::take(uint32_t cell, float amount) {
  const float before = values_[cell];
  values_[cell] = std::clamp(before - amount, desc_.min, before);
  epoch_ += desc_.categories.empty() ? 0 : 1;
  return before - values_[cell];
}

void PropertyLayer::add(uint32_t cell, float amount) {
  values_[cell] = std::clamp(values_[cell] + amount, desc_.min, desc_.max);
  epoch_ += desc_.categories.empty() ? 0 : 1;
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
      value = std::clamp(value - value * desc_.decay, desc_.min, desc_.max);
    }
  }
  if (desc_.diffusion > 0) {
    diffuse(grid);
  }
}

// Row by row in place: the old values of this row and of the one above are kept aside, those of the
// row below are still there; on a torus the first row is below the last.
void PropertyLayer::diffuse(const MultiGrid& grid) {
  const GridShape& shape = grid.shape();
  const uint32_t w = shape.width;
  const uint32_t h = shape.height;
  const bool moore = shape.neighbourhood == Neighbourhood::kMoore;
  const float part = desc_.diffusion / (moore ? 8.0F : 4.0F);
  float* const first = old_rows_.data();
  float* above = first + w;
  float* here = above + w;
  std::copy_n(values_.data(), w, first);
  std::copy_n(values_.data() + size_t{w} * (h - 1), w, above);
  const bool wraps_down = shape.torus && h > 2;
  const bool wraps_across = shape.torus && w > 2;
  for (uint32_t y = 0; y < h; ++y) {
    float* const row = values_.data() + size_t{w} * y;
    std::copy_n(row, w, here);
    const float* const up = y > 0 || wraps_down ? above : nullptr;
    const float* const down = y + 1 < h ? row + w : wraps_down ? first : nullptr;
    const auto spread = [&](uint32_t x, uint32_t left, uint32_t right) {
      const float own = here[x];
      const auto sides = [&](const float* from) {
        return (left != x ? from[left] - own : 0) + (right != x ? from[right] - own : 0);
      };
      float flow = sides(here);
      for (const float* const from : {up, down}) {
        if (from != nullptr) {
          flow += from[x] - own + (moore ? sides(from) : 0);
        }
      }
      row[x] = std::clamp(own + part * flow, desc_.min, desc_.max);
    };
    spread(0, wraps_across ? w - 1 : 0, w > 1 ? 1 : 0);
    for (uint32_t x = 1; x + 1 < w; ++x) {
      spread(x, x - 1, x + 1);
    }
    if (w > 1) {
      spread(w - 1, w - 2, wraps_across ? 0 : w - 1);
    }
    std::swap(above, here);
  }
}

void PropertyLayer::hash(StateHash& hash) const {
  hash.update(std::span<const float>(values_));
  hash.update(std::span<const float>(ceiling_));
}

void PropertyLayer::save(Saver& out) const {
  out.text(desc_.name);
  out.numbers(std::span<const float>(values_));
  out.numbers(std::span<const float>(ceiling_));
}

void PropertyLayer::load(Loader& in) {
  if (in.text() != desc_.name) {
    in.refuse(invalid("it is not of layer \"", desc_.name, "\""));
  }
  for (auto* const numbers : {&values_, &ceiling_}) {
    in.numbers(std::span<float>(*numbers));
    for (size_t cell = 0; cell < numbers->size() && in.ok(); ++cell) {
      const float value = (*numbers)[cell];
      if (!(value >= desc_.min && value <= desc_.max)) {
        in.refuse(invalid(
            "layer \"",
            desc_.name,
            "\", cell ",
            cell,
            ": ",
            value,
            " is not in [",
            desc_.min,
            ", ",
            desc_.max,
            "]"
        ));
      }
    }
  }
  ++epoch_;
}

}  // namespace dks
