// Who is activated when: the order of a step, cut into waves.
// SPDX-License-Identifier: MIT
//
// One parameter spans Mesa's schedulers (Kazil, Masad & Crooks 2020). A wave perceives the world as
// the earlier waves left it; inside a wave perception is simultaneous and acts resolve one after
// the other. The rules:
//   1. Every agent alive when a step begins is activated once a step (once a stage, in staged
//      activation), in an order drawn anew each step.
//   2. An agent removed earlier in the step does not act.
//   3. An agent born in a step first acts in the next.
//   4. Before shuffling agents stand by the index of their id; nothing depends on addresses.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dks {

class World;

struct ActivationDesc {
  uint32_t waves = 0;    // 0: every agent is a wave of its own
  bool shuffle = true;   // false: by id
  bool by_type = false;  // types one after the other, each cut into waves of its own
  bool shuffle_types = true;
  std::vector<std::string> stages;  // not empty: everybody goes through stage 0, then stage 1 ...
  bool shuffle_between_stages = false;

  static ActivationDesc random() { return {}; }
  static ActivationDesc simultaneous() { return {.waves = 1, .stages = {}}; }
  static ActivationDesc staged(std::vector<std::string> stages) {
    return {.stages = std::move(stages)};
  }
  static ActivationDesc random_by_type() { return {.by_type = true, .stages = {}}; }

  uint32_t stage_count() const { return stages.empty() ? 1 : static_cast<uint32_t>(stages.size()); }
};

// The order of one stage of one step: slots, and where one type's part ends (one part unless
// by_type).
class ActivationOrder {
 public:
  explicit ActivationOrder(std::pmr::memory_resource* memory)
      : slots_(memory), parts_(memory), types_(memory), next_(memory) {}

  void reserve(uint32_t agents, uint32_t types);
  // Stands already, unless shuffle_between_stages, when `stage` is not the first.
  void draw(const World& world, const ActivationDesc& desc, uint64_t step, uint32_t stage);

  std::span<const uint32_t> slots() const { return slots_; }
  uint32_t part_count() const { return static_cast<uint32_t>(parts_.size()); }
  std::span<const uint32_t> part(uint32_t index) const {
    const uint32_t begin = index == 0 ? 0 : parts_[index - 1];
    return std::span(slots_).subspan(begin, parts_[index] - begin);
  }

 private:
  void line_up_by_type(
      const World& world, const ActivationDesc& desc, uint64_t step, uint32_t stage
  );

  std::pmr::vector<uint32_t> slots_;
  std::pmr::vector<uint32_t> parts_;  // where each ends
  std::pmr::vector<uint32_t> types_;  // in their order
  std::pmr::vector<uint32_t> next_;   // by type: where its next agent goes
};

// Where wave `index` of `waves` over `count` agents begins: waves differ by at most one agent.
constexpr uint64_t wave_begin(uint64_t count, uint64_t waves, uint64_t index) {
  return count * index / waves;
}

}  // namespace dks
