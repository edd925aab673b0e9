#pragma once
// Sweeps of tests, read as the program reads them.

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/sweep/design.hpp"
#include "app/sweep/points.hpp"
#include "tests/support/scenario_text.hpp"

namespace spindle::test {

struct ReadPoints {
  std::optional<app::SweepPoints> points;
  std::vector<std::string> problems;  // "path: message"
};

// Of a `sweep` block as JSON text; the block itself must pass the field table.
inline ReadPoints read_points(const std::string& block, const std::vector<std::string>& axes = {},
                              std::uint64_t seed = 1) {
  app::Value root = *app::parse_document("{\"sweep\": " + block + "}").value;
  app::ProblemList problems;
  app::apply_axes(root, axes, problems);
  ReadPoints read;
  if (problems.empty()) {
    app::Design design = app::read_design(root, seed, problems);
    if (problems.empty()) read.points = app::SweepPoints::make(std::move(design), problems);
  }
  for (const auto& entry : problems.entries()) {
    read.problems.push_back(entry.path + ": " + entry.message);
  }
  return read;
}

// Each point as "path=value path=value", values as JSON.
inline std::vector<std::string> texts(const app::SweepPoints& points) {
  std::vector<std::string> out;
  for (std::uint64_t k = 0; k < points.size(); ++k) {
    std::string text;
    for (const app::Override& change : points.at(k)) {
      if (!text.empty()) text += ' ';
      text += change.path + "=" + app::to_json(change.value).dump();
    }
    out.push_back(std::move(text));
  }
  return out;
}

inline std::vector<std::string> points_of(const std::string& block,
                                          const std::vector<std::string>& axes = {}) {
  const ReadPoints read = read_points(block, axes);
  for (const std::string& problem : read.problems) UNSCOPED_INFO(problem);
  REQUIRE(read.points);
  return texts(*read.points);
}

// The one problem of a block that makes no points.
inline std::string problem_of(const std::string& block, const std::vector<std::string>& axes = {}) {
  const ReadPoints read = read_points(block, axes);
  CHECK_FALSE(read.points);
  REQUIRE(read.problems.size() == 1);
  return read.problems.front();
}

}  // namespace spindle::test
