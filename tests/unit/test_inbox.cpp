// The inbox, and how messages reach the agents of a world. dks-test: threads
// SPDX-License-Identifier: MIT
#include "base/random.h"
#include "message/inbox.h"
#include "world_support.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <thread>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// Needs the four above.
#include <cmocka.h>
}

namespace {

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::test;  // NOLINT(google-build-using-namespace)

using Texts = std::vector<std::string>;

const auto admit_all = [](Letter&) { return true; };

Letter letter(std::string_view from, std::string_view text, uint64_t id = 0, uint64_t step = 0) {
  Letter made;
  made.from = from;
  made.text = text;
  made.id = id;
  made.step = step;
  return made;
}

void post(Inbox& inbox, std::vector<Letter> letters) {
  assert_true(inbox.post(letters).ok());
}

// "from:text" of what is due.
Texts gather(Inbox& inbox, uint64_t step) {
  Texts due;
  inbox.prepare(step);
  for (const Letter& got : inbox.gather(step, admit_all)) {
    due.push_back(std::string(got.from) + ":" + std::string(got.text));
  }
  return due;
}

void letters_come_by_source_then_id_then_arrival(void**) {
  Memory memory;
  Inbox inbox(&memory);
  post(inbox, {letter("u2", "a", 7), letter("u1", "b", 3), letter("", "c")});
  post(inbox, {letter("u1", "d", 2), letter("u2", "e", 7), letter("", "f")});
  assert_true(gather(inbox, 0) == (Texts{":c", ":f", "u1:d", "u1:b", "u2:a", "u2:e"}));
  assert_true(gather(inbox, 1).empty());
}

void letters_wait_for_their_step(void**) {
  Memory memory;
  Inbox inbox(&memory);
  post(inbox, {letter("u", "late", 0, 9), letter("u", "soon", 0, 3), letter("u", "now", 0, 0)});
  assert_true(gather(inbox, 2) == Texts{"u:now"});
  post(inbox, {letter("u", "past", 0, 1)});
  assert_true(gather(inbox, 3) == (Texts{"u:soon", "u:past"}));
  assert_true(gather(inbox, 8).empty());
  assert_true(gather(inbox, 30) == Texts{"u:late"});
}

void texts_are_copied_and_end_with_a_nul(void**) {
  Memory memory;
  Inbox inbox(&memory);
  std::string text = "hello";
  Letter given = letter("u1", text);
  given.to = "Momo";
  given.kind = "talk";
  given.field = "";
  post(inbox, {given});
  text = "XXXXX";
  inbox.prepare(0);
  const Letter got = inbox.gather(0, admit_all)[0];
  assert_string_equal(got.text.data(), "hello");
  assert_string_equal(got.from.data(), "u1");
  assert_string_equal(got.to.data(), "Momo");
  assert_string_equal(got.kind.data(), "talk");
  assert_string_equal(got.field.data(), "");
}

void a_full_inbox_takes_all_of_a_batch_or_nothing(void**) {
  Memory memory;
  Inbox inbox(&memory);
  const std::vector<Letter> many(Inbox::kMaxMessages - 1, letter("u", "x", 0, 5));
  assert_true(inbox.post(many).ok());
  const std::vector<Letter> two(2, letter("u", "y"));
  const auto posted = inbox.post(two);
  assert_int_equal(static_cast<int>(posted.status()), static_cast<int>(Status::kLimit));
  assert_int_equal(inbox.refused(), 2);
  post(inbox, {letter("u", "z")});
  assert_false(inbox.post({&two[0], 1}).ok());
  assert_true(gather(inbox, 0) == Texts{"u:z"});
  post(inbox, {letter("u", "z")});  // its place is free again
  assert_int_equal(gather(inbox, 5).size(), Inbox::kMaxMessages);
  assert_true(inbox.post(many).ok());
}

void bytes_are_bounded_too(void**) {
  Memory memory;
  Inbox inbox(&memory);
  const std::string half(Inbox::kMaxBytes / 2, 'x');
  post(inbox, {letter("u", half)});
  assert_false(inbox.post(std::vector<Letter>{letter("u", half)}).ok());
  assert_int_equal(gather(inbox, 0).size(), 1);
  post(inbox, {letter("u", half)});
}

void refused_letters_leave_their_place(void**) {
  Memory memory;
  Inbox inbox(&memory);
  const std::vector<Letter> many(Inbox::kMaxMessages, letter("u", "x", 0, 5));
  assert_true(inbox.post(many).ok());
  inbox.prepare(0);
  assert_true(inbox.gather(0, [](Letter&) { return false; }).empty());
  assert_true(inbox.post(many).ok());
}

void posting_one_by_one_costs_no_more_than_at_once(void**) {
  Memory memory;
  Inbox inbox(&memory);
  for (uint64_t i = 0; i < Inbox::kMaxMessages; ++i) {
    post(inbox, {letter("u", "some text")});
  }
  assert_true(memory.use().allocations < 100);
}

void letters_that_wait_do_not_cost_the_steps_in_between(void**) {
  Memory memory;
  Inbox inbox(&memory);
  const std::string text(500, 'x');
  Random random(1, 0, 0, 0);
  std::map<uint64_t, size_t> expected;
  for (int i = 0; i < 20000; ++i) {
    const uint64_t step = random.below(2000);
    post(inbox, {letter("u", text, 0, step)});
    ++expected[step];
  }
  gather(inbox, 0);
  const uint64_t before = memory.use().allocations;
  for (uint64_t step = 1; step < 2000; ++step) {
    assert_int_equal(inbox.prepare(step), expected[step]);
    assert_int_equal(inbox.gather(step, admit_all).size(), expected[step]);
  }
  assert_true(memory.use().allocations - before < 50);
}

void preparing_twice_loses_nothing_and_mixes_nothing(void**) {
  Memory memory;
  Inbox inbox(&memory);
  post(inbox, {letter("u2", "b"), letter("u1", "later", 0, 2)});
  assert_int_equal(inbox.prepare(0), 1);
  post(inbox, {letter("u1", "a"), letter("u3", "c")});
  assert_int_equal(inbox.prepare(0), 3);
  post(inbox, {letter("u0", "after", 0, 1)});  // came too late for this gather
  Texts due;
  for (const Letter& got : inbox.gather(0, admit_all)) {
    due.emplace_back(got.text);
  }
  assert_true(due == (Texts{"a", "b", "c"}));
  assert_true(gather(inbox, 2) == (Texts{"u0:after", "u1:later"}));
}

// Letters that wait and those that come share a buffer, which is cleared up on the way.
void what_waits_long_keeps_its_words(void**) {
  Memory memory;
  Inbox inbox(&memory);
  for (uint64_t step = 0; step < 300; ++step) {
    const std::string late = "late " + std::to_string(step);
    post(inbox, {letter("u", late, 0, step + 50), letter("v", "now", 0, step)});
    Texts expected = {"v:now"};
    if (step >= 50) {
      expected.insert(expected.begin(), "u:late " + std::to_string(step - 50));
    }
    assert_true(gather(inbox, step) == expected);
  }
}

// Letters of four threads: whoever was first, each source's come in its order.
void the_order_of_threads_does_not_show(void**) {
  Memory memory;
  Inbox inbox(&memory);
  std::vector<std::thread> threads;
  for (int source = 3; source >= 0; --source) {
    threads.emplace_back([&inbox, source] {
      const std::string from = "u" + std::to_string(source);
      for (int i = 0; i < 500; ++i) {
        const std::string text = std::to_string(i);
        const Letter one = letter(from, text);
        if (!inbox.post({&one, 1}).ok()) {
          std::abort();
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const Texts due = gather(inbox, 0);
  assert_int_equal(due.size(), 2000);
  for (size_t i = 0; i < due.size(); ++i) {
    assert_string_equal(
        due[i].c_str(), ("u" + std::to_string(i / 500) + ":" + std::to_string(i % 500)).c_str()
    );
  }
}

// ---- in a world ----

Letter mail(std::string_view from, std::string_view to, uint64_t id = 0, uint64_t step = 0) {
  Letter made = letter(from, "", id, step);
  made.to = to;
  made.kind = "feed";
  return made;
}

// ---- when memory is short ----

// Memory that fails once, after `left` more allocations; negative: never.
struct Scarce {
  static void* alloc(void* user, size_t size, size_t align) {
    int& left = static_cast<Scarce*>(user)->left;
    return left-- == 0 ? nullptr : std::aligned_alloc(align, (size + align - 1) / align * align);
  }
  static void dealloc(void*, void* memory, size_t) { std::free(memory); }
  int left = -1;
};

void populate(World& world) {
  AgentType type;
  type.name = "pet";
  (void)*world.add_type(type);
  assert_true(world.spawn(std::vector<World::Spawn>(3)).ok());
  assert_true(world.step().ok());
}

// As much as the inbox takes with the memory that there is.
size_t post_until_refused(World& world, const Letter& letter) {
  for (size_t posted = 0;; ++posted) {
    try {
      if (!world.post({&letter, 1}).ok()) {
        return posted;
      }
    } catch (const std::bad_alloc&) {
      return posted;
    }
  }
}

void a_world_at_its_limit_lives_on_with_what_it_accepted(void**) {
  Memory unlimited;
  World model(small_world(), unlimited);
  populate(model);
  Memory memory({}, unlimited.use().bytes + (4U << 20));
  World world(small_world(), memory);
  populate(world);
  const std::string text(64U << 10, 'x');
  Letter talk = mail("u1", "*");
  talk.text = text;
  for (int round = 0; round < 3; ++round) {
    const size_t posted = post_until_refused(world, talk);
    assert_true(posted > 8);
    assert_true(world.step().ok());
    assert_int_equal(world.messages().size(), posted);
    assert_true(world.step().ok());
  }
}

void a_step_without_memory_for_its_messages_can_be_done_later(void**) {
  int failed = 0;
  for (bool succeeded = false; !succeeded;) {
    Scarce scarce;
    Memory memory({Scarce::alloc, Scarce::dealloc, &scarce});
    World world(small_world(), memory);
    populate(world);
    Letter talk = mail("u1", "*");
    talk.text = "words";
    assert_true(world.post({&talk, 1}).ok());
    assert_true(world.step().ok());
    const std::vector<Letter> many(300, mail("u1", "*"));
    const std::vector<Letter> later(300, mail("u2", "Momo", 0, 5));
    assert_true(world.post(many).ok() && world.post(later).ok());
    const uint64_t before = world.hash();
    scarce.left = failed;
    try {
      assert_true(world.step().ok());
      succeeded = true;
    } catch (const std::bad_alloc&) {
      ++failed;
      assert_int_equal(world.hash(), before);
      assert_string_equal(world.messages()[0].text.data(), "words");
      assert_true(world.post({&talk, 1}).ok());
      assert_true(world.step().ok());
      assert_int_equal(world.messages().size(), 301);
      assert_string_equal(world.messages()[300].text.data(), "words");
    }
  }
  assert_true(failed > 4);
}

// ---- who hears what ----

// A world of pets that note what they are told, as "id of the message" in order.
struct Listeners {
  Listeners() {
    lab.add_type("pet", {}, [this](const StepBatch& batch, uint32_t row) {
      const AgentId self = batch.table.id(row);
      batch.world.for_each_message(self.index(), [&](const Message& message) {
        heard[self].push_back(message.id);
      });
    });
    const std::vector<World::Spawn> spawns = {{0, "Momo", {}}, {0, "Kiki", {}}, {0, "", {}}};
    agents = *lab.world.spawn(spawns);
    momo = agents[0];
  }
  void post(std::vector<Letter> letters) { assert_true(lab.world.post(letters).ok()); }
  std::vector<uint64_t> step() {
    heard.clear();
    lab.step();
    return heard[momo];
  }
  Lab lab;
  std::vector<AgentId> agents;
  AgentId momo;
  std::map<AgentId, std::vector<uint64_t>> heard;
};

using Numbered = std::vector<uint64_t>;

void a_repeat_is_dropped_and_counted(void**) {
  Listeners pets;
  pets.post({mail("u1", "Momo", 5), mail("u1", "Momo", 5), mail("u1", "Momo", 4)});
  assert_true(pets.step() == (Numbered{4, 5}));
  pets.post({mail("u1", "Momo", 5), mail("u1", "Momo", 6), mail("u2", "Momo", 5)});
  assert_true(pets.step() == (Numbered{6, 5}));
  assert_int_equal(pets.lab.world.inputs_accepted(), 4);
  assert_int_equal(pets.lab.world.inputs_dropped(), 2);
}

void letters_without_a_number_get_the_next_of_their_source(void**) {
  Listeners pets;
  pets.post({mail("u1", "Momo"), mail("u1", "Momo"), mail("u2", "Momo")});
  assert_true(pets.step() == (Numbered{1, 2, 1}));
  pets.post({mail("u1", "Momo"), mail("u1", "Momo", 7)});
  assert_true(pets.step() == (Numbered{7, 8}));
}

void a_letter_that_waited_is_no_repeat_of_later_ones(void**) {
  Listeners pets;
  pets.post({mail("u1", "Momo", 1, 3), mail("u1", "Momo", 2, 1)});
  assert_true(pets.step().empty());
  assert_true(pets.step() == Numbered{2});
  assert_true(pets.step().empty());
  assert_true(pets.step() == Numbered{1});
}

void a_message_reaches_its_agent_by_name_or_by_id(void**) {
  Listeners pets;
  Letter by_id = mail("u1", "");
  by_id.to_agent = pets.agents[2];
  pets.post({mail("u1", "Kiki"), by_id});
  pets.step();
  assert_true(pets.heard[pets.agents[1]] == Numbered{1});
  assert_true(pets.heard[pets.agents[2]] == Numbered{2});
  assert_true(pets.heard[pets.momo].empty());
  assert_int_equal(pets.lab.events(EventKind::kMessage).size(), 2);
}

void a_message_to_everybody_comes_in_order_with_those_to_one(void**) {
  Listeners pets;
  pets.post({mail("u1", "Momo"), mail("u1", "*"), mail("u1", "Momo"), mail("u1", "Kiki")});
  assert_true(pets.step() == (Numbered{1, 2, 3}));
  assert_true(pets.heard[pets.agents[1]] == (Numbered{2, 4}));
  assert_true(pets.heard[pets.agents[2]] == Numbered{2});
}

void a_message_to_nobody_is_told_and_counted(void**) {
  Listeners pets;
  Letter no_field = mail("u1", "world");
  no_field.field = "luck";
  Letter stale = mail("u1", "Momo");
  stale.to_agent = AgentId(pets.momo.index(), 9);
  pets.post(
      {mail("u1", "Nobody"),
       no_field,
       stale,
       mail("u1", "world"),
       mail("u1", "#news"),
       mail("u1", "")}
  );
  pets.step();
  assert_int_equal(pets.lab.events(EventKind::kUndelivered).size(), 3);
  assert_int_equal(pets.lab.world.inputs_dropped(), 3);
  assert_int_equal(pets.lab.world.inputs_accepted(), 3);
  assert_int_equal(pets.lab.world.messages().size(), 6);
}

void names_stay_readable_with_the_messages_of_the_step(void**) {
  Listeners pets;
  Letter given = mail("u1", "Nobody known");
  given.text = "some words";
  given.field = "";
  pets.post({given});
  pets.step();
  const Message& message = pets.lab.world.messages()[0];
  assert_string_equal(message.from_name.data(), "u1");
  assert_string_equal(message.to_name.data(), "Nobody known");
  assert_string_equal(message.kind_name.data(), "feed");
  assert_string_equal(message.field_name.data(), "");
  assert_string_equal(message.text.data(), "some words");
  pets.post({letter("u9", std::string(5000, 'x'))});  // the next letters do not disturb them
  assert_string_equal(message.text.data(), "some words");
}

void names_from_outside_do_not_fill_the_symbols(void**) {
  Listeners pets;
  const uint32_t before = pets.lab.world.symbols().size();
  for (int i = 0; i < 100; ++i) {
    const std::string name = "thing " + std::to_string(i);
    Letter given = mail("u1", name);
    given.kind = name;
    given.field = name;
    pets.post({given});
    pets.step();
  }
  assert_int_equal(pets.lab.world.symbols().size(), before + 1);  // the user
}

void the_queue_of_a_slot_is_not_for_its_next_tenant(void**) {
  Listeners pets;
  pets.post({mail("u1", "Momo"), mail("u1", "*")});
  pets.step();
  pets.lab.remove(pets.momo);
  const AgentId tenant = pets.lab.spawn(1)[0];
  assert_int_equal(tenant.index(), pets.momo.index());
  int read = 0;
  pets.lab.world.for_each_message(tenant.index(), [&](const Message&) { ++read; });
  assert_int_equal(read, 0);
  pets.lab.world.for_each_message(pets.agents[1].index(), [&](const Message&) { ++read; });
  assert_int_equal(read, 1);
  pets.post({mail("u1", "*")});
  pets.step();
  assert_int_equal(pets.heard[tenant].size(), 1);
}

void a_message_drives_a_field_for_its_steps(void**) {
  Listeners pets;
  Letter sensor = mail("s1", "world");
  sensor.kind = "sense";
  sensor.field = "temperature";
  sensor.value = 31.5;
  sensor.ttl = 2;
  pets.post({sensor});
  for (int step = 0; step < 4; ++step) {
    pets.step();
    const double now = pets.lab.world.environment().value(Environment::kTemperature);
    assert_int_equal(now == 31.5, step < 2);
  }
  sensor.value = 1e9;
  pets.post({sensor});
  pets.step();
  assert_true(pets.lab.world.environment().value(Environment::kTemperature) == 90);
}

void the_hash_knows_kinds_of_mail_by_text_and_no_names(void**) {
  const auto hash = [](const char* first, const char* told, const char* name) {
    Lab lab;
    lab.world.intern(first);  // numbers the symbols after it
    const uint32_t kind = lab.world.intern(told);
    AgentId other{};
    lab.add_type("pet", [&](const StepBatch& batch, uint32_t row) {
      batch.commands->tell(batch.table.id(row), other, 0, kind, 1);
    });
    const World::Spawn spawn{0, name, {}};
    other = (*lab.world.spawn({&spawn, 1}))[0];
    lab.step();
    return lab.world.hash();
  };
  const uint64_t plain = hash("a", "call", "Momo");
  assert_int_equal(hash("call", "call", "Momo"), plain);
  assert_int_equal(hash("a", "call", "Kiki"), plain);
  assert_int_not_equal(hash("a", "shout", "Momo"), plain);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(letters_come_by_source_then_id_then_arrival),
      cmocka_unit_test(letters_wait_for_their_step),
      cmocka_unit_test(texts_are_copied_and_end_with_a_nul),
      cmocka_unit_test(a_full_inbox_takes_all_of_a_batch_or_nothing),
      cmocka_unit_test(bytes_are_bounded_too),
      cmocka_unit_test(refused_letters_leave_their_place),
      cmocka_unit_test(posting_one_by_one_costs_no_more_than_at_once),
      cmocka_unit_test(letters_that_wait_do_not_cost_the_steps_in_between),
      cmocka_unit_test(preparing_twice_loses_nothing_and_mixes_nothing),
      cmocka_unit_test(what_waits_long_keeps_its_words),
      cmocka_unit_test(the_order_of_threads_does_not_show),
      cmocka_unit_test(a_world_at_its_limit_lives_on_with_what_it_accepted),
      cmocka_unit_test(a_step_without_memory_for_its_messages_can_be_done_later),
      cmocka_unit_test(a_repeat_is_dropped_and_counted),
      cmocka_unit_test(letters_without_a_number_get_the_next_of_their_source),
      cmocka_unit_test(a_letter_that_waited_is_no_repeat_of_later_ones),
      cmocka_unit_test(a_message_reaches_its_agent_by_name_or_by_id),
      cmocka_unit_test(a_message_to_everybody_comes_in_order_with_those_to_one),
      cmocka_unit_test(a_message_to_nobody_is_told_and_counted),
      cmocka_unit_test(names_stay_readable_with_the_messages_of_the_step),
      cmocka_unit_test(names_from_outside_do_not_fill_the_symbols),
      cmocka_unit_test(the_queue_of_a_slot_is_not_for_its_next_tenant),
      cmocka_unit_test(a_message_drives_a_field_for_its_steps),
      cmocka_unit_test(the_hash_knows_kinds_of_mail_by_text_and_no_names),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
