// What a run came to: for people as text, for scripts as JSON.
// SPDX-License-Identifier: MIT
#pragma once

#include "collect.h"
#include "host.h"
#include "json.h"
#include "record.h"

#include <string>
#include <vector>

namespace petworld {

// What a run knows besides its pets.
struct Outcome {
  uint64_t steps = 0, wanted = 0;
  uint64_t accepted = 0, skipped = 0, not_reached = 0;
  bool has_inputs = false;
  bool interrupted = false;
  double seconds = 0;
  double steps_per_second() const { return seconds > 0 ? static_cast<double>(steps) / seconds : 0; }
};

// For a terminal, or a page, of `width` columns.
std::string summary_text(
    const Host& host,
    const Record& record,
    const Outcome& outcome,
    const Collection* collection,
    bool utf8,
    size_t width
);
RunReport report_of(
    const Host& host, const Record& record, const Outcome& outcome, const Collection* collection
);

}  // namespace petworld
