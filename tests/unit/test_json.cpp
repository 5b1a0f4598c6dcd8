// JSON: reading, refusing, writing, merging, and the typed reader.
// SPDX-License-Identifier: MIT
#include "json.h"
#include "json_reader.h"
#include "json_text.h"

#include <array>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
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
int64_t allocations_left = -1;  // then one fails; negative: none
}  // namespace

[[gnu::noinline]] void* operator new(size_t size) {
  if (allocations_left < 0 || allocations_left-- > 0) {
    if (void* memory = std::malloc(size)) {
      return memory;
    }
  }
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
using dks::Result;
using dks::Status;
using dks::capi::Json;
using dks::capi::JsonCount;
using dks::capi::JsonField;
using dks::capi::JsonKind;
using dks::capi::JsonLimits;
using dks::capi::JsonNames;
using dks::capi::JsonReader;
using dks::capi::JsonSource;
using dks::capi::JsonStyle;
using dks::capi::merge_patch;
using dks::capi::NumberRange;
using dks::capi::parse_json;
using dks::capi::write_json;

Json parsed(std::string_view text) {
  Result<Json> json = parse_json("m.json", text);
  if (!json.ok()) {
    fail_msg("%s", json.error().text.c_str());
  }
  return *std::move(json);
}

// The error of a text that must be refused.
std::string refusal(std::string_view text, Status status = Status::kInvalid) {
  const Result<Json> json = parse_json("m.json", text);
  assert_false(json.ok());
  assert_int_equal(static_cast<int>(json.status()), static_cast<int>(status));
  assert_true(json.error().text.size() < 300);
  assert_null(strstr(json.error().text.c_str(), "exception"));
  return json.error().text;
}

void assert_text(const std::string& actual, const std::string& expected) {
  assert_string_equal(actual.c_str(), expected.c_str());
}

struct Refused {
  std::string text;
  std::string error;
};

void assert_refused(const std::vector<Refused>& cases) {
  for (const Refused& each : cases) {
    assert_text(refusal(each.text), each.error);
  }
}

// ---- reading

void every_kind_of_value_is_read(void**) {
  const Json json =
      parsed(R"({"z": null, "a": [true, false], "i": -12, "d": 0.5, "s": "ü\u00fc"})");
  assert_int_equal(json.size(), 5);
  assert_text(json.members()[0].key, "z");
  assert_text(json.members()[4].key, "s");
  assert_true(json.find("z")->is_null());
  assert_true(json.find("a")->items()[0].as_bool());
  assert_false(json.find("a")->items()[1].as_bool());
  assert_int_equal(json.find("i")->as_integer(), -12);
  assert_true(json.find("d")->as_number() == 0.5);
  assert_text(std::string(json.find("s")->as_string()), "üü");
  assert_null(json.find("missing"));
}

void a_plain_value_is_a_document_too(void**) {
  assert_int_equal(parsed(" 7\n").as_integer(), 7);
  assert_text(std::string(parsed("\"\"").as_string()), "");
  assert_true(parsed("null").is_null());
}

void values_know_the_line_they_began_in(void**) {
  const Json json = parsed("\n{\n \"a\": 1, \"b\"\n:\n[10,\n 20\n], \"c\": \"x\"\r\n,\"d\":{}}\n");
  assert_int_equal(json.line(), 2);
  assert_int_equal(json.find("a")->line(), 3);
  assert_int_equal(json.find("b")->line(), 5);
  assert_int_equal(json.find("b")->items()[0].line(), 5);
  assert_int_equal(json.find("b")->items()[1].line(), 6);
  assert_int_equal(json.find("c")->line(), 7);
  assert_int_equal(json.find("d")->line(), 8);
}

void integers_end_where_int64_ends_and_are_doubles_beyond(void**) {
  assert_true(parsed("9223372036854775807").is_integer());
  assert_true(parsed("-9223372036854775808").as_integer() == INT64_MIN);
  for (const char* beyond :
       {"9223372036854775808", "-9223372036854775809", "18446744073709551616"}) {
    assert_int_equal(parsed(beyond).kind(), JsonKind::kNumber);
  }
  assert_true(parsed("18446744073709551615").as_number() == 18446744073709551615.0);
  assert_int_equal(parsed("[-0, 12]").items()[1].line(), 1);
  assert_true(parsed("1e3").kind() == JsonKind::kNumber);
}

void doubles_are_read_exactly_and_too_small_ones_are_zero(void**) {
  assert_true(parsed("0.1").as_number() == 0.1);
  assert_true(parsed("5e-324").as_number() == 5e-324);
  assert_true(parsed("1.7976931348623157e308").as_number() == 1.7976931348623157e308);
  assert_true(parsed("1e-400").as_number() == 0.0);
  assert_true(std::signbit(parsed("-1e-400").as_number()));
}

void the_hosts_locale_does_not_change_numbers(void**) {
  // NOLINTBEGIN(concurrency-mt-unsafe): this test has one thread.
  if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) {
    skip();
  }
  assert_text(std::localeconv()->decimal_point, ",");
  assert_true(parsed("[1.5e2]").items()[0].as_number() == 150.0);
  assert_text(write_json(Json(0.25)), "0.25");
  std::setlocale(LC_NUMERIC, "C");
  // NOLINTEND(concurrency-mt-unsafe)
}

