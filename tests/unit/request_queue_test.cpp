// Who is served next, and what a run makes of a response's parts.
#include <catch2/catch.hpp>
#include <limits>
#include <vector>

#include "models/drive/drive_run.hpp"
#include "models/drive/workload.hpp"
#include "sim/random_stream.hpp"

using namespace spindle;
using namespace spindle::models;

namespace {

// 100 cylinders of one track of 10 sectors; a revolution is 10 ms, a seek 1 ms and .1 a cylinder.
MechanicalSpec simple() {
  MechanicalSpec spec;
  spec.rpm = 6000;
  spec.zones = {{0, 100, 10, 0, 0}};
  spec.sectors = 1000;
  const std::vector<SeekPoint> table{{1, 1.1e-3}, {99, 10.9e-3}};
  spec.seek = SeekProfile(table);
  return spec;
}

DriveRequest request_at(std::uint64_t sector, double arrival_s = 0) {
  DriveRequest request;
  request.sector = sector;
  request.arrival = sim::Instant{} + sim::Duration::seconds(arrival_s);
  return request;
}

template <Scheduler kScheduler>
std::vector<std::uint64_t> order(const MechanicalDrive& drive,
                                 const std::vector<std::uint64_t>& sectors, Arm arm) {
  RequestQueue queue(sectors.size());
  for (const std::uint64_t sector : sectors) queue.push(request_at(sector), drive);
  std::vector<std::uint64_t> out;
  while (queue.size() > 0) {
    const auto entry = queue.take<kScheduler>(drive, arm, {}, sim::Duration::seconds(5));
    out.push_back(entry.request.sector);
    arm = {entry.target.cylinder, entry.target.head};
  }
  return out;
}

}  // namespace

TEST_CASE("request queue: the order of each scheduler") {
  const MechanicalDrive drive(simple());
  const std::vector<std::uint64_t> sectors{700, 100, 450, 550, 20};
  const Arm middle{50, 0};
  using Order = std::vector<std::uint64_t>;
  CHECK(order<Scheduler::kFcfs>(drive, sectors, middle) == sectors);
  // 45 and 55 are equally near: the older goes first.
  CHECK(order<Scheduler::kSstf>(drive, sectors, middle) == Order{450, 550, 700, 100, 20});
  CHECK(order<Scheduler::kCLook>(drive, sectors, middle) == Order{550, 700, 20, 100, 450});
}

TEST_CASE("request queue: sptf takes the least seek and rotation of all that wait") {
  const MechanicalDrive drive(simple());
  sim::RandomStream random({3}, 0, {1}, 0);
  for (int round = 0; round < 500; ++round) {
    const sim::Instant now = sim::Instant::from_ns(random.below(1'000'000'000));
    const Arm arm{random.below(100), 0};
    RequestQueue queue(8);
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 8; ++i) {
      const DriveRequest request = request_at(random.below(1000));
      queue.push(request, drive);
      const auto service =
          drive.serve(arm, drive.locate(request.sector), 1, false, drive.phase(now));
      least = std::min(least, service.seek_s + service.rotation_s);
    }
    const auto entry = queue.take<Scheduler::kSptf>(drive, arm, now, sim::Duration::seconds(5));
    const auto service = drive.serve(arm, entry.target, 1, false, drive.phase(now));
    CHECK(service.seek_s + service.rotation_s == Approx(least).margin(1e-12));
    CHECK(queue.size() == 7);
  }
}

TEST_CASE("request queue: what waits beyond the patience goes first, whatever it costs") {
  const MechanicalDrive drive(simple());
  RequestQueue queue(2);
  queue.push(request_at(990, 0), drive);
  queue.push(request_at(5, 1), drive);
  const sim::Instant now = sim::Instant{} + sim::Duration::seconds(2);
  const auto patient = queue.take<Scheduler::kSptf>(drive, {}, now, sim::Duration::seconds(2));
  CHECK(patient.request.sector == 5);
  queue.push(request_at(5, 1), drive);
  const auto strict = queue.take<Scheduler::kSptf>(drive, {}, now, sim::Duration::seconds(1.9));
  CHECK(strict.request.sector == 990);
  // What had to wait outside has its patience still before it.
  models::DriveRequest late = request_at(990, 0);
  late.taken_in = sim::Instant{} + sim::Duration::seconds(1.5);
  RequestQueue full(2);
  full.push(late, drive);
  full.push(request_at(5, 1), drive);
  const auto next = full.take<Scheduler::kSptf>(drive, {}, now, sim::Duration::seconds(1.9));
  CHECK(next.request.sector == 5);
}

TEST_CASE("request queue: entries come out whole after any mixture of pushes and takes") {
  const MechanicalDrive drive(simple());
  sim::RandomStream random({4}, 0, {1}, 0);
  RequestQueue queue(7);
  std::vector<std::uint64_t> waiting;
  Arm arm;
  for (int step = 0; step < 5000; ++step) {
    if (waiting.empty() || (waiting.size() < 7 && random.below(2) == 0)) {
      const std::uint64_t sector = random.below(1000);
      queue.push(request_at(sector), drive);
      waiting.push_back(sector);
      continue;
    }
    const auto entry = queue.take<Scheduler::kSstf>(drive, arm, {}, sim::Duration::seconds(5));
    // The first of the nearest, by a plain search in order of arrival.
    std::size_t best = 0;
    const auto way = [&](std::uint64_t sector) {
      const auto cylinder = static_cast<std::int64_t>(sector / 10);
      return std::abs(cylinder - static_cast<std::int64_t>(arm.cylinder));
    };
    for (std::size_t i = 1; i < waiting.size(); ++i) {
      if (way(waiting[i]) < way(waiting[best])) best = i;
    }
    REQUIRE(entry.request.sector == waiting[best]);
    REQUIRE(entry.target.cylinder == waiting[best] / 10);
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(best));
    arm = {entry.target.cylinder, 0};
    REQUIRE(queue.size() == waiting.size());
  }
}

