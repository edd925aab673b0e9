// Synthetic requests: counts follow the load, what is asked for is what comes, in order of time,
// and what one tenant asks for depends on no other.

#include "models/tenant/request_synthesis.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace {

using namespace spindle;
using models::ArrivalLaw;
using models::Bytes;
using models::Cascade;
using models::SyntheticRequest;
using models::TenantClass;
using models::TenantPopulation;
using sim::Duration;

TenantClass web(double reads_per_s, double writes_per_s) {
  TenantClass of;
  of.name = "web";
  of.data = Bytes{1'000'000'000'000};
  of.object_size = Bytes{1'000'000};
  of.read_bytes_per_s = 1e6 * reads_per_s;
  of.write_bytes_per_s = 1e6 * writes_per_s;
  of.arrivals = ArrivalLaw::kEven;
  return of;
}

TenantPopulation population(const std::vector<TenantClass>& classes, std::uint64_t hours,
                            std::uint64_t seed = 1) {
  return {classes, Bytes{1'000'000'000}, sim::Seed{seed}, {Duration::hours(1), hours}};
}

std::vector<SyntheticRequest> all_of(const TenantPopulation& of,
                                     std::optional<std::uint32_t> only = std::nullopt) {
  models::RequestSynthesis synthesis(of, only);
  std::vector<SyntheticRequest> out;
  for (SyntheticRequest request; synthesis.next(request);) out.push_back(request);
  return out;
}

}  // namespace

TEST_CASE("even requests: every interval holds the integral of its load, rounded") {
  TenantClass of = web(0.3, 0.2);
  of.load.kind = models::LoadKind::kCascade;
  of.load.cascade = std::make_shared<const Cascade>(
      Duration::hours(6), std::vector<std::vector<double>>{{0.5, 0.2, 0.1, 0.1, 0.1, 0},
                                                           std::vector<double>(60, 1.0 / 60)});
  const TenantPopulation tenants = population({of}, 12);
  std::vector<double> load(12 * 60);
  models::make_load_model(of.load, {Duration::seconds(60), load.size()}, sim::Seed{1}, 0)
      ->fill(0, load);
  std::vector<int> counts(load.size(), 0);
  for (const SyntheticRequest& request : all_of(tenants)) {
    ++counts.at(static_cast<std::size_t>(request.time_ns / 60'000'000'000));
  }
  double asked = 0;
  int came = 0;
  for (std::size_t i = 0; i < load.size(); ++i) {
    const double expected = 0.5 * 60 * load[i];
    REQUIRE(std::fabs(counts[i] - expected) < 1 + 1e-9);
    asked += expected;
    came += counts[i];
    REQUIRE(std::fabs(came - asked) < 1 + 1e-9);
  }
  CHECK(came == Approx(0.5 * 12 * 3600).margin(1));
}

// 1e6 * (0.3 + 0.2) B/s for 12 h: to the last request on each side.
TEST_CASE("even requests: reads, writes and bytes are what is asked for") {
  const TenantPopulation tenants = population({web(0.3, 0.2)}, 12);
  double reads = 0, writes = 0;
  for (const SyntheticRequest& request : all_of(tenants)) {
    (request.is_read ? reads : writes) += static_cast<double>(request.bytes);
  }
  CHECK(std::fabs(reads - 0.3e6 * 12 * 3600) <= 2e6);
  CHECK(std::fabs(writes - 0.2e6 * 12 * 3600) <= 2e6);
}

// n sizes drawn evenly lie within one rank of the law's quantiles.
TEST_CASE("even requests: sizes have the quantiles of their law") {
  TenantClass of = web(1, 0);
  of.object_sizes = models::SizeLaw::empirical({{0, 1000}, {0.5, 100'000}, {0.99, 5e6}, {1, 1e9}});
  of.object_size = Bytes{static_cast<std::uint64_t>(of.object_sizes.mean_bytes() + 0.5)};
  of.read_bytes_per_s = of.object_size.to_double();
  const auto requests = all_of(population({of}, 2));
  std::vector<double> sizes;
  for (const SyntheticRequest& request : requests) {
    sizes.push_back(static_cast<double>(request.bytes));
  }
  std::sort(sizes.begin(), sizes.end());
  const auto n = static_cast<double>(sizes.size());
  CHECK(n == Approx(7200).margin(1));
  for (const double share : {0.1, 0.5, 0.9, 0.99}) {
    const auto rank = static_cast<std::size_t>(share * n);
    const double low = of.object_sizes.at(share - 2 / n) * of.object_sizes.mean_bytes();
    const double high = of.object_sizes.at(share + 2 / n) * of.object_sizes.mean_bytes();
    CHECK(sizes[rank] >= 0.999 * low);
    CHECK(sizes[rank] <= 1.001 * high);
  }
}

// Poisson with mean 0.5 * 43,200: 5 standard deviations (false alarm 6e-7; the seed is fixed).
TEST_CASE("Poisson requests: as many as expected, with gaps whose variation is 1") {
  TenantClass of = web(0.5, 0.5);
  of.arrivals = ArrivalLaw::kPoisson;
  const auto requests = all_of(population({of}, 12));
  const auto n = static_cast<double>(requests.size());
  CHECK(std::fabs(n - 43200) < 5 * std::sqrt(43200.0));
  double sum = 0, squares = 0, reads = 0;
  for (std::size_t i = 1; i < requests.size(); ++i) {
    const auto gap = static_cast<double>(requests[i].time_ns - requests[i - 1].time_ns);
    sum += gap;
    squares += gap * gap;
    reads += requests[i].is_read ? 1 : 0;
  }
  // The SCV of n exponential gaps is 1 +- sqrt(8 / n).
  CHECK(std::fabs(n * squares / (sum * sum) - 2) < 5 * std::sqrt(8 / n));
  CHECK(std::fabs(reads / n - 0.5) < 5 * std::sqrt(0.25 / n));
}

TEST_CASE("synthetic requests come in order of time, and tenants do not depend on each other") {
  TenantClass many = web(0.05, 0.01);
  many.count = 7;
  many.name = "many";
  many.load.kind = models::LoadKind::kOnOff;
  many.load.mean_on = many.load.mean_off = Duration::hours(0.3);
  many.arrivals = ArrivalLaw::kPoisson;
  const TenantPopulation tenants = population({web(0.3, 0.2), many}, 6);
  const auto both = all_of(tenants);
  REQUIRE(both.size() > 8000);
  CHECK(std::is_sorted(both.begin(), both.end(),
                       [](const auto& a, const auto& b) { return a.time_ns < b.time_ns; }));
  CHECK(both.back().time_ns < 6 * 3600'000'000'000);
  const auto same = [](const SyntheticRequest& a, const SyntheticRequest& b) {
    return a.time_ns == b.time_ns && a.tenant == b.tenant && a.is_read == b.is_read &&
           a.object == b.object && a.bytes == b.bytes;
  };
  for (const std::uint32_t only : {0U, 1U}) {
    std::vector<SyntheticRequest> part;
    std::copy_if(both.begin(), both.end(), std::back_inserter(part),
                 [&](const SyntheticRequest& r) { return (r.tenant > 0 ? 1U : 0U) == only; });
    const auto alone = all_of(tenants, only);
    CHECK(std::equal(alone.begin(), alone.end(), part.begin(), part.end(), same));
  }
  const auto other = all_of(population({web(0.3, 0.2), many}, 6, 2));
  CHECK_FALSE(std::equal(both.begin(), both.end(), other.begin(), other.end(), same));
}

// A job of 3 MB in requests of 1 MB; a series of two sides would be two loads.
TEST_CASE("synthetic requests of a trace hold its bytes on both sides") {
  TenantClass of = web(0, 0);
  of.load.kind = models::LoadKind::kJobs;
  models::DemandTrace reads, writes;
  for (int i = 0; i < 50; ++i) {
    reads.points.push_back({Duration::seconds(70.0 * i), 3e6});
    writes.points.push_back({Duration::seconds(70.0 * i), 1e6});
  }
  of.read_trace = reads;
  of.write_trace = writes;
  double read_bytes = 0, write_bytes = 0;
  for (const SyntheticRequest& request : all_of(population({of}, 2))) {
    (request.is_read ? read_bytes : write_bytes) += static_cast<double>(request.bytes);
  }
  CHECK(std::fabs(read_bytes - 150e6) <= 1e6);
  CHECK(std::fabs(write_bytes - 50e6) <= 1e6);
}

TEST_CASE("even draws: each n-th of the range comes once a block, in an order of its own") {
  for (const std::uint64_t n : {1U, 2U, 3U, 7U, 64U, 1000U}) {
    models::EvenDraws draws({sim::Seed{3}, 0, sim::Purpose{1}, n}, n);
    std::vector<std::vector<std::uint64_t>> orders;
    for (int block = 0; block < 3; ++block) {
      std::vector<std::uint64_t> order, seen(n, 0);
      for (std::uint64_t i = 0; i < n; ++i) {
        const double u = draws.next();
        REQUIRE((u > 0 && u < 1));
        order.push_back(static_cast<std::uint64_t>(u * static_cast<double>(n)));
        ++seen.at(order.back());
      }
      CHECK(std::all_of(seen.begin(), seen.end(), [](auto count) { return count == 1; }));
      orders.push_back(order);
    }
    if (n >= 64) {
      CHECK(orders[0] != orders[1]);
      CHECK(orders[1] != orders[2]);
      CHECK_FALSE(std::is_sorted(orders[0].begin(), orders[0].end()));
    }
  }
  CHECK_THROWS_AS(models::EvenDraws({sim::Seed{3}, 0, sim::Purpose{1}, 0}, 0),
                  std::invalid_argument);
}

// The order is none of a regular grid: neighbours are independent. Correlation of n pairs has the
// standard deviation 1 / sqrt(n): 5 of them.
TEST_CASE("even draws: one says nothing about the next") {
  constexpr std::uint64_t kDraws = 20'000;
  models::EvenDraws draws({sim::Seed{4}, 0, sim::Purpose{1}, 0}, kDraws);
  double last = draws.next() - 0.5, products = 0;
  for (std::uint64_t i = 1; i < kDraws; ++i) {
    const double x = draws.next() - 0.5;
    products += x * last;
    last = x;
  }
  CHECK(std::fabs(12 * products / kDraws) < 5 / std::sqrt(static_cast<double>(kDraws)));
}
