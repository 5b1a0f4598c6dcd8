// Exports in the Arrow C Data Interface, read as a consumer reads them. SPDX-License-Identifier:
// MIT
#include "dks.h"

#include "support.h"

#include <pthread.h>

#include <cmocka.h>

static dks_model* model;
static struct ArrowSchema schema;
static struct ArrowArray array;

static int setup(void** state) {
  (void)state;
  model = make_default(7);
  for (int i = 0; i < 5; ++i) {
    spawn_at(model, i == 0 ? "Momo" : NULL, i, 2 * i);
  }
  assert_ok(dks_model_step(model, 3));
  return 0;
}
static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  model = NULL;
  return 0;
}

static void export_pets(uint32_t flags) {
  assert_ok(dks_model_export_agents(model, "pet", flags, &schema, &array));
}
static void release_schema(struct ArrowSchema* released) {
  assert_non_null(released->release);
  released->release(released);
  assert_null(released->release);
}
static void release_array(struct ArrowArray* released) {
  assert_non_null(released->release);
  released->release(released);
  assert_null(released->release);
}
static void release_both(void) {
  release_schema(&schema);
  release_array(&array);
}

// The place of a column among the children.
static int64_t child_of(const char* name) {
  for (int64_t i = 0; i < schema.n_children; ++i) {
    if (strcmp(schema.children[i]->name, name) == 0) {
      return i;
    }
  }
  fail_msg("no column %s", name);
  return -1;
}

static const char* format_of(uint32_t type) {
  static const char* const formats[] = {"", "f", "g", "i", "I", "L", "C"};
  assert_in_range(type, DKS_TYPE_F32, DKS_TYPE_U8);
  return formats[type];
}
static uint32_t size_of(uint32_t type) {
  static const uint32_t sizes[] = {0, 4, 8, 4, 4, 8, 1};
  return sizes[type];
}

// What every array here is: no nulls, no offset, no dictionary, released by a callback.
static void expect_array(const struct ArrowArray* of, int64_t length, int64_t buffers) {
  assert_int_equal(of->length, length);
  assert_int_equal(of->null_count, 0);
  assert_int_equal(of->offset, 0);
  assert_int_equal(of->n_buffers, buffers);
  assert_null(of->buffers[0]);
  assert_null(of->dictionary);
  assert_non_null(of->release);
}
static void expect_schema(const struct ArrowSchema* of, const char* format, const char* name) {
  assert_string_equal(of->format, format);
  assert_string_equal(of->name, name);
  assert_null(of->metadata);
  assert_int_equal(of->flags, 0);
  assert_null(of->dictionary);
  assert_non_null(of->release);
}

// One exported column against what dks_model_column says; its data.
static const void* expect_column(int64_t index, const dks_column* column) {
  const struct ArrowSchema* type = schema.children[index];
  const struct ArrowArray* values = array.children[index];
  const uint32_t width = column->stride / size_of(column->type);
  int64_t rows = (int64_t)column->count;
  if (width > 1) {
    char list[16];
    snprintf(list, sizeof list, "+w:%u", width);
    expect_schema(type, list, type->name);
    expect_array(values, rows, 1);
    assert_int_equal(type->n_children, 1);
    assert_int_equal(values->n_children, 1);
    type = type->children[0];
    values = values->children[0];
    rows *= width;
    assert_string_equal(type->name, "item");
  }
  expect_schema(type, format_of(column->type), type->name);
  expect_array(values, rows, 2);
  assert_int_equal(type->n_children, 0);
  assert_int_equal(values->n_children, 0);
  if (rows > 0) {
    assert_memory_equal(values->buffers[1], column->data, column->count * column->stride);
  }
  return values->buffers[1];
}

// ---- agents

static void agents_are_exported_where_they_lie(void** state) {
  (void)state;
  export_pets(0);
  expect_schema(&schema, "+s", "pet");
  expect_array(&array, 5, 1);
  assert_int_equal(schema.n_children, array.n_children);
  assert_string_equal(schema.children[0]->name, "id");
  assert_string_equal(schema.children[1]->name, "cell");
  int wide = 0;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const char* const name = schema.children[i]->name;
    const dks_column column = column_of(model, "pet", name);
    const void* const data = expect_column(i, &column);
    if (strcmp(name, "cell") == 0) {
      assert_ptr_not_equal(data, column.data);
    } else {
      assert_ptr_equal(data, column.data);
    }
    wide += strncmp(schema.children[i]->format, "+w:", 3) == 0;
  }
  assert_true(wide > 0);
  const int64_t personality = child_of("personality");
  assert_string_equal(schema.children[personality]->format, "+w:5");
  assert_int_equal(array.children[personality]->children[0]->length, 25);
  release_both();
}

