#pragma once
// What a flow run leaves: per-epoch series of the fleet, per-drive summaries, pooled moments.
//
// Heat is offered disk time per second: 1 means a drive asked to work all the time, above 1 it
// cannot keep up.

#include <cstdint>
#include <vector>

#include "sim/log_histogram.hpp"
#include "sim/statistics.hpp"

namespace spindle::models {

// A drive is "hot" above this share of its disk time.
inline constexpr double kHotHeat = 0.8;
// Above this a drive or a rack is offered more than it can serve.
inline constexpr double kMeltdownHeat = 1.0;

// One entry an epoch.
struct FleetSeries {
  std::vector<double> requests_per_s;
  std::vector<double> read_bytes_per_s;
  std::vector<double> write_bytes_per_s;
  // Disk-seconds per second that all data asks for, placed or not, if it lay on the drive models in
  // proportion to their capacity. With one model and everything placed this is heat_sum.
  std::vector<double> disk_time;
  std::vector<double> heat_sum;           // over all drives
  std::vector<double> heat_max;           // hottest drive
  std::vector<std::uint32_t> hot_drives;  // drives above kHotHeat
  // Of a living fleet only (FlowInputs::dynamics):
  std::vector<double> directed_heat;  // part of heat_sum that falls on named drives (DirectedLoad)
  std::vector<double> slow_heat;  // part of heat_sum that demand takes more of slow drives' time
  std::vector<std::uint32_t> drives;  // in racks that are up for any part of the epoch
  std::vector<float> rack_heat;       // mean over the rack's drives: [epoch * racks + rack];
                                      // NaN where the rack is not up in any part of the epoch
};

// A rack that was offered more than it can serve for an hour on end or longer.
struct Meltdown {
  std::uint32_t rack = 0;
  std::uint64_t first_epoch = 0;
  std::uint64_t epochs = 0;
};

struct FlowResult {
  std::uint64_t epochs = 0;  // swept; fewer than asked for where the run was interrupted
  FleetSeries series;
  std::vector<double> drive_heat_sum;    // per drive: sum over epochs
  std::vector<double> drive_heat_max;    // per drive: largest epoch
  std::uint64_t peak_epoch = 0;          // epoch of greatest fleet heat (the first of equals)
  std::vector<double> peak_heat;         // per drive, in the peak epoch
  std::vector<std::uint8_t> peak_racks;  // per rack: 1 where it is up in the peak epoch
  // Largest heat of a drive in an epoch of which it is slow for a part; below 0: none was.
  double slow_heat_max = -1;
  // Pooled over drives and epochs, racks that are not there (not landed, down, lost) left out.
  sim::Moments heat;
  sim::LogHistogram histogram;
  // Racks whose mean heat stayed above kMeltdownHeat for an hour (at least one epoch), ascending;
  // of each its longest such time, the first of equals.
  std::vector<Meltdown> meltdowns;
};

}  // namespace spindle::models
