// The data collector: tables, intervals, windows, CSV. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>

#include <cmocka.h>

static dks_model* model;

static int setup(void** state) {
  (void)state;
  model = make_default(41);
  spawn_at(model, "a", -1, -1);
  spawn_at(model, "b", -1, -1);
  return 0;
}
static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  return 0;
}

static dks_reporter_desc reporter(const char* table, const char* field, int32_t aggregate) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = table;
  desc.field = field;
  desc.aggregate = aggregate;
  return desc;
}

static void collect(dks_reporter_desc desc) {
  assert_ok(dks_model_collect(model, &desc));
}

static dks_column table_column(const char* table, const char* name) {
  dks_column column = {0};
  assert_ok(dks_model_table_column(model, table, name, &column));
  return column;
}

// All that is unread, in pieces of `capacity`; free() it.
static char* read_all(const char* table, uint64_t capacity) {
  char* const piece = malloc(capacity);
  char* all = calloc(1, 1);
  uint64_t size = 0;
  uint64_t used = 0;
  do {
    assert_ok(dks_model_read_csv(model, table, piece, capacity, &size));
    assert_true(size < capacity);
    assert_int_equal(piece[size], '\0');
    assert_true(size == 0 || piece[size - 1] == '\n');
    all = realloc(all, used + size + 1);
    memcpy(all + used, piece, size + 1);
    used += size;
  } while (size > 0);
  free(piece);
  return all;
}

static void reporters_of_a_name_are_columns_of_a_table(void** state) {
  (void)state;
  dks_reporter_desc mean = reporter("model", "energy", DKS_AGG_MEAN);
  mean.name = "mean energy";
  collect(mean);
  collect(reporter("model", "env:hour", 0));
  collect(reporter("pets", "energy", 0));
  const char* name = NULL;
  assert_ok(dks_model_table_name(model, 0, &name));
  assert_string_equal(name, "model");
  assert_ok(dks_model_table_name(model, 1, &name));
  assert_string_equal(name, "pets");
  assert_fails(dks_model_table_name(model, 2, &name), DKS_E_NOTFOUND, "table 2");
  static const char* const columns[] = {"step", "mean energy", "hour"};
  for (uint32_t i = 0; i < 3; ++i) {
    assert_ok(dks_model_table_column_name(model, "model", i, &name));
    assert_string_equal(name, columns[i]);
  }
  assert_fails(
      dks_model_table_column_name(model, "model", 3, &name), DKS_E_NOTFOUND, "column 3: there are 3"
  );
  assert_ok(dks_model_step(model, 3));
  const dks_column steps = table_column("model", "step");
  const dks_column hours = table_column("model", "hour");
  const dks_column means = table_column("model", "mean energy");
  const dks_column ids = table_column("pets", "id");
  assert_int_equal(steps.count, 3);
  assert_int_equal(steps.type, DKS_TYPE_F64);
  assert_true(column_number(&steps, 2, 0) == 2);
  assert_true(column_number(&hours, 2, 0) == environment_of(model, "hour"));
  assert_int_equal(ids.count, 6);
  const dks_column energy = column_of(model, "pet", "energy");
  const double expected = (column_number(&energy, 0, 0) + column_number(&energy, 1, 0)) / 2;
  assert_true(fabs(column_number(&means, 2, 0) - expected) < 1e-12);
  // Borrowed columns do not disturb each other.
  assert_true(column_number(&steps, 1, 0) == 1);
}

