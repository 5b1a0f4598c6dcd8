// SPDX-License-Identifier: MIT
#include "faults.h"

#include <stdlib.h>
#include <string.h>

fault_kind faults_now;
unsigned faults_one_in = 1;
int faults_open;

static const dks_host_api* host;  // the real one
static dks_host_api table;        // what the sample gets
static dks_transport sample;

// Every link of the sample, which gets the real link and with it the state of the sample's.
typedef struct {
  dks_link* link;
  void* inner;
} wire;

static int strikes(fault_kind wanted) {
  static unsigned calls;
  return faults_now == wanted && ++calls % faults_one_in == 0;
}

// ---- the sample's side of the host

static struct {
  dks_link* link;
  uint64_t ticket;
  dks_status status;
} held_back[256];
static unsigned held_back_count;

static void done(dks_link* link, uint64_t ticket, dks_status status, const char* why) {
  if (strikes(FAULT_DONE_FAILS_AFTER)) {
    host->done(link, ticket, DKS_E_IO, "the wire was cut");
  } else if (strikes(FAULT_DONE_REFUSES)) {
    host->done(link, ticket, DKS_E_INVALID, "nobody can read that");
  } else if (faults_now == FAULT_DONE_LATE && held_back_count < 256) {
    held_back[held_back_count].link = link;
    held_back[held_back_count].ticket = ticket;
    held_back[held_back_count++].status = status;
  } else {
    host->done(link, ticket, status, why);
    if (strikes(FAULT_DONE_TWICE)) {
      host->done(link, ticket, DKS_E_IO, "once more");
    }
    if (strikes(FAULT_DONE_OF_NOTHING)) {
      host->done(link, ticket + 1000, DKS_OK, NULL);
      host->done(link, 0, DKS_E_IO, NULL);
    }
  }
}

void faults_release(void) {
  for (unsigned i = 0; i < held_back_count; ++i) {
    host->done(held_back[i].link, held_back[i].ticket, held_back[i].status, NULL);
  }
  held_back_count = 0;
}

static dks_status deliver(dks_link* link, const dks_message* messages, uint32_t count) {
  return strikes(FAULT_FULL) ? host->set_error(DKS_E_LIMIT, "the inbox is full")
                             : host->deliver(link, messages, count);
}

static dks_status catch_transport(const dks_host_api* of, const dks_transport* desc) {
  (void)of;
  sample = *desc;
  return DKS_OK;
}

// ---- the host's side of the sample

static dks_status open_wire(
    void* user, dks_link* link, const dks_link_info* info, void** out_state
) {
  wire* const made = malloc(sizeof *made);
  if (made == NULL) {
    return host->set_error(DKS_E_NOMEM, "no memory for a wire");
  }
  made->link = link;
  const dks_status status = strikes(FAULT_OPEN) ? host->set_error(DKS_E_IO, "nobody answers")
                                                : sample.open(user, link, info, &made->inner);
  if (status != DKS_OK) {
    free(made);
    return status;
  }
  ++faults_open;
  *out_state = made;
  return DKS_OK;
}

static void close_wire(void* state) {
  wire* const self = state;
  for (unsigned i = 0; i < held_back_count; ++i) {
    if (held_back[i].link == self->link) {
      held_back[i--] = held_back[--held_back_count];
    }
  }
  sample.close(self->inner);
  --faults_open;
  free(self);
}

static dks_status subscribe(void* state, const char* topic, int32_t on) {
  return strikes(FAULT_SUBSCRIBE) ? host->set_error(DKS_E_IO, "no such topic")
                                  : sample.subscribe(((wire*)state)->inner, topic, on);
}

static dks_status send(void* state, const dks_message* messages, uint32_t count, uint64_t ticket) {
  const wire* const self = state;
  if (strikes(FAULT_SEND_SILENTLY)) {
    return DKS_E_IO;
  }
  if (strikes(FAULT_SEND)) {
    return host->set_error(DKS_E_IO, "the wire is cut");
  }
  if (strikes(FAULT_DONE_FAILS)) {
    host->done(self->link, ticket, DKS_E_IO, "the wire was cut");
    return DKS_OK;
  }
  if (strikes(FAULT_SLOW)) {
    for (volatile uint32_t i = 0; i < 20000000; ++i) {
    }
  }
  if (strikes(FAULT_HEALTH)) {
    host->set_health(self->link, 77, "feverish");
  }
  if (strikes(FAULT_GARBAGE)) {
    dks_message garbage[2];
    memset(garbage, 0, sizeof garbage);
    host->deliver(self->link, garbage, 2);
    host->deliver(self->link, NULL, 1);
    host->deliver(NULL, garbage, 1);
    garbage[0].struct_size = sizeof *garbage;
    host->deliver(self->link, garbage, 0xffffffffu);
    garbage[0].kind = "\xff\xfe";
    host->deliver(self->link, garbage, 1);
  }
  return sample.send(self->inner, messages, count, ticket);
}

static dks_status poll(void* state) {
  (void)state;
  return strikes(FAULT_POLL) ? host->set_error(DKS_E_IO, "the socket is gone") : DKS_OK;
}

// ---- criers

typedef struct {
  uint32_t channel, kind;
} town;

static dks_status create(void* user, dks_world* world, void** out_state) {
  (void)user;
  town* const made = malloc(sizeof *made);
  if (made == NULL) {
    return host->set_error(DKS_E_NOMEM, "no memory for a town");
  }
  made->channel = host->symbol(world, "#news");
  made->kind = host->symbol(world, "news");
  *out_state = made;
  return DKS_OK;
}

static dks_status act(void* state, const dks_batch* batch) {
  const town* const here = state;
  const dks_agent_id self = batch->ids[batch->rows[0]];
  host->tell(batch->commands, self, 0, here->channel, here->kind, (double)batch->step);
  return DKS_OK;
}

dks_status faults_plugin_init(const dks_host_api* real) {
  host = real;
  table = *real;
  table.done = done;
  table.deliver = deliver;
  table.add_transport = catch_transport;
  dks_status status = exchange_plugin_init(&table);
  if (status != DKS_OK) {
    return status;
  }
  dks_transport faulty = sample;
  faulty.scheme = "faulty";
  faulty.open = open_wire;
  faulty.close = close_wire;
  faulty.subscribe = subscribe;
  faulty.send = send;
  faulty.poll = poll;
  status = real->add_transport(real, &faulty);
  if (status != DKS_OK) {
    return status;
  }
  const dks_agent_type crier = {
      .struct_size = sizeof crier,
      .version = 1,
      .name = "crier",
      .create = create,
      .destroy = free,
      .act = act};
  return real->add_agent_type(real, &crier);
}

const dks_plugin_info* faults_plugin_query(void) {
  static const dks_plugin_info info = dks_plugin_info_init("faults", "0.1.0", "MIT", "for tests");
  return &info;
}
