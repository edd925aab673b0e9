#pragma once
// What each drive holds at a run's end, and how hot it was: one value for each place of a drive, by
// its number: zone by zone, rack by rack, racks that land last in their zone.

#include <cstdint>
#include <span>
#include <vector>

namespace spindle::models {
class Topology;
class LedgerFleet;
struct FlowResult;
struct LedgerResult;
}  // namespace spindle::models

namespace spindle::app {

struct DriveArrays {
  std::vector<float> fill;  // bytes / capacity at the end; NaN: no drive is there
  // NaN: no drive there was ever asked for anything, nor is there one.
  std::vector<float> heat_mean;  // over the run's epochs, those in which it did nothing counted in
  std::vector<float> heat_max;   // of an epoch
};

// `is_there`: empty where all are.
DriveArrays drive_arrays(const models::Topology& topology,
                         std::span<const std::uint64_t> used_bytes,
                         std::span<const std::uint8_t> is_there, const models::FlowResult& flow);
// Of a fleet that one process holds.
DriveArrays drive_arrays(const models::LedgerFleet& fleet, const models::LedgerResult& result);

}  // namespace spindle::app
