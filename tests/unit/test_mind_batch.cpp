// Batches of minds: rows stand alone, and those of f32, in lanes, agree with those of f64.
// SPDX-License-Identifier: MIT
#include "base/platform/float_env.h"
#include "lane_batch.h"
#include "mind_batch.h"

#include <memory>
#include <numeric>
#include <type_traits>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "test_mind_support.h"

namespace dks::capi {
namespace {

using mind::MindDesc;

constexpr uint64_t kRandomMinds = 400;
constexpr size_t kAgents = 37;  // no multiple of any number of lanes
constexpr InstructionSet kSets[] = {
    InstructionSet::kBaseline, InstructionSet::kAvx2, InstructionSet::kAvx512};

// Every other one with a policy prior; tolerance 0, as lanes do all iterations.
MindDesc random_mind(uint64_t which) {
  MindDesc desc;
  mind::Convention convention = which % 3 == 0 ? mind::kPymdp : mind::Convention{};
  convention.inference.tolerance = 0;
  convention.softmax_preferences = which % 5 == 0;
  desc.model = mind::random_model(which, convention);
  desc.model.gamma = 0.5 + static_cast<double>(which % 7);
  std::vector<uint32_t> controls;
  for (const mind::FactorDesc& factor : desc.model.factors) {
    controls.push_back(factor.num_controls);
  }
  desc.policies = *mind::Policies::enumerate(controls, 1 + which % 2);
  if (which % 2 == 0) {
    Random random(11, which, 0, 0);
    desc.model.policy_prior = mind::random_distributions(desc.policies.size(), 1, random);
  }
  desc.use_utility = which % 11 != 0;
  desc.use_states_info_gain = which % 13 != 0;
  return desc;
}

template <class Real>
std::shared_ptr<const mind::Mind<Real>> build(const MindDesc& desc) {
  return std::move(*mind::Mind<Real>::build(desc));
}

// What agents bring to the three calls, and what they get.
template <class Real>
struct Rows {
  size_t count = 0;
  std::vector<Real> prior, preferences;
  std::vector<int32_t> observations, actions;
  std::vector<Real> beliefs, free_energy, neg_efe, q_pi, marginals, next;
};

Rows<float> random_rows(const mind::GenerativeModel<float>& model, uint64_t which) {
  Rows<float> rows;
  rows.count = kAgents;
  for (size_t row = 0; row < kAgents; ++row) {
    Random random(12, which, row, 0);
    for (const mind::Factor<float>& factor : model.factors()) {
      const auto q = mind::random_distributions(factor.num_states, 1, random);
      rows.prior.insert(rows.prior.end(), q.begin(), q.end());
      rows.actions.push_back(static_cast<int32_t>(random.below(factor.num_controls)));
    }
    const auto seen = mind::random_observation(model, which * kAgents + row);
    rows.observations.insert(rows.observations.end(), seen.begin(), seen.end());
    for (size_t o = 0; o < model.total_outcomes(); ++o) {
      rows.preferences.push_back(static_cast<float>(4 * random.uniform() - 2));
    }
  }
  return rows;
}

// The calls of a LaneBatch cannot fail.
template <class F>
void assert_done(F&& call) {
  if constexpr (std::is_void_v<decltype(call())>) {
    call();
  } else {
    assert_true(call().ok());
  }
}

// What agents do from their beliefs on, with preferences of their own or the model's.
template <class Real, class Batch>
void run_on(const mind::Mind<Real>& of, Batch& batch, bool own_preferences, Rows<Real>& rows) {
  rows.neg_efe.resize(rows.count * of.policies().size());
  rows.q_pi.resize(rows.neg_efe.size());
  rows.marginals.resize(rows.count * of.model().total_controls());
  rows.next.resize(rows.beliefs.size());
  const Real* const beliefs = rows.beliefs.data();
  const Real* const preferences = own_preferences ? rows.preferences.data() : nullptr;
  assert_done([&] {
    return batch.plan(
        beliefs,
        preferences,
        rows.count,
        rows.neg_efe.data(),
        rows.q_pi.data(),
        rows.marginals.data()
    );
  });
  assert_done([&] {
    return batch.predict(beliefs, rows.actions.data(), rows.count, rows.next.data());
  });
}

// All three calls.
template <class Real, class Batch>
void run(const mind::Mind<Real>& of, Batch&& batch, bool own_preferences, Rows<Real>& rows) {
  rows.beliefs.resize(rows.count * of.model().total_states());
  rows.free_energy.resize(rows.count);
  assert_done([&] {
    return batch.infer(
        rows.prior.data(),
        rows.observations.data(),
        rows.count,
        rows.beliefs.data(),
        rows.free_energy.data()
    );
  });
  run_on(of, batch, own_preferences, rows);
}

template <class T>
std::vector<T> picked(
    const std::vector<T>& values, size_t count, const std::vector<size_t>& which
) {
  const size_t width = values.size() / count;
  std::vector<T> out;
  for (const size_t row : which) {
    out.insert(out.end(), &values[row * width], &values[row * width] + width);
  }
  return out;
}

// Some rows of others, in any order.
Rows<float> pick(const Rows<float>& rows, const std::vector<size_t>& which) {
  Rows<float> out;
  out.count = which.size();
  const auto pick = [&](auto member) { out.*member = picked(rows.*member, rows.count, which); };
  for (const auto member :
       {&Rows<float>::prior,
        &Rows<float>::preferences,
        &Rows<float>::beliefs,
        &Rows<float>::free_energy,
        &Rows<float>::neg_efe,
        &Rows<float>::q_pi,
        &Rows<float>::marginals,
        &Rows<float>::next}) {
    pick(member);
  }
  pick(&Rows<float>::observations);
  pick(&Rows<float>::actions);
  return out;
}

void assert_same_bits(const Rows<float>& got, const Rows<float>& expected) {
  for (const auto member :
       {&Rows<float>::beliefs,
        &Rows<float>::free_energy,
        &Rows<float>::neg_efe,
        &Rows<float>::q_pi,
        &Rows<float>::marginals,
        &Rows<float>::next}) {
    const auto& a = got.*member;
    const auto& b = expected.*member;
    assert_int_equal(a.size(), b.size());
    assert_memory_equal(a.data(), b.data(), a.size() * sizeof(float));
  }
}

// Shuffled, and in batches of every size.
void expect_rows_to_stand_alone(const MindDesc& desc, uint64_t which) {
  const auto of = build<float>(desc);
  const MindBatch<float> batch(of);
  Rows<float> all = random_rows(of->model(), which);
  run(*of, batch, which % 2 == 0, all);
  std::vector<size_t> order(kAgents);
  std::iota(order.begin(), order.end(), size_t{0});
  Random random(13, which, 0, 0);
  shuffle(std::span(order), random);
  for (size_t first = 0, count = 1; first < kAgents; first += count++) {
    const auto end = order.begin() + static_cast<ptrdiff_t>(std::min(first + count, kAgents));
    const Rows<float> expected =
        pick(all, std::vector<size_t>(order.begin() + static_cast<ptrdiff_t>(first), end));
    Rows<float> some = expected;
    run(*of, batch, which % 2 == 0, some);
    assert_same_bits(some, expected);
  }
}

void a_row_does_not_depend_on_its_batch(void** /*state*/) {
  for (uint64_t which = 0; which < 100; ++which) {
    MindDesc desc = random_mind(which);
    assert_non_null(build<float>(desc)->lanes());
    expect_rows_to_stand_alone(desc, which);
    desc.model.convention.inference.method = mind::InferenceMethod::kExact;
    expect_rows_to_stand_alone(desc, which);
  }
}

void a_row_does_not_depend_on_the_processor(void** /*state*/) {
  for (uint64_t which = 0; which < 100; ++which) {
    const MindDesc desc = random_mind(which);
    const auto of = build<float>(desc);
    Rows<float> expected = random_rows(of->model(), which);
    run(*of, MindBatch<float>(of), which % 2 == 0, expected);
    mind::LaneSettings settings;
    settings.use_utility = desc.use_utility;
    settings.use_states_info_gain = desc.use_states_info_gain;
    for (const InstructionSet set : kSets) {
      if (!has_instruction_set(set)) {
        continue;
      }
      const auto engine =
          std::move(*mind::LaneEngine::build(of->model(), of->graph(), settings, set));
      Rows<float> rows = expected;
      run(*of, LaneBatch(of->model(), of->policies(), engine), which % 2 == 0, rows);
      assert_same_bits(rows, expected);
    }
  }
}

// ---- beside f64

std::vector<double> widened(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

Rows<double> widened(const Rows<float>& rows) {
  Rows<double> out;
  out.count = rows.count;
  out.prior = widened(rows.prior);
  out.preferences = widened(rows.preferences);
  out.observations = rows.observations;
  out.actions = rows.actions;
  return out;
}

// Relative where numbers are large.
double distance(const std::vector<float>& got, const std::vector<double>& expected) {
  assert_int_equal(got.size(), expected.size());
  double most = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double scale = std::max(1.0, std::abs(expected[i]));
    const auto value = static_cast<double>(got[i]);
    most = std::max(most, std::isfinite(value) ? std::abs(value - expected[i]) / scale : 1e9);
  }
  return most;
}

double distance(const std::vector<double>& got, const std::vector<double>& expected) {
  double most = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    most = std::max(most, std::abs(got[i] - expected[i]));
  }
  return most;
}

// How much further beliefs and free energy move than the last bits of a float prior, at least 1:
// some models amplify.
struct Gain {
  double beliefs, free_energy;
};
Gain gain_of(const MindBatch<double>& batch, const Rows<double>& rows) {
  std::vector<double> prior = rows.prior;
  for (size_t i = 0; i < prior.size(); ++i) {
    prior[i] *= i % 2 == 0 ? 1 + 0x1p-21 : 1 - 0x1p-21;
  }
  std::vector<double> beliefs(rows.beliefs.size());
  std::vector<double> free_energy(rows.count);
  assert_done([&] {
    return batch.infer(
        prior.data(), rows.observations.data(), rows.count, beliefs.data(), free_energy.data()
    );
  });
  return {
      std::max(1.0, distance(beliefs, rows.beliefs) / 0x1p-23),
      std::max(1.0, distance(free_energy, rows.free_energy) / 0x1p-21)};
}

// The tolerances of the float cases in tests/golden/mind/README.md.
void f32_agrees_with_f64(void** /*state*/) {
  double worst_q = 0;
  double worst_score = 0;
  for (uint64_t which = 0; which < kRandomMinds; ++which) {
    const MindDesc desc = random_mind(which);
    const auto narrow = build<float>(desc);
    const auto wide = build<double>(desc);
    assert_non_null(narrow->lanes());
    assert_null(wide->lanes());
    const bool own_preferences = which % 4 != 0;
    Rows<float> got = random_rows(narrow->model(), which);
    Rows<double> expected = widened(got);
    const MindBatch<double> batch(wide);
    run(*narrow, MindBatch<float>(narrow), own_preferences, got);
    run(*wide, batch, own_preferences, expected);
    const Gain gain = gain_of(batch, expected);
    worst_q = std::max(worst_q, distance(got.beliefs, expected.beliefs) / gain.beliefs);
    const double energy = distance(got.free_energy, expected.free_energy) / gain.free_energy;
    mind::assert_near(energy, 0, 1e-5);
    // From the very same beliefs on.
    expected.beliefs = widened(got.beliefs);
    run_on(*wide, batch, own_preferences, expected);
    worst_score = std::max(worst_score, distance(got.neg_efe, expected.neg_efe));
    const double steepness = std::max(1.0, desc.model.gamma);
    mind::assert_near(distance(got.q_pi, expected.q_pi) / steepness, 0, 1e-5);
    mind::assert_near(distance(got.marginals, expected.marginals) / steepness, 0, 1e-5);
    mind::assert_near(distance(got.next, expected.next), 0, 2e-6);
  }
  print_message("largest errors: q %.1e, neg_efe %.1e\n", worst_q, worst_score);
  mind::assert_near(worst_q, 0, 2e-6);
  mind::assert_near(worst_score, 0, 2e-5);
}

// What nobody can have seen, and nothing at all.
void impossible_and_absent_observations_are_no_trouble(void** /*state*/) {
  MindDesc desc;
  desc.model.factors = {{"f", 2, 1, {0}, {1, 0, 0, 1}, {1, 0}}};
  desc.model.modalities = {{"m", 3, {0}, {1, 0, 0, 1, 0, 0}, {}}};
  desc.policies = *mind::Policies::enumerate(std::vector<uint32_t>{1}, 1);
  const auto of = build<float>(desc);
  assert_non_null(of->lanes());
  const MindBatch<float> batch(of);
  const int32_t observations[] = {2, -1, 1, 0};
  float beliefs[4][2];
  float free_energy[4];
  assert_true(batch.infer(nullptr, observations, 4, beliefs[0], free_energy).ok());
  const MindBatch<double> reference(build<double>(desc));
  double expected[4][2];
  double expected_energy[4];
  assert_true(reference.infer(nullptr, observations, 4, expected[0], expected_energy).ok());
  for (size_t row = 0; row < 4; ++row) {
    mind::assert_near(static_cast<double>(free_energy[row]), expected_energy[row], 1e-4);
    for (size_t s = 0; s < 2; ++s) {
      mind::assert_near(static_cast<double>(beliefs[row][s]), expected[row][s], 1e-6);
    }
  }
  assert_true(free_energy[0] > 30);
  assert_true(beliefs[1][0] == 1 && free_energy[1] == 0);
}

void outputs_may_be_left_out_or_take_the_place_of_inputs(void** /*state*/) {
  const auto of = build<float>(random_mind(7));
  const MindBatch<float> batch(of);
  Rows<float> rows = random_rows(of->model(), 7);
  run(*of, batch, true, rows);
  std::vector<float> here = rows.prior;
  assert_true(batch.infer(here.data(), rows.observations.data(), kAgents, here.data(), nullptr).ok()
  );
  assert_true(here == rows.beliefs);
  assert_true(batch.predict(here.data(), rows.actions.data(), kAgents, here.data()).ok());
  assert_true(here == rows.next);
  std::vector<float> alone(rows.marginals.size());
  const auto planned = batch.plan(
      rows.beliefs.data(), rows.preferences.data(), kAgents, nullptr, nullptr, alone.data()
  );
  assert_true(planned.ok() && alone == rows.marginals);
  std::vector<float> energy(kAgents);
  const auto inferred =
      batch.infer(rows.prior.data(), rows.observations.data(), kAgents, nullptr, energy.data());
  assert_true(inferred.ok() && energy == rows.free_energy);
}

}  // namespace
}  // namespace dks::capi

int main() {
  const dks::FloatEnvGuard float_env;
  const CMUnitTest tests[] = {
      cmocka_unit_test(dks::capi::a_row_does_not_depend_on_its_batch),
      cmocka_unit_test(dks::capi::a_row_does_not_depend_on_the_processor),
      cmocka_unit_test(dks::capi::f32_agrees_with_f64),
      cmocka_unit_test(dks::capi::impossible_and_absent_observations_are_no_trouble),
      cmocka_unit_test(dks::capi::outputs_may_be_left_out_or_take_the_place_of_inputs),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
