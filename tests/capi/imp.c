// SPDX-License-Identifier: MIT
#include "imp.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { kJoy, kPeer, kTrail, kImpFields };
#define AT(type, field) ((type*)batch->columns[field])[row]

imp_mood imp_is = IMP_BEHAVES;
int imp_worlds;
const dks_host_api* imp_host;
dks_status imp_create_status = DKS_OK;
void (*imp_leave)(void);

typedef struct {
  uint32_t joy, food, kind, danger;
} lair;

static dks_status create(void* user, dks_world* world, void** out_state) {
  (void)user;
  if (imp_create_status != DKS_OK) {
    return imp_host->set_error(imp_create_status, "imps do not like it here");
  }
  lair* const here = malloc(sizeof *here);
  if (here == NULL) {
    return imp_host->set_error(DKS_E_NOMEM, "no memory for a lair");
  }
  here->joy = imp_host->share_field(world, "joy", DKS_TYPE_F64, 1);
  here->food = imp_host->find_layer(world, "food");
  here->kind = imp_host->symbol(world, "prank");
  here->danger = imp_host->find_environment(world, "danger");
  ++imp_worlds;
  *out_state = here;
  return DKS_OK;
}
static void destroy(void* state) {
  --imp_worlds;
  free(state);
}

static int misbehaves(const dks_batch* batch, uint32_t i, imp_mood mood) {
  const uint32_t slot = (uint32_t)batch->ids[batch->rows[i]] - 1;
  return imp_is == mood && slot % 7 == 0;
}

static dks_status born(void* state, const dks_batch* batch) {
  (void)state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    AT(double, kJoy) = dks_uniform(imp_host->random(batch->world, batch->ids[row], 0, 0));
    if (misbehaves(batch, i, IMP_FAILS_IN_BORN)) {
      return imp_host->set_error(DKS_E_USER, "born wrong");
    }
  }
  return DKS_OK;
}

static dks_status sense(void* state, const dks_batch* batch) {
  const lair* const here = state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    const dks_agent_id self = batch->ids[row];
    if (misbehaves(batch, i, IMP_FAILS_IN_SENSE)) {
      return imp_host->set_error(DKS_E_IO, "saw nothing");
    }
    const uint32_t cell = imp_host->cell_of(batch->world, self);
    dks_agent_id near[8];
    uint32_t count = imp_host->agents_near(batch->world, cell, 2, near, 8);
    const float* const food = imp_host->layer(batch->world, here->food);
    double peer = food == NULL ? 0 : food[cell];
    for (count = count < 8 ? count : 8; count-- > 0;) {
      const double* const joy = imp_host->shared(batch->world, here->joy, near[count]);
      peer += joy == NULL ? 0 : *joy;
    }
    dks_heard heard[4];
    uint32_t told = imp_host->messages(batch->world, self, heard, 4);
    for (told = told < 4 ? told : 4; told-- > 0;) {
      peer += heard[told].kind == here->kind ? heard[told].value : 0;
    }
    AT(float, kPeer) = (float)(peer + imp_host->environment(batch->world, here->danger));
  }
  return DKS_OK;
}

static void work_slowly(void) {
  const clock_t end = clock() + CLOCKS_PER_SEC / 500;
  while (clock() < end) {
  }
}

static dks_status think(void* state, const dks_batch* batch) {
  (void)state;
  for (uint32_t i = 0; i < batch->count; ++i) {
    const uint32_t row = batch->rows[i];
    if (misbehaves(batch, i, IMP_FAILS_IN_THINK)) {
      return imp_host->set_error(DKS_E_INVALID, "lost its mind");
    }
    if (misbehaves(batch, i, IMP_FAILS_WITHOUT_A_WORD)) {
      return DKS_E_NOTFOUND;
    }
    const double joy = AT(double, kJoy) * 0.9 + imp_host->tanh((double)AT(float, kPeer)) * 0.1;
    AT(double, kJoy) = misbehaves(batch, i, IMP_WRITES_NAN)        ? (double)NAN
                       : misbehaves(batch, i, IMP_WRITES_TOO_MUCH) ? 2
                                                                   : joy;
    const double shown = joy > 0 && joy <= 1 ? joy : 0; /* what misbehaved may have any */
    ((uint8_t*)batch->columns[kTrail])[row * 3 + batch->step % 3] = (uint8_t)(shown * 255);
    if (misbehaves(batch, i, IMP_WRITES_OUTSIDE)) {
      ((float*)batch->columns[kPeer])[row + 1] = 7;
    }
    if (misbehaves(batch, i, IMP_IS_SLOW)) {
      work_slowly();
    }
  }
  return DKS_OK;
}

