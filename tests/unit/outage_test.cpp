// Outages: scripted ones kept, random ones Poisson and pure.
#include "models/failure/outage.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "sim/statistics.hpp"
#include "tests/support/placement_world.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr sim::Seed kSeed{5};
const sim::Duration k365Days = sim::Duration::days(365);

bool is_equal(const Outage& a, const Outage& b) {
  return a.kind == b.kind && a.domain == b.domain && a.at == b.at &&
         a.is_permanent == b.is_permanent && a.lasts == b.lasts;
}

bool are_equal(const std::vector<Outage>& a, const std::vector<Outage>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_equal);
}

std::vector<Outage> of_domain(const std::vector<Outage>& all, DomainKind kind,
                              std::uint32_t domain) {
  std::vector<Outage> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const Outage& o) { return o.kind == kind && o.domain == domain; });
  return out;
}

}  // namespace

// A fresh seed fails one of the three intervals with probability .15.
TEST_CASE("outages: random ones come at their rate, last their mean, and independently so") {
  const Topology topology = test::fleet(3, 10, 30, 100);
  OutageOptions options;
  options.random = {{DomainKind::kZone, 20, false, sim::Duration::hours(5)},
                    {DomainKind::kRack, 10, false, sim::Duration::hours(2)},
                    {DomainKind::kRack, 3, true, {}}};
  double zones = 0;
  double racks = 0;
  double lost = 0;
  sim::Moments hours;
  for (std::uint32_t replication = 0; replication < 20; ++replication) {
    const auto all = draw_outages(topology, options, kSeed, replication, k365Days);
    CHECK(std::is_sorted(all.begin(), all.end(),
                         [](const Outage& a, const Outage& b) { return a.at < b.at; }));
    for (const Outage& outage : all) {
      CHECK(outage.at < sim::Instant() + k365Days);
      if (outage.kind == DomainKind::kZone) {
        ++zones;
        hours.add(outage.lasts.to_seconds() / 3600);
      } else {
        ++(outage.is_permanent ? lost : racks);
      }
    }
  }
  const auto holds = [](double seen, double expected) {
    const sim::Interval interval = sim::poisson_interval(seen);
    INFO(seen << " seen, " << expected << " expected");
    CHECK(interval.low < expected);
    CHECK(interval.high > expected);
  };
  holds(zones, 20 * 3 * 20);
  holds(racks, 20 * 30 * 10);
  holds(lost, 20 * 30 * 3);
  const sim::Interval mean = sim::normal_interval(hours);
  CHECK(mean.low < 5);
  CHECK(mean.high > 5);
  CHECK(hours.standard_deviation() == Approx(5).epsilon(0.1));  // exponential: 3 % at 1,200
}

TEST_CASE("outages: a domain's own are a pure function of seed, replication, kind and domain") {
  OutageOptions options;
  options.random = {{DomainKind::kRack, 30, false, sim::Duration::hours(5)}};
  const auto few = draw_outages(test::fleet(1, 4, 4, 1), options, kSeed, 0, k365Days);
  const auto many = draw_outages(test::fleet(2, 8, 16, 1), options, kSeed, 0, k365Days);
  for (std::uint32_t rack = 0; rack < 4; ++rack) {
    const auto own = of_domain(few, DomainKind::kRack, rack);
    CHECK(own.size() > 10);
    CHECK(are_equal(own, of_domain(many, DomainKind::kRack, rack)));
  }
  const Topology topology = test::fleet(1, 4, 4, 1);
  CHECK_FALSE(are_equal(few, draw_outages(topology, options, kSeed, 1, k365Days)));
  CHECK_FALSE(are_equal(few, draw_outages(topology, options, sim::Seed{6}, 0, k365Days)));
  // Other kinds, and a second row of the same kind, leave them alone and are not copies of them.
  const OutageOptions alone = options;
  options.random.push_back({DomainKind::kZone, 30, false, sim::Duration::hours(5)});
  options.random.push_back({DomainKind::kRack, 30, false, sim::Duration::hours(5)});
  const auto more = draw_outages(topology, options, kSeed, 0, k365Days);
  const auto own = of_domain(few, DomainKind::kRack, 2);
  const auto both = of_domain(more, DomainKind::kRack, 2);
  CHECK(both.size() > own.size() + 10);
  for (const Outage& outage : own) {
    CHECK(std::count_if(both.begin(), both.end(),
                        [&](const Outage& other) { return is_equal(outage, other); }) == 1);
  }
  // A longer run begins as a shorter one.
  const auto half = draw_outages(topology, alone, kSeed, 0, sim::Duration::days(100));
  REQUIRE(half.size() < few.size());
  CHECK(are_equal(half, {few.begin(), few.begin() + static_cast<std::ptrdiff_t>(half.size())}));
}