static void elements_of_a_wide_field_go_by_their_index(void** state) {
  (void)state;
  const dks_agent_id agent = spawn_at(model, "c", -1, -1);
  const double values[] = {0.25, 0.75};
  assert_ok(dks_model_set(model, &agent, 1, "personality", 0, values));
  assert_ok(dks_model_set(model, &agent, 1, "personality", 4, values + 1));
  collect(reporter("pets", "personality", 0));
  collect(reporter("pets", "personality[4]", 0));
  collect(reporter("most", "personality[4]", DKS_AGG_MAX));
  assert_ok(dks_model_step(model, 1));
  const dks_column openness = table_column("pets", "personality");
  const dks_column neuroticism = table_column("pets", "personality[4]");
  const dks_column most = table_column("most", "personality[4]");
  assert_int_equal(openness.count, 3);
  assert_true(column_number(&openness, 2, 0) == 0.25);
  assert_true(column_number(&neuroticism, 2, 0) == 0.75);
  assert_true(column_number(&most, 0, 0) == 0.75);

  dks_agent_set* set = NULL;
  double number = 0;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  assert_ok(dks_agent_set_do(set, "personality[4]", 0, 0.125));
  assert_ok(dks_agent_set_aggregate(set, "personality[4]", DKS_AGG_SUM, &number));
  assert_true(number == 3 * 0.125);
  assert_ok(dks_agent_set_select(set, "personality", DKS_OP_EQ, 0.25));
  assert_ok(dks_agent_set_aggregate(set, NULL, DKS_AGG_COUNT, &number));
  assert_true(number == 1);
  static const char* const wrong[] = {
      "personality[5]", "personality[-1]", "personality[]", "personality[4", "personality[4]x"};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    dks_reporter_desc desc = reporter("u", wrong[i], DKS_AGG_MAX);
    assert_fails(dks_model_collect(model, &desc), DKS_E_NOTFOUND, "personality");
    assert_fails(dks_agent_set_sort(set, wrong[i], 0), DKS_E_NOTFOUND, "personality");
  }
  dks_agent_set_destroy(set);
}

static void an_interval_leaves_steps_out(void** state) {
  (void)state;
  dks_reporter_desc desc = reporter("t", "env:light", 0);
  desc.interval = 4;
  collect(desc);
  assert_ok(dks_model_step(model, 10));
  const dks_column steps = table_column("t", "step");
  assert_int_equal(steps.count, 3);
  assert_true(column_number(&steps, 0, 0) == 0 && column_number(&steps, 2, 0) == 8);
}

static dks_table_info table_info(const char* table) {
  dks_table_info info;
  dks_table_info_init(&info);
  assert_ok(dks_model_table_info(model, table, &info));
  return info;
}

static void a_table_says_what_it_lost(void** state) {
  (void)state;
  dks_reporter_desc desc = reporter("t", "env:hour", 0);
  desc.window = 4;
  collect(desc);
  assert_int_equal(table_info("t").total, 0);
  assert_ok(dks_model_step(model, 3));
  free(read_all("t", 1000));
  assert_ok(dks_model_step(model, 6));
  const dks_table_info info = table_info("t");
  assert_int_equal(info.column_count, 2);
  assert_int_equal(info.rows, 4);
  assert_int_equal(info.total, 9);
  assert_int_equal(info.lost, 2);
  free(read_all("t", 1000));
  assert_int_equal(table_info("t").lost, 2);
  dks_table_info other = {0};
  assert_fails(dks_model_table_info(model, "t", &other), DKS_E_INVALID, "struct_size");
  dks_table_info_init(&other);
  assert_fails(dks_model_table_info(model, "u", &other), DKS_E_NOTFOUND, "table \"u\"");
}

static void a_window_keeps_the_last_rows(void** state) {
  (void)state;
  dks_reporter_desc desc = reporter("t", "env:hour", 0);
  desc.window = 4;
  collect(desc);
  assert_ok(dks_model_step(model, 10));
  const dks_column steps = table_column("t", "step");
  assert_int_equal(steps.count, 4);
  assert_true(column_number(&steps, 0, 0) == 6 && column_number(&steps, 3, 0) == 9);
  char* const csv = read_all("t", 1000);
  assert_string_equal(csv, "step,hour\r\n6,9\r\n7,9.5\r\n8,10\r\n9,10.5\r\n");
  free(csv);
}

static void csv_is_rfc_4180_with_one_header(void** state) {
  (void)state;
  static const char* const columns[] = {"plain", "a,b", "say \"hi\""};
  const double values[] = {0.1, NAN, -3};
  const double others[] = {1e300, 100000, 1234567890123};
  assert_ok(dks_model_add_row(model, "own", columns, values, 3));
  char* csv = read_all("own", 1000);
  assert_string_equal(csv, "step,plain,\"a,b\",\"say \"\"hi\"\"\"\r\n0,0.1,,-3\r\n");
  free(csv);
  assert_ok(dks_model_step(model, 2));
  assert_ok(dks_model_add_row(model, "own", columns, others, 3));
  csv = read_all("own", 1000);
  assert_string_equal(csv, "2,1e+300,100000,1234567890123\r\n");
  free(csv);
  csv = read_all("own", 1000);
  assert_string_equal(csv, "");
  free(csv);
}

