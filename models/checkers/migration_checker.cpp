#include "models/checkers/migration_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spindle::models {
namespace {

constexpr std::uint32_t kNoDrive = PlacementResult::kNoDrive;

template <class... Args>
void add_to(CheckReport& report, fmt::format_string<Args...> format, Args&&... args) {
  if (report.violations++ < CheckReport::kKept) {
    report.first.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
}

// In [1, 2), different for different columns (the finaliser of splitmix64).
double key_of(std::uint32_t column) {
  std::uint64_t x = column + 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return 1 + static_cast<double>((x ^ (x >> 31)) >> 12) * 0x1p-52;
}

// What each drive bears, times the columns' keys, relative to the fleet's factor.
std::vector<double> recount_demand(const FleetState& state) {
  std::vector<double> out(state.topology().drives());
  const ExtentDemand& demand = state.demand();
  if (demand.weight.empty()) return out;
  for (std::uint32_t extent = 0; extent < state.extents(); ++extent) {
    const auto entries = state.map().of(extent);
    const auto readable = std::count_if(entries.begin(), entries.end(), [&](std::uint32_t entry) {
      return !ShardMap::is_lost(entry) && state.can_read(entry);
    });
    if (readable < static_cast<std::ptrdiff_t>(state.needed())) continue;
    const double each = static_cast<double>(demand.weight[extent]) *
                        static_cast<double>(entries.size()) / static_cast<double>(readable) /
                        state.factor() * key_of(demand.column[extent]);
    for (const std::uint32_t entry : entries) {
      if (!ShardMap::is_lost(entry) && state.is_present(entry)) out[entry] += each;
    }
  }
  return out;
}

std::uint64_t present_shards(const FleetPicture& fleet) {
  return fleet.drive_of_shard.size() -
         static_cast<std::uint64_t>(
             std::count(fleet.drive_of_shard.begin(), fleet.drive_of_shard.end(), kNoDrive));
}

// Counts of one extent's shards, cleared at a cost of its shards.
class Domains {
 public:
  Domains(const Topology& topology, const SpreadRule& rule)
      : topology_(topology), rule_(rule), in_rack_(topology.racks()), in_zone_(topology.zones()) {}

  void check(std::uint32_t extent, std::span<const std::uint32_t> drives, bool with_zones,
             CheckReport& report) {
    std::uint32_t on_platform = 0;
    for (std::size_t i = 0; i < drives.size(); ++i) {
      if (drives[i] == kNoDrive) continue;
      const auto end = drives.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(drives.begin(), end, drives[i]) != end) {
        add_to(report, "extent {} has two shards on drive {}", extent, drives[i]);
      }
      const std::uint32_t rack = topology_.rack_of(drives[i]);
      const std::uint32_t zone = topology_.zone_of_rack(rack);
      if (++in_rack_[rack] > rule_.max_per_rack && rule_.max_per_rack != 0) {
        add_to(report, "extent {} has {} shards in rack {}, limit {}", extent, in_rack_[rack], rack,
               rule_.max_per_rack);
      }
      if (++in_zone_[zone] > rule_.max_per_zone && rule_.max_per_zone != 0 && with_zones) {
        add_to(report, "extent {} has {} shards in zone {}, limit {}", extent, in_zone_[zone], zone,
               rule_.max_per_zone);
      }
      if (rule_.guard.platform.empty()) continue;
      const bool is_new = topology_.model_of(drives[i]).name == rule_.guard.platform;
      if (is_new && ++on_platform > rule_.guard.at_most) {
        add_to(report, "extent {} has {} shards on {} drives, limit {}", extent, on_platform,
               rule_.guard.platform, rule_.guard.at_most);
      }
    }
    for (const std::uint32_t drive : drives) {
      if (drive == kNoDrive) continue;
      in_rack_[topology_.rack_of(drive)] = 0;
      in_zone_[topology_.zone_of(drive)] = 0;
    }
  }

 private:
  const Topology& topology_;
  SpreadRule rule_;
  std::vector<std::uint32_t> in_rack_;
  std::vector<std::uint32_t> in_zone_;
};

}  // namespace

FleetPicture picture(const FleetState& state) {
  FleetPicture out;
  out.shards_per_extent = state.shards();
  out.shard_bytes = state.shard_bytes();
  out.drive_of_shard.reserve(std::size_t{state.extents()} * state.shards());
  for (std::uint32_t extent = 0; extent < state.extents(); ++extent) {
    for (const std::uint32_t entry : state.map().of(extent)) {
      out.drive_of_shard.push_back(state.is_present_entry(entry) ? entry : kNoDrive);
    }
  }
  out.used_bytes.assign(state.used_bytes().begin(), state.used_bytes().end());
  for (std::uint32_t drive = 0; drive < state.topology().drives(); ++drive) {
    out.is_present.push_back(state.is_present(drive) ? 1 : 0);
  }
  return out;
}

