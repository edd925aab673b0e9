// Explicit fleets by hand: when which extent is back, and which is lost.
#include "models/durability/explicit_fleet.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <utility>
#include <vector>

#include "tests/support/explicit_cases.hpp"

using namespace spindle;
using namespace spindle::models;
using test::copies;

namespace {

constexpr std::uint32_t kNowhere = ExplicitExtents::kNowhere;

// One extent on as many drives; a job of c shards takes (1 + c) * 30 s.
DurabilityCase one_extent(std::uint32_t n) {
  DurabilityCase of{copies(n), {n, 1, n, 0, 1}, 0, {}};
  of.rebuild.law = RepairLaw::kBandwidth;
  of.rebuild.used_bytes = 30;
  of.rebuild.bytes_per_s = 1.0 / n;
  return of;
}

ExplicitOptions until(double horizon_s, std::uint32_t extents, std::vector<SlotFailure> failures) {
  ExplicitOptions options;
  options.extents = extents;
  options.horizon_s = horizon_s;
  options.failures = std::move(failures);
  return options;
}

ExplicitFleet fleet_of(const DurabilityCase& of, const ExplicitOptions& options) {
  return ExplicitFleet(of, options, sim::Seed{1}, 0);
}

// When the extent was whole again after it lacked something, in order.
std::vector<double> back_at(ExplicitFleet fleet, std::uint32_t extent) {
  std::vector<double> out;
  for (std::uint32_t before = 0; fleet.step(); before = fleet.missing(extent)) {
    if (before > 0 && fleet.missing(extent) == 0) out.push_back(fleet.now_s());
  }
  return out;
}

// Three extents of three copies on 60 drives, no two of them on one: slots[i] are extent i's. All
// shards together are 9, the server's rate is one shard in 10 s.
struct ThreeExtents {
  DurabilityCase of{copies(3), {60, 1, 60, 0, 1}, 0, {}};
  std::vector<std::vector<std::uint32_t>> slots;

  ThreeExtents() {
    of.rebuild.law = RepairLaw::kBandwidth;
    of.rebuild.used_bytes = 9.0 / 60;
    of.rebuild.bytes_per_s = .1 / 60;
    const ExplicitFleet fleet = fleet_of(of, until(1, 3, {}));
    std::vector<std::uint32_t> all;
    for (std::uint32_t extent = 0; extent < 3; ++extent) {
      const auto held = fleet.extents().of(extent);
      slots.emplace_back(held.begin(), held.end());
      all.insert(all.end(), held.begin(), held.end());
    }
    std::sort(all.begin(), all.end());
    REQUIRE(std::adjacent_find(all.begin(), all.end()) == all.end());
  }
  // Extent 2 keeps the server busy from 0 to 20; 0 lacks one shard from 1, and 1 two, from 2 and 3.
  [[nodiscard]] ExplicitOptions crowd() const {
    return until(1000, 3, {{0, slots[2][0]}, {1, slots[0][0]}, {2, slots[1][0]}, {3, slots[1][1]}});
  }
};

}  // namespace

TEST_CASE("explicit: detection, work and the rebuild's own time, one after the other") {
  DurabilityCase of = one_extent(2);
  of.rebuild.detect_s = 5;
  of.rebuild.own_rebuild_s = 7;
  CHECK(back_at(fleet_of(of, until(1000, 1, {{10, 0}})), 0) == std::vector{10 + 5 + 60 + 7.0});
  of.rebuild.fleet_bytes_per_s = .5;  // the network halves it
  CHECK(back_at(fleet_of(of, until(1000, 1, {{10, 0}})), 0) == std::vector{10 + 5 + 120 + 7.0});
  of.rebuild.fleet_bytes_per_s = 2;  // it could do more than the drives
  ExplicitFleet fleet = fleet_of(of, until(1000, 1, {{10, 0}}));
  fleet.run();
  CHECK(fleet.counts().repair_bytes == 60);
  CHECK(fleet.counts().jobs == 1);
  CHECK(fleet.counts().restored_shards == 1);
}

TEST_CASE("explicit: the last copy is lost until the moment at which the other is back") {
  const DurabilityCase of = one_extent(2);
  for (const auto& [at_s, lost] : {std::pair{69.0, 1U}, {71.0, 0U}}) {
    ExplicitFleet fleet = fleet_of(of, until(1000, 1, {{10, 0}, {at_s, 1}}));
    fleet.run();
    CHECK(fleet.counts().lost_extents == lost);
    CHECK(fleet.is_lost(0) == (lost == 1));
  }
}

