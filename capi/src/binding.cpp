// SPDX-License-Identifier: MIT
#include "binding.h"

#include "model.h"

#include <utility>

using namespace dks::capi;  // NOLINT(google-build-using-namespace): the C functions stand outside

extern "C" {

dks_status dks_model_set_binding(
    dks_model* model, void* user, void (*destroy)(void* user)
) noexcept {
  // Goes when the call has left the model, which its destroy may then use, or destroy.
  Binding before = keep_for_binding(nullptr, nullptr);
  return enter(static_cast<const dks_model*>(model), [&](const Model& inside) {
    before = std::exchange(inside.binding, keep_for_binding(user, destroy));
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_get_binding(const dks_model* model, void** out_user) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_user == nullptr) {
      return missing("out_user");
    }
    *out_user = inside.binding.get();
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
