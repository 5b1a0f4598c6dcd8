// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace dks::capi {

// The species document of "pet": what a world has that names no other, and what `extends` may name.
std::string_view builtin_species();

}  // namespace dks::capi
