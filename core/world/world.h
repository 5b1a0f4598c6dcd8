// A world: agents of typed columns on a multi-grid, in an environment, stepped by a schedule.
// SPDX-License-Identifier: MIT
//
// state' = step(state, inputs). What the owner calls between two steps (spawn, set, drive ...) is
// an input that applies at once, at the boundary; what anybody posts is an input that applies when
// the next step begins. A `const World&` is the read-only view that agents sense through; what they
// change goes through Commands. One thread at a time; only post() may be called from any.
#pragma once

#include "base/deadline.h"
#include "base/ids.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/slot_map.h"
#include "base/status.h"
#include "base/symbols.h"
#include "base/workers.h"
#include "message/inbox.h"
#include "message/message.h"
#include "message/users.h"
#include "world/activation.h"
#include "world/environment.h"
#include "world/events.h"
#include "world/grid.h"
#include "world/layers.h"
#include "world/names.h"
#include "world/objects.h"
#include "world/schema.h"
#include "world/streams.h"
#include "world/table.h"
#include "world/timers.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dks {

class Loader;
class Saver;

struct WorldDesc {
  uint64_t seed = 1;
  uint64_t id = 0;  // which of the worlds of this seed: their agents have other uids
  uint32_t max_agents = 1024;
  uint32_t worker_count = 1;
  GridShape grid;
  EnvironmentDesc environment;
  ActivationDesc activation;
};

// What an event of the schedule does to the environment when the timer of its name fires.
struct ScheduledEvent {
  struct Drive {
    uint32_t field;
    double value;
  };
  struct Fill {
    uint32_t layer;
    float value;
    std::optional<uint32_t> where_layer;  // only cells of this category of this layer
    uint32_t where_category = 0;
  };
  std::string name;
  uint32_t steps = 1;  // how long the fields are driven
  std::vector<Drive> drives;
  std::vector<Fill> fills;
};

// Where an agent's row is.
struct AgentSlot {
  uint32_t row = 0;
  uint16_t type = 0;
  bool removed = false;  // in this step: on no cell, does not act, row freed at commit
  bool fresh = false;    // came after the last messages were handed out: none of them is for it
};

// Nanoseconds a phase took since creation; never part of the state.
struct Counters {
  uint64_t steps = 0;
  uint64_t activations = 0;
  uint64_t gather = 0, environment = 0, sense = 0, think = 0, act = 0, commit = 0, collect = 0,
           publish = 0;
};

class World {
 public:
  // The memory resource must outlive the world.
  World(WorldDesc desc, Memory& memory);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // ---- building, before the first step ----

  Result<uint32_t> add_type(const AgentType& type);
  // Gives a type more fields and its calls, also between steps, as long as it has no agents. The
  // fields that it has come first in `type`, as they are.
  Result<> extend_type(uint32_t index, const AgentType& type);
  // Takes the newest type back, which has no agents.
  void take_back_type();
  Result<uint32_t> add_layer(LayerDesc desc);
  Result<uint32_t> add_object_kind(ObjectKind kind);
  Result<> add_object(uint32_t kind, uint32_t cell);
  Result<> add_environment_field(std::string name, double value, double min, double max);
  Result<uint32_t> add_scheduled_event(ScheduledEvent event);

  // ---- reading ----

  const WorldDesc& desc() const { return desc_; }
  uint64_t seed() const { return desc_.seed; }
  uint64_t step_number() const {
    return step_;
  }  // steps done; inside a step: the number of this step
  const MultiGrid& grid() const { return grid_; }
  const Environment& environment() const { return environment_; }
  const Timers& timers() const { return timers_; }
  Memory& memory() const { return memory_; }
  const Workers& workers() const { return workers_; }
  const Symbols& symbols() const { return symbols_; }
  const Users& users() const { return users_; }
  const Counters& counters() const { return counters_; }
  // An agent's draws for one purpose in this step and stage.
  Random random(AgentId agent, uint32_t stream) const {
    return Random(desc_.seed, agent.value(), step_, stream::in_stage(stream, stage_));
  }

  uint32_t type_count() const { return static_cast<uint32_t>(tables_.size()); }
  const Table& table(uint32_t type) const { return *tables_[type]; }
  std::optional<uint32_t> find_type(std::string_view name) const;
  uint32_t agent_count() const { return slots_.size() - removed_; }

