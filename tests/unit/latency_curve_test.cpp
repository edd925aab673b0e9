// The interpolated curve against the model it was taken from.
#include "models/drive/latency_curve.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;

TEST_CASE("latency curve: within half a percent of the model between its points") {
  const MechanicalDrive drive = test::mechanical("cheetah-9lp");
  const std::vector<RequestKind> mix{{1, 4096, false}};
  for (const Scheduler scheduler : {Scheduler::kFcfs, Scheduler::kSptf}) {
    DriveLatencyOptions options;
    options.scheduler = scheduler;
    options.depth = 8;
    const DriveLatency exact(drive, mix, options);
    const LatencyCurve curve(exact);
    for (const double load : {0.0, 0.003, 0.055, 0.2, 0.3333, 0.505, 0.745, 0.901, 0.985, 0.995}) {
      INFO(name_of(scheduler) << ", load " << load);
      const Rate arrivals{load * exact.capacity().per_second};
      const LatencyAtLoad at = curve.at(arrivals);
      const LatencyAtLoad expected = exact.at(arrivals);
      const double error = load <= 0.99 ? 0.005 : 0.05;
      CHECK(at.utilisation == Approx(expected.utilisation).epsilon(error));
      CHECK(at.mean_wait_s == Approx(expected.mean_wait_s).epsilon(error).margin(1e-6));
      CHECK(at.mean_response_s == Approx(expected.mean_response_s).epsilon(error));
      CHECK(at.p50_s == Approx(expected.p50_s).epsilon(error));
      CHECK(at.p99_s == Approx(expected.p99_s).epsilon(error));
      // Nearly at rest the law's last thousandth bends between two points.
      const double of_tail = load > 0 && load < 0.01 ? 0.015 : error;
      CHECK(at.p999_s == Approx(expected.p999_s).epsilon(of_tail));
    }
    for (const double load : {1.0, 3.0}) {
      const LatencyAtLoad full = curve.at({load * exact.capacity().per_second});
      CHECK(full.utilisation == 1);
      CHECK(std::isinf(full.mean_wait_s));
      CHECK(std::isinf(full.p999_s));
    }
  }
}
