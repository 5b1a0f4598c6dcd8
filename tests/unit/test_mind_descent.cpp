// Under sequential updates free energy never rises, whatever the model.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "test_mind_support.h"

#include <array>

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)

#ifdef NDEBUG
constexpr uint64_t kDescents = 100000;
#else
constexpr uint64_t kDescents = 2000;  // unoptimised and under sanitizers
#endif

constexpr std::array<int32_t, 6> kSweeps = {1, 2, 3, 4, 6, 12};

// A random prior and observation of one model, weighted at random.
struct Descent {
  explicit Descent(uint64_t which)
      : model(std::move(*GenerativeModel<double>::build(
            random_model(which, which % 3 == 0 ? kPymdpLegacy : Convention{})
        ))),
        workspace(model),
        observation(random_observation(model, which)),
        q(model.total_states()) {
    dks::Random random(16, which, 0, 0);
    for (size_t m = 0; m < model.num_modalities(); ++m) {
      precision.push_back(which % 2 == 0 ? 1 : 2 * random.uniform());
    }
  }

  std::span<const double> prior() const { return model.initial_states(); }
  double before() {
    return free_energy<double>(model, prior(), {observation, precision}, prior(), workspace)
        .value();
  }
  double after(int32_t sweeps) {
    const InferenceSettings settings{UpdateOrder::kSequential, sweeps, 0.0};
    return infer_states(model, prior(), {observation, precision}, q, workspace, settings)
        .free_energy.value();
  }

  GenerativeModel<double> model;
  Workspace<double> workspace;
  std::vector<int32_t> observation;
  std::vector<double> precision;
  std::vector<double> q;
};

void free_energy_never_rises_under_sequential_updates(void**) {
  size_t falling = 0;
  for (uint64_t which = 0; which < kDescents; ++which) {
    Descent descent(which);
    double before = descent.before();
    for (const int32_t sweeps : kSweeps) {
      const double now = descent.after(sweeps);
      if (!(now <= before + 1e-12 * (1 + std::abs(before)))) {
        fail_msg("model %d: F rose from %.17g to %.17g", static_cast<int>(which), before, now);
      }
      falling += sweeps > 1 && now < before - 1e-6 ? 1 : 0;
      before = now;
      if (descent.model.coupled_groups().empty()) {
        break;  // no sweep follows the first
      }
    }
  }
  assert_true(falling > kDescents / 10);
}

// The same sweeps with all factors at once may climb: the order is what keeps free energy down.
void updates_of_all_factors_at_once_may_raise_it(void**) {
  size_t risen = 0;
  for (uint64_t which = 0; which < 2000; ++which) {
    Descent descent(which);
    double before = 0;
    for (int32_t sweeps = 1; sweeps <= 4; ++sweeps) {
      const InferenceSettings settings{UpdateOrder::kJacobi, sweeps, 0.0};
      const double now = infer_states(
                             descent.model,
                             descent.prior(),
                             {descent.observation, descent.precision},
                             descent.q,
                             descent.workspace,
                             settings
      )
                             .free_energy.value();
      risen += sweeps > 1 && now > before + 1e-6 ? 1 : 0;
      before = now;
    }
  }
  assert_true(risen > 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(free_energy_never_rises_under_sequential_updates),
      cmocka_unit_test(updates_of_all_factors_at_once_may_raise_it),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