  const SlotMap<AgentSlot>& slots() const { return slots_; }
  // nullptr: stale, or removed in this step.
  const AgentSlot* find(AgentId agent) const {
    const AgentSlot* slot = slots_.find(agent);
    return slot == nullptr || slot->removed ? nullptr : slot;
  }
  Result<const AgentSlot*> expect(AgentId agent) const;  // or kStale with its text
  uint32_t cell_of(AgentId agent) const { return grid_.cell_of(agent.index()); }
  AgentId find_name(std::string_view name) const;  // none: nobody
  std::string_view name(AgentId agent) const;      // "": none; NUL-terminated
  std::vector<std::string_view> names() const { return names_.sorted(); }  // of all agents

  // A field that several types may have, under one handle; types and widths must agree.
  Result<uint32_t> share_field(std::string_view name, FieldType type, uint32_t width = 1);
  uint32_t shared_field_count() const { return static_cast<uint32_t>(shared_fields_.size()); }
  // Which field of a type it is; -1: the type lacks it.
  int32_t shared_field_of(uint32_t handle, uint32_t type) const {
    return shared_fields_[handle].of_type[type];
  }
  // nullptr: this agent's type lacks it.
  template <class T>
  const T* shared(uint32_t handle, uint32_t slot) const {
    const AgentSlot& agent = slots_[slot];
    const int32_t field = shared_field_of(handle, agent.type);
    return field < 0 ? nullptr
                     : tables_[agent.type]->at<T>(static_cast<uint32_t>(field), agent.row);
  }

  // Hints that a slot's agent will be asked for, and that its id will.
  void prefetch_agent(uint32_t slot) const { prefetch(&slots_[slot]); }
  void prefetch_id(uint32_t slot) const { prefetch(&slots_.tags()[slot]); }

  const ActivationDesc& activation() const { return desc_.activation; }
  uint32_t layer_count() const { return static_cast<uint32_t>(layers_.size()); }
  const PropertyLayer& layer(uint32_t index) const { return layers_[index]; }
  std::optional<uint32_t> find_layer(std::string_view name) const;

  std::span<const ObjectKind> object_kinds() const { return object_kinds_; }
  std::span<const Object> objects() const { return objects_; }  // by cell
  std::span<const Object> objects_at(uint32_t cell) const;
  const std::vector<ScheduledEvent>& scheduled_events() const { return scheduled_events_; }

  // The last step's.
  std::span<const Event> events() const { return events_; }
  std::span<const Message> messages() const { return messages_; }
  std::span<const Message> outbox() const { return outbox_; }
  // Calls f(message) for each message that reached the agent in this step, in order.
  template <class F>
  void for_each_message(uint32_t slot, F&& f) const;
  uint64_t inputs_accepted() const { return inputs_accepted_; }
  // Repeats, messages to nobody, and those that found a full inbox.
  uint64_t inputs_dropped() const { return inputs_dropped_ + inbox_.refused(); }

  // A hash over everything that steps depend on. Not part of it: names of agents and users, texts
  // of messages, what was posted since the last step began, events, what was collected.
  uint64_t hash() const;

  // ---- inputs at the boundary ----

  struct Spawn {
    uint32_t type = 0;
    std::string_view name;  // "": none. Not "*", "world" or "#...": those are other addresses
    std::optional<uint32_t> cell;  // none: a random one, or if it is full the nearest with room
  };
  // Each does all of it or, on an error, nothing.
  Result<std::vector<AgentId>> spawn(std::span<const Spawn> spawns);
  Result<> remove(std::span<const AgentId> agents);
  // One after the other: who moves away makes room for who comes later.
  Result<> move(std::span<const AgentId> agents, std::span<const uint32_t> cells);
  Result<> set(
      std::span<const AgentId> agents,
      std::string_view field,
      uint32_t element,
      std::span<const double> values
  );
  Result<> set_layer(
      uint32_t layer, std::span<const uint32_t> cells, std::span<const double> values
  );
  // That bodies have done shares, in [0, 1], of what their agents intended: the types hear of it
  // when the next step begins, in this order. For types with a `done`.
  Result<> report_done(std::span<const AgentId> agents, std::span<const double> shares);
  Result<> drive(uint32_t field, double value, uint32_t steps);
  Result<> release(uint32_t field);
  Environment& environment_at_boundary() { return environment_; }
  Timers& timers_at_boundary() { return timers_; }
  Table& table_at_boundary(uint32_t type) { return *tables_[type]; }
  PropertyLayer& layer_at_boundary(uint32_t index) { return layers_[index]; }
  User& meet_user(std::string_view name) { return users_.meet(symbols_.intern(name)); }
  uint32_t intern(std::string_view name) { return symbols_.intern(name); }

