// SPDX-License-Identifier: MIT
#include "data/agent_set.h"

#include "json_text.h"
#include "model.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace dks::capi {

static_assert(static_cast<int32_t>(Comparison::kLess) == DKS_OP_LT);
static_assert(static_cast<int32_t>(Comparison::kLessEqual) == DKS_OP_LE);
static_assert(static_cast<int32_t>(Comparison::kEqual) == DKS_OP_EQ);
static_assert(static_cast<int32_t>(Comparison::kNotEqual) == DKS_OP_NE);
static_assert(static_cast<int32_t>(Comparison::kGreaterEqual) == DKS_OP_GE);
static_assert(static_cast<int32_t>(Comparison::kGreater) == DKS_OP_GT);
static_assert(static_cast<int32_t>(Aggregate::kCount) == DKS_AGG_COUNT);
static_assert(static_cast<int32_t>(Aggregate::kSum) == DKS_AGG_SUM);
static_assert(static_cast<int32_t>(Aggregate::kMean) == DKS_AGG_MEAN);
static_assert(static_cast<int32_t>(Aggregate::kMin) == DKS_AGG_MIN);
static_assert(static_cast<int32_t>(Aggregate::kMax) == DKS_AGG_MAX);
static_assert(sizeof(AgentId) == sizeof(dks_agent_id));

}  // namespace dks::capi

// Shares the model, so that either may be destroyed first.
struct dks_agent_set {
  std::shared_ptr<dks::capi::Model> model;
  mutable dks::AgentSet agents;  // which world it looks at changes
};

