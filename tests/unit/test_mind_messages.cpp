// Marginal message passing over windows of random models.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "count_allocations.h"
#include "mind/message_passing.h"
#include "mind/terms_of_states.h"
#include "test_mind_support.h"

namespace {

using namespace dks::mind;
using dks::test::allocations;

// A model with a window of random outcomes and actions.
template <class Real>
struct Passer : Agent<Real> {
  Passer(const ModelDesc& desc, uint64_t which, size_t moments)
      : Agent<Real>(desc, 1 + which % 2),
        scratch(std::move(*MessagePassingWorkspace<Real>::make(this->model, moments))),
        beliefs(
            this->policies().size() * num_moments(this->policies(), moments) *
            this->model.total_states()
        ),
        evidence(this->policies().size()) {
    for (size_t moment = 0; moment < moments; ++moment) {
      const auto seen = random_observation(this->model, 10 * which + moment);
      outcomes.insert(outcomes.end(), seen.begin(), seen.end());
      dks::Random random(13, which, moment, 0);
      for (const uint32_t controls : this->model.num_controls()) {
        actions.push_back(static_cast<int32_t>(random.below(controls)));
      }
    }
    actions.resize((moments - 1) * this->model.num_factors());
  }

  size_t moments() const {
    return beliefs.size() / this->policies().size() / this->model.total_states();
  }
  void pass() {
    pass_messages<Real>(
        this->model,
        this->graph,
        {outcomes, actions, this->prior},
        settings,
        beliefs,
        evidence,
        scratch
    );
  }
  std::span<const Real> belief(size_t policy, size_t moment, size_t f) const {
    const Factor<Real>& factor = this->model.factors()[f];
    const size_t first = (policy * moments() + moment) * this->model.total_states();
    return std::span(beliefs).subspan(first + factor.state_offset, factor.num_states);
  }

  MessagePassingSettings settings;
  MessagePassingWorkspace<Real> scratch;
  std::vector<int32_t> outcomes;
  std::vector<int32_t> actions;
  std::vector<Real> beliefs;
  std::vector<Real> evidence;
};

// The messages as the header writes them, each sum over all joint states of all factors.
struct PlainMessages {
  const ModelDesc& desc;
  const Passer<double>& agent;
  size_t policy;

  using Moment = std::vector<std::vector<double>>;
  using States = std::vector<size_t>;

  static double log(double p) { return std::log(std::max(p, 2.220446049250313e-16)); }

  template <class Visit>
  void for_states(Visit visit) const {
    States states(desc.factors.size(), 0);
    for (bool more = true; more;) {
      visit(states);
      more = false;
      for (size_t f = states.size(); f-- > 0 && !more;) {
        more = ++states[f] < desc.factors[f].num_states;
        states[f] = more ? states[f] : 0;
      }
    }
  }

  size_t index(std::span<const uint32_t> parents, const States& states) const {
    size_t flat = 0;
    for (const uint32_t parent : parents) {
      flat = flat * desc.factors[parent].num_states + states[parent];
    }
    return flat;
  }

  // Probability of all factors' states but f's; of all of them where f is none.
  static double others(const Moment& q, const States& states, size_t f) {
    double p = 1;
    for (size_t k = 0; k < states.size(); ++k) {
      p *= k == f ? 1 : q[k][states[k]];
    }
    return p;
  }

  double likelihood(size_t moment, const States& states) const {
    double p = 1;
    for (size_t m = 0; m < desc.modalities.size(); ++m) {
      const ModalityDesc& modality = desc.modalities[m];
      const int32_t outcome = agent.outcomes[moment * desc.modalities.size() + m];
      const size_t joint = joint_size(desc, modality.parents);
      p *= outcome < 0
               ? 1
               : modality.likelihood
                     [static_cast<size_t>(outcome) * joint + index(modality.parents, states)];
    }
    return p;
  }

  double transition(size_t moment, size_t f, size_t next, const States& states) const {
    const FactorDesc& factor = desc.factors[f];
    const size_t known = agent.actions.size() / desc.factors.size();
    const int32_t action = moment < known ? agent.actions[moment * desc.factors.size() + f]
                                          : agent.policies().step(policy, moment - known)[f];
    const size_t joint = joint_size(desc, factor.parents);
    const size_t column = index(factor.parents, states);
    return factor
        .transition[(next * joint + column) * factor.num_controls + static_cast<size_t>(action)];
  }

