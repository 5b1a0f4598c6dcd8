// Minds for agent types that have none.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind.h"
#include "world_json.h"

#include <cstdint>
#include <memory>

namespace dks::capi {

// Refuses types that have a mind already, that have agents, and whose fields are called as those of
// a mind; then nothing has changed.
Result<> attach_mind(LoadedWorld& loaded, uint32_t type, std::shared_ptr<const Mind> mind);

}  // namespace dks::capi
