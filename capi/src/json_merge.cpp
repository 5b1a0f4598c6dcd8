// JSON Merge Patch, RFC 7396.
// SPDX-License-Identifier: MIT
#include "json.h"

#include <unordered_map>

namespace dks::capi {
namespace {

void forget_lines(Json& json) {
  json.set_line(0);
  for (Json& item : json.items()) {
    forget_lines(item);
  }
  for (JsonMember& member : json.members()) {
    forget_lines(member.value);
  }
}

// Finds members by name, by an index where looking through would cost too much.
class MemberIndex {
 public:
  MemberIndex(std::span<const JsonMember> members, size_t lookups) : members_(members) {
    constexpr size_t kFew = 1024;
    indexed_ = members.size() * lookups > kFew;
    for (size_t i = 0; indexed_ && i < members.size(); ++i) {
      index_.emplace(members[i].key, i);
    }
  }

  size_t find(std::string_view key) const {  // members.size(): none
    if (indexed_) {
      const auto found = index_.find(key);
      return found != index_.end() ? found->second : members_.size();
    }
    size_t i = 0;
    while (i < members_.size() && members_[i].key != key) {
      ++i;
    }
    return i;
  }

 private:
  std::span<const JsonMember> members_;
  std::unordered_map<std::string_view, size_t> index_;
  bool indexed_;
};

}  // namespace

Json merge_patch(Json base, const Json& patch) {
  forget_lines(base);
  return patched(std::move(base), patch);
}

Json patched(Json base, const Json& patch) {
  if (!patch.is_object()) {
    return patch;
  }
  if (!base.is_object()) {
    base = Json::object();
  }
  base.set_line(patch.line());
  Json::Members& members = base.make_members();
  const size_t old_size = members.size();
  std::vector<bool> removed(old_size, false);
  Json::Members added;
  const MemberIndex index(members, patch.size());
  for (const JsonMember& change : patch.members()) {
    const size_t at = index.find(change.key);
    if (at < old_size && change.value.is_null()) {
      removed[at] = true;
    } else if (at < old_size) {
      members[at].value = patched(std::move(members[at].value), change.value);
    } else if (!change.value.is_null()) {
      added.push_back({change.key, patched(Json(), change.value)});
    }
  }
  Json::Members merged;
  merged.reserve(old_size + added.size());
  for (size_t i = 0; i < old_size; ++i) {
    if (!removed[i]) {
      merged.push_back(std::move(members[i]));
    }
  }
  merged.insert(
      merged.end(), std::make_move_iterator(added.begin()), std::make_move_iterator(added.end())
  );
  members = std::move(merged);
  return base;
}

}  // namespace dks::capi
