// SPDX-License-Identifier: MIT
#include "pet/explain.h"

#include "mind/expected_free_energy.h"
#include "mind/infer_states.h"
#include "mind/policy_posterior.h"
#include "mind/terms_of_states.h"
#include "pet/small_float.h"

#include <algorithm>

namespace dks::pet {
namespace {

struct Explainer {
  const PetType& type;
  const Table& table;
  uint32_t row;
  Explanation& out;

  const Species& species() const { return type.species(); }
  const mind::GenerativeModel<double>& model() const { return type.model(); }
  const Columns& columns() const { return type.columns(); }
  std::span<const float> personality() const {
    return {table.at<float>(columns().personality, row), kTraits};
  }
  std::vector<double> belief() const {
    const float* felt = table.at<float>(columns().belief, row);
    return {felt, felt + model().total_states()};
  }

  void tell_beliefs() const {
    const std::vector<double> belief = this->belief();
    for (size_t f = 0; f < model().num_factors(); ++f) {
      const auto& factor = model().factors()[f];
      const auto q = std::span(belief).subspan(factor.state_offset, factor.num_states);
      const Factor& described = species().factors[f];
      out.beliefs.push_back({described.name, described.levels, {q.begin(), q.end()}});
    }
  }

  // What the last inference started from; each byte is rounded, so factors need their sum again.
  std::vector<double> prior() const {
    const uint8_t* small = table.at<uint8_t>(columns().prior, row);
    std::vector<double> prior;
    for (const auto& factor : model().factors()) {
      double sum = 0;
      for (size_t s = 0; s < factor.num_states; ++s) {
        prior.push_back(static_cast<double>(from_small_float(*small++)));
        sum += prior.back();
      }
      for (size_t s = factor.state_offset; sum > 0 && s < prior.size(); ++s) {
        prior[s] /= sum;
      }
    }
    return prior;
  }

  void tell_senses() const {
    const uint8_t* observation = table.at<uint8_t>(columns().observation, row);
    std::vector<double> predicted(model().total_outcomes());
    mind::Workspace<double> workspace(model());
    mind::predict_outcomes<double>(model(), prior(), predicted, workspace);
    for (size_t m = 0; m < model().num_modalities(); ++m) {
      const auto& modality = model().modalities()[m];
      const Modality& described = species().modalities[m];
      const auto expected =
          std::span(predicted).subspan(modality.outcome_offset, modality.num_outcomes);
      Explanation::Perceived sense{
          described.name, "", described.outcomes, {expected.begin(), expected.end()}, 0};
      if (const size_t came = observation[m]; came != kNoOutcome) {
        sense.outcome = described.outcomes[came];
        sense.surprise = -mind::log_probability(sense.predicted[came], model().convention().log);
      }
      out.perceived.push_back(std::move(sense));
    }
  }

  // Plans as the pet did, but in double and for every action to the end.
  void tell_options() const {
    const mind::Policies& policies = type.graph().policies();
    mind::PlanningSettings<double> settings;
    settings.log_preferences = out.log_preferences;
    settings.info_gain_weight = static_cast<double>(type.information_gain(personality()));
    mind::Workspace<double> workspace(model(), type.graph());
    const size_t terms = mind::num_terms(model());
    std::vector<double> policy_terms(policies.size() * terms);
    std::vector<double> neg_efe(policies.size());
    mind::expected_free_energy<double>(
        model(), type.graph(), settings, belief(), neg_efe, workspace, policy_terms
    );
    std::vector<uint32_t> best(policies.num_first_actions());
    mind::best_continuations<double>(policies, neg_efe, best);
    std::vector<double> habit(species().actions.size());
    type.log_habits(table, row, habit);
    std::vector<uint8_t> followed(species().actions.size());
    type.followed_actions(table, row, followed);
    const float* choice = table.at<float>(columns().choice, row);
    for (uint32_t action = 0; action < species().actions.size(); ++action) {
      Explanation::Option option;
      option.action = species().actions[action].name;
      option.probability = static_cast<double>(choice[action]);
      option.followed = followed[action] != 0;
      const double habit_term = habit[action] / out.gamma;
      option.first = first_look(settings, workspace, action, habit_term);
      option.best = option.first;
      option.plan = {action};
      if (option.followed) {
        const auto own = std::span(policy_terms).subspan(best[action] * terms, terms);
        option.best = outlook(workspace, policies.leaf(best[action]), own, habit_term);
        option.plan = actions_of(best[action]);
      }
      for (size_t p = 0; option.followed && p < policies.size(); ++p) {
        if (policies.first_action(p) == action) {
          option.courses.push_back({actions_of(p), neg_efe[p] + habit_term});
        }
      }
      out.options.push_back(std::move(option));
    }
  }

