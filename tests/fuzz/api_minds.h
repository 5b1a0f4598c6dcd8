// The calls about minds, alone and in agents. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"

#include <algorithm>
#include <vector>

namespace dks::fuzz {

inline void mind_create(Host& host) {
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  desc.type = static_cast<uint32_t>(host.in.below(4));
  const std::string_view text = host.in.chance(8)   ? std::string_view(host.in.text())
                                : host.in.chance(2) ? kWideMind
                                                    : kMind;
  const dks_document document = {host.name(kPets), text.data(), text.size()};
  const dks_mind_desc* const given = host.struct_of(desc);
  dks_mind* made = nullptr;
  if (host.writes([&] { return dks_mind_create(&document, given, &made); })) {
    dks_mind_destroy(host.mind);
    host.mind = made;
  }
}

// Numbers of the mind's type: probabilities that add up to 1 or, sometimes, anything.
template <class Real>
inline void think(Host& host, const dks_mind_info& info) {
  const uint32_t count = static_cast<uint32_t>(host.in.below(4));
  const auto numbers = [&](uint32_t width) { return std::vector<Real>(size_t{count} * width); };
  std::vector<Real> beliefs = numbers(info.state_count);
  for (size_t row = 0; row < count; ++row) {
    beliefs[row * info.state_count + host.in.below(info.state_count)] = 1;
  }
  if (host.in.chance(8) && count > 0) {
    beliefs[0] = static_cast<Real>(host.in.real());
  }
  std::vector<Real> out = numbers(info.state_count);
  std::vector<Real> energy = numbers(1);
  const auto outcomes = host.whole(size_t{count} * info.modality_count);
  const dks_mind* const mind = host.mind;
  host.reads([&] {
    return dks_mind_infer(mind, beliefs.data(), outcomes.data(), count, out.data(), energy.data());
  });
  std::vector<Real> liked = numbers(info.outcome_count);
  std::ranges::generate(liked, [&] { return static_cast<Real>(host.in.real()); });
  std::vector<Real> scores = numbers(info.policy_count);
  std::vector<Real> chances = numbers(info.policy_count);
  std::vector<Real> marginals = numbers(info.control_count);
  host.reads([&] {
    return dks_mind_plan(
        mind, beliefs.data(), liked.data(), count, scores.data(), chances.data(), marginals.data()
    );
  });
  const auto actions = host.whole(size_t{count} * info.factor_count);
  host.reads([&] {
    return dks_mind_predict(mind, beliefs.data(), actions.data(), count, beliefs.data());
  });
  for (const auto* array : {&beliefs, &out, &energy, &scores, &chances, &marginals}) {
    host.trace.add(array->data(), array->size() * sizeof(Real));
  }
}

inline void mind_think(Host& host) {
  auto* const room = host.room_for<dks_mind_info>();
  host.reads([&] { return dks_mind_get_info(host.mind, room); });
  dks_mind_info info;
  dks_mind_info_init(&info);
  if (host.mind != nullptr && dks_mind_get_info(host.mind, &info) == DKS_OK) {
    info.type == DKS_TYPE_F64 ? think<double>(host, info) : think<float>(host, info);
  }
}

inline void attach_mind(Host& host) {
  dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  host.writes([&] { return dks_model_attach_mind(model, type, host.mind); });
}

}  // namespace dks::fuzz
