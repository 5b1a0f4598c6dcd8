// The place for what a binding for another language keeps with a model.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "aligned_memory.h"
#include "imp.h"
#include "support.h"

#include <pthread.h>

#include <cmocka.h>

// What stands for a model in another language.
typedef struct Wrapper {
  int destroyed;
  pthread_t thread;  // that destroyed it
  dks_model* model;  // that its end concerns
  void (*at_its_end)(struct Wrapper* wrapper);
} Wrapper;

static void destroy(void* user) {
  Wrapper* const wrapper = user;
  ++wrapper->destroyed;
  wrapper->thread = pthread_self();
  if (wrapper->at_its_end != NULL) {
    wrapper->at_its_end(wrapper);
  }
}

static void* binding_of(const dks_model* model) {
  void* user = &user;
  assert_ok(dks_model_get_binding(model, &user));
  return user;
}

static dks_model* make_bound(Wrapper* wrapper) {
  dks_model* const model = make_default(4);
  spawn_at(model, "Momo", 1, 1);
  assert_ok(dks_model_set_binding(model, wrapper, destroy));
  return model;
}

static void it_is_empty_until_it_is_set(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  Wrapper wrapper = {0};
  assert_null(binding_of(model));
  assert_ok(dks_model_set_binding(model, &wrapper, destroy));
  assert_ptr_equal(binding_of(model), &wrapper);
  dks_model* const other = make_default(1);
  assert_null(binding_of(other));
  dks_model_destroy(other);
  assert_int_equal(wrapper.destroyed, 0);
  dks_model_destroy(model);
  assert_int_equal(wrapper.destroyed, 1);
}

static void the_next_takes_its_place(void** state) {
  (void)state;
  Wrapper first = {0}, second = {0}, unowned = {0};
  dks_model* const model = make_bound(&first);
  assert_ok(dks_model_set_binding(model, &second, destroy));
  assert_int_equal(first.destroyed, 1);
  assert_ptr_equal(binding_of(model), &second);
  assert_ok(dks_model_set_binding(model, &second, destroy));
  assert_int_equal(second.destroyed, 1);
  assert_ptr_equal(binding_of(model), &second);
  assert_ok(dks_model_set_binding(model, &unowned, NULL));
  assert_int_equal(second.destroyed, 2);
  assert_ptr_equal(binding_of(model), &unowned);
  assert_ok(dks_model_set_binding(model, &first, destroy));
  assert_ok(dks_model_set_binding(model, NULL, destroy));
  assert_int_equal(first.destroyed, 2);
  assert_null(binding_of(model));
  dks_model_destroy(model);
  assert_int_equal(first.destroyed + second.destroyed, 4);
  assert_int_equal(unowned.destroyed, 0);
}

// ---- when it goes

static int ends, end_of_memory, end_of_log, end_of_binding;

static void* count_alloc(void* user, size_t size, size_t align) {
  (void)user;
  return take_aligned(size, align);
}
static void count_dealloc(void* user, void* ptr, size_t size) {
  (void)user;
  (void)size;
  end_of_memory = ++ends;
  free_aligned(ptr);
}
static void hear(void* user, int32_t level, const char* text) {
  (void)user;
  (void)level;
  (void)text;
}
static void hang_up(void* user) {
  (void)user;
  end_of_log = ++ends;
}
static void note_end(Wrapper* wrapper) {
  (void)wrapper;
  end_of_binding = ++ends;
}

static void it_is_the_last_of_a_model_to_go(void** state) {
  (void)state;
  const dks_allocator allocator = {count_alloc, count_dealloc, NULL};
  const dks_log_hook log = {hear, hang_up, NULL};
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.allocator = &allocator;
  desc.log = &log;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  Wrapper wrapper = {.at_its_end = note_end};
  assert_ok(dks_model_set_binding(model, &wrapper, destroy));
  dks_model_destroy(model);
  assert_int_equal(wrapper.destroyed, 1);
  assert_true(end_of_memory > 0 && end_of_log > 0);
  assert_int_equal(end_of_binding, ends);
}

static void* release(void* array) {
  ((struct ArrowArray*)array)->release(array);
  return NULL;
}

static void it_stays_for_who_keeps_the_model_alive(void** state) {
  (void)state;
  Wrapper wrapper = {0};
  dks_model* const model = make_bound(&wrapper);
  dks_agent_set* set = NULL;
  assert_ok(dks_agent_set_create(model, "pet", &set));
  struct ArrowSchema schema;
  struct ArrowArray array;
  assert_ok(dks_model_export_agents(model, "pet", 0, &schema, &array));
  schema.release(&schema);
  dks_model_destroy(model);
  assert_int_equal(wrapper.destroyed, 0);
  dks_agent_set_destroy(set);
  assert_int_equal(wrapper.destroyed, 0);
  pthread_t other;
  assert_int_equal(pthread_create(&other, NULL, release, &array), 0);
  assert_int_equal(pthread_join(other, NULL), 0);
  assert_int_equal(wrapper.destroyed, 1);
  assert_int_equal(pthread_equal(wrapper.thread, pthread_self()), 0);
}

// ---- calls within a step

static Wrapper inside;

static void call_inside(void) {
  Wrapper refused = {0};
  void* user = &refused;
  assert_fails(
      dks_model_set_binding(inside.model, &refused, destroy), DKS_E_BUSY, "in another call"
  );
  assert_fails(dks_model_get_binding(inside.model, &user), DKS_E_BUSY, "in another call");
  assert_ptr_equal(user, &refused);
  assert_int_equal(refused.destroyed + inside.destroyed, 0);
}

static void leave(void) {
  dks_model_destroy(inside.model);
  assert_int_equal(inside.destroyed, 0);
}

