// Any bytes as the document of a mind: refused with a text, or a mind that infers, plans and
// predicts with finite numbers. SPDX-License-Identifier: MIT
#include "dks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

// What never may happen ends the program, as a sanitizer would.
void expect(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "fuzz_model_json: %s (%s)\n", what, dks_last_error());
    std::abort();
  }
}

// Work that one input may ask for; a document that means more is no mistake.
constexpr uint64_t kMostWork = 1U << 20;
bool is_small(const dks_mind_info& info, std::string_view text) {
  const uint64_t each = uint64_t{info.state_count} + info.outcome_count;
  const bool may_search = text.find("sophisticated") != text.npos;
  return each * info.policy_count * info.depth <= kMostWork && !may_search;
}

template <class Real>
void expect_distributions(const std::vector<Real>& p, size_t rows, const char* what) {
  const size_t width = p.size() / rows;
  for (size_t row = 0; row < rows; ++row) {
    double sum = 0;
    for (size_t i = 0; i < width; ++i) {
      expect(p[row * width + i] >= 0, what);
      sum += static_cast<double>(p[row * width + i]);
    }
    expect(std::abs(sum - 1) < 1e-3, what);
  }
}

template <class Real>
void live(const dks_mind* mind, const dks_mind_info& info, std::string_view text) {
  constexpr uint32_t kAgents = 2;
  std::vector<int32_t> observations(kAgents * size_t{info.modality_count});
  for (uint32_t m = 0; m < info.modality_count; ++m) {
    observations[m] = static_cast<int32_t>(info.modalities[m].outcome_count) - 1;
    observations[info.modality_count + m] = -1;
  }
  std::vector<Real> beliefs(kAgents * size_t{info.state_count});
  std::vector<Real> free_energy(kAgents);
  expect(
      dks_mind_infer(
          mind, nullptr, observations.data(), kAgents, beliefs.data(), free_energy.data()
      ) == DKS_OK,
      "infer fails"
  );
  expect(std::isfinite(free_energy[0]) && std::isfinite(free_energy[1]), "free energy");
  std::vector<int32_t> actions(kAgents * size_t{info.factor_count});
  std::copy_n(info.first_actions, info.factor_count, actions.begin());
  expect(
      dks_mind_predict(mind, beliefs.data(), actions.data(), kAgents, beliefs.data()) == DKS_OK,
      "predict fails"
  );
  if (is_small(info, text)) {
    std::vector<Real> neg_efe(kAgents * size_t{info.policy_count});
    std::vector<Real> q_pi(neg_efe.size());
    std::vector<Real> marginals(kAgents * size_t{info.control_count});
    expect(
        dks_mind_plan(
            mind, beliefs.data(), nullptr, kAgents, neg_efe.data(), q_pi.data(), marginals.data()
        ) == DKS_OK,
        "plan fails"
    );
    for (const Real score : neg_efe) {
      expect(std::isfinite(score), "neg_efe");
    }
    expect_distributions(q_pi, kAgents, "q_pi");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const dks_document document = {"fuzz", text.data(), size};
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  for (const uint32_t type : {DKS_TYPE_F32, DKS_TYPE_F64}) {
    desc.type = type;
    dks_mind* mind = nullptr;
    if (dks_mind_create(&document, &desc, &mind) != DKS_OK) {
      expect(mind == nullptr && std::strlen(dks_last_error()) > 0, "refused without a word");
      continue;
    }
    dks_mind_info info;
    dks_mind_info_init(&info);
    expect(dks_mind_get_info(mind, &info) == DKS_OK, "get_info fails");
    type == DKS_TYPE_F64 ? live<double>(mind, info, text) : live<float>(mind, info, text);
    dks_mind_destroy(mind);
  }
  return 0;
}
