// The mind's mathematics on random models: what must hold whatever the numbers are.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "base/random.h"
#include "mind/expected_free_energy.h"
#include "mind/infer_states.h"
#include "mind/policy_posterior.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

namespace {

size_t allocations = 0;

}  // namespace

// Not inline: gcc takes the mixture of one inlined half with the other for a mistake.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) {
    return memory;
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace dks::mind;

constexpr uint64_t kModels = 200;

// `columns` distributions over `rows` values, [row][column]; some with zeros, some certain.
std::vector<double> random_distributions(size_t rows, size_t columns, dks::Random& random) {
  std::vector<double> out(rows * columns, 0.0);
  for (size_t c = 0; c < columns; ++c) {
    const bool has_zeros = random.bernoulli(0.3);
    const size_t certain = random.below(static_cast<uint32_t>(rows));
    double sum = 0;
    for (size_t r = 0; r < rows; ++r) {
      const bool is_zero = has_zeros && r != certain && random.bernoulli(0.7);
      out[r * columns + c] = is_zero ? 0.0 : random.uniform() + 1e-3;
      sum += out[r * columns + c];
    }
    for (size_t r = 0; r < rows; ++r) {
      out[r * columns + c] /= sum;
    }
  }
  return out;
}

// One to three factors in any order.
std::vector<uint32_t> random_parents(size_t num_factors, dks::Random& random) {
  std::vector<uint32_t> all(num_factors);
  for (uint32_t f = 0; f < num_factors; ++f) {
    all[f] = f;
  }
  dks::shuffle(all, random);
  all.resize(1 + random.below(static_cast<uint32_t>(std::min<size_t>(3, num_factors))));
  return all;
}

size_t joint_size(const ModelDesc& desc, std::span<const uint32_t> parents) {
  size_t size = 1;
  for (const uint32_t parent : parents) {
    size *= desc.factors[parent].num_states;
  }
  return size;
}

// Makes action 1 move the factor exactly as action 0 does.
void repeat_action(FactorDesc& factor) {
  for (size_t i = 0; i < factor.transition.size(); i += factor.num_controls) {
    factor.transition[i + 1] = factor.transition[i];
  }
}

ModelDesc random_model(uint64_t which, const Convention& convention = {}) {
  dks::Random random(7, which, 0, 0);
  ModelDesc desc;
  desc.convention = convention;
  desc.factors.resize(1 + random.below(4));
  for (FactorDesc& factor : desc.factors) {
    factor.num_states = 1 + random.below(7);
    factor.num_controls = 1 + random.below(3);
    factor.initial = random_distributions(factor.num_states, 1, random);
  }
  for (FactorDesc& factor : desc.factors) {
    factor.parents = random_parents(desc.factors.size(), random);
    const size_t columns = joint_size(desc, factor.parents) * factor.num_controls;
    factor.transition = random_distributions(factor.num_states, columns, random);
    if (factor.num_controls > 1 && random.bernoulli(0.5)) {
      repeat_action(factor);
    }
  }
  desc.modalities.resize(1 + random.below(4));
  for (ModalityDesc& modality : desc.modalities) {
    modality.num_outcomes = 1 + random.below(10);
    modality.parents = random_parents(desc.factors.size(), random);
    const size_t columns = joint_size(desc, modality.parents);
    modality.likelihood = random_distributions(modality.num_outcomes, columns, random);
    const size_t steps = 1 + random.below(2);
    for (size_t i = 0; i < modality.num_outcomes * steps; ++i) {
      modality.preferences.push_back(4 * random.uniform() - 2);
    }
  }
  return desc;
}

// A built model with all that one agent needs.
template <class Real>
struct Agent {
  explicit Agent(const ModelDesc& desc, size_t depth = 2)
      : model(std::move(*GenerativeModel<Real>::build(desc))),
        graph(std::move(
            *PlanningGraph::build(model, *Policies::enumerate(model.num_controls(), depth))
        )),
        workspace(model, graph),
        prior(model.initial_states().begin(), model.initial_states().end()),
        q(prior),
        neg_efe(policies().size()),
        q_pi(policies().size()),
        terms(policies().size() * num_terms(model)) {}

  const Policies& policies() const { return graph.policies(); }

