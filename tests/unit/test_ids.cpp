// Names of things and the slots that give them out.
// SPDX-License-Identifier: MIT
#include "base/ids.h"
#include "base/memory.h"
#include "base/slot_map.h"

#include <algorithm>
#include <compare>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::AgentId;
using dks::SlotMap;
using dks::Uid;

void an_id_is_an_index_and_a_generation(void**) {
  const AgentId id(6, 5);
  assert_true(id.value() == ((uint64_t{5} << 32) | 7));
  assert_int_equal(id.index(), 6);
  assert_int_equal(id.generation(), 5);
  assert_true(static_cast<uint64_t>(id) == id.value());
  assert_true(AgentId(id.value()) == id);
  assert_true(AgentId(0, AgentId::kMaxGeneration).value() < (uint64_t{1} << 53));
}

void no_id_is_zero_and_false(void**) {
  assert_false(static_cast<bool>(AgentId{}));
  assert_int_equal(AgentId{}.value(), 0);
  assert_true(static_cast<bool>(AgentId(0, 0)));
}

void ids_are_ordered_by_value(void**) {
  assert_true(AgentId(9, 0) < AgentId(0, 1));
  assert_true(AgentId(1, 1) < AgentId(2, 1));
  assert_true(std::is_eq(AgentId(3, 3) <=> AgentId(3, 3)));
}

void a_uid_survives_its_hex_digits(void**) {
  const Uid uid{0x0123456789abcdefu, 0xfedcba9876543210u};
  assert_string_equal(uid.to_hex().c_str(), "0123456789abcdeffedcba9876543210");
  const auto back = Uid::from_hex("0123456789ABCDEFfedcba9876543210");
  assert_true(back.ok());
  assert_true(*back == uid);
}

void a_uid_of_other_text_is_refused(void**) {
  for (const char* const text :
       {"",
        "0123456789abcdeffedcba987654321",
        "0123456789abcdeffedcba98765432100",
        "0123456789abcdefgedcba9876543210",
        "-123456789abcdeffedcba9876543210",
        "0x23456789abcdeffedcba9876543210",
        " 123456789abcdeffedcba9876543210"}) {
    assert_int_equal(
        static_cast<int>(Uid::from_hex(text).status()), static_cast<int>(dks::Status::kInvalid)
    );
  }
}

void uids_are_ordered_high_word_first(void**) {
  assert_true((Uid{1, 9}) < (Uid{2, 0}));
  assert_true((Uid{1, 1}) < (Uid{1, 2}));
  assert_false(static_cast<bool>(Uid{}));
  assert_true(static_cast<bool>(Uid{0, 1}));
}

void slots_are_given_out_by_rising_index_and_found(void**) {
  SlotMap<int> map(3, std::pmr::get_default_resource());
  for (int i = 0; i < 3; ++i) {
    const AgentId id = map.allocate(10 * i);
    assert_int_equal(id.index(), i);
    assert_int_equal(id.generation(), 0);
    assert_int_equal(*map.find(id), 10 * i);
    assert_true(map.id_at(static_cast<uint32_t>(i)) == id);
  }
  assert_int_equal(map.size(), 3);
}

void a_full_map_gives_no_id(void**) {
  SlotMap<int> map(1, std::pmr::get_default_resource());
  const AgentId id = map.allocate();
  assert_true(map.allocate() == AgentId{});
  assert_true(map.release(id));
  assert_true(static_cast<bool>(map.allocate()));
}

void a_stale_id_is_refused_after_its_slot_is_reused(void**) {
  SlotMap<int> map(2, std::pmr::get_default_resource());
  const AgentId old = map.allocate(1);
  assert_true(map.release(old));
  assert_true(map.find(old) == nullptr);
  assert_true(map.id_at(0) == AgentId{});
  const AgentId fresh = map.allocate(2);
  assert_int_equal(fresh.index(), old.index());
  assert_true(fresh != old);
  assert_true(map.find(old) == nullptr);
  assert_false(map.release(old));
  assert_int_equal(*map.find(fresh), 2);
}

