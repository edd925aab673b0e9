#pragma once
// What a trace of requests comes to, in one pass over its records: rates, burstiness, sizes,
// popularity, re-use. Estimators, sources and validity: docs/theory/tenants.md.
//
// Memory is constant but for objects (models/tenant/access_table.hpp) and tenants. Cost: about 200
// ns a record with 400,000 objects, less where they fit the cache.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/tenant/access_table.hpp"
#include "models/tenant/binned_load.hpp"
#include "models/tenant/trace_record.hpp"
#include "sim/compensated_sum.hpp"
#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

// Undefined figures are NaN: of what the trace does not have, or of too few records.
struct TraceSummary {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  using Estimate = DyadicLoad::Estimate;

  std::uint64_t rows = 0;
  // Of a series: rows at most half a sample after the one before, so that two add up to one.
  std::uint64_t crowded_rows = 0;
  double requests = 0;  // of a series the sum of its values
  double bytes = kNone;
  // From the first request to the last; of a series to its last sample's end; as the trace says.
  double span_s = 0;
  double rate_per_s = kNone;
  double bytes_per_s = kNone;

  // Over whole bins from the first request on.
  struct Scale {
    double width_s = 0;
    std::uint64_t bins = 0;
    double peak_to_mean = kNone;
    double dispersion = kNone;  // variance / mean of requests a bin
    double bytes_peak_to_mean = kNone;
  };
  std::vector<Scale> scales;  // of a sample, where it is a series, then of the bins asked for
  double gap_scv = kNone;     // squared coefficient of variation of times between requests
  std::optional<Estimate> hurst, bias, bytes_hurst, bytes_bias;

  double read_share = kNone;  // of reads and writes
  struct Size {
    double p10 = kNone, p50 = kNone, p90 = kNone, p99 = kNone, max = kNone, mean = kNone;
  } size_bytes;  // of reads and writes; quantiles within 0.8 %

  double objects = kNone;
  double object_sample_rate = kNone;  // 1: every object was followed
  double one_hit_share = kNone;       // of objects, accessed once
  double zipf_alpha = kNone;
  double top_object_share = kNone;  // of accesses, to the most accessed 1 % of objects
  struct Gaps {
    double p50_s = kNone, p90_s = kNone, p99_s = kNone;
  } reuse;  // from one access of an object to its next
  // Which share of the accesses after an object's first came at an age of [from, to).
  struct AgeBin {
    double from_s = 0;
    double to_s = 0;  // infinite for the last
    double share = 0;
  };
  std::vector<AgeBin> ages;  // up to the span; empty where no object was accessed twice

  double tenants = kNone;                   // NaN also beyond a million
  double top_tenant_request_share = kNone;  // of the busiest 1 % of tenants, rounded up
  double top_tenant_byte_share = kNone;     // of those with most bytes
};

class TraceStatistics {
 public:
  static constexpr std::size_t kMostObjects = 20'000'000;

  // `bins_ns`: widths of the scales, above 0; of a series only those wider than its samples.
  explicit TraceStatistics(const TraceShape& shape, std::size_t most_objects = kMostObjects,
                           const std::vector<std::int64_t>& bins_ns = {
                               1'000'000'000, 60'000'000'000, 3'600'000'000'000});

  // In order of time, the first at 0.
  void add(std::span<const TraceRecord> records) {
    for (const TraceRecord& record : records) add(record);
  }
  void add(const TraceRecord& record);
  // Call once, after the last record.
  [[nodiscard]] TraceSummary finish();

 private:
  static constexpr std::array<double, 9> kAges = {1,     10,    60,     600,   3600,
                                                  21600, 86400, 259200, 604800};
  static constexpr std::size_t kMostTenants = 1'000'000;
  struct Load {
    BinnedLoad requests;
    BinnedLoad bytes;
    double width_s;
  };
  struct Tenant {
    double requests = 0;
    double bytes = 0;
  };

  void add_object(const TraceRecord& record);
  void add_tenant(const TraceRecord& record);
  void sum_loads(TraceSummary& out);
  void sum_objects(TraceSummary& out) const;
  void sum_tenants(TraceSummary& out) const;

  TraceShape shape_;
  std::uint64_t rows_ = 0;
  std::uint64_t crowded_rows_ = 0;
  sim::CompensatedSum requests_;
  sim::CompensatedSum bytes_;
  std::int64_t last_ns_ = 0;
  std::uint64_t reads_ = 0, writes_ = 0;
  std::vector<Load> loads_;
  DyadicLoad dyadic_requests_;
  DyadicLoad dyadic_bytes_;
  sim::Moments gaps_;
  sim::LogHistogram sizes_;
  AccessTable objects_;
  sim::LogHistogram reuse_;
  std::array<std::uint64_t, kAges.size() + 1> ages_{};
  std::unordered_map<std::uint64_t, Tenant> tenants_;
};

}  // namespace spindle::models
