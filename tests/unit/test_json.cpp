// JSON: building and merging values, the typed reader, and what running out of memory does.
// SPDX-License-Identifier: MIT
#include "count_allocations.h"
#include "json.h"
#include "json_reader.h"
#include "json_support.h"
#include "json_text.h"

#include <array>
#include <cstring>
#include <new>
#include <optional>
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

using dks::Result;
using dks::capi::Json;
using dks::capi::JsonCount;
using dks::capi::JsonField;
using dks::capi::JsonNames;
using dks::capi::JsonReader;
using dks::capi::JsonSource;
using dks::capi::JsonStyle;
using dks::capi::merge_patch;
using dks::capi::NumberRange;
using dks::capi::parse_json;
using dks::capi::write_json;
using dks::test::allocations_left;
using dks::test::assert_text;
using dks::test::parsed;
using dks::test::Refused;

// ---- building and merging

void building_replaces_and_appends(void**) {
  Json json;
  json.set("a", 1).set("b", "x").set("a", 2).push_back(3);
  assert_true(json == Json::array({3}));
  json.set("k", Json::array());
  json.find("k")->push_back(1).push_back(nullptr);
  assert_text(write_json(json), R"({"k":[1,null]})");
  assert_true(json.erase("k"));
  assert_false(json.erase("k"));
  assert_int_equal(json.size(), 0);
}

void equality_ignores_the_order_of_keys_but_not_the_kind(void**) {
  assert_true(parsed(R"({"a": 1, "b": [2]})") == parsed(R"({"b": [2], "a": 1})"));
  assert_false(parsed(R"({"a": 1})") == parsed(R"({"b": 1})"));
  assert_false(parsed("1") == parsed("1.0"));
  assert_false(parsed("[]") == parsed("{}"));
  assert_false(parsed("[1]") == parsed("[1, 2]"));
  assert_false(parsed("null") == parsed("false"));
}

void merge_patch_does_what_the_appendix_of_rfc_7396_says(void**) {
  const std::vector<std::array<const char*, 3>> cases = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", R"({})"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", R"(null)", R"(null)"},
      {R"({"a":"foo"})", R"("bar")", R"("bar")"},
      {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
      {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
      // The example of the RFC's third section, and deeper ones.
      {R"({"title":"Goodbye!","author":{"givenName":"John","familyName":"Doe"},)"
       R"("tags":["example","sample"],"content":"This will be unchanged"})",
       R"({"title":"Hello!","phoneNumber":"+01-123-456-7890","author":{"familyName":null},)"
       R"("tags":["example"]})",
       R"({"title":"Hello!","author":{"givenName":"John"},"tags":["example"],)"
       R"("content":"This will be unchanged","phoneNumber":"+01-123-456-7890"})"},
      {R"({"a":{"b":{"c":1,"d":2}},"x":0})",
       R"({"a":{"b":{"c":null,"e":{"f":null,"g":3}}}})",
       R"({"a":{"b":{"d":2,"e":{"g":3}}},"x":0})"},
      {R"({"a":[{"n":null}]})", R"({"b":[{"n":null}]})", R"({"a":[{"n":null}],"b":[{"n":null}]})"},
  };
  for (const auto& [base, patch, merged] : cases) {
    assert_text(write_json(merge_patch(parsed(base), parsed(patch))), merged);
  }
}

