// The hash of a world: whatever steps depend on changes it, part by part.
// SPDX-License-Identifier: MIT
#include "restless_world.h"

#include <map>
#include <string>
#include <vector>

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

// A cat and a dog in one cell, a third one elsewhere.
struct Pets {
  explicit Pets(const WorldDesc& desc = restless_world({}, 2, 0)) : world(desc, memory) {
    build(world);
    const std::vector<World::Spawn> spawns = {{0, "", 5}, {1, "", 5}, {0, "", 9}};
    ids = *world.spawn(spawns);
  }
  void set(const char* field, uint32_t element, double value) {
    assert_true(world.set({&ids[0], 1}, field, element, {&value, 1}).ok());
  }
  void move(uint32_t pet, uint32_t cell) {
    assert_true(world.move({&ids[pet], 1}, {&cell, 1}).ok());
  }
  void set_layer(uint32_t layer, uint32_t cell, double value) {
    assert_true(world.set_layer(layer, {&cell, 1}, {&value, 1}).ok());
  }
  void spawn() { assert_true(world.spawn(std::vector<World::Spawn>(1)).ok()); }
  void remove(AgentId agent) { assert_true(world.remove({&agent, 1}).ok()); }
  void tell(uint32_t to, double value) {
    Commands(world).tell(ids[0], ids[to], 0, world.intern("call"), value);
  }

  Memory memory;
  World world;
  std::vector<AgentId> ids;
};

struct Change {
  const char* what;
  void (*make)(Pets& pets);
};

const Change kChanges[] = {
    {"nothing", [](Pets&) {}},
    {"a field", [](Pets& pets) { pets.set("mood", 0, 0.5); }},
    {"a field of another type", [](Pets& pets) { pets.set("thought", 0, 0.5); }},
    {"a later element", [](Pets& pets) { pets.set("cat", 2, 8); }},
    {"another element", [](Pets& pets) { pets.set("cat", 1, 8); }},
    {"a cell", [](Pets& pets) { pets.move(2, 10); }},
    {"the order in a cell",
     [](Pets& pets) {
       pets.move(0, 6);
       pets.move(0, 5);
     }},
    {"a birth", [](Pets& pets) { pets.spawn(); }},
    {"a birth and a death",  // all is as it was but the ids and uids to come
     [](Pets& pets) {
       pets.spawn();
       pets.remove(pets.world.table(0).id(2));
     }},
    {"a death", [](Pets& pets) { pets.remove(pets.ids[2]); }},
    {"a death of another", [](Pets& pets) { pets.remove(pets.ids[0]); }},
    {"free slots",
     [](Pets& pets) {
       pets.remove(pets.ids[0]);
       pets.remove(pets.ids[2]);
     }},
    {"free slots in another order",
     [](Pets& pets) {
       pets.remove(pets.ids[2]);
       pets.remove(pets.ids[0]);
     }},
    {"a layer", [](Pets& pets) { pets.set_layer(0, 7, 1); }},
    {"another layer", [](Pets& pets) { pets.set_layer(1, 7, 1); }},
    {"the environment", [](Pets& pets) { assert_true(pets.world.drive(6, 0.75, 3).ok()); }},
    {"how long it is driven", [](Pets& pets) { assert_true(pets.world.drive(6, 0.75, 4).ok()); }},
    {"a timer", [](Pets& pets) { pets.world.timers_at_boundary().add({.name = "a", .start = 8}); }},
    {"another timer",
     [](Pets& pets) { pets.world.timers_at_boundary().add({.name = "a", .start = 9}); }},
    {"a paused timer",
     [](Pets& pets) { assert_true(pets.world.timers_at_boundary().pause(1, true).ok()); }},
    {"a message under way", [](Pets& pets) { pets.tell(1, 1); }},
    {"its value", [](Pets& pets) { pets.tell(1, 2); }},
    {"who it is for", [](Pets& pets) { pets.tell(2, 1); }},
    {"an output",  // numbers those to come
     [](Pets& pets) { Commands(pets.world).tell(pets.ids[0], {}, pets.world.intern("#a"), 0, 1); }},
};

void each_part_of_the_state_changes_the_hash(void**) {
  std::map<uint64_t, std::string> known;
  for (const Change& change : kChanges) {
    Pets pets;
    change.make(pets);
    const auto [found, fresh] = known.try_emplace(pets.world.hash(), change.what);
    if (!fresh) {
      fail_msg("the same hash: %s, %s", found->second.c_str(), change.what);
    }
  }
}

void seed_and_id_are_part_of_it(void**) {
  WorldDesc desc = restless_world({}, 2, 0);
  const uint64_t plain = Pets(desc).world.hash();
  desc.id = 1;
  assert_true(Pets(desc).world.hash() != plain);
  desc.id = 0;
  desc.seed = 4;
  assert_true(Pets(desc).world.hash() != plain);
}

// Changes that are taken back leave no trace.
void the_same_state_has_the_same_hash(void**) {
  Pets pets;
  const uint64_t before = pets.world.hash();
  assert_true(Pets().world.hash() == before);
  pets.set("mood", 0, 0.5);
  pets.set_layer(1, 7, 1);
  pets.move(2, 10);
  assert_true(pets.world.hash() != before);
  pets.set("mood", 0, 0);
  pets.set_layer(1, 7, 0.5);
  pets.move(2, 9);
  assert_true(pets.world.hash() == before);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(each_part_of_the_state_changes_the_hash),
      cmocka_unit_test(seed_and_id_are_part_of_it),
      cmocka_unit_test(the_same_state_has_the_same_hash),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
