// Which points a sweep block makes: grids, zips, lists, drawn points, filters.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/support/sweeps.hpp"

using namespace spindle::app;
using spindle::test::points_of;
using spindle::test::problem_of;
using spindle::test::read_points;

using Texts = std::vector<std::string>;

TEST_CASE("sweep points: a grid takes every value with every other, the last axis fastest") {
  CHECK(points_of(R"({"axes": [{"path": "placement.d", "values": [1, 2]},
                               {"path": "data.extent", "values": ["1 GB", "2 GB", "4 GB"]}]})") ==
        Texts{"placement.d=1 data.extent=\"1 GB\"", "placement.d=1 data.extent=\"2 GB\"",
              "placement.d=1 data.extent=\"4 GB\"", "placement.d=2 data.extent=\"1 GB\"",
              "placement.d=2 data.extent=\"2 GB\"", "placement.d=2 data.extent=\"4 GB\""});
}

TEST_CASE("sweep points: a zip takes values of equal places together") {
  CHECK(points_of(R"({"combine": "zip",
                      "axes": [{"path": "fleet.drives", "values": [100, 200]},
                               {"path": "data.logical", "values": ["1 PB", "2 PB"]}]})") ==
        Texts{"fleet.drives=100 data.logical=\"1 PB\"", "fleet.drives=200 data.logical=\"2 PB\""});
  CHECK(problem_of(R"({"combine": "zip", "axes": [{"path": "a", "values": [1, 2]},
                                                  {"path": "b", "values": [1]}]})") ==
        "sweep.axes: cannot be zipped (values: 2 of a or 1 of b) — give all axes equally many");
}

TEST_CASE("sweep points: a list is applied in order, alone and with every point of the axes") {
  const std::string list = R"("list": [{"placement.policy": "random"},
                                       {"placement.policy": "d_choices", "placement.d": 2}])";
  CHECK(points_of("{" + list + "}") ==
        Texts{"placement.policy=\"random\"", "placement.policy=\"d_choices\" placement.d=2"});
  CHECK(points_of("{" + list + R"(, "axes": [{"path": "fleet.drives", "values": [1, 2]}]})") ==
        Texts{"placement.policy=\"random\" fleet.drives=1",
              "placement.policy=\"random\" fleet.drives=2",
              "placement.policy=\"d_choices\" placement.d=2 fleet.drives=1",
              "placement.policy=\"d_choices\" placement.d=2 fleet.drives=2"});
  const auto read = read_points("{" + list + R"(, "axes": [{"path": "x", "values": [1]}]})");
  CHECK(read.points->columns() == Texts{"placement.policy", "placement.d", "x"});
}

TEST_CASE("sweep points: ranges have their ends as written, and even steps or factors between") {
  CHECK(points_of(R"({"axes": [{"path": "data.extent", "from": "1 GB", "to": "2 GB",
                                "count": 5}]})") ==
        Texts{"data.extent=\"1 GB\"", "data.extent=\"1.25 GB\"", "data.extent=\"1.5 GB\"",
              "data.extent=\"1.75 GB\"", "data.extent=\"2 GB\""});
  CHECK(points_of(R"({"axes": [{"path": "tenants.0.reads", "from": "1 TB/d", "to": "1 PB/d",
                                "count": 4, "scale": "log"}]})") ==
        Texts{"tenants.0.reads=\"1 TB/d\"", "tenants.0.reads=\"10 TB/d\"",
              "tenants.0.reads=\"100 TB/d\"", "tenants.0.reads=\"1 PB/d\""});
  // Counts are whole, and equal ones count once.
  CHECK(points_of(R"({"axes": [{"path": "placement.d", "from": 1, "to": 3, "count": 9}]})") ==
        Texts{"placement.d=1", "placement.d=2", "placement.d=3"});
  CHECK(points_of(R"({"axes": [{"path": "targets.fill", "from": 0.5, "to": 1, "count": 3}]})") ==
        Texts{"targets.fill=0.5", "targets.fill=0.75", "targets.fill=1"});
}

