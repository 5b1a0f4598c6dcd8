// Whether a description makes a generative model. Internal to core/mind.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"

namespace dks::mind {

// The first mistake, in the order factors, modalities, tensors.
Result<> check_model(const ModelDesc& desc);

// The description with its defaults filled in; `desc` was checked.
ModelDesc with_defaults(ModelDesc desc);

}  // namespace dks::mind
