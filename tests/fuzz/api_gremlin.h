// A plugin whose agents do what bytes say: behave, fail, throw, write what they may not, call the
// host's functions with anything, and call back into the models that they live in.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "api_host.h"

#include <limits>
#include <new>
#include <stdexcept>

namespace dks::fuzz {

class Gremlins {
 public:
  // Whom they live with; a plugin that is linked in has no other way to know.
  static inline Host* host = nullptr;
  static inline const dks_host_api* table = nullptr;

  static const dks_plugin_info* query() {
    static const dks_plugin_info info =
        dks_plugin_info_init("gremlins", "0.1.0", "MIT", "for the fuzzer");
    return &info;
  }
  static dks_status init(const dks_host_api* api) {
    table = api;
    dks_field_desc fields[] = {
        dks_field_desc_init("joy", DKS_TYPE_F64),
        dks_field_desc_init("open", DKS_TYPE_F32),
        dks_field_desc_init("trail", DKS_TYPE_U8),
        dks_field_desc_init("count", DKS_TYPE_I32)};
    fields[0].max = 1;
    fields[2].width = 3;
    fields[2].flags = DKS_FIELD_COMPUTED;
    fields[3].min = -5;
    fields[3].max = 5;
    dks_agent_type type{};
    type.struct_size = sizeof type;
    type.version = 1;
    type.field_count = 4;
    type.name = "gremlin";
    type.fields = fields;
    type.create = create;
    type.destroy = destroy;
    type.born = live;
    type.foresee = foresee;
    type.sense = live;
    type.think = live;
    type.act = live;
    type.fetch = [](void*, const dks_batch*, int32_t) {};
    dks_agent_type calm{};
    calm.struct_size = sizeof calm;
    calm.version = 1;
    calm.name = "calm";
    const dks_status status = api->add_agent_type(api, &type);
    return status != DKS_OK ? status : api->add_agent_type(api, &calm);
  }

  using Status = dks_status;
  // What bytes say, of an agent or of none.
  static Status misbehave(const dks_world* world, dks_commands* commands, dks_agent_id self) {
    constexpr Status kStatuses[] = {
        DKS_E_USER, DKS_E_NOMEM, DKS_E_INVALID, DKS_E_BUSY, DKS_E_IO, DKS_E_INTERNAL, 1, -1000};
    Bytes& bytes = host->mischief;
    switch (bytes.byte() % 12) {
      case 1:
        return table->set_error(bytes.pick(kStatuses), bytes.chance(4) ? nullptr : "no\nwish\xff");
      case 2:
        return bytes.pick(kStatuses);
      case 3:
        bytes.chance(2) ? throw std::bad_alloc() : throw std::runtime_error("tantrum");
      case 4:
      case 5:
        look(world, self);
        return DKS_OK;
      case 6:
      case 7:
        ask(const_cast<dks_world*>(world), self);
        return DKS_OK;
      case 8:
      case 9:
        if (commands != nullptr) {
          act(commands, self);
        }
        return DKS_OK;
      case 10:
        call_back();
        return DKS_OK;
      default:
        return DKS_OK;
    }
  }

  // Refused by the model that steps, done by the other; and a handle may go at any time.
  static void call_back() {
    const size_t which = host->mischief.below(2);
    dks_model*& model = host->models[which];
    uint64_t hash = 0;
    switch (host->mischief.below(8)) {
      case 0:
        host->disturbed = true;
        host->trace.add(static_cast<uint64_t>(dks_model_step(model, 1)));
        break;
      case 1:
        host->trace.add(static_cast<uint64_t>(dks_model_hash(model, &hash)));
        break;
      case 2:
        host->trace.add(static_cast<uint64_t>(dks_plugins_add(query, init, nullptr)));
        break;
      case 3:
        host->disturbed = true;
        host->trace.add(static_cast<uint64_t>(dks_model_add_type(model, "calm")));
        break;
      case 4:
        host->disturbed = true;
        dks_model_destroy(std::exchange(model, nullptr));
        break;
      case 5:
        host->disturbed = true;
        host->trace.add(static_cast<uint64_t>(dks_model_step_for(model, 1, 0, nullptr)));
        break;
      case 6:
        host->trace.add(static_cast<uint64_t>(dks_model_poll(model)));
        break;
      default:
        host->disturbed = true;
        host->trace.add(static_cast<uint64_t>(dks_model_close_link(model, "wire")));
    }
  }