void the_slot_released_last_is_used_first(void**) {
  SlotMap<int> map(4, std::pmr::get_default_resource());
  std::vector<AgentId> ids;
  ids.reserve(4);
  for (int i = 0; i < 4; ++i) {
    ids.push_back(map.allocate(i));
  }
  for (const size_t i : {1u, 3u, 0u}) {
    assert_true(map.release(ids[i]));
  }
  assert_int_equal(map.allocate().index(), 0);
  assert_int_equal(map.allocate().index(), 3);
  assert_int_equal(map.allocate().index(), 1);
}

void ids_taken_back_newest_first_leave_no_trace(void**) {
  SlotMap<int> map(4, std::pmr::get_default_resource());
  const AgentId first = map.allocate(1);
  map.release(map.allocate(2));
  const std::vector<uint32_t> tags(map.tags().begin(), map.tags().end());
  const AgentId reused = map.allocate(3);
  const AgentId opened = map.allocate(4);
  assert_int_equal(reused.generation(), 1);
  map.take_back(opened);
  map.take_back(reused);
  assert_true(std::equal(tags.begin(), tags.end(), map.tags().begin(), map.tags().end()));
  assert_int_equal(map.free_slots().size(), 1);
  assert_int_equal(map.size(), 1);
  assert_int_equal(*map.find(first), 1);
  assert_true(map.allocate() == reused && map.allocate() == opened);
}

void ids_nobody_gave_out_are_refused(void**) {
  SlotMap<int> map(4, std::pmr::get_default_resource());
  const AgentId id = map.allocate();
  const AgentId freed = map.allocate();
  map.release(freed);
  for (const uint64_t value :
       {uint64_t{0},
        uint64_t{0xFFFFFFFF},
        uint64_t{3},
        ~uint64_t{0},
        id.value() | (uint64_t{1} << 53),
        id.value() | (uint64_t{1} << 63),
        (freed.value() + (uint64_t{1} << 32)),
        (freed.value() + (uint64_t{1} << 32)) | (uint64_t{1} << 63)}) {
    assert_true(map.find(AgentId(value)) == nullptr);
    assert_false(map.release(AgentId(value)));
  }
  assert_int_equal(map.size(), 1);
}

void a_slot_without_generations_left_is_retired(void**) {
  SlotMap<char> map(2, std::pmr::get_default_resource());
  AgentId id = map.allocate();
  for (uint32_t generation = 0; generation < AgentId::kMaxGeneration; ++generation) {
    map.release(id);
    id = map.allocate();
  }
  assert_int_equal(id.index(), 0);
  assert_int_equal(id.generation(), AgentId::kMaxGeneration);
  assert_true(map.find(id) != nullptr);
  assert_true(map.release(id));
  assert_true(map.find(id) == nullptr);
  assert_true(map.find(AgentId(0, AgentId::kMaxGeneration + 1)) == nullptr);
  assert_int_equal(map.allocate().index(), 1);
  assert_true(map.allocate() == AgentId{});

  SlotMap<char> copy(2, std::pmr::get_default_resource());
  assert_true(copy.restore(map.tags(), map.free_slots()).ok());
  assert_true(copy.allocate() == AgentId{});
}

void living_agents_are_visited_by_rising_index(void**) {
  SlotMap<int> map(5, std::pmr::get_default_resource());
  std::vector<AgentId> ids;
  ids.reserve(5);
  for (int i = 0; i < 5; ++i) {
    ids.push_back(map.allocate(i));
  }
  map.release(ids[3]);
  map.release(ids[1]);
  const AgentId again = map.allocate(7);
  std::vector<AgentId> seen;
  map.for_each([&](AgentId id, int& payload) {
    seen.push_back(id);
    payload += 100;
  });
  assert_true(seen == (std::vector<AgentId>{ids[0], again, ids[2], ids[4]}));
  int total = 0;
  std::as_const(map).for_each([&](AgentId, const int& payload) { total += payload; });
  assert_int_equal(total, 400 + 0 + 7 + 2 + 4);
}

void a_released_payload_is_let_go_at_once(void**) {
  SlotMap<std::shared_ptr<int>> map(1, std::pmr::get_default_resource());
  const auto payload = std::make_shared<int>(1);
  const AgentId id = map.allocate(payload);
  assert_int_equal(payload.use_count(), 2);
  map.release(id);
  assert_int_equal(payload.use_count(), 1);
}

