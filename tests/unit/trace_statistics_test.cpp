// Statistics of traces beside a slow and simple computation of the same.
#include "models/tenant/trace_statistics.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <vector>

#include "sim/time.hpp"

namespace {

using namespace spindle;
using namespace spindle::models;

struct Arrival {
  std::int64_t time_ns;
  double amount;
};

// Times of whole and half bins of a second, with gaps up to a hundred bins.
std::vector<Arrival> some_arrivals() {
  std::vector<Arrival> out;
  std::int64_t time = 0;
  const int count = *rc::gen::inRange(1, 60);
  for (int i = 0; i < count; ++i) {
    out.push_back({time, static_cast<double>(*rc::gen::inRange(1, 5))});
    const bool leaps = *rc::gen::inRange(0, 10) == 0;
    time += sim::kSecond / 2 * *rc::gen::inRange(0, leaps ? 200 : 4);
  }
  return out;
}

// Sums of the whole seconds before `end_ns`.
std::vector<double> seconds_of(const std::vector<Arrival>& arrivals, std::int64_t end_ns) {
  std::vector<double> bins(static_cast<std::size_t>(end_ns / sim::kSecond));
  for (const Arrival& arrival : arrivals) {
    const auto bin = static_cast<std::size_t>(arrival.time_ns / sim::kSecond);
    if (bin < bins.size()) bins[bin] += arrival.amount;
  }
  return bins;
}

// log2 of the mean square of differences of neighbours on the scale of 2^level bins, from the bins.
std::vector<double> log_squares(std::vector<double> bins) {
  std::vector<double> out;
  while (bins.size() >= 16) {
    std::vector<double> sums;
    double squares = 0;
    for (std::size_t i = 0; i + 1 < bins.size(); i += 2) {
      sums.push_back(bins[i] + bins[i + 1]);
      squares += (bins[i] - bins[i + 1]) * (bins[i] - bins[i + 1]);
    }
    if (squares == 0) break;
    out.push_back(std::log2(squares / static_cast<double>(sums.size())));
    bins = std::move(sums);
  }
  return out;
}

// Weighted as the estimator has it: pairs n, n / 2, n / 4, … rounded down.
double slope(const std::vector<double>& y, std::size_t bins) {
  double w = 0, x_mean = 0, y_mean = 0, xy = 0, xx = 0;
  for (int pass = 0; pass < 2; ++pass) {
    std::size_t pairs = bins;
    for (std::size_t i = 0; i < y.size(); ++i) {
      pairs /= 2;
      const auto weight = static_cast<double>(pairs);
      const auto x = static_cast<double>(i);
      if (pass == 0) {
        w += weight;
        x_mean += weight * x;
        y_mean += weight * y[i];
      } else {
        xy += weight * (x - x_mean / w) * (y[i] - y_mean / w);
        xx += weight * (x - x_mean / w) * (x - x_mean / w);
      }
    }
  }
  return xy / xx;
}

TraceRecord request(double time_s, std::uint64_t object, std::uint64_t bytes = 100,
                    TraceOp op = TraceOp::kRead, std::uint64_t tenant = 0) {
  TraceRecord record;
  record.time_ns = static_cast<std::int64_t>(time_s * 1e9);
  record.object = object;
  record.bytes = bytes;
  record.op = op;
  record.tenant = tenant;
  return record;
}

constexpr TraceShape kAll{
    .has_object = true, .has_tenant = true, .has_bytes = true, .has_op = true};

}  // namespace

