// Thinking: what happened, what follows, what to do, how it feels.
// SPDX-License-Identifier: MIT
#include "math/functions.h"
#include "mind/expected_free_energy.h"
#include "mind/policy_posterior.h"
#include "pet/emotion.h"
#include "pet/pet_type.h"
#include "pet/small_float.h"
#include "pet/streams.h"

#include <algorithm>

namespace dks::pet {

Thinking::Thinking(const mind::LaneEngine& with)
    : engine(&with),
      lanes(with),
      rows(with.lanes()),
      first(with.lanes()),
      unthought(with.lanes()),
      hostility(with.lanes()),
      personality(kTraits * with.lanes()),
      log_precision(with.lanes()),
      trust(with.lanes()),
      surprise(with.lanes()),
      valence(with.lanes()),
      arousal(with.lanes()),
      dominance(with.lanes()) {
  lanes.own_preferences = true;
  lanes.habits = true;
  lanes.wants_evidence = true;
}

void PetType::think(const StepBatch& batch) {
  if (batch.stage != think_stage_) {
    return;
  }
  if (batch.rows.size() == 1) {
    if (!thinks(batch, batch.rows[0]) || !think_as_foreseen(batch, batch.rows[0])) {
      think_in_blocks(batch, alone_[0]);
    }
    return;
  }
  think_in_blocks(batch, thinking_[batch.worker]);
}

void PetType::think_in_blocks(const StepBatch& batch, Thinking& thinking) const {
  const size_t lanes = thinking.lanes.lanes();
  for (size_t next = 0; next < batch.rows.size();) {
    size_t count = 0;
    for (; count < lanes && next < batch.rows.size(); ++next) {
      const uint32_t row = batch.rows[next];
      if (!thinks(batch, row)) {
        carry_on(batch.table, row);
        continue;
      }
      const uint8_t* outcomes = batch.table.at<uint8_t>(columns_.observation, row);
      for (size_t m = 0; m < species_.modalities.size(); ++m) {
        thinking.lanes.observation[m * lanes + count] = in_lane(outcomes[m]);
      }
      seat(batch.table, row, habit_counts(batch.table, row), thinking, count);
      thinking.hostility[count] = hostility_of_partner(batch.table, row);
      ++count;
    }
    for (const uint32_t row : batch.rows.subspan(next, std::min(lanes, batch.rows.size() - next))) {
      fetch_thought(batch.table, row);
    }
    if (count == 0) {
      continue;
    }
    think_through(batch, thinking, count);
    for (size_t lane = 0; lane < count; ++lane) {
      conclude(batch, thinking, lane);
    }
  }
}

// Hints at a pet whose turn in a lane comes next.
void PetType::fetch_thought(const Table& table, uint32_t row) const {
  const float* belief = table.at<float>(columns_.belief, row);
  for (size_t s = 0; s < model_->total_states(); s += 16) {
    prefetch(belief + s);
  }
  prefetch(belief + model_->total_states() - 1);
  for (const uint32_t column : {columns_.choice, columns_.score, columns_.personality}) {
    prefetch(table.at<float>(column, row));
  }
  prefetch(table.at<uint8_t>(columns_.observation, row));
}

// If the thought was made from what the pet now perceives, it is the thought.
bool PetType::think_as_foreseen(const StepBatch& batch, uint32_t row) {
  Foresight& foresight = foresight_;
  if (foresight.step != batch.step) {
    return false;
  }
  while (foresight.next < foresight.pets.size() && foresight.pets[foresight.next].row != row) {
    ++foresight.next;  // somebody who was removed before its turn
  }
  if (foresight.next == foresight.pets.size()) {
    return false;
  }
  const size_t lanes = engine_->lanes();
  const Thinking& thinking = foresight.blocks[foresight.next / lanes];
  const size_t lane = foresight.next % lanes;
  const Foresight::Pet& pet = foresight.pets[foresight.next++];
  const uint8_t* outcomes = batch.table.at<uint8_t>(columns_.observation, row);
  for (size_t m = 0; m < species_.modalities.size(); ++m) {
    if (thinking.lanes.observation[m * lanes + lane] != in_lane(outcomes[m])) {
      return false;
    }
  }
  const float* personality = batch.table.at<float>(columns_.personality, row);
  if (!std::equal(pet.personality.begin(), pet.personality.end(), personality)) {
    return false;
  }
  if (thinking.hostility[lane] != hostility_of_partner(batch.table, row)) {
    return false;
  }
  conclude(batch, thinking, lane);
  return true;
}

// A pet takes a lane, with all that its thought is made of but for what it perceives.
void PetType::seat(
    const Table& table,
    uint32_t row,
    std::span<const float> habit_counts,
    Thinking& thinking,
    size_t lane
) const {
  mind::LaneWorkspace& to = thinking.lanes;
  const size_t lanes = to.lanes();
  to.put(table.at<float>(columns_.belief, row), lane, to.belief);
  to.put(table.at<float>(columns_.choice, row), lane, to.last_choice);
  to.put(table.at<float>(columns_.score, row), lane, to.last_score);
  const auto action = static_cast<int32_t>(table.ref<uint32_t>(columns_.action, row));
  for (size_t f = 0; f < model_->num_factors(); ++f) {
    to.action[f * lanes + lane] = model_->num_controls()[f] > 1 ? action : 0;
  }
  to.put(table.at<float>(columns_.personality, row), lane, std::span<float>(thinking.personality));
  const float centre = log_mean(habit_counts);
  for (size_t i = 0; i < habit_counts.size(); ++i) {
    thinking.learned_habit[i * lanes + lane] = math::log(habit_counts[i]) - centre;
  }
  thinking.surprise[lane] = table.ref<float>(columns_.surprise, row);
  thinking.rows[lane] = row;
  thinking.first[lane] = table.ref<uint32_t>(columns_.lived, row) == 0 ? 1 : 0;
  thinking.unthought[lane] = unthought_steps(table, row);
}

// The first `count` lanes; the others hold whoever was there before.
void PetType::think_through(const StepBatch& batch, Thinking& thinking, size_t count) const {
  mind::LaneWorkspace& lanes = thinking.lanes;
  personalise(thinking);
  catch_up(thinking, count);
  thinking.engine->predict(lanes);
  for (size_t lane = 0; lane < count; ++lane) {
    if (thinking.first[lane] != 0) {
      for (size_t at = lane; at < lanes.prior.size(); at += lanes.lanes()) {
        lanes.prior[at] = lanes.belief[at];
      }
      lanes.charge[lane] = 0;
    }
  }
  for (size_t lane = 0; lane < count; ++lane) {
    pool_heard(batch, thinking, lane);
    expect_partner(thinking, lane);
  }
  thinking.engine->infer(lanes);
  thinking.engine->plan(lanes);
  weigh_news(thinking);
  feel(thinking);
}

void PetType::conclude(const StepBatch& batch, const Thinking& thinking, size_t lane) const {
  Table& table = batch.table;
  const uint32_t row = thinking.rows[lane];
  const mind::LaneWorkspace& from = thinking.lanes;
  const size_t lanes = from.lanes();
  const auto take = [&](std::span<const float> array, float* to) {
    for (size_t at = lane; at < array.size(); at += lanes) {
      *to++ = array[at];
    }
  };
  take(from.q, table.at<float>(columns_.belief, row));
  take(from.choice, table.at<float>(columns_.choice, row));
  take(from.score, table.at<float>(columns_.score, row));
  uint8_t* prior = table.at<uint8_t>(columns_.prior, row);
  for (size_t at = lane; at < from.prior.size(); at += lanes) {
    *prior++ = to_small_float(from.prior[at]);
  }
  tell_beliefs(table, thinking, lane);
  learn_company(table, row, 1 + thinking.unthought[lane]);
  show_feelings(table, thinking, lane);
  table.ref<uint32_t>(columns_.action, row) = choose(batch, row);
  ++table.ref<uint32_t>(columns_.lived, row);
  if (species_.mind.think_every > 1) {
    table.ref<uint8_t>(columns_.unthought, row) = 0;
  }
}

void PetType::followed_actions(const Table& table, uint32_t row, std::span<uint8_t> out) const {
  Thinking thinking = new_block(*single_engine_);
  mind::LaneWorkspace& lanes = thinking.lanes;
  lanes.wants_policies = true;
  for (size_t lane = 0; lane < lanes.lanes(); ++lane) {
    seat(table, row, habit_counts(table, row), thinking, lane);
  }
  personalise(thinking);
  std::copy(lanes.belief.begin(), lanes.belief.end(), lanes.q.begin());
  thinking.engine->plan(lanes);
  std::fill(out.begin(), out.end(), uint8_t{0});
  const mind::Policies& policies = graph_->policies();
  for (size_t p = 0; p < policies.size(); ++p) {
    if (lanes.neg_efe[p * lanes.lanes()] > static_cast<float>(mind::kPrunedScore)) {
      out[policies.first_action(p)] = 1;
    }
  }
}

// Draws an action. A withdrawn pet does nothing; to the mind `random` all actions are alike.
uint32_t PetType::choose(const StepBatch& batch, uint32_t row) const {
  if (batch.table.ref<uint8_t>(columns_.withdrawn, row) != 0) {
    return no_action();
  }
  const std::span choice(batch.table.at<float>(columns_.choice, row), species_.actions.size());
  if (species_.mind.kind == MindKind::kRandom) {
    std::fill(choice.begin(), choice.end(), 1.0F / static_cast<float>(choice.size()));
  }
  Random random = batch.world.random(batch.table.id(row), stream::kChoice);
  return static_cast<uint32_t>(mind::sample<float>(choice, random.uniform_float()));
}

// Affect: valence = tanh(k1 AC + k2 (U - U0)) of affective charge and realised preference U = sum_m
// lnC_m[o_m]; arousal is surprise above its running mean, and indecision; dominance is precision as
// the charge leaves it, against the species': g / (g + gamma) with g = gamma_own exp(AC).
void PetType::feel(Thinking& thinking) const {
  const mind::LaneWorkspace& from = thinking.lanes;
  const size_t lanes = from.lanes();
  std::vector<float>& realised = thinking.valence;
  std::fill(realised.begin(), realised.end(), 0.0F);
  for (size_t m = 0; m < model_->num_modalities(); ++m) {
    const float* log_preferences =
        &from.log_preferences[model_->modalities()[m].outcome_offset * lanes];
    for (size_t lane = 0; lane < lanes; ++lane) {
      const int32_t outcome = from.observation[m * lanes + lane];
      realised[lane] +=
          outcome < 0 ? 0 : log_preferences[static_cast<size_t>(outcome) * lanes + lane];
    }
  }
  for (size_t lane = 0; lane < lanes; ++lane) {
    if (thinking.first[lane] != 0) {
      thinking.surprise[lane] = from.free_energy[lane];
    }
  }
  const auto charge_gain = static_cast<float>(species_.affect.charge_gain);
  const auto preference_gain = static_cast<float>(species_.affect.preference_gain);
  const auto baseline = static_cast<float>(species_.affect.baseline);
  const auto actions = static_cast<float>(species_.actions.size());
  const float most = actions > 1 ? math::log(actions) : 1;
  for (size_t lane = 0; lane < lanes; ++lane) {
    const float charge = from.charge[lane];
    thinking.valence[lane] =
        math::tanh(charge_gain * charge + preference_gain * (realised[lane] - baseline));
    thinking.dominance[lane] = 1 / (1 + math::exp(-(thinking.log_precision[lane] + charge)));
  }
  for (size_t lane = 0; lane < lanes; ++lane) {
    const float free_energy = from.free_energy[lane];
    const float above = free_energy - thinking.surprise[lane];
    const float arousal = 0.5F / (1 + math::exp(-above)) + 0.5F * from.indecision[lane] / most;
    thinking.arousal[lane] = std::min(std::max(arousal, 0.0F), 1.0F);
    thinking.surprise[lane] = 0.95F * thinking.surprise[lane] + 0.05F * free_energy;
  }
}

void PetType::show_feelings(Table& table, const Thinking& thinking, size_t lane) const {
  const uint32_t row = thinking.rows[lane];
  const float valence = thinking.valence[lane];
  const float arousal = thinking.arousal[lane];
  table.ref<float>(columns_.free_energy, row) = thinking.lanes.free_energy[lane];
  table.ref<float>(columns_.surprise, row) = thinking.surprise[lane];
  table.ref<float>(columns_.valence, row) = valence;
  table.ref<float>(columns_.arousal, row) = arousal;
  table.ref<float>(columns_.dominance, row) = thinking.dominance[lane];
  uint8_t& emotion = table.ref<uint8_t>(columns_.emotion, row);
  const uint8_t last = emotion;
  emotion = next_emotion(last, valence, arousal);
  if (emotion != last) {
    table.ref<uint8_t>(columns_.news, row) |= news::kFeelsOtherwise;
  }
  const Affect& affect = species_.affect;
  float& mood = table.ref<float>(columns_.mood, row);
  mood += static_cast<float>(affect.mood_rate) * (valence - mood);
  const float agreeableness = thinking.personality[3 * thinking.lanes.lanes() + lane];
  const float temper = -mood * (1 - agreeableness);
  table.ref<uint8_t>(columns_.hostile, row) =
      temper > static_cast<float>(affect.hostile_above) ? 1 : 0;
}

}  // namespace dks::pet
