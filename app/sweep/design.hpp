#pragma once
// The `sweep` block of a scenario as it is stated: axes, a list, filters.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "app/sweep/axis_range.hpp"

namespace spindle::app {

enum class Combine : std::uint8_t { kGrid, kZip, kLatinHypercube, kSobol };

struct Axis {
  std::string path;
  Origin origin;
  std::vector<Value> values;       // one or more, or
  std::optional<AxisRange> range;  // where points are drawn
};

struct Design {
  Combine combine = Combine::kGrid;
  std::size_t points = 0;  // to be drawn
  std::vector<Axis> axes;
  std::vector<Value> list;   // objects of dotted paths and values; empty: none is given
  std::vector<Value> where;  // texts
  std::uint32_t repeat = 1;
  std::uint64_t seed = 1;  // of the scenario
  Origin origin;           // of the block
};

// Precondition: the values have passed the field table. Adds what is wrong beyond that.
Design read_design(const Value& root, std::uint64_t seed, ProblemList& problems);

// What the command line changes: "path=v1,v2,..." adds an axis, or replaces that of the same path;
// values are read as those of "--set", and a JSON array is all of them. The block is made where
// there is none.
void apply_axes(Value& root, const std::vector<std::string>& axes, ProblemList& problems);
void apply_repeat(Value& root, std::uint32_t repeat);

// The columns of points: paths of the list in the order of their first use, then those of the axes.
std::vector<std::string> paths_of(const Design& design);

}  // namespace spindle::app
