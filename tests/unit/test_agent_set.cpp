// Agent sets: select, take, sort, shuffle, update, aggregate, group.
// SPDX-License-Identifier: MIT
#include "data/agent_set.h"
#include "world_support.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

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

// 6 cats with energy and age, 3 owls with age only.
struct Zoo {
  Zoo() : world(small_world(), memory) {
    (void)*world.add_type(quiet(
        "cat",
        {{.name = "energy", .initial = 0.5, .max = 1},
         {.name = "age", .type = FieldType::kU8, .max = 20}}
    ));
    (void)*world.add_type(quiet("owl", {{.name = "age", .type = FieldType::kI32}}));
    cats = *world.spawn(std::vector<World::Spawn>(6, {.type = 0, .name = "", .cell = {}}));
    owls = *world.spawn(std::vector<World::Spawn>(3, {.type = 1, .name = "", .cell = 7}));
    set("energy", cats, {0.5, 0.25, 0.75, 0.25, 1, 0});
    set("age", cats, {3, 1, 4, 1, 5, 9});
    set("age", owls, {2, -6, 5});
  }
  void set(std::string_view field, const Ids& agents, const Numbers& values) {
    assert_true(world.set(agents, field, 0, values).ok());
  }
  double number(AgentId agent, std::string_view field) const {
    const AgentSlot& slot = *world.find(agent);
    const Table& table = world.table(slot.type);
    return table.number(*table.find(field), slot.row);
  }
  Memory memory;
  World world;
  Ids cats, owls;
};

Ids ids(const AgentSet& set) {
  return {set.ids().begin(), set.ids().end()};
}