  // One factor's states as seen from another moment: sum of value(states) over all others.
  template <class Value>
  std::vector<double> marginal(const Moment& q, size_t f, Value value) const {
    std::vector<double> out(desc.factors[f].num_states, 0.0);
    for_states([&](const States& states) { out[states[f]] += others(q, states, f) * value(states); }
    );
    return out;
  }

  std::vector<double> from_future(const std::vector<Moment>& q, size_t moment, size_t f) const {
    std::vector<double> sum(desc.factors[f].num_states, 0.0);
    for (size_t child = 0; child < desc.factors.size(); ++child) {
      const auto& parents = desc.factors[child].parents;
      if (std::ranges::find(parents, f) == parents.end()) {
        continue;
      }
      std::vector<double> message(sum.size(), 0.0);
      for (size_t next = 0; next < desc.factors[child].num_states; ++next) {
        const auto column = marginal(q[moment], f, [&](const States& states) {
          return transition(moment, child, next, states);
        });
        double total = 0;
        for (const double p : column) {
          total += p + 1e-16;
        }
        for (size_t s = 0; s < sum.size(); ++s) {
          message[s] += (column[s] + 1e-16) / total * q[moment + 1][child][next];
        }
      }
      for (size_t s = 0; s < sum.size(); ++s) {
        sum[s] += log(message[s]);
      }
    }
    return sum;
  }

  double update(std::vector<Moment>& q, size_t past, size_t moment, size_t f) const {
    std::vector<double>& own = q[moment][f];
    const bool has_future = moment + 2 < q.size();
    const double count = has_future ? 2 : 1;
    const auto expected = marginal(q[moment], f, [&](const States& states) {
      return moment < past ? likelihood(moment, states) : 1;
    });
    std::vector<double> before(agent.Agent<double>::belief(f).size(), 0.0);
    for (size_t s = 0; s < before.size(); ++s) {
      if (moment == 0) {
        before[s] = agent.prior[agent.model.factors()[f].state_offset + s];
      } else {
        for_states([&](const States& states) {
          before[s] +=
              others(q[moment - 1], states, states.size()) * transition(moment - 1, f, s, states);
        });
      }
    }
    const auto after = has_future ? from_future(q, moment, f) : std::vector(own.size(), 0.0);
    std::vector<double> error;
    double mean = 0;
    double evidence = 0;
    const bool is_edge = moment == 0 || moment + 1 == q.size();
    const auto factors = static_cast<double>(desc.factors.size());
    for (size_t s = 0; s < own.size(); ++s) {
      const double seen = moment < past ? log(expected[s]) : 0;
      error.push_back(count * seen + log(before[s]) + after[s] - count * log(own[s]));
      mean += error.back() / static_cast<double>(own.size());
      evidence += own[s] * 0.5 * (error.back() - (is_edge ? 0 : (factors - 1) * seen / factors));
    }
    double total = 0;
    for (size_t s = 0; s < own.size(); ++s) {
      const double seen = moment < past ? log(expected[s]) : 0;
      const double logit = agent.settings.form == MessagePassingForm::kGradient
                               ? log(own[s]) + agent.settings.step_size * (error[s] - mean)
                               : seen + (log(before[s]) + after[s]) / count;
      own[s] = std::exp(logit);
      total += own[s];
    }
    for (double& p : own) {
      p /= total;
    }
    return evidence;
  }

  double run(std::vector<Moment>& q, size_t past) const {
    double evidence = 0;
    for (int32_t i = 0; i < agent.settings.iterations; ++i) {
      evidence = 0;
      for (size_t moment = 0; moment < q.size(); ++moment) {
        for (size_t f = 0; f < desc.factors.size(); ++f) {
          evidence += update(q, past, moment, f);
        }
      }
    }
    return evidence;
  }
};

void beliefs_and_evidence_equal_the_messages_written_out(void**) {
  size_t compared = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    const size_t past = 1 + which % 3;
    Passer<double> agent(desc, which, past);
    if (agent.scratch.joint_size > 40) {
      continue;  // the sums of the test are slow
    }
    agent.settings.iterations = 4;
    agent.settings.form =
        which % 2 == 0 ? MessagePassingForm::kGradient : MessagePassingForm::kFixedPoint;
    agent.pass();
    const size_t policy = which % agent.policies().size();
    PlainMessages::Moment uniform;
    for (const FactorDesc& factor : desc.factors) {
      uniform.emplace_back(factor.num_states, 1.0 / factor.num_states);
    }
    std::vector<PlainMessages::Moment> q(agent.moments(), uniform);
    const double evidence = PlainMessages{desc, agent, policy}.run(q, past);
    assert_near(agent.evidence[policy], evidence, 1e-9);
    for (size_t moment = 0; moment < q.size(); ++moment) {
      for (size_t f = 0; f < desc.factors.size(); ++f) {
        for (size_t s = 0; s < q[moment][f].size(); ++s) {
          assert_near(agent.belief(policy, moment, f)[s], q[moment][f][s], 1e-9);
        }
      }
    }
    ++compared;
  }
  assert_true(compared > kModels / 4);
}

