// The rules of activation for those who are removed and born in a step. Above each test stands a
// mutation of the rule that it catches; tests/checks/mutations.py tries them.
// SPDX-License-Identifier: MIT
#include "world/activation.h"
#include "world/streams.h"
#include "world_support.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>

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

// ---- removal ----

// Everybody removes the agent that comes right after it, if that is still there: the order of the
// step is known from a world in which nobody does.
struct Feud {
  explicit Feud(const ActivationDesc& desc)
      : order(orders(small_world(desc), 20, 1)[0]), lab(small_world(desc)) {
    lab.add_type("pet", [this](const StepBatch& batch, uint32_t row) {
      const size_t place = place_of(order, batch.table.id(row));
      if (place + 1 < order.size()) {
        batch.commands->remove(order[place + 1]);
      }
    });
    lab.spawn(20);
    lab.step();
  }
  // Every second one is left to act.
  Ids expected() const {
    Ids left;
    for (size_t place = 0; place < order.size(); place += 2) {
      left.push_back(order[place]);
    }
    return left;
  }
  Ids order;
  Lab lab;
};

// breaks: world/turns.cpp: `if (slot.removed) { continue; }` => ``
void who_is_removed_before_its_turn_does_not_act(void**) {
  const Feud feud({});
  assert_true(feud.lab.acted() == feud.expected());
}

// breaks: world/turns.cpp: `if (!slot.removed && table.type().act) {` => `if (table.type().act) {`
void who_is_removed_by_its_own_wave_before_its_turn_does_not_act(void**) {
  const Feud feud(ActivationDesc::simultaneous());
  assert_true(feud.lab.acted() == feud.expected());
}

// breaks: world/turns.cpp: `counters_.activations += slot.removed ? 0 : 1;` =>
// `++counters_.activations;`
void only_who_has_its_turn_counts_as_activated(void**) {
  for (const ActivationDesc& desc : {ActivationDesc(), ActivationDesc::simultaneous()}) {
    const Feud feud(desc);
    assert_int_equal(feud.lab.world.counters().activations, feud.expected().size());
  }
}

// breaks: world/turns.cpp: `if (!slots_[slot].removed) { wave_rows_` => `if (true) { wave_rows_`
void who_is_removed_by_an_earlier_wave_does_not_even_sense(void**) {
  Lab lab(small_world(waves(2)));
  Ids sensed;
  Ids removed;
  lab.add_type(
      "pet",
      [&](const StepBatch& batch, uint32_t) {
        if (removed.empty()) {
          batch.world.slots().for_each([&](AgentId agent, const AgentSlot&) {
            if (place_of(sensed, agent) == sensed.size()) {
              batch.commands->remove(agent);
              removed.push_back(agent);
            }
          });
        }
      },
      [&](const StepBatch& batch, uint32_t row) { sensed.push_back(batch.table.id(row)); }
  );
  lab.spawn(20);
  lab.step();
  assert_int_equal(sensed.size(), 10);
  assert_int_equal(removed.size(), 10);
  assert_int_equal(lab.turns.size(), 10);
}

// breaks: world/commands.cpp: `++world_.removed_;` => `world_.removed_ += slot->row > 0 ? 1 : 0;`
void who_removes_itself_is_gone_after_its_turn(void**) {
  Lab lab;
  lab.add_type("pet", [](const StepBatch& batch, uint32_t row) {
    batch.commands->remove(batch.table.id(row));
  });
  lab.spawn(1);
  lab.step();
  assert_int_equal(lab.turns.size(), 1);
  assert_int_equal(lab.world.agent_count(), 0);
  assert_int_equal(lab.world.table(0).size(), 0);
  lab.step();
  assert_int_equal(lab.turns.size(), 0);
}

// breaks: world/step.cpp: `for (const uint32_t slot : order_.slots()) {` => `for (const uint32_t
// slot : order_.slots().subspan(1)) {`
void who_acted_already_can_be_removed_and_what_it_did_stays(void**) {
  Lab lab;
  AgentId first{};
  lab.add_type("pet", [&first](const StepBatch& batch, uint32_t row) {
    if (!first) {
      first = batch.table.id(row);
    } else {
      batch.commands->remove(first);
    }
  });
  lab.spawn(5);
  lab.step();
  assert_int_equal(lab.turns.size(), 5);
  assert_true(lab.world.layer(0).at(0) == 5);
  assert_null(lab.world.find(first));
  assert_int_equal(lab.world.table(0).size(), 4);
}