TEST_CASE("outages: scripted ones are kept, random ones of a lost zone are not") {
  const Topology topology = test::fleet(2, 2, 4, 1);
  OutageOptions options;
  options.random = {{DomainKind::kZone, 50, false, sim::Duration::hours(1)}};
  const auto day = [](double d) { return sim::Instant() + sim::Duration::days(d); };
  options.scripted = {{DomainKind::kRack, 3, day(200), true, {}},
                      {DomainKind::kZone, 1, day(100), true, {}},
                      {DomainKind::kZone, 1, day(300), false, sim::Duration::hours(6)},
                      {DomainKind::kZone, 0, day(365), false, sim::Duration::hours(6)}};
  const auto all = draw_outages(topology, options, kSeed, 0, k365Days);
  const auto zone = of_domain(all, DomainKind::kZone, 1);
  REQUIRE(zone.size() > 5);
  CHECK(is_equal(zone.back(), options.scripted[2]));
  CHECK(is_equal(zone[zone.size() - 2], options.scripted[1]));
  CHECK(of_domain(all, DomainKind::kRack, 3).size() == 1);
  CHECK(of_domain(all, DomainKind::kZone, 0).back().at < day(365));
  CHECK(of_domain(all, DomainKind::kZone, 0).size() > 30);
}

TEST_CASE("outages: a zone is lost once, a rack as often as it happens") {
  OutageOptions options;
  options.random = {{DomainKind::kZone, 40, true, {}}, {DomainKind::kRack, 40, true, {}}};
  const auto all = draw_outages(test::fleet(2, 2, 4, 1), options, kSeed, 0, k365Days);
  for (std::uint32_t zone = 0; zone < 2; ++zone) {
    CHECK(of_domain(all, DomainKind::kZone, zone).size() == 1);
  }
  for (std::uint32_t rack = 0; rack < 4; ++rack) {
    CHECK(of_domain(all, DomainKind::kRack, rack).size() > 10);
  }
}

TEST_CASE("outages: impossible options are refused") {
  const Topology topology = test::fleet(2, 2, 4, 1);
  const auto draw = [&](const OutageOptions& options) {
    return draw_outages(topology, options, kSeed, 0, k365Days);
  };
  CHECK(draw({}).empty());
  CHECK(draw({{}, {{DomainKind::kZone, 0, false, sim::Duration::hours(1)}}}).empty());
  CHECK_THROWS_WITH(draw({{{DomainKind::kZone, 2, {}, true, {}}}, {}}),
                    Catch::Contains("zone 2 (the fleet has 2"));
  CHECK_THROWS_WITH(draw({{{DomainKind::kRack, 4, {}, true, {}}}, {}}),
                    Catch::Contains("rack 4 (the fleet has 4"));
  const auto backwards = sim::Duration::nanoseconds(-1);
  CHECK_THROWS_AS(draw({{{DomainKind::kZone, 0, {}, false, backwards}}, {}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(draw({{}, {{DomainKind::kZone, 1, false, backwards}}}), std::invalid_argument);
  for (const double rate : {-1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
    CHECK_THROWS_AS(draw({{}, {{DomainKind::kZone, rate, false, {}}}}), std::invalid_argument);
  }
  CHECK_THROWS_WITH(draw({{}, {{DomainKind::kZone, 1e8, false, {}}}}), Catch::Contains("at most"));
}
