#pragma once
// A built-in mechanical drive under a synthetic workload, summed up.

#include <catch2/catch.hpp>
#include <string>

#include "app/drive/drive_reader.hpp"
#include "models/drive/drive_run.hpp"
#include "models/drive/workload.hpp"
#include "sim/statistics.hpp"

namespace spindle::test {

inline models::MechanicalDrive mechanical(const std::string& name) {
  auto spec = app::find_mechanical_preset(name);
  INFO(name);
  REQUIRE(spec.has_value());
  return models::MechanicalDrive(std::move(*spec));
}

struct MechanicalRun {
  sim::Moments seek, rotation, transfer, overhead, queue, total;
  double iops = 0;

  void operator()(const models::ServedRequest& served) {
    seek.add(served.seek_s);
    rotation.add(served.rotation_s);
    transfer.add(served.transfer_s);
    overhead.add(served.overhead_s);
    queue.add(served.queue_s);
    total.add(served.total_s);
    iops = static_cast<double>(total.count()) / (served.finish - sim::Instant{}).to_seconds();
  }
};

inline MechanicalRun closed_loop(const models::MechanicalDrive& drive, models::Scheduler scheduler,
                                 std::size_t depth, std::uint64_t size_bytes = 4096,
                                 std::uint64_t requests = 200'000) {
  models::WorkloadOptions options;
  options.size_bytes = size_bytes;
  options.requests = requests;
  models::Workload source(drive, options);
  MechanicalRun run;
  models::DriveRunOptions how;
  how.scheduler = scheduler;
  how.depth = depth;
  models::run_closed(drive, how, source, run);
  return run;
}

}  // namespace spindle::test
