// Never NaN, never infinite: models, counts and settings at the edge of what is accepted.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "mind/inductive.h"
#include "mind/message_passing.h"
#include "mind/precision.h"
#include "mind/sophisticated.h"
#include "mind_learning_support.h"

#include <array>

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)
using dks::Random;

#ifdef NDEBUG
constexpr uint64_t kExtremes = 2000;
constexpr size_t kLongLife = 10000000;
#else
constexpr uint64_t kExtremes = 200;  // unoptimised and under sanitizers
constexpr size_t kLongLife = 100000;
#endif

template <class T, size_t kCount>
T any_of(const std::array<T, kCount>& choices, Random& random) {
  return choices[random.below(kCount)];
}

// Certain, even, or with zeros, column by column.
std::vector<double> extreme_distributions(size_t rows, size_t columns, Random& random) {
  std::vector<double> out = random_distributions(rows, columns, random);
  for (size_t c = 0; c < columns; ++c) {
    const uint32_t kind = random.below(4);
    const size_t certain = random.below(static_cast<uint32_t>(rows));
    for (size_t r = 0; r < rows && kind < 2; ++r) {
      const double even = 1.0 / static_cast<double>(rows);
      out[r * columns + c] = kind == 0 ? (r == certain ? 1.0 : 0.0) : even;
    }
  }
  return out;
}

ModelDesc extreme_model(uint64_t which, const Convention& convention) {
  Random random(17, which, 0, 0);
  const std::array<double, 5> sizes = {1e-300, 1e-3, 1, 16, 1e9};
  const std::array<double, 5> liked = {0, 1, -3, 1e9, -1e9};
  const bool is_single = random.bernoulli(0.1);
  ModelDesc desc;
  desc.convention = convention;
  desc.gamma = any_of(sizes, random);
  desc.alpha = any_of(sizes, random);
  desc.factors.resize(1 + random.below(3));
  for (FactorDesc& factor : desc.factors) {
    factor.num_states = is_single ? 1 : 1 + random.below(3);
    factor.num_controls = 1 + random.below(2);
    factor.initial = extreme_distributions(factor.num_states, 1, random);
  }
  for (FactorDesc& factor : desc.factors) {
    factor.parents = random_parents(desc.factors.size(), random);
    const size_t columns = joint_size(desc, factor.parents) * factor.num_controls;
    factor.transition = extreme_distributions(factor.num_states, columns, random);
  }
  desc.modalities.resize(1 + random.below(3));
  for (ModalityDesc& modality : desc.modalities) {
    modality.num_outcomes = 1 + random.below(4);
    modality.parents = random_parents(desc.factors.size(), random);
    const size_t columns = joint_size(desc, modality.parents);
    modality.likelihood = extreme_distributions(modality.num_outcomes, columns, random);
    for (size_t o = 0; o < modality.num_outcomes; ++o) {
      modality.preferences.push_back(any_of(liked, random));
    }
  }
  return desc;
}

// Counts of any size, also none in a whole tensor.
std::vector<double> extreme_counts(size_t size, Random& random) {
  const std::array<double, 6> choices = {0, 0, 1e-12, 0.3, 1, kLargestCount};
  std::vector<double> counts(size, 0.0);
  for (double& count : counts) {
    count = any_of(choices, random);
  }
  if (random.bernoulli(0.2)) {
    counts.assign(size, 0.0);
  }
  return counts;
}

LearningDesc extreme_learning(const ModelDesc& desc, size_t policies, uint64_t which) {
  Random random(18, which, 0, 0);
  LearningDesc learning;
  for (const ModalityDesc& modality : desc.modalities) {
    learning.likelihood.push_back(extreme_counts(modality.likelihood.size(), random));
    learning.preferences.push_back(
        which % 3 == 0 ? extreme_counts(modality.num_outcomes, random) : std::vector<double>()
    );
  }
  for (const FactorDesc& factor : desc.factors) {
    learning.transition.push_back(extreme_counts(factor.transition.size(), random));
    learning.initial.push_back(extreme_counts(factor.num_states, random));
  }
  if (which % 2 == 0) {
    learning.policy_prior = extreme_counts(policies, random);
  }
  return learning;
}

template <class Real>
void assert_finite(std::span<const Real> values) {
  assert_true(std::ranges::all_of(values, [](Real value) { return std::isfinite(value); }));
}

template <class Real>
struct Extreme {
  Extreme(const ModelDesc& desc, uint64_t which)
      : random(19, which, 0, 0), learner(make(desc, which)), learned(learner.learned) {
    const std::array<Real, 4> rates = {0, Real(0.3), 1, Real(1e6)};
    const std::array<Real, 4> kept = {0, Real(0.5), Real(0.999), 1};
    learner.settings = {any_of(rates, random), any_of(kept, random)};
    precision.resize(desc.modalities.size());
    q_pi.resize(policies().size());
    p_pi.resize(policies().size());
    marginals.resize(model().total_controls());
    state_values.resize(model().total_states());
  }