static void all_fields_of_the_type_are_there(void** state) {
  (void)state;
  cJSON* const world = model_json(dks_model_world_json, model);
  const cJSON* const types = cJSON_GetObjectItemCaseSensitive(world, "types");
  const cJSON* const fields =
      cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(types, 0), "fields");
  export_pets(0);
  assert_int_equal(schema.n_children, 2 + cJSON_GetArraySize(fields));
  for (int i = 0; i < cJSON_GetArraySize(fields); ++i) {
    const cJSON* const name =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(fields, i), "name");
    assert_string_equal(schema.children[2 + i]->name, name->valuestring);
  }
  release_both();
  cJSON_Delete(world);
}

static void every_type_of_number_has_its_format(void** state) {
  (void)state;
  dks_model* const plain = world_of_seed(
      1,
      "{\"name\": \"w\", \"types\": {\"t\": {\"fields\": {"
      "\"a\": {\"type\": \"f32\"}, \"b\": {\"type\": \"f64\"}, \"c\": {\"type\": \"i32\"},"
      "\"d\": {\"type\": \"u32\"}, \"e\": {\"type\": \"u64\"}, \"f\": {\"type\": \"u8\"}}}}}"
  );
  assert_ok(dks_model_export_agents(plain, "t", 0, &schema, &array));
  static const char* const formats[] = {"L", "I", "f", "g", "i", "I", "L", "C"};
  assert_int_equal(schema.n_children, 8);
  for (int i = 0; i < 8; ++i) {
    assert_string_equal(schema.children[i]->format, formats[i]);
  }
  release_both();
  dks_model_destroy(plain);
}

static void a_type_without_agents_has_columns_without_rows(void** state) {
  (void)state;
  dks_model* const empty = make_default(1);
  assert_ok(dks_model_export_agents(empty, "pet", 0, &schema, &array));
  expect_array(&array, 0, 1);
  assert_true(array.n_children > 10);
  const struct ArrowArray* const personality = array.children[child_of("personality")];
  expect_array(personality, 0, 1);
  expect_array(personality->children[0], 0, 2);
  assert_fails(dks_model_step(empty, 1), DKS_E_BUSY, "still held");
  release_both();
  dks_model_destroy(empty);
}

// ---- what is lent

static void nothing_changes_while_an_export_is_held(void** state) {
  (void)state;
  const uint64_t before = hash_of(model);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, NULL, &set));
  dks_message_view view;
  assert_ok(dks_model_messages(model, &view));
  export_pets(0);
  release_schema(&schema);  // it lends nothing
  assert_fails(dks_model_step(model, 1), DKS_E_BUSY, "Arrow export of agent type \"pet\"");
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  assert_fails(dks_model_spawn(model, &desc, 1, NULL), DKS_E_BUSY, "DKS_EXPORT_COPY");
  assert_fails(dks_agent_set_do(set, "energy", 0.5, 0), DKS_E_BUSY, "still held");
  assert_fails(dks_model_drive(model, "light", 1, 1), DKS_E_BUSY, "still held");
  // What is [const], and what is posted, goes on.
  assert_int_equal(hash_of(model), before);
  assert_ok(dks_agent_set_sort(set, "energy", 0));
  const dks_message message = feed("ana", "Momo");
  assert_ok(dks_model_post(model, &message, 1));

  // Two exports, and a child that was moved out of one: the last one counts.
  struct ArrowArray second;
  assert_ok(dks_model_export_agents(model, "pet", 0, &schema, &second));
  release_schema(&schema);
  struct ArrowArray child = *second.children[0];
  second.children[0]->release = NULL;
  release_array(&second);
  assert_fails(dks_model_step(model, 1), DKS_E_BUSY, "still held");
  release_array(&array);
  assert_fails(dks_model_step(model, 1), DKS_E_BUSY, "still held");
  const dks_column ids = column_of(model, "pet", "id");
  assert_ptr_equal(child.buffers[1], ids.data);
  release_array(&child);
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(info_of(model).inputs_accepted, 1);
  dks_agent_set_destroy(set);
}

