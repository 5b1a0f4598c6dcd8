// What a plugin may say of itself and of its agent types, and which worlds have them.
// SPDX-License-Identifier: MIT
#include "dks.h"
#include "dks_plugin.h"

#include "imp.h"
#include "support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// A plugin whose words and types a test writes.
static dks_plugin_info info;
static dks_agent_type type;
static dks_field_desc fields[4];
static const dks_host_api* host;
static dks_status (*late_call)(void);

static const dks_plugin_info* query(void) {
  return &info;
}
static dks_status init(const dks_host_api* table) {
  host = table;
  if (late_call != NULL) {
    return late_call();
  }
  return host->add_agent_type(host, &type);
}

static int begin(void** state) {
  (void)state;
  late_call = NULL;
  info = (dks_plugin_info)dks_plugin_info_init("tester", "1.0.0", "MIT", "for tests");
  for (int i = 0; i < 4; ++i) {
    fields[i] = (dks_field_desc)dks_field_desc_init(i % 2 == 0 ? "even" : "odd", DKS_TYPE_F32);
  }
  memset(&type, 0, sizeof type);
  type.struct_size = sizeof type;
  type.name = "tester";
  type.fields = fields;
  type.field_count = 2;
  return 0;
}

static uint32_t count_plugins(void) {
  dks_plugin_entry entry;
  dks_plugin_entry_init(&entry);
  uint32_t count = 0;
  while (dks_plugins_get_entry(count, &entry) == DKS_OK) {
    ++count;
  }
  return count;
}

// Refused with these words, and nothing stays.
static void expect_refused(dks_status status, const char* part) {
  const uint32_t before = count_plugins();
  uint32_t plugin = 77;
  assert_fails(dks_plugins_add(query, init, &plugin), status, part);
  assert_int_equal(plugin, 77);
  assert_int_equal(count_plugins(), before);
}

static void what_a_plugin_says_of_itself_is_checked(void** state) {
  (void)state;
  static const char* const bad_names[] = {NULL, "", "two words", "../evil", "n\xc3\xa4me"};
  for (size_t i = 0; i < sizeof bad_names / sizeof bad_names[0]; ++i) {
    info.name = bad_names[i];
    expect_refused(DKS_E_INVALID, "letters, digits");
  }
  begin(state);
  info.version = NULL;
  expect_refused(DKS_E_INVALID, "plugin \"tester\": version: ");
  begin(state);
  info.license = "\x01";
  expect_refused(DKS_E_INVALID, "plugin \"tester\": license: ");
  begin(state);
  info.flags = 1;
  expect_refused(DKS_E_INVALID, "flags 1, expected 0");
  begin(state);
  info.struct_size = 8;
  expect_refused(DKS_E_INVALID, "struct_size: 8 is below");
}

static void another_major_is_refused_and_a_newer_minor_is_not(void** state) {
  (void)state;
  info.abi_major = DKS_PLUGIN_ABI_MAJOR + 1;
  expect_refused(DKS_E_VERSION, "plugin \"tester\" was made for plugin ABI 1.2, this dks has 0.2");
  begin(state);
  info.abi_minor = DKS_PLUGIN_ABI_MINOR + 7;
  info.name = "newer";
  type.name = "newer";
  uint32_t plugin = 77;
  assert_ok(dks_plugins_add(query, init, &plugin));
  dks_plugin_entry entry;
  dks_plugin_entry_init(&entry);
  assert_ok(dks_plugins_get_entry(plugin, &entry));
  assert_int_equal(entry.abi_minor, DKS_PLUGIN_ABI_MINOR + 7);
}

// A plugin of a later version, whose tables go on behind what is known here.
static struct {
  dks_agent_type known;
  void* newer;
} grown;
static dks_status add_grown(void) {
  return host->add_agent_type(host, &grown.known);
}

static void newer_tables_are_taken_while_they_ask_nothing_new(void** state) {
  (void)state;
  late_call = add_grown;
  info.name = type.name = "grown";
  type.struct_size = sizeof grown;
  grown.known = type;
  grown.newer = &grown;
  expect_refused(DKS_E_USER, "DKS_E_VERSION: dks_agent_type: byte ");
  grown.newer = NULL;
  assert_ok(dks_plugins_add(query, init, NULL));
  begin(state);
  type.struct_size = 12;
  expect_refused(DKS_E_USER, "dks_agent_type.struct_size: 12 is below");
}

static void a_type_that_asks_for_absurd_things_is_refused(void** state) {
  (void)state;
  type.field_count = 2000000000;
  expect_refused(DKS_E_USER, "2000000000 fields, expected at most 1024");
  expect_refused(DKS_E_USER, "plugin \"tester\": dks_plugin_init: DKS_E_INVALID: agent type");
  begin(state);
  fields[1].width = 0xffffffff;
  expect_refused(DKS_E_USER, "field \"odd\": width 4294967295 is more than 65536");
  begin(state);
  fields[0].width = fields[1].width = 9000;
  expect_refused(DKS_E_USER, "field \"odd\": a row has more than 65536 bytes");
  begin(state);
  fields[1].type = 9;
  expect_refused(DKS_E_USER, "field \"odd\": type 9 is no DKS_TYPE_*");
  begin(state);
  fields[1].flags = 4;
  expect_refused(DKS_E_USER, "field \"odd\": flags 4 has unknown bits");
  begin(state);
  fields[1].initial = NAN;
  expect_refused(DKS_E_USER, "initial nan is not in");
  begin(state);
  fields[1].max = -1;
  expect_refused(DKS_E_USER, "field \"odd\"");
  begin(state);
  fields[1].name = "even";
  expect_refused(DKS_E_USER, "\"even\" of agent type \"tester\" stands twice");
  begin(state);
  fields[1].name = "id";
  expect_refused(DKS_E_USER, "cannot be called that");
  begin(state);
  type.fields = NULL;
  expect_refused(DKS_E_USER, "the pointer to them is NULL");
  begin(state);
  type.name = "";
  expect_refused(DKS_E_USER, "expected a name, found an empty one");
  begin(state);
  type.flags = 1;
  expect_refused(DKS_E_USER, "flags 1, expected 0");
}

