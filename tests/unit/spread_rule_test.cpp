#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "models/purposes.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

sim::RandomStream stream(std::uint64_t entity) {
  return {sim::Seed{1}, 0, purpose::kPlacement, entity};
}

}  // namespace

TEST_CASE("the spread rule says what is missing") {
  const auto why = [](const SpreadRule& rule, std::uint32_t shards, std::uint32_t zones,
                      std::uint32_t racks, std::uint32_t drives) {
    return why_infeasible(rule, shards, zones, racks, drives).value_or("");
  };
  CHECK(why({3, 1}, 9, 3, 3, 1).empty());
  CHECK(why({0, 1}, 5, 1, 4, 10) == "5 shards need 5 racks at 1 a rack, but a zone has 4");
  CHECK(why({2, 1}, 9, 3, 34, 10) == "9 shards need 5 zones at 2 a zone, but the fleet has 3");
  CHECK(why({3, 1}, 9, 3, 2, 10) == "3 shards need 3 racks at 1 a rack, but a zone has 2");
  CHECK(why({0, 0}, 5, 1, 2, 2) ==
        "5 shards in one zone need 5 drives that may hold them, but a zone has 4");
  CHECK(why({0, 0}, 0, 1, 2, 2) == "an extent of 0 shards stores nothing");
  CHECK(why({0, 0}, 4, 1, 2, 2).empty());
  // The smallest rack speaks for all, where the built fleet is exact: racks of 2 and 3 drives.
  CHECK_FALSE(why_infeasible({0, 0}, 5, test::fleet(1, 2, 5, 1)).has_value());
  CHECK(why_infeasible({0, 0}, 6, test::fleet(1, 2, 5, 1)).has_value());
}

TEST_CASE("zone counts are even, and every zone takes the remainder equally often") {
  std::vector<std::uint32_t> counts(5);
  std::vector<std::uint32_t> extra(5);
  constexpr std::uint32_t kDraws = 20'000;
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    auto random = stream(i);
    draw_zone_counts(12, random, counts);
    REQUIRE(std::accumulate(counts.begin(), counts.end(), 0U) == 12);
    for (std::size_t zone = 0; zone < 5; ++zone) {
      REQUIRE((counts[zone] == 2 || counts[zone] == 3));
      extra[zone] += counts[zone] - 2;
    }
  }
  // Binomial(20,000, 2/5): sd 69; five zones beyond 4.5 sd by chance once in 29,000 seeds.
  for (const std::uint32_t count : extra) CHECK(std::abs(count - 0.4 * kDraws) < 4.5 * 69.3);
}

TEST_CASE("any zones: the limit is kept, and 5 of 9 meet in a zone as often as enumeration says") {
  // Exact, by enumeration of all orders: .43453741807... for 9 shards, 3 zones, at most 5 a zone.
  constexpr double kExact = 0.43453741807651275;
  constexpr int kDraws = 40000;
  sim::RandomStream random(sim::Seed{5}, 0, sim::Purpose{1}, 0);
  const std::vector<std::uint32_t> limits{5, 5, 5};
  std::vector<std::uint32_t> counts(3);
  int fives = 0;
  for (int i = 0; i < kDraws; ++i) {
    REQUIRE(draw_any_zone_counts(9, limits, random, counts));
    REQUIRE(counts[0] + counts[1] + counts[2] == 9);
    REQUIRE(*std::max_element(counts.begin(), counts.end()) <= 5);
    fives += *std::max_element(counts.begin(), counts.end()) == 5 ? 1 : 0;
  }
  // 5 sd: false alarm 6e-7.
  CHECK(std::abs(fives - kExact * kDraws) < 5 * std::sqrt(kExact * (1 - kExact) * kDraws));
  CHECK_FALSE(draw_any_zone_counts(16, limits, random, counts));
}

TEST_CASE("levelling raises the lowest within the limits") {
  auto random = stream(0);
  const auto level = [&](std::uint32_t total, std::vector<std::uint32_t> limits,
                         std::vector<std::uint32_t> counts) {
    if (!level_counts(total, limits, random, counts)) counts.clear();
    return counts;
  };
  using V = std::vector<std::uint32_t>;
  CHECK(level(9, {3, 3, 3}, {0, 0, 0}) == V{3, 3, 3});
  CHECK(level(7, {1, 9, 9}, {0, 0, 0}) == V{1, 3, 3});
  CHECK(level(5, {0, 9, 1}, {0, 0, 0}) == V{0, 4, 1});
  CHECK(level(6, {9, 9, 9}, {4, 1, 0}) == V{4, 1, 1});
  CHECK(level(0, {9, 9}, {0, 0}) == V{0, 0});
  CHECK(level(10, {3, 3, 3}, {0, 0, 0}).empty());
  const V odd = level(4, {9, 9, 9}, {0, 0, 0});
  CHECK(std::accumulate(odd.begin(), odd.end(), 0U) == 4);
  CHECK(*std::max_element(odd.begin(), odd.end()) == 2);
}
