#include "models/placement/isolation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/placement/tenant_shards.hpp"
#include "models/purposes.hpp"

namespace spindle::models {
namespace {

bool is_placed(std::span<const std::uint32_t> drives) {
  return drives.front() != PlacementResult::kNoDrive;
}

// Numbers that two ascending lists have in common.
std::size_t shared(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::size_t count = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    count += a[i] == b[j] ? 1U : 0U;
    const bool is_first = a[i] <= b[j];
    j += a[i] >= b[j] ? 1U : 0U;
    i += is_first ? 1U : 0U;
  }
  return count;
}

// 1 - C(n - k, f) / C(n, f): some of k among f drawn from n.
double probability_of_any(std::uint32_t k, std::uint32_t f, std::uint32_t n) {
  if (k + f > n) return k > 0 && f > 0 ? 1.0 : 0.0;
  const std::uint32_t factors = std::min(k, f);
  const std::uint32_t other = std::max(k, f);
  double none = 1;
  for (std::uint32_t i = 0; i < factors; ++i) {
    none *= static_cast<double>(n - other - i) / static_cast<double>(n - i);
  }
  return 1 - none;
}

}  // namespace

TenantDrives::TenantDrives(const Topology& topology, const ExtentTable& extents,
                           const PlacementResult& result)
    : first_{0} {
  std::vector<std::uint32_t> seen(topology.drives(), 0);  // last tenant counted there, plus 1
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    for (const std::uint32_t drive : shards_of(tenant, extents, result)) {
      if (drive == PlacementResult::kNoDrive || seen[drive] == tenant + 1) continue;
      seen[drive] = tenant + 1;
      drives_.push_back(drive);
    }
    std::sort(drives_.begin() + static_cast<std::ptrdiff_t>(first_.back()), drives_.end());
    first_.push_back(drives_.size());
  }
}

DriveOverlap drive_overlap(const TenantDrives& drives, std::uint64_t most_pairs, sim::Seed seed) {
  DriveOverlap overlap;
  std::uint64_t sum = 0;
  const auto compare = [&](std::uint32_t a, std::uint32_t b) {
    const std::size_t common = shared(drives.of(a), drives.of(b));
    if (overlap.with_shared.size() <= common) overlap.with_shared.resize(common + 1, 0);
    ++overlap.with_shared[common];
    ++overlap.pairs;
    sum += common;
  };
  const std::uint32_t tenants = drives.tenants();
  if (tenants >= 2 && std::uint64_t{tenants} * (tenants - 1) / 2 <= most_pairs) {
    for (std::uint32_t a = 0; a < tenants; ++a) {
      for (std::uint32_t b = a + 1; b < tenants; ++b) compare(a, b);
    }
  } else if (tenants >= 2) {
    sim::RandomStream random(seed, 0, purpose::kTenantPair, 0);
    for (std::uint64_t i = 0; i < most_pairs; ++i) {
      const std::uint32_t a = random.below(tenants);
      const std::uint32_t b = random.below(tenants - 1);
      compare(a, b < a ? b : b + 1);
    }
  }
  if (overlap.pairs > 0) {
    overlap.mean = static_cast<double>(sum) / static_cast<double>(overlap.pairs);
  }
  return overlap;
}

std::uint32_t extents_sharing_drives(std::uint32_t tenant, const Topology& topology,
                                     const ExtentTable& extents, const PlacementResult& result) {
  std::vector<std::uint8_t> mine(topology.drives(), 0);
  for (const std::uint32_t drive : shards_of(tenant, extents, result)) {
    if (drive != PlacementResult::kNoDrive) mine[drive] = 1;
  }
  std::uint32_t sharing = 0;
  for (std::uint32_t extent = 0; extent < extents.extents(); ++extent) {
    const bool is_own =
        extent >= extents.first_extent[tenant] && extent < extents.first_extent[tenant + 1];
    const auto shards = result.drives_of(extent);
    if (is_own || !is_placed(shards)) continue;
    const bool is_hit = std::any_of(shards.begin(), shards.end(),
                                    [&](std::uint32_t drive) { return mine[drive] != 0; });
    sharing += is_hit ? 1U : 0U;
  }
  return sharing;
}

TenantBlast tenant_blast(const Topology& topology, const ExtentTable& extents,
                         const PlacementResult& result) {
  // The last tenant counted there, plus 1.
  std::vector<std::uint32_t> drive_seen(topology.drives(), 0);
  std::vector<std::uint32_t> rack_seen(topology.racks(), 0);
  std::vector<std::uint32_t> of_drive(topology.drives(), 0);
  std::uint64_t of_racks = 0;
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    for (const std::uint32_t drive : shards_of(tenant, extents, result)) {
      if (drive == PlacementResult::kNoDrive || drive_seen[drive] == tenant + 1) continue;
      drive_seen[drive] = tenant + 1;
      ++of_drive[drive];
      std::uint32_t& seen = rack_seen[topology.rack_of(drive)];
      of_racks += seen != tenant + 1 ? 1U : 0U;
      seen = tenant + 1;
    }
  }
  double of_drives = 0;
  double shared_by_pairs = 0;
  for (const double tenants : of_drive) {
    of_drives += tenants;
    shared_by_pairs += tenants * (tenants - 1) / 2;
  }
  const double tenants = extents.tenants();
  const double pairs = tenants * (tenants - 1) / 2;
  return {of_drives / topology.drives(), static_cast<double>(of_racks) / topology.racks(),
          pairs > 0 ? shared_by_pairs / pairs : std::numeric_limits<double>::quiet_NaN()};
}

