// Whether two worlds are one to whoever looks. SPDX-License-Identifier: MIT
#pragma once

#include "restless_world.h"

#include <tuple>

namespace dks::test {

inline void expect_same_messages(std::span<const Message> of, std::span<const Message> with) {
  const auto all = [](const Message& m) {
    return std::tie(
        m.id,
        m.reply_to,
        m.step,
        m.to_agent,
        m.from_agent,
        m.from,
        m.kind,
        m.value,
        m.from_name,
        m.to_name,
        m.kind_name,
        m.field_name,
        m.text
    );
  };
  assert_int_equal(of.size(), with.size());
  for (size_t i = 0; i < of.size(); ++i) {
    assert_true(all(of[i]) == all(with[i]));
    for (const std::string_view text : {of[i].from_name, of[i].to_name, of[i].kind_name}) {
      assert_int_equal(text.data()[text.size()], '\0');
    }
  }
}

// All that can be asked of a world.
inline void expect_same(const World& copy, const World& world) {
  check(copy);
  assert_int_equal(copy.hash(), world.hash());
  assert_int_equal(copy.step_number(), world.step_number());
  assert_int_equal(copy.agent_count(), world.agent_count());
  assert_true(copy.names() == world.names());
  assert_int_equal(copy.inputs_accepted(), world.inputs_accepted());
  assert_int_equal(copy.inputs_dropped(), world.inputs_dropped());
  expect_same_messages(copy.messages(), world.messages());
  expect_same_messages(copy.outbox(), world.outbox());
  assert_int_equal(copy.events().size(), world.events().size());
  for (size_t i = 0; i < world.events().size(); ++i) {
    const Event& a = copy.events()[i];
    const Event& b = world.events()[i];
    assert_true(a.kind == b.kind && a.agent == b.agent && a.other == b.other && a.step == b.step);
  }
  world.slots().for_each([&](AgentId agent, const AgentSlot&) {
    assert_true(copy.name(agent) == world.name(agent));
    int of_copy = 0;
    int of_world = 0;
    copy.for_each_message(agent.index(), [&](const Message&) { ++of_copy; });
    world.for_each_message(agent.index(), [&](const Message&) { ++of_world; });
    assert_int_equal(of_copy, of_world);
  });
  for (uint32_t layer = 0; layer < world.layer_count(); ++layer) {
    const auto values = world.layer(layer).values();
    assert_true(std::equal(values.begin(), values.end(), copy.layer(layer).values().begin()));
  }
  for (uint32_t symbol = 0; symbol <= world.symbols().size(); ++symbol) {
    assert_true(copy.symbols().name(symbol) == world.symbols().name(symbol));
  }
}

// One for the next step and one that waits.
inline void post_a_text(World& world) {
  Letter letters[2];
  for (Letter& letter : letters) {
    letter.from = "a user with a name too long for the string itself";
    letter.to = "*";
    letter.kind = "talk";
    letter.text = "words, words, words";
  }
  letters[1].step = world.step_number() + 3;  // waits
  assert_true(world.post(letters).ok());
}

}  // namespace dks::test
