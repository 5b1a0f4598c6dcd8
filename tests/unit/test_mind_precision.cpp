// The precision of policies follows evidence, within its bounds.
// SPDX-License-Identifier: MIT
extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

#include "mind/precision.h"
#include "test_mind_support.h"

#include <array>

namespace {

using namespace dks::mind;  // NOLINT(google-build-using-namespace)

template <class Real>
struct Chooser {
  explicit Chooser(size_t policies)
      : neg_efe(policies),
        evidence(policies),
        log_prior(policies),
        q_pi(policies),
        p_pi(policies) {}

  void infer() {
    gamma = infer_precision<Real>(gamma, settings, neg_efe, evidence, log_prior, q_pi, p_pi);
  }

  PrecisionSettings settings;
  Real gamma = 1;
  std::vector<Real> neg_efe;
  std::vector<Real> evidence;
  std::vector<Real> log_prior;
  std::vector<Real> q_pi;
  std::vector<Real> p_pi;
};

Chooser<double> random_chooser(uint64_t which) {
  dks::Random random(15, which, 0, 0);
  Chooser<double> chooser(2 + random.below(8));
  for (size_t p = 0; p < chooser.neg_efe.size(); ++p) {
    chooser.neg_efe[p] = 4 * random.uniform() - 3;
    chooser.evidence[p] = 2 * random.uniform() - 5;
    chooser.log_prior[p] = std::log(0.01 + random.uniform());
  }
  chooser.settings.beta = 4 + 4 * random.uniform();
  chooser.gamma = 2 * random.uniform();
  return chooser;
}

double charge(const Chooser<double>& chooser) {
  double sum = 0;
  for (size_t p = 0; p < chooser.neg_efe.size(); ++p) {
    sum += (chooser.q_pi[p] - chooser.p_pi[p]) * chooser.neg_efe[p];
  }
  return sum;
}

void one_update_is_half_the_way(void**) {
  const std::array<double, 2> neg_efe = {-1, -3};
  const std::array<double, 2> q_pi = {0.75, 0.25};
  const std::array<double, 2> p_pi = {0.5, 0.5};
  PrecisionSettings settings;
  settings.beta = 2;
  // b = 4, (q - p) . G = 0.5: b - (4 - 2 + 0.5) / 2
  const double gamma = update_precision<double>(0.25, settings, neg_efe, q_pi, p_pi);
  assert_near(gamma, 1 / 2.75, 1e-15);
}

void it_comes_to_rest_where_the_gradient_is_zero(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Chooser<double> chooser = random_chooser(which);
    chooser.settings.iterations = 200;
    chooser.infer();
    assert_near(1 / chooser.gamma, chooser.settings.beta - charge(chooser), 1e-9);
    assert_distribution<double>(chooser.q_pi, 1e-12);
    std::vector<double> expected(chooser.neg_efe.size());
    policy_posterior<double>(chooser.neg_efe, chooser.gamma, chooser.log_prior, expected);
    for (size_t p = 0; p < expected.size(); ++p) {
      assert_near(chooser.p_pi[p], expected[p], 1e-12);
    }
  }
}

// The default number of iterations comes as near as SPM does.
void sixteen_iterations_are_nearly_all(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Chooser<double> chooser = random_chooser(which);
    chooser.infer();
    assert_near(1 / chooser.gamma, chooser.settings.beta - charge(chooser), 1e-2);
  }
}

void without_evidence_gamma_goes_to_its_prior(void**) {
  Chooser<double> chooser = random_chooser(1);
  chooser.evidence.clear();
  chooser.settings.iterations = 60;
  chooser.infer();
  assert_near(chooser.gamma, 1 / chooser.settings.beta, 1e-12);
  assert_true(chooser.q_pi == chooser.p_pi);
}

void evidence_for_good_policies_raises_gamma_and_against_them_lowers_it(void**) {
  Chooser<double> chooser(2);
  chooser.neg_efe = {0, -2};
  chooser.settings.beta = 2;
  chooser.evidence = {1, 0};
  chooser.infer();
  assert_true(chooser.gamma > 0.5 + 0.01);
  assert_true(chooser.q_pi[0] > chooser.p_pi[0]);
  chooser.evidence = {0, 1};
  chooser.infer();
  assert_true(chooser.gamma < 0.5 - 0.01);
}

void a_common_part_of_all_scores_changes_nothing(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Chooser<double> chooser = random_chooser(which);
    Chooser<double> shifted = chooser;
    for (double& score : shifted.neg_efe) {
      score -= 4096;
    }
    chooser.infer();
    shifted.infer();
    assert_near(shifted.gamma, chooser.gamma, 1e-9);
  }
}

// Scores and evidence of any size, pruned policies, and a gamma from outside its bounds.
template <class Real>
void check_extremes() {
  const std::array<Real, 5> extremes = {0, Real(1e9), Real(-1e9), Real(1e-30), Real(kPrunedScore)};
  const auto infinity = std::numeric_limits<Real>::infinity();
  size_t at_bounds = 0;
  for (const Real score : extremes) {
    for (const Real evidence : {Real(0), Real(1e9), Real(-1e9)}) {
      for (const Real gamma : {Real(0), Real(1), Real(1e30), infinity}) {
        Chooser<Real> chooser(3);
        chooser.neg_efe = {0, score, -score / 2};
        chooser.neg_efe[2] = score < Real(-1e20) ? Real(0) : chooser.neg_efe[2];
        chooser.evidence = {0, evidence, -evidence};
        chooser.gamma = gamma;
        chooser.infer();
        assert_true(chooser.gamma >= Real(1.0 / 1024) && chooser.gamma <= Real(1024));
        assert_distribution<Real>(chooser.q_pi, 1e-6);
        assert_distribution<Real>(chooser.p_pi, 1e-6);
        at_bounds += chooser.gamma == Real(1024) || chooser.gamma == Real(1.0 / 1024) ? 1 : 0;
        if (score == static_cast<Real>(kPrunedScore)) {
          assert_true(chooser.q_pi[1] == 0 && chooser.p_pi[1] == 0);
        }
      }
    }
  }
  assert_true(at_bounds > 4);
}

void gamma_is_finite_whatever_is_scored_and_seen(void**) {
  check_extremes<double>();
  check_extremes<float>();
}

void float_is_near_double(void**) {
  for (uint64_t which = 0; which < kModels; ++which) {
    Chooser<double> exact = random_chooser(which);
    Chooser<float> rounded(exact.neg_efe.size());
    std::ranges::copy(exact.neg_efe, rounded.neg_efe.begin());
    std::ranges::copy(exact.evidence, rounded.evidence.begin());
    std::ranges::copy(exact.log_prior, rounded.log_prior.begin());
    rounded.settings = exact.settings;
    rounded.gamma = static_cast<float>(exact.gamma);
    exact.infer();
    rounded.infer();
    assert_near(static_cast<double>(rounded.gamma), exact.gamma, 1e-5);
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(one_update_is_half_the_way),
      cmocka_unit_test(it_comes_to_rest_where_the_gradient_is_zero),
      cmocka_unit_test(sixteen_iterations_are_nearly_all),
      cmocka_unit_test(without_evidence_gamma_goes_to_its_prior),
      cmocka_unit_test(evidence_for_good_policies_raises_gamma_and_against_them_lowers_it),
      cmocka_unit_test(a_common_part_of_all_scores_changes_nothing),
      cmocka_unit_test(gamma_is_finite_whatever_is_scored_and_seen),
      cmocka_unit_test(float_is_near_double),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
