// Every function of dks.h with the arguments it takes, and what can be wrong with each of them.
// SPDX-License-Identifier: MIT
//
// For test_arguments.c: `in` holds the arguments (good_arguments.h).
#ifndef DKS_TESTS_ARGUMENT_TABLES_H
#define DKS_TESTS_ARGUMENT_TABLES_H

// Loading from a file takes a plugin's, which CMake names where the library has a loader.
#ifdef DKS_FIREFLY
#define FUNCTIONS_OF_LOADER(XX)                         \
  XX(dks_plugins_allow, (in.folder), "no_model folder") \
  XX(dks_plugins_load, (in.path, in.sha256, in.number_place), "no_model path sha256")
#define FAULTS_OF_LOADER(XX)                                                                  \
  XX(folder, null, in.folder = NULL, DKS_E_INVALID, "folder")                                 \
  XX(folder, empty, in.folder = "", DKS_E_INVALID, "\"\" is not absolute")                    \
  XX(folder, relative, in.folder = "plugins", DKS_E_INVALID, "\"plugins\" is not absolute")   \
  XX(folder, unknown, in.folder = "/nowhere", DKS_E_IO, "\"/nowhere\"")                       \
  XX(folder, file, in.folder = DKS_FIREFLY, DKS_E_INVALID, "is no folder")                    \
  XX(path, null, in.path = NULL, DKS_E_INVALID, "path")                                       \
  XX(path, relative, in.path = "firefly.so", DKS_E_INVALID, "\"firefly.so\" is not absolute") \
  XX(path, unknown, in.path = "/nowhere.so", DKS_E_IO, "\"/nowhere.so\"")                     \
  XX(path, outside, in.path = "/bin/sh", DKS_E_INVALID, "\"/bin/sh\" is not loaded")          \
  XX(sha256, short, in.sha256 = "abc", DKS_E_INVALID, "sha256: \"abc\"")                      \
  XX(sha256, no_digits, in.sha256 = k257Bytes, DKS_E_INVALID, "sha256: ")
#define CHECKS_WITHOUT_LOADER(XX)
#else
#define FUNCTIONS_OF_LOADER(XX)
#define FAULTS_OF_LOADER(XX)
#define CHECKS_WITHOUT_LOADER(XX)                                \
  XX(dks_plugins_allow, dks_plugins_allow("/") == DKS_E_INVALID) \
  XX(dks_plugins_load, dks_plugins_load("/x", NULL, NULL) == DKS_E_INVALID)
#endif

