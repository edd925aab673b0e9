#pragma once
// Which points of a sweep are run: "placement.d <= 4", "run.epoch < run.duration".

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/scenario/point_reader.hpp"
#include "app/scenario/problems.hpp"

namespace spindle::app {

class WhereFilter {
 public:
  // `rows` are texts: a path that the sweep sets, an operator (<, <=, >, >=, =, !=), and a value or
  // another such path. Adds what is wrong with them.
  WhereFilter(std::span<const Value> rows, std::span<const std::string> paths,
              ProblemList& problems);

  // Whether all rows hold. A row about a path that the point does not set says nothing of it.
  // Numbers and quantities are compared by size, whatever their units; other values are equal or
  // not. Nothing, and a problem, where a row asks for an order that is none.
  [[nodiscard]] std::optional<bool> keeps(std::span<const Override> point,
                                          ProblemList& problems) const;

 private:
  enum class Operator { kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kEqual, kNotEqual };
  struct Row {
    std::string path;
    Operator comparison = Operator::kEqual;
    std::string other;  // path, or
    Value value;
    Origin origin;
    std::size_t number = 0;
    std::string text;
  };

  static std::optional<Operator> find_operator(std::string_view text);
  void read_row(const Value& row, std::size_t number, std::span<const std::string> paths,
                ProblemList& problems);
  static std::optional<bool> holds(const Row& row, const Value& left, const Value& right,
                                   ProblemList& problems);

  std::vector<Row> rows_;
};

}  // namespace spindle::app
