// SPDX-License-Identifier: MIT
#include "base/archive.h"

namespace dks {

bool Loader::enter(std::string_view name, std::span<const std::byte>& behind) {
  in_chunk_ = name;
  ChunkHead head;
  numbers(std::span<char>(head.name));
  head.size = number<uint64_t>();
  head.digest = number<uint64_t>();
  if (ok() && !head.is_called(name)) {
    refuse(invalid("found another one in its place"));
  } else if (ok() && head.size > bytes_.size()) {
    refuse(invalid(head.size, " bytes, of which only ", bytes_.size(), " are there"));
  } else if (ok() && digest_of(bytes_.first(head.size)) != head.digest) {
    refuse(invalid("its bytes are not those that were written: damaged"));
  }
  if (ok()) {
    behind = bytes_.subspan(head.size);
    bytes_ = bytes_.first(head.size);
  }
  return ok();
}

void Loader::leave(std::span<const std::byte> behind) {
  if (ok() && !bytes_.empty()) {
    refuse(invalid(bytes_.size(), " bytes too many"));
  }
  bytes_ = behind;
  in_chunk_ = {};
}

}  // namespace dks