// breaks: world/commands.cpp: `world_.grid_.lift(agent.index());` => ``
void nobody_meets_a_removed_agent_in_the_rest_of_the_step(void**) {
  Lab lab;
  AgentId victim{};
  std::vector<size_t> met;
  lab.add_type(
      "pet",
      [&](const StepBatch& batch, uint32_t) { batch.commands->remove(victim); },
      [&](const StepBatch& batch, uint32_t) {
        met.push_back(0);
        batch.world.grid().for_each_agent(9, 1, [&](uint32_t) { ++met.back(); });
      }
  );
  const Ids agents = lab.spawn(6, 0, 9);
  victim = orders(small_world(), 6, 1)[0].back();
  lab.step();
  assert_true(met == (std::vector<size_t>{6, 5, 5, 5, 5}));
}

// breaks: world/world.h: `return slot == nullptr || slot->removed ? nullptr : slot;` => `return
// slot;`
void nothing_can_be_done_to_a_removed_agent_in_the_rest_of_the_step(void**) {
  Lab lab;
  AgentId victim{};
  bool found = true;
  bool moved = true;
  double changed = 1;
  uint32_t note = 0;
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t) {
    batch.commands->remove(victim);
    found = batch.world.find(victim) != nullptr;
    moved = batch.commands->move(victim, 3);
    changed = batch.commands->change(victim, note, 1);
  });
  note = *lab.world.share_field("note", FieldType::kF64);
  victim = lab.spawn(3)[1];
  lab.step();
  assert_false(found);
  assert_false(moved);
  assert_true(changed == 0);
  assert_int_equal(lab.world.grid().empty_count(), 64 - 2);
}

// breaks: world/commands.cpp: `if (slot == nullptr || slot->removed) {` => `if (slot == nullptr) {`
void an_agent_is_removed_but_once(void**) {
  Lab lab;
  AgentId victim{};
  uint32_t count = 0;
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t) {
    batch.commands->remove(victim);
    count = batch.world.agent_count();
  });
  victim = lab.spawn(5)[0];
  lab.step();
  assert_int_equal(count, 4);
  assert_int_equal(lab.events(EventKind::kRemoved).size(), 1);
  assert_int_equal(lab.world.agent_count(), 4);
}

// breaks: base/slot_map.h: `tags_[index] = (id.generation() + 1) << 1;` => `tags_[index] =
// id.generation() << 1;`
void an_id_stays_stale_when_its_slot_has_another_tenant(void**) {
  Lab lab;
  AgentId victim{};
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t) {
    if (batch.world.find(victim) != nullptr) {
      batch.commands->remove(victim);
      batch.commands->spawn(0, 0, {});
    }
  });
  victim = lab.spawn(3)[1];
  lab.step();
  const AgentId tenant = lab.world.slots().id_at(victim.index());
  assert_true(tenant && tenant != victim);
  assert_null(lab.world.find(victim));
  assert_int_equal(
      static_cast<int>(lab.world.expect(victim).status()), static_cast<int>(Status::kStale)
  );
}

// breaks: world/commands.cpp: `slot->removed = true; ++world_.removed_;
// world_.grid_.lift(agent.index());` => `world_.free_agent(agent);`
void rows_stay_where_they_are_until_the_step_is_over(void**) {
  Lab lab;
  Ids rows;
  lab.add_type("pet", [&rows](const StepBatch& batch, uint32_t row) {
    const AgentId self = batch.table.id(row);
    batch.commands->remove(self == rows[0] ? rows[1] : rows[0]);
    assert_true(
        std::equal(rows.begin(), rows.end(), batch.table.ids().begin(), batch.table.ids().end())
    );
  });
  rows = lab.spawn(20);
  lab.step();
  assert_int_equal(lab.world.table(0).size(), lab.world.agent_count());
  assert_in_range(lab.world.agent_count(), 18, 19);
}

// ---- births ----

// breaks: world/turns.cpp: `if (!progress_.has_order) { PhaseClock clock;` => `if
// (!progress_.has_order) { commit(); PhaseClock clock;`
void who_is_born_in_a_step_first_acts_in_the_next(void**) {
  for (const bool shuffle : {false, true}) {
    Lab lab = staged_lab(shuffle);
    lab.add_type("pet", [&](const StepBatch& batch, uint32_t row) {
      if (batch.step == 0 && batch.stage == 0) {
        batch.commands->spawn(0, 5, batch.table.id(row));
      }
    });
    lab.spawn(3);
    lab.step();
    assert_int_equal(lab.turns.size(), 6);
    assert_int_equal(lab.world.agent_count(), 6);
    lab.step();
    assert_int_equal(lab.turns.size(), 12);
  }
}

// breaks: world/commands.cpp: `world_.newborn_.push_back({type, cell, parent});` =>
// `world_.add_agent(type, cell, parent);`
void a_newborn_is_seen_from_the_commit_on(void**) {
  Lab lab;
  std::vector<uint32_t> seen;
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t) {
    seen.push_back(batch.world.agent_count() + batch.world.grid().count(5));
    if (batch.step == 0) {
      batch.commands->spawn(0, 5, {});
    }
  });
  lab.spawn(2, 0, 0);
  lab.step();
  assert_true(seen == (std::vector<uint32_t>{2, 2}));
  assert_int_equal(lab.world.grid().count(5), 2);
  seen.clear();
  lab.step();
  assert_true(seen == (std::vector<uint32_t>{6, 6, 6, 6}));
}

