// Structs of dks.h end with their last member: what grows at the end must not grow into padding.
// SPDX-License-Identifier: MIT
#include "dks_plugin.h"

#define ENDS_WITH(type, member)                                            \
  _Static_assert(                                                          \
      sizeof(type) == offsetof(type, member) + sizeof(((type*)0)->member), \
      #type " has tail padding"                                            \
  )

ENDS_WITH(dks_allocator, user);
ENDS_WITH(dks_log_hook, user);
ENDS_WITH(dks_plugin_rules, slow_ns);
ENDS_WITH(dks_model_desc, plugins);
ENDS_WITH(dks_document, size);
ENDS_WITH(dks_model_info, memory_peak);
ENDS_WITH(dks_counters, publish_ns);
ENDS_WITH(dks_spawn_desc, y);
ENDS_WITH(dks_column, stride);
ENDS_WITH(dks_timer_desc, count);
ENDS_WITH(dks_event, value);
ENDS_WITH(dks_event_view, count);
ENDS_WITH(dks_message, reserved0);
ENDS_WITH(dks_message_view, count);
ENDS_WITH(dks_reporter_desc, window);
ENDS_WITH(dks_table_info, lost);
ENDS_WITH(dks_plugin_entry, reserved0);
ENDS_WITH(dks_plugin_report, version);
ENDS_WITH(dks_link_report, version);
ENDS_WITH(dks_mind_desc, type);
ENDS_WITH(dks_mind_factor, control_offset);
ENDS_WITH(dks_mind_modality, outcome_offset);
ENDS_WITH(dks_mind_info, first_actions);
ENDS_WITH(dks_plugin_info, summary);
ENDS_WITH(dks_field_desc, flags);
ENDS_WITH(dks_batch, worker);
ENDS_WITH(dks_agent_type, done);
ENDS_WITH(dks_link_info, seed);
ENDS_WITH(dks_transport, poll);
ENDS_WITH(dks_world_info, seed);
ENDS_WITH(dks_heard, from);
ENDS_WITH(dks_host_api, set_health);
_Static_assert(sizeof(dks_event) == 48, "dks_event is 48 bytes for ever");
