// Every allocation of minds fails once: an error each time, no output written, nothing lost.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "failing_memory.h"
#include "support.h"

#include <cmocka.h>

static dks_document document;
static uint32_t mind_type;
static dks_mind* mind;
static double beliefs[64], scores[256], q_pi[256], marginals[64];
static int32_t observations[16], actions[16];

static char* read_case(const char* name) {
  char path[128];
  snprintf(path, sizeof path, "tests/golden/mind/cases/%s.json", name);
  char* const text = read_file(path, &document.size);
  document.name = name;
  document.data = text;
  return text;
}

static dks_status make(dks_mind** out_mind) {
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  desc.type = mind_type;
  return dks_mind_create(&document, &desc, out_mind);
}

static dks_status do_create(void) {
  dks_mind* made = NULL;
  const dks_status status = make(&made);
  if ((status == DKS_OK) != (made != NULL)) {
    return DKS_E_INTERNAL;
  }
  dks_mind_destroy(made);
  return status;
}
static dks_status do_get_info(void) {
  dks_mind_info info;
  dks_mind_info_init(&info);
  return dks_mind_get_info(mind, &info);
}
static dks_status do_infer(void) {
  return dks_mind_infer(mind, NULL, observations, 1, beliefs, scores);
}
static dks_status do_plan(void) {
  return dks_mind_plan(mind, beliefs, NULL, 1, scores, q_pi, marginals);
}
static dks_status do_predict(void) {
  return dks_mind_predict(mind, beliefs, actions, 1, scores);
}
// Errors are texts, and texts are memory, too.
static dks_status do_refuse(void) {
  const int32_t wrong[16] = {-7};
  const dks_status status = dks_mind_infer(mind, NULL, wrong, 1, scores, NULL);
  return status == DKS_E_INVALID ? DKS_OK : status;
}

static const struct {
  const char* name;
  dks_status (*run)(void);
} kFunctions[] = {
    {"create", do_create},
    {"get_info", do_get_info},
    {"infer", do_infer},
    {"plan", do_plan},
    {"predict", do_predict},
    {"refuse", do_refuse},
};

// Fails allocation n of a function; its status.
static dks_status try_function(size_t function, long n) {
  double before[256];
  memcpy(before, scores, sizeof before);
  const long blocks = live;
  arm(n);
  const dks_status status = kFunctions[function].run();
  disarm();
  if (status != DKS_OK) {
    if (status != DKS_E_NOMEM || failures == 0) {
      fail_msg("%s, %ld: %s", kFunctions[function].name, n, dks_status_name(status));
    }
    assert_memory_equal(scores, before, sizeof before);
  }
  if (live != blocks) {
    fail_msg("%s, %ld: %ld blocks are lost", kFunctions[function].name, n, live - blocks);
  }
  return status;
}

static void functions_report_it_and_write_nothing(void** state) {
  (void)state;
  if (!DKS_OWN_MALLOC) {
    skip();
  }
  // With goals, with search, with counts; the last one runs in lanes.
  static const struct {
    const char* name;
    uint32_t type;
  } cases[] = {
      {"s18_inductive_grid", DKS_TYPE_F64},
      {"s17_sophisticated_h2", DKS_TYPE_F64},
      {"s15_learn_ABD", DKS_TYPE_F64},
      {"s21_x_tmaze_pl2", DKS_TYPE_F32}};
  source = kAnyMemory;
  long tries = 0;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    char* const text = read_case(cases[i].name);
    mind_type = cases[i].type;
    assert_ok(make(&mind));
    assert_ok(do_infer());
    for (size_t function = 0; function < sizeof kFunctions / sizeof kFunctions[0]; ++function) {
      assert_ok(kFunctions[function].run());  // what is made once is made
      for (stays_out = 0; stays_out < 2; ++stays_out) {
        // Reading a document takes thousands of allocations: most of them are sampled.
        for (long n = 0; try_function(function, n) != DKS_OK; n += n < 200 ? 1 : 1 + n / 64) {
          assert_true(n < 100000);
          ++tries;
        }
      }
    }
    dks_mind_destroy(mind);
    free(text);
  }
  print_message("%ld failures\n", tries);
  assert_true(tries > 300);
}

// ---- in worlds

static const char kHouse[] =
    "{\"types\": {\"window\": {\"fields\": {\"open\": {}}},"
    " \"thermostat\": {\"mind\": \"s21_x_tmaze_pl2\"}}}";

static dks_status make_house(dks_model** out_model) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  const dks_document items[] = {{"house.json", kHouse, sizeof kHouse - 1}, document};
  return dks_model_create_world(&desc, items, 2, out_model);
}

static dks_status spawn(dks_model* model, const char* type) {
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = type;
  return dks_model_spawn(model, &desc, 1, NULL);
}

// Attaches, and thinks once where that works; nothing is lost, and a second try succeeds.
static dks_status try_attaching(long n) {
  dks_model* model = NULL;
  assert_ok(make_house(&model));
  const uint64_t before = hash_of(model);
  arm(n);
  const dks_status status = dks_model_attach_mind(model, "window", mind);
  disarm();
  if (status != DKS_OK) {
    assert_int_equal(status, DKS_E_NOMEM);
    assert_int_equal(hash_of(model), before);
    dks_column column;
    assert_int_not_equal(dks_model_column(model, "window", "belief", &column), DKS_OK);
    assert_ok(dks_model_attach_mind(model, "window", mind));
  }
  assert_ok(spawn(model, "window"));
  assert_ok(dks_model_step(model, 1));
  dks_model_destroy(model);
  assert_int_equal(held, 0);
  return status;
}

// The first step takes the memory to think in; without it, it has not begun.
static dks_status try_stepping(long n) {
  dks_model* model = NULL;
  assert_ok(make_house(&model));
  assert_ok(spawn(model, "thermostat"));
  const uint64_t before = hash_of(model);
  arm(n);
  const dks_status status = dks_model_step(model, 1);
  disarm();
  if (status != DKS_OK) {
    assert_int_equal(status, DKS_E_NOMEM);
    if (hash_of(model) == before) {
      assert_ok(dks_model_step(model, 1));
    }
  }
  dks_model_destroy(model);
  assert_int_equal(held, 0);
  return status;
}

static dks_status try_making_a_house(long n) {
  dks_model* model = NULL;
  arm(n);
  const dks_status status = make_house(&model);
  disarm();
  if (status != DKS_OK) {
    assert_int_equal(status, DKS_E_NOMEM);
    assert_null(model);
  }
  dks_model_destroy(model);
  assert_int_equal(held, 0);
  return status;
}

static void worlds_with_minds_are_whole_or_as_they_were(void** state) {
  (void)state;
  char* const text = read_case("s21_x_tmaze_pl2");
  mind_type = DKS_TYPE_F32;
  assert_ok(make(&mind));
  dks_status (*const tries[])(long) = {try_attaching, try_stepping, try_making_a_house};
  for (source = kModelMemory; source <= (DKS_OWN_MALLOC ? kAnyMemory : kModelMemory); ++source) {
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; ++i) {
      const long blocks = live;
      long failed = 0;
      for (long n = 0; tries[i](n) != DKS_OK; n += n < 50 ? 1 : 1 + n / 16) {
        assert_true(n < 100000);
        ++failed;
      }
      print_message("%ld failures\n", failed);
      assert_true(failed > 0);
      assert_true(live <= blocks || !DKS_OWN_MALLOC);
    }
  }
  dks_mind_destroy(mind);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_report_it_and_write_nothing),
      cmocka_unit_test(worlds_with_minds_are_whole_or_as_they_were),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
