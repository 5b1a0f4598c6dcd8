// Minds: making and describing them, batches, and what is refused. SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <math.h>
#include <pthread.h>

#include <cmocka.h>

// A room is cold or warm, a thermometer says so four times out of five, a heater may be on.
static const char kThermostat[] =
    "{\"name\": \"thermostat\", \"model\": {\n"
    "  \"factors\": [\"room\", \"season\"], \"modalities\": [\"thermometer\", \"calendar\"],\n"
    "  \"actions\": {\"room\": [\"off\", \"on\"]},\n"
    "  \"A\": [[[[0.8, 0.8], [0.2, 0.2]], [[0.2, 0.2], [0.8, 0.8]]],\n"
    "        [[[1, 0], [1, 0]], [[0, 1], [0, 1]]]],\n"
    "  \"B\": [[[[0.9, 0.1], [0.6, 0.05]], [[0.1, 0.9], [0.4, 0.95]]],\n"
    "        [[[0.99], [0.01]], [[0.01], [0.99]]]],\n"
    "  \"C\": [[0, 2], [0, 0]], \"D\": [[0.5, 0.5], [0.5, 0.5]]},\n"
    " \"settings\": {\"policy_len\": 2, \"gamma\": 4}}";

static dks_document document_of(const char* text) {
  const dks_document document = {"thermostat.json", text, strlen(text)};
  return document;
}

static dks_mind* make_thermostat(uint32_t type) {
  const dks_document document = document_of(kThermostat);
  dks_mind_desc desc;
  dks_mind_desc_init(&desc);
  desc.type = type;
  dks_mind* mind = NULL;
  assert_ok(dks_mind_create(&document, &desc, &mind));
  return mind;
}

static dks_mind_info info_of_mind(const dks_mind* mind) {
  dks_mind_info info;
  dks_mind_info_init(&info);
  assert_ok(dks_mind_get_info(mind, &info));
  return info;
}

// ---- describing

static void a_mind_says_what_stands_in_its_arrays(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(0);
  const dks_mind_info info = info_of_mind(mind);
  assert_int_equal(info.type, DKS_TYPE_F32);
  assert_string_equal(info.name, "thermostat");
  assert_int_equal(info.factor_count, 2);
  assert_int_equal(info.modality_count, 2);
  assert_int_equal(info.state_count, 4);
  assert_int_equal(info.outcome_count, 4);
  assert_int_equal(info.control_count, 3);
  assert_int_equal(info.policy_count, 4);
  assert_int_equal(info.depth, 2);
  assert_int_equal(info.first_action_count, 2);
  assert_string_equal(info.factors[0].name, "room");
  assert_string_equal(info.factors[0].control_names[1], "on");
  assert_int_equal(info.factors[0].state_count, 2);
  assert_int_equal(info.factors[1].state_offset, 2);
  assert_int_equal(info.factors[1].control_offset, 2);
  assert_int_equal(info.factors[1].control_count, 1);
  assert_string_equal(info.factors[1].control_names[0], "");
  assert_string_equal(info.modalities[1].name, "calendar");
  assert_int_equal(info.modalities[1].outcome_count, 2);
  assert_int_equal(info.modalities[1].outcome_offset, 2);
  const int32_t policies[] = {0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0};
  assert_memory_equal(info.policies, policies, sizeof policies);
  const int32_t first_actions[] = {0, 0, 1, 0};
  assert_memory_equal(info.first_actions, first_actions, sizeof first_actions);
  dks_mind_destroy(mind);
}

static void info_is_filled_as_far_as_the_caller_knows_it(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(DKS_TYPE_F64);
  dks_mind_info info;
  memset(&info, 0xee, sizeof info);
  info.struct_size = offsetof(dks_mind_info, name);
  assert_ok(dks_mind_get_info(mind, &info));
  assert_int_equal(info.first_action_count, 2);
  assert_int_not_equal(info.name, NULL);
  info.struct_size = 0;
  assert_fails(dks_mind_get_info(mind, &info), DKS_E_INVALID, "out_info.struct_size: 0");
  assert_fails(dks_mind_get_info(mind, NULL), DKS_E_INVALID, "out_info: expected a pointer");
  assert_fails(dks_mind_get_info(NULL, &info), DKS_E_INVALID, "mind: expected a pointer");
  dks_mind_destroy(mind);
  dks_mind_destroy(NULL);
}