// XX(function, (arguments), "faults"): the faults of these names, from the table below, are
// refused. "any_thread": the call is good during a step, too; "no_model": it concerns none.
#define FUNCTIONS(XX)                                                                              \
  XX(dks_model_create, (in.desc, in.model_place), "no_model desc desc_rules model_place")          \
  XX(dks_model_create_world,                                                                       \
     (in.desc, in.documents, in.document_count, in.model_place),                                   \
     "no_model desc desc_rules documents document_count model_place")                              \
  XX(dks_model_save, (in.model, in.buffer, in.capacity, in.whole), "model text")                   \
  XX(dks_model_load,                                                                               \
     (in.desc, in.saved, in.saved_size, in.model_place),                                           \
     "no_model desc desc_rules saved model_place")                                                 \
  XX(dks_model_step, (in.model, 0), "model")                                                       \
  XX(dks_model_step_for, (in.model, 0, 0, in.number_place), "model")                               \
  XX(dks_model_hash, (in.model, in.whole), "model hash_place")                                     \
  XX(dks_model_get_info, (in.model, in.info), "model info")                                        \
  XX(dks_model_get_counters, (in.model, in.counters), "model counters")                            \
  XX(dks_model_set_binding, (in.model, in.user, NULL), "model")                                    \
  XX(dks_model_get_binding, (in.model, in.user_place), "model user_place")                         \
  XX(dks_model_world_json, (in.model, in.buffer, in.capacity, in.whole), "model text")             \
                                                                                                   \
  XX(dks_model_spawn,                                                                              \
     (in.model, in.spawns, in.spawn_count, in.ids_place),                                          \
     "model spawns spawn_count")                                                                   \
  XX(dks_model_remove, (in.model, in.agents, in.count), "model agents count")                      \
  XX(dks_model_move, (in.model, in.agents, in.x, in.y, in.count), "model agents x y cells count")  \
  XX(dks_model_set,                                                                                \
     (in.model, in.agents, in.count, in.field, in.element, in.values),                             \
     "model agents count field unknown_field computed_field element values ranged_values")         \
  XX(dks_model_report_done,                                                                        \
     (in.model, in.bodies, in.shares, in.count),                                                   \
     "model bodies shares count")                                                                  \
  XX(dks_model_find, (in.model, in.name, in.id_place), "model name unknown_name id_place")         \
  XX(dks_model_agent_name, (in.model, in.agent, in.text_place), "model agent text_place")          \
  XX(dks_model_agent_json,                                                                         \
     (in.model, in.agent, in.buffer, in.capacity, in.whole),                                       \
     "model agent text")                                                                           \
  XX(dks_model_type_name, (in.model, in.index, in.text_place), "model index text_place")           \
  XX(dks_model_column,                                                                             \
     (in.model, in.type, in.field, in.column_place),                                               \
     "model type unknown_type field unknown_field column_place")                                   \
                                                                                                   \
  XX(dks_agent_set_create, (in.model, in.type, in.set_place), "model unknown_type set_place")      \
  XX(dks_agent_set_select,                                                                         \
     (in.set, in.field, in.op, in.value),                                                          \
     "set field unknown_field op nan_value")                                                       \
  XX(dks_agent_set_take, (in.set, 1), "set")                                                       \
  XX(dks_agent_set_sort, (in.set, in.field, 1), "set field unknown_field")                         \
  XX(dks_agent_set_shuffle, (in.set, 1), "set")                                                    \
  XX(dks_agent_set_do,                                                                             \
     (in.set, in.field, in.factor, in.offset),                                                     \
     "set field unknown_field computed_field factor offset")                                       \
  XX(dks_agent_set_aggregate,                                                                      \
     (in.set, in.field, in.aggregate, in.value_place),                                             \
     "set field unknown_field aggregate value_place")                                              \
  XX(dks_agent_set_group,                                                                          \
     (in.set, in.by, in.field, in.aggregate, in.keys, in.groups, in.group_capacity, in.whole),     \
     "set by field unknown_field aggregate groups")                                                \
  XX(dks_agent_set_ids, (in.set, in.view_place, in.whole), "set ids_view")                         \
                                                                                                   \
  XX(dks_model_environment,                                                                        \
     (in.model, in.reading, in.value_place),                                                       \
     "model reading unknown_reading value_place")                                                  \
  XX(dks_model_drive,                                                                              \
     (in.model, in.reading, in.value, 3),                                                          \
     "model reading unknown_reading wild_value")                                                   \
  XX(dks_model_release, (in.model, in.reading), "model reading unknown_reading")                   \
  XX(dks_model_environment_json, (in.model, in.buffer, in.capacity, in.whole), "model text")       \
  XX(dks_model_set_environment_json, (in.model, in.json, in.json_size), "model json")              \
  XX(dks_model_layer,                                                                              \
     (in.model, in.layer, in.column_place),                                                        \
     "model layer unknown_layer column_place")                                                     \
  XX(dks_model_set_layer,                                                                          \
     (in.model, in.layer, in.x, in.y, in.values, in.count),                                        \
     "model layer unknown_layer x y cells values ranged_values count")                             \
                                                                                                   \
  XX(dks_model_schedule, (in.model, in.timer_desc, in.whole), "model timer_desc")                  \
  XX(dks_model_pause_timer, (in.model, in.timer, 1), "model timer")                                \
  XX(dks_model_cancel_timer, (in.model, in.timer), "model timer")                                  \
                                                                                                   \
  XX(dks_model_events, (in.model, in.events_place), "model events_place")                          \
  XX(dks_model_post,                                                                               \
     (in.model, in.messages, in.message_count),                                                    \
     "model messages message_count any_thread")                                                    \
  XX(dks_model_post_json, (in.model, NULL, in.letter, in.letter_size), "model letter")             \
  XX(dks_model_check_json, (in.model, NULL, in.letter, in.letter_size), "model letter")            \
  XX(dks_model_messages, (in.model, in.messages_place), "model messages_place")                    \
  XX(dks_model_queue, (in.model, in.agent, in.messages_place), "model agent messages_place")       \
  XX(dks_model_channel, (in.model, in.channel, in.messages_place), "model channel messages_place") \
  XX(dks_model_outbox, (in.model, in.messages_place), "model messages_place")                      \
                                                                                                   \
  XX(dks_model_explain,                                                                            \
     (in.model, in.agent, in.buffer, in.capacity, in.whole),                                       \
     "model agent no_pet text")                                                                    \
  XX(dks_model_predict,                                                                            \
     (in.model, in.agent, in.steps, in.groups, in.group_capacity, in.whole),                       \
     "model agent no_pet steps probabilities")                                                     \
                                                                                                   \
  XX(dks_model_collect, (in.model, in.reporter), "model reporter")                                 \
  XX(dks_model_add_row,                                                                            \
     (in.model, in.own_table, in.columns, in.values, in.count),                                    \
     "model own_table columns values row_count")                                                   \
  XX(dks_model_table_name, (in.model, in.index, in.text_place), "model index text_place")          \
  XX(dks_model_table_info,                                                                         \
     (in.model, in.table, in.table_info),                                                          \
     "model table unknown_table table_info")                                                       \
  XX(dks_model_table_column_name,                                                                  \
     (in.model, in.table, in.index, in.text_place),                                                \
     "model table unknown_table index text_place")                                                 \
  XX(dks_model_read_csv,                                                                           \
     (in.model, in.table, in.buffer, in.capacity, in.whole),                                       \
     "model table unknown_table text")                                                             \
  XX(dks_model_table_column,                                                                       \
     (in.model, in.table, in.table_column, in.column_place),                                       \
     "model table unknown_table table_column column_place")                                        \
                                                                                                   \
  XX(dks_model_export_agents,                                                                      \
     (in.model, in.type, in.flags, in.schema, in.array),                                           \
     "model type unknown_type flags schema array")                                                 \
  XX(dks_model_export_table,                                                                       \
     (in.model, in.table, in.schema, in.array),                                                    \
     "model table unknown_table schema array")                                                     \
                                                                                                   \
  XX(dks_plugins_add, (in.query, in.init, in.number_place), "no_model query init")                 \
  XX(dks_plugins_get_entry, (in.index, in.entry), "no_model index entry")                          \
  FUNCTIONS_OF_LOADER(XX)                                                                          \
  XX(dks_model_add_type, (in.model, in.plugin_type), "model plugin_type")                          \
  XX(dks_model_get_plugin_report,                                                                  \
     (in.model, in.reported_type, in.report),                                                      \
     "model reported_type unknown_reported_type report")                                           \
  XX(dks_model_open_link, (in.model, in.new_link, in.address), "model new_link address")           \
  XX(dks_model_close_link, (in.model, in.link), "model link")                                      \
  XX(dks_model_subscribe, (in.model, in.link, in.topic, 1), "model link topic")                    \
  XX(dks_model_poll, (in.model), "model")                                                          \
  XX(dks_model_get_link_report, (in.model, in.link, in.link_report), "model link link_report")     \
  XX(dks_model_link_name, (in.model, in.index, in.text_place), "model index text_place")           \
                                                                                                   \
  XX(dks_mind_create,                                                                              \
     (in.mind_document, in.mind_desc, in.mind_place),                                              \
     "no_model mind_document mind_desc mind_place")                                                \
  XX(dks_mind_get_info, (in.mind, in.mind_info), "no_model mind mind_info")                        \
  XX(dks_mind_infer,                                                                               \
     (in.mind, in.beliefs, in.observations, 2, in.reals, in.more_reals),                           \
     "no_model mind prior observations")                                                           \
  XX(dks_mind_plan,                                                                                \
     (in.mind, in.beliefs, in.preferences, 2, in.reals, in.more_reals, in.most_reals),             \
     "no_model mind beliefs preferences")                                                          \
  XX(dks_mind_predict,                                                                             \
     (in.mind, in.beliefs, in.actions, 2, in.reals),                                               \
     "no_model mind beliefs actions reals")                                                        \
  XX(dks_model_attach_mind,                                                                        \
     (in.model, in.plain_type, in.mind),                                                           \
     "model plain_type unknown_plain_type mind")

