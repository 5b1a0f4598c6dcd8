// Runs a golden case of marginal message passing.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/planning_graph.h"
#include "mind_case.h"

namespace dks::golden {

// The largest errors over all steps.
struct WindowErrors {
  double prior = 0;
  double beliefs = 0;   // qs_pi
  double evidence = 0;  // F_pi
  double scores = 0;    // neg_efe
};

template <class Real>
Result<WindowErrors> run_window(
    const MindCase& given,
    const mind::GenerativeModel<Real>& model,
    const mind::PlanningGraph& graph
);

}  // namespace dks::golden
