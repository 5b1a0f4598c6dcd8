// SPDX-License-Identifier: MIT
#include "mind/expected_free_energy.h"

#include "math/reduce.h"
#include "mind/kernels.h"
#include "mind/valuation.h"

#include <algorithm>

namespace dks::mind {
namespace {

// One evaluation of all policies: what the functions below share.
template <class Real>
struct Evaluation {
  const GenerativeModel<Real>& model;
  const PlanningGraph& graph;
  const PlanningSettings<Real>& settings;
  Workspace<Real>& workspace;

  Valuation<Real> valuation() const { return {model, settings, workspace}; }

  std::span<Real> belief(size_t factor, uint32_t id) const {
    const uint32_t offset = graph.beliefs()[id].offset;
    return std::span(workspace.beliefs).subspan(offset, model.factors()[factor].num_states);
  }

  // The joint belief about `factors` that a prediction starts from.
  std::span<const Real> joint(const Prediction& predicted, std::span<const uint32_t> factors)
      const {
    const uint32_t* ids = &graph.parent_ids()[predicted.parents];
    const auto parent = [&](size_t k) -> std::span<const Real> {
      return belief(factors[k], ids[k]);
    };
    return joint_belief<Real>(factors.size(), parent, workspace.joint);
  }

  void predict_beliefs(size_t step, size_t f) const {
    const Factor<Real>& factor = model.factors()[f];
    const PredictionRange range = graph.beliefs_of(step, f);
    std::span<const Real> parents;
    uint32_t known_parents = UINT32_MAX;
    for (uint32_t id = range.begin; id < range.end; ++id) {
      if (workspace.wanted_beliefs[id] == 0) {
        continue;
      }
      const Prediction& predicted = graph.beliefs()[id];
      if (predicted.parents != known_parents) {
        parents = joint(predicted, factor.parents);
        known_parents = predicted.parents;
      }
      contract(parents, factor.transition_slice(predicted.slice).data(), belief(f, id));
      if (valuation().wants_novelty() && !factor.novelty.empty()) {
        const auto novelty = factor.novelty_slice(predicted.slice);
        workspace.belief_novelty[id] =
            valuation().expected_novelty(novelty, parents, belief(f, id));
      }
    }
  }

  void predict_outcomes(size_t step, size_t m) const {
    const Modality<Real>& modality = model.modalities()[m];
    const Valuation<Real> value = valuation();
    const std::span<const Real> preferences = value.log_preferences(step, modality);
    const PredictionRange range = graph.outcomes_of(step, m);
    for (uint32_t id = range.begin; id < range.end; ++id) {
      if (workspace.wanted_outcomes[id] == 0) {
        continue;
      }
      const Prediction& predicted = graph.outcomes()[id];
      const auto parents = joint(predicted, modality.parents);
      const auto qo =
          std::span(workspace.outcomes).subspan(predicted.offset, modality.num_outcomes);
      contract(parents, modality.likelihood.data(), qo);
      Real* terms = &workspace.outcome_terms[2 * size_t{id}];
      terms[0] = settings.use_utility ? math::dot<Real>(qo, preferences) : Real(0);
      terms[1] = value.wants_info_gain() ? value.info_gain(modality, parents, qo) : Real(0);
      if (value.wants_novelty() && !modality.novelty.empty()) {
        workspace.outcome_novelty[id] = value.expected_novelty(modality.novelty, parents, qo);
      }
    }
  }

  void start(std::span<const Real> q) const {
    std::copy(q.begin(), q.end(), workspace.beliefs.begin());
    std::fill(workspace.kept.begin(), workspace.kept.end(), uint8_t{1});
    std::fill(workspace.wanted_beliefs.begin(), workspace.wanted_beliefs.end(), uint8_t{1});
    std::fill(workspace.wanted_outcomes.begin(), workspace.wanted_outcomes.end(), uint8_t{1});
  }

  bool is_kept(size_t node) const {
    return workspace.kept[graph.policies().nodes()[node].first_action] != 0;
  }

