#include "models/zoom/pooled_latency.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "sim/whole_power.hpp"

namespace spindle::models {
namespace {

constexpr double kConfidence = 0.95;
constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Of the slowest of `fan_out` parts; a bucket's values count as its middle.
double mean_of_slowest(const LatencySummary& parts, std::uint32_t fan_out) {
  const double count = static_cast<double>(parts.count());
  double mean = 0;
  std::uint64_t below = 0;
  parts.histogram().for_each_bucket([&](double low, double high, std::uint64_t in) {
    const double before = sim::whole_power(static_cast<double>(below) / count, fan_out);
    below += in;
    const double after = sim::whole_power(static_cast<double>(below) / count, fan_out);
    mean += (low + high) / 2 * (after - before);
  });
  return mean;
}

}  // namespace

PooledLatency::PooledLatency(std::vector<PartKind> kinds) {
  double requests = 0;
  std::vector<std::uint8_t> is_used;
  min_s_ = std::numeric_limits<double>::infinity();
  for (PartKind& kind : kinds) {
    if (is_used.empty()) is_used.resize(kind.clusters.size());
    if (kind.fan_out == 0 || kind.clusters.size() != is_used.size()) {
      throw std::invalid_argument("pooled latency: a fan-out of 0, or clusters that do not match");
    }
    Pooled pooled{.kind = std::move(kind), .all = {}};
    for (std::size_t i = 0; i < is_used.size(); ++i) {
      const LatencySummary& of = *pooled.kind.clusters[i];
      if (of.count() > 0) is_used[i] = 1;
      pooled.all.merge(of);
    }
    if (pooled.all.count() == 0) continue;
    pooled.parts = static_cast<double>(pooled.all.count());
    min_s_ = std::min(min_s_, pooled.all.histogram().min());
    max_s_ = std::max(max_s_, pooled.all.histogram().max());
    requests += pooled.parts / pooled.kind.fan_out;
    kinds_.push_back(std::move(pooled));
  }
  clusters_ = is_used.size();
  used_clusters_ =
      static_cast<std::uint64_t>(std::count(is_used.begin(), is_used.end(), std::uint8_t{1}));
  for (Pooled& pooled : kinds_) pooled.share = pooled.parts / pooled.kind.fan_out / requests;
}

std::uint64_t PooledLatency::requests() const {
  std::uint64_t sum = 0;
  for (const Pooled& pooled : kinds_) sum += pooled.all.count() / pooled.kind.fan_out;
  return sum;
}

double PooledLatency::mean_s() const {
  if (kinds_.empty()) return kUndefined;
  double mean = 0;
  for (const Pooled& pooled : kinds_) {
    mean += pooled.share * (pooled.kind.fan_out == 1
                                ? pooled.all.mean_s()
                                : mean_of_slowest(pooled.all, pooled.kind.fan_out));
  }
  return mean;
}

// G(x).
double PooledLatency::share_below(double x) const {
  double sum = 0;
  for (const Pooled& pooled : kinds_) {
    sum += pooled.share *
           sim::whole_power(pooled.all.histogram().below(x) / pooled.parts, pooled.kind.fan_out);
  }
  return sum;
}

// Where G reaches the share. G is continuous between the least and the greatest value seen.
double PooledLatency::value_at(double share) const {
  constexpr int kHalvings = 60;
  double low = min_s_;
  double high = max_s_;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = low + (high - low) / 2;
    (share_below(middle) < share ? low : high) = middle;
  }
  return high;
}

// Of G(x). With N_c parts of kind c, M_c of them below x, and N = sum_c N_c / k_c requests,
//   G = sum_c (N_c / k_c) / N * (M_c / N_c)^k_c;
// a cluster's linear term is z = sum_c dG/dM_c m_c + dG/dN_c n_c, with
//   dG/dM_c = F_c^(k_c - 1) / N,  dG/dN_c = (F_c^k_c / k_c - F_c^k_c - G / k_c) / N.
// G does not change when all counts are doubled, so the z add up to 0, and
//   var G = D / (D - 1) * sum z^2 over the D clusters.
//
// Beyond a high quantile lie the parts of a few clusters, and the error is known less well than D
// clusters let it seem: it is worth the degrees of freedom of Satterthwaite (Biometrics 2, 1946),
// 2 / (relative variance of sum z^2) = 2 D / (kurtosis of z - 1), not more than D - 1.
PooledLatency::Error PooledLatency::error_at(double x) const {
  double requests = 0;
  for (const Pooled& pooled : kinds_) requests += pooled.parts / pooled.kind.fan_out;
  const double all = share_below(x);
  std::vector<double> linear(clusters_, 0.0);
  for (const Pooled& pooled : kinds_) {
    const double k = pooled.kind.fan_out;
    const double below = pooled.all.histogram().below(x) / pooled.parts;
    const double by_below = sim::whole_power(below, pooled.kind.fan_out - 1) / requests;
    const double slowest = by_below * below;
    const double by_parts = slowest / k - slowest - all / requests / k;
    for (std::size_t i = 0; i < clusters_; ++i) {
      const sim::LogHistogram& of = pooled.kind.clusters[i]->histogram();
      if (of.count() == 0) continue;
      linear[i] += by_below * of.below(x) + by_parts * static_cast<double>(of.count());
    }
  }
  double squares = 0;
  double fourths = 0;
  for (const double z : linear) {
    squares += z * z;
    fourths += z * z * z * z;
  }
  const auto clusters = static_cast<double>(used_clusters_);
  const double kurtosis = squares > 0 ? clusters * fourths / (squares * squares) : 1.0;
  const double degrees = 2 * clusters / std::max(kurtosis - 1, 1e-9);
  return {std::sqrt(clusters / (clusters - 1) * squares),
          static_cast<std::uint64_t>(std::clamp(degrees, 1.0, clusters - 1))};
}

sim::Interval PooledLatency::quantile_s(double q) const {
  if (kinds_.empty()) return {kUndefined, kUndefined, kUndefined};
  sim::Interval out{value_at(q), kUndefined, kUndefined};
  if (used_clusters_ < 2) return out;
  const Error error = error_at(out.estimate);
  const double half = sim::student_quantile(kConfidence, error.degrees) * error.standard;
  out.low = value_at(std::max(0.0, q - half));
  if (q + half < 1) out.high = value_at(q + half);
  return out;
}

}  // namespace spindle::models
