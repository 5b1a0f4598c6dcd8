// SPDX-License-Identifier: MIT
#include "pet/species_model.h"

#include <algorithm>

namespace dks::pet {
namespace {

// Counts through the joint states of some factors, the last fastest.
class JointState {
 public:
  JointState(const Species& species, std::vector<uint32_t> factors)
      : factors_(std::move(factors)), levels_(factors_.size(), 0) {
    for (const uint32_t factor : factors_) {
      sizes_.push_back(static_cast<uint32_t>(species.factors[factor].levels.size()));
    }
  }
  bool next() {
    for (size_t i = levels_.size(); i-- > 0;) {
      if (++levels_[i] < sizes_[i]) {
        return true;
      }
      levels_[i] = 0;
    }
    return false;
  }
  uint32_t level(uint32_t factor) const {
    const auto at = std::find(factors_.begin(), factors_.end(), factor);
    return levels_[static_cast<size_t>(at - factors_.begin())];
  }
  bool holds(const std::vector<Condition>& when) const {
    return std::all_of(when.begin(), when.end(), [this](const Condition& condition) {
      return level(condition.factor) == condition.level;
    });
  }

 private:
  std::vector<uint32_t> factors_;
  std::vector<uint32_t> sizes_;
  std::vector<uint32_t> levels_;
};

void add_parents(const Transition& rule, uint32_t factor, std::vector<uint32_t>& parents) {
  if (rule.factor != factor) {
    return;
  }
  for (const Condition& condition : rule.when) {
    if (std::find(parents.begin(), parents.end(), condition.factor) == parents.end()) {
      parents.push_back(condition.factor);
    }
  }
}

const Transition* last_that_holds(
    const std::vector<Transition>& rules, uint32_t factor, const JointState& state
) {
  for (size_t i = rules.size(); i-- > 0;) {
    if (rules[i].factor == factor && state.holds(rules[i].when)) {
      return &rules[i];
    }
  }
  return nullptr;
}

// P(next level | level) under one rule; nullptr: it stays.
std::vector<double> next_levels(const Transition* rule, uint32_t level, uint32_t levels) {
  std::vector<double> next(levels, 0.0);
  double left = 1;
  if (rule != nullptr) {
    for (const Transition::Move& move : rule->moves) {
      const int32_t goal = rule->relative ? static_cast<int32_t>(level) + move.by : move.by;
      next[static_cast<uint32_t>(std::clamp(goal, 0, static_cast<int32_t>(levels) - 1))] += move.p;
      left -= move.p;
    }
  }
  next[level] += std::max(0.0, left);
  return next;
}

bool moves(const Action& action, uint32_t factor) {
  return std::any_of(action.expects.begin(), action.expects.end(), [&](const Transition& rule) {
    return rule.factor == factor;
  });
}

// Planning tells actions apart by what they move. If none moves anything, the first factor stands
// for them, with the same transitions for all.
bool has_controls(const Species& species, uint32_t factor) {
  const auto& actions = species.actions;
  const bool some_move = std::any_of(actions.begin(), actions.end(), [](const Action& action) {
    return !action.expects.empty();
  });
  return (factor == 0 && !some_move) ||
         std::any_of(actions.begin(), actions.end(), [&](const Action& action) {
           return moves(action, factor);
         });
}

mind::FactorDesc factor_model(const Species& species, uint32_t factor) {
  const Factor& source = species.factors[factor];
  mind::FactorDesc desc;
  desc.name = source.name;
  desc.num_states = static_cast<uint32_t>(source.levels.size());
  desc.initial = source.initial;
  desc.parents = {factor};
  for (const Transition& rule : species.drift) {
    add_parents(rule, factor, desc.parents);
  }
  for (const Action& action : species.actions) {
    for (const Transition& rule : action.expects) {
      add_parents(rule, factor, desc.parents);
    }
  }
  const auto actions = static_cast<uint32_t>(species.actions.size());
  desc.num_controls = has_controls(species, factor) ? actions + 1 : 1;
  // B[s'][parents...][u]
  JointState state(species, desc.parents);
  std::vector<std::vector<double>> cells;  // [parents][u][s']
  do {
    for (uint32_t control = 0; control < desc.num_controls; ++control) {
      const Transition* rule = nullptr;
      if (desc.num_controls > 1 && control < actions) {
        rule = last_that_holds(species.actions[control].expects, factor, state);
      }
      if (rule == nullptr) {
        rule = last_that_holds(species.drift, factor, state);
      }
      cells.push_back(next_levels(rule, state.level(factor), desc.num_states));
    }
  } while (state.next());
  for (uint32_t next = 0; next < desc.num_states; ++next) {
    for (const std::vector<double>& cell : cells) {
      desc.transition.push_back(cell[next]);
    }
  }
  return desc;
}

std::vector<double> identity(const Modality& modality, uint32_t level) {
  const size_t outcomes = modality.outcomes.size();
  const double rest =
      outcomes > 1 ? (1 - modality.accuracy) / static_cast<double>(outcomes - 1) : 0;
  std::vector<double> p(outcomes, rest);
  p[std::min<size_t>(level, outcomes - 1)] = outcomes > 1 ? modality.accuracy : 1;
  return p;
}

mind::ModalityDesc modality_model(const Species& species, const Modality& source) {
  mind::ModalityDesc desc;
  desc.name = source.name;
  desc.num_outcomes = static_cast<uint32_t>(source.outcomes.size());
  desc.parents = source.of;
  desc.preferences = source.preferences;
  JointState state(species, source.of);
  std::vector<std::vector<double>> columns;
  do {
    columns.push_back(identity(source, state.level(source.of[0])));
    for (const Likelihood& rule : source.likelihood) {
      if (state.holds(rule.when)) {
        columns.back() = rule.p;
      }
    }
  } while (state.next());
  for (uint32_t outcome = 0; outcome < desc.num_outcomes; ++outcome) {
    for (const std::vector<double>& column : columns) {
      desc.likelihood.push_back(column[outcome]);
    }
  }
  return desc;
}

}  // namespace

Result<mind::ModelDesc> model_of(const Species& species) {
  mind::ModelDesc desc;
  for (uint32_t factor = 0; factor < species.factors.size(); ++factor) {
    desc.factors.push_back(factor_model(species, factor));
  }
  for (const Modality& modality : species.modalities) {
    desc.modalities.push_back(modality_model(species, modality));
  }
  desc.gamma = species.mind.gamma;
  // Few of a pet's factors share a modality: they settle in a few sweeps, always the same number.
  desc.convention.inference = {mind::UpdateOrder::kSequential, 6, 0};
  return desc;
}

}  // namespace dks::pet
