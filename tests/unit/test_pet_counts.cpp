// Counts of what a pet meets. SPDX-License-Identifier: MIT
#include "pet/counts.h"

#include <cmath>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using dks::pet::BetaCounts;
using dks::pet::fade;
using dks::pet::log_mean;

bool near(float a, double b) {
  return std::abs(static_cast<double>(a) - b) < 1e-6;
}

void without_counts_the_prior_is_expected(void**) {
  for (const float prior : {0.0F, 0.1F, 0.9F, 1.0F}) {
    assert_true(BetaCounts{}.mean(prior) == prior);
  }
}

void what_is_seen_moves_the_mean_towards_it(void**) {
  BetaCounts counts;
  counts.learn(1, 1);
  assert_true(near(counts.mean(0.5F), 0.75));
  counts.learn(0, 1);
  assert_true(near(counts.mean(0.5F), 0.5));
  counts.learn(0.25F, 0.4F);
  assert_true(near(counts.yes, 1.1) && near(counts.no, 1.3));
  assert_true(near(counts.mean(0.5F), 1.6 / 3.4));
}

// However long it was so before, it takes as long to be believed that it is not any more.
void a_change_is_believed_as_soon_after_a_long_time_as_after_a_short_one(void**) {
  int steps[2] = {0};
  for (int i = 0; i < 2; ++i) {
    BetaCounts counts;
    for (int seen = 0; seen < (i == 0 ? 5 : 5000); ++seen) {
      counts.learn(1, 1);
      assert_true(counts.yes + counts.no <= BetaCounts::kMost);
    }
    for (; counts.mean(0.5F) > 0.5F; ++steps[i]) {
      counts.learn(0, 1);
    }
  }
  assert_int_equal(steps[0], steps[1]);
  assert_true(steps[0] <= 5);
}

void counts_fade_to_nothing_and_end_there(void**) {
  std::vector<float> counts = {4, 0, 0.5F};
  fade(counts, 0.75F);
  assert_true(counts[0] == 3 && counts[1] == 0 && counts[2] == 0.375F);
  for (int step = 0; step < 100; ++step) {
    fade(counts, 0.75F);
  }
  assert_true(counts == std::vector<float>(3));
  counts = {4, 1};
  fade(counts, 1);
  assert_true(counts[0] == 4 && counts[1] == 1);
}

void the_logarithm_of_the_mean(void**) {
  assert_true(log_mean(std::vector<float>{}) == 0);
  assert_true(log_mean(std::vector<float>(8, 1.0F)) == 0);
  assert_true(near(log_mean(std::vector<float>{1, 2, 6}), std::log(3.0)));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(without_counts_the_prior_is_expected),
      cmocka_unit_test(what_is_seen_moves_the_mean_towards_it),
      cmocka_unit_test(a_change_is_believed_as_soon_after_a_long_time_as_after_a_short_one),
      cmocka_unit_test(counts_fade_to_nothing_and_end_there),
      cmocka_unit_test(the_logarithm_of_the_mean),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
