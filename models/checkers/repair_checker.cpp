#include "models/checkers/repair_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace spindle::models {
namespace {

template <class... Args>
void add(CheckReport& report, fmt::format_string<Args...> format, Args&&... args) {
  if (report.violations++ < CheckReport::kKept) {
    report.first.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
}

}  // namespace

std::vector<std::uint32_t> count_shards(const Topology& topology,
                                        const PlacementResult& placement) {
  std::vector<std::uint32_t> counts(topology.drives());
  for (const std::uint32_t drive : placement.drive_of_shard) {
    if (drive != PlacementResult::kNoDrive) ++counts[drive];
  }
  return counts;
}

RepairChecker::RepairChecker(const Topology& topology, const SpreadRule& rule,
                             std::uint64_t shard_bytes, const PlacementResult& placement,
                             const std::vector<std::uint32_t>& counts)
    : topology_(topology),
      rule_(rule),
      shard_bytes_(shard_bytes),
      placement_(placement),
      shards_on_(counts.begin(), counts.end()),
      in_rack_(topology.racks()),
      in_zone_(topology.zones()) {}

void RepairChecker::show(std::uint32_t extent, std::span<const std::uint32_t> drives) {
  const auto before = placement_.drives_of(extent);
  if (before.front() == PlacementResult::kNoDrive) {
    if (!std::equal(drives.begin(), drives.end(), before.begin(), before.end())) {
      add(report_, "extent {} was never placed and has shards", extent);
    }
    return;
  }
  for (const std::uint32_t drive : before) --shards_on_[drive];
  for (std::size_t i = 0; i < drives.size(); ++i) {
    const std::uint32_t drive = drives[i];
    if (drive == PlacementResult::kNoDrive) {
      ++missing_;
      continue;
    }
    if (drive >= topology_.drives()) {
      add(report_, "extent {} names drive {} of {}", extent, drive, topology_.drives());
      return;
    }
    ++shards_on_[drive];
    const auto end = drives.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(drives.begin(), end, drive) != end) {
      add(report_, "extent {} has two shards on drive {}", extent, drive);
    }
    const std::uint32_t rack = topology_.rack_of(drive);
    if (++in_rack_[rack] > rule_.max_per_rack && rule_.max_per_rack != 0) {
      add(report_, "extent {} has {} shards in rack {}, limit {}", extent, in_rack_[rack], rack,
          rule_.max_per_rack);
    }
    const std::uint32_t zone = topology_.zone_of_rack(rack);
    if (++in_zone_[zone] > rule_.max_per_zone && rule_.max_per_zone != 0) {
      add(report_, "extent {} has {} shards in zone {}, limit {}", extent, in_zone_[zone], zone,
          rule_.max_per_zone);
    }
  }
  for (const std::uint32_t drive : drives) {
    if (drive == PlacementResult::kNoDrive) continue;
    in_rack_[topology_.rack_of(drive)] = 0;
    in_zone_[topology_.zone_of(drive)] = 0;
  }
}

CheckReport RepairChecker::finish(std::span<const std::uint8_t> is_up,
                                  std::span<const std::uint64_t> used_bytes,
                                  std::uint64_t missing) {
  for (std::uint32_t drive = 0; drive < topology_.drives(); ++drive) {
    const std::uint64_t bytes = shards_on_[drive] * shard_bytes_;
    if (is_up[drive] == 0 && shards_on_[drive] != 0) {
      add(report_, "drive {} is down and holds {} shards", drive, shards_on_[drive]);
    }
    if (used_bytes[drive] != bytes) {
      add(report_, "drive {} counts {} B used, the map puts {} B there", drive, used_bytes[drive],
          bytes);
    }
    if (used_bytes[drive] > topology_.capacity_of(drive).value) {
      add(report_, "drive {} holds {} B, capacity {} B", drive, used_bytes[drive],
          topology_.capacity_of(drive).value);
    }
  }
  if (missing_ != missing) {
    add(report_, "{} shards are missing, {} are counted so", missing_, missing);
  }
  return std::move(report_);
}

CheckReport check_repair(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const RepairRun& run) {
  RepairChecker checker(inputs.topology, inputs.spread, inputs.shard_bytes, inputs.placement,
                        counts);
  std::array<std::uint32_t, kMaxShards> drives{};
  run.state().map().for_each_changed(
      [&](std::uint32_t extent, std::span<const std::uint32_t> entries) {
        for (std::size_t i = 0; i < entries.size(); ++i) {
          drives[i] = ShardMap::is_lost(entries[i]) ? PlacementResult::kNoDrive : entries[i];
        }
        checker.show(extent, std::span(drives).first(entries.size()));
      });
  return checker.finish(run.state().takes_data(), run.state().used_bytes(), run.missing_shards());
}

}  // namespace spindle::models
