// What personalities of newborn pets are drawn from, in worlds and species.
// SPDX-License-Identifier: MIT
#pragma once

#include "json_reader.h"
#include "pet/species.h"

namespace dks::capi {

// {"mean": [5], "deviation": [5], "correlation": [[5] x 5]} in the order of pet::kTraitNames.
pet::PersonalityPrior load_personality_prior(const JsonField& field);

}  // namespace dks::capi