CheckReport check_picture(const Topology& topology, const SpreadRule& rule,
                          const FleetPicture& fleet, bool zone_limit_is_kept) {
  CheckReport report;
  Domains domains(topology, rule);
  std::vector<std::uint64_t> shards_on(topology.drives());
  const std::uint32_t n = fleet.shards_per_extent;
  for (std::size_t first = 0; first < fleet.drive_of_shard.size(); first += n) {
    const auto extent = static_cast<std::uint32_t>(first / n);
    const auto drives = std::span(fleet.drive_of_shard).subspan(first, n);
    bool exists = true;
    for (const std::uint32_t drive : drives) {
      if (drive == kNoDrive) continue;
      if (drive >= topology.drives() || fleet.is_present[drive] == 0) {
        add_to(report, "extent {} has a shard on drive {}, which is not there", extent, drive);
        exists = exists && drive < topology.drives();
        continue;
      }
      ++shards_on[drive];
    }
    if (exists) domains.check(extent, drives, zone_limit_is_kept, report);
  }
  for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
    if (fleet.is_present[drive] == 0) continue;
    const std::uint64_t bytes = shards_on[drive] * fleet.shard_bytes;
    if (fleet.used_bytes[drive] != bytes) {
      add_to(report, "drive {} counts {} B used, the map puts {} B there", drive,
             fleet.used_bytes[drive], bytes);
    }
    if (bytes > topology.capacity_of(drive).value) {
      add_to(report, "drive {} holds {} B, capacity {} B", drive, bytes,
             topology.capacity_of(drive).value);
    }
  }
  return report;
}

CheckReport check_conserved(const FleetPicture& before, const FleetPicture& after,
                            std::int64_t lost) {
  CheckReport report;
  if (before.drive_of_shard.size() != after.drive_of_shard.size() ||
      before.shard_bytes != after.shard_bytes) {
    add_to(report, "{} shards of {} B became {} of {} B", before.drive_of_shard.size(),
           before.shard_bytes, after.drive_of_shard.size(), after.shard_bytes);
    return report;
  }
  const auto was = static_cast<std::int64_t>(present_shards(before));
  const auto is = static_cast<std::int64_t>(present_shards(after));
  if (is != was - lost) {
    add_to(report, "{} shards of {} B were there, {} were lost, {} are there", was,
           before.shard_bytes, lost, is);
  }
  const std::uint32_t n = before.shards_per_extent;
  for (std::size_t first = 0; first < before.drive_of_shard.size(); first += n) {
    const auto none = [&](const FleetPicture& fleet) {
      const auto drives = std::span(fleet.drive_of_shard).subspan(first, n);
      return std::all_of(drives.begin(), drives.end(),
                         [](std::uint32_t drive) { return drive == kNoDrive; });
    };
    if (none(before) && !none(after)) {
      add_to(report, "extent {} was nowhere and has shards", first / n);
    } else if (none(after) && !none(before) && lost == 0) {
      add_to(report, "extent {} is gone", first / n);
    }
  }
  return report;
}

DemandWatch::DemandWatch(const FleetState& state)
    : topology_(state.topology()), borne_(recount_demand(state)) {}

void DemandWatch::add(const DemandJournal& journal) {
  for (std::uint32_t rack = 0; rack < topology_.racks(); ++rack) {
    const std::uint32_t first = topology_.drives_of_rack(rack).first;
    for (const DemandShift& shift : journal.shifts(rack)) {
      borne_[first + shift.drive_in_rack] +=
          static_cast<double>(shift.weight) * key_of(shift.column);
    }
  }
}

CheckReport DemandWatch::check(const FleetState& state, double tolerance) const {
  CheckReport report;
  const std::vector<double> recounted = recount_demand(state);
  const double largest = *std::max_element(recounted.begin(), recounted.end());
  for (std::uint32_t drive = 0; drive < recounted.size(); ++drive) {
    if (!state.is_present(drive)) continue;
    // Written so that NaN is a violation.
    if (!(std::abs(borne_[drive] - recounted[drive]) <= tolerance * largest)) {
      add_to(report, "drive {} bears {:.9g} by the journal, {:.9g} by its shards", drive,
             borne_[drive], recounted[drive]);
    }
  }
  return report;
}

}  // namespace spindle::models
