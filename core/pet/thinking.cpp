// Thinking: what happened, what follows, what to do, how it feels.
// SPDX-License-Identifier: MIT
#include "math/functions.h"
#include "math/reduce.h"
#include "mind/policy_posterior.h"
#include "pet/pet_type.h"
#include "pet/streams.h"

#include <algorithm>

namespace dks::pet {

void PetType::think(const StepBatch& batch) {
  if (batch.stage != think_stage_) {
    return;
  }
  Scratch& scratch = scratch_[batch.worker];
  for (const uint32_t row : batch.rows) {
    think(batch, row, scratch);
  }
}

void PetType::think(const StepBatch& batch, uint32_t row, Scratch& scratch) const {
  Table& table = batch.table;
  uint32_t& action = table.ref<uint32_t>(columns_.action, row);
  const std::span belief(table.at<double>(columns_.belief, row), model_->total_states());
  const bool first = table.ref<uint32_t>(columns_.lived, row) == 0;
  if (first) {
    std::copy(belief.begin(), belief.end(), scratch.prior.begin());
  } else {
    realise(batch, row, scratch);
    for (size_t f = 0; f < model_->num_factors(); ++f) {
      scratch.factor_actions[f] = model_->num_controls()[f] > 1 ? static_cast<int32_t>(action) : 0;
    }
    mind::predict_states<double>(
        *model_, belief, scratch.factor_actions, scratch.prior, scratch.plan
    );
  }
  const mind::Observation<double> observation{
      {table.at<int32_t>(columns_.observation, row), model_->num_modalities()}, {}};
  const auto inference =
      mind::infer_states<double>(*model_, scratch.prior, observation, belief, scratch.plan);
  plan(batch, row, scratch);
  feel(batch, row, scratch, inference.free_energy.value(), first);
  action = choose(batch, row, scratch);
}

// Draws an action. A withdrawn pet does nothing; to the mind `random` all actions are alike.
uint32_t PetType::choose(const StepBatch& batch, uint32_t row, Scratch& scratch) const {
  if (batch.table.ref<uint8_t>(columns_.withdrawn, row) != 0) {
    return no_action();
  }
  const std::span choice(batch.table.at<float>(columns_.choice, row), species_.actions.size());
  if (species_.mind.kind == MindKind::kRandom) {
    std::fill(choice.begin(), choice.end(), 1.0F / static_cast<float>(choice.size()));
  }
  std::copy(choice.begin(), choice.end(), scratch.posterior.begin());
  Random random = batch.world.random(batch.table.id(row), stream::kChoice);
  return static_cast<uint32_t>(mind::sample<double>(scratch.posterior, random.uniform()));
}

// How well each action's prediction of a step ago fits what came: F_u = -sum_m ln qo_u,m[o_m].
void PetType::realise(const StepBatch& batch, uint32_t row, Scratch& scratch) const {
  const std::span<const double> belief(
      batch.table.at<double>(columns_.belief, row), model_->total_states()
  );
  const int32_t* outcomes = batch.table.at<int32_t>(columns_.observation, row);
  mind::PlanningSettings<double> settings;
  settings.use_utility = false;
  settings.use_states_info_gain = false;
  mind::expected_free_energy<double>(
      *model_, *next_graph_, settings, belief, scratch.next_efe, scratch.next
  );
  for (size_t action = 0; action < species_.actions.size(); ++action) {
    mind::predicted_outcomes<double>(*model_, *next_graph_, scratch.next, action, scratch.outcomes);
    double likelihood = 1;
    double evidence = 0;
    for (size_t m = 0; m < model_->num_modalities(); ++m) {
      if (outcomes[m] >= 0) {
        likelihood =
            scratch.outcomes
                [model_->modalities()[m].outcome_offset + static_cast<size_t>(outcomes[m])];
        evidence -= mind::log_probability(likelihood, mind::LogForm::kClamp);
      }
    }
    scratch.evidence[action] = evidence;
  }
}

// Scores policies from the beliefs as they are now, and how likely each first action is.
void PetType::plan(const StepBatch& batch, uint32_t row, Scratch& scratch) const {
  Table& table = batch.table;
  const std::span<const float> personality(table.at<float>(columns_.personality, row), kTraits);
  const std::span<const double> belief(
      table.at<double>(columns_.belief, row), model_->total_states()
  );
  log_preferences(personality, scratch.log_preferences);
  log_habits(personality, scratch.log_habit);
  mind::PlanningSettings<double> settings;
  settings.log_preferences = scratch.log_preferences;
  settings.info_gain_weight = information_gain(personality);
  mind::expected_free_energy<double>(
      *model_, *graph_, settings, belief, scratch.neg_efe, scratch.plan
  );
  const mind::Policies& policies = graph_->policies();
  for (size_t p = 0; p < policies.size(); ++p) {
    scratch.log_policy_prior[p] = scratch.log_habit[policies.first_action(p)];
  }
  mind::policy_posterior<double>(
      scratch.neg_efe, gamma(personality), scratch.log_policy_prior, scratch.q_pi
  );
}

// Affect. Charge AC = (qu - pu) . G compares what was planned, pu, with what its outcomes speak
// for, qu = softmax(ln pu - F_u) (Hesp et al. 2021), over first actions: policies of one first
// action have its F_u, so the sum over policies is the same; valence = tanh(k1 AC + k2 (U - U0))
// with the realised preference U = sum_m lnC_m[o_m]; arousal is surprise above its running mean,
// and indecision.
void PetType::feel(
    const StepBatch& batch, uint32_t row, Scratch& scratch, double free_energy, bool first
) const {
  Table& table = batch.table;
  const size_t actions = species_.actions.size();
  float* score = table.at<float>(columns_.score, row);
  float* choice = table.at<float>(columns_.choice, row);
  const std::span<const float> personality(table.at<float>(columns_.personality, row), kTraits);
  double charge = 0;
  if (!first) {
    for (size_t u = 0; u < actions; ++u) {
      scratch.posterior[u] = math::log(static_cast<double>(choice[u])) - scratch.evidence[u];
    }
    math::softmax<double>(scratch.posterior, scratch.posterior);
    for (size_t u = 0; u < actions; ++u) {
      charge +=
          (scratch.posterior[u] - static_cast<double>(choice[u])) * static_cast<double>(score[u]);
    }
  }
  const int32_t* outcomes = table.at<int32_t>(columns_.observation, row);
  double realised = 0;
  for (size_t m = 0; m < model_->num_modalities(); ++m) {
    if (outcomes[m] >= 0) {
      realised += scratch.log_preferences
                      [model_->modalities()[m].outcome_offset + static_cast<size_t>(outcomes[m])];
    }
  }
  const Affect& affect = species_.affect;
  const double valence = math::tanh(
      affect.charge_gain * charge + affect.preference_gain * (realised - affect.baseline)
  );
  const mind::Policies& policies = graph_->policies();
  mind::first_action_marginals<double>(policies, scratch.q_pi, scratch.posterior);
  mind::first_action_scores<double>(policies, scratch.neg_efe, scratch.q_pi, scratch.next_efe);
  double indecision = 0;
  for (size_t u = 0; u < actions; ++u) {
    const double p = scratch.posterior[u];
    choice[u] = static_cast<float>(p);
    score[u] = static_cast<float>(scratch.next_efe[u]);
    indecision -= p > 0 ? p * math::log(p) : 0;
  }
  float& surprise = table.ref<float>(columns_.surprise, row);
  const double above = first ? 0 : free_energy - static_cast<double>(surprise);
  surprise = static_cast<float>(
      first ? free_energy : 0.95 * static_cast<double>(surprise) + 0.05 * free_energy
  );
  const double most = actions > 1 ? math::log(static_cast<double>(actions)) : 1;
  const double arousal = 0.5 / (1 + math::exp(-above)) + 0.5 * indecision / most;
  table.ref<float>(columns_.free_energy, row) = static_cast<float>(free_energy);
  table.ref<float>(columns_.valence, row) = static_cast<float>(valence);
  table.ref<float>(columns_.arousal, row) = static_cast<float>(std::clamp(arousal, 0.0, 1.0));
  float& mood = table.ref<float>(columns_.mood, row);
  mood += static_cast<float>(affect.mood_rate * (valence - static_cast<double>(mood)));
  const double temper = -static_cast<double>(mood) * (1 - static_cast<double>(personality[3]));
  table.ref<uint8_t>(columns_.hostile, row) = temper > affect.hostile_above ? 1 : 0;
}

}  // namespace dks::pet
