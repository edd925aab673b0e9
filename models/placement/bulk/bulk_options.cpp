#include "models/placement/bulk/bulk_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/placement/bulk/bulk_fleet.hpp"
#include "models/redundancy/scheme.hpp"

namespace spindle::models {
namespace {

constexpr std::uint32_t kMostChoices = 64;
constexpr double kMostPerDrive = 1e6;

using Problems = std::vector<std::string>;

void check_range(Problems& out, const char* what, double value, double low, double high) {
  if (value >= low && value <= high) return;
  out.push_back(fmt::format("{} is {} (must be from {} to {}) — choose a value in between", what,
                            value, low, high));
}

// Whether a fleet can be made at all.
bool check_fleet(Problems& out, const BulkOptions& o) {
  const std::size_t before = out.size();
  check_range(out, "the number of drives", o.drives, 1, kMostBulkDrives);
  check_range(out, "the number of zones", o.zones, 1, kMostBulkZones);
  check_range(out, "the shards of an object", o.shards, 1, kMaxShards);
  if (o.racks_per_zone == 0)
    out.emplace_back("no racks in a zone (drives stand in racks) — state 1 or more");
  if (out.size() > before) return false;
  if (std::uint64_t{o.zones} * o.racks_per_zone > o.drives) {
    out.push_back(fmt::format(
        "{} zones of {} racks on {} drives (a rack holds a drive at least) — state fewer racks, or "
        "more drives",
        o.zones, o.racks_per_zone, o.drives));
  }
  if (!(o.empty_share >= 0 && o.empty_share <= 0.9)) {
    out.push_back(fmt::format(
        "{} of the drives empty (others must hold the data) — state a share from 0 to 0.9",
        o.empty_share));
  } else if (out.size() == before && o.empty_share > 0 &&
             BulkFleet(o.drives, o.zones, o.racks_per_zone, o.empty_share).open_drives() ==
                 o.drives) {
    out.push_back(
        fmt::format("{} of the drives empty (less than one of a zone's) — state a larger "
                    "share, or more drives",
                    o.empty_share));
  }
  return out.size() == before;
}

// Racks of which all drives are open, in the zone that has fewest, and drives in the smallest.
struct OpenRacks {
  std::uint32_t racks = 0;
  std::uint32_t drives_each = 0;
};

OpenRacks open_racks(const BulkOptions& o) {
  if (o.cell > 0) return {1, o.cell};
  OpenRacks out{o.racks_per_zone, o.drives};
  const BulkFleet fleet(o.drives, o.zones, o.racks_per_zone, o.empty_share);
  for (const BulkZone& zone : fleet.zones()) {
    const bool is_open = zone.open == zone.drives;
    const std::uint32_t racks = is_open ? o.racks_per_zone : zone.rack_of(zone.open);
    // Less than a rack is open: it counts as one.
    const std::uint32_t drives = racks == 0 ? zone.open : zone.drives / o.racks_per_zone;
    out = {std::min(out.racks, std::max(1U, racks)), std::min(out.drives_each, drives)};
  }
  return out;
}

void check_spread(Problems& out, const BulkOptions& o) {
  const auto [racks, per_rack] = open_racks(o);
  if (const auto why = why_infeasible(o.spread, o.shards, o.zones, racks, per_rack)) {
    out.emplace_back(
        fmt::format("the spread rule cannot hold ({}) — state a looser rule, more zones or "
                    "racks, or fewer shards",
                    *why));
    return;
  }
  if (o.policy != BulkPolicy::kKOfD) return;
  if (o.candidates < o.shards || o.candidates > kMostBulkCandidates) {
    out.emplace_back(
        fmt::format("{} candidates for the {} shards of an object (each takes one of its own, and "
                    "{} at most are compared) — state a number in between",
                    o.candidates, o.shards, kMostBulkCandidates));
    return;
  }
  SpreadRule of_candidates = o.spread;
  of_candidates.max_per_zone = 0;
  // A zone with the most shards has this many candidates at most.
  const std::uint32_t most = (o.shards + o.zones - 1) / o.zones;
  const std::uint32_t in_zone = (o.candidates * most + o.shards - 1) / o.shards;
  if (const auto why = why_infeasible(of_candidates, in_zone, 1, racks, per_rack)) {
    out.emplace_back(
        fmt::format("{} candidates under the spread rule do not exist ({}) — state fewer "
                    "candidates, or a looser rule",
                    o.candidates, *why));
  }
}

void check_classes(Problems& out, const BulkOptions& o) {
  if (o.classes.size() > kMostBulkClasses) {
    out.push_back(fmt::format("{} kinds of drives ({} at most) — merge some", o.classes.size(),
                              kMostBulkClasses));
  }
  double capacity = 0;
  double share = 0;
  for (const BulkClass& c : o.classes) {
    if (!(c.capacity >= 1 && c.capacity <= 1e7) || !(c.share > 0 && c.share <= 1e9)) {
      out.emplace_back(
          fmt::format("drives of {} units with a share of {} (from 1 to 1e7 units, and a share "
                      "above 0 and at most 1e9) — state how many units a drive holds, and "
                      "which share of the drives does",
                      c.capacity, c.share));
      return;
    }
    capacity += c.capacity * c.share;
    share += c.share;
  }
  if (o.until_full) {
    if (o.classes.empty()) {
      out.emplace_back(
          "filling until a drive is full without a capacity (nothing is ever full) — state "
          "how many units a drive holds");
    }
    return;
  }
  check_range(out, "the mean of shards a drive", o.per_drive, 0, kMostPerDrive);
  if (!o.classes.empty() && o.per_drive > capacity / share) {
    out.emplace_back(
        fmt::format("{} units a drive where a drive holds {} on average (they cannot all be "
                    "placed) — place fewer, or until a drive is full",
                    o.per_drive, capacity / share));
  }
}

void check_policy(Problems& out, const BulkOptions& o) {
  if (o.policy == BulkPolicy::kDChoices && (o.choices == 0 || o.choices > kMostChoices)) {
    out.emplace_back(
        fmt::format("d_choices with d = {} (between 1 and {} drives are compared) — two "
                    "choices give nearly all of the gain",
                    o.choices, kMostChoices));
  }
  if (o.policy == BulkPolicy::kOnePlusBeta) check_range(out, "beta", o.beta, 0, 1);
  check_range(out, "the noise of loads in units", o.noise, 0, 1e6);
  check_range(out, "the bucket of loads in units", o.bucket, 1, 1e6);
  check_range(out, "the number of turnovers", o.turnovers, 0, 1e4);
  if (o.sampling == BulkSampling::kByCapacity && o.classes.empty()) {
    out.emplace_back(
        "candidates by capacity without capacities (all drives are alike) — state how much "
        "the drives hold");
  }
  if (o.classes.size() > 1 && o.empty_share > 0) {
    out.emplace_back(
        "an empty cohort among drives of several capacities (not offered: their kinds are "
        "dealt by place) — state one kind of drive");
  }
  if (o.until_full && (o.turnovers > 0 || o.empty_share > 0)) {
    out.emplace_back(
        "filling until a drive is full, and turnovers or an empty cohort (nothing more can "
        "be written then) — state how many shards a drive has instead");
  }
}

void check_sizes(Problems& out, const BulkSizes& sizes) {
  if (sizes.law == BulkSizes::Law::kLognormal) {
    check_range(out, "the coefficient of variation of sizes", sizes.cv, 0.01, 100);
  }
  if (sizes.law != BulkSizes::Law::kTable) return;
  double weight = 0;
  double mean = 0;
  bool is_good = !sizes.values.empty() && sizes.values.size() == sizes.weights.size();
  for (std::size_t i = 0; is_good && i < sizes.values.size(); ++i) {
    is_good = sizes.values[i] > 0 && sizes.values[i] <= 1e18 && sizes.weights[i] >= 0 &&
              sizes.weights[i] <= 1e18;
    weight += sizes.weights[i];
    mean += sizes.weights[i] * sizes.values[i];
  }
  if (!is_good || !(weight > 0) || !(mean > 0)) {
    out.emplace_back(
        "a table of sizes that is empty or has sizes not above 0, weights below 0 or no "
        "weight at all (each size has a weight, up to 1e18) — state at least one of both");
  }
}

void check_cells(Problems& out, const BulkOptions& o) {
  if (o.cell == 0) return;
  if (o.drives % o.cell != 0) {
    out.emplace_back(
        fmt::format("cells of {} drives in a fleet of {} (they do not fill it) — state a "
                    "divisor of the number of drives",
                    o.cell, o.drives));
  }
  if (o.zones > 1 || o.racks_per_zone > 1 || o.empty_share > 0 || o.classes.size() > 1) {
    out.emplace_back(
        "cells together with zones, racks, kinds of drives or an empty cohort (a cell is a "
        "range of equal drives) — state one of them");
  }
}

void check_registry(Problems& out, const BulkOptions& o) {
  if (o.policy != BulkPolicy::kRegistry) return;
  if (o.drives > kMostRegistryDrives) {
    out.push_back(
        fmt::format("{} drives for {} (it is asked object by object, of {} drives at most) — take "
                    "fewer drives, "
                    "or random, d_choices, one_plus_beta or k_of_d",
                    o.drives, o.registry.policy, kMostRegistryDrives));
  }
  if (o.classes.size() > 1 || o.sampling == BulkSampling::kByCapacity || o.refresh > 0 ||
      o.noise > 0 || o.bucket > 1 || o.sizes.law != BulkSizes::Law::kConstant || o.cell > 0 ||
      o.turnovers > 0 || o.empty_share > 0) {
    out.push_back(fmt::format(
        "{} with drives, sizes or information that vary, or with changes after filling (only equal "
        "shards on equal drives are offered) — leave these options out",
        o.registry.policy));
  }
  if (o.tenants == 0 || o.tenants > kMostBulkTenants) {
    out.push_back(fmt::format("{} tenants (from 1 to {}) — state a number in between", o.tenants,
                              kMostBulkTenants));
  }
  check_range(out, "the exponent of tenants' sizes", o.tenant_exponent, 0, 10);
}

}  // namespace

std::uint32_t BulkOptions::candidates_per_shard() const {
  if (policy == BulkPolicy::kDChoices) return choices;
  return policy == BulkPolicy::kOnePlusBeta ? 2 : 1;
}

std::uint32_t BulkOptions::candidates_per_object() const {
  return policy == BulkPolicy::kKOfD ? candidates : shards * candidates_per_shard();
}

std::uint64_t BulkOptions::objects() const {
  double each = per_drive;
  double open = drives;
  if (until_full) {
    double share = 0;
    each = 0;
    for (const BulkClass& c : classes) {
      each += c.capacity * c.share;
      share += c.share;
    }
    each /= share;
  } else if (empty_share > 0) {
    open = BulkFleet(drives, zones, racks_per_zone, empty_share).open_drives();
  }
  return static_cast<std::uint64_t>(std::llround(each * open / shards));
}

bool BulkOptions::is_plain() const {
  return (policy == BulkPolicy::kRandom || policy == BulkPolicy::kDChoices) && refresh == 0 &&
         noise == 0 && bucket == 1 && sizes.law == BulkSizes::Law::kConstant &&
         classes.size() <= 1 && cell == 0 && turnovers == 0;
}

std::vector<std::string> bulk_problems(const BulkOptions& options) {
  Problems out;
  check_policy(out, options);
  check_registry(out, options);
  check_sizes(out, options.sizes);
  check_classes(out, options);
  if (check_fleet(out, options)) {
    check_cells(out, options);
    check_spread(out, options);
  }
  // Policies know an extent by a number of 32 bits.
  if (out.empty() && options.policy == BulkPolicy::kRegistry && options.objects() > UINT32_MAX) {
    out.push_back(fmt::format("{} objects for {} (2^32 at most) — place fewer shards a drive",
                              options.objects(), options.registry.policy));
  }
  return out;
}

double bulk_memory_bytes(const BulkOptions& options) {
  constexpr double kBlocks = 4e6;  // draws of a block, and the histogram
  // Beside the fleet's own tables, what a policy knows of each drive and tenant.
  if (options.policy == BulkPolicy::kRegistry) {
    return kBlocks + 48.0 * options.drives + options.tenants * (200 + 8.0 * options.registry.width);
  }
  double per_drive = 4;
  if (options.is_plain()) {
    // Entries of 8 bits and, while they are widened, of 16 beside them; of 32 beside those only
    // where a drive's load varies by more than 65,535: one choice of 1e7 shards a drive.
    per_drive = 3;
  }
  if (options.refresh > 0) per_drive += 4;
  double units = 0;
  if (options.turnovers > 0) units = 4.0 * options.shards * static_cast<double>(options.objects());
  // Fill fractions, sorted in part for their quantiles.
  if (options.classes.size() > 1) per_drive += 8;
  return kBlocks + per_drive * options.drives + units;
}

}  // namespace spindle::models
