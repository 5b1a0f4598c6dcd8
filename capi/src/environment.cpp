// SPDX-License-Identifier: MIT
#include "environment_json.h"
#include "model.h"

#include <cmath>

namespace dks::capi {
namespace {

constexpr size_t kMostTimers = 100'000;

Json environment_json(const World& world) {
  const Environment& environment = world.environment();
  Json fields = Json::object();
  for (const Environment::Field& field : environment.fields()) {
    Json value = Json::object().set("value", field.value);
    if (field.driven) {
      value.set("driven", true).set("until", field.driven_until);
    }
    fields.set(field.name, std::move(value));
  }
  Json layers = Json::object();
  for (uint32_t i = 0; i < world.layer_count(); ++i) {
    Json values = Json::array();
    for (const float value : world.layer(i).values()) {
      values.push_back(value);
    }
    layers.set(world.layer(i).desc().name, std::move(values));
  }
  Json timers = Json::array();
  for (const Timers::Timer& timer : world.timers().all()) {
    timers.push_back(Json::object()
                         .set("id", timer.id)
                         .set("name", timer.desc.name)
                         .set("next", timer.next)
                         .set("every", timer.desc.interval)
                         .set("count", timer.desc.count)
                         .set("fired", timer.fired)
                         .set("priority", timer.desc.priority)
                         .set("paused", timer.paused));
  }
  return Json::object()
      .set("fields", std::move(fields))
      .set("temperature_drift", environment.drift())
      .set("last_weather", kWeatherNames[static_cast<size_t>(environment.last_weather())])
      .set("layers", std::move(layers))
      .set("last_timer", world.timers().last_id())
      .set("timers", std::move(timers));
}

// The whole is read and checked before anything is set.
class EnvironmentLoader {
 public:
  EnvironmentLoader(World& world, JsonReader in) : world_(world), in_(std::move(in)) {}

  void read() {
    for (const auto& [name, value] : in_["fields"].members_or_empty()) {
      read_field(name, value);
    }
    drift_ = in_["temperature_drift"].number<double>({-1e6, 1e6}, world_.environment().drift());
    const auto weather = static_cast<size_t>(world_.environment().last_weather());
    last_weather_ =
        static_cast<Weather>(in_["last_weather"].index_in({"weather", kWeatherNames}, weather));
    for (const auto& [name, value] : in_["layers"].members_or_empty()) {
      read_layer(name, value);
    }
    has_timers_ = in_.has("timers");
    last_timer_ = in_["last_timer"].integer<uint64_t>({0, kMostExact}, world_.timers().last_id());
    for (const JsonField item : in_["timers"].items_or_empty({0, kMostTimers})) {
      read_timer(item);
    }
  }

  void apply() {
    Environment& environment = world_.environment_at_boundary();
    for (const FieldState& field : fields_) {
      environment.release(field.index);
      environment.set_value(field.index, field.value);
      if (field.driven) {
        environment.drive(field.index, field.value, field.until);
      }
    }
    environment.set_drift(drift_);
    environment.set_last_weather(last_weather_);
    for (const LayerState& layer : layers_) {
      for (uint32_t cell = 0; cell < layer.values.size(); ++cell) {
        world_.layer_at_boundary(layer.index).set(cell, layer.values[cell]);
      }
    }
    if (has_timers_) {
      world_.timers_at_boundary().restore(std::move(timers_), last_timer_);
    }
  }

 private:
  struct FieldState {
    uint32_t index;
    double value;
    bool driven;
    uint64_t until;
  };
  struct LayerState {
    uint32_t index;
    std::vector<float> values;
  };

  void read_field(std::string_view name, const JsonField& value) {
    const Environment& environment = world_.environment();
    const auto index = environment.find(name);
    if (!index) {
      return value.refuse_name(name, {"environment field", field_names(environment)});
    }
    JsonReader in = value.object();
    const double number = load_reading(in["value"], environment, *index);
    const bool driven = in["driven"].boolean(false);
    fields_.push_back({*index, number, driven, in["until"].integer<uint64_t>({0, kMostExact}, 0)});
  }

  void read_layer(std::string_view name, const JsonField& value) {
    const auto index = world_.find_layer(name);
    if (!index) {
      std::vector<std::string_view> known;
      for (uint32_t i = 0; i < world_.layer_count(); ++i) {
        known.push_back(world_.layer(i).desc().name);
      }
      return value.refuse_name(name, {"layer", known});
    }
    const LayerDesc& desc = world_.layer(*index).desc();
    LayerState layer{*index, {}};
    for (const JsonField cell :
         value.items(JsonCount::exactly(world_.grid().shape().cell_count()))) {
      const float number = cell.number<float>({desc.min, desc.max});
      if (!desc.categories.empty() && number != std::floor(number)) {
        cell.refuse(number, " is no category's number");
      }
      layer.values.push_back(number);
    }
    layers_.push_back(std::move(layer));
  }

  void read_timer(const JsonField& item) {
    JsonReader in = item.object();
    Timers::Timer timer{};
    timer.id = in["id"].integer<uint64_t>({1, static_cast<int64_t>(last_timer_)});
    timer.desc.name = in["name"].name({kLongestName, true});
    timer.next = in["next"].integer<uint64_t>({0, kMostExact});
    timer.desc.interval = in["every"].integer<uint32_t>({}, 0);
    timer.desc.count = in["count"].integer<uint32_t>({}, 0);
    timer.fired = in["fired"].integer<uint32_t>({}, 0);
    timer.desc.priority = in["priority"].integer<int32_t>({}, 0);
    timer.paused = in["paused"].boolean(false);
    for (const Timers::Timer& other : timers_) {
      if (other.id == timer.id) {
        item.refuse("timer ", timer.id, " stands twice");
      }
    }
    timers_.push_back(std::move(timer));
  }

