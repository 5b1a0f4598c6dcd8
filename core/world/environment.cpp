// SPDX-License-Identifier: MIT
#include "world/environment.h"

#include "base/archive.h"
#include "base/random.h"
#include "math/functions.h"
#include "math/normal.h"
#include "world/streams.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace dks {
namespace {

// Daylight in [0, 1]: half a sine between sunrise and sunset.
double daylight(const EnvironmentDesc& desc, double hour) {
  if (!desc.night) {
    return 1;
  }
  if (hour <= desc.sunrise || hour >= desc.sunset) {
    return 0;
  }
  return math::sin_turn(0.5 * (hour - desc.sunrise) / (desc.sunset - desc.sunrise));
}

Weather next_weather(const EnvironmentDesc& desc, Weather now, Random& random) {
  const double turn = random.uniform();
  double pick = random.uniform();
  if (turn * desc.steps_per_day >= desc.weather_turns_per_day) {
    return now;
  }
  double total = 0;
  const uint32_t kinds = desc.storms ? 4 : 3;
  for (uint32_t i = 0; i < kinds; ++i) {
    total += desc.weather_share[i];
  }
  if (!(total > 0)) {
    return now;
  }
  pick *= total;
  for (uint32_t i = 0; i + 1 < kinds; ++i) {
    if (pick < desc.weather_share[i]) {
      return static_cast<Weather>(i);
    }
    pick -= desc.weather_share[i];
  }
  return static_cast<Weather>(kinds - 1);
}

constexpr double kCloudLight[] = {1.0, 0.75, 0.55, 0.35};
constexpr double kCloudWarmth[] = {1.0, -0.5, -2.0, -4.0};

}  // namespace

Environment::Environment(const EnvironmentDesc& desc) : desc_(desc) {
  fields_ = {
      {"hour", desc.start_hour, 0, 24},
      {"light", 0, 0, 1},
      {"weather", 0, 0, 3},
      {"temperature", desc.temperature_mean, -90, 90},
      {"noise", 0, 0, 1},
      {"danger", desc.danger_base, 0, 1},
  };
  fields_[kLight].value = daylight(desc, desc.start_hour);
}

void Environment::add_field(std::string name, double value, double min, double max) {
  fields_.push_back({std::move(name), value, min, max});
}

std::optional<uint32_t> Environment::find(std::string_view name) const {
  for (uint32_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) {
      return i;
    }
  }
  return std::nullopt;
}

Result<> Environment::check(uint32_t field, double value) const {
  const Field& target = fields_[field];
  if (!(value >= target.min && value <= target.max)) {
    return invalid(
        "environment field \"",
        target.name,
        "\": ",
        value,
        " is not in [",
        target.min,
        ", ",
        target.max,
        "]"
    );
  }
  if (field == kWeather && value != std::floor(value)) {
    return invalid("environment field \"weather\": ", value, " is not a whole number");
  }
  return {};
}

void Environment::drive(uint32_t field, double value, uint64_t until) {
  Field& target = fields_[field];
  target.value = std::clamp(value, target.min, target.max);
  if (field == kWeather) {
    target.value = static_cast<double>(weather());  // a kind, nothing in between
  }
  target.driven = true;
  target.driven_until = until;
}

void Environment::release(uint32_t field) {
  fields_[field].driven = false;
  fields_[field].driven_until = 0;
}

void Environment::add_noise(double amount) {
  put(kNoise, value(kNoise) + amount);
}

void Environment::put(uint32_t field, double value) {
  Field& target = fields_[field];
  if (!target.driven) {
    target.value = std::clamp(value, target.min, target.max);
  }
}

Weather Environment::advance(uint64_t seed, uint64_t step) {
  for (uint32_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].driven && fields_[i].driven_until != 0 && step >= fields_[i].driven_until) {
      release(i);
    }
  }
  // Drawn every step, driven or not, so that driving one field leaves the course of the others
  // alone.
  Random random(seed, 0, step, stream::kEnvironment);
  const double day_part = static_cast<double>(step % desc_.steps_per_day) / desc_.steps_per_day;
  const double hour = desc_.start_hour + 24 * day_part;
  put(kHour, hour >= 24 ? hour - 24 : hour);
  put(kWeather, static_cast<double>(next_weather(desc_, weather(), random)));
  const auto sky = static_cast<uint32_t>(weather());
  const double sun = daylight(desc_, this->hour());
  put(kLight, sun * kCloudLight[sky]);
  drift_ = 0.98 * drift_ + desc_.temperature_drift * math::normal(random);
  const double wave = math::sin_turn((this->hour() - 9) / 24);  // coldest at 3, warmest at 15
  put(kTemperature,
      desc_.temperature_mean + desc_.temperature_swing * wave + kCloudWarmth[sky] + drift_);
  put(kNoise, value(kNoise) * (1 - desc_.noise_decay));
  const double dark = 1 - sun;
  const double storm = weather() == Weather::kStorm ? desc_.danger_storm : 0;
  put(kDanger, desc_.danger_base + desc_.danger_night * dark * dark + storm);
  return std::exchange(last_weather_, weather());
}

void Environment::hash(StateHash& hash) const {
  for (const Field& field : fields_) {
    hash.update_f64(field.value);
    hash.update_u64(field.driven ? 1 : 0);
    hash.update_u64(field.driven_until);
  }
  hash.update_f64(drift_);
  hash.update_u64(static_cast<uint64_t>(last_weather_));
}

void Environment::save(Saver& out) const {
  out.number(uint64_t{fields_.size()});
  for (const Field& field : fields_) {
    out.text(field.name);
    out.number(field.value);
    out.number(uint8_t{field.driven});
    out.number(field.driven_until);
  }
  out.number(drift_);
  out.number(last_weather_);
}

void Environment::load(Loader& in) {
  if (in.number<uint64_t>() != fields_.size()) {
    in.refuse(invalid("expected ", fields_.size(), " environment fields"));
  }
  for (Field& field : fields_) {
    const std::string_view name = in.text();
    field.value = in.number<double>();
    field.driven = in.flag();
    field.driven_until = in.number<uint64_t>();
    if (name != field.name || !(field.value >= field.min && field.value <= field.max)) {
      in.refuse(invalid(
          "environment field \"",
          field.name,
          "\": found \"",
          name,
          "\", ",
          field.value,
          ", expected a number in [",
          field.min,
          ", ",
          field.max,
          "]"
      ));
    }
  }
  drift_ = in.number<double>();
  if (!std::isfinite(drift_)) {
    in.refuse(invalid("temperature drift ", drift_));
  }
  last_weather_ = in.number<Weather>();
  if (last_weather_ > Weather::kStorm) {
    in.refuse(invalid("no weather ", static_cast<uint32_t>(last_weather_)));
  }
}

}  // namespace dks
