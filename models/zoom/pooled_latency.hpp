#pragma once
// Latency of requests whose parts are served by drives like those of a zoom, with intervals.
//
// A request of kind c takes k_c parts at drives that are independent of each other, each drive as
// likely as it has parts of the kind, and is answered by the slowest: its response is at most x
// with probability F_c(x)^k_c, where F_c is the law of all parts of kind c, pooled over drives.
// Over several kinds, G(x) = sum_c w_c F_c(x)^k_c, w_c the share of requests of kind c.
//
// An interval of a quantile is Woodruff's (JASA 47, 1952): parts of one drive are alike, so the
// standard error of G at the estimated quantile is that of a ratio over drives as clusters, from
// the linear terms of G in each cluster's counts (Woodruff, JASA 66, 1971), and q plus or minus
// Student's t times it is read off G. Equations and how often it covers: docs/theory/zoom.md.

#include <cstdint>
#include <span>
#include <vector>

#include "models/mechanical/latency.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

// One side of one class: its parts in each cluster, and how many of them a request takes.
struct PartKind {
  std::vector<const LatencySummary*> clusters;
  std::uint32_t fan_out = 1;
};

class PooledLatency {
 public:
  // All kinds have the same number of clusters, which must outlive it; throws
  // std::invalid_argument otherwise. Kinds without parts are left out.
  explicit PooledLatency(std::vector<PartKind> kinds);

  // Requests that the parts make up, rounded down kind by kind.
  [[nodiscard]] std::uint64_t requests() const;
  // Within LogHistogram::kRelativeError, exact where a request is one part; NaN where empty.
  [[nodiscard]] double mean_s() const;
  // The estimate and its interval at 95 % confidence. An end beyond what was seen is NaN: the upper
  // one where so high a quantile has too few parts, both below two clusters with parts. All NaN
  // where empty. Precondition: 0 < q < 1.
  [[nodiscard]] sim::Interval quantile_s(double q) const;

 private:
  struct Pooled {
    PartKind kind;
    LatencySummary all;
    double parts = 0;
    double share = 0;  // of requests
  };
  struct Error {
    double standard = 0;
    std::uint64_t degrees = 1;  // of freedom
  };

  [[nodiscard]] double share_below(double x) const;
  [[nodiscard]] double value_at(double share) const;
  [[nodiscard]] Error error_at(double x) const;

  std::vector<Pooled> kinds_;
  std::size_t clusters_ = 0;
  std::uint64_t used_clusters_ = 0;  // with parts
  double min_s_ = 0;
  double max_s_ = 0;
};

}  // namespace spindle::models