  void evaluate_step(size_t step) const {
    for (size_t f = 0; f < model.num_factors(); ++f) {
      predict_beliefs(step, f);
    }
    for (size_t m = 0; m < model.num_modalities(); ++m) {
      predict_outcomes(step, m);
    }
    const Policies& policies = graph.policies();
    for (size_t node = policies.step_begin(step); node < policies.step_begin(step + 1); ++node) {
      if (is_kept(node)) {
        add_terms(node);
      }
    }
  }

  // The node's terms are its parent's and its own.
  void add_terms(size_t node) const {
    const size_t count = model.num_modalities();
    const size_t stride = num_terms(model);
    Real* terms = &workspace.node_terms[node * stride];
    const uint32_t parent = graph.policies().nodes()[node].parent;
    if (parent == kNoNode) {
      std::fill_n(terms, stride, Real(0));
    } else {
      std::copy_n(&workspace.node_terms[parent * stride], stride, terms);
    }
    const std::span<const uint32_t> outcomes = graph.node_outcomes(node);
    for (size_t m = 0; m < count; ++m) {
      terms[m] += workspace.outcome_terms[2 * size_t{outcomes[m]}];
      terms[count] += workspace.outcome_terms[2 * size_t{outcomes[m]} + 1];
    }
    if (valuation().wants_novelty()) {
      add_novelty(node, &terms[count + 1]);
    }
    if (!settings.state_values.empty()) {
      workspace.node_state_values[node] =
          (parent == kNoNode ? Real(0) : workspace.node_state_values[parent]) + state_value(node);
    }
  }

  // What is not learned has 0 in the workspace.
  void add_novelty(size_t node, Real* terms) const {
    for (const uint32_t outcome : graph.node_outcomes(node)) {
      terms[0] += workspace.outcome_novelty[outcome];
    }
    for (const uint32_t belief : graph.node_beliefs(node)) {
      terms[1] += workspace.belief_novelty[belief];
    }
  }

  Real state_value(size_t node) const {
    Real sum = 0;
    for (size_t f = 0; f < model.num_factors(); ++f) {
      const std::span<const Real> q = belief(f, graph.node_beliefs(node)[f]);
      sum += math::dot(q, settings.state_values.subspan(model.factors()[f].state_offset, q.size()));
    }
    return sum;
  }

  Real score(size_t node) const {
    const size_t count = model.num_modalities();
    const Real* terms = &workspace.node_terms[node * num_terms(model)];
    Real sum = terms[0];
    for (size_t m = 1; m < count; ++m) {
      sum += terms[m];
    }
    sum += settings.info_gain_weight * terms[count];
    if (model.has_novelty()) {
      sum += settings.parameter_info_gain_weight * terms[count + 1];
      sum += settings.parameter_info_gain_weight * terms[count + 2];
    }
    return settings.state_values.empty() ? sum : sum + workspace.node_state_values[node];
  }

  void keep_best_first_actions() const {
    const size_t count = workspace.kept.size();
    if (settings.keep_first_actions == 0 || settings.keep_first_actions >= count) {
      return;
    }
    for (size_t action = 0; action < count; ++action) {
      workspace.scores[action] = score(action);
      workspace.kept[action] = 0;
    }
    for (uint32_t k = 0; k < settings.keep_first_actions; ++k) {
      size_t best = count;
      for (size_t action = 0; action < count; ++action) {
        const bool is_better = best == count || workspace.scores[action] > workspace.scores[best];
        if (workspace.kept[action] == 0 && is_better) {
          best = action;
        }
      }
      workspace.kept[best] = 1;
    }
    want_what_is_kept();
  }

  void want_what_is_kept() const {
    std::fill(workspace.wanted_beliefs.begin(), workspace.wanted_beliefs.end(), uint8_t{0});
    std::fill(workspace.wanted_outcomes.begin(), workspace.wanted_outcomes.end(), uint8_t{0});
    for (size_t node = workspace.kept.size(); node < graph.policies().nodes().size(); ++node) {
      if (is_kept(node)) {
        for (const uint32_t id : graph.node_beliefs(node)) {
          workspace.wanted_beliefs[id] = 1;
        }
        for (const uint32_t id : graph.node_outcomes(node)) {
          workspace.wanted_outcomes[id] = 1;
        }
      }
    }
  }

