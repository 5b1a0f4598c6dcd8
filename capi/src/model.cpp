// SPDX-License-Identifier: MIT
#include "model.h"

#include "environment_json.h"
#include "json_text.h"
#include "nearest_name.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace dks::capi {

dks_status check_text_place(
    const char* buffer, uint64_t capacity, const uint64_t* out_size
) noexcept {
  if (buffer == nullptr && capacity > 0) {
    return missing("buffer");
  }
  if (buffer == nullptr && out_size == nullptr) {
    return missing("buffer and out_size");
  }
  return DKS_OK;
}

dks_status write_text(
    std::string_view text, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  if (const dks_status wrong = check_text_place(buffer, capacity, out_size)) {
    return wrong;
  }
  if (out_size != nullptr) {
    *out_size = text.size();
  }
  if (buffer == nullptr) {
    return DKS_OK;  // only the size was asked for
  }
  if (capacity < text.size() + 1) {
    return guard([&] {
      return fail(
          DKS_E_LIMIT,
          dks::text("buffer: ", capacity, " bytes do not hold ", text.size(), " and a terminator")
      );
    });
  }
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  return DKS_OK;
}

dks_status refuse_lent(const Model& model, uint32_t type) noexcept {
  return guard([&] {
    return fail(
        DKS_E_BUSY,
        text(
            "an Arrow export of agent type ",
            in_quotes(model.world().table(type).type().name),
            " is still held: release it first, or export with DKS_EXPORT_COPY"
        )
    );
  });
}

Error unknown_name(
    std::string_view what, std::string_view name, std::span<const std::string_view> known
) {
  std::string said = text("no ", what, " ", in_quotes(name));
  if (const auto nearest = nearest_name(name, known)) {
    said += text("; did you mean ", in_quotes(*nearest), "?");
  }
  return Error{Status::kNotFound, std::move(said)};
}

Result<uint32_t> find_type(const Model& model, const char* type) {
  if (const auto found = model.world().find_type(type)) {
    return *found;
  }
  return unknown_name("agent type", type, type_names(model.world()));
}

Result<uint32_t> find_layer(const Model& model, const char* layer) {
  if (const auto found = model.world().find_layer(layer)) {
    return *found;
  }
  std::vector<std::string_view> known;
  for (uint32_t i = 0; i < model.world().layer_count(); ++i) {
    known.push_back(model.world().layer(i).desc().name);
  }
  return unknown_name("layer", layer, known);
}

Result<uint32_t> find_environment_field(const Model& model, std::string_view field) {
  if (const auto found = model.live().environment().find(field)) {
    return *found;
  }
  return unknown_name("environment field", field, field_names(model.live().environment()));
}

Result<> expect_field(const Model& model, const char* field) {
  std::vector<std::string_view> known;
  for (uint32_t type = 0; type < model.world().type_count(); ++type) {
    const Table& table = model.world().table(type);
    if (table.find_element(field)) {
      return {};
    }
    for (const Field& candidate : table.type().fields) {
      known.push_back(candidate.name);
    }
  }
  return unknown_name("agent type has a field", field, known);
}

Result<uint32_t> cell_at(const Model& model, std::string_view what, int32_t x, int32_t y) {
  const GridShape& shape = model.world().grid().shape();
  if (x < 0 || y < 0 || static_cast<uint32_t>(x) >= shape.width ||
      static_cast<uint32_t>(y) >= shape.height) {
    return invalid(
        what,
        ": cell (",
        x,
        ", ",
        y,
        ") is not on the ",
        shape.width,
        " x ",
        shape.height,
        " grid, expected (0, 0) to (",
        shape.width - 1,
        ", ",
        shape.height - 1,
        ")"
    );
  }
  return model.world().grid().cell(static_cast<uint32_t>(x), static_cast<uint32_t>(y));
}

Result<> check_count(const Model& model, uint32_t count) {
  const uint32_t most = model.world().desc().max_agents;
  if (count > most) {
    return error(
        Status::kLimit, "count: ", count, " is more than the ", most, " agents this world can hold"
    );
  }
  return {};
}

}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace): the C functions stand outside
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

void dks_model_destroy(dks_model* model) noexcept {
  if (model != nullptr && model->in_call) {
    model->destroyed = true;
  } else {
    delete model;
  }
}

dks_status dks_model_hash(const dks_model* model, uint64_t* out_hash) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_hash == nullptr) {
      return missing("out_hash");
    }
    *out_hash = inside.world().hash();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_get_info(const dks_model* model, dks_model_info* out_info) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_info == nullptr) {
      return missing("out_info");
    }
    const World& world = inside.world();
    dks_model_info info{};
    info.width = world.grid().shape().width;
    info.height = world.grid().shape().height;
    info.steps_per_day = world.environment().desc().steps_per_day;
    info.seed = world.seed();
    info.step = world.step_number();
    info.agent_count = world.agent_count();
    info.max_agents = world.desc().max_agents;
    info.worker_count = inside.live().workers().count();
    info.type_count = world.type_count();
    info.inputs_accepted = world.inputs_accepted();
    info.inputs_dropped = world.inputs_dropped();
    info.memory_bytes = inside.memory.use().bytes;
    info.memory_peak = inside.memory.use().peak;
    return status_of(write_struct("out_info", info, out_info));
  });
}

dks_status dks_model_get_counters(const dks_model* model, dks_counters* out_counters) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_counters == nullptr) {
      return missing("out_counters");
    }
    const Counters& from = inside.world().counters();
    const dks_counters counters{
        0,
        0,
        from.steps,
        from.activations,
        from.gather,
        from.environment,
        from.sense,
        from.think,
        from.act,
        from.commit,
        from.collect,
        from.publish};
    return status_of(write_struct("out_counters", counters, out_counters));
  });
}

}  // extern "C"
