// Links: what agents send gets out and comes in, whatever the wire does. dks-test: threads
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "faults.h"
#include "support.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { kCriers = 3 };

// What the log hook heard.
static char heard[1024];
static int lines;
static void hear(void* user, int32_t level, const char* text) {
  (void)user;
  assert_in_range(level, DKS_LOG_ERROR, DKS_LOG_INFO);
  ++lines;
  snprintf(heard, sizeof heard, "%s", text);
}
static const dks_log_hook hook = {hear, NULL, NULL};

static int begin(void** state) {
  (void)state;
  faults_now = FAULT_NONE;
  faults_one_in = 1;
  heard[0] = '\0';
  lines = 0;
  assert_ok(dks_plugins_add(faults_plugin_query, faults_plugin_init, NULL));
  return 0;
}

static int end(void** state) {
  (void)state;
  assert_int_equal(faults_open, 0);
  return 0;
}

static dks_model* make_town(const char* name, uint32_t flags, uint64_t slow_ns) {
  char json[512];
  snprintf(
      json,
      sizeof json,
      "{\"name\":\"%s\",\"types\":{\"crier\":{\"plugin\":\"faults\"}},\"agents\":["
      "{\"type\":\"crier\",\"name\":\"Ann\"},{\"type\":\"crier\",\"name\":\"Bo\"},"
      "{\"type\":\"crier\",\"name\":\"Cy\"}]}",
      name
  );
  dks_plugin_rules rules;
  dks_plugin_rules_init(&rules);
  rules.flags = flags;
  rules.slow_ns = slow_ns;
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.log = &hook;
  desc.plugins = &rules;
  dks_model* model = NULL;
  assert_ok(make_world(&desc, json, &model));
  return model;
}

// A town whose criers are heard in another.
static dks_model* make_sender(uint32_t flags) {
  dks_model* const model = make_town("here", flags, 0);
  assert_ok(dks_model_open_link(model, "wire", "faulty:room"));
  return model;
}
static dks_model* make_receiver(void) {
  dks_model* const model = make_town("there", DKS_PLUGINS_GO_ON, 0);
  assert_ok(dks_model_open_link(model, "ear", "faulty:room"));
  assert_ok(dks_model_subscribe(model, "ear", "#news", 1));
  return model;
}

static dks_link_report report_of(const dks_model* model, const char* link) {
  dks_link_report report;
  dks_link_report_init(&report);
  assert_ok(dks_model_get_link_report(model, link, &report));
  return report;
}

// The numbers that a town hears from the criers of the other one: each crier's are to rise by one
// from 0, which tells what was lost, came twice or out of order.
typedef struct {
  uint64_t next[kCriers];
} ear;

static void listen(dks_model* model, ear* heard_of) {
  assert_ok(dks_model_step(model, 1));
  dks_message_view news;
  assert_ok(dks_model_messages(model, &news));
  for (uint64_t i = 0; i < news.count; ++i) {
    const dks_message* const message = &news.items[i];
    assert_string_equal(message->to, "#news");
    assert_string_equal(message->kind, "news");
    static const char* const criers[kCriers] = {"Ann@here", "Bo@here", "Cy@here"};
    int crier = 0;
    while (crier < kCriers && strcmp(message->from, criers[crier]) != 0) {
      ++crier;
    }
    assert_in_range(crier, 0, kCriers - 1);
    assert_int_equal((uint64_t)message->value, heard_of->next[crier]);
    ++heard_of->next[crier];
  }
}

