// The environment's named numbers: time of day, light, weather, temperature, noise, danger, and the
// world's own. A field follows its process unless somebody outside drives it.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/hash.h"
#include "base/status.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dks {

class Loader;
class Saver;

enum class Weather : uint8_t { kClear, kCloudy, kRain, kStorm };
inline constexpr std::string_view kWeatherNames[] = {"clear", "cloudy", "rain", "storm"};

struct EnvironmentDesc {
  uint32_t steps_per_day = 48;  // at least 1
  double start_hour = 6;
  double sunrise = 6;
  double sunset = 20;
  // Weather: a Markov chain. Chance a day that the weather turns, and what it turns to.
  double weather_turns_per_day = 3;
  double weather_share[4] = {0.5, 0.3, 0.17, 0.03};
  // Temperature (deg C): a daily wave around a mean, less under clouds, plus an AR(1) drift.
  double temperature_mean = 15;
  double temperature_swing = 6;    // half the difference of day and night
  double temperature_drift = 0.3;  // standard deviation of the drift's innovation, a step
  // Danger in [0, 1]: what lurks where it is dark, and what a storm brings.
  double danger_base = 0.02;
  double danger_night = 0.5;
  double danger_storm = 0.9;
  double noise_decay = 0.2;  // share of the noise lost a step
  bool night = true;         // false: the light never goes
  bool storms = true;        // false: the process never turns to storm
};

class Environment {
 public:
  enum FieldIndex : uint32_t {
    kHour,
    kLight,
    kWeather,
    kTemperature,
    kNoise,
    kDanger,
    kBuiltInCount,
  };
  struct Field {
    std::string name;
    double value = 0;
    double min = 0;
    double max = 0;
    bool driven = false;
    uint64_t driven_until = 0;  // first step that is free again; 0: until released
  };

  explicit Environment(const EnvironmentDesc& desc);

  const EnvironmentDesc& desc() const { return desc_; }
  void add_field(std::string name, double value, double min, double max);

  const std::vector<Field>& fields() const { return fields_; }
  std::optional<uint32_t> find(std::string_view name) const;
  double value(uint32_t field) const { return fields_[field].value; }
  double hour() const { return value(kHour); }
  double light() const { return value(kLight); }
  Weather weather() const { return static_cast<Weather>(value(kWeather)); }
  double danger() const { return value(kDanger); }
  uint64_t day(uint64_t step) const { return step / desc_.steps_per_day; }
  double drift() const { return drift_; }
  void set_drift(double drift) { drift_ = drift; }
  Weather last_weather() const { return last_weather_; }  // as advance() left it
  void set_last_weather(Weather weather) { last_weather_ = weather; }

  // Whether a field can be driven to a value: it is in range, and one of the kinds of weather.
  // [any-thread], as nothing that it reads changes.
  Result<> check(uint32_t field, double value) const;
  // Cut to the field's range. until: first step that is free again; 0: until released.
  void drive(uint32_t field, double value, uint64_t until);
  void release(uint32_t field);
  void set_value(uint32_t field, double value) { fields_[field].value = value; }
  void add_noise(double amount);

  // The fields as they stand in `step`. Returns the weather as it was when it was last called,
  // whoever changed it in the meantime.
  Weather advance(uint64_t seed, uint64_t step);

  void hash(StateHash& hash) const;
  void save(Saver& out) const;
  void load(Loader& in);

 private:
  void put(uint32_t field, double value);
  EnvironmentDesc desc_;
  std::vector<Field> fields_;
  double drift_ = 0;  // of the temperature
  Weather last_weather_ = Weather::kClear;
};

}  // namespace dks