void merging_large_objects_costs_little(void**) {
  Json base = Json::object();
  std::string changes = "{";
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) {
    text += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":1";
    changes +=
        (i > 0 ? ",\"k" : "\"k") + std::to_string(i + 50'000) + (i % 2 > 0 ? "\":2" : "\":null");
  }
  const Json merged = merge_patch(parsed(text + "}"), parsed(changes + "}"));
  assert_int_equal(merged.size(), 50'000 + 25'000 + 25'000);
  assert_null(merged.find("k50000"));
  assert_int_equal(merged.find("k50001")->as_integer(), 2);
}

void patched_values_have_the_line_of_the_patch_and_others_have_none(void**) {
  const Json merged = merge_patch(parsed("{\n\"a\": 1,\n\"b\": 2}"), parsed("\n\n{\"b\": [3]}"));
  assert_int_equal(merged.find("a")->line(), 0);
  assert_int_equal(merged.find("b")->line(), 3);
  assert_int_equal(merged.find("b")->items()[0].line(), 3);
}

// ---- the reader

enum class Verb : uint8_t { kConsume, kRest, kGo };
constexpr std::array<std::string_view, 3> kVerbNames = {"consume", "rest", "go"};
constexpr JsonNames kVerbs{"verb", kVerbNames};

struct Ball {
  std::string name;
  double bounce = 0.0;
  float size = 0.0F;
  uint32_t age = 0;
  bool red = false;
  Verb verb = Verb::kRest;
};

Ball read_ball(JsonReader in) {
  Ball ball;
  ball.name = in["name"].string({.most_bytes = 10});
  ball.bounce = in["bounce"].number({0, 1});
  ball.size = in["size"].number<float>(NumberRange::above(0), 0.5F);
  ball.age = in["age"].integer<uint32_t>({1, 100}, 7);
  ball.red = in["red"].boolean(true);
  ball.verb = in["verb"].choice<Verb>(kVerbs, Verb::kGo);
  return ball;
}

// How reading a text as a ball goes: "" or the error.
std::string ball_error(std::string_view text) {
  const Json json = parsed(text);
  JsonSource source("m.json", json);
  read_ball(source.root().object());
  const Result<> result = source.finish();
  assert_int_equal(source.ok(), result.ok());
  return result.ok() ? "" : result.error().text;
}

void fields_are_read_and_missing_ones_have_their_defaults(void**) {
  const Json full =
      parsed(R"({"verb": "consume", "red": false, "age": 3.0, "size": 2, "bounce": 1, "name": "b"})"
      );
  JsonSource source("m.json", full);
  const Ball ball = read_ball(source.root().object());
  assert_true(source.finish().ok());
  assert_text(ball.name, "b");
  assert_true(ball.bounce == 1.0 && ball.size == 2.0F && ball.age == 3 && !ball.red);
  assert_true(ball.verb == Verb::kConsume);

  const Json small = parsed(R"({"name": "b", "bounce": 0})");
  JsonSource second("m.json", small);
  const Ball plain = read_ball(second.root().object());
  assert_true(second.finish().ok());
  assert_true(plain.size == 0.5F && plain.age == 7 && plain.red && plain.verb == Verb::kGo);
}

void a_wrong_field_is_refused_with_where_what_and_expected(void**) {
  const std::vector<Refused> cases = {
      {R"([])", "m.json:1: expected an object, found an empty array"},
      {R"({})", "m.json:1: /name: missing; expected a string"},
      {R"({"name": "a"})", "m.json:1: /bounce: missing; expected a number"},
      {R"({"name": "a", "bounce": 1.4})", "m.json:1: /bounce: 1.4 is not in [0, 1]"},
      {R"({"name": "a", "bounce": null})", "m.json:1: /bounce: expected a number, found null"},
      {R"({"name": "a", "bounce": "abc"})",
       "m.json:1: /bounce: expected a number, found the string \"abc\""},
      {R"({"name": 5, "bounce": 1})", "m.json:1: /name: expected a string, found 5"},
      {R"({"name": "", "bounce": 1})", "m.json:1: /name: expected a string that is not empty"},
      {R"({"name": "abcdefghijk", "bounce": 1})",
       "m.json:1: /name: \"abcdefghijk\" has 11 bytes, expected at most 10"},
      {R"({"name": "a\u0000b", "bounce": 1})",
       "m.json:1: /name: \"a\\u0000b\" contains U+0000, expected a string without it"},
      {R"({"name": "a", "bounce": 1, "size": 0})", "m.json:1: /size: 0 is not in (0, "},
      {R"({"name": "a", "bounce": 1, "size": 1e39})", "m.json:1: /size: 1e+39 is not in (0, "},
      {R"({"name": "a", "bounce": 1, "age": 0})", "m.json:1: /age: 0 is not in [1, 100]"},
      {R"({"name": "a", "bounce": 1, "age": 1.5})",
       "m.json:1: /age: expected an integer, found 1.5"},
      {R"({"name": "a", "bounce": 1, "age": 1e300})",
       "m.json:1: /age: expected an integer, found 1e+300"},
      {R"({"name": "a", "bounce": 1, "red": 1})",
       "m.json:1: /red: expected true or false, found 1"},
      {R"({"name": "a", "bounce": 1, "verb": {"a": 1}})",
       "m.json:1: /verb: expected a verb (a string), found an object of 1 key"},
      {R"({"name": "a", "bounce": 1, "verb": "consum"})",
       "m.json:1: /verb: \"consum\" is not a known verb; did you mean \"consume\"? (known: "
       "consume, "
       "rest, go)"},
      {R"({"name": "a", "bounce": 1, "verb": "philosophise"})",
       "m.json:1: /verb: \"philosophise\" is not a known verb (known: consume, rest, go)"},
  };
  for (const Refused& each : cases) {
    assert_text(ball_error(each.text).substr(0, each.error.size()), each.error);
  }
}

void a_wrong_key_is_refused_with_the_nearest_known_one(void**) {
  assert_text(
      ball_error("{\"name\": \"a\", \"bounce\": 1,\n\"verbs\": \"go\"}"),
      "m.json:2: \"verbs\" is not a known key; did you mean \"verb\"? (known: name, bounce, "
      "size, age, red, verb)"
  );
  assert_text(
      ball_error(R"({"name": "a", "bounce": 1, "philosophy": []})"),
      "m.json:1: \"philosophy\" is not a known key (known: name, bounce, size, age, red, "
      "verb)"
  );
  assert_text(
      ball_error(R"({"name": "a", "bonuce": 1})"),
      "m.json:1: /bounce: missing; expected a number; is it \"bonuce\"?"
  );
}

void only_the_first_error_is_kept_and_the_rest_is_read_as_defaults(void**) {
  const Json json =
      parsed(R"({"name": 1, "bounce": 7, "age": -1, "fine": 1, "what": 0, "list": [1, "a", 3]})");
  JsonSource source("m.json", json);
  JsonReader in = source.root().object();
  assert_text(in["name"].string(), "");
  assert_true(in["bounce"].number({0.25, 1}) == 0.25);
  assert_true(in["bounce"].number({0.25, 1}, 0.5) == 0.5);
  assert_int_equal(in["age"].integer<int>({3, 9}), 3);
  assert_int_equal(in["fine"].integer({0, 9}, 4), 4);
  assert_true(in["absent"].choice<Verb>(kVerbs) == Verb::kConsume);
  assert_int_equal(in["list"].items().size(), 0);
  assert_int_equal(in["absent"].object()["deeper"].integer({5, 6}), 5);
  in.refuse("this is not the first");
  assert_text(source.finish().error().text, "m.json:1: /name: expected a string, found 1");
}

void arrays_and_objects_below_are_read_with_their_place(void**) {
  const Json json = parsed(R"({
    "pets": [{"name": "a"}, {"name": "b", "personality": {"open/ness~": 0.5}},
             {"name": "c", "personality": {"open/ness~": 1.4}}],
    "layers": {"food": 1, "water": 2}
  })");
  JsonSource source("m.json", json);
  JsonReader in = source.root().object();
  std::string names;
  for (const auto& [key, field] : in["layers"].members({1, 5})) {
    names += std::string(key) + std::to_string(field.integer());
  }
  size_t read = 0;
  for (const JsonField item : in["pets"].items({1, 3})) {
    JsonReader pet = item.object();
    names += pet["name"].string();
    JsonReader personality = pet["personality"].object_or_empty();
    assert_int_equal(personality.present(), read > 0);
    personality["open/ness~"].number({0, 1}, 0.25);
    ++read;
  }
  assert_text(names, "food1water2abc");
  assert_int_equal(read, 3);
  assert_text(
      source.finish().error().text,
      "m.json:3: /pets/2/personality/open~1ness~0: 1.4 is not in [0, 1]"
  );
}

