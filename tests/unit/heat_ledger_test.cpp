// The ledger of shifts, presence of racks and directed load, by themselves.
#include "models/flow/heat_ledger.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "models/flow/rack_presence.hpp"
#include "models/flow/rack_sweep.hpp"
#include "models/state/directed_load.hpp"
#include "sim/random_stream.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;
using sim::Duration;
using sim::Instant;

namespace {

Instant hours(double h) {
  return Instant() + Duration::hours(h);
}

using Weights = std::map<std::pair<std::uint32_t, std::uint32_t>, double>;  // (column, drive)

Weights weights_of(const HeatLedger& ledger, std::uint32_t rack) {
  Weights out;
  const RackHeat& heat = ledger.base(rack);
  for (const ColumnSlice& slice : heat.slices) {
    for (std::uint32_t i = slice.first; i < slice.last; ++i) {
      out[{slice.column, heat.entries[i].drive_in_rack}] += double{heat.entries[i].weight};
    }
  }
  for (const DemandShift& shift : ledger.pending(rack)) {
    out[{shift.column, shift.drive_in_rack}] += double{shift.weight};
  }
  return out;
}

}  // namespace

TEST_CASE("ledger: merged weights are the sums of base and shifts, in order, cancelled ones gone") {
  const Topology topology = test::fleet(1, 2, 80, 1'000'000);
  const ExtentTable extents = test::equal_tenants(50, 20, 100);
  const auto placement = place_all({topology, {0, 0}, 1, 50, {1}}, test::policy("random"), extents);
  HeatMatrix matrix(topology, extents, placement);
  HeatLedger ledger(matrix);
  Weights expected = weights_of(ledger, 0);
  sim::RandomStream random({4}, 0, {0}, 0);
  for (int round = 0; round < 5; ++round) {
    std::vector<DemandShift> shifts;
    // Whole numbers, so that sums are exact; columns up to 5,000 need two digits of the sort.
    for (int i = 0; i < 3000; ++i) {
      const std::uint32_t column = random.below(random.below(2) == 0 ? 60 : 5000);
      const std::uint32_t drive = random.below(40);
      double& weight = expected[{column, drive}];
      const double now = random.below(3) == 0 ? 0 : weight + random.below(9);
      shifts.push_back({column, drive, static_cast<float>(now - weight),
                        static_cast<float>(8 * random.uniform())});
      weight = now;
    }
    ledger.absorb(0, shifts);
    for (const auto& [key, weight] : weights_of(ledger, 0)) REQUIRE(weight == expected[key]);
  }
  std::vector<double> columns(5000, 0.0);
  ledger.add_weights(0, columns);
  ledger.merge(0);
  CHECK(ledger.pending(0).empty());
  std::erase_if(expected, [](const auto& entry) { return entry.second == 0; });
  CHECK(weights_of(ledger, 0) == expected);
  const auto& slices = ledger.base(0).slices;
  for (std::size_t i = 1; i < slices.size(); ++i) {
    REQUIRE(slices[i - 1].column < slices[i].column);
    REQUIRE(slices[i - 1].last == slices[i].first);
  }
  for (std::size_t i = slices[0].first + 1; i < slices[0].last; ++i) {
    REQUIRE(ledger.base(0).entries[i - 1].drive_in_rack < ledger.base(0).entries[i].drive_in_rack);
  }
  for (const auto& [key, weight] : expected) columns[key.first] -= weight;
  for (const double left : columns) CHECK(left == 0);
}

TEST_CASE("ledger: many shifts are merged by themselves") {
  const Topology topology = test::fleet(1, 1, 10, 1'000'000);
  const ExtentTable extents = test::equal_tenants(1, 10, 100);
  const auto placement = place_all({topology, {0, 0}, 1, 1, {1}}, test::policy("random"), extents);
  HeatMatrix matrix(topology, extents, placement);
  HeatLedger ledger(matrix);
  ledger.absorb(0, std::vector<DemandShift>(4000, {0, 3, 1, 0.5F}));
  CHECK(ledger.pending(0).size() == 4000);
  CHECK(ledger.pending(0)[0].from == 0);
  ledger.absorb(0, std::vector<DemandShift>(4000, {1, 3, 1, 0}));
  CHECK(ledger.pending(0).empty());
  CHECK(weights_of(ledger, 0)[{1, 3}] == 4000);
}

