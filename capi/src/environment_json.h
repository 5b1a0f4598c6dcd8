// Environment fields by name, and what they can be driven to.
// SPDX-License-Identifier: MIT
#pragma once

#include "json_reader.h"
#include "world/environment.h"

#include <string_view>
#include <vector>

namespace dks::capi {

std::vector<std::string_view> field_names(const Environment& environment);
// A value that an environment field can be driven to; the weather also goes by its name.
double load_reading(const JsonField& field, const Environment& environment, uint32_t of);

}  // namespace dks::capi
