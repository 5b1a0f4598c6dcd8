// SPDX-License-Identifier: MIT
#include "mind.h"

#include "document.h"
#include "guard.h"
#include "json.h"
#include "structs.h"

#include <algorithm>

namespace dks::capi {

Result<std::shared_ptr<const Mind>> Mind::load(const Document& document, MindType type) {
  const auto json = parse_json(document.name, document.text);
  DKS_TRY(json);
  return make(document.name, *json, type);
}

Result<std::shared_ptr<const Mind>> Mind::make(
    std::string_view document_name, const Json& json, MindType type
) {
  auto model = load_model(document_name, json);
  DKS_TRY(model);
  if (model->message_passing) {
    return invalid(
        document_name,
        ": the model asks for message passing, which minds do not do; expected the algorithm "
        "\"fpi\""
    );
  }
  using Loaded = Result<std::shared_ptr<const Mind>>;
  const auto made = [&]<class Real>(Result<std::shared_ptr<const mind::Mind<Real>>> built
                    ) -> Loaded {
    if (!built) {
      return at(document_name, built.error());
    }
    return std::shared_ptr<const Mind>(new Mind(MindBatch<Real>(std::move(*built)), *model));
  };
  if (type == MindType::kF64) {
#ifdef DKS_WITHOUT_DOUBLE_MINDS
    return invalid(document_name, ": this dks has no minds of DKS_TYPE_F64 (DKS_DOUBLE_MINDS=OFF)");
#else
    return made(mind::Mind<double>::build(std::move(model->mind)));
#endif
  }
  return made(mind::Mind<float>::build(std::move(model->mind)));
}

Mind::Mind(Batch batch, const ModelDocument& document)
    : batch_(std::move(batch)), name_(document.name), actions_(document.actions) {
  with_batch([&](const auto& of) { describe(*of.mind()); });
}

template <class Real>
void Mind::describe(const mind::Mind<Real>& mind) {
  const mind::GenerativeModel<Real>& model = mind.model();
  const mind::Policies& policies = mind.policies();
  for (const auto& names : actions_) {
    for (const std::string& name : names) {
      control_names_.push_back(name.c_str());
    }
  }
  for (size_t f = 0; f < model.num_factors(); ++f) {
    const mind::Factor<Real>& factor = model.factors()[f];
    factors_.push_back(
        {model.factor_name(f).c_str(),
         control_names_.data() + factor.control_offset,
         factor.num_states,
         static_cast<uint32_t>(factor.state_offset),
         factor.num_controls,
         static_cast<uint32_t>(factor.control_offset)}
    );
  }
  for (size_t m = 0; m < model.num_modalities(); ++m) {
    const mind::Modality<Real>& modality = model.modalities()[m];
    modalities_.push_back(
        {model.modality_name(m).c_str(),
         modality.num_outcomes,
         static_cast<uint32_t>(modality.outcome_offset)}
    );
  }
  for (size_t first = 0; first < policies.num_first_actions(); ++first) {
    const auto actions = policies.node_actions(first);
    first_actions_.insert(first_actions_.end(), actions.begin(), actions.end());
  }
  info_.type = std::is_same_v<Real, double> ? DKS_TYPE_F64 : DKS_TYPE_F32;
  info_.factor_count = static_cast<uint32_t>(model.num_factors());
  info_.modality_count = static_cast<uint32_t>(model.num_modalities());
  info_.state_count = static_cast<uint32_t>(model.total_states());
  info_.outcome_count = static_cast<uint32_t>(model.total_outcomes());
  info_.control_count = static_cast<uint32_t>(model.total_controls());
  info_.policy_count = static_cast<uint32_t>(policies.size());
  info_.depth = static_cast<uint32_t>(policies.depth());
  info_.first_action_count = static_cast<uint32_t>(policies.num_first_actions());
  info_.name = name_.c_str();
  info_.factors = factors_.data();
  info_.modalities = modalities_.data();
  info_.policies = policies.step(0, 0).data();
  info_.first_actions = first_actions_.data();
}

namespace {

dks_status create(const dks_document& given, const dks_mind_desc* desc, dks_mind** out_mind) {
  dks_mind_desc settings{};
  if (desc != nullptr) {
    const auto known = read_struct("desc", desc);
    if (!known) {
      return fail(known.error());
    }
    settings = *known;
  }
  if (settings.type != 0 && settings.type != DKS_TYPE_F32 && settings.type != DKS_TYPE_F64) {
    return fail(
        invalid("desc.type: ", settings.type, " is not DKS_TYPE_F32 (1), DKS_TYPE_F64 (2) or 0")
    );
  }
  const auto document = read_document("document", given);
  if (!document) {
    return fail(document.error());
  }
  const bool is_double = settings.type == DKS_TYPE_F64;
  auto mind = Mind::load(*document, is_double ? MindType::kF64 : MindType::kF32);
  if (!mind) {
    return fail(mind.error());
  }
  *out_mind = new dks_mind{std::move(*mind)};
  return DKS_OK;
}

// The entry of the batch functions: body gets the MindBatch, and what it reads has to be
// there unless there are no agents.
template <class Body>
dks_status enter_batch(
    const dks_mind* mind, uint32_t count, std::initializer_list<Argument> read, Body&& body
) noexcept {
  if (mind == nullptr) {
    return missing("mind");
  }
  if (count == 0) {
    return DKS_OK;
  }
  if (const char* const null = first_null(read)) {
    return missing(null);
  }
  return guard([&] {
    return mind->shared->with_batch([&]<class Real>(const MindBatch<Real>& batch) {
      return status_of(body(batch));
    });
  });
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

void dks_mind_desc_init_sized(dks_mind_desc* desc, uint32_t struct_size) noexcept {
  init_struct(desc, struct_size);
}

dks_status dks_mind_create(
    const dks_document* document, const dks_mind_desc* desc, dks_mind** out_mind
) noexcept {
  if (const char* const null = first_null({{"document", document}, {"out_mind", out_mind}})) {
    return missing(null);
  }
  return guard([&] { return create(*document, desc, out_mind); });
}

void dks_mind_destroy(dks_mind* mind) noexcept {
  delete mind;
}

dks_status dks_mind_get_info(const dks_mind* mind, dks_mind_info* out_info) noexcept {
  if (const char* const null = first_null({{"mind", mind}, {"out_info", out_info}})) {
    return missing(null);
  }
  return guard([&] { return status_of(write_struct("out_info", mind->shared->info(), out_info)); });
}

dks_status dks_mind_infer(
    const dks_mind* mind,
    const void* prior,
    const int32_t* observations,
    uint32_t count,
    void* out_beliefs,
    void* out_free_energy
) noexcept {
  return enter_batch(
      mind,
      count,
      {{"observations", observations}},
      [&]<class Real>(const MindBatch<Real>& batch) {
        return batch.infer(
            static_cast<const Real*>(prior),
            observations,
            count,
            static_cast<Real*>(out_beliefs),
            static_cast<Real*>(out_free_energy)
        );
      }
  );
}

dks_status dks_mind_plan(
    const dks_mind* mind,
    const void* beliefs,
    const void* preferences,
    uint32_t count,
    void* out_neg_efe,
    void* out_q_pi,
    void* out_action_marginals
) noexcept {
  return enter_batch(
      mind,
      count,
      {{"beliefs", beliefs}},
      [&]<class Real>(const MindBatch<Real>& batch) {
        return batch.plan(
            static_cast<const Real*>(beliefs),
            static_cast<const Real*>(preferences),
            count,
            static_cast<Real*>(out_neg_efe),
            static_cast<Real*>(out_q_pi),
            static_cast<Real*>(out_action_marginals)
        );
      }
  );
}

dks_status dks_mind_predict(
    const dks_mind* mind,
    const void* beliefs,
    const int32_t* actions,
    uint32_t count,
    void* out_prior
) noexcept {
  return enter_batch(
      mind,
      count,
      {{"beliefs", beliefs}, {"actions", actions}, {"out_prior", out_prior}},
      [&]<class Real>(const MindBatch<Real>& batch) {
        return batch.predict(
            static_cast<const Real*>(beliefs), actions, count, static_cast<Real*>(out_prior)
        );
      }
  );
}

}  // extern "C"
