#pragma once
// Racks of a ledger to which the same happens: the first racks of a zone, those of them that one
// drain empties, or those of one landing in it.

#include <cstdint>
#include <vector>

#include "models/fleet/topology.hpp"
#include "models/ledger/ledger_flows.hpp"
#include "models/migration/drain_options.hpp"
#include "models/migration/landing_options.hpp"

namespace spindle::models {

struct RackGroup {
  static constexpr std::uint32_t kFirst = 0xffffffffU;

  std::uint32_t zone = 0;
  std::uint32_t landing = kFirst;  // number of it
  std::uint32_t drain = kFirst;    // number of it; kFirst: they stay
  DriveRange racks;
  std::uint32_t model = 0;  // of the first of them
  bool is_there = true;     // landed, and not taken away
  bool is_down = false;
  bool is_lost = false;
  bool is_filling = false;        // its landing is under way
  bool is_draining = false;       // nothing comes to it
  bool is_stuck = false;          // its drain goes no further: some drives elsewhere are full
  bool is_settled = true;         // takes part in rebalancing
  std::vector<LedgerClass> held;  // of each class, by all its drives
  std::uint32_t present = 0;      // drives
  double squares = 0;             // of the shards that drives hold
  double to_send = 0;             // shards, as RackTally
  double to_take = 0;
  std::vector<LedgerClass> sent;

  // Of the racks that were there from the start and stay.
  [[nodiscard]] bool is_first() const { return landing == kFirst && drain == kFirst; }
  [[nodiscard]] bool takes() const { return serves() && !is_draining; }
  [[nodiscard]] bool serves() const { return is_there && !is_down && !is_lost; }
  [[nodiscard]] double shards() const { return shards_of(held); }
  // Standard deviation of the shards on a drive.
  [[nodiscard]] double deviation() const;
  // The state that a tally found, `sign` times.
  void add(const RackTally& tally, double sign);
};

// The drives of consecutive racks.
DriveRange drives_of(const Topology& topology, DriveRange racks);

// Zone by zone: first racks, those of each drain, then those of each landing. group_of[rack] is
// filled. A zone has more first racks than all drains take.
std::vector<RackGroup> rack_groups(const Topology& topology, std::span<const Landing> landings,
                                   std::span<const Drain> drains, std::uint32_t classes,
                                   std::vector<std::uint32_t>& group_of);

}  // namespace spindle::models
