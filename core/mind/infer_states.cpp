// SPDX-License-Identifier: MIT
#include "mind/infer_states.h"

#include "math/reduce.h"
#include "mind/exact_posterior.h"
#include "mind/kernels.h"

#include <algorithm>
#include <limits>

namespace dks::mind {
namespace {

template <class Real>
std::span<const Real> belief_of(const Factor<Real>& factor, std::span<const Real> q) {
  return q.subspan(factor.state_offset, factor.num_states);
}

// One agent's inference in one step: what the functions below share.
template <class Real>
struct Inference {
  const GenerativeModel<Real>& model;
  const Observation<Real>& observation;
  Workspace<Real>& workspace;

  bool is_present(size_t m) const { return observation.outcomes[m] >= 0; }
  Real precision(size_t m) const {
    return observation.precision.empty() ? Real(1) : observation.precision[m];
  }

  // Expected ln A_m[o_m] for each state of parent k, under the beliefs of the other parents.
  // Parents after k are summed out from the last, then those before k as one joint.
  std::span<const Real> message(size_t m, size_t k, std::span<const Real> q) const {
    const Modality<Real>& modality = model.modalities()[m];
    const auto parent = [&](size_t j) -> const Factor<Real>& {
      return model.factors()[modality.parents[j]];
    };
    const auto outcome = static_cast<size_t>(observation.outcomes[m]);
    std::span<const Real> table = modality.log_likelihood_of(outcome);
    for (size_t j = modality.parents.size(); --j > k;) {
      const auto out = std::span(workspace.contracted).first(table.size() / parent(j).num_states);
      contract_last(table.data(), belief_of(parent(j), q), out);
      table = out;
    }
    if (k == 0) {
      return table;
    }
    const auto before = [&](size_t j) { return belief_of(parent(j), q); };
    const auto joint = joint_belief<Real>(k, before, workspace.joint);
    const auto out = std::span(workspace.row).first(parent(k).num_states);
    contract(joint, table.data(), out);
    return out;
  }

  // The best belief about factor f, given the others: workspace.next[f].
  void update(size_t f, std::span<const Real> q) const {
    const Factor<Real>& factor = model.factors()[f];
    const auto next = std::span(workspace.next).subspan(factor.state_offset, factor.num_states);
    const auto log_prior = belief_of<Real>(factor, workspace.log_prior);
    std::copy(log_prior.begin(), log_prior.end(), next.begin());
    for (const uint32_t m : factor.modalities) {
      if (!is_present(m)) {
        continue;
      }
      const auto parents = model.modalities()[m].parents;
      const auto k =
          static_cast<size_t>(std::find(parents.begin(), parents.end(), f) - parents.begin());
      const std::span<const Real> evidence = message(m, k, q);
      for (size_t s = 0; s < next.size(); ++s) {
        next[s] += precision(m) * evidence[s];
      }
    }
    math::softmax<Real>(next, next);
  }

  void accept(size_t f, std::span<Real> q) const {
    const Factor<Real>& factor = model.factors()[f];
    const auto next = belief_of<Real>(factor, workspace.next);
    std::copy(
        next.begin(), next.end(), q.begin() + static_cast<std::ptrdiff_t>(factor.state_offset)
    );
  }

  void sweep(UpdateOrder order, std::span<Real> q) const {
    for (size_t f = 0; f < model.num_factors(); ++f) {
      if (!model.factors()[f].coupled) {
        continue;
      }
      update(f, q);
      if (order == UpdateOrder::kSequential) {
        accept(f, q);
      }
    }
    for (size_t f = 0; f < model.num_factors() && order == UpdateOrder::kJacobi; ++f) {
      if (model.factors()[f].coupled) {
        accept(f, q);
      }
    }
  }

  // The part of free energy that belongs to coupled factors and modalities, or the other part.
  void add_free_energy(bool coupled, std::span<const Real> q, FreeEnergy<Real>& total) const {
    const LogForm log = model.convention().log;
    for (const Factor<Real>& factor : model.factors()) {
      if (factor.coupled != coupled) {
        continue;
      }
      const auto belief = belief_of(factor, q);
      const auto log_prior = belief_of<Real>(factor, workspace.log_prior);
      for (size_t s = 0; s < belief.size(); ++s) {
        total.negative_entropy += belief[s] * log_probability(belief[s], log);
        total.prior_cross_entropy -= belief[s] * log_prior[s];
      }
    }
    for (size_t m = 0; m < model.num_modalities(); ++m) {
      const Modality<Real>& modality = model.modalities()[m];
      if (modality.coupled != coupled || !is_present(m)) {
        continue;
      }
      const auto belief = belief_of(model.factors()[modality.parents[0]], q);
      total.accuracy += precision(m) * math::dot<Real>(belief, message(m, 0, q));
    }
  }

  void take_prior(std::span<const Real> prior) const {
    const LogForm log = model.convention().log;
    std::transform(prior.begin(), prior.end(), workspace.log_prior.begin(), [log](Real p) {
      return log_probability(p, log);
    });
  }

  void start(UpdateOrder order, std::span<const Real> prior, std::span<Real> q) const {
    std::copy(prior.begin(), prior.end(), q.begin());
    if (order == UpdateOrder::kSequential) {
      return;
    }
    for (const Factor<Real>& factor : model.factors()) {
      const auto belief = q.subspan(factor.state_offset, factor.num_states);
      std::fill(belief.begin(), belief.end(), Real(1) / static_cast<Real>(factor.num_states));
    }
  }