// Small steps along the gradient end where the fixed point is.
void both_forms_come_to_rest_at_the_same_beliefs(void**) {
  size_t compared = 0;
  for (uint64_t which = 0; which < kModels; ++which) {
    const ModelDesc desc = random_model(which);
    if (desc.factors.size() > 1) {
      continue;
    }
    Passer<double> agent(desc, which, 1 + which % 3);
    agent.settings.iterations = 200;
    agent.pass();
    const std::vector<double> gradient = agent.beliefs;
    const std::vector<double> evidence = agent.evidence;
    agent.settings.form = MessagePassingForm::kFixedPoint;
    agent.pass();
    for (size_t i = 0; i < gradient.size(); ++i) {
      assert_near(agent.beliefs[i], gradient[i], 1e-6);
    }
    for (size_t p = 0; p < evidence.size(); ++p) {
      assert_near(agent.evidence[p], evidence[p], 1e-5);
    }
    ++compared;
  }
  assert_true(compared > kModels / 6);
}

template <class Real>
void assert_finite_distributions(const Convention& convention, double tolerance) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Passer<Real> agent(random_model(which, convention), which, 1 + which % 4);
    agent.settings.step_size = 0.1 + 0.1 * static_cast<double>(which % 10);
    agent.pass();
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      assert_true(std::isfinite(agent.evidence[p]));
      for (size_t moment = 0; moment < agent.moments(); ++moment) {
        for (size_t f = 0; f < agent.model.num_factors(); ++f) {
          assert_distribution<Real>(agent.belief(p, moment, f), tolerance);
        }
      }
    }
  }
}

void beliefs_are_distributions_whatever_is_seen(void**) {
  assert_finite_distributions<double>({}, 1e-12);
  assert_finite_distributions<double>(kPymdpLegacy, 1e-12);
  assert_finite_distributions<float>({}, 1e-5);
}

// One place that stays or moves round a ring of three, and is seen as it is.
ModelDesc seen_ring() {
  ModelDesc desc;
  FactorDesc place{"place", 3, 2, {}, std::vector<double>(18), {}};
  ModalityDesc seen{"seen", 3, {}, std::vector<double>(9, 0.05), {}};
  for (size_t from = 0; from < 3; ++from) {
    place.transition[(from * 3 + from) * 2] = 1;
    place.transition[((from + 1) % 3 * 3 + from) * 2 + 1] = 1;
    seen.likelihood[from * 3 + from] = 0.9;
  }
  desc.factors = {place};
  desc.modalities = {seen};
  return desc;
}

void what_fits_the_actions_has_more_evidence_and_the_past_is_learnt_from_the_present(void**) {
  Passer<double> agent(seen_ring(), 0, 3);
  agent.settings.iterations = 60;
  agent.outcomes = {-1, -1, 2};
  agent.actions = {1, 0};
  agent.pass();
  // Two moments ago nothing was seen; the place then was the one before the present one.
  assert_true(agent.belief(0, 0, 0)[1] > 0.8);
  assert_true(agent.belief(0, 2, 0)[2] > 0.8);
  agent.outcomes = {0, 1, 1};
  agent.pass();
  const double fits = agent.evidence[0];
  agent.outcomes = {0, 0, 1};
  agent.pass();
  assert_true(agent.evidence[0] < fits - 0.5);
}

