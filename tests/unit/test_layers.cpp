// Property layers: ranges, growth, decay, diffusion.
// SPDX-License-Identifier: MIT
#include "base/random.h"
#include "world/layers.h"

#include <algorithm>
#include <cmath>
#include <memory_resource>
#include <numeric>
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

struct Field {
  explicit Field(const LayerDesc& desc, GridShape shape = {.width = 9, .height = 7})
      : grid(shape, 1, std::pmr::get_default_resource()),
        layer(desc, shape, std::pmr::get_default_resource()) {}
  void fill_at_random() {
    Random random(5, 0, 0, 0);
    for (uint32_t cell = 0; cell < grid.shape().cell_count(); ++cell) {
      layer.set(
          cell, layer.desc().min + (layer.desc().max - layer.desc().min) * random.uniform_float()
      );
    }
  }
  double mass() const {
    const auto values = layer.values();
    return std::accumulate(values.begin(), values.end(), 0.0);
  }
  MultiGrid grid;
  PropertyLayer layer;
};

LayerDesc spreading(float diffusion) {
  LayerDesc desc;
  desc.name = "scent";
  desc.diffusion = diffusion;
  return desc;
}

void values_stay_in_the_range(void**) {
  Field field({.name = "x", .min = -1, .max = 2, .categories = {}});
  field.layer.set(3, 5);
  assert_true(field.layer.at(3) == 2);
  field.layer.add(3, -9);
  assert_true(field.layer.at(3) == -1);
  field.layer.add(3, 0.5F);
  assert_true(field.layer.at(3) == -0.5F);
}

void taking_gives_what_is_there_and_no_more(void**) {
  Field field({.name = "food", .max = 3, .categories = {}});
  field.layer.set(3, 2.5F);
  assert_true(field.layer.take(3, 1) == 1);
  assert_true(field.layer.take(3, 2) == 1.5F);
  assert_true(field.layer.take(3, 2) == 0);
  assert_true(field.layer.take(3, -1) == 0);
  assert_true(field.layer.at(3) == 0);
}

void growth_stops_at_the_cells_own_ceiling(void**) {
  Field field({.name = "food", .initial = 0.25F, .max = 1, .growth = 0.25F, .categories = {}});
  field.layer.set_ceiling(1, 0.75F);
  field.layer.set_ceiling(2, 7);
  field.layer.set(3, 0.9F);  // above its ceiling: left alone
  for (int i = 0; i < 10; ++i) {
    field.layer.advance(field.grid);
  }
  assert_true(field.layer.at(0) == 0.25F);
  assert_true(field.layer.at(1) == 0.75F);
  assert_true(field.layer.at(2) == 1);
  assert_true(field.layer.at(3) == 0.9F);
}

void decay_takes_a_share(void**) {
  Field field({.name = "x", .initial = 1, .decay = 0.25F, .categories = {}});
  field.layer.advance(field.grid);
  field.layer.advance(field.grid);
  assert_true(field.layer.at(0) == 0.5625F);
}

// Every neighbour of for_each_cell gives and takes a part of the difference.
std::vector<float> diffused_plainly(const Field& field) {
  const bool moore = field.grid.shape().neighbourhood == Neighbourhood::kMoore;
  std::vector<float> next;
  for (uint32_t cell = 0; cell < field.grid.shape().cell_count(); ++cell) {
    double flow = 0;
    field.grid.for_each_cell(cell, 1, [&](uint32_t other) {
      flow +=
          static_cast<double>(field.layer.at(other)) - static_cast<double>(field.layer.at(cell));
    });
    next.push_back(
        field.layer.at(cell) +
        static_cast<float>(flow) * field.layer.desc().diffusion / (moore ? 8 : 4)
    );
  }
  return next;
}

template <class F>
void for_each_shape(F&& f) {
  for (const auto& [width, height] :
       {std::pair(1U, 1U), {1U, 6U}, {6U, 1U}, {2U, 2U}, {2U, 5U}, {5U, 2U}, {3U, 3U}, {9U, 7U}}) {
    for (const bool torus : {false, true}) {
      for (const auto neighbourhood : {Neighbourhood::kMoore, Neighbourhood::kVonNeumann}) {
        f(GridShape{width, height, torus, neighbourhood, 0});
      }
    }
  }
}

void diffusion_is_an_euler_step_over_the_neighbourhood(void**) {
  for_each_shape([](GridShape shape) {
    Field field(spreading(0.7F), shape);
    field.fill_at_random();
    const auto expected = diffused_plainly(field);
    field.layer.advance(field.grid);
    for (uint32_t cell = 0; cell < shape.cell_count(); ++cell) {
      assert_true(std::abs(field.layer.at(cell) - expected[cell]) < 1e-6F);
    }
  });
}