static void the_type_that_is_held_is_named(void** state) {
  (void)state;
  dks_model* const two = world_of_seed(
      1, "{\"name\": \"w\", \"types\": {\"a\": {\"fields\": {}}, \"b\": {\"fields\": {}}}}"
  );
  struct ArrowSchema b_schema;
  struct ArrowArray b_array;
  assert_ok(dks_model_export_agents(two, "b", 0, &b_schema, &b_array));
  assert_fails(dks_model_step(two, 1), DKS_E_BUSY, "\"b\"");
  assert_ok(dks_model_export_agents(two, "a", 0, &schema, &array));
  release_schema(&b_schema);
  release_array(&b_array);
  assert_fails(dks_model_step(two, 1), DKS_E_BUSY, "\"a\"");
  release_both();
  assert_ok(dks_model_step(two, 1));
  dks_model_destroy(two);
}

static void the_model_may_go_first(void** state) {
  (void)state;
  dks_model* const other = make_default(9);
  const dks_agent_id agent = spawn_at(other, "a", 3, 4);
  assert_ok(dks_model_export_agents(other, "pet", 0, &schema, &array));
  dks_model_destroy(other);
  assert_true(((const uint64_t*)array.children[0]->buffers[1])[0] == agent);
  assert_int_equal(((const uint32_t*)array.children[1]->buffers[1])[0], 4 * 20 + 3);
  const int64_t energy = child_of("energy");
  const float value = ((const float*)array.children[energy]->buffers[1])[0];
  assert_true(value > 0 && value <= 1);
  release_both();
}

static uint64_t sum_of_ids;

static void* read_and_release(void* released) {
  struct ArrowArray* const lent = released;
  const uint64_t* const ids = lent->children[0]->buffers[1];
  sum_of_ids = 0;
  for (int64_t i = 0; i < lent->length; ++i) {
    sum_of_ids += ids[i];
  }
  lent->release(lent);
  return NULL;
}

static void another_thread_may_release(void** state) {
  (void)state;
  for (int i = 0; i < 20; ++i) {
    export_pets(0);
    release_schema(&schema);
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, read_and_release, &array), 0);
    const dks_status early = dks_model_step(model, 1);  // before or after the release
    assert_true(early == DKS_OK || early == DKS_E_BUSY);
    assert_int_equal(pthread_join(other, NULL), 0);
    spawn_at(model, NULL, -1, -1);
    assert_int_equal(sum_of_ids, (uint64_t)((5 + i) * (6 + i) / 2));
  }
}

// ---- what moves

static void moved_children_outlive_their_parents(void** state) {
  (void)state;
  const dks_column ids = column_of(model, "pet", "id");
  const dks_column traits = column_of(model, "pet", "personality");
  export_pets(0);
  const int64_t personality = child_of("personality");
  // As the interface asks: the struct is copied, and the place it came from marked as released.
  struct ArrowArray moved_ids = *array.children[0];
  array.children[0]->release = NULL;
  struct ArrowArray moved_items = *array.children[personality]->children[0];
  array.children[personality]->children[0]->release = NULL;
  struct ArrowSchema moved_type = *schema.children[personality];
  schema.children[personality]->release = NULL;
  struct ArrowArray moved_array = array;
  array.release = NULL;
  release_array(&moved_array);
  release_schema(&schema);

  expect_schema(&moved_type, "+w:5", "personality");
  expect_schema(moved_type.children[0], "f", "item");
  assert_ptr_equal(moved_ids.buffers[1], ids.data);
  assert_ptr_equal(moved_items.buffers[1], traits.data);
  assert_int_equal(moved_items.length, 25);
  assert_fails(dks_model_step(model, 1), DKS_E_BUSY, "still held");
  release_schema(&moved_type);
  release_array(&moved_items);
  release_array(&moved_ids);
  assert_ok(dks_model_step(model, 1));
}

// ---- copies

static void a_copy_refuses_nothing_and_stays_as_it_was(void** state) {
  (void)state;
  const dks_column before = column_of(model, "pet", "energy");
  float energies[5];
  memcpy(energies, before.data, sizeof energies);
  export_pets(DKS_EXPORT_COPY);
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const dks_column column = column_of(model, "pet", schema.children[i]->name);
    assert_ptr_not_equal(expect_column(i, &column), column.data);
  }
  assert_ok(dks_model_step(model, 10));
  const int64_t energy = child_of("energy");
  assert_memory_equal(array.children[energy]->buffers[1], energies, sizeof energies);
  const dks_column after = column_of(model, "pet", "energy");
  assert_memory_not_equal(after.data, energies, sizeof energies);
  dks_model_destroy(model);
  model = NULL;
  assert_memory_equal(array.children[energy]->buffers[1], energies, sizeof energies);
  release_both();
}

// ---- tables of the collector

