// What every row of the policies' registry promises beside legal placements: the guard rail, no
// drive that is down or full, the load it declares, what it costs, and why it refuses.

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/checkers/placement_checker.hpp"
#include "models/purposes.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// Extents placed one after the other on drives that stay as they are.
class Looker {
 public:
  Looker(const PlacementOptions& options, const PolicyContext& context)
      : context_(context), policy_(make_policy(options, context)), state_(policy_->make_state()) {}

  bool place(std::uint32_t extent, std::span<const std::uint64_t> used,
             std::span<const double> heat, std::span<std::uint32_t> out) {
    sim::RandomStream random(context_.seed, 0, purpose::kPlacement, extent);
    const bool placed =
        policy_->place({ExtentId(extent), TenantId(extent % context_.tenants), 1000, shard_heat_},
                       {context_.topology, used, heat}, *state_, random, out);
    words_ = words_drawn(extent, random);
    return placed;
  }
  // 32-bit words that the last extent drew.
  [[nodiscard]] std::uint32_t words() const { return words_; }

 private:
  // A stream does not tell its place: the words that it will give are looked for from its start.
  [[nodiscard]] std::uint32_t words_drawn(std::uint32_t extent, sim::RandomStream used) const {
    std::array<std::uint32_t, 4> next;
    for (std::uint32_t& word : next) word = used.next_u32();
    sim::RandomStream again(context_.seed, 0, purpose::kPlacement, extent);
    std::array<std::uint32_t, 4> window;
    for (std::uint32_t& word : window) word = again.next_u32();
    for (std::uint32_t words = 0; words < 1'000'000; ++words) {
      if (window == next) return words;
      std::rotate(window.begin(), window.begin() + 1, window.end());
      window.back() = again.next_u32();
    }
    throw std::logic_error("a policy drew a million words for an extent");
  }

  PolicyContext context_;
  std::unique_ptr<PlacementPolicy> policy_;
  std::unique_ptr<PlacementPolicy::State> state_;
  std::vector<double> shard_heat_ = {1e-6};
  std::uint32_t words_ = 0;
};

const PolicyRow& row_of(const PlacementOptions& options) {
  const auto rows = policy_registry();
  return *std::find_if(rows.begin(), rows.end(),
                       [&](const PolicyRow& row) { return options.policy == row.name; });
}

// By which candidates are compared, whoever compares.
bool follows_load(const PlacementOptions& options) {
  if (options.policy == "shuffle_shard") return options.inner != "random";
  return row_of(options).follows_load;
}

}  // namespace

// Sums over 400 extents of at most `at_most` shards in a zone; of each zone's count the sd is at
// most sqrt(400 at_most) / 2, so that 5 of them are never passed by chance.
TEST_CASE("every policy keeps the guard rail, and lets no zone have more of it") {
  const Topology topology = test::two_platforms(3, 10, 600, 1'000'000, 0.8, 0.2);
  ExtentTable table = test::equal_tenants(4, 100, 1000, 2);
  for (const std::uint32_t at_most : {0U, 1U, 2U, 5U}) {
    const SpreadRule rule{3, 1, ZoneDraw::kEven, {"new", at_most}};
    for (const PlacementOptions& options : test::all_policies(150)) {
      CAPTURE(options.policy, options.inner, at_most);
      const PlacementResult result = place_all({topology, rule, 9, 4, {3}}, options, table);
      const CheckReport report = check_placement(topology, rule, table, result);
      CAPTURE(report.first);
      CHECK(report.ok());
      CHECK(result.unplaced_extents == 0);
      std::array<double, 3> on_new{};
      for (const std::uint32_t drive : result.drive_of_shard) {
        if (topology.model_of(drive).name == "new") ++on_new[topology.zone_of(drive)];
      }
      const double mean = (on_new[0] + on_new[1] + on_new[2]) / 3;
      if (at_most > 0) CHECK(mean > 0);
      if (options.policy == "static") continue;  // four tenants, four sets
      for (const double of_zone : on_new) {
        CHECK(of_zone == Approx(mean).margin(2.5 * std::sqrt(400.0 * at_most) + 1e-9));
      }
    }
  }
}

TEST_CASE("drives that are down or full are never chosen") {
  const Topology topology = test::fleet(3, 6, 270, 1'000'000);
  const std::vector<double> heat(topology.drives());
  std::vector<std::uint64_t> used(topology.drives());
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    if (drive % 7 == 3) used[drive] = 1'000'000;  // as one that is down is shown
    if (drive % 7 == 5) used[drive] = 999'001;    // has room for 999 bytes
  }
  for (const PlacementOptions& options : test::all_policies(60)) {
    CAPTURE(options.policy, options.inner);
    Looker looker(options, {topology, {3, 1}, 3, 5, {1}});
    for (std::uint32_t extent = 0; extent < 200; ++extent) {
      std::array<std::uint32_t, 3> out;
      REQUIRE(looker.place(extent, used, heat, out));
      for (const std::uint32_t drive : out) REQUIRE(used[drive] == 0);
    }
  }
}

