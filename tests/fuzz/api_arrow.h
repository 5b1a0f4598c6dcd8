// Tables that a host exports, holds for a while and releases in any order, whole or child by child.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "trace.h"

#include <cstdint>
#include <string_view>
#include <utility>

namespace dks::fuzz {

// What an array of `format` holds, children and all.
inline void add_array(Trace& trace, const ArrowSchema& schema, const ArrowArray& array) {
  const std::string_view format = schema.format;
  trace.add(format);
  trace.add(std::string_view(schema.name));
  trace.add(static_cast<uint64_t>(array.length));
  expect(array.null_count == 0 && array.offset == 0, "an array without nulls has some");
  expect(schema.n_children == array.n_children, "a schema of another array");
  if (array.n_buffers == 2 && array.length > 0) {
    const size_t size = format == "g" || format == "L" ? 8 : format == "C" ? 1 : 4;
    trace.add(array.buffers[1], static_cast<size_t>(array.length) * size);
  }
  for (int64_t i = 0; i < array.n_children; ++i) {
    if (array.children[i]->release != nullptr) {
      add_array(trace, *schema.children[i], *array.children[i]);
    }
  }
}

// An array and its schema. What was exported stays as it is until it is released.
class Export {
 public:
  Export() = default;
  Export(const Export&) = delete;
  Export& operator=(const Export&) = delete;
  ~Export() { release(); }

  // fill(schema, array): whether it succeeded.
  template <class Fill>
  void take(Trace& trace, Fill&& fill) {
    release();
    // NOLINTNEXTLINE(performance-no-int-to-ptr): what was there is overwritten, not released
    schema_.release = reinterpret_cast<void (*)(ArrowSchema*)>(uintptr_t{8});
    const bool good = fill(&schema_, &array_);
    expect(good == (schema_.release != nullptr), "a failed export has to be released");
    expect(good == (array_.release != nullptr), "a failed export has to be released");
    if (good) {
      hash_ = hash();
      trace.add(hash_);
    }
  }
  // Moves a child out, as a consumer of one column does.
  void move_child(size_t index) {
    if (array_.release == nullptr || array_.n_children == 0) {
      return;
    }
    ArrowArray& child = *array_.children[index % static_cast<size_t>(array_.n_children)];
    if (child.release != nullptr) {
      check();
      release(child_);
      child_ = std::exchange(child, ArrowArray{});
      hash_ = hash();
    }
  }
  void release_child() { release(child_); }
  void release_array() {
    check();
    release(array_);
  }
  void release() {
    release_array();
    release(schema_);
    release(child_);
  }
  void check() const {
    expect(array_.release == nullptr || hash() == hash_, "what is exported has changed");
  }

 private:
  template <class Struct>
  static void release(Struct& held) {
    if (held.release != nullptr) {
      held.release(&held);
      expect(held.release == nullptr, "a released struct is not marked");
    }
  }
  uint64_t hash() const {
    Trace bytes;
    add_array(bytes, schema_, array_);
    return bytes.hash();
  }

  ArrowSchema schema_{};
  ArrowArray array_{};
  ArrowArray child_{};
  uint64_t hash_ = 0;
};

}  // namespace dks::fuzz
