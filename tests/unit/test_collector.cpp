// The data collector: rows over time, in windows of bounded size.
// SPDX-License-Identifier: MIT
#include "data/collector.h"
#include "world_support.h"

#include <array>
#include <cmath>

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

// Cats and dogs have energy, dogs also bones, owls neither.
struct Zoo {
  Zoo() : world(small_world(), memory) {
    (void)*world.add_type(quiet("cat", {{.name = "energy", .type = FieldType::kF64}}));
    (void
    )*world.add_type(quiet("dog", {{.name = "bones", .type = FieldType::kU8}, {.name = "energy"}}));
    (void)*world.add_type(quiet("owl", {}));
    const std::vector<World::Spawn> spawns = {
        {0, "", {}}, {1, "", {}}, {0, "", {}}, {2, "", {}}, {1, "", {}}};
    agents = *world.spawn(spawns);
    set("energy", {agents[0], agents[1], agents[2], agents[4]}, {0.5, 0.25, 1, 2});
    set("bones", {agents[1], agents[4]}, {3, 5});
  }
  void set(
      std::string_view field, const std::vector<AgentId>& ids, const std::vector<double>& values
  ) {
    assert_true(world.set(ids, field, 0, values).ok());
  }
  bool add(ReporterDesc desc) { return collector.add(world, std::move(desc)).ok(); }
  void step(int count = 1) {
    for (int i = 0; i < count; ++i) {
      assert_true(world.step().ok());
    }
  }
  const CollectedTable& table(std::string_view name) { return *collector.find(name); }
  std::vector<double> row(std::string_view name, uint64_t index) {
    std::vector<double> values;
    for (uint32_t column = 0; column < table(name).columns().size(); ++column) {
      values.push_back(table(name).at(index, column));
    }
    return values;
  }
  Memory memory;
  World world;
  DataCollector& collector = DataCollector::attach(world);
  std::vector<AgentId> agents;
};

ReporterDesc reporter(
    std::string table, std::string field, Aggregate aggregate = Aggregate::kNone
) {
  ReporterDesc desc;
  desc.table = std::move(table);
  desc.field = std::move(field);
  desc.aggregate = aggregate;
  return desc;
}

void an_aggregation_is_one_number_over_many(void**) {
  Aggregation some;
  for (const double value : {3.0, -1.0, 4.0}) {
    some.add(value);
  }
  assert_true(some.result(Aggregate::kCount) == 3);
  assert_true(some.result(Aggregate::kSum) == 6);
  assert_true(some.result(Aggregate::kMean) == 2);
  assert_true(some.result(Aggregate::kMin) == -1);
  assert_true(some.result(Aggregate::kMax) == 4);
  const Aggregation none;
  assert_true(none.result(Aggregate::kCount) == 0);
  assert_true(none.result(Aggregate::kSum) == 0);
  assert_true(std::isnan(none.result(Aggregate::kMean)));
  assert_true(std::isnan(none.result(Aggregate::kMin)));
  assert_true(std::isnan(none.result(Aggregate::kMax)));
}

void a_model_value_is_a_row_a_step_over_every_type_that_has_the_field(void**) {
  Zoo zoo;
  ReporterDesc count = reporter("model", "energy", Aggregate::kCount);
  count.column = "n";
  ReporterDesc dogs = reporter("model", "energy", Aggregate::kSum);
  dogs.column = "of dogs";
  dogs.type = 1;
  assert_true(zoo.add(count));
  assert_true(zoo.add(reporter("model", "energy", Aggregate::kMean)));
  assert_true(zoo.add(dogs));
  zoo.step(2);
  assert_int_equal(zoo.table("model").size(), 2);
  assert_true(zoo.row("model", 0) == (std::vector<double>{0, 4, 3.75 / 4, 2.25}));
  assert_true(zoo.row("model", 1) == (std::vector<double>{1, 4, 3.75 / 4, 2.25}));
}

void an_environment_field_is_a_model_value(void**) {
  Zoo zoo;
  ReporterDesc hour = reporter("model", "hour");
  hour.environment = true;
  assert_true(zoo.add(hour));
  zoo.step(3);
  assert_true(zoo.row("model", 2) == (std::vector<double>{2, 7}));
}

