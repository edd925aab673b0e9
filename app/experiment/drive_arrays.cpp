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

void add(DriveArrays& out, std::uint64_t epochs, bool is_there, double fill, double heat_sum,
         double heat_max) {
  const bool was_there = is_there || heat_max > 0;
  const double mean = heat_sum / static_cast<double>(std::max<std::uint64_t>(epochs, 1));
  out.fill.push_back(is_there ? static_cast<float>(fill) : kNoDrive);
  out.heat_mean.push_back(was_there ? static_cast<float>(mean) : kNoDrive);
  out.heat_max.push_back(was_there ? static_cast<float>(heat_max) : kNoDrive);
}

}  // namespace

DriveArrays drive_arrays(const models::Topology& topology,
                         std::span<const std::uint64_t> used_bytes,
                         std::span<const std::uint8_t> is_there, const models::FlowResult& flow) {
  DriveArrays out;
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    const double fill =
        static_cast<double>(used_bytes[drive]) / topology.capacity_of(drive).to_double();
    add(out, flow.epochs, is_there.empty() || is_there[drive] != 0, fill,
        flow.drive_heat_sum[drive], flow.drive_heat_max[drive]);
  }
  return out;
}

DriveArrays drive_arrays(const models::LedgerFleet& fleet, const models::LedgerResult& result) {
  DriveArrays out;
  for (std::uint32_t drive = 0; drive < fleet.topology().drives(); ++drive) {
    add(out, result.epochs, fleet.is_there(drive), fleet.shards_on(drive) / fleet.room_of(drive),
        static_cast<double>(result.heat_sum[drive]), static_cast<double>(result.heat_max[drive]));
  }
  return out;
}

}  // namespace spindle::app
