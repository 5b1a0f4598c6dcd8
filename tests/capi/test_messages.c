// Messages: into the inbox, in order to where they belong, as events. SPDX-License-Identifier: MIT
// dks-test: threads
#define _POSIX_C_SOURCE 200809L
#include "dks.h"

#include "support.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>

#include <cmocka.h>

static dks_model* model;
static dks_agent_id momo, suki;

static int setup(void** state) {
  (void)state;
  model = make_default(31);
  momo = spawn_at(model, "Momo", -1, -1);
  suki = spawn_at(model, "Suki", -1, -1);
  assert_ok(dks_model_step(model, 1));
  return 0;
}
static int teardown(void** state) {
  (void)state;
  dks_model_destroy(model);
  return 0;
}

static dks_message_view messages_of(dks_status (*function)(const dks_model*, dks_message_view*)) {
  dks_message_view view = {NULL, 0};
  assert_ok(function(model, &view));
  return view;
}
static dks_message_view queue_of(dks_agent_id agent) {
  dks_message_view view = {NULL, 0};
  assert_ok(dks_model_queue(model, agent, &view));
  return view;
}
static int count_events(uint32_t kind) {
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  int count = 0;
  for (uint64_t i = 0; i < events.count; ++i) {
    count += events.items[i].kind == kind;
  }
  return count;
}

static void messages_apply_by_source_and_id(void** state) {
  (void)state;
  dks_message items[5] = {
      feed("zoe", "Momo"),
      feed("ana", "Momo"),
      feed(NULL, "Momo"),
      feed("ana", "Momo"),
      feed("ben", "Momo")};
  items[1].id = 7;
  items[3].id = 3;
  items[0].id = 1;
  for (int i = 0; i < 5; ++i) {
    assert_ok(dks_model_post(model, &items[i], 1));
  }
  assert_ok(dks_model_step(model, 1));
  const dks_message_view view = messages_of(dks_model_messages);
  assert_int_equal(view.count, 5);
  static const char* const sources[] = {"", "ana", "ana", "ben", "zoe"};
  static const uint64_t ids[] = {0, 3, 7, 1, 1};
  for (int i = 0; i < 5; ++i) {
    assert_string_equal(view.items[i].from, sources[i]);
    if (i > 0) {
      assert_int_equal(view.items[i].id, ids[i]);
    }
    assert_int_equal(view.items[i].to_agent, momo);
    assert_string_equal(view.items[i].to, "Momo");
    assert_string_equal(view.items[i].kind, "feed");
    assert_int_equal(view.items[i].step, 1);
    assert_int_equal(view.items[i].struct_size, sizeof(dks_message));
  }
  assert_int_equal(queue_of(momo).count, 5);
  assert_int_equal(queue_of(suki).count, 0);
  assert_int_equal(count_events(DKS_EVENT_MESSAGE), 5);
  assert_int_equal(info_of(model).inputs_accepted, 5);
}

// Feedings among the last step's messages: pets write to each other, too.
static uint64_t feedings(void) {
  const dks_message_view view = messages_of(dks_model_messages);
  uint64_t count = 0;
  for (uint64_t i = 0; i < view.count; ++i) {
    count += strcmp(view.items[i].kind, "feed") == 0;
  }
  return count;
}

static void ids_rise_and_repeats_are_dropped(void** state) {
  (void)state;
  static const struct {
    uint64_t id, applied;
  } posts[] = {{5, 1}, {5, 0}, {3, 0}, {0, 1}, {6, 0}, {7, 1}};
  for (size_t i = 0; i < sizeof posts / sizeof posts[0]; ++i) {
    dks_message message = feed("ana", "Momo");
    message.id = posts[i].id;
    assert_ok(dks_model_post(model, &message, 1));
    assert_ok(dks_model_step(model, 1));
    assert_int_equal(feedings(), posts[i].applied);
  }
  assert_int_equal(info_of(model).inputs_accepted, 3);
  assert_int_equal(info_of(model).inputs_dropped, 3);
  dks_message other = feed("ben", "Momo");
  other.id = 5;
  assert_ok(dks_model_post(model, &other, 1));
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(feedings(), 1);
}

static void a_broadcast_reaches_every_pet_and_queues_stay_borrowed(void** state) {
  (void)state;
  const dks_message items[] = {feed("ana", "*"), feed("ben", "Suki")};
  assert_ok(dks_model_post(model, items, 2));
  assert_ok(dks_model_step(model, 1));
  const dks_message_view first = queue_of(momo);
  const dks_message_view second = queue_of(suki);
  const dks_message_view again = queue_of(momo);
  assert_int_equal(first.count, 1);
  assert_int_equal(second.count, 2);
  assert_ptr_equal(first.items, again.items);
  assert_string_equal(first.items[0].from, "ana");
  assert_string_equal(second.items[0].from, "ana");
  assert_string_equal(second.items[1].from, "ben");
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(queue_of(momo).count, 0);
}