  StateInference<Real> infer(std::span<const int32_t> observation) {
    return infer_states(model, prior, {observation}, q, workspace);
  }
  void plan(const PlanningSettings<Real>& settings = {}) {
    expected_free_energy(model, graph, settings, q, neg_efe, workspace, terms);
    policy_posterior<Real>(neg_efe, model.gamma(), model.log_policy_prior(), q_pi);
  }
  std::span<const Real> belief(size_t f) const {
    const Factor<Real>& factor = model.factors()[f];
    return std::span(q).subspan(factor.state_offset, factor.num_states);
  }

  GenerativeModel<Real> model;
  PlanningGraph graph;
  Workspace<Real> workspace;
  std::vector<Real> prior;
  std::vector<Real> q;
  std::vector<Real> neg_efe;
  std::vector<Real> q_pi;
  std::vector<Real> terms;
};

template <class Real>
std::vector<int32_t> random_observation(const GenerativeModel<Real>& model, uint64_t which) {
  dks::Random random(8, which, 0, 0);
  std::vector<int32_t> observation;
  for (const Modality<Real>& modality : model.modalities()) {
    const bool is_absent = random.bernoulli(0.2);
    const auto outcome = static_cast<int32_t>(random.below(modality.num_outcomes));
    observation.push_back(is_absent ? -1 : outcome);
  }
  return observation;
}

void assert_near(double got, double expected, double tolerance) {
  if (!(std::abs(got - expected) <= tolerance)) {
    fail_msg("%.17g is not within %g of %.17g", got, tolerance, expected);
  }
}

template <class Real>
void assert_distribution(std::span<const Real> p, double tolerance) {
  double sum = 0;
  for (const Real value : p) {
    assert_true(value >= 0 && static_cast<double>(value) <= 1 + tolerance);
    sum += static_cast<double>(value);
  }
  assert_near(sum, 1, tolerance);
}

template <class Real>
void assert_beliefs_are_distributions(const Agent<Real>& agent, double tolerance) {
  for (size_t f = 0; f < agent.model.num_factors(); ++f) {
    assert_distribution<Real>(agent.belief(f), tolerance);
  }
}

void beliefs_and_choices_are_distributions(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdp, kPymdpLegacy}) {
      Agent<double> agent(random_model(which, convention));
      const auto result = agent.infer(random_observation(agent.model, which));
      assert_beliefs_are_distributions(agent, 1e-12);
      assert_true(std::isfinite(result.free_energy.value()));
      agent.plan();
      assert_distribution<double>(agent.q_pi, 1e-12);
      std::vector<double> first(agent.policies().num_first_actions());
      first_action_marginals<double>(agent.policies(), agent.q_pi, first);
      assert_distribution<double>(first, 1e-12);
      std::vector<double> marginals(agent.model.total_controls());
      action_marginals<double>(agent.policies(), agent.model.num_controls(), agent.q_pi, marginals);
      for (const Factor<double>& factor : agent.model.factors()) {
        const std::span<const double> all(marginals);
        assert_distribution(all.subspan(factor.control_offset, factor.num_controls), 1e-12);
      }
    }
  }
}

void float_beliefs_are_near_those_in_double(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Convention convention;
    convention.inference.tolerance = 0;
    const ModelDesc desc = random_model(which, convention);
    Agent<double> in_double(desc);
    Agent<float> in_float(desc);
    const auto observation = random_observation(in_double.model, which);
    in_double.infer(observation);
    in_float.infer(observation);
    assert_beliefs_are_distributions(in_float, 1e-5);
    for (size_t s = 0; s < in_double.q.size(); ++s) {
      assert_near(static_cast<double>(in_float.q[s]), in_double.q[s], 1e-3);
    }
  }
}

void free_energy_never_rises_under_sequential_updates(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    double before =
        free_energy(agent.model, agent.prior, {observation}, agent.prior, agent.workspace).value();
    for (int32_t sweeps = 1; sweeps <= 12; ++sweeps) {
      const InferenceSettings settings{UpdateOrder::kSequential, sweeps, 0.0};
      const auto result =
          infer_states(agent.model, agent.prior, {observation}, agent.q, agent.workspace, settings);
      const double now = result.free_energy.value();
      if (!(now <= before + 1e-12 * (1 + std::abs(before)))) {
        fail_msg("model %d: F rose from %.17g to %.17g", static_cast<int>(which), before, now);
      }
      before = now;
    }
  }
}