// breaks: world/step.cpp: `add_agent(birth.type, birth.cell, birth.parent);` =>
// `add_agent(birth.type, birth.cell, {});`
void a_birth_is_told_with_its_parent(void**) {
  Lab lab;
  lab.add_type("pet", [](const StepBatch& batch, uint32_t row) {
    if (batch.step == 1) {
      batch.commands->spawn(0, 5, batch.table.id(row));
    }
  });
  const AgentId parent = lab.spawn(1)[0];
  lab.step();
  lab.step();
  const auto born = lab.events(EventKind::kBorn);
  assert_int_equal(born.size(), 1);
  assert_true(born[0].other == parent);
  assert_true(lab.world.find(born[0].agent) != nullptr);
  assert_int_equal(lab.world.cell_of(born[0].agent), 5);
}

// breaks: world/commands.cpp: `|| world_.room() == 0` => ``
void nobody_is_born_into_a_full_world(void**) {
  WorldDesc desc = small_world();
  desc.max_agents = 10;
  Lab lab(desc);
  int granted = 0;
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t) {
    granted += batch.commands->spawn(0, 5, {}) ? 1 : 0;
  });
  lab.spawn(6);
  lab.step();
  assert_int_equal(granted, 4);
  assert_int_equal(lab.world.agent_count(), 10);
}

// breaks: world/world.h: `return slots_.size() - removed_;` => `return slots_.size();`
void a_birth_takes_the_place_of_who_was_removed_in_the_same_step(void**) {
  WorldDesc desc = small_world();
  desc.max_agents = 4;
  Lab lab(desc);
  bool refused = true;
  bool granted = false;
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t row) {
    if (batch.step == 0 && !granted) {
      refused = !batch.commands->spawn(0, 5, {});
      batch.commands->remove(batch.table.id(row));
      granted = batch.commands->spawn(0, 5, {});
    }
  });
  lab.spawn(4);
  lab.step();
  assert_true(refused && granted);
  assert_int_equal(lab.world.agent_count(), 4);
  assert_int_equal(lab.events(EventKind::kBorn).size(), 4 + 1);
}

// breaks: world/population.cpp: `grid_.place(id.index(), grid_.nearest_cell(wanted,
// grid_.shape().cell_count(), has_room));` => `grid_.place(id.index(), wanted); (void)has_room;`
void who_is_born_in_a_full_cell_stands_beside_it(void**) {
  WorldDesc desc = small_world();
  desc.grid.capacity = 1;
  Lab lab(desc);
  lab.add_type("pet", [](const StepBatch& batch, uint32_t row) {
    const AgentId self = batch.table.id(row);
    if (batch.step == 0) {
      batch.commands->spawn(0, batch.world.cell_of(self), self);
    }
  });
  lab.spawn(1, 0, 27);
  lab.step();
  const AgentId child = lab.events(EventKind::kBorn)[1].agent;
  assert_true(lab.world.cell_of(child) != MultiGrid::kNone);
  assert_int_equal(lab.world.grid().distance(lab.world.cell_of(child), 27), 1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    cmocka_set_test_filter(argv[1]);
  }
  const CMUnitTest tests[] = {
      cmocka_unit_test(who_is_removed_before_its_turn_does_not_act),
      cmocka_unit_test(who_is_removed_by_its_own_wave_before_its_turn_does_not_act),
      cmocka_unit_test(only_who_has_its_turn_counts_as_activated),
      cmocka_unit_test(who_is_removed_by_an_earlier_wave_does_not_even_sense),
      cmocka_unit_test(who_removes_itself_is_gone_after_its_turn),
      cmocka_unit_test(who_acted_already_can_be_removed_and_what_it_did_stays),
      cmocka_unit_test(nobody_meets_a_removed_agent_in_the_rest_of_the_step),
      cmocka_unit_test(nothing_can_be_done_to_a_removed_agent_in_the_rest_of_the_step),
      cmocka_unit_test(an_agent_is_removed_but_once),
      cmocka_unit_test(an_id_stays_stale_when_its_slot_has_another_tenant),
      cmocka_unit_test(rows_stay_where_they_are_until_the_step_is_over),
      cmocka_unit_test(who_is_born_in_a_step_first_acts_in_the_next),
      cmocka_unit_test(a_newborn_is_seen_from_the_commit_on),
      cmocka_unit_test(a_birth_is_told_with_its_parent),
      cmocka_unit_test(nobody_is_born_into_a_full_world),
      cmocka_unit_test(a_birth_takes_the_place_of_who_was_removed_in_the_same_step),
      cmocka_unit_test(who_is_born_in_a_full_cell_stands_beside_it),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
