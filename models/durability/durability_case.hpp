#pragma once
// What an estimate of durability is told: a fleet of like drives, one scheme and its spread, how
// drives fail and how shards come back. Equations: docs/theory/exposure.md.

#include <algorithm>
#include <cstdint>

#include "models/analytic/latent_errors.hpp"
#include "models/redundancy/scheme.hpp"
#include "models/repair/repair_options.hpp"

namespace spindle::models {

// Drives all alike, spread evenly over the racks; extents lie on them at random under the rule.
struct DurabilityFleet {
  std::uint64_t drives = 100'000;
  std::uint32_t zones = 1;
  std::uint32_t racks_per_zone = 1;
  std::uint32_t max_per_zone = 0;  // shards of an extent; 0: no limit
  std::uint32_t max_per_rack = 0;  // 0: no limit

  [[nodiscard]] std::uint32_t racks() const { return zones * racks_per_zone; }
  // Slots are numbered rack by rack, racks zone by zone, as those of Topology: rack r begins with
  // slot floor(r drives / racks). Precondition: drives below 2^32.
  [[nodiscard]] std::uint32_t rack_of(std::uint64_t slot) const {
    return static_cast<std::uint32_t>(((slot + 1) * racks() - 1) / drives);
  }
  [[nodiscard]] std::uint32_t zone_of(std::uint64_t slot) const {
    return rack_of(slot) / racks_per_zone;
  }
};

// What a drive holds that takes the place of a failed one.
enum class NewDrives {
  kEven,   // soon as much as the others: new data and rebalancing see to it
  kEmpty,  // what rebuilds bring, nothing else
};

// What is rebuilt at a time.
enum class RebuildUnit {
  kExtent,  // all of an extent's known shards: its other shards are read once
  kShard,   // each by itself, reading as much for each
};

struct RebuildOptions {
  RepairLaw law = RepairLaw::kExponential;
  // kExponential: each lost shard by itself, in an exponential time of this mean.
  double mttr_s = 86'400;
  // kBandwidth: from a failure to the start of its rebuild, then all drives together share
  // `drives x bytes_per_s`, for reads and writes.
  double detect_s = 0;
  double bytes_per_s = 0;    // of each drive; 0: nothing is ever rebuilt
  double used_bytes = 0;     // on each drive
  double own_rebuild_s = 0;  // least time of one extent's rebuild, once its turn has come
  // The same on top for extents that overtake others (kMostExposedFirst, and more shards known to
  // be missing than rebuild_from): what was begun before is finished first.
  double overtaking_s = 0;
  double fleet_bytes_per_s = 0;  // what the network lets through at most; 0: no limit
  RebuildOrder order = RebuildOrder::kMostExposedFirst;
  RebuildUnit unit = RebuildUnit::kExtent;
  // A rebuild that reads from a drive when that fails begins again behind all that waits.
  bool loses_turn = false;
  NewDrives new_drives = NewDrives::kEven;
  std::uint32_t rebuild_from = 1;  // lazy repair: only extents that lack at least so many shards
};

struct DurabilityCase {
  Scheme scheme;
  DurabilityFleet fleet;
  double failures_per_year = 0;  // of each drive (AFR as a rate)
  RebuildOptions rebuild;
  LatentErrors errors = {};  // per second; met by extents that have no spare shard

  // What all drives together give to repair under kBandwidth, bytes/s.
  [[nodiscard]] double server_bytes_per_s() const {
    const double drives = static_cast<double>(fleet.drives) * rebuild.bytes_per_s;
    return rebuild.fleet_bytes_per_s > 0 ? std::min(drives, rebuild.fleet_bytes_per_s) : drives;
  }
  // For how long what one failed drive held keeps all of that busy.
  [[nodiscard]] double failure_work_s() const {
    return rebuild.used_bytes * (scheme.repair_reads() + 1) / server_bytes_per_s();
  }
};

}  // namespace spindle::models
