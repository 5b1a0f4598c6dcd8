// Steps in slices, and that it does not show where they were cut. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"
#include "api_messages.h"

#include <cstdint>

namespace dks::fuzz {

// What [const] calls read of the last whole step.
inline uint64_t last_whole_step(const dks_model* model) {
  Trace seen;
  uint64_t hash = 0;
  dks_model_info info;
  dks_event_view events{};
  dks_model_info_init(&info);
  expect(dks_model_hash(model, &hash) == DKS_OK, "a model has no hash");
  expect(dks_model_get_info(model, &info) == DKS_OK, "a model has no step");
  expect(dks_model_events(model, &events) == DKS_OK, "a model has no events");
  for (const uint64_t number :
       {hash, info.step, uint64_t{info.agent_count}, info.inputs_accepted, info.inputs_dropped}) {
    seen.add(number);
  }
  seen.add(events.items, events.count * sizeof *events.items);
  return seen.hash();
}
inline uint64_t steps_done(const dks_model* model) {
  dks_model_info info;
  dks_model_info_init(&info);
  dks_model_get_info(model, &info);
  return info.step;
}

// As dks_model_step_for with a count of 1 and no time.
inline dks_status slice(const Host& host, dks_model* model, uint32_t* out_done) {
  const uint64_t before = last_whole_step(model);
  const dks_status status = dks_model_step_for(model, 1, 0, out_done);
  if (status == DKS_OK && *out_done == 0 && !host.disturbed) {  // else the model may be gone
    expect(last_whole_step(model) == before, "a step that is under way shows");
  }
  return status;
}

// As dks_model_step, in as many slices as can be; after some of them `meanwhile` is done, at the
// end at the latest.
template <class Meanwhile>
dks_status step_in_slices(
    Host& host, dks_model* model, uint32_t count, size_t slices, Meanwhile&& meanwhile
) {
  dks_status status = model == nullptr || count == 0 ? dks_model_step(model, count) : DKS_OK;
  bool is_to_do = true;
  while (model != nullptr && status == DKS_OK && !host.disturbed && count > 0) {
    if (is_to_do && slices-- == 0) {
      meanwhile();
      is_to_do = false;
    }
    uint32_t done = 0;
    status = slice(host, model, &done);
    count -= done;
  }
  if (is_to_do && !host.disturbed) {
    meanwhile();
  }
  return status;
}
inline dks_status step_in_slices(Host& host, dks_model* model, uint32_t count) {
  return step_in_slices(host, model, count, SIZE_MAX, [] {});
}

// What is posted while a step is under way is for the step after, as if it came between the two.
inline void step_and_post(Host& host) {
  const auto items = some_messages(host);
  dks_model* const model = host.model();
  const dks_message* const messages = host.array_of(items);
  const uint32_t count = host.count_of(items.size());
  const size_t slices = 1 + host.in.below(64);
  dks_status posted = DKS_OK;
  const auto post_them = [&] { posted = dks_model_post(model, messages, count); };
  host.works([&] {
    if (host.is_in_slices()) {
      return step_in_slices(host, model, 1, slices, post_them);
    }
    const dks_status status = dks_model_step(model, 1);
    if (!host.disturbed) {
      post_them();
    }
    return status;
  });
  host.trace.add(static_cast<uint64_t>(posted));
  host.is_special |= host.disturbed || posted != DKS_OK;
}

// Only budgets with which a slice ends in the same place always: none, and all the time there is.
inline void step_for(Host& host) {
  constexpr uint32_t kCounts[] = {1, 1, 2, 0, 3};
  dks_model* const model = host.model();
  const uint32_t count = host.in.pick(kCounts);
  const uint64_t budget = host.in.chance(4) ? UINT64_MAX : 0;
  uint32_t done = 7;
  uint32_t* const out_done = host.in.chance(32) ? nullptr : &done;
  for (size_t slices = 1 + host.in.below(12); slices > 0; --slices) {
    const uint64_t before = model == nullptr ? 0 : last_whole_step(model);
    const uint64_t steps = model == nullptr ? 0 : steps_done(model);
    done = 7;
    const bool good =
        host.works([&] { return dks_model_step_for(model, count, budget, out_done); });
    host.trace.add(done);
    if (model == nullptr || out_done == nullptr || host.disturbed) {
      return;
    }
    expect(steps_done(model) == steps + (done == 7 ? 0 : done), "steps were miscounted");
    if (!good) {
      return;
    }
    expect(done <= count && (budget == 0 || done == count), "more or fewer steps than asked for");
    expect(done > 0 || last_whole_step(model) == before, "a step that is under way shows");
    const bool is_under_way = count > 0 && done == 0;
    expect(!is_under_way || refuses_changes(model), "a step that is under way can be disturbed");
    expect(!(done > 0 && refuses_changes(model)), "a step that is whole is still under way");
    if (!is_under_way) {
      return;
    }
  }
}

}  // namespace dks::fuzz
