// The conditional estimator over histories of a run: against the chain's first passage, and against
// counted losses of the same histories.
#include "models/durability/history_estimate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/analytic/first_passage.hpp"
#include "models/durability/channel_wait.hpp"
#include "models/repair/rebuild_backlog.hpp"
#include "tests/support/explicit_cases.hpp"
#include "tests/support/failing_fleet.hpp"

using namespace spindle;
using namespace spindle::models;
using test::FailingFleet;
using test::kRepairHours;
using test::PlacedFleet;

namespace {

DurabilityCase case_of(const FailingFleet& fleet, const Scheme& scheme) {
  DurabilityCase out{scheme,
                     {fleet.drives, fleet.zones, fleet.racks_per_zone, fleet.spread.max_per_zone,
                      fleet.spread.max_per_rack},
                     0,
                     {}};
  out.rebuild.mttr_s = kRepairHours * 3600;
  out.rebuild.new_drives = NewDrives::kEmpty;
  return out;
}

}  // namespace

// First passage within the run, whole at its start: 95 % intervals of 400 histories; each of the
// rows fails by chance once in twenty at 95 %, so that they are held to 1.6 times the half width,
// once in 600.
TEST_CASE("history estimate: the loss in a run is the chain's first passage", "[oracle]") {
  struct Row {
    Scheme scheme;
    double lambda;
    double run;
  };
  for (const Row& row : {Row{test::copies(2), 0.02, 5}, Row{test::copies(3), 0.05, 20},
                         Row{test::erasure(4, 2), 0.02, 10}}) {
    const FailingFleet fleet{.lambda = row.lambda,
                             .shards = row.scheme.shards(),
                             .needed = row.scheme.needed(),
                             .extents = 10,
                             .run = row.run,
                             .replace = sim::Duration()};
    const PlacedFleet placed(fleet, sim::Seed{3});
    const RepairInputs inputs = placed.inputs();
    const HistoryEstimate found =
        estimate_over_histories(case_of(fleet, row.scheme), inputs.topology, inputs.failure,
                                {.seed = sim::Seed{3}, .replications = 400, .threads = 2});
    const double chain = loss_probability(row.scheme.shards(), row.scheme.needed(), row.lambda, 1,
                                          RepairMode::kParallel, row.run);
    const double half = found.loss_probability.high - found.loss_probability.estimate;
    INFO(row.scheme.name() << ": " << found.loss_probability.estimate << " +- " << half
                           << ", chain " << chain);
    CHECK(std::abs(found.loss_probability.estimate - chain) < 1.6 * half);
    CHECK(half < 0.1 * chain);
  }
}

// The same fleet and failures extent by extent, a third of the time busy with repair, then half as
// long. What one pooled server leaves out is in its own time of a rebuild. Drives that were
// replaced are emptier than the others, which keeps these busier: a quarter of them, so that 25 %
// is asked beside both intervals.
TEST_CASE("history estimate: a queue's losses are those counted", "[oracle]") {
  for (const RebuildOrder order :
       {RebuildOrder::kFirstComeFirstServed, RebuildOrder::kMostExposedFirst}) {
    double before = 0;
    for (const double speed : {1.0, 2.0}) {
      FailingFleet fleet{.racks_per_zone = 4,
                         .drives = 120,
                         .lambda = 0.008,
                         .extents = 20'000,
                         .run = 40,
                         .replace = sim::Duration()};
      fleet.options.law = RepairLaw::kBandwidth;
      fleet.options.order = order;
      // What a drive has, 500 shards, keeps all busy for a third of a day.
      const double seconds = 86'400 / 3.0 / speed;
      fleet.options.bytes_per_s = 500 * 2 * PlacedFleet::kShardBytes / (120 * seconds);
      const PlacedFleet placed(fleet, sim::Seed{5});
      const RepairInputs inputs = placed.inputs();
      DurabilityCase of = case_of(fleet, test::copies(3));
      of.rebuild.law = RepairLaw::kBandwidth;
      of.rebuild.order = order;
      of.rebuild.bytes_per_s = fleet.options.bytes_per_s;
      of.rebuild.used_bytes = 500 * PlacedFleet::kShardBytes;
      of.failures_per_year = fleet.lambda * 365;
      stand_for_channels(
          of, PlacedFleet::kShardBytes,
          RebuildBacklog::is_kept(fleet.options) ? RebuildBacklog::kTransfersAhead : 0,
          sim::Seed{5});
      const HistoryEstimate found =
          estimate_over_histories(of, inputs.topology, inputs.failure,
                                  {.seed = sim::Seed{5}, .replications = 300, .threads = 2});
      const DirectEstimate counted = placed.estimate(300, 2);
      const sim::Interval& simulated = found.loss_probability;
      const sim::Interval& seen = counted.loss_probability;
      INFO(simulated.estimate << " [" << simulated.low << ", " << simulated.high << "], counted "
                              << seen.estimate << " [" << seen.low << ", " << seen.high << "]");
      CHECK(counted.total.lost_extents > 5);
      CHECK(simulated.high > 0.75 * seen.low);
      CHECK(simulated.low < 1.25 * seen.high);
      if (before > 0) CHECK(simulated.estimate < 0.6 * before);
      before = simulated.estimate;
    }
  }
}

TEST_CASE("history estimate: what it cannot stand for is refused", "[oracle]") {
  const FailingFleet fleet{};
  const PlacedFleet placed(fleet, sim::Seed{1});
  const RepairInputs inputs = placed.inputs();
  const DurabilityCase of = case_of(fleet, test::copies(3));
  CHECK_THROWS_WITH(estimate_over_histories(of, inputs.topology, inputs.failure,
                                            {.seed = sim::Seed{1}, .replications = 0}),
                    Catch::Contains("no replications"));
  FailureOptions power = inputs.failure;
  power.power = {{DomainKind::kRack, 1, sim::Duration::hours(1), 0.1}};
  CHECK_THROWS_WITH(estimate_over_histories(of, inputs.topology, power, {.seed = sim::Seed{1}}),
                    Catch::Contains("knows nothing of racks"));
}
