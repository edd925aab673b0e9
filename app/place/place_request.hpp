#pragma once
// What `spindle place` is asked for, and what the models are told of it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/place/fleet_change.hpp"
#include "models/placement/bulk/bulk_options.hpp"

namespace spindle::app {

// As the command line gives it; texts are checked by resolve_place.
struct PlaceRequest {
  double drives = 1e6;
  double per_drive = 100;
  bool until_full = false;
  double capacity_units = 0;
  std::string models;  // "CAPACITY:SHARE,…"
  std::string policy = "random";
  std::uint32_t choices = 2;
  double beta = 0.5;
  std::uint32_t candidates = 0;
  std::uint32_t shards = 1;
  std::uint32_t zones = 1;
  std::uint32_t racks = 1;
  std::uint32_t max_per_zone = 0;
  std::uint32_t max_per_rack = 0;
  double refresh = 0;
  double noise = 0;
  std::uint32_t buckets = 1;
  std::string sizes = "constant";
  std::string sampling = "uniform";
  std::string compare = "fill";
  std::uint32_t cell = 0;
  double turnovers = 0;
  double empty_share = 0;
  std::uint32_t width = 0;
  std::string inner = "random";
  std::uint32_t scatter_width = 0;
  std::uint32_t drives_per_host = 0;
  std::string change;  // "KIND[:NUMBER]"; empty: none
  std::uint32_t tenants = 1;
  double tenant_exponent = 0;
  std::uint64_t seed = 1;
  std::set<std::string> given;  // names of the options that the user wrote, as "--d"
};

struct ResolvedPlace {
  models::BulkOptions options;
  std::optional<FleetChange> change;
  std::vector<std::string> problems;  // each "problem (why) — mend"; then nothing may be placed
};

// Reads the file of sizes, where one is named. Options that the policy does not use are problems
// too.
ResolvedPlace resolve_place(const PlaceRequest& request);

}  // namespace spindle::app