// A world whose imps call `leave` in the next step.
static dks_model* make_bound_lair(void) {
  dks_model* const model = make_default(3);
  assert_ok(dks_model_add_type(model, "imp"));
  dks_spawn_desc items[14];
  for (int i = 0; i < 14; ++i) {
    dks_spawn_desc_init(&items[i]);
    items[i].type = "imp";
  }
  assert_ok(dks_model_spawn(model, items, 14, NULL));
  inside = (Wrapper){.model = model};
  assert_ok(dks_model_set_binding(model, &inside, destroy));
  imp_is = IMP_LEAVES;
  return model;
}

static void what_is_refused_stays_the_callers(void** state) {
  (void)state;
  Wrapper wrapper = {0};
  assert_fails(dks_model_set_binding(NULL, &wrapper, destroy), DKS_E_INVALID, "model");
  assert_int_equal(wrapper.destroyed, 0);
  dks_model* const model = make_bound_lair();
  imp_leave = call_inside;
  assert_ok(dks_model_step(model, 1));
  assert_null(imp_leave);
  assert_ptr_equal(binding_of(model), &inside);
  dks_model_destroy(model);
  assert_int_equal(inside.destroyed, 1);
}

static void a_model_that_is_left_in_a_step_keeps_it_to_the_end(void** state) {
  (void)state;
  dks_model* const model = make_bound_lair();
  imp_leave = leave;
  assert_ok(dks_model_step(model, 1));
  assert_null(imp_leave);
  assert_int_equal(inside.destroyed, 1);
}

// ---- the world does not know of it

static void nothing_of_the_world_depends_on_it(void** state) {
  (void)state;
  Wrapper first = {0}, second = {0};
  dks_model* const model = make_bound(&first);
  dks_model* const plain = make_default(4);
  spawn_at(plain, "Momo", 1, 1);
  assert_int_equal(hash_of(model), hash_of(plain));
  assert_int_equal(info_of(model).memory_bytes, info_of(plain).memory_bytes);

  // Cells are made for who asks, and are gone after a call that is not [const].
  const dks_column cells = column_of(model, "pet", "cell");
  assert_ok(dks_model_set_binding(model, &second, destroy));
  const dks_column same = column_of(model, "pet", "cell");
  assert_ptr_equal(same.data, cells.data);
  assert_int_equal(same.epoch, cells.epoch);

  struct ArrowSchema schema;
  struct ArrowArray array;
  assert_ok(dks_model_export_agents(model, "pet", 0, &schema, &array));
  assert_ok(dks_model_set_binding(model, &first, destroy));
  assert_ptr_equal(binding_of(model), &first);
  schema.release(&schema);
  array.release(&array);

  uint32_t done = 1;
  assert_ok(dks_model_step_for(model, 1, 0, &done));
  assert_int_equal(done, 0);
  assert_fails(dks_model_drive(model, "light", 1, 1), DKS_E_BUSY, "a step is under way");
  assert_ok(dks_model_set_binding(model, &second, destroy));
  assert_ptr_equal(binding_of(model), &second);
  assert_int_equal(hash_of(model), hash_of(plain));
  assert_ok(dks_model_step(model, 5));
  assert_ok(dks_model_step(plain, 5));
  assert_int_equal(hash_of(model), hash_of(plain));
  dks_model_destroy(plain);
  dks_model_destroy(model);
  assert_int_equal(first.destroyed, 2);
  assert_int_equal(second.destroyed, 2);
}

// ---- destroy calls back

static void step_and_take_the_place_again(Wrapper* wrapper) {
  wrapper->at_its_end = NULL;
  assert_ptr_not_equal(binding_of(wrapper->model), wrapper);
  assert_ok(dks_model_step(wrapper->model, 1));
  assert_ok(dks_model_set_binding(wrapper->model, wrapper, destroy));
}
static void destroy_the_model(Wrapper* wrapper) {
  dks_model_destroy(wrapper->model);
}
static void step_the_model(Wrapper* wrapper) {
  assert_ok(dks_model_step(wrapper->model, 1));
}

static void destroy_may_use_the_model_that_has_the_next(void** state) {
  (void)state;
  Wrapper first = {.at_its_end = step_and_take_the_place_again}, second = {0};
  dks_model* const model = first.model = make_bound(&first);
  assert_ok(dks_model_set_binding(model, &second, destroy));
  assert_int_equal(second.destroyed, 1);
  assert_ptr_equal(binding_of(model), &first);
  assert_int_equal(info_of(model).step, 1);

  first.at_its_end = destroy_the_model;
  assert_ok(dks_model_set_binding(model, &second, destroy));
  assert_int_equal(first.destroyed, 2);
  assert_int_equal(second.destroyed, 2);
}

static void destroy_may_use_another_model(void** state) {
  (void)state;
  dks_model* const other = make_default(2);
  Wrapper wrapper = {.model = other, .at_its_end = step_the_model};
  dks_model_destroy(make_bound(&wrapper));
  assert_int_equal(info_of(other).step, 1);
  dks_model_destroy(other);
}

int main(void) {
  if (dks_plugins_add(imp_plugin_query, imp_plugin_init, NULL) != DKS_OK) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(it_is_empty_until_it_is_set),
      cmocka_unit_test(the_next_takes_its_place),
      cmocka_unit_test(it_is_the_last_of_a_model_to_go),
      cmocka_unit_test(it_stays_for_who_keeps_the_model_alive),
      cmocka_unit_test(what_is_refused_stays_the_callers),
      cmocka_unit_test(a_model_that_is_left_in_a_step_keeps_it_to_the_end),
      cmocka_unit_test(nothing_of_the_world_depends_on_it),
      cmocka_unit_test(destroy_may_use_the_model_that_has_the_next),
      cmocka_unit_test(destroy_may_use_another_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
