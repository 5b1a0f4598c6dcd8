// Loading plugins from files: what is trusted, and what is not.
// SPDX-License-Identifier: MIT
#define _XOPEN_SOURCE 700
#include "dks.h"

#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

// DKS_FIREFLY is the path of plugins/firefly as it was built, given by CMake.
static char folder[64];

static void path_in(char* out, const char* name) {
  snprintf(out, 256, "%s/%s", folder, name);
}
static void write_file(const char* path, const char* data, uint64_t size) {
  FILE* const file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}
// A copy of the plugin, which only its owner may write to.
static void copy_firefly(char* out, const char* name) {
  uint64_t size;
  char* const data = read_file(DKS_FIREFLY, &size);
  path_in(out, name);
  write_file(out, data, size);
  assert_int_equal(chmod(out, 0644), 0);
  free(data);
}

static int begin(void** state) {
  (void)state;
  strcpy(folder, "/tmp/dks-plugins-XXXXXX");
  return mkdtemp(folder) == NULL;
}
static int end(void** state) {
  (void)state;
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command);
}

static void nothing_is_loaded_until_a_folder_is_allowed(void** state) {
  (void)state;
  char file[256];
  copy_firefly(file, "firefly.so");
  uint32_t plugin = 77;
  assert_fails(dks_plugins_load(file, NULL, &plugin), DKS_E_INVALID, "no folder is allowed");
  assert_int_equal(plugin, 77);
}

static void only_trusted_folders_can_be_allowed(void** state) {
  (void)state;
  char path[256];
  assert_fails(dks_plugins_allow("plugins"), DKS_E_INVALID, "\"plugins\" is not absolute");
  assert_fails(dks_plugins_allow(""), DKS_E_INVALID, "is not absolute");
  path_in(path, "missing");
  assert_fails(dks_plugins_allow(path), DKS_E_IO, "No such file");
  copy_firefly(path, "firefly.so");
  assert_fails(dks_plugins_allow(path), DKS_E_INVALID, "is no folder");
  path_in(path, "open");
  assert_int_equal(mkdir(path, 0755), 0);
  assert_int_equal(chmod(path, 0777), 0);
  assert_fails(
      dks_plugins_allow(path), DKS_E_INVALID, "everybody may write to \"/tmp/dks-plugins-"
  );
}

static void what_is_not_trusted_is_not_loaded(void** state) {
  (void)state;
  char file[256], other[256], link[256];
  assert_ok(dks_plugins_allow(folder));
  assert_fails(dks_plugins_load("dks_firefly.so", NULL, NULL), DKS_E_INVALID, "is not absolute");
  path_in(file, "missing.so");
  assert_fails(dks_plugins_load(file, NULL, NULL), DKS_E_IO, "missing.so");
  assert_fails(dks_plugins_load(folder, NULL, NULL), DKS_E_INVALID, "in no folder that is allowed");
  assert_fails(
      dks_plugins_load("/bin/sh", NULL, NULL), DKS_E_INVALID, "in no folder that is allow"
  );

  path_in(link, "link.so");  // out of the allowed folder
  assert_int_equal(symlink("/bin/sh", link), 0);
  assert_fails(dks_plugins_load(link, NULL, NULL), DKS_E_INVALID, "in no folder that is allowed");

  copy_firefly(file, "firefly.so");
  assert_int_equal(chmod(file, 0666), 0);
  assert_fails(dks_plugins_load(file, NULL, NULL), DKS_E_INVALID, "everybody may write to it");
  assert_int_equal(chmod(file, 0644), 0);

  path_in(other, "open");
  assert_int_equal(mkdir(other, 0755), 0);
  copy_firefly(file, "open/firefly.so");
  assert_int_equal(chmod(other, 0777), 0);
  assert_fails(dks_plugins_load(file, NULL, NULL), DKS_E_INVALID, "may write to its folder");
  assert_in(dks_last_error(), "/open\"");

  path_in(file, "text.so");
  write_file(file, "not a library", 13);
  assert_fails(dks_plugins_load(file, NULL, NULL), DKS_E_IO, "cannot be loaded");
  path_in(file, "pipe.so");
  assert_int_equal(mkfifo(file, 0600), 0);
  assert_fails(dks_plugins_load(file, NULL, NULL), DKS_E_INVALID, "it is no file");
}

static void the_pin_decides_before_any_code_runs(void** state) {
  (void)state;
  char file[256];
  copy_firefly(file, "firefly.so");
  assert_ok(dks_plugins_allow(folder));
  assert_fails(dks_plugins_load(file, "abc", NULL), DKS_E_INVALID, "is not 64 hexadecimal digits");
  const char* const zeros = "0000000000000000000000000000000000000000000000000000000000000000";
  assert_fails(dks_plugins_load(file, zeros, NULL), DKS_E_INVALID, "its SHA-256 is ");
  char digest[65] = "";
  memcpy(digest, strstr(dks_last_error(), "SHA-256 is ") + 11, 64);
  uint32_t plugin = 77, again = 78;
  assert_ok(dks_plugins_load(file, digest, &plugin));
  assert_ok(dks_plugins_load(file, NULL, &again));
  assert_int_equal(plugin, again);

  dks_plugin_entry entry;
  dks_plugin_entry_init(&entry);
  assert_ok(dks_plugins_get_entry(plugin, &entry));
  assert_string_equal(entry.name, "firefly");
  assert_string_equal(entry.path, file);
  assert_string_equal(entry.type_names[0], "firefly");

  char copy[256];
  copy_firefly(copy, "another.so");
  assert_fails(dks_plugins_load(copy, NULL, NULL), DKS_E_INVALID, "\"firefly\" is there already");
}

static void fireflies_fall_into_step(void** state) {
  (void)state;
  uint64_t size;
  char* const json = read_file("examples/worlds/fireflies.json", &size);
  dks_model* model = NULL;
  assert_ok(make_world(NULL, json, &model));
  free(json);
  assert_ok(dks_model_step(model, 200));
  double most = 0;
  for (int step = 0; step < 24; ++step) {
    assert_ok(dks_model_step(model, 1));
    const dks_column flash = column_of(model, "firefly", "flash");
    double flashes = 0;
    for (uint64_t row = 0; row < flash.count; ++row) {
      flashes += column_number(&flash, row, 0);
    }
    most = flashes > most ? flashes : most;
  }
  assert_true(most >= 55); /* of 60, that began anywhere */
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(nothing_is_loaded_until_a_folder_is_allowed, begin, end),
      cmocka_unit_test_setup_teardown(only_trusted_folders_can_be_allowed, begin, end),
      cmocka_unit_test_setup_teardown(what_is_not_trusted_is_not_loaded, begin, end),
      cmocka_unit_test_setup_teardown(the_pin_decides_before_any_code_runs, begin, end),
      cmocka_unit_test(fireflies_fall_into_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
