// The log hook of a model, as everything that has something to tell shares it.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include <cstdint>
#include <optional>

namespace dks::capi {

enum class LogLevel : int32_t {
  kError = DKS_LOG_ERROR,
  kWarning = DKS_LOG_WARNING,
  kInfo = DKS_LOG_INFO,
};

class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() {
    if (hook_ && hook_->destroy != nullptr) {
      hook_->destroy(hook_->user);
    }
  }
  // From then on the hook is the log's to destroy.
  void keep(const dks_log_hook& hook) { hook_ = hook; }
  void write(LogLevel level, const char* text) const {
    if (hook_) {
      hook_->write(hook_->user, static_cast<int32_t>(level), text);
    }
  }

 private:
  std::optional<dks_log_hook> hook_;
};

}  // namespace dks::capi
