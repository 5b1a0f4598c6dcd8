// The host of one world: owns the dks_model and answers what the rest of petworld asks about it.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "files.h"
#include "json.h"

#include <memory>
#include <string>

namespace petworld {

struct Settings {
  uint64_t seed = 0;  // 0: the world's own
  uint32_t workers = 1;
  std::string mind;  // "": the world's own
};

// One field of one type's agents, row by row, as the number it is.
class Column {
 public:
  Column() = default;
  explicit Column(const dks_column& column) : column_(column) {}
  uint64_t size() const { return column_.count; }
  double number(uint64_t row) const;
  uint64_t id(uint64_t row) const;

 private:
  dks_column column_{};
};

class Host {
 public:
  Host(const WorldFiles& world, const Settings& settings);

  dks_model* model() const { return model_.get(); }
  const Plan& plan() const { return plan_; }

  void step();
  dks_model_info info() const;
  uint64_t hash() const;
  double environment(const char* field) const;
  // "clear", "cloudy", "rain" or "storm".
  std::string weather() const;
  std::string weather_name(double weather) const;
  // "06:30"
  std::string clock() const;
  // An empty column when the type has no such field.
  Column column(const Plan::Type& type, const char* field) const;

  // "Momo", or "#12" for a pet without a name or one that is gone; safe to print.
  std::string name_of(dks_agent_id agent) const;
  // A pet by its name or "#12"; an error names the nearest one.
  dks_agent_id find(const std::string& name) const;
  PetCard pet(dks_agent_id agent) const;
  Reasons reasons(dks_agent_id agent) const;
  // What the pet expects itself to do in the coming step: a share for each of its actions.
  std::vector<double> next(dks_agent_id agent) const;
  std::vector<std::pair<uint64_t, std::string>> timers() const;

 private:
  struct Destroy {
    void operator()(dks_model* model) const { dks_model_destroy(model); }
  };
  std::unique_ptr<dks_model, Destroy> model_;
  Plan plan_;
};

// Throws what dks said when a call failed.
void check(dks_status status, int exit_code);

}  // namespace petworld
