// The layout of every struct and the value of every constant of the headers: what programs were
// compiled with stays. SPDX-License-Identifier: MIT
//
// C11 and C++11. A struct grows at its end: its size changes here, and a line is added.
#include "dks_plugin.h"

#ifdef __cplusplus
#define ASSERT_THAT(holds, text) static_assert(holds, text)
#define ALIGNMENT_OF(type) alignof(type)
#else
#define ASSERT_THAT(holds, text) _Static_assert(holds, text)
#define ALIGNMENT_OF(type) _Alignof(type)
#endif

// By width of pointers, and by what 64-bit numbers are aligned to in a struct: 64 bits, 32 bits
// with 8 bytes (ARM), 32 bits with 4 (i386).
#define BY_MACHINE(of64, of32, of_i386) \
  (sizeof(void*) == 8 ? (of64) : ALIGNMENT_OF(struct holds_u64) == 8 ? (of32) : (of_i386))
#define STRUCT(type, size64, size32, size_i386, widest)                      \
  ASSERT_THAT(sizeof(type) == BY_MACHINE(size64, size32, size_i386), #type); \
  ASSERT_THAT(ALIGNMENT_OF(type) == ALIGNMENT_OF(struct holds_##widest), #type)
#define AT(type, member, at64, at32, at_i386) \
  ASSERT_THAT(offsetof(type, member) == BY_MACHINE(at64, at32, at_i386), #type "." #member)
#define VALUE(name, number) ASSERT_THAT((name) == (number), #name)

struct holds_u32 {
  uint32_t number;
};
struct holds_u64 {
  uint64_t number;
};
struct holds_pointer {
  void* pointer;
};

ASSERT_THAT(sizeof(dks_status) == 4, "dks_status");
ASSERT_THAT(sizeof(dks_agent_id) == 8, "dks_agent_id");
VALUE(DKS_AGENT_NONE, 0);
VALUE(DKS_MODEL_DESC_MIN_SIZE, 16);
VALUE(DKS_MAX_PREDICTED_STEPS, 1024);

STRUCT(dks_allocator, 24, 12, 12, pointer);
AT(dks_allocator, alloc, 0, 0, 0);
AT(dks_allocator, dealloc, 8, 4, 4);
AT(dks_allocator, user, 16, 8, 8);

STRUCT(dks_model_desc, 64, 48, 48, u64);
AT(dks_model_desc, struct_size, 0, 0, 0);
AT(dks_model_desc, flags, 4, 4, 4);
AT(dks_model_desc, seed, 8, 8, 8);
AT(dks_model_desc, allocator, 16, 16, 16);
AT(dks_model_desc, mind, 24, 20, 20);
AT(dks_model_desc, max_agents, 32, 24, 24);
AT(dks_model_desc, worker_count, 36, 28, 28);
AT(dks_model_desc, memory_limit, 40, 32, 32);
AT(dks_model_desc, log, 48, 40, 40);
AT(dks_model_desc, plugins, 56, 44, 44);

STRUCT(dks_document, 24, 16, 16, u64);
AT(dks_document, name, 0, 0, 0);
AT(dks_document, data, 8, 4, 4);
AT(dks_document, size, 16, 8, 8);

STRUCT(dks_model_info, 80, 80, 80, u64);
AT(dks_model_info, struct_size, 0, 0, 0);
AT(dks_model_info, width, 4, 4, 4);
AT(dks_model_info, height, 8, 8, 8);
AT(dks_model_info, steps_per_day, 12, 12, 12);
AT(dks_model_info, seed, 16, 16, 16);
AT(dks_model_info, step, 24, 24, 24);
AT(dks_model_info, agent_count, 32, 32, 32);
AT(dks_model_info, max_agents, 36, 36, 36);
AT(dks_model_info, worker_count, 40, 40, 40);
AT(dks_model_info, type_count, 44, 44, 44);
AT(dks_model_info, inputs_accepted, 48, 48, 48);
AT(dks_model_info, inputs_dropped, 56, 56, 56);
AT(dks_model_info, memory_bytes, 64, 64, 64);
AT(dks_model_info, memory_peak, 72, 72, 72);

STRUCT(dks_counters, 88, 88, 88, u64);
AT(dks_counters, struct_size, 0, 0, 0);
AT(dks_counters, reserved0, 4, 4, 4);
AT(dks_counters, steps, 8, 8, 8);
AT(dks_counters, activations, 16, 16, 16);
AT(dks_counters, gather_ns, 24, 24, 24);
AT(dks_counters, environment_ns, 32, 32, 32);
AT(dks_counters, sense_ns, 40, 40, 40);
AT(dks_counters, think_ns, 48, 48, 48);
AT(dks_counters, act_ns, 56, 56, 56);
AT(dks_counters, commit_ns, 64, 64, 64);
AT(dks_counters, collect_ns, 72, 72, 72);
AT(dks_counters, publish_ns, 80, 80, 80);

STRUCT(dks_spawn_desc, 48, 40, 36, u64);
AT(dks_spawn_desc, struct_size, 0, 0, 0);
AT(dks_spawn_desc, flags, 4, 4, 4);
AT(dks_spawn_desc, type, 8, 8, 8);
AT(dks_spawn_desc, name, 16, 12, 12);
AT(dks_spawn_desc, json, 24, 16, 16);
AT(dks_spawn_desc, json_size, 32, 24, 20);
AT(dks_spawn_desc, x, 40, 32, 28);
AT(dks_spawn_desc, y, 44, 36, 32);

STRUCT(dks_column, 32, 32, 28, u64);
AT(dks_column, data, 0, 0, 0);
AT(dks_column, count, 8, 8, 4);
AT(dks_column, epoch, 16, 16, 12);
AT(dks_column, type, 24, 24, 20);
AT(dks_column, stride, 28, 28, 24);

STRUCT(dks_timer_desc, 32, 32, 28, u64);
AT(dks_timer_desc, struct_size, 0, 0, 0);
AT(dks_timer_desc, priority, 4, 4, 4);
AT(dks_timer_desc, name, 8, 8, 8);
AT(dks_timer_desc, start, 16, 16, 12);
AT(dks_timer_desc, interval, 24, 24, 20);
AT(dks_timer_desc, count, 28, 28, 24);

STRUCT(dks_event, 48, 48, 48, u64);
AT(dks_event, kind, 0, 0, 0);
AT(dks_event, source, 4, 4, 4);
AT(dks_event, step, 8, 8, 8);
AT(dks_event, agent, 16, 16, 16);
AT(dks_event, other, 24, 24, 24);
AT(dks_event, value, 32, 32, 32);

STRUCT(dks_event_view, 16, 16, 12, u64);
AT(dks_event_view, items, 0, 0, 0);
AT(dks_event_view, count, 8, 8, 4);

STRUCT(dks_message, 104, 88, 84, u64);
AT(dks_message, struct_size, 0, 0, 0);
AT(dks_message, message_class, 4, 4, 4);
AT(dks_message, id, 8, 8, 8);
AT(dks_message, reply_to, 16, 16, 16);
AT(dks_message, step, 24, 24, 24);
AT(dks_message, to_agent, 32, 32, 32);
AT(dks_message, from, 40, 40, 40);
AT(dks_message, to, 48, 44, 44);
AT(dks_message, kind, 56, 48, 48);
AT(dks_message, field, 64, 52, 52);
AT(dks_message, text, 72, 56, 56);
AT(dks_message, text_size, 80, 64, 60);
AT(dks_message, value, 88, 72, 68);
AT(dks_message, ttl_steps, 96, 80, 76);
AT(dks_message, reserved0, 100, 84, 80);

STRUCT(dks_message_view, 16, 16, 12, u64);
AT(dks_message_view, items, 0, 0, 0);
AT(dks_message_view, count, 8, 8, 4);

STRUCT(dks_reporter_desc, 48, 32, 32, pointer);
AT(dks_reporter_desc, struct_size, 0, 0, 0);
AT(dks_reporter_desc, aggregate, 4, 4, 4);
AT(dks_reporter_desc, table, 8, 8, 8);
AT(dks_reporter_desc, name, 16, 12, 12);
AT(dks_reporter_desc, type, 24, 16, 16);
AT(dks_reporter_desc, field, 32, 20, 20);
AT(dks_reporter_desc, interval, 40, 24, 24);
AT(dks_reporter_desc, window, 44, 28, 28);

STRUCT(dks_table_info, 32, 32, 32, u64);
AT(dks_table_info, struct_size, 0, 0, 0);
AT(dks_table_info, column_count, 4, 4, 4);
AT(dks_table_info, rows, 8, 8, 8);
AT(dks_table_info, total, 16, 16, 16);
AT(dks_table_info, lost, 24, 24, 24);

STRUCT(dks_mind_desc, 8, 8, 8, u32);
AT(dks_mind_desc, struct_size, 0, 0, 0);
AT(dks_mind_desc, type, 4, 4, 4);

STRUCT(dks_mind_factor, 32, 24, 24, pointer);
AT(dks_mind_factor, name, 0, 0, 0);
AT(dks_mind_factor, control_names, 8, 4, 4);
AT(dks_mind_factor, state_count, 16, 8, 8);
AT(dks_mind_factor, state_offset, 20, 12, 12);
AT(dks_mind_factor, control_count, 24, 16, 16);
AT(dks_mind_factor, control_offset, 28, 20, 20);

STRUCT(dks_mind_modality, 16, 12, 12, pointer);
AT(dks_mind_modality, name, 0, 0, 0);
AT(dks_mind_modality, outcome_count, 8, 4, 4);
AT(dks_mind_modality, outcome_offset, 12, 8, 8);

STRUCT(dks_mind_info, 80, 60, 60, pointer);
AT(dks_mind_info, struct_size, 0, 0, 0);
AT(dks_mind_info, type, 4, 4, 4);
AT(dks_mind_info, factor_count, 8, 8, 8);
AT(dks_mind_info, modality_count, 12, 12, 12);
AT(dks_mind_info, state_count, 16, 16, 16);
AT(dks_mind_info, outcome_count, 20, 20, 20);
AT(dks_mind_info, control_count, 24, 24, 24);
AT(dks_mind_info, policy_count, 28, 28, 28);
AT(dks_mind_info, depth, 32, 32, 32);
AT(dks_mind_info, first_action_count, 36, 36, 36);
AT(dks_mind_info, name, 40, 40, 40);
AT(dks_mind_info, factors, 48, 44, 44);
AT(dks_mind_info, modalities, 56, 48, 48);
AT(dks_mind_info, policies, 64, 52, 52);
AT(dks_mind_info, first_actions, 72, 56, 56);

STRUCT(dks_log_hook, 24, 12, 12, pointer);
AT(dks_log_hook, write, 0, 0, 0);
AT(dks_log_hook, destroy, 8, 4, 4);
AT(dks_log_hook, user, 16, 8, 8);

STRUCT(dks_plugin_rules, 16, 16, 16, u64);
AT(dks_plugin_rules, struct_size, 0, 0, 0);
AT(dks_plugin_rules, flags, 4, 4, 4);
AT(dks_plugin_rules, slow_ns, 8, 8, 8);

STRUCT(dks_plugin_entry, 80, 52, 52, pointer);
AT(dks_plugin_entry, struct_size, 0, 0, 0);
AT(dks_plugin_entry, type_count, 4, 4, 4);
AT(dks_plugin_entry, abi_major, 8, 8, 8);
AT(dks_plugin_entry, abi_minor, 12, 12, 12);
AT(dks_plugin_entry, name, 16, 16, 16);
AT(dks_plugin_entry, version, 24, 20, 20);
AT(dks_plugin_entry, license, 32, 24, 24);
AT(dks_plugin_entry, summary, 40, 28, 28);
AT(dks_plugin_entry, path, 48, 32, 32);
AT(dks_plugin_entry, type_names, 56, 36, 36);
AT(dks_plugin_entry, schemes, 64, 40, 40);
AT(dks_plugin_entry, scheme_count, 72, 44, 44);
AT(dks_plugin_entry, reserved0, 76, 48, 48);

STRUCT(dks_plugin_report, 56, 48, 48, u64);
AT(dks_plugin_report, struct_size, 0, 0, 0);
AT(dks_plugin_report, plugin, 4, 4, 4);
AT(dks_plugin_report, errors, 8, 8, 8);
AT(dks_plugin_report, breaches, 16, 16, 16);
AT(dks_plugin_report, slow_steps, 24, 24, 24);
AT(dks_plugin_report, longest_ns, 32, 32, 32);
AT(dks_plugin_report, last_error, 40, 40, 40);
AT(dks_plugin_report, version, 48, 44, 44);

STRUCT(dks_plugin_info, 48, 32, 32, pointer);
AT(dks_plugin_info, struct_size, 0, 0, 0);
AT(dks_plugin_info, abi_major, 4, 4, 4);
AT(dks_plugin_info, abi_minor, 8, 8, 8);
AT(dks_plugin_info, flags, 12, 12, 12);
AT(dks_plugin_info, name, 16, 16, 16);
AT(dks_plugin_info, version, 24, 20, 20);
AT(dks_plugin_info, license, 32, 24, 24);
AT(dks_plugin_info, summary, 40, 28, 28);

STRUCT(dks_field_desc, 48, 48, 44, u64);
AT(dks_field_desc, struct_size, 0, 0, 0);
AT(dks_field_desc, type, 4, 4, 4);
AT(dks_field_desc, name, 8, 8, 8);
AT(dks_field_desc, initial, 16, 16, 12);
AT(dks_field_desc, min, 24, 24, 20);
AT(dks_field_desc, max, 32, 32, 28);
AT(dks_field_desc, width, 40, 40, 36);
AT(dks_field_desc, flags, 44, 44, 40);

STRUCT(dks_batch, 72, 48, 48, u64);
AT(dks_batch, struct_size, 0, 0, 0);
AT(dks_batch, count, 4, 4, 4);
AT(dks_batch, rows, 8, 8, 8);
AT(dks_batch, ids, 16, 12, 12);
AT(dks_batch, uids, 24, 16, 16);
AT(dks_batch, columns, 32, 20, 20);
AT(dks_batch, world, 40, 24, 24);
AT(dks_batch, commands, 48, 28, 28);
AT(dks_batch, step, 56, 32, 32);
AT(dks_batch, stage, 64, 40, 40);
AT(dks_batch, worker, 68, 44, 44);

STRUCT(dks_agent_type, 112, 64, 64, pointer);
AT(dks_agent_type, struct_size, 0, 0, 0);
AT(dks_agent_type, version, 4, 4, 4);
AT(dks_agent_type, field_count, 8, 8, 8);
AT(dks_agent_type, flags, 12, 12, 12);
AT(dks_agent_type, name, 16, 16, 16);
AT(dks_agent_type, fields, 24, 20, 20);
AT(dks_agent_type, user, 32, 24, 24);
AT(dks_agent_type, create, 40, 28, 28);
AT(dks_agent_type, destroy, 48, 32, 32);
AT(dks_agent_type, born, 56, 36, 36);
AT(dks_agent_type, foresee, 64, 40, 40);
AT(dks_agent_type, sense, 72, 44, 44);
AT(dks_agent_type, think, 80, 48, 48);
AT(dks_agent_type, act, 88, 52, 52);
AT(dks_agent_type, fetch, 96, 56, 56);
AT(dks_agent_type, done, 104, 60, 60);

STRUCT(dks_world_info, 56, 56, 56, u64);
AT(dks_world_info, struct_size, 0, 0, 0);
AT(dks_world_info, width, 4, 4, 4);
AT(dks_world_info, height, 8, 8, 8);
AT(dks_world_info, torus, 12, 12, 12);
AT(dks_world_info, von_neumann, 16, 16, 16);
AT(dks_world_info, cell_capacity, 20, 20, 20);
AT(dks_world_info, steps_per_day, 24, 24, 24);
AT(dks_world_info, max_agents, 28, 28, 28);
AT(dks_world_info, worker_count, 32, 32, 32);
AT(dks_world_info, type_count, 36, 36, 36);
AT(dks_world_info, layer_count, 40, 40, 40);
AT(dks_world_info, stage_count, 44, 44, 44);
AT(dks_world_info, seed, 48, 48, 48);

STRUCT(dks_heard, 24, 24, 24, u64);
AT(dks_heard, from_agent, 0, 0, 0);
AT(dks_heard, value, 8, 8, 8);
AT(dks_heard, kind, 16, 16, 16);
AT(dks_heard, from, 20, 20, 20);

STRUCT(dks_host_api, 408, 212, 212, pointer);
AT(dks_host_api, struct_size, 0, 0, 0);
AT(dks_host_api, abi_major, 4, 4, 4);
AT(dks_host_api, abi_minor, 8, 8, 8);
AT(dks_host_api, dks_version, 12, 12, 12);
AT(dks_host_api, add_agent_type, 16, 16, 16);
AT(dks_host_api, set_error, 24, 20, 20);
AT(dks_host_api, log, 32, 24, 24);
AT(dks_host_api, exp, 40, 28, 28);
AT(dks_host_api, ln, 48, 32, 32);
AT(dks_host_api, tanh, 56, 36, 36);
AT(dks_host_api, sin_turn, 64, 40, 40);
AT(dks_host_api, find_type, 72, 44, 44);
AT(dks_host_api, find_layer, 80, 48, 48);
AT(dks_host_api, find_category, 88, 52, 52);
AT(dks_host_api, find_environment, 96, 56, 56);
AT(dks_host_api, find_object_kind, 104, 60, 60);
AT(dks_host_api, find_stage, 112, 64, 64);
AT(dks_host_api, strength, 120, 68, 68);
AT(dks_host_api, symbol, 128, 72, 72);
AT(dks_host_api, share_field, 136, 76, 76);
AT(dks_host_api, get_info, 144, 80, 80);
AT(dks_host_api, random, 152, 84, 84);
AT(dks_host_api, cell_of, 160, 88, 88);
AT(dks_host_api, type_of, 168, 92, 92);
AT(dks_host_api, offset, 176, 96, 96);
AT(dks_host_api, distance, 184, 100, 100);
AT(dks_host_api, has_room, 192, 104, 104);
AT(dks_host_api, agents_near, 200, 108, 108);
AT(dks_host_api, cells_near, 208, 112, 112);
AT(dks_host_api, layer, 216, 116, 116);
AT(dks_host_api, environment, 224, 120, 120);
AT(dks_host_api, objects_at, 232, 124, 124);
AT(dks_host_api, messages, 240, 128, 128);
AT(dks_host_api, shared, 248, 132, 132);
AT(dks_host_api, move, 256, 136, 136);
AT(dks_host_api, remove, 264, 140, 140);
AT(dks_host_api, spawn, 272, 144, 144);
AT(dks_host_api, change, 280, 148, 148);
AT(dks_host_api, take, 288, 152, 152);
AT(dks_host_api, add, 296, 156, 156);
AT(dks_host_api, make_noise, 304, 160, 160);
AT(dks_host_api, tell, 312, 164, 164);
AT(dks_host_api, emit, 320, 168, 168);
AT(dks_host_api, mind_create, 328, 172, 172);
AT(dks_host_api, mind_destroy, 336, 176, 176);
AT(dks_host_api, mind_get_info, 344, 180, 180);
AT(dks_host_api, mind_infer, 352, 184, 184);
AT(dks_host_api, mind_plan, 360, 188, 188);
AT(dks_host_api, mind_predict, 368, 192, 192);
AT(dks_host_api, add_transport, 376, 196, 196);
AT(dks_host_api, deliver, 384, 200, 200);
AT(dks_host_api, done, 392, 204, 204);
AT(dks_host_api, set_health, 400, 208, 208);

STRUCT(dks_link_report, 120, 104, 104, u64);
AT(dks_link_report, struct_size, 0, 0, 0);
AT(dks_link_report, plugin, 4, 4, 4);
AT(dks_link_report, health, 8, 8, 8);
AT(dks_link_report, flags, 12, 12, 12);
AT(dks_link_report, waiting, 16, 16, 16);
AT(dks_link_report, sent, 24, 24, 24);
AT(dks_link_report, lost, 32, 32, 32);
AT(dks_link_report, received, 40, 40, 40);
AT(dks_link_report, refused, 48, 48, 48);
AT(dks_link_report, errors, 56, 56, 56);
AT(dks_link_report, retries, 64, 64, 64);
AT(dks_link_report, slow_calls, 72, 72, 72);
AT(dks_link_report, longest_ns, 80, 80, 80);
AT(dks_link_report, last_error, 88, 88, 88);
AT(dks_link_report, health_text, 96, 92, 92);
AT(dks_link_report, scheme, 104, 96, 96);
AT(dks_link_report, version, 112, 100, 100);

STRUCT(dks_link_info, 40, 32, 28, u64);
AT(dks_link_info, struct_size, 0, 0, 0);
AT(dks_link_info, flags, 4, 4, 4);
AT(dks_link_info, name, 8, 8, 8);
AT(dks_link_info, address, 16, 12, 12);
AT(dks_link_info, world, 24, 16, 16);
AT(dks_link_info, seed, 32, 24, 20);

STRUCT(dks_transport, 64, 36, 36, pointer);
AT(dks_transport, struct_size, 0, 0, 0);
AT(dks_transport, flags, 4, 4, 4);
AT(dks_transport, scheme, 8, 8, 8);
AT(dks_transport, user, 16, 12, 12);
AT(dks_transport, open, 24, 16, 16);
AT(dks_transport, close, 32, 20, 20);
AT(dks_transport, subscribe, 40, 24, 24);
AT(dks_transport, send, 48, 28, 28);
AT(dks_transport, poll, 56, 32, 32);

VALUE(DKS_OK, 0);
VALUE(DKS_E_INVALID, -1);
VALUE(DKS_E_NOMEM, -2);
VALUE(DKS_E_STALE, -3);
VALUE(DKS_E_BUSY, -4);
VALUE(DKS_E_LIMIT, -5);
VALUE(DKS_E_NOTFOUND, -6);
VALUE(DKS_E_VERSION, -7);
VALUE(DKS_E_IO, -8);
VALUE(DKS_E_USER, -9);
VALUE(DKS_E_INTERNAL, -99);

VALUE(DKS_TYPE_F32, 1);
VALUE(DKS_TYPE_F64, 2);
VALUE(DKS_TYPE_I32, 3);
VALUE(DKS_TYPE_U32, 4);
VALUE(DKS_TYPE_U64, 5);
VALUE(DKS_TYPE_U8, 6);

VALUE(DKS_OP_LT, 1);
VALUE(DKS_OP_LE, 2);
VALUE(DKS_OP_EQ, 3);
VALUE(DKS_OP_NE, 4);
VALUE(DKS_OP_GE, 5);
VALUE(DKS_OP_GT, 6);

VALUE(DKS_AGG_COUNT, 1);
VALUE(DKS_AGG_SUM, 2);
VALUE(DKS_AGG_MEAN, 3);
VALUE(DKS_AGG_MIN, 4);
VALUE(DKS_AGG_MAX, 5);

VALUE(DKS_EVENT_BORN, 1);
VALUE(DKS_EVENT_REMOVED, 2);
VALUE(DKS_EVENT_MESSAGE, 3);
VALUE(DKS_EVENT_UNDELIVERED, 4);
VALUE(DKS_EVENT_TIMER, 5);
VALUE(DKS_EVENT_WEATHER, 6);
VALUE(DKS_EVENT_DAY, 7);
VALUE(DKS_EVENT_MET, 20);
VALUE(DKS_EVENT_SHARED, 21);
VALUE(DKS_EVENT_CALLED, 22);
VALUE(DKS_EVENT_CRITICAL, 23);
VALUE(DKS_EVENT_RELIEVED, 24);
VALUE(DKS_EVENT_WITHDREW, 25);
VALUE(DKS_EVENT_RECOVERED, 26);
VALUE(DKS_EVENT_USED, 27);
VALUE(DKS_EVENT_EMOTE, 28);

VALUE(DKS_LOG_ERROR, 1);
VALUE(DKS_LOG_WARNING, 2);
VALUE(DKS_LOG_INFO, 3);
VALUE(DKS_PLUGINS_GO_ON, 1);
VALUE(DKS_PLUGINS_CHECKED, 2);
VALUE(DKS_EXPORT_COPY, 1);
VALUE(DKS_FIELD_COMPUTED, 1);
VALUE(DKS_EVENT_FIRST_OF_PLUGINS, 1024);

VALUE(DKS_LINK_UNKNOWN, 0);
VALUE(DKS_LINK_UP, 1);
VALUE(DKS_LINK_DOWN, 2);

VALUE(DKS_EVENT_INTENT, 29);