namespace dks::capi {
namespace {

// The entry of what leaves the model as it is; body takes the AgentSet.
template <class Set, class Body>
dks_status enter_set(Set* set, Body&& body) noexcept {
  if (set == nullptr) {
    return fail(DKS_E_INVALID, "set: expected a handle, found NULL");
  }
  return enter_shared(std::as_const(*set->model), [&](const Model& inside) {
    set->agents.look_at(inside.world());
    return body(set->agents);
  });
}

// A field that some agent type has, or one of the two that every agent has.
Result<> check_field(const Model& model, const char* what, const char* field) {
  if (field == nullptr) {
    return invalid(what, ": expected the name of a field, found NULL");
  }
  const std::string_view name = field;
  return name == "id" || name == "cell" ? Result<>() : expect_field(model, field);
}

Result<Aggregate> check_aggregate(int32_t aggregate) {
  if (aggregate < DKS_AGG_COUNT || aggregate > DKS_AGG_MAX) {
    return invalid("aggregate: ", aggregate, " is not in [", DKS_AGG_COUNT, ", ", DKS_AGG_MAX, "]");
  }
  return static_cast<Aggregate>(aggregate);
}

// Counting needs no field.
const char* counted(const char* field, int32_t aggregate) {
  return field == nullptr && aggregate == DKS_AGG_COUNT ? "id" : field;
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_agent_set_create(
    dks_model* model, const char* type, dks_agent_set** out_set
) noexcept {
  if (const char* const null = first_null({{"model", model}, {"out_set", out_set}})) {
    return missing(null);
  }
  return enter_shared(std::as_const(*model->shared), [&](const Model& inside) {
    std::optional<uint32_t> wanted;
    if (type != nullptr) {
      const auto found = find_type(inside, type);
      if (!found) {
        return fail(found.error());
      }
      wanted = *found;
    }
    auto set = std::make_unique<dks_agent_set>(dks_agent_set{
        model->shared, AgentSet(inside.world(), wanted)});
    *out_set = set.release();
    return static_cast<dks_status>(DKS_OK);
  });
}

void dks_agent_set_destroy(dks_agent_set* set) noexcept {
  delete set;
}

dks_status dks_agent_set_select(
    dks_agent_set* set, const char* field, int32_t op, double value
) noexcept {
  return enter_set(set, [&](AgentSet& agents) {
    if (const auto known = check_field(*set->model, "field", field); !known) {
      return fail(known.error());
    }
    if (op < DKS_OP_LT || op > DKS_OP_GT) {
      return fail(invalid("op: ", op, " is not in [", DKS_OP_LT, ", ", DKS_OP_GT, "]"));
    }
    if (std::isnan(value)) {
      return fail(invalid("value: expected a number to compare with, found NaN"));
    }
    return status_of(agents.select(field, static_cast<Comparison>(op), value));
  });
}

dks_status dks_agent_set_take(dks_agent_set* set, uint64_t count) noexcept {
  return enter_set(set, [&](AgentSet& agents) {
    agents.take(count);
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_agent_set_sort(dks_agent_set* set, const char* field, int32_t descending) noexcept {
  return enter_set(set, [&](AgentSet& agents) {
    if (const auto known = check_field(*set->model, "field", field); !known) {
      return fail(known.error());
    }
    return status_of(agents.sort(field, descending != 0));
  });
}

dks_status dks_agent_set_shuffle(dks_agent_set* set, uint64_t key) noexcept {
  return enter_set(set, [&](AgentSet& agents) {
    agents.shuffle(key);
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_agent_set_do(
    dks_agent_set* set, const char* field, double factor, double offset
) noexcept {
  if (set == nullptr) {
    return fail(DKS_E_INVALID, "set: expected a handle, found NULL");
  }
  return enter_shared(*set->model, [&](Model& inside) {
    if (const auto known = check_field(inside, "field", field); !known) {
      return fail(known.error());
    }
    if (!std::isfinite(factor) || !std::isfinite(offset)) {
      return fail(invalid("factor ", factor, " and offset ", offset, ": expected finite numbers"));
    }
    set->agents.look_at(inside.world());
    return status_of(set->agents.update(inside.world(), field, factor, offset));
  });
}

dks_status dks_agent_set_aggregate(
    const dks_agent_set* set, const char* field, int32_t aggregate, double* out_value
) noexcept {
  return enter_set(set, [&](const AgentSet& agents) {
    if (out_value == nullptr) {
      return missing("out_value");
    }
    const auto kind = check_aggregate(aggregate);
    if (!kind) {
      return fail(kind.error());
    }
    const char* const of = counted(field, aggregate);
    if (const auto known = check_field(*set->model, "field", of); !known) {
      return fail(known.error());
    }
    const auto value = agents.aggregate(of, *kind);
    if (value) {
      *out_value = *value;
    }
    return status_of(value);
  });
}

dks_status dks_agent_set_group(
    const dks_agent_set* set,
    const char* by,
    const char* field,
    int32_t aggregate,
    double* out_keys,
    double* out_values,
    uint64_t capacity,
    uint64_t* out_count
) noexcept {
  return enter_set(set, [&](const AgentSet& agents) {
    if (out_count == nullptr) {
      return missing("out_count");
    }
    const char* const null = first_null({{"out_keys", out_keys}, {"out_values", out_values}});
    if (capacity > 0 && null != nullptr) {
      return missing(null);
    }
    const auto kind = check_aggregate(aggregate);
    if (!kind) {
      return fail(kind.error());
    }
    const char* const of = counted(field, aggregate);
    for (const auto& known :
         {check_field(*set->model, "by", by), check_field(*set->model, "field", of)}) {
      if (!known) {
        return fail(known.error());
      }
    }
    const auto groups = agents.group_by(by, of, *kind);
    if (!groups) {
      return fail(groups.error());
    }
    *out_count = groups->size();
    if (capacity == 0 && out_keys == nullptr) {
      return static_cast<dks_status>(DKS_OK);  // only how many was asked for
    }
    if (groups->size() > capacity) {
      return fail(error(
          Status::kLimit, "capacity: ", capacity, " entries do not hold ", groups->size(), " groups"
      ));
    }
    for (size_t i = 0; i < groups->size(); ++i) {
      out_keys[i] = (*groups)[i].key;
      out_values[i] = (*groups)[i].value;
    }
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_agent_set_ids(
    const dks_agent_set* set, const dks_agent_id** out_ids, uint64_t* out_count
) noexcept {
  return enter_set(set, [&](const AgentSet& agents) {
    if (const char* const null = first_null({{"out_ids", out_ids}, {"out_count", out_count}})) {
      return missing(null);
    }
    const auto ids = agents.ids();
    *out_ids = reinterpret_cast<const dks_agent_id*>(ids.data());
    *out_count = ids.size();
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