TEST_CASE("presence: means and remainders of an epoch are exact for steps at any moment") {
  DemandJournal journal(3, Duration::hours(1));
  journal.set_rack(Instant(), 2, false);  // not landed yet
  journal.begin(Instant());
  journal.set_rack(hours(1.25), 0, false);
  journal.set_factor(hours(2.5), 1.5);
  journal.set_rack(hours(4.75), 0, true);
  const auto racks = rack_presences(journal, 3);
  const double share[] = {1, 0.25, 0, 0, 0.25 * 1.5, 1.5, 1.5, 1.5};
  const double other[] = {1, 1, 1.25, 1.5, 1.5, 1.5, 1.5, 1.5};
  for (std::size_t e = 0; e < 8; ++e) {
    CHECK(racks[0].share(e) == Approx(share[e]).margin(1e-12));
    CHECK(racks[1].share(e) == Approx(other[e]).margin(1e-12));
    CHECK(racks[0].is_up(e) == (e != 2 && e != 3));
    CHECK_FALSE(racks[2].is_up(e));
  }
  CHECK(racks[2].is_absent());
  CHECK_FALSE(racks[0].is_steady());
  const RateLine late = racks[0].shares_from(1.125);
  CHECK(late.value[0] == 0);
  CHECK(late.value[1] == Approx(0.125));
  CHECK(late.value[4] == Approx(0.375));
  CHECK(racks[1].shares_from(2.25).value[2] == Approx(0.25 + 0.5 * 1.5));
  // The next window begins as this one ended.
  journal.begin(hours(8));
  const auto next = rack_presences(journal, 3);
  CHECK(next[0].is_steady());
  CHECK(next[0].share(7) == 1.5);
  CHECK(next[2].is_absent());
}

TEST_CASE("directed load: work counts from its start to its end, over windows") {
  DirectedLoad load(2, Duration::hours(1));
  load.begin(Instant());
  load.add(0, hours(1.5), hours(3.25), 0.4F);
  load.add(1, hours(7.5), hours(17), 0.2F);
  load.add(1, hours(9), hours(10), 0.1F);  // begins after the window
  load.add(0, hours(5), hours(5), 9);      // takes no time
  const float first[] = {0, 0.2F, 0.4F, 0.1F, 0, 0, 0, 0};
  for (std::size_t e = 0; e < 8; ++e) CHECK(load.of(0)[e] == Approx(first[e]));
  CHECK(load.of(1)[7] == Approx(0.1));
  load.begin(hours(8));
  load.add(0, hours(2), hours(9), 9);  // before the window: ignored
  const float second[] = {0.2F, 0.3F, 0.2F, 0.2F, 0.2F, 0.2F, 0.2F, 0.2F};
  for (std::size_t e = 0; e < 8; ++e) {
    CHECK(load.of(1)[e] == Approx(second[e]));
    CHECK(load.of(0)[e] == 0);
  }
  load.begin(hours(16));
  CHECK(load.of(1)[0] == Approx(0.2));
  CHECK(load.of(1)[1] == 0);
  load.begin(hours(24));
  CHECK(load.of(1)[0] == 0);
}

TEST_CASE("meltdown: the longest time on end counts, the first of equals") {
  MeltdownWatch watch;
  const int hot[] = {1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0};
  for (std::size_t e = 0; e < std::size(hot); ++e) watch.add(100 + e, hot[e] != 0);
  CHECK(watch.longest().first_epoch == 103);
  CHECK(watch.longest().epochs == 3);
  CHECK(MeltdownWatch().longest().epochs == 0);
}
