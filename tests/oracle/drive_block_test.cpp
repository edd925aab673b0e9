// Drives of a mechanical fleet, served window by window, against the same requests at a drive of
// its own, served in one go.
#include "models/mechanical/drive_block.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "tests/support/mechanical_run.hpp"

using namespace spindle;

namespace {

constexpr std::uint32_t kThree = 3;

// Poisson arrivals at all drives, reads and writes of several sizes, some at one nanosecond.
std::vector<models::RequestPart> random_parts(const models::MechanicalDrive& drive, double rate,
                                              std::uint32_t count) {
  sim::RandomStream random(sim::Seed{7}, 0, sim::Purpose{1}, 0);
  std::vector<models::RequestPart> parts;
  double clock_s = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!random.bernoulli(0.05)) clock_s += random.exponential() / rate;
    models::RequestPart part;
    part.arrival = sim::Instant() + sim::Duration::seconds(clock_s);
    part.sectors = 1 + random.below(900);
    part.sector = sim::scaled(random.next_u64(), drive.spec().sectors - part.sectors);
    part.drive = random.below(kThree);
    part.request = i;
    part.is_write = random.bernoulli(0.3);
    parts.push_back(part);
  }
  return parts;
}

// When each part ends, by the drive's own run.
std::map<std::uint32_t, sim::Instant> served_in_one_go(
    const models::MechanicalDrive& drive, const models::DriveRunOptions& options,
    const std::vector<models::RequestPart>& parts) {
  std::map<std::uint32_t, sim::Instant> finish;
  for (std::uint32_t d = 0; d < kThree; ++d) {
    std::size_t next = 0;
    auto source = [&](models::DriveRequest& request) {
      while (next < parts.size() && parts[next].drive != d) ++next;
      if (next == parts.size()) return false;
      const models::RequestPart& part = parts[next++];
      request = {part.sector, part.sectors, part.arrival, part.is_write, part.request};
      return true;
    };
    auto sink = [&](const models::ServedRequest& served) {
      finish[served.request.tag] = served.finish;
    };
    models::run_open(drive, options, source, sink);
  }
  return finish;
}

std::map<std::uint32_t, sim::Instant> served_by_windows(
    const models::MechanicalModel& model, const std::vector<models::RequestPart>& parts,
    sim::Duration window, double& not_busy_s) {
  const std::vector<std::uint8_t> models(kThree, 0);
  models::DriveBlock block(std::span(&model, 1), models);
  std::map<std::uint32_t, sim::Instant> finish;
  std::size_t next = 0;
  std::int64_t busy_ns = 0;
  for (sim::Instant from; next < parts.size() || block.waiting() > 0;) {
    const sim::Instant to = from + window;
    std::vector<models::RequestPart> sorted;
    while (next < parts.size() && parts[next].arrival < to) sorted.push_back(parts[next++]);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.drive < b.drive; });
    std::vector<std::uint32_t> ends;
    for (std::uint32_t d = 0; d < kThree; ++d) {
      ends.push_back(static_cast<std::uint32_t>(std::count_if(
          sorted.begin(), sorted.end(), [&](const auto& p) { return p.drive <= d; })));
    }
    block.begin_epoch(from, window);
    block.run_until(to, sorted, ends);
    for (const models::ServedPart& part : block.served()) {
      CHECK(finish.emplace(part.request, part.finish).second);
    }
    for (const std::int64_t ns : block.busy_ns()) busy_ns += ns;
    from = to;
  }
  not_busy_s = block.services().sum_s() - static_cast<double>(busy_ns) * 1e-9;
  return finish;
}

}  // namespace

TEST_CASE("drive block: windows of any length serve as the drive does in one go") {
  for (const char* const name : {"cheetah-9lp", "nearline-20tb"}) {
    const models::MechanicalDrive drive = test::mechanical(name);
    const auto parts = random_parts(drive, 3 * 70, 6000);  // about as many as three drives serve
    for (const models::Scheduler scheduler :
         {models::Scheduler::kFcfs, models::Scheduler::kSstf, models::Scheduler::kCLook,
          models::Scheduler::kSptf}) {
      const models::DriveRunOptions options{.scheduler = scheduler, .depth = 6};
      const auto expected = served_in_one_go(drive, options, parts);
      REQUIRE(expected.size() == parts.size());
      for (const double window_s : {0.004, 0.1, 3.0}) {
        INFO(name << ", " << models::name_of(scheduler) << ", " << window_s << " s");
        double not_busy_s = 0;
        CHECK(served_by_windows({&drive, options, drive.spec().sectors}, parts,
                                sim::Duration::seconds(window_s), not_busy_s) == expected);
        // Arms are busy for all that they serve, but for what each does after the last window.
        CHECK(not_busy_s >= -1e-9);
        CHECK(not_busy_s < kThree * 0.05);
      }
    }
  }
}
