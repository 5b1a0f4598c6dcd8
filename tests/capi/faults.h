// The sample transport with faults, for tests: "faulty:ROOM" is "exchange:ROOM" on a bad wire.
// Beside it an agent type, "crier": each one tells "#news" the number of the step, every step.
// SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_FAULTS_H
#define DKS_TESTS_FAULTS_H

#include "dks_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  FAULT_NONE,
  FAULT_OPEN,  // the callback fails
  FAULT_SUBSCRIBE,
  FAULT_SEND,
  FAULT_SEND_SILENTLY,  // ... without a word
  FAULT_POLL,
  FAULT_DONE_FAILS,        // done: to be sent again
  FAULT_DONE_FAILS_AFTER,  // ... though it arrived
  FAULT_DONE_REFUSES,      // done: never
  FAULT_DONE_LATE,         // when faults_release is called
  FAULT_DONE_TWICE,
  FAULT_DONE_OF_NOTHING,  // for a ticket that was never given
  FAULT_FULL,             // the receiving world's inbox is full
  FAULT_HEALTH,           // says that its health is 77
  FAULT_SLOW,
  FAULT_GARBAGE,  // brings in messages that are none
  FAULT_COUNT
} fault_kind;

// What goes wrong on every link of "faulty:" from now on, in one call of `out_of`.
extern fault_kind faults_now;
extern unsigned faults_one_in;
extern int faults_open;  // links

// What FAULT_DONE_LATE holds back is told now, from any thread.
void faults_release(void);

const dks_plugin_info* faults_plugin_query(void);
dks_status faults_plugin_init(const dks_host_api* host);
// The sample itself.
const dks_plugin_info* exchange_plugin_query(void);
dks_status exchange_plugin_init(const dks_host_api* host);

#ifdef __cplusplus
}
#endif

#endif
