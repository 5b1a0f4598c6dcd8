// What beliefs are worth that no plan made.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/expected_free_energy.h"

namespace dks::mind {

// Adds what beliefs q [states] are worth at one planning step to `terms`, information gain
// weighted: for beliefs about the future that were not made by expected_free_energy(). Any
// workspace of the model will do.
template <class Real>
void add_terms_of_states(
    const GenerativeModel<Real>& model,
    const PlanningSettings<Real>& settings,
    size_t step,
    Input<Real> q,
    Workspace<Real>& workspace,
    Output<Real> terms
);

}  // namespace dks::mind
