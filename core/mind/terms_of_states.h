// What beliefs are worth that no plan made.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/expected_free_energy.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace dks::mind {

// Both add to `terms`, [num_terms(model, settings)], information gain weighted: for beliefs about
// the future that were not made by expected_free_energy(). Any workspace of the model will do.

// What beliefs q [states] are worth at one planning step: all terms but parameter information gain
// about B.
template <class Real>
void add_terms_of_states(
    const GenerativeModel<Real>& model,
    const PlanningSettings<Real>& settings,
    size_t step,
    Input<Real> q,
    Workspace<Real>& workspace,
    Output<Real> terms
);

// Parameter information gain about B of an action [factors] that leads from beliefs q to q_next.
// Nothing for a model that does not learn.
template <class Real>
void add_terms_of_transition(
    const GenerativeModel<Real>& model,
    const PlanningSettings<Real>& settings,
    Input<Real> q,
    std::span<const int32_t> action,
    Input<Real> q_next,
    Workspace<Real>& workspace,
    Output<Real> terms
);

}  // namespace dks::mind
