// A world in which much goes on: pets, a plugin's agents who have children, layers, tables, timers.
// SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_BUSY_WORLD_H
#define DKS_TESTS_BUSY_WORLD_H

#include "dks.h"

// "activation" of a world file.
enum { kBusySchedules = 6 };
extern const char* const busy_schedules[kBusySchedules];

// Needs the plugin of imp.h.
dks_model* make_busy(const char* schedule, uint32_t workers);
dks_model* make_busy_within(uint64_t memory_limit, const char* schedule, uint32_t workers);
// What a host does before step `step`, posts apart; and what it posts.
void interfere(dks_model* model, uint64_t step);
void post(dks_model* model, uint64_t step);

#endif
