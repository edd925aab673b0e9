#pragma once
// What the keys of a placement policy must keep together with each other, the fleet and the scheme.

#include <cstdint>
#include <string>

#include "app/scenario/json_document.hpp"
#include "app/scenario/problems.hpp"
#include "models/fleet/topology.hpp"

namespace spindle::app {

// What other checks found out; 0 and nullptr where it is not known.
struct PlacementFacts {
  std::uint64_t shards = 0;
  std::string scheme_name;  // "5+4"
  const models::Topology* fleet = nullptr;
};

// Numbers of drives that an extent does not fit on or that the fleet does not have; keys that
// another key makes useless; a guard rail of a platform that is not there, or that leaves no legal
// set of drives.
void check_placement_keys(const Value& root, const Json& resolved, const PlacementFacts& facts,
                          ProblemList& problems);

}  // namespace spindle::app
