// Written data in a drive's cache: conserved, answered at the bus's speed, gathered for the
// platter.
#include <rapidcheck.h>

#include <array>
#include <catch2/catch.hpp>
#include <set>

#include "models/drive/workload.hpp"
#include "tests/support/cached_drive.hpp"
#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;
using namespace spindle::test;

namespace {

MechanicalSpec with_buffer(std::uint64_t sectors, std::uint32_t extents, std::uint32_t arms) {
  MechanicalSpec spec = plain_spec();
  spec.cache = small_cache();
  spec.cache->write_behind_bytes = sectors * 512;
  spec.cache->write_extents = extents;
  spec.actuators = arms;
  return spec;
}

// Plays requests at their times; `look` is called after every event.
template <class Look>
void play(DriveController& controller, const std::vector<DriveRequest>& requests,
          std::vector<ServedRequest>& served, Look&& look) {
  std::size_t next = 0;
  sim::Instant now;
  ServedRequest one;
  for (;;) {
    while (controller.pop_answered(now, one)) served.push_back(one);
    while (next < requests.size() && controller.has_room() && requests[next].arrival <= now) {
      controller.admit(requests[next++], now);
    }
    controller.start(now);
    look();
    sim::Instant then = controller.next(now);
    if (next < requests.size() && controller.has_room()) {
      then = std::min(then, requests[next].arrival);
    }
    if (then == sim::Instant::never()) return;
    now = std::max(now, then);
  }
}

}  // namespace

// At every moment: what the buffer took in is on the platter, still in it, or was written anew in
// it; and every request is answered once.
TEST_CASE("write-behind: no written sector is lost, whatever comes") {
  const bool holds = rc::check([] {
    const auto extents = *rc::gen::inRange<std::uint32_t>(1, 12);
    const auto capacity = *rc::gen::inRange<std::uint64_t>(1, 200);
    const auto arms = *rc::gen::inRange<std::uint32_t>(1, 3);
    const Scheduler scheduler = *rc::gen::elementOf(kSchedulers);
    const auto depth = *rc::gen::inRange<std::size_t>(1, 20);
    const MechanicalSpec spec = with_buffer(2 * capacity, extents, arms);
    const MechanicalDrive drive(spec);
    const std::uint64_t half = spec.sectors / 2;
    std::vector<DriveRequest> requests;
    std::int64_t at = 0;
    const auto n = *rc::gen::inRange<std::size_t>(1, 120);
    for (std::size_t i = 0; i < n; ++i) {
      at += *rc::gen::inRange<std::int64_t>(0, 8'000'000);
      const auto sectors = *rc::gen::inRange<std::uint64_t>(1, 60);
      // Near each other, so that they touch and overlap; on either side of the middle.
      const auto where = *rc::gen::inRange<std::uint64_t>(0, 300);
      const bool second = *rc::gen::inRange(0, 2) == 1;
      const bool is_write = *rc::gen::inRange(0, 3) > 0;
      requests.push_back(
          {second ? half + where : where, sectors, sim::Instant::from_ns(at), is_write});
    }
    DriveController controller(drive, how(scheduler, depth));
    std::vector<ServedRequest> served;
    play(controller, requests, served, [&] {
      const CacheCounts counts = controller.counts();
      RC_ASSERT(counts.sectors_taken ==
                counts.sectors_overwritten + counts.sectors_destaged + controller.dirty_sectors());
      RC_ASSERT(controller.dirty_sectors() <= 2 * capacity);
    });
    RC_ASSERT(served.size() == n);
    RC_ASSERT(controller.dirty_sectors() == 0U);
    std::multiset<std::pair<std::uint64_t, std::uint64_t>> asked;
    std::multiset<std::pair<std::uint64_t, std::uint64_t>> answered;
    for (const DriveRequest& request : requests) asked.insert({request.sector, request.sectors});
    for (const ServedRequest& one : served) {
      answered.insert({one.request.sector, one.request.sectors});
      const double parts =
          one.queue_s + one.overhead_s + one.seek_s + one.rotation_s + one.transfer_s;
      RC_ASSERT(std::abs(parts - one.total_s) < 3e-9);
      RC_ASSERT(one.queue_s >= 0);
    }
    RC_ASSERT(asked == answered);
  });
  CHECK(holds);
}

TEST_CASE("write-behind: a write is answered at the bus's speed, and can be read back at once") {
  const MechanicalSpec spec = with_buffer(100, 8, 1);
  const sim::Instant later = sim::Instant::from_ns(100'000);
  const auto served =
      serve_open(spec, {{500, 8, {}, true}, {500, 8, later, false}}, how(Scheduler::kFcfs, 4));
  REQUIRE(served.size() == 2);
  CHECK(served[0].total_s == Approx(8 * 512 / 100e6).margin(2e-9));
  CHECK(served[1].total_s == Approx(8 * 512 / 100e6).margin(2e-9));
}

TEST_CASE("write-behind: sequential writes reach the platter as long runs") {
  const auto writes = [](bool behind) {
    MechanicalSpec spec = with_buffer(256, 8, 1);
    if (!behind) spec.cache->write_behind_bytes = 0;
    std::vector<DriveRequest> all;
    for (std::uint64_t i = 0; i < 400; ++i) all.push_back({4 * i, 4, {}, true});
    return serve_closed(spec, all, how(Scheduler::kFcfs, 1)).back().finish.to_seconds();
  };
  // Writing through, each loses a revolution, but for the 13 on whose way the track changes: 400
  // writes take 13.3 revolutions of transfer, 13 skews of .1 and 386 lost ones.
  CHECK(writes(false) * 7200 / 60 == Approx(13.3 + 1.3 + 386).epsilon(0.001));
  CHECK(writes(true) < writes(false) / 8);
}

// More to choose from shortens the way: the platter takes more random writes a second the more runs
// may wait, and at one run no more than it would writing through.
TEST_CASE("write-behind: random writes gain by what may wait") {
  double before = 0;
  for (const std::uint32_t extents : {1U, 16U, 256U}) {
    MechanicalSpec spec = mechanical("nearline-20tb").spec();
    spec.bus_bytes_per_s = 500e6;
    spec.cache = small_cache();
    spec.cache->write_behind_bytes = 16 << 20;
    spec.cache->write_extents = extents;
    const MechanicalDrive drive(spec);
    WorkloadOptions options;
    options.kind = WorkloadKind::kRandomWrite;
    options.requests = 4'000;
    Workload source(drive, options);
    MechanicalRun run;
    run_closed(drive, how(Scheduler::kSptf, 16), source, run);
    INFO(extents << " runs: " << run.iops);
    CHECK(run.iops > 1.3 * before);
    before = run.iops;
  }
}
