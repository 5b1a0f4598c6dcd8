// NULL where a handle or a pointer is expected. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cmocka.h>

#define EXPECT_MISSING(call) assert_fails(call, DKS_E_INVALID, "found NULL")
#define EXPECT_NULL(name, call) assert_fails(call, DKS_E_INVALID, name ": expected a pointer")

static void no_function_takes_no_handle(void** state) {
  (void)state;
  uint64_t number = 0;
  double real = 0;
  int32_t x = 0;
  char text[8];
  const char* name = NULL;
  dks_agent_id agent = 1;
  const dks_agent_id* ids = NULL;
  dks_column column;
  dks_event_view events;
  dks_message_view messages;
  dks_agent_set* set = NULL;
  dks_spawn_desc spawn;
  dks_spawn_desc_init(&spawn);
  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  dks_reporter_desc reporter;
  dks_reporter_desc_init(&reporter);
  dks_message message;
  dks_message_init(&message);
  dks_model_info info;
  dks_model_info_init(&info);
  dks_counters counters;
  dks_counters_init(&counters);
  dks_table_info table;
  dks_table_info_init(&table);
  const char* const columns[] = {"a"};
  EXPECT_MISSING(dks_model_create(NULL, NULL));
  EXPECT_MISSING(dks_model_step(NULL, 1));
  EXPECT_MISSING(dks_model_hash(NULL, &number));
  EXPECT_MISSING(dks_model_get_info(NULL, &info));
  EXPECT_MISSING(dks_model_get_counters(NULL, &counters));
  EXPECT_MISSING(dks_model_world_json(NULL, text, 8, &number));
  EXPECT_MISSING(dks_model_spawn(NULL, &spawn, 1, &agent));
  EXPECT_MISSING(dks_model_remove(NULL, &agent, 1));
  EXPECT_MISSING(dks_model_move(NULL, &agent, &x, &x, 1));
  EXPECT_MISSING(dks_model_set(NULL, &agent, 1, "energy", 0, &real));
  EXPECT_MISSING(dks_model_find(NULL, "a", &agent));
  EXPECT_MISSING(dks_model_agent_name(NULL, agent, &name));
  EXPECT_MISSING(dks_model_agent_json(NULL, agent, text, 8, &number));
  EXPECT_MISSING(dks_model_type_name(NULL, 0, &name));
  EXPECT_MISSING(dks_model_column(NULL, "pet", "id", &column));
  EXPECT_MISSING(dks_agent_set_create(NULL, NULL, &set));
  EXPECT_MISSING(dks_agent_set_select(NULL, "energy", DKS_OP_LT, 0));
  EXPECT_MISSING(dks_agent_set_take(NULL, 1));
  EXPECT_MISSING(dks_agent_set_sort(NULL, "energy", 0));
  EXPECT_MISSING(dks_agent_set_shuffle(NULL, 1));
  EXPECT_MISSING(dks_agent_set_do(NULL, "energy", 1, 0));
  EXPECT_MISSING(dks_agent_set_aggregate(NULL, "energy", DKS_AGG_SUM, &real));
  EXPECT_MISSING(
      dks_agent_set_group(NULL, "action", "energy", DKS_AGG_SUM, &real, &real, 1, &number)
  );
  EXPECT_MISSING(dks_agent_set_ids(NULL, &ids, &number));
  EXPECT_MISSING(dks_model_environment(NULL, "hour", &real));
  EXPECT_MISSING(dks_model_drive(NULL, "hour", 1, 1));
  EXPECT_MISSING(dks_model_release(NULL, "hour"));
  EXPECT_MISSING(dks_model_environment_json(NULL, text, 8, &number));
  EXPECT_MISSING(dks_model_set_environment_json(NULL, "{}", 2));
  EXPECT_MISSING(dks_model_layer(NULL, "food", &column));
  EXPECT_MISSING(dks_model_set_layer(NULL, "food", &x, &x, &real, 1));
  EXPECT_MISSING(dks_model_schedule(NULL, &timer, &number));
  EXPECT_MISSING(dks_model_pause_timer(NULL, 1, 1));
  EXPECT_MISSING(dks_model_cancel_timer(NULL, 1));
  EXPECT_MISSING(dks_model_events(NULL, &events));
  EXPECT_MISSING(dks_model_post(NULL, &message, 1));
  EXPECT_MISSING(dks_model_post_json(NULL, "m", "{}", 2));
  EXPECT_MISSING(dks_model_check_json(NULL, "m", "{}", 2));
  EXPECT_MISSING(dks_model_messages(NULL, &messages));
  EXPECT_MISSING(dks_model_queue(NULL, 1, &messages));
  EXPECT_MISSING(dks_model_channel(NULL, "#a", &messages));
  EXPECT_MISSING(dks_model_outbox(NULL, &messages));
  EXPECT_MISSING(dks_model_explain(NULL, 1, text, 8, &number));
  EXPECT_MISSING(dks_model_predict(NULL, 1, 1, &real, 1, &number));
  EXPECT_MISSING(dks_model_collect(NULL, &reporter));
  EXPECT_MISSING(dks_model_add_row(NULL, "t", columns, &real, 1));
  EXPECT_MISSING(dks_model_table_name(NULL, 0, &name));
  EXPECT_MISSING(dks_model_read_csv(NULL, "t", text, 8, &number));
  EXPECT_MISSING(dks_model_table_column(NULL, "t", "step", &column));
  EXPECT_MISSING(dks_model_table_info(NULL, "t", &table));
  EXPECT_MISSING(dks_model_table_column_name(NULL, "t", 0, &name));
  dks_model_desc_init_sized(NULL, 100);
  dks_spawn_desc_init_sized(NULL, 100);
  dks_timer_desc_init_sized(NULL, 100);
  dks_reporter_desc_init_sized(NULL, 100);
  dks_message_init_sized(NULL, 100);
}