TEST_CASE("peak and dispersion of whole bins are those of the bins written out") {
  rc::check("peak and dispersion", [] {
    const std::vector<Arrival> arrivals = some_arrivals();
    const std::int64_t end = arrivals.back().time_ns + sim::kSecond / 2 * *rc::gen::inRange(0, 9);
    BinnedLoad load(sim::kSecond);
    for (const Arrival& arrival : arrivals) load.add(arrival.time_ns, arrival.amount);
    load.finish(end);
    const std::vector<double> bins = seconds_of(arrivals, end);
    RC_ASSERT(load.bins() == bins.size());
    double sum = 0, squares = 0, peak = 0;
    for (const double bin : bins) {
      sum += bin;
      squares += bin * bin;
      peak = std::max(peak, bin);
    }
    const auto n = static_cast<double>(bins.size());
    if (sum == 0) {
      RC_ASSERT(std::isnan(load.peak_to_mean()));
      return;
    }
    RC_ASSERT(std::fabs(load.peak_to_mean() - peak / (sum / n)) < 1e-9 * peak * n);
    if (bins.size() < 2) return;
    const double variance = (squares - sum * sum / n) / (n - 1);
    RC_ASSERT(std::fabs(load.dispersion() - variance / (sum / n)) < 1e-9 * (1 + squares));
  });
}

TEST_CASE("the Haar estimate over gaps is that of the bins written out") {
  rc::check("Haar estimate", [] {
    const std::vector<Arrival> arrivals = some_arrivals();
    const std::int64_t end = arrivals.back().time_ns;
    DyadicLoad load(1, sim::kSecond, false);
    for (const Arrival& arrival : arrivals) load.add(arrival.time_ns, arrival.amount);
    load.finish(end);
    const std::vector<double> bins = seconds_of(arrivals, end);
    std::vector<double> expected = log_squares(bins);
    const auto hurst = load.hurst(0);
    RC_ASSERT(hurst.has_value() == (expected.size() >= 3));
    if (!hurst) return;
    RC_ASSERT(hurst->to_s == std::exp2(static_cast<double>(expected.size() - 1)));
    // Scales may be left out that grow more than fourfold, for a figure of 1 at most.
    const auto first = static_cast<std::size_t>(std::log2(hurst->from_s));
    for (std::size_t i = 0; i < first; ++i) RC_ASSERT(expected[i + 1] - expected[i] > 2 - 1e-9);
    RC_ASSERT(first == 0 || (hurst->value <= 1 && expected.size() - first >= 3));
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(first));
    RC_ASSERT(std::fabs(hurst->value - slope(expected, bins.size() >> first) / 2) < 1e-9);
  });
}

TEST_CASE("a small trace has the figures counted by hand") {
  TraceStatistics statistics(kAll);
  statistics.add(request(0, 1, 100, TraceOp::kWrite, 7));
  statistics.add(request(0.5, 1, 100, TraceOp::kRead, 7));
  statistics.add(request(1.5, 2, 300, TraceOp::kRead, 8));
  statistics.add(request(1.5, 3, 0, TraceOp::kOther, 8));
  statistics.add(request(4, 1, 100, TraceOp::kRead, 7));
  const TraceSummary summary = statistics.finish();
  CHECK(summary.rows == 5);
  CHECK(summary.span_s == 4);
  CHECK(summary.rate_per_s == 1.25);
  CHECK(summary.bytes == 600);
  CHECK(summary.read_share == 0.75);
  CHECK(summary.size_bytes.mean == 150);
  CHECK(summary.size_bytes.max == 300);
  // Seconds hold 2, 2, 0, 0 requests and 200, 300, 0, 0 bytes; the fifth is not over.
  REQUIRE(summary.scales.size() == 3);
  CHECK(summary.scales[0].bins == 4);
  CHECK(summary.scales[0].peak_to_mean == 2);
  CHECK(summary.scales[0].dispersion == Approx(4.0 / 3));
  CHECK(summary.scales[0].bytes_peak_to_mean == Approx(2.4));
  CHECK(summary.scales[1].bins == 0);
  CHECK(std::isnan(summary.scales[1].peak_to_mean));
  // Gaps .5, 1, 0, 2.5: mean 1, variance 3.5 / 3.
  CHECK(summary.gap_scv == Approx(3.5 / 3));
  CHECK_FALSE(summary.hurst);
  CHECK(summary.objects == 2);
  CHECK(summary.one_hit_share == 0.5);
  CHECK(summary.top_object_share == 0.75);
  CHECK(summary.reuse.p50_s == Approx(0.5).epsilon(0.01));
  CHECK(summary.reuse.p99_s == Approx(3.5).epsilon(0.01));
  // Object 1 again at ages .5 and 4 s: ages the trace is too short for are left out.
  REQUIRE(summary.ages.size() == 2);
  CHECK(summary.ages[0].share == 0.5);
  CHECK(summary.ages[1].from_s == 1);
  CHECK(summary.ages[1].share == 0.5);
  CHECK(summary.tenants == 2);
  CHECK(summary.top_tenant_request_share == 0.6);
  CHECK(summary.top_tenant_byte_share == 0.5);
}