  World& world_;
  JsonReader in_;
  std::vector<FieldState> fields_;
  std::vector<LayerState> layers_;
  std::vector<Timers::Timer> timers_;
  double drift_ = 0;
  Weather last_weather_ = Weather::kClear;
  uint64_t last_timer_ = 0;
  bool has_timers_ = false;
};

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_environment(
    const dks_model* model, const char* field, double* out_value
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"field", field}, {"out_value", out_value}})) {
      return missing(null);
    }
    const auto index = find_environment_field(inside, field);
    if (!index) {
      return fail(index.error());
    }
    *out_value = inside.world().environment().value(*index);
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_drive(
    dks_model* model, const char* field, double value, uint32_t steps
) noexcept {
  return enter(model, [&](Model& inside) {
    if (field == nullptr) {
      return missing("field");
    }
    const auto index = find_environment_field(inside, field);
    if (!index) {
      return fail(index.error());
    }
    return status_of(inside.world().drive(*index, value, steps));
  });
}

dks_status dks_model_release(dks_model* model, const char* field) noexcept {
  return enter(model, [&](Model& inside) {
    if (field == nullptr) {
      return missing("field");
    }
    const auto index = find_environment_field(inside, field);
    return index ? status_of(inside.world().release(*index)) : fail(index.error());
  });
}

dks_status dks_model_environment_json(
    const dks_model* model, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](const Model& inside) {
    return write_text(write_json(environment_json(inside.world())), buffer, capacity, out_size);
  });
}

dks_status dks_model_set_environment_json(
    dks_model* model, const char* json, uint64_t size
) noexcept {
  return enter(model, [&](Model& inside) {
    if (json == nullptr) {
      return missing("json");
    }
    const auto parsed = parse_json("environment", {json, size});
    if (!parsed) {
      return fail(parsed.error());
    }
    JsonSource source("environment", *parsed);
    EnvironmentLoader loader(inside.world(), source.root().object());
    loader.read();
    if (const auto read = source.finish(); !read) {
      return fail(read.error());
    }
    loader.apply();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_layer(
    const dks_model* model, const char* layer, dks_column* out_column
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"layer", layer}, {"out_column", out_column}})) {
      return missing(null);
    }
    const auto index = find_layer(inside, layer);
    if (!index) {
      return fail(index.error());
    }
    const auto values = inside.world().layer(*index).values();
    const uint64_t epoch = inside.epoch_of(1);  // the cells of a layer never move
    *out_column = {values.data(), values.size(), epoch, DKS_TYPE_F32, sizeof(float)};
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_set_layer(
    dks_model* model,
    const char* layer,
    const int32_t* x,
    const int32_t* y,
    const double* values,
    uint32_t count
) noexcept {
  return enter(model, [&](Model& inside) {
    if (layer == nullptr) {
      return missing("layer");
    }
    const char* const null = first_null({{"x", x}, {"y", y}, {"values", values}});
    if (count > 0 && null != nullptr) {
      return missing(null);
    }
    const auto index = find_layer(inside, layer);
    if (!index) {
      return fail(index.error());
    }
    const uint32_t most = inside.world().grid().shape().cell_count();
    if (count > most) {
      return fail(error(Status::kLimit, "count: ", count, " is more than the ", most, " cells"));
    }
    std::vector<uint32_t> cells;
    for (uint32_t i = 0; i < count; ++i) {
      const auto cell = cell_at(inside, text("entry ", i), x[i], y[i]);
      if (!cell) {
        return fail(cell.error());
      }
      cells.push_back(*cell);
    }
    return status_of(inside.world().set_layer(*index, cells, {values, count}));
  });
}

// ---- timers

void dks_timer_desc_init_sized(dks_timer_desc* desc, uint32_t struct_size) noexcept {
  init_struct(desc, struct_size);
}

dks_status dks_model_schedule(
    dks_model* model, const dks_timer_desc* desc, uint64_t* out_timer
) noexcept {
  return enter(model, [&](Model& inside) {
    if (desc == nullptr) {
      return missing("desc");
    }
    const auto given = read_struct("desc", desc);
    if (!given) {
      return fail(given.error());
    }
    const auto name = read_name("desc.name", given->name, NameRule::kMayBeMissing);
    if (!name) {
      return fail(name.error());
    }
    const uint64_t now = inside.world().step_number();
    if (given->start != 0 && (given->start < now || given->start > uint64_t{kMostExact})) {
      return fail(invalid(
          "desc.start: step ",
          given->start,
          " is not in [",
          now,
          ", ",
          kMostExact,
          "], the next is ",
          now
      ));
    }
    if (inside.world().timers().all().size() >= kMostTimers) {
      return fail(error(Status::kLimit, "there are ", kMostTimers, " timers already"));
    }
    TimerDesc timer;
    timer.name = *name;
    timer.start = given->start == 0 ? now : given->start;
    timer.interval = given->interval;
    timer.count = given->count;
    timer.priority = given->priority;
    const uint64_t id = inside.world().timers_at_boundary().add(std::move(timer));
    if (out_timer != nullptr) {
      *out_timer = id;
    }
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_pause_timer(dks_model* model, uint64_t timer, int32_t paused) noexcept {
  return enter(model, [&](Model& inside) {
    return status_of(inside.world().timers_at_boundary().pause(timer, paused != 0));
  });
}

dks_status dks_model_cancel_timer(dks_model* model, uint64_t timer) noexcept {
  return enter(model, [&](Model& inside) {
    return status_of(inside.world().timers_at_boundary().cancel(timer));
  });
}

}  // extern "C"