// Half of the drives hold half of what they can, and those are the cool ones.
TEST_CASE("a policy follows the load that it declares, and no other") {
  const Topology topology = test::fleet(3, 6, 270, 1'000'000);
  std::vector<std::uint64_t> used(topology.drives());
  std::vector<double> heat(topology.drives());
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    if (drive % 2 == 0) {
      used[drive] = 500'000;
    } else {
      heat[drive] = 0.5;
    }
  }
  const std::vector<std::uint64_t> empty(topology.drives());
  const std::vector<double> cool(topology.drives());
  for (PlacementOptions options : test::all_policies(90)) {
    if (options.metric == LoadMetric::kBlend) continue;  // here fill and heat hold the balance
    options.noise = 0;
    CAPTURE(options.policy, options.inner, static_cast<int>(options.metric));
    const PolicyContext context{topology, {3, 1}, 3, 5, {1}};
    Looker looker(options, context);
    Looker blind(options, context);
    double full = 0;
    bool is_same = true;
    for (std::uint32_t extent = 0; extent < 300; ++extent) {
      std::array<std::uint32_t, 3> out;
      std::array<std::uint32_t, 3> unloaded;
      REQUIRE(looker.place(extent, used, heat, out));
      REQUIRE(blind.place(extent, empty, cool, unloaded));
      for (const std::uint32_t drive : out) full += drive % 2 == 0 ? 1.0 / 900 : 0;
      is_same = is_same && out == unloaded;
    }
    // Half of the drives at random; 900 draws know it to 1.7 %, and a second choice half of the
    // time already brings an eighth.
    if (!follows_load(options)) {
      CHECK((is_same || options.policy == "copyset"));  // sets are compared by fill
    } else if (options.metric == LoadMetric::kHeat) {
      CHECK(full > 0.55);
    } else {
      CHECK(full < 0.45);
    }
  }
}

// What it draws for an extent on a large fleet with room: a word a candidate, and where it reads
// with noise two more and some for the normal draw. Never something for every drive.
TEST_CASE("an extent costs its candidates, not the fleet") {
  const Topology topology = test::fleet(3, 30, 9000, 1'000'000);
  std::vector<std::uint64_t> used(topology.drives());
  const std::vector<double> heat(topology.drives());
  for (const PlacementOptions& options : test::all_policies(600)) {
    CAPTURE(options.policy, options.inner);
    Looker looker(options, {topology, {3, 1}, 9, 5, {1}});
    double words = 0;
    for (std::uint32_t extent = 0; extent < 300; ++extent) {
      std::array<std::uint32_t, 9> out;
      REQUIRE(looker.place(extent, used, heat, out));
      for (const std::uint32_t drive : out) used[drive] += 1000;
      if (extent > 0) words += looker.words() / 299.0;  // the first one may make an index
    }
    const std::uint32_t candidates = std::max(3U, options.choices);
    CHECK(words <= 9.0 * candidates * (options.noise > 0 ? 4 : 1.5) + 8);
    std::fill(used.begin(), used.end(), 0);
  }
}

TEST_CASE("a guard rail that leaves no legal set is refused, and says so") {
  const Topology only_new = test::fleet(3, 4, 120, 1000);
  SpreadRule rule{3, 1, ZoneDraw::kEven, {"test", 0}};
  const Topology mixed = test::two_platforms(3, 4, 120, 1000, 1, 3);  // one old rack a zone
  for (const PlacementOptions& options : test::all_policies(50)) {
    CAPTURE(options.policy);
    rule.guard = {"test", 0};
    CHECK_THROWS_WITH(make_policy(options, {only_new, rule, 9, 1, {1}}),
                      Catch::Contains("9 shards with at most 0 on test drives need 9 other drives "
                                      "that may hold them, but the fleet has 0"));
    rule.guard = {"other", 1};
    CHECK_THROWS_WITH(make_policy(options, {only_new, rule, 9, 1, {1}}),
                      Catch::Contains("\"other\"") && Catch::Contains("one of: test"));
    rule.guard = {"new", 5};
    CHECK_THROWS_WITH(make_policy(options, {mixed, rule, 9, 1, {1}}),
                      Catch::Contains("at most 5 on new drives need 4 other drives") &&
                          Catch::Contains("the fleet has 3"));
    rule.guard = {"new", 6};
    CHECK_NOTHROW(make_policy(options, {mixed, rule, 9, 1, {1}}));
  }
}

