// SPDX-License-Identifier: MIT
#include "world_frame_json.h"

#include <algorithm>

namespace dks::capi {
namespace {

constexpr std::string_view kActivations[] = {
    "RandomActivation", "SimultaneousActivation", "StagedActivation", "RandomActivationByType"};
constexpr std::string_view kNeighbourhoods[] = {"moore", "von_neumann"};
constexpr double kMost = 1e9;

GridShape load_grid(const JsonField& field) {
  GridShape grid;
  JsonReader in = field.object_or_empty();
  grid.width = in["width"].integer<uint32_t>({1, 65535}, grid.width);
  grid.height = in["height"].integer<uint32_t>({1, 65535}, grid.height);
  grid.torus = in["torus"].boolean(grid.torus);
  grid.neighbourhood = in["neighbourhood"].choice<Neighbourhood>(
      {"neighbourhood", kNeighbourhoods}, grid.neighbourhood
  );
  grid.capacity = in["capacity"].integer<uint32_t>({0, 1'000'000}, grid.capacity);
  if (uint64_t{grid.width} * grid.height > (1U << 26)) {
    in.refuse("a grid of ", grid.width, " x ", grid.height, " cells is larger than 2^26 cells");
  }
  return grid;
}

ActivationDesc load_activation(const JsonField& field) {
  JsonReader in = field.object_or_empty();
  ActivationDesc activation;
  switch (in["kind"].index_in({"activation", kActivations}, 0)) {
    case 1:
      activation = ActivationDesc::simultaneous();
      break;
    case 2:
      activation = ActivationDesc::staged(in["stages"].names({64}, {1, 64}));
      activation.shuffle_between_stages = in["shuffle_between_stages"].boolean(false);
      break;
    case 3:
      activation = ActivationDesc::random_by_type();
      activation.shuffle_types = in["shuffle_types"].boolean(true);
      break;
    default:
      break;
  }
  activation.shuffle = in["shuffle"].boolean(true);
  if (activation.waves != 1) {
    activation.waves = in["waves"].integer<uint32_t>({0, 1 << 26}, 0);
  }
  return activation;
}

void load_weather(const JsonField& field, EnvironmentDesc& desc) {
  JsonReader in = field.object_or_empty();
  desc.weather_turns_per_day =
      in["turns_per_day"].number<double>({0, 1e4}, desc.weather_turns_per_day);
  double total = 0;
  for (size_t i = 0; i < std::size(kWeatherNames); ++i) {
    desc.weather_share[i] = in[kWeatherNames[i]].number<double>({0, kMost}, desc.weather_share[i]);
    total += desc.weather_share[i];
  }
  if (total - (desc.storms ? 0 : desc.weather_share[3]) <= 0) {
    in.refuse("the shares of all kinds of weather are 0");
  }
}

EnvironmentDesc load_environment(const JsonField& field) {
  EnvironmentDesc desc;
  JsonReader in = field.object_or_empty();
  in["fields"];
  desc.steps_per_day = in["steps_per_day"].integer<uint32_t>({1, 86'400'000}, desc.steps_per_day);
  desc.start_hour = in["start_hour"].number<double>({0, 24}, desc.start_hour);
  desc.sunrise = in["sunrise"].number<double>({0, 24}, desc.sunrise);
  desc.sunset = in["sunset"].number<double>({0, 24}, desc.sunset);
  if (desc.sunset <= desc.sunrise) {
    in["sunset"].refuse(desc.sunset, " is not after sunrise at ", desc.sunrise);
  }
  desc.night = in["night"].boolean(desc.night);
  desc.storms = in["storms"].boolean(desc.storms);
  load_weather(in["weather"], desc);
  JsonReader temperature = in["temperature"].object_or_empty();
  desc.temperature_mean = temperature["mean"].number<double>({-90, 90}, desc.temperature_mean);
  desc.temperature_swing = temperature["swing"].number<double>({0, 90}, desc.temperature_swing);
  desc.temperature_drift = temperature["drift"].number<double>({0, 90}, desc.temperature_drift);
  JsonReader danger = in["danger"].object_or_empty();
  desc.danger_base = danger["base"].number<double>({0, 1}, desc.danger_base);
  desc.danger_night = danger["night"].number<double>({0, 1}, desc.danger_night);
  desc.danger_storm = danger["storm"].number<double>({0, 1}, desc.danger_storm);
  desc.noise_decay = in["noise_decay"].number<double>({0, 1}, desc.noise_decay);
  return desc;
}

}  // namespace

WorldDesc load_world_frame(JsonReader& in) {
  WorldDesc desc;
  desc.seed = in["seed"].integer<uint64_t>({0, kMostExact}, 1);
  desc.max_agents = in["max_agents"].integer<uint32_t>({1, 1 << 26}, desc.max_agents);
  desc.grid = load_grid(in["grid"]);
  desc.activation = load_activation(in["activation"]);
  desc.environment = load_environment(in["environment"]);
  return desc;
}

}  // namespace dks::capi
