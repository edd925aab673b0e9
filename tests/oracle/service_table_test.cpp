// Service tables against long simulated runs of the same drives.
//
// The mean service of one kind over n requests at depth 1 has a standard error of c / sqrt(n),
// c = .15 to .45 with the small correlation of successive services: from n = 400,000 on .07 % at
// most, so .3 % is four of them; the second moment's is .14 %, so 1 % is seven. Correlations have
// one of .0014: .006 is four. Seeds are fixed; over seeds one check in 16,000 would fail by chance.
#include "models/drive/service_table.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/analytic/queueing.hpp"
#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;
using spindle::test::mechanical;

namespace {

// Raw moments by kind, told apart by size, and together.
struct ArmTimes {
  struct Sums {
    double count = 0, first = 0, second = 0, third = 0;
    void add(double s) {
      count += 1;
      first += s;
      second += s * s;
      third += s * s * s;
    }
  };
  ArmTimes(const MechanicalDrive& drive, const std::vector<RequestKind>& kinds)
      : completion_s(drive.spec().completion_s), of_kind(kinds.size()) {
    for (const RequestKind& kind : kinds) {
      sectors.push_back(
          places_within(drive.spec().sectors, drive.spec().sector_bytes, kind.size_bytes).sectors);
    }
  }
  void operator()(const ServedRequest& served) {
    const double s = served.seek_s + served.rotation_s + served.transfer_s + completion_s;
    const auto kind = std::find(sectors.begin(), sectors.end(), served.request.sectors);
    of_kind[static_cast<std::size_t>(kind - sectors.begin())].add(s);
    all.add(s);
    successive += s * before;
    before = s;
  }
  [[nodiscard]] double lag_1() const {
    const double mean = all.first / all.count;
    // One pair less than services: a slow bus makes the mean 40 times the standard deviation.
    return (successive / (all.count - 1) - mean * mean) / (all.second / all.count - mean * mean);
  }

  double completion_s;
  std::vector<std::uint64_t> sectors;
  std::vector<Sums> of_kind;
  Sums all;
  double successive = 0, before = 0;
};

void check(const std::vector<RequestKind>& kinds) {
  for (const char* name :
       {"talk", "nearline-230", "nearline-20tb", "nearline-4tb", "barracuda", "cheetah-9lp"}) {
    const MechanicalDrive drive = mechanical(name);
    const ServiceTable table(drive, kinds);
    const RequestMix mix(drive, kinds);
    MixedRequests source(mix, 500'000 * kinds.size(), {0}, {});
    ArmTimes run(drive, kinds);
    run_closed(drive, {}, source, run);
    ServiceMoments together;
    for (std::size_t k = 0; k < kinds.size(); ++k) {
      INFO(name << ", " << kinds[k].size_bytes << " bytes");
      const ArmTimes::Sums& sums = run.of_kind[k];
      REQUIRE(sums.count > 300'000);
      CHECK(table.moments(k).mean_s == Approx(sums.first / sums.count).epsilon(0.003));
      CHECK(table.moments(k).second_s2 == Approx(sums.second / sums.count).epsilon(0.01));
      CHECK(table.moments(k).third_s3 == Approx(sums.third / sums.count).epsilon(0.02));
      together.mean_s += mix.share(k) * table.moments(k).mean_s;
      together.second_s2 += mix.share(k) * table.moments(k).second_s2;
    }
    INFO(name << ", lag 1 " << run.lag_1());
    CHECK(table.moments().mean_s == Approx(together.mean_s).epsilon(1e-12));
    CHECK(table.moments().second_s2 == Approx(together.second_s2).epsilon(1e-12));
    CHECK(table.distribution().mean_s() == Approx(together.mean_s).epsilon(1e-9));
    CHECK(table.distribution().second_moment_s2() == Approx(together.second_s2).epsilon(2e-5));
    CHECK(table.lag_1() == Approx(run.lag_1()).margin(0.006));
  }
}

}  // namespace

TEST_CASE("service table: moments of closed-loop runs, reads of 4 KiB") {
  check({{1, 4096, false}});
}

TEST_CASE("service table: moments of closed-loop runs, reads of half a MiB") {
  check({{1, 524'288, false}});
}

TEST_CASE("service table: moments of closed-loop runs, reads and writes of two sizes") {
  check({{0.6, 65'536, false}, {0.4, 1'048'576, true}});
}

TEST_CASE("service table: the ten-millisecond drive has the moments of U(6, 14 ms)") {
  const ServiceTable table(mechanical("talk"), std::vector<RequestKind>{{1, 500'000, false}});
  // One request in 100,000 stays on its cylinder and does not seek: 4e-6 of the mean.
  CHECK(table.moments().mean_s * 1e3 == Approx(10).epsilon(1e-5));
  CHECK(table.moments().second_s2 * 1e6 == Approx(100 + 64.0 / 12).epsilon(2e-5));
  CHECK(table.moments().third_s3 * 1e9 ==
        Approx((14. * 14 * 14 * 14 - 6. * 6 * 6 * 6) / 32).epsilon(3e-5));
  CHECK(std::abs(table.lag_1()) < 1e-4);
  CHECK(table.distribution().quantile_s(0.25) * 1e3 == Approx(8).epsilon(1e-3));
  for (const auto& [load, wait_ms] : std::vector<std::pair<double, double>>{
           {.3, 2.26}, {.5, 5.27}, {.7, 12.29}, {.8, 21.07}, {.9, 47.4}, {.95, 100.1}}) {
    CHECK(mg1_mean_wait({load / 10e-3}, table.service_time()) * 1e3 ==
          Approx(wait_ms).epsilon(0.003));
  }
}

TEST_CASE("service table: k of n reads from idle ten-millisecond drives") {
  const ServiceTable table(mechanical("talk"), std::vector<RequestKind>{{1, 500'000, false}});
  struct Row {
    std::size_t k, n;
    double ms;
  };
  for (const Row& row : {Row{5, 5, 12.67}, Row{5, 6, 11.71}, Row{5, 9, 10.0}}) {
    INFO(row.k << " of " << row.n);
    CHECK(mean_kth_of_n(table.distribution(), row.k, row.n) * 1e3 == Approx(row.ms).epsilon(1e-3));
  }
}

// In cells of 65 us the law of a terabyte's read alone would take half a gigabyte.
TEST_CASE("service table: services of hours have wide cells, of the same mean") {
  const MechanicalDrive drive = mechanical("nearline-20tb");
  for (const std::uint64_t bytes : {1'000'000ULL, 10'000'000'000ULL, 1'000'000'000'000ULL}) {
    CAPTURE(bytes);
    const ServiceTable table(drive,
                             std::vector<RequestKind>{{0.9, 4096, false}, {0.1, bytes, false}});
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const CellDistribution& law = table.distribution(kind);
      CHECK(law.cells().size() < 300'000);
      CHECK(std::abs(law.mean_s() - table.moments(kind).mean_s) <= 0.51 * law.step_s());
    }
    // Where most services end depends on the cells of the others no further than that.
    CHECK(table.distribution().quantile_s(0.5) < 0.025 + table.distribution().step_s());
  }
}

TEST_CASE("service table: a mix that cannot be is refused") {
  const MechanicalDrive drive = mechanical("cheetah-9lp");
  const auto refused = [&](const std::vector<RequestKind>& kinds) {
    CHECK_THROWS_AS(ServiceTable(drive, kinds), std::invalid_argument);
  };
  refused({});
  refused({{0, 4096, false}});
  refused({{-1, 4096, false}});
  refused({{1, 0, false}});
  refused({{1, std::uint64_t{1} << 50U, false}});
}
