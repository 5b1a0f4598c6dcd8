// Tables of agents as columns, and what a type of agents may be.
// SPDX-License-Identifier: MIT
#include "base/memory.h"
#include "base/random.h"
#include "world/table.h"

#include <cmath>
#include <cstdint>
#include <limits>
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

using namespace dks;  // NOLINT(google-build-using-namespace)

AgentType type_of(std::vector<Field> fields) {
  AgentType type;
  type.name = "pet";
  type.fields = std::move(fields);
  return type;
}

const std::vector<Field> kAllTypes = {
    {.name = "f32", .type = FieldType::kF32, .initial = 0.5},
    {.name = "f64", .type = FieldType::kF64, .width = 3, .initial = -2.5},
    {.name = "i32", .type = FieldType::kI32, .initial = -7},
    {.name = "u32", .type = FieldType::kU32, .width = 2, .initial = 4000000000.0},
    {.name = "u64", .type = FieldType::kU64, .initial = 9007199254740992.0},
    {.name = "u8", .type = FieldType::kU8, .width = 5, .initial = 255},
};

AgentId id_of(uint32_t n) {
  return {n, 0};
}

bool refused(const Field& field) {
  return !type_of({field}).checked().ok();
}

void a_new_row_has_the_initial_values(void**) {
  Memory memory;
  Table table(type_of(kAllTypes), &memory);
  const uint32_t row = table.add(id_of(3), {1, 2});
  assert_int_equal(row, 0);
  assert_true(table.id(0) == id_of(3));
  assert_true(table.uid(0) == (Uid{1, 2}));
  for (uint32_t field = 0; field < table.field_count(); ++field) {
    for (uint32_t element = 0; element < table.field(field).width; ++element) {
      assert_true(table.number(field, 0, element) == kAllTypes[field].initial);
    }
  }
}

void numbers_go_in_and_out_of_every_type_of_field(void**) {
  Memory memory;
  Table table(type_of(kAllTypes), &memory);
  table.add(id_of(0), {});
  table.add(id_of(1), {});
  for (uint32_t field = 0; field < table.field_count(); ++field) {
    const uint32_t last = table.field(field).width - 1;
    table.set_number(field, 1, last, 17);
    assert_true(table.number(field, 1, last) == 17);
    assert_true(table.number(field, 0, last) == kAllTypes[field].initial);
  }
  assert_true(table.ref<float>(0, 1) == 17);
  assert_true(table.at<double>(1, 1)[2] == 17);
  assert_int_equal(table.at<uint8_t>(5, 1)[4], 17);
}

void fields_are_found_by_name(void**) {
  Memory memory;
  const Table table(type_of(kAllTypes), &memory);
  assert_int_equal(*table.find("u32"), 3);
  assert_false(table.find("u16").has_value());
  assert_false(table.find("").has_value());
}

void columns_begin_on_a_cache_line(void**) {
  Memory memory;
  Table table(type_of(kAllTypes), &memory);
  for (uint32_t i = 0; i < 100; ++i) {
    table.add(id_of(i), {});
    for (uint32_t field = 0; field < table.field_count(); ++field) {
      assert_int_equal(reinterpret_cast<uintptr_t>(table.data(field)) % 64, 0);
      assert_int_equal(
          table.stride(field), size_of(table.field(field).type) * table.field(field).width
      );
    }
  }
}

void the_last_row_fills_the_hole_of_a_removed_one(void**) {
  Memory memory;
  Table table(type_of({{.name = "x"}}), &memory);
  for (uint32_t i = 0; i < 4; ++i) {
    table.add(id_of(i), {i, i});
    table.ref<float>(0, i) = static_cast<float>(i);
  }
  assert_true(table.remove(1) == id_of(3));
  assert_int_equal(table.size(), 3);
  assert_true(
      table.id(1) == id_of(3) && table.uid(1) == (Uid{3, 3}) && table.ref<float>(0, 1) == 3
  );
  assert_false(static_cast<bool>(table.remove(2)));  // the last one moves nobody
  assert_int_equal(table.size(), 2);
}

void the_epoch_changes_when_columns_may_have_moved(void**) {
  Memory memory;
  Table table(type_of({{.name = "x"}}), &memory);
  table.reserve(8);
  const uint64_t epoch = table.epoch();
  const std::byte* const data = table.data(0);
  for (uint32_t i = 0; i < 8; ++i) {
    table.add(id_of(i), {});
  }
  table.remove(0);
  assert_int_equal(table.epoch(), epoch);
  assert_ptr_equal(table.data(0), data);
  table.reserve(9);
  assert_int_not_equal(table.epoch(), epoch);
}

void a_table_without_memory_is_as_before(void**) {
  Memory memory({}, 4096);
  Table table(type_of(kAllTypes), &memory);
  for (uint32_t i = 0; i < 10; ++i) {
    table.add(id_of(i), {i, 0});
  }
  bool thrown = false;
  try {
    table.reserve(1000);
  } catch (const std::bad_alloc&) {
    thrown = true;
  }
  assert_true(thrown);
  assert_int_equal(table.size(), 10);
  for (uint32_t i = 0; i < 10; ++i) {
    assert_true(table.id(i) == id_of(i));
    assert_true(table.number(1, i, 2) == -2.5);
  }
  table.reserve(11);  // what fits is still had
}

