// The cache of a drive against closed forms, and against the same drive without one.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "models/drive/workload.hpp"
#include "sim/statistics.hpp"
#include "tests/support/cached_drive.hpp"
#include "tests/support/mechanical_run.hpp"

using namespace spindle;
using namespace spindle::models;
using namespace spindle::test;

namespace {

DriveRequest request(std::uint64_t sector, std::uint64_t sectors, bool is_write = false,
                     double arrival_s = 0) {
  return {sector, sectors, sim::Instant{} + sim::Duration::seconds(arrival_s), is_write};
}

std::vector<DriveRequest> sequential(std::uint64_t from, std::uint64_t sectors, std::size_t n) {
  std::vector<DriveRequest> all;
  for (std::size_t i = 0; i < n; ++i) all.push_back(request(from + i * sectors, sectors));
  return all;
}

}  // namespace

// With read-ahead the heads never wait: n requests take as long as one read of all their sectors,
// which is the closed form that mechanics_brute_force_test holds to a walk over sectors. What is
// left is the last request's overhead and bus, and nanoseconds.
TEST_CASE("drive cache: sequential reads with read-ahead run at the media rate") {
  for (const Scheduler scheduler : kSchedulers) {
    for (const std::size_t depth : {1U, 2U, 7U}) {
      for (const std::uint64_t sectors : {1ULL, 8ULL, 60ULL, 300ULL}) {
        INFO(name_of(scheduler) << " depth " << depth << " sectors " << sectors);
        MechanicalSpec spec = plain_spec();
        spec.cache = small_cache();
        spec.read_overhead_s = 20e-6;
        spec.completion_s = 10e-6;
        const std::uint64_t from = 47'000;  // both zones
        const std::size_t n = 2400 / sectors;
        const auto served = serve_closed(spec, sequential(from, sectors, n), how(scheduler, depth));
        REQUIRE(served.size() == n);
        const MechanicalDrive drive(spec);
        const MechanicalService all = drive.serve({}, drive.locate(from), sectors * n, false,
                                                  drive.phase(sim::Instant::from_ns(20'000)));
        const double media = 20e-6 + all.seek_s + all.rotation_s + all.transfer_s;
        // The answer to the last: a sector on the bus (or all of them, where they were there
        // before) and the completions and decodings that follow the heads.
        const double slack = 100e-6 + static_cast<double>(sectors) * 512 / 100e6;
        CHECK(served.back().finish.to_seconds() >= media);
        CHECK(served.back().finish.to_seconds() < media + slack);
      }
    }
  }
}

// Without it each request finds its first sector just gone by: a revolution a request.
TEST_CASE("drive cache: sequential reads without read-ahead lose a revolution each") {
  MechanicalSpec spec = plain_spec();
  spec.read_overhead_s = 20e-6;
  const std::size_t n = 10;
  for (const bool with_segments : {false, true}) {
    if (with_segments) {
      spec.cache = small_cache();
      spec.cache->read_ahead_bytes = 0;
    }
    const auto served = serve_closed(spec, sequential(0, 8, n), how(Scheduler::kFcfs, 1));
    const double between = (served.back().finish - served.front().finish).to_seconds();
    const double revolution = 60.0 / 7200;
    // The next 8 sectors end 8/120 of a revolution after a whole one.
    CHECK(between / (n - 1) / revolution == Approx(1 + 8.0 / 120).epsilon(1e-6));
  }
}

// Random reads gain nothing: with no read-ahead a cache changes no completion by a nanosecond. The
// drive is large, so that no block is read twice in 5,000.
TEST_CASE("drive cache: random requests take the same time to the nanosecond") {
  MechanicalSpec plain = mechanical("nearline-20tb").spec();
  plain.bus_bytes_per_s = 500e6;
  plain.read_overhead_s = 50e-6;
  plain.completion_s = 30e-6;
  MechanicalSpec cached = plain;
  cached.cache = small_cache();
  cached.cache->read_ahead_bytes = 0;
  for (const Scheduler scheduler : kSchedulers) {
    for (const double rate : {0.0, 90.0}) {
      for (const std::size_t depth : {1U, 16U}) {
        INFO(name_of(scheduler) << " rate " << rate << " depth " << depth);
        std::vector<std::int64_t> finish[2];
        for (const bool with : {false, true}) {
          const MechanicalDrive drive(with ? cached : plain);
          WorkloadOptions options;
          options.kind = WorkloadKind::kMixed;
          options.requests = 5'000;
          options.arrivals_per_s = rate;
          Workload source(drive, options);
          const auto keep = [&](const ServedRequest& served) {
            finish[with].push_back(served.finish.ns());
          };
          if (rate > 0) {
            run_open(drive, how(scheduler, depth), source, keep);
          } else {
            run_closed(drive, how(scheduler, depth), source, keep);
          }
        }
        REQUIRE(finish[0].size() == 5'000);
        CHECK(finish[0] == finish[1]);
      }
    }
  }
}

// Tracks of 120 sectors, four to a cylinder; the read ends with sector 17.
TEST_CASE("drive cache: the read-ahead may end with the track or the cylinder") {
  for (const auto& [to, end] : {std::pair{ReadOn::kNot, 18 + 1024}, std::pair{ReadOn::kTrack, 120},
                                std::pair{ReadOn::kCylinder, 480}}) {
    INFO("ends at " << end);
    MechanicalSpec spec = plain_spec();
    spec.cache = small_cache();
    spec.cache->segment_bytes = spec.cache->read_ahead_bytes = 1024 * 512;
    spec.cache->read_ahead_to = to;
    const MechanicalDrive drive(spec);
    ReadCache cache(drive, *spec.cache);
    const sim::Instant later = sim::Instant{} + sim::Duration::seconds(1);
    const auto last = static_cast<std::uint64_t>(end) - 1;
    cache.read(drive.locate(10), 10, 8, {});
    CHECK(cache.holds(last, 1, later));
    CHECK_FALSE(cache.holds(last + 1, 1, later));
    // What is taken from the read-ahead beyond the track moves its end on to the next one.
    if (to != ReadOn::kTrack) continue;
    cache.follow(115, 10);
    CHECK(cache.holds(239, 1, later));
    CHECK_FALSE(cache.holds(240, 1, later));
  }
}

// Read-ahead moves the heads on only while nothing waits, so random reads neither gain nor lose:
// .5 % of the rate, where 20,000 reads of standard deviation 2.9 of 11.7 ms leave .2 % by chance.
TEST_CASE("drive cache: read-ahead gives random reads nothing") {
  MechanicalSpec spec = mechanical("nearline-20tb").spec();
  spec.bus_bytes_per_s = 500e6;
  const double without = closed_loop(MechanicalDrive(spec), Scheduler::kFcfs, 1, 4096, 20'000).iops;
  spec.cache = CacheSpec{.segments = 16,
                         .segment_bytes = 1 << 20,
                         .read_ahead_bytes = 1 << 20,
                         .hit_completion_s = std::nullopt};
  const double with = closed_loop(MechanicalDrive(spec), Scheduler::kFcfs, 1, 4096, 20'000).iops;
  CHECK(with == Approx(without).epsilon(0.005));
}

TEST_CASE("drive cache: a hit takes the bus's time and its own completion") {
  MechanicalSpec spec = plain_spec();
  spec.cache = small_cache();
  spec.cache->hit_completion_s = 5e-6;
  spec.read_overhead_s = 20e-6;
  spec.completion_s = 70e-6;
  const auto served =
      serve_open(spec, {request(1000, 8), request(1008, 8, false, 1), request(1016, 56, false, 2)},
                 how(Scheduler::kFcfs, 4));
  REQUIRE(served.size() == 3);
  CHECK(served[1].total_s == Approx(20e-6 + 8 * 512 / 100e6 + 5e-6).margin(2e-9));
  CHECK(served[1].seek_s == 0);
  CHECK(served[1].rotation_s == 0);
  CHECK(served[2].total_s == Approx(20e-6 + 56 * 512 / 100e6 + 5e-6).margin(2e-9));
}

// After a read of 8 sectors and 64 ahead the segment holds the last 64 of 72.
TEST_CASE("drive cache: a segment holds its last sectors, and the least recently used goes") {
  MechanicalSpec spec = plain_spec();
  spec.cache = small_cache();
  spec.cache->segments = 2;
  const auto hit = [](const ServedRequest& served) {
    return served.seek_s == 0 && served.rotation_s == 0 && served.transfer_s < 1e-3;
  };
  const auto served = serve_open(
      spec,
      {request(1000, 8), request(1000, 8, false, 1), request(1008, 8, false, 2),
       request(30'000, 8, false, 3), request(30'064, 8, false, 4),
       // Takes the place of the older, which is the first read's second try.
       request(1064, 8, false, 5), request(60'000, 8, false, 6), request(30'064, 8, false, 7)},
      how(Scheduler::kFcfs, 4));
  REQUIRE(served.size() == 8);
  CHECK_FALSE(hit(served[0]));
  CHECK_FALSE(hit(served[1]));  // pushed out by the read-ahead itself
  CHECK(hit(served[2]));
  CHECK_FALSE(hit(served[3]));
  CHECK(hit(served[4]));
  CHECK(hit(served[5]));
  CHECK_FALSE(hit(served[6]));
  CHECK_FALSE(hit(served[7]));
}

TEST_CASE("drive cache: a read that begins in a segment takes the rest from the platter") {
  MechanicalSpec spec = plain_spec();
  spec.cache = small_cache();
  const auto served =
      serve_open(spec, {request(1000, 8), request(1040, 64, false, 1)}, how(Scheduler::kFcfs, 4));
  REQUIRE(served.size() == 2);
  // 1,072 to 1,103, with a change of track at 1,080 that costs the head skew.
  const double revolution = 60.0 / 7200;
  const double tail = (32.0 / 120 + 0.1) * revolution;
  CHECK(served[1].seek_s == 0);
  CHECK(served[1].transfer_s == Approx(tail + 512 / 100e6).epsilon(0.02));
}

TEST_CASE("drive cache: a write makes what was read of its sectors void") {
  MechanicalSpec spec = plain_spec();
  spec.cache = small_cache();
  const auto served =
      serve_open(spec, {request(1000, 8), request(1020, 1, true, 1), request(1016, 8, false, 2)},
                 how(Scheduler::kFcfs, 4));
  REQUIRE(served.size() == 3);
  CHECK(served[2].transfer_s + served[2].rotation_s > 0.5e-3);
}

// Nothing comes from nowhere: what is answered over the bus alone was asked for before, or lies
// within the read-ahead of what was.
TEST_CASE("drive cache: a hit was read before, or read ahead") {
  const bool holds = rc::check([] {
    MechanicalSpec spec = plain_spec();
    spec.cache = small_cache();
    // So fast that what a sector takes under the heads cannot pass for it.
    spec.bus_bytes_per_s = 1e12;
    spec.cache->segments = *rc::gen::inRange<std::uint32_t>(1, 5);
    const auto ahead = *rc::gen::inRange<std::uint64_t>(0, 65);
    spec.cache->read_ahead_bytes = ahead * 512;
    std::vector<DriveRequest> requests;
    const auto n = *rc::gen::inRange<std::size_t>(1, 80);
    std::uint64_t near = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (*rc::gen::inRange(0, 4) == 0) near = *rc::gen::inRange<std::uint64_t>(0, 79'000);
      const auto from = near + *rc::gen::inRange<std::uint64_t>(0, 150);
      requests.push_back(request(from, *rc::gen::inRange<std::uint64_t>(1, 40)));
    }
    const Scheduler scheduler = *rc::gen::elementOf(kSchedulers);
    const auto depth = *rc::gen::inRange<std::size_t>(1, 9);
    const auto served = serve_closed(spec, requests, how(scheduler, depth));
    RC_ASSERT(served.size() == n);
    for (std::size_t i = 0; i < n; ++i) {
      const ServedRequest& one = served[i];
      const double over_bus = static_cast<double>(one.request.sectors) * 512 / 1e12;
      const bool is_hit =
          one.seek_s == 0 && one.rotation_s == 0 && std::abs(one.transfer_s - over_bus) < 1e-13;
      const std::uint64_t end = one.request.sector + one.request.sectors;
      for (std::uint64_t at = one.request.sector; at < end && is_hit; ++at) {
        bool is_known = false;
        for (std::size_t j = 0; j < n && !is_known; ++j) {
          const DriveRequest& other = served[j].request;
          is_known = j != i && other.arrival < one.finish && other.sector <= at &&
                     at < other.sector + other.sectors + ahead;
        }
        RC_ASSERT(is_known);
      }
    }
  });
  CHECK(holds);
}
