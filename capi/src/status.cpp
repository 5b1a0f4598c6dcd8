// SPDX-License-Identifier: MIT
#include "guard.h"
#include "json_text.h"

#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

namespace dks::capi {
namespace {

constexpr size_t kLongestError = 2048;

thread_local uint64_t failures = 0;

char* last_error() noexcept {
  static thread_local char text[kLongestError] = "";
  return text;
}

}  // namespace

dks_status fail(dks_status status, std::string_view text) noexcept {
  char* const out = last_error();
  ++failures;
  size_t size = 0;
  while (!text.empty()) {
    const Utf8Character next = first_utf8_character(text);
    const std::string_view shown = next.valid ? text.substr(0, next.length) : "?";
    if (size + shown.size() >= kLongestError) {
      break;
    }
    std::memcpy(out + size, shown.data(), shown.size());
    size += shown.size();
    text.remove_prefix(next.length);
  }
  out[size] = '\0';
  return status;
}

dks_status fail_by_exception() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return fail(DKS_E_NOMEM, "out of memory, or the model's memory limit is reached");
  } catch (const std::length_error&) {
    return fail(DKS_E_NOMEM, "more memory would be needed than any machine has");
  } catch (const std::system_error& error) {
    return fail(DKS_E_NOMEM, error.what());  // a thread or a lock that the system has no room for
  } catch (const std::exception& exception) {
    return fail(DKS_E_INTERNAL, exception.what());
  } catch (...) {
    return fail(DKS_E_INTERNAL, "an unknown exception");
  }
}

uint64_t failures_of_thread() noexcept {
  return failures;
}

std::string said_since(uint64_t before, dks_status status) {
  return text(
      dks_status_name(status),
      failures == before ? ", without a text" : ": ",
      failures == before ? "" : last_error()
  );
}

#define DKS_SAME(name, code, text) static_assert(DKS_##name == (code));
DKS_STATUS_MAP(DKS_SAME)
#undef DKS_SAME
static_assert(static_cast<int32_t>(Status::kInvalid) == DKS_E_INVALID);
static_assert(static_cast<int32_t>(Status::kNoMemory) == DKS_E_NOMEM);
static_assert(static_cast<int32_t>(Status::kStale) == DKS_E_STALE);
static_assert(static_cast<int32_t>(Status::kBusy) == DKS_E_BUSY);
static_assert(static_cast<int32_t>(Status::kLimit) == DKS_E_LIMIT);
static_assert(static_cast<int32_t>(Status::kNotFound) == DKS_E_NOTFOUND);
static_assert(static_cast<int32_t>(Status::kVersion) == DKS_E_VERSION);
static_assert(static_cast<int32_t>(Status::kIo) == DKS_E_IO);
static_assert(static_cast<int32_t>(Status::kUser) == DKS_E_USER);
static_assert(static_cast<int32_t>(Status::kInternal) == DKS_E_INTERNAL);

}  // namespace dks::capi

extern "C" {

uint32_t dks_version(void) noexcept {
  return DKS_VERSION_NUMBER;
}

const char* dks_status_name(dks_status status) noexcept {
  switch (status) {
#define DKS_NAME(name, code, text) \
  case code:                       \
    return "DKS_" #name;
    DKS_STATUS_MAP(DKS_NAME)
#undef DKS_NAME
    default:
      return "unknown status";
  }
}

const char* dks_last_error(void) noexcept {
  return dks::capi::last_error();
}

}  // extern "C"
