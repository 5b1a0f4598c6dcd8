// SPDX-License-Identifier: MIT
#include "document.h"

#include "structs.h"

#include <string>

namespace dks::capi {

Result<Document> read_document(std::string_view what, const dks_document& given) {
  const auto name = read_name(std::string(what) + ".name", given.name);
  DKS_TRY(name);
  if (given.data == nullptr && given.size > 0) {
    return invalid(what, ".data: expected a pointer, found NULL");
  }
  return Document{*name, {given.data, given.size}};
}

}  // namespace dks::capi