static void messages_travel_between_worlds(void** state) {
  (void)state;
  dks_model* const from = make_sender(0);
  dks_model* const to = make_receiver();
  ear heard_of = {{0}};
  for (int step = 0; step < 50; ++step) {
    assert_ok(dks_model_step(from, 1));
    listen(to, &heard_of);
  }
  for (int crier = 0; crier < kCriers; ++crier) {
    assert_int_equal(heard_of.next[crier], 50);
  }
  const dks_link_report out = report_of(from, "wire");
  assert_int_equal(out.sent, 50 * kCriers);
  assert_int_equal(out.waiting + out.lost + out.errors + out.retries + out.refused, 0);
  assert_int_equal(out.received, 0); /* it did not subscribe */
  assert_int_equal(out.health, DKS_LINK_UP);
  assert_string_equal(out.scheme, "faulty");
  assert_string_equal(out.last_error, "");
  assert_int_equal(report_of(to, "ear").received, 50 * kCriers);

  assert_ok(dks_model_subscribe(to, "ear", "#news", 0));
  assert_ok(dks_model_step(from, 1));
  listen(to, &heard_of);
  assert_int_equal(heard_of.next[0], 50);
  dks_model_destroy(from);
  assert_ok(dks_model_step(to, 1));
  dks_model_destroy(to);
}

// Through every fault that a network has: nothing is lost, nothing comes twice, order is kept.
static void whatever_the_wire_does_every_message_comes_once_and_in_order(void** state) {
  (void)state;
  static const fault_kind faults[] = {
      FAULT_SEND,
      FAULT_SEND_SILENTLY,
      FAULT_POLL,
      FAULT_DONE_FAILS,
      FAULT_DONE_FAILS_AFTER,
      FAULT_DONE_LATE,
      FAULT_DONE_TWICE,
      FAULT_DONE_OF_NOTHING,
      FAULT_FULL,
      FAULT_GARBAGE,
      FAULT_HEALTH};
  for (size_t each = 0; each < sizeof faults / sizeof faults[0]; ++each) {
    for (unsigned one_in = 1; one_in <= 3; ++one_in) {
      dks_model* const from = make_sender(DKS_PLUGINS_GO_ON);
      dks_model* const to = make_receiver();
      ear heard_of = {{0}};
      faults_one_in = one_in;
      for (int step = 0; step < 60; ++step) {
        faults_now = step / 10 % 2 == 1 ? faults[each] : FAULT_NONE;
        assert_ok(dks_model_step(from, 1));
        assert_ok(dks_model_poll(from));
        if (step % 7 == 0) {
          faults_release();
        }
        listen(to, &heard_of);
      }
      faults_now = FAULT_NONE;
      faults_release();
      assert_ok(dks_model_poll(from));
      listen(to, &heard_of);
      const dks_link_report out = report_of(from, "wire");
      for (int crier = 0; crier < kCriers; ++crier) {
        if (heard_of.next[crier] != 60) {
          fail_msg(
              "fault %d, one in %u: heard %d of 60; %s",
              (int)faults[each],
              one_in,
              (int)heard_of.next[crier],
              out.last_error
          );
        }
      }
      assert_int_equal(out.waiting, 0);
      assert_int_equal(out.lost, 0);
      assert_int_equal(out.sent, 60 * kCriers);
      dks_model_destroy(to);
      dks_model_destroy(from);
    }
  }
}

// The step is done in any case; whether the host hears of it at once is its own choice.
static void a_failing_transport_is_told_by_name(void** state) {
  (void)state;
  static const struct {
    fault_kind is;
    dks_status status;
    const char* text;
  } cases[] = {
      {FAULT_SEND,
       DKS_E_USER,
       "link \"wire\": plugin \"faults\": transport \"faulty\": send: DKS_E_IO: the wire is cut"},
      {FAULT_SEND_SILENTLY, DKS_E_USER, "send: DKS_E_IO, without a text"},
      {FAULT_HEALTH, DKS_E_USER, "set_health: 77 is no DKS_LINK_*"},
      {FAULT_DONE_REFUSES, DKS_E_IO, "a batch is lost: DKS_E_INVALID: nobody can read that"}};
  for (size_t each = 0; each < sizeof cases / sizeof cases[0]; ++each) {
    for (uint32_t flags = 0; flags <= DKS_PLUGINS_GO_ON; ++flags) {
      dks_model* const model = make_sender(flags);
      faults_now = cases[each].is;
      lines = 0;
      if (flags == 0) {
        assert_fails(dks_model_step(model, 3), cases[each].status, cases[each].text);
        assert_int_equal(info_of(model).step, 1);
      } else {
        assert_ok(dks_model_step(model, 3));
        assert_int_equal(info_of(model).step, 3);
      }
      faults_now = FAULT_NONE;
      const dks_link_report report = report_of(model, "wire");
      assert_true(report.errors > 0);
      assert_in(report.last_error, cases[each].text);
      assert_true(lines > 0);
      assert_in(heard, cases[each].text);
      assert_ok(dks_model_step(model, 1));
      assert_int_equal(report_of(model, "wire").waiting, 0);
      dks_model_destroy(model);
    }
  }
}

