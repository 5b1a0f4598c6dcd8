// Agent types of a world document that are no species: fields, and a mind where they think.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "document.h"
#include "json_reader.h"
#include "world_json.h"

#include <span>

namespace dks::capi {

// {"thermostat": {"fields": {"heat": {"initial": 0, "min": 0, "max": 1}}, "mind":
// "thermostat.json"}} Adds them to the loaded world, behind its species. A mind is the name of a
// document or stands there itself. What is wrong in such a document is returned, all else refused
// at its place.
Result<> load_types(
    const JsonField& field, std::span<const Document> documents, LoadedWorld& loaded
);

}  // namespace dks::capi
