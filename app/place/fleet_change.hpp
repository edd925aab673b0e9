#pragma once
// `spindle place --change`: what a change of the fleet moves under crush, beside the least that any
// map would have to move.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/placement/bulk/bulk_options.hpp"
#include "models/placement/crush/crush_mapper.hpp"

namespace spindle::app {

enum class FleetChangeKind {
  kDriveOut,   // takes nothing any more, its weight stays
  kDriveLost,  // weight 0, as of all below
  kHostLost,
  kRackLost,
  kRackDoubled,  // twice the weight
  kZoneDoubled,
};

struct FleetChange {
  std::string text;  // as the user wrote it
  FleetChangeKind kind = FleetChangeKind::kDriveOut;
  std::uint32_t number = 0;  // of the drive, host, rack or zone, over the whole fleet
};

struct ChangeReport {
  std::string change;
  double least = 0;      // share of all shards that some map must move
  double drives = 0;     // share of all shards that are on another drive than any of before
  double positions = 0;  // share of all positions that have another drive
  double objects = 0;    // share of objects with one of these
};

// "KIND" or "KIND:NUMBER"; nothing, and a problem, where it is neither.
std::optional<FleetChange> parse_change(const std::string& text,
                                        std::vector<std::string>& problems);

// Why that cannot be measured; the options themselves are in order.
std::vector<std::string> change_problems(const FleetChange& change,
                                         const models::BulkOptions& options);
// Bytes of the two maps and of the trees.
double change_memory_bytes(const models::BulkOptions& options);

// Precondition: change_problems() has none. All drives have the weight 1. Cost: that of placing all
// objects twice.
ChangeReport measure_change(const FleetChange& change, const models::BulkOptions& options);

}  // namespace spindle::app
