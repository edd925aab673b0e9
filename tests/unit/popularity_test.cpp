// Popularity of objects as demand on extents: against the moments of a multinomial and by counting.

#include "models/tenant/popularity.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

using namespace spindle;
using models::PopularityKind;
using models::PopularityOptions;

namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

Moments moments(const std::vector<float>& weights) {
  Moments m;
  for (const float w : weights) m.mean += double{w} / static_cast<double>(weights.size());
  for (const float w : weights) {
    m.variance += (double{w} - m.mean) * (double{w} - m.mean) / static_cast<double>(weights.size());
  }
  return m;
}

// Objects in random extents: the variance of an extent's share of all requests p is
// (1/E)(1 - 1/E) sum p^2, so that of its weight (E times the share) is (E - 1) sum p^2.
double expected_variance(const PopularityOptions& options, std::uint64_t objects, double extents) {
  double sum = 0;
  double squares = 0;
  for (std::uint64_t k = 1; k <= objects; ++k) {
    const double p = std::pow(static_cast<double>(k), -options.exponent);
    sum += p;
    squares += p * p;
  }
  return (extents - 1) * squares / (sum * sum);
}

}  // namespace

TEST_CASE("popularity: uniform objects weigh alike, and weights have mean 1") {
  CHECK(models::draw_popularity_weights({}, 1000, 3, sim::Seed{1}, 0) ==
        std::vector<float>{1, 1, 1});
  const PopularityOptions zipf{.kind = PopularityKind::kZipf, .exponent = 1.2, .points = {}};
  const auto weights = models::draw_popularity_weights(zipf, 1'000'000, 700, sim::Seed{1}, 5);
  CHECK(moments(weights).mean == Approx(1).epsilon(1e-6));
  CHECK(*std::min_element(weights.begin(), weights.end()) >= 0);
  CHECK(weights == models::draw_popularity_weights(zipf, 1'000'000, 700, sim::Seed{1}, 5));
  CHECK(weights != models::draw_popularity_weights(zipf, 1'000'000, 700, sim::Seed{1}, 6));
}

TEST_CASE("popularity: extents vary as sums of objects do, placed singly or as a tail") {
  // 64,000 objects are all placed; of 10 million the most are a tail.
  for (const std::uint64_t objects : {std::uint64_t{64'000}, std::uint64_t{10'000'000}}) {
    const PopularityOptions zipf{.kind = PopularityKind::kZipf, .exponent = 0.4, .points = {}};
    const double expected = expected_variance(zipf, objects, 4000);
    double measured = 0;
    constexpr int kTenants = 20;
    for (std::uint32_t tenant = 0; tenant < kTenants; ++tenant) {
      measured +=
          moments(models::draw_popularity_weights(zipf, objects, 4000, sim::Seed{9}, tenant))
              .variance /
          kTenants;
    }
    // A sample variance of 80,000 nearly normal weights: sqrt(2 / 80000) = .5 %; ten of them.
    CHECK(measured == Approx(expected).epsilon(0.05));
  }
}

TEST_CASE("popularity: the most popular objects of a Zipf law make hot extents") {
  const PopularityOptions zipf{.kind = PopularityKind::kZipf, .exponent = 1, .points = {}};
  const auto weights = models::draw_popularity_weights(zipf, 1'000'000, 1000, sim::Seed{2}, 0);
  // The first object gets 1 / H of all requests, H = log n + gamma: 6.95 % of 1,000 extents' mean.
  const double first = 1000 / (std::log(1e6) + 0.5772);
  const float hottest = *std::max_element(weights.begin(), weights.end());
  CHECK(hottest >= first * 0.999);
  CHECK(hottest < first * 1.6);
}

TEST_CASE("popularity: measured shares are kept") {
  // One object in a hundred gets 26 % of the requests; two extents an object, so none are shared
  // by chance alone: 200 objects in so many extents that few meet.
  const PopularityOptions measured{
      .kind = PopularityKind::kEmpirical, .points = {{0.01, 0.26}, {0.1, 0.5}}, .objects = 0};
  const auto weights = models::draw_popularity_weights(measured, 200, 2'000'000, sim::Seed{4}, 0);
  std::vector<float> found;
  for (const float w : weights) {
    if (w > 0) found.push_back(w);
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  REQUIRE(found.size() == 200);  // with this seed
  double top = 0;
  for (int i = 0; i < 2; ++i) top += double{found[static_cast<std::size_t>(i)]};
  CHECK(top / 2e6 == Approx(0.26).epsilon(1e-5));
  for (int i = 2; i < 20; ++i) top += double{found[static_cast<std::size_t>(i)]};
  CHECK(top / 2e6 == Approx(0.5).epsilon(1e-5));
}

TEST_CASE("popularity: options out of range are refused") {
  const auto check = [](PopularityOptions options) { models::check_popularity(options); };
  CHECK_THROWS(check({.kind = PopularityKind::kZipf, .exponent = -1, .points = {}}));
  CHECK_THROWS(check({.kind = PopularityKind::kZipf, .exponent = NAN, .points = {}}));
  CHECK_THROWS(check({.kind = PopularityKind::kEmpirical, .points = {{0.5, 0.6}, {0.4, 0.7}}}));
  CHECK_THROWS(check({.kind = PopularityKind::kEmpirical, .points = {{0.5, 0.2}, {1, 1}}}));
  CHECK_THROWS(check({.kind = PopularityKind::kEmpirical, .points = {{0.5, 0.2}}}));
  CHECK_NOTHROW(check({.kind = PopularityKind::kEmpirical, .points = {{0.5, 0.7}}}));
  CHECK_NOTHROW(check({.kind = PopularityKind::kEmpirical, .points = {{0.2, 0.6}, {1, 1}}}));
}