TEST_CASE("drive run: a lone command waits for its decoding, a queued one does not") {
  MechanicalSpec spec = simple();
  spec.read_overhead_s = 2e-3;
  spec.completion_s = 1e-3;
  const MechanicalDrive drive(spec);
  std::vector<ServedRequest> served;
  const auto sink = [&](const ServedRequest& one) { served.push_back(one); };
  for (const std::size_t depth : {std::size_t{1}, std::size_t{2}}) {
    served.clear();
    int left = 4;
    const auto source = [&](DriveRequest& request) {
      request = request_at(0);
      return left-- > 0;
    };
    DriveRunOptions options;
    options.depth = depth;
    run_closed(drive, options, source, sink);
    REQUIRE(served.size() == 4);
    for (const ServedRequest& one : served) {
      CHECK(one.overhead_s == Approx(3e-3).margin(1e-12));
      CHECK(one.transfer_s == Approx(1e-3).margin(1e-12));
      CHECK(one.total_s ==
            Approx(one.queue_s + one.overhead_s + one.seek_s + one.rotation_s + one.transfer_s)
                .margin(1e-9));
    }
    // The same sector again takes whole revolutions: decoding ends 4 ms after the transfer began,
    // or was hidden, and 6 or 8 ms of the revolution remain.
    CHECK(served[3].rotation_s == Approx(depth == 1 ? 6e-3 : 8e-3).margin(1e-8));
    CHECK(served[3].queue_s == Approx(depth == 1 ? 0 : 8e-3).margin(1e-8));
  }
}

TEST_CASE("drive run: a bus adds its last sector, or what it is slower than the heads") {
  MechanicalSpec spec = simple();
  const auto transfer = [&](double bytes_per_s) {
    spec.bus_bytes_per_s = bytes_per_s;
    const MechanicalDrive drive(spec);
    int left = 1;
    const auto source = [&](DriveRequest& request) {
      request = request_at(0);
      request.sectors = 4;
      return left-- > 0;
    };
    double seconds = 0;
    const auto sink = [&](const ServedRequest& one) { seconds = one.transfer_s; };
    run_closed(drive, {}, source, sink);
    return seconds;
  };
  CHECK(transfer(0) == Approx(4e-3));           // 4 of 10 sectors of a 10 ms revolution
  CHECK(transfer(512e4) == Approx(4.1e-3));     // .1 ms a sector: one more
  CHECK(transfer(512 / 2e-3) == Approx(9e-3));  // 2 ms a sector: the bus, from the first on
}

TEST_CASE("workload: requests lie on the drive, at the steps they should") {
  const MechanicalDrive drive(simple());
  WorkloadOptions options;
  options.size_bytes = 5000;  // ten sectors
  options.requests = 2000;
  Workload random(drive, options);
  DriveRequest request;
  std::uint64_t most = 0;
  for (int i = 0; i < 2000; ++i) {
    REQUIRE(random(request));
    CHECK(request.sectors == 10);
    CHECK(request.sector % 8 == 0);
    CHECK(request.sector + request.sectors <= 1000);
    CHECK_FALSE(request.is_write);
    most = std::max(most, request.sector);
  }
  CHECK_FALSE(random(request));
  CHECK(most == 984);  // 124 places: one is missed by all 2,000 with probability 1e-7

  options.kind = WorkloadKind::kSequential;
  Workload along(drive, options);
  for (std::uint64_t i = 0; i < 205; ++i) {
    REQUIRE(along(request));
    CHECK(request.sector == i % 100 * 10);
  }
  options.size_bytes = 513'000;
  CHECK_THROWS_AS(Workload(drive, options), std::invalid_argument);
}
