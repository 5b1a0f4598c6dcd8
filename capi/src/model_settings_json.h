// How a model's document wants it used: settings, policies and how likely they are.
// SPDX-License-Identifier: MIT
#pragma once

#include "json_reader.h"
#include "model_json.h"

namespace dks::capi {

// "engine", "algorithm", "settings" and "policies" of the document `in`, and E of its "model". The
// rest of the model stands in `document`.
void load_model_settings(JsonReader& in, JsonReader& model, ModelDocument& document);

}  // namespace dks::capi