static void a_small_buffer_takes_what_fits_and_nothing_is_lost(void** state) {
  (void)state;
  collect(reporter("t", "env:temperature", 0));
  dks_model* const first = model;
  setup(NULL);
  collect(reporter("t", "env:temperature", 0));
  assert_ok(dks_model_step(first, 50));
  assert_ok(dks_model_step(model, 50));
  char* const small = read_all("t", 40);
  dks_model_destroy(model);
  model = first;
  char* const whole = read_all("t", 100000);
  assert_string_equal(small, whole);
  free(small);
  free(whole);

  assert_ok(dks_model_step(model, 1));
  char buffer[8] = "unused!";
  uint64_t size = 77;
  assert_fails(dks_model_read_csv(model, "t", buffer, 0, &size), DKS_E_LIMIT, "0 bytes");
  const uint64_t next = size;
  size = 77;
  assert_fails(dks_model_read_csv(model, "t", buffer, 8, &size), DKS_E_LIMIT, "8 bytes");
  assert_string_equal(buffer, "unused!");
  assert_int_equal(size, next);
  char* const line = read_all("t", next + 1);
  assert_int_equal(strlen(line), next);
  free(line);
}

static void csv_follows_convention_5(void** state) {
  (void)state;
  static const char* const columns[] = {"a"};
  const double values[] = {1.5};
  for (int i = 0; i < 3; ++i) {
    assert_ok(dks_model_add_row(model, "own", columns, values, 1));
  }
  static const char all[] = "step,a\r\n0,1.5\r\n0,1.5\r\n0,1.5\r\n";
  uint64_t size = 0;
  assert_ok(dks_model_read_csv(model, "own", NULL, 0, &size));
  assert_int_equal(size, strlen(all));
  char buffer[sizeof all];
  assert_fails(dks_model_read_csv(model, "own", buffer, 8, &size), DKS_E_LIMIT, "which takes 9");
  assert_int_equal(size, strlen("step,a\r\n"));
  assert_ok(dks_model_read_csv(model, "own", buffer, sizeof buffer, NULL));
  assert_string_equal(buffer, all);
  assert_ok(dks_model_read_csv(model, "own", NULL, 0, &size));
  assert_int_equal(size, 0);
  // A place without room for a terminator is too small even for nothing.
  buffer[0] = 'x';
  size = 7;
  assert_fails(dks_model_read_csv(model, "own", buffer, 0, &size), DKS_E_LIMIT, "capacity: 0");
  assert_int_equal(size, 0);
  assert_int_equal(buffer[0], 'x');
  assert_fails(dks_model_read_csv(model, "own", NULL, 8, &size), DKS_E_INVALID, "buffer: ");
  assert_fails(dks_model_read_csv(model, "own", NULL, 0, NULL), DKS_E_INVALID, "out_size");
}

static void reading_every_step_loses_nothing_of_a_small_window(void** state) {
  (void)state;
  dks_reporter_desc desc = reporter("t", "env:hour", 0);
  desc.window = 2;
  collect(desc);
  int lines = 0;
  for (int i = 0; i < 100; ++i) {
    assert_ok(dks_model_step(model, 1));
    char* const csv = read_all("t", 100);
    for (const char* c = csv; *c != '\0'; ++c) {
      lines += *c == '\n';
    }
    free(csv);
  }
  assert_int_equal(lines, 101);
}

static void memory_is_constant_over_10000_steps(void** state) {
  (void)state;
  dks_model* quick = NULL;
  assert_ok(make_world(
      NULL,
      "{\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", "
      "\"playground\"]}, "
      "\"food\": {}}, \"collect\": [{\"table\": \"m\", \"field\": \"env:light\", \"window\": 16}, "
      "{\"table\": \"p\", \"field\": \"energy\", \"aggregate\": \"mean\", \"window\": 16}]}",
      &quick
  ));
  spawn_at(quick, "a", -1, -1);
  assert_ok(dks_model_step(quick, 1000));  // the pet has done all that it can by then
  const uint64_t held = info_of(quick).memory_bytes;
  assert_ok(dks_model_step(quick, 10000));
  assert_int_equal(info_of(quick).memory_bytes, held);
  dks_model_destroy(quick);
}

