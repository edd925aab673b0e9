// What bursts within an epoch add to the waits that the flow fidelity states for Poisson arrivals:
// the measured figures of docs/theory/service.md. Sources are on a quarter of the time, for
// exponential times, and then send at four times their mean rate.
//
// 64 drives of 40,000 requests. Standard errors, from the spread over drives, are asserted; each
// bound is four of them or more: one false alarm in 16,000 over seeds.
#include <catch2/catch.hpp>
#include <vector>

#include "models/drive/drive_latency.hpp"
#include "tests/support/mechanical_run.hpp"
#include "tests/support/open_drives.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

constexpr double kPeak = 4;  // over the mean rate

class BurstySource {
 public:
  BurstySource(const RequestMix& mix, Rate mean, double on_s, std::size_t drive)
      : requests_(mix, 40'000, {0}, {}, drive),
        times_({77}, 0, sim::Purpose{1}, drive),
        peak_{kPeak * mean.per_second},
        on_s_(on_s),
        on_until_s_(on_s * times_.exponential()) {}

  bool operator()(DriveRequest& request) {
    if (!requests_(request)) return false;
    double left = times_.exponential() / peak_.per_second;  // of time that the source is on
    while (now_s_ + left > on_until_s_) {
      left -= on_until_s_ - now_s_;
      now_s_ = on_until_s_ + (kPeak - 1) * on_s_ * times_.exponential();
      on_until_s_ = now_s_ + on_s_ * times_.exponential();
    }
    now_s_ += left;
    request.arrival = sim::Instant{} + sim::Duration::seconds(now_s_);
    return true;
  }

 private:
  MixedRequests requests_;
  sim::RandomStream times_;
  Rate peak_;
  double on_s_;
  double on_until_s_;
  double now_s_ = 0;
};

struct Bursts {
  MechanicalDrive drive = test::mechanical("nearline-20tb");
  std::vector<RequestKind> kinds{{1, 524'288, false}};
  DriveLatency model{drive, kinds};
  RequestMix mix{drive, kinds};

  [[nodiscard]] Rate at_load(double load) const { return {load * model.capacity().per_second}; }
  [[nodiscard]] test::OpenDrives run(double load, double on_s) const {
    return test::run_drives(drive, Scheduler::kFcfs, 65'536, 64, [&](std::size_t k) {
      return BurstySource(mix, at_load(load), on_s, k);
    });
  }
};

}  // namespace

TEST_CASE("bursts: of seconds wait as at their peak, where the drive can serve that") {
  const Bursts bursts;
  for (const double load : {0.1, 0.2}) {
    INFO("load " << load);
    test::OpenDrives run = bursts.run(load, 5);
    CHECK(run.standard_error() < 0.01);
    const LatencyAtLoad peak = bursts.model.at(bursts.at_load(kPeak * load));
    CHECK(run.waits.mean() == Approx(peak.mean_wait_s).epsilon(0.05));
    CHECK(run.response_quantile_s(0.99) == Approx(peak.p99_s).epsilon(0.05));
    // The mean load says far too little: by six at a load of .1, by sixteen at .2.
    const LatencyAtLoad mean = bursts.model.at(bursts.at_load(load));
    CHECK(run.waits.mean() > (load < 0.15 ? 5.5 : 14) * mean.mean_wait_s);
  }
}

TEST_CASE("bursts: of a tenth of a second wait less than at their peak") {
  const Bursts bursts;
  test::OpenDrives run = bursts.run(0.2, 0.1);
  CHECK(run.standard_error() < 0.01);
  CHECK(run.waits.mean() > 7.5 * bursts.model.at(bursts.at_load(0.2)).mean_wait_s);
  CHECK(run.waits.mean() < 0.6 * bursts.model.at(bursts.at_load(0.8)).mean_wait_s);
}

TEST_CASE("bursts: beyond the drive's capacity wait as a fluid does") {
  // Work flows in at the peak load c > 1 while on, and is served at 1. Its level while on is
  // exponential with rate theta = 1 / (on (c - 1)) - 1 / off.
  const Bursts bursts;
  const double on_s = 1;
  const double load = 0.5;
  const double theta = 1 / (on_s * (kPeak * load - 1)) - 1 / ((kPeak - 1) * on_s);
  const test::OpenDrives run = bursts.run(load, on_s);
  CHECK(run.standard_error() < 0.025);
  CHECK(run.waits.mean() == Approx(1 / theta).epsilon(0.10));
  CHECK(run.waits.mean() > 150 * bursts.model.at(bursts.at_load(load)).mean_wait_s);
}