void one_prior_for_all_policies_is_that_prior_for_each(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Passer<double> agent(random_model(which), which, 2);
    agent.pass();
    const std::vector<double> beliefs = agent.beliefs;
    const std::vector<double> one = agent.prior;
    agent.prior.clear();
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      agent.prior.insert(agent.prior.end(), one.begin(), one.end());
    }
    agent.pass();
    assert_true(agent.beliefs == beliefs);
  }
}

// With beliefs that were pushed forward, the window's scores are those of a plan and the present's.
void scores_of_a_window_are_those_of_its_beliefs(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Passer<double> agent(random_model(which), which, 1);
    const std::vector<double> values(agent.model.total_states(), 0.25);
    PlanningSettings<double> settings;
    settings.info_gain_weight = 0.1 * static_cast<double>(which % 20);
    settings.log_preferences = agent.model.log_preferences(0);
    settings.state_values =
        which % 2 == 0 ? std::span<const double>(values) : std::span<const double>();
    const size_t count = num_terms(agent.model, settings);
    agent.terms.resize(agent.policies().size() * count);
    agent.plan(settings);
    const std::vector<double> planned = agent.terms;
    const size_t states = agent.model.total_states();
    for (size_t p = 0; p < agent.policies().size(); ++p) {
      uint32_t node = agent.policies().leaf(p);
      for (size_t moment = agent.moments(); moment-- > 1;) {
        const auto out =
            std::span(agent.beliefs).subspan((p * agent.moments() + moment) * states, states);
        predicted_states<double>(agent.model, agent.graph, agent.workspace, node, out);
        node = agent.policies().nodes()[node].parent;
      }
      std::ranges::copy(agent.q, &agent.beliefs[p * agent.moments() * states]);
    }
    std::vector<double> scores(agent.policies().size());
    std::vector<double> terms(planned.size());
    expected_free_energy_of_window<double>(
        agent.model, agent.graph, settings, agent.beliefs, scores, agent.scratch, terms
    );
    std::vector<double> present(count, 0.0);
    add_terms_of_states<double>(
        agent.model, settings, 0, agent.q, agent.scratch.inference, present
    );
    for (size_t p = 0; p < scores.size(); ++p) {
      const auto own = std::span<const double>(terms).subspan(p * count, count);
      assert_true(sum_terms<double>(own) == scores[p]);
      for (size_t i = 0; i < count; ++i) {
        assert_near(own[i], planned[p * count + i] + present[i], 1e-11);
      }
    }
  }
}

void windows_of_nothing_and_of_too_much_are_refused(void**) {
  const Agent<double> agent(seen_ring(), 1);
  const auto none = MessagePassingWorkspace<double>::make(agent.model, 0);
  assert_string_equal(
      none.error().text.c_str(), "message passing: a window of 0 moments, expected at least 1"
  );
  ModelDesc desc;
  for (size_t f = 0; f < 40; ++f) {
    desc.factors.push_back({"", 2, 1, {}, {1, 0, 0, 1}, {}});
  }
  desc.modalities = {{"", 1, {0}, {1, 1}, {}}};
  const auto model = GenerativeModel<double>::build(desc);
  const auto large = MessagePassingWorkspace<double>::make(*model, 1);
  assert_false(large.ok());
  assert_true(large.error().text.starts_with("message passing: a window of 1 moments over "));
}

void passing_messages_does_not_allocate(void**) {
  for (uint64_t which = 0; which < 20; ++which) {
    Passer<double> agent(random_model(which), which, 3);
    std::vector<double> scores(agent.policies().size());
    const uint64_t before = allocations;
    agent.pass();
    expected_free_energy_of_window<double>(
        agent.model, agent.graph, {}, agent.beliefs, scores, agent.scratch, agent.terms
    );
    assert_int_equal(allocations - before, 0);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(beliefs_and_evidence_equal_the_messages_written_out),
      cmocka_unit_test(both_forms_come_to_rest_at_the_same_beliefs),
      cmocka_unit_test(beliefs_are_distributions_whatever_is_seen),
      cmocka_unit_test(
          what_fits_the_actions_has_more_evidence_and_the_past_is_learnt_from_the_present
      ),
      cmocka_unit_test(one_prior_for_all_policies_is_that_prior_for_each),
      cmocka_unit_test(scores_of_a_window_are_those_of_its_beliefs),
      cmocka_unit_test(windows_of_nothing_and_of_too_much_are_refused),
      cmocka_unit_test(passing_messages_does_not_allocate),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
