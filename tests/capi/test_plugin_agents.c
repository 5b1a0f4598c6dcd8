// Agents of a plugin in a world: that they live like others, and what happens when they misbehave.
// SPDX-License-Identifier: MIT
#include "dks.h"
#include "dks_plugin.h"

#include "imp.h"
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// What the log hook heard.
static char heard[1024];
static int lines, destroyed;
static void hear(void* user, int32_t level, const char* text) {
  assert_ptr_equal(user, heard);
  assert_in_range(level, DKS_LOG_ERROR, DKS_LOG_INFO);
  ++lines;
  snprintf(heard, sizeof heard, "%s", text);
}
static void hang_up(void* user) {
  assert_ptr_equal(user, heard);
  ++destroyed;
}
static const dks_log_hook hook = {hear, hang_up, heard};

static int begin(void** state) {
  (void)state;
  imp_is = IMP_BEHAVES;
  imp_create_status = DKS_OK;
  heard[0] = '\0';
  lines = destroyed = 0;
  return 0;
}

static const char* const kLair =
    "{\"name\":\"lair\",\"grid\":{\"width\":12,\"height\":12},"
    "\"max_agents\":400,\"layers\":{\"food\":{\"growth\":0.02,\"areas\":["
    "{\"value\":1,\"x\":0,\"y\":0,\"width\":6,\"height\":6}]}},"
    "\"types\":{\"imp\":{\"plugin\":\"imps\"}},"
    "\"activation\":{\"kind\":\"RandomActivation\",\"waves\":%d},"
    "\"agents\":[{\"type\":\"imp\",\"count\":90}]}";

static dks_model* make_lair(int waves, uint32_t workers, uint32_t flags, uint64_t slow_ns) {
  char json[1024];
  snprintf(json, sizeof json, kLair, waves);
  dks_plugin_rules rules;
  dks_plugin_rules_init(&rules);
  rules.flags = flags;
  rules.slow_ns = slow_ns;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.worker_count = workers;
  desc.log = &hook;
  desc.plugins = &rules;
  dks_model* model = NULL;
  assert_ok(make_world(&desc, json, &model));
  return model;
}

static dks_plugin_report report_of(const dks_model* model) {
  dks_plugin_report report;
  dks_plugin_report_init(&report);
  assert_ok(dks_model_get_plugin_report(model, "imp", &report));
  return report;
}

static void imps_live_alike_with_any_workers_checked_or_not(void** state) {
  (void)state;
  for (int waves = 0; waves <= 4; waves += 4) {
    uint64_t expected = 0;
    for (uint32_t workers = 1; workers <= 3; ++workers) {
      for (uint32_t flags = 0; flags <= DKS_PLUGINS_CHECKED; flags += DKS_PLUGINS_CHECKED) {
        dks_model* const model = make_lair(waves, workers, flags, 0);
        assert_ok(dks_model_step(model, 50));
        expected = expected == 0 ? hash_of(model) : expected;
        assert_int_equal(hash_of(model), expected);
        assert_true(info_of(model).agent_count > 90);
        assert_int_equal(report_of(model).errors + report_of(model).breaches, 0);
        dks_model_destroy(model);
      }
    }
  }
  assert_int_equal(imp_worlds, 0);
  assert_int_equal(lines, 0);
}

static void its_events_are_the_types_own(void** state) {
  (void)state;
  dks_model* const model = make_lair(0, 1, 0, 0);
  assert_ok(dks_model_step(model, 1));
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  int own = 0;
  for (uint64_t i = 0; i < events.count; ++i) {
    own += events.items[i].kind == DKS_EVENT_FIRST_OF_PLUGINS;
  }
  assert_int_equal(own, 90);
  dks_model_destroy(model);
}

// Each way to fail, and what is said of it.
static const struct {
  imp_mood mood;
  const char* says;
} kFailures[] = {
    {IMP_FAILS_IN_SENSE, "sense, step 0, agent "},
    {IMP_FAILS_IN_SENSE, "DKS_E_IO: saw nothing"},
    {IMP_FAILS_IN_THINK, "DKS_E_INVALID: lost its mind"},
    {IMP_FAILS_IN_ACT, "act, step 0, agent 1: DKS_E_USER: stumbled"},
    {IMP_FAILS_WITHOUT_A_WORD, "think, step 0, agent 1: DKS_E_NOTFOUND, without a text"},
};

static void an_error_ends_the_run_behind_its_step(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof kFailures / sizeof kFailures[0]; ++i) {
    dks_model* const model = make_lair(0, 1, 0, 0);
    imp_is = kFailures[i].mood;
    assert_fails(dks_model_step(model, 5), DKS_E_USER, kFailures[i].says);
    assert_in(dks_last_error(), "plugin \"imps\": agent type \"imp\"");
    assert_int_equal(info_of(model).step, 1);
    imp_is = IMP_BEHAVES;
    assert_ok(dks_model_step(model, 5));
    assert_int_equal(info_of(model).step, 6);
    assert_true(report_of(model).errors >= 10);
    assert_in(report_of(model).last_error, "plugin \"imps\"");
    dks_model_destroy(model);
  }
}

