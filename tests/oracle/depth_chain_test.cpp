// The chain of the number waiting against closed forms and against a simulated queue.
#include "models/analytic/depth_chain.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "models/analytic/queueing.hpp"
#include "models/drive/depth_table.hpp"
#include "sim/random_stream.hpp"
#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

CellDistribution uniform(double from, double to) {
  constexpr int kCells = 200;
  std::vector<double> cells(static_cast<std::size_t>(std::lround(to * kCells)));
  for (std::size_t k = 0; k < cells.size(); ++k) {
    cells[k] = static_cast<double>(k) >= from * kCells ? 1 : 0;
  }
  return {1.0 / kCells, cells};
}

}  // namespace

TEST_CASE("depth chain: equal services at all depths are M/G/1") {
  const CellDistribution service = uniform(0.5, 1.5);
  const std::vector<DepthService> services{{1, service}, {2, service}, {8, service}};
  for (const double load : {0.01, 0.3, 0.5, 0.8, 0.95, 0.99}) {
    INFO("load " << load);
    const DepthLoad at = depth_chain({load}, services);
    CHECK(at.utilisation == Approx(load).epsilon(1e-9));
    CHECK(at.mean_service_s == Approx(1).epsilon(1e-9));
    // Services at the middles of cells: the second moment lacks step^2 / 12.
    CHECK(at.mean_wait_s == Approx(mg1_mean_wait({load}, {1, 1.0 / 12})).epsilon(1e-5));
    CHECK(at.mean_number == Approx(load * (1 + at.mean_wait_s)).epsilon(1e-9));
  }
  const DepthLoad idle = depth_chain({0}, services);
  CHECK(idle.utilisation == 0);
  CHECK(idle.mean_wait_s == 0);
  const DepthLoad full = depth_chain({1}, services);
  CHECK(full.utilisation == 1);
  CHECK(std::isinf(full.mean_wait_s));
}

// 2,000,000 services of a queue whose service falls from U(0, 2) with one present over U(0, 1.2)
// with three (half of each with two) to U(.2, .8). Standard error of the mean number about .3
// %: 1.5 % is five, one false alarm in 10^6 over seeds.
TEST_CASE("depth chain: services that quicken with the queue, against simulation") {
  const std::vector<DepthService> services{
      {1, uniform(0, 2)}, {3, uniform(0, 1.2)}, {4, uniform(0.2, 0.8)}};
  for (const double rate : {0.3, 0.9, 1.6}) {
    INFO("rate " << rate);
    sim::RandomStream random({5}, 0, sim::Purpose{1}, 0);
    double number = 0;
    double busy = 0;
    double next_arrival = random.exponential() / rate;
    double now = 0;
    std::size_t present = 0;
    constexpr int kServices = 2'000'000;
    for (int i = 0; i < kServices; ++i) {
      if (present == 0) {
        now = next_arrival;
        present = 1;
        next_arrival += random.exponential() / rate;
      }
      const bool half = random.bernoulli(0.5);
      const double u = random.uniform();
      double service = 0.2 + 0.6 * u;
      if (present == 1 || (present == 2 && half)) {
        service = 2 * u;
      } else if (present <= 3) {
        service = 1.2 * u;
      }
      now += service;
      busy += service;
      while (next_arrival <= now) {
        ++present;
        next_arrival += random.exponential() / rate;
      }
      --present;
      number += static_cast<double>(present);
    }
    const DepthLoad at = depth_chain({rate}, services);
    CHECK(at.mean_number == Approx(number / kServices).epsilon(0.015));
    CHECK(at.utilisation == Approx(busy / now).epsilon(0.01));
    CHECK(at.mean_service_s == Approx(busy / kServices).epsilon(0.01));
  }
}

TEST_CASE("depth chain: depths that do not ascend from 1 are refused") {
  const CellDistribution service = uniform(0, 1);
  CHECK_THROWS_AS(depth_chain({0.5}, {}), std::invalid_argument);
  CHECK_THROWS_AS(depth_chain({0.5}, std::vector<DepthService>{{2, service}}),
                  std::invalid_argument);
  CHECK_THROWS_AS(depth_chain({0.5}, std::vector<DepthService>{{1, service}, {1, service}}),
                  std::invalid_argument);
}

TEST_CASE("depth table: throughput by depth is that of closed loops without decoding") {
  // 30,000 requests a depth against 100,000 of another seed: .3 % standard error, 1.5 % is five.
  MechanicalSpec spec = test::mechanical("barracuda").spec();
  spec.read_overhead_s = 0;
  const MechanicalDrive drive(spec);
  const std::vector<RequestKind> reads{{1, 4096, false}};
  DepthTableOptions options;
  for (const Scheduler scheduler : {Scheduler::kSptf, Scheduler::kCLook}) {
    INFO(name_of(scheduler));
    options.scheduler = scheduler;
    options.depth = 20;
    const DepthTable table(test::mechanical("barracuda"), reads, options);
    std::vector<std::size_t> depths;
    double before = 1e9;
    for (const DepthService& row : table.services()) {
      depths.push_back(row.depth);
      CHECK(row.service.mean_s() < before);
      before = row.service.mean_s();
      const double iops = test::closed_loop(drive, scheduler, row.depth, 4096, 100'000).iops;
      CHECK(1 / row.service.mean_s() == Approx(iops).epsilon(0.015));
    }
    CHECK(depths == std::vector<std::size_t>{1, 2, 3, 4, 6, 8, 12, 16, 20});
    CHECK(table.capacity().per_second == Approx(1 / before).epsilon(1e-12));
  }
  options.requests = 0;
  CHECK_THROWS_AS(DepthTable(drive, reads, options), std::invalid_argument);
}
