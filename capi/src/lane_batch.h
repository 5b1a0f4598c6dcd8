// MindBatch's calls in lanes: rows go into blocks of agents, and come out of them.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/generative_model.h"
#include "mind/lanes/lane_engine.h"
#include "mind/policies.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace dks::capi {

// One call's scratch memory. Arrays, and which may be null or the same, are those of MindBatch,
// where they have been checked.
class LaneBatch {
 public:
  LaneBatch(
      const mind::GenerativeModel<float>& model,
      const mind::Policies& policies,
      const mind::LaneEngine& engine
  )
      : model_(model), policies_(policies), engine_(engine), block_(engine) {}

  void infer(
      const float* prior,
      const int32_t* observations,
      size_t count,
      float* beliefs,
      float* free_energy
  );
  void plan(
      const float* beliefs,
      const float* preferences,
      size_t count,
      float* neg_efe,
      float* q_pi,
      float* action_marginals
  );
  void predict(const float* beliefs, const int32_t* actions, size_t count, float* prior);

 private:
  // Agents first, first + 1, ... of a batch. Lanes that are left over repeat the last one.
  struct Seats {
    size_t first;
    size_t count;
  };
  template <class F>
  void for_each_block(size_t count, F&& f);
  template <class T>
  void put(const T* rows, Seats seats, std::span<T> array) const;
  template <class T>
  void take(std::span<T> array, Seats seats, T* rows) const;

  const mind::GenerativeModel<float>& model_;
  const mind::Policies& policies_;
  const mind::LaneEngine& engine_;
  mind::LaneWorkspace block_;
};

}  // namespace dks::capi