static void the_error_told_is_the_same_for_any_number_of_workers(void** state) {
  (void)state;
  char expected[1024] = "";
  for (uint32_t workers = 1; workers <= 3; ++workers) {
    dks_model* const model = make_lair(1, workers, 0, 0);
    imp_is = IMP_FAILS_IN_THINK;
    assert_int_equal(dks_model_step(model, 1), DKS_E_USER);
    if (workers == 1) {
      snprintf(expected, sizeof expected, "%s", dks_last_error());
    }
    assert_string_equal(dks_last_error(), expected);
    dks_model_destroy(model);
    imp_is = IMP_BEHAVES;
  }
}

static void a_host_can_choose_to_go_on(void** state) {
  (void)state;
  dks_model* const model = make_lair(0, 1, DKS_PLUGINS_GO_ON, 0);
  imp_is = IMP_FAILS_IN_ACT;
  assert_ok(dks_model_step(model, 5));
  assert_int_equal(info_of(model).step, 5);
  assert_true(report_of(model).errors >= 5 * 13);
  assert_in(heard, "stumbled");
  assert_true(lines >= 6 && lines <= 9); /* the 1st, 2nd, 4th ... */
  dks_model_destroy(model);
}

static void an_error_in_born_is_told_by_the_next_step(void** state) {
  (void)state;
  dks_model* const model = make_lair(0, 1, 0, 0);
  imp_is = IMP_FAILS_IN_BORN;
  dks_spawn_desc desc[7];
  for (int i = 0; i < 7; ++i) {
    dks_spawn_desc_init(&desc[i]);
    desc[i].type = "imp";
  }
  assert_ok(dks_model_spawn(model, desc, 7, NULL));
  imp_is = IMP_BEHAVES;
  assert_fails(dks_model_step(model, 1), DKS_E_USER, "born wrong");
  dks_model_destroy(model);
}

static const struct {
  imp_mood mood;
  const char* says;
} kBreaches[] = {
    {IMP_WRITES_OUTSIDE, "field \"peer\" was written outside of the batch's rows"},
    {IMP_WRITES_NAN, "field \"joy\": nan is not in [0, 1]"},
    {IMP_WRITES_TOO_MUCH, "field \"joy\": 2 is not in [0, 1]"},
};

static void a_checked_breach_is_told_and_does_not_reach_the_world(void** state) {
  (void)state;
  for (size_t i = 0; i < sizeof kBreaches / sizeof kBreaches[0]; ++i) {
    for (int waves = 0; waves <= 2; waves += 2) {
      dks_model* const model = make_lair(waves, 1, DKS_PLUGINS_CHECKED, 0);
      imp_is = kBreaches[i].mood;
      assert_fails(dks_model_step(model, 3), DKS_E_INTERNAL, kBreaches[i].says);
      assert_in(dks_last_error(), "plugin \"imps\": agent type \"imp\": think, step 0, agent ");
      assert_int_equal(info_of(model).step, 1);
      assert_true(report_of(model).breaches >= 13);
      const dks_column joy = column_of(model, "imp", "joy");
      for (uint64_t row = 0; row < joy.count; ++row) {
        const double value = column_number(&joy, row, 0);
        assert_true(value >= 0 && value <= 1);
      }
      imp_is = IMP_BEHAVES;
      assert_ok(dks_model_step(model, 3));
      dks_model_destroy(model);
    }
  }
}

static void writing_outside_changes_nothing_when_checked(void** state) {
  (void)state;
  uint64_t hashes[2];
  for (int wild = 0; wild < 2; ++wild) {
    dks_model* const model = make_lair(3, 1, DKS_PLUGINS_CHECKED | DKS_PLUGINS_GO_ON, 0);
    imp_is = wild ? IMP_WRITES_OUTSIDE : IMP_BEHAVES;
    assert_ok(dks_model_step(model, 10));
    hashes[wild] = hash_of(model);
    dks_model_destroy(model);
  }
  assert_int_equal(hashes[0], hashes[1]);
}

static void wrong_calls_are_told_and_do_nothing(void** state) {
  (void)state;
  uint64_t hashes[2];
  for (int wild = 0; wild < 2; ++wild) {
    dks_model* const model = make_lair(0, 1, DKS_PLUGINS_GO_ON, 0);
    imp_is = wild ? IMP_CALLS_WRONGLY : IMP_BEHAVES;
    assert_ok(dks_model_step(model, 1));
    hashes[wild] = hash_of(model);
    if (wild) {
      assert_true(report_of(model).errors >= 13 * 17);
    }
    dks_model_destroy(model);
  }
  assert_int_equal(hashes[0], hashes[1]);
  assert_in(heard, "plugin \"imps\": agent type \"imp\": ");
}

