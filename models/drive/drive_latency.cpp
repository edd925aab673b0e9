#include "models/drive/drive_latency.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "models/analytic/fcfs_wait.hpp"
#include "sim/math.hpp"

namespace spindle::models {
namespace {

constexpr LatencyAtLoad kSaturated{
    1, sim::kInfinity, sim::kInfinity, sim::kInfinity, sim::kInfinity, sim::kInfinity};

// Shares of capacity at which shapes are measured, and requests at each: 200 beyond p99.9.
constexpr std::array kLoads = {0.02, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.96};
constexpr std::uint64_t kRequests = 200'000;
constexpr std::uint64_t kSettling = 5'000;    // services before, while the queue fills
constexpr std::size_t kMostWholeCells = 320;  // of a service, where whole laws are wanted

// Shares 1 - 2^(-i/4): of times beyond the last there are a few in 200,000.
constexpr std::size_t kLevels = 61;
const std::array<double, kLevels>& levels() {
  static const auto kShares = [] {
    std::array<double, kLevels> shares{};
    for (std::size_t i = 0; i < kLevels; ++i) {
      shares[i] = 1 - sim::pow(2.0, -0.25 * static_cast<double>(i));
    }
    return shares;
  }();
  return kShares;
}

// Quantiles at those shares, over a mean; zeros where there is nothing. Sorts the times.
std::vector<double> quantiles_over(double mean, std::vector<double>& times) {
  std::vector<double> out(kLevels, 0.0);
  if (times.empty() || !(mean > 0)) return out;
  std::sort(times.begin(), times.end());
  const double last = static_cast<double>(times.size() - 1);
  for (std::size_t i = 0; i < kLevels; ++i) {
    out[i] = times[static_cast<std::size_t>(levels()[i] * last)] / mean;
  }
  return out;
}

// Kinds with fewer requests than this, of kRequests, take the law of all kinds together.
constexpr std::size_t kFewest = 1'000;

// The law whose quantiles at levels() are these times `mean`, later by `shift_s`, for a share of
// all; the others take no time. Beyond the last it falls as it does over the last two octaves.
TimeLaw law_of(const std::vector<double>& quantiles, double mean, double shift_s, double share) {
  constexpr std::size_t kSpan = 8;
  std::vector<double> times;
  std::vector<double> below;
  for (std::size_t i = 0; i < kLevels; ++i) {
    times.push_back(shift_s + mean * quantiles[i]);
    below.push_back(1 - share * (1 - levels()[i]));
  }
  const double width = times.back() - times[kLevels - 1 - kSpan];
  return {std::move(times), std::move(below), width > 0 ? sim::log(4.0) / width : sim::kInfinity};
}

}  // namespace

DriveLatency::DriveLatency(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                           const DriveLatencyOptions& options)
    : service_(drive, mix, options.sectors), capacity_{1 / service_.moments().mean_s} {
  for (const RequestKind& kind : mix) {
    decoding_s_.push_back(kind.is_write ? drive.spec().write_overhead_s
                                        : drive.spec().read_overhead_s);
  }
  if (options.scheduler == Scheduler::kFcfs) {
    const std::size_t times = service_.distribution().cells().size() / kMostWholeCells + 1;
    in_order_.push_back(coarser(service_.distribution(), times));
    for (std::size_t kind = 0; kind < mix.size(); ++kind) {
      in_order_.push_back(coarser(service_.distribution(kind), times));
    }
    return;
  }
  DepthTableOptions table;
  table.scheduler = options.scheduler;
  table.depth = options.depth;
  table.patience = options.patience;
  table.sectors = options.sectors;
  table.seed = options.seed;
  depths_.emplace(drive, mix, table);
  capacity_ = depths_->capacity();
  measure_shapes(drive, mix, options);
}

void DriveLatency::measure_shapes(const MechanicalDrive& drive, std::span<const RequestKind> mix,
                                  const DriveLatencyOptions& options) {
  const RequestMix requests(drive, mix, options.sectors);
  std::vector<double> responses;
  std::vector<double> waits;
  std::vector<double> decoded;  // responses less the decoding
  std::vector<std::vector<double>> of_kinds(mix.size());
  for (const double load : kLoads) {
    responses.clear();
    waits.clear();
    decoded.clear();
    for (auto& of_kind : of_kinds) of_kind.clear();
    MixedRequests source(requests, kRequests + kSettling, {load * capacity_.per_second},
                         options.seed);
    std::uint64_t to_skip = kSettling;
    double sum = 0;
    double sum_of_waits = 0;
    const auto sink = [&](const ServedRequest& served) {
      if (to_skip > 0) {
        --to_skip;
        return;
      }
      responses.push_back(served.total_s);
      sum += served.total_s;
      if (served.queue_s > 0) waits.push_back(served.queue_s);
      sum_of_waits += served.queue_s;
      const std::size_t kind = requests.kind_of(served.request);
      decoded.push_back(served.total_s - decoding_s_[kind]);
      of_kinds[kind].push_back(decoded.back());
    };
    run_open(drive, {options.scheduler, options.depth, options.patience}, source, sink);
    const double mean = sum / static_cast<double>(responses.size());
    const auto over_mean = [&](std::uint64_t per_mille) {
      const auto at =
          responses.begin() + static_cast<std::ptrdiff_t>(responses.size() * per_mille / 1000);
      std::nth_element(responses.begin(), at, responses.end());
      return *at / mean;
    };
    Shape shape{load, over_mean(500), over_mean(990), over_mean(999), {}, {}};
    for (std::size_t kind = 0; kind < mix.size(); ++kind) {
      // Kinds of as many sectors are one.
      auto& own = of_kinds[requests.kind_of(requests.request(kind, 0))];
      shape.responses.push_back(quantiles_over(mean, own.size() < kFewest ? decoded : own));
    }
    shape.waits = quantiles_over(sum_of_waits / static_cast<double>(waits.size()), waits);
    shapes_.push_back(std::move(shape));
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
  const auto all_between = [&](std::vector<double> a, const std::vector<double>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = between(a[i], b[i]);
    return a;
  };
  Shape shape{load,
              between(below.p50, above->p50),
              between(below.p99, above->p99),
              between(below.p999, above->p999),
              {},
              all_between(below.waits, above->waits)};
  for (std::size_t kind = 0; kind < below.responses.size(); ++kind) {
    shape.responses.push_back(all_between(below.responses[kind], above->responses[kind]));
  }
  return shape;
}

LoadedLaws DriveLatency::laws_in_order(Rate arrivals) const {
  const ServiceMoments& service = service_.moments();
  const double load = arrivals.per_second * service.mean_s;
  // Wide cells, where services are of milliseconds and of minutes, shift the mean: a drive that
  // keeps up must not fall behind by that.
  const double coarse = arrivals.per_second * in_order_.front().mean_s();
  const FcfsWait wait({coarse < 1 ? arrivals.per_second : arrivals.per_second * (load / coarse)},
                      in_order_.front());
  LoadedLaws laws{load,
                  arrivals.per_second * service.second_s2 / (2 * (1 - load)),
                  service.mean_s,
                  wait.wait_law(),
                  {}};
  for (std::size_t kind = 0; kind < decoding_s_.size(); ++kind) {
    laws.responses.push_back(wait.response_law(in_order_[1 + kind], decoding_s_[kind]));
  }
  return laws;
}

std::optional<LoadedLaws> DriveLatency::laws_at(Rate arrivals) const {
  if (arrivals.per_second >= capacity_.per_second) return std::nullopt;
  if (!depths_) return laws_in_order(arrivals);
  const DepthLoad load = depths_->at(arrivals);
  if (!(load.mean_wait_s < sim::kInfinity)) return std::nullopt;
  const Shape shape = shape_at(arrivals.per_second / capacity_.per_second);
  const double mean = service_.decoding_s() + load.mean_wait_s + load.mean_service_s;
  // An arrival finds the arm busy with the probability that an instant does (Poisson).
  const double waiting_s = load.utilisation > 0 ? load.mean_wait_s / load.utilisation : 0;
  LoadedLaws laws{load.utilisation,
                  load.mean_wait_s,
                  load.mean_service_s,
                  law_of(shape.waits, waiting_s, 0, load.utilisation),
                  {}};
  for (std::size_t kind = 0; kind < decoding_s_.size(); ++kind) {
    laws.responses.push_back(law_of(shape.responses[kind], mean, decoding_s_[kind], 1));
  }
  return laws;
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