static void a_poll_that_fails_is_told(void** state) {
  (void)state;
  dks_model* const model = make_sender(0);
  faults_now = FAULT_POLL;
  assert_ok(dks_model_step(model, 1));
  assert_fails(dks_model_poll(model), DKS_E_USER, "poll: DKS_E_IO: the socket is gone");
  faults_now = FAULT_NONE;
  assert_ok(dks_model_poll(model));
  dks_model_destroy(model);
}

// That a network is down is nobody's mistake.
static void a_batch_that_does_not_arrive_stops_nothing(void** state) {
  (void)state;
  dks_model* const model = make_sender(0);
  faults_now = FAULT_DONE_FAILS;
  assert_ok(dks_model_step(model, 20));
  dks_link_report report = report_of(model, "wire");
  assert_int_equal(report.waiting, 20 * kCriers);
  assert_int_equal(report.errors, 0);
  assert_true(report.retries >= 20);
  assert_in(report.last_error, "a batch is to be sent again: DKS_E_IO: the wire was cut");
  assert_in_range(lines, 2, 12); /* not one for each try */
  faults_now = FAULT_NONE;
  assert_ok(dks_model_poll(model));
  report = report_of(model, "wire");
  assert_int_equal(report.waiting, 0);
  assert_int_equal(report.sent, 20 * kCriers);
  dks_model_destroy(model);
}

// What waits is bounded, in messages; what is lost is counted, and told once, twice, four times ...
static void what_waits_is_bounded(void** state) {
  (void)state;
  dks_model* const model = make_sender(0);
  enum { kMost = 65536 };
  const uint32_t steps = kMost / kCriers;
  faults_now = FAULT_DONE_FAILS;
  assert_ok(dks_model_step(model, steps));
  assert_fails(dks_model_step(model, 10), DKS_E_LIMIT, "3 messages are lost: 65535 wait");
  assert_int_equal(info_of(model).step, steps + 1);
  dks_link_report report = report_of(model, "wire");
  assert_int_equal(report.waiting, steps * kCriers);
  assert_int_equal(report.lost, kCriers);
  faults_now = FAULT_NONE;
  assert_ok(dks_model_poll(model));
  report = report_of(model, "wire");
  assert_int_equal(report.sent, steps * kCriers);
  assert_int_equal(report.waiting, 0);
  dks_model_destroy(model);
}

static void a_slow_transport_is_told(void** state) {
  (void)state;
  dks_model* const model = make_town("here", 0, 1000000);
  assert_ok(dks_model_open_link(model, "wire", "faulty:room"));
  assert_ok(dks_model_step(model, 5));
  faults_now = FAULT_SLOW;
  assert_ok(dks_model_step(model, 2));
  const dks_link_report report = report_of(model, "wire");
  assert_in_range(report.slow_calls, 2, 7); /* two, and whatever the machine did meanwhile */
  assert_true(report.longest_ns > 1000000);
  assert_int_equal(report.errors, 0);
  assert_in(report.last_error, "send: took ");
  assert_in(report.last_error, " ns, expected at most 1000000");
  dks_model_destroy(model);
}

