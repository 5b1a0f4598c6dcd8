// Trust: what neighbours believe about shared factors reaches the own prior.
// SPDX-License-Identifier: MIT
//
// After each thought a pet leaves its beliefs about shared factors where others can read them, each
// with how much there is to tell: the information in nats that it holds beyond the initial belief,
// sum_s b_s ln(b_s / D_s). Sensing, a pet listens to whoever in earshot has most to tell, if
// that is more than it could tell itself, and in its next thought pools the heard belief h with its
// prior: p + trust (h - p), linear as in DeGroot 1974.
//
// So news outweigh any number of those who know nothing, and the best informed are not talked out
// of it: they believe their own senses. As what is heard counts for less than the whole, it fades
// from mouth to mouth unless somebody goes on perceiving it. Between two pets trust is 1; a
// species' trust, under its personality, is the share.
//
// What is heard in a step counts in the next, from one half of the column while the other fills:
// so the thoughts of those whose turns come next can be worked out ahead. Of the steps between two
// thoughts only the last one counts.
#include "math/functions.h"
#include "pet/pet_type.h"

#include <algorithm>
#include <limits>

namespace dks::pet {
namespace {

constexpr uint32_t kEarshot = 2;  // cells, and no further than it sees
constexpr uint32_t kHeard = 8;    // in a crowd the nearest are heard

}  // namespace

void PetType::share_beliefs() {
  if (species_.mind.trust <= 0) {
    return;
  }
  constexpr double kLeast = 1e-6;  // what cannot be at birth is news, but not without end
  for (size_t f = 0; f < species_.factors.size(); ++f) {
    if (!species_.factors[f].shared) {
      continue;
    }
    const auto& factor = model_->factors()[f];
    SharedFactor& shared = shared_factors_.emplace_back();
    shared.first = static_cast<uint32_t>(factor.state_offset);
    shared.levels = static_cast<uint32_t>(factor.num_states);
    shared.heard = heard_states_;
    for (const double p : model_->initial_states().subspan(shared.first, shared.levels)) {
      shared.log_initial.push_back(static_cast<float>(math::log(std::max(p, kLeast))));
    }
    heard_states_ += shared.levels;
  }
}

uint32_t PetType::earshot() const {
  return shared_factors_.empty() ? 0 : std::min(species_.sight, kEarshot);
}

void PetType::listen(const StepBatch& batch, uint32_t row, const Around& around) const {
  const World& world = batch.world;
  const auto others = around.in_earshot();
  const auto heeded = others.first(std::min<size_t>(others.size(), kHeard));
  for (size_t i = 0; i < shared_factors_.size(); ++i) {
    const SharedFactor& factor = shared_factors_[i];
    float most = *batch.table.at<float>(columns_.told + static_cast<uint32_t>(i), row);
    const float* belief = nullptr;
    for (const uint32_t slot : heeded) {
      const float* told = world.shared<float>(factor.handle, slot);
      if (told != nullptr && told[0] > most) {
        most = told[0];
        belief = told + 1;
      }
    }
    float* heard = batch.table.at<float>(columns_.heard, row) + batch.step % 2 * heard_states_;
    if (belief != nullptr) {
      std::copy_n(belief, factor.levels, heard + factor.heard);
    } else {
      std::fill_n(heard + factor.heard, factor.levels, 0.0F);
    }
  }
}

// What was heard in the step before joins the prior. A belief that was not heard is zero
// throughout.
void PetType::pool_heard(const StepBatch& batch, Thinking& thinking, size_t lane) const {
  if (shared_factors_.empty()) {
    return;
  }
  const uint32_t row = thinking.rows[lane];
  const float* heard =
      batch.table.at<float>(columns_.heard, row) + (batch.step + 1) % 2 * heard_states_;
  const float share = std::min(thinking.trust[lane], 1.0F);
  const size_t lanes = thinking.lanes.lanes();
  for (const SharedFactor& factor : shared_factors_) {
    const float* belief = heard + factor.heard;
    float total = 0;
    for (size_t s = 0; s < factor.levels; ++s) {
      total += belief[s];
    }
    if (total == 0) {
      continue;
    }
    for (size_t s = 0; s < factor.levels; ++s) {
      float& own = thinking.lanes.prior[(factor.first + s) * lanes + lane];
      own += share * (belief[s] - total * own);
    }
  }
}

// How much each has to tell. What is impossible to it counts nothing, as 0 ln 0 does.
void PetType::weigh_news(Thinking& thinking) const {
  constexpr float kLeast = std::numeric_limits<float>::min();
  const size_t lanes = thinking.lanes.lanes();
  for (size_t i = 0; i < shared_factors_.size(); ++i) {
    const SharedFactor& factor = shared_factors_[i];
    float* news = &thinking.told[i * lanes];
    std::fill_n(news, lanes, 0.0F);
    for (size_t s = 0; s < factor.levels; ++s) {
      const float* belief = &thinking.lanes.q[(factor.first + s) * lanes];
      const float log_initial = factor.log_initial[s];
      for (size_t lane = 0; lane < lanes; ++lane) {
        const float b = belief[lane];
        news[lane] += b * (math::log(b > kLeast ? b : kLeast) - log_initial);
      }
    }
  }
}

void PetType::tell_beliefs(Table& table, const Thinking& thinking, size_t lane) const {
  const size_t lanes = thinking.lanes.lanes();
  for (size_t i = 0; i < shared_factors_.size(); ++i) {
    const SharedFactor& factor = shared_factors_[i];
    float* told = table.at<float>(columns_.told + static_cast<uint32_t>(i), thinking.rows[lane]);
    told[0] = std::max(thinking.told[i * lanes + lane], 0.0F);
    for (size_t s = 0; s < factor.levels; ++s) {
      told[1 + s] = thinking.lanes.q[(factor.first + s) * lanes + lane];
    }
  }
}

}  // namespace dks::pet