// XX(name, what is wrong, how it becomes so, the status, a part of the text)
#define SIZE_FAULTS(XX, name, place, called)                                       \
  XX(name, no_size, place.struct_size = 0, DKS_E_INVALID, called ".struct_size")   \
  XX(name, tiny_size, place.struct_size = 3, DKS_E_INVALID, called ".struct_size") \
  XX(name, odd_size, place.struct_size += 1, DKS_E_INVALID, called ".struct_size") \
  XX(name, absurd_size, place.struct_size = UINT32_MAX, DKS_E_INVALID, called ".struct_size")
#define NEWER_FAULTS(XX, name, place, called) \
  XX(name, newer, (place.known.struct_size += 8, place.unknown = 1), DKS_E_VERSION, called ": byte")
#define NEW_NAME_FAULTS(XX, name, place, called)                                          \
  XX(name, long_name, place = k257Bytes, DKS_E_INVALID, called ": \"aaa")                 \
  XX(name, broken_utf8, place = "\xff", DKS_E_INVALID, called ": \"\\xff\" is not UTF-8") \
  XX(name, surrogate, place = "\xed\xa0\x80", DKS_E_INVALID, "is not UTF-8")              \
  XX(name, control_character, place = "a\nb", DKS_E_INVALID, "control character")
#define REQUIRED_NAME_FAULTS(XX, name, place, called)      \
  NEW_NAME_FAULTS(XX, name, place, called)                 \
  XX(name, null_name, place = NULL, DKS_E_INVALID, called) \
  XX(name, empty_name, place = "", DKS_E_INVALID, called)
#define UNKNOWN_FAULTS(XX, name, place, said)                         \
  XX(name, unknown, place = "nowhere", DKS_E_NOTFOUND, "\"nowhere\"") \
  XX(name, empty, place = "", DKS_E_NOTFOUND, said)                   \
  XX(name, endless, place = k257Bytes, DKS_E_NOTFOUND, said)          \
  XX(name, broken, place = "\xff\n", DKS_E_NOTFOUND, said)
#define JSON_FAULTS(XX, name, place, size, called)                                 \
  XX(name, no_json, place = NULL, DKS_E_INVALID, "expected a pointer, found NULL") \
  XX(name, cut_json, size -= 1, DKS_E_INVALID, called)                             \
  XX(name, no_bytes, size = 0, DKS_E_INVALID, called)                              \
  XX(name, json_array, set_json(&place, &size, "[]"), DKS_E_INVALID, called)       \
  XX(name, json_no_utf8, set_json(&place, &size, "{\"\xff\":1}"), DKS_E_INVALID, called)