TEST_CASE("sweep points: a latin hypercube has one point in each part of every axis") {
  constexpr int kPoints = 50;
  const std::string block = R"({"combine": "latin_hypercube", "points": 50, "axes": [
      {"path": "targets.fill", "from": 0, "to": 1}, {"path": "targets.heat", "from": 0, "to": 1},
      {"path": "placement.policy", "values": ["a", "b"]}]})";
  const auto read = read_points(block);
  REQUIRE(read.points->size() == kPoints);
  for (std::size_t axis : {0U, 1U}) {
    std::set<int> parts;
    for (std::uint64_t k = 0; k < kPoints; ++k) {
      parts.insert(static_cast<int>(read.points->at(k)[axis].value.number * kPoints));
    }
    CHECK(parts.size() == kPoints);
  }
  int first = 0;
  for (std::uint64_t k = 0; k < kPoints; ++k) first += read.points->at(k)[2].value.text == "a";
  CHECK(first == kPoints / 2);
  CHECK(spindle::test::texts(*read.points) == spindle::test::texts(*read_points(block).points));
  CHECK(spindle::test::texts(*read.points) !=
        spindle::test::texts(*read_points(block, {}, 2).points));
}

TEST_CASE("sweep points: the Sobol sequence begins as its authors' program prints it") {
  // Joe and Kuo's sobol.cc with new-joe-kuo-6.21201 in three dimensions, but the origin.
  CHECK(points_of(R"({"combine": "sobol", "points": 7, "axes": [
            {"path": "a", "from": 0, "to": 1}, {"path": "b", "from": 0, "to": 1},
            {"path": "c", "from": 0, "to": 1}]})") ==
        Texts{"a=0.5 b=0.5 c=0.5", "a=0.75 b=0.25 c=0.25", "a=0.25 b=0.75 c=0.75",
              "a=0.375 b=0.375 c=0.625", "a=0.875 b=0.875 c=0.125", "a=0.625 b=0.125 c=0.875",
              "a=0.125 b=0.625 c=0.375"});
}

TEST_CASE("sweep points: drawn counts are whole, with both ends") {
  const auto read = read_points(R"({"combine": "latin_hypercube", "points": 90, "axes": [
      {"path": "placement.d", "from": 2, "to": 4}]})");
  std::vector<int> counts(5);
  for (std::uint64_t k = 0; k < 90; ++k) ++counts[read.points->at(k)[0].value.whole];
  CHECK(counts == std::vector<int>{0, 0, 30, 30, 30});
}

TEST_CASE("sweep points: where compares paths with values and with each other") {
  const std::string axes = R"("axes": [{"path": "placement.d", "values": [1, 2, 4]},
                                       {"path": "data.extent", "values": ["1 GB", "1000 MB"]}])";
  CHECK(points_of("{" + axes + R"(, "where": ["placement.d > 1", "data.extent = 1000 MB",
                                              "placement.d != 4"]})") ==
        Texts{"placement.d=2 data.extent=\"1 GB\"", "placement.d=2 data.extent=\"1000 MB\""});
  CHECK(points_of(R"({"axes": [{"path": "run.epoch", "values": ["1 h", "2 d"]},
                               {"path": "run.duration", "values": ["1 d", "72 h"]}],
                      "where": ["run.epoch <= run.duration"]})")
            .size() == 3);
  // Points that do not set the path are not filtered by it.
  CHECK(points_of(R"({"list": [{"placement.policy": "random"},
                               {"placement.policy": "d_choices", "placement.d": 9}],
                      "where": ["placement.d < 4"]})") == Texts{"placement.policy=\"random\""});
  CHECK(points_of(R"({"axes": [{"path": "placement.policy", "values": ["random", "static"]}],
                      "where": ["placement.policy != random"]})") ==
        Texts{"placement.policy=\"static\""});
}

TEST_CASE("sweep points: filters that say nothing clear are problems") {
  const std::string axes = R"("axes": [{"path": "placement.policy", "values": ["random"]},
                                       {"path": "placement.d", "values": [1, 2]}], "where": )";
  for (const auto& [where, problem] : std::vector<std::pair<std::string, std::string>>{
           {R"(["placement.d"])", "is no comparison"},
           {R"(["placement.d =< 2"])", "is no comparison"},
           {R"(["fleet.drives < 2"])", "begins with no path that the sweep sets"},
           {R"(["placement.policy < random"])", "have no order"},
           {R"(["placement.policy != randm"])", "neither a value of placement.policy nor a path"},
           {R"(["placement.d <= fleet.zones"])", "neither a value of placement.d nor a path"},
           {R"(["placement.d < 1 GB"])", "have no order"},
           {R"(["placement.d > 2"])", "leaves nothing of 2 points"}}) {
    INFO(where);
    CHECK(problem_of("{" + axes + where + "}").find(problem) != std::string::npos);
  }
}