  // Node `action` of the planning tree is the action alone.
  Explanation::Outlook first_look(
      const mind::PlanningSettings<double>& settings,
      const mind::Workspace<double>& planned,
      uint32_t action,
      double habit
  ) const {
    std::vector<double> q(model().total_states());
    mind::predicted_states<double>(model(), type.graph(), planned, action, q);
    mind::Workspace<double> workspace(model());
    std::vector<double> terms(mind::num_terms(model()));
    mind::add_terms_of_states<double>(model(), settings, 0, q, workspace, terms);
    return outlook(planned, action, terms, habit);
  }

  // With what is expected on the way to a node of the planning tree.
  Explanation::Outlook outlook(
      const mind::Workspace<double>& planned,
      uint32_t node,
      std::span<const double> terms,
      double habit
  ) const {
    Explanation::Outlook look;
    look.terms.assign(terms.begin(), terms.end());
    look.terms.push_back(habit);
    look.score = mind::sum_terms<double>(look.terms);
    look.outcomes.assign(model().total_outcomes(), 0);
    std::vector<double> expected(model().total_outcomes());
    for (; node != mind::kNoNode; node = type.graph().policies().nodes()[node].parent) {
      mind::predicted_outcomes<double>(model(), type.graph(), planned, node, expected);
      for (size_t o = 0; o < expected.size(); ++o) {
        look.outcomes[o] += expected[o];
      }
    }
    return look;
  }

  std::vector<uint32_t> actions_of(size_t policy) const {
    const mind::Policies& policies = type.graph().policies();
    std::vector<uint32_t> actions;
    for (size_t step = 0; step < policies.depth(); ++step) {
      // A whole-body action is the same number for every factor that it moves.
      const auto moves = policies.step(policy, step);
      actions.push_back(static_cast<uint32_t>(*std::max_element(moves.begin(), moves.end())));
    }
    return actions;
  }
};

}  // namespace

Explanation explain(const PetType& type, const World& world, AgentId agent) {
  const AgentSlot& slot = *world.find(agent);
  const Table& table = world.table(slot.type);
  const Columns& columns = type.columns();
  Explanation out;
  out.name = world.name(agent);
  const Explainer explainer{type, table, slot.row, out};
  explainer.tell_beliefs();
  out.lived = table.ref<uint32_t>(columns.lived, slot.row);
  out.unthought = type.unthought_steps(table, slot.row);
  if (out.lived == 0) {
    return out;
  }
  for (const Modality& modality : type.species().modalities) {
    out.terms.push_back(modality.name);
  }
  out.terms.emplace_back("information gain");
  out.terms.emplace_back("habit");
  out.free_energy = static_cast<double>(table.ref<float>(columns.free_energy, slot.row));
  out.gamma = static_cast<double>(type.gamma(explainer.personality()));
  out.log_preferences.resize(type.model().total_outcomes());
  type.log_preferences(explainer.personality(), out.log_preferences);
  if (const uint32_t action = table.ref<uint32_t>(columns.action, slot.row);
      action != type.no_action()) {
    out.chosen = action;
  }
  explainer.tell_senses();
  explainer.tell_options();
  return out;
}

}  // namespace dks::pet
