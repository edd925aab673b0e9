// Random reads of one mechanical drive, closed loop: items per second are reads per second, on one
// core, drawing the requests included.

#include <benchmark/benchmark.h>

#include <string>

#include "app/drive/drive_reader.hpp"
#include "models/drive/drive_run.hpp"
#include "models/drive/workload.hpp"

namespace spindle {
namespace {

struct Total {
  double seconds = 0;
  void operator()(const models::ServedRequest& served) { seconds += served.total_s; }
};

void serve(benchmark::State& state, const std::string& drive_name, models::Scheduler scheduler,
           std::size_t depth, std::uint64_t size_bytes) {
  const models::MechanicalDrive drive(app::find_mechanical_preset(drive_name).value());
  models::WorkloadOptions options;
  options.size_bytes = size_bytes;
  options.requests = 200'000;
  models::DriveRunOptions how;
  how.scheduler = scheduler;
  how.depth = depth;
  for (auto _ : state) {
    models::Workload source(drive, options);
    Total total;
    models::run_closed(drive, how, source, total);
    benchmark::DoNotOptimize(total.seconds);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(options.requests));
}

// Registered before main, which belongs to Google Benchmark. The rows compared with peers are of
// the drive that the peers have; "20tb" is the drive of fleets.
const bool registered = [] {
  using models::Scheduler;
  struct Row {
    const char* name;
    const char* drive;
    Scheduler scheduler;
    std::size_t depth;
    std::uint64_t size_bytes;
  };
  for (const Row& row : {Row{"fcfs/4k", "cheetah-9lp", Scheduler::kFcfs, 1, 4096},
                         Row{"fcfs/512k", "cheetah-9lp", Scheduler::kFcfs, 1, 524288},
                         Row{"sptf32/4k", "cheetah-9lp", Scheduler::kSptf, 32, 4096},
                         Row{"c_look32/4k", "cheetah-9lp", Scheduler::kCLook, 32, 4096},
                         Row{"fcfs/4k_20tb", "nearline-20tb", Scheduler::kFcfs, 1, 4096},
                         Row{"fcfs/512k_20tb", "nearline-20tb", Scheduler::kFcfs, 1, 524288},
                         Row{"sptf32/4k_20tb", "nearline-20tb", Scheduler::kSptf, 32, 4096}}) {
    benchmark::RegisterBenchmark(row.name, [row](benchmark::State& state) {
      serve(state, row.drive, row.scheduler, row.depth, row.size_bytes);
    });
  }
  return true;
}();

}  // namespace
}  // namespace spindle