void ranges_are_cut_to_what_a_field_can_hold(void**) {
  const auto checked = type_of(kAllTypes).checked();
  assert_true(checked.ok());
  const auto range = [&](size_t i) {
    return std::pair(checked->fields[i].min, checked->fields[i].max);
  };
  assert_true(
      range(0) ==
      std::pair(
          -double{std::numeric_limits<float>::max()}, double{std::numeric_limits<float>::max()}
      )
  );
  assert_true(range(2) == std::pair(-2147483648.0, 2147483647.0));
  assert_true(range(3) == std::pair(0.0, 4294967295.0));
  assert_true(range(4) == std::pair(0.0, 18446744073709549568.0));
  assert_true(range(5) == std::pair(0.0, 255.0));
  const auto narrow = type_of({{.name = "x", .initial = 1, .min = 0.5, .max = 2}}).checked();
  assert_true(narrow->fields[0].min == 0.5 && narrow->fields[0].max == 2);
}

void the_range_of_integers_ends_in_integers(void**) {
  const auto type =
      type_of({{.name = "x", .type = FieldType::kU8, .initial = 3, .min = 0.5, .max = 5.5}});
  const auto checked = type.checked();
  assert_true(checked->fields[0].min == 1 && checked->fields[0].max == 5);
  assert_true(refused({.name = "x", .type = FieldType::kU8, .initial = 1, .min = 0.2, .max = 0.8}));
}

void a_type_that_cannot_be_is_refused(void**) {
  assert_true(type_of({}).checked().ok());
  assert_false(AgentType{}.checked().ok());
  assert_true(refused({.name = ""}));
  assert_true(refused({.name = "id"}));
  assert_true(refused({.name = "cell"}));
  assert_true(refused({.name = "x", .width = 0}));
  assert_true(refused({.name = "x", .width = 1U << 30}));
  assert_true(refused({.name = "x", .initial = 3, .max = 2}));
  assert_true(refused({.name = "x", .initial = std::nan("")}));
  assert_true(refused({.name = "x", .min = std::nan(""), .max = std::nan("")}));
  assert_true(refused({.name = "x", .type = FieldType::kU8, .initial = -1}));
  assert_true(refused({.name = "x", .type = FieldType::kU8, .initial = 256}));
  assert_true(refused({.name = "x", .type = FieldType::kI32, .initial = 0.5}));
  assert_false(type_of({{.name = "x"}, {.name = "x"}}).checked().ok());
}

uint64_t hash_of(const Table& table) {
  StateHash hash;
  table.hash(hash);
  return hash.digest();
}

void the_hash_sees_every_number_and_every_id(void**) {
  Memory memory;
  Table table(type_of(kAllTypes), &memory);
  table.add(id_of(0), {1, 1});
  table.add(id_of(1), {2, 2});
  std::set<uint64_t> hashes = {hash_of(table)};
  for (uint32_t field = 0; field < table.field_count(); ++field) {
    for (uint32_t row = 0; row < 2; ++row) {
      for (uint32_t element = 0; element < table.field(field).width; ++element) {
        table.set_number(field, row, element, 1);
        assert_true(hashes.insert(hash_of(table)).second);
      }
    }
  }
  Table other(type_of(kAllTypes), &memory);
  other.add(id_of(0), {1, 1});
  const uint64_t one = hash_of(other);
  assert_true(hashes.insert(one).second);
  other.remove(0);
  other.reserve(500);
  other.add(id_of(0), {1, 1});
  assert_int_equal(hash_of(other), one);  // room beyond the rows is not part of it
  other.remove(0);
  other.add(id_of(0), {1, 9});
  assert_int_not_equal(hash_of(other), one);
}

// Random rows against a plain map.
void rows_keep_their_agents_whatever_comes_and_goes(void**) {
  Memory memory;
  Table table(type_of({{.name = "x", .type = FieldType::kF64, .width = 2}}), &memory);
  std::map<AgentId, std::pair<uint32_t, double>> expected;  // row and number
  Random random(2, 0, 0, 0);
  uint32_t next = 0;
  for (int i = 0; i < 5000; ++i) {
    if (expected.empty() || random.below(100) < 52) {
      const AgentId id = id_of(next++);
      const double number = random.uniform();
      const uint32_t row = table.add(id, {id.value(), 0});
      table.at<double>(0, row)[1] = number;
      expected[id] = {row, number};
    } else {
      const auto chosen =
          std::next(expected.begin(), random.below(static_cast<uint32_t>(expected.size())));
      const uint32_t row = chosen->second.first;
      const AgentId moved = table.remove(row);
      expected.erase(chosen);
      if (moved) {
        expected[moved].first = row;
      }
    }
    assert_int_equal(table.size(), expected.size());
    if (i % 50 == 0) {
      for (const auto& [id, at] : expected) {
        assert_true(table.id(at.first) == id && table.uid(at.first).hi == id.value());
        assert_true(table.at<double>(0, at.first)[1] == at.second);
      }
    }
  }
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_new_row_has_the_initial_values),
      cmocka_unit_test(numbers_go_in_and_out_of_every_type_of_field),
      cmocka_unit_test(fields_are_found_by_name),
      cmocka_unit_test(columns_begin_on_a_cache_line),
      cmocka_unit_test(the_last_row_fills_the_hole_of_a_removed_one),
      cmocka_unit_test(the_epoch_changes_when_columns_may_have_moved),
      cmocka_unit_test(a_table_without_memory_is_as_before),
      cmocka_unit_test(ranges_are_cut_to_what_a_field_can_hold),
      cmocka_unit_test(the_range_of_integers_ends_in_integers),
      cmocka_unit_test(a_type_that_cannot_be_is_refused),
      cmocka_unit_test(the_hash_sees_every_number_and_every_id),
      cmocka_unit_test(rows_keep_their_agents_whatever_comes_and_goes),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
