// A plugin that throws, which it must not: told like an error, and nothing is left behind.
// SPDX-License-Identifier: MIT
#include "dks_plugin.h"

#include "model.h"

#include <stdexcept>
#include <string_view>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

enum class Throws { kNever, kInit, kCreate, kThink };
Throws throws = Throws::kNever;

dks_status create(void* /*user*/, dks_world* /*world*/, void** /*out_state*/) {
  if (throws == Throws::kCreate) {
    throw std::runtime_error("in create");
  }
  return DKS_OK;
}
dks_status think(void* /*state*/, const dks_batch* /*batch*/) {
  if (throws == Throws::kThink) {
    throw std::runtime_error("in think");
  }
  return DKS_OK;
}

const dks_plugin_info* query() {
  static const dks_plugin_info info = dks_plugin_info_init("bomb", "1.0.0", "MIT", "it throws");
  return &info;
}
dks_status init(const dks_host_api* host) {
  if (throws == Throws::kInit) {
    throw std::runtime_error("in init");
  }
  dks_agent_type type{};
  type.struct_size = sizeof type;
  type.version = 1;
  type.name = "bomb";
  type.create = create;
  type.think = think;
  return host->add_agent_type(host, &type);
}

void expect_told(dks_status status, dks_status expected, std::string_view where) {
  assert_int_equal(status, expected);
  const std::string_view said = dks_last_error();
  assert_true(said.find("it threw an exception, expected a status") != std::string_view::npos);
  assert_true(said.find(where) != std::string_view::npos);
}

void an_exception_is_told_like_an_error(void** /*state*/) {
  throws = Throws::kInit;
  expect_told(
      dks_plugins_add(query, init, nullptr), DKS_E_USER, "plugin \"bomb\": dks_plugin_init"
  );
  throws = Throws::kNever;
  assert_int_equal(dks_plugins_add(query, init, nullptr), DKS_OK);

  dks_model* model = nullptr;
  assert_int_equal(dks_model_create(nullptr, &model), DKS_OK);
  throws = Throws::kCreate;
  expect_told(dks_model_add_type(model, "bomb"), DKS_E_USER, "create");
  throws = Throws::kNever;
  assert_int_equal(dks_model_add_type(model, "bomb"), DKS_OK);

  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.type = "bomb";
  assert_int_equal(dks_model_spawn(model, &desc, 1, nullptr), DKS_OK);
  throws = Throws::kThink;
  expect_told(dks_model_step(model, 1), DKS_E_USER, "think, step 0, agent 1");
  throws = Throws::kNever;
  assert_int_equal(dks_model_step(model, 1), DKS_OK);
  dks_model_destroy(model);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {cmocka_unit_test(an_exception_is_told_like_an_error)};
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