static void wrong_reporters_are_refused_and_leave_no_table(void** state) {
  (void)state;
  collect(reporter("t", "env:hour", 0));
  const struct {
    dks_reporter_desc desc;
    dks_status status;
    const char* part;
  } wrong[] = {
      {reporter("t", "env:hour", 0), DKS_E_INVALID, "\"hour\" of table \"t\""},
      {reporter("t", "energy", 0), DKS_E_INVALID, "\"t\""},
      {reporter("u", "env:hours", 0), DKS_E_NOTFOUND, "did you mean \"hour\"?"},
      {reporter("u", "enrgy", DKS_AGG_SUM), DKS_E_NOTFOUND, "did you mean \"energy\"?"},
      {reporter("u", "energy", 9), DKS_E_INVALID, "desc.aggregate: 9"},
      {reporter("u", "energy", -1), DKS_E_INVALID, "desc.aggregate: -1"},
      {reporter(NULL, "energy", 1), DKS_E_INVALID, "desc.table"},
      {reporter("u", NULL, 1), DKS_E_INVALID, "desc.field"},
      {reporter("\xff", "energy", 1), DKS_E_INVALID, "desc.table"},
      {reporter("", "energy", 1), DKS_E_INVALID, "desc.table"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    assert_fails(dks_model_collect(model, &wrong[i].desc), wrong[i].status, wrong[i].part);
  }
  dks_reporter_desc desc = reporter("u", "energy", 1);
  desc.window = UINT32_MAX;
  assert_fails(dks_model_collect(model, &desc), DKS_E_INVALID, "desc.window: 4294967295");
  desc = reporter("u", "energy", 1);
  desc.type = "cat";
  assert_fails(dks_model_collect(model, &desc), DKS_E_NOTFOUND, "agent type");
  desc = reporter("t", "env:light", 0);
  desc.interval = 5;
  assert_fails(dks_model_collect(model, &desc), DKS_E_INVALID, "interval");
  assert_ok(dks_model_step(model, 1));
  desc = reporter("t", "env:light", 0);
  assert_fails(dks_model_collect(model, &desc), DKS_E_INVALID, "rows already");

  static const char* const columns[] = {"a", "a"};
  static const char* const bad[] = {"a", "\xff"};
  const double values[] = {1, 2};
  assert_fails(dks_model_add_row(model, "own", columns, values, 2), DKS_E_INVALID, "twice");
  assert_fails(dks_model_add_row(model, "own", bad, values, 2), DKS_E_INVALID, "columns[1]");
  assert_fails(dks_model_add_row(model, "own", columns, values, 0), DKS_E_INVALID, "count: ");
  assert_fails(dks_model_add_row(model, "own", columns, values, UINT32_MAX), DKS_E_LIMIT, "count");
  assert_fails(dks_model_add_row(model, "t", columns, values, 1), DKS_E_INVALID, "other columns");
  const char* name = NULL;
  assert_fails(dks_model_table_name(model, 1, &name), DKS_E_NOTFOUND, "table 1");
  assert_ok(dks_model_add_row(model, "own", columns, values, 1));
  assert_fails(dks_model_add_row(model, "own", columns, values, 2), DKS_E_INVALID, "other columns");
  dks_column column = {NULL, 5, 0, 0, 0};
  assert_fails(
      dks_model_table_column(model, "own", "b", &column), DKS_E_NOTFOUND, "column of table \"own\""
  );
  assert_fails(dks_model_table_column(model, "owm", "a", &column), DKS_E_NOTFOUND, "\"own\"");
  assert_int_equal(column.count, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(reporters_of_a_name_are_columns_of_a_table),
      TEST(elements_of_a_wide_field_go_by_their_index),
      TEST(an_interval_leaves_steps_out),
      TEST(a_table_says_what_it_lost),
      TEST(a_window_keeps_the_last_rows),
      TEST(csv_is_rfc_4180_with_one_header),
      TEST(a_small_buffer_takes_what_fits_and_nothing_is_lost),
      TEST(csv_follows_convention_5),
      TEST(reading_every_step_loses_nothing_of_a_small_window),
      TEST(memory_is_constant_over_10000_steps),
      TEST(wrong_reporters_are_refused_and_leave_no_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
