// A drive's run is the same to the nanosecond on every machine: sums of completion times, as
// computed once. A change of the model changes them; a change of compiler or processor must not.
#include <catch2/catch.hpp>

#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

struct Sum {
  std::uint64_t ns = 0;
  void operator()(const ServedRequest& served) {
    ns = ns * 31 + static_cast<std::uint64_t>(served.finish.ns());
  }
};

std::uint64_t bits(const char* name, Scheduler scheduler, WorkloadKind kind, double rate) {
  const MechanicalDrive drive = test::mechanical(name);
  WorkloadOptions options;
  options.kind = kind;
  options.requests = 20'000;
  options.size_bytes = 65'536;
  options.arrivals_per_s = rate;
  Workload source(drive, options);
  DriveRunOptions how;
  how.scheduler = scheduler;
  how.depth = 16;
  Sum sum;
  if (rate > 0) {
    run_open(drive, how, source, sum);
  } else {
    run_closed(drive, how, source, sum);
  }
  return sum.ns;
}

}  // namespace

TEST_CASE("drive runs have the same bits everywhere") {
  CHECK(bits("cheetah-9lp", Scheduler::kSptf, WorkloadKind::kRandomRead, 0) ==
        11859550914568961413ULL);
  CHECK(bits("nearline-20tb", Scheduler::kSstf, WorkloadKind::kMixed, 80) ==
        6847942678974493046ULL);
  CHECK(bits("nearline-4tb", Scheduler::kCLook, WorkloadKind::kRandomWrite, 0) ==
        15361480166847460676ULL);
}