void reported_free_energy_is_that_of_the_beliefs(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    const FreeEnergy<double> reported = agent.infer(observation).free_energy;
    const FreeEnergy<double> again =
        free_energy(agent.model, agent.prior, {observation}, agent.q, agent.workspace);
    assert_true(reported.value() == again.value());
    assert_near(again.value(), again.complexity() - again.accuracy, 0);
    assert_true(again.complexity() >= -1e-12);
  }
}

// The likelihood of the observation in one joint state, by the axes of the description.
double log_likelihood_in(
    const ModelDesc& desc, std::span<const int32_t> observation, std::span<const size_t> state
) {
  double sum = 0;
  for (size_t m = 0; m < desc.modalities.size(); ++m) {
    if (observation[m] < 0) {
      continue;
    }
    auto index = static_cast<size_t>(observation[m]);
    for (const uint32_t parent : desc.modalities[m].parents) {
      index = index * desc.factors[parent].num_states + state[parent];
    }
    sum += std::log(std::max(desc.modalities[m].likelihood[index], 2.22e-16));
  }
  return sum;
}

void posterior_of_a_single_factor_is_bayes_rule(void**) {
  size_t checked = 0;
  for (uint64_t which = 0; which < 4 * kModels; ++which) {
    const ModelDesc desc = random_model(which);
    if (desc.factors.size() != 1) {
      continue;
    }
    Agent<double> agent(desc);
    const auto observation = random_observation(agent.model, which);
    assert_int_equal(agent.infer(observation).iterations, 0);
    std::vector<double> expected;
    double sum = 0;
    for (size_t s = 0; s < desc.factors[0].num_states; ++s) {
      const double prior = std::max(desc.factors[0].initial[s], 2.22e-16);
      expected.push_back(prior * std::exp(log_likelihood_in(desc, observation, {{s}})));
      sum += expected.back();
    }
    for (size_t s = 0; s < expected.size(); ++s) {
      assert_near(agent.q[s], expected[s] / sum, 1e-12);
    }
    ++checked;
  }
  assert_true(checked > kModels / 2);
}

// q_f of a converged posterior is softmax(ln prior_f + E_others[ln likelihood]), summed here over
// all joint states.
void posterior_is_a_fixed_point_of_the_mean_field_equations(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> agent(desc);
    const auto observation = random_observation(agent.model, which);
    const InferenceSettings settings{UpdateOrder::kSequential, 2000, 0.0};
    infer_states(agent.model, agent.prior, {observation}, agent.q, agent.workspace, settings);
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      std::vector<double> logits(desc.factors[f].num_states, 0.0);
      std::vector<size_t> state(desc.factors.size(), 0);
      for (bool more = true; more;) {
        double weight = 1;
        for (size_t g = 0; g < state.size(); ++g) {
          weight *= g == f ? 1.0 : agent.belief(g)[state[g]];
        }
        logits[state[f]] += weight * log_likelihood_in(desc, observation, state);
        more = false;
        for (size_t g = state.size(); g-- > 0 && !more;) {
          state[g] = (state[g] + 1) % desc.factors[g].num_states;
          more = state[g] != 0;
        }
      }
      double sum = 0;
      const double most = *std::max_element(logits.begin(), logits.end());
      for (size_t s = 0; s < logits.size(); ++s) {
        logits[s] = std::max(desc.factors[f].initial[s], 2.22e-16) * std::exp(logits[s] - most);
        sum += logits[s];
      }
      for (size_t s = 0; s < logits.size(); ++s) {
        assert_near(agent.belief(f)[s], logits[s] / sum, 1e-6);
      }
    }
  }
}

void absent_observation_leaves_the_prior(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdp, kPymdpLegacy}) {
      Agent<double> agent(random_model(which, convention));
      const std::vector<int32_t> nothing(agent.model.num_modalities(), -1);
      const auto result = agent.infer(nothing);
      for (size_t s = 0; s < agent.q.size(); ++s) {
        assert_near(agent.q[s], agent.prior[s], 1e-12);
      }
      assert_near(result.free_energy.value(), 0, 1e-12);
      assert_near(result.free_energy.accuracy, 0, 0);
    }
  }
}

