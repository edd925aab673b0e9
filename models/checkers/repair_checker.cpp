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
      reserved_on_(counts.size()),
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
  std::uint32_t on_platform = 0;
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
    const std::uint32_t rack = topology_.rack_of(drive);
    const bool is_first_in_rack = in_rack_[rack]++ == 0;
    const auto end = drives.begin() + static_cast<std::ptrdiff_t>(i);
    // Only a rack seen before can hold a drive seen before.
    if (!is_first_in_rack && std::find(drives.begin(), end, drive) != end) {
      add(report_, "extent {} has two shards on drive {}", extent, drive);
    }
    if (in_rack_[rack] > rule_.max_per_rack && rule_.max_per_rack != 0) {
      add(report_, "extent {} has {} shards in rack {}, limit {}", extent, in_rack_[rack], rack,
          rule_.max_per_rack);
    }
    const std::uint32_t zone = topology_.zone_of_rack(rack);
    if (++in_zone_[zone] > rule_.max_per_zone && rule_.max_per_zone != 0) {
      add(report_, "extent {} has {} shards in zone {}, limit {}", extent, in_zone_[zone], zone,
          rule_.max_per_zone);
    }
    if (rule_.guard.platform.empty()) continue;
    const bool is_new = topology_.model_of(drive).name == rule_.guard.platform;
    if (is_new && ++on_platform > rule_.guard.at_most) {
      add(report_, "extent {} has {} shards on {} drives, limit {}", extent, on_platform,
          rule_.guard.platform, rule_.guard.at_most);
    }
  }
  for (const std::uint32_t drive : drives) {
    if (drive == PlacementResult::kNoDrive) continue;
    in_rack_[topology_.rack_of(drive)] = 0;
    in_zone_[topology_.zone_of(drive)] = 0;
  }
}

CheckReport RepairChecker::finish(const Claims& claims) {
  for (std::uint32_t drive = 0; drive < topology_.drives(); ++drive) {
    const std::uint64_t used = claims.used_bytes[drive];
    const std::uint64_t taken = claims.taken_bytes[drive];
    const bool is_gone = claims.is_gone[drive] != 0;
    const std::uint64_t bytes = is_gone ? 0 : shards_on_[drive] * shard_bytes_;
    if (claims.is_present[drive] == 0 && !is_gone && shards_on_[drive] != 0) {
      add(report_, "drive {} is down and holds {} shards", drive, shards_on_[drive]);
    }
    if (used != bytes) {
      add(report_, "drive {} counts {} B used, the map puts {} B there", drive, used, bytes);
    }
    if (taken != used + reserved_on_[drive] * shard_bytes_) {
      add(report_, "drive {} counts {} B taken, it holds {} B and {} shards are on their way",
          drive, taken, used, reserved_on_[drive]);
    }
    if (std::max(used, taken) > topology_.capacity_of(drive).value) {
      add(report_, "drive {} holds {} B, capacity {} B", drive, std::max(used, taken),
          topology_.capacity_of(drive).value);
    }
  }
  if (missing_ != claims.missing) {
    add(report_, "{} shards are missing, {} are counted so", missing_, claims.missing);
  }
  return std::move(report_);
}

CheckReport check_extents(const FleetState& state) {
  CheckReport report;
  std::uint64_t under_protected = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t exposed = 0;
  // One look at each shard's drive: present in the low half, readable in the high one.
  constexpr unsigned kHalf = 8;
  std::vector<std::uint16_t> tally(state.topology().drives());
  for (std::uint32_t drive = 0; drive < tally.size(); ++drive) {
    tally[drive] = static_cast<std::uint16_t>((state.is_present(drive) ? 1U : 0U) |
                                              (state.can_read(drive) ? 1U << kHalf : 0U));
  }
  for (std::uint32_t extent = 0; extent < state.extents(); ++extent) {
    const auto entries = state.map().of(extent);
    if (entries.front() == PlacementResult::kNoDrive) continue;
    std::uint32_t sum = 0;
    for (const std::uint32_t entry : entries) sum += ShardMap::is_lost(entry) ? 0U : tally[entry];
    const std::uint32_t present = sum & ((1U << kHalf) - 1);
    under_protected += present < state.shards() ? 1U : 0U;
    exposed += present < state.shards() && present <= state.needed() ? 1U : 0U;
    unreadable += (sum >> kHalf) < state.needed() ? 1U : 0U;
  }
  if (under_protected != state.under_protected()) {
    add(report, "{} extents lack shards, {} are counted so", under_protected,
        state.under_protected());
  }
  if (unreadable != state.unreadable()) {
    add(report, "{} extents cannot be read, {} are counted so", unreadable, state.unreadable());
  }
  if (exposed != state.exposed()) {
    add(report, "{} extents have no shard to spare, {} are counted so", exposed, state.exposed());
  }
  return report;
}

namespace {

CheckReport check_drives(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const FleetState& state, const Repair& repair) {
  RepairChecker checker(inputs.topology, repair.spread(), inputs.shard_bytes, inputs.placement,
                        counts);
  std::array<std::uint32_t, kMaxShards> drives{};
  state.map().for_each_changed([&](std::uint32_t extent, std::span<const std::uint32_t> entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      drives[i] = ShardMap::is_lost(entries[i]) ? PlacementResult::kNoDrive : entries[i];
    }
    checker.show(extent, std::span(drives).first(entries.size()));
  });
  repair.for_each_reserved([&](std::uint32_t, std::uint32_t drive) { checker.reserve(drive); });
  std::vector<std::uint8_t> is_present(inputs.topology.drives());
  std::vector<std::uint8_t> is_gone(inputs.topology.drives());
  for (std::uint32_t drive = 0; drive < inputs.topology.drives(); ++drive) {
    is_present[drive] = state.is_present(drive) ? 1 : 0;
    is_gone[drive] = state.is_gone(drive) ? 1 : 0;
  }
  return checker.finish(
      {is_present, is_gone, state.used_bytes(), state.taken_bytes(), repair.missing_shards()});
}

}  // namespace

CheckReport check_repair(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const FleetState& state, const Repair& repair) {
  CheckReport report = check_drives(inputs, counts, state, repair);
  const CheckReport extents = check_extents(state);
  report.violations += extents.violations;
  report.first.insert(report.first.end(), extents.first.begin(), extents.first.end());
  return report;
}

CheckReport check_repair(const RepairInputs& inputs, const std::vector<std::uint32_t>& counts,
                         const RepairRun& run) {
  if (inputs.outages.scripted.empty() && inputs.outages.random.empty()) {
    return check_drives(inputs, counts, run.state(), run.repair());
  }
  return check_repair(inputs, counts, run.state(), run.repair());
}

}  // namespace spindle::models
