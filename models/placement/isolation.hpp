#pragma once
// How well a placement keeps tenants out of each other's way: who shares drives with whom, who is
// hit when drives fail, which reads a few hot drives bind, how even load is while tenants come and
// go. Racks and zones hit extents as blast.hpp says. Everything is read from the explicit map.

#include <cstdint>
#include <span>
#include <vector>

#include "models/placement/placer.hpp"

namespace spindle::models {

// The drives that hold data of each tenant, each once, in ascending order. O(shards), 4 bytes a
// tenant and drive.
class TenantDrives {
 public:
  TenantDrives(const Topology& topology, const ExtentTable& extents, const PlacementResult& result);
  [[nodiscard]] std::uint32_t tenants() const {
    return static_cast<std::uint32_t>(first_.size() - 1);
  }
  [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t tenant) const {
    return std::span(drives_).subspan(first_[tenant], first_[tenant + 1] - first_[tenant]);
  }

 private:
  std::vector<std::size_t> first_;  // per tenant, and the total
  std::vector<std::uint32_t> drives_;
};

// Drives that two tenants share, over pairs of different tenants.
struct DriveOverlap {
  std::uint64_t pairs = 0;                 // compared: all, or those drawn
  std::vector<std::uint64_t> with_shared;  // [j]: pairs that share j drives; no zeros at the end
  double mean = 0;                         // drives shared; 0 where there is no pair
};
// All pairs where there are at most `most_pairs`, else so many drawn at random (with replacement,
// keyed by `seed`). O(pairs x drives of a tenant).
DriveOverlap drive_overlap(const TenantDrives& drives, std::uint64_t most_pairs, sim::Seed seed);

// Extents of other tenants with a shard on a drive that holds data of `tenant`. O(shards).
std::uint32_t extents_sharing_drives(std::uint32_t tenant, const Topology& topology,
                                     const ExtentTable& extents, const PlacementResult& result);

// Tenants with data on a drive and in a rack, means over drives and racks; and drives shared, the
// mean over all pairs of tenants (drive_overlap's, without comparing pairs: a drive of t tenants is
// shared by t (t - 1) / 2 of them). NaN where there is no pair. O(shards).
struct TenantBlast {
  double mean_of_drive = 0;
  double mean_of_rack = 0;
  double mean_shared = 0;
};
TenantBlast tenant_blast(const Topology& topology, const ExtentTable& extents,
                         const PlacementResult& result);

// Expected numbers of extents and of tenants with data on one of `failed` drives drawn from all of
// them, each set equally likely: exact, 1 - C(N - k, f) / C(N, f) for k drives of N. Extents weigh
// the same under every placement, tenants do not. O(tenants x min(k, f)).
struct HitByFailures {
  double extents = 0;
  double tenants = 0;
};
HitByFailures hit_by_failed_drives(std::uint32_t failed, const TenantDrives& drives,
                                   const Topology& topology, const PlacementResult& result);

// Shares of the placed extents whose reads meet hot drives; 0 where none is placed.
struct HotReads {
  double fixed = 0;  // one of the first `needed` shards is on a hot drive
  double bound = 0;  // fewer than `needed` shards are on drives that are not hot: no way around
};
// `is_hot`: one entry a drive, not 0 where it is hot. `needed` shards restore an extent. O(shards).
HotReads hot_reads(const PlacementResult& result, std::span<const std::uint8_t> is_hot,
                   std::uint32_t needed);
// Marks the share of the drives (rounded up; 0 to 1) with most heat, the lower number on ties.
std::vector<std::uint8_t> hottest_drives(std::span<const double> heat, double share);

// Tenant t is on a share duty[t] of the time, on its own, and then brings mean_load[t] / duty[t],
// spread over its shards: the coefficient of variation of a drive's load over moments and drives
// together, and its two parts (cov^2 = over_time^2 + over_drives^2). 0 without load.
// Preconditions: an entry a tenant in both, 0 < duty <= 1, mean_load >= 0. O(shards).
struct LoadVariation {
  double cov = 0;
  double over_time = 0;    // tenants switch on and off
  double over_drives = 0;  // drives have other means
};
LoadVariation instant_load(const Topology& topology, const ExtentTable& extents,
                           const PlacementResult& result, std::span<const double> mean_load,
                           std::span<const double> duty);

}  // namespace spindle::models