static void names_are_taken_once_in_a_process(void** state) {
  (void)state;
  uint32_t first = 77, again = 78;
  assert_ok(dks_plugins_add(imp_plugin_query, imp_plugin_init, &first));
  assert_ok(dks_plugins_add(imp_plugin_query, imp_plugin_init, &again));
  assert_int_equal(first, again);
  type.name = "imp";
  expect_refused(DKS_E_INVALID, "agent type \"imp\" is there already, from plugin \"imps\"");
  dks_plugin_entry entry;
  dks_plugin_entry_init(&entry);
  assert_ok(dks_plugins_get_entry(first, &entry));
  assert_string_equal(entry.name, "imps");
  assert_string_equal(entry.version, "0.3.0");
  assert_string_equal(entry.license, "MIT");
  assert_string_equal(entry.path, "");
  assert_int_equal(entry.type_count, 2);
  assert_string_equal(entry.type_names[0], "imp");
  assert_string_equal(entry.type_names[1], "sprite");
}

static dks_status add_twice(void) {
  const dks_status first = host->add_agent_type(host, &type);
  return first != DKS_OK ? first : host->add_agent_type(host, &type);
}
static dks_status come_back(void) {
  return dks_plugins_add(query, init, NULL);
}
static dks_status give_up(void) {
  return host->set_error(DKS_E_IO, "the moon is not full");
}

static void an_init_that_fails_leaves_nothing(void** state) {
  (void)state;
  late_call = add_twice;
  expect_refused(DKS_E_USER, "agent type \"tester\" stands twice");
  late_call = come_back;
  expect_refused(DKS_E_USER, "DKS_E_BUSY: plugins: not from inside of dks_plugin_init");
  late_call = give_up;
  expect_refused(DKS_E_USER, "dks_plugin_init: DKS_E_IO: the moon is not full");
  assert_int_equal(host->add_agent_type(host, &type), DKS_E_BUSY);
  assert_int_equal(host->add_agent_type(host, NULL), DKS_E_INVALID);
}

static void a_world_has_a_type_only_if_its_document_says_so(void** state) {
  (void)state;
  assert_ok(dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL));
  dks_model* model = make_default(1);
  assert_int_equal(info_of(model).type_count, 1);
  dks_model_destroy(model);
  static const struct {
    const char* json;
    const char* says;
  } bad[] = {
      {"{\"types\":{\"imp\":{\"plugin\":\"elves\"}}}",
       "/types/imp/plugin: agent type \"imp\" is of"},
      {"{\"types\":{\"imb\":{\"plugin\":\"imps\"}}}", "did you mean \"imp\"?"},
      {"{\"types\":{\"imp\":{\"plugin\":\"imps\",\"fields\":{}}}}",
       "/types/imp: \"fields\" is not a known key"},
      {"{\"types\":{\"imp\":{\"plugin\":7}}}", "/types/imp/plugin"},
      {"{\"types\":{\"imp\":{\"plugin\":\"imps\"}},\"agents\":[{\"type\":\"imb\"}]}",
       "/agents/0/type"},
      {"{\"types\":{\"imp\":{\"plugin\":\"imps\"}},\"agents\":[{}]}", "/agents/0/type"},
      {"{\"types\":{\"imp\":{\"plugin\":\"imps\"}},"
       "\"agents\":[{\"type\":\"imp\",\"name\":\"a\",\"count\":2}]}",
       "2 agents cannot all be called \"a\""},
      {"{\"types\":{\"imp\":{\"plugin\":\"imps\"}},\"agents\":[{\"type\":\"imp\",\"x\":1}]}",
       "/agents/0"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
    assert_fails(make_world(NULL, bad[i].json, &model), DKS_E_INVALID, bad[i].says);
  }
  assert_ok(make_world(
      NULL,
      "{\"types\":{\"imp\":{\"plugin\":\"imps\"}},"
      "\"layers\":{\"food\":{}},"
      "\"agents\":[{\"type\":\"imp\",\"name\":\"Puck\",\"x\":3,\"y\":4}]}",
      &model
  ));
  dks_agent_id puck;
  assert_ok(dks_model_find(model, "Puck", &puck));
  const dks_column cell = column_of(model, "imp", "cell");
  assert_int_equal(((const uint32_t*)cell.data)[0], 4 * 20 + 3);
  assert_fails(
      dks_model_set(model, &puck, 1, "trail", 0, (const double[]){1}), DKS_E_INVALID, "trail"
  );
  assert_ok(dks_model_set(model, &puck, 1, "joy", 0, (const double[]){0.5}));
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(what_a_plugin_says_of_itself_is_checked, begin),
      cmocka_unit_test_setup(another_major_is_refused_and_a_newer_minor_is_not, begin),
      cmocka_unit_test_setup(newer_tables_are_taken_while_they_ask_nothing_new, begin),
      cmocka_unit_test_setup(a_type_that_asks_for_absurd_things_is_refused, begin),
      cmocka_unit_test_setup(names_are_taken_once_in_a_process, begin),
      cmocka_unit_test_setup(an_init_that_fails_leaves_nothing, begin),
      cmocka_unit_test_setup(a_world_has_a_type_only_if_its_document_says_so, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