void a_loop_over_items_ends_at_the_first_error(void**) {
  const Json json = parsed(R"([1, 2, "x", 4, 5])");
  JsonSource source("m.json", json);
  size_t read = 0;
  for (const JsonField item : source.root().items()) {
    item.number();
    ++read;
  }
  assert_int_equal(read, 3);
  assert_text(
      source.finish().error().text, "m.json:1: /2: expected a number, found the string \"x\""
  );
}

void the_number_of_items_is_checked(void**) {
  const Json json = parsed(R"({"a": [1, 2, 3]})");
  const auto complaint = [&json](JsonCount count) {
    JsonSource source("m.json", json);
    const std::vector<double> numbers = source.root().object()["a"].numbers({}, count);
    const Result<> result = source.finish();
    assert_int_equal(numbers.size(), result.ok() ? 3 : 0);
    return result.ok() ? "" : result.error().text;
  };
  assert_text(complaint({}), "");
  assert_text(complaint({3, 3}), "");
  assert_text(complaint(JsonCount::exactly(2)), "m.json:1: /a: has 3 items, expected 2");
  assert_text(complaint({4, 9}), "m.json:1: /a: has 3 items, expected at least 4");
  assert_text(complaint({0, 2}), "m.json:1: /a: has 3 items, expected at most 2");
}