void observation_without_precision_counts_as_absent(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    auto observation = random_observation(agent.model, which);
    std::vector<double> precision(observation.size(), 1.0);
    agent.infer(observation);
    std::vector<double> weighted(agent.q.size());
    infer_states(agent.model, agent.prior, {observation, precision}, weighted, agent.workspace);
    assert_true(weighted == agent.q);
    precision[0] = 0;
    infer_states(agent.model, agent.prior, {observation, precision}, weighted, agent.workspace);
    observation[0] = -1;
    agent.infer(observation);
    for (size_t s = 0; s < weighted.size(); ++s) {
      assert_near(weighted[s], agent.q[s], 1e-12);
    }
  }
}

// Every outcome 0 for certain, the prior certain too, and something else is seen.
template <class Real>
void check_impossible_observation(const Convention& convention) {
  ModelDesc desc;
  desc.convention = convention;
  desc.factors.resize(2);
  for (FactorDesc& factor : desc.factors) {
    factor.num_states = 3;
    factor.num_controls = 2;
    factor.initial = {1, 0, 0};
    factor.transition = {1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  }
  desc.modalities.resize(2);
  for (ModalityDesc& modality : desc.modalities) {
    modality.num_outcomes = 2;
    modality.likelihood.assign(18, 0.0);
    std::fill_n(modality.likelihood.begin(), 9, 1.0);
    modality.preferences = {-1e9, 1e9};
  }
  Agent<Real> agent(desc);
  const std::vector<int32_t> impossible = {1, 1};
  for (int step = 0; step < 20; ++step) {
    const auto result = agent.infer(impossible);
    assert_beliefs_are_distributions(agent, 1e-6);
    assert_true(std::isfinite(result.free_energy.value()));
    agent.plan();
    for (const Real score : agent.neg_efe) {
      assert_true(std::isfinite(score));
    }
    assert_distribution<Real>(agent.q_pi, 1e-6);
    predict_states<Real>(
        agent.model, agent.q, agent.policies().step(step % 2, 0), agent.prior, agent.workspace
    );
  }
}

void impossible_observations_stay_finite(void**) {
  for (const Convention& convention : {Convention{}, kPymdp, kPymdpLegacy}) {
    check_impossible_observation<double>(convention);
    check_impossible_observation<float>(convention);
  }
}

// Expected free energy of one policy, term by term, from the description alone.
struct PlainPlanner {
  const ModelDesc& desc;

  using Beliefs = std::vector<std::vector<double>>;

  // Calls visit(flat index, probability) for each joint state of the parents.
  template <class Visit>
  void for_joint(const Beliefs& q, std::span<const uint32_t> parents, Visit visit) const {
    for (size_t flat = 0; flat < joint_size(desc, parents); ++flat) {
      size_t rest = flat;
      double probability = 1;
      for (size_t k = parents.size(); k-- > 0;) {
        const size_t size = desc.factors[parents[k]].num_states;
        probability *= q[parents[k]][rest % size];
        rest /= size;
      }
      visit(flat, probability);
    }
  }

  Beliefs after(const Beliefs& q, std::span<const int32_t> action) const {
    Beliefs next;
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      const FactorDesc& factor = desc.factors[f];
      const size_t joint = joint_size(desc, factor.parents);
      std::vector<double> belief(factor.num_states, 0.0);
      for_joint(q, factor.parents, [&](size_t from, double probability) {
        for (size_t to = 0; to < factor.num_states; ++to) {
          const size_t row = (to * joint + from) * factor.num_controls;
          belief[to] += probability * factor.transition[row + static_cast<size_t>(action[f])];
        }
      });
      next.push_back(belief);
    }
    return next;
  }

  double value(const Beliefs& q, size_t step, double info_gain_weight) const {
    double sum = 0;
    for (const ModalityDesc& modality : desc.modalities) {
      const size_t joint = joint_size(desc, modality.parents);
      const size_t columns = modality.preferences.size() / modality.num_outcomes;
      std::vector<double> qo(modality.num_outcomes, 0.0);
      double ambiguity = 0;
      for_joint(q, modality.parents, [&](size_t state, double probability) {
        for (size_t o = 0; o < qo.size(); ++o) {
          const double p = modality.likelihood[o * joint + state];
          qo[o] += probability * p;
          ambiguity -= p > 0 ? probability * p * std::log(p) : 0;
        }
      });
      for (size_t o = 0; o < qo.size(); ++o) {
        sum += qo[o] * modality.preferences[o * columns + std::min(step, columns - 1)];
        sum -= qo[o] > 0 ? info_gain_weight * qo[o] * std::log(qo[o]) : 0;
      }
      sum -= info_gain_weight * ambiguity;
    }
    return sum;
  }

  double score(const Agent<double>& agent, size_t policy, double info_gain_weight) const {
    Beliefs q;
    for (size_t f = 0; f < desc.factors.size(); ++f) {
      q.emplace_back(agent.belief(f).begin(), agent.belief(f).end());
    }
    double sum = 0;
    for (size_t step = 0; step < agent.policies().depth(); ++step) {
      q = after(q, agent.policies().step(policy, step));
      sum += value(q, step, info_gain_weight);
    }
    return sum;
  }
};

