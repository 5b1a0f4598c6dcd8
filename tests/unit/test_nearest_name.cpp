// SPDX-License-Identifier: MIT
#include "nearest_name.h"

#include <array>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::capi::nearest_name;

constexpr std::array<std::string_view, 6> kVerbs = {
    "consume", "rest", "play", "wander", "greet", "go"};

std::string nearest_verb(std::string_view name) {
  return std::string(nearest_name(name, kVerbs).value_or("none"));
}

void a_slip_of_each_kind_finds_the_name(void**) {
  assert_string_equal(nearest_verb("consum").c_str(), "consume");    // missing
  assert_string_equal(nearest_verb("conssume").c_str(), "consume");  // too many
  assert_string_equal(nearest_verb("consune").c_str(), "consume");   // wrong
  assert_string_equal(nearest_verb("cosnume").c_str(), "consume");   // swapped
  assert_string_equal(nearest_verb("paly").c_str(), "play");         // swapped: one slip, not two
  assert_string_equal(nearest_verb("reste").c_str(), "rest");
  assert_string_equal(nearest_verb("wandr").c_str(), "wander");
}

void upper_and_lower_case_are_the_same(void**) {
  assert_string_equal(nearest_verb("PLAY").c_str(), "play");
  assert_string_equal(nearest_verb("CONSUM").c_str(), "consume");
  const std::array<std::string_view, 2> names = {"plax", "Play"};
  assert_string_equal(std::string(*nearest_name("play", names)).c_str(), "Play");
}

void more_slips_than_a_third_of_the_name_find_nothing(void**) {
  assert_string_equal(nearest_verb("coxxume").c_str(), "consume");  // 2 of 7
  assert_string_equal(nearest_verb("cxxxume").c_str(), "none");     // 3 of 7
  assert_string_equal(nearest_verb("pxxy").c_str(), "none");        // 2 of 4
  assert_string_equal(nearest_verb("philosophise").c_str(), "none");
}

void short_names_are_allowed_one_slip_but_not_to_change_whole(void**) {
  assert_string_equal(nearest_verb("do").c_str(), "go");
  assert_string_equal(nearest_verb("og").c_str(), "go");
  const std::array<std::string_view, 1> x = {"x"};
  assert_false(nearest_name("y", x).has_value());
  assert_true(nearest_name("X", x).has_value());
}

void of_equally_near_names_the_first_is_taken(void**) {
  const std::array<std::string_view, 3> names = {"bat", "cat", "rat"};
  assert_string_equal(std::string(*nearest_name("hat", names)).c_str(), "bat");
  assert_string_equal(std::string(*nearest_name("cat", names)).c_str(), "cat");
}

void nothing_is_near_to_nothing(void**) {
  assert_false(nearest_name("", kVerbs).has_value());
  assert_false(nearest_name("rest", std::span<const std::string_view>()).has_value());
  const std::array<std::string_view, 1> empty = {""};
  assert_false(nearest_name("a", empty).has_value());
}

void absurdly_long_names_and_lists_cost_little_and_find_nothing(void**) {
  const std::string megabyte(size_t{1} << 20, 'a');
  const std::array<std::string_view, 2> names = {megabyte, "play"};
  assert_false(nearest_name(megabyte, names).has_value());
  assert_true(nearest_name("plax", names).has_value());
  const std::string longest(64, 'a');
  const std::vector<std::string> many(200'000, longest);
  assert_false(nearest_name(std::string(64, 'b'), std::span(many)).has_value());
  assert_true(nearest_name(longest, std::span(many)).has_value());
  std::vector<std::string> late(10'000, "something");
  late.emplace_back("play");
  assert_false(nearest_name("play", std::span<const std::string>(late)).has_value());
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_slip_of_each_kind_finds_the_name),
      cmocka_unit_test(upper_and_lower_case_are_the_same),
      cmocka_unit_test(more_slips_than_a_third_of_the_name_find_nothing),
      cmocka_unit_test(short_names_are_allowed_one_slip_but_not_to_change_whole),
      cmocka_unit_test(of_equally_near_names_the_first_is_taken),
      cmocka_unit_test(nothing_is_near_to_nothing),
      cmocka_unit_test(absurdly_long_names_and_lists_cost_little_and_find_nothing),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
