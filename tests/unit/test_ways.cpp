// Ways: how far every cell is from the nearest goal. SPDX-License-Identifier: MIT
#include "world/ways.h"

#include <algorithm>
#include <memory_resource>
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

using Cells = std::vector<uint32_t>;

Way way_to(const MultiGrid& grid, const Cells& goals) {
  Way way(std::pmr::get_default_resource());
  std::pmr::vector<uint32_t> queue;
  way.build(grid, queue, [&](uint32_t cell) {
    return std::find(goals.begin(), goals.end(), cell) != goals.end();
  });
  return way;
}

// On a grid without walls a way is as long as the distance is.
void every_cell_is_as_far_as_the_nearest_goal(void**) {
  for (const bool torus : {false, true}) {
    for (const auto neighbourhood : {Neighbourhood::kMoore, Neighbourhood::kVonNeumann}) {
      const GridShape shape{9, 6, torus, neighbourhood, 0};
      const MultiGrid grid(shape, 1, std::pmr::get_default_resource());
      for (const Cells& goals : {Cells{0}, Cells{53}, Cells{3, 30, 44}}) {
        const Way way = way_to(grid, goals);
        for (uint32_t cell = 0; cell < shape.cell_count(); ++cell) {
          uint32_t nearest = Way::kFar;
          for (const uint32_t goal : goals) {
            nearest = std::min(nearest, grid.distance(cell, goal));
          }
          assert_int_equal(way.distance(cell), nearest);
        }
      }
    }
  }
}

void without_a_goal_every_cell_is_far(void**) {
  const MultiGrid grid({4, 3}, 1, std::pmr::get_default_resource());
  const Way way = way_to(grid, {});
  for (uint32_t cell = 0; cell < 12; ++cell) {
    assert_int_equal(way.distance(cell), Way::kFar);
  }
}

void a_way_is_built_again_from_nothing(void**) {
  const MultiGrid grid({5, 1, false}, 1, std::pmr::get_default_resource());
  Way way = way_to(grid, {0});
  assert_int_equal(way.distance(4), 4);
  std::pmr::vector<uint32_t> queue;
  way.build(grid, queue, [](uint32_t cell) { return cell == 4; });
  assert_int_equal(way.distance(4), 0);
  assert_int_equal(way.distance(0), 4);
}

// Distances are kept in 16 bits.
void what_is_farther_than_can_be_told_is_far(void**) {
  const MultiGrid grid(
      {65535, 2, false, Neighbourhood::kVonNeumann}, 1, std::pmr::get_default_resource()
  );
  const Way way = way_to(grid, {0});
  assert_int_equal(way.distance(65534), 65534);
  assert_int_equal(way.distance(65535 + 65533), 65534);
  assert_int_equal(way.distance(65535 + 65534), Way::kFar);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(every_cell_is_as_far_as_the_nearest_goal),
      cmocka_unit_test(without_a_goal_every_cell_is_far),
      cmocka_unit_test(a_way_is_built_again_from_nothing),
      cmocka_unit_test(what_is_farther_than_can_be_told_is_far),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