void a_field_required_in_a_missing_object_names_both(void**) {
  const Json json = parsed(R"({"a": {}})");
  JsonSource source("m.json", json);
  JsonReader a = source.root().object()["a"].object();
  JsonReader b = a["b"].object_or_empty();
  JsonReader c = b["c"].object_or_empty();
  assert_true(c["d"].integer({}, 4) == 4);
  assert_true(source.ok());
  c["d"].integer();
  assert_text(
      source.finish().error().text, "m.json:1: /a/b: missing; expected an object with the key \"d\""
  );
}

void keys_are_checked_when_a_reader_goes_or_at_the_end(void**) {
  const Json json = parsed(R"({"a": {"x": 1, "y": 2}, "b": 3})");
  {
    JsonSource source("m.json", json);
    JsonReader in = source.root().object();
    in["b"].integer();
    {
      JsonReader a = in["a"].object();
      a["x"].integer();
    }
    assert_false(source.ok());
    assert_text(source.finish().error().text, "m.json:1: /a: \"y\" is not a known key (known: x)");
  }
  {
    JsonSource source("m.json", json);
    JsonReader in = source.root().object();
    in["a"].object().ignore_rest();
    std::optional<JsonReader> first(std::move(in));
    JsonReader moved = *std::move(first);
    first.reset();  // NOLINT(bugprone-use-after-move): it must not check the keys
    assert_true(source.ok());
    assert_text(source.finish().error().text, "m.json:1: \"b\" is not a known key (known: a)");
    assert_int_equal(moved["b"].json()->as_integer(), 3);
  }
  {
    JsonSource source("m.json", json);
    JsonReader in = source.root().object();
    assert_true(in.has("a") && in.has("b") && !in.has("c"));
    assert_true(source.finish().ok());
    assert_int_equal(in["b"].integer(), 3);  // reading on is possible
  }
}

void a_loader_can_fail_for_reasons_of_its_own(void**) {
  const Json json = parsed("{\"pets\": [\n\"dog\"]}");
  JsonSource source("m.json", json);
  const std::vector<std::string> names = source.root().object()["pets"].names();
  assert_text(names[0], "dog");
  source.root().object()["pets"].items()[0].refuse(
      dks::capi::in_quotes(names[0]), " is not a species of this world"
  );
  assert_text(
      source.finish().error().text, "m.json:2: /pets/0: \"dog\" is not a species of this world"
  );
}

void a_value_without_a_line_is_refused_by_its_pointer(void**) {
  const Json json = Json::object().set("a", Json::array({1, 2.5}));
  JsonSource source("built", json);
  for (const JsonField item : source.root().object()["a"].items()) {
    item.integer();
  }
  assert_text(source.finish().error().text, "built: /a/1: expected an integer, found 2.5");
}

