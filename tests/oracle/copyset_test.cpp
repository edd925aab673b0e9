// Copysets and the guard rail on placed fleets, against closed forms.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "models/checkers/placement_checker.hpp"
#include "models/placement/copyset_loss.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// Share of `trials` in which `failed` drives at random hold all copies of some extent.
double measured_loss(const Topology& topology, const PlacementResult& placement,
                     std::uint32_t failed, std::uint32_t trials) {
  const std::uint32_t drives = topology.drives();
  std::vector<std::vector<std::uint32_t>> extents_on(drives);
  const auto extents =
      static_cast<std::uint32_t>(placement.drive_of_shard.size() / placement.shards_per_extent);
  for (std::uint32_t extent = 0; extent < extents; ++extent) {
    for (const std::uint32_t drive : placement.drives_of(extent)) {
      extents_on[drive].push_back(extent);
    }
  }
  std::vector<std::uint32_t> order(drives);
  for (std::uint32_t i = 0; i < drives; ++i) order[i] = i;
  std::vector<std::uint8_t> lost(extents);  // copies
  sim::RandomStream random(sim::Seed{5}, 0, sim::Purpose{999}, 0);
  std::uint32_t losses = 0;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    for (std::uint32_t i = 0; i < failed; ++i) {
      std::swap(order[i], order[i + random.below(drives - i)]);
    }
    bool is_lost = false;
    for (std::uint32_t i = 0; i < failed; ++i) {
      for (const std::uint32_t extent : extents_on[order[i]]) {
        is_lost = ++lost[extent] == placement.shards_per_extent || is_lost;
      }
    }
    for (std::uint32_t i = 0; i < failed; ++i) {
      for (const std::uint32_t extent : extents_on[order[i]]) lost[extent] = 0;
    }
    losses += is_lost ? 1U : 0U;
  }
  return static_cast<double>(losses) / trials;
}

}  // namespace

// 1,666 sets of 5,000 drives; 50 fail. 100,000 trials know a probability of .157 % to .0125 %: the
// margin is 4 of that. At random nearly every extent is a set of its own.
TEST_CASE("copysets lose data as seldom as published, random placement often") {
  const Topology topology = test::fleet(1, 50, 5000, 1'000'000'000);
  const ExtentTable table = test::equal_tenants(1, 20'000, 1);
  PlacementOptions options = test::policy("copyset");
  options.scatter_width = 2;
  const PlacementResult sets = place_all({topology, {0, 1}, 3, 1, {1}}, options, table);
  CHECK(sets.notes.front().name == std::string("copysets"));
  CHECK(sets.notes.front().count == 1666);
  CHECK(distinct_sets(sets) == 1666);
  const double expected = simultaneous_loss(1666, 3, 3, 5000, 50);
  CHECK(100 * expected == Approx(.157).margin(.0006));
  CHECK(measured_loss(topology, sets, 50, 100'000) == Approx(expected).margin(0.0005));

  const PlacementResult random =
      place_all({topology, {0, 1}, 3, 1, {1}}, test::policy("random"), table);
  CHECK(distinct_sets(random) > 19'990);  // of 2.1e10 triples, two extents meet in one with p = .01
  CHECK(measured_loss(topology, random, 50, 20'000) ==
        Approx(simultaneous_loss(20'000, 3, 3, 5000, 50)).margin(0.004));
}

// Each permutation brings a drive into one set with n - 1 others, and few of them twice.
TEST_CASE("the scatter width of copysets is what was asked for, in whole sets") {
  const Topology topology = test::fleet(3, 8, 720, 1'000'000);
  const ExtentTable table = test::equal_tenants(1, 60'000, 1);
  for (const std::uint32_t width : {1U, 8U, 9U, 24U}) {
    PlacementOptions options = test::policy("copyset");
    options.scatter_width = width;
    const PlacementResult result = place_all({topology, {3, 1}, 9, 1, {1}}, options, table);
    CHECK(check_placement(topology, {3, 1}, table, result).ok());
    const std::uint32_t permutations = (width + 7) / 8;
    CHECK(result.notes.front().count == 80 * permutations);
    std::vector<std::set<std::uint32_t>> partners(720);
    for (std::uint32_t extent = 0; extent < table.extents(); ++extent) {
      for (const std::uint32_t a : result.drives_of(extent)) {
        for (const std::uint32_t b : result.drives_of(extent)) {
          if (a != b) partners[a].insert(b);
        }
      }
    }
    for (const auto& of_drive : partners) {
      CHECK(of_drive.size() <= 8 * permutations);
      CHECK(of_drive.size() + 3 >= 8 * permutations);
    }
  }
}

namespace {

// Extents with j or more of nine shards on the 20 new ones of 1,000 drives; [0]: all.
std::array<double, 10> birthdays(std::uint32_t extents, const SpreadRule& rule) {
  const Topology topology = test::two_platforms(1, 50, 1000, 1'000'000, 49, 1);
  const ExtentTable table = test::equal_tenants(1, extents, 1, 2);
  const PlacementResult result =
      place_all({topology, rule, 9, 1, {1}}, test::policy("random"), table);
  std::array<double, 10> at_least{};
  for (std::uint32_t extent = 0; extent < extents; ++extent) {
    std::size_t on_new = 0;
    for (const std::uint32_t drive : result.drives_of(extent)) {
      on_new += topology.model_of(drive).name == "new" ? 1 : 0;
    }
    for (std::size_t j = 0; j <= on_new; ++j) ++at_least[j];
  }
  return at_least;
}

}  // namespace

// Counts are binomial: 4 standard deviations. A drive drawn for a shard is as likely to be new
// whether there is a guard rail or not, until the rail is reached: so it cuts the counts above it,
// and leaves the others.
TEST_CASE("shards on a new platform are as many as birthdays, and end at the guard rail") {
  constexpr std::uint32_t kExtents = 400'000;
  const auto check = [&](const SpreadRule& rule, std::uint32_t at_most) {
    CAPTURE(at_most);
    const auto at_least = birthdays(kExtents, rule);
    for (std::uint32_t j = 1; j <= 9; ++j) {
      const double p = j > at_most ? 0 : hypergeometric_tail(1000, 20, 9, j);
      CAPTURE(j);
      CHECK(at_least[j] == Approx(kExtents * p).margin(4 * std::sqrt(kExtents * p) + 1e-9));
    }
  };
  SpreadRule rule{0, 0};
  check(rule, 9);
  for (const std::uint32_t at_most : {0U, 1U, 2U}) {
    rule.guard = {"new", at_most};
    check(rule, at_most);
  }
}
