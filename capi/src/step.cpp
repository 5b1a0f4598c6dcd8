// Stepping: whole steps, and steps under a time budget.
// SPDX-License-Identifier: MIT
#include "base/deadline.h"
#include "model.h"

#include <utility>

namespace dks::capi {

Result<bool> LoadedWorld::step_until(const Deadline& deadline) {
  DKS_TRY(world->can_step());
  if (deadline.is_set() && !world->is_under_way()) {
    world->begin_step();
    copied = 0;
  }
  if (deadline.is_set() && copied && !copy_last(deadline)) {
    return false;
  }
  copied.reset();
  for (const auto& agents : plugins) {
    if (agents) {
      agents->begin_step();
    }
  }
  auto whole = world->step_until(deadline);
  if (!whole || !*whole) {
    return whole;
  }
  Result<> first;
  for (const auto& agents : plugins) {
    if (auto ended = agents ? agents->end_step() : Result<>(); !ended && first) {
      first = std::move(ended);
    }
  }
  DKS_TRY(first);
  return true;
}

// Copies the world for who reads while the step that has just begun is under way. false: time is
// over, and called again it goes on from there.
bool LoadedWorld::copy_last(const Deadline& deadline) {
  try {
    if (!last) {
      WorldDesc desc = world->desc();
      desc.worker_count = 1;
      last = std::make_unique<World>(std::move(desc), world->memory());
    }
    while (last->copy_part(*world, *copied)) {
      ++*copied;
      if (deadline.is_over()) {
        return false;
      }
    }
    return true;
  } catch (...) {
    world->take_back_step();
    copied.reset();
    last.reset();
    throw;
  }
}

Result<bool> Model::step_until(const Deadline& deadline) {
  const uint64_t before = live().step_number();
  auto whole = loaded.step_until(deadline);
  if (live().step_number() == before) {
    return whole;
  }
  const auto sent = links.after_step();
  if (whole && !sent) {
    return sent.error();
  }
  return whole;
}

dks_status refuse_under_way() noexcept {
  return fail(
      DKS_E_BUSY, "a step is under way: finish it with dks_model_step_for or dks_model_step"
  );
}

}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_step(dks_model* model, uint32_t count) noexcept {
  return enter<Entering::kToStep>(model, [&](Model& inside) {
    for (uint32_t i = 0; i < count; ++i) {
      if (const auto done = inside.step_until(Deadline::never()); !done) {
        return fail(done.error());
      }
    }
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_step_for(
    dks_model* model, uint32_t count, uint64_t budget_ns, uint32_t* out_done
) noexcept {
  return enter<Entering::kToStep>(model, [&](Model& inside) {
    const Deadline deadline = Deadline::in(budget_ns);
    const uint64_t before = inside.world().step_number();
    uint32_t done = 0;
    const auto tell = [&] {
      if (out_done != nullptr) {
        *out_done = done;
      }
    };
    tell();
    for (bool in_time = true; done < count && in_time; in_time = !deadline.is_over()) {
      const auto whole = inside.step_until(deadline);
      done = static_cast<uint32_t>(inside.world().step_number() - before);
      tell();
      if (!whole) {
        return fail(whole.error());
      }
    }
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
