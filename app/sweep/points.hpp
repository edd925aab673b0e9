#pragma once
// The points of a sweep, by number: what a grid, a list, a Latin hypercube or a Sobol sequence of
// its axes gives, less what `where` leaves out.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/point_reader.hpp"
#include "app/scenario/problems.hpp"
#include "app/sweep/design.hpp"

namespace spindle::app {

class SweepPoints {
 public:
  // Nothing, and problems, where the design makes no points, or too many. Memory: 8 bytes for each
  // coordinate that is drawn, 4 for each point that passed a filter.
  static std::optional<SweepPoints> make(Design design, ProblemList& problems);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  // What the point sets, in the order in which it is applied: its entry of the list, then the axes,
  // the first of which changes slowest. Precondition: k < size().
  [[nodiscard]] std::vector<Override> at(std::uint64_t k) const;
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] std::uint32_t repeat() const { return design_.repeat; }

 private:
  explicit SweepPoints(Design design);
  // False where the axes make no points, or more than there may be.
  bool count_candidates(ProblemList& problems);
  bool filter(ProblemList& problems);
  [[nodiscard]] std::vector<Override> candidate(std::uint64_t c) const;
  [[nodiscard]] Value axis_value(std::size_t axis, std::uint64_t point) const;

  Design design_;
  std::vector<std::string> columns_;
  std::uint64_t axis_points_ = 1;
  std::uint64_t candidates_ = 0;
  std::uint64_t size_ = 0;
  std::vector<std::uint64_t> strides_;  // grid: points until the axis's next value
  std::vector<double> drawn_;           // coordinates, axes of a point together
  std::vector<std::uint32_t> kept_;     // candidates that passed; empty: there is no filter
};

// The seed of a replication, the same for all points: the first has the scenario's own, so that it
// is what `spindle run` makes of the point; every other one the upper 53 bits of the digest of the
// scenario's seed and the replication's number.
std::uint64_t replication_seed(std::uint64_t scenario_seed, std::uint32_t replication);

}  // namespace spindle::app
