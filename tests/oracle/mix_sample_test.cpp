// What drives of the sample serve in a window, by adding up shards (models/ledger/mix_sample.hpp).

#include "models/ledger/mix_sample.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "app/experiment/ledger_sample.hpp"
#include "tests/support/read_scenario.hpp"

using namespace spindle;
using models::kLedgerEpochs;

namespace {

// Tenants of the first two classes, and of the last on most days, go up and down together.
const std::string kMixedFleet = R"({
  "schema_version": 1, "name": "mix", "question": "Who goes up with whom?",
  "run": { "duration": "4 d", "epoch": "1 h", "form": "ledger" },
  "fleet": { "zones": 3, "racks_per_zone": 20, "drives": 3000,
             "models": [{ "model": "nearline-20tb", "share": 0.5 },
                        { "model": "nearline-230", "share": 0.5 }] },
  "data": { "logical": "3 PB", "extent": "33 GB" },
  "redundancy": { "scheme": "replication", "copies": 3 },
  "spread": { "max_per_zone": 1, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [
    { "name": "steady", "count": 20, "reads": "1 PB/d", "writes": "100 TB/d", "object": "4 MB" },
    { "name": "office", "count": 30, "reads": "1 PB/d", "object": "1 MB",
      "load": { "model": "diurnal", "amplitude": 0.8 } },
    { "name": "batch", "count": 25, "reads": "2 PB/d", "object": "8 MB",
      "load": { "model": "daily_window", "window": "4 h", "start": "random" } },
    { "name": "report", "count": 10, "reads": "1 PB/d", "object": "8 MB",
      "load": { "model": "daily_window", "window": "6 h", "start": "0 h", "jitter": "1 h" } }
  ]
})";

// Disk time a second of every sample drive by one class, in an epoch: all its shards, one by one.
class ByShards {
 public:
  explicit ByShards(const app::LedgerSample& sample)
      : sample_(sample),
        stream_(sample.world->population),
        reads_(sample.world->population.tenants().size() * kLedgerEpochs),
        writes_(reads_.size()) {}

  void draw(std::uint64_t first, std::size_t epochs) {
    const auto tenants = static_cast<std::uint32_t>(sample_.world->population.tenants().size());
    stream_.fill_rows(0, tenants, first, epochs, kLedgerEpochs, reads_, writes_);
  }

  [[nodiscard]] std::vector<double> heat(std::uint32_t tenant_class, std::size_t epoch) const {
    const app::World& world = *sample_.world;
    std::vector<double> out(world.topology.drives(), 0.0);
    for (std::uint32_t t = 0; t < world.population.tenants().size(); ++t) {
      if (world.population.tenants()[t].tenant_class != tenant_class) continue;
      const std::size_t at = std::size_t{t} * kLedgerEpochs + epoch;
      for (std::uint32_t e = world.extents.first_extent[t]; e < world.extents.first_extent[t + 1];
           ++e) {
        for (const std::uint32_t drive : sample_.placement.drives_of(e)) {
          if (drive == models::PlacementResult::kNoDrive) continue;
          const std::size_t model = world.topology.model_of_rack(world.topology.rack_of(drive));
          const std::size_t cost = model * world.population.tenants().size() + t;
          out[drive] +=
              (reads_[at] * world.costs.read[cost] + writes_[at] * world.costs.write[cost]) /
              world.total_weight[t];
        }
      }
    }
    return out;
  }

 private:
  const app::LedgerSample& sample_;
  models::DemandStream stream_;
  std::vector<double> reads_, writes_;
};

// The same by the sample: of its drives in their order.
std::vector<double> heat_of(const models::MixSample& mix, const models::Topology& topology,
                            std::uint32_t tenant_class, std::size_t epoch) {
  std::vector<std::uint32_t> next(topology.models().size());
  std::vector<double> out;
  const auto varying = mix.varying();
  const auto found = std::find(varying.begin(), varying.end(), tenant_class);
  for (std::uint32_t rack = 0; rack < topology.racks(); ++rack) {
    const std::uint32_t model = topology.model_of_rack(rack);
    for (std::uint32_t i = 0; i < topology.drives_of_rack(rack).size(); ++i) {
      const std::size_t row = next[model]++;
      if (found != varying.end()) {
        const std::size_t line =
            row * varying.size() + static_cast<std::size_t>(found - varying.begin());
        out.push_back(static_cast<double>(mix.heat(model)[line * kLedgerEpochs + epoch]));
        CHECK(mix.varying_demand(model)[line] ==
              mix.demand(model)[row * mix.classes() + tenant_class]);
        continue;
      }
      const float course = mix.courses(model)[tenant_class * kLedgerEpochs + epoch];
      out.push_back(
          static_cast<double>(course * mix.demand(model)[row * mix.classes() + tenant_class]));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("sample drives serve what their shards add up to, by one course or line by line") {
  const app::LedgerSamples samples =
      app::make_ledger_samples(test::valid_scenario(kMixedFleet, {}));
  const app::World& world = *samples.mix.world;
  models::MixSample mix({world.topology, world.extents, samples.mix.placement, world.population,
                         world.costs, world.total_weight});
  ByShards by_shards(samples.mix);
  std::size_t had_one_course = 0;
  for (const std::uint64_t first : {0U, 8U, 16U, 24U, 32U}) {
    const std::size_t epochs = first == 32 ? std::size_t{5} : kLedgerEpochs;
    mix.draw(first, epochs, 2);
    by_shards.draw(first, epochs);
    const auto varying = mix.varying();
    CHECK(std::find(varying.begin(), varying.end(), 2) != varying.end());
    CHECK(varying.front() >= 2);
    had_one_course += varying.size() == 1 ? 1U : 0U;
    for (std::uint32_t c = 0; c < 4; ++c) {
      for (std::size_t e = 0; e < epochs; ++e) {
        const std::vector<double> expected = by_shards.heat(c, e);
        const std::vector<double> found = heat_of(mix, world.topology, c, e);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
          if (std::abs(found[i] - expected[i]) <= 1e-5 * expected[i]) continue;
          CAPTURE(first, c, e, i, found[i], expected[i]);
          FAIL("a drive serves something else");
        }
      }
    }
  }
  // From 8 to 16 and from 16 to 24 o'clock nobody reports.
  CHECK(had_one_course == 2);
}