static void what_is_brought_in_is_checked(void** state) {
  (void)state;
  dks_model* const model = make_sender(0);
  faults_now = FAULT_GARBAGE;
  assert_ok(dks_model_step(model, 1));
  faults_now = FAULT_NONE;
  const dks_link_report report = report_of(model, "wire");
  assert_int_equal(report.received, 0);
  assert_true(report.refused >= 4);
  assert_int_equal(report.errors, 0);
  assert_in(report.last_error, "deliver: items[0].kind: ");
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(info_of(model).inputs_accepted, 0);
  dks_model_destroy(model);
}

// An address may have a password in it.
static void errors_of_opening_name_what_is_wrong_and_never_the_address(void** state) {
  (void)state;
  dks_model* const model = make_town("here", 0, 0);
  static const struct {
    const char* address;
    dks_status status;
    const char* text;
  } cases[] = {
      {"fault:user:secret@host",
       DKS_E_NOTFOUND,
       "no plugin is loaded that has a transport \"fault\"; did you mean \"faulty\"?"},
      {"secret", DKS_E_INVALID, "address: no ':' in it"},
      {"", DKS_E_INVALID, "address: expected 1 to 256 bytes of UTF-8"},
      {"faulty:\xff secret", DKS_E_INVALID, "address: expected 1 to 256 bytes of UTF-8"},
      {"faulty:", DKS_E_USER, "open: DKS_E_INVALID: expected exchange:ROOM, found no room"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
    assert_fails(
        dks_model_open_link(model, "wire", cases[i].address), cases[i].status, cases[i].text
    );
    assert_null(strstr(dks_last_error(), "secret"));
    assert_null(strstr(heard, "secret"));
  }
  faults_now = FAULT_OPEN;
  assert_fails(
      dks_model_open_link(model, "wire", "faulty:secret"),
      DKS_E_USER,
      "link \"wire\": plugin \"faults\": transport \"faulty\": open: DKS_E_IO: nobody answers"
  );
  assert_null(strstr(dks_last_error(), "secret"));
  faults_now = FAULT_NONE;
  const char* name = NULL;
  assert_fails(dks_model_link_name(model, 0, &name), DKS_E_NOTFOUND, "behind the last link");
  assert_ok(dks_model_open_link(model, "wire", "faulty:room"));
  assert_ok(dks_model_link_name(model, 0, &name));
  assert_string_equal(name, "wire");
  assert_fails(
      dks_model_open_link(model, "wire", "faulty:other"), DKS_E_INVALID, "a link \"wire\" already"
  );
  assert_fails(dks_model_close_link(model, "wires"), DKS_E_NOTFOUND, "did you mean \"wire\"?");
  faults_now = FAULT_SUBSCRIBE;
  assert_fails(
      dks_model_subscribe(model, "wire", "#news", 1),
      DKS_E_USER,
      "subscribe: DKS_E_IO: no such topic"
  );
  assert_ok(dks_model_step(model, 1)); /* it was told already */
  assert_ok(dks_model_close_link(model, "wire"));
  assert_int_equal(faults_open, 0);
  assert_ok(dks_model_step(model, 1));
  dks_model_destroy(model);
}

// What a link is told after the model has gone is not the library's to survive; that nothing comes
// after `close`, is.
static void links_close_with_what_is_still_out(void** state) {
  (void)state;
  dks_model* const model = make_sender(0);
  faults_now = FAULT_DONE_LATE;
  assert_ok(dks_model_step(model, 5));
  assert_int_equal(report_of(model, "wire").waiting, 5 * kCriers);
  dks_model_destroy(model);
  faults_release();
}

static uint64_t hash_with(fault_kind is, int with_link) {
  dks_model* const model = make_town("here", DKS_PLUGINS_GO_ON, 0);
  if (with_link) {
    assert_ok(dks_model_open_link(model, "wire", "faulty:room"));
  }
  faults_now = is;
  assert_ok(dks_model_step(model, 10));
  faults_now = FAULT_NONE;
  faults_release();
  const uint64_t hash = hash_of(model);
  dks_model_destroy(model);
  return hash;
}

static void a_link_is_no_part_of_the_state(void** state) {
  (void)state;
  const uint64_t alone = hash_with(FAULT_NONE, 0);
  for (int is = FAULT_NONE; is < FAULT_COUNT; ++is) {
    if (is != FAULT_OPEN) {
      assert_int_equal(hash_with((fault_kind)is, 1), alone);
    }
  }
}

static void texts_of_a_report_stay_until_the_next_call_that_changes_something(void** state) {
  (void)state;
  dks_model* const model = make_sender(DKS_PLUGINS_GO_ON);
  faults_now = FAULT_SEND;
  assert_ok(dks_model_step(model, 1));
  faults_now = FAULT_NONE;
  const dks_link_report first = report_of(model, "wire");
  char text[256];
  snprintf(text, sizeof text, "%s", first.last_error);
  for (int i = 0; i < 3; ++i) {
    const dks_link_report again = report_of(model, "wire");
    assert_ptr_equal(again.last_error, first.last_error);
    assert_string_equal(first.last_error, text);
  }
  dks_model_destroy(model);
}

// ---- two worlds on two threads, and a third that tells what became of batches

typedef struct {
  dks_model* model;
  int steps;
} walk;

static void* step_along(void* arg) {
  const walk* const of = arg;
  for (int i = 0; i < of->steps; ++i) {
    if (dks_model_step(of->model, 1) != DKS_OK) {
      return "a step failed";
    }
  }
  return NULL;
}

static void worlds_on_two_threads_hear_each_other(void** state) {
  (void)state;
  dks_model* towns[2];
  walk walks[2];
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) {
    towns[i] = make_town(i == 0 ? "here" : "there", 0, 0);
    assert_ok(dks_model_open_link(towns[i], "wire", "faulty:square"));
    assert_ok(dks_model_subscribe(towns[i], "wire", "#news", 1));
    walks[i].model = towns[i];
    walks[i].steps = 400;
  }
  for (int i = 0; i < 2; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, step_along, &walks[i]), 0);
  }
  for (int i = 0; i < 2; ++i) {
    void* wrong = NULL;
    pthread_join(threads[i], &wrong);
    assert_null(wrong);
  }
  for (int i = 0; i < 2; ++i) {
    assert_ok(dks_model_step(towns[i], 1));
    assert_int_equal(info_of(towns[i]).inputs_dropped, 0);
    assert_in_range(info_of(towns[i]).inputs_accepted, 400 * kCriers, 401 * kCriers);
  }
  dks_model_destroy(towns[0]);
  dks_model_destroy(towns[1]);
}

