#include "models/durability/case_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "models/durability/queued_exposure.hpp"

namespace spindle::models {
namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw std::invalid_argument(message);
}

void check_spread(const DurabilityCase& of) {
  const DurabilityFleet& fleet = of.fleet;
  const std::uint64_t shards = of.scheme.shards();
  const std::uint64_t racks = std::uint64_t{fleet.zones} * fleet.racks_per_zone;
  if (fleet.zones == 0 || fleet.racks_per_zone == 0) {
    refuse("0 zones or racks (drives stand somewhere) — 1 or more of each");
  }
  if (fleet.drives < racks) {
    refuse(fmt::format("{} drives in {} racks (some racks would be empty) — fewer racks",
                       fleet.drives, racks));
  }
  if (racks > std::numeric_limits<std::uint32_t>::max() ||
      fleet.drives > std::numeric_limits<std::uint32_t>::max()) {
    refuse(fmt::format("{} drives in {} racks (at most {} are simulated) — fewer", fleet.drives,
                       racks, std::numeric_limits<std::uint32_t>::max()));
  }
  const std::uint64_t drives_a_rack = fleet.drives / racks;
  const std::uint64_t a_rack = fleet.max_per_rack == 0
                                   ? drives_a_rack
                                   : std::min<std::uint64_t>(drives_a_rack, fleet.max_per_rack);
  const std::uint64_t in_a_zone = a_rack * fleet.racks_per_zone;
  const std::uint64_t a_zone =
      fleet.max_per_zone == 0 ? in_a_zone : std::min<std::uint64_t>(in_a_zone, fleet.max_per_zone);
  if (shards > a_zone * fleet.zones) {
    refuse(
        fmt::format("{} needs {} drives and the spread has room for {} of them ({} zones with at "
                    "most {} shards, {} a rack) — more zones or racks, or a looser spread",
                    of.scheme.name(), shards, a_zone * fleet.zones, fleet.zones, a_zone, a_rack));
  }
}

void check_number(const char* what, double value, double least, bool may_be_least) {
  const bool is_in = may_be_least ? value >= least : value > least;
  if (is_in && std::isfinite(value)) return;
  refuse(fmt::format("{} of {} (it must be finite and {} {}) — another number", what, value,
                     may_be_least ? "at least" : "above", least));
}

}  // namespace

void check_case(const DurabilityCase& of) {
  check_spread(of);
  check_number("a failure rate", of.failures_per_year, 0, true);
  const RebuildOptions& rebuild = of.rebuild;
  if (rebuild.law == RepairLaw::kExponential) {
    check_number("a mean time to repair", rebuild.mttr_s, 0, false);
    return;
  }
  if (of.scheme.most_survived() > QueuedExposure::kMostLosses) {
    refuse(
        fmt::format("{} survives {} losses (bounded repair is simulated up to {}) — a mean time to "
                    "repair, or less parity",
                    of.scheme.name(), of.scheme.most_survived(), QueuedExposure::kMostLosses));
  }
  check_number("a detection time", rebuild.detect_s, 0, true);
  check_number("a bandwidth for repair", rebuild.bytes_per_s, 0, true);
  check_number("a fleet's bandwidth for repair", rebuild.fleet_bytes_per_s, 0, true);
  check_number("a least time of a rebuild", rebuild.own_rebuild_s, 0, true);
  check_number("a wait of what overtakes", rebuild.overtaking_s, 0, true);
  check_number("a number of bytes on a drive", rebuild.used_bytes, 0, false);
  if (rebuild.rebuild_from == 0 || rebuild.rebuild_from > of.scheme.tolerated() + 1) {
    refuse(
        fmt::format("rebuilds from {} missing shards on (an extent of {} is lost with {}) — from "
                    "1 to {}",
                    rebuild.rebuild_from, of.scheme.name(), of.scheme.tolerated() + 1,
                    std::max(1U, of.scheme.tolerated())));
  }
}

}  // namespace spindle::models
