// FleetState against a recount of everything after every change, and its journal against the sum
// over shards that it stands for.
#include "models/state/fleet_state.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr std::uint64_t kShardBytes = 100;
constexpr sim::Duration kEpoch = sim::Duration::hours(1);

int number(int from, int to) {
  return *rc::gen::inRange(from, to + 1);
}

// A small fleet, all its parts, and a model of it that recounts from the map alone.
class Fleet {
 public:
  Fleet(std::uint32_t zones, std::uint32_t shards, std::uint32_t needed, SpreadRule spread)
      : topology_(test::fleet(zones, 4, zones * 12, 40 * kShardBytes)),
        extents_(test::equal_tenants(3, 10, kShardBytes)),
        placement_(place_all({topology_, spread, shards, 3, sim::Seed{7}}, test::policy("random"),
                             extents_)),
        index_(placement_, topology_.drives()),
        journal_(topology_.racks(), kEpoch),
        state_(topology_, kShardBytes, needed, placement_, index_, &journal_, demand(extents_)),
        needed_(needed),
        shards_(shards),
        borne_(sums()) {}
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  FleetState& state() { return state_; }
  DemandJournal& journal() { return journal_; }
  const Topology& topology() const { return topology_; }
  sim::Instant now() const { return sim::Instant() + sim::Duration::hours(1); }

  void fail(std::uint32_t drive) {
    if (!state_.is_present(drive)) return;
    for (const std::uint32_t shard : state_.begin_failure(drive)) {
      state_.mark_lost(now(), shard, next_number_++);
    }
    state_.end_failure(drive);
  }
  // What each (drive, column) bears by the recount, in the journal's terms: relative to the factor.
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> sums() const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> out;
    for (std::uint32_t e = 0; e < state_.extents(); ++e) {
      const std::uint32_t readable = count(e, true);
      if (readable < needed_) continue;
      for (const std::uint32_t entry : state_.map().of(e)) {
        if (!state_.is_present_entry(entry)) continue;
        out[{entry, state_.demand().column[e]}] +=
            static_cast<double>(state_.demand().weight[e]) * shards_ / readable / state_.factor();
      }
    }
    return out;
  }
  // Starting sums plus all shifts so far: must equal the recount on drives that are present.
  void check_journal() {
    auto journalled = borne_;
    for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
      for (const DemandShift& shift : journal_.shifts(rack)) {
        const std::uint32_t drive = topology_.drives_of_rack(rack).first + shift.drive_in_rack;
        journalled[{drive, shift.column}] += static_cast<double>(shift.weight);
      }
    }
    const auto expected = sums();
    for (const auto& [at, weight] : expected) {
      RC_ASSERT(std::abs(journalled[at] - weight) < 1e-4);
    }
    for (const auto& [at, weight] : journalled) {
      if (!state_.is_present(at.first)) continue;  // a lost zone: its racks are down for ever
      const auto found = expected.find(at);
      RC_ASSERT(std::abs(weight - (found == expected.end() ? 0.0 : found->second)) < 1e-4);
    }
  }
  void check_counts() const {
    std::uint64_t under_protected = 0;
    std::uint64_t unreadable = 0;
    std::vector<std::uint64_t> used(topology_.drives(), 0);
    for (std::uint32_t e = 0; e < state_.extents(); ++e) {
      RC_ASSERT(state_.present(e) == count(e, false));
      RC_ASSERT(state_.readable(e) == count(e, true));
      under_protected += count(e, false) < shards_ ? 1U : 0U;
      unreadable += count(e, true) < needed_ ? 1U : 0U;
      for (const std::uint32_t entry : state_.map().of(e)) {
        if (state_.is_present_entry(entry)) used[entry] += kShardBytes;
      }
    }
    RC_ASSERT(state_.under_protected() == under_protected);
    RC_ASSERT(state_.unreadable() == unreadable);
    std::vector<std::uint32_t> taking(topology_.zones(), 0);
    std::vector<std::uint32_t> open(topology_.zones(), 0);
    for (std::uint32_t d = 0; d < topology_.drives(); ++d) {
      if (state_.is_present(d)) RC_ASSERT(state_.used_bytes()[d] == used[d]);
      if (state_.takes_data()[d] != 0) ++taking[topology_.zone_of(d)];
      if (state_.takes_data()[d] != 0 && state_.has_room(d)) ++open[topology_.zone_of(d)];
    }
    for (std::uint32_t z = 0; z < topology_.zones(); ++z) {
      RC_ASSERT(state_.taking_drives()[z] == taking[z]);
      RC_ASSERT(state_.open_drives()[z] == open[z]);
    }
  }
  std::uint32_t random_drive() const {
    return static_cast<std::uint32_t>(number(0, static_cast<int>(topology_.drives()) - 1));
  }
  // A lost shard of some extent goes to a drive that does not hold the extent.
  void restore_one() {
    for (std::uint32_t s = 0; s < state_.extents() * shards_; ++s) {
      if (!ShardMap::is_lost(state_.map().entry(s))) continue;
      const std::uint32_t drive = random_drive();
      if (can_take(s / shards_, drive)) state_.put(now(), s, drive);
      return;
    }
  }
  void move_one() {
    const auto shard =
        static_cast<std::uint32_t>(number(0, static_cast<int>(state_.extents() * shards_) - 1));
    const std::uint32_t from = state_.map().entry(shard);
    const std::uint32_t to = random_drive();
    if (!state_.is_present_entry(from) || !can_take(shard / shards_, to)) return;
    state_.move(now(), shard, to);
  }
  void renew_one() {
    const auto e = static_cast<std::uint32_t>(number(0, static_cast<int>(state_.extents()) - 1));
    std::vector<std::uint32_t> drives;
    for (const std::uint32_t entry : state_.map().of(e)) {
      if (!state_.is_present_entry(entry)) return;
      const std::uint32_t next = (entry + 1) % topology_.drives();
      if (!can_take(e, next)) return;
      drives.push_back(next);
    }
    state_.renew(now(), e, drives, 3, 0.5F);
  }

 private:
  static ExtentDemand demand(const ExtentTable& extents) {
    ExtentDemand out;
    for (std::uint32_t e = 0; e < extents.extents(); ++e) {
      out.column.push_back(e / 10);
      out.weight.push_back(0.25F * static_cast<float>(1 + e % 7));
    }
    return out;
  }
  std::uint32_t count(std::uint32_t extent, bool readable) const {
    std::uint32_t out = 0;
    for (const std::uint32_t entry : state_.map().of(extent)) {
      if (!state_.is_present_entry(entry)) continue;
      out += !readable || state_.can_read(entry) ? 1U : 0U;
    }
    return out;
  }
  bool can_take(std::uint32_t extent, std::uint32_t drive) const {
    if (state_.takes_data()[drive] == 0 || !state_.has_room(drive)) return false;
    for (const std::uint32_t entry : state_.map().of(extent)) {
      if (entry == drive) return false;
    }
    return true;
  }

  Topology topology_;
  ExtentTable extents_;
  PlacementResult placement_;
  ShardIndex index_;
  DemandJournal journal_;
  FleetState state_;
  std::uint32_t needed_;
  std::uint32_t shards_;
  std::uint32_t next_number_ = 0;
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> borne_;
};

}  // namespace

