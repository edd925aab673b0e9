#pragma once
// A range of numbers or quantities, from which the values of an axis are taken.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/json_document.hpp"
#include "app/scenario/units.hpp"

namespace spindle::app {

// A number or a quantity, in the base unit of what it measures; numbers and ratios are kRatio.
struct Measure {
  Dimension dimension = Dimension::kRatio;
  double value = 0;
};
// Nothing where the value is neither.
std::optional<Measure> measure_of(const Value& value);

class AxisRange {
 public:
  // `whole`: of counts alone. Nothing, and the problem, where the ends make no range.
  static std::optional<AxisRange> read(const Value& from, const Value& to, bool log, bool whole,
                                       std::string& problem);

  // The value at a share of the range in [0, 1), to six significant digits, in the unit of its
  // start. Whole numbers have equal parts of a linear range, both ends included.
  [[nodiscard]] Value at(double share) const;
  // That many values at even steps, the ends as they are written; equal ones once.
  [[nodiscard]] std::vector<Value> steps(std::size_t count) const;

 private:
  [[nodiscard]] double number_at(double share) const;
  [[nodiscard]] Value as_value(double number) const;

  Value from_value_, to_value_;
  double from_ = 0, to_ = 0;  // in units of `unit_`
  std::string unit_;          // as written at the start; empty: bare numbers
  bool log_ = false;
  bool whole_ = false;
};

}  // namespace spindle::app
