// A plugin for tests, linked in: its agents behave, or misbehave in the way that a test asks for.
// SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_IMP_H
#define DKS_TESTS_IMP_H

#include "dks_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  IMP_BEHAVES,
  IMP_FAILS_IN_BORN,
  IMP_FAILS_IN_SENSE,
  IMP_FAILS_IN_THINK,
  IMP_FAILS_IN_ACT,
  IMP_FAILS_WITHOUT_A_WORD,
  IMP_WRITES_OUTSIDE,
  IMP_WRITES_NAN,
  IMP_WRITES_TOO_MUCH,
  IMP_IS_SLOW,
  IMP_CALLS_WRONGLY,
  IMP_LEAVES
} imp_mood;

// How all imps behave from now on. One in seven misbehaves: those whose slot divides by it.
extern imp_mood imp_is;
// How often create and destroy were called; what the host table has.
extern int imp_worlds;
extern const dks_host_api* imp_host;
extern dks_status imp_create_status;
extern double imp_share;  // that a sprite was told last
// What imps do, once, that leave.
extern void (*imp_leave)(void);

const dks_plugin_info* imp_plugin_query(void);
dks_status imp_plugin_init(const dks_host_api* host);

#ifdef __cplusplus
}
#endif

#endif