void scores_over_the_prefix_tree_equal_those_policy_by_policy(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> agent(desc, 1 + which % 2);
    agent.infer(random_observation(agent.model, which));
    PlanningSettings<double> settings;
    settings.info_gain_weight = static_cast<double>(which % 3);
    agent.plan(settings);
    const PlainPlanner plain{desc};
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      assert_near(agent.neg_efe[p], plain.score(agent, p, settings.info_gain_weight), 1e-10);
    }
  }
}

void own_preferences_take_the_place_of_the_models(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    ModelDesc desc = random_model(which);
    Agent<double> agent(desc);
    dks::Random random(9, which, 0, 0);
    std::vector<double> per_step;
    for (size_t i = 0; i < 2 * agent.model.total_outcomes(); ++i) {
      per_step.push_back(random.uniform());
    }
    for (size_t m = 0; m < desc.modalities.size(); ++m) {
      ModalityDesc& modality = desc.modalities[m];
      const double* own = &per_step[agent.model.modalities()[m].outcome_offset];
      modality.preferences.clear();
      for (size_t o = 0; o < modality.num_outcomes; ++o) {
        modality.preferences.push_back(own[o]);
        modality.preferences.push_back(own[o + agent.model.total_outcomes()]);
      }
    }
    const PlainPlanner plain{desc};
    PlanningSettings<double> settings;
    settings.log_preferences = per_step;
    agent.plan(settings);
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      assert_near(agent.neg_efe[p], plain.score(agent, p, 1), 1e-10);
    }
  }
}

void terms_sum_to_the_score_to_the_last_bit(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    for (const Convention& convention : {Convention{}, kPymdpLegacy}) {
      Agent<double> agent(random_model(which, convention));
      agent.infer(random_observation(agent.model, which));
      PlanningSettings<double> settings;
      settings.info_gain_weight = 0.1 * static_cast<double>(which % 30);
      settings.use_utility = which % 5 != 0;
      settings.use_states_info_gain = which % 7 != 0;
      agent.plan(settings);
      const size_t count = num_terms(agent.model);
      for (size_t p = 0; p < agent.policies().size(); ++p) {
        const auto terms = std::span(agent.terms).subspan(p * count, count);
        assert_true(sum_terms<double>(terms) == agent.neg_efe[p]);
        assert_true(settings.use_states_info_gain || terms.back() == 0);
        for (size_t m = 0; m + 1 < count; ++m) {
          assert_true(settings.use_utility || terms[m] == 0);
        }
      }
    }
  }
}

void best_continuation_is_the_best_policy_of_each_first_action(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    agent.plan();
    std::vector<uint32_t> best(agent.policies().num_first_actions());
    best_continuations<double>(agent.policies(), agent.neg_efe, best);
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      const uint32_t other = best[agent.policies().first_action(p)];
      assert_int_equal(agent.policies().first_action(other), agent.policies().first_action(p));
      assert_true(agent.neg_efe[p] < agent.neg_efe[other] || other <= p);
      assert_true(agent.neg_efe[p] <= agent.neg_efe[other]);
    }
  }
}