#define FAULTS(XX)                                                                                 \
  XX(model, null, in.model = NULL, DKS_E_INVALID, "model")                                         \
  XX(set, null, in.set = NULL, DKS_E_INVALID, "set")                                               \
  XX(mind, null, in.mind = NULL, DKS_E_INVALID, "mind")                                            \
  XX(model_place, null, in.model_place = NULL, DKS_E_INVALID, "out_model")                         \
  XX(mind_place, null, in.mind_place = NULL, DKS_E_INVALID, "out_mind")                            \
  XX(set_place, null, in.set_place = NULL, DKS_E_INVALID, "out_set")                               \
  XX(hash_place, null, in.whole = NULL, DKS_E_INVALID, "out_hash")                                 \
  XX(id_place, null, in.id_place = NULL, DKS_E_INVALID, "out_agent")                               \
  XX(text_place, null, in.text_place = NULL, DKS_E_INVALID, "out_name")                            \
  XX(value_place, null, in.value_place = NULL, DKS_E_INVALID, "out_value")                         \
  XX(column_place, null, in.column_place = NULL, DKS_E_INVALID, "out_column")                      \
  XX(events_place, null, in.events_place = NULL, DKS_E_INVALID, "out_events")                      \
  XX(messages_place, null, in.messages_place = NULL, DKS_E_INVALID, "out_messages")                \
  XX(ids_view, null, in.view_place = NULL, DKS_E_INVALID, "out_ids")                               \
  XX(ids_view, null_count, in.whole = NULL, DKS_E_INVALID, "out_count")                            \
  XX(text, null_buffer, in.buffer = NULL, DKS_E_INVALID, "buffer")                                 \
  XX(text, nothing, (in.buffer = NULL, in.capacity = 0, in.whole = NULL), DKS_E_INVALID, "buffer") \
  XX(text, small, in.capacity = 1, DKS_E_LIMIT, " 1 bytes do not hold")                            \
  XX(text, no_capacity, in.capacity = 0, DKS_E_LIMIT, " 0 bytes do not hold")                      \
                                                                                                   \
  SIZE_FAULTS(XX, desc, in.model_desc.known, "desc")                                               \
  NEWER_FAULTS(XX, desc, in.model_desc, "desc")                                                    \
  XX(desc, flags, in.model_desc.known.flags = 1, DKS_E_INVALID, "desc.flags")                      \
  XX(desc, no_alloc, in.allocator.alloc = NULL, DKS_E_INVALID, "allocator->alloc")                 \
  XX(desc, no_dealloc, in.allocator.dealloc = NULL, DKS_E_INVALID, "allocator->dealloc")           \
  XX(desc, unknown_mind, in.model_desc.known.mind = "nowhere", DKS_E_NOTFOUND, "mind \"nowhere\"") \
  XX(desc, agents, in.model_desc.known.max_agents = UINT32_MAX, DKS_E_INVALID, "desc.max_agents")  \
  XX(desc, workers, in.model_desc.known.worker_count = 1025, DKS_E_INVALID, "desc.worker_count")   \
  XX(desc, memory, in.model_desc.known.memory_limit = 1, DKS_E_NOMEM, "memory limit")              \
  XX(desc, log, in.log.write = NULL, DKS_E_INVALID, "desc.log->write")                             \
  SIZE_FAULTS(XX, desc_rules, in.rules, "desc.plugins")                                            \
  XX(desc_rules, flags, in.rules.flags = 4, DKS_E_INVALID, "desc.plugins->flags")                  \
  XX(documents, null, in.documents = NULL, DKS_E_INVALID, "items")                                 \
  REQUIRED_NAME_FAULTS(XX, documents, in.document_items[1].name, "items[1].name")                  \
  JSON_FAULTS(XX, documents, in.document_items[0].data, in.document_items[0].size, "world.json")   \
  XX(documents, missing, in.document_items[1].name = "other.json", DKS_E_INVALID, "mind.json")     \
  XX(documents,                                                                                    \
     unknown_key,                                                                                  \
     set_json(&in.document_items[0].data, &in.document_items[0].size, "{\"nokey\":1}"),            \
     DKS_E_INVALID,                                                                                \
     "nokey")                                                                                      \
  XX(saved, null, in.saved = NULL, DKS_E_INVALID, "data")                                          \
  XX(saved, nothing, in.saved_size = 0, DKS_E_INVALID, "data: expected a world")                   \
  XX(saved, cut, in.saved_size -= 1, DKS_E_INVALID, "data: chunk \"hash\"")                        \
  XX(saved, other, (in.saved = k257Bytes, in.saved_size = 256), DKS_E_INVALID, "data: expected")   \
  XX(document_count, none, in.document_count = 0, DKS_E_INVALID, "count")                          \
  XX(document_count, huge, in.document_count = UINT32_MAX, DKS_E_LIMIT, "count")                   \
  SIZE_FAULTS(XX, info, in.info_of_model, "out_info")                                              \
  XX(info, null, in.info = NULL, DKS_E_INVALID, "out_info")                                        \
  SIZE_FAULTS(XX, counters, in.counters_of_model, "out_counters")                                  \
  XX(counters, null, in.counters = NULL, DKS_E_INVALID, "out_counters")                            \
  XX(user_place, null, in.user_place = NULL, DKS_E_INVALID, "out_user")                            \
                                                                                                   \
  XX(agent, none, in.agent = DKS_AGENT_NONE, DKS_E_STALE, "agent 0")                               \
  XX(agent, gone, in.agent = gone, DKS_E_STALE, "agent ")                                          \
  XX(agent, of_another_generation, in.agent += (uint64_t)1 << 32, DKS_E_STALE, "agent ")           \
  XX(agent, beyond_all, in.agent = UINT64_MAX, DKS_E_STALE, "agent 18446744073709551615")          \
  XX(no_pet, window, in.agent = window, DKS_E_INVALID, "expected a pet")                           \
  XX(agents, null, in.agents = NULL, DKS_E_INVALID, "items")                                       \
  XX(agents, none, in.agent_items[1] = DKS_AGENT_NONE, DKS_E_STALE, "items[1]")                    \
  XX(agents, gone, in.agent_items[1] = gone, DKS_E_STALE, "items[1]")                              \
  XX(agents, beyond_all, in.agent_items[1] = UINT64_MAX, DKS_E_STALE, "items[1]")                  \
  XX(bodies, null, in.bodies = NULL, DKS_E_INVALID, "items")                                       \
  XX(bodies, none, in.body_items[1] = DKS_AGENT_NONE, DKS_E_STALE, "items[1]")                     \
  XX(bodies, gone, in.body_items[1] = gone, DKS_E_STALE, "items[1]")                               \
  XX(bodies, of_the_world, in.body_items[1] = momo, DKS_E_INVALID, "items[1]: the world moves")    \
  XX(shares, null, in.shares = NULL, DKS_E_INVALID, "shares")                                      \
  XX(shares, beyond, in.share_items[1] = 1.5, DKS_E_INVALID, "shares[1]: 1.5")                     \
  XX(shares, below, in.share_items[1] = -0.5, DKS_E_INVALID, "shares[1]: -0.5")                    \
  XX(shares, nan, in.share_items[1] = NAN, DKS_E_INVALID, "shares[1]: nan")                        \
  XX(count, huge, in.count = UINT32_MAX, DKS_E_LIMIT, "count")                                     \
  XX(x, null, in.x = NULL, DKS_E_INVALID, "x")                                                     \
  XX(y, null, in.y = NULL, DKS_E_INVALID, "y")                                                     \
  XX(cells, beyond, in.cell_x[1] = 8, DKS_E_INVALID, "cell (8, 2)")                                \
  XX(cells, below, in.cell_y[1] = -1, DKS_E_INVALID, "cell (2, -1)")                               \
  XX(cells, absurd, in.cell_y[1] = INT32_MIN, DKS_E_INVALID, "cell (2, -2147483648)")              \
  XX(spawns, null, in.spawns = NULL, DKS_E_INVALID, "items")                                       \
  SIZE_FAULTS(XX, spawns, in.spawn_items[0], "items[0]")                                           \
  XX(spawns, sizes_differ, in.spawn_items[1].struct_size -= 8, DKS_E_INVALID, "items[1].struct")   \
  XX(spawns,                                                                                       \
     newer,                                                                                        \
     (in.spawn_items[0].struct_size += 8, in.spawn_count = 1),                                     \
     DKS_E_VERSION,                                                                                \
     "items[0]: byte")                                                                             \
  XX(spawns, flags, in.spawn_items[1].flags = 1, DKS_E_INVALID, "items[1].flags")                  \
  UNKNOWN_FAULTS(XX, spawns, in.spawn_items[1].type, "agent type")                                 \
  NEW_NAME_FAULTS(XX, spawns, in.spawn_items[1].name, "items[1].name")                             \
  XX(spawns, name_twice, in.spawn_items[1].name = "Nora", DKS_E_INVALID, "Nora")                   \
  XX(spawns, taken_name, in.spawn_items[1].name = "Momo", DKS_E_INVALID, "Momo")                   \
  XX(spawns, beyond, in.spawn_items[1].x = 8, DKS_E_INVALID, "items[1]: cell (8, -1)")             \
  XX(spawns, json_null, in.spawn_items[1].json_size = 5, DKS_E_INVALID, "items[1].json")           \
  XX(spawns, json_cut, in.spawn_items[0].json_size -= 1, DKS_E_INVALID, "items[0].json")           \
  XX(spawns,                                                                                       \
     json_range,                                                                                   \
     set_json(                                                                                     \
         &in.spawn_items[0].json, &in.spawn_items[0].json_size, "{\"needs\":{\"energy\":2}}"       \
     ),                                                                                            \
     DKS_E_INVALID,                                                                                \
     "energy")                                                                                     \
  XX(spawns, json_of_no_pet, in.spawn_items[0].type = "window", DKS_E_INVALID, "items[0].json")    \
  XX(spawn_count, huge, in.spawn_count = UINT32_MAX, DKS_E_LIMIT, "count")                         \
  XX(field, null, in.field = NULL, DKS_E_INVALID, "field")                                         \
  UNKNOWN_FAULTS(XX, unknown_field, in.field, "field")                                             \
  XX(computed_field, action, in.field = "action", DKS_E_INVALID, "field \"action\"")               \
  XX(element, beyond, in.element = 1, DKS_E_INVALID, "[1]")                                        \
  XX(values, null, in.values = NULL, DKS_E_INVALID, "values")                                      \
  XX(ranged_values, nan, in.value_items[1] = NAN, DKS_E_INVALID, "nan")                            \
  XX(ranged_values, infinite, in.value_items[1] = INFINITY, DKS_E_INVALID, "inf")                  \
  XX(ranged_values, beyond, in.value_items[1] = 1.5, DKS_E_INVALID, "1.5")                         \
  XX(name, null, in.name = NULL, DKS_E_INVALID, "name")                                            \
  UNKNOWN_FAULTS(XX, unknown_name, in.name, "agent called")                                        \
  XX(index, beyond, in.index = 1000, DKS_E_NOTFOUND, "1000")                                       \
  XX(index, huge, in.index = UINT32_MAX, DKS_E_NOTFOUND, "4294967295")                             \
  XX(type, null, in.type = NULL, DKS_E_INVALID, "type")                                            \
  UNKNOWN_FAULTS(XX, unknown_type, in.type, "agent type")                                          \
  XX(plain_type, null, in.plain_type = NULL, DKS_E_INVALID, "type")                                \
  XX(plain_type, of_a_species, in.plain_type = "pet", DKS_E_INVALID, "\"pet\"")                    \
  XX(plain_type, inhabited, in.plain_type = "window", DKS_E_INVALID, "\"window\"")                 \
  XX(plain_type, minded, in.plain_type = "thermostat", DKS_E_INVALID, "\"thermostat\"")            \
  XX(plain_type, of_a_plugin, in.plain_type = "sprite", DKS_E_INVALID, "\"sprite\" is of a plug")  \
  UNKNOWN_FAULTS(XX, unknown_plain_type, in.plain_type, "agent type")                              \
                                                                                                   \
  XX(op, none, in.op = 0, DKS_E_INVALID, "op")                                                     \
  XX(op, beyond, in.op = 7, DKS_E_INVALID, "op")                                                   \
  XX(op, absurd, in.op = INT32_MIN, DKS_E_INVALID, "op")                                           \
  XX(nan_value, nan, in.value = NAN, DKS_E_INVALID, "value")                                       \
  XX(wild_value, nan, in.value = NAN, DKS_E_INVALID, "nan")                                        \
  XX(wild_value, infinite, in.value = INFINITY, DKS_E_INVALID, "inf")                              \
  XX(wild_value, beyond, in.value = 1e300, DKS_E_INVALID, "1e+300")                                \
  XX(factor, nan, in.factor = NAN, DKS_E_INVALID, "factor")                                        \
  XX(factor, infinite, in.factor = INFINITY, DKS_E_INVALID, "factor")                              \
  XX(offset, nan, in.offset = NAN, DKS_E_INVALID, "offset")                                        \
  XX(offset, infinite, in.offset = -INFINITY, DKS_E_INVALID, "offset")                             \
  XX(aggregate, none, in.aggregate = 0, DKS_E_INVALID, "aggregate")                                \
  XX(aggregate, beyond, in.aggregate = 6, DKS_E_INVALID, "aggregate")                              \
  XX(aggregate, absurd, in.aggregate = INT32_MIN, DKS_E_INVALID, "aggregate")                      \
  XX(by, null, in.by = NULL, DKS_E_INVALID, "by")                                                  \
  UNKNOWN_FAULTS(XX, by, in.by, "field")                                                           \
  XX(groups, null_keys, in.keys = NULL, DKS_E_INVALID, "out_keys")                                 \
  XX(groups, null_values, in.groups = NULL, DKS_E_INVALID, "out_values")                           \
  XX(groups, null_count, in.whole = NULL, DKS_E_INVALID, "out_count")                              \
  XX(groups, small, in.group_capacity = 1, DKS_E_LIMIT, "capacity: 1")                             \
                                                                                                   \
  XX(reading, null, in.reading = NULL, DKS_E_INVALID, "field")                                     \
  UNKNOWN_FAULTS(XX, unknown_reading, in.reading, "environment field")                             \
  JSON_FAULTS(XX, json, in.json, in.json_size, "environment")                                      \
  XX(json,                                                                                         \
     unknown_key,                                                                                  \
     set_json(&in.json, &in.json_size, "{\"fields\":{\"light\":{\"value\":0.5}},\"nokey\":1}"),    \
     DKS_E_INVALID,                                                                                \
     "nokey")                                                                                      \
  XX(layer, null, in.layer = NULL, DKS_E_INVALID, "layer")                                         \
  UNKNOWN_FAULTS(XX, unknown_layer, in.layer, "layer")                                             \
  XX(timer_desc, null, in.timer_desc = NULL, DKS_E_INVALID, "desc")                                \
  SIZE_FAULTS(XX, timer_desc, in.timer_of_desc.known, "desc")                                      \
  NEWER_FAULTS(XX, timer_desc, in.timer_of_desc, "desc")                                           \
  NEW_NAME_FAULTS(XX, timer_desc, in.timer_of_desc.known.name, "desc.name")                        \
  XX(timer_desc, past, in.timer_of_desc.known.start = 1, DKS_E_INVALID, "desc.start")              \
  XX(timer_desc, absurd, in.timer_of_desc.known.start = UINT64_MAX, DKS_E_INVALID, "desc.start")   \
  XX(timer, none, in.timer = 0, DKS_E_NOTFOUND, "timer 0")                                         \
  XX(timer, unknown, in.timer = UINT64_MAX, DKS_E_NOTFOUND, "timer 18446744073709551615")          \
                                                                                                   \
  XX(messages, null, in.messages = NULL, DKS_E_INVALID, "items")                                   \
  SIZE_FAULTS(XX, messages, in.message_items[0], "items[0]")                                       \
  XX(messages, sizes_differ, in.message_items[1].struct_size -= 8, DKS_E_INVALID, "items[1].str")  \
  XX(messages,                                                                                     \
     newer,                                                                                        \
     (in.message_items[0].struct_size += 8, in.message_count = 1),                                 \
     DKS_E_VERSION,                                                                                \
     "items[0]: byte")                                                                             \
  NEW_NAME_FAULTS(XX, messages, in.message_items[1].from, "from")                                  \
  XX(messages, to, in.message_items[1].to = "\xc0\x80", DKS_E_INVALID, "items[1].to")              \
  XX(messages, kind, in.message_items[1].kind = k257Bytes, DKS_E_INVALID, "items[1].kind")         \
  XX(messages, field, in.message_items[1].field = "\x7f", DKS_E_INVALID, "items[1].field")         \
  XX(messages, no_reading, in.message_items[1].field = "light", DKS_E_INVALID, "items[1].field")   \
  XX(messages,                                                                                     \
     no_field,                                                                                     \
     (in.message_items[1].kind = "sense", in.message_items[1].to = NULL),                          \
     DKS_E_NOTFOUND,                                                                               \
     "items[1].field")                                                                             \
  XX(messages, id, in.message_items[1].id = UINT64_MAX, DKS_E_INVALID, "items[1].id")              \
  XX(messages, answer, in.message_items[1].reply_to = UINT64_MAX, DKS_E_INVALID, "reply_to")       \
  XX(messages, step, in.message_items[1].step = UINT64_MAX, DKS_E_INVALID, "items[1].step")        \
  XX(messages, no_text, in.message_items[1].text_size = 1, DKS_E_INVALID, "items[1].text")         \
  XX(messages,                                                                                     \
     long_text,                                                                                    \
     (in.message_items[1].text = "", in.message_items[1].text_size = 65537),                       \
     DKS_E_INVALID,                                                                                \
     "items[1].text")                                                                              \
  XX(messages, nan, in.message_items[1].value = NAN, DKS_E_INVALID, "items[1].value")              \
  XX(messages, infinite, in.message_items[1].value = -INFINITY, DKS_E_INVALID, "items[1].value")   \
  XX(messages, class, in.message_items[1].message_class = 4, DKS_E_INVALID, "message_class")       \
  XX(messages, reserved, in.message_items[1].reserved0 = 1, DKS_E_INVALID, "items[1].reserved0")   \
  XX(message_count, huge, in.message_count = UINT32_MAX, DKS_E_LIMIT, "count")                     \
  JSON_FAULTS(XX, letter, in.letter, in.letter_size, "message")                                    \
  XX(letter,                                                                                       \
     unknown_pet,                                                                                  \
     set_json(&in.letter, &in.letter_size, "{\"to\":\"Moma\",\"kind\":\"feed\"}"),                 \
     DKS_E_INVALID,                                                                                \
     "/to: ")                                                                                      \
  XX(letter,                                                                                       \
     unknown_key,                                                                                  \
     set_json(&in.letter, &in.letter_size, "{\"to\":\"Momo\",\"kind\":\"feed\",\"nokey\":1}"),     \
     DKS_E_INVALID,                                                                                \
     "nokey")                                                                                      \
  XX(channel, null, in.channel = NULL, DKS_E_INVALID, "channel")                                   \
  XX(channel, empty, in.channel = "", DKS_E_INVALID, "channel")                                    \
  XX(channel, no_channel, in.channel = "Momo", DKS_E_INVALID, "channel: \"Momo\"")                 \
  XX(steps, none, in.steps = 0, DKS_E_INVALID, "steps")                                            \
  XX(steps, huge, in.steps = UINT32_MAX, DKS_E_INVALID, "steps")                                   \
  XX(probabilities, null, in.groups = NULL, DKS_E_INVALID, "out_probabilities")                    \
  XX(probabilities, null_count, in.whole = NULL, DKS_E_INVALID, "out_count")                       \
  XX(probabilities, small, in.group_capacity = 1, DKS_E_LIMIT, "capacity: 1")                      \
                                                                                                   \
  XX(reporter, null, in.reporter = NULL, DKS_E_INVALID, "desc")                                    \
  SIZE_FAULTS(XX, reporter, in.reporter_desc.known, "desc")                                        \
  NEWER_FAULTS(XX, reporter, in.reporter_desc, "desc")                                             \
  REQUIRED_NAME_FAULTS(XX, reporter, in.reporter_desc.known.table, "desc.table")                   \
  XX(reporter, column, in.reporter_desc.known.name = "\xff", DKS_E_INVALID, "desc.name")           \
  XX(reporter, no_field, in.reporter_desc.known.field = NULL, DKS_E_INVALID, "desc.field")         \
  XX(reporter, field, in.reporter_desc.known.field = "nowhere", DKS_E_NOTFOUND, "\"nowhere\"")     \
  XX(reporter, reading, in.reporter_desc.known.field = "env:", DKS_E_NOTFOUND, "environment field" \
  )                                                                                                \
  XX(reporter, type, in.reporter_desc.known.type = "nowhere", DKS_E_NOTFOUND, "type \"nowhere\"")  \
  XX(reporter, aggregate, in.reporter_desc.known.aggregate = 6, DKS_E_INVALID, "desc.aggregate")   \
  XX(reporter, negative, in.reporter_desc.known.aggregate = -1, DKS_E_INVALID, "desc.aggregate")   \
  XX(reporter, window, in.reporter_desc.known.window = UINT32_MAX, DKS_E_INVALID, "desc.window")   \
  XX(reporter, twice, in.reporter_desc.known.table = "t", DKS_E_INVALID, "\"t\"")                  \
  REQUIRED_NAME_FAULTS(XX, own_table, in.own_table, "table")                                       \
  XX(columns, null, in.columns = NULL, DKS_E_INVALID, "columns")                                   \
  REQUIRED_NAME_FAULTS(XX, columns, in.column_names[1], "columns[1]")                              \
  XX(columns, twice, in.column_names[1] = "a", DKS_E_INVALID, "\"a\"")                             \
  XX(row_count, none, in.count = 0, DKS_E_INVALID, "count")                                        \
  XX(row_count, huge, in.count = UINT32_MAX, DKS_E_LIMIT, "count")                                 \
  XX(table, null, in.table = NULL, DKS_E_INVALID, "table")                                         \
  UNKNOWN_FAULTS(XX, unknown_table, in.table, "table")                                             \
  XX(table_column, null, in.table_column = NULL, DKS_E_INVALID, "column")                          \
  UNKNOWN_FAULTS(XX, table_column, in.table_column, "column of table \"t\" called")                \
  SIZE_FAULTS(XX, table_info, in.info_of_table, "out_info")                                        \
  XX(table_info, null, in.table_info = NULL, DKS_E_INVALID, "out_info")                            \
                                                                                                   \
  XX(flags, unknown, in.flags = 2, DKS_E_INVALID, "flags: 2")                                      \
  XX(schema, null, in.schema = NULL, DKS_E_INVALID, "out_schema")                                  \
  XX(array, null, in.array = NULL, DKS_E_INVALID, "out_array")                                     \
                                                                                                   \
  FAULTS_OF_LOADER(XX)                                                                             \
  XX(query, null, in.query = NULL, DKS_E_INVALID, "query")                                         \
  XX(init, null, in.init = NULL, DKS_E_INVALID, "init")                                            \
  SIZE_FAULTS(XX, entry, in.entry_of_plugin, "out_entry")                                          \
  XX(entry, null, in.entry = NULL, DKS_E_INVALID, "out_entry")                                     \
  XX(plugin_type, null, in.plugin_type = NULL, DKS_E_INVALID, "type")                              \
  XX(plugin_type, there_already, in.plugin_type = "sprite", DKS_E_INVALID, "\"sprite\"")           \
  UNKNOWN_FAULTS(XX, plugin_type, in.plugin_type, "agent type")                                    \
  XX(reported_type, null, in.reported_type = NULL, DKS_E_INVALID, "type")                          \
  XX(reported_type, of_a_species, in.reported_type = "pet", DKS_E_INVALID, "\"pet\" is of no")     \
  UNKNOWN_FAULTS(XX, unknown_reported_type, in.reported_type, "agent type")                        \
  SIZE_FAULTS(XX, report, in.report_of_type, "out_report")                                         \
  XX(report, null, in.report = NULL, DKS_E_INVALID, "out_report")                                  \
  REQUIRED_NAME_FAULTS(XX, new_link, in.new_link, "name")                                          \
  XX(new_link, there_already, in.new_link = "wire", DKS_E_INVALID, "\"wire\"")                     \
  XX(address, null, in.address = NULL, DKS_E_INVALID, "address")                                   \
  XX(address, empty, in.address = "", DKS_E_INVALID, "address")                                    \
  XX(address, no_utf8, in.address = "faulty:\xff", DKS_E_INVALID, "address")                       \
  XX(address, too_long, in.address = k257Bytes, DKS_E_INVALID, "address")                          \
  XX(address, no_scheme, in.address = "room", DKS_E_INVALID, "address: no ':'")                    \
  XX(address, unknown, in.address = "nowhere:x", DKS_E_NOTFOUND, "transport \"nowhere\"")          \
  XX(link, null, in.link = NULL, DKS_E_INVALID, "name")                                            \
  UNKNOWN_FAULTS(XX, link, in.link, "link")                                                        \
  REQUIRED_NAME_FAULTS(XX, topic, in.topic, "topic")                                               \
  SIZE_FAULTS(XX, link_report, in.report_of_link, "out_report")                                    \
  XX(link_report, null, in.link_report = NULL, DKS_E_INVALID, "out_report")                        \
                                                                                                   \
  XX(mind_document, null, in.mind_document = NULL, DKS_E_INVALID, "document")                      \
  REQUIRED_NAME_FAULTS(XX, mind_document, in.document_items[1].name, "document.name")              \
  JSON_FAULTS(                                                                                     \
      XX, mind_document, in.document_items[1].data, in.document_items[1].size, "mind.json"         \
  )                                                                                                \
  SIZE_FAULTS(XX, mind_desc, in.desc_of_mind.known, "desc")                                        \
  NEWER_FAULTS(XX, mind_desc, in.desc_of_mind, "desc")                                             \
  XX(mind_desc, type, in.desc_of_mind.known.type = DKS_TYPE_U8, DKS_E_INVALID, "desc.type")        \
  XX(mind_desc, no_type, in.desc_of_mind.known.type = UINT32_MAX, DKS_E_INVALID, "desc.type")      \
  SIZE_FAULTS(XX, mind_info, in.info_of_mind, "out_info")                                          \
  XX(mind_info, null, in.mind_info = NULL, DKS_E_INVALID, "out_info")                              \
  XX(prior, nan, in.belief_items[3] = NAN, DKS_E_INVALID, "prior[1][1]")                           \
  XX(prior, infinite, in.belief_items[3] = INFINITY, DKS_E_INVALID, "prior[1][1]")                 \
  XX(prior, sum, in.belief_items[3] = 0.75F, DKS_E_INVALID, "prior[1][0]")                         \
  XX(beliefs, null, in.beliefs = NULL, DKS_E_INVALID, "beliefs")                                   \
  XX(beliefs, nan, in.belief_items[3] = NAN, DKS_E_INVALID, "beliefs[1][1]")                       \
  XX(beliefs, negative, in.belief_items[3] = -0.5F, DKS_E_INVALID, "beliefs[1][1]")                \
  XX(beliefs, sum, in.belief_items[3] = 0.75F, DKS_E_INVALID, "beliefs[1][0]")                     \
  XX(observations, null, in.observations = NULL, DKS_E_INVALID, "observations")                    \
  XX(observations, beyond, in.outcome_items[1] = 2, DKS_E_INVALID, "observations[1][0]")           \
  XX(observations, below, in.outcome_items[1] = INT32_MIN, DKS_E_INVALID, "observations[1][0]")    \
  XX(actions, null, in.actions = NULL, DKS_E_INVALID, "actions")                                   \
  XX(actions, beyond, in.outcome_items[1] = INT32_MAX, DKS_E_INVALID, "actions[1][0]")             \
  XX(actions, below, in.outcome_items[1] = -1, DKS_E_INVALID, "actions[1][0]")                     \
  XX(preferences, nan, in.preference_items[3] = NAN, DKS_E_INVALID, "preferences[1][1]")           \
  XX(preferences, infinite, in.preference_items[3] = INFINITY, DKS_E_INVALID, "preferences[1][1]") \
  XX(reals, null, in.reals = NULL, DKS_E_INVALID, "out_prior")

