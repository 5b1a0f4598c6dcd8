// SPDX-License-Identifier: MIT
#include "mind/expected_free_energy.h"

#include "math/reduce.h"
#include "mind/kernels.h"

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

  bool wants_info_gain() const {
    return settings.use_states_info_gain && settings.info_gain_weight != 0;
  }

  std::span<Real> belief(uint32_t id) const {
    const PredictedBelief& predicted = graph.beliefs()[id];
    const size_t size = model.factors()[predicted.factor].num_states;
    return std::span(workspace.beliefs).subspan(predicted.offset, size);
  }

  std::span<const Real> joint(uint32_t first_parent, size_t count) const {
    const auto parent = [&](size_t k) -> std::span<const Real> {
      return belief(graph.parent_ids()[first_parent + k]);
    };
    return joint_belief<Real>(count, parent, workspace.joint);
  }

  std::span<const Real> log_preferences(const PredictedOutcome& predicted) const {
    const Modality<Real>& modality = model.modalities()[predicted.modality];
    std::span<const Real> all = settings.log_preferences;
    if (all.empty()) {
      all = model.log_preferences(predicted.step);
    } else if (all.size() > model.total_outcomes()) {
      all = all.subspan(predicted.step * model.total_outcomes());
    }
    return all.subspan(modality.outcome_offset, modality.num_outcomes);
  }

  void predict_belief(uint32_t id) const {
    const PredictedBelief& predicted = graph.beliefs()[id];
    const Factor<Real>& factor = model.factors()[predicted.factor];
    const auto parents = joint(predicted.parents, factor.parents.size());
    contract(parents, factor.transition_slice(predicted.slice).data(), belief(id));
  }

  void predict_outcome(uint32_t id) const {
    const PredictedOutcome& predicted = graph.outcomes()[id];
    const Modality<Real>& modality = model.modalities()[predicted.modality];
    const auto parents = joint(predicted.parents, modality.parents.size());
    const auto qo = std::span(workspace.outcomes).subspan(predicted.offset, modality.num_outcomes);
    contract(parents, modality.likelihood.data(), qo);
    Real* terms = &workspace.outcome_terms[2 * size_t{id}];
    terms[0] = settings.use_utility ? math::dot<Real>(qo, log_preferences(predicted)) : Real(0);
    terms[1] = wants_info_gain() ? info_gain(modality, parents, qo) : Real(0);
  }

  Real info_gain(
      const Modality<Real>& modality, std::span<const Real> parents, std::span<const Real> qo
  ) const {
    if (model.convention().entropy == EntropyForm::kSpmMdpG) {
      return info_gain_as_spm(modality, parents);
    }
    return math::entropy(qo) - math::dot(parents, modality.ambiguity);
  }

  Real info_gain_as_spm(const Modality<Real>& modality, std::span<const Real> parents) const {
    constexpr Real kLeastState = Real(1.1253517471925912e-07);  // exp(-16)
    const auto likely = std::span(workspace.contracted).first(parents.size());
    std::transform(parents.begin(), parents.end(), likely.begin(), [](Real p) {
      return p > kLeastState ? p : Real(0);
    });
    const auto qo = std::span(workspace.row).first(modality.num_outcomes);
    contract<Real>(likely, modality.likelihood.data(), qo);
    Real entropy = 0;
    for (const Real p : qo) {
      entropy -= p * log_probability(p, LogForm::kAddTiny);
    }
    return entropy - math::dot<Real>(likely, modality.ambiguity);
  }

  void start(std::span<const Real> q) const {
    std::copy(q.begin(), q.end(), workspace.beliefs.begin());
    std::fill(workspace.done.begin(), workspace.done.end(), uint8_t{0});
    std::fill(workspace.kept.begin(), workspace.kept.end(), uint8_t{1});
  }

  void evaluate_step(size_t step) const {
    const Policies& policies = graph.policies();
    for (size_t node = policies.step_begin(step); node < policies.step_begin(step + 1); ++node) {
      if (workspace.kept[policies.nodes()[node].first_action] != 0) {
        evaluate_node(node);
      }
    }
  }

  void evaluate_node(size_t node) const {
    uint8_t* belief_done = workspace.done.data();
    uint8_t* outcome_done = belief_done + graph.beliefs().size();
    for (const uint32_t id : graph.node_beliefs(node)) {
      if (belief_done[id] == 0) {
        predict_belief(id);
        belief_done[id] = 1;
      }
    }
    const size_t count = model.num_modalities();
    Real* terms = &workspace.node_terms[node * (count + 1)];
    const uint32_t parent = graph.policies().nodes()[node].parent;
    if (parent == kNoNode) {
      std::fill_n(terms, count + 1, Real(0));
    } else {
      std::copy_n(&workspace.node_terms[parent * (count + 1)], count + 1, terms);
    }
    const std::span<const uint32_t> outcomes = graph.node_outcomes(node);
    for (size_t m = 0; m < count; ++m) {
      const uint32_t id = outcomes[m];
      if (outcome_done[id] == 0) {
        predict_outcome(id);
        outcome_done[id] = 1;
      }
      terms[m] += workspace.outcome_terms[2 * size_t{id}];
      terms[count] += workspace.outcome_terms[2 * size_t{id} + 1];
    }
  }

  Real score(size_t node) const {
    const size_t count = model.num_modalities();
    const Real* terms = &workspace.node_terms[node * (count + 1)];
    Real sum = terms[0];
    for (size_t m = 1; m < count; ++m) {
      sum += terms[m];
    }
    return sum + settings.info_gain_weight * terms[count];
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
  }

  void write(std::span<Real> neg_efe, std::span<Real> terms) const {
    const Policies& policies = graph.policies();
    const size_t count = num_terms(model);
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
        std::copy_n(&workspace.node_terms[leaf * count], count, row);
        row[count - 1] *= settings.info_gain_weight;
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
  for (const uint32_t id : graph.node_beliefs(node)) {
    const PredictedBelief& predicted = graph.beliefs()[id];
    const Factor<Real>& factor = model.factors()[predicted.factor];
    std::copy_n(&workspace.beliefs[predicted.offset], factor.num_states, &out[factor.state_offset]);
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
  for (const uint32_t id : graph.node_outcomes(node)) {
    const PredictedOutcome& predicted = graph.outcomes()[id];
    const Modality<Real>& modality = model.modalities()[predicted.modality];
    std::copy_n(
        &workspace.outcomes[predicted.offset], modality.num_outcomes, &out[modality.outcome_offset]
    );
  }
}

#define DKS_INSTANTIATE(Real)                                                                                                                              \
  template void expected_free_energy<                                                                                                                      \
      Real>(const GenerativeModel<Real>&, const PlanningGraph&, const PlanningSettings<Real>&, Input<Real>, Output<Real>, Workspace<Real>&, Output<Real>); \
  template Real sum_terms<Real>(Input<Real>);                                                                                                              \
  template void best_continuations<Real>(const Policies&, Input<Real>, std::span<uint32_t>);                                                               \
  template void predicted_states<                                                                                                                          \
      Real>(const GenerativeModel<Real>&, const PlanningGraph&, const Workspace<Real>&, size_t, Output<Real>);                                             \
  template void predicted_outcomes<                                                                                                                        \
      Real>(const GenerativeModel<Real>&, const PlanningGraph&, const Workspace<Real>&, size_t, Output<Real>);
DKS_INSTANTIATE(double)
DKS_INSTANTIATE(float)
#undef DKS_INSTANTIATE

}  // namespace dks::mind