// ---- batches

enum { kAgents = 40, kStates = 4, kPolicies = 4 };

// Any beliefs, the same for every run.
static void fill_beliefs(double beliefs[kAgents][kStates]) {
  for (int i = 0; i < kAgents; ++i) {
    for (int f = 0; f < 2; ++f) {
      beliefs[i][2 * f] = (double)((7 * i + 3 * f) % 11) / 10;
      beliefs[i][2 * f + 1] = 1 - beliefs[i][2 * f];
    }
  }
}

static void fill_outcomes(int32_t observations[kAgents][2]) {
  for (int i = 0; i < kAgents; ++i) {
    observations[i][0] = i % 3 - 1;
    observations[i][1] = i % 5 == 0 ? -1 : i % 2;
  }
}

static void a_row_does_not_depend_on_its_batch(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(DKS_TYPE_F64);
  double prior[kAgents][kStates], own[kAgents][4], beliefs[kAgents][kStates], energy[kAgents];
  double neg_efe[kAgents][kPolicies], q_pi[kAgents][kPolicies], marginals[kAgents][3];
  double next[kAgents][kStates];
  int32_t observations[kAgents][2], actions[kAgents][2];
  fill_beliefs(prior);
  fill_outcomes(observations);
  for (int i = 0; i < kAgents; ++i) {
    for (int o = 0; o < 4; ++o) {
      own[i][o] = (double)((5 * i + o) % 7) - 3;
    }
    actions[i][0] = i % 2;
    actions[i][1] = 0;
  }
  assert_ok(dks_mind_infer(mind, prior, observations[0], kAgents, beliefs, energy));
  assert_ok(dks_mind_plan(mind, beliefs, own, kAgents, neg_efe, q_pi, marginals));
  assert_ok(dks_mind_predict(mind, beliefs, actions[0], kAgents, next));
  for (int i = 0; i < kAgents; ++i) {
    double one[kStates], free_energy, scores[kPolicies], p[kPolicies], first[3];
    assert_ok(dks_mind_infer(mind, prior[i], observations[i], 1, one, &free_energy));
    assert_memory_equal(one, beliefs[i], sizeof one);
    assert_memory_equal(&free_energy, &energy[i], sizeof free_energy);
    assert_ok(dks_mind_plan(mind, one, own[i], 1, scores, p, first));
    assert_memory_equal(scores, neg_efe[i], sizeof scores);
    assert_memory_equal(p, q_pi[i], sizeof p);
    assert_memory_equal(first, marginals[i], sizeof first);
    assert_ok(dks_mind_predict(mind, one, actions[i], 1, one));
    assert_memory_equal(one, next[i], sizeof one);
  }
  dks_mind_destroy(mind);
}

static void beliefs_are_those_of_bayes(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(DKS_TYPE_F64);
  const int32_t warm[] = {1, -1};
  double beliefs[kStates], energy = 0;
  assert_ok(dks_mind_infer(mind, NULL, warm, 1, beliefs, &energy));
  assert_true(fabs(beliefs[1] - 0.8) < 1e-12);
  assert_true(fabs(beliefs[2] - 0.5) < 1e-12);
  assert_true(fabs(energy + log(0.5)) < 1e-12);
  const int32_t on[] = {1, 0};
  double prior[kStates];
  assert_ok(dks_mind_predict(mind, beliefs, on, 1, prior));
  assert_true(fabs(prior[1] - (0.2 * 0.9 + 0.8 * 0.95)) < 1e-12);
  dks_mind_destroy(mind);
}

