// JSON as text: reading, refusing and writing it. SPDX-License-Identifier: MIT
#include "json.h"
#include "json_support.h"
#include "json_text.h"

#include <clocale>
#include <cmath>
#include <cstring>
#include <limits>
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

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
using dks::Result;
using dks::Status;
using dks::capi::Json;
using dks::capi::JsonKind;
using dks::capi::JsonLimits;
using dks::capi::JsonStyle;
using dks::capi::parse_json;
using dks::capi::write_json;
using dks::test::assert_text;
using dks::test::parsed;
using dks::test::Refused;

// The error of a text that must be refused.
std::string refusal(std::string_view text, Status status = Status::kInvalid) {
  const Result<Json> json = parse_json("m.json", text);
  assert_false(json.ok());
  assert_int_equal(static_cast<int>(json.status()), static_cast<int>(status));
  assert_true(json.error().text.size() < 300);
  assert_null(strstr(json.error().text.c_str(), "exception"));
  return json.error().text;
}

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
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
