/* An agent type that calls nearly every function of the host table. It is compiled with the headers
 * of each version, and what its agents do is the same with every host. SPDX-License-Identifier: MIT
 */
#include "gnome.h"

#include <stddef.h>
#include <stdlib.h>

enum { kMood, kNear, kTrail, kFields };
#define AT(type, field) ((type*)batch->columns[field])[row]

/* A plugin looks whether the host has what its own header has. */
#define HOST_HAS(member) \
  (host->struct_size >= offsetof(dks_host_api, member) + sizeof(host->member))

static const dks_host_api* host;

typedef struct {
  uint32_t mood, food, danger, ball, prank, visitors;
  float plays;
  dks_mind* mind;
} garden;

static const char kMind[] =
    "{\"model\":{\"A\":[[[0.9,0.2],[0.1,0.8]]],\"B\":[[[[0.9,0.3],[0.2,0.6]],[[0.1,0.7],[0.8,0.4]]]"
    "],"
    "\"C\":[[0,1]],\"D\":[[0.5,0.5]]}}";

static dks_status create(void* user, dks_world* world, void** out_state) {
  (void)user;
  garden* const here = calloc(1, sizeof *here);
  if (here == NULL) {
    return host->set_error(DKS_E_NOMEM, "no memory for a garden");
  }
  here->mood = host->share_field(world, "mood", DKS_TYPE_F32, 1);
  here->food = host->find_layer(world, "food");
  here->danger = host->find_environment(world, "danger");
  here->ball = host->find_object_kind(world, "ball");
  here->plays = host->strength(world, here->ball, "play");
  here->prank = host->symbol(world, "prank");
  here->visitors = host->symbol(world, "#visitors");
  dks_world_info info;
  dks_world_info_init(&info);
  host->get_info(world, &info);
  if (info.width != 16 || info.steps_per_day != 48 || info.seed == 0 ||
      host->find_type(world, "nobody") != DKS_INDEX_NONE ||
      host->find_stage(world, "never") != DKS_INDEX_NONE ||
      host->find_category(world, host->find_layer(world, "place"), "nest") == DKS_INDEX_NONE) {
    free(here);
    return host->set_error(DKS_E_INVALID, "this is no garden");
  }
  const dks_document document = {"gnome mind", kMind, sizeof kMind - 1};
  dks_mind_desc desc = {0};
  desc.struct_size = sizeof desc;
  desc.type = DKS_TYPE_F64;
  const dks_status status = host->mind_create(&document, &desc, &here->mind);
  if (status != DKS_OK) {
    free(here);
    return status;
  }
  *out_state = here;
  return DKS_OK;
}

static void destroy(void* state) {
  garden* const here = state;
  host->mind_destroy(here->mind);
  free(here);
}

/* What a later header's function does, and does without where the host is older. */
static double doubled(double x) {
#ifdef DKS_ABI_LATER
  return HOST_HAS(later) ? host->later(x) : 2 * x;
#else
  return 2 * x;
#endif
}

int gnome_misses_a_slot(void) {
#ifdef DKS_ABI_LATER
  return !HOST_HAS(later);
#else
  return !HOST_HAS(mind_predict);
#endif
}

static dks_status born(void* state, const dks_batch* batch) {
  (void)state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    const double draw = dks_uniform(host->random(batch->world, batch->ids[row], 0, 0));
    AT(float, kMood) = (float)(doubled(draw) / 2);
  }
  return DKS_OK;
}

static double hear(const garden* here, const dks_batch* batch, dks_agent_id self) {
  dks_heard heard[4];
  double sum = 0;
  uint32_t count = host->messages(batch->world, self, heard, 4);
  for (count = count < 4 ? count : 4; count-- > 0;) {
    sum += heard[count].kind == here->prank ? heard[count].value : 0.125;
  }
  return sum;
}