  // The number of policies is that of the enumeration.
  static Learner<Real> make(const ModelDesc& desc, uint64_t which) {
    size_t policies = 1;
    for (const FactorDesc& factor : desc.factors) {
      policies *= factor.num_controls * factor.num_controls;
    }
    return Learner<Real>(desc, extreme_learning(desc, policies, which), 2);
  }

  const GenerativeModel<Real>& model() const { return learner.model(); }
  const Policies& policies() const { return learner.graph.policies(); }

  void assert_beliefs(std::span<const Real> q) const {
    for (const Factor<Real>& factor : model().factors()) {
      assert_distribution<Real>(q.subspan(factor.state_offset, factor.num_states), 1e-5);
    }
  }

  void assert_model() const {
    for (const Modality<Real>& modality : model().modalities()) {
      for (const auto values :
           {modality.likelihood, modality.log_likelihood, modality.ambiguity, modality.novelty}) {
        assert_finite(values);
      }
    }
    for (const Factor<Real>& factor : model().factors()) {
      assert_finite(factor.transition);
      assert_finite(factor.novelty);
    }
    assert_finite<Real>(learner.counts);
    assert_finite(model().initial_states());
    assert_finite(model().log_preferences(0));
    assert_finite(model().log_policy_prior());
  }

  void perceive() {
    const std::array<Real, 4> weights = {0, 1, 1, Real(1e6)};
    for (Real& weight : precision) {
      weight = any_of(weights, random);
    }
    outcomes = random_observation(model(), random.next_u64());
    const auto result = infer_states<Real>(
        model(), learner.prior, {outcomes, precision}, learner.q, learner.workspace
    );
    assert_beliefs(learner.q);
    assert_true(std::isfinite(result.free_energy.value()));
    assert_true(std::isfinite(result.free_energy.accuracy));
  }

  void learn() {
    learned.learn_likelihood(learner.counts, outcomes, learner.q, learner.settings);
    learned.learn_transition(learner.counts, action, learner.before, learner.q, learner.settings);
    learned.learn_initial(learner.counts, learner.q, learner.settings);
    learned.learn_preferences(learner.counts, outcomes, learner.settings);
    assert_model();
  }

  void choose() {
    PlanningSettings<Real> settings;
    settings.state_values = state_values;
    const size_t states = model().total_states();
    GoalDesc goals;
    for (size_t s = 0; s < states; ++s) {
      goals.goals.push_back(random.bernoulli(0.3) ? 1.0 : 0.0);
    }
    goals.epsilon = 1e-300;
    const auto built = Goals<Real>::build(model(), goals);
    built->state_values(model(), learner.q, state_values);
    learner.terms.resize(policies().size() * num_terms(model(), settings));
    learner.plan(settings);
    assert_finite<Real>(learner.neg_efe);
    assert_finite<Real>(learner.terms);
    policy_posterior<Real>(learner.neg_efe, model().gamma(), model().log_policy_prior(), q_pi);
    assert_distribution<Real>(q_pi, 1e-5);
    learned.learn_policy_prior(learner.counts, q_pi, learner.settings);
    action_marginals<Real>(policies(), model().num_controls(), q_pi, marginals);
    assert_finite<Real>(marginals);
    sharpen<Real>(q_pi, model().alpha(), model().convention().log, p_pi);
    assert_distribution<Real>(p_pi, 1e-5);
    const auto chosen = sample<Real>(p_pi, static_cast<Real>(random.uniform()));
    action.assign(policies().step(chosen, 0).begin(), policies().step(chosen, 0).end());
  }

  void weigh() {
    const std::array<Real, 4> seen = {0, -1, Real(-1e3), Real(1e9)};
    std::vector<Real> evidence(policies().size());
    for (Real& value : evidence) {
      value = any_of(seen, random);
    }
    const Real gamma = infer_precision<Real>(
        model().gamma(), {}, learner.neg_efe, evidence, model().log_policy_prior(), q_pi, p_pi
    );
    assert_true(gamma >= Real(1.0 / 1024) && gamma <= Real(1024));
    assert_distribution<Real>(q_pi, 1e-5);
    assert_distribution<Real>(p_pi, 1e-5);
  }

  void move() {
    learner.before = learner.q;
    predict_states<Real>(model(), learner.before, action, learner.prior, learner.workspace);
    assert_beliefs(learner.prior);
  }

  void search() {
    const auto graph =
        PlanningGraph::build(model(), *Policies::enumerate(model().num_controls(), 1));
    SearchSettings<Real> settings;
    settings.depth = 3;
    settings.keep_actions = 2;
    settings.keep_outcomes = 2;
    settings.gamma = std::min(1e9, static_cast<double>(model().gamma()));
    settings.penalty = 1e9;
    settings.renormalise = random.bernoulli(0.5);
    auto workspace = SearchWorkspace<Real>::make(model(), *graph, settings);
    assert_true(workspace.ok());
    std::vector<Real> scores(graph->policies().size());
    sophisticated_search<Real>(model(), *graph, {}, settings, learner.q, scores, *workspace);
    assert_finite<Real>(scores);
  }