void a_byte_order_mark_is_skipped(void**) {
  assert_int_equal(parsed("\xef\xbb\xbf{\"a\": 1}").size(), 1);
  assert_text(
      refusal("\xef\xbb\xbf\xef\xbb\xbf{}"),
      "m.json:1:1: a second byte order mark, expected a value"
  );
  assert_text(refusal("\xef\xbb\xbf"), "m.json:1:1: the document is empty, expected a value");
  assert_text(refusal("\xef\xbb"), "m.json:1:1: unexpected '\\xef\\xbb', expected a value");
}

void surrogate_pairs_are_one_character(void**) {
  assert_text(std::string(parsed(R"("\ud83d\ude00")").as_string()), "\xf0\x9f\x98\x80");
}

// ---- refusing

void wrong_syntax_is_refused_with_line_column_and_what_was_expected(void**) {
  assert_refused({
      {"", "m.json:1:1: the document is empty, expected a value"},
      {" \n ", "m.json:2:2: the document is empty, expected a value"},
      {"{\n\"a\": }", "m.json:2:6: unexpected '}', expected a value"},
      {"{\"ü\": }", "m.json:1:7: unexpected '}', expected a value"},
      {"{\"a\" 1}", "m.json:1:6: unexpected \"1\", expected ':'"},
      {"{\"a\": 1,}", "m.json:1:9: unexpected '}', expected a key in double quotes"},
      {"{a: 1}", "m.json:1:2: unexpected \"a\", expected a key in double quotes or '}'"},
      {"{\"a\": 1 \"b\": 2}", "m.json:1:9: unexpected string \"b\", expected ',' or '}'"},
      {"{1: 2}", "m.json:1:2: unexpected \"1\", expected a key in double quotes or '}'"},
      {"[1,]", "m.json:1:4: unexpected ']', expected a value"},
      {"[,1]", "m.json:1:2: unexpected ',', expected a value or ']'"},
      {"[1 2]", "m.json:1:4: unexpected \"2\", expected ',' or ']'"},
      {"[1}", "m.json:1:3: unexpected '}', expected ',' or ']'"},
      {"[[1], }", "m.json:1:7: unexpected '}', expected a value"},
      {"[1, 2] // two",
       "m.json:1:8: unexpected '/' (JSON has no comments), expected the end of the "
       "document"},
      {"{'a': 1}",
       "m.json:1:2: unexpected ''' (JSON quotes with \"), expected a key in double "
       "quotes or '}'"},
      {"[True]", "m.json:1:2: unexpected \"True\", expected a value or ']'"},
      {"truely", "m.json:1:1: unexpected \"truely\", expected a value"},
      {"\xff\xfe{\0}\0"s, "m.json:1:1: the document is UTF-16, expected UTF-8"},
  });
}

void truncated_input_is_refused(void**) {
  assert_refused({
      {"{", "m.json:1:2: the document ends here, expected a key in double quotes or '}'"},
      {"{\"a\"", "m.json:1:5: the document ends here, expected ':'"},
      {"{\"a\":", "m.json:1:6: the document ends here, expected a value"},
      {"{\"a\": 1", "m.json:1:8: the document ends here, expected ',' or '}'"},
      {"{\"a\": 1,\n", "m.json:2:1: the document ends here, expected a key in double quotes"},
      {"[1, [2]", "m.json:1:8: the document ends here, expected ',' or ']'"},
      {"[tru", "m.json:1:2: unexpected \"tru\", expected a value or ']'"},
      {"[\"abc", "m.json:1:2: the string \"abc\" is not closed"},
      {"[\"abc\\", "m.json:1:2: the string \"abc\\\" is not closed"},
      {"-", "m.json:1:1: unexpected \"-\", expected a value"},
  });
  const std::string whole = R"({"a": [1, -2.5e3, "x\u00e9y", {"b": null}], "c": true})";
  for (size_t size = 0; size < whole.size(); ++size) {
    refusal(std::string_view(whole).substr(0, size));
  }
}

