// Whether a description makes a generative model. Internal to core/mind.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"

#include <span>

namespace dks::mind {

// The first mistake, in the order factors, modalities, tensors.
Result<> check_model(const ModelDesc& desc);

// Refuses groups with too many joint states.
Result<> check_exact_inference(std::span<const CoupledGroup> groups);

// The description with its defaults filled in; `desc` was checked.
ModelDesc with_defaults(ModelDesc desc);

}  // namespace dks::mind
