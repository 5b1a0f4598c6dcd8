// Whether counts fit a generative model. Internal to core/mind.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "mind/learned_model.h"

namespace dks::mind {

// The first mistake, in the order A, B, D, C, E.
template <class Real>
Result<> check_learning(const GenerativeModel<Real>& base, const LearningDesc& desc);

}  // namespace dks::mind