static void channels_keep_apart_what_was_sent_to_them(void** state) {
  (void)state;
  const dks_message items[] = {feed("ana", "#a"), feed("ben", "#b"), feed("cleo", "#a")};
  assert_ok(dks_model_post(model, items, 3));
  assert_ok(dks_model_step(model, 1));
  dks_message_view a, b, none;
  assert_ok(dks_model_channel(model, "#a", &a));
  assert_ok(dks_model_channel(model, "#b", &b));
  assert_ok(dks_model_channel(model, "#nobody", &none));
  assert_int_equal(a.count, 2);
  assert_int_equal(b.count, 1);
  assert_int_equal(none.count, 0);
  assert_string_equal(a.items[1].from, "cleo");
  assert_string_equal(b.items[0].from, "ben");
  assert_fails(dks_model_channel(model, "a", &none), DKS_E_INVALID, "does not begin with '#'");
  assert_int_equal(count_events(DKS_EVENT_UNDELIVERED), 0);
}

static void a_message_to_nobody_is_an_event(void** state) {
  (void)state;
  dks_message items[] = {feed("ana", "Momu"), feed("ben", NULL)};
  items[1].to_agent = momo + 12345;
  assert_ok(dks_model_post(model, items, 2));
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(count_events(DKS_EVENT_UNDELIVERED), 2);
  assert_int_equal(count_events(DKS_EVENT_MESSAGE), 0);
  assert_int_equal(info_of(model).inputs_dropped, 2);
  assert_int_equal(messages_of(dks_model_messages).count, 2);
}

static void a_message_waits_for_its_step(void** state) {
  (void)state;
  dks_message message = feed("ana", "Momo");
  message.step = 4;
  message.text = "hel\0lo";
  message.text_size = 6;
  assert_ok(dks_model_post(model, &message, 1));
  for (uint64_t step = 1; step < 7; ++step) {
    assert_ok(dks_model_step(model, 1));
    assert_int_equal(feedings(), step == 4);
    if (step == 4) {
      const dks_message_view view = messages_of(dks_model_messages);
      assert_int_equal(view.items[0].text_size, 6);
      assert_memory_equal(view.items[0].text, "hel\0lo", 7);
    }
  }
}

static void care_reaches_the_pet(void** state) {
  (void)state;
  dks_model* const other = make_default(31);
  const dks_agent_id uncared = spawn_at(other, "Momo", -1, -1);
  spawn_at(other, "Suki", -1, -1);
  assert_ok(dks_model_step(other, 1));
  const double low = 0.1;
  assert_ok(dks_model_set(model, &momo, 1, "energy", 0, &low));
  assert_ok(dks_model_set(other, &uncared, 1, "energy", 0, &low));
  const dks_message message = feed("ana", "Momo");
  assert_ok(dks_model_post(model, &message, 1));
  assert_ok(dks_model_step(model, 1));
  assert_ok(dks_model_step(other, 1));
  const dks_column fed = column_of(model, "pet", "energy");
  const dks_column hungry = column_of(other, "pet", "energy");
  assert_true(column_number(&fed, 0, 0) > column_number(&hungry, 0, 0) + 0.2);
  dks_model_destroy(other);
}

static void a_reading_drives_the_field(void** state) {
  (void)state;
  assert_ok(post_json(
      model,
      "{\"from\": \"s1\", \"kind\": \"sense\", \"field\": \"temperature\", \"value\": 31.5, "
      "\"steps\": 2}"
  ));
  assert_ok(dks_model_step(model, 1));
  assert_true(environment_of(model, "temperature") == 31.5);
  assert_ok(dks_model_step(model, 2));
  assert_true(environment_of(model, "temperature") != 31.5);
  assert_ok(post_json(model, "{\"kind\": \"sense\", \"field\": \"weather\", \"value\": \"storm\"}")
  );
  assert_ok(dks_model_step(model, 1));
  assert_true(environment_of(model, "weather") == 3);
}

