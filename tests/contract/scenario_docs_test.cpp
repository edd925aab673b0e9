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
#include "tests/support/field_docs.hpp"
#include "tests/support/files.hpp"
#include "tests/support/scenario_text.hpp"

using namespace spindle::app;
using spindle::test::check_rows;

namespace {

std::string page() {
  return spindle::test::read_file(std::string(SPINDLE_SOURCE_DIR) + "/docs/user/scenario.md");
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
  check_rows(scenario_table(), page(), "scenario.md");
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
