#include "app/place/fleet_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/place/number_text.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

struct KindName {
  const char* name;
  FleetChangeKind kind;
};
constexpr std::array kKinds = {
    KindName{"drive_out", FleetChangeKind::kDriveOut},
    KindName{"drive_lost", FleetChangeKind::kDriveLost},
    KindName{"host_lost", FleetChangeKind::kHostLost},
    KindName{"rack_lost", FleetChangeKind::kRackLost},
    KindName{"rack_doubled", FleetChangeKind::kRackDoubled},
    KindName{"zone_doubled", FleetChangeKind::kZoneDoubled},
};

models::Topology topology_of(const models::BulkOptions& options) {
  models::DriveModel model;
  model.name = "drive";
  model.capacity = {1};
  return models::Topology({options.zones, options.racks_per_zone, options.drives, {{model, 1}}});
}

models::crush::MapShape shape_of(const models::BulkOptions& options) {
  return {static_cast<std::uint32_t>(options.objects()), options.zones,
          options.shards / options.zones};
}

// The drives that the change is about.
std::vector<std::uint32_t> drives_of(const FleetChange& change, const models::Topology& topology,
                                     std::uint32_t drives_per_host) {
  models::DriveRange range;
  switch (change.kind) {
    case FleetChangeKind::kDriveOut:
    case FleetChangeKind::kDriveLost:
      return {change.number};
    case FleetChangeKind::kHostLost: {
      const models::crush::CrushTree tree(topology, {drives_per_host, {}, {}});
      std::vector<std::uint32_t> out;
      for (std::uint32_t drive = 0; drive < topology.drives(); ++drive) {
        if (tree.host_of(drive) == change.number) out.push_back(drive);
      }
      return out;
    }
    case FleetChangeKind::kRackLost:
    case FleetChangeKind::kRackDoubled:
      range = topology.drives_of_rack(change.number);
      break;
    case FleetChangeKind::kZoneDoubled:
      range = topology.drives_of_zone(change.number);
      break;
  }
  std::vector<std::uint32_t> out;
  for (std::uint32_t drive = range.first; drive < range.last; ++drive) out.push_back(drive);
  return out;
}

// How many there are of what the change names.
std::uint64_t count_of(FleetChangeKind kind, const models::BulkOptions& options) {
  const models::Topology topology = topology_of(options);
  switch (kind) {
    case FleetChangeKind::kDriveOut:
    case FleetChangeKind::kDriveLost:
      return topology.drives();
    case FleetChangeKind::kHostLost: {
      const std::uint32_t per_host = options.registry.drives_per_host;
      if (per_host == 0) return 0;
      const models::crush::CrushTree tree(topology, {per_host, {}, {}});
      return std::uint64_t{tree.host_of(topology.drives() - 1)} + 1;
    }
    case FleetChangeKind::kRackLost:
    case FleetChangeKind::kRackDoubled:
      return topology.racks();
    case FleetChangeKind::kZoneDoubled:
      return topology.zones();
  }
  return 0;
}

}  // namespace

std::optional<FleetChange> parse_change(const std::string& text,
                                        std::vector<std::string>& problems) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  std::vector<std::string> names;
  for (const KindName& kind : kKinds) {
    names.emplace_back(kind.name);
    if (name != kind.name) continue;
    FleetChange change{text, kind.kind, 0};
    if (colon == std::string::npos) return change;
    const auto number = parse_number(text.substr(colon + 1));
    constexpr double kMost = 4294967295.0;
    if (number && *number >= 0 && *number <= kMost &&
        *number == static_cast<std::uint32_t>(*number)) {
      change.number = static_cast<std::uint32_t>(*number);
      return change;
    }
    problems.push_back(fmt::format(
        "--change: {} (behind the colon stands a number, from 0) — write for example {}:7",
        in_quotes(text), name));
    return std::nullopt;
  }
  const std::string near = nearest(name, names);
  problems.push_back(fmt::format("--change: unknown change {} (there are {}){}", in_quotes(name),
                                 listed(names),
                                 near.empty() ? "" : " — did you mean " + near + "?"));
  return std::nullopt;
}

std::vector<std::string> change_problems(const FleetChange& change,
                                         const models::BulkOptions& options) {
  std::vector<std::string> out;
  if (options.shards % options.zones != 0) {
    out.push_back(fmt::format("--change: {} in {} (as many in each are compared) — take a multiple",
                              counted(options.shards, "shard"), counted(options.zones, "zone")));
  }
  constexpr std::uint64_t kMostObjects = 4294967295;
  if (options.objects() == 0 || options.objects() > kMostObjects) {
    out.push_back(fmt::format("--change: {} (from 1 to {}) — choose another --per-drive",
                              counted(options.objects(), "object"), grouped(kMostObjects)));
  }
  if (change.kind == FleetChangeKind::kHostLost && options.registry.drives_per_host == 0) {
    out.emplace_back("--change: host_lost without hosts — state --drives-per-host");
    return out;
  }
  const std::uint64_t count = count_of(change.kind, options);
  if (change.number >= count) {
    out.push_back(fmt::format("--change: {} (there are {}, counted from 0) — take a lower number",
                              change.text, grouped(count)));
  }
  return out;
}

double change_memory_bytes(const models::BulkOptions& options) {
  const double shards = static_cast<double>(options.objects()) * options.shards;
  constexpr double kBytesPerDrive = 120;  // two trees, weights and shares
  return 2 * sizeof(std::uint32_t) * shards + kBytesPerDrive * options.drives;
}

ChangeReport measure_change(const FleetChange& change, const models::BulkOptions& options) {
  const models::Topology topology = topology_of(options);
  const std::uint32_t per_host = options.registry.drives_per_host;
  std::vector<double> weights(topology.drives(), 1.0);
  std::vector<double> accepted(topology.drives(), 1.0);
  const std::vector<double> before = weights;
  const bool doubles =
      change.kind == FleetChangeKind::kRackDoubled || change.kind == FleetChangeKind::kZoneDoubled;
  for (const std::uint32_t drive : drives_of(change, topology, per_host)) {
    if (change.kind == FleetChangeKind::kDriveOut) {
      accepted[drive] = 0;
    } else {
      weights[drive] = doubles ? 2 : 0;
    }
  }
  const models::crush::MapShape shape = shape_of(options);
  const auto effect = models::crush::effect_of_change(
      topology, {per_host, before, {}}, {per_host, weights, accepted},
      {.max_per_rack = options.spread.max_per_rack}, shape, options.seed.value);
  const auto shards = static_cast<double>(effect.movement.shards);
  return {change.text, effect.least, static_cast<double>(effect.movement.nodes_changed) / shards,
          static_cast<double>(effect.movement.positions_changed) / shards,
          static_cast<double>(effect.movement.extents_touched) / shape.extents};
}

}  // namespace spindle::app
