// Whether a description makes a generative model: for building one, and for loaders, which say
// where in a document the mistake stands. SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"

#include <span>

namespace dks::mind {

// The first mistake of all that follows, in the order sizes, factors, modalities, E.
Result<> check_model(const ModelDesc& desc);

// Numbers of states, controls and outcomes, and who depends on whom. The others rely on it.
Result<> check_sizes(const ModelDesc& desc);
// One tensor: its size, that its columns are distributions (of C that its numbers are in range).
Result<> check_transition(const ModelDesc& desc, size_t factor);
Result<> check_initial(const ModelDesc& desc, size_t factor);
Result<> check_likelihood(const ModelDesc& desc, size_t modality);
Result<> check_preferences(const ModelDesc& desc, size_t modality);
Result<> check_policy_prior(const ModelDesc& desc);
// Refuses groups with too many joint states.
Result<> check_exact_inference(std::span<const CoupledGroup> groups);

// The description with its defaults filled in; `desc` was checked.
ModelDesc with_defaults(ModelDesc desc);

}  // namespace dks::mind
