// Two arms against two drives, and what a log asks of a drive.
#include <catch2/catch.hpp>

#include "models/drive/workload.hpp"
#include "tests/support/cached_drive.hpp"
#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;
using namespace spindle::test;

namespace {

MechanicalDrive nearline(std::uint32_t arms) {
  MechanicalSpec spec = mechanical("nearline-20tb").spec();
  spec.actuators = arms;
  return MechanicalDrive(spec);
}

MechanicalRun run_actuators(const MechanicalDrive& drive, Scheduler scheduler, std::size_t depth,
                            const WorkloadOptions& options) {
  Workload source(drive, options);
  DriveRunOptions how;
  how.scheduler = scheduler;
  how.depth = depth;
  MechanicalRun result;
  run_closed(drive, how, source, result);
  return result;
}

}  // namespace

// N requests outstanding, each for one of two equal arms at random: exponential service would give
// 2 N / (N + 1) of one arm's rate (product form), constant service no less, and two arms give no
// more than twice. 40,000 reads: .2 % of chance, against a margin of .6 %.
TEST_CASE("two arms: random reads in a closed loop come at nearly twice the rate") {
  const double one = closed_loop(nearline(1), Scheduler::kFcfs, 1, 4096, 40'000).iops;
  for (const std::size_t n : {1U, 2U, 4U, 16U}) {
    INFO(n << " outstanding");
    const double gain = closed_loop(nearline(2), Scheduler::kFcfs, n, 4096, 40'000).iops / one;
    const auto real = static_cast<double>(n);
    CHECK(gain > 2 * real / (real + 1) * 0.994);
    CHECK(gain < 2 * 1.006);
    if (n == 1) CHECK(gain == Approx(1).epsilon(0.006));
  }
}

// Two arms of the talk's drive, whose seek is always 4 ms, are two M/G/1 queues: the mean wait is
// that of one drive at half the rate. 200,000 reads at load .5: standard error .5 %.
TEST_CASE("two arms: under Poisson load each waits as a drive with half the arrivals") {
  MechanicalSpec spec = mechanical("talk").spec();
  const std::uint32_t surfaces = spec.surfaces;
  spec.surfaces = surfaces * 2;
  spec.sectors *= 2;
  spec.actuators = 2;
  WorkloadOptions options;
  options.size_bytes = 500'000;
  options.requests = 200'000;
  options.arrivals_per_s = 100;
  const MechanicalDrive drive(spec);
  Workload source(drive, options);
  MechanicalRun result;
  DriveRunOptions how;
  how.depth = 65'536;
  run_open(drive, how, source, result);
  CHECK(result.queue.mean() * 1e3 == Approx(5.27).epsilon(0.02));
}

TEST_CASE("two arms: sequential reads run on both, each at the media rate") {
  MechanicalSpec spec = mechanical("nearline-20tb").spec();
  spec.bus_bytes_per_s = 6e9;
  spec.cache = small_cache();
  spec.cache->segment_bytes = spec.cache->read_ahead_bytes = 1 << 20;
  WorkloadOptions options;
  options.kind = WorkloadKind::kSequential;
  options.size_bytes = 65'536;
  options.requests = 4'000;
  const double one = run_actuators(MechanicalDrive(spec), Scheduler::kFcfs, 1, options).iops;
  spec.actuators = 2;
  const double two = run_actuators(MechanicalDrive(spec), Scheduler::kFcfs, 2, options).iops;
  // The first requests' seeks and rotations, of 1 s in all, are what differs.
  CHECK(one * 65'536 == Approx(281e6).epsilon(0.015));
  CHECK(two / one == Approx(2).epsilon(0.015));
}

TEST_CASE("log: appends follow each other over the drive, reads go anywhere") {
  for (const std::uint32_t arms : {1U, 2U}) {
    const MechanicalDrive drive([&] {
      MechanicalSpec spec = plain_spec();
      spec.actuators = arms;
      return spec;
    }());
    WorkloadOptions options;
    options.kind = WorkloadKind::kLog;
    options.requests = 40'000;
    options.read_share = 0.6;
    Workload source(drive, options);
    const std::uint64_t half = drive.spec().sectors / arms;
    const std::uint64_t places = half / 8;
    std::uint64_t appends = 0;
    sim::Moments where;
    DriveRequest request;
    while (source(request)) {
      CHECK(request.sector / half == (request.sector + 7) / half);
      if (!request.is_write) {
        where.add(static_cast<double>(request.sector));
        continue;
      }
      CHECK(request.sector == appends % arms * half + appends / arms % places * 8);
      ++appends;
    }
    CHECK(appends > arms * places);  // it came round
    // Four standard errors each: one seed in 16,000.
    CHECK(static_cast<double>(appends) == Approx(16'000).margin(4 * 98));
    const auto all = static_cast<double>(drive.spec().sectors);
    CHECK(where.mean() == Approx(all / 2).margin(4 * all / std::sqrt(12.0 * 24'000)));
  }
}

// What a log is for: with a write buffer its appends reach the platter as long runs, and the drive
// serves nearly as many reads as if there were no writes, far more than with random writes.
TEST_CASE("log: appends through a write buffer cost less than random writes") {
  MechanicalSpec spec = mechanical("nearline-20tb").spec();
  spec.bus_bytes_per_s = 500e6;
  spec.cache = small_cache();
  spec.cache->segment_bytes = 1 << 20;
  spec.cache->read_ahead_bytes = 0;
  spec.cache->write_behind_bytes = 4 << 20;
  const MechanicalDrive drive(spec);
  WorkloadOptions options;
  options.requests = 30'000;
  options.read_share = 0.5;
  options.kind = WorkloadKind::kMixed;
  const double random = run_actuators(drive, Scheduler::kSptf, 16, options).iops * 0.5;
  options.kind = WorkloadKind::kLog;
  const double log = run_actuators(drive, Scheduler::kSptf, 16, options).iops * 0.5;
  options.kind = WorkloadKind::kRandomRead;
  const double alone = run_actuators(drive, Scheduler::kSptf, 16, options).iops;
  INFO("reads/s: " << random << " beside random writes, " << log << " beside a log, " << alone
                   << " alone");
  CHECK(log > 1.3 * random);
  CHECK(log > 0.75 * alone);
  CHECK(log < alone);
}
