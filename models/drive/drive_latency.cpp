#include "models/drive/drive_latency.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "models/analytic/fcfs_wait.hpp"

namespace spindle::models {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr LatencyAtLoad kSaturated{1, kInfinity, kInfinity, kInfinity, kInfinity, kInfinity};

// Shares of capacity at which shapes are measured, and requests at each: 200 beyond p99.9.
constexpr std::array kLoads = {0.02, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96};
constexpr std::uint64_t kRequests = 200'000;
constexpr std::uint64_t kSettling = 5'000;  // services before, while the queue fills

}  // namespace

DriveLatency::DriveLatency(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                           const DriveLatencyOptions& options)
    : service_(drive, mix), capacity_{1 / service_.moments().mean_s} {
  if (options.scheduler == Scheduler::kFcfs) return;
  DepthTableOptions table;
  table.scheduler = options.scheduler;
  table.depth = options.depth;
  table.patience = options.patience;
  table.seed = options.seed;
  depths_.emplace(drive, mix, table);
  capacity_ = depths_->capacity();
  measure_shapes(drive, mix, options);
}

void DriveLatency::measure_shapes(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                                  const DriveLatencyOptions& options) {
  const RequestMix requests(drive, mix);
  std::vector<double> responses;
  for (const double load : kLoads) {
    responses.clear();
    MixedRequests source(requests, kRequests + kSettling, {load * capacity_.per_second},
                         options.seed);
    std::uint64_t to_skip = kSettling;
    double sum = 0;
    const auto sink = [&](const ServedRequest& served) {
      if (to_skip > 0) {
        --to_skip;
        return;
      }
      responses.push_back(served.total_s);
      sum += served.total_s;
    };
    run_open(drive, {options.scheduler, options.depth, options.patience}, source, sink);
    const double mean = sum / static_cast<double>(responses.size());
    const auto over_mean = [&](std::uint64_t per_mille) {
      const auto at =
          responses.begin() + static_cast<std::ptrdiff_t>(responses.size() * per_mille / 1000);
      std::nth_element(responses.begin(), at, responses.end());
      return *at / mean;
    };
    shapes_.push_back({load, over_mean(500), over_mean(990), over_mean(999)});
  }
}

DriveLatency::Shape DriveLatency::shape_at(double load) const {
  const auto above = std::find_if(shapes_.begin(), shapes_.end(),
                                  [&](const Shape& shape) { return shape.load >= load; });
  if (above == shapes_.begin()) return shapes_.front();
  if (above == shapes_.end()) return shapes_.back();
  const Shape& below = *(above - 1);
  const double share = (load - below.load) / (above->load - below.load);
  const auto between = [&](double a, double b) { return a + share * (b - a); };
  return {load, between(below.p50, above->p50), between(below.p99, above->p99),
          between(below.p999, above->p999)};
}

LatencyAtLoad DriveLatency::at(Rate arrivals) const {
  if (arrivals.per_second >= capacity_.per_second) return kSaturated;
  LatencyAtLoad latency;
  const double decoding = service_.decoding_s();
  if (!depths_) {
    const FcfsWait wait(arrivals, service_.distribution());
    latency.utilisation = wait.load();
    latency.mean_wait_s = wait.mean_wait_s();
    latency.mean_response_s = decoding + wait.mean_response_s();
    latency.p50_s = decoding + wait.response_quantile_s(0.5);
    latency.p99_s = decoding + wait.response_quantile_s(0.99);
    latency.p999_s = decoding + wait.response_quantile_s(0.999);
    return latency;
  }
  const DepthLoad load = depths_->at(arrivals);
  const Shape shape = shape_at(arrivals.per_second / capacity_.per_second);
  latency.utilisation = load.utilisation;
  latency.mean_wait_s = load.mean_wait_s;
  latency.mean_response_s = decoding + load.mean_wait_s + load.mean_service_s;
  latency.p50_s = shape.p50 * latency.mean_response_s;
  latency.p99_s = shape.p99 * latency.mean_response_s;
  latency.p999_s = shape.p999 * latency.mean_response_s;
  return latency;
}

}  // namespace spindle::models