void agents_are_a_row_each_and_what_they_lack_is_nan(void**) {
  Zoo zoo;
  assert_true(zoo.add(reporter("agents", "bones")));
  assert_true(zoo.add(reporter("agents", "energy")));
  zoo.step();
  assert_int_equal(zoo.table("agents").size(), 4);  // no owl
  const auto id = [&](size_t i) { return static_cast<double>(zoo.agents[i].value()); };
  const auto cat = zoo.row("agents", 0);
  assert_true(cat[0] == 0 && cat[1] == id(0) && std::isnan(cat[2]) && cat[3] == 0.5);
  assert_true(zoo.row("agents", 2) == (std::vector<double>{0, id(1), 3, 0.25}));
  assert_true(zoo.row("agents", 3) == (std::vector<double>{0, id(4), 5, 2}));
}

void one_type_alone_can_be_reported(void**) {
  Zoo zoo;
  ReporterDesc cats = reporter("cats", "energy");
  cats.type = 0;
  assert_true(zoo.add(cats));
  zoo.step();
  assert_int_equal(zoo.table("cats").size(), 2);
}

void who_was_removed_is_not_collected_and_who_was_born_is(void**) {
  Lab lab;
  AgentId victim{};
  lab.add_type("pet", [&](const StepBatch& batch, uint32_t row) {
    if (batch.world.find(victim) != nullptr) {
      batch.commands->remove(victim);
      batch.commands->spawn(0, 1, batch.table.id(row));
      batch.commands->spawn(0, 1, batch.table.id(row));
    }
  });
  victim = lab.spawn(3)[1];
  DataCollector& collector = DataCollector::attach(lab.world);
  (void)*collector.add(lab.world, reporter("agents", "note"));
  lab.step();
  const CollectedTable& table = *collector.find("agents");
  assert_int_equal(table.size(), 4);
  for (uint64_t row = 0; row < 4; ++row) {
    assert_true(lab.world.find(AgentId(static_cast<uint64_t>(table.at(row, 1)))) != nullptr);
  }
}

void rows_come_at_the_interval(void**) {
  Zoo zoo;
  ReporterDesc desc = reporter("model", "energy", Aggregate::kSum);
  desc.interval = 3;
  assert_true(zoo.add(desc));
  zoo.step(8);
  assert_int_equal(zoo.table("model").size(), 3);
  for (uint64_t row = 0; row < 3; ++row) {
    assert_true(zoo.row("model", row)[0] == static_cast<double>(3 * row));
  }
}

void a_window_keeps_the_newest_rows_and_counts_what_was_lost(void**) {
  Zoo zoo;
  ReporterDesc desc = reporter("model", "energy", Aggregate::kSum);
  desc.window = 4;
  assert_true(zoo.add(desc));
  CollectedTable& table = *zoo.collector.find("model");
  zoo.step(3);
  assert_int_equal(table.unread(), 0);
  table.mark_read(2);
  zoo.step(7);  // rows 0..9, of which 6..9 are left and 2..5 were never read
  assert_int_equal(table.size(), 4);
  assert_int_equal(table.total(), 10);
  assert_int_equal(table.lost(), 4);
  assert_int_equal(table.unread(), 6);
  for (uint64_t row = 0; row < 4; ++row) {
    assert_true(table.at(row, 0) == static_cast<double>(6 + row));
  }
  table.mark_read(10);
  zoo.step(4);
  assert_int_equal(table.lost(), 4);
  assert_int_equal(table.unread(), 10);
}

void a_table_of_agents_wraps_in_the_middle_of_a_round(void**) {
  Zoo zoo;
  ReporterDesc desc = reporter("agents", "energy");
  desc.window = zoo.world.desc().max_agents + 1;  // no multiple of 4
  assert_true(zoo.add(desc));
  const CollectedTable& table = zoo.table("agents");
  zoo.step(300);
  assert_int_equal(table.size(), 1025);
  assert_int_equal(table.lost(), 1200 - 1025);
  for (uint64_t row = 0; row < table.size(); ++row) {
    const uint64_t number = table.total() - table.size() + row;
    assert_true(table.at(row, 0) == static_cast<double>(number / 4));
    const std::array<double, 4> energy = {0.5, 1, 0.25, 2};
    assert_true(table.at(row, 2) == energy[number % 4]);
  }
}

