// SPDX-License-Identifier: MIT
#include "mind/sophisticated.h"

#include "math/reduce.h"
#include "mind/infer_states.h"
#include "mind/policy_posterior.h"

#include <algorithm>
#include <cmath>

namespace dks::mind {
namespace {

// How many of `all` can pass a threshold on probabilities that sum to 1, and a limit.
double most_followed(double all, double threshold, uint32_t keep) {
  const double passing = threshold > 0 ? std::floor(1 / threshold) + 1 : all;
  const double kept = keep > 0 ? keep : all;
  return std::max(1.0, std::min({all, passing, kept}));
}

// Each step ahead has a workspace of its own.
template <class Real>
Result<> check_memory(
    const GenerativeModel<Real>& model, const PlanningGraph& graph, uint32_t depth
) {
  const size_t terms = graph.policies().num_first_actions() * num_terms(model);
  const size_t level = graph.belief_values() + graph.outcome_values() + 2 * terms;
  if (level > ModelLimits::kTotalEntries / depth) {
    return error(
        Status::kLimit,
        "search: depth ",
        depth,
        " with ",
        level,
        " numbers at each step would hold more than ",
        ModelLimits::kTotalEntries,
        ", the limit"
    );
  }
  return {};
}

template <class Real>
Result<> check_work(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const SearchSettings<Real>& settings
) {
  double outcomes = 1;
  for (const Modality<Real>& modality : model.modalities()) {
    outcomes *= modality.num_outcomes;
  }
  const auto actions = static_cast<double>(graph.policies().num_first_actions());
  // Actions that are equally good and all below the threshold are all followed.
  const double action_threshold = settings.renormalise ? 0 : settings.action_threshold;
  const double branches =
      most_followed(actions, action_threshold, settings.keep_actions) *
      most_followed(outcomes, settings.outcome_threshold, settings.keep_outcomes);
  double nodes = 1;
  for (uint32_t step = 1; step < settings.depth && nodes <= kSearchNodes; ++step) {
    nodes *= branches;
  }
  if (nodes > kSearchNodes) {
    return error(
        Status::kLimit,
        "search: depth ",
        settings.depth,
        " with up to ",
        branches,
        " branches at each node could visit more than ",
        kSearchNodes,
        " nodes, the limit; raise the thresholds or lower keep_actions, keep_outcomes or depth"
    );
  }
  return check_memory(model, graph, settings.depth);
}

template <class Real>
Result<> check_search(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const SearchSettings<Real>& settings
) {
  if (graph.policies().depth() != 1) {
    return invalid(
        "search: policies of ", graph.policies().depth(), " steps, expected 1: it makes its own way"
    );
  }
  if (graph.policies().size() != graph.policies().num_first_actions()) {
    return invalid("search: the list of actions names one twice");
  }
  if (settings.depth == 0 || settings.depth > kSearchDepth) {
    return invalid("search: depth ", settings.depth, ", expected 1 to ", kSearchDepth);
  }
  for (const double threshold : {settings.action_threshold, settings.outcome_threshold}) {
    if (!(threshold >= 0 && threshold <= 1)) {
      return invalid("search: threshold ", threshold, " is not in [0, 1]");
    }
  }
  constexpr double kLargest = 1e9;
  for (const double value : {settings.gamma, settings.penalty}) {
    if (!(value >= 0 && value <= kLargest)) {
      return invalid("search: gamma or penalty ", value, " is not in [0, ", kLargest, "]");
    }
  }
  if (settings.keep_outcomes > ModelLimits::kStates) {
    return error(
        Status::kLimit,
        "search: keep_outcomes ",
        settings.keep_outcomes,
        ", the limit is ",
        ModelLimits::kStates
    );
  }
  return check_work(model, graph, settings);
}

// One search: what the functions below share.
template <class Real>
struct Search {
  const GenerativeModel<Real>& model;
  const PlanningGraph& graph;
  const PlanningSettings<Real>& planning;
  const SearchSettings<Real>& settings;
  SearchWorkspace<Real>& workspace;

  using Level = typename SearchWorkspace<Real>::Level;

  size_t num_actions() const { return graph.policies().num_first_actions(); }
  size_t num_terms() const { return num_search_terms(model, settings); }
  std::span<Real> terms_of(Level& level, size_t action) const {
    return std::span(level.terms).subspan(action * num_terms(), num_terms());
  }

  // Preferences of this planning step; the last given ones hold for all after it.
  std::span<const Real> log_preferences(size_t step) const {
    const size_t size = model.total_outcomes();
    if (planning.log_preferences.empty()) {
      return model.log_preferences(step);
    }
    const size_t last = planning.log_preferences.size() / size - 1;
    return planning.log_preferences.subspan(std::min(step, last) * size, size);
  }

