// docs/user/scenario.md: its tables are the reader's table, and its examples are read.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "app/report/metric_table.hpp"
#include "app/scenario/fields.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/reader.hpp"
#include "app/scenario/threshold_text.hpp"
#include "tests/support/files.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::app;

namespace {

std::string page() {
  return spindle::test::read_file(std::string(SPINDLE_SOURCE_DIR) + "/docs/user/scenario.md");
}

std::string kind_word(Kind kind) {
  switch (kind) {
    case Kind::kObject:
      return "object";
    case Kind::kArray:
      return "array of objects";
    case Kind::kText:
      return "text";
    case Kind::kName:
      return "name";
    case Kind::kWord:
      return "word";
    case Kind::kInteger:
      return "count";
    case Kind::kNumber:
      return "number";
    case Kind::kRatio:
      return "ratio";
    case Kind::kBytes:
      return "bytes";
    case Kind::kDuration:
      return "time";
    case Kind::kByteRate:
      return "bytes per time";
    case Kind::kFailureRate:
      return "failures per time";
    case Kind::kColumn:
      return "column";
    case Kind::kPairs:
      return "array of pairs";
    case Kind::kOverrides:
      return "paths and values";
    case Kind::kThresholds:
      return "metrics and bounds";
  }
  return {};
}

// | key | kind | default | meaning |
std::string row(const Field& field) {
  std::string fallback = field.required ? "required" : "–";
  if (!field.fallback.empty()) fallback = "`" + field.fallback + "`";
  return "| `" + field.name + "` | " + kind_word(field.kind) + " | " + fallback + " | " +
         field.doc + " |\n";
}

void check_rows(const ObjectSpec& spec, const std::string& text) {
  const auto check = [&](const Field& field) {
    const std::string expected = row(field);
    INFO("docs/user/scenario.md lacks the row\n" << expected);
    const bool found = text.find(expected) != std::string::npos;
    CHECK(found);
    if (field.object != nullptr) check_rows(*field.object, text);
  };
  for (const Field& field : spec.fields) check(field);
  for (const VariantSpec& variant : spec.variants) {
    const std::string expected = "`" + variant.word + "`: ";
    INFO("docs/user/scenario.md lacks\n" << expected);
    const bool found = text.find(expected) != std::string::npos;
    CHECK(found);
    for (const Field& field : variant.fields) check(field);
  }
}

// The fenced blocks of the page that begin with ```jsonc.
std::vector<std::string> examples(const std::string& text) {
  std::vector<std::string> blocks;
  const std::string fence = "```jsonc\n";
  for (std::size_t at = text.find(fence); at != std::string::npos; at = text.find(fence, at)) {
    at += fence.size();
    blocks.push_back(text.substr(at, text.find("```", at) - at));
  }
  return blocks;
}

}  // namespace

TEST_CASE("scenario: the page on scenarios has every field as the reader knows it") {
  check_rows(scenario_table(), page());
}

TEST_CASE("scenario: the page says how a threshold of each unit is written") {
  for (const MetricRow& metric : metric_table()) {
    const std::string start = std::string("\n| `") + metric.unit + "` | ";
    const std::size_t at = page().find(start);
    INFO("docs/user/scenario.md lacks a row that begins\n" << start);
    REQUIRE(at != std::string::npos);
    const std::string line = page().substr(at + 1, page().find('\n', at + 1) - at - 1);
    INFO(line);
    const std::size_t example = line.find("`\"");
    REQUIRE(example != std::string::npos);
    const std::string text = line.substr(example + 2, line.find("\"`", example + 2) - example - 2);
    CHECK(parse_threshold(metric.name, text).value);
  }
}

TEST_CASE("scenario: the page's examples are read") {
  const std::vector<std::string> blocks = examples(page());
  REQUIRE(blocks.size() >= 10);
  for (const std::string& block : blocks) {
    INFO(block);
    const ParsedDocument document = parse_document(block);
    REQUIRE(document.value);
    // A whole scenario, or parts of one, put in place of the base scenario's.
    std::string text = block;
    std::vector<std::string> sets;
    if (document.value->find("schema_version") == nullptr) {
      text = spindle::test::base_scenario();
      for (const Member& member : document.value->members) {
        sets.push_back(member.key + "=" + to_json(member.value).dump());
      }
    }
    const ReadResult result = read_scenario_text(text, "example", sets);
    for (const Problem& problem : result.problems) UNSCOPED_INFO(to_string(problem));
    CHECK(result.scenario);
  }
}

TEST_CASE("scenario: the page's messages are the reader's") {
  const ReadResult result =
      read_scenario_text(spindle::test::replaced(spindle::test::base_scenario(), "\"20 TB\"", "20"),
                         "scenarios/x.json", {});
  REQUIRE(result.problems.size() == 1);
  CHECK(page().find(to_string(result.problems[0])) != std::string::npos);
}
