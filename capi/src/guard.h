// The border: every function of dks.h runs inside one guard, and nothing that goes wrong gets past
// it. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "base/platform/float_env.h"
#include "base/status.h"

#include <atomic>
#include <initializer_list>
#include <string>
#include <string_view>

namespace dks::capi {

// Keeps the text for dks_last_error(); never allocates, cuts what is too long.
dks_status fail(dks_status status, std::string_view text) noexcept;
inline dks_status fail(const Error& error) noexcept {
  return fail(static_cast<dks_status>(error.status), error.text);
}

// What a callback that returned `status` said by fail(): whatever came since failures_of_thread()
// gave `before`.
uint64_t failures_of_thread() noexcept;
std::string said_since(uint64_t before, dks_status status);
// What its failure is called: want of memory is that, all else is the callback's.
inline Status status_of_callback(dks_status status) noexcept {
  return status == DKS_E_NOMEM ? Status::kNoMemory : Status::kUser;
}

// NULL where something is expected.
inline dks_status missing(const char* what) noexcept {
  char text[128];
  size_t size = 0;
  for (const char* part : {what, ": expected a pointer, found NULL"}) {
    for (; *part != '\0' && size + 1 < sizeof text; ++part) {
      text[size++] = *part;
    }
  }
  return fail(DKS_E_INVALID, {text, size});
}

// The name of the first argument that is NULL; none: all are given.
struct Argument {
  const char* name;
  const void* pointer;
};
inline const char* first_null(std::initializer_list<Argument> arguments) noexcept {
  for (const Argument& argument : arguments) {
    if (argument.pointer == nullptr) {
      return argument.name;
    }
  }
  return nullptr;
}

template <class T>
dks_status status_of(const Result<T>& result) noexcept {
  return result.ok() ? DKS_OK : fail(result.error());
}

// The status and the text of the exception that is being handled.
dks_status fail_by_exception() noexcept;

// Runs body, which returns a dks_status, in the floating-point mode that gives the same bits
// everywhere, and turns whatever it throws into a status.
template <class Body>
dks_status guard(Body&& body) noexcept {
  const FloatEnvGuard float_env;
  try {
    return body();
  } catch (...) {
    return fail_by_exception();
  }
}

// One thread at a time: whoever comes while another call is inside is refused.
class Entry {
 public:
  explicit Entry(std::atomic<bool>& busy)
      : busy_(busy), entered_(!busy.exchange(true, std::memory_order_acquire)) {}
  ~Entry() {
    if (entered_) {
      busy_.store(false, std::memory_order_release);
    }
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  explicit operator bool() const { return entered_; }

 private:
  std::atomic<bool>& busy_;
  bool entered_;
};

}  // namespace dks::capi