void trailing_garbage_is_refused(void**) {
  assert_refused({
      {"{} {}", "m.json:1:4: unexpected '{', expected the end of the document"},
      {"1 2", "m.json:1:3: unexpected \"2\", expected the end of the document"},
      {"{}]", "m.json:1:3: unexpected ']', expected the end of the document"},
      {"{}\0"s, "m.json:1:3: unexpected '\\u0000', expected the end of the document"},
      {"{} \0garbage"s, "m.json:1:4: unexpected '\\u0000', expected the end of the document"},
      {"\0"s, "m.json:1:1: unexpected '\\u0000', expected a value"},
  });
}

void numbers_that_json_does_not_have_are_refused(void**) {
  assert_refused({
      {"NaN", "m.json:1:1: unexpected NaN, which JSON does not have, expected a value"},
      {"[Infinity]",
       "m.json:1:2: unexpected Infinity, which JSON does not have, expected a value or ']'"},
      {"-Infinity", "m.json:1:1: unexpected -Infinity, which JSON does not have, expected a value"},
      {"nan", "m.json:1:1: unexpected nan, which JSON does not have, expected a value"},
      {"01", "m.json:1:1: \"01\" is not a number as JSON writes it, expected a value"},
      {"[1.5.6]", "m.json:1:2: \"1.5.6\" is not a number as JSON writes it, expected a value"},
      {"[.5]", "m.json:1:2: \".5\" is not a number as JSON writes it, expected a value or ']'"},
      {"+1", "m.json:1:1: \"+1\" is not a number as JSON writes it, expected a value"},
      {"1.", "m.json:1:1: \"1.\" is not a number as JSON writes it, expected a value"},
      {"1e", "m.json:1:1: \"1e\" is not a number as JSON writes it, expected a value"},
      {"0x10", "m.json:1:1: \"0x10\" is not a number as JSON writes it, expected a value"},
      {"[1, 1e309]", "m.json:1:5: the number \"1e309\" is too large, expected at most 1.8e308"},
      {"{\"a\": -1e999}",
       "m.json:1:7: the number \"-1e999\" is too large, expected at most 1.8e308"},
  });
}

void a_number_of_a_million_digits_is_refused(void**) {
  const std::string ones(1'000'000, '1');
  assert_text(
      refusal("[\n" + ones + "]"),
      "m.json:2:1: the number \"1111111111111111111111111111111111111111...\" is too large, "
      "expected at most 1.8e308"
  );
  const std::string zeros(1'000'000, '0');
  assert_text(
      refusal("[0." + zeros + "1]", Status::kLimit),
      "m.json:1:2: a number of 1000003 characters, expected at most 1000"
  );
  assert_text(
      refusal("[1e" + zeros + "1, 2]", Status::kLimit),
      "m.json:1:2: a number of 1000003 characters, expected at most 1000"
  );
}

void broken_strings_are_refused(void**) {
  assert_refused({
      {"\"a\nb\"", "m.json:1:3: the line ends inside the string \"a\", expected '\"'"},
      {"\"a\x01\"",
       "m.json:1:3: control character \"\\u0001\" in the string \"a\", expected it as an "
       "escape"},
      {"\"a\tb\"",
       "m.json:1:3: control character \"\\t\" in the string \"a\", expected it as an "
       "escape"},
      {"\"a\0\""s,
       "m.json:1:3: control character \"\\u0000\" in the string \"a\", expected it as an "
       "escape"},
      {R"("\q")",
       "m.json:1:2: \"\\q\" is no escape, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r "
       "\\t \\uXXXX"},
      {R"("\u12g4")", "m.json:1:2: \"\\u12g4\" is no escape, expected \\u and four hex digits"},
  });
}

