#include "app/experiment/drive_arrays.hpp"

#include <algorithm>
#include <limits>

#include "models/fleet/topology.hpp"
#include "models/flow/flow_result.hpp"
#include "models/ledger/ledger_fleet.hpp"
#include "models/ledger/ledger_run.hpp"

namespace spindle::app {
namespace {

constexpr float kNoDrive = std::numeric_limits<float>::quiet_NaN();

float mean_of(double sum, std::uint64_t epochs) {
  return static_cast<float>(sum / static_cast<double>(std::max<std::uint64_t>(epochs, 1)));
}

}  // namespace

DriveArrays drive_arrays(const models::Topology& topology,
                         std::span<const std::uint64_t> used_bytes,
                         std::span<const std::uint8_t> is_there, const models::FlowResult& flow) {
  DriveArrays out;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    const bool there = is_there.empty() || is_there[drive] != 0;
    const double fill =
        static_cast<double>(used_bytes[drive]) / topology.capacity_of(drive).to_double();
    out.fill.push_back(there ? static_cast<float>(fill) : kNoDrive);
    out.heat_mean.push_back(mean_of(flow.drive_heat_sum[drive], flow.epochs));
    out.heat_max.push_back(static_cast<float>(flow.drive_heat_max[drive]));
  }
  return out;
}

DriveArrays drive_arrays(const models::LedgerFleet& fleet, const models::LedgerResult& result) {
  DriveArrays out;
  for (std::uint32_t drive = 0; drive < fleet.topology().drives(); ++drive) {
    const double fill = fleet.shards_on(drive) / fleet.room_of(drive);
    out.fill.push_back(fleet.is_there(drive) ? static_cast<float>(fill) : kNoDrive);
    out.heat_mean.push_back(mean_of(static_cast<double>(result.heat_sum[drive]), result.epochs));
    out.heat_max.push_back(result.heat_max[drive]);
  }
  return out;
}

}  // namespace spindle::app