TEST_CASE("explicit: a further loss voids the work, and both shards come back at once") {
  // 10: ready, 60 s of work. 40: two are missing, 90 s from here on.
  CHECK(back_at(fleet_of(one_extent(3), until(1000, 1, {{10, 0}, {40, 1}})), 0) ==
        std::vector{130.0});
  DurabilityCase of = one_extent(3);
  of.rebuild.own_rebuild_s = 20;  // 70 to 90: its loss at 80 is a new job
  CHECK(back_at(fleet_of(of, until(1000, 1, {{10, 0}, {80, 1}})), 0) ==
        std::vector{80 + 90 + 20.0});
  of.rebuild.detect_s = 5;
  CHECK(back_at(fleet_of(of, until(1000, 1, {{10, 0}, {12, 1}})), 0) ==
        std::vector{12 + 5 + 90 + 20.0});
}

TEST_CASE("explicit: the most exposed first, or who came first") {
  ThreeExtents three;
  const auto times = [&](std::uint32_t extent) {
    return back_at(fleet_of(three.of, three.crowd()), extent);
  };
  CHECK(times(2) == std::vector{20.0});
  CHECK(times(1) == std::vector{50.0});
  CHECK(times(0) == std::vector{70.0});
  three.of.rebuild.order = RebuildOrder::kFirstComeFirstServed;
  CHECK(times(2) == std::vector{20.0});
  CHECK(times(0) == std::vector{40.0});
  CHECK(times(1) == std::vector{70.0});
}

TEST_CASE("explicit: shards that one drive lost are ready together") {
  // Slot a holds a shard of extent 0, which lacks none, and b one of extent 1, which lacks one:
  // both fail at 30 and the server, idle until then, takes extent 1 first.
  ThreeExtents three;
  const ExplicitOptions options =
      until(1000, 3, {{25, three.slots[1][0]}, {30, three.slots[0][0]}, {30, three.slots[1][1]}});
  CHECK(back_at(fleet_of(three.of, options), 1) == std::vector{60.0});
  CHECK(back_at(fleet_of(three.of, options), 0) == std::vector{80.0});
}

TEST_CASE("explicit: a lost extent gives the server free, and takes no more part") {
  ThreeExtents three;
  const ExplicitOptions options = until(1000, 3,
                                        {{0, three.slots[2][0]},
                                         {0, three.slots[2][1]},
                                         {2, three.slots[1][0]},
                                         {3, three.slots[1][1]},
                                         {11, three.slots[2][2]},  // lost while it is served
                                         {500, three.slots[2][2]}});
  ExplicitFleet fleet = fleet_of(three.of, options);
  fleet.run();
  CHECK(fleet.counts().lost_extents == 1);
  CHECK(fleet.counts().lost_shards == 5);
  CHECK(fleet.counts().restored_shards == 2);
  CHECK(fleet.missing(2) == 3);
  CHECK(back_at(fleet_of(three.of, options), 1) == std::vector{41.0});
}

TEST_CASE("explicit: lazy repair leaves alone what lacks fewer shards") {
  ThreeExtents three;
  three.of.rebuild.rebuild_from = 2;
  CHECK(back_at(fleet_of(three.of, three.crowd()), 0).empty());
  CHECK(back_at(fleet_of(three.of, three.crowd()), 1) == std::vector{3 + 30.0});
  CHECK(back_at(fleet_of(three.of, three.crowd()), 2).empty());
}

TEST_CASE("explicit: without bandwidth nothing comes back, without failures nothing is lost") {
  DurabilityCase of = one_extent(2);
  of.rebuild.bytes_per_s = 0;
  ExplicitFleet idle = fleet_of(of, until(1e9, 1, {{10, 0}, {1e8, 1}}));
  idle.run();
  CHECK(idle.counts().lost_extents == 1);
  CHECK(idle.counts().jobs == 0);
  ExplicitFleet quiet(one_extent(2), {.extents = 1, .horizon_s = 1e9}, sim::Seed{1}, 0);
  CHECK_FALSE(quiet.step());
  CHECK(quiet.counts().failures == 0);
  CHECK(quiet.counts().extent_years == Approx(1e9 / sim::kSecondsPerYear));
}

TEST_CASE("explicit: exposure ends with the loss, and only what is late counts as late") {
  DurabilityCase of = one_extent(2);
  ExplicitOptions options = until(1000, 1, {{10, 0}, {20, 1}});
  for (const auto& [warm_up_s, late, exposed_s] :
       {std::tuple{0.0, 1U, 20.0}, {15.0, 1U, 5.0}, {20.0, 1U, 0.0}, {30.0, 0U, 0.0}}) {
    options.warm_up_s = warm_up_s;
    ExplicitFleet fleet = fleet_of(of, options);
    fleet.run();
    CHECK(fleet.counts().lost_extents == 1);
    CHECK(fleet.counts().late_losses == late);
    CHECK(fleet.counts().extent_years * sim::kSecondsPerYear == Approx(exposed_s).margin(1e-9));
  }
}

