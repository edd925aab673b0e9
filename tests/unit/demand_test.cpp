#include "models/tenant/demand.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <thread>
#include <vector>

namespace {

using namespace spindle;
using namespace spindle::models;
using sim::Duration;

constexpr EpochGrid kTwoDays{Duration::hours(1), 48};
constexpr Bytes kExtent{1'000'000'000};

TenantClass class_of(const std::string& name, std::uint32_t count, std::uint64_t extents) {
  TenantClass c;
  c.name = name;
  c.count = count;
  c.data = extents * kExtent;
  c.object_size = Bytes{2'000'000};
  c.read_bytes_per_s = 6e9;
  c.write_bytes_per_s = 1e9;
  return c;
}

TenantPopulation mixed_population() {
  auto batch = class_of("batch", 20, 900);
  batch.size = {SizeKind::kLognormal, 0, 1.5};
  batch.load.kind = LoadKind::kDailyWindow;
  auto steady = class_of("steady", 3, 100);
  steady.load.kind = LoadKind::kOnOff;
  auto measured = class_of("measured", 2, 50);
  measured.load.kind = LoadKind::kSeries;
  measured.read_bytes_per_s = measured.write_bytes_per_s = 0;
  measured.trace_scale = 3;
  measured.read_trace = DemandTrace{{{Duration(), 7.2e12}}, Duration::hours(2), {}};
  return TenantPopulation({batch, steady, measured}, kExtent, sim::Seed{1}, kTwoDays);
}

struct Rates {
  std::vector<double> reads, writes;
};

Rates fill(DemandStream& stream, std::uint32_t tenants, std::size_t window) {
  Rates out{std::vector<double>(tenants * kTwoDays.count),
            std::vector<double>(tenants * kTwoDays.count)};
  std::vector<double> reads(tenants * window), writes(tenants * window);
  for (std::size_t first = 0; first < kTwoDays.count; first += window) {
    stream.fill(0, tenants, first, window, reads, writes);
    for (std::uint32_t t = 0; t < tenants; ++t) {
      for (std::size_t e = 0; e < window; ++e) {
        out.reads[t * kTwoDays.count + first + e] = reads[t * window + e];
        out.writes[t * kTwoDays.count + first + e] = writes[t * window + e];
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("extents and demand are shared out without loss") {
  const TenantPopulation population = mixed_population();
  REQUIRE(population.tenants().size() == 25);
  CHECK(population.extents() == 1050);
  std::uint64_t extents = 0;
  std::vector<double> reads(3), writes(3);
  for (const Tenant& tenant : population.tenants()) {
    CHECK(tenant.first_extent == extents);
    CHECK(tenant.extents >= 1);
    CHECK(tenant.data == tenant.extents * kExtent);
    extents += tenant.extents;
    reads[tenant.tenant_class] += tenant.read_bytes_per_s;
    writes[tenant.tenant_class] += tenant.write_bytes_per_s;
  }
  CHECK(extents == 1050);
  for (const std::size_t c : {0U, 1U}) {
    CHECK(reads[c] == Approx(6e9).epsilon(1e-12));
    CHECK(writes[c] == Approx(1e9).epsilon(1e-12));
  }
  // 7.2e12 bytes, three times, over 48 hours.
  CHECK(reads[2] == Approx(3 * 7.2e12 / (48 * 3600)).epsilon(1e-12));
  CHECK(writes[2] == 0);
  // Heat follows the data.
  const Tenant& a = population.tenants()[0];
  const Tenant& b = population.tenants()[1];
  CHECK(a.read_bytes_per_s / a.extents == Approx(b.read_bytes_per_s / b.extents).epsilon(1e-12));
}

TEST_CASE("a demand stream yields requests per second, the same for any windows") {
  const TenantPopulation population = mixed_population();
  DemandStream whole(population), parts(population);
  const Rates all = fill(whole, 25, 48);
  const Rates split = fill(parts, 25, 6);
  CHECK(all.reads == split.reads);
  CHECK(all.writes == split.writes);
  // The daily windows of class 0 have exactly their mean over two days: 6e9 B/s over 2 MB objects.
  double reads = 0, writes = 0;
  for (std::size_t i = 0; i < 20 * kTwoDays.count; ++i) {
    reads += all.reads[i] / 48;
    writes += all.writes[i] / 48;
  }
  CHECK(reads == Approx(3000).epsilon(1e-12));
  CHECK(writes == Approx(500).epsilon(1e-12));
  // The trace: two hours of 3 * 1e9 B/s, half each, then nothing.
  for (std::size_t tenant : {23U, 24U}) {
    CHECK(all.reads[tenant * 48] == Approx(750).epsilon(1e-12));
    CHECK(all.reads[tenant * 48 + 1] == Approx(750).epsilon(1e-12));
    CHECK(all.reads[tenant * 48 + 2] == 0);
    CHECK(all.writes[tenant * 48] == 0);
  }
}

TEST_CASE("threads may fill disjoint ranges of tenants, with equal results") {
  const TenantPopulation population = mixed_population();
  DemandStream one(population), two(population);
  const Rates expected = fill(one, 25, 48);
  Rates out{std::vector<double>(25 * 48), std::vector<double>(25 * 48)};
  const auto part = [&](std::uint32_t from, std::uint32_t to) {
    two.fill(from, to, 0, 48, std::span(out.reads).subspan(from * 48, (to - from) * 48),
             std::span(out.writes).subspan(from * 48, (to - from) * 48));
  };
  std::thread other([&] { part(11, 25); });
  part(0, 11);
  other.join();
  CHECK(out.reads == expected.reads);
  CHECK(out.writes == expected.writes);
}

TEST_CASE("reads and writes of a trace-driven class have shapes of their own") {
  auto c = class_of("jobs", 1, 10);
  c.load.kind = LoadKind::kJobs;
  c.read_bytes_per_s = c.write_bytes_per_s = 0;
  c.read_trace = DemandTrace{{{Duration::hours(1.5), 7.2e9}}, {}, {}};
  c.write_trace = DemandTrace{{{Duration::hours(3), 3.6e9}}, {}, {}};
  const TenantPopulation population({c}, kExtent, sim::Seed{1}, kTwoDays);
  DemandStream stream(population);
  const Rates rates = fill(stream, 1, 48);
  CHECK(rates.reads[1] == Approx(1).epsilon(1e-14));
  CHECK(rates.writes[1] == 0);
  CHECK(rates.writes[3] == Approx(0.5).epsilon(1e-14));
  CHECK(rates.reads[3] == 0);
}

TEST_CASE("a class at the end changes nothing for those before it") {
  const auto first = class_of("first", 4, 100);
  const TenantPopulation alone({first}, kExtent, sim::Seed{1}, kTwoDays);
  const TenantPopulation both({first, class_of("second", 3, 50)}, kExtent, sim::Seed{1}, kTwoDays);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(alone.tenants()[i].extents == both.tenants()[i].extents);
    CHECK(alone.tenants()[i].read_bytes_per_s == both.tenants()[i].read_bytes_per_s);
  }
}

TEST_CASE("populations that make no sense are refused") {
  const auto refused = [](std::vector<TenantClass> classes, Bytes extent = kExtent,
                          EpochGrid grid = kTwoDays) {
    try {
      TenantPopulation(std::move(classes), extent, sim::Seed{1}, grid);
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  };
  const auto good = class_of("good", 2, 10);
  CHECK_FALSE(refused({good}));
  CHECK(refused({}));
  CHECK(refused({good}, Bytes{0}));
  CHECK(refused({good}, Bytes{1}));
  CHECK(refused({good}, Bytes{1'000'000'000'000}));  // fewer extents than tenants
  CHECK(refused({good}, kExtent, {Duration(), 5}));
  auto bad = good;
  bad.object_size = Bytes{0};
  CHECK(refused({bad}));
  bad = good;
  bad.read_bytes_per_s = -1;
  CHECK(refused({bad}));
  bad = good;
  bad.load.kind = LoadKind::kSeries;
  CHECK(refused({bad}));
  bad = good;
  bad.read_trace = DemandTrace{};
  CHECK(refused({bad}));
}

TEST_CASE("demand arrays of the wrong size are refused") {
  const TenantPopulation population = mixed_population();
  DemandStream stream(population);
  std::vector<double> reads(50), writes(50);
  CHECK_THROWS_AS(stream.fill(0, 26, 0, 2, reads, writes), std::invalid_argument);
  CHECK_THROWS_AS(stream.fill(0, 25, 0, 3, reads, writes), std::invalid_argument);
  CHECK_THROWS_AS(stream.fill(3, 2, 0, 2, reads, writes), std::invalid_argument);
  CHECK_THROWS_AS(stream.fill_rows(0, 25, 0, 3, 2, reads, writes), std::invalid_argument);
  CHECK_NOTHROW(stream.fill(0, 25, 0, 2, reads, writes));
  DemandStream some(population, 5, 15);
  CHECK_THROWS_AS(some.fill(4, 14, 0, 5, reads, writes), std::invalid_argument);
  CHECK_THROWS_AS(some.fill(6, 16, 0, 5, reads, writes), std::invalid_argument);
}

TEST_CASE("demand: some of the tenants, and rows longer than the window, have the same values") {
  const TenantPopulation population = mixed_population();
  DemandStream whole(population), some(population, 18, 24);
  const Rates all = fill(whole, 25, 48);
  constexpr double kUntouched = -1;
  std::vector<double> reads(6 * 30, kUntouched), writes(6 * 30, kUntouched);
  some.fill_rows(18, 24, 0, 27, 30, reads, writes);
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t e = 0; e < 30; ++e) {
      CHECK(reads[i * 30 + e] == (e < 27 ? all.reads[(18 + i) * 48 + e] : kUntouched));
      CHECK(writes[i * 30 + e] == (e < 27 ? all.writes[(18 + i) * 48 + e] : kUntouched));
    }
  }
}

TEST_CASE("demand: pieces of a tenant's sides integrate to its means, side by side") {
  auto cached = class_of("cached", 2, 50);
  cached.load.kind = LoadKind::kOnOff;
  cached.cache = {0.75, {{sim::Instant() + Duration::hours(7.5), Duration::hours(2)}}};
  cached.events = {
      {sim::Instant() + Duration::hours(20), Duration::hours(5), 3, Duration::hours(1)}};
  for (const TenantPopulation& population :
       {mixed_population(), TenantPopulation({cached}, kExtent, sim::Seed{1}, kTwoDays)}) {
    for (std::uint32_t tenant = 0; tenant < population.tenants().size(); ++tenant) {
      std::vector<double> means[2] = {std::vector<double>(kTwoDays.count),
                                      std::vector<double>(kTwoDays.count)};
      DemandStream(population).fill(tenant, tenant + 1, 0, kTwoDays.count, means[0], means[1]);
      std::vector<RatePiece> pieces[2];
      DemandStream(population, tenant, tenant + 1)
          .pieces(tenant, 0, kTwoDays.count, pieces[0], pieces[1]);
      for (std::size_t side = 0; side < 2; ++side) {
        std::vector<double> sums(kTwoDays.count);
        for (RatePiece piece : pieces[side]) {
          while (piece.begin < piece.end) {
            const std::int64_t epoch = piece.begin / kTwoDays.epoch.ns();
            const std::int64_t stop = std::min(piece.end, (epoch + 1) * kTwoDays.epoch.ns());
            sums.at(static_cast<std::size_t>(epoch)) += piece.rate *
                                                        static_cast<double>(stop - piece.begin) /
                                                        static_cast<double>(kTwoDays.epoch.ns());
            piece.begin = stop;
          }
        }
        for (std::size_t e = 0; e < sums.size(); ++e) {
          REQUIRE(sums[e] == Approx(means[side][e]).epsilon(1e-11).margin(1e-12));
        }
      }
    }
  }
}

// Reads at a quarter while the cache is full; writes as they would be without it.
TEST_CASE("demand: a cache takes its share of the reads, and draws nothing") {
  auto plain = class_of("c", 3, 50);
  plain.load.kind = LoadKind::kOnOff;
  auto cached = plain;
  cached.cache = {0.75, {{sim::Instant() + Duration::hours(24), Duration::hours(1)}}};
  const TenantPopulation without({plain}, kExtent, sim::Seed{1}, kTwoDays);
  const TenantPopulation with({cached}, kExtent, sim::Seed{1}, kTwoDays);
  CHECK(with.tenants()[1].read_bytes_per_s ==
        Approx(without.tenants()[1].read_bytes_per_s / 4).epsilon(1e-14));
  DemandStream all(without), missed(with);
  const Rates a = fill(all, 3, 8);
  const Rates b = fill(missed, 3, 8);
  CHECK(a.writes == b.writes);
  for (std::size_t i = 0; i < a.reads.size(); ++i) {
    const std::size_t epoch = i % kTwoDays.count;
    if (epoch < 24) REQUIRE(b.reads[i] == Approx(a.reads[i] / 4).epsilon(1e-14));
    if (epoch >= 24) REQUIRE(b.reads[i] >= a.reads[i] / 4 * (1 - 1e-14));
    REQUIRE(b.reads[i] <= a.reads[i] * (1 + 1e-14));
  }
}