  // Becomes what another world is between two steps, to the hash and to whoever reads; the types'
  // state is shared. This world must have been made with the same desc, its workers apart, and
  // filled by nothing else. May throw bad_alloc; then it is neither the one nor the other.
  void copy_from(const World& from);
  // The same in parts, from number 0 on: first what is small, then slots and grid, layer by layer,
  // column by column. false: there is no such part.
  bool copy_part(const World& from, size_t part);

  // Names by number, those of the plan first. They come before the types that join a world late,
  // and before load().
  void save_symbols(Saver& out) const;
  void load_symbols(Loader& in);
  // All else of a world between two steps but its plan, as bytes. What was posted since the last
  // step is among it; counters and observers are not.
  void save(Saver& out) const;
  // Becomes the world that was saved. This one must have been made by the same plan, and be filled
  // and stepped by nothing. After an error, or bad_alloc, it is good for nothing.
  Result<> load(Loader& in);

  // What looks at the world in the collect phase of each step; the world keeps it alive.
  struct Observer {
    std::shared_ptr<void> state;
    void (*look)(void* state, const World& world) = nullptr;
  };
  void observe(Observer observer) { observers_.push_back(std::move(observer)); }

  // [any-thread]
  Result<> post(std::span<const Letter> letters) { return inbox_.post(letters); }

  // ---- the step ----

  // A whole one, or what is left of the one under way.
  Result<> step();
  // Begins a step: takes its memory and its messages, so that what is posted from now on is for the
  // step after. Nothing that can be seen has changed, also when it throws bad_alloc; then there is
  // no step, just as when it is taken back before any of it was done.
  void begin_step();
  void take_back_step() { in_step_ = false; }
  // Goes on with the step under way, or begins one, until it is whole (true) or the deadline is
  // over, but does some of it in any case. Where it pauses does not show in any result. Until it is
  // whole the world is in between: only post() may be called, or one of these two.
  Result<bool> step_until(const Deadline& deadline);
  bool is_under_way() const { return in_step_ && !half_done_; }
  // kNoMemory: the last step found none half-way, so that there is no next one.
  Result<> can_step() const;

 private:
  friend class Commands;

  struct SharedField {
    std::string name;
    FieldType type;
    uint32_t width;
    std::vector<int32_t> of_type;  // field index in each type; -1: lacks it
  };
  struct Birth {
    uint32_t type;
    uint32_t cell;
    AgentId parent;
  };
  struct Done {
    AgentId agent;
    double share;
  };
  struct Delivery {
    uint32_t slot;
    uint32_t message;
  };

  // What turns took that were timed, in sense, think and act.
  using TurnTimes = std::array<uint64_t, 3>;
  enum class WavePhase : uint8_t { kLineUp, kSense, kThink, kAct };
  // What of the step under way comes next; its stage is stage_.
  struct Progress {
    bool begun = false;      // messages are gathered, the environment has moved on
    bool has_order = false;  // of the stage
    uint32_t part = 0;       // of the order
    uint32_t wave = 0;       // of the part
    WavePhase phase = WavePhase::kLineUp;
    uint32_t type = 0;  // in sense and think of a wave
    size_t turn = 0;    // in the part or wave; in sense and think in the wave's rows of the type
    TurnTimes sampled = {};
  };

  bool go_on(const Deadline& deadline);
  void prepare();
  void gather();
  User* admit_user(std::string_view name);
  bool admit(Letter& letter);
  void apply(const Letter& letter);
  void deliver(const Message& message);
  bool drive_by(const Message& message);
  void hear_what_is_done();
  void advance_environment();
  void run_scheduled_event(const ScheduledEvent& event);
  bool activate(const Deadline& deadline);
  bool run_singles(std::span<const uint32_t> slots, const Deadline& deadline);
  void charge_turns(uint64_t spent);
  void foresee(std::span<const uint32_t> slots);
  bool run_waves(std::span<const uint32_t> slots, const Deadline& deadline);
  bool run_wave(std::span<const uint32_t> slots, const Deadline& deadline);
  void line_up(std::span<const uint32_t> slots);
  using Call = void (*)(void* state, const StepBatch& batch);
  bool run_parallel(Call AgentType::*call, uint64_t& counter, const Deadline& deadline);
  bool act_in_turn(std::span<const uint32_t> slots, const Deadline& deadline);
  void fetch_ahead(std::span<const uint32_t> slots, size_t at) const;
  void fetch(uint32_t slot, bool own) const;
  void commit();
  void collect();
  void publish();

