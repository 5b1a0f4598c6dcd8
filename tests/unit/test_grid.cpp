// The multi-grid: cells, neighbourhoods, distances, nearest; against plain definitions.
// SPDX-License-Identifier: MIT
#include "base/random.h"
#include "world/grid.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory_resource>
#include <set>
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

using namespace dks;  // NOLINT(google-build-using-namespace)

constexpr uint32_t kNone = MultiGrid::kNone;
using Cells = std::vector<uint32_t>;

MultiGrid grid_of(GridShape shape, uint32_t slots = 64) {
  return {shape, slots, std::pmr::get_default_resource()};
}

// Every shape that is worth a look: narrow, even, odd; both neighbourhoods; torus and bounded.
template <class F>
void for_each_shape(F&& f) {
  for (const auto& [width, height] :
       {std::pair(1U, 1U), {1U, 5U}, {2U, 2U}, {2U, 5U}, {3U, 3U}, {4U, 6U}, {7U, 5U}}) {
    for (const bool torus : {false, true}) {
      for (const auto neighbourhood : {Neighbourhood::kMoore, Neighbourhood::kVonNeumann}) {
        f(GridShape{width, height, torus, neighbourhood, 0});
      }
    }
  }
}

// Steps between two cells by breadth-first search over single steps.
uint32_t walked_distance(const MultiGrid& grid, uint32_t from, uint32_t to) {
  const bool diagonal = grid.shape().neighbourhood == Neighbourhood::kMoore;
  std::set<uint32_t> reached = {from};
  for (uint32_t distance = 0;; ++distance) {
    if (reached.contains(to)) {
      return distance;
    }
    std::set<uint32_t> next = reached;
    for (const uint32_t cell : reached) {
      for (int32_t dy = -1; dy <= 1; ++dy) {
        for (int32_t dx = -1; dx <= 1; ++dx) {
          const uint32_t beside = grid.offset(cell, dx, dy);
          if (beside != kNone && (diagonal || dx == 0 || dy == 0)) {
            next.insert(beside);
          }
        }
      }
    }
    reached = std::move(next);
  }
}

Cells cells_within(const MultiGrid& grid, uint32_t centre, uint32_t radius) {
  Cells cells;
  grid.for_each_cell(centre, radius, [&](uint32_t cell) { cells.push_back(cell); });
  return cells;
}

void offsets_wrap_on_a_torus_and_end_at_a_border(void**) {
  const MultiGrid torus = grid_of({.width = 5, .height = 4});
  assert_int_equal(torus.offset(torus.cell(0, 0), -1, -1), torus.cell(4, 3));
  assert_int_equal(torus.offset(torus.cell(4, 3), 1, 1), torus.cell(0, 0));
  assert_int_equal(torus.offset(torus.cell(2, 2), -12, 9), torus.cell(0, 3));
  assert_int_equal(torus.offset(7, INT32_MIN, INT32_MAX), torus.cell(4, 0));
  const MultiGrid bounded = grid_of({.width = 5, .height = 4, .torus = false});
  assert_int_equal(bounded.offset(bounded.cell(0, 0), -1, 0), kNone);
  assert_int_equal(bounded.offset(bounded.cell(4, 3), 0, 1), kNone);
  assert_int_equal(bounded.offset(bounded.cell(3, 3), 1, 0), bounded.cell(4, 3));
}

void distance_is_the_number_of_single_steps(void**) {
  for_each_shape([](GridShape shape) {
    const MultiGrid grid = grid_of(shape);
    for (uint32_t a = 0; a < shape.cell_count(); ++a) {
      for (uint32_t b = 0; b < shape.cell_count(); ++b) {
        assert_int_equal(grid.distance(a, b), walked_distance(grid, a, b));
      }
    }
  });
}

void a_neighbourhood_is_every_cell_within_the_radius_once(void**) {
  for_each_shape([](GridShape shape) {
    const MultiGrid grid = grid_of(shape);
    for (const uint32_t radius : {0U, 1U, 2U, 3U, 20U, 0x7fffffffU, 0xffffffffU}) {
      for (uint32_t centre = 0; centre < shape.cell_count(); ++centre) {
        Cells cells = cells_within(grid, centre, radius);
        std::sort(cells.begin(), cells.end());
        Cells expected;
        for (uint32_t cell = 0; cell < shape.cell_count(); ++cell) {
          if (grid.distance(centre, cell) <= radius) {
            expected.push_back(cell);
          }
        }
        assert_true(cells == expected);
      }
    }
  });
}

