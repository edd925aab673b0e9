// Straws as random numbers: a winner by weight, and nothing to learn from one draw about another.

#include <catch2/catch.hpp>
#include <numeric>

#include "models/placement/crush/straw_level.hpp"
#include "tests/support/goodness_of_fit.hpp"

using namespace spindle;
using namespace spindle::models::crush;

namespace {

std::vector<std::uint32_t> numbers_from(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), first);
  return out;
}

StrawLevel bucket(std::uint32_t first, const std::vector<double>& weights) {
  const auto count = static_cast<std::uint32_t>(weights.size());
  return {numbers_from(first, count), weights, std::vector<std::uint32_t>{0, count}};
}

std::vector<double> shares(const std::vector<double>& weights) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<double> out;
  for (const double weight : weights) out.push_back(weight / sum);
  return out;
}

constexpr std::uint64_t kExtents = 400'000;

// Winners of successive extents.
double winners_p(const std::vector<double>& weights) {
  const StrawLevel level = bucket(1000, weights);
  std::vector<std::uint64_t> counts(weights.size());
  for (std::uint64_t extent = 0; extent < kExtents; ++extent) {
    ++counts[level.choose(0, straw_key(extent, 0, Level::kDrive))];
  }
  return test::counts_p(counts, shares(weights));
}

// Winners of two draws together, among 20 items of one bucket and 20 of another.
template <class First, class Second>
double pairs_p(First first_key, Second second_key) {
  const StrawLevel one = bucket(0, std::vector<double>(20, 1.0));
  const StrawLevel other = bucket(20, std::vector<double>(20, 1.0));
  std::vector<std::uint64_t> counts(400);
  for (std::uint64_t extent = 0; extent < kExtents; ++extent) {
    ++counts[20 * one.choose(0, first_key(extent)) + other.choose(0, second_key(extent))];
  }
  return test::counts_p(counts, std::vector<double>(400, 1.0 / 400));
}

// Who is second where the winner's weight becomes 0: anyone, whoever won.
double runner_up_p() {
  constexpr std::uint32_t kItems = 16;
  const StrawLevel all = bucket(0, std::vector<double>(kItems, 1.0));
  std::vector<StrawLevel> without;
  for (std::uint32_t i = 0; i < kItems; ++i) {
    std::vector<double> weights(kItems, 1.0);
    weights[i] = 0;
    without.push_back(bucket(0, weights));
  }
  std::vector<std::uint64_t> counts(kItems * kItems);
  std::vector<double> expected(kItems * kItems, 1.0 / (kItems * (kItems - 1)));
  for (std::uint32_t i = 0; i < kItems; ++i) expected[i * kItems + i] = 0;
  for (std::uint64_t extent = 0; extent < kExtents; ++extent) {
    const StrawKey key = straw_key(extent, 3, Level::kHost);
    const std::uint32_t first = all.choose(0, key);
    ++counts[first * kItems + without[first].choose(0, key)];
  }
  return test::counts_p(counts, expected);
}

StrawKey first_rack(std::uint64_t extent) {
  return straw_key(extent, 0, Level::kRack);
}

}  // namespace

TEST_CASE("straws choose by weight, independently of attempt, level, bucket and extent") {
  std::vector<double> mixed;
  for (std::uint32_t i = 0; i < 60; ++i) mixed.push_back(1 + i % 7);
  test::require_family(
      {
          {"1,000 equal items", [] { return winners_p(std::vector<double>(1000, 1.0)); }},
          {"weights 1 to 7", [&] { return winners_p(mixed); }},
          {"one heavy item among light ones",
           [] {
             std::vector<double> weights(100, 0.01);
             weights[50] = 1;
             return winners_p(weights);
           }},
          {"two attempts",
           [] {
             return pairs_p(first_rack, [](std::uint64_t extent) {
               return straw_key(extent, 1, Level::kRack);
             });
           }},
          {"two levels",
           [] {
             return pairs_p(first_rack, [](std::uint64_t extent) {
               return straw_key(extent, 0, Level::kDrive);
             });
           }},
          {"two buckets, the same key", [] { return pairs_p(first_rack, first_rack); }},
          {"an extent and the next",
           [] {
             return pairs_p(first_rack,
                            [](std::uint64_t extent) { return first_rack(extent + 1); });
           }},
          {"the runner-up", runner_up_p},
      },
      1e-3);
}

TEST_CASE("straws: the tests reject straws that are not independent") {
  test::require_rejected({{"the same bucket twice",
                           [] {
                             const StrawLevel one = bucket(0, std::vector<double>(20, 1.0));
                             std::vector<std::uint64_t> counts(400);
                             for (std::uint64_t extent = 0; extent < kExtents; ++extent) {
                               ++counts[21 * one.choose(0, first_rack(extent))];
                             }
                             return test::counts_p(counts, std::vector<double>(400, 1.0 / 400));
                           }}},
                         1e-3, 8);
}
