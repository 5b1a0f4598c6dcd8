// From a species' rules to the tensors of its generative model.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"
#include "pet/species.h"

namespace dks::pet {

// Rules become A, B, C, D: a factor's parents are itself and whatever its rules ask about; of the
// rules that hold for a cell of B the last one counts, first of the action's, else of the drift;
// where none holds the factor stays. A factor that actions move has a control for each action and,
// behind them, one for doing nothing.
Result<mind::ModelDesc> model_of(const Species& species);

}  // namespace dks::pet
