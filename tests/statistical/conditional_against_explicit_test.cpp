// The conditional estimator against explicit extents, on the same histories of failures with
// everything on: zones, racks, bursts, power events, detection, bounded repair in every order.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <vector>

#include "models/durability/explicit_fleet.hpp"
#include "models/durability/queued_replication.hpp"
#include "models/failure/failure_history.hpp"
#include "sim/random_stream.hpp"
#include "sim/statistics.hpp"
#include "sim/time.hpp"
#include "tests/support/explicit_cases.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr double kHorizon_s = 30 * 86'400.0;

// A fleet small enough for both, drawn by seed. Rates are inflated so that losses show.
struct Configuration {
  DurabilityCase of;
  FailureOptions failures;
  FleetOptions fleet;
};

Configuration draw_configuration(std::uint64_t seed) {
  sim::RandomStream random(sim::Seed{seed}, 0, sim::Purpose{999}, 0);
  const std::vector<Scheme> schemes = {test::copies(2), test::copies(3), test::erasure(2, 1),
                                       test::erasure(4, 2)};
  Configuration out{{schemes[random.below(4)], {}, 0, {}}, {}, {}};
  DurabilityFleet& fleet = out.of.fleet;
  const std::uint32_t shards = out.of.scheme.shards();
  fleet.zones = random.below(2) == 0 ? 1 : 3;
  fleet.racks_per_zone = std::max(4U, (shards + fleet.zones - 1) / fleet.zones + 2);
  fleet.drives = std::uint64_t{fleet.racks()} * (2 + random.below(3));
  fleet.max_per_rack = random.below(4) == 0 ? 0 : 1;
  if (shards % fleet.zones == 0) fleet.max_per_zone = shards / fleet.zones;
  RebuildOptions& rebuild = out.of.rebuild;
  rebuild.law = RepairLaw::kBandwidth;
  rebuild.new_drives = NewDrives::kEmpty;
  // Some failures in repair at any time, by slow detection and a queue that is busy for a fifth to
  // nine tenths of the time; a drive in six fails or so.
  rebuild.detect_s = 86'400 * (0.5 + 4 * random.uniform());
  rebuild.used_bytes = 16e12;
  const double per_year = 2;
  const double busy = 0.2 + 0.7 * random.uniform();
  rebuild.bytes_per_s = rebuild.used_bytes * (out.of.scheme.repair_reads() + 1) * per_year /
                        sim::kSecondsPerYear / busy;
  rebuild.order =
      random.below(2) == 0 ? RebuildOrder::kMostExposedFirst : RebuildOrder::kFirstComeFirstServed;
  out.of.failures_per_year = per_year;
  out.fleet.zones = fleet.zones;
  out.fleet.racks_per_zone = fleet.racks_per_zone;
  out.fleet.drives = static_cast<std::uint32_t>(fleet.drives);
  DriveModel model;
  model.name = "drive";
  model.capacity = Bytes{20'000'000'000'000};
  model.annual_failure_rate = per_year;
  out.fleet.models = {{model, 1}};
  out.failures.replace = sim::Duration::seconds(0);
  out.failures.horizon = sim::Duration::seconds(kHorizon_s);
  if (random.below(3) != 0) {
    out.failures.clusters.drives_per_node = 3;
    out.failures.clusters.scales[0] = {0.2, 0.1, 900};
    out.failures.clusters.scales[1] = {0.1, 0.2, 5 * 86'400.0};
  }
  if (random.below(2) == 0) {
    out.failures.power = {{random.below(2) == 0 ? DomainKind::kRack : DomainKind::kZone, 3,
                           sim::Duration::seconds(600), 0.2}};
  }
  return out;
}

struct Outcome {
  sim::Moments conditional;
  sim::Moments difference;  // conditional - explicit, history by history
};

Outcome compare(const Configuration& configuration, std::uint32_t histories,
                std::uint32_t extents) {
  const DurabilityCase& of = configuration.of;
  const Topology topology(configuration.fleet);
  const FailureHistory history(topology, configuration.failures, sim::Seed{1});
  const ExtentClasses classes = extent_classes(of.scheme);
  const LossStates states(classes, of.fleet, true);
  Outcome out;
  ExplicitOptions options;
  options.extents = extents;
  options.horizon_s = kHorizon_s;
  std::vector<SlotFailure> failures;
  for (std::uint32_t r = 0; r < histories; ++r) {
    history.draw(r, failures);
    const ReplicationSample sample =
        given_failures(of, failures, kHorizon_s, classes, states, of.fleet.max_per_rack == 1);
    options.failures = failures;
    ExplicitFleet fleet(of, options, sim::Seed{2}, r);
    fleet.run();
    const double counted = static_cast<double>(fleet.counts().lost_extents) / extents;
    out.conditional.add(sample.losses);
    out.difference.add(sample.losses - counted);
  }
  return out;
}

}  // namespace

// Paired over histories: what is compared is the integral over placement with a placement drawn.
// Twenty configurations at 1 % together: each at 0.05 % (Bonferroni).
TEST_CASE("conditional: no difference from explicit extents with everything on", "[statistical]") {
  constexpr double kConfidence = 1 - 0.01 / 20;
  constexpr std::uint32_t kHistories = 150;
  double pooled = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Configuration configuration = draw_configuration(seed);
    const Outcome outcome = compare(configuration, kHistories, 2000);
    const sim::Interval apart = sim::student_interval(outcome.difference, kConfidence);
    INFO("configuration " << seed << ": " << configuration.of.scheme.name() << ", "
                          << configuration.of.fleet.drives << " drives, conditional "
                          << outcome.conditional.mean() << ", apart " << apart.estimate << " ["
                          << apart.low << ", " << apart.high << "]");
    CHECK(apart.low <= 0);
    CHECK(apart.high >= 0);
    pooled += outcome.difference.mean() /
              std::sqrt(outcome.difference.variance() / static_cast<double>(kHistories));
  }
  // Together: a normal number, beyond 3.3 once in a thousand.
  CHECK(std::abs(pooled) / std::sqrt(20.0) < 3.3);
}