static void a_cold_room_is_heated_by_those_who_like_it_warm(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(0);
  const float cold[2][kStates] = {{1, 0, 0.5F, 0.5F}, {1, 0, 0.5F, 0.5F}};
  const float likes[2][4] = {{0, 2, 0, 0}, {2, 0, 0, 0}};
  float marginals[2][3], by_model[2][3];
  assert_ok(dks_mind_plan(mind, cold, likes, 2, NULL, NULL, marginals));
  assert_true(marginals[0][1] > 0.9F);
  assert_true(marginals[1][0] > 0.9F);
  assert_true(marginals[0][2] > 0.999F);
  assert_ok(dks_mind_plan(mind, cold, NULL, 2, NULL, NULL, by_model));
  assert_memory_equal(marginals[0], by_model[0], sizeof marginals[0]);
  dks_mind_destroy(mind);
}

static void outputs_may_be_left_out(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(DKS_TYPE_F64);
  const int32_t seen[] = {1, 0};
  double beliefs[kStates], energy = 0, alone = 0, q_pi[kPolicies], again[kPolicies];
  assert_ok(dks_mind_infer(mind, NULL, seen, 1, beliefs, &energy));
  assert_ok(dks_mind_infer(mind, NULL, seen, 1, NULL, &alone));
  assert_true(energy == alone);
  assert_ok(dks_mind_infer(mind, NULL, seen, 1, NULL, NULL));
  assert_ok(dks_mind_plan(mind, beliefs, NULL, 1, NULL, q_pi, NULL));
  assert_ok(dks_mind_plan(mind, beliefs, NULL, 1, again, NULL, NULL));
  assert_ok(dks_mind_plan(mind, beliefs, NULL, 1, NULL, again, NULL));
  assert_memory_equal(q_pi, again, sizeof q_pi);
  assert_ok(dks_mind_infer(mind, NULL, NULL, 0, NULL, NULL));
  assert_ok(dks_mind_plan(mind, NULL, NULL, 0, NULL, NULL, NULL));
  assert_ok(dks_mind_predict(mind, NULL, NULL, 0, NULL));
  dks_mind_destroy(mind);
}

// ---- what is refused

static void wrong_descriptions_are_refused(void** state) {
  (void)state;
  dks_mind* const before = (dks_mind*)(void*)&state;
  dks_mind* mind = before;
  const dks_document good = document_of(kThermostat);
  dks_mind_desc desc;
  dks_mind_desc_init_sized(NULL, sizeof desc);  // nothing to set up
  dks_mind_desc_init(&desc);
  assert_int_equal(desc.struct_size, sizeof desc);
  assert_int_equal(desc.type, 0);
  desc.type = DKS_TYPE_I32;
  assert_fails(dks_mind_create(&good, &desc, &mind), DKS_E_INVALID, "desc.type: 3 is not");
  dks_mind_desc_init(&desc);
  desc.struct_size = 4;
  assert_fails(dks_mind_create(&good, &desc, &mind), DKS_E_INVALID, "desc.struct_size: 4");
  assert_fails(dks_mind_create(NULL, NULL, &mind), DKS_E_INVALID, "document: expected a pointer");
  assert_fails(dks_mind_create(&good, NULL, NULL), DKS_E_INVALID, "out_mind: expected a pointer");
  dks_document wrong = good;
  wrong.name = NULL;
  assert_fails(dks_mind_create(&wrong, NULL, &mind), DKS_E_INVALID, "document.name: expected");
  wrong = good;
  wrong.data = NULL;
  assert_fails(dks_mind_create(&wrong, NULL, &mind), DKS_E_INVALID, "document.data: expected");
  wrong = document_of("{\"model\": ");
  assert_fails(dks_mind_create(&wrong, NULL, &mind), DKS_E_INVALID, "thermostat.json:1:");
  wrong = document_of("{\"model\": {\"A\": [[[1, 1]]], \"B\": [[[[1], [0]], [[0], [0.5]]]]}}");
  assert_fails(
      dks_mind_create(&wrong, NULL, &mind),
      DKS_E_INVALID,
      "thermostat.json:1: /model/B/0: B[0][..., 1, 0] sums to 0.5, expected 1"
  );
  wrong = document_of(
      "{\"model\": {\"A\": [[[1, 1]]], \"B\": [[[[1], [0]], [[0], [1]]]]}, "
      "\"settings\": {\"policy_len\": 2, \"sophisticated\": true}}"
  );
  assert_fails(
      dks_mind_create(&wrong, NULL, &mind),
      DKS_E_INVALID,
      "thermostat.json: search: policies of 2 steps, expected 1"
  );
  assert_ptr_equal(mind, before);
}