Ids joined(Ids a, const Ids& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

void a_set_is_all_agents_of_a_type_or_of_all_by_id(void**) {
  Zoo zoo;
  assert_true(ids(AgentSet(zoo.world, 0)) == zoo.cats);
  assert_true(ids(AgentSet(zoo.world, 1)) == zoo.owls);
  assert_true(ids(AgentSet(zoo.world)) == joined(zoo.cats, zoo.owls));
  // A slot that is used again has a higher id, which comes last.
  assert_true(zoo.world.remove({&zoo.cats[2], 1}).ok());
  const World::Spawn spawn{0, "", {}};
  const AgentId again = (*zoo.world.spawn({&spawn, 1}))[0];
  assert_int_equal(again.index(), zoo.cats[2].index());
  assert_true(ids(AgentSet(zoo.world)).back() == again);
}

void select_keeps_those_for_which_it_holds(void**) {
  Zoo zoo;
  const auto select = [&](std::string_view field, Comparison op, double value) {
    AgentSet set(zoo.world);
    assert_true(set.select(field, op, value).ok());
    return ids(set);
  };
  const Ids& c = zoo.cats;
  const Ids& o = zoo.owls;
  assert_true(select("energy", Comparison::kLess, 0.5) == (Ids{c[1], c[3], c[5]}));
  assert_true(select("energy", Comparison::kLessEqual, 0.5) == (Ids{c[0], c[1], c[3], c[5]}));
  assert_true(select("energy", Comparison::kEqual, 0.25) == (Ids{c[1], c[3]}));
  assert_true(select("energy", Comparison::kNotEqual, 0.25) == (Ids{c[0], c[2], c[4], c[5]}));
  assert_true(select("energy", Comparison::kGreaterEqual, 0.75) == (Ids{c[2], c[4]}));
  assert_true(select("energy", Comparison::kGreater, 0.75) == Ids{c[4]});
  assert_true(select("age", Comparison::kEqual, 5) == (Ids{c[4], o[2]}));
  assert_true(select("cell", Comparison::kEqual, 7).size() >= 3);
  assert_true(select("id", Comparison::kEqual, static_cast<double>(o[1].value())) == Ids{o[1]});
}

void take_keeps_the_first(void**) {
  Zoo zoo;
  AgentSet set(zoo.world, 0);
  set.take(100);
  assert_int_equal(set.ids().size(), 6);
  set.take(2);
  assert_true(ids(set) == (Ids{zoo.cats[0], zoo.cats[1]}));
  set.take(0);
  assert_true(ids(set).empty());
}

void take_counts_only_who_is_still_there(void**) {
  Zoo zoo;
  AgentSet set(zoo.world, 0);
  assert_true(zoo.world.remove({zoo.cats.data(), 2}).ok());
  set.take(2);
  assert_true(ids(set) == (Ids{zoo.cats[2], zoo.cats[3]}));
}

void sort_breaks_ties_by_id_in_both_directions(void**) {
  Zoo zoo;
  AgentSet set(zoo.world, 0);
  set.shuffle(3);
  assert_true(set.sort("energy", false).ok());
  const Ids& c = zoo.cats;
  assert_true(ids(set) == (Ids{c[5], c[1], c[3], c[0], c[2], c[4]}));
  set.shuffle(4);
  assert_true(set.sort("energy", true).ok());
  assert_true(ids(set) == (Ids{c[4], c[2], c[0], c[1], c[3], c[5]}));
}

void sort_puts_who_lacks_the_field_and_nan_last(void**) {
  Zoo zoo;
  zoo.world.table_at_boundary(0).ref<float>(0, zoo.world.find(zoo.cats[0])->row) = NAN;
  for (const bool descending : {false, true}) {
    AgentSet set(zoo.world);
    set.shuffle(1);
    assert_true(set.sort("energy", descending).ok());
    const Ids sorted_ids = ids(set);
    assert_true(Ids(sorted_ids.begin() + 5, sorted_ids.end()) == joined({zoo.cats[0]}, zoo.owls));
  }
}

void shuffle_is_the_same_for_the_same_key_and_step(void**) {
  Zoo zoo;
  const auto shuffled = [&](uint64_t key) {
    AgentSet set(zoo.world);
    set.shuffle(key);
    return ids(set);
  };
  const Ids first = shuffled(1);
  assert_true(first == shuffled(1));
  assert_true(first != shuffled(2));
  assert_true(sorted(first) == joined(zoo.cats, zoo.owls));
  assert_true(zoo.world.step().ok());
  assert_true(first != shuffled(1));
}

void shuffle_makes_every_order_equally_likely(void**) {
  Zoo zoo;
  std::map<Ids, int> count;
  for (uint64_t key = 0; key < 6000; ++key) {
    AgentSet set(zoo.world, 1);
    set.shuffle(key);
    ++count[ids(set)];
  }
  assert_int_equal(count.size(), 6);
  for (const auto& [order, times] : count) {
    assert_in_range(times, 870, 1130);  // 1000 +- 28.9
  }
}

void update_is_cut_to_the_range_and_rounded_in_integers(void**) {
  Zoo zoo;
  AgentSet set(zoo.world);
  assert_true(set.update(zoo.world, "energy", 2, 0.25).ok());
  const Numbers energy = {1, 0.75, 1, 0.75, 1, 0.25};
  const Numbers age = {5, 2, 6, 2, 8, 14};
  const Numbers owl_age = {3, -9, 8};
  assert_true(set.update(zoo.world, "age", 1.5, 0).ok());
  for (size_t i = 0; i < 6; ++i) {
    assert_true(zoo.number(zoo.cats[i], "energy") == energy[i]);
    assert_true(zoo.number(zoo.cats[i], "age") == age[i]);
  }
  for (size_t i = 0; i < 3; ++i) {
    assert_true(zoo.number(zoo.owls[i], "age") == owl_age[i]);
  }
  assert_true(set.update(zoo.world, "age", 1e9, 0).ok());
  assert_true(zoo.number(zoo.cats[0], "age") == 20);
}

void update_with_no_number_changes_nothing(void**) {
  Zoo zoo;
  AgentSet set(zoo.world);
  const uint64_t before = zoo.world.hash();
  assert_false(set.update(zoo.world, "energy", NAN, 0).ok());
  assert_false(set.update(zoo.world, "energy", 1, NAN).ok());
  assert_false(set.update(zoo.world, "cell", 1, 1).ok());
  assert_false(set.update(zoo.world, "id", 1, 1).ok());
  assert_false(set.update(zoo.world, "luck", 1, 1).ok());
  assert_int_equal(zoo.world.hash(), before);
}

void aggregates_leave_out_who_lacks_the_field(void**) {
  Zoo zoo;
  const AgentSet set(zoo.world);
  assert_true(*set.aggregate("energy", Aggregate::kCount) == 6);
  assert_true(*set.aggregate("energy", Aggregate::kSum) == 2.75);
  assert_true(*set.aggregate("energy", Aggregate::kMax) == 1);
  assert_true(*set.aggregate("age", Aggregate::kCount) == 9);
  assert_true(*set.aggregate("age", Aggregate::kMin) == -6);
  assert_true(*AgentSet(zoo.world, 1).aggregate("age", Aggregate::kMean) == 1.0 / 3);
  const AgentSet owls(zoo.world, 1);
  assert_true(*owls.aggregate("energy", Aggregate::kCount) == 0);
  assert_true(std::isnan(*owls.aggregate("energy", Aggregate::kMean)));
}

void groups_come_by_rising_key(void**) {
  Zoo zoo;
  const AgentSet set(zoo.world);
  const auto groups = set.group_by("age", "energy", Aggregate::kSum);
  assert_true(groups.ok());
  const std::vector<std::pair<double, double>> expected = {
      {1, 0.5}, {3, 0.5}, {4, 0.75}, {5, 1}, {9, 0}};
  assert_int_equal(groups->size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    assert_true((*groups)[i].key == expected[i].first && (*groups)[i].value == expected[i].second);
  }
  const auto all = set.group_by("age", "age", Aggregate::kCount);
  assert_true((*all)[0].key == -6 && all->size() == 7);
}

void groups_of_nan_are_one_and_last(void**) {
  Zoo zoo;
  for (const size_t cat : {0U, 3U}) {
    zoo.world.table_at_boundary(0).ref<float>(0, zoo.world.find(zoo.cats[cat])->row) = NAN;
  }
  const auto groups = AgentSet(zoo.world).group_by("energy", "age", Aggregate::kSum);
  assert_int_equal(groups->size(), 5);
  assert_true(std::isnan(groups->back().key) && groups->back().value == 4);
}

void a_field_that_no_type_has_is_not_found(void**) {
  Zoo zoo;
  AgentSet set(zoo.world, 1);
  const auto not_found = [](const auto& result) { return result.status() == Status::kNotFound; };
  assert_true(not_found(set.select("luck", Comparison::kLess, 1)));
  assert_true(not_found(set.sort("luck", false)));
  assert_true(not_found(set.aggregate("luck", Aggregate::kSum)));
  assert_true(not_found(set.group_by("luck", "age", Aggregate::kSum)));
  assert_true(not_found(set.group_by("age", "luck", Aggregate::kSum)));
  assert_true(ids(set) == zoo.owls);
  assert_true(set.select("energy", Comparison::kLess, 1).ok());  // cats have it, these do not
  assert_true(ids(set).empty());
}

void who_is_gone_drops_out_of_everything(void**) {
  Zoo zoo;
  AgentSet set(zoo.world, 0);
  assert_true(zoo.world.remove({&zoo.cats[4], 1}).ok());
  const World::Spawn spawn{1, "", {}};
  const AgentId tenant = (*zoo.world.spawn({&spawn, 1}))[0];  // in the same slot
  assert_int_equal(tenant.index(), zoo.cats[4].index());
  assert_true(*set.aggregate("energy", Aggregate::kCount) == 5);
  assert_true(*set.aggregate("energy", Aggregate::kMax) == 0.75);
  assert_true(set.update(zoo.world, "age", 0, 7).ok());
  assert_true(zoo.number(tenant, "age") == 0);
  assert_true(set.sort("energy", true).ok());
  assert_true(set.ids()[0] == zoo.cats[2]);
  assert_true(zoo.world.remove(ids(set)).ok());
  assert_true(set.ids().empty());
  assert_true(set.select("energy", Comparison::kLess, 5).ok());
  set.shuffle(1);
  set.take(3);
  assert_true(set.group_by("age", "energy", Aggregate::kSum)->empty());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_set_is_all_agents_of_a_type_or_of_all_by_id),
      cmocka_unit_test(select_keeps_those_for_which_it_holds),
      cmocka_unit_test(take_keeps_the_first),
      cmocka_unit_test(take_counts_only_who_is_still_there),
      cmocka_unit_test(sort_breaks_ties_by_id_in_both_directions),
      cmocka_unit_test(sort_puts_who_lacks_the_field_and_nan_last),
      cmocka_unit_test(shuffle_is_the_same_for_the_same_key_and_step),
      cmocka_unit_test(shuffle_makes_every_order_equally_likely),
      cmocka_unit_test(update_is_cut_to_the_range_and_rounded_in_integers),
      cmocka_unit_test(update_with_no_number_changes_nothing),
      cmocka_unit_test(aggregates_leave_out_who_lacks_the_field),
      cmocka_unit_test(groups_come_by_rising_key),
      cmocka_unit_test(groups_of_nan_are_one_and_last),
      cmocka_unit_test(a_field_that_no_type_has_is_not_found),
      cmocka_unit_test(who_is_gone_drops_out_of_everything),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