static void call_wrongly(const dks_batch* batch) {
  const dks_world* const world = batch->world;
  uint32_t found[2];
  imp_host->layer(world, 77);
  imp_host->environment(world, 1000);
  imp_host->offset(world, DKS_INDEX_NONE, 1, 1);
  imp_host->agents_near(world, 1u << 30, 1, NULL, 0);
  imp_host->cells_near(world, 1u << 30, 1, found, 2);
  imp_host->objects_at(world, 1u << 30, found, 2);
  imp_host->shared(world, 99, batch->ids[batch->rows[0]]);
  imp_host->random(world, batch->ids[batch->rows[0]], 20000, 0);
  imp_host->symbol((dks_world*)world, "late");
  imp_host->share_field((dks_world*)world, "late", DKS_TYPE_F32, 1);
  imp_host->change(batch->commands, 1, 99, 1);
  imp_host->take(batch->commands, 99, 0, 1);
  imp_host->take(batch->commands, 0, 0, NAN);
  imp_host->add(batch->commands, 0, 1u << 30, 1);
  imp_host->make_noise(batch->commands, INFINITY);
  imp_host->tell(batch->commands, 1, 1, 0, 999, 1);
  imp_host->emit(batch->commands, DKS_EVENT_BORN, 1, 1, 0, 0);
  imp_host->move(batch->commands, 12345, 0);
  imp_host->remove(batch->commands, 12345);
  imp_host->spawn(batch->commands, 99, 0, 0);
}

static dks_status act(void* state, const dks_batch* batch) {
  const lair* const here = state;
  const uint32_t row = batch->rows[0];
  const dks_agent_id self = batch->ids[row];
  const uint32_t cell = imp_host->cell_of(batch->world, self);
  const uint64_t draw = imp_host->random(batch->world, self, 1, 0);
  if (misbehaves(batch, 0, IMP_CALLS_WRONGLY)) {
    call_wrongly(batch);
  }
  if (imp_leave != NULL && misbehaves(batch, 0, IMP_LEAVES)) {
    imp_leave();
    imp_leave = NULL;
  }
  const int32_t dx = (int32_t)dks_below(draw, 3) - 1;
  imp_host->move(batch->commands, self, imp_host->offset(batch->world, cell, dx, 1));
  dks_agent_id other = DKS_AGENT_NONE;
  imp_host->agents_near(batch->world, cell, 1, &other, 1);
  if (other != DKS_AGENT_NONE) {
    imp_host->change(batch->commands, other, here->joy, 0.01);
    imp_host->tell(batch->commands, self, other, 0, here->kind, AT(double, kJoy));
  }
  imp_host->change(batch->commands, self, here->joy, -0.005); /* seen in the column at once */
  AT(float, kPeer) = (float)AT(double, kJoy);
  imp_host->take(batch->commands, here->food, cell, 0.1f);
  imp_host->emit(batch->commands, DKS_EVENT_FIRST_OF_PLUGINS, self, other, AT(double, kJoy), 0);
  if (draw % 97 == 0) {
    imp_host->spawn(batch->commands, imp_host->type_of(batch->world, self), cell, self);
  }
  return misbehaves(batch, 0, IMP_FAILS_IN_ACT) ? imp_host->set_error(DKS_E_USER, "stumbled")
                                                : DKS_OK;
}

double imp_share;
static dks_status done(void* state, const dks_batch* batch, double share) {
  (void)state;
  imp_share = share;
  imp_host->emit(
      batch->commands, DKS_EVENT_FIRST_OF_PLUGINS, batch->ids[batch->rows[0]], 0, share, 0
  );
  return imp_is == IMP_FAILS_IN_ACT ? imp_host->set_error(DKS_E_USER, "stumbled") : DKS_OK;
}

dks_status imp_plugin_init(const dks_host_api* host) {
  dks_field_desc fields[kImpFields] = {
      dks_field_desc_init("joy", DKS_TYPE_F64),
      dks_field_desc_init("peer", DKS_TYPE_F32),
      dks_field_desc_init("trail", DKS_TYPE_U8)};
  fields[kJoy].max = 1;
  fields[kTrail].width = 3;
  fields[kTrail].flags = DKS_FIELD_COMPUTED;
  const dks_agent_type imp = {
      .struct_size = sizeof imp,
      .version = 1,
      .field_count = kImpFields,
      .name = "imp",
      .fields = fields,
      .create = create,
      .destroy = destroy,
      .born = born,
      .sense = sense,
      .think = think,
      .act = act};
  const dks_agent_type sprite = {
      .struct_size = sizeof sprite, .version = 1, .name = "sprite", .done = done};
  imp_host = host;
  const dks_status status = host->add_agent_type(host, &imp);
  return status != DKS_OK ? status : host->add_agent_type(host, &sprite);
}

const dks_plugin_info* imp_plugin_query(void) {
  static const dks_plugin_info info = dks_plugin_info_init("imps", "0.3.0", "MIT", "for tests");
  return &info;
}
