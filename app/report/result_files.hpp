#pragma once
// The files that a run leaves in its folder.
//
//   metrics.json         every metric, nothing volatile: two equal runs are byte-equal
//   timeseries.csv       the fleet, one line an epoch
//   events.csv           what happened, where the run plays events (timeline_files.hpp)
//   racks.csv            mean heat of each rack in each epoch, likewise
//   latency.csv          reads and writes of each class, where the run served every request
//   zoom.csv             shards' requests, reads and writes at the drives of a zoom
//   drive_fill.npy, drive_heat_mean.npy, drive_heat_max.npy
//                        one float a drive, where the scenario asks for them (run.drive_arrays)
//   fill_histogram.csv   drives by fill fraction
//   heat_histogram.csv   drive-epochs by heat
//   scenario.json        the scenario as resolved, with defaults filled in
//   manifest.json        version, compiler, seed, digest, times, memory

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "app/experiment/experiment.hpp"

namespace spindle::app {

struct RunCost {
  double wall_s = 0;
  double cpu_s = 0;
};

// metrics.json: one object of dotted names; undefined values are null.
nlohmann::ordered_json metrics_object(const Metrics& metrics);
std::string metrics_json(const Metrics& metrics);
// Creates the folder where absent; throws OutputError.
void write_run(const std::filesystem::path& directory, const Scenario& scenario,
               const RunResult& result, const RunCost& cost);

}  // namespace spindle::app
