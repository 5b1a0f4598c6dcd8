// SPDX-License-Identifier: MIT
#include "attach_mind.h"

#include "agent/minded_type.h"
#include "guard.h"
#include "model.h"

#include <algorithm>
#include <utility>

namespace dks::capi {

Result<> attach_mind(LoadedWorld& loaded, uint32_t type, std::shared_ptr<const Mind> mind) {
  const AgentType& plain = loaded.world->table(type).type();
  if (type < loaded.species.size()) {
    return invalid(
        "agent type \"", plain.name, "\" has the mind of its species, expected a type without one"
    );
  }
  if (type < loaded.plugins.size() && loaded.plugins[type]) {
    return invalid(
        "agent type \"",
        plain.name,
        "\" is of a plugin, which thinks for it; expected a type without"
    );
  }
  if (type < loaded.minds.size() && loaded.minds[type]) {
    return invalid("agent type \"", plain.name, "\" has a mind already, expected one without");
  }
  loaded.minds.resize(std::max<size_t>(loaded.minds.size(), type + size_t{1}));
  DKS_TRY(mind->with_batch([&]<class Real>(const MindBatch<Real>& batch) {
    return loaded.world->extend_type(type, agent::minded_type<Real>(plain, batch.mind()));
  }));
  loaded.minds[type] = std::move(mind);
  return {};
}

}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_attach_mind(
    dks_model* model, const char* type, const dks_mind* mind
) noexcept {
  return enter(model, [&](Model& inside) {
    if (const char* const null = first_null({{"type", type}, {"mind", mind}})) {
      return missing(null);
    }
    const auto index = find_type(inside, type);
    if (!index) {
      return fail(index.error());
    }
    std::string name = type;
    const auto attached = attach_mind(inside.loaded, *index, mind->shared);
    if (attached) {
      inside.loaded.plan.attached_mind = std::move(name);
    }
    return status_of(attached);
  });
}

}  // extern "C"
