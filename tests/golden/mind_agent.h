// Runs a golden case as an agent would live it.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/inductive.h"
#include "mind/learned_model.h"
#include "mind/planning_graph.h"
#include "mind_case.h"
#include "mind_quantities.h"

#include <optional>

namespace dks::golden {

// Beliefs of one step are the next one's past; only observations and actions come from the case.
// Raises the largest errors over all steps.
template <class Real>
Result<> run_agent(
    const MindCase& given,
    mind::LearnedModel<Real> learned,
    mind::PlanningGraph graph,
    std::optional<mind::Goals<Real>> goals,
    Errors& errors
);

}  // namespace dks::golden
