// SPDX-License-Identifier: MIT
#include "lane_batch.h"

#include "mind/policy_posterior.h"
#include "mind_batch.h"

#include <algorithm>
#include <vector>

namespace dks::capi {

template <class F>
void LaneBatch::for_each_block(size_t count, F&& f) {
  for (size_t first = 0; first < count; first += block_.lanes()) {
    f(Seats{first, std::min(block_.lanes(), count - first)});
  }
}

template <class T>
void LaneBatch::put(const T* rows, Seats seats, std::span<T> array) const {
  const size_t width = array.size() / block_.lanes();
  for (size_t lane = 0; lane < block_.lanes(); ++lane) {
    const size_t row = seats.first + std::min(lane, seats.count - 1);
    block_.put(rows + row * width, lane, array);
  }
}

template <class T>
void LaneBatch::take(std::span<T> array, Seats seats, T* rows) const {
  const size_t width = array.size() / block_.lanes();
  for (size_t lane = 0; lane < seats.count && rows != nullptr; ++lane) {
    block_.take(array, lane, rows + (seats.first + lane) * width);
  }
}

void LaneBatch::infer(
    const float* prior,
    const int32_t* observations,
    size_t count,
    float* beliefs,
    float* free_energy
) {
  for (size_t lane = 0; lane < block_.lanes() && prior == nullptr; ++lane) {
    block_.put(model_.initial_states().data(), lane, block_.prior);
  }
  for_each_block(count, [&](Seats seats) {
    if (prior != nullptr) {
      put(prior, seats, block_.prior);
    }
    put(observations, seats, block_.observation);
    engine_.infer(block_);
    take(block_.q, seats, beliefs);
    take(block_.free_energy, seats, free_energy);
  });
}

void LaneBatch::plan(
    const float* beliefs,
    const float* preferences,
    size_t count,
    float* neg_efe,
    float* q_pi,
    float* action_marginals
) {
  block_.own_preferences = preferences != nullptr;
  block_.wants_policies = true;
  std::vector<float> own(model_.total_outcomes());
  std::vector<float> posterior(policies_.size());
  for_each_block(count, [&](Seats seats) {
    put(beliefs, seats, block_.q);
    for (size_t lane = 0; lane < block_.lanes() && preferences != nullptr; ++lane) {
      const size_t row = seats.first + std::min(lane, seats.count - 1);
      to_log_preferences<float>(model_, preferences + row * own.size(), own);
      block_.put(own.data(), lane, block_.log_preferences);
    }
    engine_.plan(block_);
    take(block_.neg_efe, seats, neg_efe);
    take(block_.q_pi, seats, q_pi);
    for (size_t lane = 0; lane < seats.count && action_marginals != nullptr; ++lane) {
      block_.take(block_.q_pi, lane, posterior.data());
      const size_t width = model_.total_controls();
      mind::action_marginals<float>(
          policies_,
          model_.num_controls(),
          posterior,
          {action_marginals + (seats.first + lane) * width, width}
      );
    }
  });
}

void LaneBatch::predict(const float* beliefs, const int32_t* actions, size_t count, float* prior) {
  for_each_block(count, [&](Seats seats) {
    put(beliefs, seats, block_.belief);
    put(actions, seats, block_.action);
    engine_.predict(block_);
    take(block_.prior, seats, prior);
  });
}

}  // namespace dks::capi
