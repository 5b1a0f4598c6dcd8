// What a binding for another language keeps with a model. SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace dks::capi {

// Empty, or a pointer with what is called when it is no longer kept.
using Binding = std::unique_ptr<void, void (*)(void* user)>;

inline Binding keep_for_binding(void* user, void (*destroy)(void* user)) noexcept {
  return {user, destroy != nullptr ? destroy : [](void*) {}};
}

}  // namespace dks::capi
