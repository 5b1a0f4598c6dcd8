// The environment: the course of a day, weather, temperature, noise, danger, and fields that are
// driven. SPDX-License-Identifier: MIT
#include "world/environment.h"
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

void the_hour_goes_round_once_a_day(void**) {
  EnvironmentDesc desc;
  desc.steps_per_day = 96;
  desc.start_hour = 6;
  Environment environment(desc);
  assert_true(environment.hour() == 6);
  for (uint64_t step = 0; step < 200; ++step) {
    environment.advance(1, step);
    assert_true(environment.hour() == std::fmod(6 + 0.25 * static_cast<double>(step), 24));
    assert_int_equal(environment.day(step), step / 96);
  }
}

void it_is_light_by_day_and_dark_by_night(void**) {
  Environment environment({});
  for (uint64_t step = 0; step < 480; ++step) {
    environment.advance(1, step);
    const double hour = environment.hour();
    assert_true(environment.light() >= 0 && environment.light() <= 1);
    assert_int_equal(environment.light() > 0, hour > 6 && hour < 20);
  }
}

void without_night_the_light_never_goes(void**) {
  EnvironmentDesc desc;
  desc.night = false;
  Environment environment(desc);
  for (uint64_t step = 0; step < 480; ++step) {
    environment.advance(1, step);
    assert_true(environment.light() >= 0.35);
  }
}

std::array<double, 4> weather_shares(EnvironmentDesc desc, uint64_t steps) {
  Environment environment(desc);
  std::array<double, 4> shares{};
  for (uint64_t step = 0; step < steps; ++step) {
    environment.advance(3, step);
    shares[static_cast<size_t>(environment.weather())] += 1.0 / static_cast<double>(steps);
  }
  return shares;
}

