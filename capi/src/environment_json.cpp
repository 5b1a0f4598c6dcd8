// SPDX-License-Identifier: MIT
#include "environment_json.h"

#include <cmath>

namespace dks::capi {

std::vector<std::string_view> field_names(const Environment& environment) {
  std::vector<std::string_view> names;
  for (const Environment::Field& field : environment.fields()) {
    names.push_back(field.name);
  }
  return names;
}

double load_reading(const JsonField& field, const Environment& environment, uint32_t of) {
  const bool weather = of == Environment::kWeather;
  if (weather && field.is(JsonKind::kString)) {
    return static_cast<double>(field.index_in({"weather", kWeatherNames}));
  }
  const Environment::Field& target = environment.fields()[of];
  const double value = field.number<double>({target.min, target.max});
  if (weather && value != std::floor(value)) {
    field.refuse(value, " is not a whole number");
  }
  return value;
}

}  // namespace dks::capi