// XX(function, what holds of it): it has no status.
#define FUNCTIONS_WITHOUT_STATUS(XX)                                    \
  XX(dks_version, dks_version() == DKS_VERSION_NUMBER)                  \
  XX(dks_build_info, strlen(dks_build_info()) > 0)                      \
  XX(dks_status_name, is(dks_status_name(INT32_MIN), "unknown status")) \
  XX(dks_event_name, is(dks_event_name(UINT32_MAX), "unknown event"))   \
  XX(dks_last_error, is(dks_last_error(), ""))                          \
  XX(dks_model_destroy, (dks_model_destroy(NULL), 1))                   \
  XX(dks_agent_set_destroy, (dks_agent_set_destroy(NULL), 1))           \
  XX(dks_mind_destroy, (dks_mind_destroy(NULL), 1))                     \
  XX(dks_model_desc_init_sized, INIT_IS_HARMLESS(dks_model_desc))       \
  XX(dks_spawn_desc_init_sized, INIT_IS_HARMLESS(dks_spawn_desc))       \
  XX(dks_timer_desc_init_sized, INIT_IS_HARMLESS(dks_timer_desc))       \
  XX(dks_message_init_sized, INIT_IS_HARMLESS(dks_message))             \
  XX(dks_reporter_desc_init_sized, INIT_IS_HARMLESS(dks_reporter_desc)) \
  XX(dks_mind_desc_init_sized, INIT_IS_HARMLESS(dks_mind_desc))         \
  CHECKS_WITHOUT_LOADER(XX)  // last, as these leave an error

#endif