void all_memory_is_taken_at_construction(void**) {
  dks::Memory memory;
  SlotMap<uint32_t> map(100, &memory);
  const auto before = memory.use();
  assert_int_equal(before.bytes, 100 * (4 + 4 + sizeof(uint32_t)));
  std::vector<AgentId> ids;
  ids.reserve(100);
  for (uint32_t i = 0; i < 100; ++i) {
    ids.push_back(map.allocate(i));
  }
  for (const AgentId id : ids) {
    map.release(id);
  }
  assert_int_equal(memory.use().allocations, before.allocations);
}

void a_restored_map_goes_on_like_the_first(void**) {
  SlotMap<int> map(6, std::pmr::get_default_resource());
  std::vector<AgentId> ids;
  ids.reserve(5);
  for (int i = 0; i < 5; ++i) {
    ids.push_back(map.allocate(i));
  }
  map.release(ids[0]);
  map.release(ids[4]);
  map.release(ids[2]);
  map.allocate();

  SlotMap<int> copy(6, std::pmr::get_default_resource());
  copy.allocate(9);
  assert_true(copy.restore(map.tags(), map.free_slots()).ok());
  assert_int_equal(copy.size(), map.size());
  assert_true(copy.find(ids[1]) != nullptr);
  assert_true(copy.find(ids[0]) == nullptr);
  for (int i = 0; i < 4; ++i) {
    assert_true(copy.allocate() == map.allocate());
  }
}

void tags_that_no_calls_could_leave_are_refused(void**) {
  SlotMap<int> map(3, std::pmr::get_default_resource());
  const auto refused = [&map](std::vector<uint32_t> tags, std::vector<uint32_t> free_slots) {
    return !map.restore(tags, free_slots).ok();
  };
  const uint32_t retired = (AgentId::kMaxGeneration + 1) << 1;
  assert_true(refused({1, 1, 1, 1}, {}));      // more than the capacity
  assert_true(refused({1, 0xFFFFFFFF}, {}));   // no generation
  assert_true(refused({1, retired + 1}, {}));  // retired and living
  assert_true(refused({1, 2}, {}));            // free, and not in the list
  assert_true(refused({1, 2}, {0}));           // living, and in the list
  assert_true(refused({2, 2}, {1, 1}));        // twice in the list
  assert_true(refused({2, 2}, {1, 2}));        // no such slot
  assert_true(refused({retired, 2}, {0}));     // retired, and in the list
  assert_int_equal(map.size(), 0);
  assert_true(map.restore(std::vector<uint32_t>{retired, 2, 5}, std::vector<uint32_t>{1}).ok());
  assert_true(map.find(AgentId(2, 2)) != nullptr);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(an_id_is_an_index_and_a_generation),
      cmocka_unit_test(no_id_is_zero_and_false),
      cmocka_unit_test(ids_are_ordered_by_value),
      cmocka_unit_test(a_uid_survives_its_hex_digits),
      cmocka_unit_test(a_uid_of_other_text_is_refused),
      cmocka_unit_test(uids_are_ordered_high_word_first),
      cmocka_unit_test(slots_are_given_out_by_rising_index_and_found),
      cmocka_unit_test(a_full_map_gives_no_id),
      cmocka_unit_test(a_stale_id_is_refused_after_its_slot_is_reused),
      cmocka_unit_test(the_slot_released_last_is_used_first),
      cmocka_unit_test(ids_taken_back_newest_first_leave_no_trace),
      cmocka_unit_test(ids_nobody_gave_out_are_refused),
      cmocka_unit_test(a_slot_without_generations_left_is_retired),
      cmocka_unit_test(living_agents_are_visited_by_rising_index),
      cmocka_unit_test(a_released_payload_is_let_go_at_once),
      cmocka_unit_test(all_memory_is_taken_at_construction),
      cmocka_unit_test(a_restored_map_goes_on_like_the_first),
      cmocka_unit_test(tags_that_no_calls_could_leave_are_refused),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