static void collect_energy(const char* table, uint32_t window, int32_t aggregate) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = table;
  desc.field = "energy";
  desc.window = window;
  desc.aggregate = aggregate;
  assert_ok(dks_model_collect(model, &desc));
}

static void a_table_is_exported_oldest_row_first(void** state) {
  (void)state;
  collect_energy("mean", 4, DKS_AGG_MEAN);
  collect_energy("each", 0, 0);
  assert_ok(dks_model_step(model, 7));  // the ring of 4 has turned
  static const struct {
    const char* name;
    int64_t rows, columns;
  } tables[] = {{"mean", 4, 2}, {"each", 35, 3}};
  for (int i = 0; i < 2; ++i) {
    assert_ok(dks_model_export_table(model, tables[i].name, &schema, &array));
    expect_schema(&schema, "+s", tables[i].name);
    expect_array(&array, tables[i].rows, 1);
    assert_int_equal(schema.n_children, tables[i].columns);
    assert_int_equal(array.n_children, tables[i].columns);
    assert_string_equal(schema.children[0]->name, "step");
    for (uint32_t j = 0; j < tables[i].columns; ++j) {
      const char* name = NULL;
      dks_column column;
      assert_ok(dks_model_table_column_name(model, tables[i].name, j, &name));
      assert_string_equal(schema.children[j]->name, name);
      assert_ok(dks_model_table_column(model, tables[i].name, name, &column));
      expect_column(j, &column);
    }
    release_both();
  }
  assert_ok(dks_model_export_table(model, "mean", &schema, &array));
  assert_ok(dks_model_step(model, 1));  // nothing is lent
  const double* const steps = array.children[0]->buffers[1];
  assert_true(steps[0] == 6 && steps[3] == 9);
  release_both();
}

// ---- errors

static void a_failed_export_leaves_nothing_to_release(void** state) {
  (void)state;
  const struct {
    dks_status status;
    const char* part;
    const char* type;
    uint32_t flags;
  } wrong[] = {
      {DKS_E_NOTFOUND, "did you mean \"pet\"?", "pett", 0},
      {DKS_E_INVALID, "type", NULL, 0},
      {DKS_E_INVALID, "flags: 6", "pet", 6},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    memset(&schema, 0xff, sizeof schema);
    memset(&array, 0xff, sizeof array);
    assert_fails(
        dks_model_export_agents(model, wrong[i].type, wrong[i].flags, &schema, &array),
        wrong[i].status,
        wrong[i].part
    );
    assert_null(schema.release);
    assert_null(array.release);
  }
  memset(&array, 0xff, sizeof array);
  assert_fails(dks_model_export_agents(model, "pet", 0, NULL, &array), DKS_E_INVALID, "out_schema");
  assert_null(array.release);
  memset(&schema, 0xff, sizeof schema);
  assert_fails(
      dks_model_export_table(model, "none", &schema, &array), DKS_E_NOTFOUND, "no table \"none\""
  );
  assert_null(schema.release);
  assert_null(array.release);
  assert_fails(dks_model_export_table(model, NULL, &schema, &array), DKS_E_INVALID, "table");
  assert_fails(dks_model_export_table(model, "t", &schema, NULL), DKS_E_INVALID, "out_array");
  assert_fails(dks_model_export_agents(NULL, "pet", 0, &schema, &array), DKS_E_INVALID, "model");
  assert_fails(dks_model_export_table(NULL, "t", &schema, &array), DKS_E_INVALID, "model");
  assert_ok(dks_model_step(model, 1));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(agents_are_exported_where_they_lie, setup, teardown),
      cmocka_unit_test_setup_teardown(all_fields_of_the_type_are_there, setup, teardown),
      cmocka_unit_test(every_type_of_number_has_its_format),
      cmocka_unit_test(a_type_without_agents_has_columns_without_rows),
      cmocka_unit_test_setup_teardown(nothing_changes_while_an_export_is_held, setup, teardown),
      cmocka_unit_test(the_type_that_is_held_is_named),
      cmocka_unit_test(the_model_may_go_first),
      cmocka_unit_test_setup_teardown(another_thread_may_release, setup, teardown),
      cmocka_unit_test_setup_teardown(moved_children_outlive_their_parents, setup, teardown),
      cmocka_unit_test_setup_teardown(a_copy_refuses_nothing_and_stays_as_it_was, setup, teardown),
      cmocka_unit_test_setup_teardown(a_table_is_exported_oldest_row_first, setup, teardown),
      cmocka_unit_test_setup_teardown(a_failed_export_leaves_nothing_to_release, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