void lone_surrogates_are_refused(void**) {
  for (const char* lone :
       {R"(["\ud800"])",
        R"(["\udc00"])",
        R"(["\ud800x"])",
        R"(["\ud800\n"])",
        R"(["\ud800\ud800"])",
        R"(["\udc00\ud800"])",
        R"({"\uD83D": 1})"}) {
    assert_non_null(strstr(refusal(lone).c_str(), "is half a surrogate pair"));
  }
  assert_non_null(strstr(refusal("\"\xed\xa0\x80\"").c_str(), "is not valid UTF-8"));
}

void invalid_utf8_is_refused(void**) {
  assert_text(
      refusal("{\"a\": \"b\xff\"}"), "m.json:1:9: \"\\xff\" in the string \"b\" is not valid UTF-8"
  );
  for (const char* bytes :
       {"\xc0\xaf",
        "\xc1\xbf",
        "\xe0\x80\xaf",
        "\xe0\x9f\xbf",  // overlong
        "\xf0\x80\x80\xaf",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",  // too far
        "\xf5\x80\x80\x80",
        "\x80",
        "\xe2\x82",
        "\xc3",
        "\xed\xbf\xbf"}) {
    assert_non_null(strstr(refusal("\""s + bytes + "\"").c_str(), "is not valid UTF-8"));
    assert_non_null(strstr(refusal("{\""s + bytes + "\": 1}").c_str(), "is not valid UTF-8"));
  }
  assert_text(refusal("\xff"), "m.json:1:1: unexpected '\\xff', expected a value");
}