void pruning_keeps_the_best_first_actions_with_the_same_scores(void**) {
  size_t pruned_models = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    Agent<double> one_step(desc, 1);
    one_step.plan();
    Agent<double> whole(desc);
    whole.plan();
    Agent<double> pruned(desc);
    PlanningSettings<double> settings;
    settings.keep_first_actions = 2;
    pruned.plan(settings);
    size_t kept = 0;
    for (size_t p = 0; p < whole.policies().size(); ++p) {
      const uint32_t first = whole.policies().first_action(p);
      size_t better = 0;
      for (size_t other = 0; other < one_step.neg_efe.size(); ++other) {
        const double difference = one_step.neg_efe[other] - one_step.neg_efe[first];
        better += difference > 0 || (difference == 0 && other < first) ? 1 : 0;
      }
      if (better < 2) {
        assert_true(pruned.neg_efe[p] == whole.neg_efe[p]);
        ++kept;
      } else {
        assert_true(pruned.neg_efe[p] == kPrunedScore);
        assert_true(pruned.q_pi[p] == 0);
      }
    }
    assert_distribution<double>(pruned.q_pi, 1e-12);
    pruned_models += kept < whole.policies().size() ? 1 : 0;
  }
  assert_true(pruned_models > kModels / 2);
}

void predictions_of_a_first_action_are_the_next_prior(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    agent.plan();
    std::vector<double> predicted(agent.q.size());
    std::vector<double> next(agent.q.size());
    std::vector<double> outcomes(agent.model.total_outcomes());
    for (size_t node = 0; node < agent.policies().num_first_actions(); ++node) {
      const auto action = agent.policies().node_actions(node);
      predicted_states<double>(agent.model, agent.graph, agent.workspace, node, predicted);
      predict_states<double>(agent.model, agent.q, action, next, agent.workspace);
      assert_true(predicted == next);
      predicted_outcomes<double>(agent.model, agent.graph, agent.workspace, node, outcomes);
      for (const Modality<double>& modality : agent.model.modalities()) {
        const std::span<const double> all(outcomes);
        assert_distribution(all.subspan(modality.outcome_offset, modality.num_outcomes), 1e-12);
      }
    }
  }
}

void agents_that_share_a_workspace_do_not_disturb_each_other(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> fresh(random_model(which));
    Agent<double> used(random_model(which));
    for (uint64_t other = 0; other < 3; ++other) {
      used.infer(random_observation(used.model, 1000 + other));
      PlanningSettings<double> settings;
      settings.keep_first_actions = 1;
      used.plan(settings);
    }
    const auto observation = random_observation(fresh.model, which);
    fresh.infer(observation);
    fresh.plan();
    used.infer(observation);
    used.plan();
    assert_true(fresh.q == used.q);
    assert_true(fresh.neg_efe == used.neg_efe);
  }
}

void thinking_does_not_allocate(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Agent<double> agent(random_model(which));
    const auto observation = random_observation(agent.model, which);
    std::vector<double> first(agent.policies().num_first_actions());
    PlanningSettings<double> settings;
    settings.keep_first_actions = static_cast<uint32_t>(which % 3);
    const size_t before = allocations;
    agent.infer(observation);
    agent.plan(settings);
    first_action_marginals<double>(agent.policies(), agent.q_pi, first);
    sharpen<double>(first, 2.0, LogForm::kClamp, first);
    const size_t node = most_likely<double>(first);
    predicted_states<double>(agent.model, agent.graph, agent.workspace, node, agent.prior);
    assert_int_equal(allocations - before, 0);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(beliefs_and_choices_are_distributions),
      cmocka_unit_test(float_beliefs_are_near_those_in_double),
      cmocka_unit_test(free_energy_never_rises_under_sequential_updates),
      cmocka_unit_test(reported_free_energy_is_that_of_the_beliefs),
      cmocka_unit_test(posterior_of_a_single_factor_is_bayes_rule),
      cmocka_unit_test(posterior_is_a_fixed_point_of_the_mean_field_equations),
      cmocka_unit_test(absent_observation_leaves_the_prior),
      cmocka_unit_test(observation_without_precision_counts_as_absent),
      cmocka_unit_test(impossible_observations_stay_finite),
      cmocka_unit_test(scores_over_the_prefix_tree_equal_those_policy_by_policy),
      cmocka_unit_test(own_preferences_take_the_place_of_the_models),
      cmocka_unit_test(terms_sum_to_the_score_to_the_last_bit),
      cmocka_unit_test(best_continuation_is_the_best_policy_of_each_first_action),
      cmocka_unit_test(pruning_keeps_the_best_first_actions_with_the_same_scores),
      cmocka_unit_test(predictions_of_a_first_action_are_the_next_prior),
      cmocka_unit_test(agents_that_share_a_workspace_do_not_disturb_each_other),
      cmocka_unit_test(thinking_does_not_allocate),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
