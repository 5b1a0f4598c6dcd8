// What a host can see of a busy world, to compare with what it saw elsewhere.
// SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_SEEN_H
#define DKS_TESTS_SEEN_H

#include "dks.h"

typedef struct Seen {
  const char* what[48];
  uint64_t number[48];
  int count;
} Seen;

void note(Seen* seen, const char* what, const void* data, uint64_t size);
void note_number(Seen* seen, const char* what, uint64_t number);
// All but how it was run. `into_minds` costs as much as thoughts do.
void look_at(const dks_model* model, const dks_agent_set* set, int into_minds, Seen* seen);
void look_into_minds(const dks_model* model, Seen* seen);
// Fails, and says `where`, if something is another than it was; `before` may have more at its end.
void expect_seen(const Seen* now, const Seen* before, const char* where);

#endif
