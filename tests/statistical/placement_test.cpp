// Distributions of placement, each with its false-alarm rate.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/placement/blast.hpp"
#include "models/purposes.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// One extent a tenant that needs its whole subset: the map shows every subset of `width`.
PlacementResult subsets(std::uint32_t drives, std::uint32_t width, std::uint32_t tenants,
                        std::uint64_t seed) {
  const Topology topology = test::fleet(1, 1, drives, 1'000'000'000);
  const ExtentTable table = test::equal_tenants(tenants, 1, 1);
  return place_all({topology, {0, 0}, width, tenants, {seed}}, test::policy("shuffle_shard", width),
                   table);
}

std::uint32_t overlap(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  return static_cast<std::uint32_t>(std::count_if(a.begin(), a.end(), [&](std::uint32_t drive) {
    return std::find(b.begin(), b.end(), drive) != b.end();
  }));
}

}  // namespace

// Hypergeometric: of 2e5 independent pairs of 4 in 2,048, 99.22 % share none, .778 % one, and
// 1.71e-5 two or more. Chi-square with 2 degrees of freedom above 13.8: once in 1,000 seeds.
TEST_CASE("tenants' subsets overlap as hands of cards do") {
  constexpr std::uint32_t kPairs = 200'000;
  const PlacementResult result = subsets(2048, 4, 2 * kPairs, 1);
  std::array<double, 3> seen{};
  for (std::uint32_t pair = 0; pair < kPairs; ++pair) {
    ++seen[std::min(2U, overlap(result.drives_of(2 * pair), result.drives_of(2 * pair + 1)))];
  }
  // C(4,j) C(2044,4-j) / C(2048,4)
  const double none = 2044.0 / 2048 * 2043 / 2047 * 2042 / 2046 * 2041 / 2045;
  const double one = none * 16 / 2041;
  CHECK(none == Approx(0.9922).epsilon(1e-4));
  const std::array<double, 3> expected = {none * kPairs, one * kPairs, (1 - none - one) * kPairs};
  double chi_square = 0;
  for (std::size_t j = 0; j < 3; ++j) {
    chi_square += (seen[j] - expected[j]) * (seen[j] - expected[j]) / expected[j];
  }
  CHECK(chi_square < 13.8);
}

// Uniform over drives: 9 degrees of freedom, each drive in a subset with probability 3/10. Without
// replacement the sum of squares is smaller than for independent draws by (1 - 3/10) * 10/9;
// chi-square(9) above 27.9 comes once in 1,000 seeds.
TEST_CASE("every drive is in a subset equally often") {
  constexpr std::uint32_t kTenants = 100'000;
  const auto counts = test::shards_per_drive(subsets(10, 3, kTenants, 1), 10);
  double squares = 0;
  for (const std::uint32_t count : counts) squares += std::pow(count - 0.3 * kTenants, 2);
  CHECK(squares / (0.3 * kTenants) / (0.7 * 10 / 9) < 27.9);
}

// M objects of n shards on N drives touch N (1 - (1 - n/N)^M), about N (1 - e^{-nM/N}), drives. The
// count has sd below sqrt(N e^{-x} (1 - e^{-x})) <= 150 of 90,000 drives: 0.01 N is 6 sd.
TEST_CASE("scattered objects touch the expected number of drives") {
  constexpr std::uint32_t kDrives = 90'000;
  const Topology topology = test::fleet(3, 100, kDrives, 1'000'000);
  for (const std::uint32_t objects : {1'000U, 10'000U, 30'000U}) {
    const ExtentTable table = test::equal_tenants(1, objects, 1);
    const PlacementResult result =
        place_all({topology, {3, 1}, 9, 1, {1}}, test::policy("random"), table);
    const double expected = kDrives * (1 - std::exp(-9.0 * objects / kDrives));
    CHECK(drives_per_tenant(topology, table, result)[0] == Approx(expected).margin(0.01 * kDrives));
  }
}

// M tenants on D drives, each over s of them and on with probability p: the variation over drives
// of the load at an instant is sqrt(D/(M s p) (1 - s p/D)). Averaged over 100 instants; the 1,000
// drives' fixed share of tenants leaves 0.3 % (s = 1) of noise, the tolerance of 5 % is above 6 sd.
TEST_CASE("shuffling flattens the load of tenants that come and go") {
  constexpr std::uint32_t kDrives = 1000;
  constexpr std::uint32_t kTenants = 10'000;
  constexpr double kDuty = 1.0 / 24;
  constexpr int kInstants = 100;
  for (const std::uint32_t width : {1U, 9U, 50U}) {
    CAPTURE(width);
    const PlacementResult result = subsets(kDrives, width, kTenants, 1);
    double square_cov = 0;
    for (std::uint64_t instant = 0; instant < kInstants; ++instant) {
      sim::RandomStream random(sim::Seed{1}, 0, purpose::kTenantActivity, instant);
      std::vector<double> load(kDrives);
      for (std::uint32_t tenant = 0; tenant < kTenants; ++tenant) {
        if (!random.bernoulli(kDuty)) continue;
        for (const std::uint32_t drive : result.drives_of(tenant)) load[drive] += 1.0 / width;
      }
      const double mean = kTenants * kDuty / kDrives;
      for (const double l : load) square_cov += (l - mean) * (l - mean) / (mean * mean);
    }
    square_cov /= 1.0 * kInstants * kDrives;
    CHECK(std::sqrt(square_cov) ==
          Approx(std::sqrt(kDrives / (kTenants * width * kDuty) * (1 - width * kDuty / kDrives)))
              .epsilon(0.05));
  }
}

// The exact enumeration that follows failed draws chooses by capacity as the draws do: three of 300
// drives have room, of capacities 1:2:4. Chi-square(2) above 13.8: once in 1,000 seeds.
TEST_CASE("the last drives with room are chosen by capacity") {
  const Topology topology({1,
                           3,
                           300,
                           {{test::drive_of_capacity(100), 1},
                            {test::drive_of_capacity(200), 1},
                            {test::drive_of_capacity(400), 1}}});
  std::vector<std::uint64_t> used(300);
  for (std::uint32_t drive = 0; drive < 300; ++drive)
    used[drive] = topology.capacity_of(drive).value;
  const std::vector<double> heat(300);
  const std::array<std::uint32_t, 3> open = {7, 133, 260};
  for (const std::uint32_t drive : open) used[drive] = 0;
  const auto policy = make_policy(test::policy("random"), {topology, {0, 0}, 1, 1, {1}});
  constexpr std::uint32_t kDraws = 70'000;
  std::array<double, 3> seen{};
  for (std::uint32_t extent = 0; extent < kDraws; ++extent) {
    const auto state = policy->make_state();  // afresh, so that no full drive is forgotten
    sim::RandomStream random(sim::Seed{1}, 0, purpose::kPlacement, extent);
    std::uint32_t drive = 0;
    REQUIRE(policy->place({ExtentId(extent), TenantId(0), 1, {}}, {topology, used, heat}, *state,
                          random, std::span(&drive, 1)));
    const auto found = std::find(open.begin(), open.end(), drive);
    REQUIRE(found != open.end());
    ++seen[static_cast<std::size_t>(found - open.begin())];
  }
  double chi_square = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const double expected = kDraws * (1 << i) / 7.0;
    chi_square += (seen[i] - expected) * (seen[i] - expected) / expected;
  }
  CHECK(chi_square < 13.8);
}