  // The posterior of factors that share no modality, and their part of free energy.
  FreeEnergy<Real> settle_uncoupled(std::span<Real> q) const {
    for (size_t f = 0; f < model.num_factors(); ++f) {
      if (!model.factors()[f].coupled) {
        update(f, q);
        accept(f, q);
      }
    }
    FreeEnergy<Real> settled;
    add_free_energy(false, q, settled);
    return settled;
  }

  StateInference<Real> exact(std::span<Real> q) const {
    StateInference<Real> result{settle_uncoupled(q), 0};
    for (const CoupledGroup& group : model.coupled_groups()) {
      add_exact_posterior<Real>(model, group, observation, q, workspace, result.free_energy);
    }
    return result;
  }

  // What the first sweep's free energy is compared with. pymdp legacy takes the energy of the
  // uniform beliefs without their accuracy; the sequential order always goes on after the first
  // sweep.
  Real before_first_sweep(UpdateOrder order, std::span<const Real> q) const {
    if (order == UpdateOrder::kSequential) {
      return std::numeric_limits<Real>::max();
    }
    FreeEnergy<Real> energy;
    add_free_energy(false, q, energy);
    add_free_energy(true, q, energy);
    return energy.complexity();
  }
};

}  // namespace

template <class Real>
void predict_states(
    const GenerativeModel<Real>& model,
    Input<Real> q,
    std::span<const int32_t> action,
    Output<Real> out,
    Workspace<Real>& workspace
) {
  for (size_t f = 0; f < model.num_factors(); ++f) {
    const Factor<Real>& factor = model.factors()[f];
    const auto parent = [&](size_t k) { return belief_of(model.factors()[factor.parents[k]], q); };
    const auto joint = joint_belief<Real>(factor.parents.size(), parent, workspace.joint);
    const uint32_t slice = factor.slice_of_action[static_cast<size_t>(action[f])];
    contract(
        joint,
        factor.transition_slice(slice).data(),
        out.subspan(factor.state_offset, factor.num_states)
    );
  }
}

template <class Real>
void predict_outcomes(
    const GenerativeModel<Real>& model, Input<Real> q, Output<Real> out, Workspace<Real>& workspace
) {
  for (const Modality<Real>& modality : model.modalities()) {
    const auto parent = [&](size_t k) {
      return belief_of(model.factors()[modality.parents[k]], q);
    };
    contract(
        joint_belief<Real>(modality.parents.size(), parent, workspace.joint),
        modality.likelihood.data(),
        out.subspan(modality.outcome_offset, modality.num_outcomes)
    );
  }
}

template <class Real>
StateInference<Real> infer_states(
    const GenerativeModel<Real>& model,
    Input<Real> prior,
    const Observation<Real>& observation,
    Output<Real> q,
    Workspace<Real>& workspace,
    const InferenceSettings& settings
) {
  const Inference<Real> inference{model, observation, workspace};
  inference.take_prior(prior);
  inference.start(settings.order, prior, q);
  if (settings.method == InferenceMethod::kExact && model.has_exact_posterior()) {
    return inference.exact(q);
  }
  const bool stops_early = settings.tolerance > 0;
  Real previous = stops_early ? inference.before_first_sweep(settings.order, q) : Real(0);

  const FreeEnergy<Real> settled = inference.settle_uncoupled(q);
  StateInference<Real> result{settled, 0};
  const bool coupled = !model.coupled_groups().empty();
  while (coupled && result.iterations < settings.max_iterations) {
    inference.sweep(settings.order, q);
    ++result.iterations;
    if (!stops_early) {
      continue;
    }
    result.free_energy = settled;
    inference.add_free_energy(true, q, result.free_energy);
    const Real change = previous - result.free_energy.value();
    if (change < settings.tolerance && -change < settings.tolerance) {
      return result;
    }
    previous = result.free_energy.value();
  }
  result.free_energy = settled;
  inference.add_free_energy(true, q, result.free_energy);
  return result;
}

template <class Real>
FreeEnergy<Real> free_energy(
    const GenerativeModel<Real>& model,
    Input<Real> prior,
    const Observation<Real>& observation,
    Input<Real> q,
    Workspace<Real>& workspace
) {
  const Inference<Real> inference{model, observation, workspace};
  inference.take_prior(prior);
  FreeEnergy<Real> total;
  inference.add_free_energy(false, q, total);
  inference.add_free_energy(true, q, total);
  return total;
}

template StateInference<double> infer_states(
    const GenerativeModel<double>& model,
    Input<double> prior,
    const Observation<double>& observation,
    Output<double> q,
    Workspace<double>& workspace,
    const InferenceSettings& settings
);
template decltype(predict_states<double>) predict_states<double>;
template decltype(predict_outcomes<double>) predict_outcomes<double>;
template decltype(free_energy<double>) free_energy<double>;
template StateInference<float> infer_states(
    const GenerativeModel<float>& model,
    Input<float> prior,
    const Observation<float>& observation,
    Output<float> q,
    Workspace<float>& workspace,
    const InferenceSettings& settings
);
template decltype(predict_states<float>) predict_states<float>;
template decltype(predict_outcomes<float>) predict_outcomes<float>;
template decltype(free_energy<float>) free_energy<float>;

}  // namespace dks::mind