static void a_slow_type_is_logged_by_name(void** state) {
  (void)state;
  dks_model* const model = make_lair(0, 1, 0, 1000000);
  imp_is = IMP_IS_SLOW;
  assert_ok(dks_model_step(model, 2));
  assert_int_equal(report_of(model).slow_steps, 2);
  assert_true(report_of(model).longest_ns > 1000000);
  assert_in(heard, "plugin \"imps\": agent type \"imp\" took ");
  assert_in(heard, "expected at most 1000000");
  dks_model_destroy(model);
}

static void the_log_hook_goes_with_the_last_that_needs_the_model(void** state) {
  (void)state;
  dks_model* const model = make_lair(0, 1, 0, 0);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, "imp", &set));
  dks_model_destroy(model);
  assert_int_equal(destroyed, 0);
  assert_int_equal(imp_worlds, 1);
  dks_agent_set_destroy(set);
  assert_int_equal(destroyed, 1);
  assert_int_equal(imp_worlds, 0);
}

static dks_model* left;
static void leave(void) {
  dks_model_destroy(left);
  assert_int_equal(imp_worlds, 1);
}

static void a_callback_may_destroy_the_model_it_lives_in(void** state) {
  (void)state;
  imp_is = IMP_LEAVES;
  for (uint32_t workers = 1; workers <= 3; workers += 2) {
    left = make_lair(0, workers, 0, 0);
    destroyed = 0;
    imp_leave = leave;
    assert_ok(dks_model_step(left, 2));
    assert_null(imp_leave);
    assert_int_equal(imp_worlds, 0);
    assert_int_equal(destroyed, 1);
  }
}

static void a_failed_create_leaves_hook_and_world_alone(void** state) {
  (void)state;
  char json[1024];
  snprintf(json, sizeof json, kLair, 0);
  imp_create_status = DKS_E_NOTFOUND;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.log = &hook;
  dks_model* model = NULL;
  assert_fails(make_world(&desc, json, &model), DKS_E_INVALID, "imps do not like it here");
  assert_null(model);
  assert_int_equal(destroyed, 0);

  assert_ok(dks_model_create(&desc, &model));
  const uint64_t before = hash_of(model);
  assert_fails(dks_model_add_type(model, "imp"), DKS_E_USER, "create: DKS_E_NOTFOUND: imps do");
  assert_int_equal(hash_of(model), before);
  assert_int_equal(info_of(model).type_count, 1);
  imp_create_status = DKS_OK;
  assert_ok(dks_model_add_type(model, "imp"));
  assert_int_equal(info_of(model).type_count, 2);
  assert_fails(dks_model_add_type(model, "imp"), DKS_E_INVALID, "\"imp\" stands twice");
  assert_fails(dks_model_add_type(model, "imb"), DKS_E_NOTFOUND, "did you mean \"imp\"?");
  dks_model_destroy(model);
  assert_int_equal(destroyed, 1);
}

static void pets_and_imps_share_a_world(void** state) {
  (void)state;
  dks_model* const model = make_default(3);
  assert_ok(dks_model_add_type(model, "imp"));
  dks_spawn_desc desc[40];
  for (int i = 0; i < 40; ++i) {
    dks_spawn_desc_init(&desc[i]);
    desc[i].type = i % 2 == 0 ? "imp" : "pet";
  }
  assert_ok(dks_model_spawn(model, desc, 40, NULL));
  assert_ok(dks_model_step(model, 100));
  dks_plugin_report report;
  dks_plugin_report_init(&report);
  assert_fails(
      dks_model_get_plugin_report(model, "pet", &report), DKS_E_INVALID, "is of no plugin"
  );
  dks_model_destroy(model);
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup(imps_live_alike_with_any_workers_checked_or_not, begin),
      cmocka_unit_test_setup(its_events_are_the_types_own, begin),
      cmocka_unit_test_setup(an_error_ends_the_run_behind_its_step, begin),
      cmocka_unit_test_setup(the_error_told_is_the_same_for_any_number_of_workers, begin),
      cmocka_unit_test_setup(a_host_can_choose_to_go_on, begin),
      cmocka_unit_test_setup(an_error_in_born_is_told_by_the_next_step, begin),
      cmocka_unit_test_setup(a_checked_breach_is_told_and_does_not_reach_the_world, begin),
      cmocka_unit_test_setup(writing_outside_changes_nothing_when_checked, begin),
      cmocka_unit_test_setup(wrong_calls_are_told_and_do_nothing, begin),
      cmocka_unit_test_setup(a_slow_type_is_logged_by_name, begin),
      cmocka_unit_test_setup(the_log_hook_goes_with_the_last_that_needs_the_model, begin),
      cmocka_unit_test_setup(a_callback_may_destroy_the_model_it_lives_in, begin),
      cmocka_unit_test_setup(a_failed_create_leaves_hook_and_world_alone, begin),
      cmocka_unit_test_setup(pets_and_imps_share_a_world, begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
