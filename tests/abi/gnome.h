/* The plugin gnome.c, compiled with the headers of one version. SPDX-License-Identifier: MIT */
#ifndef DKS_TESTS_GNOME_H
#define DKS_TESTS_GNOME_H

#include "dks_plugin.h"

#define gnome_misses_a_slot DKS_PLUGIN_JOIN(DKS_PLUGIN_STATIC, misses_a_slot)

/* Whether the host's table ends before the last function that the plugin's own header has. */
int gnome_misses_a_slot(void);

#endif
