// Line and column of every key and value, and what is refused before parsing.
#include "app/scenario/json_positions.hpp"

#include <catch2/catch.hpp>

#include "app/scenario/json_document.hpp"

using namespace spindle::app;

namespace {

std::string at(const Position& position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string fault(std::string_view text) {
  const ParsedDocument document = parse_document(text);
  REQUIRE_FALSE(document.value);
  return at(document.fault.position) + " " + document.fault.message;
}

void check_fault(std::string_view text, const std::string& position, const std::string& fragment) {
  const std::string found = fault(text);
  INFO(found);
  CHECK(found.substr(0, position.size() + 1) == position + " ");
  CHECK(found.find(fragment) != std::string::npos);
}

}  // namespace

TEST_CASE("json: keys and values know their line and column") {
  const std::string text =
      "// a comment \"with\" {brackets}\n"
      "{ \"a\": 1, /* [ */ \"b\":\n"
      "\t[true, null, -2.5e3, \"x\\\"y\"],\r\n"
      "  \"\xC3\xA9\xE2\x82\xAC\": {\"c\": \"d\"} }";
  const ParsedDocument document = parse_document(text);
  REQUIRE(document.value);
  const Value& root = *document.value;
  CHECK(at(root.origin.position) == "2:1");
  REQUIRE(root.members.size() == 3);
  CHECK(at(root.members[0].origin.position) == "2:3");
  CHECK(at(root.members[0].value.origin.position) == "2:8");
  CHECK(at(root.members[1].origin.position) == "2:19");
  const Value& list = root.members[1].value;
  CHECK(at(list.origin.position) == "3:2");
  REQUIRE(list.items.size() == 4);
  CHECK(at(list.items[0].origin.position) == "3:3");
  CHECK(at(list.items[1].origin.position) == "3:9");
  CHECK(at(list.items[2].origin.position) == "3:15");
  CHECK(list.items[2].number == -2500);
  CHECK(at(list.items[3].origin.position) == "3:23");
  CHECK(list.items[3].text == "x\"y");
  // Columns count code points: the key of two letters is five bytes long.
  CHECK(at(root.members[2].origin.position) == "4:3");
  CHECK(at(root.members[2].value.origin.position) == "4:9");
  CHECK(at(root.members[2].value.members[0].value.origin.position) == "4:15");
}

TEST_CASE("json: duplicates are kept, and the last one is found") {
  const ParsedDocument document = parse_document("{\"a\": 1,\n \"a\": 2}");
  REQUIRE(document.value);
  REQUIRE(document.value->members.size() == 2);
  CHECK(at(document.value->members[1].origin.position) == "2:2");
  CHECK(document.value->find("a")->whole == 2);
  CHECK(document.value->find("b") == nullptr);
}

TEST_CASE("json: line ends of every kind count once") {
  const ParsedDocument document = parse_document("[1,\r2,\r\n3,\n\n4]");
  REQUIRE(document.value);
  CHECK(at(document.value->items[1].origin.position) == "2:1");
  CHECK(at(document.value->items[2].origin.position) == "3:1");
  CHECK(at(document.value->items[3].origin.position) == "5:1");
}

TEST_CASE("json: a byte-order mark is skipped and takes no column") {
  const ParsedDocument document = parse_document("\xEF\xBB\xBF{\"a\": 1}");
  REQUIRE(document.value);
  CHECK(at(document.value->origin.position) == "1:1");
}

TEST_CASE("json: texts that are no JSON are explained where they break") {
  check_fault("", "1:1", "the file is empty");
  check_fault(" \n // only a comment\n", "1:1", "the file is empty");
  check_fault("\xEF\xBB\xBF", "1:1", "the file is empty");
  check_fault("{\"a\": \"\xFF\"}", "1:8", "invalid UTF-8 (byte 0xff)");
  check_fault("{\"a\": \"\xC0\xAF\"}", "1:8", "invalid UTF-8");
  check_fault("{\"a\": \"\xED\xA0\x80\"}", "1:8", "invalid UTF-8");
  check_fault("{\"a\": \"\xE2\x82", "1:8", "invalid UTF-8");
  check_fault(std::string_view("{\"a\":\0 1}", 9), "1:6", "a zero byte");
  check_fault("{\"a\":\n 1", "2:3", "the text ends before the JSON is complete");
  check_fault("{\"a\": \"b", "1:9", "the text ends inside a string");
  check_fault("{ /* \n", "2:1", "the text ends inside a comment");
  check_fault("{\"a\": NaN}", "1:7", "NaN is not a number in JSON");
  check_fault("{\"a\": -Infinity}", "1:7", "-Infinity is not a number in JSON");
  check_fault("{\"a\": 1e400}", "1:7", "the number 1e400 is too large");
  check_fault("{\"a\": -1e999}", "1:7", "too large");
  check_fault("{\"a\": 1,}", "1:9", "a comma before \"}\"");
  check_fault("[1,,2]", "1:4", "a comma before \",\"");
  check_fault("{'a': 1}", "1:2", "a single quote");
  check_fault("{\"a\": 20TB}", "1:7", "20TB is not a number — put a quantity in double quotes");
  check_fault("{a: 1}", "1:2", "expected a key in double quotes");
  check_fault("{\"a\" 1}", "1:6", "expected ':'");
  check_fault("{\"a\": 1} x", "1:10", "nothing more after the closing brace");
  check_fault("{\"a\": \"b\nc\"}", "1:9", "a line break or control character inside a string");
  check_fault("{\"a\": \"\\q\"}", "1:7", "a bad escape inside a string");
  check_fault("{\"a\": \"\\ud800\"}", "1:7", "a bad escape inside a string");
  check_fault("{\"a\": tru}", "1:7", "not JSON: found \"tru\"");
}

TEST_CASE("json: nesting, size and number of values are bounded before parsing") {
  const std::string deep(64, '[');
  CHECK(parse_document(deep + std::string(64, ']')).value);
  check_fault(deep + "[" + std::string(65, ']'), "1:65", "nested more than 64 levels");
  check_fault(std::string(5'000'000, '['), "1:65", "nested more than 64 levels");
  // Brackets in strings and comments do not nest.
  CHECK(parse_document("[\"" + std::string(100, '[') + "\" /*" + std::string(100, '[') + "*/]")
            .value);
  std::string wide = "[1";
  for (int i = 0; i < 200'000; ++i) wide += ",1";
  check_fault(wide + "]", "1:400000", "more than 200,000 keys and values");
  check_fault(std::string((64U << 20U) + 1, ' '), "0:0", "larger than 64 MiB");
}