  uint32_t add_table(std::unique_ptr<Table> table);
  void copy_frame(const World& from);
  void copy_places(const World& from);
  void copy_types(const World& from);
  void copy_messages(const World& from);
  void keep_texts();
  void hash_messages(StateHash& hash) const;
  struct Named {
    AgentId agent;
    std::string_view name;
  };
  void save_frame(Saver& out) const;
  void load_frame(Loader& in);
  void save_names(Saver& out) const;
  std::vector<Named> load_names(Loader& in);
  void give_names(Loader& in, std::span<const Named> named);
  void save_slots(Saver& out) const;
  void load_slots(Loader& in);
  void load_agents(Loader& in, uint32_t type);
  void check_rows(Loader& in) const;
  void save_places(Saver& out) const;
  void load_places(Loader& in);
  void save_messages(Saver& out) const;
  void load_messages(Loader& in);
  void load_heard(Loader& in);
  static Result<int32_t> shared_field_of(const Table& table, const SharedField& shared);
  Result<std::vector<int32_t>> shared_fields_of(const Table& table) const;

  // How many more agents can be born.
  uint32_t room() const;
  uint32_t random_cell(uint64_t birth) const;
  std::string place(uint32_t cell) const;  // for errors
  Result<std::vector<uint32_t>> plan_cells(std::span<const Spawn> spawns) const;
  Result<> check_names(std::span<const Spawn> spawns) const;
  void add_agents(
      std::span<const Spawn> spawns, std::span<const uint32_t> cells, std::vector<AgentId>& ids
  );
  AgentId add_agent(uint32_t type, uint32_t cell, AgentId parent);
  void take_back(AgentId newest);
  void free_agent(AgentId agent);
  void emit(EventKind kind, AgentId agent, AgentId other, double a, double b);

  WorldDesc desc_;
  Memory& memory_;
  Workers workers_;
  uint64_t step_ = 0;
  uint32_t stage_ = 0;          // of this step; 0 outside of activation
  std::vector<bool> prepared_;  // by type
  bool in_step_ = false;        // from its beginning until it is whole
  bool half_done_ = false;      // within step_until, and for good when that threw in a step
  Progress progress_;
  uint64_t births_ = 0;  // agents ever born here: numbers their uids

  SlotMap<AgentSlot> slots_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<SharedField> shared_fields_;
  MultiGrid grid_;
  std::vector<PropertyLayer> layers_;
  std::vector<ObjectKind> object_kinds_;
  std::pmr::vector<Object> objects_;
  Environment environment_;
  std::vector<ScheduledEvent> scheduled_events_;
  Timers timers_;

  Symbols symbols_;
  Names names_;
  Users users_;

  Inbox inbox_;
  std::pmr::vector<char>
      texts_;  // of a copy, or when loaded: what its messages' names and texts lie in
  std::pmr::vector<Message> messages_;     // of this step
  std::pmr::vector<Delivery> deliveries_;  // by slot, then message
  std::pmr::vector<uint32_t> broadcasts_;  // messages to everybody
  std::pmr::vector<Mail> mail_;            // from agent to agent, for the next step
  std::pmr::vector<Done> done_;            // by bodies, for the next step
  std::pmr::vector<Message> outbox_;
  std::pmr::vector<Event> events_;
  std::pmr::vector<Event>
      boundary_events_;  // of inputs since the last step: they belong to the next
  uint64_t inputs_accepted_ = 0;
  uint64_t inputs_dropped_ = 0;
  uint64_t outputs_ = 0;  // messages ever sent by agents: numbers them

  ActivationOrder order_;
  std::vector<std::pmr::vector<uint32_t>> wave_rows_;  // by type
  std::pmr::vector<uint64_t> row_bits_;                // one for each row of the largest type
  std::pmr::vector<Birth> newborn_;
  uint32_t removed_ = 0;  // agents, in this step
  bool any_fresh_ = false;

  std::vector<Observer> observers_;
  Counters counters_;
};

template <class F>
void World::for_each_message(uint32_t slot, F&& f) const {
  if (deliveries_.empty() && broadcasts_.empty()) {
    return;
  }
  // The slot may have another tenant by now than the one that was written to.
  const AgentId agent = slots_.id_at(slot);
  auto own = std::lower_bound(
      deliveries_.begin(),
      deliveries_.end(),
      slot,
      [](const Delivery& delivery, uint32_t wanted) { return delivery.slot < wanted; }
  );
  auto all = agent && !slots_[slot].fresh ? broadcasts_.begin() : broadcasts_.end();
  while (true) {
    const bool has_own =
        own != deliveries_.end() && own->slot == slot && messages_[own->message].to_agent == agent;
    if (has_own && (all == broadcasts_.end() || own->message < *all)) {
      f(messages_[(own++)->message]);
    } else if (all != broadcasts_.end()) {
      f(messages_[*all++]);
    } else {
      return;
    }
  }
}

}  // namespace dks