static void wrong_messages_are_refused_whole(void** state) {
  (void)state;
  dks_message items[2] = {feed("ana", "Momo"), feed("ben", "Momo")};
  items[1].value = NAN;
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].value: nan");
  items[1] = feed("b\xff", "Momo");
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].from");
  char longest[400];
  memset(longest, 'n', sizeof longest);
  longest[399] = '\0';
  items[1] = feed("ben", longest);
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].to");
  items[1] = feed("ben", "Momo");
  items[1].message_class = 4;
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].message_class: 4");
  items[1] = feed("ben", "Momo");
  items[1].text_size = 5;
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].text");
  items[1].text = longest;
  items[1].text_size = UINT64_MAX;
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].text");
  items[1] = feed("ben\n", "Momo");
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].from");
  items[1] = feed("ben", "Momo");
  items[1].field = "light";
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].field: \"light\"");
  items[1] = feed("ben", "Momo");
  items[1].struct_size = 0;
  assert_fails(dks_model_post(model, items, 2), DKS_E_INVALID, "items[1].struct_size");
  items[1] = feed("ben", "Momo");
  assert_fails(dks_model_post(model, items, UINT32_MAX), DKS_E_LIMIT, "4294967295");
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(messages_of(dks_model_messages).count, 0);
}

static void numbers_beyond_2_to_53_are_refused_and_spare_the_source(void** state) {
  (void)state;
  const uint64_t most = (uint64_t)1 << 53;
  dks_message message = feed("ana", "Momo");
  message.id = UINT64_MAX;
  assert_fails(
      dks_model_post(model, &message, 1),
      DKS_E_INVALID,
      "items[0].id: 18446744073709551615 is not in [0, 9007199254740992]"
  );
  message.id = 0;
  message.reply_to = most + 1;
  assert_fails(dks_model_post(model, &message, 1), DKS_E_INVALID, "items[0].reply_to: ");
  message.reply_to = most;
  message.step = most + 1;
  assert_fails(dks_model_post(model, &message, 1), DKS_E_INVALID, "items[0].step: ");
  message.step = 0;
  message.id = most;
  assert_ok(dks_model_post(model, &message, 1));
  assert_ok(dks_model_step(model, 1));
  message.id = 1;  // a repeat for ever
  assert_ok(dks_model_post(model, &message, 1));
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(messages_of(dks_model_messages).count, 0);
  assert_int_equal(info_of(model).inputs_dropped, 1);
}

// A struct is judged as the same message in JSON is.
static void wrong_readings_are_refused(void** state) {
  (void)state;
  dks_message message;
  dks_message_init(&message);
  message.kind = "sense";
  assert_fails(dks_model_post(model, &message, 1), DKS_E_NOTFOUND, "items[0].field: ");
  message.field = "lihgt";
  assert_fails(dks_model_post(model, &message, 1), DKS_E_NOTFOUND, "did you mean \"light\"?");
  message.field = "light";
  message.value = 99;
  assert_fails(dks_model_post(model, &message, 1), DKS_E_INVALID, "99 is not in [0, 1]");
  message.field = "weather";
  message.value = 1.5;
  assert_fails(dks_model_post(model, &message, 1), DKS_E_INVALID, "items[0].value: ");
  message.value = 3;
  message.to = "Momo";
  assert_fails(dks_model_post(model, &message, 1), DKS_E_INVALID, "items[0].to: ");
  message.to = NULL;
  message.to_agent = momo;
  assert_fails(dks_model_post(model, &message, 1), DKS_E_INVALID, "items[0].to: ");
  message.to_agent = DKS_AGENT_NONE;
  message.to = "world";
  assert_ok(dks_model_post(model, &message, 1));
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(messages_of(dks_model_messages).count, 1);
  assert_true(environment_of(model, "weather") == 3);
}

static void a_json_message_is_the_whole_record(void** state) {
  (void)state;
  char json[256];
  snprintf(
      json,
      sizeof json,
      "{\"from\": \"ana\", \"to_agent\": %" PRIu64
      ", \"kind\": \"feed\", \"value\": 7.5, \"id\": 9, "
      "\"reply_to\": 4, \"class\": \"state\", \"ttl\": 6, \"text\": \"hi\"}",
      momo
  );
  assert_ok(post_json(model, json));
  assert_ok(post_json(
      model,
      "{\"kind\": \"sense\", \"field\": \"light\", \"value\": 1, "
      "\"class\": \"volatile\", \"text\": \"from the roof\"}"
  ));
  assert_ok(dks_model_step(model, 1));
  const dks_message_view view = messages_of(dks_model_messages);
  assert_int_equal(view.count, 2);
  assert_int_equal(view.items[0].message_class, 3);
  const dks_message* const message = &view.items[1];
  assert_int_equal(message->to_agent, momo);
  assert_true(message->value == 7.5);
  assert_int_equal(message->id, 9);
  assert_int_equal(message->reply_to, 4);
  assert_int_equal(message->message_class, 2);
  assert_int_equal(message->ttl_steps, 6);
  assert_string_equal(message->text, "hi");
}

