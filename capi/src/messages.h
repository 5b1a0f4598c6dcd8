// Messages as hosts and transports hand them in and get them. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "message/message.h"
#include "model.h"

#include <cstdint>

namespace dks::capi {

// A message of the world's last step; texts are borrowed from it.
dks_message message_of(const World& world, const Message& message);

// Checks messages and puts them into the inbox: all or none. Of the model nothing is touched but
// its inbox and what never changes. [any-thread]
Result<> post(Model& model, const dks_message* items, uint32_t count);

}  // namespace dks::capi
