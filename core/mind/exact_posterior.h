// Bayes' rule over the joint states of coupled factors. Internal to core/mind.
// SPDX-License-Identifier: MIT
#pragma once

#include "mind/infer_states.h"

namespace dks::mind {

// Sets the group's marginals in q [states] and adds the group's part to free energy. Takes ln prior
// from the workspace, which has room for the group.
template <class Real>
void add_exact_posterior(
    const GenerativeModel<Real>& model,
    const CoupledGroup& group,
    const Observation<Real>& observation,
    Output<Real> q,
    Workspace<Real>& workspace,
    FreeEnergy<Real>& total
);

}  // namespace dks::mind