HitByFailures hit_by_failed_drives(std::uint32_t failed, const TenantDrives& drives,
                                   const Topology& topology, const PlacementResult& result) {
  HitByFailures hit;
  const std::size_t shards = result.shards_per_extent;
  const double one = probability_of_any(result.shards_per_extent, failed, topology.drives());
  for (std::size_t first = 0; first < result.drive_of_shard.size(); first += shards) {
    if (is_placed(std::span(result.drive_of_shard).subspan(first, shards))) hit.extents += one;
  }
  for (std::uint32_t tenant = 0; tenant < drives.tenants(); ++tenant) {
    const auto held = static_cast<std::uint32_t>(drives.of(tenant).size());
    hit.tenants += probability_of_any(held, failed, topology.drives());
  }
  return hit;
}

HotReads hot_reads(const PlacementResult& result, std::span<const std::uint8_t> is_hot,
                   std::uint32_t needed) {
  const std::size_t shards = result.shards_per_extent;
  std::uint64_t placed = 0;
  std::uint64_t fixed = 0;
  std::uint64_t bound = 0;
  for (std::size_t first = 0; first < result.drive_of_shard.size(); first += shards) {
    const auto drives = std::span(result.drive_of_shard).subspan(first, shards);
    if (!is_placed(drives)) continue;
    ++placed;
    std::uint32_t hot_first = 0;
    std::uint32_t cool = 0;
    for (std::size_t i = 0; i < shards; ++i) {
      const bool hot = is_hot[drives[i]] != 0;
      cool += hot ? 0U : 1U;
      hot_first += hot && i < needed ? 1U : 0U;
    }
    fixed += hot_first > 0 ? 1U : 0U;
    bound += cool < needed ? 1U : 0U;
  }
  if (placed == 0) return {};
  return {static_cast<double>(fixed) / static_cast<double>(placed),
          static_cast<double>(bound) / static_cast<double>(placed)};
}

std::vector<std::uint8_t> hottest_drives(std::span<const double> heat, double share) {
  std::vector<std::uint32_t> order(heat.size());
  std::iota(order.begin(), order.end(), 0U);
  // A share of whole drives stays so where the product is not exact.
  const double wanted = std::ceil(share * static_cast<double>(heat.size()) - 1e-9);
  const auto hot = std::min(static_cast<std::size_t>(wanted), heat.size());
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(hot), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) {
                     return heat[a] > heat[b] || (heat[a] == heat[b] && a < b);
                   });
  std::vector<std::uint8_t> marks(heat.size(), 0);
  for (std::size_t i = 0; i < hot; ++i) marks[order[i]] = 1;
  return marks;
}

// Of independent tenants variances add up: a tenant of mean m and duty p that has a share x of its
// shards on a drive brings it m x on average with variance m^2 x^2 (1 - p) / p.
LoadVariation instant_load(const Topology& topology, const ExtentTable& extents,
                           const PlacementResult& result, std::span<const double> mean_load,
                           std::span<const double> duty) {
  std::vector<double> mean(topology.drives(), 0);
  std::vector<double> here(topology.drives(), 0);  // all 0 between tenants
  double variance = 0;                             // summed over drives
  for (std::uint32_t tenant = 0; tenant < extents.tenants(); ++tenant) {
    const auto shards = shards_of(tenant, extents, result);
    const auto placed = static_cast<double>(
        shards.size() - static_cast<std::size_t>(
                            std::count(shards.begin(), shards.end(), PlacementResult::kNoDrive)));
    const double of_shard = placed > 0 ? mean_load[tenant] / placed : 0.0;
    for (const std::uint32_t drive : shards) {
      if (drive != PlacementResult::kNoDrive) here[drive] += of_shard;
    }
    const double spread = (1 - duty[tenant]) / duty[tenant];
    for (const std::uint32_t drive : shards) {
      if (drive == PlacementResult::kNoDrive) continue;
      variance += here[drive] * here[drive] * spread;
      mean[drive] += here[drive];
      here[drive] = 0;  // a drive's later shards add nothing more
    }
  }
  const double drives = topology.drives();
  const double average = std::accumulate(mean.begin(), mean.end(), 0.0) / drives;
  if (average <= 0) return {};
  double squares = 0;
  for (const double load : mean) squares += (load - average) * (load - average);
  const double over_time = std::sqrt(variance / drives) / average;
  const double over_drives = std::sqrt(squares / drives) / average;
  return {std::sqrt(over_time * over_time + over_drives * over_drives), over_time, over_drives};
}

}  // namespace spindle::models
