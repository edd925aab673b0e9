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
};

struct FlowResult {
  std::uint64_t epochs = 0;  // swept; fewer than asked for where the run was interrupted
  FleetSeries series;
  std::vector<double> drive_heat_sum;     // per drive: sum over epochs
  std::vector<double> drive_heat_max;     // per drive: largest epoch
  std::uint64_t peak_epoch = 0;           // epoch of greatest fleet heat (the first of equals)
  std::vector<double> peak_heat;          // per drive, in the peak epoch
  sim::Moments heat;                      // pooled over drives and epochs
  std::vector<std::uint8_t> rack_melted;  // per rack: mean heat above 1 in some epoch
  sim::LogHistogram histogram;            // of heat, pooled over drives and epochs
};

}  // namespace spindle::models
