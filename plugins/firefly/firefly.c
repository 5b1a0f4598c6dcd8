/* Fireflies: an agent type as a plugin. SPDX-License-Identifier: MIT
 *
 * Each firefly has a clock that runs from 0 to 1. At 1 it flashes and begins again; when it sees
 * others flash, its own clock jumps ahead a little. That is enough for a meadow to flash as one
 * (Mirollo and Strogatz 1990, "Synchronization of pulse-coupled biological oscillators"). */
#include "dks_plugin.h"

#include <stdlib.h>

enum { kClock, kSeen, kFlash, kFieldCount }; /* indices of the fields below */
enum { kSight = 5, kMost = 64 };             /* cells; fireflies that one can watch */
static const float period = 12;              /* steps from flash to flash of one alone */
static const float nudge = 0.1f;             /* share of the clock, for each flash seen */
static const dks_host_api* host;

#define AT(type, field) ((type*)batch->columns[field])[row]

static dks_status create(void* user, dks_world* world, void** out_state) {
  (void)user;
  uint32_t* const flash = malloc(sizeof *flash); /* so that fireflies see each other's */
  if (flash == NULL) {
    return host->set_error(DKS_E_NOMEM, "no memory for a number");
  }
  *flash = host->share_field(world, "flash", DKS_TYPE_F32, 1);
  *out_state = flash;
  return DKS_OK;
}

/* Clocks begin anywhere. */
static dks_status born(void* state, const dks_batch* batch) {
  (void)state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    AT(float, kClock) = (float)dks_uniform(host->random(batch->world, batch->ids[row], 0, 0));
  }
  return DKS_OK;
}

/* Counts who of its neighbours just flashed. */
static dks_status sense(void* state, const dks_batch* batch) {
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    const uint32_t cell = host->cell_of(batch->world, batch->ids[row]);
    dks_agent_id near[kMost];
    uint32_t left = host->agents_near(batch->world, cell, kSight, near, kMost);
    AT(uint32_t, kSeen) = 0;
    for (left = left < kMost ? left : kMost; left-- > 0;) {
      const float* const flash = host->shared(batch->world, *(uint32_t*)state, near[left]);
      AT(uint32_t, kSeen) += flash != NULL && *flash > 0 && near[left] != batch->ids[row];
    }
  }
  return DKS_OK;
}

/* Moves the clock on. */
static dks_status think(void* state, const dks_batch* batch) {
  (void)state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    const float clock = AT(float, kClock) * (1 + nudge * (float)AT(uint32_t, kSeen)) + 1 / period;
    AT(float, kClock) = clock < 1 ? clock : 0;
    AT(float, kFlash) = clock < 1 ? 0 : 1;
  }
  return DKS_OK;
}

/* Drifts to a cell beside its own, or stays. */
static dks_status act(void* state, const dks_batch* batch) {
  (void)state;
  const dks_agent_id self = batch->ids[batch->rows[0]];
  const uint32_t draw = dks_below(host->random(batch->world, self, 1, 0), 9);
  const uint32_t here = host->cell_of(batch->world, self);
  const int32_t dx = (int32_t)(draw % 3) - 1, dy = (int32_t)(draw / 3) - 1;
  host->move(batch->commands, self, host->offset(batch->world, here, dx, dy));
  return DKS_OK;
}

dks_status dks_plugin_init(const dks_host_api* table) {
  dks_field_desc fields[kFieldCount] = {
      dks_field_desc_init("clock", DKS_TYPE_F32),
      dks_field_desc_init("seen", DKS_TYPE_U32),
      dks_field_desc_init("flash", DKS_TYPE_F32)};
  fields[kClock].max = 1;
  dks_agent_type type = {.struct_size = sizeof type, .version = 1, .name = "firefly"};
  type.fields = fields, type.field_count = kFieldCount;
  type.create = create, type.destroy = free, type.born = born;
  type.sense = sense, type.think = think, type.act = act;
  host = table;
  return host->add_agent_type(host, &type);
}

const dks_plugin_info* dks_plugin_query(void) {
  static const dks_plugin_info info = dks_plugin_info_init("firefly", "1.0.0", "MIT", "they flash");
  return &info;
}
