// Shared events and flushed caches at both fidelities, against counts and integrals by hand.
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/tenant/demand.hpp"
#include "tests/support/mechanical_fleet.hpp"
#include "tests/support/zoomed_fleet.hpp"

using namespace spindle;
using sim::Duration;
using sim::Instant;

namespace {

Instant at(double seconds) {
  return Instant() + Duration::seconds(seconds);
}

// Reads a second of the whole class, epoch by epoch.
std::vector<double> reads_of(const models::TenantPopulation& population) {
  const std::size_t epochs = population.grid().count;
  const auto tenants = static_cast<std::uint32_t>(population.tenants().size());
  std::vector<double> reads(tenants * epochs);
  std::vector<double> writes(tenants * epochs);
  models::DemandStream(population).fill(0, tenants, 0, epochs, reads, writes);
  std::vector<double> sum(epochs);
  for (std::size_t i = 0; i < reads.size(); ++i) sum[i % epochs] += reads[i];
  return sum;
}

models::TenantClass web(double hit_ratio) {
  models::TenantClass c;
  c.name = "web";
  c.count = 20;
  c.data = models::Bytes{1'000'000'000'000};
  c.object_size = models::Bytes{1'000'000};
  c.read_bytes_per_s = 5e9;
  c.write_bytes_per_s = 1e9;
  c.cache = {hit_ratio, {{at(3600), Duration::seconds(600)}}};
  return c;
}

// 400 drives of 10 ms reads at a fifth of their time on average, eight epochs of 20 s.
app::Scenario fleet_of(std::vector<models::DemandEvent> events, models::LoadKind kind) {
  app::Scenario scenario = test::plain_world(400, 50, 25'600);
  scenario.run = {Duration::seconds(160), Duration::seconds(20)};
  models::TenantClass& of = scenario.tenants[0].options;
  of.events = std::move(events);
  of.load.kind = kind;
  of.load.mean_on = Duration::seconds(15);
  of.load.mean_off = Duration::seconds(25);
  return scenario;
}

}  // namespace

// By hand: a cache that hits h of 5,000 reads/s leaves 5,000 (1 - h); flushed, the fleet sees all
// of them, and 5,000 h * 600 s = the integral of 5,000 h e^{-t/600} more in all. Writes stay.
// Epochs are of 1 s, so that the first has the peak but for 1 - e^{-1/600} of its half: .1 %.
TEST_CASE("cache: a flush sends 1/(1 - h) times the load, and the missed reads in all") {
  for (const double hit : {0.5, 0.9, 0.99}) {
    const models::EpochGrid grid{Duration::seconds(1), 36'000};
    const models::TenantPopulation population({web(hit)}, models::Bytes{1'000'000'000},
                                              sim::Seed{1}, grid);
    const std::vector<double> reads = reads_of(population);
    const double full = 5000 * (1 - hit);
    CHECK(reads[0] == Approx(full).epsilon(1e-12));
    CHECK(reads[3599] == Approx(full).epsilon(1e-12));
    CHECK(reads[3600] / full == Approx(1 / (1 - hit)).epsilon(1e-3));
    CHECK(reads[3600] == Approx(5000 * (1 - hit + hit * 600 * -std::expm1(-1.0 / 600))));
    double more = 0;
    for (const double rate : reads) more += rate - full;
    CHECK(more == Approx(5000 * hit * 600).epsilon(1e-9));
    CHECK(reads.back() == Approx(full).epsilon(1e-12));
    std::vector<double> one(1);
    std::vector<double> writes(1);
    models::DemandStream(population).fill(3, 4, 0, 1, one, writes);
    CHECK(writes[0] == Approx(1e9 / 1e6 / 20).epsilon(1e-12));
  }
}

// The whole class asks 8,000/s. In the third epoch, half of it at 3 times, and ramps of 5 s: by
// hand 8,000 * (160 + 10 * 2) / 8,000 * 20 = 180 s of ordinary load, 1.44e6 requests, sd 1,200.
// Limit: 4.5 standard deviations, false alarm 7e-6.
TEST_CASE("shared event: the requests of a mechanical run are those of the flow, within epochs") {
  const test::MechanicalFleet fleet(
      fleet_of({{at(45), Duration::seconds(15), 3, Duration::seconds(5)}},
               models::LoadKind::kConstant),
      "talk");
  const std::vector<double> flow = reads_of(fleet.world->population);
  CHECK(flow[1] == Approx(8000));
  CHECK(flow[2] == Approx(8000 * (20 + 2 * 2.5 * 2 + 2 * 5) / 20));
  const models::MechanicalResult run = fleet.run();
  const double expected = 8000 * (160 + 20);
  CHECK(std::abs(static_cast<double>(run.arrivals) - expected) < 4.5 * std::sqrt(expected));
}

// With a factor of 0 but for 2 s of each epoch's 20, drives are idle for most of it: an epoch's
// load spread evenly would give waits of a tenth of the load, sent as it comes they queue.
TEST_CASE("shared event: what bursts within an epoch queues within it") {
  std::vector<models::DemandEvent> events;
  for (int epoch = 0; epoch < 8; ++epoch) {
    events.push_back({at(20.0 * epoch + 2), Duration::seconds(18), 0, Duration()});
  }
  const test::MechanicalFleet burst(fleet_of(events, models::LoadKind::kConstant), "talk");
  const test::MechanicalFleet thin(
      fleet_of({{at(0), Duration::seconds(160), 0.1, Duration()}}, models::LoadKind::kConstant),
      "talk");
  const models::MechanicalResult bursts = burst.run();
  const models::MechanicalResult even = thin.run();
  // 128,000 requests each, sd 358: 5 standard deviations of a difference are 2,530.
  CHECK(std::abs(static_cast<double>(bursts.arrivals) - static_cast<double>(even.arrivals)) < 2600);
  // M/G/1 at a fifth against a fiftieth of the time busy: waits as .2/.8 to .02/.98, 12.25 times.
  CHECK(bursts.waits.mean_s() / even.waits.mean_s() == Approx(12.25).epsilon(0.15));
}

// Each drive's parts, within every epoch of the zoom: their integral is the mean that the flow
// gave, and the load of an on/off tenant is not spread over the epoch.
TEST_CASE("zoom: parts come when the tenants are on, and as many as the flow says") {
  const test::ZoomedFleet fleet(
      fleet_of({{at(50), Duration::seconds(33), 2, Duration()}}, models::LoadKind::kOnOff));
  const models::ZoomWindow window{at(20), at(120)};
  const auto zoom = models::pieces_of(window, fleet.fleet.world->grid);
  const auto loads = fleet.loads(window, test::all_drives(40));
  std::size_t steps = 0;
  double expected = 0;
  for (const models::DriveLoad& load : loads) {
    for (const models::ClassLoad& row : load.classes) {
      std::vector<double> integral(zoom.size());
      std::int64_t last = window.start.ns();
      for (const models::RatePiece& piece : row.reads_within) {
        REQUIRE(piece.begin >= last);
        last = piece.end;
        const auto number = static_cast<std::size_t>((piece.begin - window.start.ns()) /
                                                     Duration::seconds(20).ns());
        integral.at(number) += piece.rate * static_cast<double>(piece.end - piece.begin) * 1e-9;
        ++steps;
      }
      for (std::size_t i = 0; i < zoom.size(); ++i) {
        CHECK(integral[i] == Approx(row.read_parts[i] * 20).epsilon(1e-9));
        expected += row.read_parts[i] * 20;
      }
    }
  }
  // 50 tenants change some 1.3 times in 20 s, and each has data on most of the drives.
  CHECK(steps > 40 * 5 * 20);
  // 5 standard deviations: a false alarm in 6e-7 of seeds.
  const models::ZoomResult result = fleet.zoom(window, loads, 1);
  CHECK(std::abs(static_cast<double>(result.count()) - expected) < 5 * std::sqrt(expected));
}
