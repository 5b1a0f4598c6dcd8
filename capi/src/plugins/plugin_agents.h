// An agent type of a plugin in one world: its C callbacks as an AgentType of core.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "base/function_ref.h"
#include "base/status.h"
#include "log.h"
#include "plugins/registry.h"
#include "plugins/sandbox.h"
#include "world/commands.h"
#include "world/schema.h"
#include "world/world.h"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dks::capi {

class PluginAgents;

struct PluginRules {
  bool go_on = false;
  bool checked = false;
  uint64_t slow_ns = 0;
  std::shared_ptr<const Log> log;
};

}  // namespace dks::capi

// What a plugin holds while one of its callbacks runs on one worker.
struct dks_commands {
  dks::Commands* commands = nullptr;  // only in act
  dks_world* world = nullptr;
};
struct dks_world {
  dks::World* world = nullptr;  // changed through Commands, and in create
  dks::capi::PluginAgents* agents = nullptr;
  dks::capi::Sandbox* sandbox = nullptr;  // while rows are in it
  bool creating = false;
  bool out_of_memory = false;  // a command ran out of it
  double share = 0;            // for `done`
  uint64_t failures = 0;       // of the worker's thread, when it was last looked at
  dks_commands commands;
};

namespace dks::capi {

class PluginAgents {
 public:
  PluginAgents(const PluginType& type, PluginRules rules);
  PluginAgents(const PluginAgents&) = delete;
  PluginAgents& operator=(const PluginAgents&) = delete;
  ~PluginAgents();

  // Adds the type to a world and has the plugin look up there what it needs. On an error the world
  // is without it.
  static Result<std::shared_ptr<PluginAgents>> join(
      World& world, const PluginType& type, const PluginRules& rules
  );

  const PluginType& type() const { return type_; }
  const PluginRules& rules() const { return rules_; }

  // On the thread that steps, before each part of a step: what failed there before was no plugin's
  // doing.
  void begin_step();
  // What went wrong in the step that just ended, if that is to end the run: of several errors that
  // of the least agent.
  Result<> end_step();

  struct Report {
    uint64_t errors = 0, breaches = 0, slow_steps = 0, longest_ns = 0;
    std::string last_error;
  };
  const Report& report() const { return report_; }

  // Something that the plugin did wrong in `where`, from any thread. `agent`: whose turn it was, or
  // none. `what` makes its text.
  enum class Wrong : uint8_t { kError, kBreach };
  void tell(
      Wrong wrong, std::string_view where, AgentId agent, FunctionRef<std::string()> what
  ) noexcept;

 private:
  using Call = dks_status (*)(void* state, const dks_batch* batch);
  enum Phase : uint8_t { kBorn, kForesee, kSense, kThink, kAct, kDone, kPhases };

  AgentType agent_type(const std::shared_ptr<PluginAgents>& self) const;
  Result<> create(World& world);
  template <Phase kPhase>
  static void run(void* self, const StepBatch& batch);
  static void done(void* self, const StepBatch& batch, double share);
  static void fetch(void* self, const Table& table, const World& world, uint32_t row, bool own);
  void call(Phase phase, const StepBatch& batch, const dks_batch& given, dks_world& world);
  void call_watched(Phase phase, const StepBatch& batch, const dks_batch& given, dks_world& world);
  void call_checked(Phase phase, const StepBatch& batch, dks_batch given, dks_world& world);
  dks_world& world_of(uint32_t worker) { return worlds_[worker]; }

  const PluginType& type_;
  PluginRules rules_;
  bool is_watched_;  // checked or measured
  std::array<Call, kPhases> calls_;
  void* state_ = nullptr;
  bool created_ = false;
  std::vector<dks_world> worlds_;   // by worker
  std::vector<Sandbox> sandboxes_;  // by worker, if rows are to be checked
  std::vector<uint64_t> spent_;     // by worker, nanoseconds in this step

  std::mutex mutex_;  // of what follows
  Report report_;
  struct StepError {
    AgentId agent;
    Error error;
  };
  std::optional<StepError> step_error_;
};

}  // namespace dks::capi