TEST_CASE("options of the policies that cannot work are refused with a suggestion") {
  const Topology topology = test::fleet(3, 4, 60, 1000);
  const PolicyContext context{topology, {3, 1}, 9, 1, {1}};
  const auto refused = [&](const PlacementOptions& options, const char* why, const char* mend) {
    CHECK_THROWS_WITH(make_policy(options, context), Catch::Contains(why) && Catch::Contains(mend));
  };
  PlacementOptions options = test::policy("k_of_d");
  options.candidates = 8;
  refused(options, "8 candidates", "between");
  options = test::policy("one_plus_beta");
  options.beta = 1.5;
  refused(options, "beta = 1.5", "between 0 and 1");
  options = test::choices(2, LoadMetric::kBlend);
  options.fill_weight = -0.1;
  refused(options, "-0.1", "between 0 and 1");
  options = test::choices(2);
  options.refresh = 0;
  refused(options, "every 0 extents", "1 or more");
  options = test::choices(2);
  options.noise = -1;
  refused(options, "noise of -1", "between 0 and 10");
  options = test::policy("random");
  options.cell = 8;
  refused(options, "a cell of 8 drives", "between the two");
  options.cell = 61;
  refused(options, "a cell of 61 drives", "between the two");
  options = test::policy("copyset");
  options.scatter_width = 60;
  refused(options, "scatter width 60", "smaller");
  options = test::policy("least_loaded");
  options.metric = LoadMetric::kBlend;
  refused(options, "blend", "\"fill\"");
}

// 60 drives in three cells.
TEST_CASE("an extent stays within one cell, and cells hold every drive once") {
  const Topology topology = test::fleet(3, 4, 60, 1'000'000);
  const ExtentTable table = test::equal_tenants(1, 600, 1000);
  PlacementOptions options = test::policy("random");
  options.cell = 20;
  const PlacementResult result = place_all({topology, {3, 1}, 9, 1, {1}}, options, table);
  CHECK(check_placement(topology, {3, 1}, table, result).ok());
  // Drives that ever met in an extent are of one cell: merging them leaves three groups of 20.
  std::vector<std::uint32_t> group(60);
  std::iota(group.begin(), group.end(), 0U);
  for (std::uint32_t extent = 0; extent < 600; ++extent) {
    const auto drives = result.drives_of(extent);
    for (const std::uint32_t drive : drives) {
      const std::uint32_t from = group[drive];
      std::replace(group.begin(), group.end(), from, group[drives.front()]);
    }
  }
  std::sort(group.begin(), group.end());
  REQUIRE(std::unique(group.begin(), group.end()) - group.begin() == 3);
}

TEST_CASE("the first extent without room says which limits hold how much, in counts") {
  // 12 drives a zone with one slot each.
  const Topology topology = test::fleet(3, 4, 36, 1999);
  const auto why = [&](const PlacementOptions& options, std::uint32_t shards, SpreadRule rule) {
    const ExtentTable table = test::equal_tenants(1, 40, 1000);
    const PlacementResult result = place_all({topology, rule, shards, 1, {5}}, options, table);
    CHECK(result.unplaced_extents > 0);
    return result.why_unplaced;
  };
  CHECK(
      why(test::policy("round_robin"), 3, {1, 1}) ==
      "of the 3 shards of an extent 0 find room under the spread rule (0 + 0 + 0 by zone, at most "
      "1 a zone, at most 1 a rack); 0 of 36 drives have room for one");
  for (const PlacementOptions& options : test::all_policies(12)) {
    CAPTURE(options.policy);
    const std::string text = why(options, 5, {2, 1});
    CHECK(text.find(" of 36 drives have room for one") != std::string::npos);
    if (!test::plans_sets(options)) {
      CHECK(text.find("of the 5 shards of an extent ") == 0);
      CHECK(text.find("at most 2 a zone, at most 1 a rack") != std::string::npos);
    }
  }
  const ExtentTable fitting = test::equal_tenants(1, 12, 1000);
  CHECK(place_all({topology, {1, 1}, 3, 1, {5}}, test::policy("random"), fitting).why_unplaced ==
        "");
}

TEST_CASE("a guard rail without room beside its platform says so, in counts") {
  const Topology topology = test::two_platforms(1, 4, 40, 1999, 1, 1);
  const ExtentTable table = test::equal_tenants(1, 40, 1000, 2);
  const SpreadRule rule{0, 0, ZoneDraw::kEven, {"new", 1}};
  const PlacementResult result =
      place_all({topology, rule, 3, 1, {5}}, test::policy("random"), table);
  CHECK(result.unplaced_extents == 30);  // 20 old slots, two an extent
  CHECK(result.why_unplaced ==
        "of the 3 shards of an extent 1 find room under the spread rule (3 by zone, any number a "
        "zone, any number a rack, at most 1 on new drives, 0 beside them); 10 of 40 drives have "
        "room for one");
}
