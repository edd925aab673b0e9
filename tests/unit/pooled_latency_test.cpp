// Latency of requests from laws of parts: quantiles of maxima, mixtures, intervals over clusters.
#include "models/zoom/pooled_latency.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "sim/log_histogram.hpp"

using namespace spindle;

namespace {

sim::Duration milliseconds(double value) {
  return sim::Duration::seconds(value * 1e-3);
}

// 1, 2, …, count ms, `times` times each.
models::LatencySummary ramp(int count, int times = 1, double from = 0) {
  models::LatencySummary out;
  for (int i = 1; i <= count; ++i) {
    for (int t = 0; t < times; ++t) out.add(milliseconds(from + i));
  }
  return out;
}

}  // namespace

TEST_CASE("pooled latency: the slowest of k is at a share of F to the power of k") {
  const models::LatencySummary parts = ramp(1000, 10);
  for (const std::uint32_t k : {1U, 2U, 5U, 9U}) {
    const models::PooledLatency latency({{.clusters = {&parts}, .fan_out = k}});
    for (const double q : {0.5, 0.99, 0.999}) {
      INFO(k << " parts, " << q);
      // Ramps have steps of 1 ms; buckets are interpolated.
      CHECK(latency.quantile_s(q).estimate == Approx(std::pow(q, 1.0 / k)).margin(0.0015));
    }
    // Of the maximum of k uniform numbers.
    CHECK(latency.mean_s() == Approx(k / (k + 1.0)).epsilon(0.005));
    CHECK(latency.requests() == 10'000 / k);
    CHECK(std::isnan(latency.quantile_s(0.5).low));  // one cluster says nothing of an error
  }
}

TEST_CASE("pooled latency: kinds count by their requests") {
  // 300 reads of one part up to .1 s, and 300 parts from 1 to 1.1 s that make 100 reads of three.
  const models::LatencySummary fast = ramp(100, 3);
  const models::LatencySummary slow = ramp(100, 3, 1000);
  const models::PooledLatency latency(
      {{.clusters = {&fast}, .fan_out = 1}, {.clusters = {&slow}, .fan_out = 3}});
  CHECK(latency.requests() == 400);
  CHECK(latency.quantile_s(0.375).estimate == Approx(0.05).epsilon(0.03));
  // Beyond 3/4 all are slow ones: the median of these is at 1 + .1 * .5^(1/3).
  CHECK(latency.quantile_s(0.875).estimate ==
        Approx(1 + 0.1 * std::pow(0.5, 1.0 / 3)).epsilon(0.005));
  CHECK(latency.mean_s() == Approx(0.75 * 0.0505 + 0.25 * 1.0755).epsilon(0.01));
}

// Twenty clusters, half of them all below and half all above: the share below .5 s has a standard
// error of .5 / sqrt(19), however many parts there are.
TEST_CASE("pooled latency: the error comes from clusters, not from parts") {
  const models::LatencySummary low = ramp(500, 20);
  const models::LatencySummary high = ramp(500, 20, 500);
  models::PartKind kind;
  for (int i = 0; i < 10; ++i) {
    kind.clusters.push_back(&low);
    kind.clusters.push_back(&high);
  }
  const models::PooledLatency latency({kind});
  const sim::Interval median = latency.quantile_s(0.5);
  const double half = sim::student_quantile(0.95, 19) * 0.5 / std::sqrt(19.0);
  CHECK(median.estimate == Approx(0.5).epsilon(0.005));
  CHECK(median.low == Approx(0.5 - half).epsilon(0.02));
  CHECK(median.high == Approx(0.5 + half).epsilon(0.02));
}

TEST_CASE("pooled latency: equal clusters have no error, few parts no upper end") {
  const models::LatencySummary same = ramp(1000);
  const models::PooledLatency equal({{.clusters = {&same, &same, &same}, .fan_out = 2}});
  const sim::Interval quantile = equal.quantile_s(0.9);
  CHECK(quantile.low == Approx(quantile.estimate).epsilon(1e-6));
  CHECK(quantile.high == Approx(quantile.estimate).epsilon(1e-6));

  const models::LatencySummary one = ramp(10);
  const models::LatencySummary other = ramp(12);
  const models::PooledLatency few({{.clusters = {&one, &other}, .fan_out = 1}});
  CHECK(std::isnan(few.quantile_s(0.99).high));
  CHECK(few.quantile_s(0.99).low < few.quantile_s(0.99).estimate);

  const models::LatencySummary none;
  const models::PooledLatency empty({{.clusters = {&none, &none}, .fan_out = 3}});
  CHECK(std::isnan(empty.mean_s()));
  CHECK(std::isnan(empty.quantile_s(0.5).estimate));
  CHECK(empty.requests() == 0);
  CHECK_THROWS_AS(models::PooledLatency({{.clusters = {&one}}, {.clusters = {&one, &other}}}),
                  std::invalid_argument);
}

TEST_CASE("log histogram: values below a number grow with it, a bucket's in proportion") {
  sim::LogHistogram histogram;
  CHECK(histogram.below(1) == 0);
  histogram.add(0, 3);
  histogram.add(1.0, 10);  // bucket [1, 1 + 1/64)
  histogram.add(4.0, 5);
  CHECK(histogram.below(0.5) == 3);
  CHECK(histogram.below(1.0) == 3);
  CHECK(histogram.below(1.0 + 1.0 / 128) == Approx(8));
  CHECK(histogram.below(1.0 + 1.0 / 64) == 13);
  CHECK(histogram.below(3.9) == 13);
  CHECK(histogram.below(100) == 18);
  CHECK(histogram.below(1e30) == 18);
}
