#include "app/scenario/sweep_fields.hpp"

#include "app/scenario/field_objects.hpp"

namespace spindle::app {
namespace {

constexpr double kMostAxes = 32;
constexpr double kMostRows = 10000;  // of `list` and `where`

const ObjectSpec& axis_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "path",
           .kind = Kind::kText,
           .required = true,
           .example = "\"placement.d\"",
           .doc = "Dotted path of the value that the axis changes."},
          {.name = "values",
           .kind = Kind::kValues,
           .example = "[1, 2, 3]",
           .range = {.min = 1, .max = 100000},
           .doc = "What it is set to, in order; or `from` and `to`."},
          {.name = "from",
           .kind = Kind::kEnd,
           .example = "\"1 GB\"",
           .doc = "Start of a range: a number, or a quantity in text."},
          {.name = "to",
           .kind = Kind::kEnd,
           .example = "\"100 GB\"",
           .doc = "Its end, which is part of it."},
          {.name = "count",
           .kind = Kind::kInteger,
           .example = "5",
           .range = {.min = 2, .max = 100000},
           .doc = "Values of the range, both ends among them: needed by `grid` and `zip`."},
          {.name = "scale",
           .kind = Kind::kWord,
           .example = "\"log\"",
           .words = {"linear", "log"},
           .doc = "Of a range: even steps, or even factors. Absent: linear."},
      }};
  return kTable;
}

Field points() {
  return {.name = "points",
          .kind = Kind::kInteger,
          .required = true,
          .example = "64",
          .range = {.min = 1, .max = kMostSweepRuns},
          .doc = "Points drawn, at most 1,000,000."};
}

}  // namespace

const ObjectSpec& sweep_table() {
  static const ObjectSpec kTable = [] {
    ObjectSpec table = make_union(
        "combine", "grid", "How the axes make points.",
        {{"grid", "Every value with every other; the last axis changes fastest."},
         {"zip", "The first values of all axes, then the second ones, and so on."},
         {"latin_hypercube",
          "Drawn so that each axis, cut into as many equal parts as there are points, has one "
          "point in each.",
          {points()}},
         {"sobol", "The first points of the Sobol sequence.", {points()}}});
    std::vector<Field>& fields = table.fields;
    fields.push_back({.name = "axes",
                      .kind = Kind::kArray,
                      .range = {.max = kMostAxes},
                      .object = &axis_table(),
                      .doc = "What is changed: at most 32 of them."});
    fields.push_back({.name = "list",
                      .kind = Kind::kOverrideLists,
                      .example = R"([{"placement.policy": "random"}])",
                      .range = {.min = 1, .max = kMostRows},
                      .doc = "New values by dotted path, a point each; with axes, each of them "
                             "with every point of the axes."});
    fields.push_back({.name = "where",
                      .kind = Kind::kTexts,
                      .example = R"(["placement.d <= 4"])",
                      .range = {.min = 1, .max = kMostRows},
                      .doc = "What must hold of a point for it to be run: comparisons of a path "
                             "that the sweep sets with a value, or with another such path."});
    fields.push_back({.name = "repeat",
                      .kind = Kind::kInteger,
                      .fallback = "1",
                      .example = "20",
                      .range = {.min = 1, .max = kMostSweepRuns},
                      .doc = "Replications of each point, by seeds that all points share; points "
                             "times replications are at most 1,000,000."});
    return table;
  }();
  return kTable;
}

}  // namespace spindle::app