TEST_CASE("explicit: a slot is drawn uniformly among the legal ones") {
  // Of 2 zones x 2 racks x 3 drives, two a zone and one a rack: with one shard missing, exactly one
  // rack can take it. A fresh seed is off by more than 5 sigma at one of 3 slots with 2e-6.
  constexpr int kDraws = 3000;
  std::vector<int> seen(12);
  for (std::uint32_t i = 0; i < kDraws; ++i) {
    ExplicitExtents extents({12, 2, 2, 2, 1}, 4, 1);
    sim::RandomStream random(sim::Seed{1}, i, sim::Purpose{1}, 0);
    for (std::uint32_t shard = 0; shard < 4; ++shard) extents.put_anywhere(shard, random);
    const std::uint32_t gone = extents.of(0)[0];
    const auto lost = extents.clear(gone);
    CHECK(lost == std::vector<std::uint32_t>{0});
    CHECK(extents.of(0)[0] == kNowhere);
    extents.put_anywhere(0, random);
    const std::uint32_t slot = extents.of(0)[0];
    CHECK(extents.rack_of(slot) == extents.rack_of(gone));
    ++seen[slot];
  }
  for (const int count : seen) CHECK(std::abs(count - kDraws / 12) < 5 * 16);
}

TEST_CASE("explicit: what has no meaning is refused") {
  const auto refuses = [](const DurabilityCase& of, const ExplicitOptions& options) {
    CHECK_THROWS_AS(fleet_of(of, options), std::invalid_argument);
  };
  const DurabilityCase good = one_extent(3);
  const ExplicitOptions options = until(10, 1, {});
  CHECK_NOTHROW(fleet_of(good, options));
  for (const double bad : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    for (double RebuildOptions::*field :
         {&RebuildOptions::detect_s, &RebuildOptions::bytes_per_s, &RebuildOptions::used_bytes,
          &RebuildOptions::own_rebuild_s, &RebuildOptions::fleet_bytes_per_s}) {
      DurabilityCase of = good;
      of.rebuild.*field = bad;
      refuses(of, options);
    }
    DurabilityCase of = good;
    of.failures_per_year = bad;
    refuses(of, options);
    refuses(good, until(bad, 1, {}));
    refuses(good, until(10, 1, {{bad, 0}}));
  }
  DurabilityCase of = good;
  of.rebuild.law = RepairLaw::kExponential;
  of.rebuild.mttr_s = 0;
  refuses(of, options);
  of = good;
  of.fleet = {3, 1, 3, 2, 1};  // two a zone, three shards
  refuses(of, options);
  of.fleet = {2, 1, 1, 0, 0};  // a drive holds one
  refuses(of, options);
  of.fleet = {3, 1, 4, 0, 0};  // a rack without a drive
  refuses(of, options);
  of.fleet = {3, 0, 3, 0, 0};
  refuses(of, options);
  refuses(good, until(0, 1, {}));
  refuses(good, until(10, 0, {}));
  refuses(good, until(10, 2'000'000'000, {}));
  refuses(good, until(10, 1, {{5, 0}, {4, 0}}));
  refuses(good, until(10, 1, {{5, 3}}));
  ExplicitOptions late = options;
  late.warm_up_s = 10;
  refuses(good, late);
  CHECK_THROWS_AS(estimate_explicitly(good, options, sim::Seed{1}, 0), std::invalid_argument);
}

TEST_CASE("explicit: an estimate of no losses ends above 0, and bits do not depend on threads") {
  const ExplicitEstimate none =
      estimate_explicitly(one_extent(3), {.extents = 10, .horizon_s = 1e6}, sim::Seed{1}, 4);
  CHECK(none.loss_probability.estimate == 0);
  CHECK(none.loss_probability.low == 0);
  CHECK(none.loss_probability.high == Approx(3.69 / 40).epsilon(1e-3));
  CHECK(none.losses_per_year.high == Approx(3.69 / none.total.extent_years).epsilon(1e-3));

  const DurabilityCase of = test::inflated(test::erasure(5, 4), .5);
  const ExplicitOptions options{.extents = 50, .horizon_s = 4 * test::kRepair_s};
  const ExplicitEstimate one = estimate_explicitly(of, options, sim::Seed{7}, 9, 1);
  const ExplicitEstimate three = estimate_explicitly(of, options, sim::Seed{7}, 9, 3);
  CHECK(one.total.lost_extents > 0);
  CHECK(one.total.lost_extents == three.total.lost_extents);
  CHECK(one.loss_probability.low == three.loss_probability.low);
  CHECK(one.losses_per_year.high == three.losses_per_year.high);
}
