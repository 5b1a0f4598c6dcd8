// SPDX-License-Identifier: MIT
#include "plugins/plugin_agents.h"

#include "base/platform/clock.h"
#include "guard.h"

#include <algorithm>
#include <bit>
#include <new>
#include <utility>

namespace dks::capi {
namespace {

constexpr const char* kPhaseNames[] = {"born", "foresee", "sense", "think", "act", "done"};

static_assert(sizeof(AgentId) == sizeof(dks_agent_id));
static_assert(sizeof(Uid) == 2 * sizeof(uint64_t));

dks_batch batch_of(const StepBatch& batch, dks_world& world) {
  const Table& table = batch.table;
  return {
      sizeof(dks_batch),
      static_cast<uint32_t>(batch.rows.size()),
      batch.rows.data(),
      reinterpret_cast<const dks_agent_id*>(table.ids().data()),
      reinterpret_cast<const uint64_t*>(table.uids().data()),
      table.addresses().data(),
      &world,
      batch.commands == nullptr ? nullptr : &world.commands,
      batch.step,
      batch.stage,
      batch.worker};
}

std::string text_of(const Sandbox::Breach& breach) {
  const Field& field = breach.field;
  if (breach.outside) {
    return text("field \"", field.name, "\" was written outside of the batch's rows");
  }
  return text(
      "field \"", field.name, "\": ", breach.value, " is not in [", field.min, ", ", breach.max, "]"
  );
}

}  // namespace

PluginAgents::PluginAgents(const PluginType& type, PluginRules rules)
    : type_(type),
      rules_(std::move(rules)),
      is_watched_(rules_.checked || rules_.slow_ns != 0),
      calls_{
          type.calls.born,
          type.calls.foresee,
          type.calls.sense,
          type.calls.think,
          type.calls.act,
          nullptr} {}

PluginAgents::~PluginAgents() {
  if (created_ && type_.calls.destroy != nullptr) {
    type_.calls.destroy(state_);
  }
}

// ---- joining a world

Result<std::shared_ptr<PluginAgents>> PluginAgents::join(
    World& world, const PluginType& type, const PluginRules& rules
) {
  auto agents = std::make_shared<PluginAgents>(type, rules);
  DKS_TRY(world.add_type(agents->agent_type(agents)));
  Result<> created;
  try {
    created = agents->create(world);
  } catch (...) {
    world.take_back_type();
    throw;
  }
  if (!created) {
    world.take_back_type();
    return created.error();
  }
  return agents;
}

AgentType PluginAgents::agent_type(const std::shared_ptr<PluginAgents>& self) const {
  AgentType type;
  type.name = type_.name;
  type.fields = type_.fields;
  type.state = self;
  const auto given = [](Call theirs, auto* ours) { return theirs == nullptr ? nullptr : ours; };
  type.born = given(calls_[kBorn], run<kBorn>);
  type.foresee = given(calls_[kForesee], run<kForesee>);
  type.sense = given(calls_[kSense], run<kSense>);
  type.think = given(calls_[kThink], run<kThink>);
  type.act = given(calls_[kAct], run<kAct>);
  type.done = type_.calls.done == nullptr ? nullptr : done;
  type.fetch = type_.calls.fetch == nullptr || rules_.checked ? nullptr : fetch;
  return type;
}

Result<> PluginAgents::create(World& world) {
  const uint32_t workers = world.workers().count();
  worlds_.resize(workers);
  spent_.resize(workers);
  for (dks_world& each : worlds_) {
    each.world = &world;
    each.agents = this;
    each.commands.world = &each;
  }
  for (uint32_t i = 0; rules_.checked && i < workers; ++i) {
    sandboxes_.emplace_back(type_.fields);
  }
  if (type_.calls.create == nullptr) {
    state_ = type_.calls.user;
    return {};
  }
  dks_world& first = world_of(0);
  first.creating = true;
  const uint64_t failures = failures_of_thread();
  dks_status status = DKS_OK;
  try {
    status = type_.calls.create(type_.calls.user, &first, &state_);
  } catch (...) {
    status = fail(DKS_E_INTERNAL, "it threw an exception, expected a status");
  }
  first.creating = false;
  if (status != DKS_OK) {
    return error(
        status_of_callback(status),
        "plugin \"",
        type_.plugin_name,
        "\": agent type \"",
        type_.name,
        "\": create: ",
        said_since(failures, status)
    );
  }
  created_ = true;
  if (std::exchange(first.out_of_memory, false)) {
    throw std::bad_alloc();
  }
  return {};
}

// ---- living

template <PluginAgents::Phase kPhase>
void PluginAgents::run(void* self, const StepBatch& batch) {
  auto& agents = *static_cast<PluginAgents*>(self);
  if (batch.rows.empty()) {
    return;
  }
  dks_world& world = agents.world_of(batch.worker);
  world.commands.commands = batch.commands;
  if constexpr (kPhase == kBorn) {  // also between steps
    world.failures = failures_of_thread();
  }
  const dks_batch given = batch_of(batch, world);
  if (agents.is_watched_) {
    agents.call_watched(kPhase, batch, given, world);
  } else {
    agents.call(kPhase, batch, given, world);
  }
  world.commands.commands = nullptr;
}

void PluginAgents::call_watched(
    Phase phase, const StepBatch& batch, const dks_batch& given, dks_world& world
) {
  const uint64_t begin = rules_.slow_ns == 0 ? 0 : monotonic_ns();
  if (rules_.checked) {
    call_checked(phase, batch, given, world);
  } else {
    call(phase, batch, given, world);
  }
  if (rules_.slow_ns != 0) {
    spent_[batch.worker] += monotonic_ns() - begin;
  }
}

inline void PluginAgents::call(
    Phase phase, const StepBatch& batch, const dks_batch& given, dks_world& world
) {
  const auto wrong = [&](FunctionRef<std::string()> what) {
    tell(Wrong::kError, kPhaseNames[phase], batch.table.id(batch.rows[0]), what);
  };
  try {
    const dks_status status = phase == kDone ? type_.calls.done(state_, &given, world.share)
                                             : calls_[phase](state_, &given);
    if (status != DKS_OK) [[unlikely]] {
      const uint64_t before = std::exchange(world.failures, failures_of_thread());
      wrong([&] { return said_since(before, status); });
    }
  } catch (...) {
    wrong([] { return std::string("it threw an exception, expected a status"); });
  }
  if (world.out_of_memory) [[unlikely]] {
    world.out_of_memory = false;
    throw std::bad_alloc();
  }
}

void PluginAgents::call_checked(
    Phase phase, const StepBatch& batch, dks_batch given, dks_world& world
) {
  Sandbox& sandbox = sandboxes_[batch.worker];
  for (size_t begin = 0; begin < batch.rows.size(); begin += Sandbox::kRows) {
    StepBatch part = batch;
    part.rows =
        batch.rows.subspan(begin, std::min<size_t>(batch.rows.size() - begin, Sandbox::kRows));
    sandbox.enter(batch.table, part.rows);
    given.count = static_cast<uint32_t>(part.rows.size());
    given.rows = sandbox.rows().data();
    given.ids = reinterpret_cast<const dks_agent_id*>(sandbox.ids());
    given.uids = reinterpret_cast<const uint64_t*>(sandbox.uids());
    given.columns = sandbox.columns();
    world.sandbox = &sandbox;
    call(phase, part, given, world);
    world.sandbox = nullptr;
    sandbox.leave([&](const Sandbox::Breach& breach) {
      tell(Wrong::kBreach, kPhaseNames[phase], batch.table.id(part.rows[0]), [&] {
        return text_of(breach);
      });
    });
  }
}

void PluginAgents::done(void* self, const StepBatch& batch, double share) {
  static_cast<PluginAgents*>(self)->world_of(batch.worker).share = share;
  run<kDone>(self, batch);
}

void PluginAgents::fetch(
    void* self, const Table& table, const World& /*world*/, uint32_t row, bool own
) {
  auto& agents = *static_cast<PluginAgents*>(self);
  dks_world& world = agents.world_of(0);
  const dks_batch batch{
      sizeof(dks_batch),
      1,
      &row,
      reinterpret_cast<const dks_agent_id*>(table.ids().data()),
      reinterpret_cast<const uint64_t*>(table.uids().data()),
      table.addresses().data(),
      &world,
      nullptr,
      world.world->step_number(),
      0,
      0};
  agents.type_.calls.fetch(agents.state_, &batch, own ? 1 : 0);
}

// ---- what went wrong

void PluginAgents::tell(
    Wrong wrong, std::string_view where, AgentId agent, FunctionRef<std::string()> what
) noexcept {
  const std::lock_guard lock(mutex_);
  const uint64_t count = ++(wrong == Wrong::kError ? report_.errors : report_.breaches);
  const bool is_least = !step_error_ || agent < step_error_->agent;
  const bool is_logged = std::has_single_bit(count);  // the 1st, 2nd, 4th, 8th ...
  if (!is_least && !is_logged) {
    return;
  }
  try {
    const uint64_t step = worlds_[0].world->step_number();
    Error told = error(
        wrong == Wrong::kError ? Status::kUser : Status::kInternal,
        "plugin \"",
        type_.plugin_name,
        "\": agent type \"",
        type_.name,
        "\": ",
        where,
        ", step ",
        step,
        agent ? text(", agent ", agent.value()) : std::string(),
        ": ",
        what()
    );
    report_.last_error = told.text;
    if (is_logged && rules_.log) {
      rules_.log->write(LogLevel::kError, told.text.c_str());
    }
    if (is_least) {
      step_error_ = StepError{agent, std::move(told)};
    }
  } catch (...) {  // no memory for words
    if (!step_error_) {
      step_error_ = StepError{agent, Error{Status::kUser, {}}};
    }
  }
}

void PluginAgents::begin_step() {
  world_of(0).failures = failures_of_thread();
}

Result<> PluginAgents::end_step() {
  uint64_t spent = 0;
  for (uint64_t& by_worker : spent_) {
    spent += std::exchange(by_worker, 0);
  }
  report_.longest_ns = std::max(report_.longest_ns, spent);
  if (rules_.slow_ns != 0 && spent > rules_.slow_ns) {
    if (std::has_single_bit(++report_.slow_steps) && rules_.log) {
      const std::string said = text(
          "plugin \"",
          type_.plugin_name,
          "\": agent type \"",
          type_.name,
          "\" took ",
          spent,
          " ns in a step, expected at most ",
          rules_.slow_ns
      );
      rules_.log->write(LogLevel::kWarning, said.c_str());
    }
  }
  if (!step_error_) {
    return {};
  }
  Error ended = std::move(std::exchange(step_error_, std::nullopt)->error);
  if (rules_.go_on) {
    return {};
  }
  return ended;
}

}  // namespace dks::capi