void weather_has_its_shares_in_the_long_run(void**) {
  const EnvironmentDesc desc;
  const auto shares = weather_shares(desc, 200'000);
  for (size_t kind = 0; kind < 4; ++kind) {
    assert_true(std::abs(shares[kind] - desc.weather_share[kind]) < 0.015);
  }
}

void without_storms_there_is_none(void**) {
  EnvironmentDesc desc;
  desc.storms = false;
  desc.weather_share[3] = 10;
  const auto shares = weather_shares(desc, 20'000);
  assert_true(shares[3] == 0);
  assert_true(shares[0] > 0.4 && shares[1] > 0.2 && shares[2] > 0.1);
}

void weather_that_is_not_to_turn_stays(void**) {
  EnvironmentDesc desc;
  desc.weather_turns_per_day = 0;
  assert_true(weather_shares(desc, 1000)[0] > 0.999);
  EnvironmentDesc none;
  std::fill(std::begin(none.weather_share), std::end(none.weather_share), 0.0);
  assert_true(weather_shares(none, 1000)[0] > 0.999);
}

void it_is_warmest_in_the_afternoon_and_drifts_around_the_mean(void**) {
  EnvironmentDesc desc;
  desc.weather_turns_per_day = 0;
  Environment environment(desc);
  std::array<double, 48> by_step{};
  constexpr int kDays = 2000;
  for (uint64_t step = 0; step < 48 * kDays; ++step) {
    environment.advance(5, step);
    by_step[step % 48] += environment.value(Environment::kTemperature) / kDays;
  }
  const auto warmest =
      static_cast<size_t>(std::max_element(by_step.begin(), by_step.end()) - by_step.begin());
  const auto coldest =
      static_cast<size_t>(std::min_element(by_step.begin(), by_step.end()) - by_step.begin());
  assert_int_equal(6 + warmest / 2, 15);
  assert_int_equal((6 + coldest / 2) % 24, 3);
  assert_true(std::abs(by_step[warmest] - by_step[coldest] - 12) < 0.5);
}

void noise_fades_and_is_never_more_than_one(void**) {
  Environment environment({});
  environment.add_noise(0.7);
  environment.add_noise(0.7);
  assert_true(environment.value(Environment::kNoise) == 1);
  environment.advance(1, 0);
  assert_true(environment.value(Environment::kNoise) == 0.8);
  environment.add_noise(-5);
  assert_true(environment.value(Environment::kNoise) == 0);
}

void night_and_storm_bring_danger(void**) {
  Environment environment({});
  environment.drive(Environment::kWeather, 0, 0);
  environment.advance(1, 12);  // noon
  const double by_day = environment.danger();
  environment.advance(1, 36);  // midnight
  const double by_night = environment.danger();
  environment.drive(Environment::kWeather, 3, 0);
  environment.advance(1, 12);
  assert_true(by_day < 0.1 && by_night > 0.5 && environment.danger() > 0.9);
}

void a_driven_field_holds_for_its_steps(void**) {
  Lab lab;
  assert_true(lab.world.drive(Environment::kDanger, 0.625, 3).ok());
  for (int step = 0; step < 5; ++step) {
    lab.step();
    assert_int_equal(lab.world.environment().danger() == 0.625, step < 3);
  }
  assert_true(lab.world.drive(Environment::kDanger, 0.625, 0).ok());
  for (int step = 0; step < 5; ++step) {
    lab.step();
    assert_true(lab.world.environment().danger() == 0.625);
  }
  assert_true(lab.world.release(Environment::kDanger).ok());
  lab.step();
  assert_true(lab.world.environment().danger() != 0.625);
}

void driving_one_field_leaves_the_course_of_the_others_alone(void**) {
  Environment free({});
  Environment driven({});
  driven.drive(Environment::kNoise, 0.5, 0);
  driven.drive(Environment::kTemperature, 40, 50);
  for (uint64_t step = 0; step < 300; ++step) {
    free.advance(9, step);
    driven.advance(9, step);
    assert_true(free.weather() == driven.weather());
    assert_true(free.light() == driven.light());
    assert_true(free.drift() == driven.drift());
    if (step >= 50) {
      assert_true(free.value(Environment::kTemperature) == driven.value(Environment::kTemperature));
    }
  }
}

void a_value_outside_the_range_is_refused_and_changes_nothing(void**) {
  Lab lab;
  const uint64_t before = lab.world.hash();
  for (const double value : {-0.5, 1.5, std::nan("")}) {
    assert_false(lab.world.drive(Environment::kDanger, value, 1).ok());
  }
  assert_int_equal(lab.world.hash(), before);
}

void every_change_of_the_weather_is_told_once(void**) {
  Lab lab;
  double last = 0;
  int told = 0;
  for (int step = 0; step < 200; ++step) {
    if (step == 50) {
      assert_true(lab.world.drive(Environment::kWeather, 3, 10).ok());
    }
    if (step == 100) {
      Letter letter;
      letter.field = "weather";
      letter.value = last == 2 ? 1 : 2;
      letter.ttl = 4;
      assert_true(lab.world.post({&letter, 1}).ok());
    }
    lab.step();
    const double now = lab.world.environment().value(Environment::kWeather);
    const auto events = lab.events(EventKind::kWeather);
    assert_int_equal(events.size(), now != last);
    for (const Event& event : events) {
      assert_true(event.value[0] == now && event.value[1] == last);
      ++told;
    }
    last = now;
  }
  assert_true(told > 10);
}

void every_day_is_told_when_it_begins(void**) {
  Lab lab;
  for (int step = 0; step < 100; ++step) {
    lab.step();
    const auto events = lab.events(EventKind::kDay);
    assert_int_equal(events.size(), step % 48 == 0);
    if (!events.empty()) {
      assert_true(events[0].value[0] == step / 48);  // NOLINT(bugprone-integer-division)
    }
  }
}

void a_scheduled_event_drives_fields_and_fills_cells_of_a_kind(void**) {
  Lab lab;
  const uint32_t place = *lab.world.add_layer({.name = "place", .categories = {"wild", "feeder"}});
  const uint32_t food = *lab.world.add_layer({.name = "food", .categories = {}});
  lab.world.layer_at_boundary(place).set(7, 1);
  (void)*lab.world.add_scheduled_event(
      {.name = "feast",
       .steps = 2,
       .drives = {{Environment::kNoise, 0.9}},
       .fills = {{food, 1, place, 1}}}
  );
  lab.world.timers_at_boundary().add({.name = "feast", .start = 2});
  for (int step = 0; step < 5; ++step) {
    lab.step();
    assert_int_equal(
        lab.world.environment().value(Environment::kNoise) == 0.9, step == 2 || step == 3
    );
    assert_true(lab.world.layer(food).at(7) == (step >= 2 ? 1 : 0));
    assert_true(lab.world.layer(food).at(8) == 0);
  }
}

void the_hash_sees_fields_drives_and_drift(void**) {
  const auto hash = [](auto change) {
    Environment environment({});
    change(environment);
    StateHash state;
    environment.hash(state);
    return state.digest();
  };
  const uint64_t plain = hash([](Environment&) {});
  assert_int_not_equal(hash([](Environment& e) { e.set_value(Environment::kNoise, 0.5); }), plain);
  assert_int_not_equal(hash([](Environment& e) { e.set_drift(1); }), plain);
  const uint64_t driven = hash([](Environment& e) { e.drive(Environment::kNoise, 0, 0); });
  assert_int_not_equal(driven, plain);
  assert_int_not_equal(hash([](Environment& e) { e.drive(Environment::kNoise, 0, 7); }), driven);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(the_hour_goes_round_once_a_day),
      cmocka_unit_test(it_is_light_by_day_and_dark_by_night),
      cmocka_unit_test(without_night_the_light_never_goes),
      cmocka_unit_test(weather_has_its_shares_in_the_long_run),
      cmocka_unit_test(without_storms_there_is_none),
      cmocka_unit_test(weather_that_is_not_to_turn_stays),
      cmocka_unit_test(it_is_warmest_in_the_afternoon_and_drifts_around_the_mean),
      cmocka_unit_test(noise_fades_and_is_never_more_than_one),
      cmocka_unit_test(night_and_storm_bring_danger),
      cmocka_unit_test(a_driven_field_holds_for_its_steps),
      cmocka_unit_test(driving_one_field_leaves_the_course_of_the_others_alone),
      cmocka_unit_test(a_value_outside_the_range_is_refused_and_changes_nothing),
      cmocka_unit_test(every_change_of_the_weather_is_told_once),
      cmocka_unit_test(every_day_is_told_when_it_begins),
      cmocka_unit_test(a_scheduled_event_drives_fields_and_fills_cells_of_a_kind),
      cmocka_unit_test(the_hash_sees_fields_drives_and_drift),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
