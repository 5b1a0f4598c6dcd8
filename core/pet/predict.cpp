// What a pet expects itself to do next. SPDX-License-Identifier: MIT
#include "math/reduce.h"
#include "mind/policy_posterior.h"
#include "pet/pet_type.h"
#include "pet/streams.h"

#include <algorithm>

namespace dks::pet {
namespace {

constexpr uint32_t kFutures = 64;

}  // namespace

// Futures take lanes. Each draws from a generator of its own and adds in its turn, so that how many
// fit into a block does not show.
void PetType::predict_actions(
    const World& world, const Table& table, uint32_t row, uint32_t steps, std::span<double> out
) const {
  const size_t actions = species_.actions.size();
  if (species_.mind.kind == MindKind::kRandom) {
    std::fill(out.begin(), out.end(), 1.0 / static_cast<double>(actions));
    return;
  }
  std::vector<double> habits(actions);
  log_habits(table, row, habits);
  math::softmax<double>(habits, habits);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = habits[i % actions];
  }
  Thinking futures = new_block(*engine_);
  futures.lanes.wants_evidence = false;
  const auto lanes = static_cast<uint32_t>(engine_->lanes());
  for (uint32_t first = 0; first < kFutures; first += lanes) {
    std::vector<Random> random;
    for (uint32_t lane = 0; lane < lanes; ++lane) {
      seat(table, row, habit_counts(table, row), futures, lane);
      const uint32_t stream = stream::kFuture + ((first + lane) << 16);
      random.push_back(world.random(table.id(row), stream));
    }
    personalise(futures);
    catch_up(futures, lanes);
    for (uint32_t step = 0; step < steps; ++step) {
      const bool newborn = step == 0 && futures.first[0] != 0;
      if (newborn || has_turn(world.step_number() + step, table.id(row))) {
        live_on(futures, random, step == 0);
      } else {
        expect_no_thought(futures);
      }
      const std::span<double> sums = out.subspan(step * actions, actions);
      for (uint32_t lane = 0; lane < std::min(lanes, kFutures - first); ++lane) {
        for (size_t a = 0; a < actions; ++a) {
          sums[a] += static_cast<double>(futures.lanes.choice[a * lanes + lane]);
        }
      }
    }
  }
  for (; !out.empty(); out = out.subspan(actions)) {
    double sum = 0;  // nearly as many as there are futures: choices are floats
    for (size_t a = 0; a < actions; ++a) {
      sum += out[a];
    }
    for (size_t a = 0; a < actions; ++a) {
      out[a] /= sum;
    }
  }
}

// A step in each lane: outcomes that its beliefs make likely, what follows from them, a choice.
void PetType::live_on(Thinking& futures, std::span<Random> random, bool first) const {
  mind::LaneWorkspace& to = futures.lanes;
  const size_t lanes = to.lanes();
  futures.engine->predict(to);
  if (first && futures.first[0] != 0) {
    std::copy(to.belief.begin(), to.belief.end(), to.prior.begin());
  }
  std::vector<float> p(std::max(model_->largest_axis(), species_.actions.size()));
  std::vector<size_t> levels(model_->num_factors());
  for (size_t lane = 0; lane < lanes; ++lane) {
    const auto draw = [&](std::span<const float> from, size_t at, size_t count) {
      for (size_t i = 0; i < count; ++i) {
        p[i] = from[(at + i) * lanes + lane];
      }
      return mind::sample<float>(std::span(p).first(count), random[lane].uniform_float());
    };
    for (size_t f = 0; f < levels.size(); ++f) {
      const auto& factor = model_->factors()[f];
      levels[f] = draw(to.prior, factor.state_offset, factor.num_states);
    }
    for (size_t m = 0; m < model_->num_modalities(); ++m) {
      const auto& modality = model_->modalities()[m];
      size_t joint = 0;
      for (const uint32_t parent : modality.parents) {
        joint = joint * model_->factors()[parent].num_states + levels[parent];
      }
      const auto shows =
          modality.likelihood.subspan(joint * modality.num_outcomes, modality.num_outcomes);
      const double uniform = random[lane].uniform();
      to.observation[m * lanes + lane] = static_cast<int32_t>(mind::sample<double>(shows, uniform));
    }
  }
  futures.engine->infer(to);
  futures.engine->plan(to);
  std::copy(to.q.begin(), to.q.end(), to.belief.begin());
  for (size_t lane = 0; lane < lanes; ++lane) {
    for (size_t a = 0; a < species_.actions.size(); ++a) {
      p[a] = to.choice[a * lanes + lane];
    }
    const auto action = static_cast<int32_t>(mind::sample<float>(
        std::span(p).first(species_.actions.size()), random[lane].uniform_float()
    ));
    for (size_t f = 0; f < model_->num_factors(); ++f) {
      to.action[f * lanes + lane] = model_->num_controls()[f] > 1 ? action : 0;
    }
  }
}

// A step in which the mind has no turn: it goes on with what it was doing.
void PetType::expect_no_thought(Thinking& futures) const {
  mind::LaneWorkspace& to = futures.lanes;
  const size_t lanes = to.lanes();
  futures.engine->predict(to);
  std::copy(to.prior.begin(), to.prior.end(), to.belief.begin());
  std::fill(to.choice.begin(), to.choice.end(), 0.0F);
  for (size_t lane = 0; lane < lanes; ++lane) {
    for (size_t f = 0; f < model_->num_factors(); ++f) {
      const auto action = static_cast<size_t>(to.action[f * lanes + lane]);
      if (model_->num_controls()[f] > 1 && action < species_.actions.size()) {
        to.choice[action * lanes + lane] = 1;
      }
    }
  }
}

}  // namespace dks::pet