void diffusion_keeps_the_mass_on_every_grid(void**) {
  for_each_shape([](GridShape shape) {
    for (const float diffusion : {0.1F, 0.5F, 1.0F}) {
      Field field(spreading(diffusion), shape);
      field.fill_at_random();
      const double before = field.mass();
      for (int i = 0; i < 100; ++i) {
        field.layer.advance(field.grid);
      }
      assert_true(std::abs(field.mass() - before) < 1e-5 * (before + 1));
    }
  });
}

void diffusion_spreads_the_same_to_every_side(void**) {
  for (const auto neighbourhood : {Neighbourhood::kMoore, Neighbourhood::kVonNeumann}) {
    Field field(spreading(0.8F), {.width = 9, .height = 9, .neighbourhood = neighbourhood});
    field.layer.set(field.grid.cell(4, 4), 1);
    for (int i = 0; i < 3; ++i) {
      field.layer.advance(field.grid);
    }
    for (uint32_t y = 0; y < 9; ++y) {
      for (uint32_t x = 0; x < 9; ++x) {
        const auto near = [&](uint32_t cell) {
          return std::abs(field.layer.at(cell) - field.layer.at(field.grid.cell(x, y))) < 1e-7F;
        };
        assert_true(near(field.grid.cell(8 - x, y)));
        assert_true(near(field.grid.cell(x, 8 - y)));
        assert_true(near(field.grid.cell(y, x)));
      }
    }
  }
}

void a_torus_looks_the_same_from_everywhere(void**) {
  const GridShape shape{5, 4, true, Neighbourhood::kMoore, 0};
  Field centre(spreading(0.6F), shape);
  Field corner(spreading(0.6F), shape);
  centre.layer.set(centre.grid.cell(2, 2), 1);
  corner.layer.set(corner.grid.cell(4, 3), 1);
  for (int i = 0; i < 5; ++i) {
    centre.layer.advance(centre.grid);
    corner.layer.advance(corner.grid);
  }
  for (uint32_t cell = 0; cell < shape.cell_count(); ++cell) {
    const float other = corner.layer.at(corner.grid.offset(cell, 2, 1));
    assert_true(std::abs(centre.layer.at(cell) - other) < 1e-7F);
  }
}

void everything_spreads_evenly_in_the_end(void**) {
  Field field(spreading(0.5F), {.width = 6, .height = 5, .torus = false});
  field.layer.set(0, 1);
  for (int i = 0; i < 2000; ++i) {
    field.layer.advance(field.grid);
  }
  for (const float value : field.layer.values()) {
    assert_true(std::abs(value - 1.0F / 30) < 1e-6F);
  }
}

void values_do_not_move_and_the_epoch_tells_who_set_them(void**) {
  Field field(spreading(0.5F));
  const float* const before = field.layer.values().data();
  const uint64_t epoch = field.layer.epoch();
  field.layer.advance(field.grid);
  field.layer.take(0, 1);
  assert_ptr_equal(field.layer.values().data(), before);
  assert_int_equal(field.layer.epoch(), epoch);
  field.layer.set(0, 1);
  assert_int_not_equal(field.layer.epoch(), epoch);
}

void a_layer_that_cannot_be_is_refused(void**) {
  assert_true(LayerDesc{}.check().ok());
  assert_false((LayerDesc{.name = "", .min = 2, .max = 1, .categories = {}}).check().ok());
  assert_false((LayerDesc{.name = "", .initial = 2, .categories = {}}).check().ok());
  assert_false((LayerDesc{.name = "", .growth = -1, .categories = {}}).check().ok());
  assert_false((LayerDesc{.name = "", .decay = 1.5F, .categories = {}}).check().ok());
  assert_false((LayerDesc{.name = "", .diffusion = NAN, .categories = {}}).check().ok());
  assert_false((LayerDesc{.name = "", .growth = 1, .categories = {"a"}}).check().ok());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(values_stay_in_the_range),
      cmocka_unit_test(taking_gives_what_is_there_and_no_more),
      cmocka_unit_test(growth_stops_at_the_cells_own_ceiling),
      cmocka_unit_test(decay_takes_a_share),
      cmocka_unit_test(diffusion_is_an_euler_step_over_the_neighbourhood),
      cmocka_unit_test(diffusion_keeps_the_mass_on_every_grid),
      cmocka_unit_test(diffusion_spreads_the_same_to_every_side),
      cmocka_unit_test(a_torus_looks_the_same_from_everywhere),
      cmocka_unit_test(everything_spreads_evenly_in_the_end),
      cmocka_unit_test(values_do_not_move_and_the_epoch_tells_who_set_them),
      cmocka_unit_test(a_layer_that_cannot_be_is_refused),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
