#include "models/tenant/trace_load.hpp"

#include <stdexcept>
#include <string>

namespace spindle::models::detail {
namespace {

// A loop far shorter than the trace plays many repetitions at once; beyond this much work (hours)
// it is a mistake.
constexpr double kMostPointsPlayed = 1e12;

}  // namespace

void check_trace(const DemandTrace& trace, double scale, const EpochGrid& grid,
                 sim::Duration shift) {
  if (!(std::isfinite(scale) && scale >= 0)) {
    throw std::invalid_argument("scale of a trace is not a finite number >= 0 — give e.g. 1");
  }
  if (trace.interval.ns() < 0 || trace.loop.ns() < 0 || trace.interval > kLongestRun ||
      trace.loop > kLongestRun) {
    throw std::invalid_argument(
        "interval or loop of a trace is not in [0, 200 years] — give e.g. 5 min and 14 d");
  }
  const sim::Duration run = static_cast<std::int64_t>(grid.count) * grid.epoch;
  if (shift.ns() < 0 || shift > kLongestRun - run) {
    throw std::invalid_argument(
        "shift of a trace is below 0, or run and shift together are longer than 200 years — give "
        "e.g. 12 h");
  }
  std::int64_t last = 0;
  for (const DemandTrace::Point& point : trace.points) {
    if (point.time.ns() < last || point.time > kLongestRun - trace.interval) {
      throw std::invalid_argument(
          "times of a trace are not in order within [0, 200 years] — sort it by time");
    }
    if (!(std::isfinite(point.amount) && point.amount >= 0)) {
      throw std::invalid_argument(
          "amount of a trace is not a finite number >= 0 — remove such samples");
    }
    last = point.time.ns();
  }
  if (trace.loop.ns() > 0) {
    const double repetitions = (shift + run).to_seconds() / trace.loop.to_seconds();
    if (repetitions * static_cast<double>(trace.points.size()) > kMostPointsPlayed) {
      throw std::invalid_argument("loop of a trace is too short (" + std::to_string(repetitions) +
                                  " repetitions of " + std::to_string(trace.points.size()) +
                                  " points in the run) — loop at the length of the trace");
    }
  }
}

}  // namespace spindle::models::detail
