// Tables as text: cells keep to their cells, numbers to their columns.
#include "app/report/text_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace spindle::app;

TEST_CASE("a bar in a cell does not end it in Markdown") {
  TextTable table({{"name", false}, {"value"}});
  table.add_row({"a|b", "1"});
  CHECK(table.render(Format::kMarkdown).find("| a\\|b | 1 |") != std::string::npos);
}

TEST_CASE("whole numbers are grouped as long as their digits mean something") {
  CHECK(whole(0) == "0");
  CHECK(whole(1234567.4) == "1,234,567");
  CHECK(whole(8.6e22) == "8.6e+22");
  CHECK(whole(-1) == "-");
  CHECK(whole(std::nan("")) == "-");
}
