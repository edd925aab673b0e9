// Tenants of a trace-driven class that begin elsewhere in the trace.

#include <catch2/catch.hpp>
#include <vector>

#include "models/tenant/demand.hpp"

using namespace spindle;
using models::Bytes;
using sim::Duration;

namespace {

const models::EpochGrid k48Hours{Duration::hours(1), 48};

// Ten tenants that share one burst of 7,200 objects, an hour long, in each loop of 12 h.
models::TenantClass bursts() {
  models::TenantClass c;
  c.name = "bursts";
  c.count = 10;
  c.data = Bytes{100'000'000};
  c.object_size = Bytes{1000};
  c.load.kind = models::LoadKind::kSeries;
  c.read_trace =
      models::DemandTrace{{{Duration(), 7.2e6}}, Duration::hours(1), Duration::hours(12)};
  return c;
}

models::TenantPopulation population(const models::TenantClass& c) {
  return models::TenantPopulation({c}, Bytes{1'000'000}, sim::Seed{1}, k48Hours);
}

std::vector<double> reads_of(const models::TenantPopulation& tenants, std::uint32_t tenant) {
  models::DemandStream stream(tenants);
  std::vector<double> reads(k48Hours.count), writes(k48Hours.count);
  stream.fill(tenant, tenant + 1, 0, k48Hours.count, reads, writes);
  return reads;
}

}  // namespace

TEST_CASE("trace shift: a fixed one moves the burst of all tenants") {
  models::TenantClass c = bursts();
  c.trace_shift = Duration::hours(9);
  const auto tenants = population(c);
  const auto reads = reads_of(tenants, 4);
  // From hour 9 of the loop on, the next burst is 3 hours away: 720 objects an hour each.
  for (std::size_t hour = 0; hour < reads.size(); ++hour) {
    CHECK(reads[hour] == Approx(hour % 12 == 3 ? 0.2 : 0).margin(1e-15));
  }
  CHECK(tenants.tenants()[4].read_bytes_per_s == Approx(7.2e6 / 10 / 12 / 3600).epsilon(1e-12));
}

TEST_CASE("trace shift: random ones differ from tenant to tenant, and each has its whole loop") {
  models::TenantClass c = bursts();
  c.trace_shift_is_random = true;
  const auto tenants = population(c);
  const auto first = reads_of(tenants, 0);
  CHECK(reads_of(tenants, 0) == first);
  CHECK(reads_of(tenants, 1) != first);
  for (std::uint32_t tenant = 0; tenant < 10; ++tenant) {
    double sum = 0;
    for (const double rate : reads_of(tenants, tenant)) sum += rate;
    CHECK(sum * 3600 == Approx(4 * 720).epsilon(1e-12));
    CHECK(tenants.tenants()[tenant].read_bytes_per_s ==
          Approx(4 * 7.2e5 / (48 * 3600)).epsilon(1e-12));
  }
}

TEST_CASE("trace shift: a random one needs a loop to be drawn from") {
  models::TenantClass c = bursts();
  c.trace_shift_is_random = true;
  c.read_trace->loop = Duration();
  CHECK_THROWS_AS(population(c), std::invalid_argument);
  c = bursts();
  c.load.kind = models::LoadKind::kConstant;
  c.read_trace.reset();
  c.trace_shift_is_random = true;
  CHECK_THROWS_AS(population(c), std::invalid_argument);
}
