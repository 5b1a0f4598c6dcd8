// Chains of contractions. SPDX-License-Identifier: MIT
#include "mind/lanes/builder.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <vector>

namespace dks::mind::lanes {

List moving_parents(const Model& model, std::span<const uint32_t> parents) {
  List moving;
  for (const uint32_t parent : parents) {
    if (model.factors()[parent].num_states > 1) {
      moving.push_back(parent);
    }
  }
  if (moving.empty()) {
    moving.push_back(parents[0]);
  }
  return moving;
}

List Builder::best_order(const std::vector<Item>& items, size_t parents) {
  std::vector<size_t> distinct;
  for (size_t k = 0; k < parents; ++k) {
    List beliefs;
    for (const Item& item : items) {
      beliefs.push_back(item.beliefs[k]);
    }
    std::sort(beliefs.begin(), beliefs.end());
    distinct.push_back(
        static_cast<size_t>(std::unique(beliefs.begin(), beliefs.end()) - beliefs.begin())
    );
  }
  List order(parents);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return distinct[a] < distinct[b];
  });
  return order;
}

// Items that begin with the same beliefs share the first contractions: a chain is walked as far
// back as it differs from the one before.
Range Builder::contract(const Tensor& tensor, std::vector<Item> items, const List& order) {
  const auto key = [&](const Item& item) {
    List list{item.slice};
    for (const uint32_t axis : order) {
      list.push_back(item.beliefs[axis]);
    }
    return list;
  };
  std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
    return key(a) < key(b);
  });
  const uint32_t begin = size32(out_.contractions);
  List before;
  for (const Item& item : items) {
    const List now = key(item);
    size_t same = 0;
    while (same < before.size() && before[same] == now[same]) {
      ++same;
    }
    uint32_t rest = joint(tensor.parents) * tensor.rest;
    uint32_t table = tensor.own_table;
    for (size_t level = 0; level < order.size(); ++level) {
      const uint32_t axis = states(tensor.parents[order[level]]);
      rest /= axis;
      const bool is_last = level + 1 == order.size();
      const uint32_t to = is_last ? item.to : level_table(level, rest);
      if (level + 1 >= same || is_last) {
        const bool is_shared = level == 0 && tensor.own_table == kNone;
        const uint32_t shared = is_shared ? constant_of(tensor, item.slice, order) : kNone;
        out_.contractions.push_back(
            {item.beliefs[order[level]], axis, 1, rest, shared, is_shared ? 0 : table, to}
        );
      }
      table = to;
    }
    before = now;
  }
  return {begin, size32(out_.contractions)};
}

uint32_t Builder::constant_of(const Tensor& tensor, uint32_t slice, const List& order) {
  List wanted;
  for (const uint32_t axis : order) {
    wanted.push_back(tensor.parents[axis]);
  }
  List key{tensor.id, tensor.which, slice};
  key.insert(key.end(), wanted.begin(), wanted.end());
  const auto [known, is_new] = constants_.try_emplace(key, size32(out_.constants));
  if (is_new) {
    const bool is_transition = tensor.id == 0;
    const auto parents = is_transition ? model_.factors()[tensor.which].parents
                                       : model_.modalities()[tensor.which].parents;
    Axes(model_, parents, wanted).for_each([&](size_t joint) {
      tensor.append(*this, tensor.which, slice, joint, out_.constants);
    });
  }
  return known->second;
}

uint32_t Builder::level_table(size_t level, uint32_t numbers) {
  level_sizes_.resize(std::max(level_sizes_.size(), level + 1));
  level_sizes_[level] = std::max(level_sizes_[level], numbers);
  return kLevel | static_cast<uint32_t>(level);
}

void Builder::place_level_tables() {
  List places;
  for (const uint32_t size : level_sizes_) {
    places.push_back(take(size));
  }
  const auto place = [&](uint32_t& at) {
    at = (at & kLevel) != 0 && at != kNone ? places[at & ~kLevel] : at;
  };
  for (Contraction& contraction : out_.contractions) {
    place(contraction.table);
    place(contraction.to);
  }
  for (LaneMessage& message : out_.messages) {
    place(message.result);
  }
}

Builder::Tensor Builder::transition_of(uint32_t f) const {
  Tensor tensor;
  tensor.parents = moving_parents(model_, model_.factors()[f].parents);
  tensor.rest = states(f);
  tensor.which = f;
  tensor.append =
      [](const Builder& self, uint32_t which, uint32_t slice, size_t joint, std::vector<float>& to
      ) {
        const Factor<float>& factor = self.model_.factors()[which];
        const auto row =
            factor.transition_slice(slice).subspan(joint * factor.num_states, factor.num_states);
        to.insert(to.end(), row.begin(), row.end());
      };
  return tensor;
}

// The outcomes of a joint state, then its ambiguity: q . H[A] comes with qo.
Builder::Tensor Builder::outcomes_of(uint32_t m) const {
  Tensor tensor;
  tensor.id = 1;
  tensor.parents = moving_parents(model_, model_.modalities()[m].parents);
  tensor.rest = model_.modalities()[m].num_outcomes + 1;
  tensor.which = m;
  tensor.append =
      [](const Builder& self, uint32_t which, uint32_t, size_t joint, std::vector<float>& to) {
        const Modality<float>& modality = self.model_.modalities()[which];
        const auto row =
            modality.likelihood.subspan(joint * modality.num_outcomes, modality.num_outcomes);
        to.insert(to.end(), row.begin(), row.end());
        to.push_back(modality.ambiguity[joint]);
      };
  return tensor;
}

}  // namespace dks::mind::lanes
