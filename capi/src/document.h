// Documents that a host hands in: JSON text, and what errors call it.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "base/status.h"

#include <span>
#include <string_view>
#include <vector>

namespace dks::capi {

// Borrowed from the host for the time of the call.
struct Document {
  std::string_view name;
  std::string_view text;
};

// Refuses one without a name or, if it has a size, without data; `what` is what errors call it.
Result<Document> read_document(std::string_view what, const dks_document& given);

// The last document of that name, or whose path ends in it; nullptr: there is none.
const Document* find_document(std::span<const Document> documents, std::string_view name);
std::vector<std::string_view> names_of(std::span<const Document> documents);

}  // namespace dks::capi
