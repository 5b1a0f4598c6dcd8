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

const Document* find_document(std::span<const Document> documents, std::string_view name) {
  const Document* found = nullptr;
  for (const Document& document : documents) {
    const bool ends = document.name.size() > name.size() && document.name.ends_with(name) &&
                      document.name[document.name.size() - name.size() - 1] == '/';
    found = document.name == name || ends ? &document : found;
  }
  return found;
}

std::vector<std::string_view> names_of(std::span<const Document> documents) {
  std::vector<std::string_view> names;
  for (const Document& document : documents) {
    names.push_back(document.name);
  }
  return names;
}

}  // namespace dks::capi
