// What stands behind a dks_mind: a generative model with its policies and names, in one precision.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "document.h"
#include "mind_batch.h"
#include "model_json.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dks::capi {

// A dks_mind's number type.
enum class MindType : uint32_t { kF32 = DKS_TYPE_F32, kF64 = DKS_TYPE_F64 };

// Immutable, so any thread may read it; it stays where it is, as dks_mind_info lends its memory.
class Mind {
 public:
  // Reads and builds; an error names the document and, as far as it is known, the place in it.
  static Result<std::shared_ptr<const Mind>> load(const Document& document, MindType type);
  static Result<std::shared_ptr<const Mind>> make(
      std::string_view document_name, const Json& json, MindType type
  );

  Mind(const Mind&) = delete;
  Mind& operator=(const Mind&) = delete;

  const std::string& name() const { return name_; }
  const dks_mind_info& info() const { return info_; }

  // Calls f(const MindBatch<Real>&), Real being float or double.
  template <class F>
  decltype(auto) with_batch(F&& f) const {
    return std::visit(std::forward<F>(f), batch_);
  }

 private:
#ifdef DKS_WITHOUT_DOUBLE_MINDS
  using Batch = std::variant<MindBatch<float>>;
#else
  using Batch = std::variant<MindBatch<float>, MindBatch<double>>;
#endif

  Mind(Batch batch, const ModelDocument& document);
  template <class Real>
  void describe(const mind::Mind<Real>& mind);

  Batch batch_;
  std::string name_;
  std::vector<std::vector<std::string>> actions_;  // by factor and control
  std::vector<const char*> control_names_;
  std::vector<dks_mind_factor> factors_;
  std::vector<dks_mind_modality> modalities_;
  std::vector<int32_t> first_actions_;
  dks_mind_info info_{};
};

}  // namespace dks::capi

struct dks_mind {
  std::shared_ptr<const dks::capi::Mind> shared;
};
