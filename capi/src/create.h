// Making models: what a host asks for, and the world to fill them with.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/function_ref.h"
#include "log.h"
#include "model.h"
#include "world_json.h"

#include <memory>

namespace dks::capi {

// A dks_model_desc, read.
struct Settings {
  WorldOverrides overrides;
  Allocator allocator;
  uint64_t memory_limit = 0;
  const dks_log_hook* hook = nullptr;
  std::shared_ptr<Log> log;
};
Result<Settings> read_settings(const dks_model_desc* desc);

// On an error there is no model, and the hook was not kept.
using MakeWorld = FunctionRef<Result<LoadedWorld>(Memory& memory)>;
dks_status make_model(const Settings& settings, MakeWorld make_world, dks_model** out_model);

}  // namespace dks::capi
