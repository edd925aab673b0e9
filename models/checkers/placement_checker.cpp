#include "models/checkers/placement_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/compensated_sum.hpp"

namespace spindle::models {
namespace {

class Violations {
 public:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    if (report_.violations++ < CheckReport::kKept) {
      report_.first.push_back(fmt::format(format, std::forward<Args>(args)...));
    }
  }
  [[nodiscard]] CheckReport report() { return std::move(report_); }

 private:
  CheckReport report_;
};

// Counts how many shards of one extent each domain holds; cheap to start over.
class DomainCount {
 public:
  explicit DomainCount(std::uint32_t domains) : count_(domains), extent_(domains) {}
  std::uint32_t add(std::uint32_t domain, std::uint64_t extent) {
    if (extent_[domain] != extent + 1) {
      extent_[domain] = extent + 1;
      count_[domain] = 0;
    }
    return ++count_[domain];
  }

 private:
  std::vector<std::uint32_t> count_;
  std::vector<std::uint64_t> extent_;  // plus 1, of the last shard counted
};

void check_extent(std::uint32_t extent, std::span<const std::uint32_t> drives,
                  const Topology& topology, const SpreadRule& rule, DomainCount& in_rack,
                  DomainCount& in_zone, Violations& found) {
  std::uint32_t on_platform = 0;
  for (std::size_t i = 0; i < drives.size(); ++i) {
    const std::uint32_t drive = drives[i];
    const std::uint32_t rack = topology.rack_of(drive);
    const std::uint32_t of_rack = in_rack.add(rack, extent);
    const auto end = drives.begin() + static_cast<std::ptrdiff_t>(i);
    // Only a rack seen before can hold a drive seen before.
    if (of_rack > 1 && std::find(drives.begin(), end, drive) != end) {
      found.add("extent {} has two shards on drive {}", extent, drive);
    }
    if (rule.max_per_rack != 0 && of_rack > rule.max_per_rack) {
      found.add("extent {} has {} shards in rack {}, limit {}", extent, of_rack, rack,
                rule.max_per_rack);
    }
    const std::uint32_t zone = topology.zone_of_rack(rack);
    const std::uint32_t of_zone = in_zone.add(zone, extent);
    if (rule.max_per_zone != 0 && of_zone > rule.max_per_zone) {
      found.add("extent {} has {} shards in zone {}, limit {}", extent, of_zone, zone,
                rule.max_per_zone);
    }
    // By name, drive by drive: not by the racks that the placement looked up.
    const bool is_new = topology.model_of(drive).name == rule.guard.platform;
    if (!rule.guard.platform.empty() && is_new && ++on_platform > rule.guard.at_most) {
      found.add("extent {} has {} shards on {} drives, limit {}", extent, on_platform,
                rule.guard.platform, rule.guard.at_most);
    }
  }
}

void check_bytes(const Topology& topology, std::uint64_t shard_bytes, std::uint64_t placed_shards,
                 std::span<const std::uint64_t> shards_on, std::span<const std::uint64_t> used,
                 Violations& found) {
  std::uint64_t sum = 0;  // both sides of the comparison wrap alike beyond 2^64 bytes
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    sum += used[drive];
    if (used[drive] != shards_on[drive] * shard_bytes) {
      found.add("drive {} counts {} B used, the map puts {} B there", drive, used[drive],
                shards_on[drive] * shard_bytes);
    }
    if (used[drive] > topology.capacity_of(drive).value) {
      found.add("drive {} holds {} B, capacity {} B", drive, used[drive],
                topology.capacity_of(drive).value);
    }
  }
  if (sum != placed_shards * shard_bytes) {
    found.add("drives hold {} B, {} placed shards make {} B", sum, placed_shards,
              placed_shards * shard_bytes);
  }
}

double accurate_sum(std::span<const double> values) {
  sim::CompensatedSum sum;
  for (const double value : values) sum.add(value);
  return sum.value();
}

}  // namespace

CheckReport check_placement(const Topology& topology, const SpreadRule& rule,
                            const ExtentTable& extents, const PlacementResult& result) {
  Violations found;
  const std::uint32_t shards = result.shards_per_extent;
  if (result.drive_of_shard.size() != std::size_t{extents.extents()} * shards ||
      result.used_bytes.size() != topology.drives()) {
    found.add("map of {} shards and {} drives for {} extents of {} shards on {} drives",
              result.drive_of_shard.size(), result.used_bytes.size(), extents.extents(), shards,
              topology.drives());
    return found.report();
  }
  std::vector<std::uint64_t> shards_on(topology.drives());
  DomainCount in_rack(topology.racks());
  DomainCount in_zone(topology.zones());
  std::uint64_t unplaced = 0;
  for (std::uint32_t extent = 0; extent < extents.extents(); ++extent) {
    const auto drives = result.drives_of(extent);
    const auto missing = std::count(drives.begin(), drives.end(), PlacementResult::kNoDrive);
    if (missing == static_cast<std::ptrdiff_t>(drives.size())) {
      ++unplaced;
      continue;
    }
    if (std::any_of(drives.begin(), drives.end(),
                    [&](std::uint32_t drive) { return drive >= topology.drives(); })) {
      found.add("extent {} lacks {} of {} shards, or names a drive beyond {}", extent, missing,
                shards, topology.drives());
      continue;
    }
    for (const std::uint32_t drive : drives) ++shards_on[drive];
    check_extent(extent, drives, topology, rule, in_rack, in_zone, found);
  }
  if (unplaced != result.unplaced_extents) {
    found.add("{} extents are unplaced, {} are counted so", unplaced, result.unplaced_extents);
  }
  check_bytes(topology, extents.shard_bytes, (extents.extents() - unplaced) * shards, shards_on,
              result.used_bytes, found);
  return found.report();
}

CheckReport check_heat(std::span<const double> heat_of_drive,
                       std::span<const double> demand_of_tenant, double tolerance) {
  Violations found;
  const double heat = accurate_sum(heat_of_drive);
  const double demand = accurate_sum(demand_of_tenant);
  // Written so that NaN is a violation.
  if (!(std::abs(heat - demand) <= tolerance * std::max(std::abs(heat), std::abs(demand)))) {
    found.add("drives carry heat {:.17g}, tenants demand {:.17g}", heat, demand);
  }
  return found.report();
}

}  // namespace spindle::models
