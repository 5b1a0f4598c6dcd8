// Parameter information gain where planning goes beyond one list of policies: with state values,
// in sophisticated search, and over windows.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "mind/message_passing.h"
#include "mind/sophisticated.h"
#include "mind/terms_of_states.h"
#include "mind_learning_support.h"

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)

Learner<double> random_learner(uint64_t which, size_t depth) {
  const ModelDesc desc = random_model(which);
  Learner<double> learner(desc, random_learning(desc, which, Zeros::kAsTheModel), depth);
  live(learner, which * 100, 2);
  return learner;
}

void state_values_come_after_the_gains(void**) {
  for (uint64_t which = 0; which < kModels; which += 2) {
    Learner<double> learner = random_learner(which, 2);
    PlanningSettings<double> settings;
    settings.parameter_info_gain_weight = 0.1 * static_cast<double>(which % 7);
    learner.plan(settings);
    const std::vector<double> without = learner.terms;
    const std::vector<double> values(learner.base.total_states(), 0.25);
    settings.state_values = values;
    const size_t own = num_terms(learner.model());
    const size_t count = num_terms(learner.model(), settings);
    assert_int_equal(count, own + 1);
    learner.terms.resize(learner.neg_efe.size() * count);
    learner.plan(settings);
    const double worth = 0.25 * 2 * static_cast<double>(learner.base.num_factors());
    for (size_t p = 0; p < learner.neg_efe.size(); ++p) {
      const auto terms = std::span<const double>(learner.terms).subspan(p * count, count);
      assert_true(std::ranges::equal(terms.first(own), std::span(without).subspan(p * own, own)));
      assert_near(terms.back(), worth, 1e-12);
      assert_true(sum_terms<double>(terms) == learner.neg_efe[p]);
    }
  }
}

// Every state of a modality shows the same, but some were seen more often than others.
LearningDesc blind_learning(const ModelDesc& desc, uint64_t which) {
  dks::Random random(13, which, 0, 0);
  LearningDesc learning = random_learning(desc, which, Zeros::kAsTheModel);
  for (size_t m = 0; m < desc.modalities.size(); ++m) {
    const ModalityDesc& modality = desc.modalities[m];
    const size_t columns = modality.likelihood.size() / modality.num_outcomes;
    for (size_t c = 0; c < columns; ++c) {
      const double seen = 0.2 + 5 * random.uniform();
      for (size_t o = 0; o < modality.num_outcomes; ++o) {
        learning.likelihood[m][o * columns + c] = seen * static_cast<double>(o + 1);
      }
    }
  }
  return learning;
}

// Where outcomes tell nothing and every action is as likely, what a search expects of an action is
// the mean of the policies that begin with it, term by term.
void a_search_that_learns_nothing_of_states_averages_policies(void**) {
  size_t gained = 0;
  for (uint64_t which = 0; which < kModels; which += 2) {
    const ModelDesc desc = random_model(which);
    if (desc.modalities.size() > 2) {  // all outcomes together stay a few
      continue;
    }
    const LearningDesc learning = blind_learning(desc, which);
    Learner<double> planned(desc, learning, 2);
    Learner<double> searcher(desc, learning, 1);
    planned.plan();
    SearchSettings<double> settings;
    settings.action_threshold = 0;
    settings.outcome_threshold = 0;
    settings.gamma = 0;
    auto workspace = SearchWorkspace<double>::make(searcher.model(), searcher.graph, settings);
    assert_true(workspace.ok());
    const size_t own = num_terms(searcher.model());
    const size_t count = num_search_terms(searcher.model(), settings);
    const Policies& policies = planned.graph.policies();
    const size_t actions = policies.num_first_actions();
    std::vector<double> terms(actions * count);
    sophisticated_search<double>(
        searcher.model(),
        searcher.graph,
        {},
        settings,
        searcher.q,
        searcher.neg_efe,
        *workspace,
        terms
    );
    std::vector<double> mean(actions * own);
    for (size_t p = 0; p < policies.size(); ++p) {
      for (size_t i = 0; i < own; ++i) {
        mean[policies.first_action(p) * own + i] +=
            planned.terms[p * own + i] / static_cast<double>(actions);
      }
    }
    for (size_t a = 0; a < actions; ++a) {
      for (size_t i = 0; i < own; ++i) {
        assert_near(terms[a * count + i], mean[a * own + i], 1e-10);
      }
      gained += terms[a * count + own - 1] > 1e-3 && terms[a * count + own - 2] > 1e-3 ? 1 : 0;
    }
  }
  assert_true(gained > 20);
}

// With beliefs that were pushed forward, a window's terms are those of a plan and the present's.
void windows_gain_what_plans_gain(void**) {
  for (uint64_t which = 0; which < kModels; which += 2) {
    Learner<double> learner = random_learner(which, 2);
    const GenerativeModel<double>& model = learner.model();
    PlanningSettings<double> settings;
    settings.log_preferences = model.log_preferences(0);
    settings.parameter_info_gain_weight = 0.1 * static_cast<double>(which % 7);
    learner.plan(settings);
    const Policies& policies = learner.graph.policies();
    const size_t states = model.total_states();
    const size_t moments = num_moments(policies, 1);
    std::vector<double> beliefs(policies.size() * moments * states);
    for (size_t p = 0; p < policies.size(); ++p) {
      uint32_t node = policies.leaf(p);
      for (size_t moment = moments; moment-- > 1;) {
        const auto out = std::span(beliefs).subspan((p * moments + moment) * states, states);
        predicted_states<double>(model, learner.graph, learner.workspace, node, out);
        node = policies.nodes()[node].parent;
      }
      std::ranges::copy(learner.q, &beliefs[p * moments * states]);
    }
    auto workspace = MessagePassingWorkspace<double>::make(model, 1);
    std::vector<double> scores(policies.size());
    std::vector<double> terms(learner.terms.size());
    expected_free_energy_of_window<double>(
        model, learner.graph, settings, beliefs, scores, *workspace, terms
    );
    const size_t count = num_terms(model);
    std::vector<double> present(count, 0.0);
    add_terms_of_states<double>(model, settings, 0, learner.q, workspace->inference, present);
    assert_true(present[count - 1] == 0);
    for (size_t p = 0; p < scores.size(); ++p) {
      for (size_t i = 0; i < count; ++i) {
        const double planned = learner.terms[p * count + i] + present[i];
        assert_near(terms[p * count + i], planned, 1e-11 * (1 + std::abs(planned)));
      }
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(state_values_come_after_the_gains),
      cmocka_unit_test(a_search_that_learns_nothing_of_states_averages_policies),
      cmocka_unit_test(windows_gain_what_plans_gain),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
