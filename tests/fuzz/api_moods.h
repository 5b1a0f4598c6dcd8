// The plugins of the tests in C: imps and sprites, criers and their faulty transport. How they
// behave is for the whole process, so each input begins with all of them well.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"
#include "faults.h"
#include "imp.h"

namespace dks::fuzz {

inline void meet_imps_and_criers() {
  expect(dks_plugins_add(imp_plugin_query, imp_plugin_init, nullptr) == DKS_OK, "no imps");
  expect(dks_plugins_add(faults_plugin_query, faults_plugin_init, nullptr) == DKS_OK, "no criers");
}

inline void calm_down() {
  imp_is = IMP_BEHAVES;
  faults_now = FAULT_NONE;
  faults_one_in = 1;
}

// Not those that take their time, or that write where they may not: a sanitizer would see it.
inline void moods(Host& host) {
  constexpr imp_mood kMoods[] = {
      IMP_BEHAVES,
      IMP_FAILS_IN_BORN,
      IMP_FAILS_IN_SENSE,
      IMP_FAILS_IN_THINK,
      IMP_FAILS_IN_ACT,
      IMP_FAILS_WITHOUT_A_WORD,
      IMP_WRITES_NAN,
      IMP_WRITES_TOO_MUCH,
      IMP_CALLS_WRONGLY};
  imp_is = host.in.chance(2) ? host.in.pick(kMoods) : imp_is;
  faults_now = static_cast<fault_kind>(host.in.below(FAULT_COUNT));
  faults_now = faults_now == FAULT_SLOW ? FAULT_NONE : faults_now;
}

}  // namespace dks::fuzz
