// Models: making, stepping and destroying them. SPDX-License-Identifier: MIT
#include "dks.h"

#include "aligned_memory.h"
#include "support.h"

#include <cmocka.h>

static void the_default_world_is_as_the_header_says(void** state) {
  (void)state;
  dks_model* model = NULL;
  assert_ok(dks_model_create(NULL, &model));
  const dks_model_info info = info_of(model);
  assert_int_equal(info.width, 20);
  assert_int_equal(info.height, 20);
  assert_int_equal(info.seed, 1);
  assert_int_equal(info.step, 0);
  assert_int_equal(info.agent_count, 0);
  assert_int_equal(info.max_agents, 1024);
  assert_int_equal(info.worker_count, 1);
  assert_int_equal(info.type_count, 1);
  assert_true(info.memory_bytes > 0);
  assert_true(info.memory_peak >= info.memory_bytes);
  const char* name = NULL;
  assert_ok(dks_model_type_name(model, 0, &name));
  assert_string_equal(name, "pet");
  dks_model_destroy(model);
}

static void steps_are_counted_and_0_does_none(void** state) {
  (void)state;
  dks_model* const model = make_default(5);
  const uint64_t before = hash_of(model);
  assert_ok(dks_model_step(model, 0));
  assert_int_equal(hash_of(model), before);
  assert_ok(dks_model_step(model, 3));
  assert_int_equal(info_of(model).step, 3);
  assert_int_not_equal(hash_of(model), before);
  dks_counters counters;
  dks_counters_init(&counters);
  assert_ok(dks_model_get_counters(model, &counters));
  assert_int_equal(counters.steps, 3);
  assert_int_equal(counters.activations, 0);
  dks_model_destroy(model);
}

static void destroying_nothing_is_fine(void** state) {
  (void)state;
  dks_model_destroy(NULL);
  dks_agent_set_destroy(NULL);
}

static void a_failed_create_leaves_the_handle_alone(void** state) {
  (void)state;
  dks_model* const before = (dks_model*)(void*)&state;
  dks_model* model = before;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.mind = "randm";
  assert_fails(dks_model_create(&desc, &model), DKS_E_NOTFOUND, "did you mean \"random\"?");
  assert_ptr_equal(model, before);
  desc.mind = NULL;
  desc.flags = 4;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "desc.flags: 4");
  desc.flags = 0;
  desc.worker_count = UINT32_MAX;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "desc.worker_count: 4294967295");
  desc.worker_count = 0;
  desc.max_agents = UINT32_MAX;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "desc.max_agents: 4294967295");
  desc.max_agents = 0;
  const dks_allocator half = {NULL, NULL, NULL};
  desc.allocator = &half;
  assert_fails(dks_model_create(&desc, &model), DKS_E_INVALID, "alloc");
  assert_ptr_equal(model, before);
}

static void the_memory_limit_holds_and_is_told(void** state) {
  (void)state;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.memory_limit = 1000;
  dks_model* model = NULL;
  assert_fails(dks_model_create(&desc, &model), DKS_E_NOMEM, "memory limit");
  assert_null(model);

  desc.memory_limit = 4U << 20;
  desc.max_agents = 20000;
  assert_ok(dks_model_create(&desc, &model));
  dks_status status = DKS_OK;
  uint32_t born = 0;
  dks_spawn_desc spawn;
  dks_spawn_desc_init(&spawn);
  uint64_t before = 0;
  while (status == DKS_OK && born < 20000) {
    before = hash_of(model);
    status = dks_model_spawn(model, &spawn, 1, NULL);
    born += status == DKS_OK;
  }
  assert_int_equal(status, DKS_E_NOMEM);
  assert_true(born > 100);
  assert_int_equal(info_of(model).agent_count, born);
  assert_int_equal(hash_of(model), before);
  assert_true(info_of(model).memory_peak <= desc.memory_limit);
  dks_model_destroy(model);
}

static void a_document_list_is_checked(void** state) {
  (void)state;
  dks_model* model = NULL;
  dks_document document = {"w", "{}", 2};
  assert_fails(dks_model_create_world(NULL, NULL, 1, &model), DKS_E_INVALID, "items");
  assert_fails(dks_model_create_world(NULL, &document, 0, &model), DKS_E_INVALID, "count: ");
  assert_fails(dks_model_create_world(NULL, &document, UINT32_MAX, &model), DKS_E_LIMIT, "count");
  assert_fails(dks_model_create_world(NULL, &document, 1, NULL), DKS_E_INVALID, "out_model");
  document.name = NULL;
  assert_fails(dks_model_create_world(NULL, &document, 1, &model), DKS_E_INVALID, "items[0].name");
  document.name = "w";
  document.data = NULL;
  assert_fails(dks_model_create_world(NULL, &document, 1, &model), DKS_E_INVALID, "items[0].data");
  assert_null(model);
}