static void no_function_takes_a_missing_pointer(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  const dks_agent_id agent = spawn_at(model, "a", -1, -1);
  const uint64_t before = hash_of(model);
  uint64_t number = 0;
  const dks_agent_id* ids = NULL;
  double real = 0;
  int32_t x = 0;
  dks_agent_id out = 0;
  dks_column column;
  dks_message_view messages;
  EXPECT_MISSING(dks_model_hash(model, NULL));
  EXPECT_MISSING(dks_model_get_info(model, NULL));
  EXPECT_MISSING(dks_model_get_counters(model, NULL));
  EXPECT_MISSING(dks_model_spawn(model, NULL, 1, &out));
  EXPECT_MISSING(dks_model_remove(model, NULL, 1));
  EXPECT_NULL("items", dks_model_move(model, NULL, &x, &x, 1));
  EXPECT_NULL("x", dks_model_move(model, &agent, NULL, &x, 1));
  EXPECT_NULL("y", dks_model_move(model, &agent, &x, NULL, 1));
  EXPECT_NULL("items", dks_model_set(model, NULL, 1, "energy", 0, &real));
  EXPECT_NULL("field", dks_model_set(model, &agent, 1, NULL, 0, &real));
  EXPECT_NULL("values", dks_model_set(model, &agent, 1, "energy", 0, NULL));
  EXPECT_NULL("name", dks_model_find(model, NULL, &out));
  EXPECT_NULL("out_agent", dks_model_find(model, "a", NULL));
  EXPECT_MISSING(dks_model_agent_name(model, agent, NULL));
  EXPECT_MISSING(dks_model_type_name(model, 0, NULL));
  EXPECT_NULL("type", dks_model_column(model, NULL, "id", &column));
  EXPECT_NULL("field", dks_model_column(model, "pet", NULL, &column));
  EXPECT_NULL("out_column", dks_model_column(model, "pet", "id", NULL));
  EXPECT_MISSING(dks_agent_set_create(model, NULL, NULL));
  EXPECT_MISSING(dks_agent_set_select(set, NULL, DKS_OP_LT, 0));
  EXPECT_MISSING(dks_agent_set_sort(set, NULL, 0));
  EXPECT_MISSING(dks_agent_set_do(set, NULL, 1, 0));
  EXPECT_MISSING(dks_agent_set_aggregate(set, NULL, DKS_AGG_SUM, &real));
  EXPECT_MISSING(dks_agent_set_aggregate(set, "energy", DKS_AGG_SUM, NULL));
  EXPECT_MISSING(dks_agent_set_group(set, NULL, "energy", DKS_AGG_SUM, &real, &real, 1, &number));
  EXPECT_MISSING(dks_agent_set_group(set, "action", "energy", DKS_AGG_SUM, NULL, &real, 1, &number)
  );
  EXPECT_MISSING(dks_agent_set_group(set, "action", "energy", DKS_AGG_SUM, &real, &real, 1, NULL));
  EXPECT_MISSING(dks_agent_set_ids(set, NULL, &number));
  EXPECT_MISSING(dks_agent_set_ids(set, &ids, NULL));
  EXPECT_NULL("field", dks_model_environment(model, NULL, &real));
  EXPECT_NULL("out_value", dks_model_environment(model, "hour", NULL));
  EXPECT_MISSING(dks_model_drive(model, NULL, 1, 1));
  EXPECT_MISSING(dks_model_release(model, NULL));
  EXPECT_MISSING(dks_model_set_environment_json(model, NULL, 2));
  EXPECT_MISSING(dks_model_layer(model, NULL, &column));
  EXPECT_MISSING(dks_model_layer(model, "food", NULL));
  EXPECT_NULL("x", dks_model_set_layer(model, "food", NULL, &x, &real, 1));
  EXPECT_MISSING(dks_model_schedule(model, NULL, &number));
  EXPECT_MISSING(dks_model_events(model, NULL));
  EXPECT_MISSING(dks_model_post(model, NULL, 1));
  EXPECT_MISSING(dks_model_post_json(model, "m", NULL, 2));
  EXPECT_MISSING(dks_model_messages(model, NULL));
  EXPECT_MISSING(dks_model_queue(model, agent, NULL));
  EXPECT_MISSING(dks_model_channel(model, NULL, &messages));
  EXPECT_MISSING(dks_model_channel(model, "#a", NULL));
  EXPECT_MISSING(dks_model_outbox(model, NULL));
  EXPECT_MISSING(dks_model_collect(model, NULL));
  EXPECT_MISSING(dks_model_add_row(model, NULL, NULL, &real, 1));
  EXPECT_MISSING(dks_model_table_name(model, 0, NULL));
  EXPECT_MISSING(dks_model_read_csv(model, NULL, NULL, 8, &number));
  EXPECT_NULL("table", dks_model_table_column(model, NULL, "step", &column));
  EXPECT_NULL("out_info", dks_model_table_info(model, "t", NULL));
  EXPECT_MISSING(dks_model_table_column_name(model, "t", 0, NULL));
  // Nothing to do is not nothing given.
  assert_ok(dks_model_spawn(model, NULL, 0, NULL));
  assert_ok(dks_model_remove(model, NULL, 0));
  assert_ok(dks_model_move(model, NULL, NULL, NULL, 0));
  assert_ok(dks_model_set(model, NULL, 0, "energy", 0, NULL));
  assert_ok(dks_model_post(model, NULL, 0));
  assert_int_equal(hash_of(model), before);
  dks_agent_set_destroy(set);
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_function_takes_no_handle),
      cmocka_unit_test(no_function_takes_a_missing_pointer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