static dks_status sense(void* state, const dks_batch* batch) {
  const garden* const here = state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    const dks_agent_id self = batch->ids[row];
    const uint32_t cell = host->cell_of(batch->world, self);
    dks_agent_id near[8];
    uint32_t cells[9], kinds[4];
    double sum = host->layer(batch->world, here->food)[cell];
    sum += host->environment(batch->world, here->danger) + hear(here, batch, self);
    uint32_t count = host->agents_near(batch->world, cell, 2, near, 8);
    for (count = count < 8 ? count : 8; count-- > 0;) {
      const float* const mood = host->shared(batch->world, here->mood, near[count]);
      const uint32_t other = host->cell_of(batch->world, near[count]);
      sum += mood == NULL ? 0 : (double)*mood / (1 + host->distance(batch->world, cell, other));
    }
    count = host->cells_near(batch->world, cell, 1, cells, 9);
    for (uint32_t c = 0; c < count && c < 9; ++c) {
      sum += host->has_room(batch->world, cells[c]) ? 0.01 : 0;
      sum += host->objects_at(batch->world, cells[c], kinds, 4) > 0 ? here->plays : 0;
    }
    AT(float, kNear) = (float)sum;
  }
  return DKS_OK;
}

static dks_status think(void* state, const dks_batch* batch) {
  const garden* const here = state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    const int32_t seen = AT(float, kNear) > 1 ? 1 : 0, done = (int32_t)(batch->step % 2);
    double beliefs[2], prior[2], free_energy = 0, actions[2];
    dks_status status = host->mind_infer(here->mind, NULL, &seen, 1, beliefs, &free_energy);
    status = status != DKS_OK ? status
                              : host->mind_plan(here->mind, beliefs, NULL, 1, NULL, NULL, actions);
    status = status != DKS_OK ? status : host->mind_predict(here->mind, beliefs, &done, 1, prior);
    if (status != DKS_OK) {
      return status;
    }
    const double wish = host->exp(-free_energy) + host->ln(1 + actions[1]) +
                        host->sin_turn((double)batch->step / 48) * prior[0];
    const double mood = 0.9 * (double)AT(float, kMood) + 0.1 * host->tanh(doubled(wish));
    AT(float, kMood) = (float)(mood < 0 ? 0 : mood > 1 ? 1 : mood);
    ((uint8_t*)batch->columns[kTrail])[row * 3 + batch->step % 3] =
        (uint8_t)(255 * AT(float, kMood));
  }
  return DKS_OK;
}

static dks_status act(void* state, const dks_batch* batch) {
  const garden* const here = state;
  const uint32_t row = batch->rows[0];
  const dks_agent_id self = batch->ids[row];
  const uint32_t cell = host->cell_of(batch->world, self);
  const uint64_t draw = host->random(batch->world, self, 1, 0);
  const int32_t dx = (int32_t)dks_below(draw, 3) - 1;
  host->move(batch->commands, self, host->offset(batch->world, cell, dx, 1));
  dks_agent_id other = DKS_AGENT_NONE;
  if (host->agents_near(batch->world, cell, 1, &other, 1) > 0) {
    host->change(batch->commands, other, here->mood, 0.01);
    host->tell(batch->commands, self, other, 0, here->prank, (double)AT(float, kMood));
  }
  const float eaten = host->take(batch->commands, here->food, cell, 0.1f);
  host->add(batch->commands, here->food, host->offset(batch->world, cell, 1, 0), eaten / 2);
  host->make_noise(batch->commands, 0.001);
  host->emit(batch->commands, DKS_EVENT_FIRST_OF_PLUGINS, self, other, (double)eaten, 0);
  if (draw % 41 == 0) {
    host->tell(batch->commands, self, DKS_AGENT_NONE, here->visitors, here->prank, 1);
    host->spawn(batch->commands, host->type_of(batch->world, self), cell, self);
  }
  if (draw % 53 == 0) {
    host->log(batch->world, DKS_LOG_INFO, "a gnome leaves");
    host->remove(batch->commands, self);
  }
  return DKS_OK;
}

dks_status dks_plugin_init(const dks_host_api* table) {
  dks_field_desc fields[kFields] = {
      dks_field_desc_init("mood", DKS_TYPE_F32),
      dks_field_desc_init("near", DKS_TYPE_F32),
      dks_field_desc_init("trail", DKS_TYPE_U8)};
  fields[kMood].max = 1;
  fields[kTrail].width = 3;
  fields[kTrail].flags = DKS_FIELD_COMPUTED;
  dks_agent_type type = {.struct_size = sizeof type, .version = 1, .name = "gnome"};
  type.fields = fields, type.field_count = kFields;
  type.create = create, type.destroy = destroy, type.born = born;
  type.sense = sense, type.think = think, type.act = act;
  host = table;
  return host->add_agent_type(host, &type);
}

const dks_plugin_info* dks_plugin_query(void) {
  static const dks_plugin_info info =
      dks_plugin_info_init("gnomes", "1.0.0", "MIT", "they live in every version");
  return &info;
}
