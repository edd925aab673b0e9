// Courses of sets of drives by whose data they hold (models/ledger/set_courses.hpp).

#include "models/ledger/set_courses.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment/ledger_sample.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using models::kLedgerEpochs;
using models::SetShares;

namespace {

const std::string kTenants = R"({
  "schema_version": 1, "name": "courses", "question": "Whose hours?",
  "run": { "duration": "4 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 20, "drives": 3000,
             "models": [{ "model": "nearline-20tb" }] },
  "data": { "logical": "3 PB", "extent": "33 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "static" },
  "tenants": [
    { "name": "batch", "count": 25, "reads": "2 PB/d", "object": "8 MB",
      "load": { "model": "daily_window", "window": "4 h", "start": "random" } },
    { "name": "nightly", "count": 5, "reads": "2 PB/d", "object": "8 MB",
      "load": { "model": "daily_window", "window": "6 h", "start": "random" } }
  ]
})";

}  // namespace

TEST_CASE("a set's shares are of its demand, the smallest of many tenants gives way") {
  std::vector<std::uint32_t> class_of(60, 0);
  class_of[11] = class_of[50] = 1;
  SetShares shares(2, 2, class_of);
  shares.add(1, 7, 1);
  shares.add(1, 3, 0.5F);
  shares.add(1, 7, 0.2F);
  const auto of = [&](std::uint32_t set, std::uint32_t tenant) {
    float part = 0;
    for (const SetShares::Share& share : shares.of(set)) {
      part += share.tenant == tenant ? share.part : 0;
    }
    return part;
  };
  CHECK(of(1, 3) == Approx(0.4));
  CHECK(of(1, 7) == Approx(0.5 * 0.8 + 0.2));
  CHECK(of(0, 7) == 0);
  for (std::uint32_t tenant = 10; tenant < 10 + SetShares::kTenants; ++tenant) {
    shares.add(0, tenant, tenant == 10 ? 1.0F : 0.01F);
  }
  shares.add(0, 50, 0.001F);  // no place: less than any
  CHECK(of(0, 50) == 0);
  shares.add(0, 51, 0.1F);
  CHECK(of(0, 51) == Approx(0.1));
  CHECK(of(0, 11) == 0);
  // What gives way, or finds no place, is known by class.
  CHECK(shares.others(0)[1] > 0.008F);
  CHECK(shares.others(0)[0] == 0);
  float all = shares.others(0)[1];
  for (const SetShares::Share& share : shares.of(0)) all += share.part;
  CHECK(all == Approx(1));
}

TEST_CASE("a set goes up and down with its tenants, and as the mean where nobody is known") {
  const app::Scenario scenario = test::valid_scenario(kTenants);
  const app::LedgerSamples samples = app::make_ledger_samples(scenario);
  const app::World& world = *samples.mix.world;
  models::MixSample mix({world.topology, world.extents, samples.mix.placement, world.population,
                         world.costs, world.total_weight});
  std::vector<std::uint32_t> classes(25, 0);
  classes.resize(30, 1);
  SetShares shares(3, 2, classes);
  shares.add(0, 4, 1);
  // More tenants than are kept: two that ask most of it, and the rest by class.
  for (std::uint32_t t = 10; t < 20; ++t) shares.add(1, t, t == 10 ? 1.0F : 0.5F);
  shares.add(1, 4, 0.5F);
  shares.add(1, 9, 0.5F);
  shares.add(2, 27, 0.6F);
  models::SetCourses courses;
  for (std::uint64_t first = 0; first < 48; first += kLedgerEpochs) {
    mix.draw(first, kLedgerEpochs, 1);
    courses.set(mix, shares, 1, 2);
    REQUIRE(mix.varying().size() == 2);
    const auto value = [&](std::size_t row, std::size_t k, std::size_t e) {
      return static_cast<double>(courses.rows(0)[(row * 2 + k) * kLedgerEpochs + e]);
    };
    const auto of = [&](std::uint32_t tenant, std::size_t e) {
      return static_cast<double>(mix.course_of(0, tenant)[e]);
    };
    for (std::size_t e = 0; e < kLedgerEpochs; ++e) {
      double mean = 0;
      double all = 0;
      for (std::uint32_t t = 0; t < 25; ++t) {
        mean += mix.mean_demand_of(t) * of(t, e);
        all += mix.mean_demand_of(t);
      }
      mean /= all;
      CHECK(value(0, 0, e) == Approx(mean).epsilon(1e-4).margin(1e-6));
      CHECK(value(1, 0, e) == Approx(of(4, e)).epsilon(1e-5).margin(1e-6));
      double known = 0;
      double sum = 0;
      for (const SetShares::Share& share : shares.of(1)) {
        known += static_cast<double>(share.part);
        sum += static_cast<double>(share.part) * of(share.tenant, e);
      }
      CHECK(known < 1);
      CHECK(value(2, 0, e) == Approx(sum + (1 - known) * mean).epsilon(1e-4).margin(1e-6));
      CHECK(value(3, 1, e) == Approx(of(27, e)).epsilon(1e-5).margin(1e-6));
      CHECK(value(3, 0, e) == Approx(mean).epsilon(1e-4).margin(1e-6));
    }
  }
}