// Whether or not a species has an answer to them; others only if one has.
static void the_documented_kinds_are_always_known(void** state) {
  (void)state;
  dks_model* groomed = NULL;
  assert_ok(make_world(
      NULL,
      "{\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", "
      "\"playground\"]}, "
      "\"food\": {}}, \"species\": [{\"extends\": \"pet\", \"name\": \"cat\", \"care\": {\"feed\": "
      "null, "
      "\"pet\": null, \"play\": null, \"scold\": null, \"gift\": null, \"talk\": null, \"groom\": "
      "{}}}]}",
      &groomed
  ));
  static const char* const kinds[] = {"feed", "pet", "play", "scold", "gift", "talk", "groom"};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
    char json[64];
    snprintf(json, sizeof json, "{\"to\": \"*\", \"kind\": \"%s\"}", kinds[i]);
    assert_ok(post_json(groomed, json));
  }
  assert_fails(
      post_json(groomed, "{\"to\": \"*\", \"kind\": \"grom\"}"),
      DKS_E_INVALID,
      "did you mean \"groom\""
  );
  dks_model_destroy(groomed);
}

static void wrong_json_messages_are_refused_with_their_place(void** state) {
  (void)state;
  static const char* const wrong[][2] = {
      {"{\"to\": \"Momo\"}", "/kind"},
      {"{\"to\": \"Momo\", \"kind\": \"fed\"}", "did you mean \"feed\""},
      {"{\"to\": \"Mmo\", \"kind\": \"feed\"}", "did you mean \"Momo\""},
      {"{\"kind\": \"feed\"}", "/to"},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"step\": 0}", "in the past"},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"step\": -1}", "/step"},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"value\": \"2\"}", "/value"},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"id\": 9007199254740993}", "/id"},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"class\": \"durble\"}", "did you mean \"durable\""},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"from\": \"x\\ny\"}", "/from"},
      {"{\"to_agent\": 77, \"kind\": \"feed\"}", "/to_agent"},
      {"{\"to\": \"Momo\", \"kind\": \"talk\", \"field\": \"light\"}", "field"},
      {"{\"to\": \"Momo\", \"kind\": \"feed\", \"colour\": 2}", "colour"},
      {"{\"to\": 5, \"kind\": \"feed\"}", "/to"},
      {"{\"kind\": \"sense\", \"field\": \"tempreture\", \"value\": 3}", "temperature"},
      {"{\"kind\": \"sense\", \"field\": \"light\", \"value\": 3}", "/value"},
      {"{\"kind\": \"sense\", \"field\": \"weather\", \"value\": 0.5}", "/value"},
      {"{\"kind\": \"sense\", \"to\": \"Momo\", \"field\": \"light\", \"value\": 1}", "/to"},
      {"{\"kind\": \"talk\", \"to\": \"Momo\", \"text\": \"\\u0000\"}", "/text"},
      {"{\"kind\": \"talk\", \"to\": \"Momo\", \"text\": \"\xff\"}", "message:1"},
      {"{\"kind\": \"talk\"", "message:1"},
      {"", "message"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    const dks_status status = post_json(model, wrong[i][0]);
    if (status != DKS_E_INVALID && status != DKS_E_NOTFOUND) {
      fail_msg("%s: %s", wrong[i][0], dks_status_name(status));
    }
    assert_in(dks_last_error(), wrong[i][1]);
    assert_in(dks_last_error(), "message");
    assert_int_equal(
        dks_model_check_json(model, "message", wrong[i][0], strlen(wrong[i][0])), status
    );
  }
  const char* const right =
      "{\"to\": \"Momo\", \"kind\": \"talk\", \"text\": \"hello\", \"from\": \"ana\"}";
  assert_ok(dks_model_check_json(model, "message", right, strlen(right)));
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(messages_of(dks_model_messages).count, 0);
  assert_ok(post_json(model, right));
  assert_ok(dks_model_step(model, 1));
  const dks_message_view view = messages_of(dks_model_messages);
  assert_int_equal(view.count, 1);
  assert_string_equal(view.items[0].text, "hello");
}

