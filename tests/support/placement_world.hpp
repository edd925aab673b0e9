#pragma once
// Small fleets and extent tables for the placement tests.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/placement/placer.hpp"

namespace spindle::test {

inline models::DriveModel drive_of_capacity(std::uint64_t bytes) {
  models::DriveModel model;
  model.name = "test";
  model.capacity = {bytes};
  return model;
}

inline models::Topology fleet(std::uint32_t zones, std::uint32_t racks_per_zone,
                              std::uint32_t drives, std::uint64_t capacity) {
  return models::Topology({zones, racks_per_zone, drives, {{drive_of_capacity(capacity), 1}}});
}

// `tenants` tenants of `each` extents, all of the same heat, for a fleet of so many drive models.
inline models::ExtentTable equal_tenants(std::uint32_t tenants, std::uint32_t each,
                                         std::uint64_t shard_bytes, std::size_t drive_models = 1) {
  models::ExtentTable table;
  table.shard_bytes = shard_bytes;
  for (std::uint32_t tenant = 0; tenant <= tenants; ++tenant) {
    table.first_extent.push_back(tenant * each);
  }
  table.shard_heat.assign(tenants * drive_models, 1.0);
  return table;
}

inline models::PlacementOptions policy(std::string name, std::uint32_t width = 0) {
  models::PlacementOptions options;
  options.policy = std::move(name);
  options.width = width;
  return options;
}

inline models::PlacementOptions choices(std::uint32_t d,
                                        models::LoadMetric metric = models::LoadMetric::kFill) {
  models::PlacementOptions options = policy("d_choices");
  options.choices = d;
  options.metric = metric;
  return options;
}

// Every row of the registry, and the options under which a row behaves differently.
inline std::vector<models::PlacementOptions> all_policies(std::uint32_t width) {
  using models::LoadMetric;
  std::vector<models::PlacementOptions> all;
  for (const models::PolicyRow& row : models::policy_registry()) {
    all.push_back(policy(row.name, width));
  }
  all.push_back(choices(3, LoadMetric::kHeat));
  all.push_back(choices(2, LoadMetric::kBlend));
  all.push_back(choices(2, LoadMetric::kBytes));
  all.push_back(choices(4));
  all.back().refresh = 10;
  all.back().noise = 0.1;
  all.push_back(choices(2, LoadMetric::kBlend));
  all.back().refresh = 7;
  for (const char* inner : {"d_choices", "one_plus_beta", "k_of_d"}) {
    all.push_back(policy("shuffle_shard", width));
    all.back().inner = inner;
  }
  all.push_back(policy("least_loaded"));
  all.back().metric = LoadMetric::kHeat;
  all.push_back(policy("copyset"));
  all.back().scatter_width = width - 1;
  all.back().choices = 1;
  return all;
}

// Whether it places on sets planned ahead only, so that it may find no room where there is some.
inline bool plans_sets(const models::PlacementOptions& options) {
  return options.policy == "static" || options.policy == "copyset";
}

// A fleet of two drive models, "old" and "new", by shares of the racks.
inline models::Topology two_platforms(std::uint32_t zones, std::uint32_t racks_per_zone,
                                      std::uint32_t drives, std::uint64_t capacity,
                                      double old_share, double new_share) {
  models::DriveModel old_drive = drive_of_capacity(capacity);
  old_drive.name = "old";
  models::DriveModel new_drive = drive_of_capacity(capacity);
  new_drive.name = "new";
  return models::Topology(
      {zones, racks_per_zone, drives, {{old_drive, old_share}, {new_drive, new_share}}});
}

// Shards on each drive, from the map.
inline std::vector<std::uint32_t> shards_per_drive(const models::PlacementResult& result,
                                                   std::uint32_t drives) {
  std::vector<std::uint32_t> counts(drives);
  for (const std::uint32_t drive : result.drive_of_shard) {
    if (drive != models::PlacementResult::kNoDrive) ++counts[drive];
  }
  return counts;
}

}  // namespace spindle::test
