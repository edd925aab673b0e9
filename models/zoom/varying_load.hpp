#pragma once
// What one class of tenants asks of one drive on one side, where some of the tenants' loads change
// within epochs: a step function over time, made of theirs.
//
// Memory: 24 B a change of rate, twice while they are gathered; changes of one moment count once.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "models/tenant/demand_course.hpp"
#include "models/tenant/load_model.hpp"
#include "models/zoom/zoom_window.hpp"
#include "sim/compensated_sum.hpp"

namespace spindle::models {

class VaryingLoad {
 public:
  // `mean` parts a second over the epoch of that piece of the zoom, as `course` has them within it,
  // before what multiplies the class.
  void add(std::size_t piece, double mean, std::span<const RatePiece> course);
  // Appends the rates within those of the zoom's pieces that have any of add(): theirs, times what
  // multiplies the class, and what `means`, the mean of all tenants by piece, has beyond them. In
  // order of time; where there is none, the rate is 0.
  void append_rates(std::span<const ZoomPiece> zoom, std::span<const double> means,
                    const DemandCourse& of_class, std::vector<RatePiece>& out);

 private:
  struct Change {
    std::size_t piece;
    std::int64_t at;
    double rate;  // that comes, or goes where it is negative
  };

  void merge();
  static void append_steps(const ZoomPiece& piece, double steady, std::span<const Change> changes,
                           const DemandCourse& of_class, std::vector<RatePiece>& out);

  std::map<std::size_t, sim::CompensatedSum> means_;  // by piece, of what was added
  std::vector<Change> changes_;
  std::size_t merged_ = 0;  // changes that were left when they were merged last
};

}  // namespace spindle::models
