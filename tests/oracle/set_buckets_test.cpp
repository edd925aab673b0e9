// Static placement by the set against the policy itself, extent by extent.

#include "models/placement/set_buckets.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "models/ledger/drive_sets.hpp"
#include "models/placement/policy.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint64_t kShardBytes = 1'000'000'000;
constexpr std::uint32_t kRoom = 20;  // shards of a drive

// The policy and its view of a fleet, one extent of three shards after the other.
class ByExtent {
 public:
  ByExtent(const PolicyContext& context, const DriveSets& sets)
      : context_(context),
        sets_(sets),
        policy_(make_policy(test::policy("static"), context)),
        state_(policy_->make_state()),
        used_(context.topology.drives()),
        heat_(context.topology.drives()) {}

  // The set that the tenant's next extent goes to.
  std::uint32_t place(std::uint32_t tenant) {
    std::vector<std::uint32_t> drives(context_.shards);
    sim::RandomStream none({1}, 0, {0}, 0);
    if (!policy_->place({ExtentId(0), TenantId(tenant), kShardBytes, {}},
                        {context_.topology, used_, heat_}, *state_, none, drives)) {
      return SetBuckets::kNoSet;
    }
    for (const std::uint32_t drive : drives) used_[drive] += kShardBytes;
    const std::uint32_t set = sets_.set_of()[drives.front()];
    for (const std::uint32_t drive : drives) CHECK(sets_.set_of()[drive] == set);
    return set;
  }
  void remove(std::uint32_t set) {
    for (const std::uint32_t drive : sets_.drives_of(set)) used_[drive] -= kShardBytes;
  }
  void look() { state_ = policy_->make_state(); }
  [[nodiscard]] std::uint32_t held(std::uint32_t set) const {
    return static_cast<std::uint32_t>(used_[sets_.drives_of(set).front()] / kShardBytes);
  }

 private:
  const PolicyContext& context_;
  const DriveSets& sets_;
  std::unique_ptr<PlacementPolicy> policy_;
  std::unique_ptr<PlacementPolicy::State> state_;
  std::vector<std::uint64_t> used_;
  std::vector<double> heat_;
};

}  // namespace

TEST_CASE("sets are given out as static placement gives them") {
  for (const std::uint32_t tenants : {5U, 30U, 100U}) {  // fewer than sets, and more
    const Topology topology = test::fleet(3, 4, 120, kRoom * kShardBytes + kShardBytes / 2);
    const PolicyContext context{topology, {1, 1}, 3, tenants, {tenants}};
    const DriveSets sets(context, topology);
    REQUIRE(sets.sets() == 40);
    ByExtent exact(context, sets);
    SetBuckets buckets(sets.sets(), tenants);
    buckets.look(std::vector<std::uint32_t>(sets.sets(), kRoom), std::vector<float>(sets.sets()));
    sim::RandomStream random({7}, 0, {1}, tenants);
    std::uint32_t placed = 0;
    for (int i = 0; i < 4000; ++i) {
      const std::uint32_t tenant = random.below(tenants) * random.below(tenants) / tenants;
      const std::uint32_t expected = exact.place(tenant);
      REQUIRE(buckets.set_for(tenant) == expected);
      if (expected != SetBuckets::kNoSet) {
        buckets.take(expected, 1);
        ++placed;
        continue;
      }
      // Full: a third of the extents go, and the policy looks again.
      std::vector<std::uint32_t> room;
      std::vector<float> filled;
      for (std::uint32_t set = 0; set < sets.sets(); ++set) {
        for (std::uint32_t k = 0; k < kRoom; ++k) {
          if (random.below(3) == 0) exact.remove(set);
        }
        filled.push_back(static_cast<float>(exact.held(set)));
        room.push_back(kRoom - exact.held(set));
      }
      exact.look();
      buckets.look(room, filled);
    }
    CHECK(placed > 40 * kRoom);
  }
}

TEST_CASE("many extents at a time come to lie as one after the other do") {
  // Tenants of sizes far apart whose extents come at even steps: who fills which set is decided by
  // the times alone while sets are not shared.
  const std::uint32_t tenants = 12;
  std::vector<TenantArrivals> arrivals;
  for (std::uint32_t t = 0; t < tenants; ++t) {
    const std::uint32_t extents = 3 + t * t;
    arrivals.push_back({t, extents, 0.37 / extents, 1.0 / extents});
  }
  SetBuckets one_by_one(60, tenants);
  one_by_one.look(std::vector<std::uint32_t>(60, kRoom), std::vector<float>(60));
  std::vector<std::pair<double, std::uint32_t>> order;
  for (const TenantArrivals& of : arrivals) {
    for (std::uint32_t i = 0; i < of.extents; ++i) {
      order.emplace_back(of.first + i * of.step, of.tenant);
    }
  }
  std::sort(order.begin(), order.end());
  std::vector<std::uint32_t> expected(60 * tenants);
  for (const auto& [time, tenant] : order) {
    const std::uint32_t set = one_by_one.set_for(tenant);
    one_by_one.take(set, 1);
    ++expected[set * tenants + tenant];
  }
  SetBuckets buckets(60, tenants);
  buckets.look(std::vector<std::uint32_t>(60, kRoom), std::vector<float>(60));
  std::vector<SetArrivals> placed;
  CHECK(place_arrivals(buckets, arrivals, 1000, placed) == Arrived::kAll);
  std::vector<std::uint32_t> found(60 * tenants);
  for (const SetArrivals& of : placed) found[of.set * tenants + of.tenant] += of.extents;
  CHECK(found == expected);
  for (const TenantArrivals& of : arrivals) CHECK(of.extents == 0);
}

TEST_CASE("what finds no set is left, and can be placed once there is room") {
  SetBuckets buckets(2, 3);
  buckets.look({3, 2}, {17, 18});
  std::vector<TenantArrivals> arrivals = {{0, 4, 0.1, 0.1}, {2, 3, 0.15, 0.1}};
  std::vector<SetArrivals> placed;
  CHECK(place_arrivals(buckets, arrivals, 3, placed) == Arrived::kAsManyAsAsked);
  CHECK(place_arrivals(buckets, arrivals, 1000, placed) == Arrived::kNoSet);
  CHECK(arrivals[0].extents + arrivals[1].extents == 2);
  std::uint32_t extents = 0;
  for (const SetArrivals& of : placed) extents += of.extents;
  CHECK(extents == 5);
  buckets.look({0, 5}, {20, 15});
  placed.clear();
  CHECK(place_arrivals(buckets, arrivals, 1000, placed) == Arrived::kAll);
  for (const SetArrivals& of : placed) CHECK(of.set == 1);
  CHECK(buckets.room(1) == 3);
}
