#include "models/drive/latency_curve.hpp"

#include <algorithm>
#include <limits>

namespace spindle::models {
namespace {

constexpr std::array kTimes = {&LatencyAtLoad::mean_wait_s, &LatencyAtLoad::mean_response_s,
                               &LatencyAtLoad::p50_s, &LatencyAtLoad::p99_s,
                               &LatencyAtLoad::p999_s};

}  // namespace

LatencyCurve::LatencyCurve(const DriveLatency& exact) : capacity_(exact.capacity()) {
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const double load = static_cast<double>(i) / static_cast<double>(points_.size());
    points_[i] = exact.at({load * capacity_.per_second});
    for (const auto time : kTimes) points_[i].*time *= 1 - load;
  }
}

LatencyAtLoad LatencyCurve::at(Rate arrivals) const {
  LatencyAtLoad found;
  const double load = arrivals.per_second / capacity_.per_second;
  if (load >= 1) {
    found.utilisation = 1;
    for (const auto time : kTimes) found.*time = std::numeric_limits<double>::infinity();
    return found;
  }
  const double at = load * static_cast<double>(points_.size());
  const auto below = static_cast<std::size_t>(at);
  const double share = at - static_cast<double>(below);
  const LatencyAtLoad& low = points_[below];
  const LatencyAtLoad& high = points_[std::min(below + 1, points_.size() - 1)];
  for (const auto time : kTimes) {
    found.*time = (low.*time + share * (high.*time - low.*time)) / (1 - load);
  }
  // At capacity the arm is always busy.
  const double above = below + 1 < points_.size() ? high.utilisation : 1.0;
  found.utilisation = low.utilisation + share * (above - low.utilisation);
  return found;
}

}  // namespace spindle::models
