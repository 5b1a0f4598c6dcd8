// Ties: familiarity fades, meetings raise it, the weakest makes room. SPDX-License-Identifier: MIT
#include "social/ties.h"

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

using dks::AgentId;
using dks::social::kMaxTies;
using dks::social::Ties;

constexpr double kHalfLife = 40;
constexpr double kGain = 0.25;

// The ties of one agent, with columns of their own.
struct Pet {
  bool meet(AgentId whom, uint64_t step, double gain = kGain) {
    return dks::social::meet(ties(), whom, step, gain, kHalfLife);
  }
  double knows(AgentId whom, uint64_t step) {
    return static_cast<double>(dks::social::familiarity(ties(), whom, step, kHalfLife));
  }
  Ties ties() { return {other, familiarity, met}; }

  std::vector<uint64_t> other = std::vector<uint64_t>(kMaxTies);
  std::vector<float> familiarity = std::vector<float>(kMaxTies);
  std::vector<uint32_t> met = std::vector<uint32_t>(kMaxTies);
};

AgentId friend_of(uint32_t index) {
  return {index, 0};
}

bool near(double a, double b) {
  return std::fabs(a - b) < 1e-6;
}

void strangers_meet_once_and_are_known_from_then_on(void**) {
  Pet pet;
  assert_true(pet.knows(friend_of(3), 10) == 0);
  assert_true(pet.meet(friend_of(3), 10));
  assert_true(near(pet.knows(friend_of(3), 10), kGain));
  assert_false(pet.meet(friend_of(3), 11));
  assert_true(pet.knows(friend_of(4), 11) == 0);
  assert_true(pet.knows(AgentId(3, 1), 11) == 0);  // who came after it in its slot
}

void familiarity_halves_every_half_life(void**) {
  Pet pet;
  pet.meet(friend_of(1), 5, 0.8);
  assert_true(near(pet.knows(friend_of(1), 5), 0.8));
  assert_true(near(pet.knows(friend_of(1), 45), 0.4));
  assert_true(near(pet.knows(friend_of(1), 85), 0.2));
  assert_true(near(pet.knows(friend_of(1), 25), 0.8 * std::sqrt(0.5)));
  assert_true(pet.familiarity[0] == 0.8F);  // reading changes nothing
}

void a_meeting_adds_a_share_of_what_is_missing(void**) {
  Pet pet;
  pet.meet(friend_of(1), 0, 0.5);
  pet.meet(friend_of(1), 0, 0.5);
  assert_true(near(pet.knows(friend_of(1), 0), 0.75));
  pet.meet(friend_of(1), 40, 0.5);  // 0.375 is left
  assert_true(near(pet.knows(friend_of(1), 40), 0.375 + 0.5 * 0.625));
}

// The fixed point that the header names: a / (1 - (1 - a) exp(-ln2 D / h)).
void regular_meetings_settle(void**) {
  for (const uint32_t every : {1U, 7U, 40U, 200U}) {
    Pet pet;
    uint64_t step = 0;
    for (int meeting = 0; meeting < 400; ++meeting) {
      step += every;
      pet.meet(friend_of(1), step);
    }
    const double left = std::exp2(-static_cast<double>(every) / kHalfLife);
    assert_true(near(pet.knows(friend_of(1), step), kGain / (1 - (1 - kGain) * left)));
  }
}

void the_weakest_tie_makes_room_as_it_is_now_not_as_it_was(void**) {
  Pet pet;
  pet.meet(friend_of(0), 0, 0.9);  // 0.9 / 16 is left in step 160
  for (uint32_t i = 1; i < kMaxTies; ++i) {
    pet.meet(friend_of(i), 159, 0.2);
  }
  assert_true(pet.meet(friend_of(99), 160));
  assert_true(pet.knows(friend_of(0), 160) == 0);
  assert_true(near(pet.knows(friend_of(99), 160), kGain));
  for (uint32_t i = 1; i < kMaxTies; ++i) {
    assert_true(pet.knows(friend_of(i), 160) > 0.19);
  }
  assert_true(pet.meet(friend_of(0), 161));  // strangers again
}

void counts_belong_to_the_tie_and_go_with_it(void**) {
  Pet pet;
  std::vector<float> friendly(kMaxTies);
  std::vector<float> hostile(kMaxTies);
  Ties ties = pet.ties();
  ties.friendly = friendly;
  ties.hostile = hostile;
  for (uint32_t i = 0; i < kMaxTies; ++i) {
    dks::social::meet(ties, friend_of(i), i, kGain, kHalfLife);
    friendly[dks::social::place_of(ties, friend_of(i))] = static_cast<float>(i + 1);
    hostile[dks::social::place_of(ties, friend_of(i))] = 1;
  }
  dks::social::meet(ties, friend_of(3), 10, kGain, kHalfLife);
  assert_true(friendly[dks::social::place_of(ties, friend_of(3))] == 4);
  const size_t oldest = dks::social::place_of(ties, friend_of(0));
  assert_int_equal(dks::social::place_of(ties, friend_of(99)), kMaxTies);
  dks::social::meet(ties, friend_of(99), 11, kGain, kHalfLife);
  assert_int_equal(dks::social::place_of(ties, friend_of(99)), oldest);
  assert_true(friendly[oldest] == 0 && hostile[oldest] == 0);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(strangers_meet_once_and_are_known_from_then_on),
      cmocka_unit_test(familiarity_halves_every_half_life),
      cmocka_unit_test(a_meeting_adds_a_share_of_what_is_missing),
      cmocka_unit_test(regular_meetings_settle),
      cmocka_unit_test(the_weakest_tie_makes_room_as_it_is_now_not_as_it_was),
      cmocka_unit_test(counts_belong_to_the_tie_and_go_with_it),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
