/* Hosts of other versions, as functions to hand to dks_plugins_add. SPDX-License-Identifier: MIT */
#ifndef DKS_TESTS_HOSTS_H
#define DKS_TESTS_HOSTS_H

#include "dks.h"

/* The init of the plugin that they host. */
extern dks_status (*hosted_init)(const dks_host_api*);

dks_status host_first_init(const dks_host_api* host);
dks_status host_later_init(const dks_host_api* host);

#endif