void a_repeated_key_is_refused(void**) {
  assert_text(
      refusal("{\"pets\": [{}, {\"name\": 1,\n\"x\": 2,\n\"name\": 3}]}"),
      "m.json:3: /pets/1: the key \"name\" stands twice, first in line 1"
  );
  assert_text(
      refusal("{\"a\": 1, \"\\u0061\": 2}"), "m.json:1: the key \"a\" stands twice, first in line 1"
  );
  assert_text(
      refusal("{\"a/b~\": {\"x\": {\"\": 1, \"\": 2}}}"),
      "m.json:1: /a~1b~0/x: the key \"\" stands twice, first in line 1"
  );
  std::string many = "{\"twice\":0";
  for (int i = 0; i < 100'000; ++i) {
    many += ",\"k" + std::to_string(i) + "\":0";
  }
  assert_int_equal(parsed(many + "}").size(), 100'001);
  assert_text(
      refusal(many + ",\n\"twice\":1,\"k5\":0}"),
      "m.json:2: the key \"twice\" stands twice, first in line 1"
  );
}

void nesting_is_limited(void**) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  assert_true(parsed(nested(64)).is_array());
  assert_text(
      refusal(nested(65), Status::kLimit),
      "m.json:1:65: arrays and objects more than 64 deep inside each other"
  );
  refusal(std::string(100'000, '['), Status::kLimit);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) {
    objects += "{\"a\":";
  }
  refusal(objects, Status::kLimit);
}

void size_and_number_of_values_are_limited(void**) {
  JsonLimits limits;
  limits.bytes = 5;
  assert_true(parse_json("m.json", "[1,2]", limits).ok());
  const Result<Json> large = parse_json("m.json", "[1,2] ", limits);
  assert_true(large.status() == Status::kLimit);
  assert_text(large.error().text, "m.json: a document of 6 bytes, expected at most 5");
  limits = {.values = 3};
  assert_true(parse_json("m.json", "[1,2]", limits).ok());
  const Result<Json> many = parse_json("m.json", "[1,\n2,3]", limits);
  assert_true(many.status() == Status::kLimit);
  assert_text(many.error().text, "m.json:2:3: more than 3 values in one document");
}

void a_megabyte_of_nonsense_makes_a_short_error(void**) {
  const std::string megabyte(1 << 20, 'x');
  refusal(megabyte);
  refusal("\"" + megabyte);
  refusal("\"" + megabyte + "\n\"");
  refusal("{\"" + megabyte + "\": 1, \"" + megabyte + "\": 2}");
  refusal("{\"a\": \"" + megabyte + "\" \"" + megabyte + "\"}");
}

// ---- writing

void what_is_written_reads_back_the_same(void**) {
  const Json json = Json::object()
                        .set("null", nullptr)
                        .set("yes", true)
                        .set("least", std::numeric_limits<int64_t>::min())
                        .set("beyond 2^53", int64_t{9007199254740993})
                        .set("whole", 3.0)
                        .set("minus zero", -0.0)
                        .set("tenth", 0.1)
                        .set("large", 1.7976931348623157e308)
                        .set("small", 5e-324)
                        .set("text", "\"\\/\b\f\n\r\t\x01\x7f ü \xf0\x9f\x98\x80")
                        .set("nested", Json::array({1, Json::array(), Json::object().set("", "")}));
  for (const JsonStyle style : {JsonStyle::kCompact, JsonStyle::kPretty}) {
    const Json back = parsed(write_json(json, style));
    assert_true(back == json);
    assert_true(std::signbit(back.find("minus zero")->as_number()));
    assert_text(write_json(back, style), write_json(json, style));
  }
}

void writing_is_the_same_bytes_every_time(void**) {
  const Json json = Json::object()
                        .set("b", Json::array({1, 2.5, "x"}))
                        .set("a", Json::object().set("t", true))
                        .set("e", Json::object())
                        .set("m", Json::array({Json::array({1, 2}), Json::array()}));
  assert_text(write_json(json), R"({"b":[1,2.5,"x"],"a":{"t":true},"e":{},"m":[[1,2],[]]})");
  assert_text(write_json(json, JsonStyle::kPretty), R"({
  "b": [1, 2.5, "x"],
  "a": {
    "t": true
  },
  "e": {},
  "m": [
    [1, 2],
    []
  ]
}
)");
}

void doubles_are_written_short_and_never_as_nan(void**) {
  assert_text(write_json(Json(0.1)), "0.1");
  assert_text(write_json(Json(1.0)), "1.0");
  assert_text(write_json(Json(-0.0)), "-0.0");
  assert_text(write_json(Json(1e22)), "1e+22");
  assert_text(write_json(Json(1.0 / 3.0)), "0.3333333333333333");
  assert_text(write_json(Json(std::numeric_limits<double>::quiet_NaN())), "null");
  assert_text(write_json(Json(-std::numeric_limits<double>::infinity())), "null");
  assert_text(write_json(Json(std::numeric_limits<uint64_t>::max())), "18446744073709551616.0");
}

void invalid_bytes_are_written_as_replacement_characters(void**) {
  const std::string replaced = "\xef\xbf\xbd";
  assert_text(write_json(Json("a\xff"s + "b")), "\"a" + replaced + "b\"");
  assert_text(write_json(Json("\xe2\x82")), "\"" + replaced + "\"");
  assert_text(write_json(Json("\xc0\xaf")), "\"" + replaced + replaced + "\"");
  assert_text(write_json(Json("\xed\xa0\x80")), "\"" + replaced + replaced + replaced + "\"");
  assert_text(write_json(Json("a\0b"s)), "\"a\\u0000b\"");
  assert_text(write_json(Json::object().set("\xff", 1)), "{\"" + replaced + "\":1}");
}

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
      cmocka_unit_test(every_kind_of_value_is_read),
      cmocka_unit_test(a_plain_value_is_a_document_too),
      cmocka_unit_test(values_know_the_line_they_began_in),
      cmocka_unit_test(integers_end_where_int64_ends_and_are_doubles_beyond),
      cmocka_unit_test(doubles_are_read_exactly_and_too_small_ones_are_zero),
      cmocka_unit_test(the_hosts_locale_does_not_change_numbers),
      cmocka_unit_test(a_byte_order_mark_is_skipped),
      cmocka_unit_test(surrogate_pairs_are_one_character),
      cmocka_unit_test(wrong_syntax_is_refused_with_line_column_and_what_was_expected),
      cmocka_unit_test(truncated_input_is_refused),
      cmocka_unit_test(trailing_garbage_is_refused),
      cmocka_unit_test(numbers_that_json_does_not_have_are_refused),
      cmocka_unit_test(a_number_of_a_million_digits_is_refused),
      cmocka_unit_test(broken_strings_are_refused),
      cmocka_unit_test(lone_surrogates_are_refused),
      cmocka_unit_test(invalid_utf8_is_refused),
      cmocka_unit_test(a_repeated_key_is_refused),
      cmocka_unit_test(nesting_is_limited),
      cmocka_unit_test(size_and_number_of_values_are_limited),
      cmocka_unit_test(a_megabyte_of_nonsense_makes_a_short_error),
      cmocka_unit_test(what_is_written_reads_back_the_same),
      cmocka_unit_test(writing_is_the_same_bytes_every_time),
      cmocka_unit_test(doubles_are_written_short_and_never_as_nan),
      cmocka_unit_test(invalid_bytes_are_written_as_replacement_characters),
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
