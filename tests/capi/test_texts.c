// Texts: names of codes and events, errors, and what is written to a buffer.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cmocka.h>

static void every_status_has_a_name(void** state) {
  (void)state;
#define NAMED(name, code, text) assert_string_equal(dks_status_name(code), "DKS_" #name);
  DKS_STATUS_MAP(NAMED)
#undef NAMED
  assert_string_equal(dks_status_name(-12345), "unknown status");
  assert_string_equal(dks_status_name(1), "unknown status");
}

static void every_event_has_a_name(void** state) {
  (void)state;
  assert_string_equal(dks_event_name(DKS_EVENT_BORN), "born");
  assert_string_equal(dks_event_name(DKS_EVENT_USED), "used");
  assert_string_equal(dks_event_name(DKS_EVENT_EMOTE), "emote");
  assert_string_equal(dks_event_name(0), "unknown event");
  assert_string_equal(dks_event_name(UINT32_MAX), "unknown event");
}

static void every_kind_of_event_has_a_name(void** state) {
  (void)state;
  static const struct {
    uint32_t kind;
    const char* name;
  } kEvents[] = {
      {DKS_EVENT_BORN, "born"},
      {DKS_EVENT_REMOVED, "removed"},
      {DKS_EVENT_MESSAGE, "message"},
      {DKS_EVENT_UNDELIVERED, "undelivered"},
      {DKS_EVENT_TIMER, "timer"},
      {DKS_EVENT_WEATHER, "weather"},
      {DKS_EVENT_DAY, "day"},
      {DKS_EVENT_MET, "met"},
      {DKS_EVENT_SHARED, "shared"},
      {DKS_EVENT_CALLED, "called"},
      {DKS_EVENT_CRITICAL, "critical"},
      {DKS_EVENT_RELIEVED, "relieved"},
      {DKS_EVENT_WITHDREW, "withdrew"},
      {DKS_EVENT_RECOVERED, "recovered"},
      {DKS_EVENT_USED, "used"},
      {DKS_EVENT_EMOTE, "emote"},
      {DKS_EVENT_INTENT, "intent"}};
  int named = 0;
  for (uint32_t kind = 0; kind < 1000; ++kind) {
    named += strcmp(dks_event_name(kind), "unknown event") != 0;
  }
  assert_int_equal(named, sizeof kEvents / sizeof kEvents[0]);
  for (int i = 0; i < named; ++i) {
    assert_string_equal(dks_event_name(kEvents[i].kind), kEvents[i].name);
  }
}

static void texts_follow_convention_5(void** state) {
  (void)state;
  dks_model* const model = make_default(3);
  uint64_t size = 0;
  assert_ok(dks_model_world_json(model, NULL, 0, &size));
  assert_true(size > 100);
  char* const buffer = malloc(size + 1);
  memset(buffer, 'x', size + 1);
  uint64_t told = 0;
  assert_fails(dks_model_world_json(model, buffer, size, &told), DKS_E_LIMIT, "buffer: ");
  assert_int_equal(told, size);
  for (uint64_t i = 0; i <= size; ++i) {
    assert_int_equal(buffer[i], 'x');
  }
  assert_ok(dks_model_world_json(model, buffer, size + 1, NULL));
  assert_int_equal(strlen(buffer), size);
  assert_fails(dks_model_world_json(model, NULL, 10, &told), DKS_E_INVALID, "buffer");
  assert_fails(dks_model_world_json(model, NULL, 0, NULL), DKS_E_INVALID, "out_size");
  free(buffer);
  dks_model_destroy(model);
}

static void errors_are_readable_whatever_they_quote(void** state) {
  (void)state;
  dks_model* const model = make_default(1);
  dks_agent_id agent = 77;
  assert_fails(dks_model_find(model, "a\xff\xfe\n", &agent), DKS_E_NOTFOUND, "no agent called");
  for (const char* c = dks_last_error(); *c != '\0'; ++c) {
    assert_true((unsigned char)*c >= 0x20 && (unsigned char)*c != 0xff);
  }
  char* const longest = malloc(100001);
  memset(longest, 'n', 100000);
  longest[100000] = '\0';
  assert_fails(dks_model_find(model, longest, &agent), DKS_E_NOTFOUND, "no agent called");
  assert_true(strlen(dks_last_error()) < 2048);
  assert_int_equal(agent, 77);
  free(longest);
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_status_has_a_name),
      cmocka_unit_test(every_event_has_a_name),
      cmocka_unit_test(every_kind_of_event_has_a_name),
      cmocka_unit_test(texts_follow_convention_5),
      cmocka_unit_test(errors_are_readable_whatever_they_quote),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
