#pragma once
// The fleet as CRUSH sees it: zones -> racks -> (hosts) -> drives, each with a weight.
//
// A drive's weight is given (its capacity, if nothing else is); that of everything above is the sum
// of what lies below. Weights are doubles, where Ceph has 16.16 fixed point: they neither overflow
// above 65,536 nor round small drives. Beside its weight a drive has a share of extents that it
// accepts ("reweight"): what it refuses is tried elsewhere, and no weight above it changes.
// Immutable: a change of the fleet is a second tree. Building costs O(drives).

#include <cstdint>
#include <span>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/placement/crush/straw_level.hpp"

namespace spindle::models::crush {

struct TreeOptions {
  std::uint32_t drives_per_host =
      0;  // within a rack, the last host takes what is left; 0: no hosts
  // Per drive, any unit, >= 0 and finite; empty: the capacity in bytes.
  std::span<const double> weights = {};
  // Per drive: the share of extents that it accepts, 0 (out) to 1; empty: all accept all.
  std::span<const double> accepted = {};
};

class CrushTree {
 public:
  // Keeps a reference to `topology`. Throws std::invalid_argument: a list that has not one entry a
  // drive, a weight that is negative or not finite, a share outside [0, 1].
  explicit CrushTree(const Topology& topology, const TreeOptions& options = {});

  [[nodiscard]] const Topology& topology() const { return topology_; }
  [[nodiscard]] bool has_hosts() const { return !host_of_.empty(); }
  // The host of a drive, numbered rack by rack. Precondition: has_hosts().
  [[nodiscard]] std::uint32_t host_of(std::uint32_t drive) const { return host_of_[drive]; }

  // What the extent of this hash chooses at an attempt; kNoItem where all below has weight 0.
  [[nodiscard]] std::uint32_t choose_zone(std::uint64_t extent, std::uint32_t attempt) const {
    return zones_.choose(0, straw_key(extent, attempt, Level::kZone));
  }
  [[nodiscard]] std::uint32_t choose_rack(std::uint32_t zone, std::uint64_t extent,
                                          std::uint32_t attempt) const {
    return racks_.choose(zone, straw_key(extent, attempt, Level::kRack));
  }
  // Precondition: the rack was chosen, so that something in it has a weight.
  [[nodiscard]] std::uint32_t choose_drive(std::uint32_t rack, std::uint64_t extent,
                                           std::uint32_t attempt) const {
    const StrawKey key = straw_key(extent, attempt, Level::kDrive);
    if (!has_hosts()) return drives_.choose(rack, key);
    return drives_.choose(hosts_.choose(rack, straw_key(extent, attempt, Level::kHost)), key);
  }
  // Whether the drive takes this extent; the same answer at every attempt.
  [[nodiscard]] bool accepts(std::uint32_t drive, std::uint64_t extent) const;

 private:
  const Topology& topology_;
  std::vector<std::uint32_t> host_of_;  // per drive; empty without hosts
  StrawLevel zones_;
  StrawLevel racks_;
  StrawLevel hosts_;                     // empty without hosts
  StrawLevel drives_;                    // below hosts, or below racks
  std::vector<std::uint64_t> accepted_;  // per drive, in units of 2^-32; empty: all of them
};

// The share of all shards that each drive should hold where every zone takes as many, and drives of
// a zone by weight x share accepted. What distinct racks bend is left out.
std::vector<double> even_zone_shares(const Topology& topology, const TreeOptions& options);

}  // namespace spindle::models::crush