void hosts_keep_tables_of_their_own(void**) {
  Zoo zoo;
  const std::vector<std::string_view> columns = {"clicks", "score"};
  const std::vector<double> values = {3, 0.5};
  DataCollector& collector = zoo.collector;
  assert_true(collector.add_row(7, "game", columns, values).ok());
  zoo.step(3);
  assert_true(collector.add_row(9, "game", columns, values).ok());
  assert_int_equal(zoo.table("game").size(), 2);
  assert_true(zoo.row("game", 1) == (std::vector<double>{9, 3, 0.5}));
  const std::vector<std::string_view> others = {"score", "clicks"};
  assert_false(collector.add_row(9, "game", others, values).ok());
  const std::vector<std::string_view> twice = {"a", "a"};
  assert_false(collector.add_row(9, "fresh", twice, values).ok());
  const std::vector<std::string_view> step_again = {"a", "step"};
  assert_false(collector.add_row(9, "fresh", step_again, values).ok());
  assert_null(collector.find("fresh"));
}

void a_wrong_reporter_is_refused_and_leaves_no_table(void**) {
  Zoo zoo;
  assert_true(zoo.add(reporter("agents", "energy")));
  assert_true(zoo.add(reporter("model", "energy", Aggregate::kSum)));
  const std::vector<std::string_view> columns = {"a"};
  const std::vector<double> values = {1};
  assert_true(zoo.collector.add_row(0, "host", columns, values).ok());

  const auto refused = [&](ReporterDesc desc) {
    const size_t tables = zoo.collector.tables().size();
    return !zoo.add(std::move(desc)) && zoo.collector.tables().size() == tables;
  };
  assert_true(refused(reporter("fresh", "luck")));
  ReporterDesc no_field = reporter("fresh", "luck");
  no_field.environment = true;
  assert_true(refused(no_field));
  ReporterDesc lacking = reporter("fresh", "bones");
  lacking.type = 0;
  assert_true(refused(lacking));
  ReporterDesc step_column = reporter("fresh", "energy");
  step_column.column = "step";
  assert_true(refused(step_column));
  ReporterDesc id_column = reporter("fresh", "energy");
  id_column.column = "id";
  assert_true(refused(id_column));
  ReporterDesc never = reporter("fresh", "energy");
  never.interval = 0;
  assert_true(refused(never));
  ReporterDesc nowhere = reporter("fresh", "energy");
  nowhere.window = 0;
  assert_true(refused(nowhere));

  assert_true(refused(reporter("agents", "energy")));                  // twice
  assert_true(refused(reporter("agents", "bones", Aggregate::kSum)));  // of another kind
  assert_true(refused(reporter("model", "bones")));
  assert_true(refused(reporter("host", "energy", Aggregate::kSum)));
  ReporterDesc other_beat = reporter("agents", "bones");
  other_beat.interval = 2;
  assert_true(refused(other_beat));
  ReporterDesc other_type = reporter("agents", "bones");
  other_type.type = 1;
  assert_true(refused(other_type));
  zoo.step();
  assert_true(refused(reporter("agents", "bones")));  // it has rows
}

void collecting_is_no_part_of_the_state(void**) {
  Zoo plain;
  Zoo collected;
  assert_true(collected.add(reporter("agents", "energy")));
  plain.step(3);
  collected.step(3);
  assert_int_equal(plain.world.hash(), collected.world.hash());
}

void memory_stays_what_it_was_when_the_reporter_was_added(void**) {
  Zoo zoo;
  assert_true(zoo.add(reporter("agents", "energy")));
  assert_true(zoo.add(reporter("model", "energy", Aggregate::kSum)));
  zoo.step(10);
  const uint64_t before = zoo.memory.use().bytes;
  zoo.step(2000);
  assert_int_equal(zoo.memory.use().bytes, before);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_aggregation_is_one_number_over_many),
      cmocka_unit_test(a_model_value_is_a_row_a_step_over_every_type_that_has_the_field),
      cmocka_unit_test(an_environment_field_is_a_model_value),
      cmocka_unit_test(agents_are_a_row_each_and_what_they_lack_is_nan),
      cmocka_unit_test(one_type_alone_can_be_reported),
      cmocka_unit_test(who_was_removed_is_not_collected_and_who_was_born_is),
      cmocka_unit_test(rows_come_at_the_interval),
      cmocka_unit_test(a_window_keeps_the_newest_rows_and_counts_what_was_lost),
      cmocka_unit_test(a_table_of_agents_wraps_in_the_middle_of_a_round),
      cmocka_unit_test(hosts_keep_tables_of_their_own),
      cmocka_unit_test(a_wrong_reporter_is_refused_and_leaves_no_table),
      cmocka_unit_test(collecting_is_no_part_of_the_state),
      cmocka_unit_test(memory_stays_what_it_was_when_the_reporter_was_added),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
