// What is put into a synthetic trace is what the estimators of `trace stats` find in it.

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/tenant/request_synthesis.hpp"
#include "models/tenant/trace_statistics.hpp"

namespace {

using namespace spindle;
using models::Bytes;
using models::Cascade;
using models::TraceSummary;
using sim::Duration;

// Of 1,024 s at the given rate: 20 halvings of it end at the estimators' finest scale, 1/1024 s.
TraceSummary summary_of(const Cascade& cascade, double requests_per_s, models::ArrivalLaw arrivals,
                        std::uint64_t seed) {
  models::TenantClass of;
  of.name = "t";
  of.data = Bytes{1'000'000'000'000};
  of.object_size = Bytes{1000};
  of.read_bytes_per_s = 1000 * requests_per_s;
  of.arrivals = arrivals;
  of.load.kind = models::LoadKind::kCascade;
  of.load.cascade = std::make_shared<const Cascade>(cascade);
  const models::TenantPopulation population({of}, Bytes{1'000'000'000}, sim::Seed{seed},
                                            {Duration::seconds(16), 64});
  models::RequestSynthesis synthesis(population, std::nullopt);
  models::TraceStatistics statistics({.span_ns = 1024'000'000'000}, 1000,
                                     {1'000'000'000, 16'000'000'000, 256'000'000'000});
  models::SyntheticRequest request;
  while (synthesis.next(request)) statistics.add({.time_ns = request.time_ns});
  return statistics.finish();
}

}  // namespace

// The entropy of every halving is the same whatever is drawn, so that what is left is the chance of
// arrivals: with a million of them and the estimator's correction below .005.
TEST_CASE("synthetic traces: the bias of a b-model comes back within .02") {
  for (const double b : {0.6, 0.7, 0.8}) {
    for (const auto law : {models::ArrivalLaw::kPoisson, models::ArrivalLaw::kEven}) {
      const TraceSummary summary =
          summary_of(Cascade::b_model(Duration::seconds(1024), b, 20), 1000, law, 11);
      REQUIRE(summary.bias);
      INFO("b " << b << ", found " << summary.bias->value);
      CHECK(std::fabs(summary.bias->value - b) < 0.02);
    }
  }
}

// H = (1 - log2(b^2 + (1 - b)^2)) / 2 over all scales; even arrivals add no noise that would bend
// the line at its fine end.
TEST_CASE("synthetic traces: the Hurst parameter of a b-model comes back within .05") {
  for (const double b : {0.6, 0.7, 0.8}) {
    const Cascade cascade = Cascade::b_model(Duration::seconds(1024), b, 16);
    const TraceSummary summary = summary_of(cascade, 1000, models::ArrivalLaw::kEven, 5);
    REQUIRE(summary.hurst);
    INFO("b " << b << ", expected " << cascade.hurst(0) << ", found " << summary.hurst->value);
    CHECK(std::fabs(summary.hurst->value - cascade.hurst(0)) < 0.05);
  }
}

// Counts of even arrivals are the integrals rounded: one request in the fullest bin.
TEST_CASE("synthetic traces: peaks of a cascade are its own, whatever the seed") {
  const Cascade cascade(Duration::seconds(1024),
                        {{0.5, 0.3, 0.1, 0.1},
                         std::vector<double>(16, 1.0 / 16),
                         {0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0}});
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const TraceSummary summary = summary_of(cascade, 50, models::ArrivalLaw::kEven, seed);
    REQUIRE(summary.scales.size() == 3);
    const double per_request = 1 / (50 * 1.0);
    CHECK(summary.scales[0].peak_to_mean ==
          Approx(cascade.peak_to_mean(2)).margin(per_request + 1e-3));
    CHECK(summary.scales[1].peak_to_mean ==
          Approx(cascade.peak_to_mean(1)).margin(per_request / 16 + 1e-3));
    CHECK(summary.scales[2].peak_to_mean ==
          Approx(cascade.peak_to_mean(0)).margin(per_request / 256 + 1e-3));
  }
}
