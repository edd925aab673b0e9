// What the bridge says of a drive has the same bits on every machine and every time it is built.
#include <bit>
#include <catch2/catch.hpp>
#include <vector>

#include "models/drive/drive_latency.hpp"
#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

std::uint64_t bits(Scheduler scheduler) {
  const MechanicalDrive drive = test::mechanical("cheetah-9lp");
  const std::vector<RequestKind> mix{{0.6, 4096, false}, {0.4, 65'536, true}};
  DriveLatencyOptions options;
  options.scheduler = scheduler;
  options.depth = 8;
  const DriveLatency model(drive, mix, options);
  std::uint64_t sum = 0;
  for (const double rate : {10.0, 50.0, 80.0}) {
    const LatencyAtLoad at = model.at({rate});
    for (const double value : {at.utilisation, at.mean_wait_s, at.mean_response_s, at.p50_s,
                               at.p99_s, at.p999_s, model.service().lag_1()}) {
      sum = sum * 31 + std::bit_cast<std::uint64_t>(value);
    }
  }
  return sum;
}

}  // namespace

TEST_CASE("drive latency has the same bits everywhere") {
  CHECK(bits(Scheduler::kFcfs) == 6363304386621065722ULL);
  CHECK(bits(Scheduler::kSptf) == 5250251562600351406ULL);
}