  void look_back() {
    MessagePassingSettings settings;
    settings.form =
        random.bernoulli(0.5) ? MessagePassingForm::kGradient : MessagePassingForm::kFixedPoint;
    auto workspace = MessagePassingWorkspace<Real>::make(model(), 1);
    const size_t moments = num_moments(policies(), 1);
    std::vector<Real> q(policies().size() * moments * model().total_states());
    std::vector<Real> evidence(policies().size());
    pass_messages<Real>(
        model(), learner.graph, {outcomes, {}, learner.prior}, settings, q, evidence, *workspace
    );
    assert_finite<Real>(evidence);
    for (size_t first = 0; first < q.size(); first += model().total_states()) {
      assert_beliefs(std::span<const Real>(q).subspan(first, model().total_states()));
    }
    std::vector<Real> terms(policies().size() * num_terms(model()));
    expected_free_energy_of_window<Real>(
        model(), learner.graph, {}, q, learner.neg_efe, *workspace, terms
    );
    assert_finite<Real>(learner.neg_efe);
    assert_finite<Real>(terms);
  }

  Random random;
  Learner<Real> learner;
  LearnedModel<Real>& learned;
  std::vector<Real> precision;
  std::vector<int32_t> outcomes;
  std::vector<int32_t> action;
  std::vector<Real> q_pi;
  std::vector<Real> p_pi;
  std::vector<Real> marginals;
  std::vector<Real> state_values;
};

template <class Real>
void live_at_the_edge(uint64_t which) {
  std::array<Convention, 5> conventions = {Convention{}, kPymdp, kPymdpLegacy, kSpm, Convention{}};
  conventions[4].inference.method = InferenceMethod::kExact;
  const ModelDesc desc = extreme_model(which, conventions[which % conventions.size()]);
  Extreme<Real> agent(desc, which);
  agent.assert_model();
  for (int step = 0; step < 4; ++step) {
    agent.perceive();
    if (step > 0) {
      agent.learn();
    }
    agent.choose();
    agent.weigh();
    agent.look_back();
    agent.move();
  }
  if (which % 2 != 0) {
    agent.search();  // a list of policies with habits is no list of actions
  }
}

void nothing_is_infinite_in_double(void**) {
  for (uint64_t which = 0; which < kExtremes; ++which) {
    live_at_the_edge<double>(which);
  }
}

void nothing_is_infinite_in_float(void**) {
  for (uint64_t which = 0; which < kExtremes; ++which) {
    live_at_the_edge<float>(which);
  }
}

// Two states and a factor of one; structural zeros in A and B, and outcomes that no state allows.
template <class Real>
void live_long(const LearningSettings<Real>& settings, size_t steps) {
  ModelDesc desc;
  desc.factors = {
      {"", 2, 2, {}, {0.75, 0.5, 0.5, 0, 0.25, 0.5, 0.5, 1}, {}}, {"", 1, 1, {}, {1}, {}}};
  desc.modalities = {{"", 3, {0}, {0.5, 0.5, 0.5, 0.5, 0, 0}, {}}};
  LearningDesc learning;
  learning.likelihood = {{1, 1, 1, 1, 0, 0}};
  learning.transition = {{3, 1, 1, 0, 1, 1, 1, 2}, {1}};
  learning.parameter_info_gain = false;
  Learner<Real> learner(desc, learning, 1);
  learner.settings = settings;
  const std::array<int32_t, 7> seen = {0, 0, 0, 1, 1, 2, -1};
  const std::array<std::array<int32_t, 2>, 2> actions = {{{0, 0}, {1, 0}}};
  for (size_t t = 0; t < steps; ++t) {
    learner.act(actions[t / 3 % 2], std::span(seen).subspan(t * 5 % 7, 1));
  }
  const GenerativeModel<Real>& model = learner.model();
  assert_finite<Real>(learner.counts);
  assert_finite(model.modalities()[0].log_likelihood);
  assert_finite(model.modalities()[0].ambiguity);
  for (size_t column = 0; column < 2; ++column) {
    assert_distribution(model.modalities()[0].likelihood.subspan(3 * column, 3), 1e-5);
  }
  for (size_t column = 0; column < 4; ++column) {
    assert_distribution(model.factors()[0].transition.subspan(2 * column, 2), 1e-5);
  }
  assert_true(model.modalities()[0].likelihood[2] == 0);
  assert_distribution<Real>(std::span<const Real>(learner.q).first(2), 1e-5);
}

void ten_million_steps_of_learning_stay_finite(void**) {
  live_long<double>({1, 1}, kLongLife);
  live_long<float>({1, 0.99F}, kLongLife);
  live_long<double>({0.1, 0.5}, kLongLife / 10);
  live_long<float>({1, 1}, kLongLife / 10);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_infinite_in_double),
      cmocka_unit_test(nothing_is_infinite_in_float),
      cmocka_unit_test(ten_million_steps_of_learning_stay_finite),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
