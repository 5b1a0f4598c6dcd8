// Generative models: JSON to mind::MindDesc, in the schema of the exact cases
// (tests/golden/mind/README.md). SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "json_reader.h"
#include "mind/message_passing.h"
#include "mind/mind.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dks::capi {

struct ModelDocument {
  std::string name;
  mind::MindDesc mind;
  // By factor and control, "" where there is none.
  std::vector<std::vector<std::string>> actions;
  // Which counts grow by what an agent lives through, and how fast; a mind does not learn.
  struct Learned {
    bool learns = false;
    double rate = 1;
  };
  Learned likelihood, transition, initial;  // pA, pB, pD
  // Where the document asks for message passing, which a mind does not do either.
  std::optional<mind::MessagePassingSettings> message_passing;
  size_t window = 1;  // most moments that message passing looks back on
};

// What belongs to the model is read: tensors, dependencies, settings, policies. Numbers of states,
// outcomes and controls may be left out, as the tensors show them. What an exact case expects to
// come out is ignored.
Result<ModelDocument> load_model(std::string_view document_name, const Json& json);

}  // namespace dks::capi