// Inputs of three agents that are right, and where one number is wrong.
typedef struct {
  double beliefs[3][kStates];
  double preferences[3][4];
  int32_t observations[3][2];
  int32_t actions[3][2];
} inputs;

static void fill_inputs(inputs* in) {
  memset(in, 0, sizeof *in);
  for (int i = 0; i < 3; ++i) {
    in->beliefs[i][0] = in->beliefs[i][3] = 1;
  }
}

typedef struct {
  double beliefs[3][kStates], energy[3], neg_efe[3][kPolicies], q_pi[3][kPolicies];
  double marginals[3][3], prior[3][kStates];
} outputs;

// Runs all three; says how those went that fail.
static void expect_refused(const dks_mind* mind, const inputs* in, int calls, const char* part) {
  outputs out, untouched;
  memset(&out, 0x5a, sizeof out);
  memset(&untouched, 0x5a, sizeof untouched);
  if (calls & 1) {
    assert_fails(
        dks_mind_infer(mind, in->beliefs, in->observations[0], 3, out.beliefs, out.energy),
        DKS_E_INVALID,
        part
    );
  }
  if (calls & 2) {
    assert_fails(
        dks_mind_plan(mind, in->beliefs, in->preferences, 3, out.neg_efe, out.q_pi, out.marginals),
        DKS_E_INVALID,
        part
    );
  }
  if (calls & 4) {
    assert_fails(
        dks_mind_predict(mind, in->beliefs, in->actions[0], 3, out.prior), DKS_E_INVALID, part
    );
  }
  assert_memory_equal(&out, &untouched, sizeof out);
}

static void numbers_are_checked_before_anything_is_written(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(DKS_TYPE_F64);
  inputs in;
  fill_inputs(&in);
  in.beliefs[2][1] = NAN;
  expect_refused(mind, &in, 1, "prior[2][1] is nan, expected 0 to 1");
  expect_refused(mind, &in, 2 | 4, "beliefs[2][1] is nan, expected 0 to 1");
  fill_inputs(&in);
  in.beliefs[1][2] = -0.25;
  expect_refused(mind, &in, 1 | 2 | 4, "[1][2] is -0.25, expected 0 to 1");
  fill_inputs(&in);
  in.beliefs[1][2] = INFINITY;
  expect_refused(mind, &in, 1 | 2 | 4, "[1][2] is inf, expected 0 to 1");
  fill_inputs(&in);
  in.beliefs[2][2] = 0.5;
  expect_refused(
      mind, &in, 1 | 2 | 4, "[2][2] and what follows of factor \"season\" sum to 1.5, expected 1"
  );
  fill_inputs(&in);
  in.beliefs[0][0] = 0;
  expect_refused(mind, &in, 1 | 2 | 4, "[0][0] and what follows of factor \"room\" sum to 0");
  fill_inputs(&in);
  in.observations[2][1] = 2;
  expect_refused(
      mind,
      &in,
      1,
      "observations[2][1] of modality \"calendar\" is 2, expected 0 to 1, or -1 for none"
  );
  in.observations[2][1] = -2;
  expect_refused(mind, &in, 1, "observations[2][1] of modality \"calendar\" is -2, expected");
  fill_inputs(&in);
  in.actions[1][0] = 2;
  expect_refused(mind, &in, 4, "actions[1][0] of factor \"room\" is 2, expected 0 to 1");
  in.actions[1][0] = -1;
  expect_refused(mind, &in, 4, "actions[1][0] of factor \"room\" is -1, expected 0 to 1");
  fill_inputs(&in);
  in.preferences[2][3] = NAN;
  expect_refused(mind, &in, 2, "preferences[2][3] is nan, expected -1e+09 to 1e+09");
  in.preferences[2][3] = -2e9;
  expect_refused(mind, &in, 2, "preferences[2][3] is -2e+09, expected -1e+09 to 1e+09");
  dks_mind_destroy(mind);
}