 private:
  struct State {
    dks_commands* commands = nullptr;  // of the last act: to be refused outside of one
    uint32_t joy = DKS_INDEX_NONE;
  };

  static Status create(void*, dks_world* world, void** out_state) {
    const auto failed = static_cast<Status>(misbehave(world, nullptr, DKS_AGENT_NONE));
    if (failed != DKS_OK) {
      return failed;
    }
    *out_state = new State{nullptr, table->share_field(world, "joy", DKS_TYPE_F64, 1)};
    ++host->lairs;
    return DKS_OK;
  }
  static void destroy(void* state) {
    --host->lairs;
    delete static_cast<State*>(state);
  }
  // Only for speed: it reads and keeps nothing.
  static Status foresee(void*, const dks_batch* batch) {
    return batch->count <= 32 ? DKS_OK : table->set_error(DKS_E_USER, "more than 32 turns");
  }

  static Status live(void* state, const dks_batch* batch) {
    State& here = *static_cast<State*>(state);
    here.commands = batch->commands != nullptr ? batch->commands : here.commands;
    for (uint32_t i = 0; i < batch->count; ++i) {
      const uint32_t row = batch->rows[i];
      const dks_agent_id self = batch->ids[row];
      static_cast<uint8_t*>(batch->columns[2])[row * 3 + batch->step % 3] ^= 1;
      if (batch->commands != nullptr) {
        const uint32_t cell = table->cell_of(batch->world, self);
        table->move(batch->commands, self, table->offset(batch->world, cell, 1, 0));
        table->change(batch->commands, self, here.joy, 0.25);
      }
      if (host->mischief.byte() % 4 == 1) {
        write(batch, host->mischief.chance(4) ? 0 : row);
      }
      if (const Status failed = misbehave(batch->world, here.commands, self)) {
        return failed;
      }
    }
    return DKS_OK;
  }

  // A number of any kind, into a row that there is, be it the batch's or not.
  static void write(const dks_batch* batch, uint32_t row) {
    const double value = host->mischief.real();
    switch (host->mischief.below(3)) {
      case 0:
        static_cast<double*>(batch->columns[0])[row] = value;
        break;
      case 1:
        static_cast<float*>(batch->columns[1])[row] = value > 1e30    ? 9e30F
                                                      : value < -1e30 ? -9e30F
                                                                      : static_cast<float>(value);
        break;
      default:
        static_cast<int32_t*>(batch->columns[3])[row] = host->mischief.raw<int32_t>();
    }
  }

  static uint32_t index() { return static_cast<uint32_t>(host->mischief.number()); }
  static dks_agent_id agent(dks_agent_id self) {
    return host->mischief.chance(3) ? host->mischief.number() : self;
  }
  static const char* name() {
    constexpr const char* kNames[] = {
        "joy", "gremlin", "food", "place", "light", "", nullptr, "\n"};
    return host->mischief.pick(kNames);
  }

