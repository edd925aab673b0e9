// Loads side by side have the same bits on every instruction set.

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "models/tenant/demand.hpp"
#include "tests/support/simd_targets.hpp"

namespace {

using namespace spindle;
using sim::Duration;

std::vector<models::TenantClass> classes() {
  std::vector<models::TenantClass> out;
  for (const models::LoadKind kind :
       {models::LoadKind::kConstant, models::LoadKind::kSlots, models::LoadKind::kOnOff,
        models::LoadKind::kDailyWindow, models::LoadKind::kDiurnal, models::LoadKind::kMmpp}) {
    models::TenantClass c;
    c.name = "class " + std::to_string(out.size());
    c.count = 75;
    c.data = models::Bytes{std::uint64_t{c.count} * 1'000'000'000};
    c.object_size = models::Bytes{1'000'000};
    c.read_bytes_per_s = 1e9;
    c.write_bytes_per_s = 1e8;
    c.load.kind = kind;
    c.load.mean_off = Duration::hours(7);
    c.load.phase_is_random = true;
    c.load.weekend = 0.3;
    c.load.states = {
        {1, Duration::hours(1)}, {0.3, Duration::hours(5)}, {0, Duration::seconds(900)}};
    out.push_back(c);
  }
  return out;
}

// Epochs of an hour, and of more days than a block of them has whole nanoseconds for in a double.
std::vector<double> play(Duration epoch, std::uint64_t epochs) {
  constexpr std::size_t kWindow = 20;
  const models::TenantPopulation population(classes(), models::Bytes{1'000'000'000}, sim::Seed{5},
                                            {epoch, epochs});
  const auto tenants = static_cast<std::uint32_t>(population.tenants().size());
  models::DemandStream demand(population);
  std::vector<double> reads(tenants * kWindow), writes(tenants * kWindow), out;
  for (std::size_t first = 0; first < epochs; first += kWindow) {
    demand.fill(0, tenants, first, kWindow, reads, writes);
    out.insert(out.end(), reads.begin(), reads.end());
    out.insert(out.end(), writes.begin(), writes.end());
  }
  return out;
}

}  // namespace

TEST_CASE("loads side by side have the same bits on every instruction set") {
  struct Row {
    Duration epoch;
    unsigned epochs;
  };
  for (const Row& row : {Row{Duration::hours(1), 200}, Row{Duration::seconds(777), 200},
                         Row{Duration::days(20), 20}}) {
    const std::vector<double> expected = play(row.epoch, row.epochs);
    test::on_every_target([&] { REQUIRE(play(row.epoch, row.epochs) == expected); });
  }
}