  void write(std::span<Real> neg_efe, std::span<Real> terms) const {
    const Policies& policies = graph.policies();
    const size_t own = num_terms(model);
    const size_t count = num_terms(model, settings);
    std::fill(terms.begin(), terms.end(), Real(0));
    for (size_t p = 0; p < policies.size(); ++p) {
      const size_t leaf = policies.leaf(p);
      if (workspace.kept[policies.first_action(p)] == 0) {
        neg_efe[p] = static_cast<Real>(kPrunedScore);
        continue;
      }
      neg_efe[p] = score(leaf);
      if (!terms.empty()) {
        Real* row = &terms[p * count];
        std::copy_n(&workspace.node_terms[leaf * own], own, row);
        row[model.num_modalities()] *= settings.info_gain_weight;
        for (size_t i = model.num_modalities() + 1; i < own; ++i) {
          row[i] *= settings.parameter_info_gain_weight;
        }
        if (count > own) {
          row[own] = workspace.node_state_values[leaf];
        }
      }
    }
  }
};

}  // namespace

template <class Real>
void expected_free_energy(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const PlanningSettings<Real>& settings,
    Input<Real> q,
    Output<Real> neg_efe,
    Workspace<Real>& workspace,
    Output<Real> terms
) {
  const Evaluation<Real> evaluation{model, graph, settings, workspace};
  evaluation.start(q);
  evaluation.evaluate_step(0);
  if (graph.policies().depth() > 1) {
    evaluation.keep_best_first_actions();
  }
  for (size_t step = 1; step < graph.policies().depth(); ++step) {
    evaluation.evaluate_step(step);
  }
  evaluation.write(neg_efe, terms);
}

template <class Real>
Real sum_terms(Input<Real> terms) {
  Real sum = terms[0];
  for (size_t i = 1; i < terms.size(); ++i) {
    sum += terms[i];
  }
  return sum;
}

template <class Real>
void best_continuations(const Policies& policies, Input<Real> neg_efe, std::span<uint32_t> out) {
  for (size_t action = 0; action < policies.num_first_actions(); ++action) {
    out[action] = policies.nodes()[action].policy;
  }
  for (size_t p = 0; p < policies.size(); ++p) {
    uint32_t& best = out[policies.first_action(p)];
    if (neg_efe[p] > neg_efe[best]) {
      best = static_cast<uint32_t>(p);
    }
  }
}

template <class Real>
void predicted_states(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const Workspace<Real>& workspace,
    size_t node,
    Output<Real> out
) {
  for (size_t f = 0; f < model.num_factors(); ++f) {
    const Factor<Real>& factor = model.factors()[f];
    const uint32_t offset = graph.beliefs()[graph.node_beliefs(node)[f]].offset;
    std::copy_n(&workspace.beliefs[offset], factor.num_states, &out[factor.state_offset]);
  }
}

template <class Real>
void predicted_outcomes(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const Workspace<Real>& workspace,
    size_t node,
    Output<Real> out
) {
  for (size_t m = 0; m < model.num_modalities(); ++m) {
    const Modality<Real>& modality = model.modalities()[m];
    const uint32_t offset = graph.outcomes()[graph.node_outcomes(node)[m]].offset;
    std::copy_n(&workspace.outcomes[offset], modality.num_outcomes, &out[modality.outcome_offset]);
  }
}

template decltype(expected_free_energy<double>) expected_free_energy<double>;
template decltype(sum_terms<double>) sum_terms<double>;
template decltype(best_continuations<double>) best_continuations<double>;
template decltype(predicted_states<double>) predicted_states<double>;
template decltype(predicted_outcomes<double>) predicted_outcomes<double>;
template decltype(expected_free_energy<float>) expected_free_energy<float>;
template decltype(sum_terms<float>) sum_terms<float>;
template decltype(best_continuations<float>) best_continuations<float>;
template decltype(predicted_states<float>) predicted_states<float>;
template decltype(predicted_outcomes<float>) predicted_outcomes<float>;

}  // namespace dks::mind