void a_neighbourhood_comes_in_row_order(void**) {
  const MultiGrid moore = grid_of({.width = 5, .height = 5});
  assert_true(cells_within(moore, 12, 1) == (Cells{6, 7, 8, 11, 12, 13, 16, 17, 18}));
  assert_true(cells_within(moore, 0, 1) == (Cells{24, 20, 21, 4, 0, 1, 9, 5, 6}));
  const MultiGrid diamond =
      grid_of({.width = 5, .height = 5, .neighbourhood = Neighbourhood::kVonNeumann});
  assert_true(cells_within(diamond, 12, 1) == (Cells{7, 11, 12, 13, 17}));
}

void the_nearest_cell_is_the_first_of_the_least_distance(void**) {
  for_each_shape([](GridShape shape) {
    const MultiGrid grid = grid_of(shape);
    Random random(1, 0, 0, 0);
    for (int trial = 0; trial < 40; ++trial) {
      const uint32_t centre = random.below(shape.cell_count());
      const uint32_t radius = random.below(6);
      std::set<uint32_t> wanted;
      for (uint32_t i = random.below(4); i > 0; --i) {
        wanted.insert(random.below(shape.cell_count()));
      }
      uint32_t expected = kNone;
      for (const uint32_t cell : cells_within(grid, centre, radius)) {
        const bool nearer =
            expected == kNone || grid.distance(centre, cell) < grid.distance(centre, expected);
        expected = wanted.contains(cell) && nearer ? cell : expected;
      }
      const auto is_wanted = [&](uint32_t cell) { return wanted.contains(cell); };
      assert_int_equal(grid.nearest_cell(centre, radius, is_wanted), expected);
    }
  });
}

void the_search_for_the_nearest_looks_at_each_cell_once(void**) {
  for_each_shape([](GridShape shape) {
    const MultiGrid grid = grid_of(shape);
    for (uint32_t centre = 0; centre < shape.cell_count(); ++centre) {
      Cells looked_at;
      const auto refuse = [&](uint32_t cell) {
        looked_at.push_back(cell);
        return false;
      };
      assert_int_equal(grid.nearest_cell(centre, 0xffffffff, refuse), kNone);
      std::sort(looked_at.begin(), looked_at.end());
      Cells all = cells_within(grid, centre, 0xffffffff);
      std::sort(all.begin(), all.end());
      assert_true(looked_at == all);
    }
  });
}

void the_nearest_agent_of_a_cell_is_the_newest_that_is_accepted(void**) {
  MultiGrid grid = grid_of({.width = 8, .height = 8});
  grid.place(1, 10);
  grid.place(2, 10);
  grid.place(3, 10);
  grid.place(4, 11);
  const auto anybody = [](uint32_t) { return true; };
  assert_int_equal(grid.nearest(10, 2, anybody), 3);
  assert_int_equal(grid.nearest(10, 2, [](uint32_t slot) { return slot < 3; }), 2);
  assert_int_equal(grid.nearest(10, 2, [](uint32_t slot) { return slot > 3; }), 4);
  assert_int_equal(grid.nearest(10, 0, [](uint32_t slot) { return slot > 3; }), kNone);
  assert_int_equal(grid.nearest(30, 1, anybody), kNone);
}

void a_cell_lists_its_agents_newest_first(void**) {
  MultiGrid grid = grid_of({.width = 8, .height = 8});
  for (const uint32_t slot : {5U, 3U, 9U}) {
    assert_true(grid.place(slot, 20));
  }
  Cells slots;
  grid.for_each_agent(20, 0, [&](uint32_t slot) { slots.push_back(slot); });
  assert_true(slots == (Cells{9, 3, 5}));
  assert_int_equal(grid.count(20), 3);
  grid.lift(3);
  slots.clear();
  grid.for_each_agent(20, 0, [&](uint32_t slot) { slots.push_back(slot); });
  assert_true(slots == (Cells{9, 5}));
  assert_int_equal(grid.cell_of(3), kNone);
  grid.lift(3);  // lifting twice does nothing
  assert_int_equal(grid.count(20), 2);
}

void a_full_cell_takes_nobody(void**) {
  MultiGrid grid = grid_of({.width = 4, .height = 4, .capacity = 2});
  assert_true(grid.place(0, 5));
  assert_true(grid.place(1, 5));
  assert_false(grid.has_room(5));
  assert_false(grid.place(2, 5));
  assert_int_equal(grid.cell_of(2), kNone);
  assert_true(grid.place(2, 6));
  assert_false(grid.move(2, 5));
  assert_int_equal(grid.cell_of(2), 6);
  assert_true(grid.move(0, 5));  // where it is already
  assert_true(grid.move(0, 6));
  assert_true(grid.move(2, 5));
}