TEST_CASE("any sequence of changes leaves counts and journal equal to a recount") {
  const bool holds = rc::check("recount", [] {
    Fleet fleet(3, 4, 2, {2, 1});
    FleetState& state = fleet.state();
    std::vector<int> zone_outages(3, 0);
    std::vector<int> rack_outages(12, 0);
    for (int step = number(1, 30); step > 0; --step) {
      const auto zone = static_cast<std::uint32_t>(number(0, 2));
      const auto rack = static_cast<std::uint32_t>(number(0, 11));
      switch (number(0, 11)) {
        case 0:
        case 1:
          fleet.fail(fleet.random_drive());
          break;
        case 2: {
          const std::uint32_t drive = fleet.random_drive();
          if (!state.is_present(drive)) state.replace(drive);
          break;
        }
        case 3:
        case 4:
          fleet.restore_one();
          break;
        case 5:
          fleet.move_one();
          break;
        case 6:
          fleet.renew_one();
          break;
        case 7:
          state.begin_rack_outage(fleet.now(), rack);
          ++rack_outages[rack];
          break;
        case 8:
          if (rack_outages[rack] == 0) break;
          state.end_rack_outage(fleet.now(), rack);
          --rack_outages[rack];
          break;
        case 9:
          state.begin_zone_outage(fleet.now(), zone);
          ++zone_outages[zone];
          break;
        case 10:
          if (zone_outages[zone] == 0) break;
          state.end_zone_outage(fleet.now(), zone);
          --zone_outages[zone];
          break;
        default:
          if (number(0, 3) == 0) state.lose_zone(fleet.now(), zone);
      }
      fleet.check_counts();
      fleet.check_journal();
    }
  });
  CHECK(holds);
}

TEST_CASE("a zone down is one factor for extents that are spread alike, and returns to one") {
  Fleet fleet(3, 3, 1, {1, 1});
  fleet.journal().begin(sim::Instant());
  fleet.state().begin_zone_outage(fleet.now(), 1);
  CHECK(fleet.state().unreadable() == 0);
  CHECK(fleet.state().under_protected() == 0);
  REQUIRE(fleet.journal().factor_steps().size() == 1);
  CHECK(fleet.journal().factor_steps()[0].factor == 1.5);
  CHECK(fleet.journal().factor_steps()[0].from == 1);
  CHECK(fleet.journal().rack_steps().size() == 4);
  for (std::uint32_t rack = 0; rack < 12; ++rack) CHECK(fleet.journal().shifts(rack).empty());

  fleet.journal().begin(sim::Instant() + sim::Duration::hours(8));
  CHECK(fleet.journal().factor() == 1.5);
  CHECK_FALSE(fleet.journal().rack_is_up(4));
  fleet.state().end_zone_outage(sim::Instant() + sim::Duration::hours(9), 1);
  REQUIRE(fleet.journal().factor_steps().size() == 1);
  CHECK(fleet.journal().factor_steps()[0].factor == 1);
}

TEST_CASE("losing every zone leaves every extent unreadable, and counts stay defined") {
  Fleet fleet(3, 3, 1, {1, 1});
  for (std::uint32_t zone = 0; zone < 3; ++zone) fleet.state().lose_zone(fleet.now(), zone);
  CHECK(fleet.state().unreadable() == 30);
  CHECK(fleet.state().under_protected() == 30);
  CHECK(fleet.state().open_drives()[0] == 0);
}
