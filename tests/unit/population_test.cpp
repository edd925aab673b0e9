#include "models/tenant/population.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <vector>

namespace {

using namespace spindle;
using namespace spindle::models;
using sim::Duration;

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

TEST_CASE("apportioned extents add up, keep order and stay within one of their quota") {
  REQUIRE(rc::check("largest remainder", [] {
    const auto sizes = *rc::gen::container<std::vector<std::uint32_t>>(
        *rc::gen::inRange<std::size_t>(1, 60), rc::gen::inRange<std::uint32_t>(0, 100'000));
    std::vector<double> shares(sizes.begin(), sizes.end());
    shares[0] += 1;  // one above 0
    const auto extents = *rc::gen::inRange<std::uint64_t>(0, 5000);
    const auto out = apportion(shares, extents);
    const bool all_get_one = extents >= shares.size();
    const double total = sum_of(shares);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      sum += out[i];
      const double quota = shares[i] / total * static_cast<double>(extents);
      if (all_get_one && out[i] == 0) return false;
      if (!all_get_one && std::fabs(out[i] - quota) > 1 + 1e-9) return false;
      if (out[i] > quota + 1 + 1e-9) return false;
      for (std::size_t j = 0; j < out.size(); ++j) {
        if (shares[i] > shares[j] && out[i] < out[j]) return false;
        if (shares[i] == shares[j] && i < j && out[i] < out[j]) return false;
      }
    }
    return sum == extents;
  }));
}

TEST_CASE("apportioning small cases by hand") {
  using Extents = std::vector<std::uint32_t>;
  CHECK(apportion({1, 1, 1}, 4) == Extents{2, 1, 1});
  CHECK(apportion({1, 1, 1}, 2) == Extents{1, 1, 0});
  CHECK(apportion({100, 1, 0}, 10) == Extents{8, 1, 1});
  CHECK(apportion({0.5, 0.3, 0.2}, 10) == Extents{5, 3, 2});
  CHECK(apportion({1, 1}, 2) == Extents{1, 1});
  CHECK(apportion({}, 0).empty());
  CHECK_THROWS_AS(apportion({0, 0}, 1), std::invalid_argument);
  CHECK_THROWS_AS(apportion({1, -1}, 1), std::invalid_argument);
  CHECK_THROWS_AS(apportion({1e308, 1e308}, 1), std::invalid_argument);
  CHECK_THROWS_AS(apportion({1}, std::uint64_t{1} << 32), std::invalid_argument);
}

TEST_CASE("tenant sizes sum to 1 and follow their distribution") {
  const auto equal = draw_sizes({SizeKind::kEqual, 1, 1}, 8, sim::Seed{1}, 0);
  CHECK(equal == std::vector<double>(8, 0.125));
  const auto zipf = draw_sizes({SizeKind::kZipf, 1.5, 0}, 100, sim::Seed{1}, 0);
  CHECK(sum_of(zipf) == Approx(1).epsilon(1e-14));
  for (std::size_t i = 0; i < zipf.size(); ++i) {
    CHECK(zipf[i] / zipf[0] == Approx(std::pow(static_cast<double>(i + 1), -1.5)).epsilon(1e-12));
  }
  // Heavy enough to overflow if sizes were not scaled in logarithms.
  for (const double alpha : {0.001, 0.5, 3.0}) {
    const auto pareto = draw_sizes({SizeKind::kPareto, alpha, 0}, 1000, sim::Seed{1}, 0);
    CHECK(sum_of(pareto) == Approx(1).epsilon(1e-12));
  }
  CHECK(draw_sizes({SizeKind::kEqual, 1, 1}, 0, sim::Seed{1}, 0).empty());
  CHECK_THROWS_AS(draw_sizes({SizeKind::kPareto, 0, 1}, 2, sim::Seed{1}, 0), std::invalid_argument);
  CHECK_THROWS_AS(draw_sizes({SizeKind::kZipf, std::nan(""), 1}, 2, sim::Seed{1}, 0),
                  std::invalid_argument);
  CHECK_THROWS_AS(draw_sizes({SizeKind::kLognormal, 1, -1}, 2, sim::Seed{1}, 0),
                  std::invalid_argument);
}

TEST_CASE("a tenant's size is drawn from its own stream") {
  // Ratios, because the sum differs: tenants 10 ... 14 are the same whichever class they begin in.
  const SizeOptions options{SizeKind::kLognormal, 0, 1.5};
  const auto all = draw_sizes(options, 20, sim::Seed{5}, 0);
  const auto some = draw_sizes(options, 5, sim::Seed{5}, 10);
  for (std::size_t i = 0; i < some.size(); ++i) {
    CHECK(some[i] / some[0] == Approx(all[10 + i] / all[10]).epsilon(1e-12));
  }
}

TEST_CASE("heat weights have mean 1 and fall with age as stated") {
  CoolingOptions options;
  CHECK(draw_heat_weights(options, 10, sim::Seed{1}, 0).empty());
  for (const CoolingKind kind : {CoolingKind::kExponential, CoolingKind::kPowerLaw}) {
    options.kind = kind;
    for (const double oldest_days : {0.0, 3.0, 365.0, 100'000.0}) {
      options.oldest = Duration::days(oldest_days);
      if (oldest_days > 73'000) options.oldest = Duration::days(73'000);
      const auto weights = draw_heat_weights(options, 5000, sim::Seed{1}, 77);
      double sum = 0;
      for (const float w : weights) {
        REQUIRE((std::isfinite(w) && w >= 0));
        sum += static_cast<double>(w);
      }
      CHECK(sum / 5000 == Approx(1).epsilon(1e-6));
    }
  }
  options.tau = Duration();
  options.kind = CoolingKind::kExponential;
  CHECK_THROWS_AS(draw_heat_weights(options, 1, sim::Seed{1}, 0), std::invalid_argument);
}

TEST_CASE("steady ages are exponential with the mean stated") {
  // 100,000 draws: the mean is known to 0.32 %, the share beyond the mean to 0.4 %; five of each.
  CoolingOptions options;
  options.kind = CoolingKind::kExponential;
  options.ages = AgeLaw::kSteady;
  CHECK_THROWS_AS(draw_ages(options, 1, sim::Seed{1}, 0), std::invalid_argument);
  options.mean_age_s = 500;
  const auto ages = draw_ages(options, 100'000, sim::Seed{4}, 0);
  CHECK(sum_of(ages) / 100'000 == Approx(500).epsilon(0.016));
  const auto old = std::count_if(ages.begin(), ages.end(), [](double age) { return age > 500; });
  CHECK(static_cast<double>(old) / 100'000 == Approx(std::exp(-1)).epsilon(0.021));
}

TEST_CASE("the hottest extents of a power law hold the share that its integral gives") {
  // Ages uniform over A days, weight (1 + t)^-1: the share of heat on data younger than x is
  // log(1 + x)/log(1 + A). With 200,000 extents its standard error is below 0.5 %; limit 2.5 %.
  CoolingOptions options;
  options.kind = CoolingKind::kPowerLaw;
  constexpr std::uint32_t kCount = 200'000;
  auto weights = draw_heat_weights(options, kCount, sim::Seed{2}, 0);
  std::sort(weights.begin(), weights.end(), std::greater<>());
  const double young = 36.5;  // the youngest tenth
  double share = 0;
  for (std::size_t i = 0; i < kCount / 10; ++i) share += static_cast<double>(weights[i]) / kCount;
  CHECK(share == Approx(std::log1p(young) / std::log1p(365)).epsilon(0.025));
}