  // Scores and terms of every action from the beliefs level.q, and what follows from them.
  void visit(size_t step) const {
    Level& level = workspace.levels[step];
    ++workspace.nodes;
    look_one_step(step, level);
    if (step + 1 < settings.depth) {
      choose_followed(level);
      for (size_t action = 0; action < num_actions(); ++action) {
        if (level.followed[action] != 0) {
          follow_action(step, level, action);
        } else {
          terms_of(level, action).back() -= static_cast<Real>(settings.penalty);
        }
      }
    }
    for (size_t action = 0; action < num_actions(); ++action) {
      level.scores[action] = sum_terms<Real>(terms_of(level, action));
    }
    policy_posterior<Real>(level.scores, static_cast<Real>(settings.gamma), {}, level.q_pi);
  }

  void look_one_step(size_t step, Level& level) const {
    PlanningSettings<Real> one_step = planning;
    one_step.log_preferences = log_preferences(step);
    one_step.state_values = {};
    if (settings.goals != nullptr) {
      settings.goals->state_values(model, level.q, level.state_values);
      one_step.state_values = level.state_values;
    }
    const size_t planned = num_terms() - 1;
    const auto own = std::span(level.terms).first(num_actions() * planned);
    expected_free_energy<Real>(model, graph, one_step, level.q, level.scores, level.planning, own);
    for (size_t action = num_actions(); action-- > 0;) {  // make room for the last term
      const auto from = own.begin() + static_cast<std::ptrdiff_t>(action * planned);
      const auto to = terms_of(level, action);
      std::copy_backward(from, from + static_cast<std::ptrdiff_t>(planned), to.end() - 1);
      to.back() = 0;
    }
  }

  // The best actions, and those that are likely enough.
  void choose_followed(Level& level) const {
    policy_posterior<Real>(level.scores, static_cast<Real>(settings.gamma), {}, level.q_pi);
    auto threshold = static_cast<Real>(settings.action_threshold);
    if (settings.renormalise) {
      threshold = std::min(threshold, level.q_pi[math::argmax<Real>(level.q_pi)]);
    }
    for (size_t action = 0; action < num_actions(); ++action) {
      uint32_t better = 0;
      for (size_t other = 0; other < num_actions(); ++other) {
        const bool is_first = other < action;
        better += level.scores[other] > level.scores[action] ||
                  (is_first && level.scores[other] == level.scores[action]);
      }
      const bool is_kept = settings.keep_actions == 0 || better < settings.keep_actions;
      level.followed[action] = is_kept && level.q_pi[action] >= threshold;
    }
  }

  void follow_action(size_t step, Level& level, size_t action) const {
    predicted_states<Real>(model, graph, level.planning, action, level.prior);
    predicted_outcomes<Real>(model, graph, level.planning, action, level.qo);
    if (settings.renormalise && take_likeliest(level) < settings.outcome_threshold) {
      follow_outcome(step, level, action, Real(1));
      return;
    }
    Followed followed{static_cast<Real>(settings.outcome_threshold)};
    if (settings.keep_outcomes > 0) {
      keep_likeliest(level, followed);
    }
    const Real mass = settings.renormalise ? mass_of(level, followed) : Real(1);
    for_each_outcome(level, 0, Real(1), followed.least, [&](Real probability) {
      if (followed.takes(probability)) {
        follow_outcome(step, level, action, probability / mass);
      }
    });
  }

  // Which outcomes of one action are followed: all that are likelier than `least`, and the first
  // `ties` of those that are just as likely.
  struct Followed {
    Real least = 0;
    size_t ties = SIZE_MAX;

    bool takes(Real probability) {
      if (probability > least) {
        return true;
      }
      const bool is_taken = ties > 0;
      ties -= is_taken && ties != SIZE_MAX;
      return is_taken;
    }
  };

  // Puts the likeliest outcome of each modality into level.observation; returns how likely.
  Real take_likeliest(Level& level) const {
    Real probability = 1;
    for (size_t m = 0; m < model.num_modalities(); ++m) {
      const auto qo = outcomes_of(level, model.modalities()[m]);
      const size_t outcome = math::argmax<Real>(qo);
      level.observation[m] = static_cast<int32_t>(outcome);
      probability *= qo[outcome];
    }
    return probability;
  }

