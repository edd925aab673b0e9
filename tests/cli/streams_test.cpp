// Streams that cannot be written: the program says so where it can, and never dies of it.
#include <catch2/catch.hpp>

#include "tests/cli/program.hpp"

using namespace spindle::test;

TEST_CASE("a standard output that is full is an error, however short the output") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  for (const char* command :
       {"version", "--help", "schema", "list drives", "explain small.json", "validate small.json",
        "run small.json -q", "compare small.json -q"}) {
    const Outcome outcome =
        shell(scratch.path(), std::string("\"$SPINDLE\" ") + command + " > /dev/full");
    INFO(command << "\n" << outcome.err);
    CHECK(outcome.exit_code == 1);
    CHECK(outcome.err.find("standard output") != std::string::npos);
  }
}

TEST_CASE("a standard error that cannot be written changes nothing else") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  for (const char* sink : {" 2> /dev/full", " 2>&-"}) {
    const auto code = [&](const std::string& arguments) {
      return shell(scratch.path(), "\"$SPINDLE\" " + arguments + sink).exit_code;
    };
    INFO(sink);
    CHECK(code("run absent.json") == 3);
    CHECK(code("fly") == 2);
    CHECK(code("list nothing") == 2);
    CHECK(code("run small.json --progress=lines") == 0);
    CHECK(code("compare small.json --progress=bar") == 0);
  }
}

TEST_CASE("a closed stream does not become a result file") {
  const Scratch scratch;
  write_file(scratch.path() / "small.json", small_scenario());
  REQUIRE(shell(scratch.path(), "\"$SPINDLE\" run small.json -q --out open").exit_code == 0);
  const Outcome closed =
      shell(scratch.path(), "\"$SPINDLE\" run small.json --progress=lines --out shut <&- >&- 2>&-");
  CHECK(closed.exit_code == 1);  // the table went nowhere
  for (const char* name : {"metrics.json", "timeseries.csv", "fill_histogram.csv",
                           "heat_histogram.csv", "scenario.json"}) {
    CHECK(read_file(scratch.path() / "open" / name) == read_file(scratch.path() / "shut" / name));
  }
}