static void missing_arrays_are_refused(void** state) {
  (void)state;
  dks_mind* const mind = make_thermostat(DKS_TYPE_F64);
  inputs in;
  fill_inputs(&in);
  double out[kStates];
  assert_fails(
      dks_mind_infer(NULL, NULL, in.observations[0], 1, out, NULL), DKS_E_INVALID, "mind: expected"
  );
  assert_fails(
      dks_mind_infer(mind, NULL, NULL, 1, out, NULL), DKS_E_INVALID, "observations: expected"
  );
  assert_fails(
      dks_mind_plan(mind, NULL, NULL, 1, out, NULL, NULL), DKS_E_INVALID, "beliefs: expected"
  );
  assert_fails(
      dks_mind_predict(mind, in.beliefs, NULL, 1, out), DKS_E_INVALID, "actions: expected"
  );
  assert_fails(
      dks_mind_predict(mind, in.beliefs, in.actions[0], 1, NULL), DKS_E_INVALID, "out_prior: exp"
  );
  dks_mind_destroy(mind);
}

// ---- threads

static const dks_mind* shared;
static uint32_t shared_type;

static void* think(void* out_q_pi) {
  double numbers[kAgents][kStates];
  float narrow[kAgents][kStates];
  void* const beliefs = shared_type == DKS_TYPE_F64 ? (void*)numbers : (void*)narrow;
  int32_t observations[kAgents][2];
  fill_outcomes(observations);
  for (int i = 0; i < 50; ++i) {
    fill_beliefs(numbers);
    for (int n = 0; n < kAgents * kStates; ++n) {
      narrow[n / kStates][n % kStates] = (float)numbers[n / kStates][n % kStates];
    }
    if (dks_mind_infer(shared, beliefs, observations[0], kAgents, beliefs, NULL) != DKS_OK ||
        dks_mind_plan(shared, beliefs, NULL, kAgents, NULL, out_q_pi, NULL) != DKS_OK) {
      return NULL;
    }
  }
  return out_q_pi;
}

static void expect_threads_to_agree(uint32_t type) {
  static double q_pi[2][kAgents][kPolicies];
  dks_mind* const mind = make_thermostat(type);
  shared = mind;
  shared_type = type;
  pthread_t other;
  assert_int_equal(pthread_create(&other, NULL, think, q_pi[1]), 0);
  assert_non_null(think(q_pi[0]));
  void* result = NULL;
  assert_int_equal(pthread_join(other, &result), 0);
  assert_non_null(result);
  assert_memory_equal(q_pi[0], q_pi[1], sizeof q_pi[0]);
  dks_mind_destroy(mind);
}

static void threads_share_a_mind(void** state) {
  (void)state;
  expect_threads_to_agree(DKS_TYPE_F64);
  expect_threads_to_agree(DKS_TYPE_F32);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_mind_says_what_stands_in_its_arrays),
      cmocka_unit_test(info_is_filled_as_far_as_the_caller_knows_it),
      cmocka_unit_test(a_row_does_not_depend_on_its_batch),
      cmocka_unit_test(beliefs_are_those_of_bayes),
      cmocka_unit_test(a_cold_room_is_heated_by_those_who_like_it_warm),
      cmocka_unit_test(outputs_may_be_left_out),
      cmocka_unit_test(wrong_descriptions_are_refused),
      cmocka_unit_test(numbers_are_checked_before_anything_is_written),
      cmocka_unit_test(missing_arrays_are_refused),
      cmocka_unit_test(threads_share_a_mind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
