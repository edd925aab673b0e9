// Estimators of `trace stats` recover what was put in. Series are long enough that an estimate's
// own scatter is a fifth of the tolerance or less: with 5 standard deviations a false alarm has a
// chance below 1e-6 a check.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/tenant/trace_statistics.hpp"
#include "sim/discrete_distributions.hpp"
#include "sim/random_stream.hpp"
#include "tests/support/fractional_noise.hpp"

namespace {

using namespace spindle;
using models::TraceRecord;
using models::TraceShape;
using models::TraceStatistics;
using models::TraceSummary;

constexpr std::int64_t kSecond = 1'000'000'000;

sim::RandomStream stream_of(std::uint64_t seed) {
  return {sim::Seed{seed}, 0, sim::Purpose{2}, 0};
}

// Of a series of one value a second.
TraceSummary series_summary(const std::vector<double>& values) {
  TraceStatistics statistics(TraceShape{.sample_ns = kSecond});
  TraceRecord record;
  for (const double value : values) {
    record.requests = value;
    statistics.add(record);
    record.time_ns += kSecond;
  }
  return statistics.finish();
}

// Of requests at these times, in seconds.
TraceSummary request_summary(const std::vector<double>& times_s) {
  TraceStatistics statistics(TraceShape{});
  for (const double time : times_s) {
    TraceRecord record;
    record.time_ns = static_cast<std::int64_t>((time - times_s.front()) * 1e9);
    statistics.add(record);
  }
  return statistics.finish();
}

// The b-model (Wang et al. 2002): each half of an interval gets b or 1 - b of its load, which one
// at random.
std::vector<double> b_model(double b, unsigned levels, std::uint64_t seed) {
  sim::RandomStream stream = stream_of(seed);
  std::vector<double> load{1e6};
  for (unsigned level = 0; level < levels; ++level) {
    std::vector<double> halves;
    halves.reserve(2 * load.size());
    for (const double amount : load) {
      const double left = stream.bernoulli(0.5) ? b : 1 - b;
      halves.push_back(amount * left);
      halves.push_back(amount * (1 - left));
    }
    load = std::move(halves);
  }
  return load;
}

}  // namespace

TEST_CASE("the Hurst parameter of fractional noise is found within .05") {
  // 2^15 values: the standard error is about .007 (Abry and Veitch 1998, eq. 13, from j = 1).
  for (const double hurst : {0.6, 0.75, 0.9}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      CAPTURE(hurst, seed);
      std::vector<double> values = test::fractional_noise(hurst, 15, seed);
      for (double& value : values) value += 20;
      const TraceSummary summary = series_summary(values);
      REQUIRE(summary.hurst);
      CHECK(summary.hurst->value == Approx(hurst).margin(0.05));
      CHECK(summary.hurst->from_s == 1);
      CHECK(summary.hurst->to_s == 2048);  // 8 pairs of 2^11 s in 2^15 s
    }
  }
}

TEST_CASE("the Hurst parameter of a cascade is found where its finest intervals span many bins") {
  // H = (1 - log2(b^2 + (1 - b)^2)) / 2: every pair of halves has the same share of squares. Bins
  // that cut across intervals meet chance, and the more the larger b.
  for (const double b : {0.6, 0.7}) {
    for (const std::size_t length : {1U, 3U, 15U}) {  // seconds of an interval
      std::vector<double> values;
      for (const double load : b_model(b, 12, 5)) values.insert(values.end(), length, load);
      const TraceSummary summary = series_summary(values);
      CAPTURE(b, length);
      REQUIRE(summary.hurst);
      const double expected = (1 - std::log2(b * b + (1 - b) * (1 - b))) / 2;
      CHECK(summary.hurst->value == Approx(expected).margin(0.05));
      CHECK((summary.hurst->from_s > 1) == (length > 1));
    }
  }
}

TEST_CASE("the Hurst parameter of a trend reads as 1 or more") {
  std::vector<double> values;
  for (int i = 0; i < 4096; ++i) values.push_back(i);
  const TraceSummary summary = series_summary(values);
  REQUIRE(summary.hurst);
  CHECK(summary.hurst->value >= 1);
  CHECK(summary.hurst->from_s == 1);
}

TEST_CASE("the bias of a b-model series is found within .02") {
  for (const double b : {0.6, 0.7, 0.8}) {
    CAPTURE(b);
    const TraceSummary summary = series_summary(b_model(b, 14, 7));
    REQUIRE(summary.bias);
    // Every pair of a cascade splits by b: nothing is left to chance.
    CHECK(summary.bias->value == Approx(b).margin(1e-9));
  }
}

TEST_CASE("the bias of requests that a b-model draws is found within .02") {
  for (const double b : {0.6, 0.7, 0.8}) {
    CAPTURE(b);
    // A load per 4 s; half a million requests fall in by its share, evenly within 4 s.
    const std::vector<double> load = b_model(b, 12, 11);
    std::vector<double> until(load.size());
    double sum = 0;
    for (std::size_t i = 0; i < load.size(); ++i) until[i] = sum += load[i];
    sim::RandomStream stream = stream_of(5);
    std::vector<double> times;
    for (int i = 0; i < 500'000; ++i) {
      const auto bin = std::upper_bound(until.begin(), until.end(), stream.uniform() * sum);
      times.push_back(4 * (static_cast<double>(bin - until.begin()) + stream.uniform()));
    }
    std::sort(times.begin(), times.end());
    // Bins of the cascade itself: below 4 s there is none, and the load is even.
    models::DyadicLoad coarse(1, 4 * kSecond, true);
    for (const double time : times) coarse.add(static_cast<std::int64_t>(time * 1e9), 1);
    coarse.finish(4 * kSecond * static_cast<std::int64_t>(load.size()));
    const auto bias = coarse.bias(coarse.first_scale());
    REQUIRE(bias);
    CHECK(bias->value == Approx(b).margin(0.02));
  }
}

TEST_CASE("Poisson arrivals show no burstiness") {
  sim::RandomStream stream = stream_of(3);
  std::vector<double> times;
  for (double time = 0; times.size() < 400'000; time += stream.exponential() / 20) {
    times.push_back(time);
  }
  const TraceSummary summary = request_summary(times);
  // 20,000 s: the variance of 20,000 counts scatters by sqrt(2 / 20,000) = 1 %.
  CHECK(summary.scales[0].dispersion == Approx(1).margin(0.05));
  CHECK(summary.gap_scv == Approx(1).margin(0.02));
  REQUIRE(summary.hurst);
  CHECK(summary.hurst->value == Approx(0.5).margin(0.05));
  REQUIRE(summary.bias);
  CHECK(summary.bias->value == Approx(0.5).margin(0.06));
}

TEST_CASE("the slope of Zipf's law is found within .05") {
  for (const double alpha : {0.6, 0.8, 1.0, 1.2}) {
    CAPTURE(alpha);
    sim::RandomStream stream = stream_of(17);
    const sim::Zipf popularity(100'000, alpha);
    TraceStatistics statistics(TraceShape{.has_object = true});
    for (int i = 0; i < 500'000; ++i) {
      TraceRecord record;
      record.time_ns = i;
      record.object = popularity.draw(stream);
      statistics.add(record);
    }
    const TraceSummary summary = statistics.finish();
    CHECK(summary.zipf_alpha == Approx(alpha).margin(0.05));
  }
}