  void keep_likeliest(Level& level, Followed& followed) const {
    std::vector<Real>& likeliest = workspace.likeliest;  // falling
    std::fill(likeliest.begin(), likeliest.end(), Real(0));
    for_each_outcome(level, 0, Real(1), followed.least, [&](Real probability) {
      if (probability <= likeliest.back()) {
        return;
      }
      likeliest.back() = probability;
      for (size_t i = likeliest.size() - 1; i > 0 && likeliest[i] > likeliest[i - 1]; --i) {
        std::swap(likeliest[i], likeliest[i - 1]);
      }
      followed.least = std::max(followed.least, likeliest.back());  // what is below falls out
    });
    if (likeliest.back() > 0) {
      const auto ties = std::count(likeliest.begin(), likeliest.end(), likeliest.back());
      followed.ties = static_cast<size_t>(ties);
    }
  }

  Real mass_of(Level& level, Followed followed) const {
    Real mass = 0;
    for_each_outcome(level, 0, Real(1), followed.least, [&](Real probability) {
      mass += followed.takes(probability) ? probability : Real(0);
    });
    return mass;
  }

  std::span<const Real> outcomes_of(const Level& level, const Modality<Real>& modality) const {
    return std::span<const Real>(level.qo).subspan(modality.outcome_offset, modality.num_outcomes);
  }

  // Calls visit(probability) with level.observation for each combination of outcomes that is
  // possible and at least as likely as `least`, which may rise meanwhile; the last modality runs
  // fastest.
  template <class Visit>
  void for_each_outcome(
      Level& level, size_t m, Real probability, const Real& least, const Visit& visit
  ) const {
    if (m == model.num_modalities()) {
      visit(probability);
      return;
    }
    const auto qo = outcomes_of(level, model.modalities()[m]);
    for (size_t o = 0; o < qo.size(); ++o) {
      const Real both = probability * qo[o];
      if (both > 0 && both >= least) {
        level.observation[m] = static_cast<int32_t>(o);
        for_each_outcome(level, m + 1, both, least, visit);
      }
    }
  }

  // The future's terms, expected under the choice that will be made after level.observation.
  void follow_outcome(size_t step, Level& level, size_t action, Real weight) const {
    Level& next = workspace.levels[step + 1];
    infer_states<Real>(model, level.prior, {level.observation}, next.q, next.planning);
    visit(step + 1);
    std::fill(next.future.begin(), next.future.end(), Real(0));
    for (size_t chosen = 0; chosen < num_actions(); ++chosen) {
      add_scaled(terms_of(next, chosen), next.q_pi[chosen], next.future);
    }
    add_scaled(next.future, weight, terms_of(level, action));
  }

  static void add_scaled(std::span<const Real> from, Real scale, std::span<Real> to) {
    for (size_t i = 0; i < to.size(); ++i) {
      to[i] += scale * from[i];
    }
  }
};

}  // namespace

template <class Real>
SearchWorkspace<Real>::Level::Level(const GenerativeModel<Real>& model, const PlanningGraph& graph)
    : planning(model, graph),
      q(model.total_states()),
      prior(model.total_states()),
      qo(model.total_outcomes()),
      observation(model.num_modalities()),
      state_values(model.total_states()),
      scores(graph.policies().num_first_actions()),
      q_pi(scores.size()),
      terms(scores.size() * (num_terms(model) + 2)),
      followed(scores.size()),
      future(num_terms(model) + 2) {}

template <class Real>
Result<SearchWorkspace<Real>> SearchWorkspace<Real>::make(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const SearchSettings<Real>& settings
) {
  DKS_TRY(check_search(model, graph, settings));
  SearchWorkspace workspace;
  for (uint32_t step = 0; step < settings.depth; ++step) {
    workspace.levels.emplace_back(model, graph);
  }
  workspace.likeliest.resize(settings.keep_outcomes);
  return workspace;
}

template <class Real>
void sophisticated_search(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const PlanningSettings<Real>& planning,
    const SearchSettings<Real>& settings,
    Input<Real> q,
    Output<Real> neg_efe,
    SearchWorkspace<Real>& workspace,
    Output<Real> terms
) {
  const Search<Real> search{model, graph, planning, settings, workspace};
  auto& root = workspace.levels[0];
  std::copy(q.begin(), q.end(), root.q.begin());
  workspace.nodes = 0;
  search.visit(0);
  std::copy(root.scores.begin(), root.scores.end(), neg_efe.begin());
  std::copy_n(root.terms.begin(), terms.size(), terms.begin());
}

template struct SearchWorkspace<double>;
template decltype(sophisticated_search<double>) sophisticated_search<double>;
template struct SearchWorkspace<float>;
template decltype(sophisticated_search<float>) sophisticated_search<float>;

}  // namespace dks::mind