// ---- what plugins register

static dks_transport offered;
static int offered_twice;
static const dks_plugin_info* query_offer(void) {
  static const dks_plugin_info info = dks_plugin_info_init("offer", "1.0.0", "MIT", "for tests");
  return &info;
}
static const dks_host_api* offered_to;
static dks_status init_offer(const dks_host_api* host) {
  offered_to = host;
  const dks_status status = host->add_transport(host, &offered);
  return status == DKS_OK && offered_twice ? host->add_transport(host, &offered) : status;
}
static dks_status open_nothing(
    void* user, dks_link* link, const dks_link_info* info, void** out_state
) {
  (void)user, (void)link, (void)info, (void)out_state;
  return DKS_OK;
}
static void close_nothing(void* state) {
  (void)state;
}
static dks_status send_nothing(
    void* state, const dks_message* messages, uint32_t count, uint64_t ticket
) {
  (void)state, (void)messages, (void)count, (void)ticket;
  return DKS_OK;
}

static void transports_are_checked_when_they_register(void** state) {
  (void)state;
  const dks_transport good = {
      .struct_size = sizeof good,
      .scheme = "offer",
      .open = open_nothing,
      .close = close_nothing,
      .send = send_nothing};
  static const char* const schemes[] = {NULL, "", "Offer", "1offer", "of:fer", "of fer", "öffer"};
  for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; ++i) {
    offered = good;
    offered.scheme = schemes[i];
    assert_fails(
        dks_plugins_add(query_offer, init_offer, NULL), DKS_E_USER, "is not 1 to 64 lower-case"
    );
  }
  offered = good;
  offered.flags = 1;
  assert_fails(dks_plugins_add(query_offer, init_offer, NULL), DKS_E_USER, "flags 1, expected 0");
  offered = good;
  offered.send = NULL;
  assert_fails(
      dks_plugins_add(query_offer, init_offer, NULL), DKS_E_USER, "expected open, close and send"
  );
  offered = good;
  offered.struct_size = 12;
  assert_fails(dks_plugins_add(query_offer, init_offer, NULL), DKS_E_USER, "struct_size: 12");
  offered = good;
  offered.scheme = "faulty";
  assert_fails(
      dks_plugins_add(query_offer, init_offer, NULL),
      DKS_E_INVALID,
      "transport \"faulty\" is there already, from plugin \"faults\""
  );
  offered = good;
  offered_twice = 1;
  assert_fails(
      dks_plugins_add(query_offer, init_offer, NULL), DKS_E_USER, "\"offer\" stands twice"
  );
  offered_twice = 0;
  uint32_t plugin = 0;
  assert_ok(dks_plugins_add(query_offer, init_offer, &plugin));
  assert_int_equal(offered_to->add_transport(offered_to, &good), DKS_E_BUSY);
  assert_int_equal(offered_to->add_transport(NULL, &good), DKS_E_INVALID);
  assert_int_equal(offered_to->add_transport(offered_to, NULL), DKS_E_INVALID);
  dks_plugin_entry entry;
  dks_plugin_entry_init(&entry);
  assert_ok(dks_plugins_get_entry(plugin, &entry));
  assert_int_equal(entry.type_count, 0);
  assert_int_equal(entry.scheme_count, 1);
  assert_string_equal(entry.schemes[0], "offer");

  dks_model* const model = make_town("here", 0, 0);
  assert_ok(dks_model_open_link(model, "it", "offer:"));
  assert_fails(dks_model_subscribe(model, "it", "#news", 1), DKS_E_INVALID, "has no topics");
  assert_ok(dks_model_poll(model));
  dks_model_destroy(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(messages_travel_between_worlds, begin, end),
      cmocka_unit_test_setup_teardown(
          whatever_the_wire_does_every_message_comes_once_and_in_order, begin, end
      ),
      cmocka_unit_test_setup_teardown(a_failing_transport_is_told_by_name, begin, end),
      cmocka_unit_test_setup_teardown(a_poll_that_fails_is_told, begin, end),
      cmocka_unit_test_setup_teardown(a_batch_that_does_not_arrive_stops_nothing, begin, end),
      cmocka_unit_test_setup_teardown(what_waits_is_bounded, begin, end),
      cmocka_unit_test_setup_teardown(a_slow_transport_is_told, begin, end),
      cmocka_unit_test_setup_teardown(what_is_brought_in_is_checked, begin, end),
      cmocka_unit_test_setup_teardown(
          errors_of_opening_name_what_is_wrong_and_never_the_address, begin, end
      ),
      cmocka_unit_test_setup_teardown(links_close_with_what_is_still_out, begin, end),
      cmocka_unit_test_setup_teardown(a_link_is_no_part_of_the_state, begin, end),
      cmocka_unit_test_setup_teardown(
          texts_of_a_report_stay_until_the_next_call_that_changes_something, begin, end
      ),
      cmocka_unit_test_setup_teardown(worlds_on_two_threads_hear_each_other, begin, end),
      cmocka_unit_test_setup_teardown(transports_are_checked_when_they_register, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