TEST_CASE("what a trace does not have is undefined, not zero") {
  TraceStatistics statistics(TraceShape{});
  statistics.add(request(0, 0));
  const TraceSummary one = statistics.finish();
  for (const double figure : {one.bytes, one.rate_per_s, one.gap_scv, one.read_share, one.objects,
                              one.zipf_alpha, one.tenants, one.size_bytes.p50}) {
    CHECK(std::isnan(figure));
  }
  CHECK(TraceStatistics(kAll).finish().rows == 0);
}

TEST_CASE("objects are counted one by one") {
  rc::check("objects", [] {
    AccessTable table(1'000'000);
    std::map<std::uint64_t, std::vector<std::int64_t>> seen;
    std::int64_t tick = 0;
    for (int i = 0; i < 300; ++i) {
      const auto object = *rc::gen::inRange<std::uint64_t>(0, 40);
      tick += *rc::gen::inRange(0, 1000);
      const AccessTable::Access access = table.touch(object, tick * 4096);
      auto& times = seen[object];
      RC_ASSERT(access.weight == 1);
      RC_ASSERT(access.is_first == times.empty());
      if (!times.empty()) {
        RC_ASSERT(access.since_first_ns == (tick - times.front()) * 4096);
        RC_ASSERT(access.since_last_ns == (tick - times.back()) * 4096);
      }
      times.push_back(tick);
    }
    std::uint64_t sum = 0;
    for (const std::uint32_t count : table.counts()) sum += count;
    RC_ASSERT(sum == 300);
    RC_ASSERT(table.kept() == seen.size());
  });
}

TEST_CASE("more objects than are followed become a random part of them") {
  // 200,000 objects, every second accessed twice; 10,000 followed at most.
  constexpr std::uint64_t kObjects = 200'000;
  TraceStatistics statistics(TraceShape{.has_object = true}, 10'000);
  for (std::uint64_t i = 0; i < kObjects; ++i) {
    statistics.add(request(1e-3 * static_cast<double>(i), i));
  }
  for (std::uint64_t i = 0; i < kObjects; i += 2) {
    statistics.add(request(200 + 1e-3 * static_cast<double>(i), i));
  }
  const TraceSummary summary = statistics.finish();
  CHECK(summary.object_sample_rate == 1.0 / 32);
  // About 6,250 of them: 1.3 % standard error; five of them allowed.
  CHECK(summary.objects == Approx(kObjects).epsilon(0.065));
  CHECK(summary.one_hit_share == Approx(0.5).margin(0.035));
  CHECK(summary.reuse.p50_s == Approx(200).epsilon(0.01));
}

TEST_CASE("slopes and shares of few counts are undefined or exact") {
  CHECK(std::isnan(zipf_slope({})));
  CHECK(std::isnan(zipf_slope({1000, 500, 333, 250})));
  CHECK(std::isnan(top_share({}, 0.01)));
  CHECK(top_share({6, 3, 1}, 0.01) == 0.6);
  CHECK(top_share(std::vector<std::uint32_t>(200, 1), 0.01) == 0.01);
  std::vector<std::uint32_t> exact;
  for (int rank = 1; rank <= 1000; ++rank) exact.push_back(static_cast<std::uint32_t>(1e7 / rank));
  CHECK(zipf_slope(exact) == Approx(1).epsilon(1e-4));
}