void empty_cells_are_counted_and_found_in_row_order(void**) {
  MultiGrid grid = grid_of({.width = 13, .height = 11}, 200);
  Random random(3, 0, 0, 0);
  std::set<uint32_t> taken;
  for (uint32_t slot = 0; slot < 120; ++slot) {
    const uint32_t cell = random.below(143);
    grid.place(slot, cell);
    taken.insert(cell);
  }
  assert_int_equal(grid.empty_count(), 143 - taken.size());
  uint32_t n = 0;
  for (uint32_t cell = 0; cell < 143; ++cell) {
    if (!taken.contains(cell)) {
      assert_int_equal(grid.empty_cell(n++), cell);
    }
  }
  assert_int_equal(grid.empty_cell(n), kNone);
  for (uint32_t slot = 0; slot < 120; ++slot) {
    grid.lift(slot);
  }
  assert_int_equal(grid.empty_count(), 143);
}

// Random moves against a plain map of who is where.
void lists_counts_and_positions_agree_after_any_moves(void**) {
  for (const uint32_t capacity : {0U, 3U}) {
    const GridShape shape{6, 5, true, Neighbourhood::kMoore, capacity};
    MultiGrid grid = grid_of(shape, 40);
    std::array<uint32_t, 40> at;
    at.fill(kNone);
    Random random(7, capacity, 0, 0);
    for (int i = 0; i < 4000; ++i) {
      const uint32_t slot = random.below(40);
      const uint32_t cell = random.below(30);
      const auto in_cell = std::count(at.begin(), at.end(), cell);
      if (random.below(5) == 0) {
        grid.lift(slot);
        at[slot] = kNone;
      } else {
        const bool fits = at[slot] == cell || capacity == 0 || in_cell < capacity;
        assert_int_equal(grid.move(slot, cell), fits);
        at[slot] = fits ? cell : at[slot];
      }
      uint32_t empty = 0;
      for (uint32_t c = 0; c < 30; ++c) {
        Cells listed;
        grid.for_each_agent(c, 0, [&](uint32_t s) { listed.push_back(s); });
        for (const uint32_t s : listed) {
          assert_int_equal(at[s], c);
          assert_int_equal(grid.cell_of(s), c);
        }
        assert_int_equal(listed.size(), std::count(at.begin(), at.end(), c));
        assert_int_equal(grid.count(c), listed.size());
        empty += listed.empty() ? 1 : 0;
      }
      assert_int_equal(grid.empty_count(), empty);
    }
  }
}

uint64_t hash_of(const MultiGrid& grid, uint32_t slots) {
  StateHash hash;
  grid.hash(hash, slots);
  return hash.digest();
}

void the_hash_sees_positions_and_the_order_in_a_cell(void**) {
  MultiGrid a = grid_of({});
  MultiGrid b = grid_of({}, 128);  // more slots than are in use change nothing
  for (const uint32_t slot : {0U, 1U, 2U}) {
    a.place(slot, 7);
    b.place(slot, 7);
  }
  assert_int_equal(hash_of(a, 3), hash_of(b, 3));
  b.lift(1);
  b.place(1, 7);  // the same agents, another order
  assert_int_not_equal(hash_of(a, 3), hash_of(b, 3));
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(offsets_wrap_on_a_torus_and_end_at_a_border),
      cmocka_unit_test(distance_is_the_number_of_single_steps),
      cmocka_unit_test(a_neighbourhood_is_every_cell_within_the_radius_once),
      cmocka_unit_test(a_neighbourhood_comes_in_row_order),
      cmocka_unit_test(the_nearest_cell_is_the_first_of_the_least_distance),
      cmocka_unit_test(the_search_for_the_nearest_looks_at_each_cell_once),
      cmocka_unit_test(the_nearest_agent_of_a_cell_is_the_newest_that_is_accepted),
      cmocka_unit_test(a_cell_lists_its_agents_newest_first),
      cmocka_unit_test(a_full_cell_takes_nobody),
      cmocka_unit_test(empty_cells_are_counted_and_found_in_row_order),
      cmocka_unit_test(lists_counts_and_positions_agree_after_any_moves),
      cmocka_unit_test(the_hash_sees_positions_and_the_order_in_a_cell),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
