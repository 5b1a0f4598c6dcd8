// Every function with every wrong argument: refused with the documented status and a text that
// names the argument, and nothing has changed. SPDX-License-Identifier: MIT
// dks-test: threads
#include "dks.h"

#include "argument_tables.h"
#include "good_arguments.h"
#include "imp.h"
#include "support.h"

#include <math.h>

#include <cmocka.h>

// ---- the tables as arrays

#define XX(function, arguments, faults)     \
  static dks_status call_##function(void) { \
    return function arguments;              \
  }
FUNCTIONS(XX)
#undef XX

#define XX(function, arguments, faults) {#function, call_##function, " " faults " "},
static const struct Function {
  const char* name;
  dks_status (*call)(void);
  const char* faults;  // each between blanks
} kFunctions[] = {FUNCTIONS(XX)};
#undef XX

#define XX(name, wrong, statement, status, part) \
  static void make_##name##_##wrong(void) {      \
    statement;                                   \
  }
FAULTS(XX)
#undef XX

#define XX(name, wrong, statement, status, part) \
  {" " #name " ", #wrong, make_##name##_##wrong, status, part},
static const struct Fault {
  const char* name;  // between blanks
  const char* wrong;
  void (*make)(void);
  dks_status status;
  const char* part;
} kFaults[] = {FAULTS(XX)};
#undef XX

enum {
  kFunctionCount = sizeof kFunctions / sizeof kFunctions[0],
  kFaultCount = sizeof kFaults / sizeof kFaults[0]
};

static int is(const char* found, const char* expected) {
  return strcmp(found, expected) == 0;
}

// An init function keeps away from NULL and from what is too small to hold a size.
#define INIT_IS_HARMLESS(type) \
  (type##_init_sized(NULL, sizeof(type)), type##_init_sized((void*)small, 3), is(small, "abc"))
static char small[] = "abc";

#define XX(function, holds) {#function, check_##function},
#define CHECK(function, holds)        \
  static int check_##function(void) { \
    return (holds);                   \
  }
FUNCTIONS_WITHOUT_STATUS(CHECK)
static const struct Check {
  const char* name;
  int (*holds)(void);
} kChecks[] = {FUNCTIONS_WITHOUT_STATUS(XX)};
#undef CHECK
#undef XX

enum { kCheckCount = sizeof kChecks / sizeof kChecks[0] };

// ---- what a host sees of it all

typedef struct Seen {
  uint64_t hash, step, agents, accepted, dropped, set, tables, rows;
} Seen;

static Seen look(void) {
  const dks_model_info info = info_of(model);
  Seen seen = {
      hash_of(model),
      info.step,
      info.agent_count,
      info.inputs_accepted,
      info.inputs_dropped,
      0,
      0,
      0};
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  for (uint64_t i = 0; i < count; ++i) {
    seen.set = seen.set * 31 + ids[i];
  }
  const char* table = NULL;
  for (; dks_model_table_name(model, (uint32_t)seen.tables, &table) == DKS_OK; ++seen.tables) {
    dks_table_info rows;
    dks_table_info_init(&rows);
    assert_ok(dks_model_table_info(model, table, &rows));
    uint64_t unread = 0;
    assert_ok(dks_model_read_csv(model, table, NULL, 0, &unread));
    seen.rows = seen.rows * 31 + rows.total * 7 + rows.column_count + unread;
  }
  return seen;
}

// What one more step makes of an untouched world.
static uint64_t hash_after_a_step(void) {
  make_all();
  assert_ok(dks_model_step(model, 1));
  const uint64_t hash = hash_of(model);
  unmake_all();
  return hash;
}

// ---- tests

static void every_function_has_an_entry(void** state) {
  (void)state;
  uint64_t size = 0;
  char* const list = read_file("capi/symbols.txt", &size);
  int listed = 0;
  for (char* line = strtok(list, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    int entries = 0;
    for (int i = 0; i < kFunctionCount; ++i) {
      entries += is(kFunctions[i].name, line);
    }
    for (int i = 0; i < kCheckCount; ++i) {
      entries += is(kChecks[i].name, line);
    }
    if (line[0] != '#' && entries != 1) {
      fail_msg("%s has %d entries in argument_tables.h, expected one", line, entries);
    }
    listed += line[0] != '#';
  }
  free(list);
  assert_int_equal(listed, kFunctionCount + kCheckCount);
}

// A fault that no function has, or a name that is no fault's, would test nothing.
static void every_fault_has_a_function(void** state) {
  (void)state;
  for (int f = 0; f < kFaultCount; ++f) {
    int uses = 0;
    for (int i = 0; i < kFunctionCount; ++i) {
      uses += strstr(kFunctions[i].faults, kFaults[f].name) != NULL;
    }
    if (uses == 0) {
      fail_msg("no function has the fault%s", kFaults[f].name);
    }
  }
  for (int i = 0; i < kFunctionCount; ++i) {
    char names[256];
    snprintf(names, sizeof names, "%s", kFunctions[i].faults);
    for (const char* name = strtok(names, " "); name != NULL; name = strtok(NULL, " ")) {
      char padded[64];
      snprintf(padded, sizeof padded, " %s ", name);
      int known = is(name, "any_thread") || is(name, "no_model");
      for (int f = 0; f < kFaultCount; ++f) {
        known |= is(kFaults[f].name, padded);
      }
      if (!known) {
        fail_msg("%s: there is no fault %s", kFunctions[i].name, name);
      }
    }
  }
}

static void functions_without_a_status_take_anything(void** state) {
  (void)state;
  for (int i = 0; i < kCheckCount; ++i) {
    if (!kChecks[i].holds()) {
      fail_msg("%s takes something amiss", kChecks[i].name);
    }
  }
}

static void expect_refused(const struct Function* function, const struct Fault* fault) {
  const Seen before = look();
  set_good_arguments();
  fault->make();
  const dks_status status = function->call();
  if (status != fault->status || strstr(dks_last_error(), fault->part) == NULL) {
    fail_msg(
        "%s,%s%s: %s \"%s\", expected %s and a text with \"%s\"",
        function->name,
        fault->name,
        fault->wrong,
        dks_status_name(status),
        status == DKS_OK ? "" : dks_last_error(),
        dks_status_name(fault->status),
        fault->part
    );
  }
  // Where the room does not suffice, how much would: convention 5.
  const int tells_size = status == DKS_E_LIMIT && (in.capacity < 2 || in.group_capacity < 2);
  if (memcmp(&out, &untouched, sizeof out) != 0 || (tells_size ? whole < 2 : whole != 7)) {
    fail_msg("%s,%s%s: the refused call wrote", function->name, fault->name, fault->wrong);
  }
  const Seen after = look();
  if (memcmp(&before, &after, sizeof before) != 0) {
    fail_msg("%s,%s%s: the refused call changed", function->name, fault->name, fault->wrong);
  }
}

// What good arguments have made.
static void destroy_results(void) {
  if (out.model != untouched.model) {
    dks_model_destroy(out.model);
  }
  if (out.set != untouched.set) {
    dks_agent_set_destroy(out.set);
  }
  if (out.mind != untouched.mind) {
    dks_mind_destroy(out.mind);
  }
  if (in.exported_schema.release != NULL) {
    in.exported_schema.release(&in.exported_schema);
    in.exported_array.release(&in.exported_array);
  }
}

static void expect_good(const struct Function* function) {
  set_good_arguments();
  const dks_status status = function->call();
  if (status != DKS_OK) {
    fail_msg("%s: %s: %s", function->name, dks_status_name(status), dks_last_error());
  }
  destroy_results();
}

static void wrong_arguments_are_refused_and_change_nothing(void** state) {
  (void)state;
  const uint64_t hash = hash_after_a_step();
  int refused = 0;
  for (int i = 0; i < kFunctionCount; ++i) {
    const struct Function* const function = &kFunctions[i];
    make_all();
    for (int f = 0; f < kFaultCount; ++f) {
      if (strstr(function->faults, kFaults[f].name) != NULL) {
        expect_refused(function, &kFaults[f]);
        ++refused;
      }
    }
    // What a refused call had posted or scheduled would come to light in the next step.
    assert_ok(dks_model_step(model, 1));
    if (hash_of(model) != hash) {
      fail_msg("%s: after refused calls the next step is another", function->name);
    }
    expect_good(function);
    unmake_all();
  }
  print_message("%d refused\n", refused);
}

static const char* not_busy;

// Once in a step, from a thread that is not the model's.
static void* call_everything(void* unused) {
  (void)unused;
  for (int i = 0; i < kFunctionCount; ++i) {
    const struct Function* const function = &kFunctions[i];
    set_good_arguments();
    // What is [any-thread] for the inbox's sake must not be called from the allocator.
    if (strstr(function->faults, " no_model ") != NULL ||
        strstr(function->faults, " any_thread ") != NULL) {
      continue;
    }
    const dks_status status = function->call();
    const int said = strstr(dks_last_error(), "the model is in another call") != NULL;
    const int wrote = memcmp(&out, &untouched, sizeof out) != 0 || whole != 7;
    if (status != DKS_E_BUSY || !said || wrote) {
      not_busy = function->name;  // cmocka must not be left by another thread
    }
  }
  return NULL;
}

// The hash after a step that has so much to deliver that it takes memory.
static uint64_t hash_after_much_mail(void* (*call)(void*)) {
  make_all();
  set_good_arguments();
  for (int i = 0; i < 500; ++i) {
    assert_ok(dks_model_post(model, in.messages, in.message_count));
  }
  in_allocation = call;
  assert_ok(dks_model_step(model, 1));
  in_allocation = NULL;
  const uint64_t hash = hash_of(model);
  unmake_all();
  return hash;
}

static void another_thread_is_refused_during_a_step(void** state) {
  (void)state;
  const uint64_t hash = hash_after_much_mail(NULL);
  assert_int_equal(hash_after_much_mail(call_everything), hash);
  assert_int_equal(allocations, 1);
  if (not_busy != NULL) {
    fail_msg("%s in a step is not refused with DKS_E_BUSY", not_busy);
  }
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_without_a_status_take_anything),
      cmocka_unit_test(every_function_has_an_entry),
      cmocka_unit_test(every_fault_has_a_function),
      cmocka_unit_test(wrong_arguments_are_refused_and_change_nothing),
      cmocka_unit_test(another_thread_is_refused_during_a_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