  static void look(const dks_world* world, dks_agent_id self) {
    Bytes& bytes = host->mischief;
    Trace& trace = host->trace;
    uint32_t found[4] = {};
    dks_agent_id near[4] = {};
    dks_heard heard[2] = {};
    switch (bytes.below(12)) {
      case 0: {
        dks_world_info info;
        dks_world_info_init(&info);
        info.struct_size =
            bytes.chance(3) ? static_cast<uint32_t>(bytes.below(64)) : info.struct_size;
        table->get_info(world, &info);
        break;
      }
      case 1:
        trace.add(table->random(world, agent(self), index(), index()));
        break;
      case 2:
        trace.add(table->type_of(world, agent(self)));
        break;
      case 3:
        trace.add(table->offset(world, index(), bytes.raw<int32_t>(), bytes.raw<int32_t>()));
        break;
      case 4:
        trace.add(table->distance(world, index(), index()));
        break;
      case 5:
        table->agents_near(
            world, index(), index() % 8, near, static_cast<uint32_t>(bytes.below(5))
        );
        trace.add(near, sizeof near);
        break;
      case 6:
        table->cells_near(
            world, index(), index() % 8, found, static_cast<uint32_t>(bytes.below(5))
        );
        trace.add(found, sizeof found);
        break;
      case 7:
        if (const float* const layer = table->layer(world, index())) {
          trace.add(layer, sizeof *layer);
        }
        break;
      case 8: {
        const double value = table->environment(world, index());
        trace.add(&value, sizeof value);
        break;
      }
      case 9:
        table->objects_at(world, index(), found, static_cast<uint32_t>(bytes.below(5)));
        break;
      case 10:
        trace.add(table->messages(world, agent(self), heard, static_cast<uint32_t>(bytes.below(3)))
        );
        break;
      default:
        if (const void* const shared = table->shared(world, index(), agent(self))) {
          trace.add(shared, 1);
        }
        trace.add(static_cast<uint64_t>(table->has_room(world, index())));
    }
  }

  static void ask(dks_world* world, dks_agent_id self) {
    Bytes& bytes = host->mischief;
    Trace& trace = host->trace;
    switch (bytes.below(8)) {
      case 0:
        trace.add(table->find_type(world, name()));
        trace.add(table->find_layer(world, name()));
        break;
      case 1:
        trace.add(table->find_category(world, index(), name()));
        trace.add(table->find_environment(world, name()));
        break;
      case 2:
        trace.add(table->find_object_kind(world, name()));
        trace.add(table->find_stage(world, name()));
        break;
      case 3:
        table->strength(world, index(), name());
        break;
      case 4:
        trace.add(table->symbol(world, name()));
        break;
      case 5:
        trace.add(table->share_field(world, name(), index() % 8, index() % 8));
        break;
      case 6:
        table->log(world, bytes.byte() - 4, bytes.chance(8) ? nullptr : "a gremlin was here");
        break;
      default: {
        const double x = bytes.real();
        const double results[] = {
            table->exp(x), table->ln(x), table->tanh(x), table->sin_turn(x), double(self)};
        for (const double result : results) {
          trace.add(result == result ? uint64_t{1} : 0);
        }
      }
    }
  }

  static void act(dks_commands* commands, dks_agent_id self) {
    Bytes& bytes = host->mischief;
    switch (bytes.below(9)) {
      case 0:
        table->move(commands, agent(self), index());
        break;
      case 1:
        table->remove(commands, agent(self));
        break;
      case 2:
        table->spawn(commands, index(), index(), agent(self));
        break;
      case 3:
        table->change(commands, agent(self), index() % 4, bytes.real());
        break;
      case 4:
        table->take(commands, index() % 4, index() % 16, small());
        break;
      case 5:
        table->add(commands, index() % 4, index() % 16, small());
        break;
      case 6:
        table->make_noise(commands, bytes.real());
        break;
      case 7:
        table->tell(commands, agent(self), agent(self), index(), index(), bytes.real());
        break;
      default:
        table->emit(commands, 1020 + index(), agent(self), index(), bytes.real(), 0);
    }
  }
  static float small() {
    const double value = host->mischief.real();
    return value >= -1e30 && value <= 1e30 ? static_cast<float>(value)
                                           : std::numeric_limits<float>::infinity();
  }
};

}  // namespace dks::fuzz