TEST_CASE("sweep points: blocks that make no sense are problems") {
  for (const auto& [block, problem] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "nothing to sweep"},
           {R"({"axes": [{"path": "a"}]})", "has no values"},
           {R"({"axes": [{"path": "a", "from": 1}]})", "has no values"},
           {R"({"axes": [{"path": "a", "from": 1, "to": 2}]})", "sweep.axes.0.count: missing"},
           {R"({"axes": [{"path": "a", "values": [1], "count": 2}]})", "does not go with `values`"},
           {R"({"axes": [{"path": "a", "from": 2, "to": 1, "count": 2}]})", "is no range"},
           {R"({"axes": [{"path": "a", "from": "1 GB", "to": "1 h", "count": 2}]})",
            "measure different things"},
           {R"({"axes": [{"path": "a", "from": "x", "to": 1, "count": 2}]})",
            "neither a number nor a quantity"},
           {R"({"axes": [{"path": "a", "from": 0, "to": 1, "count": 2, "scale": "log"}]})",
            "log scale cannot start at 0"},
           {R"({"axes": [{"path": "seed", "values": [1]}]})", "state `repeat`"},
           {R"({"list": [{"sweep.repeat": 2}]})", "cannot be swept"},
           {R"({"axes": [{"path": "a", "values": [1]}, {"path": "a", "values": [2]}]})",
            "set twice"},
           {R"({"list": [{"a": 1}], "axes": [{"path": "a", "values": [2]}]})", "set twice"},
           {R"({"axes": [{"path": "a.b", "values": [1]}, {"path": "a", "values": [{}]}]})",
            "lies inside it and would be lost"},
           {R"({"list": [{"a.b": 1, "a": {}}]})", "lies inside it and would be lost"},
           {R"({"combine": "sobol", "points": 4})", "points are drawn along axes"}}) {
    INFO(block);
    CHECK(problem_of(block).find(problem) != std::string::npos);
  }
}

TEST_CASE("sweep points: sizes are bounded before anything is made of them") {
  const auto block = [](const char* keys, int axes, const char* more) {
    std::string list;
    for (int i = 0; i < axes; ++i) {
      list +=
          fmt::format(R"({}{{"path": "a{}", "from": 0, "to": 1{}}})", i > 0 ? "," : "", i, more);
    }
    return fmt::format(R"({{{}"axes": [{}]}})", keys, list);
  };
  CHECK(problem_of(block("", 2, R"(, "count": 100000)")).find("more than 2,000,000") !=
        std::string::npos);
  CHECK(problem_of(block("", 32, R"(, "count": 100000)")).find("3,200,000 values together") !=
        std::string::npos);
  CHECK(problem_of(block("", 2, R"(, "count": 1001)")).find("too many runs") != std::string::npos);
  CHECK(problem_of(block(R"("where": ["a0 < 0.5"], "repeat": 3, )", 2, R"(, "count": 1001)"))
            .find("too many runs") != std::string::npos);
  CHECK(problem_of(block(R"("combine": "sobol", "points": 1000000, )", 11, ""))
            .find("too many to draw") != std::string::npos);
}

TEST_CASE("sweep points: the command line adds axes and replaces them") {
  CHECK(points_of("{}", {"placement.policy=random,static", "data.extent=1 GB,2 GB"}).size() == 4);
  CHECK(points_of(R"({"axes": [{"path": "placement.d", "values": [1, 2, 3]}]})",
                  {"placement.d=7"}) == Texts{"placement.d=7"});
  CHECK(points_of("{}", {R"(placement={"policy":"d_choices","d":2},{"policy":"random"})"}) ==
        Texts{R"(placement={"policy":"d_choices","d":2})", R"(placement={"policy":"random"})"});
  CHECK(points_of("{}", {"placement.d=[1,2]"}) == Texts{"placement.d=1", "placement.d=2"});
  CHECK(points_of("{}", {"name=1,2"}) == Texts{"name=\"1\"", "name=\"2\""});
  CHECK(problem_of("{}", {"placement.d"}).find("not of the form path=v1,v2") != std::string::npos);
  CHECK(problem_of("{}", {"placement.d=1,,2"}).find("no value") != std::string::npos);
}

TEST_CASE("sweep points: replications have seeds of their own, the first the scenario's") {
  CHECK(replication_seed(7, 0) == 7);
  std::set<std::uint64_t> seeds;
  for (std::uint64_t scenario : {1U, 2U}) {
    for (std::uint32_t r = 0; r < 1000; ++r) seeds.insert(replication_seed(scenario, r));
  }
  CHECK(seeds.size() == 2000);
  CHECK(*seeds.rbegin() < (std::uint64_t{1} << 53U));
}