// As the schema has them; the order in which agents come is another in each.
static void every_activation_steps_in_an_order_of_its_own(void** state) {
  (void)state;
  static const char* const kActivations[] = {
      "{\"kind\": \"RandomActivation\"}",
      "{\"kind\": \"RandomActivation\", \"shuffle\": false}",
      "{\"kind\": \"SimultaneousActivation\"}",
      "{\"kind\": \"StagedActivation\", \"stages\": [\"sense\", \"think\", \"act\"]}",
      "{\"kind\": \"RandomActivationByType\"}",
      "{\"kind\": \"RandomActivationByType\", \"shuffle_types\": false}"};
  enum { kCount = sizeof kActivations / sizeof kActivations[0] };
  uint64_t hashes[kCount];
  for (int i = 0; i < kCount; ++i) {
    char changes[128];
    snprintf(changes, sizeof changes, "{\"activation\": %s}", kActivations[i]);
    dks_model* const model = meadow_of_seed(5, NULL, changes);
    assert_ok(dks_model_step(model, 20));
    hashes[i] = hash_of(model);
    for (int j = 0; j < i; ++j) {
      assert_true(hashes[j] != hashes[i]);
    }
    dks_model_destroy(model);
  }
}

// ---- an allocator that calls back

typedef struct Meddler {
  dks_model* model;
  int destroys;
  int busy;
  int calls;
  long held;
} Meddler;

static void* meddling_alloc(void* user, size_t size, size_t align) {
  Meddler* const meddler = user;
  meddler->held += (long)size;
  ++meddler->calls;
  if (meddler->model != NULL) {
    dks_model* const model = meddler->model;
    dks_agent_set* set = NULL;
    uint64_t hash = 7;
    meddler->busy += dks_model_step(model, 1) == DKS_E_BUSY;
    meddler->busy += dks_model_hash(model, &hash) == DKS_E_BUSY && hash == 7;
    meddler->busy += dks_agent_set_create(model, NULL, &set) == DKS_E_BUSY && set == NULL;
    if (meddler->destroys) {
      meddler->model = NULL;
      dks_model_destroy(model);
    }
  }
  return take_aligned(size, align);
}

static void meddling_dealloc(void* user, void* ptr, size_t size) {
  ((Meddler*)user)->held -= (long)size;
  free_aligned(ptr);
}

static void a_call_during_a_step_is_busy(void** state) {
  (void)state;
  Meddler meddler = {NULL, 0, 0, 0, 0};
  const dks_allocator allocator = {meddling_alloc, meddling_dealloc, &meddler};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  assert_true(meddler.calls > 0);
  spawn_at(model, "a", -1, -1);
  meddler.model = model;
  meddler.calls = 0;
  assert_ok(dks_model_step(model, 1));
  assert_true(meddler.calls > 0);
  assert_int_equal(meddler.busy, 3 * meddler.calls);
  assert_int_equal(info_of(model).step, 1);
  meddler.model = NULL;
  dks_model_destroy(model);
  assert_int_equal(meddler.held, 0);
}

static void destroying_during_a_step_waits_for_its_end(void** state) {
  (void)state;
  Meddler meddler = {NULL, 1, 0, 0, 0};
  const dks_allocator allocator = {meddling_alloc, meddling_dealloc, &meddler};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  spawn_at(model, "a", -1, -1);
  meddler.model = model;
  assert_ok(dks_model_step(model, 1));
  assert_null(meddler.model);
  assert_int_equal(meddler.held, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_default_world_is_as_the_header_says),
      cmocka_unit_test(steps_are_counted_and_0_does_none),
      cmocka_unit_test(destroying_nothing_is_fine),
      cmocka_unit_test(a_failed_create_leaves_the_handle_alone),
      cmocka_unit_test(the_memory_limit_holds_and_is_told),
      cmocka_unit_test(a_document_list_is_checked),
      cmocka_unit_test(every_activation_steps_in_an_order_of_its_own),
      cmocka_unit_test(a_call_during_a_step_is_busy),
      cmocka_unit_test(destroying_during_a_step_waits_for_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