void errors_of_the_reader_stay_short(void**) {
  const std::string megabyte(1 << 20, 'x');
  const std::pair<std::string, const char*> documents[] = {
      {"{\"b\": {\"a\": \"" + megabyte + "\"}}", "/b/a: \"xxxx"},
      {"{\"" + megabyte + "\": {\"a\": 1}}", "the key \"xxxx"}};
  for (const auto& [document, said] : documents) {
    const Json json = parsed(document);
    JsonSource source("m.json", json);
    for (const auto& [key, field] : source.root().members()) {
      field.object()["a"].choice<Verb>(kVerbs);
    }
    const std::string error = source.finish().error().text;
    assert_true(error.size() < 300);
    assert_non_null(strstr(error.c_str(), said));
  }
}

void a_wrong_key_that_is_a_name_is_refused_like_a_wrong_name(void**) {
  const Json json = parsed(R"({"consum": 1})");
  JsonSource source("m.json", json);
  for (const auto& [key, field] : source.root().members()) {
    field.refuse_name(key, kVerbs);
  }
  assert_text(
      source.finish().error().text,
      "m.json:1: /consum: \"consum\" is not a known verb; did you mean \"consume\"? "
      "(known: consume, rest, go)"
  );
}

// ---- memory

// Reads, merges, writes, and refuses in every way there is.
void do_everything_once() {
  const auto json = parse_json("a long name of a document.json", R"({
    "list": [{"number": 1.5, "name": "a string too long to stand in place"}, {}],
    "object": {"a key too long to stand in place": 1, "a key that nobody will ask for": 2}})");
  if (json.ok()) {
    JsonSource source("a long name of a document.json", *json);
    JsonReader in = source.root().object();
    for (const JsonField item : in["list"].items()) {
      JsonReader each = item.object();
      each["number"].number({0, 2}, 0.0);
      each["name"].string({}, "a default too long to stand in place");
      each["a missing key too long to stand in place"].boolean(false);
    }
    in["object"].object()["a key too long to stand in place"].integer();
    assert_false(source.finish().ok());
    write_json(merge_patch(*json, *json), JsonStyle::kPretty);
  }
  assert_false(parse_json("m.json", "{\"list\": [1, {\"a\": 1, \"a\": 2}]}").ok());
  assert_false(parse_json("m.json", "[\"a string too long to stand in place\", nil]").ok());
}

void running_out_of_memory_anywhere_is_an_exception_and_nothing_worse(void**) {
  int64_t failures = 0;
  for (bool done = false; !done; ++failures) {
    allocations_left = failures;
    try {
      do_everything_once();
      done = allocations_left >= 0;
    } catch (const std::bad_alloc&) {
      assert_int_equal(allocations_left, -1);
    }
    allocations_left = -1;
  }
  assert_true(failures > 50);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(building_replaces_and_appends),
      cmocka_unit_test(equality_ignores_the_order_of_keys_but_not_the_kind),
      cmocka_unit_test(merge_patch_does_what_the_appendix_of_rfc_7396_says),
      cmocka_unit_test(merging_large_objects_costs_little),
      cmocka_unit_test(patched_values_have_the_line_of_the_patch_and_others_have_none),
      cmocka_unit_test(fields_are_read_and_missing_ones_have_their_defaults),
      cmocka_unit_test(a_wrong_field_is_refused_with_where_what_and_expected),
      cmocka_unit_test(a_wrong_key_is_refused_with_the_nearest_known_one),
      cmocka_unit_test(only_the_first_error_is_kept_and_the_rest_is_read_as_defaults),
      cmocka_unit_test(arrays_and_objects_below_are_read_with_their_place),
      cmocka_unit_test(a_loop_over_items_ends_at_the_first_error),
      cmocka_unit_test(the_number_of_items_is_checked),
      cmocka_unit_test(a_field_required_in_a_missing_object_names_both),
      cmocka_unit_test(keys_are_checked_when_a_reader_goes_or_at_the_end),
      cmocka_unit_test(a_loader_can_fail_for_reasons_of_its_own),
      cmocka_unit_test(a_value_without_a_line_is_refused_by_its_pointer),
      cmocka_unit_test(errors_of_the_reader_stay_short),
      cmocka_unit_test(a_wrong_key_that_is_a_name_is_refused_like_a_wrong_name),
      cmocka_unit_test(running_out_of_memory_anywhere_is_an_exception_and_nothing_worse),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