static void a_full_inbox_refuses_and_counts(void** state) {
  (void)state;
  enum { kBatch = 1024 };
  dks_message batch[kBatch];
  for (int i = 0; i < kBatch; ++i) {
    batch[i] = feed("ana", "Momo");
  }
  uint64_t taken = 0;
  dks_status status = DKS_OK;
  while (status == DKS_OK && taken < 1000 * kBatch) {
    status = dks_model_post(model, batch, kBatch);
    taken += status == DKS_OK ? kBatch : 0;
  }
  assert_int_equal(status, DKS_E_LIMIT);
  assert_in(dks_last_error(), "inbox is full");
  assert_true(taken >= kBatch);
  assert_int_equal(info_of(model).inputs_dropped, kBatch);
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(info_of(model).inputs_accepted, taken);
  assert_ok(dks_model_post(model, batch, 1));
}

// Whoever is new may come from anywhere: their names stay within the limit, and the world goes on.
static void new_users_stay_within_the_memory_limit(void** state) {
  (void)state;
  enum { kBatch = 256, kRounds = 40 };
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.memory_limit = info_of(model).memory_bytes + (2 << 20);
  dks_model* limited = NULL;
  assert_ok(dks_model_create(&desc, &limited));
  static char names[kBatch][250];
  uint64_t held = 0;
  for (int round = 0; round < kRounds; ++round) {
    dks_message items[kBatch];
    for (int i = 0; i < kBatch; ++i) {
      snprintf(names[i], sizeof names[i], "%0240d", kBatch * round + i);
      items[i] = feed(names[i], "*");
    }
    assert_ok(dks_model_post(limited, items, kBatch));
    assert_ok(dks_model_step(limited, 1));
    held = held == 0 ? info_of(limited).memory_bytes : held;
  }
  const dks_model_info info = info_of(limited);
  assert_true(info.memory_bytes > held + kBatch * kRounds / 4 * 240);  // names count
  assert_true(info.memory_peak <= desc.memory_limit);
  assert_true(info.inputs_dropped > 0);
  assert_int_equal(info.inputs_dropped + info.inputs_accepted, kBatch * kRounds);
  // Who is known stays welcome.
  snprintf(names[0], sizeof names[0], "%0240d", 0);
  const dks_message message = feed(names[0], "*");
  assert_ok(dks_model_post(limited, &message, 1));
  assert_ok(dks_model_step(limited, 1));
  assert_int_equal(info_of(limited).inputs_accepted, info.inputs_accepted + 1);
  dks_model_destroy(limited);
}

// ---- from many threads while the world steps

enum { kThreads = 4, kPosts = 500 };

static void* post_many(void* name) {
  for (int i = 0; i < kPosts; ++i) {
    dks_message message = feed(name, i % 2 == 0 ? "Momo" : "Suki");
    if (i % 5 == 0) {
      message.kind = "sense";
      message.to = NULL;
      message.field = "noise";
      message.value = 0.5;
    }
    if (dks_model_post(model, &message, 1) != DKS_OK) {
      return name;
    }
  }
  return NULL;
}

static void posts_from_threads_arrive_all_while_the_world_steps(void** state) {
  (void)state;
  static char names[kThreads][3] = {"u0", "u1", "u2", "u3"};
  pthread_t threads[kThreads];
  for (int i = 0; i < kThreads; ++i) {
    assert_int_equal(pthread_create(&threads[i], NULL, post_many, names[i]), 0);
  }
  for (int i = 0; i < 50; ++i) {
    assert_ok(dks_model_step(model, 1));
  }
  for (int i = 0; i < kThreads; ++i) {
    void* failed = NULL;
    pthread_join(threads[i], &failed);
    assert_null(failed);
  }
  assert_ok(dks_model_step(model, 1));
  assert_int_equal(info_of(model).inputs_accepted, kThreads * kPosts);
  assert_int_equal(info_of(model).inputs_dropped, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(messages_apply_by_source_and_id),
      TEST(ids_rise_and_repeats_are_dropped),
      TEST(a_broadcast_reaches_every_pet_and_queues_stay_borrowed),
      TEST(channels_keep_apart_what_was_sent_to_them),
      TEST(a_message_to_nobody_is_an_event),
      TEST(a_message_waits_for_its_step),
      TEST(care_reaches_the_pet),
      TEST(a_reading_drives_the_field),
      TEST(wrong_messages_are_refused_whole),
      TEST(numbers_beyond_2_to_53_are_refused_and_spare_the_source),
      TEST(wrong_readings_are_refused),
      TEST(a_json_message_is_the_whole_record),
      TEST(the_documented_kinds_are_always_known),
      TEST(wrong_json_messages_are_refused_with_their_place),
      TEST(a_full_inbox_refuses_and_counts),
      TEST(new_users_stay_within_the_memory_limit),
      TEST(posts_from_threads_arrive_all_while_the_world_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
