// SPDX-License-Identifier: MIT
#include "pet/explain.h"

#include "mind/expected_free_energy.h"
#include "mind/policy_posterior.h"

#include <algorithm>

namespace dks::pet {

Explanation explain(const PetType& type, const World& world, AgentId agent) {
  const AgentSlot& slot = *world.find(agent);
  const Table& table = world.table(slot.type);
  const Columns& columns = type.columns();
  const Species& species = type.species();
  const mind::GenerativeModel<double>& model = type.model();
  const float* felt = table.at<float>(columns.belief, slot.row);
  const std::vector<double> belief(felt, felt + model.total_states());
  const std::span<const float> personality(table.at<float>(columns.personality, slot.row), kTraits);

  Explanation out;
  for (size_t f = 0; f < model.num_factors(); ++f) {
    const auto& factor = model.factors()[f];
    const auto q = std::span(belief).subspan(factor.state_offset, factor.num_states);
    out.beliefs.push_back({species.factors[f].name, species.factors[f].levels, {q.begin(), q.end()}}
    );
  }
  out.lived = table.ref<uint32_t>(columns.lived, slot.row) > 0;
  if (!out.lived) {
    return out;
  }
  const int32_t* observation = table.at<int32_t>(columns.observation, slot.row);
  for (size_t m = 0; m < species.modalities.size(); ++m) {
    const Modality& modality = species.modalities[m];
    out.perceived.push_back(
        {modality.name,
         observation[m] < 0 ? "" : modality.outcomes[static_cast<size_t>(observation[m])]}
    );
    out.terms.push_back(modality.name);
  }
  out.terms.emplace_back("information gain");
  out.terms.emplace_back("habit");
  out.free_energy = static_cast<double>(table.ref<float>(columns.free_energy, slot.row));
  out.gamma = static_cast<double>(type.gamma(personality));
  if (const uint32_t action = table.ref<uint32_t>(columns.action, slot.row);
      action != type.no_action()) {
    out.chosen = action;
  }

  const mind::Policies& policies = type.graph().policies();
  const size_t terms = mind::num_terms(model);
  mind::Workspace<double> workspace(model, type.graph());
  std::vector<double> policy_terms(policies.size() * terms);
  std::vector<double> neg_efe(policies.size());
  std::vector<double> log_preferences(model.total_outcomes());
  std::vector<double> log_habit(species.actions.size());
  type.log_preferences(personality, log_preferences);
  type.log_habits(personality, log_habit);
  mind::PlanningSettings<double> settings;
  settings.log_preferences = log_preferences;
  settings.info_gain_weight = static_cast<double>(type.information_gain(personality));
  mind::expected_free_energy<double>(
      model, type.graph(), settings, belief, neg_efe, workspace, policy_terms
  );
  std::vector<uint32_t> best(policies.num_first_actions());
  mind::best_continuations<double>(policies, neg_efe, best);
  const float* choice = table.at<float>(columns.choice, slot.row);
  for (uint32_t action = 0; action < species.actions.size(); ++action) {
    Explanation::Option option;
    option.action = species.actions[action].name;
    option.probability = static_cast<double>(choice[action]);
    const auto first = policy_terms.begin() + static_cast<ptrdiff_t>(best[action] * terms);
    option.terms.assign(first, first + static_cast<ptrdiff_t>(terms));
    option.terms.push_back(log_habit[action] / out.gamma);
    for (const double term : option.terms) {
      option.score += term;
    }
    for (size_t step = 0; step < policies.depth(); ++step) {
      // A whole-body action is the same number for every factor that it moves.
      const auto moves = policies.step(best[action], step);
      const int32_t act = *std::max_element(moves.begin(), moves.end());
      option.continuation.push_back(species.actions[static_cast<size_t>(act)].name);
    }
    out.options.push_back(std::move(option));
  }
  return out;
}

}  // namespace dks::pet
